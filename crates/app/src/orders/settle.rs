//! Settling a bank's answer: what it does to the order, the account, the clocks and where the money is.

use crate::orders::answer_account::names_other_account;
use crate::orders::clear::{note_first_left, save, start};
use crate::orders::confirm::relief_after_refusal;
use crate::{AppResult, Work, flow, whereabouts};
use bankwire::codes::{BorrowingSigns, CashMark, TransactionStatus};
use bankwire::typed::{
    BankFeedback, CardAccounts, FeedbackBody, FreezeFeedback, HolderFeedback, Measure, Transaction,
};
use bankwire::{Meaning, ResultCode};
use domain::audit::AuditAction;
use domain::deadline::{ended_by, on_executed};
use domain::hold::PriorHold;
use domain::order::{Answer, Event, Note, Order, OrderKind, OrderState, Outcome, Step, decide, stop_expiry};
use domain::report::matching::nearest;
use domain::subject::SubjectKind;
use kernel::{AccountId, AccountNo, Fen, Instant, PersonName, ReportId, Span, TransferId};
use serde_json::json;
use store::accounts::{
    Account, Recorded, Side, Transfer, account_ensure, account_load, account_update, transfer_is_payment,
    transfer_record,
};
use store::deadlines::deadlines_cancel;
use store::intake::{payment_match, payments_unmatched, report_load, report_update};
use store::messages::{OutState, outgoing_of_order, outgoing_progress};
use store::orders::{order_load, orders_of_report};

/// Applies a bank's answer to its order; returns what became of it, for the inbox.
pub async fn bank_answered(
    work: &mut Work<'_>,
    before: Order,
    feedback: BankFeedback,
) -> AppResult<&'static str> {
    let outcome = outcome(before.kind, &feedback.answer.result);
    let mut account = match account_load(work.tx.conn(), before.account).await? {
        Some(account) => account,
        None => return Ok("unasked"),
    };
    if outcome == Outcome::Done && names_other_account(&feedback.body, &account.number) {
        // The bank says done, of an account we did not ask about: nobody is told "stopped" on that.
        work.also(
            AuditAction::OrderAnswerOfOtherAccount,
            SubjectKind::Order,
            before.id,
            json!({ "result": feedback.answer.result.raw() }),
        );
        return Ok("other_account");
    }
    let answer = answer(&before, &feedback, work.now());
    let step = decide(before.kind, before.state, Event::BankAnswered(outcome))?;
    let mut after = before.clone();
    let note = match step {
        Step::Move(state) => {
            after.state = state;
            after.answer = Some(answer);
            state.slug()
        }
        Step::Note(Note::More) => Note::More.slug(),
        Step::Note(note) => {
            work.also(
                AuditAction::OrderAnswerNoted,
                SubjectKind::Order,
                before.id,
                json!({
                    "result": feedback.answer.result.raw(), "note": note.slug(),
                }),
            );
            note.slug()
        }
    };
    let moved = matches!(step, Step::Move(_));
    if moved {
        work.also(
            AuditAction::OrderAnswer,
            SubjectKind::Order,
            before.id,
            json!({
                "result": feedback.answer.result.raw(), "state": after.state.slug(),
            }),
        );
        save(work, &before, &mut after).await?;
        message_over(work, &after).await?;
        if outcome == Outcome::Done {
            took_effect(work, &after, &mut account).await?;
        }
        state_changed(work, &after).await?;
        if matches!(before.state, OrderState::Stuck | OrderState::HubRefused) {
            // The hub did take it: its bank has answered.
            note_first_left(work, after.report).await?;
        }
        if before.kind.has_effect() || before.kind.original().is_some() {
            flow::account_changed(work, before.account).await?;
        }
    }
    let learnt = outcome == Outcome::Done && (moved || matches!(step, Step::Note(Note::More)));
    if learnt {
        learn(work, &after, &mut account, feedback.body).await?;
    }
    refresh_report(work, after.report).await?;
    Ok(note)
}

