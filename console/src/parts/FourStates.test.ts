import { describe, expect, test } from "vitest";
import { Problem } from "../api/problem";
import { fourState } from "./FourStates";

const broken = new Problem({ status: 500, code: "http_500" });
const none = (list: number[]) => list.length === 0;

describe("four states", () => {
  test.each([
    ["nothing yet", { data: undefined, error: null, isPending: true }, "loading"],
    ["failed without data", { data: undefined, error: broken, isPending: false }, "failed"],
    ["empty", { data: [], error: null, isPending: false }, "empty"],
    ["full", { data: [1], error: null, isPending: false }, "full"],
    [
      "an empty list that cannot be refreshed is not 'no results'",
      { data: [], error: broken, isPending: false },
      "full",
    ],
  ])("%s", (_name, asked, is) => expect(fourState<number[]>(asked, none).is).toBe(is));

  test("old data keeps its warning", () => {
    expect(fourState({ data: [1], error: broken, isPending: false }, none)).toMatchObject({
      stale: { code: "http_500" },
    });
  });
});
