/** 案件. Cases with their filing clocks. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, must } from "../../api/client";
import type { Uuid } from "../../api/types";
import { FourStates } from "../../parts/FourStates";
import { Filters, More, usePages } from "../../parts/Pager";
import { Countdown, Money, Panel, Time, ToneTag } from "../../parts/shown";
import { useWords } from "../../words";
import { caseTone } from "./model";

const STATES = ["accepted", "filing_proposed", "filed", "not_filed"] as const;

export function CasesPage() {
  const { t, code, pick } = useWords();
  const filter = useSearch({ from: "/cases" });
  const navigate = useNavigate();
  const { asked, items, total } = usePages(["cases", filter], (cursor) =>
    must(client.GET("/api/cases", { params: { query: { ...filter, ...(cursor ? { cursor } : {}), limit: 50 } } })),
  );
  const cursor = useCursor(items.length);
  const current = items[cursor.at];
  const open = (id: Uuid) => void navigate({ to: "/cases/$id", params: { id } });
  useActions([
    ...cursor.actions,
    {
      id: "open",
      label: t("do.open"),
      keys: "Enter",
      when: current !== undefined,
      run: () => current && open(current.id),
    },
  ]);
  return (
    <div className="page">
      <div className="bar-row">
        <h1>{t("nav.cases")}</h1>
        <Filters
          options={STATES}
          value={STATES.find((s) => s === filter.state)}
          all={t("list.all")}
          label={(s) => code("caseState", s)}
          onChange={(state) => void navigate({ to: "/cases", search: { state } })}
        />
      </div>
      <Panel
        title={t("nav.cases")}
        note={asked.data ? t("desk.count", { n: asked.hasNextPage ? `${items.length}+` : total }) : null}
        className="grow"
      >
        <div className="scroll">
          <FourStates asked={asked} empty={() => items.length === 0} emptyText={t("case.empty")} rows={8}>
            {() => (
              <>
                <table className="t">
                  <thead>
                    <tr>
                      <th>{t("case.number")}</th>
                      <th>{t("case.name")}</th>
                      <th>{t("desk.category")}</th>
                      <th>{t("desk.area")}</th>
                      <th className="n">{t("desk.amount")}</th>
                      <th>{t("case.acceptedAt")}</th>
                      <th>{t("tree.state")}</th>
                      <th>{t("desk.nextDue")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((c, i) => (
                      <tr
                        key={c.id}
                        className={i === cursor.at ? "row cursor" : "row"}
                        onClick={() => cursor.set(i)}
                        onDoubleClick={() => open(c.id)}
                      >
                        <td>
                          <button type="button" className="link num" tabIndex={-1} onClick={() => open(c.id)}>
                            {c.number}
                          </button>
                        </td>
                        <td className="wrap">{c.name}</td>
                        <td>{code("category", c.category) || "—"}</td>
                        <td>{c.area_name}</td>
                        <td className="n">
                          <Money amount={c.amount} />
                        </td>
                        <td>
                          <Time at={c.accepted_at} />
                        </td>
                        <td>
                          <ToneTag tone={caseTone(c.state)}>{pick(c, "state_text")}</ToneTag>
                        </td>
                        <td>
                          {c.due_at ? (
                            <>
                              <span className="dim">{code("due", c.due_kind)}</span> <Countdown due={c.due_at} urgent />
                            </>
                          ) : (
                            <span className="dim">—</span>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                <More
                  shown={items.length}
                  total={total}
                  more={asked.hasNextPage}
                  busy={asked.isFetchingNextPage}
                  next={() => void asked.fetchNextPage()}
                />
              </>
            )}
          </FourStates>
        </div>
      </Panel>
    </div>
  );
}
