//! Which accounts a bank's answer names, and whether it is about the account that was asked about.
//!
//! Promises: every kind of answer is looked at; a new kind does not compile until it says which accounts it names. Leaves
//! out what happens to an answer about another account (see `settle`).

use bankwire::typed::{CardAccounts, FeedbackBody};
use kernel::AccountNo;

/// Whether the answer names an account, and none of those it names is the asked one.
pub(super) fn names_other_account(body: &FeedbackBody, asked: &AccountNo) -> bool {
    let named: Vec<AccountNo> = named(body).into_iter().filter_map(AccountNo::parse).collect();
    !named.is_empty() && named.iter().all(|n| n.main() != asked.main())
}

fn named(body: &FeedbackBody) -> Vec<&str> {
    match body {
        FeedbackBody::Stop(b) => vec![b.account_number.reveal(), b.card_number.reveal()],
        FeedbackBody::StopRelieve(b) => vec![b.account_number.reveal(), b.card_number.reveal()],
        FeedbackBody::StopProlong(b) => vec![b.account_number.reveal(), b.card_number.reveal()],
        FeedbackBody::Freeze(b) => vec![b.account_number.reveal(), b.card_number.reveal()],
        FeedbackBody::FreezeRelieve(b) => vec![b.account_number.reveal(), b.card_number.reveal()],
        FeedbackBody::FreezeProlong(b) => vec![b.account_number.reveal(), b.card_number.reveal()],
        FeedbackBody::Watch(b) => vec![b.account_number.reveal(), b.card_number.reveal()],
        FeedbackBody::WatchEnd(b) => vec![b.card_number.reveal()],
        FeedbackBody::Transactions(b) => b.accounts.iter().flat_map(of_card).collect(),
        // All accounts of the holder: the asked one is among them, or they are another person's.
        FeedbackBody::AllAccounts(b) => b.accounts.iter().flat_map(of_card).collect(),
        // 200304 tells of a person and carries no account (DOMAIN 1.6).
        FeedbackBody::Holder(_) => Vec::new(),
    }
}

fn of_card(card: &CardAccounts) -> impl Iterator<Item = &str> {
    let accounts = card.accounts.iter().map(|a| a.account_number.reveal());
    std::iter::once(card.card_number.reveal()).chain(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bankwire::typed::{
        AllAccountsFeedback, FreezeFeedback, FreezeProlongFeedback, FreezeRelieveFeedback, HolderFeedback,
        StopFeedback, StopProlongFeedback, StopRelieveFeedback, SubAccount, TransactionFeedback,
        WatchEndFeedback, WatchFeedback,
    };

    const ASKED: &str = "6200002000000000007";
    const OTHER: &str = "6200003000000000005";

    fn card(card: &str, account: &str) -> CardAccounts {
        CardAccounts {
            card_number: card.into(),
            accounts: vec![SubAccount {
                account_number: account.into(),
                ..SubAccount::default()
            }],
            ..CardAccounts::default()
        }
    }

    macro_rules! both_numbers {
        ($kind:ident, $body:ident, $card:expr, $account:expr) => {
            FeedbackBody::$kind($body {
                card_number: $card.into(),
                account_number: $account.into(),
                ..$body::default()
            })
        };
    }

    /// Every kind of answer that can name an account, naming these.
    fn bodies(number: &str, account: &str) -> Vec<(&'static str, FeedbackBody)> {
        vec![
            ("stop", both_numbers!(Stop, StopFeedback, number, account)),
            (
                "stop relieved",
                both_numbers!(StopRelieve, StopRelieveFeedback, number, account),
            ),
            (
                "stop prolonged",
                both_numbers!(StopProlong, StopProlongFeedback, number, account),
            ),
            ("freeze", both_numbers!(Freeze, FreezeFeedback, number, account)),
            (
                "freeze relieved",
                both_numbers!(FreezeRelieve, FreezeRelieveFeedback, number, account),
            ),
            (
                "freeze renewed",
                both_numbers!(FreezeProlong, FreezeProlongFeedback, number, account),
            ),
            ("watch", both_numbers!(Watch, WatchFeedback, number, account)),
            (
                "watch ended",
                FeedbackBody::WatchEnd(WatchEndFeedback {
                    card_number: number.into(),
                    ..WatchEndFeedback::default()
                }),
            ),
            (
                "transactions",
                FeedbackBody::Transactions(TransactionFeedback {
                    accounts: Some(card(number, account)),
                }),
            ),
            (
                "all accounts",
                FeedbackBody::AllAccounts(AllAccountsFeedback {
                    accounts: vec![card(number, account)],
                    ..AllAccountsFeedback::default()
                }),
            ),
        ]
    }

    #[test]
    fn every_kind_of_answer_about_another_account_is_seen() {
        let asked = AccountNo::parse(ASKED).unwrap();
        let sub = format!("{ASKED}_1");
        for (name, body) in bodies(OTHER, OTHER) {
            assert!(names_other_account(&body, &asked), "{name} of another account");
        }
        for (own_card, own_account) in [(ASKED, ""), (ASKED, sub.as_str()), (ASKED, OTHER)] {
            for (name, body) in bodies(own_card, own_account) {
                assert!(
                    !names_other_account(&body, &asked),
                    "{name} of ours: {own_card} {own_account}"
                );
            }
        }
        for (name, body) in bodies("", "") {
            assert!(!names_other_account(&body, &asked), "{name} that names none");
        }
        let holder = FeedbackBody::Holder(HolderFeedback::default());
        assert!(!names_other_account(&holder, &asked), "it names a person");
    }

    /// The asked card is one of the holder's.
    #[test]
    fn the_other_cards_of_the_holder_are_no_other_account() {
        let asked = AccountNo::parse(ASKED).unwrap();
        let several = FeedbackBody::AllAccounts(AllAccountsFeedback {
            accounts: vec![card(OTHER, ""), card(ASKED, "")],
            ..AllAccountsFeedback::default()
        });
        assert!(!names_other_account(&several, &asked));
    }
}