/// What the code says of an order of this kind. 1200 is a stop or freeze with too little on the account, 2400 a list that was
/// cut (DOMAIN 1.8); said of anything else they are unusual, and an unusual code is not done.
fn outcome(kind: OrderKind, result: &ResultCode) -> Outcome {
    let holds = matches!(kind, OrderKind::Stop | OrderKind::Freeze | OrderKind::FreezeRenew);
    let lists = kind.is_query() || kind == OrderKind::Watch;
    match result.meaning() {
        Meaning::Done => Outcome::Done,
        Meaning::DoneWithDefect if holds => Outcome::Done,
        Meaning::Truncated if lists => Outcome::Done,
        Meaning::AlreadyProcessed => Outcome::AlreadyProcessed,
        Meaning::DoneWithDefect | Meaning::Truncated | Meaning::Failed(_) | Meaning::Unknown => {
            Outcome::NotDone
        }
    }
}

/// How much earlier than our request a bank's clock may say it executed.
const CLOCK_SLACK: Span = Span::minutes(10);

fn answer(order: &Order, feedback: &BankFeedback, now: Instant) -> Answer {
    let mut answer = Answer {
        result: feedback.answer.result.raw().to_owned(),
        at: Some(now),
        ..Answer::default()
    };
    let start = |given: Option<Instant>| {
        given
            .unwrap_or(now)
            .min(now)
            .max(order.requested_at - CLOCK_SLACK)
    };
    match &feedback.body {
        FeedbackBody::Stop(b) => {
            let from = start(b.start_time.value());
            answer.balance = b.account_balance.value();
            answer.held = answer.balance;
            answer.start_at = Some(from);
            answer.expire_at = Some(stop_expiry(from, b.expire_time.value()));
            answer.cause.clone_from(&b.failure_cause);
        }
        FeedbackBody::StopProlong(b) => {
            let from = start(b.start_time.value());
            answer.balance = b.account_balance.value();
            answer.start_at = Some(from);
            // The new end is the asked one; a bank that names another is believed only when it is earlier.
            let asked = order.terms.until;
            answer.expire_at = b.expire_time.value().or(asked).map(|e| e.min(asked.unwrap_or(e)));
            answer.cause.clone_from(&b.failure_cause);
        }
        FeedbackBody::Freeze(b) => {
            answer.balance = b.account_balance.value();
            // The balance is everybody's money: what of it is frozen only FrozedBalance says.
            answer.held = b.frozen_balance.value();
            answer.start_at = Some(start(b.start_time.value()));
            answer.expire_at = b
                .expire_time
                .value()
                .or(order.terms.until)
                .map(|e| e.min(order.terms.until.unwrap_or(e)));
            answer.cause.clone_from(&b.failure_cause);
        }
        FeedbackBody::FreezeProlong(b) => {
            answer.held = b.frozen_balance.value();
            answer.start_at = Some(start(b.start_time.value()));
            answer.expire_at = b
                .expire_time
                .value()
                .or(order.terms.until)
                .map(|e| e.min(order.terms.until.unwrap_or(e)));
            answer.cause.clone_from(&b.failure_cause);
        }
        FeedbackBody::StopRelieve(b) => answer.cause.clone_from(&b.failure_cause),
        FeedbackBody::FreezeRelieve(b) => answer.cause.clone_from(&b.failure_cause),
        FeedbackBody::Watch(_) => {
            answer.start_at = Some(now);
            answer.expire_at = order.terms.until;
        }
        _ => {}
    }
    if outcome(order.kind, &feedback.answer.result) == Outcome::NotDone {
        // Some banks repeat the term they were asked for; nothing began, and nothing will end.
        (answer.held, answer.start_at, answer.expire_at) = (None, None, None);
    }
    answer
}

/// What a success does to other things: counts, clocks, the order it follows up.
async fn took_effect(work: &mut Work<'_>, order: &Order, account: &mut Account) -> AppResult<()> {
    let Some(answer) = order.answer.clone() else {
        return Ok(());
    };
    if let Some(balance) = answer.balance {
        account.balance = Some((balance, answer.start_at.unwrap_or(work.now())));
    }
    match order.kind {
        OrderKind::Stop => {
            account.stops_executed += 1;
            relief_after_refusal(work, order).await?;
        }
        OrderKind::Freeze => end_stop_of(work, order).await?,
        OrderKind::StopRelieve | OrderKind::FreezeRelieve | OrderKind::WatchEnd => {
            move_original(work, order, Event::RelieveDone).await?;
        }
        OrderKind::StopProlong | OrderKind::FreezeRenew => new_term(work, order).await?,
        _ => {}
    }
    account_update(&work.tx, account).await?;
    account.version += 1;
    start(work, order, &on_executed(order.kind, &answer, work.now())).await
}

