/** Reading a citizen's data is a named act with a purpose. What was revealed stays in this dialog and nowhere else. */

import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { client, intent, must } from "../api/client";
import { useCommand } from "../api/command";
import type { Revealed, Uuid } from "../api/types";
import { useWords } from "../words";
import { Dialog } from "./Dialog";
import { Field } from "./Field";
import { ProblemNote } from "./FourStates";

const FIELDS = [
  "caller_name",
  "caller_phone",
  "victim_name",
  "victim_id_number",
  "victim_phone",
  "victim_address",
  "account_numbers",
] as const;

export function RevealDialog(props: { report: Uuid; close: () => void }) {
  const { t, code } = useWords();
  const [fields, setFields] = useState<string[]>(["victim_name", "victim_phone"]);
  const [purpose, setPurpose] = useState("");
  const reveal = useCommand<undefined, Revealed>((_, key) =>
    must(
      client.POST("/api/reports/{id}/reveal", {
        params: { path: { id: props.report } },
        body: { fields, purpose },
        ...intent(key),
      }),
    ),
  );
  const [shown, setShown] = useState<Revealed | null>(null);
  return (
    <Dialog title={t("reveal.title")} close={props.close} width={480}>
      <p className="dim">{t("reveal.note")}</p>
      {shown ? (
        <dl className="kv">
          {shown.fields.map((f) => (
            <RevealedLine key={f.field + f.value} term={code("field", f.field)} value={f.value} />
          ))}
        </dl>
      ) : (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            void reveal.run(undefined).then(setShown, () => undefined);
          }}
        >
          <Checkbox.Group
            value={fields}
            onChange={(v) => setFields(v)}
            options={FIELDS.map((f) => ({ value: f, label: code("field", f) }))}
          />
          <Field label={t("reveal.purpose")} name="purpose" problem={reveal.problem}>
            <Input autoFocus value={purpose} onChange={(e) => setPurpose(e.target.value)} maxLength={200} />
          </Field>
          <ProblemNote problem={reveal.problem} />
          <Button
            type="primary"
            htmlType="submit"
            loading={reveal.busy}
            disabled={purpose.trim() === "" || fields.length === 0}
          >
            {t("reveal.do")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}

/** The whole number and holder of one account. */
export function AccountRevealDialog(props: { account: Uuid; close: () => void }) {
  const { t, code } = useWords();
  const [purpose, setPurpose] = useState("");
  const [shown, setShown] = useState<Revealed | null>(null);
  const reveal = useCommand<undefined, Revealed>((_, key) =>
    must(
      client.POST("/api/accounts/{id}/reveal", {
        params: { path: { id: props.account } },
        body: { purpose },
        ...intent(key),
      }),
    ),
  );
  return (
    <Dialog title={t("account.reveal")} close={props.close} width={480}>
      <p className="dim">{t("reveal.note")}</p>
      {shown ? (
        <dl className="kv">
          {shown.fields.map((f) => (
            <RevealedLine key={f.field + f.value} term={code("field", f.field)} value={f.value} />
          ))}
        </dl>
      ) : (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            void reveal.run(undefined).then(setShown, () => undefined);
          }}
        >
          <Field label={t("reveal.purpose")} name="purpose" problem={reveal.problem}>
            <Input autoFocus value={purpose} onChange={(e) => setPurpose(e.target.value)} maxLength={200} />
          </Field>
          <ProblemNote problem={reveal.problem} />
          <Button type="primary" htmlType="submit" loading={reveal.busy} disabled={purpose.trim() === ""}>
            {t("reveal.do")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}

function RevealedLine(props: { term: string; value: string }) {
  return (
    <>
      <dt>{props.term}</dt>
      <dd className="num">{props.value || "—"}</dd>
    </>
  );
}
