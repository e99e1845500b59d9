import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { wordsIn } from "../../words";
import { en } from "../../words/en";
import { zh } from "../../words/zh";
import { actionOptions, facts, instantOf, localOf, subjectText } from "./model";

const document = JSON.parse(readFileSync(new URL("../../../openapi.json", import.meta.url), "utf8"));
const codes = (schema: string): string[] => document.components.schemas[schema].enum;
const book = (words: Record<string, string>, prefix: string) =>
  Object.keys(words)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .sort();

describe("words of the log", () => {
  test.each([
    ["AuditAction", "action."],
    ["SubjectKind", "subject."],
  ])("every %s that the server can write has a word in both languages, and no other has", (schema, prefix) => {
    expect(codes(schema).length).toBeGreaterThan(20);
    expect(book(zh, prefix)).toEqual([...codes(schema)].sort());
    expect(book(en, prefix)).toEqual([...codes(schema)].sort());
  });
  test("two acts of one language are not called the same", () => {
    for (const words of [zh, en] as Record<string, string>[]) {
      const said = codes("AuditAction").map((code) => words[`action.${code}`]);
      expect(said.filter((word, i) => said.indexOf(word) !== i)).toEqual([]);
    }
  });
});

describe("an entry", () => {
  const entry = {
    subject_kind: "order" as const,
    subject_kind_code: "order",
    subject: "019d5379-0000-7000-8000-000000000000",
    subject_name_zh: "止付 尾号 9868",
    subject_name_en: "Stop …9868",
  };
  test("is about something people know, never about an id", () => {
    expect(subjectText(wordsIn("zh"), entry)).toEqual({ kind: "指令", name: "止付 尾号 9868" });
    expect(subjectText(wordsIn("en"), entry)).toEqual({ kind: "order", name: "Stop …9868" });
    const nameless = { ...entry, subject_kind: "draft" as const, subject_name_zh: "", subject_name_en: "" };
    expect(subjectText(wordsIn("zh"), nameless)).toEqual({ kind: "草稿", name: "" });
  });
  test("shows its facts one by one", () => {
    expect(
      facts('{"area":"421102","papers":["黄公（反诈）止申〔2026〕1号 #1"],"pages":2,"page_kept_open":true}'),
    ).toEqual([
      ["area", "421102"],
      ["papers", "黄公（反诈）止申〔2026〕1号 #1"],
      ["pages", "2"],
      ["page_kept_open", "true"],
    ]);
    expect(facts("{}")).toEqual([]);
  });
});

test("actions are chosen by their words", () => {
  const { t } = wordsIn("en");
  expect(actionOptions(t, ["report.read", "case.accept"], "en").map((o) => o.value)).toEqual(
    [t("action.case.accept"), t("action.report.read")]
      .sort()
      .map((label) => (label === t("action.case.accept") ? "case.accept" : "report.read")),
  );
});

test("times of the filter are the centre's", () => {
  expect(instantOf("2026-04-03T21:05")).toBe("2026-04-03T21:05:00+08:00");
  expect(instantOf("")).toBeUndefined();
  expect(localOf("2026-04-03T21:05:00+08:00")).toBe("2026-04-03T21:05");
  expect(localOf(undefined)).toBe("");
});
