/**
 * The centre's time. Promise: the computer's own clock is never shown; the server's instant is carried
 * forward by the monotonic counter, at the demo's speed when there is one.
 * All wall-clock words are at +08:00, whatever the zone of the machine.
 */
import { useSyncExternalStore } from "react";

export interface ClockBase {
  server_ms: number;
  counter_ms: number;
  speed: number;
}

let base: ClockBase | null = null;
let shown_ms: number | null = null;
const watchers = new Set<() => void>();

/** Pure: the centre's instant when the monotonic counter stands at `counter_ms`. */
export function at(from: ClockBase, counter_ms: number): number {
  return from.server_ms + (counter_ms - from.counter_ms) * from.speed;
}

export function syncClock(server_time: string, speed: number): void {
  const server_ms = Date.parse(server_time);
  if (Number.isNaN(server_ms)) return;
  base = { server_ms, counter_ms: performance.now(), speed: speed > 0 ? speed : 1 };
  tick();
}

/** Milliseconds since the epoch by the server, or null before the first answer. */
export function serverNow(): number | null {
  return base ? at(base, performance.now()) : null;
}

function tick(): void {
  const now = serverNow();
  shown_ms = now === null ? null : Math.floor(now / 1000) * 1000;
  for (const watcher of watchers) watcher();
}

let timer: ReturnType<typeof setInterval> | null = null;
function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(tick, 250);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The server's second, ticking. */
export function useNow(): number | null {
  return useSyncExternalStore(watch, () => shown_ms);
}

const CST_MS = 8 * 3600 * 1000;
const two = (n: number) => String(n).padStart(2, "0");

export interface Civil {
  year: number;
  month: number;
  day: number;
  time: string;
  date: string;
}

/** The civil date and time at +08:00. */
export function civil(ms: number): Civil {
  const d = new Date(ms + CST_MS);
  const year = d.getUTCFullYear();
  const month = d.getUTCMonth() + 1;
  const day = d.getUTCDate();
  return {
    year,
    month,
    day,
    time: `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`,
    date: `${year}-${two(month)}-${two(day)}`,
  };
}

/** ISO 8601 with the offset the wire uses. */
export function isoCst(ms: number): string {
  const c = civil(ms);
  return `${c.date}T${c.time}+08:00`;
}

/** A span as 47:58:10, without a sign. */
export function spanText(span_ms: number): string {
  const s = Math.floor(Math.abs(span_ms) / 1000);
  return `${two(Math.floor(s / 3600))}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
}
