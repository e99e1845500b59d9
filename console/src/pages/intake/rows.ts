/**
 * Proposed rows: who paid what, when, from where to where, as the server reads them from the narrative. Promise: a row
 * comes into the form only by a person's key or click, whole or piece by piece; when the narrative grows, rows that were
 * taken follow it where the person did not type; money that came back or was not paid is never a payment by itself.
 * Leaves out: the reading itself, which is the server's.
 */
import type { Row, Rows } from "../../api/types";
import { fenFromYuan, timeAsTyped, yuanFromFen } from "../../parts/typed";
import {
  type Anchor,
  type IntakeForm,
  noPayment,
  type PaymentForm,
  putOf,
  readOf,
  type Told,
  tailOf,
  touched,
} from "./form";

export type RowKind = "payment" | "received" | "planned";

export interface Proposal {
  kind: RowKind;
  row: Row;
  anchor: Anchor;
  /** Field of the payment → text that would be written there. */
  values: Record<string, string>;
  /** The fields that are still to be taken, in the order they are shown. */
  pieces: string[];
}

/** The fields of a row in the order of the form, each with what belongs to it. */
const ORDER = ["paid_at", "amount", "to.number", "to.name", "to.bank_name", "from.number", "from.bank_name"];
const WITH: Record<string, string> = {
  "to.bank_name": "to.bank_code",
  "from.bank_name": "from.bank_code",
  amount: "how",
};
/** What stands in a field that nobody has filled. */
const UNFILLED: Record<string, string> = { how: noPayment().how };

export const anchorOf = (row: Row): Anchor => [row.spans[0]?.[0] ?? 0, row.spans[0]?.[1] ?? 0];
const sameAnchor = (a: Anchor, b: Anchor): boolean =>
  a[0] < b[0] + Math.max(1, b[1]) && b[0] < a[0] + Math.max(1, a[1]);

/** What a row would write, without what was not told. */
export function valuesOf(row: Row, now_ms: number): Record<string, string> {
  const all: Record<string, string | null | undefined> = {
    paid_at: row.at ? timeAsTyped(row.at, now_ms) : "",
    amount: row.amount ? yuanFromFen(row.amount) : "",
    // 尾号: the loss is registered, and no order can be made until the whole number is known.
    "to.number": numberOf(row.to),
    "to.name": row.to?.name,
    "to.bank_code": row.to?.bank_code,
    "to.bank_name": row.to?.bank,
    "from.number": numberOf(row.from),
    "from.bank_code": row.from?.bank_code,
    "from.bank_name": row.from?.bank,
    how: row.how,
  };
  return Object.fromEntries(Object.entries(all).filter((e): e is [string, string] => !!e[1]));
}

const numberOf = (end: Row["to"]): string => end?.account ?? (end?.tail ? `尾号${end.tail}` : "");

/** All rows of an answer in the order of the text. */
function listed(rows: Rows): { kind: RowKind; row: Row }[] {
  const of = (kind: RowKind, list: Row[]) => list.map((row) => ({ kind, row }));
  return [...of("payment", rows.payments), ...of("received", rows.received), ...of("planned", rows.planned)];
}

/**
 * The rows that wait for a person; those that came back or were not paid stand behind the payments. `rows` is the reading of
 * `form.read`, so that all places are in one text while the next words are being typed.
 */
export function proposals(form: IntakeForm, rows: Rows | null, now_ms: number): Proposal[] {
  if (!rows) return [];
  const open: Proposal[] = [];
  for (const { kind, row } of listed(rows)) {
    const anchor = anchorOf(row);
    if (form.aside.some((a) => sameAnchor(a, anchor))) continue;
    const taken = form.payments.find((p) => p.told && sameAnchor(p.told.anchor, anchor));
    if (taken?.told?.whole) continue;
    const values = valuesOf(row, now_ms);
    const pieces = ORDER.filter((path) => values[path] !== undefined && taken?.told?.filled[path] === undefined);
    open.push({ kind, row, anchor, values, pieces });
  }
  return open;
}

/** The one that F2 takes and F4 sets aside: only payments wait for a key. */
export const nextRow = (list: Proposal[]): Proposal | undefined => list.find((p) => p.kind === "payment");

function toldOf(p: Proposal, before: Told | null): Told {
  return {
    anchor: p.anchor,
    filled: before?.filled ?? {},
    whole: false,
    doubt: p.row.doubt,
    approx: p.row.approx,
    bankDiffers: p.row.to?.bank_told ?? "",
    lost: false,
    changed: [],
  };
}

