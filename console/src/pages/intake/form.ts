/**
 * The intake form as it is kept: what a person typed, exactly as typed until submission, and which of the proposals were
 * taken or set aside. Leaves out: every rule of what is a right report, which the server decides.
 */
import type { Victim } from "../../api/types";

export interface AccountForm {
  bank_code: string;
  bank_name: string;
  name: string;
  /** A whole number, or 尾号1234 where the caller knows no more. */
  number: string;
  account_type: string;
  /** The call-taker read an odd number back to the caller and it stands. */
  number_confirmed: boolean;
}

/** Where in the narrative a proposal begins and how long its first piece is, in code points. */
export type Anchor = [start: number, length: number];

/** What a payment row has from the narrative. */
export interface Told {
  anchor: Anchor;
  /** What the machine wrote into which field; a field that differs from it was typed by a person. */
  filled: Record<string, string>;
  /** The whole row was taken, so that what is told later of it comes too. */
  whole: boolean;
  doubt: string[];
  approx: boolean;
  /** The bank that was told is not the one that the card's first digits name. */
  bankDiffers: string;
  /** The narrative was changed and no longer says this row. */
  lost: boolean;
  /** Fields that the last re-reading changed. */
  changed: string[];
}

export interface PaymentForm {
  /** As typed: `21:05`, `昨天 22:12`, `04-03 21:05`. */
  paid_at: string;
  /** Yuan as typed. */
  amount: string;
  from: AccountForm;
  to: AccountForm;
  /** In which way the money left: one of `HOWS`. */
  how: string;
  /** The caller was asked and does not know to whom he transferred. */
  payee_unknown: boolean;
  channel: string;
  serial: string;
  victim_index: number;
  told: Told | null;
}

/** The ways of paying in the order of their keys. */
export const HOWS = ["transfer", "code", "cash", "gold", "gift_card", "crypto", "taken"] as const;

export interface VictimForm extends Omit<Victim, "age"> {
  age: string;
}

export interface IntakeForm {
  narrative: string;
  channel: string;
  line: string;
  call_id: string;
  /** When the call was answered, or the first words were typed: what 昨天 and 刚才 are counted from. */
  told_at: string;
  /** The bank's report that this form was filled from. */
  bank_report_id: string;
  caller: { name: string; phone: string; relation: string };
  victims: VictimForm[];
  payments: PaymentForm[];
  category: string;
  offence_area: string;
  /** Pieces of people's data, type and place that a person took or set aside: key → field path, or "" when set aside. */
  settled: Record<string, string>;
  /** Proposed rows that a person set aside. */
  aside: Anchor[];
  /** The narrative as it was when the rows were last read: anchors are places in it. */
  read: string;
  /** The sums that a person saw to differ and confirmed: `rows/stated` in fen. */
  sumConfirmed: string;
}

export const noAccount = (): AccountForm => ({
  bank_code: "",
  bank_name: "",
  name: "",
  number: "",
  account_type: "personal",
  number_confirmed: false,
});
export const noPayment = (): PaymentForm => ({
  paid_at: "",
  amount: "",
  from: noAccount(),
  to: noAccount(),
  how: "transfer",
  payee_unknown: false,
  // The way of payment stands on the application to the bank: nobody said it, nothing stands there.
  channel: "",
  serial: "",
  victim_index: 0,
  told: null,
});
export const noVictim = (): VictimForm => ({
  name: "",
  id_type: "01",
  id_number: "",
  phone: "",
  sex: "",
  age: "",
  address: "",
  identity_checked: false,
});

/** The call-taker says that he has looked at a victim's papers, or takes it back. */
export function identityChecked(form: IntakeForm, victim: number, yes: boolean): IntakeForm {
  return { ...form, victims: form.victims.map((v, i) => (i === victim ? { ...v, identity_checked: yes } : v)) };
}

