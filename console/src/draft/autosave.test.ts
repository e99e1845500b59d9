import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Saver, type SaveState } from "./autosave";

function rig(save: (body: unknown) => Promise<void>) {
  const states: SaveState[] = [];
  const saver = new Saver({ save, changed: (s) => states.push(s), wait_ms: 300, retry_ms: 2000 });
  return { saver, states };
}

describe("draft saver", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("saves once after the last key", async () => {
    const saved: unknown[] = [];
    const { saver, states } = rig(async (b) => void saved.push(b));
    saver.change("a");
    await vi.advanceTimersByTimeAsync(200);
    saver.change("ab");
    await vi.advanceTimersByTimeAsync(300);
    expect(saved).toEqual(["ab"]);
    expect(states.at(-1)).toBe("saved");
  });

  test("a change during a save is saved after it, in order", async () => {
    const saved: unknown[] = [];
    let release = () => {};
    const { saver } = rig((b) => {
      saved.push(b);
      return new Promise((done) => {
        release = done;
      });
    });
    saver.change(1);
    await vi.advanceTimersByTimeAsync(300);
    saver.change(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(saved).toEqual([1]);
    release();
    await vi.advanceTimersByTimeAsync(300);
    expect(saved).toEqual([1, 2]);
  });

  test("a failed save keeps the text and tries again", async () => {
    const saved: unknown[] = [];
    let broken = true;
    const { saver, states } = rig(async (b) => {
      if (broken) throw new TypeError("network");
      saved.push(b);
    });
    saver.change("text");
    await vi.advanceTimersByTimeAsync(300);
    expect(states.at(-1)).toBe("failed");
    broken = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(saved).toEqual(["text"]);
    expect(states.at(-1)).toBe("saved");
  });
});
