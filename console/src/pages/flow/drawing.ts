/** What the two drawings share: what they are given, and colours. Amber, green, grey and red keep their meaning. */
import type { Flow } from "../../api/types";
import type { GraphNode } from "./graph";
import type { FlowSearch } from "./view";

export interface DrawingProps {
  flow: Flow;
  search: FlowSearch;
  selected: string | undefined;
  picked: ReadonlySet<string>;
  onSelect: (id: string) => void;
  onPick: (id: string) => void;
  /** Takes what makes a picture of the drawing. */
  ready: (picture: () => string | null | Promise<string | null>) => void;
}

export const COLOURS: Record<GraphNode["family"], string> = {
  held: "#16845b",
  reach: "#d98a00",
  sent: "#4d8fe0",
  gone: "#8c95a3",
  fail: "#c8322b",
  victim: "#1f5fbf",
  rest: "#c9cfd8",
};

/** Colours of victims: none of them means held, reachable, gone or failed. */
export const VICTIMS = ["#1f5fbf", "#7a4fb5", "#0f7f8c", "#9a5b2e", "#a0447a", "#4b5f8a"] as const;
/** A victim's colour; neutral for money of several. */
export const linkColour = (victim: number | null): string =>
  victim === null ? "#5f6b7b" : (VICTIMS[victim % VICTIMS.length] ?? VICTIMS[0]);

/** `12.86 万` would need words; whole yuan in threes are read alike in both languages. */
export function shortYuan(fen: number): string {
  return String(Math.round(fen / 100)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