export function emptyForm(): IntakeForm {
  return {
    narrative: "",
    channel: "hotline96110",
    line: "",
    call_id: "",
    told_at: "",
    bank_report_id: "",
    caller: { name: "", phone: "", relation: "self" },
    victims: [noVictim()],
    payments: [noPayment()],
    category: "",
    offence_area: "",
    settled: {},
    aside: [],
    read: "",
    sumConfirmed: "",
  };
}

/** A draft's body as a form; what an older form did not have is empty. */
export function formFrom(body: unknown): IntakeForm {
  const base = emptyForm();
  if (typeof body !== "object" || body === null) return base;
  const b = body as Partial<IntakeForm>;
  return {
    ...base,
    ...b,
    caller: { ...base.caller, ...b.caller },
    victims: (b.victims?.length ? b.victims : base.victims).map((v) => ({ ...noVictim(), ...v })),
    payments: (b.payments?.length ? b.payments : base.payments).map((p) => ({
      ...noPayment(),
      ...p,
      from: { ...noAccount(), ...p.from },
      to: { ...noAccount(), ...p.to },
    })),
    settled: b.settled ?? {},
    aside: b.aside ?? [],
  };
}

// ── paths, as the server's problems name them ─────────────────────────────────────────────────

const keysOf = (path: string): string[] => path.split(/[.[\]]+/).filter(Boolean);

function walkTo(from: unknown, path: string): string {
  let at: unknown = from;
  for (const key of keysOf(path)) at = (at as Record<string, unknown> | undefined)?.[key];
  return typeof at === "string" || typeof at === "number" ? String(at) : "";
}

export const read = (form: IntakeForm, path: string): string => walkTo(form, path);
/** A field of one payment, by its path in the row: `to.number`. */
export const readOf = (payment: PaymentForm, path: string): string => walkTo(payment, path);

function putInto(node: unknown, keys: string[], value: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(node)) return node.map((item, i) => (i === Number(key) ? putInto(item, rest, value) : item));
  const object = node as Record<string, unknown>;
  return { ...object, [key]: putInto(object[key], rest, value) };
}

/** A copy of the form with one field changed; rows that do not exist yet are added empty. */
export function put(form: IntakeForm, path: string, value: string): IntakeForm {
  return putInto(grow(form, path), keysOf(path), value) as IntakeForm;
}
export function putOf(payment: PaymentForm, path: string, value: string): PaymentForm {
  return putInto(payment, keysOf(path), value) as PaymentForm;
}

function grow(form: IntakeForm, path: string): IntakeForm {
  const row = /^payments\[(\d+)\]/.exec(path);
  const missing = row ? Number(row[1]) + 1 - form.payments.length : 0;
  if (missing <= 0) return form;
  return { ...form, payments: [...form.payments, ...Array.from({ length: missing }, noPayment)] };
}

const blank = (value: object): boolean =>
  Object.values(value).every((v) =>
    typeof v === "object" && v !== null ? blank(v) : v === "" || v === 0 || v === false || v === null,
  );

/** A payment row nobody touched is not a payment; it does not become a problem. */
export function touched(p: PaymentForm): boolean {
  const { channel: _c, victim_index: _v, how, told, to, from, ...rest } = p;
  const { account_type: _t, ...payee } = to;
  const { account_type: _f, ...payer } = from;
  return told !== null || how !== "transfer" || !(blank(rest) && blank(payee) && blank(payer));
}

export const addVictim = (form: IntakeForm): IntakeForm => ({ ...form, victims: [...form.victims, noVictim()] });
export const addPayment = (form: IntakeForm): IntakeForm => ({ ...form, payments: [...form.payments, noPayment()] });

/** A row that came from the narrative and is taken away again is set aside: it is not proposed once more. */
export function removePayment(form: IntakeForm, row: number): IntakeForm {
  const anchor = form.payments[row]?.told?.anchor;
  const payments = form.payments.filter((_, i) => i !== row);
  return {
    ...form,
    payments: payments.length > 0 ? payments : [noPayment()],
    aside: anchor ? [...form.aside, anchor] : form.aside,
  };
}

