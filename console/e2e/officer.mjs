/**
 * A call-taker who takes what was recognised and asks the caller about the rest: what the form doubts, what it misses, and
 * everything once more where the sum that was told is not the sum of the rows. The caller answers out of the city's truth.
 *
 * Promises: nothing of the truth comes into the form that the form did not make him ask for, so an order is as true as
 * what was read and shown. Leaves out what is compared afterwards.
 */
import assert from "node:assert/strict";

/** The kinds of fraud as the form says them (DOMAIN 3.1). */
export const KINDS = {
  "01": "刷单返利",
  "02": "冒充电商物流客服",
  "03": "虚假投资理财",
  "04": "贷款、代办信用卡",
  "05": "虚假征信",
  "06": "虚假购物、服务",
  "07": "冒充公检法",
  "08": "冒充领导、熟人",
  "09": "网络游戏交易",
  10: "婚恋、交友",
  11: "网黑案件",
  12: "冒充军警购物",
  13: "其他",
};

const two = (n) => String(n).padStart(2, "0");
/** An instant of the city as it is typed, to the minute that people say. */
export function asTyped(ms) {
  const c = new Date(ms + 8 * 3_600_000);
  return `${two(c.getUTCMonth() + 1)}-${two(c.getUTCDate())} ${two(c.getUTCHours())}:${two(c.getUTCMinutes())}`;
}
export const yuan = (fen) => (Number(fen) / 100).toFixed(2);
const fen = (typed) => Math.round(Number(typed.replace(/,/g, "")) * 100);

/** Answers the telephone; which of the city's calls it is. */
export async function answer(taker) {
  await taker.sees(".call, [data-testid=ringing]");
  await taker.press("F8");
  await taker.sees("textarea[name=narrative]");
  if ((await taker.page.locator("textarea[name=narrative]").inputValue()) === "") {
    await taker.sees(".call");
    await taker.press("F8");
  }
  await taker.page.waitForFunction(() => (document.querySelector("textarea[name=narrative]")?.value.length ?? 0) > 20);
  // What was read stands below the words as soon as the server has answered.
  await taker.sees("[data-proposal], button.chip");
  const said = await taker.page.locator("textarea[name=narrative]").inputValue();
  const call = taker.centre.calls().find((c) => c.narrative === said);
  assert.ok(call, `the city knows of no call with these words: ${said}`);
  return call;
}

/** What a row of the form says, and what is said of it. */
async function rowAt(taker, i) {
  const value = (part) => taker.value(`payments[${i}].${part}`);
  const notes = taker.page.locator(`[data-testid=notes-${i}]`);
  return {
    i,
    paid_at: await value("paid_at"),
    amount: await value("amount"),
    number: await value("to.number"),
    name: await value("to.name"),
    bank: (await taker.page.locator(`[data-field="payments[${i}].to.bank_name"]`).textContent()) ?? "",
    notes: (await notes.count()) > 0 ? ((await notes.textContent()) ?? "") : "",
  };
}

async function rowsOf(taker) {
  const rows = [];
  const count = await taker.page.locator("[data-payment]").count();
  for (let i = 0; i < count; i += 1) rows.push(await rowAt(taker, i));
  return rows.filter((r) => r.amount + r.number + r.paid_at + r.notes !== "");
}

/** Which payment the caller takes a row for: the one of that amount and account, of that amount, of that account, else the next. */
function meantBy(row, payments, spoken) {
  const open = payments.filter((p) => !spoken.has(p));
  const amount = row.amount === "" ? null : fen(row.amount);
  const number = row.number.replace(/\D/g, "");
  return (
    open.find((p) => Number(p.amount) === amount && p.to.number === number) ??
    open.find((p) => Number(p.amount) === amount) ??
    open.find((p) => number !== "" && p.to.number === number) ??
    open[0]
  );
}

async function retype(taker, path, text) {
  if ((await taker.value(path)) === text) return;
  await taker.tabTo(`[name="${path}"]`);
  await taker.press("Control+a", "Delete");
  if (text !== "") await taker.type(text);
}

