/** 值班台. The queue of reports, the most urgent first; one key takes the next one and locks it for a while. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { App } from "antd";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { ReportRow, Uuid } from "../../api/types";
import { spanText, useNow } from "../../clock/serverClock";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Filters, More, usePages } from "../../parts/Pager";
import { Countdown, Elapsed, Money, Panel, Time, ToneTag } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";
import { BankReports } from "./BankReports";
import { holder, rowTone } from "./model";
import { PacePanel } from "./Pace";

const STATES = ["open", "dispatched", "acknowledged", "accepted", "closed"] as const;

export function DeskPage() {
  const { t, code } = useWords();
  const { message } = App.useApp();
  const filter = useSearch({ from: "/desk" });
  const navigate = useNavigate();
  const { asked, items, total } = usePages(["reports", filter], (cursor) =>
    must(client.GET("/api/reports", { params: { query: { ...filter, ...(cursor ? { cursor } : {}), limit: 50 } } })),
  );
  const cursor = useCursor(items.length);
  const current = items[cursor.at];
  const open = (id: Uuid) => void navigate({ to: "/golden/$id", params: { id } });

  const next = useCommand((_: undefined, key) => must(client.POST("/api/reports/take-next", intent(key))), {
    refresh: ["reports"],
    onDone: (answer) => (answer.report ? open(answer.report.id) : void message.info(t("desk.noneToTake"))),
  });
  const lock = useCommand(
    (input: { id: Uuid; on: boolean }, key) => {
      const options = { params: { path: { id: input.id } }, ...intent(key) };
      return must(
        input.on ? client.POST("/api/reports/{id}/lock", options) : client.DELETE("/api/reports/{id}/lock", options),
      );
    },
    { refresh: ["reports"] },
  );
  const take: Action = {
    id: "take-next",
    label: t("desk.takeNext"),
    keys: "t",
    right: RIGHT.reportTake,
    tone: "primary",
    busy: next.busy,
    run: () => next.fire(undefined),
  };
  const create: Action = {
    id: "new",
    label: t("frame.newReport"),
    keys: "n",
    right: RIGHT.reportCreate,
    run: () => void navigate({ to: "/intake" }),
  };
  useActions([
    ...cursor.actions.slice(0, 2),
    {
      id: "open",
      label: t("do.open"),
      keys: "Enter",
      when: current !== undefined,
      run: () => current && open(current.id),
    },
    take,
    create,
    {
      id: "lock",
      label: t("desk.lock"),
      keys: "l",
      right: RIGHT.reportTake,
      when: current !== undefined,
      run: () => current && lock.fire({ id: current.id, on: true }),
    },
    {
      id: "unlock",
      label: t("desk.unlock"),
      keys: "u",
      right: RIGHT.reportTake,
      when: current?.lock != null,
      run: () => current && lock.fire({ id: current.id, on: false }),
    },
    ...cursor.actions.slice(2),
  ]);

  return (
    <div className="page">
      <div className="bar-row">
        <h1>{t("nav.desk")}</h1>
        <Filters
          options={STATES}
          value={STATES.find((s) => s === filter.state)}
          all={t("list.all")}
          label={(s) => code("reportState", s)}
          onChange={(state) => void navigate({ to: "/desk", search: { ...filter, state } })}
        />
        <span className="r">
          <ActionButton action={create} />
          <ActionButton action={take} />
        </span>
      </div>
      <ProblemNote problem={next.problem ?? lock.problem} />
      <BankReports />
      <PacePanel />
      <Panel title={t("desk.queue")} note={asked.data ? t("desk.count", { n: total }) : null} className="grow">
        <div className="scroll">
          <FourStates asked={asked} empty={() => items.length === 0} emptyText={t("desk.empty")} rows={10}>
            {() => (
              <>
                <Queue rows={items} cursor={cursor.at} onCursor={cursor.set} onOpen={open} />
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
    </div>
  );
}

function Queue(props: {
  rows: ReportRow[];
  cursor: number;
  onCursor: (at: number) => void;
  onOpen: (id: Uuid) => void;
}) {
  const { t } = useWords();
  return (
    <table className="t" data-testid="queue">
      <thead>
        <tr>
          <th>{t("desk.number")}</th>
          <th>{t("desk.reportedAt")}</th>
          <th>{t("desk.sincePayment")}</th>
          <th>{t("desk.category")}</th>
          <th>{t("desk.victim")}</th>
          <th>{t("desk.area")}</th>
          <th className="n">{t("desk.amount")}</th>
          <th className="n">{t("desk.held")}</th>
          <th className="n">{t("desk.firstOrder")}</th>
          <th>{t("desk.state")}</th>
          <th>{t("desk.nextDue")}</th>
          <th>{t("desk.lockedBy")}</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row, i) => (
          <QueueLine
            key={row.id}
            row={row}
            cursor={i === props.cursor}
            onCursor={() => props.onCursor(i)}
            onOpen={() => props.onOpen(row.id)}
          />
        ))}
      </tbody>
    </table>
  );
}

function QueueLine(props: { row: ReportRow; cursor: boolean; onCursor: () => void; onOpen: () => void }) {
  const { code } = useWords();
  const { row } = props;
  return (
    <tr className={props.cursor ? "row cursor" : "row"} onClick={props.onCursor} onDoubleClick={props.onOpen}>
      <td>
        <button type="button" className="link num" tabIndex={-1} onClick={props.onOpen}>
          {row.number}
        </button>
      </td>
      <td>
        <Time at={row.reported_at} />
      </td>
      <td>{row.latest_payment_at ? <Elapsed since={row.latest_payment_at} /> : <span className="dim">—</span>}</td>
      <td>{code("category", row.category) || <span className="dim">—</span>}</td>
      <td>{row.victim_masked}</td>
      <td>{row.area_name}</td>
      <td className="n">
        <Money amount={row.amount} />
      </td>
      <td className="n">
        <Money amount={row.held} />
      </td>
      <td className="n num">
        {row.first_order_seconds === null || row.first_order_seconds === undefined ? (
          <span className="dim">—</span>
        ) : (
          spanText(row.first_order_seconds * 1000)
        )}
      </td>
      <td>
        <ToneTag tone={rowTone(row)}>{code("reportState", row.state)}</ToneTag>
      </td>
      <td>
        {row.next_due_at ? (
          <>
            <span className="dim">{code("due", row.next_due_kind)}</span> <Countdown due={row.next_due_at} urgent />
          </>
        ) : (
          <span className="dim">—</span>
        )}
      </td>
      <td>
        <Held row={row} />
      </td>
    </tr>
  );
}

function Held(props: { row: ReportRow }) {
  const { t } = useWords();
  const { session } = useSession();
  const now = useNow();
  const { lock } = props.row;
  const who = holder(lock ?? null, session.user.id, now);
  if (who === "free" || !lock) return <span className="dim">—</span>;
  return (
    <span>
      {who === "mine" ? t("desk.mine") : lock.owner_name}{" "}
      <span className="dim">
        <Countdown due={lock.expires_at} />
      </span>
    </span>
  );
}
