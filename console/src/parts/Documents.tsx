/**
 * The papers of a thing. They are issued by the step that needs them; opening one here is a print, which the log knows
 * of. `p` chooses one by key, all of them together come as one file; a paper that cannot be printed is named with its
 * reason and does not hold back the others.
 */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
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
import { Dialog } from "./Dialog";
import { FourStates, ProblemNote } from "./FourStates";
import { type NotPrinted, notPrinted } from "./papers";
import { Time } from "./shown";

/** Several papers as one file, and those that could not be printed. */
export function usePrintBatch() {
  const [failed, setFailed] = useState<NotPrinted[]>([]);
  const command = useCommand(
    async (ids: Uuid[], key) => {
      const call = client.POST("/api/documents/batch", { body: { ids }, parseAs: "blob", ...intent(key) });
      const file = await must(call);
      const { response } = await call;
      return { file: file as unknown as Blob, failed: notPrinted(response.headers.get("fanzha-not-printed")) };
    },
    {
      refresh: ["documents", "order", "case"],
      onDone: (done) => {
        setFailed(done.failed);
        openBlob(done.file);
      },
    },
  );
  return { ...command, failed };
}

/** The papers that were left out of the file, each with its reason. */
export function NotPrintedNote(props: { failed: NotPrinted[] }) {
  const { t, pick } = useWords();
  if (props.failed.length === 0) return null;
  return (
    <div className="pad err" role="alert">
      {t("document.notPrinted", { n: props.failed.length })}
      {props.failed.map((f) => (
        <div key={f.id}>
          {pick(f, "kind")} <span className="num">{f.number}</span>：{pick(f, "detail")}
        </div>
      ))}
    </div>
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
  const [choosing, setChoosing] = useState(false);
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
  const one: Action = {
    id: "print-one",
    label: t("document.printOne"),
    keys: "p",
    right: RIGHT.documentPrint,
    when: rows.length > 0,
    run: () => (rows.length === 1 && rows[0] ? openFile(pdfLink(rows[0].id)) : setChoosing(true)),
  };
  useActions([one, all], { level: props.within ? 3 : 1 });
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
      <NotPrintedNote failed={batch.failed} />
      {batch.problem ? (
        <div className="pad">
          <ProblemNote problem={batch.problem} />
        </div>
      ) : null}
      {choosing ? <Choose rows={rows} close={() => setChoosing(false)} /> : null}
    </div>
  );
}

/** One paper by key: the arrows and Enter, or its number. */
function Choose(props: { rows: DocumentRow[]; close: () => void }) {
  const { t, pick } = useWords();
  const [at, setAt] = useState(0);
  const { rows } = props;
  const print = (i: number) => {
    const row = rows[i];
    if (!row) return;
    openFile(pdfLink(row.id));
    props.close();
  };
  const move = (by: number) => setAt((now) => Math.min(Math.max(now + by, 0), rows.length - 1));
  const numbers: Action[] = rows.slice(0, 9).map((d, i) => ({
    id: `paper-${i + 1}`,
    label: pick(d, "kind"),
    keys: String(i + 1),
    run: () => print(i),
  }));
  return (
    <Dialog
      title={t("document.printOne")}
      close={props.close}
      width={560}
      focus="[data-papers]"
      actions={[
        { id: "paper-down", label: t("do.next"), keys: "ArrowDown", run: () => move(1) },
        { id: "paper-up", label: t("do.previous"), keys: "ArrowUp", run: () => move(-1) },
        { id: "paper-print", label: t("document.print"), keys: "Enter", run: () => print(at) },
        ...numbers,
      ]}
    >
      <div data-papers tabIndex={-1}>
        <table className="t">
          <tbody>
            {rows.map((d, i) => (
              <tr key={d.id} className={i === at ? "row cursor" : "row"} onClick={() => print(i)}>
                <td className="n dim">{i < 9 ? i + 1 : ""}</td>
                <td>{pick(d, "kind")}</td>
                <td className="num">{d.number}</td>
                <td>
                  <Time at={d.created_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}
