/**
 * The intake form without React. Promise: what a person typed is kept exactly as typed until submission; what the
 * machine recognised is only offered, with the place it would go; amounts become whole fen by digits, never by
 * floating point. Leaves out: every rule of what is a right report, which the server decides.
 */
import type { Entity, ReportNew, Victim } from "../../api/types";
import { civil, isoCst } from "../../clock/serverClock";

export interface AccountForm {
  bank_code: string;
  bank_name: string;
  name: string;
  number: string;
  account_type: string;
  /** The call-taker read an odd number back to the caller and it stands. */
  number_confirmed: boolean;
}

export interface PaymentForm {
  /** As typed: `21:05`, `04-03 21:05`, `2026-04-03 21:05:06`. */
  paid_at: string;
  /** Yuan as typed. */
  amount: string;
  from: AccountForm;
  to: AccountForm;
  channel: string;
  serial: string;
  victim_index: number;
}

export interface VictimForm extends Omit<Victim, "age"> {
  age: string;
}

export interface IntakeForm {
  narrative: string;
  channel: string;
  line: string;
  call_id: string;
  caller: { name: string; phone: string; relation: string };
  victims: VictimForm[];
  payments: PaymentForm[];
  category: string;
  offence_area: string;
  /** Recognised pieces a person accepted or set aside: entity key → field path, or "" when set aside. */
  settled: Record<string, string>;
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
  channel: "bank_transfer",
  serial: "",
  victim_index: 0,
});
export const noVictim = (): VictimForm => ({
  name: "",
  id_type: "01",
  id_number: "",
  phone: "",
  sex: "",
  age: "",
  address: "",
});

export function emptyForm(): IntakeForm {
  return {
    narrative: "",
    channel: "hotline96110",
    line: "",
    call_id: "",
    caller: { name: "", phone: "", relation: "self" },
    victims: [noVictim()],
    payments: [noPayment()],
    category: "",
    offence_area: "",
    settled: {},
  };
}

/** A draft written by an older console still opens: what is missing takes its empty form. */
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
  };
}

// ── paths, as the server's problems name them ─────────────────────────────────────────────────

const keysOf = (path: string): string[] => path.split(/[.[\]]+/).filter(Boolean);

export function read(form: IntakeForm, path: string): string {
  let at: unknown = form;
  for (const key of keysOf(path)) at = (at as Record<string, unknown> | undefined)?.[key];
  return typeof at === "string" || typeof at === "number" ? String(at) : "";
}

/** A copy of the form with one field changed; rows that do not exist yet are added empty. */
export function put(form: IntakeForm, path: string, value: string): IntakeForm {
  const grown = grow(form, path);
  const walk = (node: unknown, keys: string[]): unknown => {
    const [key, ...rest] = keys;
    if (key === undefined) return value;
    if (Array.isArray(node)) return node.map((item, i) => (i === Number(key) ? walk(item, rest) : item));
    const object = node as Record<string, unknown>;
    return { ...object, [key]: walk(object[key], rest) };
  };
  return walk(grown, keysOf(path)) as IntakeForm;
}

function grow(form: IntakeForm, path: string): IntakeForm {
  const row = /^payments\[(\d+)\]/.exec(path);
  const missing = row ? Number(row[1]) + 1 - form.payments.length : 0;
  if (missing <= 0) return form;
  return { ...form, payments: [...form.payments, ...Array.from({ length: missing }, noPayment)] };
}

// ── what was recognised, and where it would go ────────────────────────────────────────────────

/** One piece of the text, the same after more text is typed behind it. */
export const entityKey = (e: Entity): string => `${e.kind}:${e.value}:${e.start}`;

export interface Offer {
  key: string;
  entity: Entity;
  /** Where it goes when accepted; null when the form has no such field and it is only confirmed. */
  path: string | null;
  /** Other places it could go. */
  others: string[];
}

