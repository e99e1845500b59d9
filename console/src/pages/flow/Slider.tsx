/** The time slider: from the first payment until now, a tick for every transfer; the server recomputes for an instant. */
import { useEffect, useRef, useState } from "react";
import type { Flow } from "../../api/types";
import { civil, useNow } from "../../clock/serverClock";
import { useWords } from "../../words";
import { isoAt, share, ticks } from "./model";

/** While the thumb moves, the server is asked when it rests this long. */
const REST_MS = 250;
const PLACES = 600;

export function Slider(props: {
  flow: Flow;
  until: string | undefined;
  onInstant: (iso: string | undefined) => void;
  onStep: (by: 1 | -1) => void;
}) {
  const { t } = useWords();
  const now = useNow();
  const { flow, until } = props;
  const rail = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<number | null>(null);
  const rest = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => void (rest.current && clearTimeout(rest.current)), []);
  const last = flow.moments.at(-1) ?? flow.until;
  const from = Date.parse(flow.first_at ?? flow.until);
  const to = Math.max(Date.parse(last), now ?? Date.parse(flow.server_time));
  const shown = drag ?? (until === undefined ? to : Date.parse(until));
  const at = share(shown, from, to);
  const commit = (ms: number) => props.onInstant(ms >= to - 1000 ? undefined : isoAt(ms));
  const where = (x: number): number => {
    const box = rail.current?.getBoundingClientRect();
    return box ? from + Math.max(0, Math.min(1, (x - box.left) / box.width)) * (to - from) : to;
  };
  const move = (x: number) => {
    const ms = where(x);
    setDrag(ms);
    if (rest.current) clearTimeout(rest.current);
    rest.current = setTimeout(() => commit(ms), REST_MS);
  };
  const drop = (x: number) => {
    if (rest.current) clearTimeout(rest.current);
    commit(where(x));
    setDrag(null);
  };
  const words = `${civil(shown).date} ${civil(shown).time}`;
  return (
    <div className="slider">
      <button type="button" className="step" title={t("flow.stepBack")} onClick={() => props.onStep(-1)}>
        ◂
      </button>
      <span className="num dim" title={flow.first_at ?? ""}>
        {civil(from).time}
      </span>
      <div
        ref={rail}
        className="rail"
        role="slider"
        tabIndex={0}
        data-testid="slider"
        aria-label={t("flow.slider")}
        aria-valuemin={from}
        aria-valuemax={to}
        aria-valuenow={shown}
        aria-valuetext={words}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          move(e.clientX);
        }}
        onPointerMove={(e) => (e.buttons & 1) === 1 && drag !== null && move(e.clientX)}
        onPointerUp={(e) => drag !== null && drop(e.clientX)}
        onPointerCancel={() => setDrag(null)}
      >
        <svg viewBox={`0 0 ${PLACES} 10`} preserveAspectRatio="none" aria-hidden="true">
          <rect x="0" y="4" width={PLACES} height="2" fill="#e3e8ef" />
          <rect x="0" y="4" width={at * PLACES} height="2" fill="#1f5fbf" />
          {ticks(flow.moments, from, to, PLACES).map((x) => (
            <rect key={x} x={x * PLACES - 0.5} y="0" width="1" height="10" fill={x <= at ? "#1f5fbf" : "#b9c4d3"} />
          ))}
        </svg>
        <i className="thumb" style={{ left: `${at * 100}%` }} />
        {until !== undefined || drag !== null ? (
          <b className={`num flag${at > 0.85 ? " left" : at < 0.06 ? " right" : ""}`} style={{ left: `${at * 100}%` }}>
            {civil(shown).time}
          </b>
        ) : null}
      </div>
      <button type="button" className="step" title={t("flow.stepOn")} onClick={() => props.onStep(1)}>
        ▸
      </button>
      <button
        type="button"
        className={until === undefined ? "now on" : "now"}
        onClick={() => props.onInstant(undefined)}
        data-testid="now"
      >
        {t("flow.now")}
      </button>
    </div>
  );
}
