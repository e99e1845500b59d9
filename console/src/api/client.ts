/**
 * The API client. Promise: every mutation carries the session's CSRF token and the idempotency key of the
 * person's intent; every failure is thrown as a `Problem`. Leaves out: URLs, which the typed paths hold.
 */
import createClient from "openapi-fetch";
import { ASKED_AGAIN, askedAgain } from "./again";
import { OFFLINE, Problem, problemFrom } from "./problem";
import type { paths } from "./types";

let csrf = "";
const expired = new Set<() => void>();

/** Called with each answer of /api/session; the token never leaves memory. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** Runs `listener` when an answer says the session has ended. */
export function onSessionEnd(listener: () => void): () => void {
  expired.add(listener);
  return () => expired.delete(listener);
}

const plain = createClient<paths>({ credentials: "same-origin" });

plain.use({
  onRequest({ request }) {
    if (request.method !== "GET" && csrf) request.headers.set("X-CSRF-Token", csrf);
    if (request.method !== "GET" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== "/api/session") for (const listener of expired) listener();
  },
});

/** Marked at the call itself, since the request is built later. */
const get = ((path: never, init?: { headers?: object }) =>
  plain.GET(
    path,
    (askedAgain() ? { ...init, headers: { ...init?.headers, [ASKED_AGAIN]: "1" } } : init) as never,
  )) as unknown as typeof plain.GET;

export const client: typeof plain = { ...plain, GET: get };

/** The header that makes a repeated press one command. */
export function intent(key: string): { headers: { "Idempotency-Key": string } } {
  return { headers: { "Idempotency-Key": key } };
}

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer, or the problem as an exception. */
export async function must<T>(call: Promise<Outcome<T>>): Promise<NonNullable<T>> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new Problem(OFFLINE);
  }
  if (!outcome.response.ok) throw problemFrom(outcome.response.status, outcome.error);
  return (outcome.data ?? {}) as NonNullable<T>;
}
