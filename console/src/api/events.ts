/**
 * Live updates. Promise: one stream for the whole console; the browser resumes it by Last-Event-ID, and when
 * the stream was down long enough that events may be lost everything on screen is read again.
 * An event only says what changed; the page asks the server for the facts.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { byItself } from "./again";

export const EVENT_NAMES = ["report", "order", "call", "deadline", "approvals", "people", "statement", "log"] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Which query keys an event makes stale. */
export const STALE: Record<EventName, string[]> = {
  report: ["reports", "golden", "corrections", "flow", "acts", "counts", "case", "cases", "documents", "approvals"],
  order: [
    "orders",
    "order",
    "golden",
    "corrections",
    "flow",
    "acts",
    "hold",
    "approvals",
    "counts",
    "case",
    "cases",
    "documents",
  ],
  call: ["call", "drafts", "bank-reports"],
  deadline: ["orders", "golden", "flow", "reports", "hold", "acts", "counts", "case", "cases"],
  approvals: ["approvals", "counts", "policies"],
  people: ["users", "orgs", "settings"],
  statement: ["statements"],
  // The audit page stands still while it is read; its first page asked again is a look and an entry.
  log: [],
};

export type Link = "opening" | "open" | "lost";
let link: Link = "opening";
const watchers = new Set<() => void>();

function setLink(next: Link): void {
  if (next === link) return;
  link = next;
  for (const watcher of watchers) watcher();
}

/** Whether what is on screen is live; shown in the header when it is not. */
export function useLink(): Link {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => link,
  );
}

/** Gathers the stale keys of a burst so that a flood of answers is one refresh. */
export class Freshener {
  private readonly pending = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly refresh: (key: string) => void;
  private readonly wait_ms: number;

  constructor(refresh: (key: string) => void, wait_ms = 150) {
    this.refresh = refresh;
    this.wait_ms = wait_ms;
  }

  note(event: EventName): void {
    for (const key of STALE[event]) this.pending.add(key);
    this.timer ??= setTimeout(() => this.flush(), this.wait_ms);
  }

  flush(): void {
    this.timer = null;
    const keys = [...this.pending];
    this.pending.clear();
    for (const key of keys) this.refresh(key);
  }
}

/** Reading is an entry of the log too, but changes nothing: a page that followed it would read for ever. */
export function changes(data: string): boolean {
  const { action = "" } = JSON.parse(data) as { action?: string };
  return !/(\.|_)(read|reveal|search)$/.test(action);
}

function follow(queries: QueryClient): () => void {
  const fresh = new Freshener((key) => byItself(() => void queries.invalidateQueries({ queryKey: [key] })));
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | null = null;
  let lost = false;
  const open = () => {
    source = new EventSource("/api/events");
    source.onopen = () => {
      setLink("open");
      if (lost) byItself(() => void queries.invalidateQueries());
      lost = false;
    };
    source.onerror = () => {
      setLink("lost");
      lost = true;
      // The browser reconnects by itself unless the server refused; then we open a new stream.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, 3000);
    };
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (event) => {
        if (changes(event.data)) fresh.note(name);
      });
    }
    // Away for longer than the server remembers: everything on screen is read again.
    source.addEventListener("reset", () => byItself(() => void queries.invalidateQueries()));
    source.addEventListener("session_ended", () => void queries.invalidateQueries({ queryKey: ["session"] }));
  };
  open();
  return () => {
    if (retry) clearTimeout(retry);
    source?.close();
    setLink("opening");
  };
}

export function useLiveUpdates(): void {
  const queries = useQueryClient();
  useEffect(() => follow(queries), [queries]);
}
