import { expect, test } from "vitest";
import type { Entity, Rows } from "../../api/types";
import { emptyForm, noAccount, noPayment } from "./form";
import { unplaced, unplacedSeen } from "./unplaced";

const TOLD = "9915001395908604";
const READ = "9915001409058586";
const card = (value: string, kind: Entity["kind"] = "bank_card"): Entity => ({
  kind,
  start: 0,
  text: value,
  value,
  check: "ok",
  approx: false,
  bank: { code: "991533000136", name: "楚汇支付" },
});
const rows = (payments: object[], received: object[] = []): Rows =>
  ({ payments, received, planned: [], stated_total: null }) as unknown as Rows;

test("an account that the reading gave to no payment is left over", () => {
  const list = unplaced(emptyForm(), [card(READ), card(TOLD)], rows([{ to: { account: READ } }]));
  expect(list).toEqual([{ number: TOLD, bank: "楚汇支付" }]);
  expect(unplacedSeen(list)).toBe(TOLD);
});

test.each<[string, Rows]>([
  ["payee", rows([{ to: { account: TOLD } }])],
  ["payer", rows([{ from: { account: TOLD } }])],
  ["payer by its tail", rows([{ from: { account: null, tail: "8604" } }])],
  ["account that paid back", rows([], [{ from: { account: TOLD } }])],
])("an account that is a %s is not", (_, read) => expect(unplaced(emptyForm(), [card(TOLD)], read)).toEqual([]));

test("what a person types into a row is placed", () => {
  const payments = [{ ...noPayment(), to: { ...noAccount(), number: "9915 0013 9590 8604" } }];
  expect(unplaced({ ...emptyForm(), payments }, [card(TOLD)], rows([]))).toEqual([]);
});

test("telephones are no accounts, and nothing is said before the text was read", () => {
  expect(unplaced(emptyForm(), [card("19900000138", "phone")], rows([]))).toEqual([]);
  expect(unplaced(emptyForm(), [card(TOLD)], null)).toEqual([]);
});
