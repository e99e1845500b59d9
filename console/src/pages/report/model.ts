/** What is typed into the dialog of a correction, and what the server is sent. What is left empty stays as it is. */
import type { PaidHow, ReportCorrectionNew } from "../../api/types";
import { fenFromYuan, isoFromTyped } from "../../parts/typed";

export interface CorrectionForm {
  /** `payment:<id>`, `person:<id>`, `new-payment`, `new-victim` or `story`. */
  what: string;
  reason: string;
  paidAt: string;
  amount: string;
  payeeNumber: string;
  payeeName: string;
  payeeBank: Bank | null;
  /** In which way the money left; empty: as it is. */
  how: string;
  /** No account of the payee is known: the one that stands there is taken out. */
  payeeUnknown: boolean;
  payerNumber: string;
  payerName: string;
  payerBank: Bank | null;
  name: string;
  idNumber: string;
  phone: string;
  narrative: string;
  /** The row was no payment. */
  remove: boolean;
  sendStops: boolean;
  callId: string | null;
}

export interface Bank {
  code: string;
  name: string;
}

export const noCorrection = (what: string): CorrectionForm => ({
  what,
  reason: "",
  paidAt: "",
  amount: "",
  payeeNumber: "",
  payeeName: "",
  payeeBank: null,
  how: "",
  payeeUnknown: false,
  payerNumber: "",
  payerName: "",
  payerBank: null,
  name: "",
  idNumber: "",
  phone: "",
  narrative: "",
  remove: false,
  sendStops: true,
  callId: null,
});

/** Which fields the chosen thing has. */
export const isPayment = (what: string): boolean => what.startsWith("payment:") || what === "new-payment";
export const isPerson = (what: string): boolean => what.startsWith("person:") || what === "new-victim";

const idOf = (what: string): string | null => what.split(":")[1] ?? null;

/** The typed time or amount that cannot be read, so that nothing typed is dropped in silence. */
export function unreadable(form: CorrectionForm, now_ms: number): "paidAt" | "amount" | null {
  if (form.paidAt.trim() !== "" && isoFromTyped(form.paidAt, now_ms) === null) return "paidAt";
  if (form.amount.trim() !== "" && fenFromYuan(form.amount) === null) return "amount";
  return null;
}

function account(number: string, name: string, bank: Bank | null) {
  if (number.trim() === "" && name.trim() === "" && bank === null) return null;
  return {
    number: number.trim(),
    name: name.trim(),
    bank_code: bank?.code ?? "",
    bank_name: bank?.name ?? "",
    number_confirmed: true,
  };
}

const said = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** The body of the command. A tail typed in the payer's number is understood by the server. */
export function correctionOf(form: CorrectionForm, revision: number, now_ms: number): ReportCorrectionNew {
  const id = idOf(form.what);
  const body: ReportCorrectionNew = {
    revision,
    reason: form.reason.trim(),
    narrative: form.narrative.trim(),
    send_stops: form.sendStops && !form.remove,
    call_id: form.callId,
  };
  if (isPayment(form.what) && form.remove && id !== null) return { ...body, removed_payment_ids: [id] };
  if (isPayment(form.what)) {
    const payment = {
      id,
      paid_at: form.paidAt.trim() === "" ? null : isoFromTyped(form.paidAt, now_ms),
      amount_fen: form.amount.trim() === "" ? null : fenFromYuan(form.amount),
      to: account(form.payeeNumber, form.payeeName, form.payeeBank),
      from: account(form.payerNumber, form.payerName, form.payerBank),
      how: form.how === "" ? null : (form.how as PaidHow),
      payee_unknown: form.payeeUnknown,
    };
    return { ...body, payments: [payment] };
  }
  if (isPerson(form.what)) {
    const person = { id, name: said(form.name), id_number: said(form.idNumber), phone: said(form.phone) };
    return { ...body, people: [person] };
  }
  return body;
}