/// A freeze takes the place of the stop that the same report has on the account. A stop of another report stays: when it
/// ends is that report's matter, and its bank holds it until then.
async fn end_stop_of(work: &mut Work<'_>, freeze: &Order) -> AppResult<()> {
    let orders = store::orders::orders_of_account(work.tx.conn(), freeze.account).await?;
    for stop in orders
        .into_iter()
        .filter(|o| o.report == freeze.report && o.kind == OrderKind::Stop && o.state == OrderState::Executed)
    {
        move_to(work, stop, Event::FreezeDone).await?;
    }
    Ok(())
}

async fn move_original(work: &mut Work<'_>, order: &Order, event: Event) -> AppResult<()> {
    let Some(id) = order.original else { return Ok(()) };
    match order_load(work.tx.conn(), id).await? {
        Some(original) => move_to(work, original, event).await,
        None => Ok(()),
    }
}

async fn move_to(work: &mut Work<'_>, before: Order, event: Event) -> AppResult<()> {
    let mut after = before.clone();
    if let Step::Move(state) = decide(before.kind, before.state, event)? {
        after.state = state;
        work.also(
            AuditAction::OrderEnd,
            SubjectKind::Order,
            before.id,
            json!({ "state": state.slug() }),
        );
        save(work, &before, &mut after).await?;
        state_changed(work, &after).await?;
    }
    Ok(())
}

/// A prolonged stop or renewed freeze keeps its order and gets the new end, also when our clock ended it before the bank's
/// answer came: the bank renewed it in time, else it would have answered 1800.
async fn new_term(work: &mut Work<'_>, order: &Order) -> AppResult<()> {
    let Some(until) = order.answer.as_ref().and_then(|a| a.expire_at) else {
        return Ok(());
    };
    let Some(id) = order.original else { return Ok(()) };
    let Some(before) = order_load(work.tx.conn(), id).await? else {
        return Ok(());
    };
    if until <= work.now() || !matches!(before.state, OrderState::Executed | OrderState::Lapsed) {
        work.also(
            AuditAction::OrderNewTermLate,
            SubjectKind::Order,
            id,
            json!({ "until": until.to_iso_cst() }),
        );
        return Ok(());
    }
    let mut after = before.clone();
    if let Step::Move(state) = decide(before.kind, before.state, Event::TermRenewed)? {
        after.state = state;
    }
    if let Some(answer) = &mut after.answer {
        answer.expire_at = Some(answer.expire_at.map_or(until, |e| e.max(until)));
        // A renewed freeze may hold another sum than before; the bank's last word counts.
        answer.held = order.answer.as_ref().and_then(|a| a.held).or(answer.held);
    }
    save(work, &before, &mut after).await?;
    // The old clocks end; new ones run to the new end.
    let ended = Order {
        state: OrderState::Lapsed,
        ..after.clone()
    };
    deadlines_cancel(&work.tx, id.into(), &ended_by(&ended), work.now()).await?;
    let answer = after.answer.clone().unwrap_or_default();
    start(work, &after, &on_executed(after.kind, &answer, work.now())).await?;
    work.also(
        AuditAction::OrderNewTerm,
        SubjectKind::Order,
        id,
        json!({ "until": until.to_iso_cst() }),
    );
    Ok(())
}

/// Ends the clocks that the order's new state makes pointless.
pub async fn state_changed(work: &Work<'_>, order: &Order) -> AppResult<()> {
    deadlines_cancel(&work.tx, order.id.into(), &ended_by(order), work.now()).await?;
    Ok(())
}

async fn message_over(work: &Work<'_>, order: &Order) -> AppResult<()> {
    if let Some(mut message) = outgoing_of_order(work.tx.conn(), order.id).await?
        && message.state != OutState::Over
    {
        message.state = OutState::Over;
        outgoing_progress(&work.tx, &message).await?;
    }
    Ok(())
}

// ── what the answer teaches ──────────────────────────────────────────────────────────────────

