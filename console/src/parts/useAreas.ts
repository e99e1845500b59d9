/** Areas to choose from: the organisations of the centre as the server lists them. */
import { useQuery } from "@tanstack/react-query";
import { client, must } from "../api/client";
import { useWords } from "../words";
import { AREAS } from "./areas";

export function useAreas(): { value: string; label: string }[] {
  const { lang } = useWords();
  const orgs = useQuery({
    queryKey: ["orgs"],
    queryFn: () => must(client.GET("/api/orgs")),
    staleTime: 600_000,
    retry: false,
  });
  const known = AREAS.map((a) => ({ value: a.code, label: `${lang === "zh" ? a.zh : a.en} ${a.code}` }));
  const codes = new Set(known.map((k) => k.value));
  const more = (orgs.data?.items ?? []).filter((o) => o.area && !codes.has(o.area) && codes.add(o.area));
  return [...known, ...more.map((o) => ({ value: o.area, label: `${o.name} ${o.area}` }))];
}