/** The row of the form that a proposal goes into: the one it was begun in, the same payment typed before, a blank one, or a new one. */
function place(form: IntakeForm, p: Proposal): number {
  const begun = form.payments.findIndex((one) => one.told && sameAnchor(one.told.anchor, p.anchor));
  if (begun !== -1) return begun;
  const amount = fenFromYuan(p.values.amount ?? "");
  const number = p.values["to.number"];
  const typed = form.payments.findIndex(
    (one) =>
      one.told === null &&
      amount !== null &&
      fenFromYuan(one.amount) === amount &&
      (one.to.number === "" || one.to.number === number),
  );
  if (typed !== -1) return typed;
  const free = form.payments.findIndex((one) => !touched(one));
  return free === -1 ? form.payments.length : free;
}

function writeFields(payment: PaymentForm, values: Record<string, string>, paths: string[]): PaymentForm {
  let next = payment;
  const filled = { ...payment.told?.filled };
  for (const path of paths.flatMap((one) => [WITH[one] ?? one, one])) {
    const value = values[path];
    if (value === undefined) continue;
    const now = readOf(next, path);
    const blank = now === (UNFILLED[path] ?? "");
    // What a person typed stays, also when a piece is taken over it by the whole-row key.
    if (!blank && now !== filled[path]) continue;
    next = putOf(next, path, value);
    filled[path] = value;
  }
  return next.told ? { ...next, told: { ...next.told, filled } } : next;
}

export interface Taken {
  form: IntakeForm;
  /** The row of the form that was filled. */
  row: number;
}

function takeInto(form: IntakeForm, p: Proposal, paths: string[], whole: boolean): Taken {
  const row = place(form, p);
  const before = form.payments[row] ?? noPayment();
  const told = { ...toldOf(p, before.told), whole: whole || p.pieces.every((path) => paths.includes(path)) };
  const payment = writeFields({ ...before, told }, p.values, paths);
  const payments = form.payments.slice();
  payments[row] = payment;
  return { form: { ...form, payments }, row };
}

/** `F2`: the whole row. */
export const takeRow = (form: IntakeForm, p: Proposal): Taken => takeInto(form, p, p.pieces, true);
/** `Shift+F2`: one piece of it. */
export const takePiece = (form: IntakeForm, p: Proposal, path = p.pieces[0]): Taken =>
  takeInto(form, p, path === undefined ? [] : [path], false);
/** `F4`. */
export const setRowAside = (form: IntakeForm, p: Proposal): IntakeForm => ({
  ...form,
  aside: [...form.aside, p.anchor],
});

// ── reading again ─────────────────────────────────────────────────────────────────────────────

/** Where a place of the old text is in the new one: what stands before and behind the edit has moved as a whole. */
export function movedBy(old: string, now: string): (at: number) => number {
  // Words were added before and behind at once.
  const inside = old === "" ? -1 : now.indexOf(old);
  if (inside !== -1) {
    const before = [...now.slice(0, inside)].length;
    return (at) => at + before;
  }
  const [a, b] = [[...old], [...now]];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  return (at) => (at < a.length - tail ? at : at + b.length - a.length);
}

/** The narrative was read anew: anchors move with the text, and rows that were taken follow where nobody typed. */
export function reread(form: IntakeForm, rows: Rows, narrative: string, now_ms: number): IntakeForm {
  if (narrative !== form.narrative) return form;
  const move = movedBy(form.read, narrative);
  const moved = (a: Anchor): Anchor => [move(a[0]), a[1]];
  const fresh = listed(rows).map(({ row }) => ({ row, anchor: anchorOf(row) }));
  let changed = form.read !== narrative;
  const payments = form.payments.map((payment) => {
    if (!payment.told) return payment;
    const anchor = moved(payment.told.anchor);
    const found = fresh.find((one) => sameAnchor(one.anchor, anchor)) ?? onlyOne(fresh, payment);
    const next = found ? follow(payment, found.row, found.anchor, now_ms) : lose(payment, anchor);
    if (next !== payment) changed = true;
    return next;
  });
  if (!changed) return form;
  return { ...form, payments, aside: form.aside.map(moved), read: narrative };
}

/** Several places of the text were changed at once: the one row of the same amount is the same payment. */
function onlyOne<T extends { row: Row }>(fresh: T[], payment: PaymentForm): T | undefined {
  const amount = payment.told?.filled.amount;
  const same = fresh.filter(({ row }) => amount !== undefined && yuanFromFen(row.amount ?? "") === amount);
  return same.length === 1 ? same[0] : undefined;
}

