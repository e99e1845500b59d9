/**
 * 接警. The form in speaking order; what is typed is kept as a draft with every change; what is recognised is offered;
 * Ctrl+Enter registers the report and sends the stop.
 */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { App } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { RIGHT } from "../../access/access";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { Keys } from "../../actions/Keys";
import { useActions } from "../../actions/useActions";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import { Problem } from "../../api/problem";
import type { Draft, Entity, Rows, StopRefused } from "../../api/types";
import { isoCst, serverNow } from "../../clock/serverClock";
import { type DraftHandle, useDraft } from "../../draft/autosave";
import { Failed, FourStates } from "../../parts/FourStates";
import { groupYuan, Panel, Time } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";
import { addPayment, addVictim, emptyForm, formFrom, type IntakeForm, put } from "./form";
import { NarrativeField, Offers, usePlaceName } from "./Narrative";
import { HowDialog, PaymentRows } from "./PaymentRows";
import { CallCard, CallerFields, Duplicates, OffenceFields, VictimFields } from "./parts";
import { pieces, setPieceAside, takePiece as takePersonPiece } from "./people";
import {
  nextRow,
  type Proposal,
  proposals,
  reread,
  type Sums,
  setRowAside,
  sumConfirmed,
  sums,
  type Taken,
  takePiece,
  takeRow,
} from "./rows";
import { UnplacedLine } from "./UnplacedLine";
import { unplaced, unplacedSeen } from "./unplaced";
import { duplicateQuery, formPath, toldAt, toWire } from "./wire";

export function IntakePage() {
  const { draft } = useSearch({ from: "/intake" });
  // The draft this form made itself is not loaded again when its id comes into the address.
  const own = useRef<{ id: string; key: string } | null>(null);
  const [fresh, setFresh] = useState(0);
  const mine = draft !== undefined && own.current?.id === draft;
  useEffect(() => {
    if (draft === undefined && own.current) {
      own.current = null;
      setFresh((n) => n + 1);
    }
  }, [draft]);
  const loaded = useQuery({
    queryKey: ["draft", draft],
    queryFn: () => must(client.GET("/api/drafts/{id}", { params: { path: { id: draft ?? "" } } })),
    enabled: draft !== undefined && !mine,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const key = mine ? (own.current?.key ?? "") : (draft ?? `new-${fresh}`);
  const adopt = (id: string) => {
    own.current = { id, key };
  };
  if (draft === undefined || mine) return <Form key={key} draft={null} adopt={adopt} />;
  return <FourStates asked={loaded}>{(data) => <Form key={key} draft={data} adopt={adopt} />}</FourStates>;
}

function useSettledValue<T>(value: T, wait_ms: number): T {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), wait_ms);
    return () => clearTimeout(timer);
  }, [value, wait_ms]);
  return settled;
}

/** What the server read in a narrative, with the text that it read. */
interface Reading {
  text: string;
  entities: Entity[];
  rows: Rows;
}

