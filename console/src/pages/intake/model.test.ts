import { describe, expect, test } from "vitest";
import type { Entity } from "../../api/types";
import {
  accept,
  emptyForm,
  entityKey,
  fenFromYuan,
  formFrom,
  formPath,
  isoFromTyped,
  offers,
  put,
  read,
  setAside,
  toWire,
  typeNumber,
  yuanFromFen,
} from "./model";

const NOW = Date.parse("2026-04-03T21:12:47+08:00");
const entity = (kind: Entity["kind"], start: number, value: string, more: Partial<Entity> = {}): Entity => ({
  kind,
  start,
  text: value,
  value,
  check: "ok",
  approx: false,
  ...more,
});

describe("amounts are digits, not floating point", () => {
  test.each<[string, number | null]>([
    ["30000", 3_000_000],
    ["30,000.5", 3_000_050],
    ["0.07", 7],
    ["３００", 30_000],
    ["1.005", null],
    ["三万", null],
    ["", null],
    ["-5", null],
  ])("%s", (text, fen) => expect(fenFromYuan(text)).toBe(fen));
  test.each([
    ["3000000", "30000.00"],
    ["7", "0.07"],
    ["x", ""],
  ])("%s fen is %s", (fen, yuan) => expect(yuanFromFen(fen)).toBe(yuan));
});

describe("times as typed", () => {
  test.each<[string, string | null]>([
    ["21:05", "2026-04-03T21:05:00+08:00"],
    ["2105", "2026-04-03T21:05:00+08:00"],
    ["21:05:06", "2026-04-03T21:05:06+08:00"],
    ["23:30", "2026-04-02T23:30:00+08:00"],
    ["04-03 19:22", "2026-04-03T19:22:00+08:00"],
    ["12-31 08:00", "2025-12-31T08:00:00+08:00"],
    ["2026-04-03 19:22:08", "2026-04-03T19:22:08+08:00"],
    ["4月3日 19:22", "2026-04-03T19:22:00+08:00"],
    ["02-30 10:00", null],
    ["25:00", null],
    ["昨天", null],
  ])("%s", (text, iso) => expect(isoFromTyped(text, NOW)).toBe(iso));
});

describe("offers", () => {
  const story = [
    entity("bank_card", 10, "6200001234567890128", { bank: { code: "402", name: "农商行" } }),
    entity("person", 30, "周某"),
    entity("time", 40, "2026-04-03T21:05+08:00"),
    entity("amount", 50, "3000000"),
    entity("amount", 60, "9860000"),
    entity("url", 70, "http://a.example"),
  ];

  test("nothing is filled by itself", () => {
    const form = emptyForm();
    offers(form, story);
    expect(form).toEqual(emptyForm());
  });

  test("accepting one by one fills the story in order", () => {
    let form = emptyForm();
    for (let i = 0; i < story.length; i += 1) {
      const next = offers(form, story)[0];
      if (next) form = accept(form, next);
    }
    expect(form.payments[0]).toMatchObject({
      paid_at: "2026-04-03 21:05:00",
      amount: "30000.00",
      to: { number: "6200001234567890128", bank_code: "402", bank_name: "农商行", name: "周某" },
    });
    expect(form.payments[1]).toMatchObject({ amount: "98600.00", to: { number: "" } });
    expect(offers(form, story)).toEqual([]);
  });

  test("each offer names the place it would take after those before it", () => {
    const paths = offers(emptyForm(), story).map((o) => o.path);
    expect(paths.slice(3, 5)).toEqual(["payments[0].amount", "payments[1].amount"]);
  });

  test("set aside is not offered again and fills nothing", () => {
    const form = setAside(emptyForm(), offers(emptyForm(), story)[0] as never);
    expect(offers(form, story).map((o) => o.key)).not.toContain(entityKey(story[0] as Entity));
    expect(form.payments).toEqual(emptyForm().payments);
  });

  test.each([
    ["邓先生", "caller.name"],
    ["周某", "payments[0].to.name"],
  ])("%s goes to %s", (name, path) => {
    expect(offers(emptyForm(), [entity("person", 0, name)])[0]?.path).toBe(path);
  });

  test("a bank the card already named opens no new payment", () => {
    const form = put(put(emptyForm(), "payments[0].to.number", "6200"), "payments[0].to.bank_name", "农商行");
    expect(offers(form, [entity("bank", 0, "农商行")])[0]?.path).toBe("payments[0].to.bank_name");
    expect(offers(form, [entity("bank", 0, "工商银行")])[0]?.path).toBe("payments[0].from.bank_name");
  });

  test("a name said once more opens no payment", () => {
    const form = put(put(emptyForm(), "victims[0].name", "张三"), "payments[0].to.name", "周某");
    expect(offers(form, [entity("person", 0, "张三")])[0]?.path).toBe("victims[0].name");
    expect(offers(form, [entity("person", 0, "周某")])[0]?.path).toBe("payments[0].to.name");
  });

  test("a second phone is the victim's", () => {
    const form = put(emptyForm(), "caller.phone", "19900000138");
    expect(offers(form, [entity("phone", 0, "19900000417")])[0]?.path).toBe("victims[0].phone");
  });
});

