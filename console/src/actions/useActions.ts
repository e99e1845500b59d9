/** Puts a page's or dialog's actions on the keyboard while it is shown. */
import { useEffect, useRef } from "react";
import type { Action } from "./action";
import { keyboard } from "./keyboard";

/** `closed` hides every key of the layers below, as a dialog must. */
export function useActions(actions: Action[], options: { closed?: boolean; active?: boolean } = {}): void {
  const latest = useRef(actions);
  latest.current = actions;
  const { closed = false, active = true } = options;
  useEffect(() => {
    if (!active) return;
    return keyboard.add({ closed, actions: () => latest.current });
  }, [closed, active]);
  const signature = actions.map((a) => `${a.id}${a.keys}${a.when}${a.label}`).join("|");
  // The footer and the cheat sheet show what can be pressed; tell them when it changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the actions
  useEffect(() => keyboard.changed(), [signature]);
}
