/** What a call-taker asks before a report can be registered; shared by the tests that begin with a call. */
import { card, invented } from "./stage.mjs";

/** The bank of an account is known: chosen, or named by the card's first digits. */
async function bankKnown(taker, path) {
  const field = taker.page.locator(`[data-field="${path}"] .ant-select`);
  const text = (await field.textContent()) ?? "";
  return /银行|支付|\(by card\)|（按卡号）/.test(text) && !/不在名录|not in the directory/.test(text);
}

/** What the caller did not say, the call-taker asks: names, papers, accounts and banks. */
export async function complete(taker) {
  await taker.fill("victims[0].name", "张三");
  await taker.fill("victims[0].id_number", invented(12));
  const rows = await taker.page.locator("[data-payment]").count();
  for (let i = 0; i < rows; i += 1) {
    const at = (part) => `payments[${i}].${part}`;
    await hour(taker, at("paid_at"));
    await taker.fill(at("from.number"), card(7));
    // 又往同一个账户: the payee of the row above.
    for (const part of ["to.number", "to.name"]) {
      const above = i > 0 ? await taker.value(`payments[${i - 1}].${part}`) : "某某";
      await taker.fill(at(part), above);
    }
    if (!(await bankKnown(taker, at("to.bank_name")))) await taker.choose(at("to.bank_name"), "中国工商银行", "gsyh");
  }
  const area = await taker.page.locator(`[data-field="offence_area"]`).textContent();
  if (!area?.includes("421102")) await taker.choose("offence_area", "421102");
  await checked(taker);
}

/** The payees were read back, and an account that is in no payment is none of theirs. */
async function checked(taker) {
  const box = taker.page.locator("[name=unplaced_confirmed]");
  if ((await box.count()) === 0 || (await box.isChecked())) return;
  await taker.tabTo("[name=unplaced_confirmed]");
  await taker.press("Space");
}

/** A day without an hour is asked back; nothing at all is now. */
async function hour(taker, path) {
  const told = await taker.value(path);
  if (/\d:\d/.test(told)) return;
  await taker.tabTo(`[name="${path}"]`);
  if (told !== "") await taker.press("Control+a");
  await taker.type("now");
}
