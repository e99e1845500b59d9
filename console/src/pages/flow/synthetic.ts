/** An invented flow of any size, the same for the same seed: for tests and for measuring how fluid a drawing is. */
import type { Flow, FlowAccount, FlowLink } from "../../api/types";

const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const START = Date.parse("2026-11-22T19:22:08+08:00");
const iso = (ms: number): string => `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
const STATES = ["held", "reachable", "gone", "gone", "failed", "ordered"];
const KINDS = ["personal", "personal", "personal", "corporate", "cash", "merchant", "virtual_asset"];
const SURNAMES = "王李张刘陈杨黄赵周吴";

function dice(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

export function syntheticFlow(count: number, seed = 7, victims = 2): Flow {
  const roll = dice(seed);
  const accounts: FlowAccount[] = [];
  const links: FlowLink[] = [];
  const hops = Math.min(6, Math.max(2, Math.round(Math.log2(count))));
  for (let i = 0; i < count; i += 1) {
    const hop = i < 3 ? 1 : Math.min(hops, 2 + Math.floor(((i - 3) / Math.max(1, count - 3)) * (hops - 1)));
    const before = accounts.filter((a) => a.hop === hop - 1 && !a.exit);
    const parent = before[roll(Math.min(before.length, 40) || 1)];
    const received = (roll(900_000) + 1000) * 10;
    const kind = hop > 2 ? (KINDS[roll(KINDS.length)] ?? "personal") : "personal";
    const exit = kind !== "personal" && kind !== "corporate";
    const state = exit ? "gone" : (STATES[roll(STATES.length)] ?? "gone");
    const still = state === "gone" ? 0 : Math.floor(received / 3);
    const at = START + hop * 600_000 + roll(540) * 1000;
    const parts =
      victims > 1 ? [{ victim: i % victims, amount: yuan(received) }] : [{ victim: 0, amount: yuan(received) }];
    accounts.push({
      id: id(i + 1),
      account_id: id(i + 1),
      hop,
      parent: hop === 1 ? null : (parent?.id ?? null),
      holder_masked: `${SURNAMES[roll(10)]}*`,
      number_tail: String(1000 + roll(9000)),
      bank_name: ["工商银行", "农业银行", "建设银行", "邮储银行", "黄冈农商行"][roll(5)] ?? "",
      note_zh: "",
      note_en: "",
      told: hop === 1 ? yuan(received) : "0.00",
      received: yuan(received),
      sent: yuan(received - still),
      expected: yuan(still),
      balance: null,
      balance_at: null,
      hold: null,
      held: state === "held" ? yuan(still) : "0.00",
      reachable: state === "reachable" ? yuan(still) : "0.00",
      unseen: "0.00",
      returned: "0.00",
      gone: state === "gone" ? yuan(received) : "0.00",
      state,
      state_text_zh: state,
      state_text_en: state,
      kind,
      exit,
      proposable: state === "reachable",
      due_at: null,
      due_approx: false,
      first_at: iso(at),
      last_at: iso(at),
      statement_known: state !== "reachable",
      parts,
      marks: [],
    });
    if (parent && hop > 1) {
      links.push({
        src: parent.id,
        dst: id(i + 1),
        traced: yuan(received),
        whole: yuan(received + roll(5000)),
        count: 1 + roll(3),
        first_at: iso(at),
        last_at: iso(at),
        parts,
      });
      const other = before[roll(before.length || 1)];
      if (other && other !== parent && roll(4) === 0) {
        const extra = { ...(links.at(-1) as FlowLink), src: other.id, traced: yuan(1000 + roll(90_000)) };
        links.push(extra);
      }
    }
  }
  const money = {
    total: "128600.00",
    held: "73260.00",
    reachable: "31140.00",
    unseen: "0.00",
    gone: "24200.00",
    held_percent: 57,
    reachable_percent: 24,
    unseen_percent: 0,
    gone_percent: 19,
  };
  return {
    report_id: id(0),
    report_number: "J4211002611220047",
    doctrine: "fifo",
    until: iso(START + 7_200_000),
    live: true,
    may_order: true,
    first_at: iso(START),
    moments: [...new Set(accounts.map((a) => a.first_at))].sort(),
    money,
    victims: Array.from({ length: victims }, (_, i) => ({ name_masked: `${SURNAMES[i]}*`, money })),
    seeds: accounts
      .filter((a) => a.hop === 1)
      .map((a, i) => ({
        victim: i % victims,
        to: a.id,
        told: true,
        amount: a.received,
        count: 1,
        first_at: iso(START),
        last_at: iso(START),
      })),
    accounts,
    links,
    cuts: [],
    assumptions: [],
    next: accounts
      .filter((a) => a.proposable)
      .slice(0, 3)
      .map((a) => ({
        id: a.id,
        account_id: a.id,
        amount: a.reachable,
        chance: 60,
        text_zh: "刚到账",
        text_en: "just arrived",
      })),
    what_if: null,
    server_time: iso(START + 7_200_000),
  };
}
