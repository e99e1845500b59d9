import { describe, expect, test } from "vitest";
import { Problem } from "../../api/problem";
import type { Traced, TracedAccount, TracedRow, TransferRow } from "../../api/types";
import {
  askedOf,
  atFields,
  hopCounts,
  linesOf,
  type MovementForm,
  movementOf,
  nearest,
  nothingFollowed,
  type TraceForm,
  type Wrong,
} from "./model";

const ID = "018F0000-0000-7000-8000-00000000000a";
const FORM: TraceForm = {
  from: ` ${ID} `,
  purpose: "研判资金去向",
  mode: "",
  direction: "up",
  depth: "",
  hours: "",
  least: "",
};

describe("what a raw trace is asked", () => {
  test("empty fields leave the usual values to the server, and amounts have no way back", () => {
    expect(askedOf(FORM)).toEqual({
      wrong: null,
      asked: { transfer_id: ID.toLowerCase(), purpose: "研判资金去向", explain: true },
    });
    expect(askedOf({ ...FORM, mode: "lifo" }).asked).toMatchObject({ mode: "lifo" });
    expect(askedOf({ ...FORM, mode: "lifo" }).asked).not.toHaveProperty("direction");
  });
  test("what is typed is sent in the server's units", () => {
    const { asked } = askedOf({ ...FORM, mode: "reach", depth: "３", hours: "72", least: "1,000.5" });
    expect(asked).toMatchObject({ mode: "reach", direction: "up", depth: 3, hours: 72, least_fen: 100_050 });
  });
  test("all that is wrong is said at once", () => {
    const { wrong } = askedOf({ ...FORM, from: "12", purpose: " x ", depth: "21", hours: "a week", least: "-1" });
    expect(wrong).toEqual({
      from: "trace.idBad",
      purpose: "trace.purposeNeeded",
      depth: "trace.depthBad",
      hours: "trace.hoursBad",
      least: "pay.amountBad",
    });
    expect(askedOf({ ...FORM, from: " " }).wrong).toEqual({ from: "trace.idMissing" });
  });
});

describe("how a movement is looked for", () => {
  const NOW = Date.parse("2026-04-04T10:00:00+08:00");
  const LOOK: MovementForm = { number: "", account: "a", amount: "", at: "", purpose: "研判" };
  test.each<[string, Partial<MovementForm>, object]>([
    ["an account alone", {}, { number: null, rows: { account_id: "a", purpose: "研判" } }],
    [
      "a number as it is printed",
      { number: "6222 0000 1111", account: undefined },
      { number: "622200001111", rows: { purpose: "研判" } },
    ],
    [
      "an amount round an hour of the day",
      { amount: "30,000", at: "4-3 21:05" },
      { rows: { amount_fen: 3_000_000, at: "2026-04-03T21:05:00+08:00" } },
    ],
    ["a day alone is its noon", { at: "2026-04-03" }, { rows: { at: "2026-04-03T12:00:00+08:00" } }],
    ["a day in Chinese", { at: "2026年4月3日" }, { rows: { at: "2026-04-03T12:00:00+08:00" } }],
    ["an hour alone is the last such hour", { at: "2105" }, { rows: { at: "2026-04-03T21:05:00+08:00" } }],
  ])("%s", (_name, part, want) => expect(movementOf({ ...LOOK, ...part }, NOW).asked).toMatchObject(want));
  test.each<[string, Partial<MovementForm>, Wrong<MovementForm>]>([
    ["without a reason", { purpose: " " }, { purpose: "trace.purposeNeeded" }],
    ["without an account", { account: undefined }, { number: "trace.numberMissing" }],
    ["an amount without an instant", { amount: "1" }, { at: "trace.timeNeeded" }],
    ["no amount, no time", { amount: "much", at: "lately" }, { amount: "pay.amountBad", at: "pay.timeBad" }],
    ["nothing is no amount", { amount: "0", at: "21:05" }, { amount: "pay.amountBad" }],
  ])("is refused: %s", (_name, part, want) => expect(movementOf({ ...LOOK, ...part }, NOW).wrong).toEqual(want));
  test("the cursor stands on the movement nearest to the instant", () => {
    const row = (at: string): TransferRow => ({ transfer_id: at, at, amount: "1.00", side: "in", other: null });
    const rows = ["2026-04-03T22:00:00+08:00", "2026-04-03T21:04:00+08:00", "2026-04-03T09:00:00+08:00"].map(row);
    expect(nearest(rows, "2026-04-03T21:05:00+08:00")).toBe(1);
    expect(nearest(rows, null)).toBe(0);
    expect(nearest([], "2026-04-03T21:05:00+08:00")).toBe(0);
  });
});

test("a refusal that stands at its fields is not said twice", () => {
  const refused = (...fields: string[]) =>
    new Problem({
      status: 422,
      code: "field_malformed",
      problems: fields.map((field) => ({ field, code: "field_malformed", detail_zh: "", detail_en: "", detail: "" })),
    });
  expect(atFields(refused("hours"), ["hours", "depth"])).toBe(true);
  expect(atFields(refused("hours", "rows"), ["hours", "depth"])).toBe(false);
  expect(atFields(refused(), ["hours"])).toBe(false);
});

const account = (id: string): TracedAccount => ({
  account_id: id,
  holder_masked: `${id}*`,
  number_tail: "1234",
  bank_name: "",
  exit_kind: "",
});
const row = (transfer_id: string, hop: number, at: string): TracedRow => ({
  transfer_id,
  from_account_id: "a",
  to_account_id: hop === 0 ? "b" : "c",
  at,
  amount: "1.00",
  tainted: null,
  hop,
});
const traced = (rows: TracedRow[]): Traced => ({
  mode: "reach",
  rows,
  rows_left_out: 0,
  held: [],
  held_left_out: 0,
  totals: null,
  from_index: true,
  cut: false,
  cuts: [],
  cuts_left_out: 0,
  assumptions: [],
  assumptions_left_out: 0,
  accounts: [account("a"), account("b")],
});

describe("the answer", () => {
  const answer = traced([
    row("t3", 2, "2026-04-03T21:00:00+08:00"),
    row("t2", 1, "2026-04-03T22:00:00+08:00"),
    row("t1", 1, "2026-04-03T21:30:00+08:00"),
    row("t0", 0, "2026-04-03T20:00:00+08:00"),
  ]);
  test("the transfer asked about first, then by hop and time, with the accounts that are known", () => {
    const lines = linesOf(answer);
    expect(lines.map((l) => [l.row.transfer_id, l.seed])).toEqual([
      ["t0", true],
      ["t1", false],
      ["t2", false],
      ["t3", false],
    ]);
    expect([lines[0]?.to?.holder_masked, lines[1]?.to]).toEqual(["b*", undefined]);
  });
  test("hops are counted", () =>
    expect([...hopCounts(answer)].sort()).toEqual([
      [0, 1],
      [1, 2],
      [2, 1],
    ]));
  test("a trace that found only its beginning says so", () => {
    expect(nothingFollowed(traced([row("t0", 0, "x")]))).toBe(true);
    expect(nothingFollowed(answer)).toBe(false);
  });
});
