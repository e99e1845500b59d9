/** A dialog. Promise: the first field has the focus when it opens, Escape closes it, and the keys below are hidden. */
import { Modal } from "antd";
import { type ReactNode, useRef } from "react";
import type { Action } from "../actions/action";
import { useActions } from "../actions/useActions";
import { useWords } from "../words";

const FIELDS = "input:not([type=checkbox]):not([disabled]), textarea, button[type=submit]";

export function Dialog(props: {
  title: ReactNode;
  close: () => void;
  width?: number;
  actions?: Action[];
  /** What has the focus first; the first field when nothing is named. */
  focus?: string;
  children: ReactNode;
}) {
  const { t } = useWords();
  const body = useRef<HTMLDivElement>(null);
  useActions([...(props.actions ?? []), { id: "close", label: t("do.close"), keys: "Escape", run: props.close }], {
    closed: true,
  });
  return (
    <Modal
      open
      keyboard={false}
      onCancel={props.close}
      footer={null}
      title={props.title}
      width={props.width ?? 460}
      afterOpenChange={(open) => open && body.current?.querySelector<HTMLElement>(props.focus ?? FIELDS)?.focus()}
    >
      <div ref={body} className="dialog">
        {props.children}
      </div>
    </Modal>
  );
}
