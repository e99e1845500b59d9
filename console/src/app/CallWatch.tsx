/** When the telephone rings at this seat, the intake page opens on it, unless somebody is already writing there. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { client, must } from "../api/client";

export function CallWatch(props: { seat: string }) {
  const navigate = useNavigate();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const opened = useRef<string | null>(null);
  const call = useQuery({
    queryKey: ["call", props.seat],
    queryFn: () => must(client.GET("/api/calls/current", { params: { query: { seat: props.seat } } })),
    retry: false,
  });
  const id = call.data?.call?.id;
  useEffect(() => {
    if (!id || opened.current === id) return;
    opened.current = id;
    if (path !== "/intake") void navigate({ to: "/intake" });
  }, [id, path, navigate]);
  return null;
}
