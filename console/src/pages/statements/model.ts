/** 流水导入, what the page knows without drawing: mappings column by column, and how far files are. */
import type { StatementMapping, StatementPreview, StatementRow } from "../../api/types";

/** Which field each header was given; a header without one is left out of the rows. */
export function fieldOf(mapping: StatementMapping, key: string): string {
  return Object.entries(mapping.columns).find(([, k]) => k === key)?.[0] ?? "";
}

/** Gives a header a field: the field leaves the header it had, and the header the field it had. */
export function choose(mapping: StatementMapping, key: string, field: string): StatementMapping {
  const columns = Object.fromEntries(Object.entries(mapping.columns).filter(([f, k]) => f !== field && k !== key));
  if (field !== "") columns[field] = key;
  return { ...mapping, columns };
}

const NEEDS: Record<string, string[]> = {
  marked: ["amount", "direction"],
  two_columns: ["amount_out", "amount_in"],
  negative_is_out: ["amount"],
  negative_is_in: ["amount"],
  payer_and_payee: ["amount", "payer", "payee"],
};

/** The fields that the server will ask for, so that the button can say so before. */
export function missing(mapping: StatementMapping): string[] {
  const has = (field: string) => mapping.columns[field] !== undefined;
  const time = has("time") || has("date") ? [] : ["time"];
  return [...time, ...(NEEDS[mapping.sign] ?? []).filter((f) => !has(f))];
}

/** Whether somebody has to look again soon. */
export function moving(files: StatementRow[]): boolean {
  return files.some((f) => f.state === "receiving" || f.state === "importing");
}

/** Sure, or to be checked. Red is for what failed, and nothing has. */
export function trust(preview: Pick<StatementPreview, "confidence">): "ok" | "warn" {
  return preview.confidence >= 85 ? "ok" : "warn";
}

export const TONE: Record<string, string> = {
  receiving: "info",
  ready: "warn",
  importing: "info",
  done: "ok",
  failed: "bad",
};

/** 12.3 MB, as people say the size of a file. */
export function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
