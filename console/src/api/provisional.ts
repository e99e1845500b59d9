/**
 * The shape of the server's answers as the console expects them, written by hand until the generated
 * schema replaces this file. Promise: every page reads the wire through these names only, so the
 * change to the generated client is one import. Leaves out: anything the console computes itself.
 *
 * Times are ISO 8601 strings at +08:00. `amount` strings are yuan for showing ("30000.00");
 * `*_fen` integers appear only where somebody edits an amount.
 */

export type Uuid = string;
export type Iso = string;
/** Yuan with two decimals, made by the server. */
export type Yuan = string;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total: number;
}

export interface FieldProblem {
  /** Path into the request body: `payments[0].to.number`. */
  field: string;
  code: string;
  detail_zh: string;
  detail_en: string;
}

export interface ProblemBody {
  type?: string;
  title?: string;
  status: number;
  code: string;
  detail_zh?: string;
  detail_en?: string;
  retry?: boolean;
  problems?: FieldProblem[];
}

// ── session and people ────────────────────────────────────────────────────────────────────────

export interface Org {
  id: Uuid;
  name: string;
  /** GB/T 2260 code of the area the organisation answers for. */
  area: string;
  kind?: string;
  parent_id?: Uuid | null;
}

export interface SessionUser {
  id: Uuid;
  name: string;
  login: string;
  roles: string[];
  org: Org;
  totp_enrolled?: boolean;
}

export interface Session {
  user: SessionUser;
  seat: string | null;
  csrf: string;
  permissions: string[];
  server_time: Iso;
  demo: boolean;
  centre_name: string;
  /** Simulated seconds per real second; 1 outside the demo. */
  speed: number;
}

export interface SignIn {
  login: string;
  password: string;
  totp?: string;
  seat?: string;
}

export interface Setup {
  needed: boolean;
  demo: boolean;
  centre_name?: string;
  /** Only in the demo: people one may sign in as. */
  demo_users?: { login: string; password: string; name: string; role_zh: string; role_en: string }[];
}

export interface User {
  id: Uuid;
  login: string;
  name: string;
  roles: string[];
  org: Org;
  active: boolean;
  locked_until: Iso | null;
  totp_enrolled: boolean;
  last_seen_at: Iso | null;
}

export interface UserNew {
  login: string;
  name: string;
  password: string;
  org_id: Uuid;
  roles: string[];
}

export interface UserChange {
  name?: string;
  org_id?: Uuid;
  roles?: string[];
  active?: boolean;
  password?: string;
  unlock?: boolean;
}

export interface StandingPolicy {
  id: Uuid;
  number: string;
  amount_max: Yuan;
  amount_max_fen: number;
  payment_age_max_minutes: number;
  direct_payee_only: boolean;
  confirm_within_minutes: number;
  signed_by: string;
  starts_at: Iso;
  ends_at: Iso;
  ended_at: Iso | null;
  used_count: number;
}

export interface StandingPolicyNew {
  amount_max_fen: number;
  payment_age_max_minutes: number;
  direct_payee_only: boolean;
  confirm_within_minutes: number;
  ends_at: Iso;
}

export interface Setting {
  key: string;
  value: string;
  note_zh?: string;
  note_en?: string;
}

export interface Settings {
  groups: { key: string; label_zh: string; label_en: string; items: Setting[] }[];
}

// ── intake ────────────────────────────────────────────────────────────────────────────────────

export interface Call {
  id: Uuid;
  seat: string;
  line: string;
  /** The number itself: the seat answers it, so it is shown in full there. */
  number: string;
  rang_at: Iso;
  earlier_reports: DuplicateItem[];
}

export type EntityKind =
  | "bank_card"
  | "account"
  | "phone"
  | "id_card"
  | "amount"
  | "time"
  | "url"
  | "social_id"
  | "bank"
  | "app"
  | "person";

export interface Entity {
  kind: EntityKind;
  /** Unicode code points from the beginning of the text. */
  start: number;
  text: string;
  value: string;
  check: "ok" | "failed" | "none";
  approx?: boolean;
  bank?: { code: string; name: string } | null;
}

