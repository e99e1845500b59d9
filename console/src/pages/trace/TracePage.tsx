/**
 * 追踪. From any one transfer of the centre to where its money went, or who else paid in. Each answer is an entry of the
 * log, so nothing is asked before somebody presses; the address holds ids and bounds only.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Skeleton } from "antd";
import { useState } from "react";
import { ActionButton } from "../../actions/ActionButton";
import type { Action } from "../../actions/action";
import { useActions } from "../../actions/useActions";
import { client, must } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import type { TraceAsked, Traced } from "../../api/types";
import { Choice } from "../../parts/Choice";
import { Field } from "../../parts/Field";
import { Failed, ProblemNote } from "../../parts/FourStates";
import { Panel } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";
import "./trace.css";
import { Answer } from "./Answer";
import {
  askedOf,
  atFields,
  DIRECTIONS,
  isTransferId,
  MODES,
  type Mode,
  type TraceForm,
  usual,
  type Wrong,
} from "./model";
import { type Looked, Start } from "./Start";
import { Typed } from "./Typed";

/**
 * What this person typed, kept in memory until the page of the browser goes: somebody who looks at an account and comes
 * back types nothing twice. Never in an address, and never for the next person at this computer.
 */
let remembered: { who: string; purpose: string; looked: Looked } | null = null;
const NOTHING: Looked = { number: "", amount: "", at: "" };
const FIELDS = ["purpose", "transfer_id", "direction", "depth", "hours", "least_fen"];
/** How long an answer can be come back to. */
const KEPT_MS = 600_000;

