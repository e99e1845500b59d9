/** The queue as the desk sees it: who holds a report, and until when. */
import type { Lock, ReportRow } from "../../api/types";

export type Holder = "free" | "mine" | "other";

/** A lock that has run out by the server's clock holds nobody off. */
export function holder(lock: Lock | null, me: string, now_ms: number | null): Holder {
  if (!lock || (now_ms !== null && Date.parse(lock.expires_at) <= now_ms)) return "free";
  return lock.owner_id === me ? "mine" : "other";
}

/** The tone of a row's state. What is late is red in its countdown, not in its state. */
export function rowTone(row: Pick<ReportRow, "state">): "ok" | "warn" | "info" | "quiet" {
  if (row.state === "held" || row.state === "frozen") return "ok";
  if (row.state === "closed" || row.state === "gone" || row.state === "merged") return "quiet";
  return row.state === "open" ? "warn" : "info";
}
