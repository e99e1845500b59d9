/**
 * The one door to wire types. Promise: every name here is the server's own, out of the schema that is generated from
 * its router (`npm run generate`); nothing about the wire is written by hand.
 *
 * Times are ISO 8601 text at +08:00. Amounts are yuan as text; whole numbers of fen only where somebody edits them.
 */
import type { components } from "./schema";

export type { paths } from "./schema";

type Schemas = components["schemas"];

export type Uuid = string;

/** What a keyset page looks like, whatever is on it. */
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
  total: number;
}

export type FieldProblem = Schemas["FieldProblem"];
export type ProblemBody = Pick<Schemas["Problem"], "status" | "code"> & Partial<Schemas["Problem"]>;

export type Session = Schemas["Session"];
export type SignIn = Schemas["SignIn"];
export type Setup = Schemas["Setup"];
export type Org = Schemas["Org"];
export type User = Schemas["User"];
export type UserChange = Schemas["UserChange"];
export type StandingPolicyNew = Schemas["StandingPolicyNew"];
export type Setting = Schemas["Setting"];

export type Call = Schemas["CallShown"];
export type Entity = Schemas["EntityShown"];
/** What a narrative says was paid, came back, and was not paid. */
export type Rows = Schemas["ToldRows"];
export type Row = Schemas["ToldRow"];
export type PaidHow = Schemas["PaidHow"];
export type FirstOrders = Schemas["FirstOrdersShown"];
export type SeatPace = Schemas["SeatPaceShown"];
export type Victim = Required<Schemas["Victim"]>;
export type BankReportRow = Schemas["BankReportRow"];
export type ReportNew = Schemas["ReportNew"];
export type ReportAccepted = Schemas["ReportAccepted"];
export type StopRefused = Schemas["StopRefused"];
export type ReportCorrectionNew = Schemas["ReportCorrectionNew"];
export type CorrectionList = Schemas["CorrectionList"];
export type CorrectionShown = Schemas["CorrectionShown"];
export type WrongOrder = Schemas["WrongOrder"];
export type Draft = Schemas["DraftShown"];
export type DuplicateItem = Schemas["DuplicateItem"];

export type Lock = Schemas["LockShown"];
export type ReportRow = Schemas["ReportRow"];
export type Revealed = Schemas["Revealed"];

export type Acts = Schemas["Acts"];
export type ActShown = Schemas["ActShown"];
export type ApprovalOrder = Schemas["ApprovalOrder"];
export type Evidence = Schemas["Evidence"];
export type Decided = Schemas["Decided"];

export type TreeRow = Schemas["TreeRow"];
export type NextAction = Schemas["NextAction"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type Golden = Schemas["Golden"];

export type Flow = Schemas["FlowShown"];
export type FlowAccount = Schemas["FlowAccount"];
export type FlowLink = Schemas["FlowLink"];
export type FlowMark = Schemas["FlowMark"];
export type FlowPart = Schemas["FlowPart"];
export type FlowWhatIf = Schemas["FlowWhatIf"];
export type FlowGroup = Schemas["FlowGroup"];
export type FlowCut = Schemas["FlowCut"];
export type FlowAssumption = Schemas["FlowAssumption"];
export type FlowExpansion = Schemas["FlowExpansion"];

export type OrderNew = Schemas["OrderNew"];
export type OrderRow = Schemas["OrderRow"];
export type OrderDetail = Schemas["OrderDetail"];
export type ApprovalItem = Schemas["ApprovalItem"];
export type Hold = Schemas["Hold"];

export type CaseDetail = Schemas["CaseDetail"];
export type DocumentRow = Schemas["DocumentRow"];
export type AuditPage = Schemas["AuditPage"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditAction = Schemas["AuditAction"];
export type AuditSubject = Schemas["AuditSubject"];
export type SubjectKind = Schemas["SubjectKind"];
export type SearchHit = Schemas["SearchHit"];
export type Counts = Schemas["CountsShown"];

export type TraceAsked = Schemas["TraceAsked"];
export type Traced = Schemas["Traced"];
export type TracedRow = Schemas["TracedRow"];
export type TracedAccount = Schemas["TracedAccount"];
export type TransferRow = Schemas["TransferRow"];
export type TransfersAsked = Schemas["TransfersAsked"];
export type TransfersShown = Schemas["TransfersShown"];

export type StatementRow = Schemas["StatementShown"];
export type StatementPreview = Schemas["PreviewShown"];
export type StatementMapping = Schemas["MappingShown"];
export type StatementProblem = Schemas["RowProblemShown"];

/** The kinds of orders, as the server spells them. */
export type OrderKind =
  | "stop"
  | "stop_relieve"
  | "stop_prolong"
  | "freeze"
  | "freeze_relieve"
  | "freeze_renew"
  | "query_transactions"
  | "query_holder"
  | "watch"
  | "watch_end"
  | "query_all_accounts";