const firstEmpty = (form: IntakeForm, field: string): string => {
  const i = form.payments.findIndex((_, n) => read(form, `payments[${n}].${field}`) === "");
  return `payments[${i === -1 ? form.payments.length : i}].${field}`;
};
/** The row that waits for a name or bank: the first that has a number and lacks it, else the first without it. */
const payeeRow = (form: IntakeForm, field: "name" | "bank_name"): string => {
  const i = form.payments.findIndex((p) => p.to.number !== "" && p.to[field] === "");
  return i === -1 ? firstEmpty(form, `to.${field}`) : `payments[${i}].to.${field}`;
};
/** A bank already named in a row only confirms it; a bank said once more does not open a new row. */
function bankPlaces(form: IntakeForm, bank: string): string[] {
  const same = form.payments.findIndex((p) => p.to.bank_name === bank);
  if (same !== -1) return [`payments[${same}].to.bank_name`];
  const waiting = payeeRow(form, "bank_name");
  const opensRow = Number(/\d+/.exec(waiting)?.[0]) >= form.payments.length;
  return opensRow ? [firstEmpty(form, "from.bank_name"), waiting] : [waiting, firstEmpty(form, "from.bank_name")];
}
const titled = (text: string): boolean => /(先生|女士|小姐|太太|阿姨|叔叔)$/.test(text);

/** The places an entity could go, the likeliest first. */
export function places(form: IntakeForm, entity: Entity): string[] {
  const empty = (paths: string[]) =>
    [...paths].sort((a, b) => Number(read(form, a) !== "") - Number(read(form, b) !== ""));
  switch (entity.kind) {
    case "bank_card":
    case "account":
      return [firstEmpty(form, "to.number"), firstEmpty(form, "from.number")];
    case "amount":
      return [firstEmpty(form, "amount")];
    case "time":
      return [firstEmpty(form, "paid_at")];
    case "phone":
      return empty(["caller.phone", "victims[0].phone"]);
    case "id_card":
      return ["victims[0].id_number"];
    case "bank":
      return bankPlaces(form, entity.value);
    case "person": {
      const payee = payeeRow(form, "name");
      return titled(entity.text)
        ? [...empty(["caller.name", "victims[0].name"]), payee]
        : [payee, "caller.name", "victims[0].name"];
    }
    default:
      return [];
  }
}

/** What is still to be decided, in the order of the text; each place is as if those before it had been accepted. */
export function offers(form: IntakeForm, entities: Entity[]): Offer[] {
  let ahead = form;
  return entities
    .filter((e) => form.settled[entityKey(e)] === undefined)
    .sort((a, b) => a.start - b.start)
    .map((entity) => {
      const [path = null, ...others] = places(ahead, entity);
      const offer = { key: entityKey(entity), entity, path, others };
      ahead = accept(ahead, offer);
      return offer;
    });
}

/** A person accepted an offer: the value goes to its place, and the place is remembered with it. */
export function accept(form: IntakeForm, offer: Offer, path: string | null = offer.path): IntakeForm {
  const settled = { ...form.settled, [offer.key]: path ?? "confirmed" };
  if (path === null) return { ...form, settled };
  let next = put(form, path, valueFor(offer.entity));
  const bank = offer.entity.bank;
  if (bank && path.endsWith(".number")) {
    const side = path.slice(0, -".number".length);
    next = put(put(next, `${side}.bank_code`, bank.code), `${side}.bank_name`, bank.name);
  }
  return { ...next, settled };
}

export function setAside(form: IntakeForm, offer: Offer): IntakeForm {
  return { ...form, settled: { ...form.settled, [offer.key]: "" } };
}

/** The value as the field is typed: yuan for amounts, a civil time for times. */
export function valueFor(entity: Entity): string {
  if (entity.kind === "amount") return yuanFromFen(entity.value);
  if (entity.kind === "time") return timeAsTyped(entity.value);
  return entity.value;
}

// ── amounts and times as typed ────────────────────────────────────────────────────────────────

