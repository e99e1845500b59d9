/** 审计. The log as it is: nobody edits it here or anywhere; the signed head shows where it stands. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { RIGHT } from "../../access/access";
import { useActions } from "../../actions/useActions";
import { useCursor } from "../../actions/useCursor";
import { client, must } from "../../api/client";
import { auditExportLink, openFile } from "../../api/links";
import type { AuditPage as AuditAnswer, AuditEntry } from "../../api/types";
import { FourStates } from "../../parts/FourStates";
import { More, usePages } from "../../parts/Pager";
import { Panel, Time, ToneTag } from "../../parts/shown";
import { useSession } from "../../session/session";
import { useWords } from "../../words";
import { AuditFilters } from "./AuditFilters";
import { EntryDrawer } from "./EntryDrawer";
import { actionText, subjectText } from "./model";

export function AuditPage() {
  const { t } = useWords();
  const { access } = useSession();
  const filter = useSearch({ from: "/audit" });
  const navigate = useNavigate();
  const { asked, items, total, first } = usePages<AuditAnswer>(["audit", filter], (cursor) =>
    // A code in an address that this version does not know is the server's to refuse.
    must(
      client.GET("/api/audit", {
        params: { query: { ...(filter as object), ...(cursor ? { cursor } : {}), limit: 100 } },
      }),
    ),
  );
  const cursor = useCursor(items.length);
  const [open, show] = useState<AuditEntry | null>(null);
  const at = items[cursor.at];
  const openAt = { id: "open", label: t("do.open"), keys: "Enter", when: !!at, run: () => at && show(at) };
  useActions([...cursor.actions, openAt]);
  return (
    <div className="page">
      <div className="bar-row">
        <h1>{t("nav.audit")}</h1>
        <AuditFilters filter={filter} set={(search) => void navigate({ to: "/audit", search })} />
        <span className="r">
          <Head head={first?.head} />{" "}
          {access.may(RIGHT.auditExport) ? (
            <Button onClick={() => openFile(auditExportLink)}>{t("audit.export")}</Button>
          ) : null}
        </span>
      </div>
      <Panel title={t("audit.entries")} note={asked.data ? t("desk.count", { n: total }) : null} className="grow">
        <div className="scroll">
          <FourStates asked={asked} empty={() => items.length === 0} emptyText={t("audit.empty")} rows={12}>
            {() => (
              <>
                <Entries items={items} at={cursor.at} set={cursor.set} open={show} />
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
      {open ? <EntryDrawer entry={open} close={() => show(null)} /> : null}
    </div>
  );
}

function Head(props: { head: AuditAnswer["head"] | undefined }) {
  const { t } = useWords();
  if (!props.head) return null;
  return (
    <span className="dim" title={props.head.digest}>
      {t("audit.head")} <span className="num">#{props.head.seq}</span> · {t("audit.signed")}{" "}
      <Time at={props.head.signed_at} />
    </span>
  );
}

function Entries(props: {
  items: AuditEntry[];
  at: number;
  set: (at: number) => void;
  open: (entry: AuditEntry) => void;
}) {
  const { t } = useWords();
  return (
    <table className="t">
      <thead>
        <tr>
          <th className="n">#</th>
          <th>{t("pay.time")}</th>
          <th>{t("audit.actor")}</th>
          <th>{t("audit.action")}</th>
          <th>{t("audit.subject")}</th>
          <th>{t("reveal.purpose")}</th>
          <th>{t("audit.outcome")}</th>
          <th>{t("audit.digest")}</th>
        </tr>
      </thead>
      <tbody>
        {props.items.map((entry, i) => (
          <Row
            key={entry.seq}
            entry={entry}
            here={i === props.at}
            set={() => props.set(i)}
            open={() => props.open(entry)}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: { entry: AuditEntry; here: boolean; set: () => void; open: () => void }) {
  const words = useWords();
  const { t, code } = words;
  const e = props.entry;
  const subject = subjectText(words, e);
  return (
    <tr className={props.here ? "row cursor" : "row"} onClick={props.set} onDoubleClick={props.open}>
      <td className="n num">{e.seq}</td>
      <td>
        <Time at={e.at} />
      </td>
      <td title={e.actor}>{words.pick(e, "actor_name") || e.actor}</td>
      <td title={e.action_code}>{actionText(t, e)}</td>
      <td title={e.subject}>
        {subject.kind} <span className="num">{subject.name}</span>
      </td>
      <td className="wrap">{e.purpose ?? ""}</td>
      <td>
        <ToneTag tone={e.outcome === "refused" ? "bad" : "quiet"}>{code("outcome", e.outcome)}</ToneTag>{" "}
        <span title={e.refusal_code ?? ""}>{words.pick(e, "refusal") || (e.refusal_code ?? "")}</span>
      </td>
      <td className="num dim" title={e.digest}>
        {e.sound ? e.digest.slice(0, 12) : <b className="red">{t("audit.unsound")}</b>}
      </td>
    </tr>
  );
}
