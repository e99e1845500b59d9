import { describe, expect, test } from "vitest";
import { fenFromYuan, isDayOnly, isoFromTyped, timeAsTyped, yuanFromFen } from "./typed";

const NOW = Date.parse("2026-04-03T21:12:47+08:00");

describe("amounts are digits, not floating point", () => {
  test.each<[string, number | null]>([
    ["30000", 3_000_000],
    ["30,000.5", 3_000_050],
    ["0.07", 7],
    ["３００", 30_000],
    ["1.005", null],
    ["三万", null],
    ["", null],
    ["-5", null],
  ])("%s", (text, fen) => expect(fenFromYuan(text)).toBe(fen));
  test.each([
    ["3000000", "30000.00"],
    ["7", "0.07"],
    ["x", ""],
  ])("%s fen is %s", (fen, yuan) => expect(yuanFromFen(fen)).toBe(yuan));
});

describe("times as typed", () => {
  test.each<[string, string | null]>([
    ["21:05", "2026-04-03T21:05:00+08:00"],
    ["2105", "2026-04-03T21:05:00+08:00"],
    ["21:05:06", "2026-04-03T21:05:06+08:00"],
    ["23:30", "2026-04-02T23:30:00+08:00"],
    ["04-03 19:22", "2026-04-03T19:22:00+08:00"],
    ["12-31 08:00", "2025-12-31T08:00:00+08:00"],
    ["2026-04-03 19:22:08", "2026-04-03T19:22:08+08:00"],
    ["4月3日 19:22", "2026-04-03T19:22:00+08:00"],
    ["4月3日19点22分", "2026-04-03T19:22:00+08:00"],
    ["昨天22:12", "2026-04-02T22:12:00+08:00"],
    ["昨天 22:12:05", "2026-04-02T22:12:05+08:00"],
    ["今天 9:05", "2026-04-03T09:05:00+08:00"],
    ["昨晚11点40", "2026-04-02T23:40:00+08:00"],
    ["昨晚0:15", "2026-04-03T00:15:00+08:00"],
    ["昨天下午3点半", "2026-04-02T15:30:00+08:00"],
    ["下午3:20", "2026-04-03T15:20:00+08:00"],
    ["前天 8点", "2026-04-01T08:00:00+08:00"],
    ["yesterday 22:12", "2026-04-02T22:12:00+08:00"],
    ["刚刚", "2026-04-03T21:12:47+08:00"],
    ["刚才", "2026-04-03T21:12:47+08:00"],
    ["now", "2026-04-03T21:12:47+08:00"],
    ["5分钟前", "2026-04-03T21:07:47+08:00"],
    ["半小时前", "2026-04-03T20:42:47+08:00"],
    ["12 min", "2026-04-03T21:00:47+08:00"],
    ["02-30 10:00", null],
    ["25:00", null],
    ["昨天", null],
    ["上次", null],
  ])("%s", (text, iso) => expect(isoFromTyped(text, NOW)).toBe(iso));

  test("a bank's clock may be a minute ahead of ours", () => {
    expect(isoFromTyped("21:13", NOW)).toBe("2026-04-03T21:13:00+08:00");
    expect(isoFromTyped("21:15", NOW)).toBe("2026-04-02T21:15:00+08:00");
  });
});

describe("across midnight, days are counted from the call and nothing is in the future", () => {
  const told = Date.parse("2026-11-30T23:58:10+08:00");
  const typed = Date.parse("2026-12-01T00:03:00+08:00");
  test.each([
    ["今天 21:30", "2026-11-30T21:30:00+08:00"],
    ["昨天 22:12", "2026-11-29T22:12:00+08:00"],
    ["刚才", "2026-11-30T23:58:10+08:00"],
    ["5分钟前", "2026-11-30T23:53:10+08:00"],
    ["22:12", "2026-11-30T22:12:00+08:00"],
    ["11-30 22:12", "2026-11-30T22:12:00+08:00"],
  ])("%s of a call before it", (text, iso) => expect(isoFromTyped(text, typed, told)).toBe(iso));

  const after = Date.parse("2026-12-01T00:10:00+08:00");
  test.each([
    ["今天21:30", "2026-11-30T21:30:00+08:00"],
    ["今晚10点", "2026-11-30T22:00:00+08:00"],
    ["昨天22:12:05", "2026-11-30T22:12:05+08:00"],
    ["今天0:05", "2026-12-01T00:05:00+08:00"],
    ["昨晚11点40", "2026-11-30T23:40:00+08:00"],
  ])("%s of a call after it", (text, iso) => expect(isoFromTyped(text, after, after)).toBe(iso));
});

describe("a time as a person would type it", () => {
  test.each([
    ["2026-04-02T15:40+08:00", "04-02 15:40"],
    ["2026-04-02T15:40:09+08:00", "04-02 15:40:09"],
    ["2025-12-31T23:59+08:00", "2025-12-31 23:59"],
    ["2026-04-02", "04-02"],
  ])("%s", (iso, text) => {
    expect(timeAsTyped(iso, NOW)).toBe(text);
    if (iso.includes("T")) expect(Date.parse(isoFromTyped(text, NOW) ?? "")).toBe(Date.parse(iso));
  });
  test("a day alone asks for the hour", () => {
    expect(["04-02", "昨天", "2026-04-02", "昨天 9:05"].map(isDayOnly)).toEqual([true, true, true, false]);
  });
});
