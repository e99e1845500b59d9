/**
 * What the person may do, as the server said. Promise: the console never decides a right; it hides what the
 * session's `permissions` do not name, and the server refuses anyway. This is not a second rule book.
 */
export type Right = string | string[] | undefined;

export interface Access {
  /** No right named: allowed. A list: any of them is enough. */
  may: (right: Right) => boolean;
}

export function accessOf(permissions: readonly string[]): Access {
  const set = new Set(permissions);
  return {
    may: (right) => right === undefined || (Array.isArray(right) ? right.some((r) => set.has(r)) : set.has(right)),
  };
}

/**
 * The rights the console asks about, by the server's names of actions.
 * One place, so that a renamed action is one line.
 */
export const RIGHT = {
  reportCreate: "report.create",
  reportRead: "report.read",
  reportTake: "report.take",
  reportDispatch: "report.dispatch",
  dispatchAcknowledge: "dispatch.acknowledge",
  personalReveal: "personal.reveal",
  search: "identifier.search",
  reportEdit: "report.edit",
  orderRead: "order.read",
  orderDraft: "order.draft",
  orderApprove: "order.approve",
  orderConfirm: "order.confirm",
  orderWithdraw: "order.withdraw",
  orderResend: "order.resend",
  holdRead: "hold.read",
  caseRead: "case.read",
  caseAccept: "case.accept",
  filingPropose: "case.filing_propose",
  filingDecide: "case.filing_decide",
  documentPrepare: "document.prepare",
  documentPrint: "document.print",
  policyRead: "policy.read",
  policySign: "policy.sign",
  flowTrace: "flow.trace",
  statementImport: "statement.import",
  auditRead: "audit.read",
  auditExport: "audit.export",
  userRead: "user.read",
  userManage: "user.manage",
  settingRead: "setting.read",
  settingChange: "setting.change",
  roleGrant: "role.grant",
} as const;