export function TracePage() {
  const { t, code } = useWords();
  const { session } = useSession();
  const search = useSearch({ from: "/trace" });
  const navigate = useNavigate();
  const mine = remembered?.who === session.user.login ? remembered : null;
  const [purpose, setPurpose] = useState(mine?.purpose ?? "");
  const [looked, setLooked] = useState(mine?.looked ?? NOTHING);
  remembered = { who: session.user.login, purpose, looked };
  const [wrong, setWrong] = useState<Wrong<TraceForm>>({});
  const form: TraceForm = {
    from: search.from ?? "",
    purpose,
    mode: MODES.find((m) => m === search.mode) ?? "",
    direction: DIRECTIONS.find((d) => d === search.direction) ?? "down",
    depth: search.depth ?? "",
    hours: search.hours ?? "",
    least: search.least ?? "",
  };
  const change = (part: Partial<Record<keyof typeof search, string | undefined>>) => {
    setWrong({});
    asked.reset();
    void navigate({ to: "/trace", search: { ...search, ...part }, replace: true });
  };
  // An answer belongs to its question: when a field is changed it goes, and it comes back with the question.
  const { from, mode, direction, depth, hours, least } = form;
  const key = ["traced", session.user.login, from, mode, direction, depth, hours, least];
  const queries = useQueryClient();
  const answer = useQuery<Traced | null>({ queryKey: key, queryFn: () => null, enabled: false, gcTime: KEPT_MS });
  const asked = useMutation<Traced, Error, { key: string[]; body: TraceAsked }>({
    mutationFn: ({ body }) => must(client.POST("/api/flow/trace", { body })),
    onSuccess: (traced, { key }) => queries.setQueryData(key, traced),
  });
  const ask = () => {
    const question = askedOf(form);
    setWrong(question.wrong ?? {});
    if (question.asked) asked.mutate({ key, body: question.asked });
    else asked.reset();
  };

  const trace: Action = {
    id: "trace",
    label: t("trace.ask"),
    keys: "Ctrl+Enter",
    tone: "primary",
    busy: asked.isPending,
    run: ask,
  };
  useActions([
    trace,
    {
      id: "mode",
      label: t("flow.nextDoctrine"),
      keys: "m",
      run: () => changeMode(MODES[(MODES.indexOf(mode) + 1) % MODES.length] ?? ""),
    },
    {
      id: "direction",
      label: t("trace.turn"),
      keys: "d",
      when: mode === "reach",
      run: () => change({ direction: direction === "up" ? undefined : "up" }),
    },
  ]);
  const changeMode = (m: Mode) => change({ mode: m || undefined, ...(m === "reach" ? {} : { direction: undefined }) });
  const problem = asked.error ? asProblem(asked.error) : null;
  const wrongAt = (field: keyof TraceForm) => (wrong[field] ? t(wrong[field]) : null);
  const bounds = usual(mode);
  return (
    <div className="page">
      <div className="two trace">
        <Start
          from={from}
          account={search.account}
          looked={looked}
          purpose={purpose}
          problem={problem}
          remark={{ from: wrong.from, purpose: wrong.purpose }}
          onPurpose={(text) => {
            setWrong({});
            setPurpose(text);
          }}
          onLooked={setLooked}
          onFrom={(value) => change({ from: value || undefined })}
          onAccount={(account) => change({ account })}
        />
        <Panel title={t("nav.trace")} note={t("trace.note")} className="grow">
          <form
            className="how"
            onSubmit={(e) => {
              e.preventDefault();
              ask();
            }}
          >
            <div className="line">
              <Field label={t("flow.doctrine")} name="mode" problem={problem}>
                <Choice
                  label={t("flow.doctrine")}
                  options={MODES}
                  value={mode}
                  word={(m) => (m === "" ? t("flow.ofCentre") : code("doctrine", m))}
                  hint={(m) => (m === "" ? t("trace.centreNote") : code("doctrineNote", m))}
                  onChange={changeMode}
                />
              </Field>
              <Field label={t("trace.direction")} name="direction" problem={problem}>
                <Choice
                  label={t("trace.direction")}
                  options={mode === "reach" ? DIRECTIONS : (["down"] as const)}
                  value={direction}
                  word={(d) => t(`trace.${d}`)}
                  onChange={(d) => change({ direction: d === "down" ? undefined : d })}
                />
              </Field>
            </div>
            <div className="line bounds">
              <Field label={t("trace.depth")} name="depth" problem={problem} remark={wrongAt("depth")}>
                <Typed name="depth" value={depth} hint={bounds.depth} set={(v) => change({ depth: v || undefined })} />
              </Field>
              <Field
                label={t(mode === "reach" ? "trace.dwell" : "trace.horizon")}
                name="hours"
                problem={problem}
                remark={wrongAt("hours")}
              >
                <Typed name="hours" value={hours} hint={bounds.hours} set={(v) => change({ hours: v || undefined })} />
              </Field>
              <Field label={t("trace.least")} name="least_fen" problem={problem} remark={wrongAt("least")}>
                <Typed name="least" value={least} hint={bounds.least} set={(v) => change({ least: v || undefined })} />
              </Field>
              <div className="go">
                <ActionButton action={trace} />
              </div>
            </div>
          </form>
          <div className="meaning dim">
            {mode === ""
              ? t("trace.centreNote")
              : mode === "reach"
                ? t(direction === "up" ? "trace.upNote" : "trace.reachNote")
                : code("doctrineNote", mode)}
          </div>
          <Outcome
            busy={asked.isPending}
            problem={problem}
            traced={answer.data ?? undefined}
            up={mode === "reach" && direction === "up"}
            chosen={isTransferId(from)}
            again={ask}
            onFrom={(id) => change({ from: id })}
          />
        </Panel>
      </div>
    </div>
  );
}

function Outcome(props: {
  busy: boolean;
  problem: Problem | null;
  traced: Traced | undefined;
  up: boolean;
  chosen: boolean;
  again: () => void;
  onFrom: (id: string) => void;
}) {
  const { t } = useWords();
  const { problem, traced } = props;
  if (props.busy) return <Skeleton className="pad" active title={false} paragraph={{ rows: 8 }} />;
  if (problem && problem.status !== 422) {
    return (
      <>
        <Failed problem={problem} again={props.again} stale={traced !== undefined} />
        {traced ? <Answer traced={traced} up={props.up} onFrom={props.onFrom} /> : null}
      </>
    );
  }
  if (problem) {
    // What stands at its field is said there.
    return atFields(problem, FIELDS) ? null : (
      <div className="pad">
        <ProblemNote problem={problem} />
      </div>
    );
  }
  if (!traced) return <div className="empty">{t(props.chosen ? "trace.press" : "trace.choose")}</div>;
  return <Answer traced={traced} up={props.up} onFrom={props.onFrom} />;
}