/** The newest reading; it is of the text that is on screen now or of the one a moment ago. */
function useReading(narrative: string, told_ms: number | null): Reading | null {
  const text = useSettledValue(narrative, 200);
  const at = told_ms === null ? null : isoCst(told_ms);
  const asked = useQuery({
    queryKey: ["extract", text, at],
    queryFn: async (): Promise<Reading> => {
      const found = await must(client.POST("/api/extract", { body: at === null ? { text } : { text, at } }));
      return { text, entities: found.entities, rows: found.rows };
    },
    enabled: text.trim().length >= 2,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return asked.data ?? null;
}

/** The pieces of a reading that still stand in the text on screen. */
function useStanding(reading: Reading | null, narrative: string): Entity[] {
  return useMemo(() => {
    const points = [...narrative];
    return (reading?.entities ?? []).filter(
      (e) => points.slice(e.start, e.start + [...e.text].length).join("") === e.text,
    );
  }, [reading, narrative]);
}

function useDuplicates(form: IntakeForm) {
  const text = JSON.stringify(duplicateQuery(form));
  const settled = useSettledValue(text, 500);
  const body = JSON.parse(settled) as ReturnType<typeof duplicateQuery>;
  const any = body.phones.length + body.accounts.length + body.id_numbers.length > 0 || body.narrative !== "";
  return useQuery({
    queryKey: ["duplicates", settled],
    queryFn: () => must(client.POST("/api/reports/duplicates", { body })),
    enabled: any,
    placeholderData: (before) => before,
    gcTime: 0,
  });
}

function useCall(seat: string | null) {
  const asked = useQuery({
    queryKey: ["call", seat],
    queryFn: () => must(client.GET("/api/calls/current", { params: { query: { seat: seat ?? "" } } })),
    enabled: seat !== null,
    retry: false,
  });
  return asked.data?.call ?? null;
}

function useSubmit(form: IntakeForm, draft: DraftHandle, sum: Sums) {
  const { t, pick, code } = useWords();
  const { session } = useSession();
  const { notification } = App.useApp();
  const navigate = useNavigate();
  return useCommand(
    async (send_stops: boolean, key) => {
      const id = await draft.flush();
      const body = toWire(form, session.seat ?? "", serverNow() ?? 0, id, send_stops, sum);
      return must(client.POST("/api/reports", { body, ...intent(key) }));
    },
    {
      refresh: ["reports", "counts", "orders", "drafts", "call", "bank-reports"],
      onDone: (made) => {
        draft.end();
        for (const stop of made.refused) {
          // The report stands, a stop of it does not: that must not be overlooked.
          notification.warning({
            key: stop.account_id ?? stop.payment_id,
            title: t(refusedTitle(stop)),
            description: stop.account_id
              ? `${stop.bank_name} ${stop.holder_masked} …${stop.number_tail}：${pick(stop, "detail")}`
              : `${code("how", stop.how)} ${groupYuan(stop.amount)}：${pick(stop, "detail")}`,
            duration: 0,
          });
        }
        void navigate({ to: "/golden/$id", params: { id: made.report.id } });
      },
    },
  );
}

/** An account that is held already is no failure of its stop. */
function refusedTitle(stop: StopRefused) {
  if (!stop.account_id) return "intake.noAccount";
  return stop.mend === "none_needed" ? "intake.stopHeld" : "intake.stopRefused";
}

/** The payment row that is being typed in, else the last one. */
function rowInFocus(form: IntakeForm): number {
  const row = document.activeElement?.closest<HTMLElement>("[data-payment]")?.dataset.payment;
  return row === undefined ? form.payments.length - 1 : Number(row);
}

function focusField(path: string): void {
  document.querySelector<HTMLElement>(`[data-field="${path}"] input, [name="${path}"]`)?.focus();
}

/** The server's problems, with rows counted as the form counts them. */
function localised(problem: Problem | null, form: IntakeForm, send_stops: boolean): Problem | null {
  if (!problem) return null;
  return new Problem({
    status: problem.status,
    code: problem.code,
    detail_zh: problem.detail_zh,
    detail_en: problem.detail_en,
    retry: problem.retry,
    problems: problem.problems.map((p) => ({ ...p, field: formPath(form, p.field, send_stops) })),
  });
}

function Form(props: { draft: Draft | null; adopt: (id: string) => void }) {
  const { t } = useWords();
  const { session } = useSession();
  const navigate = useNavigate();
  const [form, setForm] = useState<IntakeForm>(() => (props.draft ? formFrom(props.draft.body) : emptyForm()));
  const now_ms = serverNow() ?? 0;
  const told_ms = toldAt(form, now_ms);
  const reading = useReading(form.narrative, form.told_at === "" ? serverNow() : told_ms);
  const entities = useStanding(reading, form.narrative);
  const rows = reading && reading.text === form.read ? reading.rows : null;
  const offered = proposals(form, rows, now_ms);
  const people = pieces(form, entities, rows);
  const sum = sums(form, rows);
  const left = unplaced(form, entities, rows);
  const [leftSeen, setLeftSeen] = useState("");
  const [lit, setLit] = useState<{ row: number; times: number } | null>(null);
  const duplicates = useDuplicates(form);
  const call = useCall(session.seat ?? null);
  const draft = useDraft(form, props.draft, true);
  const submit = useSubmit(form, draft, sum);
  const [stops, setStops] = useState(true);
  const [asksHow, setAsksHow] = useState<number | null>(null);
  const problem = localised(submit.problem, form, stops);
  const row = nextRow(offered);
  const piece = people[0];

  // The rows follow the narrative: what was taken moves with the text and takes what is told later.
  useEffect(() => {
    if (reading) setForm((f) => reread(f, reading.rows, reading.text, serverNow() ?? 0));
  }, [reading]);
  // Without an announced call, the first words typed are the instant that 昨天 and 刚才 are counted from.
  useEffect(() => {
    if (form.told_at !== "" || form.narrative === "") return;
    const now = serverNow();
    const begun = call !== null && call.id === form.call_id ? (call.answered_at ?? call.rang_at) : null;
    if (begun ?? now) setForm((f) => ({ ...f, told_at: begun ?? isoCst(now ?? 0) }));
  }, [form.told_at, form.narrative, form.call_id, call]);

  const { adopt } = props;
  useEffect(() => {
    if (!draft.id || props.draft?.id === draft.id) return;
    adopt(draft.id);
    void navigate({ to: "/intake", search: { draft: draft.id }, replace: true });
  }, [draft.id, props.draft?.id, adopt, navigate]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once for each answer with problems
  useEffect(() => {
    const first = problem?.problems[0]?.field;
    if (first) focusField(first);
  }, [submit.problem]);

  const takeCall = async () => {
    if (!call) return;
    // The clock from the answer begins; a failure must not keep the call-taker from the caller.
    await must(client.POST("/api/calls/{id}/answer", { params: { path: { id: call.id } } })).catch(() => null);
    // Whoever wrote down what the caller said before us left a draft: go on with it.
    const drafts = await must(client.GET("/api/drafts")).catch(() => null);
    const begun = drafts?.items.find((d) => d.id !== draft.id && formFrom(d.body).call_id === call.id);
    if (begun) return navigate({ to: "/intake", search: { draft: begun.id } });
    // The form of another call stays that call's; it is in the drafts.
    if (form.call_id !== "") return navigate({ to: "/intake", search: {} });
    const told_at = call.answered_at ?? call.rang_at;
    setForm((f) => ({
      ...put(put(put(f, "caller.phone", call.number), "line", call.line), "call_id", call.id),
      told_at,
    }));
  };
  const took = (taken: Taken) => {
    setForm(taken.form);
    setLit((before) => ({ row: taken.row, times: (before?.times ?? 0) + 1 }));
  };
  const send: Action = {
    id: "submit-and-stop",
    label: t("intake.submitStop"),
    keys: "Ctrl+Enter",
    right: RIGHT.reportCreate,
    tone: "primary",
    busy: submit.busy,
    run: () => {
      setStops(true);
      // The sum that was told is not the sum of the rows: a person says that this is so before orders leave.
      if (!sumConfirmed(form, sum)) return focusField("sum_confirmed");
      if (left.length > 0 && leftSeen !== unplacedSeen(left)) return focusField("unplaced_confirmed");
      submit.fire(true);
    },
  };
  const save: Action = {
    id: "submit-only",
    label: t("intake.submitOnly"),
    keys: "Ctrl+Shift+Enter",
    right: RIGHT.reportCreate,
    busy: submit.busy,
    run: () => {
      setStops(false);
      submit.fire(false);
    },
  };
  useActions([
    {
      id: "offer-accept",
      label: t(row ? "row.take" : "intake.acceptOffer"),
      keys: "F2",
      when: row !== undefined || piece !== undefined,
      run: () => (row ? took(takeRow(form, row)) : piece && setForm(takePersonPiece(form, piece, told_ms))),
    },
    {
      id: "offer-piece",
      label: t("row.onePiece"),
      keys: "Shift+F2",
      when: row !== undefined || piece !== undefined,
      run: () => (row ? took(takePiece(form, row)) : piece && setForm(takePersonPiece(form, piece, told_ms))),
    },
    {
      id: "offer-person",
      label: t("row.onePerson"),
      keys: "Alt+2",
      when: piece !== undefined && row !== undefined,
      run: () => piece && setForm(takePersonPiece(form, piece, told_ms)),
    },
    {
      id: "offer-aside",
      label: t("intake.setAside"),
      keys: "F4",
      when: row !== undefined || piece !== undefined,
      run: () => (row ? setForm(setRowAside(form, row)) : piece && setForm(setPieceAside(form, piece))),
    },
    {
      id: "call-take",
      label: t("call.take"),
      keys: "F8",
      when: call !== null && form.call_id !== call.id,
      run: takeCall,
    },
    send,
    save,
    { id: "add-payment", label: t("intake.addPayment"), keys: "Alt+p", run: () => setForm(addPayment(form)) },
    { id: "how", label: t("row.chooseHow"), keys: "Alt+h", run: () => setAsksHow(rowInFocus(form)) },
    { id: "add-victim", label: t("intake.addVictim"), keys: "Alt+v", run: () => setForm(addVictim(form)) },
    {
      id: "to-narrative",
      label: t("intake.toNarrative"),
      keys: "Alt+1",
      run: () => document.querySelector<HTMLElement>("textarea[name=narrative]")?.focus(),
    },
  ]);
  const part = { form, onForm: setForm, problem, now_ms };

  return (
    <>
      <div className="intake">
        <div className="left">
          {call ? <CallCard call={call} taken={form.call_id === call.id} onTake={() => void takeCall()} /> : null}
          <Panel title={t("intake.narrative")} note={t("intake.narrativeNote")} right={<Saved draft={draft} />}>
            <NarrativeField
              value={form.narrative}
              entities={entities}
              onChange={(text) => setForm({ ...form, narrative: text })}
            />
            <Offers form={form} pieces={people} told_ms={told_ms} first={row === undefined} onForm={setForm} />
          </Panel>
          <Panel title={t("intake.payments")} note={<RowsNote payments={sum.count} offered={offered} />}>
            <UnplacedLine left={left} seen={leftSeen} onSeen={setLeftSeen} />
            <PaymentRows {...part} proposals={offered} sums={sum} lit={lit} onTaken={took} />
          </Panel>
          <Panel title={t("intake.caller")}>
            <CallerFields {...part} />
          </Panel>
          <Panel
            title={t("intake.victims")}
            right={
              <button type="button" className="link" onClick={() => setForm(addVictim(form))}>
                + {t("intake.addVictim")}
              </button>
            }
          >
            <VictimFields {...part} />
          </Panel>
        </div>
        <div className="right">
          <Panel title={t("intake.offence")}>
            <OffenceFields {...part} />
          </Panel>
          {problem ? <AllProblems problem={problem} /> : null}
          {call && call.earlier_reports.length > 0 ? (
            <Duplicates title={t("call.earlierTitle")} items={call.earlier_reports} empty="" />
          ) : null}
          {duplicates.error && !duplicates.data ? (
            <Panel title={t("intake.duplicates")}>
              <Failed problem={duplicates.error as Problem} again={() => void duplicates.refetch()} />
            </Panel>
          ) : (
            <Duplicates
              title={t("intake.duplicates")}
              items={duplicates.data?.items ?? []}
              empty={t("intake.noDuplicates")}
            />
          )}
          {props.draft === null && draft.id === null ? <OpenDrafts /> : null}
        </div>
      </div>
      {asksHow === null ? null : (
        <HowDialog form={form} row={asksHow} onForm={setForm} close={() => setAsksHow(null)} />
      )}
      <div className="submit">
        <span className="dim">
          <span className="need">*</span> {t("intake.needForStop")} · {t("intake.responsible")} {session.user.name} ·{" "}
          {session.user.org.name}
        </span>
        <span className="r">
          <ActionButton action={save} />
          <ActionButton action={send} />
        </span>
      </div>
    </>
  );
}

/** How many rows stand and how many wait, so that an end of the proposals is seen. */
function RowsNote(props: { payments: number; offered: Proposal[] }) {
  const { t } = useWords();
  const waiting = props.offered.filter((p) => p.kind === "payment").length;
  return (
    <span data-testid="rows-note">
      {t("golden.paymentCount", { n: props.payments })}
      {waiting > 0 ? ` · ${t("row.waiting", { n: waiting })}` : ""}
    </span>
  );
}

/** Every problem at once; each is also shown at its field. */
function AllProblems(props: { problem: Problem }) {
  const { t, pick } = useWords();
  const name = usePlaceName();
  return (
    <Panel
      title={<span className="red">{t("intake.problems", { n: Math.max(1, props.problem.problems.length) })}</span>}
    >
      <div className="pad" role="alert" data-testid="problems">
        {props.problem.problems.length > 0 ? null : <div>{pick(props.problem, "detail")}</div>}
        {props.problem.problems.map((p) => (
          <div key={p.field + p.code} data-problem={p.field}>
            <button type="button" className="link" onClick={() => focusField(p.field)}>
              {name(p.field)}
            </button>{" "}
            {pick(p, "detail")}
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Saved(props: { draft: DraftHandle }) {
  const { t, pick } = useWords();
  const { state, problem } = props.draft;
  if (state === "failed") {
    return (
      <span className="due" role="alert">
        {t("draft.failed")} {pick(problem, "detail")}
      </span>
    );
  }
  return <span data-testid="draft-state">{t(`draft.${state}`)}</span>;
}

/** Drafts left by a crash or a hand-over. */
function OpenDrafts() {
  const { t } = useWords();
  const navigate = useNavigate();
  const asked = useQuery({ queryKey: ["drafts"], queryFn: () => must(client.GET("/api/drafts")), gcTime: 0 });
  const drafts = asked.data?.items ?? [];
  const open = (id: string | undefined) => id && void navigate({ to: "/intake", search: { draft: id } });
  const newest: Action = {
    id: "draft-newest",
    label: t("draft.newest"),
    keys: "Alt+d",
    when: drafts.length > 0,
    run: () => open(drafts[0]?.id),
  };
  useActions([newest]);
  if (drafts.length === 0) return null;
  return (
    <Panel title={t("draft.open")} note={drafts.length} right={<Keys keys="Alt+d" />}>
      {drafts.slice(0, 6).map((d) => (
        <button type="button" key={d.id} className="item" onClick={() => open(d.id)}>
          <Time at={d.updated_at} /> {formFrom(d.body).narrative.slice(0, 24) || t("draft.blank")}
        </button>
      ))}
    </Panel>
  );
}
