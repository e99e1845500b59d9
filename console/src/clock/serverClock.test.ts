import { describe, expect, test } from "vitest";
import { at, civil, isoCst, spanText } from "./serverClock";

describe("server clock", () => {
  test("is carried forward by the counter, at the demo's speed", () => {
    const base = { server_ms: 1_000_000, counter_ms: 500, speed: 20 };
    expect(at(base, 500)).toBe(1_000_000);
    expect(at(base, 1500)).toBe(1_020_000);
  });

  test.each([
    ["2026-04-03T21:05:06+08:00", "2026-04-03", "21:05:06"],
    ["2026-04-03T16:30:00Z", "2026-04-04", "00:30:00"],
  ])("%s reads %s %s at +08:00", (iso, date, time) => {
    expect(civil(Date.parse(iso))).toMatchObject({ date, time });
  });

  test("writes the offset", () => {
    expect(isoCst(Date.parse("2026-04-03T13:05:06Z"))).toBe("2026-04-03T21:05:06+08:00");
  });

  test.each([
    [0, "00:00:00"],
    [172_690_000, "47:58:10"],
    [-61_500, "00:01:01"],
    [360_000_000, "100:00:00"],
  ])("%i ms is %s", (ms, text) => expect(spanText(ms)).toBe(text));
});
