/** One file before its import: what was recognised and why, its columns with their meaning, and the first rows as read. */
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import { useActions } from "../../actions/useActions";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import type { StatementMapping, StatementPreview, StatementRow } from "../../api/types";
import { Field, useFieldId } from "../../parts/Field";
import { FourStates, ProblemNote } from "../../parts/FourStates";
import { Money, Panel, Time, ToneTag } from "../../parts/shown";
import { useWords } from "../../words";
import { choose, fieldOf, missing, trust } from "./model";
import { Problems } from "./Result";

const SIGNS = ["marked", "two_columns", "negative_is_out", "negative_is_in", "payer_and_payee"] as const;

export function Check(props: { file: StatementRow }) {
  const { t } = useWords();
  const { id } = props.file;
  const [mapping, setMapping] = useState<StatementMapping | null>(null);
  const asked = useQuery({
    queryKey: ["statement", id, mapping],
    queryFn: () => must(client.POST("/api/statements/{id}/preview", { params: { path: { id } }, body: { mapping } })),
    placeholderData: (before) => before,
  });
  return (
    <Panel title={props.file.name} note={t("statement.masked")} className="grow">
      <div className="scroll check">
        <FourStates asked={asked} rows={10}>
          {(preview) => (
            <Checked preview={preview} mapping={mapping ?? preview.mapping} setMapping={setMapping} file={props.file} />
          )}
        </FourStates>
      </div>
    </Panel>
  );
}

