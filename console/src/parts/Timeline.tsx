/** What happened, newest first, with two clocks: when it happened, and when it was recorded if that differs. */
import type { TimelineEntry } from "../api/types";
import { useWords } from "../words";
import { Time } from "./shown";

/** Recorded more than this later than it happened: the second clock is shown. */
const APART_MS = 2000;

export function recordedLater(entry: Pick<TimelineEntry, "happened_at" | "recorded_at">): boolean {
  return Math.abs(Date.parse(entry.recorded_at) - Date.parse(entry.happened_at)) > APART_MS;
}

export function Timeline(props: { entries: TimelineEntry[] }) {
  const { t, pick } = useWords();
  if (props.entries.length === 0) return <div className="empty">{t("timeline.empty")}</div>;
  return (
    <ul className="tl">
      {props.entries.map((entry, i) => (
        <li key={`${entry.recorded_at}${entry.kind}${i}`} className={entry.tone}>
          <Time at={entry.happened_at} />
          {recordedLater(entry) ? (
            <span className="rec" title={t("timeline.recorded")}>
              / <Time at={entry.recorded_at} />
            </span>
          ) : null}
          <span>{pick(entry, "text")}</span>
          {pick(entry, "detail") ? <small>{pick(entry, "detail")}</small> : null}
        </li>
      ))}
    </ul>
  );
}
