//! "Order these next": accounts ranked by the money that can still be there × the chance to catch it.
//!
//! The chance halves with each stay that passes: an account whose money usually stays ten minutes has, ten minutes after
//! the money was last known to be there, an even chance to hold it still. How long money stays is the account's own
//! habit, seen in its rows ([`habit`]); an account without a habit is taken for an ordinary mule ([`STAY_MS`]).
//!
//! Promises: whole numbers only; the same candidates in any order give the same list; every place in the list comes
//! with its reasons. Leaves out who is held or ordered already: the caller gives only accounts worth an order.

/// How long money stays on an account that we know nothing of, milliseconds.
pub const STAY_MS: i64 = 20 * 60_000;

/// From an officer's key to the bank's act, milliseconds: a minute of ours, two of the bank's.
pub const ACT_MS: i64 = 3 * 60_000;

/// How long money stays on an account before it moves on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habit {
    /// The median, milliseconds.
    pub stay_ms: i64,
    /// Over so many payments.
    pub seen: u32,
}

/// The habit of an account from its own rows in the order of time: (when, whether money left).
pub fn habit(rows: impl IntoIterator<Item = (i64, bool)>) -> Option<Habit> {
    let mut last_in = None;
    let mut stays = Vec::new();
    for (at_ms, left) in rows {
        if !left {
            last_in = Some(at_ms);
        } else if let Some(came) = last_in {
            stays.push(at_ms - came);
        }
    }
    stays.sort_unstable();
    Some(Habit {
        stay_ms: *stays.get(stays.len() / 2)?,
        seen: u32::try_from(stays.len()).unwrap_or(u32::MAX),
    })
}

/// An account that could be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<A> {
    pub account: A,
    /// The victims' money that is there by what is known, fen.
    pub amount: i64,
    /// When the last of it came.
    pub arrived_ms: i64,
    pub habit: Option<Habit>,
    /// Up to when the account's own bank has told what left it.
    pub told_until_ms: Option<i64>,
    /// A balance that a bank reported, and when.
    pub balance: Option<(i64, i64)>,
}

/// Why an account stands where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The money came so long ago.
    Arrived {
        ago_ms: i64,
    },
    Habit(Habit),
    /// No rows show a habit: [`STAY_MS`] is taken.
    HabitUnknown,
    /// No statement of the account's own bank: the money may have gone already.
    NoStatement,
    /// The reported balance is less than what arrived; it counts.
    Balance {
        amount: i64,
        at_ms: i64,
    },
}

/// A place in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked<A> {
    pub account: A,
    /// What can still be there, fen.
    pub amount: i64,
    /// That it still is when the bank acts, in thousandths.
    pub chance_permille: u32,
    /// `amount × chance`: what an order is expected to save.
    pub worth: i64,
    /// When half of such money has moved on.
    pub due_ms: i64,
    pub reasons: Vec<Reason>,
}

/// Best first.
pub fn rank<A: Copy + Ord>(candidates: &[Candidate<A>], now_ms: i64) -> Vec<Ranked<A>> {
    let mut ranked: Vec<Ranked<A>> = candidates.iter().map(|c| place(c, now_ms)).collect();
    ranked.sort_by_key(|r| (-r.worth, -r.amount, r.account));
    ranked
}

fn place<A: Copy>(c: &Candidate<A>, now_ms: i64) -> Ranked<A> {
    let mut reasons = vec![Reason::Arrived {
        ago_ms: (now_ms - c.arrived_ms).max(0),
    }];
    reasons.push(c.habit.map_or(Reason::HabitUnknown, Reason::Habit));
    if c.told_until_ms.is_none() {
        reasons.push(Reason::NoStatement);
    }
    // A balance tells of money that had come by then.
    let reported = c.balance.filter(|(_, at)| *at >= c.arrived_ms);
    let mut amount = c.amount;
    if let Some((balance, at_ms)) = reported.filter(|(balance, _)| *balance < amount) {
        amount = balance.max(0);
        reasons.push(Reason::Balance { amount, at_ms });
    }
    let seen_ms = [Some(c.arrived_ms), c.told_until_ms, reported.map(|r| r.1)]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(c.arrived_ms);
    let stay_ms = c.habit.map_or(STAY_MS, |h| h.stay_ms).max(60_000);
    let unseen_ms = (now_ms - seen_ms).max(0).saturating_add(ACT_MS);
    let chance_permille = chance(unseen_ms, stay_ms);
    let worth = i128::from(amount) * i128::from(chance_permille) / 1_000;
    Ranked {
        account: c.account,
        amount,
        chance_permille,
        worth: i64::try_from(worth).unwrap_or(i64::MAX),
        due_ms: c.arrived_ms.saturating_add(stay_ms),
        reasons,
    }
}

