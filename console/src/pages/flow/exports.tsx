/** What leaves the page: a spreadsheet (with a purpose, because numbers are whole), the paper, and the drawing as a picture. */
import { App, Button, Input } from "antd";
import { type RefObject, useState } from "react";
import { client, intent, must } from "../../api/client";
import { useCommand } from "../../api/command";
import { openFile, pdfLink, saveBlob } from "../../api/links";
import type { Flow } from "../../api/types";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/Field";
import { ProblemNote } from "../../parts/FourStates";
import { useWords } from "../../words";
import { type FlowSearch, questionOf } from "./view";

const asShown = (search: FlowSearch) => {
  const { stops: _, ...shown } = questionOf(search);
  return shown;
};

export function SheetDialog(props: { flow: Flow; search: FlowSearch; close: () => void }) {
  const { t } = useWords();
  const [purpose, setPurpose] = useState(t("flow.usualPurpose"));
  const sheet = useCommand<void, Blob>(
    async (_, key) =>
      (await must(
        client.POST("/api/reports/{id}/flow/sheet", {
          params: { path: { id: props.flow.report_id } },
          body: { ...asShown(props.search), purpose },
          parseAs: "blob",
          ...intent(key),
        }),
      )) as unknown as Blob,
    {
      onDone: (file) => {
        saveBlob(file, `${props.flow.report_number}-${props.flow.doctrine}.xlsx`);
        props.close();
      },
    },
  );
  return (
    <Dialog title={t("flow.exportSheet")} close={props.close} width={460}>
      <p className="dim">{t("flow.sheetNote")}</p>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          sheet.fire();
        }}
      >
        <Field label={t("reveal.purpose")} name="purpose" problem={sheet.problem}>
          <Input autoFocus value={purpose} onChange={(e) => setPurpose(e.target.value)} maxLength={200} />
        </Field>
        <ProblemNote problem={sheet.problem} />
        <Button type="primary" htmlType="submit" loading={sheet.busy} disabled={purpose.trim() === ""}>
          {t("flow.exportSheet")}
        </Button>
      </form>
    </Dialog>
  );
}

/** Fixes the flow as 涉案资金流向表 and opens its print. */
export function usePaper(flow: Flow, search: FlowSearch) {
  const made = useCommand(
    (_: undefined, key) =>
      must(
        client.POST("/api/reports/{id}/flow/paper", {
          params: { path: { id: flow.report_id } },
          body: asShown(search),
          ...intent(key),
        }),
      ),
    { refresh: ["documents", "case"], onDone: (paper) => openFile(pdfLink(paper.id)) },
  );
  return { busy: made.busy, problem: made.problem, fire: () => made.fire(undefined) };
}

export function usePicture(flow: Flow, picture: RefObject<(() => string | null | Promise<string | null>) | null>) {
  const { t } = useWords();
  const { message } = App.useApp();
  return async () => {
    const address = await picture.current?.();
    if (!address) return void message.error(t("flow.noPicture"));
    const comma = address.indexOf(",");
    const bytes = Uint8Array.from(atob(address.slice(comma + 1)), (c) => c.charCodeAt(0));
    saveBlob(new Blob([bytes], { type: "image/png" }), `${flow.report_number}-${flow.doctrine}.png`);
  };
}
