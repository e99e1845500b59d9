/**
 * What went wrong, as one type. Promise: every failed request becomes a `Problem` whose words come from
 * the server in both languages; a request that never reached the server says so and is not called a refusal.
 */
import type { FieldProblem, ProblemBody } from "./types";

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail_zh: string;
  readonly detail_en: string;
  /** Whether trying again can help. */
  readonly retry: boolean;
  /** The value that the sentence names, such as a sum. */
  readonly detail: string | null;
  readonly problems: FieldProblem[];

  constructor(body: ProblemBody) {
    super(body.detail_en ?? body.title ?? body.code);
    this.name = "Problem";
    this.status = body.status;
    this.code = body.code;
    this.detail_zh = body.detail_zh ?? "";
    this.detail_en = body.detail_en ?? "";
    this.retry = body.retry ?? false;
    this.detail = body.detail ?? null;
    this.problems = body.problems ?? [];
  }

  /** The request did not reach the server, or the answer did not come back. */
  get offline(): boolean {
    return this.status === 0;
  }
}

export const OFFLINE: ProblemBody = {
  status: 0,
  code: "offline",
  retry: true,
  detail_zh: "没有连上服务器，内容仍在本机，请稍后再试",
  detail_en: "The server cannot be reached. Your text is still here; try again shortly",
};

/** Reads whatever the server answered into a problem; an answer that is not problem+json is kept as its status. */
export function problemFrom(status: number, body: unknown): Problem {
  if (typeof body === "object" && body !== null && "code" in body) {
    return new Problem({ ...(body as ProblemBody), status });
  }
  return new Problem({
    status,
    code: `http_${status}`,
    retry: status >= 500,
    detail_zh: `服务器没有完成这个请求（${status}）`,
    detail_en: `The server did not complete this request (${status})`,
  });
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(OFFLINE);
}

/** Index by field path, first problem of each field first. */
export function byField(problem: Problem | null): Map<string, FieldProblem[]> {
  const map = new Map<string, FieldProblem[]>();
  for (const p of problem?.problems ?? []) {
    map.set(p.field, [...(map.get(p.field) ?? []), p]);
  }
  return map;
}
