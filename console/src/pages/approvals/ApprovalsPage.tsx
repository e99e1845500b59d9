/**
 * 审批. What waits for this person's decision, with the evidence on screen; one key decides one, and several can be decided at
 * once, each of them seen. The page composes; `model` says what counts.
 */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Input } from "antd";
import { useEffect, useState } from "react";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { ApprovalItem, Decided, Evidence as Fact, Uuid } from "../../api/types";
import { Decide } from "../../parts/Decide";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { ORDER_STALE } from "../../parts/OrderDialog";
import { Countdown, Money, Panel, Time, ToneTag } from "../../parts/shown";
import { useWords } from "../../words";
import { counted, mayDecide, refusals, rowsOf, type Seen, toggled, wasSeen } from "./model";

export function ApprovalsPage() {
  const { t } = useWords();
  const asked = useQuery({ queryKey: ["approvals"], queryFn: () => must(client.GET("/api/approvals")) });
  const items = asked.data?.items ?? [];
  const cursor = useCursor(items.length);
  const current = items[cursor.at];
  const [seen, setSeen] = useState<Seen>(new Map());
  const [selected, setSelected] = useState<ReadonlySet<Uuid>>(new Set());
  const many = useMany(items, selected, seen, () => setSelected(new Set()));
  const pick: Action = {
    id: "select",
    label: t("approval.select"),
    keys: "Space",
    when: current !== undefined && mayDecide(current),
    run: () => current && setSelected(toggled(selected, current.id)),
  };
  useActions([...cursor.actions, pick, ...many.actions]);
  const see = (item: ApprovalItem) =>
    setSeen((all) => (wasSeen(all, item) ? all : new Map(all).set(item.id, item.stamp)));
  return (
    <div className="page">
      <div className="bar-row">
        <h1>{t("nav.approvals")}</h1>
        <span className="dim">{t("approval.note")}</span>
      </div>
      <FourStates asked={asked} empty={(d) => d.items.length === 0} emptyText={t("approval.empty")}>
        {() => (
          <div className="two approvals">
            <Panel title={t("approval.waiting")} note={items.length}>
              {selected.size > 0 ? <Bar many={many} selected={selected.size} /> : null}
              <ProblemNote problem={many.problem} />
              <div className="scroll" data-testid="approvals">
                {items.map((item, i) => (
                  <Waiting
                    key={item.id}
                    item={item}
                    cursor={i === cursor.at}
                    seen={wasSeen(seen, item)}
                    selected={selected.has(item.id)}
                    refused={many.refused.get(item.id)}
                    onOpen={() => cursor.set(i)}
                    onSelect={() => setSelected(toggled(selected, item.id))}
                  />
                ))}
              </div>
            </Panel>
            {current ? <Evidence key={current.id} item={current} onSeen={() => see(current)} /> : null}
          </div>
        )}
      </FourStates>
    </div>
  );
}

/** One act on the selected rows: those that were seen. What is refused stays, with its reason beside it. */
function useMany(items: ApprovalItem[], selected: ReadonlySet<Uuid>, seen: Seen, done: () => void) {
  const { t } = useWords();
  const [opinion, setOpinion] = useState("");
  const [refused, setRefused] = useState<ReadonlyMap<Uuid, Decided>>(new Map());
  const rows = counted(items, selected, seen);
  const decide = useCommand(
    (verb: "approve" | "reject", key) =>
      must(client.POST("/api/approvals/decide", { body: { verb, opinion, items: rowsOf(rows) }, ...intent(key) })),
    {
      refresh: [...ORDER_STALE, "case", "cases", "documents"],
      onDone: (answer) => {
        setRefused(refusals(answer.items));
        setOpinion("");
        done();
      },
    },
  );
  const unseen = selected.size - rows.length;
  const act = (verb: "approve" | "reject"): Action => ({
    id: `many-${verb}`,
    label: t(verb === "approve" ? "approval.approveMany" : "approval.rejectMany", { n: rows.length }),
    keys: verb === "approve" ? "Shift+A" : "Shift+X",
    tone: verb === "approve" ? "primary" : "danger",
    busy: decide.busy,
    when: rows.length > 0 && unseen === 0 && (verb === "approve" || opinion.trim() !== ""),
    because: unseen > 0 ? t("approval.unseen", { n: unseen }) : t("decide.needsReason"),
    run: () => decide.fire(verb),
  });
  return {
    actions: selected.size > 0 ? [act("approve"), act("reject")] : [],
    opinion,
    setOpinion,
    refused,
    problem: decide.problem,
    unseen,
  };
}

