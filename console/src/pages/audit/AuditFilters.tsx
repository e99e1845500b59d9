/**
 * The filters of the log. Promise: all of them are in the address, as ids and codes; what was typed to find a thing or
 * a person is not.
 */
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { client, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { AuditAction, AuditSubject } from "../../api/types";
import { Filters } from "../../parts/Pager";
import { useWords, type WordKey } from "../../words";
import { zh } from "../../words/zh";
import { actionOptions, instantOf, localOf } from "./model";

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  subject?: string | undefined;
  outcome?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
}

const OUTCOMES = ["done", "refused"] as const;
/** The book has exactly the server's list (a test compares them). */
const ACTIONS = (Object.keys(zh) as WordKey[])
  .filter((key) => key.startsWith("action."))
  .map((key) => key.slice("action.".length) as AuditAction);

export function AuditFilters(props: { filter: AuditFilter; set: (filter: AuditFilter) => void }) {
  const { t, code, lang } = useWords();
  const { filter, set } = props;
  return (
    <>
      <Filters
        options={OUTCOMES}
        value={OUTCOMES.find((o) => o === filter.outcome)}
        all={t("list.all")}
        label={(o) => code("outcome", o)}
        onChange={(outcome) => set({ ...filter, outcome })}
      />
      <Select
        aria-label={t("audit.action")}
        size="small"
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        style={{ minWidth: 150 }}
        placeholder={t("audit.action")}
        value={ACTIONS.find((a) => a === filter.action)}
        options={actionOptions(t, ACTIONS, lang)}
        onChange={(action: AuditAction | undefined) => set({ ...filter, action })}
      />
      <Finder filter={filter} set={set} />
      <TimeField word="audit.from" value={filter.from} set={(from) => set({ ...filter, from })} />
      <TimeField word="audit.until" value={filter.until} set={(until) => set({ ...filter, until })} />
    </>
  );
}

function TimeField(props: { word: WordKey; value: string | undefined; set: (value: string | undefined) => void }) {
  const { t } = useWords();
  return (
    <label className="dim">
      {t(props.word)}{" "}
      <input
        type="datetime-local"
        value={localOf(props.value)}
        onChange={(event) => props.set(instantOf(event.target.value))}
      />
    </label>
  );
}

/** A typed number or name becomes a filter: a person filters who acted, everything else what was acted on. */
function Finder(props: { filter: AuditFilter; set: (filter: AuditFilter) => void }) {
  const { t, pick, code } = useWords();
  const [typed, type] = useState("");
  const [chosen, choose] = useState<AuditSubject | null>(null);
  const use = (one: AuditSubject) => {
    choose(one);
    type("");
    found.clear();
    const here = { ...props.filter, actor: undefined, subject: undefined };
    props.set(one.kind === "user" ? { ...here, actor: one.id } : { ...here, subject: `${one.kind}:${one.id}` });
  };
  const found = useCommand((q: string) => must(client.POST("/api/audit/subjects", { body: { q } })), {
    onDone: (all) => {
      list(all);
      const [only, ...others] = all;
      if (only && others.length === 0) use(only);
    },
  });
  const [answers, list] = useState<AuditSubject[] | null>(null);
  const filtered = props.filter.actor ?? props.filter.subject;
  const name = (one: AuditSubject) => `${code("subject", one.kind)} ${pick(one, "name")}`;
  return (
    <span>
      <Input.Search
        size="small"
        style={{ width: 230 }}
        aria-label={t("audit.find")}
        placeholder={t("audit.find")}
        value={typed}
        loading={found.busy}
        onChange={(event) => type(event.target.value)}
        onSearch={(q) => (q.trim() ? found.fire(q.trim()) : list(null))}
      />{" "}
      {answers?.length === 0 ? <span className="red">{t("audit.notFound")}</span> : null}
      {(answers ?? []).length > 1
        ? (answers ?? []).map((one) => (
            <Button key={`${one.kind}:${one.id}`} size="small" onClick={() => [use(one), list(null)]}>
              {name(one)}
            </Button>
          ))
        : null}
      {filtered ? (
        <Button
          size="small"
          onClick={() => [
            choose(null),
            list(null),
            props.set({ ...props.filter, actor: undefined, subject: undefined }),
          ]}
        >
          {chosen ? name(chosen) : t("audit.filtered")} ×
        </Button>
      ) : null}
    </span>
  );
}