async fn learn(
    work: &mut Work<'_>,
    order: &Order,
    account: &mut Account,
    body: FeedbackBody,
) -> AppResult<()> {
    match body {
        FeedbackBody::Transactions(b) => {
            for card in b.accounts.into_iter() {
                learn_card(work, order, account, card).await?;
            }
        }
        FeedbackBody::Watch(b) => learn_rows(work, order, account, b.transactions).await?,
        FeedbackBody::Holder(b) => learn_holder(work, account, &b).await?,
        FeedbackBody::AllAccounts(b) => {
            for card in &b.accounts {
                learn_account(work, account, card).await?;
            }
            learn_measures(work, account, &b.measures).await?;
        }
        FeedbackBody::Freeze(b) => learn_prior(work, account, &b).await?,
        _ => {}
    }
    Ok(())
}

async fn learn_card(
    work: &mut Work<'_>,
    order: &Order,
    account: &mut Account,
    card: CardAccounts,
) -> AppResult<()> {
    for sub in card.accounts {
        account.status.clone_from(&sub.account_status);
        if let Some(balance) = sub.account_balance.value() {
            account.balance = Some((balance, sub.last_transaction_time.value().unwrap_or(work.now())));
        }
        account_update(&work.tx, account).await?;
        account.version += 1;
        learn_rows(work, order, account, sub.transactions).await?;
    }
    Ok(())
}

async fn learn_rows(
    work: &mut Work<'_>,
    order: &Order,
    account: &Account,
    rows: Vec<Transaction>,
) -> AppResult<()> {
    let mut told: Vec<(Transfer, Recorded)> = Vec::new();
    for row in rows {
        told.extend(learn_row(work, order, account, row).await?);
    }
    flow::told_again(work, told.iter().map(|(row, became)| (row, account.id, *became))).await?;
    let new = told.iter().filter(|(_, became)| *became == Recorded::New).count();
    if new > 0 {
        work.also(
            AuditAction::AccountTransfers,
            SubjectKind::Account,
            account.id,
            json!({ "new": new }),
        );
    }
    Ok(())
}

/// One movement as the account's own bank tells it. A failed one, or one without a possible amount or time, is no
/// movement of money; its text stays in the inbox.
async fn learn_row(
    work: &Work<'_>,
    order: &Order,
    account: &Account,
    row: Transaction,
) -> AppResult<Option<(Transfer, Recorded)>> {
    let failed = row.status.known() == Some(TransactionStatus::Failed);
    let (Some(amount), Some(at)) = (row.amount.value(), row.time.value()) else {
        return Ok(None);
    };
    if failed || !amount.is_positive() {
        return Ok(None);
    }
    let out = match row.borrowing_signs.known() {
        Some(BorrowingSigns::Debit) => true,
        Some(BorrowingSigns::Credit) => false,
        None => return Ok(None),
    };
    let opponent = opponent(work, account, &row).await?;
    let serial = (!row.serial.is_empty()).then(|| row.serial.clone());
    let balance = row.account_balance.value();
    let told = Transfer {
        id: TransferId::new(at, work.random10()),
        src: if out { account.id } else { opponent.id },
        dst: if out { opponent.id } else { account.id },
        amount,
        at,
        src_serial: if out { serial.clone() } else { None },
        dst_serial: if out { None } else { serial },
        src_balance: if out { balance } else { None },
        dst_balance: if out { None } else { balance },
        payment: None,
        source_order: Some(order.id),
        summary: row.transaction_remark.chars().take(100).collect(),
    };
    let side = if out { Side::Src } else { Side::Dst };
    let (recorded, id) = transfer_record(&work.tx, &told, side).await?;
    if recorded != Recorded::Known {
        match_payment(work, &told, id).await?;
    }
    Ok(Some((told, recorded)))
}

