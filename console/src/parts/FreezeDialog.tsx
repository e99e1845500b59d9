/**
 * 冻结, of one account or several. Promise: each row shows how much of this report's money is there and how that is counted, is
 * filled with it, and says what would become free; nothing leaves before the person has agreed to that very sum, which is the
 * server's and never computed here. A row that is refused holds back none of the others.
 */
import { useQueries } from "@tanstack/react-query";
import { Button, Checkbox, Input, Radio, Skeleton } from "antd";
import { useState } from "react";
import { client, intent, must } from "../api/client";
import { useCommand } from "../api/command";
import { asProblem, type Problem } from "../api/problem";
import type { Acts, OrderNew, Uuid } from "../api/types";
import { serverNow } from "../clock/serverClock";
import { useWords } from "../words";
import { Dialog } from "./Dialog";
import { Field } from "./Field";
import { Failed, ProblemNote } from "./FourStates";
import { type FreezeRow, freezeRow, letsGo, ready, refused, row as typed } from "./freeze";
import { ORDER_STALE, Typed } from "./OrderDialog";
import { Account, Money, Time } from "./shown";
import { fenFromYuan, isoFromTyped } from "./typed";

export function FreezeDialog(props: { report: Uuid; accounts: Uuid[]; close: () => void; done: () => void }) {
  const { t } = useWords();
  const asked = useQueries({
    queries: props.accounts.map((account) => ({
      queryKey: ["acts", props.report, account, ""],
      queryFn: () =>
        must(
          client.GET("/api/reports/{id}/acts", {
            params: { path: { id: props.report }, query: { account_id: account } },
          }),
        ),
    })),
  });
  const failed = asked.find((a) => a.error);
  const acts = asked.map((a) => a.data).filter((a) => a !== undefined);
  if (acts.length === props.accounts.length) return <Form {...props} acts={acts} />;
  return (
    <Dialog title={t("order.freeze")} close={props.close} width={640}>
      {failed ? (
        <Failed problem={asProblem(failed.error)} again={() => void failed.refetch()} />
      ) : (
        <Skeleton className="pad" active title={false} paragraph={{ rows: 4 }} />
      )}
    </Dialog>
  );
}

function Form(props: { report: Uuid; acts: Acts[]; close: () => void; done: () => void }) {
  const { t } = useWords();
  const [rows, setRows] = useState<FreezeRow[]>(() => props.acts.map(freezeRow));
  const [problems, setProblems] = useState<Record<Uuid, Problem>>({});
  const [scope, setScope] = useState("limited");
  const [until, setUntil] = useState("");
  const [interest, setInterest] = useState(false);
  const [reason, setReason] = useState("");
  const [document, setDocument] = useState({ id_type: "01", id_number: "", source: "" });
  const whole = scope === "whole";
  const open = rows.filter((r) => !r.done && r.allowed);
  const can = open.length > 0 && open.every((r) => ready(r, whole));

  const one = (row: FreezeRow, key: string) => {
    const body: OrderNew = {
      report_id: props.report,
      kind: "freeze",
      account_id: row.account,
      reason,
      amount_fen: fenFromYuan(row.amount) ?? 0,
      freeze_type: scope,
      interest_covered: interest,
      ...(row.agreed && !whole ? { lets_go_fen: row.lets_go_fen ?? 0 } : {}),
      ...(until.trim() === "" ? {} : { until: isoFromTyped(until, serverNow() ?? 0) ?? until }),
      ...(document.id_number.trim() !== "" ? { holder_document: document } : {}),
    };
    return must(client.POST("/api/orders", { body, ...intent(key) }));
  };
  const make = useCommand(
    async (_: undefined, key) => {
      let left = 0;
      for (const row of open) {
        try {
          await one(row, `${key}-${row.account}`);
          setRows((all) => typed(all, row.account, { done: true }));
          setProblems(({ [row.account]: _gone, ...rest }) => rest);
        } catch (failure) {
          const problem = asProblem(failure);
          // Nobody knows whether it was done: the same keys are tried again.
          if (problem.offline) throw failure;
          left += 1;
          setRows((all) => refused(all, row.account, problem));
          setProblems((all) => ({ ...all, [row.account]: problem }));
        }
      }
      return left;
    },
    { refresh: ORDER_STALE, onDone: (left) => left === 0 && props.done() },
  );
  const send = () => can && make.fire(undefined);
  return (
    <Dialog
      title={t("order.freeze")}
      close={props.close}
      width={680}
      focus="[name^=amount]"
      actions={[
        {
          id: "freeze-send",
          label: t("do.submit"),
          keys: "Ctrl+Enter",
          busy: make.busy,
          when: can,
          because: t("order.agreeFirst"),
          run: send,
        },
        {
          id: "freeze-agree",
          label: t("order.agree"),
          keys: "Ctrl+Y",
          run: () => setRows((all) => all.map((r) => ({ ...r, agreed: true }))),
        },
      ]}
    >
      {rows.map((row, i) => (
        <Account1
          key={row.account}
          acts={props.acts[i] as Acts}
          row={row}
          whole={whole}
          problem={problems[row.account] ?? null}
          set={(change) => setRows((all) => typed(all, row.account, change))}
        />
      ))}
      <Field label={t("order.scope")} name="freeze_type" problem={null}>
        <Radio.Group
          value={scope}
          onChange={(e) => setScope(String(e.target.value))}
          options={[
            { value: "limited", label: t("order.limited") },
            { value: "whole", label: t("order.whole") },
          ]}
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
      {rows.length === 1 ? (
        <>
          <Typed
            label={t("order.document")}
            name="holder_document.id_number"
            value={document.id_number}
            set={(id_number) => setDocument({ ...document, id_number })}
            problem={problems[rows[0]?.account ?? ""] ?? null}
            hint={t("order.documentHint")}
          />
          <Typed
            label={t("order.documentSource")}
            name="holder_document.source"
            value={document.source}
            set={(source) => setDocument({ ...document, source })}
            problem={problems[rows[0]?.account ?? ""] ?? null}
            hint={t("order.documentSourceHint")}
          />
        </>
      ) : null}
      <Field label={t("order.reason")} name="reason" problem={make.problem}>
        <Input.TextArea rows={2} value={reason} maxLength={200} onChange={(e) => setReason(e.target.value)} />
      </Field>
      <ProblemNote problem={make.problem} />
      <Button type="primary" loading={make.busy} disabled={!can} onClick={send}>
        {t("do.submit")}
      </Button>
    </Dialog>
  );
}

