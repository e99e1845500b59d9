/** Puts a page's or dialog's actions on the keyboard while it is shown. */
import { useEffect, useRef } from "react";
import type { Action } from "./action";
import { keyboard } from "./keyboard";

/** `closed` hides every key of the layers below, as a dialog must. */
export function useActions(
  actions: Action[],
  options: { closed?: boolean; active?: boolean; level?: number } = {},
): void {
  const latest = useRef(actions);
  latest.current = actions;
  const { closed = false, active = true } = options;
  const level = options.level ?? (closed ? 2 : 1);
  useEffect(() => {
    if (!active) return;
    return keyboard.add({ closed, level, actions: () => latest.current });
  }, [closed, active, level]);
  const signature = actions.map((a) => `${a.id}${a.keys}${a.when}${a.label}`).join("|");
  // The footer and the cheat sheet show what can be pressed; tell them when it changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the actions
  useEffect(() => keyboard.changed(), [signature]);
}
