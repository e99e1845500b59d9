/**
 * The fund-flow page without React. Promise: rows in tree order or sorted, groups with counts where an account sent to
 * many, and the moments of the time slider; amounts are the server's and only compared here, never added up.
 */

import type { Flow, FlowAccount } from "../../api/types";
import { COLUMNS, type Column, type FlowSearch, type Local } from "./view";

/** Whole fen of a server amount, for comparing and for widths. */
export function fen(amount: string | null | undefined): number {
  if (!amount) return 0;
  const [whole = "0", part = ""] = amount.replaceAll(",", "").split(".");
  const value = Math.abs(Number(whole)) * 100 + Number(part.padEnd(2, "0").slice(0, 2));
  return amount.startsWith("-") ? -value : value;
}

/** How the colours of the design family the states: held, reachable, unseen, gone, failed. */
export type Family = "held" | "reach" | "unseen" | "sent" | "gone" | "fail";
const FAMILY: Record<string, Family> = {
  held: "held",
  frozen: "held",
  ordered: "sent",
  proposed: "sent",
  reachable: "reach",
  unseen: "unseen",
  failed: "fail",
};
export const family = (state: string): Family => FAMILY[state] ?? "gone";

const GROUPS: Record<string, readonly string[]> = {
  held: ["held", "frozen"],
  reachable: ["reachable", "ordered", "proposed"],
  unseen: ["unseen"],
  gone: ["gone"],
  failed: ["failed"],
};

/** Whether an account passes the filters of the address. */
export function passes(account: FlowAccount, search: FlowSearch): boolean {
  if (search.state && !(GROUPS[search.state] ?? []).includes(account.state)) return false;
  // Without shares nobody can say whose the money is: then a filter by victim hides nothing.
  if (search.victim && account.parts.length > 0 && !account.parts.some((p) => String(p.victim) === search.victim))
    return false;
  return true;
}

export type Line =
  | { is: "account"; account: FlowAccount; depth: number; children: number; folded: boolean }
  | { is: "group"; key: string; parent: string; kind: string; count: number; open: boolean; depth: number }
  | { is: "more"; key: string; left: number; depth: number };

/** More children than this are shown by type with counts first. */
export const GROUP_FROM = 12;
export const PAGE = 50;

interface Sorting {
  column: Column;
  falling: boolean;
}
export function sortingOf(search: FlowSearch): Sorting | null {
  const name = (search.sort ?? "").replace("-", "");
  const column = COLUMNS.find((c) => c === name);
  return column ? { column, falling: search.sort?.startsWith("-") ?? false } : null;
}
/** Falling, rising, tree order. */
export function nextSort(search: FlowSearch, column: Column): string | undefined {
  const now = sortingOf(search);
  if (now?.column !== column) return `-${column}`;
  return now.falling ? column : undefined;
}

function compare(a: FlowAccount, b: FlowAccount, s: Sorting): number {
  const of = (x: FlowAccount) => (s.column === "last_at" ? Date.parse(x.last_at) : fen(x[s.column]));
  return (of(a) - of(b)) * (s.falling ? -1 : 1) || a.hop - b.hop;
}

/** The lines of the list: a tree, or flat when it is sorted by a column. */
export function linesOf(flow: Flow, search: FlowSearch, local: Local): Line[] {
  const shown = flow.accounts.filter((a) => passes(a, search));
  const sorting = sortingOf(search);
  if (sorting) {
    const sorted = [...shown].sort((a, b) => compare(a, b, sorting));
    return paged("all/", sorted, local, 0, (account) => [
      { is: "account", account, depth: 0, children: 0, folded: false },
    ]);
  }
  const known = new Set(shown.map((a) => a.id));
  const children = grouped(shown, (a) => (a.parent && known.has(a.parent) ? a.parent : ""));
  const seen = new Set<string>();
  const branch = (account: FlowAccount, depth: number): Line[] => {
    if (seen.has(account.id)) return [];
    seen.add(account.id);
    const under = children.get(account.id) ?? [];
    const folded = local.folded.has(account.id);
    const line: Line = { is: "account", account, depth, children: under.length, folded };
    return folded ? [line] : [line, ...offspring(account.id, under, depth + 1)];
  };
  const offspring = (parent: string, under: FlowAccount[], depth: number): Line[] => {
    if (under.length <= GROUP_FROM) return under.flatMap((a) => branch(a, depth));
    const byKind = grouped(under, (a) => a.kind);
    return [...byKind]
      .sort(([, a], [, b]) => b.length - a.length)
      .flatMap(([kind, all]) => {
        const key = `${parent}/${kind}`;
        const open = (local.open.get(key) ?? 0) > 0;
        const head: Line = { is: "group", key, parent, kind, count: all.length, open, depth };
        return open ? [head, ...paged(key, all, local, depth, (a) => branch(a, depth))] : [head];
      });
  };
  const roots = children.get("") ?? [];
  return paged("all/", roots, local, 0, (a) => branch(a, 0));
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const one of all) {
    const list = map.get(keyOf(one));
    if (list) list.push(one);
    else map.set(keyOf(one), [one]);
  }
  return map;
}

