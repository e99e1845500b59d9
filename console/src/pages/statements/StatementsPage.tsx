/** 流水导入. Statement files come in, are checked column by column, and become movements on the map of the money. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Input } from "antd";
import { type DragEvent, useRef, useState } from "react";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import { asProblem, type Problem } from "../../api/problem";
import type { StatementRow, Uuid } from "../../api/types";
import { Field, useFieldId } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Panel, Time, ToneTag } from "../../parts/shown";
import { useWords } from "../../words";
import { Check } from "./Check";
import { moving, sizeText, TONE } from "./model";
import { Result } from "./Result";

export function StatementsPage() {
  const { t } = useWords();
  const { file } = useSearch({ from: "/statements" });
  const navigate = useNavigate();
  const open = (id: Uuid) => void navigate({ to: "/statements", search: { file: id } });
  const asked = useQuery({
    queryKey: ["statements"],
    queryFn: () => must(client.GET("/api/statements", { params: { query: { limit: 100 } } })),
    // Uploads move without an entry of the log.
    refetchInterval: (query) => (moving(query.state.data?.items ?? []) ? 700 : false),
  });
  const items = asked.data?.items ?? [];
  const cursor = useCursor(items.length);
  const current = items[cursor.at];
  const chosen = items.find((f) => f.id === file);
  useActions([
    ...cursor.actions,
    {
      id: "open",
      label: t("do.open"),
      keys: "Enter",
      when: current !== undefined,
      run: () => current && open(current.id),
    },
  ]);
  return (
    <div className="page">
      <div className="two statements">
        <div className="side">
          <Bring onReady={open} />
          <Panel title={t("statement.files")} className="grow">
            <div className="scroll">
              <FourStates asked={asked} empty={() => items.length === 0} emptyText={t("statement.empty")} rows={6}>
                {() => (
                  <ul className="files">
                    {items.map((f, i) => (
                      <FileLine
                        key={f.id}
                        file={f}
                        on={f.id === file}
                        cursor={i === cursor.at}
                        open={() => {
                          cursor.set(i);
                          open(f.id);
                        }}
                      />
                    ))}
                  </ul>
                )}
              </FourStates>
            </div>
          </Panel>
        </div>
        {chosen === undefined ? (
          <Panel title={t("statement.check")} className="grow">
            <div className="empty">{t("statement.choose")}</div>
          </Panel>
        ) : chosen.state === "ready" ? (
          <Check key={chosen.id} file={chosen} />
        ) : (
          <Result key={chosen.id} file={chosen} />
        )}
      </div>
    </div>
  );
}

function FileLine(props: { file: StatementRow; on: boolean; cursor: boolean; open: () => void }) {
  const { t, pick } = useWords();
  const f = props.file;
  const busy = f.state === "receiving" || f.state === "importing";
  return (
    <li className={`${props.on ? "on" : ""} ${props.cursor ? "cursor" : ""}`}>
      <button type="button" onClick={props.open} tabIndex={-1}>
        <span className="name">{f.name}</span>
        <ToneTag tone={TONE[f.state] ?? "info"}>{pick(f, "state_text")}</ToneTag>
        <span className="dim num">
          {f.state === "done"
            ? t("statement.short", { n: f.counts.new + f.counts.joined, m: f.counts.refused })
            : `${sizeText(f.size)}${f.kind ? ` · ${f.kind.toUpperCase()}` : ""}`}
        </span>
        <span className="dim when">
          <Time at={f.made_at} />
        </span>
        {busy ? <Bar percent={f.percent} /> : null}
      </button>
    </li>
  );
}

export function Bar(props: { percent: number }) {
  const { t } = useWords();
  return (
    <span
      className="progress"
      role="progressbar"
      aria-label={t("statement.progress")}
      aria-valuenow={props.percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ width: `${props.percent}%` }} />
      <b className="num">{props.percent}%</b>
    </span>
  );
}

/** Files are dropped or chosen, with the reason why they are looked at; they are sent one after the other. */
function Bring(props: { onReady: (id: Uuid) => void }) {
  const { t } = useWords();
  const [purpose, setPurpose] = useState("");
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const announce = useCommand<File, StatementRow>(
    (file, key) =>
      must(client.POST("/api/statements", { body: { name: file.name, size: file.size, purpose }, ...intent(key) })),
    { refresh: ["statements"] },
  );
  const send = useCommand<{ id: Uuid; file: File }, StatementRow>(
    ({ id, file }) =>
      must(
        client.PUT("/api/statements/{id}/content", {
          params: { path: { id } },
          // The generated client would make text of it.
          body: file as never,
          bodySerializer: (body) => body as never,
          headers: { "Content-Type": "application/octet-stream" },
        }),
      ),
    { refresh: ["statements"] },
  );
  const bring = async (files: File[]) => {
    setProblem(null);
    for (const file of files) {
      try {
        const announced = await announce.run(file);
        const ready = await send.run({ id: announced.id, file });
        props.onReady(ready.id);
      } catch (failure) {
        setProblem(asProblem(failure));
        return;
      }
    }
  };
  // A problem with the reason stands at its field.
  const ofPurpose = problem?.problems.some((p) => p.field === "purpose") ?? false;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void bring([...event.dataTransfer.files]);
  };
  return (
    <Panel title={t("statement.bring")}>
      <div className="bring">
        <Field label={t("statement.purpose")} name="purpose" problem={problem}>
          <Purpose value={purpose} onChange={setPurpose} />
        </Field>
        <button
          type="button"
          className={over ? "drop over" : "drop"}
          onClick={() => picker.current?.click()}
          onDragOver={(e) => {
            e.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <b>{announce.busy || send.busy ? t("statement.sending") : t("statement.drop")}</b>
          <span className="dim">{t("statement.kinds")}</span>
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          data-testid="files"
          accept=".xlsx,.xls,.csv,.tsv,.txt"
          onChange={(e) => {
            const files = [...(e.target.files ?? [])];
            e.target.value = "";
            void bring(files);
          }}
        />
        <ProblemNote problem={ofPurpose ? null : problem} />
      </div>
    </Panel>
  );
}

function Purpose(props: { value: string; onChange: (value: string) => void }) {
  const { t } = useWords();
  const id = useFieldId();
  return (
    <Input
      id={id}
      value={props.value}
      maxLength={200}
      placeholder={t("statement.purposeHint")}
      onChange={(e) => props.onChange(e.target.value)}
    />
  );
}
