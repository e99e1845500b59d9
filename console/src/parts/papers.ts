/** What the server says of papers beside the file itself. */

/** A paper of a batch that could not be printed, and why. */
export interface NotPrinted {
  id: string;
  kind_zh: string;
  kind_en: string;
  number: string;
  detail_zh: string;
  detail_en: string;
}

/** The header of a batch; without it everything was printed. */
export function notPrinted(header: string | null): NotPrinted[] {
  if (!header) return [];
  try {
    const read: unknown = JSON.parse(header);
    return Array.isArray(read) ? (read as NotPrinted[]) : [];
  } catch {
    return [];
  }
}
