/** One entry whole: what is sealed, word for word. */
import { Drawer } from "antd";
import { useActions } from "../../actions/useActions";
import type { AuditEntry } from "../../api/types";
import { Time, ToneTag } from "../../parts/shown";
import { useWords } from "../../words";
import { actionText, facts, subjectText } from "./model";

export function EntryDrawer(props: { entry: AuditEntry; close: () => void }) {
  const words = useWords();
  const { t, code } = words;
  const e = props.entry;
  const subject = subjectText(words, e);
  useActions([{ id: "entry-close", label: t("do.close"), keys: "Escape", run: props.close }], { closed: true });
  return (
    <Drawer open onClose={props.close} size={560} title={`#${e.seq} ${actionText(t, e)}`}>
      <dl className="kv">
        <dt>{t("pay.time")}</dt>
        <dd>
          <Time at={e.at} full />
        </dd>
        <dt>{t("audit.actor")}</dt>
        <dd>
          {words.pick(e, "actor_name") || e.actor} <span className="dim">{e.org}</span>
        </dd>
        <dt>{t("audit.action")}</dt>
        <dd>
          {actionText(t, e)} <span className="num dim">{e.action_code}</span>
        </dd>
        <dt>{t("audit.subject")}</dt>
        <dd>
          {subject.kind} <span className="num">{subject.name}</span>
        </dd>
        <dt>{t("audit.subjectId")}</dt>
        <dd className="num dim wrap">{e.subject || "—"}</dd>
        <dt>{t("reveal.purpose")}</dt>
        <dd className="wrap">{e.purpose ?? "—"}</dd>
        <dt>{t("audit.outcome")}</dt>
        <dd>
          <ToneTag tone={e.outcome === "refused" ? "bad" : "quiet"}>{code("outcome", e.outcome)}</ToneTag>{" "}
          {words.pick(e, "refusal")} <span className="num dim">{e.refusal_code ?? ""}</span>
        </dd>
        {facts(e.detail).map(([key, value]) => (
          <Fact key={key} name={key} value={value} />
        ))}
        <dt>{t("audit.request")}</dt>
        <dd className="num dim wrap">{e.request_id || "—"}</dd>
        <dt>{t("audit.digest")}</dt>
        <dd className="num dim wrap">{e.sound ? e.digest : <b className="red">{t("audit.unsound")}</b>}</dd>
      </dl>
    </Drawer>
  );
}

function Fact(props: { name: string; value: string }) {
  const { code } = useWords();
  return (
    <>
      <dt>{code("fact", props.name)}</dt>
      <dd className="wrap">{props.value}</dd>
    </>
  );
}
