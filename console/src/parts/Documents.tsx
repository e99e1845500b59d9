/** The papers of a thing: making one takes a number; opening one is a print the log knows of. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { RIGHT } from "../access/access";
import { client, intent, must } from "../api/client";
import { useCommand } from "../api/command";
import { openFile, pdfLink } from "../api/links";
import type { DocumentRow, Uuid } from "../api/types";
import { useSession } from "../session/session";
import { useWords } from "../words";
import { ProblemNote } from "./FourStates";
import { Time } from "./shown";

export function Documents(props: { subject: Uuid; rows?: DocumentRow[]; makes?: string | string[] }) {
  const { t, pick, code } = useWords();
  const { access } = useSession();
  const asked = useQuery({
    queryKey: ["documents", props.subject],
    queryFn: () => must(client.GET("/api/documents", { params: { query: { subject: props.subject } } })),
    enabled: props.rows === undefined,
  });
  const make = useCommand(
    (kind: string, key) =>
      must(client.POST("/api/documents", { body: { kind, subject_id: props.subject }, ...intent(key) })),
    { refresh: ["documents", "order", "case"], onDone: (made) => openFile(pdfLink(made.id)) },
  );
  const rows = props.rows ?? asked.data?.items ?? [];
  const kinds = [props.makes ?? []].flat().filter((k) => !rows.some((r) => r.kind === k));
  return (
    <>
      <h2 className="bar">
        {t("document.title")}
        <span className="note">{rows.length || null}</span>
      </h2>
      {rows.map((d) => (
        <div key={d.id} className="act">
          <div>
            <b>{pick(d, "kind")}</b>
            <small>
              <span className="num">{d.number}</span> · <Time at={d.created_at} /> ·{" "}
              {t("document.pages", { n: d.pages, m: d.printed_count })}
            </small>
          </div>
          {access.may(RIGHT.documentPrint) ? (
            <Button onClick={() => openFile(pdfLink(d.id))}>{t("document.print")}</Button>
          ) : null}
        </div>
      ))}
      {access.may(RIGHT.documentPrepare) && kinds.length > 0 ? (
        <div className="pad bar-row">
          {kinds.map((k) => (
            <Button key={k} loading={make.busy} onClick={() => make.fire(k)}>
              {code("document", k)}
            </Button>
          ))}
        </div>
      ) : null}
      <div className="pad">
        <ProblemNote problem={make.problem} />
      </div>
    </>
  );
}
