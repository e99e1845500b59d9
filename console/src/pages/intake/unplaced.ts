/**
 * Accounts of the narrative that no payment has. Where a payee was taken for another, the account that was told is left over: a
 * wrong account is stopped and the right one is not. So what is left over is shown, and a person says that it was checked
 * before a stop leaves. Leaves out: whose the account is, which the call-taker asks.
 */
import type { Entity, Rows } from "../../api/types";
import { type IntakeForm, tailOf } from "./form";

export interface Unplaced {
  number: string;
  bank: string;
}

const digits = (text: string): string => text.normalize("NFKC").replace(/[\s-]/g, "");

/** Whole numbers, and tails as 尾号6634 has them. */
function placed(form: IntakeForm, rows: Rows): { numbers: Set<string>; tails: string[] } {
  const read = [...rows.payments, ...rows.received, ...rows.planned].flatMap((row) => [row.from, row.to]);
  const typed = form.payments.flatMap((p) => [p.from.number, p.to.number]);
  return {
    numbers: new Set([...read.map((end) => end?.account ?? ""), ...typed.map(digits)]),
    tails: [...read.map((end) => end?.tail ?? ""), ...typed.map(tailOf)].filter((tail) => tail !== ""),
  };
}

/** `rows` is the reading of the same text as `entities`. A payee that a person has typed over stays left over. */
export function unplaced(form: IntakeForm, entities: Entity[], rows: Rows | null): Unplaced[] {
  if (!rows) return [];
  const { numbers, tails } = placed(form, rows);
  const found = new Map<string, Unplaced>();
  for (const e of entities) {
    if (e.kind !== "bank_card" && e.kind !== "account") continue;
    if (numbers.has(e.value) || tails.some((tail) => e.value.endsWith(tail))) continue;
    found.set(e.value, { number: e.value, bank: e.bank?.name ?? "" });
  }
  return [...found.values()];
}

/** What a person confirms; another number is another thing to confirm. */
export const unplacedSeen = (list: Unplaced[]): string => list.map((one) => one.number).join("/");
