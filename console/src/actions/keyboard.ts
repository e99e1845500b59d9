/**
 * The keyboard layer. Promise: one listener; the newest layer answers first, and a layer that closes the way
 * (a dialog) hides the keys below it. Text fields keep their letters; input methods keep their Enter.
 */
import type { Right } from "../access/access";
import { type Action, type Press, pressed } from "./action";

interface Layer {
  actions: () => Action[];
  closed: boolean;
  /** 0 the frame, 1 a page and its parts, 2 a dialog: what lies deeper answers later. */
  level: number;
}

const SEQUENCE_MS = 1200;

export class Keyboard {
  private layers: Layer[] = [];
  private first: { step: string; at_ms: number } | null = null;
  private readonly watchers = new Set<() => void>();
  may: (right: Right) => boolean = () => true;

  add(layer: Layer): () => void {
    this.layers.push(layer);
    this.changed();
    return () => {
      this.layers = this.layers.filter((l) => l !== layer);
      this.changed();
    };
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** What can be pressed now, newest layer first; the first of equal keys wins. */
  visible(): Action[] {
    const seen = new Set<string>();
    const list: Action[] = [];
    for (const layer of [...this.layers].reverse().sort((a, b) => b.level - a.level)) {
      for (const action of layer.actions()) {
        if (!action.keys || seen.has(action.keys) || !this.may(action.right)) continue;
        seen.add(action.keys);
        list.push(action);
      }
      if (layer.closed) break;
    }
    return list;
  }

  /** Finds what a press means; remembers the first key of a pair. */
  find(press: Press, typing: boolean, now_ms: number): Action | "waiting" | null {
    const usable = this.visible().filter((a) => a.when !== false && !a.busy && (!typing || worksTyping(a)));
    const begun = this.first && now_ms - this.first.at_ms < SEQUENCE_MS ? this.first.step : null;
    this.first = null;
    if (begun) {
      const second = usable.find((a) => {
        const [one, two] = steps(a);
        return two !== undefined && one === begun && pressed(two, press);
      });
      if (second) return second;
    }
    const single = usable.find((a) => {
      const [one, two] = steps(a);
      return one !== undefined && two === undefined && pressed(one, press);
    });
    if (single) return single;
    const opening = usable.find((a) => {
      const [one, two] = steps(a);
      return one !== undefined && two !== undefined && pressed(one, press);
    });
    if (!opening) return null;
    this.first = { step: steps(opening)[0] ?? "", at_ms: now_ms };
    return "waiting";
  }
}

function steps(action: Action): string[] {
  return (action.keys ?? "").split(" ").filter(Boolean);
}

function worksTyping(action: Action): boolean {
  return action.whileTyping === true || /ctrl\+|alt\+|^F\d+$|^escape$/i.test(action.keys ?? "");
}

/** A place that wants letters for itself. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Enter and Space on a focused button or link belong to it. */
function isOwnPress(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" && event.key !== " ") return false;
  return (
    event.target instanceof Element &&
    event.target.closest("button,a[href],[role=option],[role=combobox],[role=tab]") !== null
  );
}

function isCommand(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey || /^F\d+$/.test(event.key);
}

export const keyboard = new Keyboard();

export function listen(target: Pick<Window, "addEventListener" | "removeEventListener">): () => void {
  const answer = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (isOwnPress(event) && !event.ctrlKey && !event.metaKey) return;
    const found = keyboard.find(event, isTyping(event.target), event.timeStamp);
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    if (found !== "waiting") found.run();
  };
  // A command goes before any control that takes Enter for itself; plain keys are for the control first.
  const early = (event: KeyboardEvent) => void (isCommand(event) && answer(event));
  const late = (event: KeyboardEvent) => void (!isCommand(event) && answer(event));
  target.addEventListener("keydown", early, { capture: true });
  target.addEventListener("keydown", late);
  return () => {
    target.removeEventListener("keydown", early, { capture: true });
    target.removeEventListener("keydown", late);
  };
}
