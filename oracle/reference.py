#!/usr/bin/env python3
"""Slow, clear oracle of a trace (docs/TRACE.md); needs numpy and nothing else.
  reference.py DATA_DIR [--write expected_1m.json | --check expected_1m.json]   DATA_DIR as gen_transfers.py --bin writes it
  reference.py --selftest                                                       the worked example"""
from bisect import bisect_right
import sys, json, csv, hashlib, time
from collections import deque, defaultdict
import numpy as np

REACH = dict(depth=5, dwell=48 * 3600_000, min_amount=0)
TAINT = dict(depth=10, horizon=7 * 86_400_000, min_taint=100)

class Store:
    @classmethod
    def load(cls, d):
        read = lambda name, kind: np.fromfile(f"{d}/{name}.bin", kind)
        return cls(read("ts", "<i8"), read("src", "<u4"), read("dst", "<u4"), read("amount", "<i8"), read("stop", "u1"), read("opening", "<i8"))
    def __init__(self, ts, src, dst, amt, stop, opening):
        self.ts, self.src, self.dst, self.amt = (np.asarray(c).astype(np.int64) for c in (ts, src, dst, amt))
        self.stop = np.asarray(stop).astype(bool); opening = np.asarray(opening).astype(np.int64)
        n, A = len(self.ts), len(opening); self.n = n
        # balance of dst just before each transfer: running sum over that account's own events in id order
        acc = np.concatenate([self.src, self.dst]); dv = np.concatenate([-self.amt, self.amt]); e = np.concatenate([np.arange(n)] * 2)
        o = np.argsort(acc * (n + 1) + e, kind="stable"); acc, dv = acc[o], dv[o]; cs = np.cumsum(dv)
        first = np.searchsorted(acc, np.arange(A)); base = np.where(first > 0, cs[np.maximum(first - 1, 0)], 0)
        before = cs - dv - base[acc] + opening[acc]
        back = np.empty(2 * n, np.int64); back[o] = before
        self.src_before, self.dst_before = back[:n], back[n:]
        assert self.src_before.min() >= 0 and (self.src_before - self.amt).min() >= 0
        self.out = defaultdict(list)
        for i, s in enumerate(self.src.tolist()): self.out[s].append(i)
        self.L = [x.tolist() for x in (self.ts, self.src, self.dst, self.amt)]

def reach(S, seed, depth, dwell, min_amount):
    """{transfer id: min hop}; hop of the seed is 0.  Level by level, so the first label is the least."""
    ts, src, dst, amt = S.L
    hop = {seed: 0}; level = [seed]
    for h in range(1, depth + 1):
        nxt = []
        for e in level:
            u = dst[e]
            if S.stop[u]: continue
            for t in S.out[u][bisect_right(S.out[u], e):]:   # id order == (ts,id) order
                if t in hop or amt[t] < min_amount: continue   # (the time test below may be reached later: order is irrelevant)
                if ts[t] > ts[e] + dwell: break
                hop[t] = h; nxt.append(t)
        level = nxt
    return hop

def taint(S, seed, mode, depth, horizon, min_taint):
    """Sweep every transfer from the seed to the horizon in id order.  Returns (rows, held, totals).
    rows: (transfer id, tainted amount delivered, least hop among it)."""
    ts, src, dst, amt = S.L
    state = {}      # account -> haircut: [balance, [taint per hop]]   fifo: deque of [amount, hop or -1]
    rows, tot = [], dict(exit=0, dust=0, beyond=0)
    end = ts[seed] + horizon
    for e in range(seed, S.n):
        if ts[e] > end: break
        u, v, x = src[e], dst[e], amt[e]
        if u == v: continue
        lots = []                                    # tainted part of this transfer: [(amount, hop after the transfer)], in order
        if e == seed: lots = [(x, 0)]; full = [(x, 0)]
        elif u in state:
            if mode == "haircut":
                B, T = state[u]; cum = prev = 0
                if sum(T):
                    run = 0
                    for h in range(depth + 1):
                        run += T[h]; cum = x * run // B; p = cum - prev; prev = cum
                        T_h = T[h]; assert 0 <= p <= T_h
                        T[h] -= p
                        if p: lots.append((p, h + 1))
                state[u][0] = B - x
                full = lots
            else:
                q = state[u]; need = x; full = []
                while need:
                    a, h = q[0]; k = min(a, need); need -= k
                    full.append((k, h + 1 if h >= 0 else -1))
                    if k == a: q.popleft()
                    else: q[0][0] = a - k
                lots = [l for l in full if l[1] >= 0]
        else: full = []
        p = sum(a for a, _ in lots)
        if e != seed and 0 < p < min_taint:
            tot["dust"] += p; lots = []; full = []
        over = sum(a for a, h in lots if h > depth)
        if over:
            tot["beyond"] += over; lots = [l for l in lots if l[1] <= depth]
            full = [(a, h if h <= depth else -1) for a, h in full]
        p = sum(a for a, _ in lots)
        if p: rows.append((e, p, min(h for _, h in lots)))
        if S.stop[v]: tot["exit"] += p; continue
        if v not in state:
            if not p: continue
            b = int(S.dst_before[e])
            state[v] = [b, [0] * (depth + 1)] if mode == "haircut" else deque([[b, -1]] if b else [])
        if mode == "haircut":
            state[v][0] += x
            for a, h in lots: state[v][1][h] += a
        else:
            if not p: full = [(x, -1)]
            for a, h in full: state[v].append([a, h])
    held = {}
    for a, s in state.items():
        t = sum(s[1]) if mode == "haircut" else sum(k for k, h in s if h >= 0)
        if t: held[a] = t
    tot["held"] = sum(held.values())
    assert sum(tot.values()) == amt[seed], (tot, amt[seed])      # conservation
    return rows, held, tot

