import { describe, expect, test } from "vitest";
import { drawnAnew, type Shift, STILL, scaledAbout } from "./handle";

type Point = [number, number];
/** Where a point of the picture is seen. */
const seen = (s: Shift, [x, y]: Point): Point => [s.x + s.scale * x, s.y + s.scale * y];
/** Where it is once the library has scaled about a point and moved. */
const redrawn = (s: Shift, middle: Point, [x, y]: Point): Point => {
  const { by, zoom, about } = drawnAnew(s, middle);
  return [about[0] + zoom * (x - about[0]) + by[0], about[1] + zoom * (y - about[1]) + by[1]];
};
const close = (a: Point, b: Point) => {
  expect(a[0]).toBeCloseTo(b[0], 6);
  expect(a[1]).toBeCloseTo(b[1], 6);
};

describe("a picture moved by hand", () => {
  test("what is under the pointer stays there while it is scaled", () => {
    const moved: Shift = { x: 30, y: -12, scale: 1.5 };
    const under: Point = [(200 - moved.x) / moved.scale, (90 - moved.y) / moved.scale];
    close(seen(moved, under), [200, 90]);
    close(seen(scaledAbout(moved, 0.7, [200, 90]), under), [200, 90]);
  });
  test("drawn anew, everything stands where the moved picture showed it", () => {
    const steps: Shift[] = [
      STILL,
      { x: 100, y: 40, scale: 1 },
      scaledAbout({ x: -7, y: 3, scale: 1.2 }, 2, [500, 20]),
      scaledAbout(STILL, 0.25, [0, 0]),
    ];
    for (const shift of steps) {
      for (const point of [
        [0, 0],
        [640, 300],
        [-50, 777],
      ] as Point[]) {
        close(redrawn(shift, [640, 300], point), seen(shift, point));
      }
    }
  });
});
