/** Addresses that the browser opens itself (files, not data). The only place where an address is put together. */
import type { Uuid } from "./types";

export const pdfLink = (document: Uuid): string => `/api/documents/${encodeURIComponent(document)}/pdf`;
export const auditExportLink = "/api/audit/export";

export function openFile(address: string): void {
  window.open(address, "_blank", "noopener");
}