def digest(rows): return hashlib.sha256("".join(",".join(map(str, r)) + "\n" for r in sorted(rows)).encode()).hexdigest()[:16]

def selftest():     # the worked example: accounts V=0 A=1 B=2 C=3 E=4 X=5(cash-out)
    S = Store([0, 10, 20, 30, 40, 50], [0, 1, 4, 1, 2, 3], [1, 2, 1, 3, 5, 5], [300, 200, 100, 200, 200, 125], [0, 0, 0, 0, 0, 1], [300, 100, 0, 50, 100, 0])
    assert reach(S, 0, 5, 1000, 0) == {0: 0, 1: 1, 3: 1, 4: 2, 5: 2}
    r, h, t = taint(S, 0, "haircut", 10, 1000, 1)
    assert r == [(0, 300, 0), (1, 150, 1), (3, 100, 1), (4, 150, 2), (5, 50, 2)] and h == {1: 50, 3: 50} and t == dict(exit=200, dust=0, beyond=0, held=100)
    r, h, t = taint(S, 0, "fifo", 10, 1000, 1)
    assert r == [(0, 300, 0), (1, 100, 1), (3, 200, 1), (4, 100, 2), (5, 75, 2)] and h == {3: 125} and t == dict(exit=175, dust=0, beyond=0, held=125)
    r, h, t = taint(S, 0, "haircut", 1, 1000, 1); assert t == dict(exit=0, dust=0, beyond=200, held=100)
    r, h, t = taint(S, 0, "fifo", 10, 1000, 90); assert t == dict(exit=100, dust=75, beyond=0, held=125)
    print("selftest ok")

def main():
    if sys.argv[1] == "--selftest": return selftest()
    d = sys.argv[1]; S = Store.load(d); out = []; tim = defaultdict(list)
    for r in csv.DictReader(open(f"{d}/seeds.csv")):
        s = int(r["transfer_id"]); q = dict(qid=int(r["qid"]), seed=s, planted_case=int(r["planted_case"]))
        t0 = time.perf_counter(); h = reach(S, s, **REACH); tim["reach"].append(time.perf_counter() - t0)
        q["reach"] = dict(n=len(h), by_hop=[sum(1 for v in h.values() if v == k) for k in range(REACH["depth"] + 1)], sha=digest(h.items()), first=[list(x) for x in sorted(h.items())[:5]])
        for m in ("haircut", "fifo"):
            t0 = time.perf_counter(); rows, held, tot = taint(S, s, m, **TAINT); tim[m].append(time.perf_counter() - t0)
            q[m] = dict(n=len(rows), accounts=len(held), sha=digest(rows), held_sha=digest(held.items()), **tot, first=[list(x) for x in rows[:5]])
        out.append(q)
    for k, v in tim.items(): print(k, "p50 ms %.2f p95 ms %.2f" % (np.median(v) * 1e3, np.quantile(v, .95) * 1e3), file=sys.stderr)
    res = dict(reach=REACH, taint=TAINT, queries=out)
    if "--write" in sys.argv:
        f = open(sys.argv[sys.argv.index("--write") + 1], "w"); f.write('{"reach":%s,"taint":%s,"queries":[\n' % (json.dumps(REACH), json.dumps(TAINT)))
        f.write(",\n".join(json.dumps(q, separators=(",", ":")) for q in out) + "\n]}\n")
    if "--check" in sys.argv:
        assert json.load(open(sys.argv[sys.argv.index("--check") + 1])) == json.loads(json.dumps(res)); print("check ok")
if __name__ == "__main__": main()
