/**
 * 资金流向. Where the money of one report went: list, Sankey and network of one selection, by a doctrine, at an instant,
 * and what would be there had an account been stopped. The page composes; `model`, `graph` and `view` prepare.
 */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { App, Skeleton } from "antd";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { Flow, FlowAccount, Uuid } from "../../api/types";
import { Choice } from "../../parts/Choice";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Money, Panel, Time } from "../../parts/shown";
import { useWords } from "../../words";
import { rememberGolden } from "../golden/last";
import { MoneyBar } from "../golden/parts";
import "./flow.css";
import { Detail } from "./Detail";
import { VICTIMS } from "./drawing";
import { SheetDialog, usePaper, usePicture } from "./exports";
import { List } from "./List";
import { type Line, lineKey, linesOf, PAGE, passes, pickedOf, stepMoment, uncovered } from "./model";
import { Slider } from "./Slider";
import { useView, type Viewing } from "./useView";
import {
  altered,
  blockedBy,
  chosenDoctrine,
  DOCTRINES,
  doctrineOf,
  type FlowSearch,
  LOOKS,
  type Local,
  lookOf,
  questionOf,
  STATES,
  stopsOf,
  viewNamed,
  withStop,
} from "./view";

const Sankey = lazy(() => import("./Sankey").then((m) => ({ default: m.Sankey })));
const Network = lazy(() => import("./Network").then((m) => ({ default: m.Network })));

export function FlowPage() {
  const { id } = useParams({ from: "/golden/$id/flow" });
  return <OfReport key={id} id={id} />;
}

function OfReport(props: { id: Uuid }) {
  const { id } = props;
  const address = useSearch({ from: "/golden/$id/flow" });
  const viewing = useView(id, address);
  const question = questionOf(viewing.view.search);
  rememberGolden(id);
  const asked = useQuery({
    queryKey: ["flow", id, question],
    queryFn: () => must(client.GET("/api/reports/{id}/flow", { params: { path: { id }, query: question } })),
    placeholderData: keepPreviousData,
  });
  // When a new question fails, the last answer stays in sight, under a note that it is not the new one.
  const last = useRef<Flow | undefined>(undefined);
  last.current = asked.data ?? last.current;
  return (
    <FourStates asked={{ ...asked, data: last.current }} rows={12}>
      {(flow) => <Shown flow={flow} viewing={viewing} busy={asked.isPlaceholderData} />}
    </FourStates>
  );
}

/** Sends what was chosen: an extended stop under one approval, or queries one by one. */
function useOrders(flow: Flow, search: FlowSearch) {
  const { t, code } = useWords();
  const { message } = App.useApp();
  const refresh = ["flow", "golden", "orders", "approvals", "counts", "hold"];
  const extend = useCommand(
    (ids: Uuid[], key) =>
      must(
        client.POST("/api/reports/{id}/extend", {
          params: { path: { id: flow.report_id } },
          body: { account_ids: ids, view: viewNamed(search) },
          ...intent(key),
        }),
      ),
    { refresh, onDone: () => void message.success(t("golden.extended")) },
  );
  const query = useCommand(
    (input: { kind: string; account: Uuid }, key) =>
      must(
        client.POST("/api/orders", {
          body: {
            report_id: flow.report_id,
            kind: input.kind,
            account_id: input.account,
            reason: code("orderKind", input.kind),
            view: viewNamed(search),
          },
          ...intent(key),
        }),
      ),
    { refresh, onDone: () => void message.success(t("golden.sent")) },
  );
  return { extend, query, problem: extend.problem ?? query.problem };
}

