/** The tone of a case by its state. */
export function caseTone(state: string): "ok" | "info" | "quiet" | "warn" {
  if (state === "filed") return "ok";
  if (state === "not_filed" || state === "withdrawn" || state === "transferred") return "quiet";
  return state === "accepted" ? "warn" : "info";
}

/** Officers as typed, separated by any comma, stop or space. */
export function officersFrom(text: string): string[] {
  return text.split(/[\s,，、;；]+/).filter(Boolean);
}
