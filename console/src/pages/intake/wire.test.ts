import { describe, expect, test } from "vitest";
import { emptyForm, formFrom, put, read, typeNumber } from "./form";
import { formPath, toldAt, toWire } from "./wire";

const NOW = Date.parse("2026-04-03T21:12:47+08:00");

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
  const form = put(put(emptyForm(), "payments[0].amount", "三万"), "payments[0].paid_at", "上次");
  expect(toWire(form, "3", NOW, "d", false).payments?.[0]).toMatchObject({ amount_fen: 0, paid_at: "上次" });
});

test("the payer's tail is sent as a tail and never as an account number", () => {
  const form = put(put(emptyForm(), "payments[0].amount", "5"), "payments[0].from.number", "尾号 6634");
  expect(toWire(form, "3", NOW, null, true).payments?.[0]?.from).toMatchObject({ number: "", tail: "6634" });
  const whole = put(form, "payments[0].from.number", "6200006639233214682");
  expect(toWire(whole, "3", NOW, null, true).payments?.[0]?.from).toMatchObject({ number: "6200006639233214682" });
});

describe("days are counted from the call", () => {
  const after = Date.parse("2026-04-04T00:20:00+08:00");
  test("of a call before midnight that is typed after it", () => {
    const form = { ...put(emptyForm(), "payments[0].paid_at", "今天21:30"), told_at: "2026-04-03T23:58:00+08:00" };
    expect(toWire(form, "3", after, null, true).payments?.[0]?.paid_at).toBe("2026-04-03T21:30:00+08:00");
    const just = put(form, "payments[0].paid_at", "刚才");
    expect(toWire(just, "3", after, null, true).payments?.[0]?.paid_at).toBe("2026-04-03T23:58:00+08:00");
  });
  test("without a call from now", () => expect(toldAt(emptyForm(), NOW)).toBe(NOW));
});

test("an old draft still opens", () => {
  const form = formFrom({ narrative: "旧", payments: [{ amount: "3" }] });
  expect(read(form, "payments[0].to.number")).toBe("");
  expect(form.narrative).toBe("旧");
  expect(form.payments[0]?.told).toBeNull();
});
