import { describe, expect, test } from "vitest";
import type { Row, Rows } from "../../api/types";
import {
  chooseHow,
  emptyForm,
  HOWS,
  type IntakeForm,
  noPayment,
  type PaymentForm,
  put,
  read,
  removePayment,
  withoutAccount,
} from "./form";
import {
  bankDiffers,
  doubtsOf,
  isApprox,
  movedBy,
  nameIsBank,
  nextRow,
  payeeTail,
  proposals,
  reread,
  setRowAside,
  sumConfirmed,
  sums,
  takePiece,
  takeRow,
} from "./rows";
import { toWire } from "./wire";

const NOW = Date.parse("2026-04-03T21:12:47+08:00");
const end = (more: Partial<Row["to"] & object> = {}) => ({
  account: null,
  tail: null,
  name: null,
  bank: null,
  bank_code: null,
  bank_told: null,
  ...more,
});
const row = (start: number, amount: string | null, more: Partial<Row> = {}): Row => ({
  at: "2026-04-02T15:40+08:00",
  amount,
  approx: false,
  from: end(),
  to: end({ account: "6200008197369935636", bank: "中国工商银行", bank_code: "102533000027", name: "马万里" }),
  how: "transfer",
  spans: [[start, 4]],
  confidence: 0.97,
  doubt: [],
  ...more,
});
const rowsOf = (payments: Row[], more: Partial<Rows> = {}): Rows => ({
  payments,
  received: [],
  planned: [],
  stated_total: null,
  sum_differs: false,
  area: null,
  category_hint: null,
  ...more,
});
/** A form whose narrative was read once. */
const readIn = (narrative: string, rows: Rows, form: IntakeForm = emptyForm()): IntakeForm =>
  reread({ ...form, narrative }, rows, narrative, NOW);

const STORY = "0123456789".repeat(30);

describe("taking rows", () => {
  test("twenty payments are twenty keys", () => {
    const rows = rowsOf(Array.from({ length: 20 }, (_, i) => row(i * 10, String((i + 1) * 10_000))));
    let form = readIn(STORY, rows);
    expect(form.payments).toEqual(emptyForm().payments);
    for (let i = 0; i < 20; i += 1) {
      const next = nextRow(proposals(form, rows, NOW));
      if (!next) throw new Error(`no proposal for payment ${i + 1}`);
      const taken = takeRow(form, next);
      expect(taken.row).toBe(i);
      form = taken.form;
    }
    expect(proposals(form, rows, NOW)).toEqual([]);
    expect(form.payments.map((p) => p.amount)).toEqual(Array.from({ length: 20 }, (_, i) => `${(i + 1) * 100}.00`));
    expect(form.payments[0]).toMatchObject({
      paid_at: "04-02 15:40",
      to: { number: "6200008197369935636", name: "马万里", bank_code: "102533000027", bank_name: "中国工商银行" },
    });
    expect(toWire(form, "3", NOW, null, true).payments?.[19]).toMatchObject({
      amount_fen: 200_000,
      paid_at: "2026-04-02T15:40:00+08:00",
    });
  });

  test("a payee of one row is never the payee of another", () => {
    const other = end({ account: "6200001111111111111", name: "钱乙" });
    const rows = rowsOf([row(0, "520000"), row(20, "30000", { to: end() }), row(40, "80000", { to: other })]);
    let form = readIn(STORY, rows);
    for (const p of proposals(form, rows, NOW)) form = takeRow(form, p).form;
    expect(form.payments.map((p) => [p.amount, p.to.number, p.to.name])).toEqual([
      ["5200.00", "6200008197369935636", "马万里"],
      ["300.00", "", ""],
      ["800.00", "6200001111111111111", "钱乙"],
    ]);
  });

  test("one piece leaves the rest to be taken into the same row", () => {
    const rows = rowsOf([row(0, "520000"), row(20, "30000")]);
    let form = readIn(STORY, rows);
    const first = nextRow(proposals(form, rows, NOW));
    if (!first) throw new Error("nothing is proposed");
    form = takePiece(form, first).form;
    expect([form.payments[0]?.paid_at, form.payments[0]?.amount]).toEqual(["04-02 15:40", ""]);
    const again = nextRow(proposals(form, rows, NOW));
    expect(again?.pieces[0]).toBe("amount");
    if (again) form = takeRow(form, again).form;
    expect(form.payments).toHaveLength(1);
    expect(form.payments[0]?.amount).toBe("5200.00");
    expect(proposals(form, rows, NOW)).toHaveLength(1);
  });

  test("the whole row does not write over what a person typed", () => {
    const rows = rowsOf([row(0, "520000")]);
    let form = readIn(STORY, rows, put(emptyForm(), "payments[0].amount", "5200"));
    form = put(form, "payments[0].to.name", "马万理");
    const next = nextRow(proposals(form, rows, NOW));
    if (next) form = takeRow(form, next).form;
    // The same amount typed before is the same payment, not one more.
    expect(form.payments).toHaveLength(1);
    expect(form.payments[0]).toMatchObject({ amount: "5200", to: { name: "马万理", number: "6200008197369935636" } });
  });

  test("set aside is not proposed again, nor a row that was taken and removed", () => {
    const rows = rowsOf([row(0, "520000"), row(20, "30000")]);
    let form = readIn(STORY, rows);
    const [first, second] = proposals(form, rows, NOW);
    if (!first || !second) throw new Error("two are proposed");
    form = setRowAside(form, first);
    expect(form.payments).toEqual(emptyForm().payments);
    form = takeRow(form, second).form;
    form = removePayment(form, 0);
    expect(proposals(form, rows, NOW)).toEqual([]);
    expect(form.payments).toHaveLength(1);
  });

  test("money that came back and money not paid are shown, and are payments only by a person's act", () => {
    const back = row(30, "1000", { from: end(), to: end(), at: null });
    const asked = row(60, "900000", { to: end(), at: "2026-04-03" });
    const rows = rowsOf([row(0, "520000")], { received: [back], planned: [asked] });
    let form = readIn(STORY, rows);
    const list = proposals(form, rows, NOW);
    expect(list.map((p) => p.kind)).toEqual(["payment", "received", "planned"]);
    const next = nextRow(list);
    if (next) form = takeRow(form, next).form;
    expect(nextRow(proposals(form, rows, NOW))).toBeUndefined();
    expect(form.payments).toHaveLength(1);
    const planned = proposals(form, rows, NOW)[1];
    if (planned) form = takeRow(form, planned).form;
    expect(form.payments[1]).toMatchObject({ amount: "9000.00", paid_at: "04-03" });
  });
});

