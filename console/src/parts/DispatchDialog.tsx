/** Sends the report to the police of the place of the offence. */

import { Button, Select } from "antd";
import { useState } from "react";
import { client, intent, must } from "../api/client";
import { useCommand } from "../api/command";
import type { Uuid } from "../api/types";
import { useWords } from "../words";
import { Dialog } from "./Dialog";
import { Field, useFieldId } from "./Field";
import { ProblemNote } from "./FourStates";
import { useAreas } from "./useAreas";

export function AreaSelect(props: { value: string; onChange: (area: string) => void; autoFocus?: boolean }) {
  const { t } = useWords();
  const id = useFieldId();
  const areas = useAreas();
  return (
    <Select
      id={id}
      autoFocus={props.autoFocus ?? false}
      showSearch={{ optionFilterProp: "label" }}
      value={props.value || undefined}
      placeholder={t("intake.choose")}
      onChange={props.onChange}
      options={areas}
    />
  );
}

export function DispatchDialog(props: { report: Uuid; area: string; close: () => void }) {
  const { t } = useWords();
  // The place of the offence is the likely one; the person may send it elsewhere.
  const [area, setArea] = useState(props.area);
  const send = useCommand(
    (to: string, key) =>
      must(
        client.POST("/api/reports/{id}/dispatch", {
          params: { path: { id: props.report } },
          body: { area: to },
          ...intent(key),
        }),
      ),
    { refresh: ["golden", "reports"], onDone: props.close },
  );
  return (
    <Dialog
      title={t("golden.dispatch")}
      close={props.close}
      width={420}
      focus="button[type=submit]"
      actions={[
        {
          id: "dispatch-send",
          label: t("golden.dispatch"),
          keys: "Ctrl+Enter",
          when: area !== "",
          busy: send.busy,
          run: () => send.fire(area),
        },
      ]}
    >
      <Field label={t("intake.offenceArea")} name="area" problem={send.problem}>
        <AreaSelect value={area} onChange={setArea} />
      </Field>
      <ProblemNote problem={send.problem} />
      <Button
        type="primary"
        htmlType="submit"
        loading={send.busy}
        disabled={area === ""}
        onClick={() => send.fire(area)}
      >
        {t("golden.dispatch")}
      </Button>
    </Dialog>
  );
}
