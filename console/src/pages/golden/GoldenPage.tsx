/**
 * 黄金时间. One report: the clock since the latest payment, the money as a tree by hop, orders out, answers in,
 * and what to press next. The page composes; `model` prepares; `parts` draw.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { App } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import { openFile, pdfLink } from "../../api/links";
import type { Golden, NextAction, Uuid } from "../../api/types";
import { DispatchDialog } from "../../parts/DispatchDialog";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { FreezeDialog } from "../../parts/FreezeDialog";
import { ActsDialog } from "../../parts/OrderActs";
import { RevealDialog } from "../../parts/RevealDialog";
import { Panel, Time } from "../../parts/shown";
import { Timeline } from "../../parts/Timeline";
import { useSession } from "../../session/session";
import { useWords } from "../../words";
import { Corrections } from "../report/Corrections";
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
const NEEDS: Record<string, string> = {
  extend: RIGHT.orderDraft,
  query_all_accounts: RIGHT.orderDraft,
  query_transactions: RIGHT.orderDraft,
  query_holder: RIGHT.orderDraft,
  freeze: RIGHT.orderDraft,
  resend: RIGHT.orderResend,
  confirm: RIGHT.orderConfirm,
  approve: RIGHT.orderApprove,
  print: RIGHT.documentPrint,
  accept_case: RIGHT.caseAccept,
  file_case: RIGHT.filingPropose,
  dispatch: RIGHT.reportDispatch,
};

/** One command for each target, in their order; each has its own key, so that a repeated press repeats none of them. */
async function each(
  targets: Uuid[],
  key: string,
  send: (target: Uuid, key: string) => Promise<unknown>,
): Promise<void> {
  for (const [i, target] of targets.entries()) await send(target, `${key}-${i}`);
}

