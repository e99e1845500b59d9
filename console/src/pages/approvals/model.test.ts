import { describe, expect, it } from "vitest";
import type { ApprovalItem } from "../../api/types";
import { counted, refusals, rowsOf, toggled } from "./model";

const item = (id: string, stamp: number, can: string[]) => ({ id, stamp, can, subject: "order" }) as ApprovalItem;

describe("several decisions at once", () => {
  const a = item("a", 1, ["approve", "reject"]);
  const b = item("b", 1, ["confirm", "confirm_refuse"]);
  const own = item("own", 1, []);
  const all = [a, b, own];
  const chosen = new Set(["a", "b", "own"]);

  it("takes only rows that were seen", () => {
    expect(counted(all, chosen, new Map([["a", 1]]))).toEqual([a]);
    expect(counted(all, chosen, new Map())).toEqual([]);
  });
  it("takes a row that changed since only after it was seen again", () => {
    const changed = item("a", 2, a.can);
    expect(counted([changed], chosen, new Map([["a", 1]]))).toEqual([]);
    expect(counted([changed], chosen, new Map([["a", 2]]))).toEqual([changed]);
  });
  it("never takes what this person may not decide", () => {
    const seen = new Map(all.map((i) => [i.id, i.stamp]));
    expect(counted(all, chosen, seen).map((i) => i.id)).toEqual(["a", "b"]);
  });
  it("sends each row as it was seen", () => {
    expect(rowsOf([a])).toEqual([{ subject: "order", id: "a", stamp: 1 }]);
  });
  it("selects and lets go", () => {
    expect([...toggled(new Set(["a"]), "a")]).toEqual([]);
    expect([...toggled(new Set(["a"]), "b")]).toEqual(["a", "b"]);
  });
  it("keeps what was refused, by row", () => {
    const answers = [
      { id: "a", done: true },
      { id: "b", done: false, code: "not_seen", detail_zh: "内容已变化", detail_en: "It has changed" },
    ];
    expect([...refusals(answers).keys()]).toEqual(["b"]);
  });
});
