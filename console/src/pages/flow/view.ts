/**
 * What a person looks at, without React: doctrine, instant, drawing, filters, selection and what-if, all of which stand
 * in the address; and the steps back and forth over them. Promise: an address that was copied opens the same view.
 */
export const DOCTRINES = ["fifo", "haircut", "lifo", "lowest_balance", "reach"] as const;
export type Doctrine = (typeof DOCTRINES)[number];
export const LOOKS = ["tree", "sankey", "network"] as const;
export type Look = (typeof LOOKS)[number];
export const STATES = ["held", "reachable", "unseen", "gone", "failed"] as const;
export const COLUMNS = ["received", "sent", "expected", "balance", "held", "last_at"] as const;
export type Column = (typeof COLUMNS)[number];

/** The address's part. Every value is text, absent when it is the usual one. */
export interface FlowSearch {
  doctrine?: string;
  until?: string;
  look?: string;
  /** The selected account. */
  sel?: string;
  /** `account@instant`, with commas. */
  stops?: string;
  state?: string;
  victim?: string;
  /** `-received`: by this column, falling. */
  sort?: string;
}
export const SEARCH_NAMES = ["doctrine", "until", "look", "sel", "stops", "state", "victim", "sort"] as const;

/** What does not belong into an address: which branches are folded and which groups are open, and what is picked. */
export interface Local {
  folded: ReadonlySet<string>;
  /** `parent/kind` → how many rows are shown. */
  open: ReadonlyMap<string, number>;
  /** Null: what the server proposes. */
  picked: ReadonlySet<string> | null;
}
export const LOCAL: Local = { folded: new Set(), open: new Map(), picked: null };

export interface View {
  search: FlowSearch;
  local: Local;
}

/** The doctrine that was chosen here; without one the centre's counts, which only the server knows. */
export const chosenDoctrine = (s: FlowSearch): Doctrine | undefined => DOCTRINES.find((d) => d === s.doctrine);
/** The one that is on screen: a choice is shown at once, the centre's when its answer is there. */
export const doctrineOf = (s: FlowSearch, answered: string): string => chosenDoctrine(s) ?? answered;
export const lookOf = (s: FlowSearch): Look => LOOKS.find((l) => l === s.look) ?? "tree";

/** A change of the address's part; `undefined` takes a value out, so that usual values leave no trace. */
export function altered(search: FlowSearch, change: FlowSearch): FlowSearch {
  const out: FlowSearch = {};
  for (const name of SEARCH_NAMES) {
    const value = name in change ? change[name] : search[name];
    if (value !== undefined && value !== "") out[name] = value;
  }
  if (out.look === "tree") delete out.look;
  return out;
}

export interface Stop {
  account: string;
  at: string;
}
export function stopsOf(search: FlowSearch): Stop[] {
  return (search.stops ?? "")
    .split(",")
    .map((part) => part.split("@"))
    .flatMap(([account, at]) => (account && at ? [{ account, at }] : []));
}
/** The account's what-if instant set, moved, or (null) taken away. */
export function withStop(search: FlowSearch, account: string, at: string | null): FlowSearch {
  const others = stopsOf(search).filter((s) => s.account !== account);
  const all = at === null ? others : [...others, { account, at }];
  return altered(search, { stops: all.map((s) => `${s.account}@${s.at}`).join(",") || undefined });
}

/** What the page shows, named with every order that leaves it, so that the server can refuse another view than now. */
export function viewNamed(search: FlowSearch): { until: string; stops: string; doctrine: string } {
  return { until: search.until ?? "", stops: search.stops ?? "", doctrine: chosenDoctrine(search) ?? "" };
}

/** Why nothing may be ordered from this view; null when it shows things as they stand now by the centre's doctrine. */
export type Blocked = "flow.notNow" | "flow.notTrue" | "flow.notCentre" | "flow.counting";
export function blockedBy(
  search: FlowSearch,
  shown: { live: boolean; may_order: boolean },
  busy: boolean,
): Blocked | null {
  if (search.until !== undefined || !shown.live) return "flow.notNow";
  if (search.stops !== undefined) return "flow.notTrue";
  // An answer to the question before is still on screen.
  if (busy) return "flow.counting";
  return shown.may_order ? null : "flow.notCentre";
}

/** What the server is asked; the rest of the address is only about the drawing. */
export function questionOf(search: FlowSearch): { doctrine?: string; until?: string; stops?: string } {
  const doctrine = chosenDoctrine(search);
  return {
    ...(doctrine ? { doctrine } : {}),
    ...(search.until ? { until: search.until } : {}),
    ...(search.stops ? { stops: search.stops } : {}),
  };
}

/** The steps back and forth. A walk (J, K, the slider's arrows) is one step however long it is. */
export interface History {
  past: View[];
  future: View[];
  /** The walk that goes on, by its name. */
  walking: string | null;
}
export const NO_HISTORY: History = { past: [], future: [], walking: null };
const STEPS_MAX = 200;

export function noted(history: History, before: View, walk: string | null = null): History {
  if (walk !== null && history.walking === walk) return { ...history, future: [] };
  return { past: [...history.past, before].slice(-STEPS_MAX), future: [], walking: walk };
}
export function undone(history: History, now: View): { history: History; view: View } | null {
  const view = history.past.at(-1);
  if (!view) return null;
  return { view, history: { past: history.past.slice(0, -1), future: [now, ...history.future], walking: null } };
}
export function redone(history: History, now: View): { history: History; view: View } | null {
  const [view, ...future] = history.future;
  if (!view) return null;
  return { view, history: { past: [...history.past, now], future, walking: null } };
}
