//! Rows of a narrative on the wire: who paid what, when, from where to where, as the engine reads it and the intake form
//! proposes it. Leaves out: the reading, which is the `text` room's, and what becomes of a proposal.

use app::intake::sums::{Stated, how_of, stated_of};
use app::shapes::{BankDirectory, BinTable, Party, Rows};
use domain::report::How;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One end of a row as it was told.
#[derive(Serialize, ToSchema)]
pub struct ToldEnd {
    /// The whole number.
    pub account: Option<String>,
    /// The last digits, where no more was told.
    pub tail: Option<String>,
    pub name: Option<String>,
    /// The bank for the form: the one that the card's first digits name, else the one that was told, by its name in the directory.
    pub bank: Option<String>,
    /// Its code in the directory; none for a bank that the directory does not hold.
    pub bank_code: Option<String>,
    /// The bank that was told where the card's first digits name another one.
    pub bank_told: Option<String>,
}

/// In which way the money left the victim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaidHow {
    #[default]
    Transfer,
    Code,
    Cash,
    Gold,
    GiftCard,
    Crypto,
    Taken,
}

impl From<How> for PaidHow {
    fn from(how: How) -> PaidHow {
        match how {
            How::Transfer => PaidHow::Transfer,
            How::Code => PaidHow::Code,
            How::Cash => PaidHow::Cash,
            How::Gold => PaidHow::Gold,
            How::GiftCard => PaidHow::GiftCard,
            How::Crypto => PaidHow::Crypto,
            How::Taken => PaidHow::Taken,
        }
    }
}

impl From<PaidHow> for How {
    fn from(how: PaidHow) -> How {
        match how {
            PaidHow::Transfer => How::Transfer,
            PaidHow::Code => How::Code,
            PaidHow::Cash => How::Cash,
            PaidHow::Gold => How::Gold,
            PaidHow::GiftCard => How::GiftCard,
            PaidHow::Crypto => How::Crypto,
            PaidHow::Taken => How::Taken,
        }
    }
}

/// A movement of money as it was told.
#[derive(Serialize, ToSchema)]
pub struct ToldRow {
    /// ISO 8601 to the precision told.
    pub at: Option<String>,
    /// Whole fen.
    pub amount: Option<String>,
    pub approx: bool,
    pub from: ToldEnd,
    pub to: ToldEnd,
    /// None for what came back and what was not paid.
    pub how: Option<PaidHow>,
    /// Start and length in code points, the amount's first.
    pub spans: Vec<[usize; 2]>,
    pub confidence: f64,
    /// Why the reading may be wrong.
    pub doubt: Vec<String>,
}

/// The total that was told, and between which sums of rows it is agreed with.
#[derive(Serialize, ToSchema)]
pub struct ToldTotal {
    pub amount: String,
    pub approx: bool,
    pub low: String,
    pub high: String,
}

#[derive(Serialize, ToSchema)]
pub struct ToldRows {
    pub payments: Vec<ToldRow>,
    /// Money that came back: never a payment.
    pub received: Vec<ToldRow>,
    /// Demanded, tried or bounced: not paid.
    pub planned: Vec<ToldRow>,
    pub stated_total: Option<ToldTotal>,
    pub sum_differs: bool,
    /// The place of the offence as far as it was told, an area of the centre.
    pub area: Option<String>,
    /// Two-digit code of the taxonomy.
    pub category_hint: Option<String>,
}

impl ToldTotal {
    pub fn of(stated: Stated) -> ToldTotal {
        ToldTotal {
            amount: stated.amount.0.to_string(),
            approx: stated.approx,
            low: stated.low.0.to_string(),
            high: stated.high.0.to_string(),
        }
    }
}

/// The banks that the ends of rows are resolved with.
pub struct Banks<'a> {
    pub cards: &'a BinTable,
    pub directory: &'a BankDirectory,
}

impl ToldEnd {
    fn of(party: &Party, banks: &Banks<'_>) -> ToldEnd {
        let by_card = party
            .account
            .as_deref()
            .and_then(|number| banks.cards.find(number));
        let told = party.bank.as_deref();
        let named = told.and_then(|name| banks.directory.named(name));
        let told_name = named.map_or(told, |bank| Some(bank.name.as_str()));
        let (bank, code) = match (by_card, named) {
            (Some(card), _) => (Some(card.bank_name.as_str()), Some(card.bank_code12.as_str())),
            (None, Some(bank)) => (Some(bank.name.as_str()), Some(bank.code.as_str())),
            (None, None) => (told, None),
        };
        let differs = by_card.is_some_and(|card| told_name.is_some_and(|name| name != card.bank_name));
        ToldEnd {
            account: party.account.clone(),
            tail: party.tail.clone(),
            name: party.name.clone(),
            bank: bank.map(str::to_owned),
            bank_code: code.map(str::to_owned),
            bank_told: told_name.filter(|_| differs).map(str::to_owned),
        }
    }

    fn none() -> ToldEnd {
        ToldEnd {
            account: None,
            tail: None,
            name: None,
            bank: None,
            bank_code: None,
            bank_told: None,
        }
    }
}

/// The word of an enum of the engine as its own contract spells it.
fn word(of: impl Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn fen(amount: Option<i64>) -> Option<String> {
    amount.map(|fen| fen.to_string())
}

impl ToldRows {
    pub fn of(rows: &Rows, banks: &Banks<'_>) -> ToldRows {
        let payments = rows.payments.iter().map(|p| ToldRow {
            at: p.at.clone(),
            amount: fen(p.amount),
            approx: p.approx,
            from: ToldEnd::of(&p.from, banks),
            to: ToldEnd::of(&p.to, banks),
            how: Some(how_of(p.how).into()),
            spans: p.spans.clone(),
            confidence: p.confidence,
            doubt: p.doubt.iter().map(word).collect(),
        });
        let received = rows.received.iter().map(|r| ToldRow {
            at: r.at.clone(),
            amount: fen(r.amount),
            approx: r.approx,
            from: ToldEnd::of(&r.from, banks),
            spans: r.spans.clone(),
            ..ToldRow::bare()
        });
        let planned = rows.planned.iter().map(|p| ToldRow {
            at: p.at.clone(),
            amount: fen(p.amount),
            approx: p.approx,
            spans: p.spans.clone(),
            ..ToldRow::bare()
        });
        ToldRows {
            payments: payments.collect(),
            received: received.collect(),
            planned: planned.collect(),
            stated_total: stated_of(rows).map(ToldTotal::of),
            sum_differs: rows.sum_differs,
            area: rows.area.clone(),
            category_hint: rows.category_hint.clone(),
        }
    }
}

impl ToldRow {
    /// What came back or was not paid has no payee, no way of payment and no doubt of its own.
    fn bare() -> ToldRow {
        ToldRow {
            at: None,
            amount: None,
            approx: false,
            from: ToldEnd::none(),
            to: ToldEnd::none(),
            how: None,
            spans: Vec::new(),
            confidence: 1.0,
            doubt: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_and_the_domain_name_each_way_of_paying_alike() {
        for how in How::ALL {
            let wire = PaidHow::from(how);
            assert_eq!(word(wire), how.slug());
            assert_eq!(How::from(wire), how);
        }
    }
}