function useNextSteps(
  id: Uuid,
  golden: Golden,
  accounts: string[],
  openDispatch: () => void,
  openFreeze: (accounts: Uuid[]) => void,
) {
  const { t, pick } = useWords();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const sent = () => void message.success(t("golden.sent"));
  const refresh = ["golden", "orders", "approvals", "counts", "cases", "hold"];
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
    (input: { kind: string; accounts: Uuid[]; reason: string }, key) =>
      each(input.accounts, key, (account_id, one) =>
        must(
          client.POST("/api/orders", {
            body: { report_id: id, kind: input.kind, account_id, reason: input.reason },
            ...intent(one),
          }),
        ),
      ),
    { refresh, onDone: sent },
  );
  const decide = useCommand(
    (input: { orders: Uuid[]; how: "confirm" | "resend" }, key) =>
      each(input.orders, key, (order_id, one) => {
        const options = { params: { path: { id: order_id } }, ...intent(one) };
        return input.how === "confirm"
          ? must(client.POST("/api/orders/{id}/confirm", { ...options, body: { opinion: "" } }))
          : must(client.POST("/api/orders/{id}/resend", options));
      }),
    { refresh, onDone: sent },
  );
  const print = useCommand((subject: Uuid) => must(client.GET("/api/documents", { params: { query: { subject } } })), {
    onDone: (papers) => {
      const paper = papers.items.find((d) => d.kind === "stop_application") ?? papers.items[0];
      if (paper) openFile(pdfLink(paper.id));
      else void message.info(t("document.none"));
    },
  });
  const accept = useCommand(
    (_: undefined, key) => must(client.POST("/api/cases", { body: { report_id: id }, ...intent(key) })),
    {
      refresh,
      onDone: (made) => void navigate({ to: "/cases/$id", params: { id: made.id } }),
    },
  );

  const run = (next: NextAction): unknown => {
    switch (next.kind) {
      case "extend":
        return extend.fire(accounts);
      case "freeze":
        return openFreeze(next.target);
      case "query_all_accounts":
      case "query_transactions":
      case "query_holder":
        return order.fire({ kind: next.kind, accounts: next.target, reason: pick(next, "label") });
      case "confirm":
      case "resend":
        return decide.fire({ orders: next.target, how: next.kind });
      case "approve":
        return navigate({ to: "/approvals" });
      case "print":
        return print.fire(next.target[0] ?? id);
      case "accept_case":
        return accept.fire(undefined);
      case "file_case":
        return navigate({ to: "/cases/$id", params: { id: next.target[0] ?? "" } });
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
  // What this person may do comes first; what waits for somebody else stays in sight below.
  const { access } = useSession();
  steps.sort((a, b) => Number(!access.may(a.action.right)) - Number(!access.may(b.action.right)));
  const problem = extend.problem ?? order.problem ?? decide.problem ?? print.problem ?? accept.problem;
  return { steps, problem };
}

/** The county signs for what was dispatched to it. */
function useAcknowledge(golden: Golden) {
  const { t } = useWords();
  const { dispatch } = golden;
  const sign = useCommand(
    (id: Uuid, key) =>
      must(client.POST("/api/dispatches/{id}/acknowledge", { params: { path: { id } }, ...intent(key) })),
    { refresh: ["golden", "reports", "counts"] },
  );
  const action: Action = {
    id: "acknowledge",
    label: t("golden.acknowledge"),
    keys: "y",
    right: RIGHT.dispatchAcknowledge,
    when: dispatch != null && !dispatch.acknowledged_at,
    busy: sign.busy,
    run: () => dispatch && sign.fire(dispatch.id),
  };
  return { action, problem: sign.problem };
}

function Shown(props: { id: Uuid; golden: Golden }) {
  const { t, pick, code } = useWords();
  const { access } = useSession();
  const { golden, id } = props;
  const navigate = useNavigate();
  const rows = treeOrder(golden.tree);
  const cursor = useCursor(rows.length);
  const [byHand, setByHand] = useState<ReadonlySet<string> | null>(null);
  const [revealing, setRevealing] = useState(false);
  const [dispatching, setDispatching] = useState(false);
  const [freezing, setFreezing] = useState<Uuid[]>([]);
  const [acting, setActing] = useState(false);
  const accounts = picked(golden, byHand);
  const chosen = new Set(accounts);
  const { steps, problem } = useNextSteps(id, golden, accounts, () => setDispatching(true), setFreezing);
  const current = rows[cursor.at];
  const pickRow = (account: string) => setByHand(toggled(accounts, account));
  const acknowledge = useAcknowledge(golden);
  const toCase: Action = {
    id: "to-case",
    label: t("golden.toCase"),
    keys: "Shift+C",
    right: RIGHT.caseRead,
    when: golden.case_id != null,
    run: () => golden.case_id && void navigate({ to: "/cases/$id", params: { id: golden.case_id } }),
  };

  const toFlow: Action = {
    id: "to-flow",
    label: t("golden.toFlow"),
    keys: "t",
    run: () => void navigate({ to: "/golden/$id/flow", params: { id } }),
  };
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
    acknowledge.action,
    toFlow,
    ...steps.map((s) => s.action),
    toCase,
    {
      id: "open-account",
      label: t("golden.openAccount"),
      keys: "o",
      when: current !== undefined,
      run: () => current && void navigate({ to: "/accounts/$id", params: { id: current.account_id } }),
    },
    {
      id: "account-acts",
      label: t("account.orders"),
      keys: "m",
      when: current !== undefined,
      run: () => setActing(true),
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
          right={
            golden.case_id ? (
              <Link to="/cases/$id" params={{ id: golden.case_id }}>
                {t("golden.toCase")}
              </Link>
            ) : (
              code("category", golden.report.category)
            )
          }
        >
          <div className="scroll">
            <People
              golden={golden}
              reveal={
                access.may(RIGHT.personalReveal) ? (
                  <button type="button" className="link" onClick={() => setRevealing(true)}>
                    {t("golden.see")}
                  </button>
                ) : null
              }
              dispatch={
                golden.dispatch ? (
                  acknowledge.action.when ? (
                    <ActionButton action={acknowledge.action} size="small" />
                  ) : null
                ) : access.may(RIGHT.reportDispatch) ? (
                  <button type="button" className="link" onClick={() => setDispatching(true)}>
                    {t("golden.dispatch")}
                  </button>
                ) : null
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
            <Corrections report={id} golden={golden} />
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
              {" · "}
              <span title={code("doctrineNote", golden.doctrine)} data-testid="golden-doctrine">
                {pick(golden, "doctrine")}
              </span>
              {golden.tree_updated_at ? (
                <>
                  {" · "}
                  <Time at={golden.tree_updated_at} /> {t("golden.updated")}
                </>
              ) : null}
            </>
          }
          right={
            <>
              {accounts.length > 0 ? t("golden.pickedCount", { n: accounts.length }) : null}
              <Link to="/golden/$id/flow" params={{ id }}>
                {t("golden.toFlow")}
              </Link>
            </>
          }
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
            {(problem ?? acknowledge.problem) ? (
              <div className="pad">
                <ProblemNote problem={problem ?? acknowledge.problem} />
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
      {freezing.length > 0 ? (
        <FreezeDialog report={id} accounts={freezing} close={() => setFreezing([])} done={() => setFreezing([])} />
      ) : null}
      {acting && current ? (
        <ActsDialog
          report={id}
          account={current.account_id}
          holder={current.holder_masked}
          tail={current.number_tail}
          close={() => setActing(false)}
        />
      ) : null}
      {revealing ? <RevealDialog report={id} close={() => setRevealing(false)} /> : null}
      {dispatching ? (
        <DispatchDialog report={id} area={golden.report.area} close={() => setDispatching(false)} />
      ) : null}
    </>
  );
}
