/**
 * The selection as a drawing, without a library: which nodes and links are drawn, in which layer and place. Promise: the
 * same flow gives the same places; what is too small to draw is gathered into one node that says how many it stands for.
 */

import type { Flow, FlowAccount, FlowPart } from "../../api/types";
import { type Family, family, fen, passes } from "./model";
import type { FlowSearch } from "./view";

export interface GraphNode {
  id: string;
  layer: number;
  /** Absent for a victim and for a gathering of small accounts. */
  account: FlowAccount | null;
  label: string;
  /** Fen that went through, for its size. */
  weight: number;
  family: Family | "victim" | "rest";
  /** How many accounts it stands for. */
  count: number;
}
export interface GraphLink {
  src: string;
  dst: string;
  weight: number;
  /** Place of the only victim whose money it is; null when there are several. */
  victim: number | null;
  /** Runs against the layers (money that came back). */
  back: boolean;
}
export interface Graph {
  nodes: GraphNode[];
  links: GraphLink[];
  layers: number;
}

export const victimId = (victim: number): string => `victim-${victim}`;
const restId = (layer: number): string => `rest-${layer}`;

/** Draws at most `most` accounts: the largest, and always those in `keep` with what leads to them. */
export function graphOf(flow: Flow, search: FlowSearch, most: number, keep: readonly string[] = []): Graph {
  const passing = flow.accounts.filter((a) => passes(a, search));
  const drawn = largest(passing, flow, most, keep);
  const nodes = new Map<string, GraphNode>();
  const place = new Map<string, string>();
  for (const account of passing) {
    if (drawn.has(account.id)) {
      place.set(account.id, account.id);
      nodes.set(account.id, nodeOf(account));
    } else {
      const id = restId(account.hop);
      place.set(account.id, id);
      const rest = nodes.get(id) ?? restNode(id, account.hop);
      nodes.set(id, { ...rest, count: rest.count + 1, weight: rest.weight + fen(account.received) });
    }
  }
  const links = new Map<string, GraphLink>();
  const add = (src: string, dst: string, weight: number, victim: number | null) => {
    const from = nodes.get(src);
    const to = nodes.get(dst);
    if (!from || !to || src === dst || weight <= 0) return;
    const key = `${src}>${dst}`;
    const known = links.get(key);
    if (known) {
      known.weight += weight;
      if (known.victim !== victim) known.victim = null;
    } else {
      links.set(key, { src, dst, weight, victim, back: to.layer <= from.layer });
    }
  };
  for (const seed of flow.seeds) {
    if (search.victim && String(seed.victim) !== search.victim) continue;
    const target = place.get(seed.to);
    if (!target) continue;
    const id = victimId(seed.victim);
    const known = nodes.get(id);
    const weight = (known?.weight ?? 0) + fen(seed.amount);
    const label = flow.victims[seed.victim]?.name_masked ?? "";
    nodes.set(id, { id, layer: 0, account: null, label, weight, family: "victim", count: 1 });
    add(id, target, fen(seed.amount), seed.victim);
  }
  for (const link of flow.links) {
    const src = place.get(link.src);
    const dst = place.get(link.dst);
    if (!src || !dst) continue;
    const part = search.victim ? link.parts.find((p) => String(p.victim) === search.victim) : null;
    if (search.victim && link.parts.length > 0 && flow.victims.length > 1 && !part) continue;
    add(src, dst, fen(part?.amount ?? link.traced), onlyVictim(link.parts, flow.victims.length));
  }
  const all = [...nodes.values()].sort((a, b) => a.layer - b.layer);
  return { nodes: all, links: [...links.values()], layers: Math.max(0, ...all.map((n) => n.layer)) + 1 };
}

function onlyVictim(parts: readonly FlowPart[], victims: number): number | null {
  if (victims === 1) return 0;
  return parts.length === 1 ? (parts[0]?.victim ?? null) : null;
}

function nodeOf(account: FlowAccount): GraphNode {
  return {
    id: account.id,
    layer: account.hop,
    account,
    label: `${account.holder_masked} …${account.number_tail.replace(/^.*[….*]/, "")}`,
    weight: fen(account.received),
    family: family(account.state),
    count: 1,
  };
}
function restNode(id: string, layer: number): GraphNode {
  return { id, layer, account: null, label: "", weight: 0, family: "rest", count: 0 };
}

