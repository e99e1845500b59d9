/**
 * Several decisions at once. Promise: a row counts only when its evidence was on screen as it is now; a row that changed since
 * must be looked at again; rows that this person may not decide are never taken along.
 */
import type { ApprovalItem, Decided, Uuid } from "../../api/types";

/** Which stamp of each row was seen. */
export type Seen = ReadonlyMap<Uuid, number>;

export const wasSeen = (seen: Seen, item: ApprovalItem): boolean => seen.get(item.id) === item.stamp;

export const mayDecide = (item: ApprovalItem): boolean => item.can.includes("approve") || item.can.includes("confirm");

/** The rows that a decision on the selected ones takes. */
export function counted(items: ApprovalItem[], selected: ReadonlySet<Uuid>, seen: Seen): ApprovalItem[] {
  return items.filter((item) => selected.has(item.id) && mayDecide(item) && wasSeen(seen, item));
}

export function toggled(selected: ReadonlySet<Uuid>, id: Uuid): Set<Uuid> {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** What is sent: each row as it was seen. */
export function rowsOf(items: ApprovalItem[]): { subject: string; id: Uuid; stamp: number }[] {
  return items.map(({ subject, id, stamp }) => ({ subject, id, stamp }));
}

/** The refusals of the last act, by row. */
export function refusals(answers: Decided[]): ReadonlyMap<Uuid, Decided> {
  return new Map(answers.filter((a) => !a.done).map((a) => [a.id, a]));
}
