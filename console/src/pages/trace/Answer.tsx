/** What a raw trace found: the transfers it followed hop by hop, what is left where, where it was cut, and on what it rests. */
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { Fragment, useState } from "react";
import type { FlowAssumption, FlowCut, Traced, TracedAccount } from "../../api/types";
import { Choice } from "../../parts/Choice";
import { Account, Money, Time } from "../../parts/shown";
import { useWords } from "../../words";
import { accountsOf, hopCounts, linesOf, nothingFollowed } from "./model";

const PARTS = ["rows", "held", "cuts", "rests"] as const;
type Part = (typeof PARTS)[number];
/** More are shown on demand: each row draws two links. */
const PAGE = 100;

export function Answer(props: { traced: Traced; up: boolean; onFrom: (id: string) => void }) {
  const { t } = useWords();
  const [part, setPart] = useState<Part>("rows");
  const { traced } = props;
  const counts: Record<Part, number> = {
    rows: traced.rows.length + traced.rows_left_out,
    held: traced.held.length + traced.held_left_out,
    cuts: traced.cuts.length + traced.cuts_left_out,
    rests: traced.assumptions.length + traced.assumptions_left_out,
  };
  // Reach knows no amounts, so nothing of it lies anywhere.
  const parts = traced.totals ? PARTS : PARTS.filter((p) => p !== "held");
  return (
    <div className="answer" data-testid="traced">
      <Sums traced={traced} />
      <div className="pad">
        <Choice
          label={t("trace.answer")}
          options={parts}
          value={part}
          word={(p) => (
            <>
              {t(`trace.part.${p}`)} <b className="num">{counts[p]}</b>
            </>
          )}
          onChange={setPart}
        />
      </div>
      <div className="scroll">
        {part === "rows" ? <Rows traced={traced} up={props.up} onFrom={props.onFrom} /> : null}
        {part === "held" ? <Held traced={traced} /> : null}
        {part === "cuts" ? (
          <Named none={t("flow.nothingCut")} all={traced.cuts} leftOut={traced.cuts_left_out} />
        ) : null}
        {part === "rests" ? (
          <Named
            none={t(traced.totals ? "flow.onlyRows" : "trace.reachAssumes")}
            all={traced.assumptions}
            leftOut={traced.assumptions_left_out}
          />
        ) : null}
      </div>
    </div>
  );
}

function Sums(props: { traced: Traced }) {
  const { t, code } = useWords();
  const { totals, mode, cut } = props.traced;
  const shown: [string, string][] = totals
    ? [
        [t("trace.seeded"), totals.seeded],
        [t("trace.left"), totals.held],
        [t("trace.exit"), totals.exit],
        [t("trace.dust"), totals.dust],
        [t("trace.beyond"), totals.beyond],
      ]
    : [];
  return (
    <div className="sums">
      <span>
        <small>{t("flow.doctrine")}</small>
        <b title={code("doctrineNote", mode)}>{code("doctrine", mode)}</b>
      </span>
      {shown.map(([label, amount]) => (
        <span key={label}>
          <small>{label}</small>
          <Money amount={amount} strong />
        </span>
      ))}
      <span>
        <small>{t("trace.bounds")}</small>
        <b className={cut ? "near" : ""}>{t(cut ? "trace.cut" : "trace.whole")}</b>
      </span>
    </div>
  );
}

function Who(props: { account: TracedAccount | undefined; id: string }) {
  const { code } = useWords();
  const { account, id } = props;
  return (
    <>
      <Link to="/accounts/$id" params={{ id }}>
        {account ? (
          <Account holder={account.holder_masked} tail={account.number_tail} />
        ) : (
          <span className="num">{id.slice(0, 8)}</span>
        )}
      </Link>
      {account?.exit_kind ? <span className="exit">{code("flowKind", account.exit_kind)}</span> : null}
      {account?.bank_name ? <span className="sub">{account.bank_name}</span> : null}
    </>
  );
}

