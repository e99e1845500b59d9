/** 账户. The hold of one account: what is held and until when, stops used, competing holds, and all measures. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { Hold, OrderKind, Uuid } from "../../api/types";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
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

const ORDERS: { kind: OrderKind; keys: string }[] = [
  { kind: "stop", keys: "s" },
  { kind: "freeze", keys: "f" },
  { kind: "stop_prolong", keys: "p" },
  { kind: "stop_relieve", keys: "r" },
  { kind: "query_transactions", keys: "q" },
  { kind: "query_holder", keys: "h" },
  { kind: "query_all_accounts", keys: "a" },
  { kind: "watch", keys: "w" },
];

function Shown(props: { hold: Hold }) {
  const { t, pick, code } = useWords();
  const navigate = useNavigate();
  const { hold } = props;
  const [kind, setKind] = useState<OrderKind | null>(null);
  const report = hold.reports[0];
  const actions: Action[] = ORDERS.map((o) => ({
    id: `order-${o.kind}`,
    label: code("orderKind", o.kind),
    keys: o.keys,
    right: RIGHT.orderDraft,
    group: t("account.orders"),
    when: report !== undefined,
    run: () => setKind(o.kind),
  }));
  useActions([
    ...actions,
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
          {actions.slice(0, 2).map((a) => (
            <ActionButton key={a.id} action={a} />
          ))}
        </span>
      </div>
      <div className="two right">
        <div className="stack">
          <Panel title={t("account.hold")}>
            <div className="figures">
              <span>
                <small>{t("golden.held")}</small>
                <Money amount={hold.held} strong />
              </span>
              <span>
                <small>{t("account.until")}</small>
                <b>{hold.expires_at ? <Countdown due={hold.expires_at} urgent /> : <span className="dim">—</span>}</b>
                <small>
                  <Time at={hold.expires_at} full />
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
                onOpen={(id) => void navigate({ to: "/orders", search: { open: id } })}
              />
            )}
          </Panel>
          <Panel title={t("account.reports")} note={hold.reports.length}>
            <table className="t">
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
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
        </div>
        <Panel title={t("golden.timeline")} note={t("timeline.twoClocks")}>
          <div className="scroll">
            <Timeline entries={hold.timeline} />
          </div>
        </Panel>
      </div>
      {kind && report ? (
        <OrderDialog kind={kind} account={hold.account_id} report={report.id} close={() => setKind(null)} />
      ) : null}
    </>
  );
}

function OrderDialog(props: { kind: OrderKind; account: Uuid; report: Uuid; close: () => void }) {
  const { t, code } = useWords();
  const [reason, setReason] = useState("");
  const make = useCommand(
    (_: undefined, key) =>
      must(
        client.POST("/api/orders", {
          body: { report_id: props.report, kind: props.kind, account_id: props.account, reason },
          ...intent(key),
        }),
      ),
    { refresh: ["hold", "orders", "approvals", "golden"], onDone: props.close },
  );
  return (
    <Dialog
      title={code("orderKind", props.kind)}
      close={props.close}
      width={460}
      actions={[
        {
          id: "order-send",
          label: t("do.submit"),
          keys: "Ctrl+Enter",
          busy: make.busy,
          run: () => make.fire(undefined),
        },
      ]}
    >
      <Field label={t("order.reason")} name="reason" problem={make.problem}>
        <Input.TextArea autoFocus rows={3} value={reason} maxLength={500} onChange={(e) => setReason(e.target.value)} />
      </Field>
      <ProblemNote problem={make.problem} />
      <Button type="primary" loading={make.busy} onClick={() => make.fire(undefined)}>
        {t("do.submit")}
      </Button>
    </Dialog>
  );
}
