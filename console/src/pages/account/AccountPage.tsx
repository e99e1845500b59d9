/** 账户. The hold of one account: what is held and until when, stops used, competing holds, and all measures. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, Checkbox, Input, Radio } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { Problem } from "../../api/problem";
import type { Hold, OrderKind, OrderNew, Uuid } from "../../api/types";
import { serverNow } from "../../clock/serverClock";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { AccountRevealDialog } from "../../parts/RevealDialog";
import { Countdown, Money, Panel, Time, ToneTag } from "../../parts/shown";
import { Timeline } from "../../parts/Timeline";
import { fenFromYuan, isoFromTyped } from "../../parts/typed";
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
  const [revealing, setRevealing] = useState(false);
  const report = hold.reports[0];
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
          <Panel title={t("account.orders")}>
            <div className="scroll">
              {actions.map((a) => (
                <div key={a.id} className="act">
                  <div>
                    <b>{a.label}</b>
                  </div>
                  <ActionButton action={a} size="small" text={t("account.ask")} />
                </div>
              ))}
            </div>
          </Panel>
          {hold.timeline.length > 0 ? (
            <Panel title={t("golden.timeline")} className="grow">
              <div className="scroll">
                <Timeline entries={hold.timeline} />
              </div>
            </Panel>
          ) : null}
        </div>
      </div>
      {kind && report ? (
        <OrderDialog kind={kind} account={hold.account_id} report={report.id} close={() => setKind(null)} />
      ) : null}
      {revealing ? <AccountRevealDialog account={hold.account_id} close={() => setRevealing(false)} /> : null}
    </>
  );
}

/** What an order of this kind says besides its account: a freeze its amount, scope and term, a prolongation its end. */
function OrderDialog(props: { kind: OrderKind; account: Uuid; report: Uuid; close: () => void }) {
  const { t, code } = useWords();
  const { kind } = props;
  const [reason, setReason] = useState("");
  const [amount, setAmount] = useState("");
  const [scope, setScope] = useState("limited");
  const [until, setUntil] = useState("");
  const [interest, setInterest] = useState(false);
  const [document, setDocument] = useState({ id_type: "01", id_number: "", source: "" });
  const freezes = kind === "freeze" || kind === "freeze_renew";
  const make = useCommand(
    (_: undefined, key) => {
      const fen = fenFromYuan(amount);
      const end = isoFromTyped(until, serverNow() ?? 0);
      const body: OrderNew = {
        report_id: props.report,
        kind,
        account_id: props.account,
        reason,
        ...(fen === null ? {} : { amount_fen: fen }),
        ...(until.trim() === "" ? {} : { until: end ?? until }),
        ...(freezes ? { freeze_type: scope, interest_covered: interest } : {}),
        ...(kind === "freeze" && document.id_number.trim() !== "" ? { holder_document: document } : {}),
      };
      return must(client.POST("/api/orders", { body, ...intent(key) }));
    },
    { refresh: ["hold", "orders", "approvals", "golden", "counts"], onDone: props.close },
  );
  return (
    <Dialog
      title={code("orderKind", kind)}
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
      {kind === "stop" || freezes ? (
        <Typed
          label={t("order.amount")}
          name="amount_fen"
          value={amount}
          set={setAmount}
          problem={make.problem}
          hint={t("order.amountHint")}
          remark={amount !== "" && fenFromYuan(amount) === null ? t("pay.amountBad") : null}
        />
      ) : null}
      {freezes ? (
        <>
          <Field label={t("order.scope")} name="freeze_type" problem={make.problem}>
            <Radio.Group
              value={scope}
              onChange={(e) => setScope(String(e.target.value))}
              options={["limited", "whole"].map((s) => ({ value: s, label: code("freezeScope", s) }))}
            />
          </Field>
          <Typed
            label={t("order.until")}
            name="until"
            value={until}
            set={setUntil}
            problem={make.problem}
            hint={t("order.untilHint")}
          />
          <p>
            <Checkbox checked={interest} onChange={(e) => setInterest(e.target.checked)}>
              {t("order.interest")}
            </Checkbox>
          </p>
        </>
      ) : null}
      {kind === "freeze" ? (
        <>
          <Typed
            label={t("order.document")}
            name="holder_document.id_number"
            value={document.id_number}
            set={(id_number) => setDocument({ ...document, id_number })}
            problem={make.problem}
            hint={t("order.documentHint")}
          />
          <Typed
            label={t("order.documentSource")}
            name="holder_document.source"
            value={document.source}
            set={(source) => setDocument({ ...document, source })}
            problem={make.problem}
            hint={t("order.documentSourceHint")}
          />
        </>
      ) : null}
      <Field label={t("order.reason")} name="reason" problem={make.problem}>
        <Input.TextArea autoFocus rows={3} value={reason} maxLength={200} onChange={(e) => setReason(e.target.value)} />
      </Field>
      <ProblemNote problem={make.problem} />
      <Button type="primary" loading={make.busy} onClick={() => make.fire(undefined)}>
        {t("do.submit")}
      </Button>
    </Dialog>
  );
}

function Typed(props: {
  label: string;
  name: string;
  value: string;
  set: (text: string) => void;
  problem: Problem | null;
  hint: string;
  remark?: string | null;
}) {
  return (
    <Field label={props.label} name={props.name} problem={props.problem} remark={props.remark ?? null}>
      <Input
        className="num"
        name={props.name}
        value={props.value}
        placeholder={props.hint}
        autoComplete="off"
        onChange={(e) => props.set(e.target.value)}
      />
    </Field>
  );
}
