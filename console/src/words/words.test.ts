import { describe, expect, test } from "vitest";
import { fill, pickFrom } from ".";
import { en } from "./en";
import { zh } from "./zh";

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

describe("words", () => {
  test("both languages have the same keys", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });
  test("both languages fill the same places, and no word is empty", () => {
    for (const [key, text] of Object.entries(zh)) {
      const other = (en as Record<string, string>)[key] ?? "";
      expect(places(other), key).toEqual(places(text));
      expect(text.length * other.length, key).toBeGreaterThan(0);
    }
  });
  test("Chinese stays out of the English book", () => {
    for (const [key, text] of Object.entries(en)) {
      if (key !== "lang.other") expect(text, key).not.toMatch(/\p{Script=Han}/u);
    }
  });
  test("fills places and leaves unknown ones visible", () => {
    expect(fill("{n} of {m}", { n: 2 })).toBe("2 of {m}");
  });
  test("a word follows its number", () => {
    const text = "{n} {n|transfer|transfers}";
    expect([0, 1, 2].map((n) => fill(text, { n }))).toEqual(["0 transfers", "1 transfer", "2 transfers"]);
    expect(fill("{n|row|rows}", { n: "1" })).toBe("row");
  });
  test("falls back to the other language", () => {
    expect(pickFrom("en", { text_zh: "好", text_en: "" }, "text")).toBe("好");
    expect(pickFrom("en", { text_zh: "好", text_en: "fine" }, "text")).toBe("fine");
  });
});