export interface PartyAccount {
  bank_code: string;
  bank_name: string;
  name: string;
  number: string;
  /** personal or corporate. */
  account_type?: string;
  /** An odd number was read back to the caller and it stands. */
  number_confirmed?: boolean;
}

export interface Victim {
  name: string;
  id_type: string;
  id_number: string;
  phone: string;
  sex: string;
  age: number | null;
  address: string;
}

export interface PaymentNew {
  paid_at: Iso;
  amount_fen: number;
  from: PartyAccount;
  to: PartyAccount;
  channel: string;
  serial: string;
  victim_index: number;
}

export interface ReportNew {
  draft_id?: Uuid;
  call_id?: Uuid;
  narrative: string;
  channel: string;
  seat: string;
  line: string;
  caller: { name: string; phone: string; relation: string };
  victims: Victim[];
  payments: PaymentNew[];
  category: string;
  offence_area: string;
  send_stops: boolean;
}

export interface ReportAccepted {
  report: ReportRow;
  orders: OrderRow[];
}

export interface Draft {
  id: Uuid;
  body: unknown;
  version: number;
  updated_at: Iso;
}

export interface DuplicateQuery {
  phones: string[];
  accounts: string[];
  id_numbers: string[];
  narrative: string;
}

export interface DuplicateItem {
  report_id: Uuid;
  number: string;
  reported_at: Iso;
  category: string;
  area_name: string;
  amount: Yuan;
  why_zh: string;
  why_en: string;
  /** 0 to 100: how sure the match is. */
  score: number;
}

// ── reports ───────────────────────────────────────────────────────────────────────────────────

export interface Lock {
  owner_id: Uuid;
  owner_name: string;
  expires_at: Iso;
}

export interface ReportRow {
  id: Uuid;
  number: string;
  reported_at: Iso;
  latest_payment_at: Iso | null;
  category: string;
  state: string;
  area: string;
  area_name: string;
  victim_masked: string;
  amount: Yuan;
  held: Yuan;
  seat: string;
  receiver_name: string;
  lock: Lock | null;
  next_due_at: Iso | null;
  next_due_kind: string | null;
  late: boolean;
}

export interface PersonMasked {
  role: "caller" | "victim";
  name_masked: string;
  phone_masked: string;
  id_number_masked: string;
  relation: string;
  sex: string;
  age: number | null;
  address_masked: string;
}

export interface PaymentShown {
  id: Uuid;
  paid_at: Iso;
  amount: Yuan;
  to_name_masked: string;
  to_number_tail: string;
  to_bank_name: string;
  channel: string;
  account_id: Uuid | null;
}

export interface DispatchShown {
  id: Uuid;
  area: string;
  area_name: string;
  dispatched_at: Iso;
  due_at: Iso;
  acknowledged_at: Iso | null;
  acknowledged_by: string | null;
}

export interface ReportDetail extends ReportRow {
  narrative: string;
  entities: Entity[];
  people: PersonMasked[];
  payments: PaymentShown[];
  dispatch: DispatchShown | null;
  case_id: Uuid | null;
  receiver_name: string;
  recorder_name: string;
  approver_name: string | null;
}

export interface Revealed {
  fields: { field: string; value: string }[];
}

// ── golden minutes ────────────────────────────────────────────────────────────────────────────

export type TreeState = "held" | "ordered" | "reachable" | "gone" | "failed" | "frozen" | "proposed";
export type Tone = "ok" | "bad" | "info" | "warn";

export interface TreeRow {
  account_id: Uuid;
  /** 1 is the account the victim paid. */
  hop: number;
  /** Account ids from the first hop to this row; the tree is drawn in this order. */
  depth_path: Uuid[];
  holder_masked: string;
  number_tail: string;
  bank_name: string;
  note_zh: string;
  note_en: string;
  received: Yuan;
  sent: Yuan;
  expected: Yuan;
  state: TreeState;
  state_text_zh: string;
  state_text_en: string;
  order_id: Uuid | null;
  due_at: Iso | null;
  /** The due time is an estimate (when the money is likely to leave), not a clock of the law. */
  due_approx: boolean;
  proposable: boolean;
}