describe("what a person must see", () => {
  const taken = (one: Row): IntakeForm => {
    const rows = rowsOf([one]);
    const form = readIn(STORY, rows);
    const next = nextRow(proposals(form, rows, NOW));
    return next ? takeRow(form, next).form : form;
  };

  test("a doubt stands until the person types in its field", () => {
    let form = taken(row(0, "520000", { doubt: ["payee_unsure", "repeated"] }));
    const payment = () => form.payments[0] as IntakeForm["payments"][number];
    expect(doubtsOf(payment())).toEqual(["payee_unsure", "repeated"]);
    form = put(form, "payments[0].to.number", "6200001111111111111");
    expect(doubtsOf(payment())).toEqual(["repeated"]);
  });

  test("a vague amount is marked until it is typed", () => {
    let form = taken(row(0, "1000", { approx: true }));
    expect(isApprox(form.payments[0] as never)).toBe(true);
    form = put(form, "payments[0].amount", "13");
    expect(isApprox(form.payments[0] as never)).toBe(false);
  });

  test("a tail stands as a tail, and is sent as one on both sides", () => {
    const form = taken(row(0, "520000", { from: end({ tail: "6634" }), to: end({ tail: "1780" }) }));
    expect(form.payments[0]).toMatchObject({ from: { number: "尾号6634" }, to: { number: "尾号1780" } });
    const sent = toWire(form, "3", NOW, null, true).payments?.[0];
    expect([sent?.to?.number, sent?.to?.tail, sent?.from?.tail]).toEqual(["", "1780", "6634"]);
    expect(payeeTail(form.payments[0] as never)).toBe("1780");
    expect(payeeTail(put(form, "payments[0].to.number", "6200001111111111780").payments[0] as never)).toBe("");
    expect(payeeTail(put(form, "payments[0].to.number", "尾号1780").payments[0] as never)).toBe("1780");
  });
});

