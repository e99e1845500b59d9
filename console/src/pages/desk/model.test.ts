import { expect, test } from "vitest";
import { holder, rowTone } from "./model";

const NOW = Date.parse("2026-04-03T21:00:00+08:00");
const lock = (owner_id: string, expires_at: string) => ({ owner_id, owner_name: owner_id, expires_at });

test.each([
  ["nobody", null, "free"],
  ["me", lock("me", "2026-04-03T21:05:00+08:00"), "mine"],
  ["another", lock("other", "2026-04-03T21:05:00+08:00"), "other"],
  ["another, run out", lock("other", "2026-04-03T20:59:00+08:00"), "free"],
] as const)("lock of %s is %s", (_name, l, want) => expect(holder(l, "me", NOW)).toBe(want));

test.each([
  ["held is green", { state: "held" }, "ok"],
  ["open is amber", { state: "open" }, "warn"],
] as const)("%s", (_name, row, tone) => expect(rowTone(row)).toBe(tone));
