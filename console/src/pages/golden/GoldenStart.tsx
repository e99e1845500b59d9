/** The tab without a report: the one looked at last, else the most urgent of the queue. */
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { client, must } from "../../api/client";
import { FourStates } from "../../parts/FourStates";
import { useWords } from "../../words";
import { lastGolden } from "./last";

export function GoldenStart() {
  const { t } = useWords();
  const last = lastGolden();
  const first = useQuery({
    queryKey: ["reports", "first"],
    queryFn: () => must(client.GET("/api/reports", { params: { query: { limit: 1 } } })),
    enabled: last === null,
  });
  if (last) return <Navigate to="/golden/$id" params={{ id: last }} replace />;
  return (
    <FourStates asked={first} empty={(d) => d.items.length === 0} emptyText={t("desk.empty")}>
      {(data) => {
        const top = data.items[0];
        return top ? <Navigate to="/golden/$id" params={{ id: top.id }} replace /> : null;
      }}
    </FourStates>
  );
}
