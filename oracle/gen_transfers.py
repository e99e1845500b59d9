#!/usr/bin/env python3
"""A seeded month of invented transfers, with planted fraud chains. Needs numpy and nothing else. Usage:
  gen_transfers.py --n 1000000 --seed 7 --out DIR [--csv] [--bin]
Writes  transfers.csv  id,ts(ms),src,dst,amount(minor units),kind            (--csv)
        accounts.csv   id,type,opening,stop  (type: 0 person 1 company 2 merchant 3 cash-out point;
                       stop = type>=2 or more than 1000 outgoing transfers in the set)   (--csv)
        ts.bin src.bin dst.bin amount.bin stop.bin opening.bin   raw little-endian columns; reference.py reads them   (--bin)
        truth.csv      case_id,transfer_id,hop,cashout   (planted fraud chains; hop 0 = victim's payment)
        seeds.csv      50 query seeds: qid,transfer_id,account,ts,amount,planted_case(-1 = background)
ids are dense and in (ts, draw) order, so id order == (ts,id) order.  Balances never go negative:
the opening balance of each account is chosen from the whole month's flow.
The same n and seed give the same bytes with numpy 1.24 (Debian 12) and 2.4.
"""
import argparse, math, os, time
import numpy as np

DAY = 86_400_000
T0 = 1_767_225_600_000  # 2026-01-01T00:00:00Z in ms
DAYS = 30

def write_csv(path, columns, step=250_000):
    """In pieces, so that the text of a large table is never in memory as a whole. Names are quoted, numbers are not."""
    names, arrays = list(columns), list(columns.values())
    line = (",".join(["%d"] * len(names)) + "\n").__mod__
    with open(path, "w") as f:
        f.write(",".join(f'"{name}"' for name in names) + "\n")
        for at in range(0, len(arrays[0]), step):
            f.write("".join(map(line, zip(*(a[at:at + step].tolist() for a in arrays)))))

def zipf(rng, a, n):
    """rng.zipf(a, n) exactly as numpy 2.4 draws it, on every numpy: the method changed after 1.24. Rejection, two
    doubles a try. Vectors decide the plain cases; where the last bit of pow could decide, the C library's pow does."""
    big, am1 = float(2**63 - 1), a - 1.0
    b, least = math.pow(2.0, am1), math.pow(big, -am1)
    def exact(u, v):
        x = math.floor(math.pow(u, -1.0 / am1))
        if x > big or x < 1: return 0
        t = math.pow(1.0 + 1.0 / x, am1)
        return x if v * x * (t - 1.0) / (b - 1.0) <= t / b else 0
    out, have = np.empty(n, np.int64), 0
    while have < n:
        before = rng.bit_generator.state
        pairs = rng.random(2 * min(2 * (n - have) + 64, 4_000_000)).reshape(-1, 2)
        u, v = pairs[:, 0] * least + (1 - pairs[:, 0]), pairs[:, 1]
        raw = np.power(u, -1.0 / am1); x = np.floor(raw)
        t = np.power(1.0 + 1.0 / x, am1)
        left, right = v * x * (t - 1.0) / (b - 1.0), t / b
        ok = left <= right
        for i in np.nonzero((x > 10_000) | (np.abs(raw - np.round(raw)) < 1e-9 * raw) | (np.abs(left - right) < 1e-9))[0]:
            x[i] = r = exact(float(u[i]), float(v[i])); ok[i] = r > 0
        hit = np.nonzero(ok)[0][: n - have]
        out[have:have + len(hit)] = np.minimum(x[hit], 2.0**62).astype(np.int64); have += len(hit)
        if have == n:   # put back what was drawn beyond the last try, and the half word that others left
            rng.bit_generator.state = before
            rng.bit_generator.advance(2 * (int(hit[-1]) + 1))
            rng.bit_generator.state = {**rng.bit_generator.state, "has_uint32": before["has_uint32"], "uinteger": before["uinteger"]}
    return out