function largest(passing: FlowAccount[], flow: Flow, most: number, keep: readonly string[]): Set<string> {
  if (passing.length <= most) return new Set(passing.map((a) => a.id));
  const byId = new Map(flow.accounts.map((a) => [a.id, a]));
  const drawn = new Set<string>();
  const lead = (id: string) => {
    for (let at = byId.get(id); at && !drawn.has(at.id); at = at.parent ? byId.get(at.parent) : undefined) {
      drawn.add(at.id);
    }
  };
  for (const id of keep) lead(id);
  for (const a of [...passing].sort((x, y) => fen(y.received) - fen(x.received))) {
    if (drawn.size >= most) break;
    lead(a.id);
  }
  return drawn;
}

export interface Place {
  x: number;
  y: number;
}
function lower(places: Map<string, Place>, id: string, by: number): void {
  const place = places.get(id);
  if (place) places.set(id, { ...place, y: place.y + by * ROW });
}

/** How much room the words beside the last layer, and the largest nodes, take. */
const WORDS = 210;
const NODE = 60;
/** Whether the places fit into a box as they are: a few accounts are not blown up to fill it. */
export function fits(places: ReadonlyMap<string, Place>, width: number, height: number): boolean {
  const all = [...places.values()];
  const span = (of: (p: Place) => number) => Math.max(...all.map(of)) - Math.min(...all.map(of));
  return all.length === 0 || (span((p) => p.x) + WORDS <= width && span((p) => p.y) + NODE <= height);
}

/** Nodes of a layer that has more than this stand in several columns, so that the drawing stays readable. */
const COLUMN_MAX = 60;
const ROW = 34;
const ROW_MAX = 72;
const COLUMN = 200;
/** Few accounts stand further apart, so that the drawing has about the shape of a screen. */
const SHAPE = 0.55;

/** Layers from left to right; within a layer by the middle of what leads there, so that few lines cross. */
export function layered(graph: Graph): Map<string, Place> {
  const rank = new Map<string, number>();
  const layers: GraphNode[][] = Array.from({ length: graph.layers }, () => []);
  for (const node of graph.nodes) layers[node.layer]?.push(node);
  const into = new Map<string, GraphLink[]>();
  const outOf = new Map<string, GraphLink[]>();
  for (const link of graph.links) {
    if (link.back) continue;
    into.set(link.dst, [...(into.get(link.dst) ?? []), link]);
    outOf.set(link.src, [...(outOf.get(link.src) ?? []), link]);
  }
  const number = (layer: GraphNode[]) => {
    for (const [i, n] of layer.entries()) rank.set(n.id, i / Math.max(1, layer.length));
  };
  for (const layer of layers) number(layer);
  const settle = (layer: GraphNode[], around: Map<string, GraphLink[]>, end: "src" | "dst") => {
    const middle = (node: GraphNode) => {
      const links = around.get(node.id) ?? [];
      if (links.length === 0) return rank.get(node.id) ?? 0;
      return links.reduce((sum, l) => sum + (rank.get(l[end]) ?? 0), 0) / links.length;
    };
    const at = new Map(layer.map((n) => [n.id, middle(n)]));
    layer.sort((a, b) => (at.get(a.id) ?? 0) - (at.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
    number(layer);
  };
  for (let sweep = 0; sweep < 4; sweep += 1) {
    for (const layer of layers) settle(layer, into, "src");
    for (const layer of [...layers].reverse()) settle(layer, outOf, "dst");
  }
  const places = new Map<string, Place>();
  const tallest = Math.max(1, ...layers.map((l) => Math.min(l.length, COLUMN_MAX)));
  const row = Math.max(ROW, Math.min(ROW_MAX, (layers.length * COLUMN * SHAPE) / tallest));
  let column = 0;
  for (const layer of layers) {
    const columns = Math.max(1, Math.ceil(layer.length / COLUMN_MAX));
    const rows = Math.ceil(layer.length / columns);
    layer.forEach((node, i) => {
      const inColumn = Math.min(rows, layer.length - Math.floor(i / rows) * rows);
      places.set(node.id, {
        x: (column + Math.floor(i / rows)) * COLUMN,
        y: ((i % rows) - (inColumn - 1) / 2) * row,
      });
    });
    column += columns;
  }
  // A chain of single accounts goes up and down a little: the words beside one would lie on the line to the next, and
  // what has no height cannot be fitted into a box.
  if (tallest === 1) for (const [i, layer] of layers.entries()) for (const n of layer) lower(places, n.id, i % 2);
  return places;
}
