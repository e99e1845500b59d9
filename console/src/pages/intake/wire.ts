/** The form on its way to the server, and the server's problems on their way to the form. */
import type { PaidHow, ReportNew } from "../../api/types";
import { fenFromYuan, isoFromTyped } from "../../parts/typed";
import {
  type AccountForm,
  callerName,
  type IntakeForm,
  type PaymentForm,
  tailOf,
  touched,
  victimName,
  victimPhone,
} from "./form";
import { type Sums, sumConfirmed } from "./rows";

/** The instant that 昨天 and 刚才 of this form are counted from. */
export function toldAt(form: IntakeForm, now_ms: number): number {
  const ms = Date.parse(form.told_at);
  return Number.isNaN(ms) ? now_ms : ms;
}

/**
 * The request. What cannot be read is sent in a form the server refuses at its field (no time, no amount), so that
 * all problems come back together and in one place.
 */
export function toWire(
  form: IntakeForm,
  seat: string,
  now_ms: number,
  draft: string | null,
  send_stops: boolean,
  sum: Sums | null = null,
): ReportNew {
  const rows = sentRows(form, send_stops).map(({ p }) => p);
  const told_ms = toldAt(form, now_ms);
  const [first, ...others] = form.victims.map(({ age, ...v }) => ({
    ...v,
    age: /^\d+$/.test(age) ? Number(age) : null,
  }));
  return {
    ...(draft ? { draft_id: draft } : {}),
    ...(form.call_id ? { call_id: form.call_id } : {}),
    ...(form.bank_report_id ? { bank_report_id: form.bank_report_id } : {}),
    narrative: form.narrative,
    channel: form.channel,
    seat,
    line: form.line,
    caller: { ...form.caller, name: callerName(form) },
    victims: first ? [{ ...first, name: victimName(form), phone: victimPhone(form) }, ...others] : [],
    payments: rows.map(({ amount, paid_at, told: _, ...p }) => ({
      ...p,
      how: p.how as PaidHow,
      to: endOf(p.to),
      from: endOf(p.from),
      paid_at: isoFromTyped(paid_at, now_ms, told_ms) ?? paid_at,
      // Nothing typed is a missing amount, something that is no amount a wrong one.
      amount_fen: amount.trim() === "" ? null : (fenFromYuan(amount) ?? 0),
    })),
    category: form.category,
    offence_area: form.offence_area,
    send_stops,
    ...(sum?.stated && sum.differs && sumConfirmed(form, sum)
      ? { sum_confirmed: { rows_fen: sum.rows, stated_fen: sum.stated.fen } }
      : {}),
  };
}

/** 尾号6634 is sent as a tail: a message never carries it as an account number. */
function endOf(end: AccountForm) {
  const tail = tailOf(end.number);
  return tail === "" ? end : { ...end, number: "", tail };
}

/** The rows that are sent; a stop without any payment sends the empty row, so that its problems stand at its fields. */
function sentRows(form: IntakeForm, send_stops: boolean): { p: PaymentForm; i: number }[] {
  const all = form.payments.map((p, i) => ({ p, i }));
  const rows = all.filter(({ p }) => touched(p));
  return rows.length === 0 && send_stops ? all.slice(0, 1) : rows;
}

const SHOWN_AT: Record<string, string> = {
  ".amount_fen": ".amount",
  ".to.tail": ".to.number",
  ".from.tail": ".from.number",
  ".to.bank_code": ".to.bank_name",
  ".from.bank_code": ".from.bank_name",
};

/** Rows sent skip untouched ones: the server's row number → the form's; a field that is not shown → the one beside it. */
export function formPath(form: IntakeForm, path: string, send_stops = true): string {
  if (path === "payments") return "payments[0].to.number";
  const match = /^payments\[(\d+)\](.*)$/.exec(path);
  if (!match) return path;
  const row = sentRows(form, send_stops)[Number(match[1])]?.i ?? Number(match[1]);
  const rest = match[2] ?? "";
  return `payments[${row}]${SHOWN_AT[rest] ?? rest}`;
}

/** What to look for earlier reports by. */
export function duplicateQuery(form: IntakeForm) {
  const some = (list: string[]) => [...new Set(list.map((s) => s.replace(/[\s-]/g, "")).filter((s) => s.length >= 4))];
  return {
    phones: some([form.caller.phone, ...form.victims.map((v) => v.phone)]),
    accounts: some(form.payments.map((p) => p.to.number)),
    id_numbers: some(form.victims.map((v) => v.id_number)),
    narrative: form.narrative.length >= 12 ? form.narrative : "",
  };
}
