/** What a call-taker asks before a report can be registered; shared by the tests that begin with a call. */
import { card, invented } from "./stage.mjs";

/** What the caller did not say, the call-taker asks: names, papers and the paying account. */
export async function complete(taker) {
  await taker.fill("victims[0].name", "张三");
  await taker.fill("victims[0].id_number", invented(12));
  const rows = await taker.page.locator("[data-payment]").count();
  for (let i = 0; i < rows; i += 1) {
    await taker.fill(`payments[${i}].paid_at`, "now");
    await taker.fill(`payments[${i}].from.number`, card(7));
    // 又往同一个账户: the payee of the row above.
    for (const part of ["to.number", "to.name", "to.bank_name"]) {
      const above = i > 0 ? await taker.value(`payments[${i - 1}].${part}`) : "某某";
      await taker.fill(`payments[${i}].${part}`, above);
    }
  }
  await taker.choose("offence_area", "421102");
}
