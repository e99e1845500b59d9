import { expect, test } from "vitest";
import { caseTone, officersFrom } from "./model";

test.each([
  ["李阳、王某", ["李阳", "王某"]],
  ["李阳, 王某", ["李阳", "王某"]],
  ["  ", []],
])("officers %s", (text, want) => expect(officersFrom(text)).toEqual(want));

test("a filed case is green, one that waits is amber", () => {
  expect([caseTone("filed"), caseTone("accepted"), caseTone("not_filed")]).toEqual(["ok", "warn", "quiet"]);
});
