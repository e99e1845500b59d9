import { describe, expect, test } from "vitest";
import type { WordKey } from "../../words";
import { en } from "../../words/en";
import { zh } from "../../words/zh";
import { fits, graphOf, layered } from "./graph";
import { fen, linesOf, nextSort, pickedOf, stepMoment, ticks, uncovered } from "./model";
import { syntheticFlow } from "./synthetic";
import {
  altered,
  blockedBy,
  doctrineOf,
  type FlowSearch,
  LOCAL,
  NO_HISTORY,
  noted,
  questionOf,
  redone,
  stopsOf,
  undone,
  type View,
  viewNamed,
  withStop,
} from "./view";

const flow = syntheticFlow(40);
const ids = (search: FlowSearch, local = LOCAL) =>
  linesOf(flow, search, local).flatMap((l) => (l.is === "account" ? [l.account.id] : []));

describe("the list", () => {
  test("an account stands below the one its money came from", () => {
    const order = ids({});
    for (const a of flow.accounts) {
      const at = order.indexOf(a.id);
      if (at >= 0 && a.parent) expect(order.indexOf(a.parent)).toBeLessThan(at);
    }
  });
  test("a folded branch hides its accounts and nothing else", () => {
    const parent = flow.accounts.find((a) => flow.accounts.some((b) => b.parent === a.id));
    const all = ids({});
    const less = ids({}, { ...LOCAL, folded: new Set([parent?.id ?? ""]) });
    expect(less.length).toBeLessThan(all.length);
    expect(less).toContain(parent?.id);
  });
  test("sorted by an amount it is flat and falls", () => {
    const sorted = ids({ sort: "-received" }).map((id) => flow.accounts.find((a) => a.id === id));
    expect(sorted).toHaveLength(flow.accounts.length);
    const amounts = sorted.map((a) => fen(a?.received));
    expect(amounts).toEqual([...amounts].sort((a, b) => b - a));
  });
  test("sorting goes falling, rising, tree", () => {
    expect(nextSort({}, "sent")).toBe("-sent");
    expect(nextSort({ sort: "-sent" }, "sent")).toBe("sent");
    expect(nextSort({ sort: "sent" }, "sent")).toBeUndefined();
  });
  test("a filter shows its states only", () => {
    const states = new Set(ids({ state: "held" }).map((id) => flow.accounts.find((a) => a.id === id)?.state));
    expect([...states]).toEqual(["held"]);
  });
  test("many children are counted by type first and opened page by page", () => {
    const one = flow.accounts[0];
    const wide = {
      ...flow,
      accounts: syntheticFlow(200).accounts.map((a) => (a.hop === 1 ? a : { ...a, parent: one?.id ?? "", hop: 2 })),
    };
    const lines = linesOf(wide, {}, LOCAL);
    const groups = lines.filter((l) => l.is === "group");
    expect(groups.reduce((n, g) => n + (g.is === "group" ? g.count : 0), 0)).toBe(197);
    const first = groups[0];
    if (first?.is !== "group") throw new Error("no group");
    const opened = linesOf(wide, {}, { ...LOCAL, open: new Map([[first.key, 50]]) });
    expect(opened.length).toBe(lines.length + Math.min(50, first.count) + (first.count > 50 ? 1 : 0));
  });
  test("an account selected elsewhere is uncovered", () => {
    const last = flow.accounts.at(-1);
    const folded = { ...LOCAL, folded: new Set(flow.accounts.map((a) => a.id)) };
    expect(ids({}, folded)).not.toContain(last?.id);
    const shown = uncovered(flow, {}, folded, last?.id ?? "");
    expect(ids({}, shown)).toContain(last?.id);
  });
  test("what can be ordered is picked as the server puts it, or by hand", () => {
    expect(pickedOf(flow, LOCAL)).toEqual(flow.next.map((n) => n.id));
    const gone = flow.accounts.find((a) => !a.proposable)?.id ?? "";
    expect(pickedOf(flow, { ...LOCAL, picked: new Set([gone]) })).toEqual([]);
  });
});