test.each<[string, string]>([
  ["刚刚", "2026-04-03T21:12:47+08:00"],
  ["now", "2026-04-03T21:12:47+08:00"],
  ["5分钟前", "2026-04-03T21:07:47+08:00"],
  ["12 min", "2026-04-03T21:00:47+08:00"],
])("%s is a time", (typed, want) => expect(isoFromTyped(typed, NOW)).toBe(want));

describe("the clause says whose it is", () => {
  const at = (narrative: string, kind: Entity["kind"], text: string) =>
    offers({ ...emptyForm(), narrative }, [
      entity(kind, [...narrative.slice(0, narrative.indexOf(text))].length, text),
    ])[0]?.path;

  test.each<[string, Entity["kind"], string, string | null]>([
    ["我叫张三，刚才转了钱", "person", "张三", "victims[0].name"],
    ["我老婆李四被人骗了", "person", "李四", "victims[0].name"],
    ["我是黄州的，户名周某", "person", "周某", "payments[0].to.name"],
    ["名字是王五", "person", "王五", "payments[0].to.name"],
    ["刚刚用我的农行卡6200001 转了", "bank_card", "6200001", "payments[0].from.number"],
    ["刚刚用我的农行卡", "bank", "农行", "payments[0].from.bank_name"],
    ["打到工行6200002", "bank_card", "6200002", "payments[0].to.number"],
    ["一共被骗了三万", "amount", "三万", null],
    ["转了三万", "amount", "三万", "payments[0].amount"],
  ])("%s: %s %s", (narrative, kind, text, path) => expect(at(narrative, kind, text)).toBe(path));
});

describe("to the wire", () => {
  test("who reports for himself is typed once", () => {
    const form = put(put(emptyForm(), "caller.phone", "19900000138"), "victims[0].name", "张三");
    const wire = toWire(form, "3", NOW, null, true);
    expect(wire.caller).toMatchObject({ name: "张三", phone: "19900000138" });
    expect(wire.victims?.[0]).toMatchObject({ name: "张三", phone: "19900000138" });
    const other = toWire(put(form, "caller.relation", "spouse"), "3", NOW, null, true);
    expect([other.caller?.name, other.victims?.[0]?.phone]).toEqual(["", ""]);
  });

  test("a stop without a payment sends the empty row, so that each problem has its field", () => {
    expect(toWire(emptyForm(), "3", NOW, null, true).payments).toHaveLength(1);
    expect(toWire(emptyForm(), "3", NOW, null, false).payments).toHaveLength(0);
    expect(formPath(emptyForm(), "payments[0].to.bank_code")).toBe("payments[0].to.bank_name");
  });

  test("a number typed anew forgets the bank of the old one", () => {
    const old = put(put(emptyForm(), "payments[0].to.bank_code", "1"), "payments[0].to.bank_name", "甲");
    const next = typeNumber(old, "payments[0].to.number", "62");
    expect([read(next, "payments[0].to.number"), read(next, "payments[0].to.bank_name")]).toEqual(["62", ""]);
  });

  test("an untouched payment row is not sent, and the server's row number finds its row", () => {
    let form = put(emptyForm(), "payments[1].amount", "5");
    form = put(form, "payments[1].paid_at", "21:05");
    const wire = toWire(form, "3", NOW, null, true);
    expect(wire.payments).toHaveLength(1);
    expect(wire.payments?.[0]).toMatchObject({ amount_fen: 500, paid_at: "2026-04-03T21:05:00+08:00" });
    expect(formPath(form, "payments[0].amount_fen")).toBe("payments[1].amount");
  });

  test("what cannot be read is left for the server to refuse at its field", () => {
    const form = put(put(emptyForm(), "payments[0].amount", "三万"), "payments[0].paid_at", "昨天");
    expect(toWire(form, "3", NOW, "d", false).payments?.[0]).toMatchObject({ amount_fen: 0, paid_at: "昨天" });
  });
});

test("an old draft still opens", () => {
  const form = formFrom({ narrative: "旧", payments: [{ amount: "3" }] });
  expect(read(form, "payments[0].to.number")).toBe("");
  expect(form.narrative).toBe("旧");
});
