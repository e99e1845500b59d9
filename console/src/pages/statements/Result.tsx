/** One file during and after its import: how far it is, what became of its lines, and which were refused and why. */
import { Button } from "antd";
import { client, must } from "../../api/client";
import { openFile, statementProblemsLink } from "../../api/links";
import type { StatementProblem, StatementRow } from "../../api/types";
import { FourStates } from "../../parts/FourStates";
import { More, usePages } from "../../parts/Pager";
import { Panel, Time, ToneTag } from "../../parts/shown";
import { useWords } from "../../words";
import { sizeText, TONE } from "./model";
import { Bar } from "./StatementsPage";

const COUNTS = ["new", "joined", "known", "refused", "flagged", "without_time", "skipped", "matched"] as const;

export function Result(props: { file: StatementRow }) {
  const { t, pick } = useWords();
  const f = props.file;
  const busy = f.state === "receiving" || f.state === "importing";
  return (
    <Panel
      title={f.name}
      note={`${sizeText(f.size)}${f.kind ? ` · ${f.kind.toUpperCase()}` : ""}`}
      right={<ToneTag tone={TONE[f.state] ?? "info"}>{pick(f, "state_text")}</ToneTag>}
      className="grow"
    >
      <div className="scroll check" data-testid="statement-result">
        {busy ? (
          <div className="pad">
            <Bar percent={f.percent} />
          </div>
        ) : null}
        {f.problem ? (
          <div className="refused" role="alert">
            {pick(f, "problem")} <small className="num">{f.problem}</small>
          </div>
        ) : null}
        {f.state === "importing" || f.state === "done" ? (
          <div className="counts">
            {COUNTS.map((key) => (
              <div
                key={key}
                data-count={key}
                className={key === "refused" && f.counts.refused > 0 ? "bad" : ""}
                title={t(`statement.countNote.${key}`)}
              >
                <b className="num">{f.counts[key].toLocaleString("en-US")}</b>
                <span>{t(`statement.count.${key}`)}</span>
              </div>
            ))}
          </div>
        ) : null}
        {f.counts.without_time > 0 ? (
          <p className="pad dim without-time" data-testid="without-time">
            {t("statement.withoutTime", { n: f.counts.without_time })}
          </p>
        ) : null}
        <dl className="facts">
          <dt>{t("statement.layout")}</dt>
          <dd>{pick(f, "layout") || "—"}</dd>
          <dt>{t("statement.by")}</dt>
          <dd>
            {f.imported_by} · <Time at={f.made_at} full />
          </dd>
          <dt>{t("statement.purpose")}</dt>
          <dd>{f.purpose || "—"}</dd>
          <dt>SM3</dt>
          <dd className="num">{f.digest || "—"}</dd>
        </dl>
        {f.counts.refused + f.counts.flagged > 0 ? <Listed file={f} /> : null}
      </div>
    </Panel>
  );
}

function Listed(props: { file: StatementRow }) {
  const { t } = useWords();
  const { id } = props.file;
  const total = props.file.counts.refused + props.file.counts.flagged;
  const { asked, items } = usePages(["statement", id, "problems"], async (cursor) => {
    const query = { limit: 100, ...(cursor ? { cursor: Number(cursor) } : {}) };
    const page = await must(client.GET("/api/statements/{id}/problems", { params: { path: { id }, query } }));
    return { ...page, total };
  });
  return (
    <>
      <h2 className="bar">
        {t("statement.problems")}
        <span className="r">
          <Button size="small" onClick={() => openFile(statementProblemsLink(id))}>
            {t("statement.download")}
          </Button>
        </span>
      </h2>
      <FourStates asked={asked} empty={() => items.length === 0} emptyText={t("statement.noProblems")} rows={4}>
        {() => (
          <>
            <Problems items={items} />
            <More
              shown={items.length}
              total={Math.max(total, items.length)}
              more={asked.hasNextPage}
              busy={asked.isFetchingNextPage}
              next={() => void asked.fetchNextPage()}
            />
          </>
        )}
      </FourStates>
    </>
  );
}

export function Problems(props: { items: StatementProblem[] }) {
  const { t, pick } = useWords();
  return (
    <table className="t">
      <thead>
        <tr>
          <th className="n">{t("statement.sheet")}</th>
          <th className="n">{t("statement.line")}</th>
          <th>{t("statement.column")}</th>
          <th>{t("statement.value")}</th>
          <th>{t("statement.fate")}</th>
          <th>{t("statement.reason")}</th>
        </tr>
      </thead>
      <tbody>
        {props.items.map((p) => (
          <tr key={p.seq}>
            <td className="n num">{p.sheet}</td>
            <td className="n num">{p.line}</td>
            <td>{p.column || <span className="dim">—</span>}</td>
            <td className="num">{p.value || <span className="dim">—</span>}</td>
            <td>
              <ToneTag tone={p.refuses ? "bad" : "warn"}>
                {t(p.refuses ? "statement.refusedRow" : "statement.keptRow")}
              </ToneTag>
            </td>
            <td className="wrap">{pick(p, "text")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
