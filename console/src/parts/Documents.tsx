/**
 * The papers of a thing. They are issued by the step that needs them; opening one here is a print, which the log knows
 * of. One paper opens as a preview, all of them together as one file.
 */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { RIGHT } from "../access/access";
import { ActionButton } from "../actions/ActionButton";
import type { Action } from "../actions/action";
import { useActions } from "../actions/useActions";
import { client, intent, must } from "../api/client";
import { useCommand } from "../api/command";
import { openBlob, openFile, pdfLink } from "../api/links";
import type { DocumentRow, Uuid } from "../api/types";
import { useSession } from "../session/session";
import { useWords } from "../words";
import { FourStates, ProblemNote } from "./FourStates";
import { Time } from "./shown";

/** Several papers as one file. */
export function usePrintBatch() {
  return useCommand(
    (ids: Uuid[], key) => must(client.POST("/api/documents/batch", { body: { ids }, parseAs: "blob", ...intent(key) })),
    { refresh: ["documents", "order", "case"], onDone: (file) => openBlob(file as unknown as Blob) },
  );
}

export function Documents(props: {
  subject: Uuid;
  rows?: DocumentRow[];
  /** Inside a drawer: its keys lie above those it hides. */
  within?: boolean;
}) {
  const { access } = useSession();
  const asked = useQuery({
    queryKey: ["documents", props.subject],
    queryFn: () => must(client.GET("/api/documents", { params: { query: { subject: props.subject } } })),
    enabled: props.rows === undefined && access.may(RIGHT.documentPrint),
  });
  if (props.rows) return <Papers rows={props.rows} within={props.within ?? false} />;
  return <FourStates asked={asked}>{(data) => <Papers rows={data.items} within={props.within ?? false} />}</FourStates>;
}

function Papers(props: { rows: DocumentRow[]; within: boolean }) {
  const { t, pick } = useWords();
  const { access } = useSession();
  const batch = usePrintBatch();
  const { rows } = props;
  const all: Action = {
    id: "print-all",
    label: t("document.printAll"),
    keys: "Shift+P",
    right: RIGHT.documentPrint,
    when: rows.length > 0,
    busy: batch.busy,
    run: () => batch.fire(rows.map((r) => r.id)),
  };
  const first: Action = {
    id: "print-first",
    label: t("document.print"),
    keys: "p",
    right: RIGHT.documentPrint,
    when: rows.length > 0,
    run: () => rows[0] && openFile(pdfLink(rows[0].id)),
  };
  useActions([first, all], { level: props.within ? 3 : 1 });
  return (
    <div data-testid="documents">
      <h2 className="bar">
        {t("document.title")}
        <span className="note">{rows.length || null}</span>
        <span className="r">{rows.length > 1 ? <ActionButton action={all} size="small" /> : null}</span>
      </h2>
      {rows.length === 0 ? <div className="pad dim">{t("document.none")}</div> : null}
      {rows.map((d) => (
        <div key={d.id} className="act" data-document={d.kind}>
          <div>
            <b>{pick(d, "kind")}</b>
            <small>
              <span className="num">{d.number}</span> · <Time at={d.created_at} /> ·{" "}
              {t("document.printed", { n: d.printed_count })}
            </small>
          </div>
          {access.may(RIGHT.documentPrint) ? (
            <Button size="small" onClick={() => openFile(pdfLink(d.id))}>
              {t("document.print")}
            </Button>
          ) : null}
        </div>
      ))}
      {batch.problem ? (
        <div className="pad">
          <ProblemNote problem={batch.problem} />
        </div>
      ) : null}
    </div>
  );
}
