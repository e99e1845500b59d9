/**
 * Who sits here. Promise: the session is read once, refreshed each minute (which also sets the clock again
 * after a jump), and its end sends the person to the sign-in page without losing the address.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { type Access, accessOf } from "../access/access";
import { keyboard } from "../actions/keyboard";
import { client, must, onSessionEnd, setCsrf } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Session } from "../api/types";
import { syncClock } from "../clock/serverClock";

export interface SessionView {
  session: Session;
  access: Access;
}

const Context = createContext<SessionView | null>(null);

export type SessionState =
  | { state: "loading" }
  | { state: "absent" }
  | { state: "failed"; problem: Problem; again: () => void }
  | { state: "present"; session: Session };

async function readSession(): Promise<Session | null> {
  try {
    const session = await must(client.GET("/api/session"));
    setCsrf(session.csrf);
    syncClock(session.server_time, session.speed);
    return session;
  } catch (failure) {
    if (asProblem(failure).status === 401) return null;
    throw failure;
  }
}

export function useSessionState(): SessionState {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["session"],
    queryFn: readSession,
    refetchInterval: 60_000,
    refetchOnWindowFocus: true,
    retry: false,
  });
  useEffect(() => onSessionEnd(() => void queries.invalidateQueries({ queryKey: ["session"] })), [queries]);
  if (query.data) return { state: "present", session: query.data };
  if (query.data === null) return { state: "absent" };
  if (query.error) return { state: "failed", problem: asProblem(query.error), again: () => void query.refetch() };
  return { state: "loading" };
}

export function SessionProvider(props: { session: Session; children: ReactNode }) {
  const { session } = props;
  const view = useMemo(() => ({ session, access: accessOf(session.permissions) }), [session]);
  keyboard.may = view.access.may;
  return <Context value={view}>{props.children}</Context>;
}

export function useSession(): SessionView {
  const view = useContext(Context);
  if (!view) throw new Error("useSession is used outside the signed-in part of the console");
  return view;
}