function paged(key: string, all: FlowAccount[], local: Local, depth: number, draw: (a: FlowAccount) => Line[]): Line[] {
  const most = Math.max(local.open.get(key) ?? 0, PAGE);
  const lines = all.slice(0, most).flatMap(draw);
  return all.length > most ? [...lines, { is: "more", key, left: all.length - most, depth }] : lines;
}

/** Opens whatever hides the account, so that a selection in a drawing is seen in the list. */
export function uncovered(flow: Flow, search: FlowSearch, local: Local, id: string): Local {
  const byId = new Map(flow.accounts.map((a) => [a.id, a]));
  const folded = new Set(local.folded);
  const open = new Map(local.open);
  const around = new Set<string>();
  for (let at = byId.get(id); at && !around.has(at.id); at = at.parent ? byId.get(at.parent) : undefined) {
    around.add(at.id);
    const { parent } = at;
    if (!parent || !byId.has(parent)) break;
    folded.delete(parent);
    const siblings = flow.accounts.filter((a) => a.parent === parent && passes(a, search));
    if (siblings.length > GROUP_FROM) {
      const key = `${parent}/${at.kind}`;
      const place = siblings.filter((a) => a.kind === at?.kind).indexOf(at);
      open.set(key, Math.max(open.get(key) ?? 0, Math.ceil((place + 1) / PAGE) * PAGE));
    }
  }
  const same = folded.size === local.folded.size && [...open].every(([k, n]) => local.open.get(k) === n);
  return same ? local : { ...local, folded, open };
}

/** The accounts an extended stop would name: those picked by hand, else those the server puts first. */
export function pickedOf(flow: Flow, local: Local): string[] {
  const proposable = new Set(flow.accounts.filter((a) => a.proposable).map((a) => a.id));
  if (local.picked) return [...local.picked].filter((id) => proposable.has(id));
  return flow.next.map((n) => n.id).filter((id) => proposable.has(id));
}

/** Where an instant lies between the ends, 0 to 1. */
export function share(at_ms: number, from_ms: number, to_ms: number): number {
  if (to_ms <= from_ms) return 1;
  return Math.max(0, Math.min(1, (at_ms - from_ms) / (to_ms - from_ms)));
}

/** The moment after (or before) this instant; null past the last, which means now. */
export function stepMoment(moments: readonly string[], at: string | undefined, by: 1 | -1): string | null | undefined {
  const here = at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at);
  if (by === 1) {
    if (at === undefined) return undefined;
    return moments.find((m) => Date.parse(m) > here) ?? null;
  }
  return moments.findLast((m) => Date.parse(m) < here);
}

/** Ticks that would fall on the same place are drawn once. */
export function ticks(moments: readonly string[], from_ms: number, to_ms: number, places: number): number[] {
  const used = new Set<number>();
  for (const m of moments) used.add(Math.round(share(Date.parse(m), from_ms, to_ms) * places));
  return [...used].sort((a, b) => a - b).map((n) => n / places);
}

const two = (n: number): string => String(n).padStart(2, "0");
/** An instant as the server reads it, to the second. */
export function isoAt(ms: number): string {
  const d = new Date(ms + 8 * 3_600_000);
  const date = `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
  return `${date}T${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}+08:00`;
}

/** What the cursor stands on: an account, a group of many, or the end of a page. */
export function lineKey(line: Line): string {
  return line.is === "account" ? line.account.id : line.is === "group" ? `g:${line.key}` : `m:${line.key}`;
}