describe("amounts", () => {
  test.each<[string | null, number]>([
    ["0.00", 0],
    ["128600.00", 12_860_000],
    ["1,000.5", 100_050],
    ["-0.03", -3],
    ["7", 700],
    [null, 0],
  ])("%s is %d fen", (text, want) => expect(fen(text)).toBe(want));
});

describe("the time slider", () => {
  const moments = ["2026-11-22T20:00:00+08:00", "2026-11-22T20:10:00+08:00", "2026-11-22T20:20:00+08:00"];
  test.each<[string, string | undefined, 1 | -1, string | null | undefined]>([
    ["from now back to the last transfer", undefined, -1, moments[2]],
    ["from now there is no later", undefined, 1, undefined],
    ["back", moments[1], -1, moments[0]],
    ["on", moments[1], 1, moments[2]],
    ["past the last is now", moments[2], 1, null],
    ["before the first there is nothing", moments[0], -1, undefined],
    ["from between", "2026-11-22T20:05:00+08:00", 1, moments[1]],
  ])("%s", (_name, at, by, want) => expect(stepMoment(moments, at, by)).toBe(want));
  test("ticks on one place are one", () =>
    expect(ticks([...moments, ...moments], Date.parse(moments[0] ?? ""), Date.parse(moments[2] ?? ""), 100)).toEqual([
      0, 0.5, 1,
    ]));
});

describe("the address", () => {
  test("usual values leave no trace", () => {
    expect(altered({ look: "sankey" }, { look: "tree", until: undefined })).toEqual({});
  });
  test("a chosen doctrine stays, whichever it is: which one is usual is the centre's to say", () => {
    expect(altered({}, { doctrine: "fifo" })).toEqual({ doctrine: "fifo" });
    expect(altered({ doctrine: "fifo" }, { doctrine: undefined })).toEqual({});
  });
  test.each<[string, FlowSearch, string]>([
    ["the server's when none is chosen", {}, "lifo"],
    ["the chosen one before its answer is there", { doctrine: "haircut" }, "haircut"],
    ["the server's when the address names none that there is", { doctrine: "first" }, "lifo"],
  ])("the doctrine on screen is %s", (_name, search, want) => expect(doctrineOf(search, "lifo")).toBe(want));
  test("no doctrine is sent when none is chosen", () => {
    expect(questionOf({ until: "t" })).toEqual({ until: "t" });
    expect(questionOf({ doctrine: "first" })).toEqual({});
    expect(questionOf({ doctrine: "fifo" })).toEqual({ doctrine: "fifo" });
  });
  test("stops are set, moved and taken away", () => {
    const one = withStop({}, "a", "2026-11-22T21:04:00+08:00");
    const two = withStop(one, "b", "2026-11-22T21:05:00+08:00");
    expect(stopsOf(withStop(two, "a", "2026-11-22T21:06:00+08:00"))).toEqual([
      { account: "b", at: "2026-11-22T21:05:00+08:00" },
      { account: "a", at: "2026-11-22T21:06:00+08:00" },
    ]);
    expect(withStop(one, "a", null)).toEqual({});
  });
  test("the server is asked about money only", () => {
    expect(questionOf({ sel: "x", look: "network", until: "t", doctrine: "haircut" })).toEqual({
      doctrine: "haircut",
      until: "t",
    });
  });
});

describe("back and forth", () => {
  const view = (sel: string): View => ({ search: { sel }, local: LOCAL });
  test("a step back is a step forth again", () => {
    const h = noted(noted(NO_HISTORY, view("a")), view("b"));
    const back = undone(h, view("c"));
    expect(back?.view.search.sel).toBe("b");
    const forth = back && redone(back.history, back.view);
    expect(forth?.view.search.sel).toBe("c");
    expect(forth?.history.past.map((v) => v.search.sel)).toEqual(["a", "b"]);
  });
  test("a walk is one step", () => {
    let h = noted(NO_HISTORY, view("a"), "walk");
    h = noted(h, view("b"), "walk");
    h = noted(h, view("c"), "walk");
    expect(undone(h, view("d"))?.view.search.sel).toBe("a");
  });
  test("something new forgets what was undone", () => {
    const back = undone(noted(NO_HISTORY, view("a")), view("b"));
    expect(redone(noted(back?.history ?? NO_HISTORY, view("a")), view("x"))).toBeNull();
  });
  test("nothing is before the beginning", () => expect(undone(NO_HISTORY, view("a"))).toBeNull());
});