export interface NextAction {
  key: string;
  kind:
    | "extend"
    | "query_all_accounts"
    | "query_transactions"
    | "freeze"
    | "print"
    | "confirm"
    | "file_case"
    | "dispatch"
    | "resend"
    | "approve"
    | "stop";
  label_zh: string;
  label_en: string;
  detail_zh: string;
  detail_en: string;
  /** What the action is about: account ids for `extend`, else one id. */
  target: Uuid[];
  due_at: Iso | null;
}

export interface TimelineEntry {
  happened_at: Iso;
  recorded_at: Iso;
  kind: string;
  tone: Tone;
  text_zh: string;
  text_en: string;
  detail_zh?: string | null;
  detail_en?: string | null;
}

export interface Golden {
  report: ReportRow;
  clock: {
    latest_payment_at: Iso | null;
    reported_at: Iso;
    first_order_seconds: number | null;
    shift_median_seconds: number | null;
    goal_seconds: number;
  };
  money: {
    total: Yuan;
    held: Yuan;
    reachable: Yuan;
    gone: Yuan;
    held_percent: number;
    reachable_percent: number;
    gone_percent: number;
  };
  tree: TreeRow[];
  tree_updated_at: Iso | null;
  next_actions: NextAction[];
  timeline: TimelineEntry[];
  assumptions: { text_zh: string; text_en: string }[];
  narrative: string;
  entities: Entity[];
  payments: PaymentShown[];
  people: PersonMasked[];
  duty: { receiver: string; recorder: string; approver: string | null };
  dispatch: DispatchShown | null;
  related_reports: DuplicateItem[];
  case_id: Uuid | null;
}

// ── orders ────────────────────────────────────────────────────────────────────────────────────

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

export interface OrderRow {
  id: Uuid;
  number: string;
  kind: OrderKind;
  state: string;
  state_text_zh: string;
  state_text_en: string;
  tone: Tone;
  report_id: Uuid;
  report_number: string;
  account_id: Uuid | null;
  holder_masked: string;
  number_tail: string;
  bank_name: string;
  amount: Yuan | null;
  held: Yuan | null;
  requested_by: string;
  approved_by: string | null;
  under_policy: boolean;
  created_at: Iso;
  sent_at: Iso | null;
  answered_at: Iso | null;
  due_at: Iso | null;
  due_kind: string | null;
  result_code: string | null;
  result_text: string | null;
  attempts: number;
  /** Actions the person at the screen may take now: approve, reject, withdraw, confirm, resend. */
  can: string[];
}

export interface OrderDetail extends OrderRow {
  application_id: string;
  reason: string;
  timeline: TimelineEntry[];
  documents: DocumentRow[];
}

export interface OrderNew {
  report_id: Uuid;
  kind: OrderKind;
  account_id?: Uuid;
  account?: PartyAccount;
  order_id?: Uuid;
  amount_fen?: number;
  reason: string;
}

export interface Batch {
  id: Uuid;
  report_id: Uuid;
  report_number: string;
  requested_by: string;
  requested_at: Iso;
  due_at: Iso | null;
  amount: Yuan;
  orders: OrderRow[];
  can: string[];
}

export interface ApprovalItem {
  id: Uuid;
  /** What to approve: one order, a batch of stops, a case filing, or a confirmation after the fact. */
  subject: "order" | "batch" | "case" | "confirmation";
  title_zh: string;
  title_en: string;
  report_id: Uuid;
  report_number: string;
  requested_by: string;
  requested_at: Iso;
  due_at: Iso | null;
  late: boolean;
  amount: Yuan | null;
  orders: OrderRow[];
  evidence: { label_zh: string; label_en: string; value: string }[];
  narrative: string;
  can: string[];
  /** Why this person may not decide it, when `can` is empty. */
  blocked_zh: string | null;
  blocked_en: string | null;
}

