//! The row types of the slices below: one per table, as flat as the table. They never leave this crate; each slice
//! maps them to the types of `domain`.

/// A table with a uuid key: the entity, its columns, and the empty relation SeaORM asks for.
macro_rules! table {
    ($module:ident, $name:literal, { $($field:ident: $type:ty),+ $(,)? }) => {
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $name)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub id: Uuid,
                $(pub $field: $type),+
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

table!(incoming_call, "incoming_call", {
    seat: String, line: String, number: String, rang_at_ms: i64, report_id: Option<Uuid>,
    answered_at_ms: Option<i64>, answered_by: Option<Uuid>,
});

table!(draft, "draft", { owner: Uuid, body: String, version: i64, updated_at_ms: i64 });

table!(report, "report", {
    number: String, platform_case_number: String, state: String, channel: String, seat: String, line: String,
    narrative: String, category: Option<String>, area: i32, reported_at_ms: i64, received_by: Uuid, recorded_by: Uuid,
    approved_by: Option<Uuid>, caller_id: Option<Uuid>, victim_masked: String, latest_payment_at_ms: Option<i64>,
    loss_fen: i64, held_fen: i64, first_order_at_ms: Option<i64>, lock_owner: Option<Uuid>,
    lock_owner_name: Option<String>, lock_until_ms: Option<i64>, version: i64,
    call_id: Option<Uuid>, rang_at_ms: Option<i64>, answered_at_ms: Option<i64>, typed_at_ms: Option<i64>,
});

table!(bank_report, "bank_report", {
    application_id: String, application_type: String, from_node: String, org_name: String, victim_masked: String,
    loss_fen: i64, form: String, state: String, received_at_ms: i64, taken_by: Option<Uuid>, taken_at_ms: Option<i64>,
    draft_id: Option<Uuid>, report_id: Option<Uuid>,
});

table!(person, "person", {
    report_id: Uuid, role: String, position: i32, name: String, id_type: String, id_number: String, phone: String,
    sex: String, age: Option<i32>, address: String, relation: String,
});

table!(payment, "payment", {
    report_id: Uuid, position: i32, victim_id: Option<Uuid>, paid_at_ms: i64, amount_fen: i64,
    from_account: Option<Uuid>, to_account: Option<Uuid>, channel: String, serial: String, transfer_id: Option<Uuid>,
    payer_tail: String, payer_bank_code: String, payer_bank_name: String, payer_name: String,
    how: String, payee_tail: String, payee_bank_code: String, payee_bank_name: String, payee_name: String,
});

table!(correction, "correction", {
    report_id: Uuid, revision: i64, position: i32, subject_kind: String, subject_id: Option<Uuid>, fact: String,
    value_before: String, value_after: String, reason: String, made_by: Uuid, made_at_ms: i64,
});

table!(dispatch, "dispatch", {
    report_id: Uuid, area: i32, dispatched_by: Uuid, dispatched_at_ms: i64, due_at_ms: i64,
    acknowledged_by: Option<Uuid>, acknowledged_at_ms: Option<i64>,
});

table!(account, "account", {
    number: String, bank_code: String, bank_name: String, holder: String, account_type: String, exit_kind: String,
    status: String, balance_fen: Option<i64>, balance_at_ms: Option<i64>, holder_facts: Option<String>,
    prior_holds: String, stops_executed: i32, version: i64,
});

table!(bank_order, "bank_order", {
    kind: String, state: String, report_id: Uuid, case_id: Option<Uuid>, account_id: Uuid, application_id: String,
    original_id: Option<Uuid>, batch_id: Option<Uuid>, layer: i32, area: i32, amount_fen: i64, terms: String,
    requested_by: Uuid, requested_at_ms: i64, second_officer: Uuid, approval: Option<String>, approved_by: Option<Uuid>,
    confirmation: Option<String>, awaits_confirmation: bool, confirmation_refused: bool, sends: i32, sent_at_ms: Option<i64>, hub_code: String,
    result_code: String, held_fen: Option<i64>, expire_at_ms: Option<i64>, answer: Option<String>, version: i64,
});

table!(order_batch, "order_batch", {
    report_id: Uuid, state: String, area: i32, orders: i32, amount_fen: i64, requested_by: Uuid, requested_at_ms: i64,
    decided_by: Option<Uuid>, decided_at_ms: Option<i64>,
});

table!(outbox, "outbox", {
    order_id: Uuid, bank_code: String, tx_code: String, application_id: String, trans_serial: String, file_name: String,
    state: String, intent: String, body: Option<Vec<u8>>, body_digest: String, attempts: i32, next_at_ms: i64,
    last_problem: String, created_at_ms: i64, sent_at_ms: Option<i64>, subject_kind: String,
});

table!(inbox, "inbox", {
    place: String, file_name: String, tx_code: String, application_id: String, trans_serial: String, digest: String,
    order_id: Option<Uuid>, note: String, received_at_ms: i64, body: Vec<u8>,
});

table!(transfer, "transfer", {
    src: Uuid, dst: Uuid, amount_fen: i64, at_ms: i64, src_serial: Option<String>, dst_serial: Option<String>,
    src_balance_fen: Option<i64>, dst_balance_fen: Option<i64>, payment_id: Option<Uuid>, source_order: Option<Uuid>,
    summary: String,
});

table!(deadline, "deadline", {
    kind: String, subject_kind: String, subject_id: Uuid, report_id: Uuid, area: i32, due_at_ms: i64, state: String,
    made_at_ms: i64, ended_at_ms: Option<i64>,
});

table!(standing_policy, "standing_policy", {
    serial: i64, amount_max_fen: i64, payment_age_max_ms: i64, direct_payee_only: bool, valid_from_ms: i64,
    valid_until_ms: i64, confirm_within_ms: i64, signed_by: Uuid, signed_at_ms: i64, ended_at_ms: Option<i64>,
    used_count: i64, version: i64,
});

table!(police_case, "police_case", {
    number: String, report_id: Uuid, area: i32, name: String, state: String, source: String, review: String,
    accepted_by: Uuid, accepted_at_ms: i64, second_officer: Uuid, proposed_by: Option<Uuid>,
    proposed_at_ms: Option<i64>, decided_by: Option<Uuid>, decided_at_ms: Option<i64>, decider_level: String,
    opinion: String, proposal_summary: String, proposal_opinion: String, proposal_officers: String, version: i64,
});

table!(document, "document", {
    kind: String, state: String, number: Option<String>, register: String, serial: Option<i64>, report_id: Uuid,
    order_id: Option<Uuid>, case_id: Option<Uuid>, area: i32, snapshot: String, made_by: Option<Uuid>, made_at_ms: i64,
    prints: i32,
});

table!(statement_file, "statement_file", {
    file_no: i64, digest: String, name: String, size_bytes: i64, source: String, caller: String, state: String,
    problem: String, kind: String, layout: String, mapping: Option<String>, purpose: String, area: i32,
    imported_by: Option<Uuid>, imported_by_name: String, made_at_ms: i64, began_at_ms: Option<i64>,
    done_at_ms: Option<i64>, cursor: i64, position: i64, total: i64, rows_new: i64, rows_joined: i64, rows_known: i64,
    rows_refused: i64, rows_flagged: i64, rows_skipped: i64, rows_without_time: i64, rows_matched: i64, version: i64,
});

table!(statement_layout, "statement_layout", {
    name: String, fingerprint: String, mapping: String, made_by: Uuid, made_by_name: String, made_at_ms: i64,
});
