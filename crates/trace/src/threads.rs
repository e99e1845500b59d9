//! One thread for each part of a job that is cut into parts.
//!
//! Promises: answers stand in the order of the parts; a panic in a thread goes on in the caller.
//! Leaves out: how many parts there are and how they are cut, which is each caller's own question.

/// What `work` makes of each part, each in a thread of its own.
pub(crate) fn each<P: Send, R: Send>(
    parts: impl IntoIterator<Item = P>,
    work: impl Fn(P) -> R + Sync,
) -> Vec<R> {
    let work = &work;
    std::thread::scope(|scope| {
        let workers: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || work(part)))
            .collect();
        workers
            .into_iter()
            .map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn answers_stand_in_the_order_of_the_parts() {
        let slow_first = |n: u64| {
            (0..(8 - n) * 1000).for_each(|n| {
                std::hint::black_box(n);
            });
            n
        };
        assert_eq!(each(0..8, slow_first), (0..8).collect::<Vec<_>>());
    }

    #[test]
    #[should_panic(expected = "the second part")]
    fn a_panic_goes_on_in_the_caller() {
        each(0..3, |n| assert_ne!(n, 1, "the second part"));
    }
}
