/** One order that is asked for: what it says besides its account. A freeze has a dialog of its own. */
import { Button, Input } from "antd";
import { useState } from "react";
import { client, intent, must } from "../api/client";
import { useCommand } from "../api/command";
import type { Problem } from "../api/problem";
import type { ActShown, Acts, OrderNew } from "../api/types";
import { serverNow } from "../clock/serverClock";
import { useWords } from "../words";
import { Dialog } from "./Dialog";
import { Field } from "./Field";
import { ProblemNote } from "./FourStates";
import { Account } from "./shown";
import { fenFromYuan, isoFromTyped, timeAsTyped } from "./typed";

/** What an order makes stale. */
export const ORDER_STALE = ["acts", "hold", "orders", "order", "approvals", "golden", "flow", "counts"];

export function OrderDialog(props: { act: ActShown; acts: Acts; close: () => void; done: () => void }) {
  const { t, pick } = useWords();
  const { act, acts } = props;
  const [reason, setReason] = useState("");
  const [amount, setAmount] = useState("");
  const proposed = act.until ? timeAsTyped(act.until) : "";
  const [until, setUntil] = useState(proposed);
  const make = useCommand(
    (_: undefined, key) => {
      const fen = fenFromYuan(amount);
      const body: OrderNew = {
        report_id: acts.report_id,
        kind: act.kind,
        account_id: acts.account_id,
        reason,
        ...(act.order_id ? { order_id: act.order_id } : {}),
        ...(fen === null ? {} : { amount_fen: fen }),
        // An end that nobody touched is the server's own, to the second.
        ...(act.until && until.trim() !== "" && until !== proposed
          ? { until: isoFromTyped(until, serverNow() ?? 0) ?? until }
          : {}),
      };
      return must(client.POST("/api/orders", { body, ...intent(key) }));
    },
    { refresh: ORDER_STALE, onDone: props.done },
  );
  const missing = act.needs_reason && reason.trim() === "";
  const send = () => missing || make.fire(undefined);
  return (
    <Dialog
      title={
        <>
          {pick(act, "label")} <Account holder={acts.holder_masked} tail={acts.number_tail} />
        </>
      }
      close={props.close}
      width={460}
      focus="textarea"
      actions={[
        {
          id: "order-send",
          label: t("do.submit"),
          keys: "Ctrl+Enter",
          busy: make.busy,
          when: !missing,
          because: t("decide.needsReason"),
          run: send,
        },
      ]}
    >
      {act.kind === "stop" ? (
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
      {act.until ? (
        <Typed
          label={t("order.newEnd")}
          name="until"
          value={until}
          set={setUntil}
          problem={make.problem}
          hint=""
          remark={act.from ? t("order.fromOldEnd", { from: timeAsTyped(act.from) }) : null}
        />
      ) : null}
      <Field label={t("order.reason")} name="reason" problem={make.problem}>
        <Input.TextArea
          autoFocus
          rows={3}
          value={reason}
          maxLength={200}
          placeholder={act.needs_reason ? t("order.reasonNeeded") : ""}
          onChange={(e) => setReason(e.target.value)}
        />
      </Field>
      <ProblemNote problem={make.problem} />
      <Button type="primary" loading={make.busy} disabled={missing} onClick={send}>
        {t("do.submit")}
      </Button>
    </Dialog>
  );
}

export function Typed(props: {
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
