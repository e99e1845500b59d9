/** The drawings of the golden-minutes page: strip, left column, tree table, next steps. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Action, ready } from "../../actions/action";
import { Keys } from "../../actions/Keys";
import type { Entity, Golden, TreeRow } from "../../api/types";
import { spanText } from "../../clock/serverClock";
import { Account, Countdown, Elapsed, Masked, Money, Time, TreeTag } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";
import { moneyParts, pieceClass, pieces, rowKey } from "./model";

export function Strip(props: { golden: Golden }) {
  const { t } = useWords();
  const { clock, money } = props.golden;
  return (
    <div className="strip">
      <div className="clock">
        <Elapsed since={clock.latest_payment_at ?? clock.reported_at} />
        <small>
          {clock.latest_payment_at ? (
            <>
              {t("golden.sincePayment")} <Time at={clock.latest_payment_at} /> ·{" "}
            </>
          ) : null}
          {t("golden.reported")} <Time at={clock.reported_at} />
        </small>
      </div>
      <MoneyBar money={money} />
      <Goal clock={clock} />
    </div>
  );
}

export function MoneyBar(props: { money: Golden["money"] }) {
  const { t } = useWords();
  const parts = moneyParts(props.money);
  return (
    <div>
      <div className="moneybar num" role="img" aria-label={parts.map((p) => `${t(p.word)} ${p.percent}%`).join(", ")}>
        {parts.map((p) =>
          p.percent > 0 ? (
            <i key={p.key} className={p.colour} style={{ flexBasis: `${p.percent}%` }}>
              {p.percent >= 5 ? `${p.percent}%` : ""}
            </i>
          ) : null,
        )}
      </div>
      <div className="legend">
        {parts.map((p) => (
          <span key={p.key} data-testid={`money-${p.key}`}>
            <i className={`dot ${p.colour}`} />
            {t(p.word)}
            <Money amount={p.amount} strong />
          </span>
        ))}
        <span className="total" data-testid="money-total">
          {t("golden.total")}
          <Money amount={props.money.total} strong />
        </span>
      </div>
    </div>
  );
}

function Goal(props: { clock: Golden["clock"] }) {
  const { t, code } = useWords();
  const { goal_seconds: goal } = props.clock;
  const first = props.clock.first_order_seconds ?? null;
  const answered = props.clock.first_order_from_answer_seconds ?? null;
  const median = props.clock.shift_median_seconds ?? null;
  const late = first !== null && first > goal;
  return (
    <div className="goal">
      {t("golden.toFirstOrder")} · {code("startedBy", props.clock.started_by)}
      <b className={first === null ? "dim" : late ? "red" : "ok"}>
        {answered === null ? null : (
          <small>
            {t("golden.fromAnswer")} <span className="num">{spanText(answered * 1000)}</span>{" "}
          </small>
        )}
        <span className="num">{first === null ? t("golden.noOrderYet") : spanText(first * 1000)}</span>
      </b>
      {t("golden.goal", { n: Math.round(goal / 60) })}
      {median === null ? null : (
        <>
          {" · "}
          {t("golden.median")} <span className="num">{spanText(median * 1000)}</span>
        </>
      )}
    </div>
  );
}

export function Narrative(props: { text: string; entities: Entity[] }) {
  const { code } = useWords();
  return (
    <div className="narrative">
      {pieces(props.text, props.entities).map((piece, i) =>
        piece.entity ? (
          <mark
            key={i}
            className={pieceClass(piece.entity)}
            title={`${code("entity", piece.entity.kind)}: ${piece.entity.value}`}
          >
            {piece.text}
          </mark>
        ) : (
          <span key={i}>{piece.text}</span>
        ),
      )}
    </div>
  );
}

export function People(props: { golden: Golden; reveal: ReactNode; dispatch: ReactNode }) {
  const { t, code } = useWords();
  const { people, duty, dispatch } = props.golden;
  return (
    <dl className="kv pad">
      {people.map((p, i) => (
        <Person key={i} term={t(p.role === "caller" ? "golden.caller" : "golden.victim")}>
          {p.name_masked}
          {p.relation ? ` (${code("relation", p.relation)})` : ""}
          {p.role === "victim"
            ? ` · ${[code("sex", p.sex), p.age, p.address_masked].filter(Boolean).join(" · ")} `
            : " "}
          {p.phone_masked ? <Masked value={p.phone_masked} mono /> : null} {p.role === "victim" ? props.reveal : null}
        </Person>
      ))}
      <Person term={t("golden.offencePlace")}>
        {dispatch ? (
          <>
            {dispatch.area_name} ·{" "}
            {dispatch.acknowledged_at ? (
              <>
                {t("golden.acknowledged")} <Time at={dispatch.acknowledged_at} />
              </>
            ) : (
              <>
                {t("golden.waitsAck")} <Countdown due={dispatch.due_at} urgent />
              </>
            )}
          </>
        ) : (
          <>
            {props.golden.report.area_name} · <span className="dim">{t("golden.notDispatched")}</span>
          </>
        )}{" "}
        {props.dispatch}
      </Person>
      <Person term={t("golden.duty")}>
        {t("golden.receiver")} {duty.receiver} {t("golden.recorder")} {duty.recorder} {t("golden.approver")}{" "}
        {duty.approver ?? "—"}
      </Person>
    </dl>
  );
}

function Person(props: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

export function Payments(props: { payments: Golden["payments"] }) {
  const { t, code } = useWords();
  return (
    <table className="t">
      <thead>
        <tr>
          <th>{t("pay.time")}</th>
          <th>{t("pay.to")}</th>
          <th className="n">{t("pay.amount")}</th>
        </tr>
      </thead>
      <tbody>
        {props.payments.map((p) => (
          <tr key={p.id}>
            <td>
              <Time at={p.paid_at} />
            </td>
            <td>
              {p.how === "transfer" ? null : <span className="how">{code("how", p.how)} </span>}
              {p.account_id || p.to_number_tail || p.to_name_masked ? (
                <Account holder={p.to_name_masked} tail={p.to_number_tail} />
              ) : (
                p.to_bank_name
              )}
              {p.account_id ? null : <span className="dim"> {t("pay.noAccount")}</span>}
            </td>
            <td className="n">
              <Money amount={p.amount} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Tree(props: {
  rows: TreeRow[];
  cursor: number;
  picked: ReadonlySet<string>;
  onCursor: (at: number) => void;
  onPick: (row: TreeRow) => void;
}) {
  const { t } = useWords();
  return (
    <table className="t" data-testid="tree">
      <thead>
        <tr>
          <th>{t("tree.account")}</th>
          <th className="n">{t("tree.received")}</th>
          <th className="n">{t("tree.sent")}</th>
          <th className="n">{t("tree.expected")}</th>
          <th className="n">{t("tree.state")}</th>
          <th className="n">{t("tree.due")}</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row, i) => (
          <TreeLine
            key={rowKey(row)}
            row={row}
            cursor={i === props.cursor}
            picked={props.picked.has(row.account_id)}
            onCursor={() => props.onCursor(i)}
            onPick={() => props.onPick(row)}
          />
        ))}
      </tbody>
    </table>
  );
}

function TreeLine(props: { row: TreeRow; cursor: boolean; picked: boolean; onCursor: () => void; onPick: () => void }) {
  const { t, pick } = useWords();
  const { row } = props;
  const names = ["row", props.cursor ? "cursor" : "", props.picked ? "picked" : ""].filter(Boolean).join(" ");
  return (
    <tr
      className={names}
      onClick={props.onCursor}
      onDoubleClick={() => row.proposable && props.onPick()}
      data-state={row.state}
    >
      <td>
        <div className={`treecell d${Math.min(row.hop, 5)}`}>
          <span className="hop num">{row.hop}</span>
          <div>
            {row.proposable ? (
              <input type="checkbox" checked={props.picked} onChange={props.onPick} aria-label={t("golden.pick")} />
            ) : null}{" "}
            <Link to="/accounts/$id" params={{ id: row.account_id }}>
              <Account holder={row.holder_masked} tail={row.number_tail} />
            </Link>
            <span className="sub">{[row.bank_name, pick(row, "note")].filter(Boolean).join(" · ")}</span>
          </div>
        </div>
      </td>
      <td className="n">
        <Money amount={row.received} />
      </td>
      <td className="n">
        <Money amount={row.sent} />
      </td>
      <td className="n">
        <Money amount={row.expected} />
      </td>
      <td className="n">
        <TreeTag state={row.state}>{pick(row, "state_text")}</TreeTag>
      </td>
      <td className="n">
        <Countdown due={row.due_at} approx={row.due_approx} urgent />
      </td>
    </tr>
  );
}

/** One suggestion of the server: its key, what it would do, and a button. */
export function NextStep(props: { action: Action; detail: string; first: boolean; due: string | null | undefined }) {
  const { access } = useSession();
  const { t } = useWords();
  const { action } = props;
  const can = ready(action, access.may);
  return (
    <div className={props.first ? "act p" : "act"} data-next={action.id}>
      <Keys keys={action.keys ?? ""} />
      <div>
        <b>{action.label}</b>
        <small>
          {props.detail}
          {props.due ? (
            <>
              {" "}
              · <Countdown due={props.due} urgent />
            </>
          ) : null}
        </small>
      </div>
      <button
        type="button"
        className={props.first ? "btn-first" : "btn-next"}
        disabled={!can}
        title={access.may(action.right) ? action.because : t("golden.noRight")}
        onClick={() => void action.run()}
      >
        {t(props.first ? "do.submit" : "do.send")}
      </button>
    </div>
  );
}
