import { describe, expect, test } from "vitest";
import type { Entity, NextAction, TreeRow } from "../../api/types";
import { en } from "../../words/en";
import { zh } from "../../words/zh";
import { actionKeys, moneyParts, pieces, toggled, treeOrder } from "./model";

const row = (path: string): TreeRow =>
  ({ depth_path: path.split(""), account_id: path.at(-1) ?? "", hop: path.length }) as TreeRow;
const entity = (start: number, text: string): Entity => ({
  kind: "person",
  start,
  text,
  value: text,
  check: "none",
  approx: false,
});
const suggestion = (key: string): NextAction => ({ key }) as NextAction;

describe("tree order", () => {
  test.each<[string, string[], string[]]>([
    ["children follow their parent", ["a", "b", "ac", "bd", "ace"], ["a", "ac", "ace", "b", "bd"]],
    ["an orphan is still shown", ["a", "xy"], ["a", "xy"]],
    ["one account reached by two ways is two rows", ["a", "b", "ac", "bc"], ["a", "ac", "b", "bc"]],
    ["nothing", [], []],
  ])("%s", (_name, given, want) => {
    expect(treeOrder(given.map(row)).map((r) => r.depth_path.join(""))).toEqual(want);
  });
});

describe("pieces of the narrative", () => {
  test.each<[string, string, Entity[], string[]]>([
    ["plain", "没有", [], ["没有"]],
    ["in the middle", "转给周某三万", [entity(2, "周某")], ["转给", "[周某]", "三万"]],
    ["code points, not UTF-16", "𠮷转周某", [entity(2, "周某")], ["𠮷转", "[周某]"]],
    [
      "overlap: the first and longest wins",
      "周某某",
      [entity(0, "周某"), entity(0, "周某某"), entity(1, "某")],
      ["[周某某]"],
    ],
    ["beyond the end", "短", [entity(5, "长")], ["短"]],
  ])("%s", (_name, text, entities, want) => {
    expect(pieces(text, entities).map((p) => (p.entity ? `[${p.text}]` : p.text))).toEqual(want);
  });
});

test("keys of suggestions never take the page's own letters, nor each other's", () => {
  expect(actionKeys(["Enter", "Q", "j", "Q", ""].map(suggestion))).toEqual(["Enter", "q", "3", "4", "5"]);
});

test("picking twice is not picking", () => {
  expect([...toggled(["a", "b"], "a")]).toEqual(["b"]);
  expect([...toggled(["a"], "b")]).toEqual(["a", "b"]);
});

test("each part of the money bar has its own share, amount, word and colour", () => {
  const parts = moneyParts({
    total: "11.11",
    held: "0.01",
    reachable: "0.10",
    unseen: "1.00",
    gone: "10.00",
    held_percent: 1,
    reachable_percent: 2,
    unseen_percent: 3,
    gone_percent: 4,
  });
  expect(parts.map((p) => [zh[p.word], en[p.word], p.amount, p.percent, p.colour])).toEqual([
    ["已控资金", "Held", "0.01", 1, "c-held"],
    ["仍可追回", "Reachable", "0.10", 2, "c-reach"],
    ["去向待查", "Unseen", "1.00", 3, "c-unseen"],
    ["已流失", "Gone", "10.00", 4, "c-gone"],
  ]);
});