function lose(payment: PaymentForm, anchor: Anchor): PaymentForm {
  const { told } = payment;
  if (!told || (told.lost && told.anchor[0] === anchor[0])) return payment;
  return { ...payment, told: { ...told, anchor, lost: true, changed: [] } };
}

function follow(payment: PaymentForm, row: Row, anchor: Anchor, now_ms: number): PaymentForm {
  const { told } = payment;
  if (!told) return payment;
  const values = valuesOf(row, now_ms);
  let next = payment;
  const filled = { ...told.filled };
  const changed: string[] = [];
  const paths = told.whole ? [...ORDER, ...Object.values(WITH)] : Object.keys(told.filled);
  for (const path of paths) {
    const value = values[path] ?? UNFILLED[path] ?? "";
    const now = readOf(next, path);
    const typed = now !== (filled[path] ?? UNFILLED[path] ?? "");
    if (typed || now === value) continue;
    next = putOf(next, path, value);
    if (value === "") delete filled[path];
    else filled[path] = value;
    if (!path.endsWith("bank_code")) changed.push(path);
  }
  const meta = toldOf({ kind: "payment", row, anchor, values, pieces: [] }, { ...told, filled });
  const after: Told = { ...meta, filled, whole: told.whole, changed: changed.length > 0 ? changed : told.changed };
  if (next === payment && JSON.stringify(after) === JSON.stringify(told)) return payment;
  return { ...next, told: after };
}

// ── what a person must see ────────────────────────────────────────────────────────────────────

/** A doubt of the reading and the field it is about; one that a person has typed over is settled. */
const DOUBT_FIELD: Record<string, string> = {
  payee_unsure: "to.number",
  payer_unsure: "from.number",
  time_unsure: "paid_at",
  amount_unsure: "amount",
};
export function doubtsOf(payment: PaymentForm): string[] {
  const { told } = payment;
  if (!told) return [];
  return told.doubt.filter((doubt) => {
    const field = DOUBT_FIELD[doubt];
    return field === undefined || readOf(payment, field) === (told.filled[field] ?? "");
  });
}
export const isApprox = (payment: PaymentForm): boolean =>
  payment.told?.approx === true && payment.amount === payment.told.filled.amount;
/** Only the last digits of the payee are known, so no order can be made. */
export const payeeTail = (payment: PaymentForm): string => tailOf(payment.to.number);

/** The bank that was told is another one than the number's, as far as that was read: 村镇银行 is no other than 黄梅村镇银行. */
export const bankDiffers = ({ told, to }: PaymentForm): boolean =>
  told !== null &&
  told.bankDiffers !== "" &&
  to.number === told.filled["to.number"] &&
  !to.bank_name.includes(told.bankDiffers);

/** 江城通 of 江城通支付 was read as the holder: the bank would refuse it, or hold another's account. */
export const nameIsBank = (payment: PaymentForm): boolean =>
  payment.to.name.length > 1 && payment.to.bank_name.includes(payment.to.name);

export interface Sums {
  /** Of the rows of the form, in fen. */
  rows: number;
  count: number;
  /** Some row has no amount that can be read. */
  incomplete: boolean;
  stated: { fen: number; approx: boolean } | null;
  received: number;
  differs: boolean;
  /** What a person confirms; another sum is another thing to confirm. */
  seen: string;
}

/** The sum of the rows beside the sum that was told. Money that came back may have been taken off by the caller. */
export function sums(form: IntakeForm, rows: Rows | null): Sums {
  const used = form.payments.filter(touched);
  const amounts = used.map((p) => fenFromYuan(p.amount));
  const total = amounts.reduce<number>((sum, fen) => sum + (fen ?? 0), 0);
  const back = (rows?.received ?? []).reduce((sum, r) => sum + Number(r.amount ?? 0), 0);
  const told = rows?.stated_total ?? null;
  const stated = told ? { fen: Number(told.amount), approx: told.approx } : null;
  const within = (sum: number) => told !== null && sum >= Number(told.low) && sum <= Number(told.high);
  return {
    rows: total,
    count: used.length,
    incomplete: amounts.some((fen) => fen === null),
    stated,
    received: back,
    differs: stated !== null && used.length > 0 && !within(total) && !within(total - back),
    seen: `${total}/${stated?.fen ?? ""}`,
  };
}
export const sumConfirmed = (form: IntakeForm, s: Sums): boolean => !s.differs || form.sumConfirmed === s.seen;
