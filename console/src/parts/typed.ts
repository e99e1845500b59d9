/**
 * Amounts and times as a person types them. Promise: amounts become whole fen by digits, never by floating point; a day
 * word (今天, 昨天, 刚才) is counted from the instant of the call, not of the typing; a time without a day is the latest one
 * that is not in the future. Leaves out: whether the time is a right one, which the server decides.
 */
import { civil, isoCst } from "../clock/serverClock";

/** Whole fen as text → yuan with two decimals. */
export function yuanFromFen(fen: string): string {
  if (!/^\d+$/.test(fen)) return "";
  const digits = fen.padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Yuan as typed → whole fen, or null when it is not an amount. At most two decimals. */
export function fenFromYuan(text: string): number | null {
  const clean = text.normalize("NFKC").replace(/[,\s¥]/g, "");
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(clean);
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

const two = (n: string | number) => String(n).padStart(2, "0");
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** ISO 8601 → as a person would type it, to the precision it has. A day without an hour stays a day. */
export function timeAsTyped(iso: string, now_ms?: number): string {
  const year = now_ms === undefined ? "" : `${civil(now_ms).year}-`;
  const short = (text: string) => (year !== "" && text.startsWith(year) ? text.slice(year.length) : text);
  if (/^\d{4}-\d{2}(-\d{2})?$/.test(iso)) return short(iso);
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  const c = civil(ms);
  const seconds = /T\d{2}:\d{2}:\d{2}/.test(iso);
  return short(`${c.date} ${seconds ? c.time : c.time.slice(0, 5)}`);
}

/** What is typed is a day, and the hour is still to be asked. */
export function isDayOnly(text: string): boolean {
  return /^(\d{4}-)?\d{1,2}-\d{1,2}$/.test(tidy(text)) || /^(今天|今日|昨天|昨日|前天)$/.test(tidy(text));
}

function tidy(text: string): string {
  return text
    .normalize("NFKC")
    .trim()
    .replace(/(\d)[/.年月](?=\d)/g, "$1-")
    .replace(/(\d)[日号]/, "$1 ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Days before the day of the call, and whether the word means the night. */
const DAY_WORDS: Record<string, { before: number; part: string }> = {
  今天: { before: 0, part: "" },
  今日: { before: 0, part: "" },
  today: { before: 0, part: "" },
  今早: { before: 0, part: "早上" },
  今晨: { before: 0, part: "早上" },
  今晚: { before: 0, part: "晚上" },
  昨天: { before: 1, part: "" },
  昨日: { before: 1, part: "" },
  yesterday: { before: 1, part: "" },
  昨晚: { before: 1, part: "晚上" },
  昨夜: { before: 1, part: "晚上" },
  前天: { before: 2, part: "" },
  前晚: { before: 2, part: "晚上" },
};
const DAY = `(${Object.keys(DAY_WORDS).join("|")})`;
const PART = "(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜)";
const CLOCK = "(\\d{1,2})(?:[:点时](?:(半|一刻|三刻)|(?:(\\d{1,2})分?)?(?:[:秒]?(\\d{2})秒?)?)?|(\\d{2}))";
const SPOKEN = new RegExp(`^${DAY}? ?${PART}? ?${CLOCK}$`, "i");
const DATED = new RegExp(`^(?:(\\d{4})-)?(\\d{1,2})-(\\d{1,2})[ T]?${PART}? ?${CLOCK}$`);
const QUARTERS: Record<string, number> = { 半: 30, 一刻: 15, 三刻: 45 };

interface Hour {
  h: number;
  m: number;
  s: number;
  /** After midnight of the night that the word names: 昨晚 0:15. */
  nextDay: boolean;
}

function hourOf(part: string, groups: (string | undefined)[]): Hour | null {
  const [hour = "", quarter, minutes, seconds, joined] = groups;
  let h = Number(hour);
  const m = quarter ? (QUARTERS[quarter] ?? 0) : Number(minutes ?? joined ?? 0);
  const s = Number(seconds ?? 0);
  if (h > 24 || m > 59 || s > 59 || (h === 24 && m + s > 0)) return null;
  let nextDay = h === 24;
  if (h === 24) h = 0;
  if (/下午|傍晚/.test(part) && h < 12) h += 12;
  if (part === "中午" && h < 11) h += 12;
  if (/晚上|夜里|半夜/.test(part)) {
    if (h === 12) {
      h = 0;
      nextDay = true;
    } else if (h >= 6 && h < 12) h += 12;
    else if (h < 6) nextDay = true;
  }
  if (/凌晨|早上|早晨/.test(part) && h === 12) h = 0;
  return { h, m, s, nextDay };
}

const instantOf = (date: string, hour: Hour): number =>
  Date.parse(`${date}T${two(hour.h)}:${two(hour.m)}:${two(hour.s)}+08:00`) + (hour.nextDay ? DAY_MS : 0);

/**
 * A time as typed → ISO at +08:00, or null when it cannot be read. `told_ms` is the instant of the call; `now_ms` the
 * instant of the typing, which no payment is later than.
 */
export function isoFromTyped(text: string, now_ms: number, told_ms: number = now_ms): string | null {
  const clean = tidy(text);
  if (/^(就?刚刚|就?刚才|现在|now|just now)$/i.test(clean)) return isoCst(told_ms);
  const ago = /^(\d{1,3}|半) ?(个?小时前?|hours?|h|分钟前?|min|m)( ago)?$/i.exec(clean);
  if (ago) {
    const count = ago[1] === "半" ? 0.5 : Number(ago[1]);
    const unit = /小时|^h/i.test(ago[2] ?? "") ? 60 * MINUTE_MS : MINUTE_MS;
    return isoCst(told_ms - count * unit);
  }
  return spoken(clean, now_ms, told_ms) ?? dated(clean, now_ms);
}

/** A bank's clock may be a minute ahead of ours: 22:12 typed at 22:11:50 is this minute, not yesterday. */
const AHEAD_MS = MINUTE_MS;

/** `22:12`, `昨天22:12`, `今晚十点` with digits: the day is counted from the call. */
function spoken(clean: string, now_ms: number, told_ms: number): string | null {
  const match = SPOKEN.exec(clean);
  if (!match) return null;
  const word = match[1] ? DAY_WORDS[match[1].toLowerCase()] : undefined;
  const hour = hourOf(match[2] ?? word?.part ?? "", match.slice(3));
  if (!hour) return null;
  if (!word) {
    // Without a day: the latest such hour.
    const ms = instantOf(civil(now_ms).date, { ...hour, nextDay: false });
    return isoCst(ms <= now_ms + AHEAD_MS ? ms : ms - DAY_MS);
  }
  const ms = instantOf(civil(told_ms - word.before * DAY_MS).date, hour);
  // Said after midnight, 今天21:30 and 今晚 mean the evening that has just ended.
  const night = Number(civil(told_ms).time.slice(0, 2)) < 6;
  return isoCst(ms > now_ms + AHEAD_MS && word.before === 0 && night ? ms - DAY_MS : ms);
}

/** `11-30 22:12`, `2026-11-30 22:12:05`; without a year the latest such date. */
function dated(clean: string, now_ms: number): string | null {
  const match = DATED.exec(clean);
  if (!match) return null;
  const [, year, month = "", day = "", part = ""] = match;
  const hour = hourOf(part, match.slice(5));
  if (!hour) return null;
  const at = (y: number | string) => {
    const date = `${y}-${two(month)}-${two(day)}`;
    const ms = instantOf(date, { ...hour, nextDay: false });
    // 02-30 is no day.
    return Number.isNaN(ms) || civil(ms).date !== date ? null : ms + (hour.nextDay ? DAY_MS : 0);
  };
  if (year) {
    const ms = at(year);
    return ms === null ? null : isoCst(ms);
  }
  const now = civil(now_ms).year;
  const ms = [now, now - 1].map(at).find((one) => one !== null && one <= now_ms + AHEAD_MS);
  return ms === undefined || ms === null ? null : isoCst(ms);
}