describe("payments without a payee's account", () => {
  const read = (one: Row): IntakeForm => {
    const rows = rowsOf([one]);
    const form = readIn(STORY, rows);
    const next = nextRow(proposals(form, rows, NOW));
    if (!next) throw new Error("nothing is proposed");
    return takeRow(form, next).form;
  };
  const sent = (form: IntakeForm) => toWire(form, "3", NOW, null, true).payments?.[0];

  test.each([...HOWS])("one key keeps the way of a row that was read: %s", (how) => {
    const form = read(row(0, "520000", { how, to: end() }));
    expect(sent(form)).toMatchObject({ how, amount_fen: 520_000, to: { number: "" }, payee_unknown: false });
    expect(withoutAccount(form.payments[0] as never)).toBe(true);
  });
  test("a code whose account is known is stopped like any other", () => {
    const form = read(row(0, "520000", { how: "code" }));
    expect(withoutAccount(form.payments[0] as never)).toBe(false);
    expect(sent(form)).toMatchObject({ how: "code", to: { number: "6200008197369935636" } });
  });
  test("what is told later of the way comes into the row, unless a person chose it", () => {
    const before = rowsOf([row(4, "520000", { to: end() })]);
    let form = readIn(STORY, before);
    const next = nextRow(proposals(form, before, NOW));
    if (next) form = takeRow(form, next).form;
    const after = rowsOf([row(4, "520000", { to: end(), how: "cash" })]);
    const story = `${STORY}现金`;
    expect(reread({ ...form, narrative: story }, after, story, NOW).payments[0]?.how).toBe("cash");
    const chosen = { ...chooseHow(form, 0, "gold"), narrative: story };
    expect(reread(chosen, after, story, NOW).payments[0]?.how).toBe("gold");
  });
  test("a transfer to nobody known is said by a press, and a way alone is a row", () => {
    const unknown = chooseHow(put(emptyForm(), "payments[0].amount", "5"), 0, "transfer", true);
    expect(sent(unknown)).toMatchObject({ how: "transfer", payee_unknown: true });
    const typed = chooseHow(emptyForm(), 0, "cash");
    expect(toWire(typed, "3", NOW, null, false).payments).toHaveLength(1);
    expect(toWire(chooseHow(typed, 0, "transfer"), "3", NOW, null, false).payments).toHaveLength(0);
  });
  test("cash is in the sum of the rows", () => {
    const rows = rowsOf([row(0, "500000"), row(20, "300000", { how: "cash", to: end() })]);
    let form = readIn(STORY, rows);
    for (const p of proposals(form, rows, NOW)) form = takeRow(form, p).form;
    expect(sums(form, rows)).toMatchObject({ rows: 800_000, count: 2 });
  });
});

describe("reading again", () => {
  test.each<[string, string, number, number]>([
    ["abcdef", "abcdefgh", 3, 3],
    ["abcdef", "xyabcdef", 3, 5],
    ["abcdef", "abXcdef", 3, 4],
    ["abcdef", "abf", 5, 2],
    ["转三万给甲", "昨天转三万给甲", 1, 3],
  ])("%s → %s", (old, now, at, moved) => expect(movedBy(old, now)(at)).toBe(moved));

  test("what is told later comes into the row that was taken, and moves with the text", () => {
    const first = "昨天转了五千二。";
    const before = rowsOf([row(4, "520000", { to: end() })]);
    let form = readIn(first, before);
    const next = nextRow(proposals(form, before, NOW));
    if (next) form = takeRow(form, next).form;
    expect(form.payments[0]?.to.number).toBe("");
    const later = `我在罗田。${first}收款人马万里。`;
    const after = rowsOf([row(9, "520000")]);
    form = reread({ ...form, narrative: later }, after, later, NOW);
    expect(form.payments[0]).toMatchObject({ to: { number: "6200008197369935636", name: "马万里" } });
    expect(form.payments[0]?.told?.changed).toContain("to.number");
    expect(proposals(form, after, NOW)).toEqual([]);
  });

  test("a correction is followed where nobody typed, and only there", () => {
    const before = rowsOf([row(4, "4000000")]);
    let form = readIn(STORY, before);
    const next = nextRow(proposals(form, before, NOW));
    if (next) form = takeRow(form, next).form;
    form = put(form, "payments[0].to.name", "马万理");
    const story = `${STORY}，不对，是四万四`;
    const after = rowsOf([row(4, "4400000", { to: end({ account: "6200001111111111111", name: "钱乙" }) })]);
    form = reread({ ...form, narrative: story }, after, story, NOW);
    expect(form.payments[0]).toMatchObject({
      amount: "44000.00",
      to: { number: "6200001111111111111", name: "马万理" },
    });
    // The bank of the number before is not the bank of this one.
    expect(form.payments[0]?.to.bank_code).toBe("");
  });

  test("a row that the text no longer says stays and says so", () => {
    const before = rowsOf([row(4, "4000000")]);
    let form = readIn(STORY, before);
    const next = nextRow(proposals(form, before, NOW));
    if (next) form = takeRow(form, next).form;
    form = reread({ ...form, narrative: "没有转" }, rowsOf([]), "没有转", NOW);
    expect(form.payments[0]).toMatchObject({ amount: "40000.00", told: { lost: true } });
  });

  test("reading the same once more changes nothing, so that no draft is saved for it", () => {
    const rows = rowsOf([row(4, "4000000")]);
    let form = readIn(STORY, rows);
    const next = nextRow(proposals(form, rows, NOW));
    if (next) form = takeRow(form, next).form;
    expect(reread(form, rows, STORY, NOW)).toBe(form);
    expect(reread(form, rows, "older", NOW)).toBe(form);
  });
});

