/**
 * When the telephone rings at this seat. From the duty desk the intake page opens by itself; who is in the middle of
 * something else sees the call in the header and answers it with one key, so that no work is torn away.
 */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Action } from "../actions/action";
import { Keys } from "../actions/Keys";
import { useActions } from "../actions/useActions";
import { client, must } from "../api/client";
import { useWords } from "../words";

export function CallWatch(props: { seat: string }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const opened = useRef<string | null>(null);
  const asked = useQuery({
    queryKey: ["call", props.seat],
    queryFn: () => must(client.GET("/api/calls/current", { params: { query: { seat: props.seat } } })),
    retry: false,
  });
  const call = asked.data?.call ?? null;
  useEffect(() => {
    if (!call || opened.current === call.id) return;
    opened.current = call.id;
    if (path === "/desk") void navigate({ to: "/intake" });
  }, [call, path, navigate]);
  const answer: Action = {
    id: "call-answer",
    label: t("call.answer"),
    keys: "F8",
    group: t("keys.everywhere"),
    when: call !== null && path !== "/intake",
    run: () => void navigate({ to: "/intake" }),
  };
  useActions([answer], { level: 0 });
  if (!call || path === "/intake") return null;
  return (
    <button type="button" className="ring" onClick={() => void answer.run()} data-testid="ringing">
      {t("call.ringing", { n: call.line })} <span className="num">{call.number}</span> <Keys keys="F8" />
    </button>
  );
}