/// The other end of a movement. Cash and merchants without an account number get a place of their own, so that money
/// that went there is seen to have left.
async fn opponent(work: &Work<'_>, account: &Account, row: &Transaction) -> AppResult<Account> {
    let cash = row.cash_mark.known() == Some(CashMark::Cash);
    let merchant = !row.merchant_code.is_empty();
    let given = AccountNo::parse(row.opponent_account_number.reveal());
    let (number, exit) = match given {
        Some(number) if !cash => (Some(number), if merchant { "merchant" } else { "" }),
        _ if cash => (
            AccountNo::parse(&format!("CASH{}", letters(&row.terminal_number))),
            "cash",
        ),
        _ if merchant => (
            AccountNo::parse(&format!("MERCHANT{}", letters(&row.merchant_code))),
            "merchant",
        ),
        _ => (
            AccountNo::parse(&format!(
                "UNKNOWN{}{}",
                account.number.tail(),
                letters(&row.serial)
            )),
            "unknown",
        ),
    };
    let number = number.unwrap_or_else(|| account.number.clone());
    let bank = work.centre.banks.find(number.as_str());
    let name = if row.opponent_name.is_empty() {
        row.merchant_name.as_str().into()
    } else {
        row.opponent_name.clone()
    };
    let holder = if cash {
        PersonName::new(format!("ATM {}", row.terminal_number))
    } else {
        name
    };
    let fresh = Account {
        id: AccountId::new(work.now(), work.random10()),
        bank_code: if row.opponent_deposit_bank_id.is_empty() {
            bank.map(|b| b.bank_code12.clone()).unwrap_or_default()
        } else {
            row.opponent_deposit_bank_id.clone()
        },
        bank_name: bank.map(|b| b.bank_name.clone()).unwrap_or_default(),
        number,
        holder,
        account_type: String::new(),
        exit_kind: exit.into(),
        status: String::new(),
        balance: None,
        holder_facts: None,
        prior_holds: Vec::new(),
        stops_executed: 0,
        version: 1,
    };
    Ok(account_ensure(&work.tx, &fresh).await?)
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(40)
        .collect()
}

/// A movement into an account that is what a victim told us he paid: same amount, near in time, the nearest of several.
pub(crate) async fn match_payment(work: &Work<'_>, told: &Transfer, id: TransferId) -> AppResult<bool> {
    let open = payments_unmatched(work.tx.conn(), told.dst, told.amount).await?;
    let near = open
        .into_iter()
        .filter(|p| p.from.is_none_or(|from| from == told.src))
        .map(|p| {
            let paid_at = p.paid_at;
            (p, paid_at)
        });
    let near = nearest(told.at, near);
    if let Some(payment) = near {
        payment_match(&work.tx, payment.id, id).await?;
        transfer_is_payment(&work.tx, id, payment.id).await?;
        return Ok(true);
    }
    Ok(false)
}

async fn learn_holder(work: &Work<'_>, account: &mut Account, b: &HolderFeedback) -> AppResult<()> {
    let facts = json!({
        "credential_type": b.credential_type.raw(), "credential_number": b.credential_number.reveal(),
        "name": b.subject_name.reveal(), "phone": b.tel_number.reveal(), "address": b.resident_address.reveal(),
        "operator_name": b.card_operator_name.reveal(), "company": b.work_company_name,
    });
    account.holder_facts = Some(facts.to_string());
    account_update(&work.tx, account).await?;
    account.version += 1;
    Ok(())
}

async fn learn_account(work: &Work<'_>, owner: &Account, card: &CardAccounts) -> AppResult<()> {
    let Some(number) = AccountNo::parse(card.card_number.reveal()) else {
        return Ok(());
    };
    let bank_code = owner.bank_code.clone();
    let fresh = Account {
        id: AccountId::new(work.now(), work.random10()),
        number,
        bank_code,
        bank_name: owner.bank_name.clone(),
        holder: card.account_name.clone(),
        account_type: owner.account_type.clone(),
        exit_kind: String::new(),
        status: card
            .accounts
            .first()
            .map(|s| s.account_status.clone())
            .unwrap_or_default(),
        balance: card
            .accounts
            .first()
            .and_then(|s| s.account_balance.value())
            .map(|b| (b, work.now())),
        holder_facts: owner.holder_facts.clone(),
        prior_holds: Vec::new(),
        stops_executed: 0,
        version: 1,
    };
    account_ensure(&work.tx, &fresh).await?;
    Ok(())
}

async fn learn_measures(work: &Work<'_>, account: &mut Account, measures: &[Measure]) -> AppResult<()> {
    let on_this = |m: &&Measure| {
        let named = [m.account_number.reveal(), m.card_number.reveal()];
        named
            .into_iter()
            .filter_map(AccountNo::parse)
            .any(|n| n.main() == account.number.main())
    };
    let holds: Vec<PriorHold> = measures
        .iter()
        .filter(on_this)
        .map(|m| PriorHold {
            department: m.dept_name.clone(),
            amount: m.balance.value(),
            until: m.end_time.value(),
            kind: m.measure_type.raw().to_owned(),
        })
        .collect();
    account.prior_holds = holds;
    account_update(&work.tx, account).await?;
    account.version += 1;
    Ok(())
}

