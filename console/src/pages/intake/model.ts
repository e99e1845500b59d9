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
  /** The bank's report that this form was filled from. */
  bank_report_id: string;
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
  channel: "mobile_bank",
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
    bank_report_id: "",
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
/** What was said in the same clause before the piece: whose card it is, whose name. */
function saidBefore(form: IntakeForm, entity: Entity): string {
  const before = [...form.narrative].slice(0, entity.start).join("");
  return /[^，。,；;！!？?\n]*$/.exec(before)?.[0] ?? "";
}
const PAYER = /(用|从)(我|你|他|她|自己|本人|我们)|(我|他|她)的[^，]{0,8}(卡|账户|账号)|付款|转出/;
const PAYEE_NAME = /(户名|户主|收款人|收款方|对方|账户名|名字[是叫]?)[^，]{0,3}$/;
const VICTIM_NAME =
  /(我叫|我是|本人|我姓名|受害人|姓名|老婆|老公|妻子|丈夫|[妈爸]|女儿|儿子|母亲|父亲|爱人)[^，]{0,2}$/;
const SUM = /(一共|总共|合计|共计|加起来|总计)[^，]{0,6}$/;
function namedAlready(form: IntakeForm, name: string): string | null {
  const paths = ["victims[0].name", "caller.name", ...form.payments.map((_, i) => `payments[${i}].to.name`)];
  return paths.find((path) => read(form, path) === name) ?? null;
}
const titled = (text: string): boolean => /(先生|女士|小姐|太太|阿姨|叔叔)$/.test(text);

/** The places an entity could go, the likeliest first; none when it is only confirmed. */
export function places(form: IntakeForm, entity: Entity): string[] {
  const before = saidBefore(form, entity);
  const empty = (paths: string[]) =>
    [...paths].sort((a, b) => Number(read(form, a) !== "") - Number(read(form, b) !== ""));
  switch (entity.kind) {
    case "bank_card":
    case "account":
      return PAYER.test(before)
        ? [firstEmpty(form, "from.number"), firstEmpty(form, "to.number")]
        : [firstEmpty(form, "to.number"), firstEmpty(form, "from.number")];
    case "amount":
      // A sum of several payments is not one more payment.
      return SUM.test(before) ? [] : [firstEmpty(form, "amount")];
    case "time":
      return [firstEmpty(form, "paid_at")];
    case "phone":
      return empty(["caller.phone", "victims[0].phone"]);
    case "id_card":
      return ["victims[0].id_number"];
    case "bank":
      return PAYER.test(before)
        ? [firstEmpty(form, "from.bank_name"), ...bankPlaces(form, entity.value).slice(0, 1)]
        : bankPlaces(form, entity.value);
    case "person": {
      // A name said once more is the same person, unless it is said to be a payee again.
      const known = namedAlready(form, entity.value);
      if (known && !PAYEE_NAME.test(before)) return [known];
      const payee = payeeRow(form, "name");
      if (!PAYEE_NAME.test(before) && VICTIM_NAME.test(before)) return ["victims[0].name", "caller.name", payee];
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
  if (/^(刚刚|刚才|就刚才|现在|now)$/i.test(clean)) return isoCst(now_ms);
  const ago = /^(\d{1,3}) ?(分钟前|分钟|min|m)( ago)?$/i.exec(clean);
  if (ago) return isoCst(now_ms - Number(ago[1]) * 60_000);
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
  const rows = sentRows(form, send_stops).map(({ p }) => p);
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
    payments: rows.map(({ amount, paid_at, ...p }) => ({
      ...p,
      paid_at: isoFromTyped(paid_at, now_ms) ?? paid_at,
      // Nothing typed is a missing amount, something that is no amount a wrong one.
      amount_fen: amount.trim() === "" ? null : (fenFromYuan(amount) ?? 0),
    })),
    category: form.category,
    offence_area: form.offence_area,
    send_stops,
  };
}

/** The rows that are sent; a stop without any payment sends the empty row, so that its problems stand at its fields. */
function sentRows(form: IntakeForm, send_stops: boolean): { p: PaymentForm; i: number }[] {
  const all = form.payments.map((p, i) => ({ p, i }));
  const rows = all.filter(({ p }) => touched(p));
  return rows.length === 0 && send_stops ? all.slice(0, 1) : rows;
}

/** Who reports for himself is typed once: the one of the two names and phones that is empty follows the other. */
const isSelf = (form: IntakeForm): boolean => form.caller.relation === "self";
export const victimName = (form: IntakeForm): string => form.victims[0]?.name || (isSelf(form) ? form.caller.name : "");
export const victimPhone = (form: IntakeForm): string =>
  form.victims[0]?.phone || (isSelf(form) ? form.caller.phone : "");
export const callerName = (form: IntakeForm): string =>
  form.caller.name || (isSelf(form) ? (form.victims[0]?.name ?? "") : "");

/** A number typed anew is of a bank that is not known yet, if the machine had named the bank of the old one. */
export function typeNumber(form: IntakeForm, path: string, value: string): IntakeForm {
  const side = path.replace(/\.number$/, "");
  const next = put(form, path, value);
  if (read(form, `${side}.bank_code`) === "") return next;
  return put(put(next, `${side}.bank_code`, ""), `${side}.bank_name`, "");
}

const SHOWN_AT: Record<string, string> = {
  ".amount_fen": ".amount",
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