/** The payee of the row above, by a person's press. */
export function sameAsAbove(form: IntakeForm, row: number): IntakeForm {
  const above = form.payments[row - 1];
  if (!above) return form;
  const copied = (p: PaymentForm): PaymentForm => ({
    ...p,
    to: { ...above.to },
    from: { ...above.from },
    channel: above.channel,
  });
  return { ...form, payments: form.payments.map((p, i) => (i === row ? copied(p) : p)) };
}

/** A person says that an odd number is what the caller reads. */
export function confirmNumber(form: IntakeForm, row: number, yes: boolean): IntakeForm {
  const payments = form.payments.map((p, i) => (i === row ? { ...p, to: { ...p.to, number_confirmed: yes } } : p));
  return { ...form, payments };
}

/** How the money of a row left, by a person's press; `unknown`: a transfer of which the caller does not know the payee. */
export function chooseHow(form: IntakeForm, row: number, how: string, unknown = false): IntakeForm {
  const chosen = (p: PaymentForm): PaymentForm => ({ ...p, how, payee_unknown: unknown });
  return { ...form, payments: form.payments.map((p, i) => (i === row ? chosen(p) : p)) };
}

/** Nothing can be stopped for this row: no account of the payee is known, and the loss alone is registered. */
export const withoutAccount = (p: PaymentForm): boolean =>
  (p.to.number.trim() === "" || tailOf(p.to.number) !== "") &&
  (p.how !== "transfer" || p.payee_unknown || p.amount.trim() !== "");

/** The digits of 尾号6634, or nothing when a whole number stands there. */
export function tailOf(number: string): string {
  return /^(?:尾号|后四位|末四位|tail) ?(\d{3,8})$/i.exec(number.normalize("NFKC").trim())?.[1] ?? "";
}

/** A number typed anew is of a bank that is not known yet, if the bank of the old one was named by its code. */
export function typeNumber(form: IntakeForm, path: string, value: string): IntakeForm {
  const side = path.replace(/\.number$/, "");
  const next = put(form, path, value);
  if (read(form, `${side}.bank_code`) === "") return next;
  return put(put(next, `${side}.bank_code`, ""), `${side}.bank_name`, "");
}

/** Sex and age of an identity number of a citizen (GB 11643), or null when it fails its check. */
export function idFacts(number: string, at_ms: number): { sex: string; age: string } | null {
  const id = number.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  if (!/^\d{17}[\dX]$/.test(id)) return null;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((s, w, i) => s + w * Number(id[i]), 0);
  if ("10X98765432"[sum % 11] !== id[17]) return null;
  const born = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
  const ms = Date.parse(`${born}T00:00:00+08:00`);
  const civil = (t: number) => new Date(t + 8 * 3_600_000).toISOString().slice(0, 10);
  if (Number.isNaN(ms) || civil(ms) !== born) return null;
  const today = civil(at_ms);
  const had = today.slice(5) >= born.slice(5) ? 0 : 1;
  const age = Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - had;
  if (age < 0 || age > 150) return null;
  return { sex: Number(id[16]) % 2 === 1 ? "male" : "female", age: String(age) };
}

/** The number of a victim's identity card, and with it sex and age, which it tells. */
export function putIdNumber(form: IntakeForm, victim: number, value: string, at_ms: number): IntakeForm {
  const next = put(form, `victims[${victim}].id_number`, value);
  const facts = next.victims[victim]?.id_type === "01" ? idFacts(value, at_ms) : null;
  if (!facts) return next;
  return put(put(next, `victims[${victim}].sex`, facts.sex), `victims[${victim}].age`, facts.age);
}

/** Who reports for himself is typed once: the one of the two names and phones that is empty follows the other. */
const isSelf = (form: IntakeForm): boolean => form.caller.relation === "self";
export const victimName = (form: IntakeForm): string => form.victims[0]?.name || (isSelf(form) ? form.caller.name : "");
export const victimPhone = (form: IntakeForm): string =>
  form.victims[0]?.phone || (isSelf(form) ? form.caller.phone : "");
export const callerName = (form: IntakeForm): string =>
  form.caller.name || (isSelf(form) ? (form.victims[0]?.name ?? "") : "");