export interface Hold {
  account_id: Uuid;
  holder_masked: string;
  number_masked: string;
  bank_name: string;
  state: string;
  state_text_zh: string;
  state_text_en: string;
  tone: Tone;
  held: Yuan;
  expires_at: Iso | null;
  stops_used: number;
  stops_max: number;
  prior_freezers: { organisation: string; amount: Yuan | null; until: Iso | null; basis: string }[];
  measures: OrderRow[];
  reports: { id: Uuid; number: string; reported_at: Iso; amount: Yuan }[];
  timeline: TimelineEntry[];
}

// ── cases, documents, audit ───────────────────────────────────────────────────────────────────

export interface CaseRow {
  id: Uuid;
  number: string;
  report_id: Uuid;
  report_number: string;
  name: string;
  category: string;
  area: string;
  area_name: string;
  state: string;
  state_text_zh: string;
  state_text_en: string;
  amount: Yuan;
  accepted_at: Iso;
  filed_at: Iso | null;
  due_at: Iso | null;
  due_kind: string | null;
  officers: string[];
  can: string[];
}

export interface CaseDetail extends CaseRow {
  summary: string;
  orders: OrderRow[];
  documents: DocumentRow[];
  timeline: TimelineEntry[];
}

export interface CaseFile {
  name: string;
  summary: string;
  officers: string[];
  opinion: string;
}

export interface DocumentRow {
  id: Uuid;
  kind: string;
  kind_zh: string;
  kind_en: string;
  number: string;
  subject_id: Uuid;
  created_at: Iso;
  pages: number;
  printed_count: number;
}

export interface AuditEntry {
  seq: number;
  at: Iso;
  actor_name: string;
  actor_login: string;
  action: string;
  subject_kind: string;
  subject: string;
  purpose: string | null;
  outcome: "done" | "refused";
  refusal_code: string | null;
  digest: string;
}

export interface AuditPage extends Page<AuditEntry> {
  head: { seq: number; digest: string; signed_at: Iso; second_place_at: Iso | null } | null;
}

export interface SearchHit {
  kind: "report" | "order" | "case" | "account" | "document";
  id: Uuid;
  label: string;
  detail_zh: string;
  detail_en: string;
}

export interface Counts {
  desk: number;
  approvals: number;
  orders_open: number;
  cases_due: number;
}

export interface Decision {
  opinion: string;
}

// ── paths, in the form openapi-fetch reads ────────────────────────────────────────────────────

type Answer<T> = {
  200: { headers: { [name: string]: unknown }; content: { "application/json": T } };
};
type Parameters<Path, Query> = {
  query?: Query;
  header?: never;
  cookie?: never;
} & ([Path] extends [never] ? { path?: never } : { path: Path });
type Get<T, Path = never, Query = never> = {
  parameters: Parameters<Path, Query>;
  requestBody?: never;
  responses: Answer<T>;
};
type Send<Body, T, Path = never> = {
  parameters: Parameters<Path, never>;
  requestBody: { content: { "application/json": Body } };
  responses: Answer<T>;
};
type Bare<T, Path = never> = {
  parameters: Parameters<Path, never>;
  requestBody?: never;
  responses: Answer<T>;
};
type Id = { id: Uuid };
type Paging = { cursor?: string; limit?: number };

