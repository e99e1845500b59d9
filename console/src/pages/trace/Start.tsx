/** Where a trace begins: a transfer by its id, or an account with about when and how much, and one of the movements found. */
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, must } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import type { SearchHit, TransferRow, TransfersAsked, TransfersShown, Uuid } from "../../api/types";
import { serverNow } from "../../clock/serverClock";
import { Field } from "../../parts/Field";
import { Failed, ProblemNote } from "../../parts/FourStates";
import { Account, Money, Panel, Time } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords, type WordKey } from "../../words";
import { atFields, type MovementForm, movementOf, nearest, type Wrong } from "./model";
import { Typed } from "./Typed";

/** What was typed to find a movement. */
export type Looked = Pick<MovementForm, "number" | "amount" | "at">;
const FIELDS = ["purpose", "account_id", "amount_fen", "at"];

export function Start(props: {
  from: string;
  account: Uuid | undefined;
  looked: Looked;
  purpose: string;
  problem: Problem | null;
  remark: { from: WordKey | undefined; purpose: WordKey | undefined };
  onPurpose: (text: string) => void;
  onLooked: (looked: Looked) => void;
  onFrom: (id: string) => void;
  onAccount: (account: Uuid) => void;
}) {
  const { t } = useWords();
  const { access } = useSession();
  const { looked, purpose, account } = props;
  const [wrong, setWrong] = useState<Wrong<MovementForm>>({});
  const [hits, setHits] = useState<SearchHit[] | null>(null);
  const [rows, setRows] = useState<TransferRow[]>([]);
  const cursor = useCursor(rows.length);
  const listed = useMutation<TransfersShown, Error, TransfersAsked>({
    mutationFn: (asked) => must(client.POST("/api/flow/transfers", { body: asked })),
    onSuccess: (page, asked) => {
      setRows((before) => (asked.before ? [...before, ...page.rows] : page.rows));
      if (!asked.before) cursor.set(nearest(page.rows, asked.at));
    },
  });
  const list = (asked: TransfersAsked, chosen: Uuid) => {
    setHits(null);
    if (chosen !== account) props.onAccount(chosen);
    listed.mutate({ ...asked, account_id: chosen });
  };
  const found = useMutation<SearchHit[], Error, { number: string; rows: TransfersAsked }>({
    mutationFn: async ({ number, rows }) => {
      const { items } = await must(client.POST("/api/search", { body: { q: number, purpose: rows.purpose ?? "" } }));
      return items.filter((hit) => hit.kind === "account");
    },
    onSuccess: (all, { rows }) => {
      const [only, other] = all;
      if (only && !other) list(rows, only.id);
      else setHits(all);
    },
  });
  const question = () => movementOf({ ...looked, account, purpose }, serverNow() ?? Date.now());
  const find = () => {
    const { asked, wrong } = question();
    setWrong(wrong ?? {});
    if (!asked) return;
    found.reset();
    listed.reset();
    setRows([]);
    setHits(null);
    if (asked.number) found.mutate({ number: asked.number, rows: asked.rows });
    else if (account) list(asked.rows, account);
  };
  const type = (part: Partial<Looked>) => {
    setWrong({});
    props.onLooked({ ...looked, ...part });
  };
  const current = rows[cursor.at];
  useActions([
    ...cursor.actions,
    {
      id: "begin-here",
      label: t("trace.beginHere"),
      keys: "Enter",
      when: current !== undefined,
      run: () => current && props.onFrom(current.transfer_id),
    },
  ]);
  const failure = found.error ?? listed.error;
  const problem = failure ? asProblem(failure) : null;
  const busy = found.isPending || listed.isPending;
  const remark = (word: WordKey | undefined) => (word ? t(word) : null);
  const older = () => {
    const last = rows.at(-1);
    const { asked } = question();
    if (last && asked && account) listed.mutate({ ...asked.rows, account_id: account, before: last.transfer_id });
  };
  return (
    <div className="side">
      <Panel title={t("trace.start")}>
        <div className="ask">
          <Field
            label={t("search.purpose")}
            name="purpose"
            problem={problem ?? props.problem}
            remark={remark(wrong.purpose ?? props.remark.purpose)}
          >
            <Typed
              name="purpose"
              plain
              value={purpose}
              hint={t("trace.purposeHint")}
              set={(text) => {
                setWrong({});
                props.onPurpose(text);
              }}
              max={200}
            />
          </Field>
          <Field
            label={t("trace.transfer")}
            name="transfer_id"
            problem={props.problem}
            remark={remark(props.remark.from)}
          >
            <Typed name="transfer_id" value={props.from} hint={t("trace.transferHint")} set={props.onFrom} max={40} />
          </Field>
          {access.may(RIGHT.search) ? (
            <Field
              label={t("trace.orAccount")}
              name="account_id"
              problem={problem}
              remark={remark(wrong.number) ?? (hits?.length === 0 ? t("search.none") : null)}
            >
              <Typed
                name="account_number"
                value={looked.number}
                hint={account ? t("trace.sameAccount") : t("trace.accountHint")}
                set={(number) => type({ number })}
                max={40}
                onEnter={find}
              />
            </Field>
          ) : null}
          <div className="line">
            <Field label={t("trace.about")} name="at" problem={problem} remark={remark(wrong.at)}>
              <Typed
                name="about"
                value={looked.at}
                hint={t("trace.aboutHint")}
                set={(at) => type({ at })}
                max={30}
                onEnter={find}
              />
            </Field>
            <Field label={t("pay.amountYuan")} name="amount_fen" problem={problem} remark={remark(wrong.amount)}>
              <Typed
                name="amount"
                value={looked.amount}
                hint={t("trace.any")}
                set={(amount) => type({ amount })}
                onEnter={find}
              />
            </Field>
            <Button onClick={find} loading={busy} data-testid="find-movements">
              {t("trace.find")}
            </Button>
          </div>
          {hits && hits.length > 1
            ? hits.map((hit) => (
                <button
                  type="button"
                  key={hit.id}
                  className="hit"
                  onClick={() => {
                    const { asked } = question();
                    if (asked) list(asked.rows, hit.id);
                  }}
                >
                  <span className="num">{hit.label}</span>
                </button>
              ))
            : null}
        </div>
      </Panel>
      <Panel
        title={t("trace.movements")}
        note={
          listed.data ? (
            <Link to="/accounts/$id" params={{ id: listed.data.account.account_id }}>
              <Account holder={listed.data.account.holder_masked} tail={listed.data.account.number_tail} />
            </Link>
          ) : account ? (
            <Link to="/accounts/$id" params={{ id: account }}>
              {t("golden.openAccount")}
            </Link>
          ) : null
        }
        keepNote
        className="grow"
      >
        <div className="scroll">
          {problem && !atFields(problem, FIELDS) ? (
            problem.status === 422 ? (
              <div className="pad">
                <ProblemNote problem={problem} />
              </div>
            ) : (
              <Failed problem={problem} again={find} stale={rows.length > 0} />
            )
          ) : null}
          {busy && rows.length === 0 ? (
            <Skeleton className="pad" active title={false} paragraph={{ rows: 6 }} />
          ) : listed.data ? (
            rows.length === 0 ? (
              <div className="empty">
                {t(looked.at || looked.amount ? "trace.noSuchMovement" : "trace.noMovements")}
              </div>
            ) : (
              <Movements rows={rows} at={cursor.at} from={props.from} onAt={cursor.set} onFrom={props.onFrom} />
            )
          ) : problem ? null : (
            <div className="empty">{t(account ? "trace.accountChosen" : "trace.noAccount")}</div>
          )}
          {listed.data?.more ? (
            <div className="more">
              <Button size="small" loading={listed.isPending} onClick={older}>
                {t("trace.older")}
              </Button>
            </div>
          ) : null}
        </div>
      </Panel>
    </div>
  );
}

function Movements(props: {
  rows: TransferRow[];
  at: number;
  from: string;
  onAt: (at: number) => void;
  onFrom: (id: string) => void;
}) {
  const { t } = useWords();
  return (
    <table className="t" data-testid="movements">
      <thead>
        <tr>
          <th>{t("pay.time")}</th>
          <th>{t("statement.other")}</th>
          <th className="n">{t("statement.amount")}</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row, i) => (
          <tr
            key={row.transfer_id}
            data-id={row.transfer_id}
            className={`row${i === props.at ? " cursor" : ""}${row.transfer_id === props.from ? " picked" : ""}`}
            onClick={() => {
              props.onAt(i);
              props.onFrom(row.transfer_id);
            }}
          >
            <td>
              <Time at={row.at} />
            </td>
            <td className="wrap">
              <span title={t(row.side === "in" ? "statement.in" : "statement.out")}>
                {row.side === "in" ? "←" : "→"}
              </span>{" "}
              {row.other ? <Account holder={row.other.holder_masked} tail={row.other.number_tail} /> : "—"}
            </td>
            <td className="n">
              <Money amount={row.amount} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