/** How much of his own card the caller says. */
const payerSaid = (p) => ({ whole: p.from.number, tail: `尾号${p.from.number.slice(-4)}` })[p.told.from] ?? "";

/** A bank of which only a tail is known and that the directory does not have by this name is chosen. */
async function payersBank(taker, row, p) {
  const path = `payments[${row}].from.bank_name`;
  const field = taker.page.locator(`[data-field="${path}"]`);
  if ((await field.count()) > 0 && /不在名录/.test((await field.textContent()) ?? ""))
    await taker.choose(path, p.from.bank_name);
}

/** The bank as the form shows it, chosen or named by the card. */
async function setBank(taker, i, bank) {
  const path = `payments[${i}].to.bank_name`;
  const shown = (await taker.page.locator(`[data-field="${path}"]`).textContent()) ?? "";
  if (shown.includes(bank)) return;
  await taker.choose(path, bank);
}

/** The ways of paying as the form names them, and the key of each. */
const HOWS = { transfer: ["", "1"], code: ["扫码支付", "2"], cash: ["现金交付", "3"] };

/** A way that the form has otherwise is said: cash, a code. What the form knows better (a dealer in coins) stays. */
async function sayHow(taker, i, p) {
  const { notes } = await rowAt(taker, i);
  const [word, key] = HOWS[p.how];
  const other = Object.values(HOWS).some(([w]) => w !== "" && w !== word && notes.includes(w));
  if (word === "" ? !other : notes.includes(word)) return;
  await taker.tabTo(`[name="payments[${i}].amount"]`);
  await taker.press("Alt+h");
  await taker.sees(".dialog");
  await taker.press(key);
  await taker.seesNot(".dialog");
}

/** The caller says this payment once more. Of cash and codes he cannot name the account. */
async function sayAgain(taker, i, p) {
  const at = (part) => `payments[${i}].${part}`;
  await sayHow(taker, i, p);
  await retype(taker, at("paid_at"), asTyped(p.at));
  await retype(taker, at("amount"), yuan(p.amount));
  await retype(taker, at("to.number"), p.how === "transfer" ? p.to.number : "");
  await retype(taker, at("to.name"), p.how === "transfer" ? p.to.name : "");
  if (p.how === "transfer") await setBank(taker, i, p.to.bank_name);
  await retype(taker, at("from.number"), payerSaid(p));
  await payersBank(taker, i, p);
}

async function fillGaps(taker, row, p) {
  const at = (part) => `payments[${row.i}].${part}`;
  const asked = [];
  const ask = async (what, missing, act) => {
    if (!missing) return;
    asked.push(what);
    await act();
  };
  await ask("time", !/\d:\d/.test(row.paid_at), () => retype(taker, at("paid_at"), asTyped(p.at)));
  await ask("amount", row.amount === "", () => retype(taker, at("amount"), yuan(p.amount)));
  await ask("number", row.number === "", () => retype(taker, at("to.number"), p.to.number));
  await ask("name", row.name === "", () => retype(taker, at("to.name"), p.to.name));
  await ask("bank", !/银行|支付|信用社|联社/.test(row.bank) || /不在名录/.test(row.bank), () =>
    setBank(taker, row.i, p.to.bank_name),
  );
  await payersBank(taker, row.i, p);
  return asked;
}

/** Takes every row and every piece that waits. */
async function takeRows(taker, call) {
  const waiting = "[data-proposal=payment], button.chip";
  for (let i = 0; i < 80; i += 1) {
    const left = await taker.page.locator(waiting).count();
    if (left === 0) return;
    const row = await taker.page.locator("[data-next]").count();
    const wrongKind = row === 0 && (await otherKind(taker, call));
    await taker.press(wrongKind ? "F4" : "F2");
    await taker.page.waitForFunction(([s, n]) => document.querySelectorAll(s).length < n, [waiting, left]);
  }
  throw new Error("there is no end of proposals");
}