export interface paths {
  "/api/setup": {
    get: Get<Setup>;
    post: Send<{ token: string; login: string; name: string; password: string }, Setup>;
  };
  "/api/session": { get: Get<Session>; post: Send<SignIn, Session>; delete: Bare<unknown> };
  "/api/session/totp/enrol": { post: Bare<{ secret: string; otpauth_uri: string }> };
  "/api/session/totp/confirm": { post: Send<{ code: string }, unknown> };
  "/api/session/password": { post: Send<{ old: string; new: string }, unknown> };
  "/api/counts": { get: Get<Counts> };
  "/api/users": { get: Get<Page<User>, never, Paging>; post: Send<UserNew, User> };
  "/api/users/{id}": { patch: Send<UserChange, User, Id> };
  "/api/orgs": { get: Get<Page<Org>> };
  "/api/standing-policies": { get: Get<Page<StandingPolicy>>; post: Send<StandingPolicyNew, StandingPolicy> };
  "/api/standing-policies/{id}/end": { post: Bare<StandingPolicy, Id> };
  "/api/settings": { get: Get<Settings> };
  "/api/calls/current": { get: Get<{ call: Call | null }, never, { seat: string }> };
  "/api/extract": { post: Send<{ text: string; at?: Iso }, { entities: Entity[] }> };
  "/api/drafts": { get: Get<Page<Draft>>; post: Send<{ body: unknown }, Draft> };
  "/api/drafts/{id}": {
    get: Get<Draft, Id>;
    put: Send<{ body: unknown; version: number }, Draft, Id>;
    delete: Bare<unknown, Id>;
  };
  "/api/reports/duplicates": { post: Send<DuplicateQuery, { items: DuplicateItem[] }> };
  "/api/reports": {
    get: Get<Page<ReportRow>, never, Paging & { state?: string; area?: string; category?: string; sort?: string }>;
    post: Send<ReportNew, ReportAccepted>;
  };
  "/api/reports/take-next": { post: Bare<{ report: ReportRow | null }> };
  "/api/reports/{id}": { get: Get<ReportDetail, Id> };
  "/api/reports/{id}/reveal": { post: Send<{ fields: string[]; purpose: string }, Revealed, Id> };
  "/api/reports/{id}/lock": { post: Bare<ReportRow, Id>; delete: Bare<ReportRow, Id> };
  "/api/reports/{id}/dispatch": { post: Send<{ area: string }, DispatchShown, Id> };
  "/api/reports/{id}/golden": { get: Get<Golden, Id> };
  "/api/reports/{id}/extend": { post: Send<{ account_ids: Uuid[] }, Batch, Id> };
  "/api/dispatches/{id}/acknowledge": { post: Bare<DispatchShown, Id> };
  "/api/orders": {
    get: Get<Page<OrderRow>, never, Paging & { state?: string; kind?: string; report_id?: Uuid }>;
    post: Send<OrderNew, OrderRow>;
  };
  "/api/orders/{id}": { get: Get<OrderDetail, Id> };
  "/api/orders/{id}/approve": { post: Send<Decision, OrderRow, Id> };
  "/api/orders/{id}/reject": { post: Send<Decision, OrderRow, Id> };
  "/api/orders/{id}/withdraw": { post: Send<Decision, OrderRow, Id> };
  "/api/orders/{id}/confirm": { post: Send<Decision, OrderRow, Id> };
  "/api/orders/{id}/resend": { post: Send<Decision, OrderRow, Id> };
  "/api/approvals": { get: Get<Page<ApprovalItem>> };
  "/api/batches/{id}/approve": { post: Send<Decision, Batch, Id> };
  "/api/batches/{id}/reject": { post: Send<Decision, Batch, Id> };
  "/api/accounts/{id}/hold": { get: Get<Hold, Id> };
  "/api/cases": {
    get: Get<Page<CaseRow>, never, Paging & { state?: string }>;
    post: Send<{ report_id: Uuid }, CaseRow>;
  };
  "/api/cases/{id}": { get: Get<CaseDetail, Id> };
  "/api/cases/{id}/file": { post: Send<CaseFile, CaseRow, Id> };
  "/api/cases/{id}/approve": { post: Send<Decision, CaseRow, Id> };
  "/api/cases/{id}/reject": { post: Send<Decision, CaseRow, Id> };
  "/api/documents": {
    get: Get<Page<DocumentRow>, never, { subject: Uuid }>;
    post: Send<{ kind: string; subject_id: Uuid }, DocumentRow>;
  };
  "/api/audit": {
    get: Get<AuditPage, never, Paging & { action?: string; actor?: string; outcome?: string; subject?: string }>;
  };
  "/api/search": { post: Send<{ q: string }, { items: SearchHit[] }> };
}
