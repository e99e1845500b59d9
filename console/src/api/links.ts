/** Addresses that the browser opens itself (files, not data). The only place where an address is put together. */
import type { Uuid } from "./types";

export const pdfLink = (document: Uuid): string => `/api/documents/${encodeURIComponent(document)}/pdf`;
export const auditExportLink = "/api/audit/export";

export const statementProblemsLink = (file: Uuid): string => `/api/statements/${encodeURIComponent(file)}/problems.csv`;

export function openFile(address: string): void {
  window.open(address, "_blank", "noopener");
}

/** A file that came as an answer, opened beside the console; it is forgotten when that tab had time to read it. */
export function openBlob(file: Blob): void {
  const address = URL.createObjectURL(file);
  window.open(address, "_blank", "noopener");
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A file that came as an answer, or was made here, kept under a name. */
export function saveBlob(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