function Rows(props: { traced: Traced; up: boolean; onFrom: (id: string) => void }) {
  const { t } = useWords();
  const [most, setMost] = useState(PAGE);
  const { traced } = props;
  const amounts = traced.totals != null;
  const lines = linesOf(traced);
  const counts = hopCounts(traced);
  const columns = amounts ? 6 : 5;
  return (
    <>
      <table className="t" data-testid="trace-rows">
        <thead>
          <tr>
            <th>{t("pay.time")}</th>
            <th>{t("trace.payer")}</th>
            <th>{t("trace.payee")}</th>
            <th className="n">{t("statement.amount")}</th>
            {amounts ? <th className="n">{t("trace.tainted")}</th> : null}
            <th />
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, most).map(({ row, from, to, seed }, i) => (
            <Fragment key={row.transfer_id}>
              {lines[i - 1]?.row.hop === row.hop ? null : (
                <tr className="hop-head">
                  <td colSpan={columns}>
                    {seed ? t("trace.theTransfer") : t("trace.hopRows", { n: counts.get(row.hop) ?? 0, hop: row.hop })}
                  </td>
                </tr>
              )}
              <tr data-hop={row.hop}>
                <td>
                  <Time at={row.at} full />
                </td>
                <td className="wrap">
                  <Who account={from} id={row.from_account_id} />
                </td>
                <td className="wrap">
                  <Who account={to} id={row.to_account_id} />
                </td>
                <td className="n">
                  <Money amount={row.amount} />
                </td>
                {amounts ? (
                  <td className="n">
                    <Money amount={row.tainted} strong />
                  </td>
                ) : null}
                <td className="n">
                  {seed ? null : (
                    <button type="button" className="link" onClick={() => props.onFrom(row.transfer_id)}>
                      {t("trace.fromHere")}
                    </button>
                  )}
                </td>
              </tr>
            </Fragment>
          ))}
        </tbody>
      </table>
      {lines.length > most ? (
        <div className="more">
          <Button size="small" onClick={() => setMost(most + PAGE)}>
            {t("trace.moreRows", { n: lines.length - most })}
          </Button>
        </div>
      ) : null}
      {nothingFollowed(traced) ? (
        <div className="empty">{t(props.up ? "trace.nothingBefore" : "trace.nothing")}</div>
      ) : null}
      {traced.rows_left_out > 0 ? (
        <p className="rest dim">{t("trace.rowsLeftOut", { n: traced.rows_left_out })}</p>
      ) : null}
    </>
  );
}

/** What lies where at the end. */
function Held(props: { traced: Traced }) {
  const { t } = useWords();
  const { held, held_left_out } = props.traced;
  const known = accountsOf(props.traced);
  if (held.length === 0) return <div className="empty">{t("trace.nothingHeld")}</div>;
  return (
    <>
      <table className="t" data-testid="trace-held">
        <thead>
          <tr>
            <th>{t("tree.account")}</th>
            <th className="n">{t("trace.left")}</th>
          </tr>
        </thead>
        <tbody>
          {held.map((h) => (
            <tr key={h.account_id}>
              <td className="wrap">
                <Who account={known.get(h.account_id)} id={h.account_id} />
              </td>
              <td className="n">
                <Money amount={h.amount} strong />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {held_left_out > 0 ? <p className="rest dim">{t("trace.leftOut", { n: held_left_out })}</p> : null}
    </>
  );
}

function Named(props: { none: string; all: (FlowCut | FlowAssumption)[]; leftOut: number }) {
  const { t, pick } = useWords();
  if (props.all.length === 0) return <div className="empty">{props.none}</div>;
  return (
    <>
      {props.all.map((one) => (
        <p key={`${one.id} ${pick(one, "text")}`} className="rest">
          {one.id ? (
            <Link to="/accounts/$id" params={{ id: one.id }}>
              {pick(one, "text")}
            </Link>
          ) : (
            pick(one, "text")
          )}
        </p>
      ))}
      {props.leftOut > 0 ? <p className="rest dim">{t("trace.leftOut", { n: props.leftOut })}</p> : null}
    </>
  );
}
