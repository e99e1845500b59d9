/** 指令. Every order with its countdown: what went out, what the bank answered and how old the silence is. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Drawer, Select } from "antd";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, must } from "../../api/client";
import type { OrderDetail, OrderKind, OrderRow, Uuid } from "../../api/types";
import { Decide } from "../../parts/Decide";
import { Documents } from "../../parts/Documents";
import { FourStates } from "../../parts/FourStates";
import { OrderActs } from "../../parts/OrderActs";
import { Filters, More, usePages } from "../../parts/Pager";
import { Account, Countdown, Elapsed, Money, Panel, Time, ToneTag } from "../../parts/shown";
import { useWords } from "../../words";

const STATES = [
  "waiting_approval",
  "waiting_bank",
  "held",
  "failed",
  "needs_person",
  "ended",
  "not_confirmed",
] as const;
/** Kinds that leave something in force, which is prolonged, frozen or ended by another order. */
const FOLLOWED: ReadonlySet<string> = new Set(["stop", "freeze", "watch"]);
const KINDS: readonly OrderKind[] = [
  "stop",
  "stop_prolong",
  "stop_relieve",
  "freeze",
  "freeze_renew",
  "freeze_relieve",
  "query_transactions",
  "query_holder",
  "query_all_accounts",
  "watch",
  "watch_end",
];

export function OrdersPage() {
  const { t, code } = useWords();
  const search = useSearch({ from: "/orders" });
  const { open, ...filter } = search;
  const navigate = useNavigate();
  const { asked, items, total } = usePages(["orders", filter], (cursor) =>
    must(client.GET("/api/orders", { params: { query: { ...filter, ...(cursor ? { cursor } : {}), limit: 50 } } })),
  );
  const cursor = useCursor(items.length);
  const current = items[cursor.at];
  const show = (id: Uuid | undefined) => void navigate({ to: "/orders", search: { ...filter, open: id } });
  useActions([
    ...cursor.actions.slice(0, 2),
    {
      id: "open",
      label: t("do.open"),
      keys: "Enter",
      when: current !== undefined,
      run: () => current && show(current.id),
    },
    {
      id: "to-golden",
      label: t("nav.golden"),
      keys: "r",
      when: current !== undefined,
      run: () => current && void navigate({ to: "/golden/$id", params: { id: current.report_id } }),
    },
    ...cursor.actions.slice(2),
  ]);
  return (
    <div className="page">
      <div className="bar-row">
        <h1>{t("nav.orders")}</h1>
        <Filters
          options={STATES}
          value={STATES.find((s) => s === filter.state)}
          all={t("list.all")}
          label={(s) => code("orderGroup", s)}
          onChange={(state) => void navigate({ to: "/orders", search: { ...filter, state } })}
        />
        <span className="r">
          <Select
            aria-label={t("order.kind")}
            style={{ width: 170 }}
            value={filter.kind ?? ""}
            onChange={(kind) => void navigate({ to: "/orders", search: { ...filter, kind: kind || undefined } })}
            options={[
              { value: "", label: t("order.allKinds") },
              ...KINDS.map((k) => ({ value: k, label: code("orderKind", k) })),
            ]}
          />
        </span>
      </div>
      <Panel
        title={t("order.board")}
        note={asked.data ? t("desk.count", { n: asked.hasNextPage ? `${items.length}+` : total }) : null}
        className="grow"
      >
        <div className="scroll">
          <FourStates asked={asked} empty={() => items.length === 0} emptyText={t("order.empty")} rows={10}>
            {() => (
              <>
                <OrderTable rows={items} cursor={cursor.at} onCursor={cursor.set} onOpen={show} />
                <More
                  shown={items.length}
                  total={total}
                  more={asked.hasNextPage}
                  busy={asked.isFetchingNextPage}
                  next={() => void asked.fetchNextPage()}
                />
              </>
            )}
          </FourStates>
        </div>
      </Panel>
      {open ? <OrderDrawer id={open} close={() => show(undefined)} /> : null}
    </div>
  );
}

