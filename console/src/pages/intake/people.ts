/**
 * Pieces that are not of a payment: people's names, telephones and identity numbers, the type of the fraud and the place of
 * the offence. Promise: each is only offered, with the field it would go to. Leaves out: rows of payments (`rows.ts`).
 */
import type { Entity, Rows } from "../../api/types";
import { type IntakeForm, put, putIdNumber, read } from "./form";

export interface Piece {
  key: string;
  kind: "person" | "phone" | "id_card" | "category" | "area";
  /** The text as it would stand in the field: a name, a number, a code. */
  value: string;
  entity: Entity | null;
  /** Where it goes when accepted; null when the form has no such field and it is only confirmed. */
  path: string | null;
  /** Other places it could go. */
  others: string[];
}

const PEOPLE = ["person", "phone", "id_card"] as const;
const isPerson = (kind: string): kind is (typeof PEOPLE)[number] => (PEOPLE as readonly string[]).includes(kind);

/** One piece of the text, the same after more text is typed: a name said twice is one piece. */
export const pieceKey = (kind: string, value: string): string => `${kind}:${value}`;

/** What was said in the same clause before the piece: whose name, whose number. */
function saidBefore(form: IntakeForm, entity: Entity): string {
  const before = [...form.narrative].slice(0, entity.start).join("");
  return /[^，。,；;！!？?\n]*$/.exec(before)?.[0] ?? "";
}
/** The other side presents itself: 自称张警官, 对方叫…, 客服…. */
const OTHER_SIDE = /(自称|对方|客服|导师|老师|经理|收款人|收款方|户名|户主|骗子|冒充|网友)[^，]{0,6}$/;
const OTHER_TITLE = /(警官|客服|经理|导师|老师|助理|主任|检察官|法官|专员)$/;
const titled = (text: string): boolean => /(先生|女士|小姐|太太|阿姨|叔叔)$/.test(text);
/** The caller speaks of the other person: 我老婆李四 is the victim, and not who calls. */
const VICTIM_NAME = /(受害人|被害人|老婆|老公|妻子|丈夫|[妈爸]|女儿|儿子|母亲|父亲|爱人)[^，]{0,3}$/;

function places(form: IntakeForm, entity: Entity): string[] {
  const before = saidBefore(form, entity);
  const empty = (paths: string[]) =>
    [...paths].sort((a, b) => Number(read(form, a) !== "") - Number(read(form, b) !== ""));
  if (entity.kind === "phone") return OTHER_SIDE.test(before) ? [] : empty(["caller.phone", "victims[0].phone"]);
  if (entity.kind === "id_card") return form.victims.map((_, i) => `victims[${i}].id_number`);
  const known = ["victims[0].name", "caller.name"].find((path) => read(form, path) === entity.value);
  if (known) return [known];
  if (OTHER_SIDE.test(before) || OTHER_TITLE.test(entity.text)) return [];
  if (VICTIM_NAME.test(before)) return ["victims[0].name", "caller.name"];
  return titled(entity.text) ? empty(["caller.name", "victims[0].name"]) : empty(["victims[0].name", "caller.name"]);
}

/** The names and numbers that belong to rows of payments are offered there. */
function ofRows(rows: Rows | null): Set<string> {
  const all = [...(rows?.payments ?? []), ...(rows?.received ?? []), ...(rows?.planned ?? [])];
  return new Set(all.flatMap((r) => [r.to?.name, r.from?.account, r.to?.account]).filter((v) => !!v) as string[]);
}

/** What is still to be decided, in the order of the text; then the type and the place. */
export function pieces(form: IntakeForm, entities: Entity[], rows: Rows | null): Piece[] {
  const out: Piece[] = [];
  const taken = ofRows(rows);
  let ahead = form;
  for (const entity of [...entities].sort((a, b) => a.start - b.start)) {
    const key = pieceKey(entity.kind, entity.value);
    if (!isPerson(entity.kind) || taken.has(entity.value) || form.settled[key] !== undefined) continue;
    if (out.some((p) => p.key === key)) continue;
    const paths = places(ahead, entity);
    // A field that holds something already is offered only in the menu: one key never writes over what is there.
    const path = paths.find((p) => read(ahead, p) === "" || read(ahead, p) === entity.value) ?? null;
    const others = places(form, entity).filter((p) => p !== path);
    const piece: Piece = { key, kind: entity.kind, value: entity.value, entity, path, others };
    ahead = takePiece(ahead, piece, 0);
    out.push(piece);
  }
  return [...out, ...hints(form, rows)];
}

/** The type and the place are proposals as well; once a person chose, nothing is offered any more. */
function hints(form: IntakeForm, rows: Rows | null): Piece[] {
  const of = (kind: "category" | "area", path: string, value: string | null | undefined): Piece[] => {
    if (!value || read(form, path) !== "") return [];
    const key = pieceKey(kind, value);
    return form.settled[key] === undefined ? [{ key, kind, value, entity: null, path, others: [] }] : [];
  };
  return [...of("category", "category", rows?.category_hint), ...of("area", "offence_area", rows?.area)];
}

/** A person accepted a piece: the value goes to its place, and the place is remembered with it. */
export function takePiece(
  form: IntakeForm,
  piece: Piece,
  told_ms: number,
  path: string | null = piece.path,
): IntakeForm {
  const settled = { ...form.settled, [piece.key]: path ?? "confirmed" };
  if (path === null) return { ...form, settled };
  const victim = /^victims\[(\d+)\]\.id_number$/.exec(path);
  const next = victim ? putIdNumber(form, Number(victim[1]), piece.value, told_ms) : put(form, path, piece.value);
  return { ...next, settled };
}

export const setPieceAside = (form: IntakeForm, piece: Piece): IntakeForm => ({
  ...form,
  settled: { ...form.settled, [piece.key]: "" },
});
