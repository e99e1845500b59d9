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
  const codes = new Set<string>();
  const named = (orgs.data?.items ?? []).filter(
    (o) => o.area && o.kind !== "city" && !codes.has(o.area) && codes.add(o.area),
  );
  return named.map((o) => {
    const known = AREAS.find((a) => a.code === o.area);
    const name = known ? (lang === "zh" ? known.zh : known.en) : o.name;
    return { value: o.area, label: `${name} ${o.area}` };
  });
}
