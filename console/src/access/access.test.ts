import { expect, test } from "vitest";
import { accessOf } from "./access";

test.each([
  [["order.draft"], "order.draft", true],
  [["order.draft"], "order.approve", false],
  [[], undefined, true],
  [["b"], ["a", "b"], true],
  [["c"], ["a", "b"], false],
  [[], "report.read", false],
])("permissions %j, right %s: %s", (permissions, right, may) => {
  expect(accessOf(permissions).may(right)).toBe(may);
});
