/** The flow as a tree table by hop: what each account received, sent, still has; what a bank holds; what it rests on. */
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { Flow, FlowAccount } from "../../api/types";
import { Account, Countdown, Money, Time, TreeTag } from "../../parts/shown";
import { useWords, type WordKey } from "../../words";
import { VICTIMS } from "./drawing";
import { type Line, lineKey, nextSort, sortingOf } from "./model";
import type { Column, FlowSearch } from "./view";

const WIDE: { column: Column; word: WordKey }[] = [
  { column: "received", word: "tree.received" },
  { column: "sent", word: "tree.sent" },
  { column: "expected", word: "tree.expected" },
  { column: "balance", word: "tree.balance" },
  { column: "held", word: "golden.held" },
];
const NARROW = WIDE.filter((c) => c.column === "received" || c.column === "expected");

export interface ListProps {
  flow: Flow;
  lines: Line[];
  search: FlowSearch;
  cursor: string | undefined;
  picked: ReadonlySet<string>;
  narrow: boolean;
  onCursor: (key: string) => void;
  onToggle: (line: Line) => void;
  onPick: (account: FlowAccount) => void;
  onSort: (sort: string | undefined) => void;
}

export function List(props: ListProps) {
  const { t } = useWords();
  const columns = props.narrow ? NARROW : WIDE;
  const sorting = sortingOf(props.search);
  const resting = new Map<string, string[]>();
  const { pick } = useWords();
  for (const a of props.flow.assumptions) {
    if (a.id) resting.set(a.id, [...(resting.get(a.id) ?? []), pick(a, "text")]);
  }
  const after = new Map(props.flow.what_if?.changes.map((c) => [c.id, c.after]));
  return (
    <table className={props.narrow ? "t flow-list narrow" : "t flow-list"} data-testid="flow-list">
      <thead>
        <tr>
          <th>{t("tree.account")}</th>
          {columns.map((c) => (
            <th key={c.column} className="n" aria-sort={ariaSort(sorting, c.column)}>
              <button type="button" className="sort" onClick={() => props.onSort(nextSort(props.search, c.column))}>
                {t(c.word)}
                <i>{sorting?.column === c.column ? (sorting.falling ? "▾" : "▴") : ""}</i>
              </button>
            </th>
          ))}
          <th className="n">{t(props.flow.live ? "tree.state" : "flow.stateNow")}</th>
          {props.narrow ? null : (
            <>
              <th className="n">
                <button type="button" className="sort" onClick={() => props.onSort(nextSort(props.search, "last_at"))}>
                  {t("flow.lastArrival")}
                  <i>{sorting?.column === "last_at" ? (sorting.falling ? "▾" : "▴") : ""}</i>
                </button>
              </th>
              <th className="n">{t("tree.due")}</th>
              <th className="n">{t("flow.restsOn")}</th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {props.lines.map((line) => {
          const key = lineKey(line);
          const cursor = key === props.cursor;
          if (line.is === "account") {
            return (
              <AccountLine
                key={key}
                account={line.account}
                depth={line.depth}
                branches={line.children}
                folded={line.folded}
                cursor={cursor}
                picked={props.picked.has(line.account.id)}
                narrow={props.narrow}
                rests={resting.get(line.account.id)?.join("\n") ?? ""}
                after={after.get(line.account.id)}
                victims={props.flow.victims.length}
                onCursor={props.onCursor}
                onToggle={props.onToggle}
                onPick={props.onPick}
              />
            );
          }
          return (
            <ManyLine
              key={key}
              line={line}
              cursor={cursor}
              span={columns.length + (props.narrow ? 2 : 5)}
              narrow={props.narrow}
              onCursor={() => props.onCursor(key)}
              onToggle={() => props.onToggle(line)}
            />
          );
        })}
      </tbody>
    </table>
  );
}

function ariaSort(sorting: ReturnType<typeof sortingOf>, column: Column): "ascending" | "descending" | "none" {
  if (sorting?.column !== column) return "none";
  return sorting.falling ? "descending" : "ascending";
}

const indent = (depth: number, narrow: boolean) => ({ paddingLeft: `${Math.min(depth, 7) * (narrow ? 7 : 18)}px` });

interface AccountLineProps {
  account: FlowAccount;
  depth: number;
  branches: number;
  folded: boolean;
  cursor: boolean;
  picked: boolean;
  narrow: boolean;
  rests: string;
  after: string | undefined;
  victims: number;
  onCursor: (key: string) => void;
  onToggle: (line: Line) => void;
  onPick: (account: FlowAccount) => void;
}

const AccountLine = memo(function AccountLine(props: AccountLineProps) {
  const { t, pick, code } = useWords();
  const { account, narrow } = props;
  const names = ["row", props.cursor ? "cursor" : "", props.picked ? "picked" : ""].filter(Boolean).join(" ");
  const line: Line = {
    is: "account",
    account,
    depth: props.depth,
    children: props.branches,
    folded: props.folded,
  };
  return (
    <tr
      className={names}
      data-id={account.id}
      data-state={account.state}
      data-hop={account.hop}
      onClick={() => props.onCursor(account.id)}
      onDoubleClick={() => account.proposable && props.onPick(account)}
    >
      <td>
        <div className="treecell" style={indent(props.depth, narrow)}>
          <button
            type="button"
            className="fold"
            tabIndex={-1}
            disabled={props.branches === 0}
            aria-label={t(props.folded ? "flow.unfold" : "flow.fold")}
            onClick={(e) => {
              e.stopPropagation();
              props.onToggle(line);
            }}
          >
            {props.branches === 0 ? "" : props.folded ? "▸" : "▾"}
          </button>
          <span className="hop num">{account.hop}</span>
          <div>
            {account.proposable ? (
              <input
                type="checkbox"
                checked={props.picked}
                tabIndex={-1}
                onChange={() => props.onPick(account)}
                onClick={(e) => e.stopPropagation()}
                aria-label={t("golden.pick")}
              />
            ) : null}{" "}
            {account.account_id ? (
              <Link to="/accounts/$id" params={{ id: account.account_id }} tabIndex={-1}>
                <Account holder={account.holder_masked} tail={account.number_tail} />
              </Link>
            ) : (
              <span>{pick(account, "note")}</span>
            )}{" "}
            {account.exit ? <span className="exit">{code("flowKind", account.kind)}</span> : null}
            {props.victims > 1 ? (
              <span className="dots">
                {account.parts.map((p) => (
                  <i key={p.victim} style={{ background: VICTIMS[p.victim % VICTIMS.length] }} title={p.amount} />
                ))}
              </span>
            ) : null}
            <span className="sub">
              {[account.bank_name, narrow || !account.account_id ? "" : pick(account, "note")]
                .filter(Boolean)
                .join(" · ")}
              {account.marks.map((m) => (
                <span key={m.kind} className="mark" title={pick(m, "text")}>
                  {code("pattern", m.kind)}
                </span>
              ))}
            </span>
          </div>
        </div>
      </td>
      <td className="n">
        <Money amount={account.received} />
      </td>
      {narrow ? null : (
        <td className="n">
          <Money amount={account.sent} />
        </td>
      )}
      <td className="n">
        <Money amount={account.expected} />
        {props.after !== undefined && props.after !== account.expected ? (
          <span className="sub then">
            → <Money amount={props.after} />
          </span>
        ) : null}
      </td>
      {narrow ? null : (
        <>
          <td className="n" title={account.balance_at ?? undefined}>
            <Money amount={account.balance} />
          </td>
          <td className="n">
            <Money amount={account.held} />
          </td>
        </>
      )}
      <td className="n">
        <TreeTag state={account.state}>{pick(account, "state_text")}</TreeTag>
      </td>
      {narrow ? null : (
        <>
          <td className="n">
            <Time at={account.last_at} />
          </td>
          <td className="n">
            <Countdown due={account.due_at} approx={account.due_approx} urgent />
          </td>
          <td className="n">
            {props.rests ? (
              <span className="rests" title={props.rests}>
                {t("flow.assumed", { n: props.rests.split("\n").length })}
              </span>
            ) : (
              <span className="dim">{t("flow.rows")}</span>
            )}
          </td>
        </>
      )}
    </tr>
  );
});

function ManyLine(props: {
  line: Exclude<Line, { is: "account" }>;
  cursor: boolean;
  span: number;
  narrow: boolean;
  onCursor: () => void;
  onToggle: () => void;
}) {
  const { t, code } = useWords();
  const { line } = props;
  return (
    <tr className={props.cursor ? "row cursor" : "row"} data-group={line.key} onClick={props.onCursor}>
      <td colSpan={props.span}>
        <div className="treecell" style={indent(line.depth, props.narrow)}>
          {line.is === "group" ? (
            <button type="button" className="group" tabIndex={-1} onClick={props.onToggle}>
              <span className="fold">{line.open ? "▾" : "▸"}</span>
              {code("flowKind", line.kind)} <b className="num">{line.count}</b> {t("flow.accounts")}
            </button>
          ) : (
            <button type="button" className="group" tabIndex={-1} onClick={props.onToggle}>
              {t("flow.moreRows", { n: line.left })}
            </button>
          )}
        </div>
      </td>
    </tr>
  );
}