/** The type that is proposed is not what the story tells of: that is the call-taker's to judge. */
async function otherKind(taker, call) {
  const first = taker.page.locator("button.chip").first();
  if ((await first.getAttribute("data-piece")) !== "category") return false;
  return !((await first.textContent()) ?? "").includes(KINDS[call.truth.kind_code]);
}

/** The caller says all payments again, one after the other. */
async function sayAll(taker, payments) {
  for (let i = 0; i < payments.length; i += 1) {
    if ((await taker.page.locator(`[data-payment="${i}"]`).count()) === 0) await taker.press("Alt+p");
    await taker.sees(`[data-payment="${i}"]`);
    await sayAgain(taker, i, payments[i]);
  }
  for (let rows = await rowsOf(taker); rows.length > payments.length; rows = await rowsOf(taker)) {
    const last = `[data-payment="${rows.length - 1}"]`;
    await taker.tabTo(`${last} .payline > button.link`);
    await taker.press("Enter");
    await taker.sees(`${last} .paymore button.link:last-of-type`);
    await taker.tabTo(`${last} .paymore button.link:last-of-type`);
    await taker.press("Enter");
    await taker.page.waitForFunction((n) => document.querySelectorAll("[data-payment]").length < n, rows.length);
  }
}

/** What the caller left out about people, place and type. */
async function askAboutPeople(taker, call) {
  const { victim, kind_code } = call.truth;
  await taker.fill("victims[0].name", victim.name);
  await taker.fill("victims[0].id_number", victim.id_number);
  await taker.fill("caller.phone", call.truth.number);
  const shown = (field) => taker.page.locator(`[data-field="${field}"]`).textContent();
  if (!/\d{6}/.test((await shown("offence_area")) ?? "")) await taker.choose("offence_area", String(victim.area));
  if (!((await shown("category")) ?? "").includes(KINDS[kind_code])) await taker.choose("category", KINDS[kind_code]);
}

/** Fills the form of a call; what had to be asked. */
export async function fillForm(taker, call) {
  await takeRows(taker, call);
  const payments = call.truth.payments.map((p, i) => ({ ...p, told: call.truth.told.payments[i] }));
  const asked = [];
  const rows = await rowsOf(taker);
  const all = rows.some((r) => /笔数不符|总额不符|各笔金额不明/.test(r.notes));
  const warned = await taker.page.locator("[data-testid=sums].differs, [data-testid=unplaced]").count();
  if (all || rows.length === 0 || warned > 0) {
    asked.push("everything");
    await sayAll(taker, payments);
  } else {
    const spoken = new Set();
    for (const row of rows) {
      const p = meantBy(row, payments, spoken);
      if (!p) throw new Error(`a row that is no payment of the caller: ${JSON.stringify(row)}\n${call.narrative}`);
      spoken.add(p);
      if (row.notes !== "") {
        asked.push(`payment ${row.i + 1}: ${row.notes}`);
        await sayAgain(taker, row.i, p);
      } else {
        for (const what of await fillGaps(taker, row, p)) asked.push(`payment ${row.i + 1}: ${what}`);
      }
    }
  }
  await askAboutPeople(taker, call);
  return asked;
}

/** Registers the report and sends the stops; what the server made of it. */
export async function send(taker) {
  const answered = taker.page.waitForResponse(
    (r) => r.request().method() === "POST" && r.url().endsWith("/api/reports"),
  );
  await taker.press("Control+Enter");
  // The rows were read back: it is the sum that the caller has wrong, or an account that he only names.
  for (const name of ["sum_confirmed", "unplaced_confirmed"]) {
    const box = taker.page.locator(`[name=${name}]`);
    if ((await box.count()) === 0 || (await box.isChecked())) continue;
    await taker.page.waitForFunction((n) => document.activeElement?.getAttribute("name") === n, name);
    await taker.press("Space", "Control+Enter");
  }
  const answer = await answered;
  const body = await answer.json();
  assert.ok(answer.ok(), `the form is refused: ${JSON.stringify(body)}`);
  await taker.arrives(/\/golden\//);
  return body;
}
