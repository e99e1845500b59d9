/**
 * Loading, empty, full, failed. Promise: a failure never looks like "no results", and old data that can no
 * longer be refreshed says so above the data instead of vanishing.
 */
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { asProblem, type Problem } from "../api/problem";
import { useWords } from "../words";

export interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

export type FourState<T> =
  | { is: "loading" }
  | { is: "failed"; problem: Problem }
  | { is: "empty" }
  | { is: "full"; data: T; stale: Problem | null };

/** Pure: which of the four it is. */
export function fourState<T>(asked: Omit<Asked<T>, "refetch">, empty: (data: T) => boolean): FourState<T> {
  if (asked.data === undefined) {
    return asked.error ? { is: "failed", problem: asProblem(asked.error) } : { is: "loading" };
  }
  const stale = asked.error ? asProblem(asked.error) : null;
  if (!stale && empty(asked.data)) return { is: "empty" };
  return { is: "full", data: asked.data, stale };
}

export function FourStates<T>(props: {
  asked: Asked<T>;
  empty?: (data: T) => boolean;
  emptyText?: ReactNode;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  const state = fourState(props.asked, props.empty ?? (() => false));
  switch (state.is) {
    case "loading":
      return <Skeleton className="pad" active title={false} paragraph={{ rows: props.rows ?? 5 }} />;
    case "failed":
      return <Failed problem={state.problem} again={() => void props.asked.refetch()} />;
    case "empty":
      return <div className="empty">{props.emptyText}</div>;
    case "full":
      return (
        <>
          {state.stale ? <Failed problem={state.stale} again={() => void props.asked.refetch()} stale /> : null}
          {props.children(state.data)}
        </>
      );
  }
}

export function Failed(props: { problem: Problem; again?: () => void; stale?: boolean }) {
  const { t, pick } = useWords();
  const detail = pick(props.problem, "detail");
  return (
    <div className={props.stale ? "failed stale" : "failed"} role="alert">
      <b>{props.stale ? t("state.stale") : t("state.failed")}</b>
      <span>{detail}</span>
      <small className="num">{props.problem.code}</small>
      {props.again ? (
        <Button size="small" onClick={props.again}>
          {t("do.again")}
        </Button>
      ) : null}
    </div>
  );
}

/** A refusal beside the thing that was pressed. */
export function ProblemNote(props: { problem: Problem | null }) {
  const { pick, code } = useWords();
  if (!props.problem) return null;
  const { problems } = props.problem;
  // One problem that says the same as the whole is said once.
  const whole = pick(props.problem, "detail");
  return (
    <div className="refused" role="alert">
      {problems.length === 1 ? null : <div>{whole}</div>}
      {problems.map((p) => (
        <div key={`${p.field}${p.code}`}>
          <b>{code("fieldName", p.field)}</b> {pick(p, "detail")}
        </div>
      ))}
      <small className="num">{props.problem.code}</small>
    </div>
  );
}
