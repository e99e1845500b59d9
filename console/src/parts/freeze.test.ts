import { describe, expect, it } from "vitest";
import type { Problem } from "../api/problem";
import type { Acts } from "../api/types";
import { type FreezeRow, freezeRow, letsGo, ready, refused, row } from "./freeze";

const acts = (lets_go_fen: number | null) =>
  ({
    account_id: "a",
    items: [{ kind: "freeze", allowed: true }],
    figures: {
      money: { still: "6100.89" },
      lets_go_fen,
      lets_go: lets_go_fen === null ? null : (lets_go_fen / 100).toFixed(2),
    },
  }) as unknown as Acts;

const first = (lets_go_fen: number | null): FreezeRow => freezeRow(acts(lets_go_fen));

describe("what a freeze lets go", () => {
  it("is agreed to before anything leaves", () => {
    const one = first(290000);
    expect(letsGo(one, false)).toBe("2900.00");
    expect(ready(one, false)).toBe(false);
    expect(ready(row([one], "a", { agreed: true })[0] as FreezeRow, false)).toBe(true);
  });
  it("is nothing for the whole account, or where nothing becomes free", () => {
    expect(ready(first(290000), true)).toBe(true);
    expect(letsGo(first(0), false)).toBe(null);
    expect(ready(first(0), false)).toBe(true);
  });
  it("may be unknown, and that is agreed to as well", () => {
    expect(letsGo(first(null), false)).toBe("unknown");
    expect(ready(first(null), false)).toBe(false);
  });
  it("is asked of the server again for another sum", () => {
    const agreed = row([first(290000)], "a", { agreed: true });
    const [changed] = row(agreed, "a", { amount: "5000" });
    expect(changed?.agreed).toBe(false);
    // The server has not said what becomes free of this sum: it is asked by sending.
    expect(letsGo(changed as FreezeRow, false)).toBe(null);
    const problem = { code: "freeze_lets_go", detail: "4,000.89" } as unknown as Problem;
    const [told] = refused([changed as FreezeRow], "a", problem);
    expect(letsGo(told as FreezeRow, false)).toBe("4000.89");
    expect(told?.lets_go_fen).toBe(400089);
    expect(ready(told as FreezeRow, false)).toBe(false);
  });
  it("an empty or zero sum is not sent", () => {
    for (const amount of ["", "0", "six"]) {
      expect(ready({ ...first(0), amount }, false)).toBe(false);
    }
  });
});
