import { describe, expect, test } from "vitest";
import type { Action, Press } from "./action";
import { Keyboard } from "./keyboard";

const press = (key: string, mods: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...mods,
});
const action = (id: string, keys: string, more: Partial<Action> = {}): Action => ({
  id,
  keys,
  label: id,
  run: () => id,
  ...more,
});

function board(...layers: { closed?: boolean; level?: number; actions: Action[] }[]): Keyboard {
  const k = new Keyboard();
  for (const l of layers) k.add({ closed: l.closed ?? false, level: l.level ?? 1, actions: () => l.actions });
  return k;
}

function check(k: Keyboard, p: Press, typing = false): string | null {
  const found = k.find(p, typing, 0);
  return found === null || found === "waiting" ? found : found.id;
}

describe("keyboard", () => {
  const page = [action("query", "q"), action("send", "Ctrl+Enter"), action("sheet", "?"), action("desk", "g d")];

  test.each<[string, Press, boolean, string | null]>([
    ["a letter", press("q"), false, "query"],
    ["a letter while typing is text", press("q"), true, null],
    ["Ctrl works while typing", press("Enter", { ctrlKey: true }), true, "send"],
    ["Command is Ctrl", press("Enter", { metaKey: true }), true, "send"],
    ["plain Enter is not Ctrl+Enter", press("Enter"), false, null],
    ["? with Shift", press("?", { shiftKey: true }), false, "sheet"],
    ["Shift+Q is not q", press("Q", { shiftKey: true }), false, null],
    ["the first of a pair waits", press("g"), false, "waiting"],
  ])("%s", (_name, p, typing, want) => expect(check(board({ actions: page }), p, typing)).toBe(want));

  test("two keys in a row", () => {
    const k = board({ actions: page });
    check(k, press("g"));
    expect(check(k, press("d"))).toBe("desk");
  });

  test("a dialog hides the page", () => {
    const k = board({ actions: page }, { closed: true, actions: [action("close", "Escape")] });
    expect(check(k, press("q"))).toBeNull();
    expect(check(k, press("Escape"))).toBe("close");
  });

  test("the newest layer wins", () => {
    expect(check(board({ actions: page }, { actions: [action("newer", "q")] }), press("q"))).toBe("newer");
  });

  test("the frame answers last, even when it came last", () => {
    expect(check(board({ actions: page }, { level: 0, actions: [action("frame", "q")] }), press("q"))).toBe("query");
  });

  test("no right, no key, and not on the sheet", () => {
    const k = board({ actions: [action("approve", "a", { right: "order_approve" })] });
    k.may = (right) => right === undefined;
    expect(check(k, press("a"))).toBeNull();
    expect(k.visible()).toEqual([]);
  });

  test("an action that makes no sense now does nothing", () => {
    expect(check(board({ actions: [action("x", "x", { when: false })] }), press("x"))).toBeNull();
  });
});
