/** 审批. What waits for this person's decision, with the evidence on screen; one key decides. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, must } from "../../api/client";
import type { ApprovalItem } from "../../api/types";
import { Decide } from "../../parts/Decide";
import { FourStates } from "../../parts/FourStates";
import { Countdown, Money, Panel, Time } from "../../parts/shown";
import { useWords } from "../../words";
import { OrderTable } from "../orders/OrdersPage";

export function ApprovalsPage() {
  const { t } = useWords();
  const asked = useQuery({ queryKey: ["approvals"], queryFn: () => must(client.GET("/api/approvals")) });
  const items = asked.data?.items ?? [];
  const cursor = useCursor(items.length);
  const current = items[cursor.at];
  useActions(cursor.actions);
  return (
    <div className="page">
      <div className="bar-row">
        <h1>{t("nav.approvals")}</h1>
        <span className="dim">{t("approval.note")}</span>
      </div>
      <FourStates asked={asked} empty={(d) => d.items.length === 0} emptyText={t("approval.empty")}>
        {() => (
          <div className="two">
            <Panel title={t("approval.waiting")} note={items.length}>
              <div className="scroll" data-testid="approvals">
                {items.map((item, i) => (
                  <Waiting key={item.id} item={item} cursor={i === cursor.at} onClick={() => cursor.set(i)} />
                ))}
              </div>
            </Panel>
            {current ? <Evidence key={current.id} item={current} /> : null}
          </div>
        )}
      </FourStates>
    </div>
  );
}

function Waiting(props: { item: ApprovalItem; cursor: boolean; onClick: () => void }) {
  const { t, pick } = useWords();
  const { item } = props;
  return (
    <button type="button" className={props.cursor ? "item cursor" : "item"} onClick={props.onClick}>
      <span className="line">
        <b>{pick(item, "title")}</b>
        <span className="r">
          <Countdown due={item.due_at} urgent />
        </span>
      </span>
      <small>
        {t("approval.requested", { who: item.requested_by })} <Time at={item.requested_at} />
        {item.amount ? (
          <>
            {" · "}
            <Money amount={item.amount} />
          </>
        ) : null}
      </small>
    </button>
  );
}

function Evidence(props: { item: ApprovalItem }) {
  const { t, pick } = useWords();
  const { item } = props;
  return (
    <Panel
      title={pick(item, "title")}
      right={
        <Link to="/golden/$id" params={{ id: item.report_id }}>
          {t("nav.golden")} <span className="num">{item.report_number}</span>
        </Link>
      }
    >
      <div className="scroll">
        <dl className="kv pad">
          {item.evidence.map((e) => (
            <Line key={e.label_zh} term={pick(e, "label")} value={e.value} />
          ))}
        </dl>
        {item.orders.length > 0 ? (
          <>
            <h2 className="bar">
              {t("nav.orders")}
              <span className="note">{item.orders.length}</span>
            </h2>
            <OrderTable rows={item.orders} short />
          </>
        ) : null}
        {item.narrative ? (
          <>
            <h2 className="bar">{t("golden.narrative")}</h2>
            <div className="pad narrative">{item.narrative}</div>
          </>
        ) : null}
      </div>
      <div className="pad">
        {item.can.length === 0 ? <div className="dim">{pick(item, "blocked")}</div> : null}
        <Decide subject={item.subject} id={item.id} can={item.can} />
      </div>
    </Panel>
  );
}

function Line(props: { term: string; value: string }) {
  return (
    <>
      <dt>{props.term}</dt>
      <dd>{props.value}</dd>
    </>
  );
}
