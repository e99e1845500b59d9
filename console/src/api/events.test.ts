import { expect, test } from "vitest";
import { changes } from "./events";

test.each<[string, boolean]>([
  ["report.read", false],
  ["case.read", false],
  ["personal.reveal", false],
  ["identifier.search", false],
  ["audit.read", false],
  ["order.approve", true],
  ["report.create", true],
  ["document.print", true],
])("%s changes something: %s", (action, want) => expect(changes(JSON.stringify({ action }))).toBe(want));
