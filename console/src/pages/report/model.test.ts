import { describe, expect, test } from "vitest";
import { type CorrectionForm, correctionOf, noCorrection, unreadable } from "./model";

const NOW = Date.parse("2026-11-30T23:30:00+08:00");
const body = (what: string, typed: Partial<CorrectionForm>) =>
  correctionOf({ ...noCorrection(what), reason: "来电人更正", ...typed }, 3, NOW);

describe("a correction", () => {
  test("sends what was typed to the fen and leaves the rest as it is", () => {
    expect(body("payment:p1", { amount: "30,000.01", paidAt: "11-29 22:12" })).toMatchObject({
      revision: 3,
      reason: "来电人更正",
      send_stops: true,
      payments: [{ id: "p1", amount_fen: 3_000_001, paid_at: "2026-11-29T22:12:00+08:00", to: null, from: null }],
    });
  });
  test("names another payee with its bank of the directory", () => {
    const bank = { code: "102533000027", name: "中国工商银行" };
    const sent = body("payment:p1", { payeeNumber: "6200 0000 0000 0001", payeeName: "试丙", payeeBank: bank });
    expect(sent.payments?.[0]?.to).toMatchObject({
      number: "6200 0000 0000 0001",
      name: "试丙",
      bank_code: "102533000027",
    });
    expect(sent.payments?.[0]?.from).toBeNull();
  });
  test("says that no account is known, and the way the money went", () => {
    expect(body("payment:p1", { how: "cash", payeeUnknown: true }).payments?.[0]).toMatchObject({
      how: "cash",
      payee_unknown: true,
      to: null,
    });
    expect(body("payment:p1", { payeeNumber: "6200" }).payments?.[0]).toMatchObject({
      how: null,
      payee_unknown: false,
    });
  });
  test("a new payment has no id, and a new victim neither", () => {
    expect(body("new-payment", { amount: "1" }).payments?.[0]?.id).toBeNull();
    expect(body("new-victim", { name: "王某" }).people).toEqual([
      { id: null, name: "王某", id_number: null, phone: null },
    ]);
  });
  test("a row that was no payment is taken out, and no stop follows it", () => {
    const sent = body("payment:p1", { remove: true, amount: "5" });
    expect(sent.removed_payment_ids).toEqual(["p1"]);
    expect([sent.send_stops, sent.payments]).toEqual([false, undefined]);
  });
  test("what cannot be read is said and not dropped", () => {
    const typed = (more: Partial<CorrectionForm>) => unreadable({ ...noCorrection("payment:p1"), ...more }, NOW);
    expect(typed({})).toBeNull();
    expect(typed({ amount: "三万" })).toBe("amount");
    expect(typed({ paidAt: "那天" })).toBe("paidAt");
  });
});
