//! The sums of one report.

use crate::{AccountMoney, Facts};
use kernel::{AccountId, Fen};
use trace::local::{Spot, SpotFlow};

/// Where the victims' money is, in sum. `held + reachable + unseen + gone = total`, to the fen.
///
/// * **total** 被骗合计: the victims' money that went out and did not come back, each fen once. Money that came back and was
///   paid again, payments that a bank reversed, and what lies with a victim again are not lost.
/// * **held** 已控资金: what banks said they hold of it.
/// * **reachable** 仍可追回: it should be on an account that nobody holds, and no bank has said otherwise.
/// * **unseen** 去向待查: nobody sees where it is. A bank holds or reports less than should be there, holds and did not say
///   how much, a balance fell and no row shows why, the trace does not follow it further, or it was paid to a payee without
///   an account that anybody knows.
/// * **gone** 已流失: a row shows it leaving by an exit (cash, a merchant, virtual assets, fees, …). Nothing else is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub total: Fen,
    pub held: Fen,
    pub reachable: Fen,
    pub unseen: Fen,
    pub gone: Fen,
}

impl Sums {
    /// With the rest of the total as what nobody sees.
    pub(crate) fn with_rest_unseen(total: Fen, held: Fen, reachable: Fen, gone: Fen) -> Sums {
        Sums {
            total,
            held,
            reachable,
            gone,
            unseen: total
                .saturating_less(held)
                .saturating_less(reachable)
                .saturating_less(gone),
        }
    }

    pub fn adds_up(&self) -> bool {
        let parts = [self.held, self.reachable, self.unseen, self.gone];
        parts.iter().all(|p| *p >= Fen::ZERO) && parts.into_iter().sum::<Fen>() == self.total
    }
}

pub(crate) fn of(facts: &Facts<'_>, accounts: &[AccountMoney]) -> Sums {
    let sum = |part: fn(&AccountMoney) -> Fen| accounts.iter().map(part).sum::<Fen>();
    let unplaced: Fen = facts.unplaced_by_now().map(|p| p.amount).sum();
    let traced = Fen(facts.seen.totals.seeded).saturating_less(sum(|a| a.split.returned));
    let total = Fen(traced.0 + unplaced.0);
    let gone = facts.seen.spots.iter().filter(left_by_exit);
    Sums::with_rest_unseen(
        total,
        sum(|a| a.split.held),
        sum(|a| a.split.reachable),
        gone.map(|(_, flow)| Fen(flow.received)).sum(),
    )
}

/// Money that left unseen has an exit in the books, because nothing can be followed out of it; nobody has seen it go.
pub(crate) fn left_by_exit((spot, flow): &(&Spot<AccountId>, &SpotFlow<AccountId>)) -> bool {
    flow.exit.is_some() && !matches!(spot, Spot::Unseen(_))
}
