/**
 * Actions as objects. Promise: one object says what a thing is called, which right it needs, when it makes
 * sense, which key does it and what it does; button, menu, key and cheat sheet all read the same object.
 */
import type { Right } from "../access/access";

export interface Action {
  id: string;
  label: string;
  /** `Enter`, `q`, `Shift+Enter`, `Ctrl+Enter`, `g d` (two keys in a row). */
  keys?: string;
  right?: Right;
  /** False hides the effect: the button is disabled, the key does nothing. */
  when?: boolean;
  /** Why it is not possible now; shown on the disabled button. */
  because?: string;
  tone?: "primary" | "danger" | "quiet";
  group?: string;
  /** The key also works while typing in a field. Keys with Ctrl do so anyway. */
  whileTyping?: boolean;
  busy?: boolean;
  run: () => unknown;
}

export interface Chord {
  key: string;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
}

/** Reads one step of `keys`; Ctrl stands for Command on a Mac. */
export function chord(step: string): Chord {
  const parts = step.split("+");
  const key = parts.pop() ?? "";
  const has = (name: string) => parts.some((p) => p.toLowerCase() === name);
  return { key: key.toLowerCase(), ctrl: has("ctrl"), alt: has("alt"), shift: has("shift") };
}

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export function pressed(step: string, press: Press): boolean {
  const want = chord(step);
  const key = press.key === " " ? "space" : press.key.toLowerCase();
  if (key !== want.key) return false;
  if (want.ctrl !== (press.ctrlKey || press.metaKey) || want.alt !== press.altKey) return false;
  // A sign such as `?` needs Shift on most keyboards: only letters and named keys care about Shift.
  const cares = /^([a-z]|.{2,})$/.test(want.key);
  return !cares || want.shift === press.shiftKey;
}

/** Whether the action can be carried out now by this person. */
export function ready(action: Action, may: (right: Right) => boolean): boolean {
  return may(action.right) && action.when !== false && !action.busy;
}
