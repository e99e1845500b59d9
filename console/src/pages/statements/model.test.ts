import { describe, expect, it } from "vitest";
import { choose, fieldOf, missing, moving, sizeText, trust } from "./model";

const mapping = (columns: Record<string, string>, sign = "marked") => ({
  columns,
  sign,
  out_words: [],
  in_words: [],
  own: null,
  signed: false,
  trust_zeros: false,
});

describe("mapping", () => {
  it("gives a field to one header only, and a header one field only", () => {
    const m = choose(mapping({ time: "a", amount: "b" }), "c", "amount");
    expect(m.columns).toEqual({ time: "a", amount: "c" });
    expect(choose(m, "a", "date").columns).toEqual({ amount: "c", date: "a" });
    expect(choose(m, "a", "").columns).toEqual({ amount: "c" });
    expect([fieldOf(m, "c"), fieldOf(m, "z")]).toEqual(["amount", ""]);
  });
  it("says what is missing", () => {
    expect(missing(mapping({ amount: "b" }))).toEqual(["time", "direction"]);
    expect(missing(mapping({ date: "a", amount: "b" }, "negative_is_out"))).toEqual([]);
    expect(missing(mapping({ time: "a" }, "two_columns"))).toEqual(["amount_out", "amount_in"]);
  });
});

describe("files", () => {
  it("asks again only while something moves", () => {
    const file = (state: string) => ({ state }) as never;
    expect([moving([file("done"), file("ready")]), moving([file("importing")])]).toEqual([false, true]);
  });
  it("shows sizes and trust", () => {
    expect([sizeText(12), sizeText(1_300_000), sizeText(1_073_741_824)]).toEqual(["12 B", "1.2 MB", "1.0 GB"]);
    expect([trust({ confidence: 96 }), trust({ confidence: 60 })]).toEqual(["ok", "warn"]);
  });
});
