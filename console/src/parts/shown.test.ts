import { describe, expect, test } from "vitest";
import { groupYuan, left, shortTime } from "./shown";

const NOW = Date.parse("2026-04-03T21:12:47+08:00");

test.each([
  ["30000.00", "30,000.00"],
  ["0.05", "0.05"],
  ["128600.00", "128,600.00"],
  ["-1234567.89", "-1,234,567.89"],
])("%s yuan reads %s", (amount, text) => expect(groupYuan(amount)).toBe(text));

describe("countdown", () => {
  test.each([
    ["2026-04-05T21:10:57+08:00", { text: "47:58:10", late: false, near: false }],
    ["2026-04-03T21:15:17+08:00", { text: "00:02:30", late: false, near: true }],
    ["2026-04-03T21:12:46+08:00", { text: "+00:00:01", late: true, near: true }],
    ["2026-10-03T21:12:47+08:00", { text: "183 d", late: false, near: false }],
  ])("%s", (due, want) => expect(left(due, NOW)).toEqual(want));
});

test.each([
  ["2026-04-03T21:05:06+08:00", "21:05:06"],
  ["2026-04-02T21:05:06+08:00", "04-02 21:05:06"],
  ["2026-04-01T21:05:06+08:00", "04-01 21:05"],
  ["2025-04-02T21:05:06+08:00", "2025-04-02 21:05"],
])("%s is shown as %s", (iso, text) => expect(shortTime(iso, NOW)).toBe(text));