/** Whole fen as text → yuan with two decimals. */
export function yuanFromFen(fen: string): string {
  if (!/^\d+$/.test(fen)) return "";
  const digits = fen.padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Yuan as typed → whole fen, or null when it is not an amount. At most two decimals. */
export function fenFromYuan(text: string): number | null {
  const clean = text.normalize("NFKC").replace(/[,\s¥]/g, "");
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(clean);
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

const two = (n: string | number) => String(n).padStart(2, "0");

/** ISO 8601 → as a person would type it. A day without an hour stays a day. */
export function timeAsTyped(iso: string): string {
  if (/^\d{4}-\d{2}(-\d{2})?$/.test(iso)) return iso;
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  const c = civil(ms);
  return `${c.date} ${c.time}`;
}

/** A time as typed → ISO at +08:00, or null. An hour alone is the latest such hour not after now. */
export function isoFromTyped(text: string, now_ms: number): string | null {
  const clean = text
    .normalize("NFKC")
    .trim()
    .replace(/[/.年月]/g, "-")
    .replace(/日/, " ")
    .replace(/\s+/g, " ");
  const match = /^(?:(?:(\d{4})-)?(\d{1,2})-(\d{1,2})[ T])?(\d{1,2}):?(\d{2})(?::?(\d{2}))?$/.exec(clean);
  if (!match) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const today = civil(now_ms);
  const date = month ? `${year ?? today.year}-${two(month)}-${two(day ?? "")}` : today.date;
  const ms = Date.parse(`${date}T${two(hour)}:${two(minute)}:${two(second)}+08:00`);
  if (Number.isNaN(ms) || civil(ms).date !== date) return null;
  if (month && year) return isoCst(ms);
  if (month) {
    if (ms <= now_ms) return isoCst(ms);
    const last = `${today.year - 1}-${two(month)}-${two(day ?? "")}`;
    return isoCst(Date.parse(`${last}T${two(hour)}:${two(minute)}:${two(second)}+08:00`));
  }
  return isoCst(ms <= now_ms ? ms : ms - 86_400_000);
}

// ── to the wire ───────────────────────────────────────────────────────────────────────────────

/** A person says that an odd number is what the caller reads. */
export function confirmNumber(form: IntakeForm, row: number, yes: boolean): IntakeForm {
  const payments = form.payments.map((p, i) => (i === row ? { ...p, to: { ...p.to, number_confirmed: yes } } : p));
  return { ...form, payments };
}

const blank = (value: object): boolean =>
  Object.values(value).every((v) =>
    typeof v === "object" && v !== null ? blank(v) : v === "" || v === 0 || v === false,
  );

/** A payment row nobody touched is not a payment; it does not become a problem. */
function touched(p: PaymentForm): boolean {
  const { channel: _c, victim_index: _v, to, from, ...rest } = p;
  const { account_type: _t, ...payee } = to;
  const { account_type: _f, ...payer } = from;
  return !(blank(rest) && blank(payee) && blank(payer));
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
): ReportNew {
  const rows = form.payments.filter(touched);
  return {
    ...(draft ? { draft_id: draft } : {}),
    ...(form.call_id ? { call_id: form.call_id } : {}),
    narrative: form.narrative,
    channel: form.channel,
    seat,
    line: form.line,
    caller: form.caller,
    victims: form.victims.map(({ age, ...v }) => ({ ...v, age: /^\d+$/.test(age) ? Number(age) : null })),
    payments: rows.map(({ amount, paid_at, ...p }) => ({
      ...p,
      paid_at: isoFromTyped(paid_at, now_ms) ?? paid_at,
      amount_fen: fenFromYuan(amount) ?? 0,
    })),
    category: form.category,
    offence_area: form.offence_area,
    send_stops,
  };
}

/** Rows sent skip untouched ones: the server's row number → the form's. */
export function formPath(form: IntakeForm, path: string): string {
  const match = /^payments\[(\d+)\](.*)$/.exec(path);
  if (!match) return path;
  const rows = form.payments.map((p, i) => ({ p, i })).filter(({ p }) => touched(p));
  const row = rows[Number(match[1])]?.i ?? Number(match[1]);
  const rest = match[2] === ".amount_fen" ? ".amount" : match[2];
  return `payments[${row}]${rest}`;
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