function Bar(props: { many: ReturnType<typeof useMany>; selected: number }) {
  const { t } = useWords();
  const { many } = props;
  return (
    <div className="pad" data-testid="approve-many">
      <div>
        {t("approval.selected", { n: props.selected })}
        {many.unseen > 0 ? <span className="near"> · {t("approval.unseen", { n: many.unseen })}</span> : null}
      </div>
      <div className="bar-row">
        <Input
          name="opinion-many"
          aria-label={t("decide.opinion")}
          placeholder={t("decide.opinionHint")}
          style={{ flex: 1, minWidth: 120 }}
          value={many.opinion}
          maxLength={500}
          onChange={(e) => many.setOpinion(e.target.value)}
          onKeyDown={(e) => e.key === "Escape" && e.currentTarget.blur()}
        />
        {many.actions.map((a) => (
          <ActionButton key={a.id} action={a} size="small" />
        ))}
      </div>
    </div>
  );
}

function Waiting(props: {
  item: ApprovalItem;
  cursor: boolean;
  seen: boolean;
  selected: boolean;
  refused: Decided | undefined;
  onOpen: () => void;
  onSelect: () => void;
}) {
  const { t, pick } = useWords();
  const { item } = props;
  return (
    <div className={props.cursor ? "item row cursor" : "item row"} data-subject={item.subject} data-seen={props.seen}>
      {mayDecide(item) ? (
        <input
          type="checkbox"
          checked={props.selected}
          onChange={props.onSelect}
          aria-label={`${t("approval.select")} ${pick(item, "title")}`}
        />
      ) : null}
      <button type="button" className="open" onClick={props.onOpen}>
        <span className="line">
          <b>{pick(item, "title")}</b>
          {props.seen ? null : <span className="unseen">{t("approval.notOpened")}</span>}
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
        {props.refused ? (
          <small className="red" role="alert">
            {pick(props.refused, "detail")}
          </small>
        ) : null}
      </button>
    </div>
  );
}

function Evidence(props: { item: ApprovalItem; onSeen: () => void }) {
  const { t, pick } = useWords();
  const { item, onSeen } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: seen anew when the row changes on screen
  useEffect(onSeen, [item.id, item.stamp]);
  return (
    <Panel
      title={pick(item, "title")}
      right={
        <Link to="/golden/$id" params={{ id: item.report_id }}>
          {t("nav.golden")} <span className="num">{item.report_number}</span>
        </Link>
      }
    >
      <div className="scroll" data-testid="evidence">
        <Facts facts={item.evidence} />
        {item.orders.map((o) => (
          <div key={o.id} className="evidence">
            <div className="pad">
              {o.account_id ? (
                <Link to="/accounts/$id" params={{ id: o.account_id }}>
                  <b>{o.holder_masked}</b> <span className="num">…{o.number_tail}</span>
                </Link>
              ) : null}{" "}
              <ToneTag tone={o.tone}>{pick(o, "state_text")}</ToneTag> <span className="sub num">{o.number}</span>
            </div>
            <Facts facts={o.evidence} />
          </div>
        ))}
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

function Facts(props: { facts: Fact[] }) {
  const { pick } = useWords();
  if (props.facts.length === 0) return null;
  return (
    <dl className="kv pad">
      {props.facts.map((fact) => (
        <Line key={fact.label_zh} term={pick(fact, "label")} value={pick(fact, "value")} tone={fact.tone} />
      ))}
    </dl>
  );
}

function Line(props: { term: string; value: string; tone: string }) {
  return (
    <>
      <dt>{props.term}</dt>
      <dd className={props.tone}>{props.value}</dd>
    </>
  );
}
