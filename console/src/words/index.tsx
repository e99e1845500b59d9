/**
 * Words in two languages. Promise: every word on screen comes from zh.ts and en.ts by a typed key, or from the
 * server in both languages; the choice of language is the only thing kept in the browser's storage.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { en } from "./en";
import { zh } from "./zh";

export type WordKey = keyof typeof zh;
export type Lang = "zh" | "en";
export type Values = Record<string, string | number>;

const BOOKS: Record<Lang, Record<WordKey, string>> = { zh, en };
const STORED = "fanzha.lang";

/** Fills `{name}` places; `{name|one|many}` is the word that goes with the number. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return one === undefined ? String(value) : String((Number(value) === 1 ? one : many) ?? "");
  });
}

/** The pair of sentences the server sends, in one language; the other one is better than nothing. */
export function pickFrom(lang: Lang, pair: object | null | undefined, name: string): string {
  const of = (l: Lang) => (pair as Record<string, unknown> | null | undefined)?.[`${name}_${l}`];
  const chosen = of(lang) || of(lang === "zh" ? "en" : "zh");
  return typeof chosen === "string" ? chosen : "";
}

export interface Words {
  lang: Lang;
  setLang: (lang: Lang) => void;
  t: (key: WordKey, values?: Values) => string;
  /** A word for a code of the server; the code itself when we have none. */
  code: (prefix: string, code: string | null | undefined) => string;
  pick: (pair: object | null | undefined, name: string) => string;
}

export function wordsIn(lang: Lang, setLang: (lang: Lang) => void = () => {}): Words {
  const book = BOOKS[lang];
  return {
    lang,
    setLang,
    t: (key, values) => fill(book[key], values),
    code: (prefix, code) => (code ? (book[`${prefix}.${code}` as WordKey] ?? code) : ""),
    pick: (pair, name) => pickFrom(lang, pair, name),
  };
}

const Context = createContext<Words>(wordsIn("zh"));
export const useWords = (): Words => useContext(Context);

function storedLang(): Lang {
  try {
    return localStorage.getItem(STORED) === "en" ? "en" : "zh";
  } catch {
    return "zh";
  }
}

export function WordsProvider(props: { children: ReactNode }) {
  const [lang, setLang] = useState<Lang>(storedLang);
  useEffect(() => {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    try {
      localStorage.setItem(STORED, lang);
    } catch {
      // A browser that keeps nothing still works; the choice lasts for this page.
    }
  }, [lang]);
  const words = useMemo(() => wordsIn(lang, setLang), [lang]);
  return <Context value={words}>{props.children}</Context>;
}