describe("the drawing", () => {
  const big = syntheticFlow(2000);
  test("every link has both its ends, and every fen of a drawn link is one of the flow's", () => {
    const graph = graphOf(big, {}, 60);
    const known = new Set(graph.nodes.map((n) => n.id));
    for (const l of graph.links) expect(known.has(l.src) && known.has(l.dst)).toBe(true);
    expect(graph.nodes.reduce((n, x) => n + (x.account || x.family === "rest" ? x.count : 0), 0)).toBe(2000);
  });
  test("the selected account is always drawn, with what leads to it", () => {
    const small = [...big.accounts].sort((a, b) => fen(a.received) - fen(b.received))[0]?.id ?? "";
    const graph = graphOf(big, {}, 30, [small]);
    const found = graph.nodes.find((n) => n.id === small);
    expect(found).toBeDefined();
    expect(graph.links.some((l) => l.dst === small)).toBe(true);
  });
  test("two thousand accounts have places of their own, the same each time", () => {
    const graph = graphOf(big, {}, 4000);
    const one = layered(graph);
    const two = layered(graphOf(big, {}, 4000));
    expect([...one]).toEqual([...two]);
    expect(new Set([...one.values()].map((p) => `${p.x} ${p.y}`)).size).toBe(graph.nodes.length);
  });
  test("a chain of single accounts is no flat line", () => {
    const places = layered(graphOf(syntheticFlow(1, 7, 1), {}, 100));
    expect(new Set([...places.values()].map((p) => p.y)).size).toBe(2);
  });
  test("a few accounts fit as they are, and many are made smaller", () => {
    expect(fits(layered(graphOf(syntheticFlow(3), {}, 100)), 840, 480)).toBe(true);
    expect(fits(layered(graphOf(big, {}, 4000)), 840, 480)).toBe(false);
    expect(fits(new Map(), 840, 480)).toBe(true);
  });
  test("money that came back runs against the layers", () => {
    const [a, b] = [flow.links[0]?.src ?? "", flow.links[0]?.dst ?? ""];
    const first = flow.links[0];
    if (!first) throw new Error("no link");
    const round = { ...flow, links: [...flow.links, { ...first, src: b, dst: a }] };
    expect(graphOf(round, {}, 100).links.find((l) => l.src === b && l.dst === a)?.back).toBe(true);
  });
});

describe("nothing is ordered from another view than now", () => {
  const now = { live: true, may_order: true };
  test.each<[string, FlowSearch, { live: boolean; may_order: boolean }, boolean, string | null]>([
    ["as things stand now", {}, now, false, null],
    [
      "an earlier instant",
      { until: "2026-11-22T21:00:00+08:00" },
      { live: false, may_order: false },
      false,
      "flow.notNow",
    ],
    ["an instant whose answer is not there yet", { until: "2026-11-22T21:00:00+08:00" }, now, true, "flow.notNow"],
    ["back at now, with the old answer still on screen", {}, { live: false, may_order: false }, true, "flow.notNow"],
    ["a what-if", { stops: "a@2026-11-22T21:00:00+08:00" }, { live: true, may_order: false }, false, "flow.notTrue"],
    ["a what-if taken back, its answer still on screen", {}, { live: true, may_order: false }, true, "flow.counting"],
    ["another doctrine", { doctrine: "lifo" }, { live: true, may_order: false }, false, "flow.notCentre"],
  ])("%s", (_name, search, shown, busy, why) => {
    expect(blockedBy(search, shown, busy)).toBe(why);
    if (why) expect(zh[why as WordKey] && en[why as WordKey]).toBeTruthy();
  });

  test("every order names the view that it leaves", () => {
    expect(viewNamed({ until: "u", stops: "s", doctrine: "lifo", sel: "x" })).toEqual({
      until: "u",
      stops: "s",
      doctrine: "lifo",
    });
    expect(viewNamed({})).toEqual({ until: "", stops: "", doctrine: "" });
  });
});
