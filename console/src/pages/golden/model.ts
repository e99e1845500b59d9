/**
 * The golden-minutes page without React. Promise: rows in tree order, the suggested accounts picked at first,
 * and the actions of the server turned into keys; no sum of money is made here.
 */
import type { Entity, Golden, NextAction, TreeRow } from "../../api/types";
import type { WordKey } from "../../words";

/** Children follow their parent, as the path of account ids says; among siblings the server's order stays. */
export function treeOrder(rows: TreeRow[]): TreeRow[] {
  const key = (row: TreeRow) => row.depth_path.join("/");
  const known = new Set(rows.map(key));
  const children = new Map<string, TreeRow[]>();
  for (const row of rows) {
    const parent = row.depth_path.slice(0, -1).join("/");
    const under = known.has(parent) ? parent : "";
    children.set(under, [...(children.get(under) ?? []), row]);
  }
  const out: TreeRow[] = [];
  const walk = (under: string) => {
    for (const row of children.get(under) ?? []) {
      out.push(row);
      if (key(row) !== "") walk(key(row));
    }
  };
  walk("");
  return out;
}

/** One row per path: the same account may be reached twice. */
export const rowKey = (row: TreeRow): string => row.depth_path.join("/") || row.account_id;

/** The accounts an extended stop would name: those picked by hand, else those the server suggests. */
export function picked(golden: Golden, byHand: ReadonlySet<string> | null): string[] {
  const proposable = new Set(golden.tree.filter((r) => r.proposable).map((r) => r.account_id));
  if (byHand) return [...byHand].filter((id) => proposable.has(id));
  const suggested = golden.next_actions.find((a) => a.kind === "extend")?.target ?? [];
  return suggested.filter((id) => proposable.has(id));
}

export function toggled(set: readonly string[], id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Letters the page keeps for itself; the server's suggestions take theirs if free, else a digit. */
const KEPT = new Set(["j", "k", "t", "n", "g", "o", "v", "y", "?", "/", "space"]);

export function actionKeys(actions: NextAction[]): string[] {
  const used = new Set<string>();
  return actions.map((action, i) => {
    const want = action.key || String(i + 1);
    const free = !KEPT.has(want.toLowerCase()) && !used.has(want.toLowerCase());
    const key = free ? want : String(i + 1);
    used.add(key.toLowerCase());
    return key.length === 1 ? key.toLowerCase() : key;
  });
}

export type Piece = { text: string; entity: Entity | null };

/** Cuts a narrative into plain and recognised pieces; `start` counts code points. Overlaps: the first wins. */
export function pieces(narrative: string, entities: Entity[]): Piece[] {
  const points = [...narrative];
  const sorted = [...entities].sort((a, b) => a.start - b.start || b.text.length - a.text.length);
  const out: Piece[] = [];
  let at = 0;
  for (const entity of sorted) {
    const end = entity.start + [...entity.text].length;
    if (entity.start < at || end > points.length) continue;
    if (entity.start > at) out.push({ text: points.slice(at, entity.start).join(""), entity: null });
    out.push({ text: points.slice(entity.start, end).join(""), entity });
    at = end;
  }
  if (at < points.length) out.push({ text: points.slice(at).join(""), entity: null });
  return out;
}

/** The colour family of a recognised piece: what, who, when; a failed check is red. */
export function pieceClass(entity: Entity): string {
  if (entity.check === "failed") return "bad";
  if (entity.kind === "time") return "when";
  return entity.kind === "amount" || entity.kind === "app" ? "what" : "who";
}

/** One part of the money bar: its share, its amount, its word and its colour stand together, so that none takes another's. */
export interface MoneyPart {
  key: "held" | "reach" | "unseen" | "gone";
  percent: number;
  amount: string;
  word: WordKey;
  colour: string;
}

/** Held, reachable, unseen, gone, in that order; the server's figures as they are. */
export function moneyParts(money: Golden["money"]): MoneyPart[] {
  return [
    { key: "held", percent: money.held_percent, amount: money.held, word: "golden.held", colour: "c-held" },
    {
      key: "reach",
      percent: money.reachable_percent,
      amount: money.reachable,
      word: "golden.reachable",
      colour: "c-reach",
    },
    { key: "unseen", percent: money.unseen_percent, amount: money.unseen, word: "golden.unseen", colour: "c-unseen" },
    { key: "gone", percent: money.gone_percent, amount: money.gone, word: "golden.gone", colour: "c-gone" },
  ];
}