function Checked(props: {
  preview: StatementPreview;
  mapping: StatementMapping;
  setMapping: (m: StatementMapping) => void;
  file: StatementRow;
}) {
  const { t, pick, lang } = useWords();
  const { preview, mapping, setMapping } = props;
  const [keepAs, setKeepAs] = useState("");
  const begin = useCommand<void, unknown>(
    (_, key) =>
      must(
        client.POST("/api/statements/{id}/import", {
          params: { path: { id: props.file.id } },
          body: { mapping, keep_as: keepAs.trim() || null },
          ...intent(key),
        }),
      ),
    { refresh: ["statements"] },
  );
  const lacking = missing(mapping);
  const name = (field: string) =>
    pick(
      preview.fields.find((f) => f.field === field),
      "text",
    ) || field;
  useActions([
    {
      id: "import",
      label: t("statement.import"),
      keys: "Ctrl+Enter",
      when: lacking.length === 0 && !begin.busy,
      run: () => begin.fire(undefined),
    },
  ]);
  return (
    <>
      <div className="found">
        <ToneTag tone={trust(preview)}>{t("statement.sure", { n: preview.confidence })}</ToneTag>
        <b>{pick(preview, "layout")}</b>
        <span className="dim">{preview.reasons.map((r) => pick(r, "text")).join(lang === "zh" ? "；" : "; ")}</span>
      </div>
      {preview.earlier.length > 0 ? (
        <div className="refused earlier">
          {t("statement.earlier", { who: preview.earlier[0]?.imported_by ?? "" })}{" "}
          <Time at={preview.earlier[0]?.made_at} />
        </div>
      ) : null}
      <div className="columns">
        <table className="t">
          <thead>
            <tr>
              {preview.headers.map((h) => (
                <th key={h.key}>{h.text}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              {preview.headers.map((h) => (
                <td key={h.key}>
                  <Select
                    size="small"
                    style={{ width: 104 }}
                    popupMatchSelectWidth={150}
                    aria-label={t("statement.meaning", { name: h.text })}
                    value={fieldOf(mapping, h.key)}
                    onChange={(field) => setMapping(choose(mapping, h.key, field))}
                    options={[
                      { value: "", label: t("statement.unused") },
                      ...preview.fields.map((f) => ({ value: f.field, label: pick(f, "text") })),
                    ]}
                  />
                </td>
              ))}
            </tr>
            {[0, 1, 2].map((row) => (
              <tr key={row} className="sample">
                {preview.headers.map((h) => (
                  <td key={h.key} className="num">
                    {h.samples[row] ?? ""}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="fields">
        <Field label={t("statement.sign")} className="w3">
          <Select
            value={mapping.sign}
            aria-label={t("statement.sign")}
            onChange={(sign) => setMapping({ ...mapping, sign })}
            options={SIGNS.map((s) => ({ value: s, label: t(`statement.sign.${s}`) }))}
          />
        </Field>
        <Field label={t("statement.own")} name="own" problem={begin.problem} className="w3">
          <Late
            value={mapping.own ?? ""}
            hint={t("statement.ownHint")}
            onChange={(own) => setMapping({ ...mapping, own: own || null })}
          />
        </Field>
        <Field label={t("statement.keepAs")} name="keep_as" problem={begin.problem} className="w3">
          <Input
            value={keepAs}
            maxLength={60}
            placeholder={t("statement.keepHint")}
            onChange={(e) => setKeepAs(e.target.value)}
          />
        </Field>
        <Field label={t("statement.zeros")} className="w3">
          <div className="tick">
            <Checkbox
              checked={mapping.trust_zeros}
              onChange={(e) => setMapping({ ...mapping, trust_zeros: e.target.checked })}
            >
              {t("statement.zerosReal")}
            </Checkbox>
          </div>
        </Field>
      </div>
      <div className="go">
        <Button type="primary" disabled={lacking.length > 0} loading={begin.busy} onClick={() => begin.fire(undefined)}>
          {t("statement.import")}
        </Button>
        {lacking.length > 0 ? (
          <span className="due">
            {t("statement.missing", { fields: lacking.map(name).join(lang === "zh" ? "、" : ", ") })}
          </span>
        ) : (
          <span className="dim">{t("statement.importHint")}</span>
        )}
        <ProblemNote problem={begin.problem} />
      </div>
      <h2 className="bar">{t("statement.firstRows")}</h2>
      {preview.rows.length > 0 ? (
        <Rows preview={preview} />
      ) : (
        <div className="empty">{pick(preview, "unfit") || t("statement.noRows")}</div>
      )}
      {preview.problems.length > 0 ? (
        <>
          <h2 className="bar">{t("statement.firstProblems")}</h2>
          <Problems items={preview.problems} />
        </>
      ) : null}
    </>
  );
}

/** Asks the server when the person is done typing, not with each key. */
function Late(props: { value: string; hint: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(props.value);
  const id = useFieldId();
  const done = () => {
    if (text !== props.value) props.onChange(text);
  };
  return (
    <Input
      id={id}
      value={text}
      maxLength={64}
      placeholder={props.hint}
      onChange={(e) => setText(e.target.value)}
      onBlur={done}
      onPressEnter={done}
    />
  );
}

function Rows(props: { preview: StatementPreview }) {
  const { t } = useWords();
  return (
    <table className="t">
      <thead>
        <tr>
          <th className="n">{t("statement.line")}</th>
          <th>{t("pay.time")}</th>
          <th>{t("statement.own")}</th>
          <th>{t("statement.direction")}</th>
          <th className="n">{t("statement.amount")}</th>
          <th className="n">{t("statement.balance")}</th>
          <th>{t("statement.other")}</th>
          <th>{t("statement.serial")}</th>
        </tr>
      </thead>
      <tbody>
        {props.preview.rows.map((r) => (
          <tr key={`${r.sheet}.${r.line}`}>
            <td className="n num">{props.preview.sheet > 1 ? `${r.sheet}:${r.line}` : r.line}</td>
            <td>
              <Time at={r.at} full />
            </td>
            <td>
              {r.own_name} <span className="num">{r.own}</span>
            </td>
            <td>{t(r.direction === "out" ? "statement.out" : "statement.in")}</td>
            <td className="n">
              <Money amount={r.amount} />
            </td>
            <td className="n">
              <Money amount={r.balance} />
            </td>
            <td>
              {r.other || r.other_name ? (
                <>
                  {r.other_name} <span className="num">{r.other}</span>
                </>
              ) : (
                <span className="dim">{t("statement.unsaid")}</span>
              )}
            </td>
            <td className="num dim">{r.serial}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