export function OrderTable(props: {
  rows: OrderRow[];
  cursor?: number;
  onCursor?: (at: number) => void;
  onOpen?: (id: Uuid) => void;
  short?: boolean;
  /** The page itself says which reports these are of. */
  ofKnownReport?: boolean;
}) {
  const { t, code, pick, lang } = useWords();
  return (
    <table className="t" data-testid="orders">
      <thead>
        <tr>
          <th>{t("order.kind")}</th>
          <th>{t("tree.account")}</th>
          <th className="n">{t("pay.amount")}</th>
          <th className="n">{t("figure.bankHolds")}</th>
          <th>{t("tree.state")}</th>
          <th>{t("tree.due")}</th>
          <th>{t("order.waiting")}</th>
          {props.short ? null : <th className="wrap">{t("order.people")}</th>}
          {props.short || props.ofKnownReport ? null : <th>{t("golden.report")}</th>}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((o, i) => (
          <tr
            key={o.id}
            className={`row ${i === props.cursor ? "cursor" : ""}`}
            data-kind={o.kind}
            data-state={o.state}
            onClick={() => props.onCursor?.(i)}
            onDoubleClick={() => props.onOpen?.(o.id)}
          >
            <td>
              <button type="button" className="link" tabIndex={-1} onClick={() => props.onOpen?.(o.id)}>
                {code("orderKind", o.kind)}
              </button>
              <span className="sub num">{o.number}</span>
            </td>
            <td>
              <Account holder={o.holder_masked} tail={o.number_tail} />
              <span className="sub">{o.bank_name}</span>
            </td>
            <td className="n">
              <Money amount={o.amount} />
            </td>
            <td className="n">
              <Money amount={o.held} />
            </td>
            <td>
              <ToneTag tone={o.tone}>{pick(o, "state_text")}</ToneTag>
              {o.awaits_confirmation ? <span className="sub near">{t("order.awaitsConfirmation")}</span> : null}
              {o.confirmation_refused != null ? (
                <span className="sub red">{t("order.confirmationRefused")}</span>
              ) : null}
              {o.hub_code && o.state === "hub_refused" ? (
                <span className="sub">
                  {t("order.hubSaid")} <span className="num">{o.hub_code}</span>
                </span>
              ) : null}
              {o.result_code && o.tone === "bad" ? (
                <span className="sub">{lang === "zh" ? o.result_text : o.result_text_en}</span>
              ) : null}
            </td>
            <td>
              {o.due_at ? (
                <>
                  <Countdown due={o.due_at} urgent />
                  <span className="sub">
                    {code("due", o.due_kind)} {o.kind === "freeze" ? <Time at={o.due_at} full /> : null}
                  </span>
                </>
              ) : (
                <span className="dim">—</span>
              )}
            </td>
            <td>
              {o.sent_at && !o.answered_at ? (
                <Elapsed since={o.sent_at} />
              ) : o.answered_at ? (
                <Time at={o.answered_at} />
              ) : (
                <span className="dim">—</span>
              )}
            </td>
            {props.short ? null : (
              <td className="wrap">
                {o.requested_by} → {o.under_policy ? t("order.policy") : (o.approved_by ?? "—")}
              </td>
            )}
            {props.short || props.ofKnownReport ? null : (
              <td>
                <Link to="/golden/$id" params={{ id: o.report_id }} className="num" tabIndex={-1}>
                  {o.report_number}
                </Link>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What went over the wire and came back, by its addresses; bodies hold citizens' data and stay out of the screen. */
function Messages(props: { messages: OrderDetail["messages"] }) {
  const { t } = useWords();
  if (props.messages.length === 0) return <div className="pad dim">{t("order.noMessages")}</div>;
  return (
    <table className="t">
      <tbody>
        {props.messages.map((m) => (
          <tr key={m.direction + m.trans_serial + m.digest}>
            <td>{m.direction === "out" ? "→" : "←"}</td>
            <td className="num">{m.tx_code}</td>
            <td>
              <Time at={m.at} full />
            </td>
            <td className="wrap">
              <span className="num dim">{m.trans_serial}</span>
              {m.note ? <span className="sub">{m.note}</span> : null}
            </td>
            <td className="num dim" title={m.digest}>
              {m.digest.slice(0, 8)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function OrderDrawer(props: { id: Uuid; close: () => void }) {
  const { t, code, pick, lang } = useWords();
  const order = useQuery({
    queryKey: ["order", props.id],
    queryFn: () => must(client.GET("/api/orders/{id}", { params: { path: { id: props.id } } })),
  });
  useActions([{ id: "order-close", label: t("do.close"), keys: "Escape", run: props.close }], { closed: true });
  return (
    <Drawer
      open
      onClose={props.close}
      size={560}
      title={order.data ? `${code("orderKind", order.data.kind)} ${order.data.number}` : ""}
      styles={{ body: { padding: 0 } }}
    >
      <FourStates asked={order}>
        {(o) => (
          <>
            <dl className="kv pad">
              <dt>{t("tree.account")}</dt>
              <dd>
                {o.account_id ? (
                  <Link to="/accounts/$id" params={{ id: o.account_id }}>
                    <Account holder={o.holder_masked} tail={o.number_tail} />
                  </Link>
                ) : (
                  <Account holder={o.holder_masked} tail={o.number_tail} />
                )}{" "}
                · {o.bank_name}
              </dd>
              <dt>{t("order.applicationId")}</dt>
              <dd className="num">{o.application_id}</dd>
              <dt>{t("tree.state")}</dt>
              <dd>
                <ToneTag tone={o.tone}>{pick(o, "state_text")}</ToneTag>{" "}
                {o.result_text ? <span>{lang === "zh" ? o.result_text : o.result_text_en}</span> : null}
                {o.unsent ? (
                  <span className="err" role="alert">
                    {lang === "zh" ? o.unsent.mend_zh : o.unsent.mend_en}
                  </span>
                ) : null}
              </dd>
              <dt>{t("figure.bankHolds")}</dt>
              <dd>
                <Money amount={o.held} /> {o.due_at ? <Countdown due={o.due_at} urgent /> : null}
              </dd>
              <dt>{t("order.reason")}</dt>
              <dd>{o.reason || <span className="dim">—</span>}</dd>
              <dt>{t("order.people")}</dt>
              <dd>
                {o.requested_by} → {o.under_policy ? t("order.policy") : (o.approved_by ?? "—")}
              </dd>
              {o.confirmation_refused != null ? (
                <>
                  <dt className="red">{t("order.confirmationRefused")}</dt>
                  <dd>{o.confirmation_refused}</dd>
                </>
              ) : null}
              <dt>{t("order.attempts")}</dt>
              <dd className="num">{o.attempts}</dd>
            </dl>
            <div className="pad">
              <Decide subject="order" id={o.id} can={o.can} within done={props.close} />
            </div>
            {o.account_id && FOLLOWED.has(o.kind) ? (
              <>
                <h2 className="bar">{t("order.followUps")}</h2>
                <OrderActs report={o.report_id} account={o.account_id} order={o.id} within />
              </>
            ) : null}
            <Documents subject={o.id} rows={o.documents} within />
            <h2 className="bar">{t("order.messages")}</h2>
            <Messages messages={o.messages} />
          </>
        )}
      </FourStates>
    </Drawer>
  );
}
