//! The call-taker's form, filled from the caller's words by the reading that the console uses, and what was asked back.
//!
//! Promises: nothing comes from the truth unless it was asked: where the reading doubts, where a field of a stop is missing,
//! where a number fails its check, where the sum that was told differs. An order is then as true as the reading. The caller
//! answers a question truly, and to the minute; an account that the payer never saw cannot be answered.
//! Leaves out: persons, whose papers are asked of every caller.

use app::intake::sums::how_of;
use domain::report::{self, AccountForm, PaymentForm, PersonForm, ReportForm};
use kernel::identifier::bank_card_ok;
use kernel::{Fen, Instant};
use sim::{How, NumberTold, PaymentTruth, Truth};
use text::bin::BinTable;
use text::directory::BankDirectory;
use text::{Doubt, Party, Rows};

/// A call as it rang.
#[derive(Clone, Debug)]
pub struct Told {
    pub at: Instant,
    pub line: u8,
    pub narrative: String,
    pub truth: Truth,
}

/// What the call-taker asked the caller again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// Everything once more, because the sum told differs from the rows.
    Everything,
    /// One payment, because its reading carries a doubt or an amount that was told only about.
    Payment,
    Payee,
    Time,
}

/// The form, with the questions it took.
pub struct Filled {
    pub form: ReportForm,
    pub asked: Vec<Asked>,
    /// The sum that was told, as it was read.
    pub stated: Option<Fen>,
}

/// Fills the form. `everything`: the call-taker reads every payment back, as the warning about the sum asks.
pub fn fill(told: &Told, stops: bool, everything: bool, banks: &BinTable) -> Filled {
    let rows = text::rows(&told.narrative, told.at);
    let mut desk = Desk {
        told,
        banks,
        directory: BankDirectory::of(banks, true),
        meant: vec![false; told.truth.payments.len()],
        asked: Vec::new(),
    };
    let payments = desk.payments(&rows, everything);
    let v = &told.truth.victim;
    let victim = PersonForm {
        name: v.name.clone(),
        id_type: "01".into(),
        id_number: v.id_number.clone(),
        phone: v.phone.clone(),
        sex: if v.female { "female" } else { "male" }.into(),
        age: Some(v.age),
        address: v.address.clone(),
        relation: String::new(),
        identity_checked: false,
    };
    let caller = PersonForm {
        name: v.name.clone(),
        phone: told.truth.number.clone(),
        ..PersonForm::default()
    };
    let form = ReportForm {
        seat: "3".into(),
        line: told.line.to_string(),
        narrative: told.narrative.clone(),
        category: told.truth.kind_code.into(),
        area: v.area.to_string(),
        caller,
        victims: vec![victim],
        send_stops: stops && !payments.is_empty(),
        payments,
        ..ReportForm::default()
    };
    let mut asked = desk.asked;
    asked.sort_unstable();
    Filled {
        form,
        asked,
        stated: rows.stated_total.map(|total| Fen(total.amount)),
    }
}

struct Desk<'a> {
    told: &'a Told,
    banks: &'a BinTable,
    directory: BankDirectory,
    /// Which of the true payments a row has been taken for.
    meant: Vec<bool>,
    asked: Vec<Asked>,
}