describe("the sum of the rows beside the sum that was told", () => {
  const stated = (fen: number, low = fen, high = fen) => ({
    amount: String(fen),
    low: String(low),
    high: String(high),
    approx: low !== high,
  });
  const withRows = (more: Partial<Rows>) => {
    const rows = rowsOf([row(0, "500000"), row(20, "300000")], more);
    let form = readIn(STORY, rows);
    for (const p of proposals(form, rows, NOW)) if (p.kind === "payment") form = takeRow(form, p).form;
    return { form, rows, sum: sums(form, rows) };
  };

  test.each<[string, Partial<Rows>, boolean]>([
    ["no total told", {}, false],
    ["the same", { stated_total: stated(800_000) }, false],
    ["a fen more", { stated_total: stated(800_001) }, true],
    ["about", { stated_total: stated(850_000, 765_000, 935_000) }, false],
    ["not even about", { stated_total: stated(1_000_000, 900_000, 1_100_000) }, true],
    ["less what came back", { stated_total: stated(790_000), received: [row(40, "10000", { to: end() })] }, false],
  ])("%s", (_, more, differs) => expect(withRows(more).sum.differs).toBe(differs));

  test("a difference is confirmed for these sums only, and the confirmation is sent", () => {
    const { form, rows, sum } = withRows({ stated_total: stated(900_000) });
    expect(sumConfirmed(form, sum)).toBe(false);
    expect(toWire(form, "3", NOW, null, true, sum).sum_confirmed).toBeUndefined();
    const yes = { ...form, sumConfirmed: sum.seen };
    expect(toWire(yes, "3", NOW, null, true, sum).sum_confirmed).toEqual({ rows_fen: 800_000, stated_fen: 900_000 });
    const other = put(yes, "payments[0].amount", "1");
    expect(sumConfirmed(other, sums(other, rows))).toBe(false);
  });
});

test("an older draft has no rows from a narrative and still opens", () => {
  const form = readIn("转了三万", rowsOf([]), { ...emptyForm(), read: "" });
  expect([read(form, "payments[0].amount"), form.read]).toEqual(["", "转了三万"]);
});

test("a holder's name that is the bank's is noticed", () => {
  const paid = (name: string, bank_name: string) => ({ ...noPayment(), to: { ...noPayment().to, name, bank_name } });
  expect(nameIsBank(paid("江城通", "江城通支付"))).toBe(true);
  expect(nameIsBank(paid("孙婷婷", "江城通支付"))).toBe(false);
  expect(nameIsBank(paid("", "江城通支付"))).toBe(false);
});

test("a bank that was told under a part of its name is no other bank, and a number typed anew settles it", () => {
  const taken = (bank_told: string): PaymentForm => {
    const one = row(0, "10000", { to: end({ account: "6200001196113650589", bank: "黄梅村镇银行", bank_told }) });
    const [p] = proposals(emptyForm(), rowsOf([one]), NOW);
    if (!p) throw new Error("a row is proposed");
    return takeRow(emptyForm(), p).form.payments[0] ?? noPayment();
  };
  const other = taken("农商行");
  expect(bankDiffers(taken("村镇银行"))).toBe(false);
  expect(bankDiffers(other)).toBe(true);
  expect(bankDiffers({ ...other, to: { ...other.to, number: "9915001409082479" } })).toBe(false);
});
