/**
 * The raw trace without React: what is asked, what is wrong with it before anybody is asked, and the answer by account.
 * Promise: nothing is added up here; every sum is the server's.
 */
import type { Problem } from "../../api/problem";
import type { TraceAsked, Traced, TracedAccount, TracedRow, TransferRow, TransfersAsked } from "../../api/types";
import { fenFromYuan, isoFromTyped } from "../../parts/typed";
import type { WordKey } from "../../words";
import { DOCTRINES } from "../flow/view";

/** Empty: the centre's doctrine, which the answer then names. */
export const MODES = ["", ...DOCTRINES] as const;
export type Mode = (typeof MODES)[number];
export const DIRECTIONS = ["down", "up"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What stands in the fields. Empty is the usual value, which the placeholder says. */
export interface TraceForm {
  from: string;
  purpose: string;
  mode: Mode;
  direction: Direction;
  depth: string;
  hours: string;
  least: string;
}
/** How a movement is looked for when its id is not at hand. */
export interface MovementForm {
  /** The whole number, as typed; or the account that was chosen before. */
  number: string;
  account: string | undefined;
  amount: string;
  at: string;
  purpose: string;
}

/** A remark of ours, by the word that says it. */
export type Wrong<F> = Partial<Record<keyof F, WordKey>>;

/** Bounds of the server; a year is more than any case asks. */
const DEPTH_MAX = 20;
const HOURS_MAX = 8_784;
/** The server refuses a reason that is shorter. */
const PURPOSE_MIN = 2;

export const isTransferId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text.trim());

/** What the usual value of a field is: money rests two days for reach, a doctrine looks a week ahead. */
export function usual(mode: Mode): { depth: string; hours: string; least: string } {
  return mode === "reach" ? { depth: "10", hours: "48", least: "0" } : { depth: "10", hours: "168", least: "1" };
}

function whole(text: string, most: number): number | null | undefined {
  const clean = text.normalize("NFKC").trim();
  if (clean === "") return undefined;
  return /^\d{1,6}$/.test(clean) && Number(clean) <= most ? Number(clean) : null;
}

type Outcome<A, F> = { asked: A; wrong: null } | { asked: null; wrong: Wrong<F> };
const without = (purpose: string) => purpose.trim().length < PURPOSE_MIN;

/** The question, or everything that is wrong at once. */
export function askedOf(form: TraceForm): Outcome<TraceAsked, TraceForm> {
  const wrong: Wrong<TraceForm> = {};
  if (!isTransferId(form.from)) wrong.from = form.from.trim() === "" ? "trace.idMissing" : "trace.idBad";
  if (without(form.purpose)) wrong.purpose = "trace.purposeNeeded";
  const depth = whole(form.depth, DEPTH_MAX);
  if (depth === null) wrong.depth = "trace.depthBad";
  const hours = whole(form.hours, HOURS_MAX);
  if (hours === null) wrong.hours = "trace.hoursBad";
  const least = form.least.trim() === "" ? undefined : fenFromYuan(form.least);
  if (least === null) wrong.least = "pay.amountBad";
  if (Object.keys(wrong).length > 0) return { asked: null, wrong };
  return {
    wrong: null,
    asked: {
      transfer_id: form.from.trim().toLowerCase(),
      purpose: form.purpose.trim(),
      explain: true,
      ...(form.mode === "" ? {} : { mode: form.mode }),
      // Amounts have no way back: upwards is for reach alone.
      ...(form.mode === "reach" ? { direction: form.direction } : {}),
      ...(depth == null ? {} : { depth }),
      ...(hours == null ? {} : { hours }),
      ...(least == null ? {} : { least_fen: least }),
    },
  };
}

/** What the two look-ups are asked: the number first, where one was typed, and then the account's movements. */
export interface MovementAsked {
  number: string | null;
  rows: TransfersAsked;
}

/** A day alone is its noon: the server looks a day and a half to both sides. */
function instant(text: string, now_ms: number): string | null {
  const clean = text.normalize("NFKC").trim();
  return isoFromTyped(/^[\d/.年月-]+日?$/.test(clean) && !/^\d{1,4}$/.test(clean) ? `${clean} 12:00` : clean, now_ms);
}

export function movementOf(form: MovementForm, now_ms: number): Outcome<MovementAsked, MovementForm> {
  const wrong: Wrong<MovementForm> = {};
  if (without(form.purpose)) wrong.purpose = "trace.purposeNeeded";
  const number = form.number.normalize("NFKC").replace(/\s/g, "");
  if (number === "" && !form.account) wrong.number = "trace.numberMissing";
  const amount = form.amount.trim() === "" ? undefined : fenFromYuan(form.amount);
  if (amount === null || amount === 0) wrong.amount = "pay.amountBad";
  const at = form.at.trim() === "" ? undefined : instant(form.at, now_ms);
  if (at === null) wrong.at = "pay.timeBad";
  // An amount is looked for round an instant: a busy account has millions of rows.
  if (at === undefined && amount != null) wrong.at = "trace.timeNeeded";
  if (Object.keys(wrong).length > 0) return { asked: null, wrong };
  return {
    wrong: null,
    asked: {
      number: number === "" ? null : number,
      rows: {
        purpose: form.purpose.trim(),
        ...(form.account ? { account_id: form.account } : {}),
        ...(amount == null ? {} : { amount_fen: amount }),
        ...(at == null ? {} : { at }),
      },
    },
  };
}

/** Which of the rows is nearest to the instant that was given; the first when none was. */
export function nearest(rows: readonly TransferRow[], at: string | null | undefined): number {
  if (!at || rows.length === 0) return 0;
  const far = (row: TransferRow) => Math.abs(Date.parse(row.at) - Date.parse(at));
  return rows.reduce((best, row, i) => (far(row) < far(rows[best] ?? row) ? i : best), 0);
}

/** Whether every part of a refusal stands at a field of this page already. */
export const atFields = (problem: Problem, fields: readonly string[]): boolean =>
  problem.problems.length > 0 && problem.problems.every((p) => fields.includes(p.field));

export interface TraceLine {
  row: TracedRow;
  from: TracedAccount | undefined;
  to: TracedAccount | undefined;
  seed: boolean;
}

export const accountsOf = (traced: Traced): Map<string, TracedAccount> =>
  new Map(traced.accounts.map((a) => [a.account_id, a]));

/** By hop, within a hop by time; the transfer that was asked about comes first. */
export function linesOf(traced: Traced): TraceLine[] {
  const known = accountsOf(traced);
  return [...traced.rows]
    .sort((a, b) => a.hop - b.hop || Date.parse(a.at) - Date.parse(b.at) || (a.transfer_id < b.transfer_id ? -1 : 1))
    .map((row) => ({
      row,
      from: known.get(row.from_account_id),
      to: known.get(row.to_account_id),
      seed: row.hop === 0,
    }));
}

/** How many of the rows in the answer are of each hop. */
export function hopCounts(traced: Traced): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of traced.rows) counts.set(row.hop, (counts.get(row.hop) ?? 0) + 1);
  return counts;
}

/** Nothing but the transfer that was asked about. */
export const nothingFollowed = (traced: Traced): boolean => traced.rows.every((row) => row.hop === 0);
