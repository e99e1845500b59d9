/**
 * 接警至首条止付 of today by seat and shift: the middle and the slowest, from the ring and from the answer. Every figure opens the
 * report it comes from.
 */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { client, must } from "../../api/client";
import type { SeatPace } from "../../api/types";
import { spanText } from "../../clock/serverClock";
import { FourStates } from "../../parts/FourStates";
import { Panel } from "../../parts/shown";
import { useWords } from "../../words";

export function PacePanel() {
  const { t } = useWords();
  const asked = useQuery({
    queryKey: ["reports", "first-orders"],
    queryFn: () => must(client.GET("/api/reports/first-orders")),
  });
  const typed = asked.data?.all.typed ?? 0;
  return (
    <Panel title={t("pace.title")} note={typed > 0 ? t("pace.typed", { n: typed }) : null}>
      <FourStates asked={asked} empty={(d) => d.rows.length === 0} emptyText={t("pace.empty")} rows={2}>
        {(found) => (
          <table className="t" data-testid="pace">
            <thead>
              <tr>
                <th>{t("pace.seat")}</th>
                <th>{t("pace.shift")}</th>
                <th className="n">{t("pace.reports")}</th>
                <th className="n">{t("pace.without")}</th>
                <th className="n">{t("pace.fromRing")}</th>
                <th className="n">{t("pace.fromAnswer")}</th>
                <th>{t("pace.slowest")}</th>
              </tr>
            </thead>
            <tbody>
              {found.rows.map((row) => (
                <PaceLine key={`${row.shift}${row.seat}`} row={row} goal={found.goal_seconds} />
              ))}
              {found.rows.length > 1 ? <PaceLine row={found.all} goal={found.goal_seconds} all /> : null}
            </tbody>
          </table>
        )}
      </FourStates>
    </Panel>
  );
}

function PaceLine(props: { row: SeatPace; goal: number; all?: boolean }) {
  const { t, code } = useWords();
  const { row, goal } = props;
  const span = (seconds: number) => (
    <span className={seconds > goal ? "num red" : "num"}>{spanText(seconds * 1000)}</span>
  );
  const pair = (pace: SeatPace["from_start"]) =>
    pace ? (
      <>
        {span(pace.median_seconds)} / {span(pace.worst_seconds)}
      </>
    ) : (
      <span className="dim">—</span>
    );
  return (
    <tr className={props.all ? "sum" : ""}>
      <td>{props.all ? <b>{t("pace.all")}</b> : row.seat || t("pace.noSeat")}</td>
      <td>{props.all ? "" : code("shift", row.shift)}</td>
      <td className="n num">{row.reports}</td>
      <td className="n num">{row.without_order}</td>
      <td className="n">{pair(row.from_start)}</td>
      <td className="n">{pair(row.from_answer)}</td>
      <td>
        {row.slowest_id ? (
          <Link to="/golden/$id" params={{ id: row.slowest_id }} className="num">
            {row.slowest_number}
          </Link>
        ) : (
          <span className="dim">—</span>
        )}
      </td>
    </tr>
  );
}
