/**
 * The rows of a freeze dialog. Promise: what becomes free is the server's figure, for the sum it was said of; a sum that was
 * changed has none until the server answers, and what was agreed to for another sum is agreed to no longer.
 */
import type { Problem } from "../api/problem";
import type { Acts, Uuid } from "../api/types";
import { fenFromYuan } from "./typed";

export interface FreezeRow {
  account: Uuid;
  allowed: boolean;
  amount: string;
  /** The sum of which the server said what it lets go. */
  said_of: string;
  /** What it lets go; null: nobody can know. */
  lets_go_fen: number | null;
  /** As shown. */
  lets_go: string | null;
  agreed: boolean;
  done: boolean;
}

export function freezeRow(acts: Acts): FreezeRow {
  const figures = acts.figures;
  const still = figures?.money.still ?? "";
  return {
    account: acts.account_id,
    allowed: acts.items.some((a) => a.kind === "freeze" && a.allowed),
    amount: still,
    said_of: still,
    lets_go_fen: figures?.lets_go_fen ?? null,
    lets_go: figures?.lets_go ?? null,
    agreed: false,
    done: false,
  };
}

/** What the person must agree to: a sum, that nobody knows it, or nothing. */
export function letsGo(row: FreezeRow, whole: boolean): string | "unknown" | null {
  if (whole || row.amount !== row.said_of || row.lets_go_fen === 0) return null;
  return row.lets_go_fen === null ? "unknown" : (row.lets_go ?? "");
}

export function ready(row: FreezeRow, whole: boolean): boolean {
  const fen = fenFromYuan(row.amount);
  return fen !== null && fen > 0 && (letsGo(row, whole) === null || row.agreed);
}

/** A change typed or ticked in one row. */
export function row(rows: FreezeRow[], account: Uuid, change: Partial<FreezeRow>): FreezeRow[] {
  const changed = (r: FreezeRow): FreezeRow => ({
    ...r,
    ...change,
    agreed: change.amount !== undefined && change.amount !== r.amount ? false : (change.agreed ?? r.agreed),
  });
  return rows.map((r) => (r.account === account ? changed(r) : r));
}

/** The server said no: where it says what becomes free, the row asks for that. */
export function refused(rows: FreezeRow[], account: Uuid, problem: Problem): FreezeRow[] {
  if (problem.code !== "freeze_lets_go") return rows;
  const detail = problem.detail ?? "?";
  const yuan = detail.replaceAll(",", "");
  const fen = fenFromYuan(yuan);
  return rows.map((r) =>
    r.account === account
      ? { ...r, said_of: r.amount, lets_go_fen: fen, lets_go: fen === null ? null : yuan, agreed: false }
      : r,
  );
}