function Shown(props: { flow: Flow; viewing: Viewing; busy: boolean }) {
  const { t, code } = useWords();
  const { flow, viewing, busy } = props;
  const { view, change, arrange, both } = viewing;
  const { search, local } = view;
  const navigate = useNavigate();
  const look = lookOf(search);
  // What the list and the drawings are made from: not the selection, which must cost nothing with thousands of accounts.
  const { state, victim, sort } = search;
  const filter = useMemo(() => altered({}, { state, victim, sort }), [state, victim, sort]);
  const lines = useMemo(() => linesOf(flow, filter, local), [flow, filter, local]);
  const selected = flow.accounts.find((a) => a.id === search.sel);
  const picked = useMemo(() => new Set(pickedOf(flow, local)), [flow, local]);
  const orders = useOrders(flow, search);
  const blocked = blockedBy(search, flow, busy);
  const picture = useRef<(() => string | null | Promise<string | null>) | null>(null);
  const ready = useCallback((make: () => string | null | Promise<string | null>) => {
    picture.current = make;
  }, []);
  const [sheet, setSheet] = useState(false);
  const paper = usePaper(flow, search);
  const png = usePicture(flow, picture);
  // Fetched in quiet, so that a lost connection takes no drawing away.
  useEffect(() => {
    void import("./Sankey").catch(() => undefined);
    void import("./Network").catch(() => undefined);
  }, []);

  const select = useCallback(
    (id: string) => both({ sel: id }, (l) => uncovered(flow, filter, l, id)),
    [both, flow, filter],
  );
  const cursorTo = useCallback((key: string) => change({ sel: key }), [change]);
  const toggle = useCallback((line: Line) => arrange((l) => toggled(l, line)), [arrange]);
  const pick = useCallback(
    (account: FlowAccount) =>
      arrange((l) => {
        const next = new Set(pickedOf(flow, l));
        if (!next.delete(account.id)) next.add(account.id);
        return { picked: next };
      }),
    [arrange, flow],
  );
  const pickById = useCallback(
    (id: string) => {
      const account = flow.accounts.find((a) => a.id === id);
      if (account?.proposable) pick(account);
    },
    [flow, pick],
  );
  const stepTo = (by: 1 | -1) => {
    const at = stepMoment(flow.moments, search.until, by);
    if (at !== undefined) change({ until: at ?? undefined }, "moments");
  };
  const instant = (until: string | undefined) => change({ until });

  const stops = stopsOf(search);
  const stop = stops.find((s) => s.account === selected?.account_id);
  const whatIfAt = search.until ?? selected?.first_at;
  const whatIf = () => {
    if (!selected?.account_id) return;
    if (stop) change(withStop(search, selected.account_id, null));
    else if (whatIfAt) change(withStop(search, selected.account_id, whatIfAt));
  };
  const moveStop = (by: 1 | -1) => {
    const one = stop ?? stops.at(-1);
    const at = one && stepMoment(flow.moments, one.at, by);
    if (one && at) change(withStop(search, one.account, at), "stop");
  };

  const accountsPicked = flow.accounts.filter((a) => picked.has(a.id)).flatMap((a) => a.account_id ?? []);
  const here = lines.findIndex((l) => lineKey(l) === search.sel);
  const current = lines[here];
  const walk = (by: number) => {
    const next = lines[Math.max(0, Math.min(lines.length - 1, here < 0 ? 0 : here + by))];
    if (next) change({ sel: lineKey(next) }, "walk");
  };
  const cycle = (all: readonly string[], now: string) => all[(all.indexOf(now) + 1) % all.length];

  const extend: Action = {
    id: "extend",
    label: t("flow.extend", { n: accountsPicked.length }),
    keys: "Enter",
    right: RIGHT.orderDraft,
    when: blocked === null && accountsPicked.length > 0,
    because: t(blocked ?? "golden.pickFirst"),
    busy: orders.extend.busy,
    tone: "primary",
    run: () => orders.extend.fire(accountsPicked),
  };
  const asks = (kind: string, keys: string): Action => ({
    id: kind,
    label: code("orderKind", kind),
    keys,
    right: RIGHT.orderDraft,
    when: blocked === null && selected?.account_id != null && !selected.exit,
    because: blocked ? t(blocked) : undefined,
    busy: orders.query.busy,
    run: () => selected?.account_id && orders.query.fire({ kind, account: selected.account_id }),
  });
  const queryTransactions = asks("query_transactions", "q");
  const queryHolder = asks("query_holder", "h");
  const exportSheet: Action = {
    id: "export-sheet",
    label: t("flow.exportSheet"),
    keys: "x",
    right: RIGHT.personalReveal,
    when: flow.accounts.length > 0,
    run: () => setSheet(true),
  };
  const exportPaper: Action = {
    id: "export-paper",
    label: t("flow.exportPaper"),
    keys: "p",
    right: RIGHT.documentPrepare,
    when: flow.accounts.length > 0,
    busy: paper.busy,
    run: paper.fire,
  };
  const exportPicture: Action = {
    id: "export-picture",
    label: t("flow.exportPicture"),
    keys: "i",
    when: look !== "tree" && flow.accounts.length > 0,
    because: t("flow.pictureWhere"),
    run: png,
  };
  const undo: Action = { id: "undo", label: t("flow.undo"), keys: "Ctrl+z", when: viewing.canUndo, run: viewing.undo };
  const redo: Action = { id: "redo", label: t("flow.redo"), keys: "Ctrl+y", when: viewing.canRedo, run: viewing.redo };
  useActions([
    { id: "down", label: t("do.down"), keys: "j", when: lines.length > 0, run: () => walk(1) },
    { id: "up", label: t("do.up"), keys: "k", when: lines.length > 0, run: () => walk(-1) },
    {
      id: "pick",
      label: t("golden.pick"),
      keys: "Space",
      when: blocked === null && selected?.proposable === true,
      because: blocked ? t(blocked) : undefined,
      run: () => selected && pick(selected),
    },
    { id: "step-back", label: t("flow.stepBack"), keys: "ArrowLeft", run: () => stepTo(-1) },
    { id: "step-on", label: t("flow.stepOn"), keys: "ArrowRight", run: () => stepTo(1) },
    ...LOOKS.map((l, i) => ({
      id: `look-${l}`,
      label: t(`flow.look.${l}`),
      keys: String(i + 1),
      run: () => change({ look: l }),
    })),
    {
      id: "what-if",
      label: t(stop ? "flow.whatIfEnd" : "flow.whatIf"),
      keys: "w",
      when: selected?.account_id != null && !selected.exit,
      run: whatIf,
    },
    extend,
    {
      id: "doctrine",
      label: t("flow.nextDoctrine"),
      keys: "m",
      run: () => change({ doctrine: cycle(DOCTRINES, doctrineOf(search, flow.doctrine)) }),
    },
    {
      id: "toggle",
      label: t("flow.toggle"),
      keys: "e",
      when: current !== undefined && (current.is !== "account" || current.children > 0),
      run: () => current && toggle(current),
    },
    undo,
    redo,
    queryTransactions,
    queryHolder,
    exportSheet,
    exportPaper,
    exportPicture,
    {
      id: "earlier-stop",
      label: t("flow.stopEarlier"),
      keys: "[",
      when: stops.length > 0,
      run: () => moveStop(-1),
    },
    { id: "later-stop", label: t("flow.stopLater"), keys: "]", when: stops.length > 0, run: () => moveStop(1) },
    { id: "first", label: t("flow.first"), keys: "Home", run: () => instant(flow.moments[0]) },
    { id: "now", label: t("flow.now"), keys: "End", run: () => instant(undefined) },
    {
      id: "filter",
      label: t("flow.nextFilter"),
      keys: "s",
      run: () => {
        change({ state: cycle(["", ...STATES], search.state ?? "") || undefined });
      },
    },
    {
      id: "open-account",
      label: t("golden.openAccount"),
      keys: "o",
      when: selected?.account_id != null,
      run: () => selected?.account_id && void navigate({ to: "/accounts/$id", params: { id: selected.account_id } }),
    },
    {
      id: "to-golden",
      label: t("nav.golden"),
      keys: "t",
      run: () => void navigate({ to: "/golden/$id", params: { id: flow.report_id } }),
    },
    {
      id: "clear",
      label: t("flow.clear"),
      keys: "Escape",
      when: search.sel !== undefined || stops.length > 0,
      run: () => change(stops.length > 0 ? { stops: undefined } : { sel: undefined }),
    },
    { id: "down-arrow", label: t("do.down"), keys: "ArrowDown", when: lines.length > 0, run: () => walk(1) },
    { id: "up-arrow", label: t("do.up"), keys: "ArrowUp", when: lines.length > 0, run: () => walk(-1) },
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row moves when the cursor does
  useEffect(() => {
    document.querySelector(".flow-list .cursor")?.scrollIntoView({ block: "nearest" });
  }, [search.sel, look]);

  const drawing = {
    flow,
    search: filter,
    selected: selected?.id,
    picked,
    onSelect: select,
    onPick: pickById,
    ready,
  };
  const problem = orders.problem ?? paper.problem;
  const list = (
    <Panel
      title={t("flow.byHop")}
      note={t("flow.shown", {
        n: flow.accounts.filter((a) => passes(a, search)).length,
        m: flow.accounts.length,
      })}
      right={
        <>
          {picked.size > 0 ? t("golden.pickedCount", { n: picked.size }) : null}
          <ActionButton action={extend} size="small" />
        </>
      }
    >
      <div className="scroll">
        {flow.accounts.length === 0 ? (
          <div className="empty">{t("golden.noTree")}</div>
        ) : (
          <List
            flow={flow}
            lines={lines}
            search={filter}
            cursor={search.sel}
            picked={picked}
            narrow={look !== "tree"}
            onCursor={cursorTo}
            onToggle={toggle}
            onPick={pick}
            onSort={(sort) => change({ sort })}
          />
        )}
      </div>
    </Panel>
  );
  const detail = (
    <Panel
      title={selected ? t("flow.thisAccount") : t("flow.all")}
      right={
        selected ? (
          <>
            <ActionButton action={queryTransactions} size="small" text={t("flow.queryShort")} />
            <button type="button" className="link" onClick={() => change({ sel: undefined })}>
              {t("do.close")}
            </button>
          </>
        ) : null
      }
    >
      {problem ? (
        <div className="pad">
          <ProblemNote problem={problem} />
        </div>
      ) : null}
      <div className="scroll">
        <Detail flow={flow} account={selected} stop={stop} onSelect={select} onWhatIf={whatIf} whatIfAt={whatIfAt} />
      </div>
    </Panel>
  );
  return (
    <div className="flow" data-testid="flow" data-doctrine={flow.doctrine} data-busy={busy}>
      <Head flow={flow} busy={busy} exports={[exportSheet, exportPaper, exportPicture]} />
      <Tools flow={flow} search={search} viewing={viewing} undo={undo} redo={redo} />
      <Slider flow={flow} until={search.until} onInstant={instant} onStep={stepTo} />
      {flow.what_if ? (
        <WhatIf flow={flow} search={search} onMove={moveStop} onEnd={() => change({ stops: undefined })} />
      ) : null}
      <div className={`flow-body ${look}`}>
        {look === "tree" ? (
          <>
            {list}
            {detail}
          </>
        ) : (
          <>
            <div className="flow-side">
              {list}
              {detail}
            </div>
            <Panel
              title={t(`flow.look.${look}`)}
              note={t(look === "sankey" ? "flow.sankeyNote" : "flow.networkNote")}
              className="grow"
            >
              <div className="drawing">
                {flow.accounts.length === 0 ? (
                  <div className="empty">{t("golden.noTree")}</div>
                ) : (
                  <Suspense fallback={<Skeleton className="pad" active title={false} paragraph={{ rows: 8 }} />}>
                    {look === "sankey" ? <Sankey {...drawing} /> : <Network {...drawing} />}
                  </Suspense>
                )}
              </div>
            </Panel>
          </>
        )}
      </div>
      {sheet ? <SheetDialog flow={flow} search={search} close={() => setSheet(false)} /> : null}
    </div>
  );
}

/** Folds a branch, opens a group, or shows a page more. */
function toggled(local: Local, line: Line): Partial<Local> {
  if (line.is === "account") {
    const folded = new Set(local.folded);
    if (!folded.delete(line.account.id)) folded.add(line.account.id);
    return { folded };
  }
  const open = new Map(local.open);
  if (line.is === "group" && line.open) open.delete(line.key);
  else open.set(line.key, Math.max(open.get(line.key) ?? 0, line.is === "more" ? PAGE : 0) + PAGE);
  return { open };
}

function Head(props: { flow: Flow; busy: boolean; exports: Action[] }) {
  const { t } = useWords();
  const { flow } = props;
  return (
    <div className="strip flow-head">
      <div>
        <h1>
          {t("flow.title")}{" "}
          <Link to="/golden/$id" params={{ id: flow.report_id }} className="num">
            {flow.report_number}
          </Link>
        </h1>
        <small className="dim" data-testid="instant">
          {flow.live ? t("flow.asOfNow") : t("flow.asOf")} <Time at={flow.until} full={!flow.live} />
          {props.busy ? ` · ${t("flow.counting")}` : ""}
        </small>
      </div>
      <MoneyBar money={flow.money} />
      <div className="r">
        {props.exports.map((a) => (
          <ActionButton key={a.id} action={a} size="small" />
        ))}
      </div>
    </div>
  );
}

function Tools(props: { flow: Flow; search: FlowSearch; viewing: Viewing; undo: Action; redo: Action }) {
  const { t, code } = useWords();
  const { flow, search, viewing } = props;
  const { change } = viewing;
  const doctrine = doctrineOf(search, flow.doctrine);
  const chosen = chosenDoctrine(search) !== undefined;
  return (
    <div className="flow-tools">
      <Choice
        label={t("flow.look")}
        options={LOOKS}
        value={lookOf(search)}
        word={(l) => t(`flow.look.${l}`)}
        onChange={(l) => change({ look: l })}
      />
      <Choice
        label={t("flow.doctrine")}
        options={DOCTRINES}
        value={doctrine}
        word={(d) => code("doctrine", d)}
        hint={(d) => code("doctrineNote", d)}
        onChange={(d) => change({ doctrine: d })}
      />
      <span className="meaning dim" data-testid="doctrine-note" title={code("doctrineNote", doctrine)}>
        {chosen ? (
          <button type="button" className="link" onClick={() => change({ doctrine: undefined })}>
            {t("flow.backToCentre")}
          </button>
        ) : (
          t("flow.ofCentre")
        )}{" "}
        · {code("doctrineNote", doctrine)}
      </span>
      <span className="r">
        {flow.victims.length > 1 ? (
          <Choice
            label={t("flow.ofWhom")}
            options={["", ...flow.victims.map((_, i) => String(i))]}
            value={search.victim ?? ""}
            word={(v) =>
              v === "" ? (
                t("flow.everybody")
              ) : (
                <>
                  <i className="dot" style={{ background: VICTIMS[Number(v) % VICTIMS.length] }} />
                  {flow.victims[Number(v)]?.name_masked}
                </>
              )
            }
            onChange={(v) => change({ victim: v || undefined })}
          />
        ) : null}
        <Choice
          label={t("tree.state")}
          options={["", ...STATES]}
          value={search.state ?? ""}
          word={(s) => (s === "" ? t("list.all") : t(`flow.state.${s as (typeof STATES)[number]}`))}
          onChange={(s) => change({ state: s || undefined })}
        />
        <ActionButton action={props.undo} size="small" showKeys={false} text="↶" />
        <ActionButton action={props.redo} size="small" showKeys={false} text="↷" />
      </span>
    </div>
  );
}

/** What would be different; the truth stays beside it. */
function WhatIf(props: { flow: Flow; search: FlowSearch; onMove: (by: 1 | -1) => void; onEnd: () => void }) {
  const { t } = useWords();
  const { flow, search } = props;
  const said = flow.what_if;
  if (!said) return null;
  const names = stopsOf(search).map((s) => {
    const a = flow.accounts.find((x) => x.account_id === s.account);
    return t("flow.whatIfStop", {
      who: a ? `${a.holder_masked} …${a.number_tail.replace(/^.*[….*]/, "")}` : "",
      t: s.at.slice(11, 19),
    });
  });
  return (
    <div className="whatif" role="status" data-testid="what-if-result">
      <b>{t("flow.whatIf")}</b>
      <span>{names.join(t("flow.and"))}</span>
      <span title={t("flow.savedNote")}>
        {t("flow.saved")} <Money amount={said.saved} strong />
      </span>
      <span title={t("flow.keptNote")} data-testid="what-if-kept">
        {t("flow.kept")} <Money amount={said.kept} strong />
      </span>
      <span className="r">
        <button type="button" className="link" title="[" onClick={() => props.onMove(-1)}>
          {t("flow.stopEarlier")}
        </button>
        <button type="button" className="link" title="]" onClick={() => props.onMove(1)}>
          {t("flow.stopLater")}
        </button>
        <button type="button" className="link" onClick={props.onEnd}>
          {t("flow.whatIfEnd")}
        </button>
      </span>
    </div>
  );
}
