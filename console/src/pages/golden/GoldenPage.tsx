/**
 * 黄金时间. One report: the clock since the latest payment, the money as a tree by hop, orders out, answers in,
 * and what to press next. The page composes; `model` prepares; `parts` draw.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { App } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import { openFile, pdfLink } from "../../api/links";
import type { Golden, NextAction, OrderKind, Uuid } from "../../api/types";
import { DispatchDialog } from "../../parts/DispatchDialog";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { RevealDialog } from "../../parts/RevealDialog";
import { Panel, Time } from "../../parts/shown";
import { Timeline } from "../../parts/Timeline";
import { useWords } from "../../words";
import { rememberGolden } from "./last";
import { actionKeys, picked, toggled, treeOrder } from "./model";
import { Narrative, NextStep, Payments, People, Strip, Tree } from "./parts";

export function GoldenPage() {
  const { id } = useParams({ from: "/golden/$id" });
  const golden = useQuery({
    queryKey: ["golden", id],
    queryFn: () => must(client.GET("/api/reports/{id}/golden", { params: { path: { id } } })),
  });
  rememberGolden(id);
  return (
    <FourStates asked={golden} rows={12}>
      {(data) => <Shown key={id} id={id} golden={data} />}
    </FourStates>
  );
}

/** What the right to each kind of suggestion is. */
const NEEDS: Record<NextAction["kind"], string> = {
  extend: RIGHT.orderDraft,
  stop: RIGHT.orderDraft,
  query_all_accounts: RIGHT.orderDraft,
  query_transactions: RIGHT.orderDraft,
  freeze: RIGHT.orderDraft,
  resend: RIGHT.orderResend,
  confirm: RIGHT.orderConfirm,
  approve: RIGHT.orderApprove,
  print: RIGHT.documentPrint,
  file_case: RIGHT.caseAccept,
  dispatch: RIGHT.reportDispatch,
};

function useNextSteps(id: Uuid, golden: Golden, accounts: string[], openDispatch: () => void) {
  const { t, pick } = useWords();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const sent = () => void message.success(t("golden.sent"));
  const refresh = ["golden", "orders", "approvals", "counts", "cases"];
  const extend = useCommand(
    (ids: Uuid[], key) =>
      must(
        client.POST("/api/reports/{id}/extend", {
          params: { path: { id } },
          body: { account_ids: ids },
          ...intent(key),
        }),
      ),
    { refresh, onDone: () => void message.success(t("golden.extended")) },
  );
  const order = useCommand(
    (input: { kind: OrderKind; account: Uuid; reason: string }, key) =>
      must(
        client.POST("/api/orders", {
          body: { report_id: id, kind: input.kind, account_id: input.account, reason: input.reason },
          ...intent(key),
        }),
      ),
    { refresh, onDone: sent },
  );
  const decide = useCommand(
    (input: { order: Uuid; how: "confirm" | "resend" }, key) => {
      const options = { params: { path: { id: input.order } }, body: { opinion: "" }, ...intent(key) };
      return must(
        input.how === "confirm"
          ? client.POST("/api/orders/{id}/confirm", options)
          : client.POST("/api/orders/{id}/resend", options),
      );
    },
    { refresh, onDone: sent },
  );
  const print = useCommand(
    (subject: Uuid, key) =>
      must(client.POST("/api/documents", { body: { kind: "stop_application", subject_id: subject }, ...intent(key) })),
    { onDone: (document) => openFile(pdfLink(document.id)) },
  );
  const accept = useCommand(
    (_: undefined, key) => must(client.POST("/api/cases", { body: { report_id: id }, ...intent(key) })),
    {
      refresh,
      onDone: (made) => void navigate({ to: "/cases/$id", params: { id: made.id } }),
    },
  );

  const run = (next: NextAction): unknown => {
    const target = next.target[0] ?? "";
    switch (next.kind) {
      case "extend":
        return extend.fire(accounts);
      case "stop":
      case "freeze":
      case "query_all_accounts":
      case "query_transactions":
        return order.fire({ kind: next.kind, account: target, reason: pick(next, "label") });
      case "confirm":
      case "resend":
        return decide.fire({ order: target, how: next.kind });
      case "approve":
        return navigate({ to: "/approvals" });
      case "print":
        return print.fire(target || id);
      case "file_case":
        return golden.case_id ? navigate({ to: "/cases/$id", params: { id: golden.case_id } }) : accept.fire(undefined);
      case "dispatch":
        return openDispatch();
    }
  };
  const keys = actionKeys(golden.next_actions);
  const busy = extend.busy || order.busy || decide.busy || print.busy || accept.busy;
  const steps = golden.next_actions.map((next, i) => ({
    next,
    action: {
      id: `next-${next.kind}-${i}`,
      label: pick(next, "label"),
      keys: keys[i],
      right: NEEDS[next.kind],
      when: next.kind !== "extend" || accounts.length > 0,
      because: next.kind === "extend" ? t("golden.pickFirst") : undefined,
      group: t("golden.next"),
      busy,
      run: () => run(next),
    } satisfies Action,
  }));
  const problem = extend.problem ?? order.problem ?? decide.problem ?? print.problem ?? accept.problem;
  return { steps, problem };
}

