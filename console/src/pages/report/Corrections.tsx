/**
 * What of a report was corrected, what its stops still lack, and the orders that rest on a row which was corrected, each
 * with the act that puts it right.
 */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type {
  CorrectionList,
  CorrectionShown,
  Golden,
  OrderKind,
  StopRefused,
  Uuid,
  WrongOrder,
} from "../../api/types";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { groupYuan, Time } from "../../parts/shown";
import { useWords } from "../../words";
import { CorrectDialog } from "./CorrectDialog";

export function Corrections(props: { report: Uuid; golden: Golden }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const history = useQuery({
    queryKey: ["corrections", props.report],
    queryFn: () => must(client.GET("/api/reports/{id}/corrections", { params: { path: { id: props.report } } })),
  });
  const correct: Action = {
    id: "correct",
    label: t("correct.open"),
    keys: "b",
    right: RIGHT.reportEdit,
    when: props.golden.report.state !== "closed" && history.data !== undefined,
    run: () => setOpen(true),
  };
  useActions([correct]);
  return (
    <>
      <h2 className="bar">
        {t("correct.heading")}
        <span className="note">
          {history.data ? t("correct.count", { n: history.data.revision }) : null}{" "}
          <ActionButton action={correct} size="small" />
        </span>
      </h2>
      <FourStates asked={history} rows={1}>
        {(data) => <Body report={props.report} data={data} />}
      </FourStates>
      {open && history.data ? (
        <CorrectDialog
          report={props.report}
          golden={props.golden}
          revision={history.data.revision}
          close={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}

function Body(props: { report: Uuid; data: CorrectionList }) {
  const { data } = props;
  return (
    <div className="pad" data-testid="corrections">
      {data.lacking.map((stop) => (
        <Lacking key={stop.payment_id} stop={stop} />
      ))}
      {data.wrong_orders.map((wrong) => (
        <Wrong key={wrong.order.id} report={props.report} wrong={wrong} />
      ))}
      {[...data.items].reverse().map((act) => (
        <Act key={act.revision} act={act} />
      ))}
    </div>
  );
}

/** A stop that was refused, or would be: by account, with the reason and the act that mends it. */
function Lacking({ stop }: { stop: StopRefused }) {
  const { pick, code } = useWords();
  if (!stop.account_id) {
    // No fault of anybody: what is missing is not known yet.
    return (
      <div className="dim" data-testid="no-account">
        {code("how", stop.how)} {groupYuan(stop.amount)} {stop.holder_masked}：{pick(stop, "detail")}
        {stop.mend ? ` → ${pick(stop, "mend")}` : ""}
      </div>
    );
  }
  return (
    <div className="err" role="alert">
      {stop.holder_masked} …{stop.number_tail}：{pick(stop, "detail")}
      {stop.mend ? ` → ${pick(stop, "mend")}` : ""}
    </div>
  );
}

function Wrong(props: { report: Uuid; wrong: WrongOrder }) {
  const { t, pick } = useWords();
  const { order, relief, relief_kind } = props.wrong;
  const act = useCommand(
    (_: undefined, key) =>
      relief === "withdraw"
        ? must(client.POST("/api/orders/{id}/withdraw", { params: { path: { id: order.id } }, ...intent(key) }))
        : must(
            client.POST("/api/orders", {
              body: {
                report_id: props.report,
                kind: relief_kind as OrderKind,
                account_id: order.account_id ?? null,
                order_id: order.id,
                reason: t("correct.wrongRow"),
              },
              ...intent(key),
            }),
          ),
    { refresh: ["golden", "orders", "approvals", "corrections", "hold", "counts"] },
  );
  const now = relief === "withdraw" || relief === "relieve";
  return (
    <div className={relief === "stands" ? "dim" : "err"} role={now ? "alert" : undefined}>
      {t("correct.wrongOrder", { tail: order.number_tail, state: pick(order, "state_text") })}{" "}
      {pick(props.wrong, "relief")}{" "}
      {now ? (
        <ActionButton
          size="small"
          action={{
            id: `relief-${order.id}`,
            label: pick(props.wrong, "relief"),
            right: relief === "withdraw" ? RIGHT.orderWithdraw : RIGHT.orderDraft,
            busy: act.busy,
            run: () => act.fire(undefined),
          }}
        />
      ) : null}
      <ProblemNote problem={act.problem} />
    </div>
  );
}

function Act({ act }: { act: CorrectionShown }) {
  const { t, pick, code } = useWords();
  const shown = (fact: string, value: string) => (fact === "how" && value ? code("how", value) : value || "—");
  const subject = (kind: string, row: number | null | undefined) => {
    if (kind === "report") return "";
    if (row == null) return t("correct.rowGone");
    return t(kind === "payment" ? "correct.payment" : "correct.person", { n: row });
  };
  return (
    <div className="correction">
      <div className="dim">
        <Time at={act.at} /> {act.by} · {act.reason}
      </div>
      <ul>
        {act.changes.map((c) => (
          <li key={`${c.subject_id ?? ""}${c.fact}`}>
            {subject(c.subject_kind, c.row)} {pick(c, "fact")}：<del>{shown(c.fact, c.before)}</del> →{" "}
            <b>{shown(c.fact, c.after)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
