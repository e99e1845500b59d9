/** 审计. The log as it is: nobody edits it here or anywhere; the signed head shows where it stands. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { RIGHT } from "../../access/access";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, must } from "../../api/client";
import { auditExportLink, openFile } from "../../api/links";
import type { AuditPage as AuditAnswer } from "../../api/types";
import { FourStates } from "../../parts/FourStates";
import { Filters, More, usePages } from "../../parts/Pager";
import { Panel, Time, ToneTag } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";

const OUTCOMES = ["done", "refused"] as const;

export function AuditPage() {
  const { t, code } = useWords();
  const { access } = useSession();
  const filter = useSearch({ from: "/audit" });
  const navigate = useNavigate();
  const { asked, items, total, first } = usePages<AuditAnswer>(["audit", filter], (cursor) =>
    must(client.GET("/api/audit", { params: { query: { ...filter, ...(cursor ? { cursor } : {}), limit: 100 } } })),
  );
  const cursor = useCursor(items.length);
  useActions(cursor.actions);
  const head = first?.head;
  return (
    <div className="page">
      <div className="bar-row">
        <h1>{t("nav.audit")}</h1>
        <Filters
          options={OUTCOMES}
          value={OUTCOMES.find((o) => o === filter.outcome)}
          all={t("list.all")}
          label={(o) => code("outcome", o)}
          onChange={(outcome) => void navigate({ to: "/audit", search: { ...filter, outcome } })}
        />
        {head ? (
          <span className="dim">
            {t("audit.head")} <span className="num">#{head.seq}</span>{" "}
            <span className="num">{head.digest.slice(0, 16)}…</span> · {t("audit.signed")} <Time at={head.signed_at} />
          </span>
        ) : null}
        <span className="r">
          {access.may(RIGHT.auditExport) ? (
            <Button onClick={() => openFile(auditExportLink)}>{t("audit.export")}</Button>
          ) : null}
        </span>
      </div>
      <Panel title={t("audit.entries")} note={asked.data ? t("desk.count", { n: total }) : null} className="grow">
        <div className="scroll">
          <FourStates asked={asked} empty={() => items.length === 0} emptyText={t("audit.empty")} rows={12}>
            {() => (
              <>
                <table className="t">
                  <thead>
                    <tr>
                      <th className="n">#</th>
                      <th>{t("pay.time")}</th>
                      <th>{t("audit.actor")}</th>
                      <th>{t("audit.action")}</th>
                      <th>{t("audit.subject")}</th>
                      <th>{t("reveal.purpose")}</th>
                      <th>{t("audit.outcome")}</th>
                      <th>{t("audit.digest")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((e, i) => (
                      <tr key={e.seq} className={i === cursor.at ? "row cursor" : "row"} onClick={() => cursor.set(i)}>
                        <td className="n num">{e.seq}</td>
                        <td>
                          <Time at={e.at} />
                        </td>
                        <td>
                          {e.actor_name} <span className="dim num">{e.actor_login}</span>
                        </td>
                        <td title={e.action}>{code("action", e.action)}</td>
                        <td>
                          {code("subject", e.subject_kind)} <span className="num dim">{e.subject}</span>
                        </td>
                        <td className="wrap">{e.purpose ?? ""}</td>
                        <td>
                          <ToneTag tone={e.outcome === "refused" ? "bad" : "quiet"}>
                            {code("outcome", e.outcome)}
                          </ToneTag>{" "}
                          <span className="num">{e.refusal_code ?? ""}</span>
                        </td>
                        <td className="num dim" title={e.digest}>
                          {e.sound ? e.digest.slice(0, 12) : <b className="red">{t("audit.unsound")}</b>}
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