impl Desk<'_> {
    fn payments(&mut self, rows: &Rows, everything: bool) -> Vec<PaymentForm> {
        let count = |doubt: &Doubt| matches!(doubt, Doubt::CountDiffers | Doubt::SumDiffers);
        let doubted = rows.payments.iter().any(|row| row.doubt.iter().any(count));
        if everything || rows.sum_differs || doubted || rows.payments.is_empty() {
            self.asked.push(Asked::Everything);
            let all = self.told.truth.payments.iter().enumerate();
            return all.map(|(i, p)| self.answered(i, p)).collect();
        }
        rows.payments.iter().filter_map(|row| self.payment(row)).collect()
    }

    /// One row as the form takes it; `None` when the caller says that there was no such payment.
    fn payment(&mut self, row: &text::Payment) -> Option<PaymentForm> {
        let meant = self.meant_by(row);
        if let Some(i) = meant {
            self.meant[i] = true;
        }
        let told = self.told;
        let truth = meant.map(|i| (i, &told.truth.payments[i]));
        if !row.doubt.is_empty() || row.approx || row.amount.is_none() {
            self.asked.push(Asked::Payment);
            return truth.map(|(i, p)| self.answered(i, p));
        }
        let mut form = PaymentForm {
            paid_at: row.at.as_deref().and_then(moment),
            amount: row.amount.map(Fen),
            from: self.end(&row.from),
            to: self.end(&row.to),
            how: how_of(row.how),
            ..PaymentForm::default()
        };
        // Behind cash and a code nobody sees an account: the row is kept without one.
        let handed = form.to.number.is_empty() && form.how != report::How::Transfer;
        let incomplete = form.to.number.is_empty() || form.to.name.is_empty() || form.to.bank_code.is_empty();
        if !handed && (incomplete || card_fails(&form.to.number)) {
            self.asked.push(Asked::Payee);
            // The caller reads the account again; a payee that he knows by a tail alone gets no stop.
            form.to = self.answered(truth?.0, truth?.1).to;
        }
        if form.paid_at.is_none() {
            self.asked.push(Asked::Time);
            form.paid_at = Some(minute(truth?.1.at));
        }
        if card_fails(&form.from.number) {
            form.from = AccountForm::default();
        }
        Some(form)
    }

    /// Which payment the call-taker reads back when he asks about this row: the one of that amount, of that account, or
    /// the next that has not been spoken of.
    fn meant_by(&self, row: &text::Payment) -> Option<usize> {
        let truth = &self.told.truth;
        let amount = row.amount.map(Fen);
        let to = row.to.account.as_deref();
        let about = |i: usize| truth.told.payments.get(i).and_then(|t| t.amount.amount);
        #[allow(
            clippy::type_complexity,
            reason = "four questions of one shape, asked in this order"
        )]
        let tests: [&dyn Fn(usize, &PaymentTruth) -> bool; 4] = [
            &|_, p| Some(p.amount) == amount && to == Some(p.to.number.as_str()),
            &|i, p| Some(p.amount) == amount || (amount.is_some() && about(i) == amount),
            &|_, p| to == Some(p.to.number.as_str()),
            &|_, _| true,
        ];
        let open = |i: &usize| !self.meant[*i];
        tests.iter().find_map(|test| {
            let mut all = (0..truth.payments.len()).filter(open);
            all.find(|i| test(*i, &truth.payments[*i]))
        })
    }

    /// What the caller answers about a payment: the truth, as far as a payer can know it.
    fn answered(&self, i: usize, p: &PaymentTruth) -> PaymentForm {
        let told = self
            .told
            .truth
            .told
            .payments
            .get(i)
            .map_or(NumberTold::Not, |t| t.from);
        let from = match told {
            NumberTold::Whole => view(&p.from),
            NumberTold::Tail => AccountForm {
                tail: p.from.number[p.from.number.len() - 4..].to_owned(),
                number: String::new(),
                ..view(&p.from)
            },
            NumberTold::Not => AccountForm::default(),
        };
        PaymentForm {
            paid_at: Some(minute(p.at)),
            amount: Some(p.amount),
            from,
            to: if p.how == How::Transfer {
                view(&p.to)
            } else {
                AccountForm::default()
            },
            how: how(p.how),
            ..PaymentForm::default()
        }
    }

    /// The bank by the card's prefix, else by the name that was told.
    fn end(&self, party: &Party) -> AccountForm {
        let number = party.account.clone().unwrap_or_default();
        let (bank_code, bank_name) = match self.banks.find(&number) {
            Some(bank) => (bank.bank_code12.clone(), bank.bank_name.clone()),
            None => {
                let told = party.bank.as_deref().and_then(|bank| self.directory.named(bank));
                told.map_or_else(Default::default, |b| (b.code.clone(), b.name.clone()))
            }
        };
        AccountForm {
            bank_code,
            bank_name,
            name: party.name.clone().unwrap_or_default(),
            tail: party
                .tail
                .clone()
                .filter(|_| number.is_empty())
                .unwrap_or_default(),
            number,
            ..AccountForm::default()
        }
    }
}

/// The city's ways of paying, as a report keeps them.
pub(crate) const fn how(how: How) -> report::How {
    match how {
        How::Transfer => report::How::Transfer,
        How::Code => report::How::Code,
        How::Cash => report::How::Cash,
    }
}

fn view(account: &sim::AccountView) -> AccountForm {
    AccountForm {
        bank_code: account.bank_code.into(),
        bank_name: account.bank_name.into(),
        name: account.name.clone(),
        number: account.number.clone(),
        ..AccountForm::default()
    }
}

fn card_fails(number: &str) -> bool {
    number.starts_with("62") && (16..=19).contains(&number.len()) && !bank_card_ok(number)
}

/// 2026-04-02T15:40+08:00; a day alone is no moment.
fn moment(text: &str) -> Option<Instant> {
    let (day, clock) = text.split_once('T')?;
    let clock = clock.split('+').next().unwrap_or_default();
    let digits: String = format!("{day}{clock}")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    Instant::from_wire14(&format!("{digits:0<14}"))
}

/// The whole minute that people say.
fn minute(at: Instant) -> Instant {
    Instant::from_ms(at.ms() - at.ms().rem_euclid(60_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_needs_an_hour() {
        for (told, wire) in [
            ("2026-04-02T15:40+08:00", Some("20260402154000")),
            ("2026-04-02T15:40:07+08:00", Some("20260402154007")),
            ("2026-04-02", None),
            ("2026-04", None),
        ] {
            assert_eq!(moment(told), wire.and_then(Instant::from_wire14), "{told}");
        }
    }
}
