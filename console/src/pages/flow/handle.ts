/**
 * Moving a drawing by hand. Promise: while the hand moves, the picture that is there is moved and scaled as a whole, which
 * costs the same for ten accounts and for thousands; once the hand rests, the drawing is drawn anew at its place, once.
 * Leaves out what is drawn, and the library that draws.
 */
type Point = [number, number];

export interface Drawn {
  zoom: () => number;
  range: { least: number; most: number };
  /** Draws anew: scaled by `zoom` about a point of the box, then moved. */
  moved: (by: Point, zoom: number, about: Point) => Promise<void>;
}

export interface Hand {
  /** Whether the last press was a pull and no click. */
  dragged: () => boolean;
  release: () => void;
}

/** The hand rests when nothing moved for so long; while it still holds the picture, longer. */
const REST_MS = 140;
const HELD_MS = 600;
/** A click may tremble by so many pixels. */
const TREMBLE = 4;
/** A notch of the wheel. */
const NOTCH = 1.0015;

/** How the picture that is there has been moved and scaled since it was drawn. */
export interface Shift {
  x: number;
  y: number;
  scale: number;
}
export const STILL: Shift = { x: 0, y: 0, scale: 1 };

/** Scaled by `factor` about a point of the box, which stays where it is. */
export function scaledAbout(shift: Shift, factor: number, [x, y]: Point): Shift {
  return { scale: shift.scale * factor, x: x + (shift.x - x) * factor, y: y + (shift.y - y) * factor };
}

/** The same shift as a scaling about the middle of the box and then a move, which is how it is drawn anew. */
export function drawnAnew(shift: Shift, [x, y]: Point): { by: Point; zoom: number; about: Point } {
  return {
    zoom: shift.scale,
    about: [x, y],
    by: [shift.x - x * (1 - shift.scale), shift.y - y * (1 - shift.scale)],
  };
}

export function handle(box: HTMLElement, sheet: HTMLElement, drawn: Drawn): Hand {
  let shift = STILL;
  let pulled: { id: number; x: number; y: number; far: boolean } | null = null;
  let dragged = false;
  let rest: ReturnType<typeof setTimeout> | undefined;
  let drawing: Promise<void> | null = null;
  const show = () => {
    sheet.style.transform = shift === STILL ? "" : `translate(${shift.x}px, ${shift.y}px) scale(${shift.scale})`;
  };
  const redraw = () => {
    if (drawing || shift === STILL) return;
    const bounds = box.getBoundingClientRect();
    const done = shift;
    const { by, zoom, about } = drawnAnew(done, [bounds.width / 2, bounds.height / 2]);
    drawing = drawn
      .moved(by, zoom, about)
      // A drawing that was taken down meanwhile has nothing to show.
      .catch(() => undefined)
      .then(() => {
        drawing = null;
        // What the hand did meanwhile is on top of what is drawn now.
        const scale = shift.scale / done.scale;
        const now = { scale, x: shift.x - done.x * scale, y: shift.y - done.y * scale };
        shift = shift === done ? STILL : now;
        show();
        if (shift !== STILL) settle();
      });
  };
  const settle = () => {
    clearTimeout(rest);
    rest = setTimeout(redraw, pulled ? HELD_MS : REST_MS);
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    dragged = false;
    pulled = { id: event.pointerId, x: event.clientX, y: event.clientY, far: false };
  };
  const move = (event: PointerEvent) => {
    if (!pulled || event.pointerId !== pulled.id) return;
    const [dx, dy] = [event.clientX - pulled.x, event.clientY - pulled.y];
    if (!pulled.far && Math.hypot(dx, dy) < TREMBLE) return;
    if (!pulled.far) box.setPointerCapture(event.pointerId);
    dragged = true;
    pulled = { ...pulled, x: event.clientX, y: event.clientY, far: true };
    shift = { ...shift, x: shift.x + dx, y: shift.y + dy };
    show();
    settle();
  };
  const up = (event: PointerEvent) => {
    if (pulled?.id !== event.pointerId) return;
    pulled = null;
    if (shift !== STILL) settle();
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const now = drawn.zoom() * shift.scale;
    const wanted = now * NOTCH ** -event.deltaY;
    const factor = Math.min(drawn.range.most, Math.max(drawn.range.least, wanted)) / now;
    const bounds = box.getBoundingClientRect();
    shift = scaledAbout(shift, factor, [event.clientX - bounds.left, event.clientY - bounds.top]);
    show();
    settle();
  };
  box.addEventListener("pointerdown", down);
  box.addEventListener("pointermove", move);
  box.addEventListener("pointerup", up);
  box.addEventListener("pointercancel", up);
  box.addEventListener("wheel", wheel, { passive: false });
  return {
    dragged: () => dragged,
    release: () => {
      clearTimeout(rest);
      shift = STILL;
      show();
      box.removeEventListener("pointerdown", down);
      box.removeEventListener("pointermove", move);
      box.removeEventListener("pointerup", up);
      box.removeEventListener("pointercancel", up);
      box.removeEventListener("wheel", wheel);
    },
  };
}
