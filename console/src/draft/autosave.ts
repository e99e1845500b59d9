/**
 * Drafts that survive a crash. Promise: every change reaches the server within about a third of a second of
 * the last key; one save is under way at a time and the newest text always wins; nothing is written to the
 * browser's storage, because a narrative is personal data. Leaves out: what the body means.
 */
import { useEffect, useRef, useState } from "react";
import { client, must } from "../api/client";
import { asProblem, type Problem } from "../api/problem";

export type SaveState = "clean" | "waiting" | "saving" | "saved" | "failed";

export interface SaverPort {
  save: (body: unknown) => Promise<void>;
  changed: (state: SaveState, problem: Problem | null) => void;
  wait_ms: number;
  retry_ms: number;
}

/** The saving rule without React: debounce, one in flight, retry after a failure. */
export class Saver {
  private readonly port: SaverPort;
  private next: { body: unknown } | null = null;
  private busy = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private stopped = false;

  constructor(port: SaverPort) {
    this.port = port;
  }

  change(body: unknown): void {
    this.next = { body };
    this.port.changed("waiting", null);
    this.schedule(this.port.wait_ms);
  }

  /** Saves at once what is waiting; resolves when nothing is under way. */
  async flush(): Promise<void> {
    this.cancel();
    await this.send();
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private schedule(wait_ms: number): void {
    this.cancel();
    this.timer = setTimeout(() => void this.send(), wait_ms);
  }

  private cancel(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private async send(): Promise<void> {
    if (this.busy || this.stopped || !this.next) return;
    const current = this.next;
    this.next = null;
    this.busy = true;
    this.port.changed("saving", null);
    try {
      await this.port.save(current.body);
      this.busy = false;
      if (this.next) this.schedule(this.port.wait_ms);
      else this.port.changed("saved", null);
    } catch (failure) {
      this.busy = false;
      this.next ??= current;
      this.port.changed("failed", asProblem(failure));
      if (!this.stopped) this.schedule(this.port.retry_ms);
    }
  }
}

export interface DraftHandle {
  id: string | null;
  state: SaveState;
  problem: Problem | null;
  flush: () => Promise<string | null>;
  /** Stops saving: the report is accepted, the draft is no more. */
  end: () => void;
}

/** Keeps `body` saved as the draft `existing`, making one on the first change. */
export function useDraft(
  body: unknown,
  existing: { id: string; version: number } | null,
  enabled: boolean,
): DraftHandle {
  const [state, setState] = useState<SaveState>("clean");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [id, setId] = useState<string | null>(existing?.id ?? null);
  const at = useRef(existing);
  const saver = useRef<Saver | null>(null);
  const first = useRef(true);

  if (!saver.current) {
    saver.current = new Saver({
      wait_ms: 300,
      retry_ms: 2000,
      changed: (next, why) => {
        setState(next);
        setProblem(why);
      },
      save: async (value) => {
        const draft = at.current
          ? await must(
              client.PUT("/api/drafts/{id}", {
                params: { path: { id: at.current.id } },
                body: { body: value, version: at.current.version },
              }),
            )
          : await must(client.POST("/api/drafts", { body: { body: value } }));
        at.current = { id: draft.id, version: draft.version };
        setId(draft.id);
      },
    });
  }

  useEffect(() => {
    if (!enabled) return;
    if (first.current) {
      first.current = false;
      return;
    }
    saver.current?.change(body);
  }, [body, enabled]);

  return {
    id,
    state,
    problem,
    flush: async () => {
      await saver.current?.flush();
      return at.current?.id ?? null;
    },
    end: () => saver.current?.stop(),
  };
}