function Account1(props: {
  acts: Acts;
  row: FreezeRow;
  whole: boolean;
  problem: Problem | null;
  set: (change: Partial<FreezeRow>) => void;
}) {
  const { t, pick } = useWords();
  const { acts, row } = props;
  const figures = acts.figures;
  const act = acts.items.find((a) => a.kind === "freeze");
  const free = letsGo(row, props.whole);
  return (
    <div className="freeze-row" data-account={row.account} data-done={row.done}>
      <b>
        <Account holder={acts.holder_masked} tail={acts.number_tail} /> {acts.bank_name}
        {row.done ? <span className="ok"> {t("order.asked")}</span> : null}
      </b>
      {act && !act.allowed ? <div className="near">{pick(act, "reason")}</div> : null}
      {figures ? (
        <small className="dim block">
          {t("order.caseMoney")} <Money amount={figures.money.still} strong /> = {t("tree.received")}{" "}
          <Money amount={figures.money.received} /> − {t("tree.sent")} <Money amount={figures.money.sent} />
          {" · "}
          {figures.money.told_until ? (
            <>
              {t("order.toldUntil")} <Time at={figures.money.told_until} full />
            </>
          ) : (
            t("order.notTold")
          )}
        </small>
      ) : null}
      {figures && (figures.others.length > 0 || figures.others_hidden) ? (
        <small className="dim block">
          {t("order.othersThere")}{" "}
          {figures.others.map((o) => (
            <span key={o.report_id} className="num">
              {o.report_number} <Money amount={o.still} />{" "}
            </span>
          ))}
          {figures.others_hidden ? (
            <span>
              {t("order.othersHidden")} <Money amount={figures.others_hidden} />
            </span>
          ) : null}
        </small>
      ) : null}
      {row.done || !row.allowed ? null : (
        <>
          <Field label={t("order.amount")} name="amount_fen" problem={props.problem}>
            <Input
              className="num"
              name={`amount-${row.account}`}
              value={row.amount}
              autoComplete="off"
              onChange={(e) => props.set({ amount: e.target.value })}
            />
          </Field>
          {free === null ? null : (
            <Checkbox checked={row.agreed} onChange={(e) => props.set({ agreed: e.target.checked })}>
              <span className="near">
                {free === "unknown" ? t("order.letsGoUnknown") : t("order.letsGo", { n: free })}
              </span>
            </Checkbox>
          )}
          <ProblemNote problem={props.problem} />
        </>
      )}
    </div>
  );
}