function Shown(props: { id: Uuid; golden: Golden }) {
  const { t, pick, code } = useWords();
  const { golden, id } = props;
  const navigate = useNavigate();
  const rows = treeOrder(golden.tree);
  const cursor = useCursor(rows.length);
  const [byHand, setByHand] = useState<ReadonlySet<string> | null>(null);
  const [revealing, setRevealing] = useState(false);
  const [dispatching, setDispatching] = useState(false);
  const accounts = picked(golden, byHand);
  const chosen = new Set(accounts);
  const { steps, problem } = useNextSteps(id, golden, accounts, () => setDispatching(true));
  const current = rows[cursor.at];
  const pickRow = (account: string) => setByHand(toggled(accounts, account));

  const reveal: Action = {
    id: "reveal",
    label: t("golden.reveal"),
    keys: "v",
    right: RIGHT.personalReveal,
    run: () => setRevealing(true),
  };
  useActions([
    ...cursor.actions.slice(0, 2),
    {
      id: "pick",
      label: t("golden.pick"),
      keys: "Space",
      when: current?.proposable === true,
      run: () => current && pickRow(current.account_id),
    },
    ...steps.map((s) => s.action),
    {
      id: "open-account",
      label: t("golden.openAccount"),
      keys: "o",
      when: current !== undefined,
      run: () => current && void navigate({ to: "/accounts/$id", params: { id: current.account_id } }),
    },
    reveal,
    ...cursor.actions.slice(2),
  ]);

  return (
    <>
      <Strip golden={golden} />
      <div className="golden">
        <Panel
          title={t("golden.report")}
          note={<span className="num">{golden.report.number}</span>}
          keepNote
          right={code("category", golden.report.category)}
        >
          <div className="scroll">
            <People
              golden={golden}
              reveal={
                <button type="button" className="link" onClick={() => setRevealing(true)}>
                  {t("golden.see")}
                </button>
              }
              dispatch={
                golden.dispatch ? null : (
                  <button type="button" className="link" onClick={() => setDispatching(true)}>
                    {t("golden.dispatch")}
                  </button>
                )
              }
            />
            <h2 className="bar">
              {t("golden.narrative")}
              <span className="note">{t("golden.recognised", { n: golden.entities.length })}</span>
            </h2>
            <div className="pad">
              <Narrative text={golden.narrative} entities={golden.entities} />
            </div>
            <h2 className="bar">
              {t("golden.payments")}
              <span className="note">{t("golden.paymentCount", { n: golden.payments.length })}</span>
            </h2>
            <Payments payments={golden.payments} />
            {golden.related_reports.length > 0 ? (
              <div className="pad dim">
                {t("golden.related", { n: golden.related_reports.length })}
                {golden.related_reports.map((r) => (
                  <div key={r.report_id}>
                    <Link to="/golden/$id" params={{ id: r.report_id }} className="num">
                      {r.number}
                    </Link>{" "}
                    {r.area_name} · <Time at={r.reported_at} /> · {pick(r, "why")}
                  </div>
                ))}
              </div>
            ) : null}
          </div>
        </Panel>
        <Panel
          title={t("golden.flow")}
          note={
            <>
              {t("golden.flowHow")}
              {golden.tree_updated_at ? (
                <>
                  {" · "}
                  <Time at={golden.tree_updated_at} /> {t("golden.updated")}
                </>
              ) : null}
            </>
          }
          right={accounts.length > 0 ? t("golden.pickedCount", { n: accounts.length }) : null}
        >
          <div className="scroll">
            {rows.length === 0 ? (
              <div className="empty">{t("golden.noTree")}</div>
            ) : (
              <Tree
                rows={rows}
                cursor={cursor.at}
                picked={chosen}
                onCursor={cursor.set}
                onPick={(row) => pickRow(row.account_id)}
              />
            )}
            {golden.assumptions.length > 0 ? (
              <div className="pad dim">
                {golden.assumptions.map((a) => (
                  <div key={a.text_zh}>{pick(a, "text")}</div>
                ))}
              </div>
            ) : null}
          </div>
        </Panel>
        <Panel title={t("golden.next")}>
          <div>
            {steps.length === 0 ? <div className="pad dim">{t("golden.nothingNext")}</div> : null}
            {steps.map((s, i) => (
              <NextStep
                key={s.action.id}
                action={s.action}
                detail={pick(s.next, "detail")}
                first={i === 0}
                due={s.next.due_at}
              />
            ))}
            {problem ? (
              <div className="pad">
                <ProblemNote problem={problem} />
              </div>
            ) : null}
          </div>
          <h2 className="bar">
            {t("golden.timeline")}
            <span className="note">{t("timeline.twoClocks")}</span>
          </h2>
          <div className="scroll">
            <Timeline entries={golden.timeline} />
          </div>
        </Panel>
      </div>
      {revealing ? <RevealDialog report={id} close={() => setRevealing(false)} /> : null}
      {dispatching ? <DispatchDialog report={id} close={() => setDispatching(false)} /> : null}
    </>
  );
}
