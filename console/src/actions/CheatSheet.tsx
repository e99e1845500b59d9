/** The `?` sheet: every key that works now, by group. It reads the same objects the keys do, so it cannot be wrong. */
import { Modal } from "antd";
import { useState, useSyncExternalStore } from "react";
import { useWords } from "../words";
import type { Action } from "./action";
import { Keys } from "./Keys";
import { keyboard } from "./keyboard";
import { useActions } from "./useActions";

let version = 0;
keyboard.watch(() => {
  version += 1;
});

/** The actions that have a key now; re-reads when layers change. */
export function useVisibleActions(): Action[] {
  useSyncExternalStore(
    (watcher) => keyboard.watch(watcher),
    () => version,
  );
  return keyboard.visible();
}

export function grouped(actions: Action[], other: string): [string, Action[]][] {
  const map = new Map<string, Action[]>();
  for (const action of actions) {
    const group = action.group ?? other;
    map.set(group, [...(map.get(group) ?? []), action]);
  }
  return [...map];
}

export function CheatSheet() {
  const { t } = useWords();
  const [shown, setShown] = useState<Action[] | null>(null);
  const close = () => setShown(null);
  useActions(
    [
      {
        id: "sheet",
        label: t("keys.sheet"),
        keys: "?",
        group: t("keys.everywhere"),
        run: () => setShown(keyboard.visible()),
      },
    ],
    { level: 0 },
  );
  useActions([{ id: "sheet-close", label: t("do.close"), keys: "Escape", run: close }], {
    closed: true,
    active: shown !== null,
  });
  return (
    <Modal open={shown !== null} onCancel={close} footer={null} title={t("keys.sheet")} width={760}>
      <div className="sheet">
        {grouped(shown ?? [], t("keys.thisPage")).map(([group, actions]) => (
          <section key={group}>
            <h4>{group}</h4>
            {actions.map((a) => (
              <div key={a.id} className={a.when === false ? "off" : undefined}>
                <span>{a.label}</span>
                <Keys keys={a.keys ?? ""} />
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}
