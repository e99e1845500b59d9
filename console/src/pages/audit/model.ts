/** What the log page shows of an entry, prepared. Every code of the server's lists must have a word, or this does not compile. */
import type { AuditAction, AuditEntry, SubjectKind } from "../../api/types";
import type { WordKey, Words } from "../../words";

const actionWord = (action: AuditAction): WordKey => `action.${action}`;
const subjectWord = (kind: SubjectKind): WordKey => `subject.${kind}`;

type T = Words["t"];

/** The word for what was done; the sealed code where this version does not know it. */
export const actionText = (t: T, entry: Pick<AuditEntry, "action" | "action_code">): string =>
  entry.action ? t(actionWord(entry.action)) : entry.action_code;

/** 警情 J…, 止付 尾号 9868: the kind, and what people call the thing. An id is shown only where nothing else is known. */
export function subjectText(
  words: Pick<Words, "t" | "pick">,
  entry: Pick<AuditEntry, "subject_kind" | "subject_kind_code" | "subject" | "subject_name_zh" | "subject_name_en">,
): { kind: string; name: string } {
  const kind = entry.subject_kind ? words.t(subjectWord(entry.subject_kind)) : entry.subject_kind_code;
  return { kind, name: words.pick(entry, "subject_name") };
}

/** Actions for choosing, in the order of their words. */
export function actionOptions(
  t: T,
  all: readonly AuditAction[],
  lang: string,
): { value: AuditAction; label: string }[] {
  const options = all.map((value) => ({ value, label: t(actionWord(value)) }));
  return options.sort((a, b) => a.label.localeCompare(b.label, lang));
}

/** The facts of an entry as rows: its canonical JSON, one line for each key. */
export function facts(detail: string): [string, string][] {
  const read: unknown = JSON.parse(detail || "{}");
  if (typeof read !== "object" || read === null) return [];
  return Object.entries(read).map(([key, value]) => [key, shown(value)]);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join("、");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `2026-04-03T21:05`, as a field of the browser gives it, is a time of the centre's zone. */
export const instantOf = (local: string): string | undefined => (local ? `${local.slice(0, 16)}:00+08:00` : undefined);

/** And back, for the field. */
export const localOf = (instant: string | undefined): string => (instant ? instant.slice(0, 16) : "");
