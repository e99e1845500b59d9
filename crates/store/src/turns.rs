//! Whose turn it is to write. One transaction runs at a time in this process; what a person waits for goes before work
//! that nobody waits for.
//!
//! Promises: within a rank first come, first served; a turn that is free or becomes free goes to the front while anybody
//! waits there, but after [`FRONT_IN_A_ROW`] turns of the front one that waits at the back has its turn, so that no
//! flood of commands stops the import for ever. A waiter that gives up loses nothing for the others. Leaves out how long
//! a transaction of the back may last: a turn is never taken away, so background work keeps its transactions short.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// How urgent a transaction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rank {
    /// A person waits for it, or an order or a deadline does.
    #[default]
    Front,
    /// An import, a recount, telling reports of movements, sealing, sweeping.
    Back,
}

/// So many turns of the front in a row while the back waits, then one of the back. A seat makes a few commands a second:
/// only a flood comes near it.
const FRONT_IN_A_ROW: u32 = 32;

/// The queue.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    taken: bool,
    front: VecDeque<oneshot::Sender<Turn>>,
    back: VecDeque<oneshot::Sender<Turn>>,
    front_in_a_row: u32,
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Empty in a turn that was handed to nobody.
    turns: Option<Arc<Turns>>,
}

impl Turns {
    /// Waits until it is this one's turn. Dropping the future leaves the queue.
    pub async fn take(self: &Arc<Self>, rank: Rank) -> Turn {
        loop {
            let wait = match self.stand_in(rank) {
                Ok(turn) => return turn,
                Err(wait) => wait,
            };
            // A sender is dropped only with its queue, which this handle keeps alive.
            if let Ok(turn) = wait.await {
                return turn;
            }
        }
    }

    fn stand_in(self: &Arc<Self>, rank: Rank) -> Result<Turn, oneshot::Receiver<Turn>> {
        let mut waiting = self.lock();
        if !waiting.taken {
            waiting.taken = true;
            return Ok(self.turn());
        }
        let (send, wait) = oneshot::channel();
        match rank {
            Rank::Front => waiting.front.push_back(send),
            Rank::Back => waiting.back.push_back(send),
        }
        Err(wait)
    }

    fn turn(self: &Arc<Self>) -> Turn {
        Turn {
            turns: Some(self.clone()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands the turn on; to nobody when nobody waits any more.
    fn pass(self: &Arc<Self>) {
        loop {
            let mut waiting = self.lock();
            let Some(next) = waiting.next() else {
                waiting.taken = false;
                return;
            };
            drop(waiting);
            match next.send(self.turn()) {
                Ok(()) => return,
                // It gave up waiting: the turn that came back must not pass itself on from here.
                Err(mut back) => back.turns = None,
            }
        }
    }
}

impl Waiting {
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let back_is_due = self.front_in_a_row >= FRONT_IN_A_ROW && !self.back.is_empty();
        if !back_is_due && let Some(front) = self.front.pop_front() {
            self.front_in_a_row = if self.back.is_empty() {
                0
            } else {
                self.front_in_a_row + 1
            };
            return Some(front);
        }
        self.front_in_a_row = 0;
        self.back.pop_front()
    }
}

impl Turn {
    /// Whether somebody of the front waits for this turn to end.
    pub fn front_waits(&self) -> bool {
        let turns = self.turns.as_ref();
        turns.is_some_and(|turns| turns.lock().front.iter().any(|wait| !wait.is_closed()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.turns.take() {
            turns.pass();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Rank::{Back, Front};
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    type Wait = Pin<Box<dyn Future<Output = Turn>>>;

    /// Polled by hand, so that the order is the queue's and not the runtime's.
    fn look(wait: &mut Wait) -> Option<Turn> {
        match wait.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    fn take(turns: &Arc<Turns>, rank: Rank) -> Wait {
        let turns = turns.clone();
        Box::pin(async move { turns.take(rank).await })
    }

    /// A waiter that has stood in.
    fn stand(turns: &Arc<Turns>, rank: Rank) -> Wait {
        let mut wait = take(turns, rank);
        assert!(look(&mut wait).is_none(), "the turn is taken");
        wait
    }

    /// Which of the waiters has its turn when the one that is held ends; it is ended in its turn.
    fn order(held: Turn, mut waiters: Vec<(&'static str, Wait)>) -> Vec<&'static str> {
        let mut served = Vec::new();
        let mut held = Some(held);
        while !waiters.is_empty() {
            drop(held.take());
            let mut ready = Vec::new();
            for (at, (_, wait)) in waiters.iter_mut().enumerate() {
                ready.extend(look(wait).map(|turn| (at, turn)));
            }
            assert_eq!(ready.len(), 1, "one at a time, and never nobody: {served:?}");
            let (at, turn) = ready.remove(0);
            served.push(waiters.remove(at).0);
            held = Some(turn);
        }
        served
    }

    fn taken(turns: &Arc<Turns>) -> Turn {
        look(&mut take(turns, Back)).expect("nobody waits")
    }

    #[test]
    fn the_front_goes_first_and_each_rank_in_its_order() {
        let turns = Arc::new(Turns::default());
        let held = taken(&turns);
        let waiters = vec![
            ("import 1", stand(&turns, Back)),
            ("import 2", stand(&turns, Back)),
            ("seat 1", stand(&turns, Front)),
            ("import 3", stand(&turns, Back)),
            ("seat 2", stand(&turns, Front)),
        ];
        assert_eq!(
            order(held, waiters),
            ["seat 1", "seat 2", "import 1", "import 2", "import 3"]
        );
        drop(taken(&turns));
    }

    #[test]
    fn a_flood_of_commands_does_not_stop_the_back_for_ever() {
        let turns = Arc::new(Turns::default());
        let held = taken(&turns);
        let mut waiters = vec![("back", stand(&turns, Back)), ("back", stand(&turns, Back))];
        let seats = 2 * FRONT_IN_A_ROW as usize + 5;
        waiters.extend((0..seats).map(|_| ("seat", stand(&turns, Front))));
        let served = order(held, waiters);
        let backs: Vec<usize> = (0..served.len()).filter(|at| served[*at] == "back").collect();
        let row = FRONT_IN_A_ROW as usize;
        assert_eq!(backs, [row, 2 * row + 1]);
    }

    #[test]
    fn who_gives_up_is_passed_over_and_a_turn_given_to_a_waiter_that_is_gone_goes_on() {
        let turns = Arc::new(Turns::default());
        let held = taken(&turns);
        assert!(!held.front_waits());
        drop(stand(&turns, Front));
        assert!(!held.front_waits(), "it gave up");
        let gone_with_its_turn = stand(&turns, Front);
        let mut last = stand(&turns, Back);
        assert!(held.front_waits());
        // The second waiter is given the turn and dropped before it looks.
        drop(held);
        drop(gone_with_its_turn);
        let turn = look(&mut last).expect("the turn went on");
        drop(turn);
        drop(taken(&turns));
    }
}