def gen(n, seed):
    rng = np.random.default_rng(seed)
    A = max(2000, n // 20)
    n_comp, n_mer, n_cash = max(5, A // 200), max(20, A // 50), max(5, A // 500)
    typ = np.zeros(A, np.uint8)
    perm = rng.permutation(A)
    comp, mer, cash = perm[:n_comp], perm[n_comp:n_comp + n_mer], perm[n_comp + n_mer:n_comp + n_mer + n_cash]
    typ[comp], typ[mer], typ[cash] = 1, 2, 3
    person = perm[n_comp + n_mer + n_cash:]
    P = len(person)
    mules = person[: max(200, A // 50)]
    # ---- planted fraud chains (python loop; about 3-4 % of transfers)
    n_cases = max(20, n // 2500)
    f_ts, f_src, f_dst, f_amt, f_case, f_hop, f_cash = [], [], [], [], [], [], []
    for c in range(n_cases):
        victim = int(person[rng.integers(P)])
        depth = int(rng.integers(2, 8))
        t = T0 + int(rng.integers(0, (DAYS - 4) * DAY))
        npay = int(rng.integers(1, 4))
        m1 = int(mules[rng.integers(len(mules))])
        frontier = []
        for _ in range(npay):
            amt = int(np.clip(rng.lognormal(15.2, 1.0), 50_000, 2_000_000_000))  # median ~ 40k yuan in fen
            f_ts.append(t); f_src.append(victim); f_dst.append(m1); f_amt.append(amt)
            f_case.append(c); f_hop.append(0); f_cash.append(0)
            frontier.append((m1, t, amt))
            t += int(rng.exponential(2 * 3600_000)) + 1000
        width = 0
        for h in range(1, depth + 1):
            nxt = []
            last = h == depth
            for (u, tu, a) in frontier:
                k = int(rng.integers(1, 4)) if not last else int(rng.integers(1, 4))
                if width > 60: k = 1
                out = int(a * rng.uniform(0.93, 1.0))
                cut = np.sort(rng.integers(1, out, size=k - 1)) if k > 1 and out > 10 else np.array([], np.int64)
                parts = np.diff(np.concatenate(([0], cut, [out]))).astype(np.int64)
                tv = tu
                for p in parts:
                    if p <= 0: continue
                    tv = tv + int(rng.exponential(12 * 60_000)) + 500
                    if last or rng.random() < 0.08:
                        v = int(cash[rng.integers(n_cash)]); co = 1
                    else:
                        v = int(mules[rng.integers(len(mules))]); co = 0
                        if v == u: v = int(mules[(int(np.where(mules == u)[0][0]) + 1) % len(mules)])
                    f_ts.append(tv); f_src.append(u); f_dst.append(v); f_amt.append(int(p))
                    f_case.append(c); f_hop.append(h); f_cash.append(co)
                    if not co: nxt.append((v, tv, int(p)))
            width = len(nxt)
            frontier = nxt
            if not frontier: break
    nf = len(f_ts)
    nb = n - nf
    assert nb > 0
    # ---- background
    act = rng.pareto(1.3, P) + 0.15                     # heavy-tailed activity
    act = np.minimum(act, np.quantile(act, 0.9999)); act[: len(mules)] *= 0.3
    cum = np.cumsum(act); cum /= cum[-1]
    is_sal = rng.random(nb) < 0.06
    src = person[np.searchsorted(cum, rng.random(nb))]
    zc = (np.minimum(zipf(rng, 1.4, nb), 10**9) - 1) % n_comp
    src = np.where(is_sal, comp[zc], src)
    r = rng.random(nb)
    # contacts: hash(src,k) with few k, so that pairs repeat
    k = np.minimum(rng.geometric(0.25, nb), 24).astype(np.uint64)
    h = (src.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + k * np.uint64(0xC2B2AE3D27D4EB4F))
    h ^= h >> np.uint64(29); h *= np.uint64(0xBF58476D1CE4E5B9); h ^= h >> np.uint64(32)
    contact = person[(h % np.uint64(P)).astype(np.int64)]
    zm = (np.minimum(zipf(rng, 1.25, nb), 10**9) - 1) % n_mer
    dst = np.where(r < 0.50, contact, np.where(r < 0.80, mer[zm], np.where(r < 0.86, cash[rng.integers(0, n_cash, nb)],
          np.where(r < 0.92, comp[(np.minimum(zipf(rng, 1.4, nb), 10**9) - 1) % n_comp], person[rng.integers(0, P, nb)]))))
    dst = np.where(is_sal, person[rng.integers(0, P, nb)], dst)
    same = dst == src; dst[same] = person[(np.nonzero(same)[0]) % P]
    same = dst == src; dst[same] = mer[0]
    amt = np.clip(rng.lognormal(10.2, 1.5, nb), 100, 5_000_000_000).astype(np.int64)
    amt[is_sal] = np.clip(rng.lognormal(13.3, 0.5, is_sal.sum()), 100_000, 50_000_000).astype(np.int64)
    w = np.array([1,.6,.4,.3,.3,.5,1,2,3,4,5,5,5,4.5,4.5,5,5,5,5,5,5,4,3,2]); w = np.cumsum(w / w.sum())
    hour = np.searchsorted(w, rng.random(nb))
    ts = T0 + rng.integers(0, DAYS, nb) * DAY + hour * 3_600_000 + rng.integers(0, 3_600_000, nb)
    # ---- merge, order
    ts = np.concatenate([ts, np.array(f_ts, np.int64)]); src = np.concatenate([src, np.array(f_src)]).astype(np.int64)
    dst = np.concatenate([dst, np.array(f_dst)]).astype(np.int64); amt = np.concatenate([amt, np.array(f_amt, np.int64)])
    order = np.argsort(ts, kind="stable")
    inv = np.empty(n, np.int64); inv[order] = np.arange(n)
    ts, src, dst, amt = ts[order], src[order], dst[order], amt[order]
    kind = (typ[dst] == 3).astype(np.uint8)             # 1 = cash-out
    truth = dict(case_id=np.array(f_case, np.int32), transfer_id=inv[nb:], hop=np.array(f_hop, np.int32), cashout=np.array(f_cash, np.int32))
    # ---- opening balances: deepest deficit of the running sum + a lognormal cushion (small for mules)
    acc = np.concatenate([src, dst]); d = np.concatenate([-amt, amt]); e = np.concatenate([np.arange(n), np.arange(n)])
    o = np.argsort(acc * (n + 1) + e, kind="stable")
    acc, d = acc[o], d[o]
    cs = np.cumsum(d)
    first = np.searchsorted(acc, np.arange(A), "left"); last = np.searchsorted(acc, np.arange(A), "right")
    base = np.where(first > 0, cs[np.maximum(first - 1, 0)], 0)
    mn = np.zeros(A, np.int64); has = last > first
    mn[has] = np.minimum.reduceat(cs, first[has]) - base[has]
    cushion = rng.lognormal(12.0, 1.3, A).astype(np.int64); cushion[mules] //= 200
    opening = np.maximum(0, -mn) + cushion
    outdeg = np.bincount(src, minlength=A)
    stop = ((typ >= 2) | (outdeg > 1000)).astype(np.uint8)   # terminal accounts of a trace
    return dict(id=np.arange(n, dtype=np.int64), ts=ts, src=src, dst=dst, amount=amt, kind=kind), dict(id=np.arange(A, dtype=np.int64), type=typ, opening=opening, stop=stop), truth

def main():
    ap = argparse.ArgumentParser(); ap.add_argument("--n", type=int, default=1_000_000); ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--out", required=True); ap.add_argument("--csv", action="store_true"); ap.add_argument("--bin", action="store_true")
    a = ap.parse_args(); os.makedirs(a.out, exist_ok=True); t0 = time.time()
    T, Acc, truth = gen(a.n, a.seed)
    write_csv(f"{a.out}/truth.csv", truth)
    if a.csv:
        write_csv(f"{a.out}/transfers.csv", T); write_csv(f"{a.out}/accounts.csv", Acc)
    if a.bin:  # raw little-endian columns
        for k, dt in (("ts", "<i8"), ("src", "<u4"), ("dst", "<u4"), ("amount", "<i8")): T[k].astype(dt).tofile(f"{a.out}/{k}.bin")
        Acc["stop"].astype("u1").tofile(f"{a.out}/stop.bin"); Acc["opening"].astype("<i8").tofile(f"{a.out}/opening.bin")
    # 50 seeds: 40 first victim payments of planted cases, 10 background person->person transfers in the first 20 days
    rng = np.random.default_rng(a.seed + 1)
    m = truth["hop"] == 0; cid = truth["case_id"][m]; tid = truth["transfer_id"][m]
    _, ix = np.unique(cid, return_index=True); pick = rng.choice(ix, min(40, len(ix)), replace=False)
    rows = [(int(tid[i]), int(cid[i])) for i in sorted(pick)]
    ty = Acc["type"]; fraud = set(truth["transfer_id"].tolist())
    while len(rows) < 50:
        i = int(rng.integers(0, a.n * 2 // 3))
        if i not in fraud and ty[T["src"][i]] == 0 and ty[T["dst"][i]] == 0: rows.append((i, -1))
    with open(f"{a.out}/seeds.csv", "w") as f:
        f.write("qid,transfer_id,account,ts,amount,planted_case\n")
        for q, (i, c) in enumerate(rows): f.write(f"{q},{i},{T['dst'][i]},{T['ts'][i]},{T['amount'][i]},{c}\n")
    deg = np.bincount(T["src"], minlength=len(ty)); indeg = np.bincount(T["dst"], minlength=len(ty))
    print(f"n={a.n} accounts={len(ty)} fraud_tx={len(fraud)} cases={len(ix)} ties={(np.diff(T['ts'])==0).sum()} max_out={deg.max()} max_in={indeg.max()} sec={time.time()-t0:.1f}")
main() if __name__ == "__main__" else None
