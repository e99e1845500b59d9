/**
 * Small things shown everywhere: money, times, countdowns, masked people and accounts. Promise: amounts and
 * due times are shown as the server sent them; nothing here adds, rounds or reveals.
 */
import type { ReactNode } from "react";
import { civil, spanText, useNow } from "../clock/serverClock";
import { useWords } from "../words";

/** Groups the yuan of a server amount in threes; the digits are the server's. */
export function groupYuan(amount: string): string {
  const [whole = "", cents] = amount.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return cents === undefined ? grouped : `${grouped}.${cents}`;
}

export function Money(props: { amount: string | null | undefined; strong?: boolean }) {
  if (props.amount === null || props.amount === undefined) return <span className="dim">—</span>;
  const text = groupYuan(props.amount);
  return props.strong ? <b className="num">{text}</b> : <span className="num">{text}</span>;
}

/** The time of day when it is the server's today, else with the date. */
export function shortTime(iso: string, now_ms: number | null): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  const c = civil(ms);
  const today = now_ms === null ? null : civil(now_ms);
  if (today?.date === c.date) return c.time;
  const day = `${String(c.month).padStart(2, "0")}-${String(c.day).padStart(2, "0")}`;
  // At ten past midnight the evening of a fraud is yesterday, and its seconds still count.
  const yesterday = now_ms !== null && civil(now_ms - 86_400_000).date === c.date;
  if (yesterday) return `${day} ${c.time}`;
  return today?.year === c.year ? `${day} ${c.time.slice(0, 5)}` : `${c.date} ${c.time.slice(0, 5)}`;
}

export function Time(props: { at: string | null | undefined; full?: boolean }) {
  const now = useNow();
  if (!props.at) return <span className="dim">—</span>;
  // A date alone: nobody said a time, so none is shown.
  if (/^\d{4}-\d\d-\d\d$/.test(props.at)) {
    return (
      <time className="num" dateTime={props.at}>
        {props.at}
      </time>
    );
  }
  const ms = Date.parse(props.at);
  const whole = Number.isNaN(ms) ? props.at : `${civil(ms).date} ${civil(ms).time}`;
  return (
    <time className="num" dateTime={props.at} title={`${whole} (+08:00)`}>
      {props.full ? whole : shortTime(props.at, now)}
    </time>
  );
}

export interface Left {
  text: string;
  late: boolean;
  /** Under an hour, or past. */
  near: boolean;
}

/** Pure: what a countdown says at an instant. Long terms are shown in days. */
export function left(due: string, now_ms: number): Left {
  const span = Date.parse(due) - now_ms;
  const days = Math.floor(Math.abs(span) / 86_400_000);
  const text = days >= 4 ? `${days} d` : spanText(span);
  return { text: span < 0 ? `+${text}` : text, late: span < 0, near: span < 3_600_000 };
}

/** Time left by the server's clock: red when late or when money is about to leave, amber when near. */
export function Countdown(props: { due: string | null | undefined; approx?: boolean; urgent?: boolean }) {
  const now = useNow();
  const { t } = useWords();
  if (!props.due) return null;
  if (now === null) return <span className="num dim">--:--:--</span>;
  const shown = left(props.due, now);
  const red = shown.late || (props.urgent && props.approx && shown.near);
  const near = props.urgent && shown.near;
  const text = shown.text.endsWith(" d") ? t("time.days", { n: shown.text.replace(" d", "") }) : shown.text;
  return (
    <span className={red ? "num due" : near ? "num near" : "num"} title={props.due}>
      {shown.late ? t("time.late", { t: text.replace("+", "") }) : props.approx ? t("time.about", { t: text }) : text}
    </span>
  );
}

/** Time since an instant, by the server's clock. */
export function Elapsed(props: { since: string | null | undefined }) {
  const now = useNow();
  if (!props.since || now === null) return <span className="num">--:--:--</span>;
  return <span className="num">{spanText(Math.max(0, now - Date.parse(props.since)))}</span>;
}

/** A masked value as the server sent it; opening it is a named act elsewhere. */
export function Masked(props: { value: string | null | undefined; mono?: boolean }) {
  return <span className={props.mono ? "num" : undefined}>{props.value || "—"}</span>;
}

export function Account(props: { holder: string; tail: string }) {
  return (
    <span className="account">
      {props.holder} <span className="num">…{props.tail.replace(/^.*[….*]/, "")}</span>
    </span>
  );
}

const TREE_TONE: Record<string, string> = {
  held: "t-held",
  frozen: "t-held",
  ordered: "t-sent",
  proposed: "t-sent",
  reachable: "t-reach",
  unseen: "t-unseen",
  passed: "t-gone",
  returned: "t-gone",
  gone: "t-gone",
  failed: "t-fail",
};
const TONE: Record<string, string> = { ok: "t-held", info: "t-sent", warn: "t-reach", bad: "t-fail" };

export function TreeTag(props: { state: string; children: ReactNode }) {
  return <span className={`tag ${TREE_TONE[props.state] ?? "t-gone"}`}>{props.children}</span>;
}

/** ok, info, warn or bad; anything else is quiet. */
export function ToneTag(props: { tone: string; children: ReactNode }) {
  return <span className={`tag ${TONE[props.tone] ?? "t-gone"}`}>{props.children}</span>;
}

export function Panel(props: {
  title: ReactNode;
  note?: ReactNode;
  right?: ReactNode;
  /** The note matters more than what stands at the right. */
  keepNote?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section className={`panel ${props.className ?? ""}`}>
      <h2>
        {props.title}
        {props.note ? <span className={props.keepNote ? "note keep" : "note"}>{props.note}</span> : null}
        {props.right ? <span className="r">{props.right}</span> : null}
      </h2>
      {props.children}
    </section>
  );
}