/// Halves with each stay; between two halvings it falls evenly.
fn chance(unseen_ms: i64, stay_ms: i64) -> u32 {
    let halvings = u32::try_from(unseen_ms / stay_ms).unwrap_or(u32::MAX);
    let top = 1_000i64.checked_shr(halvings).unwrap_or(0);
    let part = i128::from(top) * i128::from(unseen_ms % stay_ms) / (2 * i128::from(stay_ms));
    u32::try_from(i128::from(top) - part).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn candidate(account: char, amount: i64, arrived_ms: i64) -> Candidate<char> {
        Candidate {
            account,
            amount,
            arrived_ms,
            habit: None,
            told_until_ms: None,
            balance: None,
        }
    }

    #[test]
    fn the_chance_halves_with_each_stay() {
        for (unseen, stay, expected) in [
            (0, 10, 1_000),
            (5, 10, 750),
            (10, 10, 500),
            (15, 10, 375),
            (20, 10, 250),
            (1_000, 10, 0),
        ] {
            assert_eq!(
                chance(unseen * MINUTE, stay * MINUTE),
                expected,
                "{unseen} of {stay}"
            );
        }
    }

    #[test]
    fn a_habit_is_the_median_stay() {
        let rows = [
            (0, false),
            (10, true),
            (100, false),
            (130, true),
            (140, true),
            (200, true),
        ];
        assert_eq!(habit(rows), Some(Habit { stay_ms: 40, seen: 4 }));
        assert_eq!(habit([(0, true), (5, false)]), None);
    }

    #[test]
    fn money_times_chance_decides() {
        let now = 100 * MINUTE;
        let quick = Habit {
            stay_ms: 2 * MINUTE,
            seen: 5,
        };
        let slow = Habit {
            stay_ms: 600 * MINUTE,
            seen: 5,
        };
        let large_but_gone = Candidate {
            habit: Some(quick),
            ..candidate('A', 100_000, 60 * MINUTE)
        };
        let small_and_slow = Candidate {
            habit: Some(slow),
            ..candidate('B', 20_000, 60 * MINUTE)
        };
        let fresh = candidate('C', 15_000, 99 * MINUTE);
        let ranked = rank(&[large_but_gone, small_and_slow, fresh], now);
        let order: Vec<(char, bool)> = ranked.iter().map(|r| (r.account, r.worth > 0)).collect();
        assert_eq!(order, [('B', true), ('C', true), ('A', false)]);
        assert_eq!(
            ranked[1].reasons,
            [
                Reason::Arrived { ago_ms: MINUTE },
                Reason::HabitUnknown,
                Reason::NoStatement
            ]
        );
        // The same money, known to have been there a minute ago, is worth more than one nobody has seen since it came.
        let seen = Candidate {
            told_until_ms: Some(99 * MINUTE),
            ..candidate('D', 50_000, 0)
        };
        let ranked = rank(&[candidate('E', 50_000, 0), seen], now);
        assert_eq!(ranked[0].account, 'D');
        // A reported balance counts when it is less, and only when the money had come by then.
        let poor = Candidate {
            balance: Some((700, 50 * MINUTE)),
            ..candidate('F', 50_000, 10 * MINUTE)
        };
        let old = Candidate {
            balance: Some((700, 5 * MINUTE)),
            ..candidate('G', 50_000, 10 * MINUTE)
        };
        let ranked = rank(&[poor, old], now);
        assert_eq!(
            ranked.iter().map(|r| (r.account, r.amount)).collect::<Vec<_>>(),
            [('G', 50_000), ('F', 700)]
        );
    }
}
