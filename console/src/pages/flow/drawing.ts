/**
 * What the two drawings share: what they are given, whom they tell, and colours. Amber, green, grey and red keep their
 * meaning.
 */
import { type RefObject, useRef } from "react";
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

/** What a library that is no part of React needs between two renderings. */
export interface Drawing<Made> {
  box: RefObject<HTMLDivElement | null>;
  /** What the library made, while it stands. */
  made: RefObject<Made | null>;
  /** The same for ever, so that a drawing made once tells whoever listens now. Victims and gatherings are no accounts. */
  tell: { selected: (id: string) => void; picked: (id: string) => void };
}

export function useDrawing<Made>(props: Pick<DrawingProps, "onSelect" | "onPick">): Drawing<Made> {
  const box = useRef<HTMLDivElement>(null);
  const made = useRef<Made | null>(null);
  const newest = useRef(props);
  newest.current = props;
  const tell = useRef({
    selected: (id: string) => isAccount(id) && newest.current.onSelect(id),
    picked: (id: string) => isAccount(id) && newest.current.onPick(id),
  });
  return { box, made, tell: tell.current };
}

/** `victim-0` and `rest-2` are drawn and stand for no account. */
export const isAccount = (id: string): boolean => !/^(victim|rest)-/.test(id);

export const COLOURS: Record<GraphNode["family"], string> = {
  held: "#16845b",
  reach: "#d98a00",
  unseen: "#6f5bb5",
  sent: "#4d8fe0",
  gone: "#8c95a3",
  fail: "#c8322b",
  victim: "#1f5fbf",
  rest: "#c9cfd8",
};

/** Colours of victims: none of them means held, reachable, gone or failed. */
export const VICTIMS = ["#1f5fbf", "#2f7d4f", "#0f7f8c", "#9a5b2e", "#a0447a", "#4b5f8a"] as const;
/** A victim's colour; neutral for money of several. */
export const linkColour = (victim: number | null): string =>
  victim === null ? "#5f6b7b" : (VICTIMS[victim % VICTIMS.length] ?? VICTIMS[0]);

/** `12.86 万` would need words; whole yuan in threes are read alike in both languages. */
export function shortYuan(fen: number): string {
  return String(Math.round(fen / 100)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
