/** What is known of the selected account, or of the whole flow when nothing is selected. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { client, must } from "../../api/client";
import type { Flow, FlowAccount, FlowGroup, FlowLink, FlowMark } from "../../api/types";
import { FourStates } from "../../parts/FourStates";
import { Account, Money, Time, TreeTag } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";
import { linkColour } from "./drawing";
import { fen } from "./model";
import type { Stop } from "./view";

export function Detail(props: {
  flow: Flow;
  account: FlowAccount | undefined;
  stop: Stop | undefined;
  onSelect: (id: string) => void;
  onWhatIf: () => void;
  whatIfAt: string | undefined;
}) {
  const { account } = props;
  return account ? <OfAccount {...props} account={account} key={account.id} /> : <OfFlow {...props} />;
}

function OfAccount(props: {
  flow: Flow;
  account: FlowAccount;
  stop: Stop | undefined;
  onSelect: (id: string) => void;
  onWhatIf: () => void;
  whatIfAt: string | undefined;
}) {
  const { t, pick, code } = useWords();
  const { flow, account } = props;
  const rests = flow.assumptions.filter((a) => a.id === account.id);
  const cuts = flow.cuts.filter((c) => c.id === account.id);
  const next = flow.next.find((n) => n.id === account.id);
  const into = flow.links.filter((l) => l.dst === account.id);
  const out = flow.links.filter((l) => l.src === account.id);
  return (
    <div data-testid="detail" data-id={account.id}>
      <dl className="kv pad">
        <dt>{t("tree.account")}</dt>
        <dd>
          {account.account_id ? (
            <Account holder={account.holder_masked} tail={account.number_tail} />
          ) : (
            pick(account, "note")
          )}{" "}
          <TreeTag state={account.state}>{pick(account, "state_text")}</TreeTag>
        </dd>
        {account.bank_name ? (
          <>
            <dt>{t("flow.bank")}</dt>
            <dd>
              {account.bank_name} · {code("flowKind", account.kind)}
            </dd>
          </>
        ) : null}
        <dt>{t("flow.arrivals")}</dt>
        <dd>
          <Time at={account.first_at} />
          {account.last_at === account.first_at ? null : (
            <>
              {" – "}
              <Time at={account.last_at} />
            </>
          )}
        </dd>
        <dt>{t("tree.received")}</dt>
        <dd>
          <Money amount={account.received} strong /> · {t("tree.sent")} <Money amount={account.sent} />
        </dd>
        <dt>{t("tree.expected")}</dt>
        <dd>
          <Money amount={account.expected} strong /> · {t("golden.held")} <Money amount={account.held} /> ·{" "}
          {t("golden.reachable")} <Money amount={account.reachable} /> · {t("golden.unseen")}{" "}
          <Money amount={account.unseen} />
        </dd>
        {account.balance || account.hold ? (
          <>
            <dt>{t("flow.bankSays")}</dt>
            <dd>
              {t("tree.balance")} <Money amount={account.balance} /> <Time at={account.balance_at} />
              {account.hold ? (
                <>
                  {" · "}
                  {t("figure.bankHolds")}{" "}
                  {account.hold.amount ? <Money amount={account.hold.amount} /> : t("figure.untold")}
                </>
              ) : null}
            </dd>
          </>
        ) : null}
        {next ? (
          <>
            <dt>{t("flow.why")}</dt>
            <dd>
              {t("flow.chance", { n: next.chance })} · {pick(next, "text")}
            </dd>
          </>
        ) : null}
      </dl>
      {flow.victims.length > 1 && account.parts.length > 0 ? (
        <Section title={t("flow.ofWhom")}>
          <Parts flow={flow} parts={account.parts} />
        </Section>
      ) : null}
      {account.account_id && !account.exit ? (
        <div className="pad">
          <Button size="small" onClick={props.onWhatIf} disabled={!props.stop && !props.whatIfAt} data-testid="what-if">
            {props.stop ? t("flow.whatIfEnd") : t("flow.whatIfAsk", { t: timeOf(props.whatIfAt) })}
          </Button>
        </div>
      ) : null}
      {account.marks.length > 0 ? (
        <Section title={t("flow.patterns")}>
          {account.marks.map((m) => (
            <Mark key={m.kind} mark={m} onSelect={props.onSelect} />
          ))}
        </Section>
      ) : null}
      {rests.length + cuts.length > 0 ? (
        <Section title={t("flow.restsOn")}>
          {[...rests, ...cuts].map((a) => (
            <p key={pick(a, "text")} className="rest">
              {pick(a, "text")}
            </p>
          ))}
        </Section>
      ) : null}
      <Section title={t("flow.cameFrom")} note={into.length || null}>
        <Links flow={flow} links={into} end="src" onSelect={props.onSelect} />
      </Section>
      {account.exit ? null : (
        <Section title={t("flow.wentTo")} note={out.length || null}>
          <Links flow={flow} links={out} end="dst" onSelect={props.onSelect} />
        </Section>
      )}
      {account.account_id ? <Counterparties report={flow.report_id} account={account.account_id} /> : null}
    </div>
  );
}

const timeOf = (iso: string | undefined): string => iso?.slice(11, 19) ?? "";

function Section(props: { title: string; note?: React.ReactNode; children: React.ReactNode }) {
  return (
    <>
      <h2 className="bar">
        {props.title}
        {props.note ? <span className="note num">{props.note}</span> : null}
      </h2>
      {props.children}
    </>
  );
}

function Parts(props: { flow: Flow; parts: FlowAccount["parts"] }) {
  return (
    <div className="pad">
      {props.parts.map((p) => (
        <div key={p.victim} className="part">
          <i className="dot" style={{ background: linkColour(p.victim) }} />
          {props.flow.victims[p.victim]?.name_masked}
          <Money amount={p.amount} strong />
        </div>
      ))}
    </div>
  );
}

/** A pattern, and on demand the rows it is seen in. */
function Mark(props: { mark: FlowMark; onSelect: (id: string) => void }) {
  const { t, pick, code } = useWords();
  const { access } = useSession();
  const [open, setOpen] = useState(false);
  const { mark } = props;
  return (
    <div className="evidence">
      <button type="button" className="link" onClick={() => setOpen(!open)} aria-expanded={open}>
        <span className="mark">{code("pattern", mark.kind)}</span>
        {mark.feature_code ? <span className="num dim">{mark.feature_code}</span> : null} {pick(mark, "text")}
        <span className="dim"> · {t("flow.evidence", { n: mark.evidence.length })}</span>
      </button>
      {open ? (
        <table className="t">
          <tbody>
            {mark.evidence.map((r, i) => (
              <tr key={r.transfer_id ?? i}>
                <td>
                  <Time at={r.at} />
                </td>
                <td className="wrap">
                  {r.src_text} → {r.dst_text}
                  <span className="sub num">{[r.src_serial, r.dst_serial].filter(Boolean).join(" / ")}</span>
                </td>
                <td className="n">
                  <Money amount={r.amount} />
                  {r.transfer_id && access.may(RIGHT.flowTrace) ? (
                    <Link className="sub" to="/trace" search={{ from: r.transfer_id }}>
                      {t("trace.fromHere")}
                    </Link>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </div>
  );
}

const LINKS_MAX = 8;

function Links(props: { flow: Flow; links: FlowLink[]; end: "src" | "dst"; onSelect: (id: string) => void }) {
  const { t, pick } = useWords();
  const [all, setAll] = useState(false);
  if (props.links.length === 0)
    return <div className="pad dim">{t(props.end === "src" ? "flow.fromVictim" : "flow.nothingSent")}</div>;
  const sorted = [...props.links].sort((a, b) => fen(b.traced) - fen(a.traced));
  const shown = all ? sorted : sorted.slice(0, LINKS_MAX);
  return (
    <table className="t">
      <tbody>
        {shown.map((l) => {
          const other = props.flow.accounts.find((a) => a.id === l[props.end]);
          return (
            <tr key={l[props.end]} className="row" onClick={() => other && props.onSelect(other.id)}>
              <td className="wrap">
                {other?.account_id ? (
                  <Account holder={other.holder_masked} tail={other.number_tail} />
                ) : other ? (
                  pick(other, "note")
                ) : (
                  t("flow.victim")
                )}
                <span className="sub">
                  <Time at={l.last_at} /> · {t("flow.times", { n: l.count })}
                  {l.whole === l.traced ? null : (
                    <>
                      {" · "}
                      {t("flow.whole")} <Money amount={l.whole} />
                    </>
                  )}
                </span>
              </td>
              <td className="n">
                <Money amount={l.traced} />
              </td>
            </tr>
          );
        })}
        {sorted.length > shown.length ? (
          <tr>
            <td colSpan={2} className="n">
              <button type="button" className="link" onClick={() => setAll(true)}>
                {t("flow.moreRows", { n: sorted.length - shown.length })}
              </button>
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}

/** Everybody the account dealt with, the victims' money or not: counts by type first, names page by page. */
function Counterparties(props: { report: string; account: string }) {
  const { t, code } = useWords();
  const [asked, setAsked] = useState(false);
  const [open, setOpen] = useState<FlowGroup | null>(null);
  const question = open ? { side: open.side, kind: open.kind } : {};
  const found = useInfiniteQuery({
    queryKey: ["flow-expand", props.report, props.account, question],
    queryFn: ({ pageParam }) =>
      must(
        client.GET("/api/reports/{id}/flow/expand", {
          params: {
            path: { id: props.report },
            query: { account: props.account, ...question, ...(pageParam ? { cursor: pageParam } : {}), limit: 20 },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: asked,
    placeholderData: (before) => before,
  });
  const groups = found.data?.pages[0]?.groups ?? [];
  const items = open ? (found.data?.pages.flatMap((p) => p.items) ?? []) : [];
  return (
    <Section title={t("flow.counterparties")}>
      {asked ? (
        <FourStates asked={found} empty={() => groups.length === 0} emptyText={t("flow.noCounterparties")} rows={2}>
          {() => (
            <>
              <div className="pad filters" data-testid="groups">
                {groups.map((g) => {
                  const on = open?.side === g.side && open.kind === g.kind;
                  return (
                    <button
                      type="button"
                      key={g.side + g.kind}
                      className={on ? "on" : ""}
                      onClick={() => setOpen(on ? null : g)}
                      title={g.amount}
                    >
                      {t(g.side === "in" ? "flow.sideIn" : "flow.sideOut")} {code("flowKind", g.kind)}{" "}
                      <b className="num">{g.accounts}</b>
                    </button>
                  );
                })}
              </div>
              <table className="t">
                <tbody>
                  {items.map((c) => (
                    <tr key={c.account_id}>
                      <td className="wrap">
                        <Account holder={c.holder_masked} tail={c.number_tail} />
                        <span className="sub">
                          {c.bank_name} · {t("flow.times", { n: c.transfers })} · <Time at={c.last_at} />
                        </span>
                      </td>
                      <td className="n">
                        <Money amount={c.amount} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {open && found.hasNextPage ? (
                <div className="more">
                  <Button size="small" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                    {t("list.more")}
                  </Button>
                </div>
              ) : null}
            </>
          )}
        </FourStates>
      ) : (
        <div className="pad">
          <Button size="small" onClick={() => setAsked(true)} data-testid="expand">
            {t("flow.expand")}
          </Button>
        </div>
      )}
    </Section>
  );
}

/** The whole: what to order next, whose money, what the answer rests on, and where it was cut. */
function OfFlow(props: { flow: Flow; onSelect: (id: string) => void }) {
  const { t, pick } = useWords();
  const { flow } = props;
  const named = (id: string) => {
    const a = flow.accounts.find((x) => x.id === id);
    return a ? <Account holder={a.holder_masked} tail={a.number_tail} /> : null;
  };
  return (
    <div data-testid="detail">
      <Section title={t("flow.next")} note={flow.next.length || null}>
        {flow.next.length === 0 ? <div className="pad dim">{t("flow.nothingNext")}</div> : null}
        {flow.next.map((n, i) => (
          <button type="button" key={n.id} className="item" onClick={() => props.onSelect(n.id)}>
            <span className="line">
              <span className="num dim">{i + 1}</span>
              {named(n.id)}
              <span className="r">
                <Money amount={n.amount} strong />
              </span>
            </span>
            <small>
              {t("flow.chance", { n: n.chance })} · {pick(n, "text")}
            </small>
          </button>
        ))}
      </Section>
      {flow.victims.length > 1 ? (
        <Section title={t("flow.ofWhom")} note={flow.victims.length}>
          <table className="t">
            <thead>
              <tr>
                <th>{t("golden.victim")}</th>
                <th className="n">{t("golden.total")}</th>
                <th className="n">{t("golden.held")}</th>
                <th className="n">{t("golden.reachable")}</th>
                <th className="n">{t("golden.unseen")}</th>
              </tr>
            </thead>
            <tbody>
              {flow.victims.map((v, i) => (
                <tr key={v.name_masked + String(i)}>
                  <td>
                    <i className="dot" style={{ background: linkColour(i) }} />
                    {v.name_masked}
                  </td>
                  <td className="n">
                    <Money amount={v.money.total} />
                  </td>
                  <td className="n">
                    <Money amount={v.money.held} />
                  </td>
                  <td className="n">
                    <Money amount={v.money.reachable} />
                  </td>
                  <td className="n">
                    <Money amount={v.money.unseen} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      ) : null}
      <Section title={t("flow.restsOn")} note={flow.assumptions.length || null}>
        {flow.assumptions.length === 0 && flow.accounts.length > 0 ? (
          <div className="pad dim">{t("flow.onlyRows")}</div>
        ) : null}
        {flow.assumptions.map((a) => (
          <p key={pick(a, "text")} className="rest">
            {a.id ? (
              <button type="button" className="link" onClick={() => props.onSelect(a.id ?? "")}>
                {pick(a, "text")}
              </button>
            ) : (
              pick(a, "text")
            )}
          </p>
        ))}
      </Section>
      <Section title={t("flow.cuts")} note={flow.cuts.length || null}>
        {flow.cuts.length === 0 ? <div className="pad dim">{t("flow.nothingCut")}</div> : null}
        {flow.cuts.map((c) => (
          <p key={pick(c, "text")} className="rest">
            {pick(c, "text")}
          </p>
        ))}
      </Section>
    </div>
  );
}
