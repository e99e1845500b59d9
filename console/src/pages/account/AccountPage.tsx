/** 账户. The hold of one account: what is held and until when, stops used, competing holds, and all measures. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { client, must } from "../../api/client";
import type { Hold, Uuid } from "../../api/types";
import { FourStates } from "../../parts/FourStates";
import { OrderActs } from "../../parts/OrderActs";
import { AccountRevealDialog } from "../../parts/RevealDialog";
import { Countdown, Money, Panel, Time, ToneTag } from "../../parts/shown";
import { Timeline } from "../../parts/Timeline";
import { useWords } from "../../words";
import { OrderTable } from "../orders/OrdersPage";

export function AccountPage() {
  const { id } = useParams({ from: "/accounts/$id" });
  const hold = useQuery({
    queryKey: ["hold", id],
    queryFn: () => must(client.GET("/api/accounts/{id}/hold", { params: { path: { id } } })),
  });
  return (
    <div className="page">
      <FourStates asked={hold} rows={10}>
        {(data) => <Shown key={id} hold={data} />}
      </FourStates>
    </div>
  );
}

function Shown(props: { hold: Hold }) {
  const { t, pick } = useWords();
  const navigate = useNavigate();
  const { hold } = props;
  const [revealing, setRevealing] = useState(false);
  // Orders are asked for in the name of one report; an account may have money of several.
  const [of, setOf] = useState<Uuid | null>(null);
  const report = hold.reports.find((r) => r.id === of) ?? hold.reports[0];
  const reveal: Action = {
    id: "reveal",
    label: t("account.reveal"),
    keys: "v",
    right: RIGHT.personalReveal,
    run: () => setRevealing(true),
  };
  const trace: Action = {
    id: "trace",
    label: t("nav.trace"),
    keys: "t",
    right: RIGHT.flowTrace,
    run: () => void navigate({ to: "/trace", search: { account: hold.account_id } }),
  };
  const other: Action = {
    id: "next-report",
    label: t("account.nextReport"),
    keys: "e",
    when: hold.reports.length > 1,
    run: () => {
      const at = hold.reports.findIndex((r) => r.id === report?.id);
      setOf(hold.reports[(at + 1) % hold.reports.length]?.id ?? null);
    },
  };
  useActions([
    other,
    reveal,
    trace,
    {
      id: "to-golden",
      label: t("nav.golden"),
      keys: "Enter",
      when: report !== undefined,
      run: () => report && void navigate({ to: "/golden/$id", params: { id: report.id } }),
    },
  ]);
  return (
    <>
      <div className="bar-row">
        <h1>
          {hold.holder_masked} <span className="num">{hold.number_masked}</span>
        </h1>
        <span className="dim">{hold.bank_name}</span>
        <ToneTag tone={hold.tone}>{pick(hold, "state_text")}</ToneTag>
        <span className="r">
          <ActionButton action={trace} />
          <ActionButton action={reveal} />
        </span>
      </div>
      <div className="two right">
        <div className="stack">
          <Panel title={t("account.hold")}>
            <div className="figures">
              <span>
                <small>{t("figure.bankHolds")}</small>
                {hold.held_unknown ? <b className="near">{t("figure.untold")}</b> : <Money amount={hold.held} strong />}
              </span>
              <span>
                <small>{t("account.until")}</small>
                <b>{hold.expires_at ? <Countdown due={hold.expires_at} urgent /> : <span className="dim">—</span>}</b>
                <small>
                  <Time at={hold.expires_at} full />
                </small>
              </span>
              <span>
                <small>{t("account.balance")}</small>
                <Money amount={hold.balance} strong />
                <small>
                  <Time at={hold.balance_at} full />
                </small>
              </span>
              <span>
                <small>{t("account.stopsUsed")}</small>
                <b className={hold.stops_used >= hold.stops_max ? "num due" : "num"}>
                  {hold.stops_used} / {hold.stops_max}
                </b>
              </span>
            </div>
          </Panel>
          <Panel title={t("account.priorFreezers")} note={hold.prior_freezers.length}>
            {hold.prior_freezers.length === 0 ? (
              <div className="pad dim">{t("account.noPrior")}</div>
            ) : (
              <table className="t">
                <tbody>
                  {hold.prior_freezers.map((p) => (
                    <tr key={p.organisation + p.basis}>
                      <td>{p.organisation}</td>
                      <td>{p.basis}</td>
                      <td className="n">
                        <Money amount={p.amount} />
                      </td>
                      <td>
                        <Time at={p.until} full />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </Panel>
          <Panel title={t("account.measures")} note={hold.measures.length}>
            {hold.measures.length === 0 ? (
              <div className="pad dim">{t("order.empty")}</div>
            ) : (
              <OrderTable
                rows={hold.measures}
                ofKnownReport
                onOpen={(id) => void navigate({ to: "/orders", search: { open: id } })}
              />
            )}
          </Panel>
          <Panel title={t("account.reports")} note={hold.reports.length}>
            <table className="t">
              <thead>
                <tr>
                  <th>{t("account.report")}</th>
                  <th>{t("golden.reported")}</th>
                  <th className="n">{t("golden.total")}</th>
                  <th className="n">{t("tree.received")}</th>
                  <th className="n">{t("tree.expected")}</th>
                  <th className="n">{t("golden.held")}</th>
                  <th className="n">{t("golden.unseen")}</th>
                </tr>
              </thead>
              <tbody>
                {hold.reports.map((r) => (
                  <tr key={r.id}>
                    <td>
                      <Link to="/golden/$id" params={{ id: r.id }} className="num">
                        {r.number}
                      </Link>
                    </td>
                    <td>
                      <Time at={r.reported_at} />
                    </td>
                    <td className="n">
                      <Money amount={r.amount} />
                    </td>
                    {[r.money?.received, r.money?.expected, r.money?.held, r.money?.unseen].map((amount, i) => (
                      <td key={i} className="n">
                        <Money amount={amount} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
        </div>
        <div className="stack">
          {report ? (
            <Panel
              title={t("account.orders")}
              note={<span className="num">{report.number}</span>}
              keepNote
              right={hold.reports.length > 1 ? <ActionButton action={other} size="small" /> : null}
            >
              <div className="scroll">
                <OrderActs key={report.id} report={report.id} account={hold.account_id} />
              </div>
            </Panel>
          ) : null}
          {hold.timeline.length > 0 ? (
            <Panel title={t("golden.timeline")} className="grow">
              <div className="scroll">
                <Timeline entries={hold.timeline} />
              </div>
            </Panel>
          ) : null}
        </div>
      </div>
      {revealing ? <AccountRevealDialog account={hold.account_id} close={() => setRevealing(false)} /> : null}
    </>
  );
}
