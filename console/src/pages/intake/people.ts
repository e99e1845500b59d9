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
/** The number that rang, or that a message names: 有个电话0059…打过来, 打上面的电话0059…. */
const THEIR_PHONE = /(有[个一]{1,2}(陌生)?(电话|号码)|(上面|短信里|里面)的(电话|号码)|来电(号码)?(是|为)?)[：: ]*$/;
/** Between an account and the name of its holder: 6200… 王玲; 6200…，名字是王玲; 6200…（户名：王玲. */
const HOLDER = /^[\s，,（(]*((名字|户名|户主|姓名|开户名|持卡人)[是叫为：: ]*)?$/;
const OTHER_TITLE = /(警官|客服|经理|导师|老师|助理|主任|检察官|法官|专员)$/;
const titled = (text: string): boolean => /(先生|女士|小姐|太太|阿姨|叔叔)$/.test(text);
/** The caller speaks of the other person: 我老婆李四 is the victim, and not who calls. */
const VICTIM_NAME = /(受害人|被害人|老婆|老公|妻子|丈夫|[妈爸]|女儿|儿子|母亲|父亲|爱人)[^，]{0,3}$/;

/** A name that stands right behind an account which is not the payer's is the name of its holder. */
function isHolder(form: IntakeForm, entity: Entity, entities: Entity[], own: Set<string>): boolean {
  const points = [...form.narrative];
  return entities.some((e) => {
    const end = e.start + [...e.text].length;
    const account = (e.kind === "bank_card" || e.kind === "account") && !own.has(e.value) && end <= entity.start;
    return account && HOLDER.test(points.slice(end, entity.start).join(""));
  });
}

/** Who calls for whom: 我爸韩杰被人骗了 is said by a child of the victim. */
const KIN: [RegExp, string][] = [
  [/我(老婆|老公|妻子|丈夫|爱人)[^，]{0,3}$/, "spouse"],
  [/我(妈|爸|母亲|父亲)[^，]{0,3}$/, "child"],
  [/我(女儿|儿子|孩子)[^，]{0,3}$/, "parent"],
];
function kinOf(form: IntakeForm, entity: Entity | null): string | undefined {
  if (!entity) return undefined;
  const before = saidBefore(form, entity);
  return KIN.find(([words]) => words.test(before))?.[1];
}

function places(form: IntakeForm, entity: Entity): string[] {
  const before = saidBefore(form, entity);
  const empty = (paths: string[]) =>
    [...paths].sort((a, b) => Number(read(form, a) !== "") - Number(read(form, b) !== ""));
  if (entity.kind === "phone")
    return OTHER_SIDE.test(before) || THEIR_PHONE.test(before) ? [] : empty(["caller.phone", "victims[0].phone"]);
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

/** The accounts that paid. */
const payers = (rows: Rows | null): Set<string> =>
  new Set((rows?.payments ?? []).flatMap((r) => (r.from?.account ? [r.from.account] : [])));

/** What is still to be decided, in the order of the text; then the type and the place. */
export function pieces(form: IntakeForm, entities: Entity[], rows: Rows | null): Piece[] {
  const out: Piece[] = [];
  const taken = ofRows(rows);
  const own = payers(rows);
  let ahead = form;
  for (const entity of [...entities].sort((a, b) => a.start - b.start)) {
    const key = pieceKey(entity.kind, entity.value);
    if (!isPerson(entity.kind) || taken.has(entity.value) || form.settled[key] !== undefined) continue;
    if (out.some((p) => p.key === key)) continue;
    if (entity.kind === "person" && isHolder(form, entity, entities, own)) continue;
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
  // The name brings the relation with it, as the identity number brings sex and age.
  const kin = path === "victims[0].name" && form.caller.relation === "self" ? kinOf(form, piece.entity) : undefined;
  return { ...(kin ? put(next, "caller.relation", kin) : next), settled };
}

export const setPieceAside = (form: IntakeForm, piece: Piece): IntakeForm => ({
  ...form,
  settled: { ...form.settled, [piece.key]: "" },
});
