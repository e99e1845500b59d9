import { expect, test } from "vitest";
import { notPrinted } from "./papers";

test("a batch names the papers that were left out of the file", () => {
  const header = '[{"id":"1","kind_zh":"\\u53d7\\u6848\\u56de\\u6267","number":"7","detail_zh":"x"}]';
  expect(notPrinted(header)[0]?.kind_zh).toBe("受案回执");
  expect(notPrinted(null)).toEqual([]);
  expect(notPrinted("not json")).toEqual([]);
});
