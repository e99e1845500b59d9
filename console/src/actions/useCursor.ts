/** J and K walk a list; the row under the cursor stays in sight. */
import { useEffect, useState } from "react";
import { useWords } from "../words";
import type { Action } from "./action";

/** Where the cursor is after a step, within the list. */
export function step(at: number, by: number, length: number): number {
  return length === 0 ? 0 : Math.max(0, Math.min(length - 1, at + by));
}

export interface Cursor {
  at: number;
  set: (at: number) => void;
  actions: Action[];
}

export function useCursor(length: number): Cursor {
  const { t } = useWords();
  const [wanted, set] = useState(0);
  const at = step(wanted, 0, length);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row moves when the cursor does
  useEffect(() => {
    document.querySelector(".cursor")?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const actions: Action[] = [
    { id: "down", label: t("do.down"), keys: "j", when: length > 0, run: () => set(step(at, 1, length)) },
    { id: "up", label: t("do.up"), keys: "k", when: length > 0, run: () => set(step(at, -1, length)) },
    { id: "down-arrow", label: t("do.down"), keys: "ArrowDown", when: length > 0, run: () => set(step(at, 1, length)) },
    { id: "up-arrow", label: t("do.up"), keys: "ArrowUp", when: length > 0, run: () => set(step(at, -1, length)) },
  ];
  return { at, set, actions };
}