/// 在先冻结: who froze before us, how much, until when.
async fn learn_prior(work: &Work<'_>, account: &mut Account, b: &FreezeFeedback) -> AppResult<()> {
    if b.former_department.is_empty() {
        return Ok(());
    }
    let prior = PriorHold {
        department: b.former_department.clone(),
        amount: b.former_balance.value(),
        until: b.former_expire_time.value(),
        kind: "0002".into(),
    };
    if !account.prior_holds.contains(&prior) {
        account.prior_holds.push(prior);
        account_update(&work.tx, account).await?;
        account.version += 1;
    }
    Ok(())
}

/// Keeps the report's sum of held money, which lists show, with what the banks have said.
pub async fn refresh_report(work: &Work<'_>, report: ReportId) -> AppResult<()> {
    let Some(before) = report_load(work.tx.conn(), report).await? else {
        return Ok(());
    };
    let orders = orders_of_report(work.tx.conn(), report).await?;
    let any_held = orders
        .iter()
        .any(|o| matches!(o.state, OrderState::Executed | OrderState::Frozen));
    let held = if any_held || before.held > Fen::ZERO {
        whereabouts::sums_of(work.tx.conn(), report, work.centre.config.doctrine)
            .await?
            .held
    } else {
        Fen::ZERO
    };
    if held == before.held {
        return Ok(());
    }
    let after = store::intake::ReportRow {
        held,
        ..before.clone()
    };
    if !report_update(&work.tx, &before, &after).await? {
        return Err(kernel::RefusalCode::RecordChanged.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of four digits, and its spellings with blanks and full width, for every kind of order: done is what the
    /// table of codes says is done of that kind, exactly as written.
    #[test]
    fn only_a_code_that_fits_the_kind_of_order_is_done() {
        for kind in OrderKind::ALL {
            let mut done = Vec::new();
            for n in 0..10_000 {
                let code = format!("{n:04}");
                let wide: String = code
                    .chars()
                    .filter_map(|c| char::from_u32(c as u32 + 0xFEE0))
                    .collect();
                let odd = [
                    format!(" {code}"),
                    format!("{code} "),
                    format!("{code}0"),
                    format!("\u{3000}{code}"),
                    wide,
                ];
                for raw in odd {
                    let found = outcome(kind, &ResultCode::new(raw.as_str()));
                    assert_eq!(found, Outcome::NotDone, "{} {raw:?}", kind.slug());
                }
                if outcome(kind, &ResultCode::new(code.as_str())) == Outcome::Done {
                    done.push(code);
                }
            }
            let wanted: &[&str] = match kind {
                OrderKind::Stop | OrderKind::Freeze | OrderKind::FreezeRenew => &["0000", "1200"],
                OrderKind::QueryTransactions
                | OrderKind::QueryHolder
                | OrderKind::QueryAllAccounts
                | OrderKind::Watch => &["0000", "2400"],
                OrderKind::StopRelieve
                | OrderKind::StopProlong
                | OrderKind::FreezeRelieve
                | OrderKind::WatchEnd => &["0000"],
            };
            assert_eq!(done, wanted, "{}", kind.slug());
        }
    }

    /// A freeze whose FrozedBalance is absent or odd counted the whole balance, everybody's money, as frozen.
    #[test]
    fn a_freeze_whose_sum_cannot_be_read_holds_an_unknown_sum() {
        use crate::made::{at, order};
        use bankwire::typed::{Answer as Head, Envelope, Given};
        let asked = Order {
            kind: OrderKind::Freeze,
            ..order('A', OrderState::Sent, 1, Answer::default())
        };
        for (frozen, held) in [
            (Given::Read(Fen::yuan(6_100)), Some(Fen::yuan(6_100))),
            (Given::Absent, None),
            (Given::Odd("六千一".to_owned()), None),
        ] {
            let feedback = BankFeedback {
                envelope: Envelope::default(),
                answer: Head {
                    result: ResultCode::new("0000"),
                    ..Head::default()
                },
                body: FeedbackBody::Freeze(FreezeFeedback {
                    frozen_balance: frozen,
                    account_balance: Given::Read(Fen::yuan(9_000)),
                    ..FreezeFeedback::default()
                }),
            };
            let answer = answer(&asked, &feedback, at(5));
            assert_eq!((answer.held, answer.balance), (held, Some(Fen::yuan(9_000))));
        }
    }
}
