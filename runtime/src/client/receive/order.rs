//! Numbered values that come in any order, handed out in theirs.

use std::collections::VecDeque;

/// Values below a limit, at most as many at a time as were granted.
#[derive(Debug)]
pub(super) struct Order<T> {
    /// The number of the value that is handed out next.
    next: u64,
    /// The first number that was not granted.
    limit: u64,
    /// One more than the greatest number that is known to exist.
    known: u64,
    /// The values from `next` on, as far as one is here.
    held: VecDeque<Option<T>>,
}

/// A value whose number was not granted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excess;

impl<T> Order<T> {
    pub(super) fn new(limit: u64) -> Self {
        Self { next: 0, limit, known: 0, held: VecDeque::new() }
    }

    /// Takes a value; one that was here before is dropped.
    pub(super) fn put(&mut self, number: u64, value: T) -> Result<(), Excess> {
        if number >= self.limit {
            return Err(Excess);
        }
        self.know(number + 1);
        let Some(at) = number.checked_sub(self.next).and_then(|at| usize::try_from(at).ok()) else { return Ok(()) };
        if self.held.len() <= at {
            self.held.resize_with(at + 1, || None);
        }
        self.held[at].get_or_insert(value);
        Ok(())
    }

    /// The next value, where it is here.
    pub(super) fn take(&mut self) -> Option<T> {
        let value = self.held.front_mut()?.take()?;
        self.held.pop_front();
        self.next += 1;
        Some(value)
    }

    /// Learns that there are this many values at least.
    pub(super) fn know(&mut self, values: u64) {
        self.known = self.known.max(values);
    }

    /// Grants the values below `limit`.
    pub(super) fn grant(&mut self, limit: u64) {
        self.limit = self.limit.max(limit);
    }

    /// The first number that was not granted.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// The number of the value that comes next, which is how many were handed out.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Whether the next value is known to exist and is not here.
    pub(super) fn is_missing(&self) -> bool {
        self.next < self.known && self.held.front().is_none_or(Option::is_none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(order: &mut Order<u64>) -> Vec<u64> {
        std::iter::from_fn(|| order.take()).collect()
    }

    #[test]
    fn values_come_out_in_order_and_once() {
        let mut order = Order::new(4);
        for number in [2, 0, 0, 2] {
            order.put(number, number).unwrap();
        }
        assert_eq!(all(&mut order), [0]);
        assert!(order.is_missing());
        order.put(0, 100).unwrap();
        order.put(1, 1).unwrap();
        order.put(3, 3).unwrap();
        order.put(3, 100).unwrap();
        assert_eq!(all(&mut order), [1, 2, 3], "the first of each");
        assert!(!order.is_missing());
        assert_eq!(order.next(), 4);
    }

    #[test]
    fn no_more_is_kept_than_was_granted() {
        let mut order = Order::new(2);
        assert_eq!(order.put(2, 2), Err(Excess));
        assert_eq!(order.put(u64::MAX, 2), Err(Excess));
        order.put(1, 1).unwrap();
        assert_eq!(order.held.len(), 2);
        order.grant(3);
        order.grant(1);
        assert_eq!(order.limit(), 3);
        order.put(2, 2).unwrap();
        order.put(0, 0).unwrap();
        assert_eq!(all(&mut order), [0, 1, 2]);
        assert!(order.held.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_is_handed_out_as_a_plain_count(numbers in proptest::collection::vec(0_u64..40, 0..200)) {
            let mut order = Order::new(8);
            let mut seen = std::collections::BTreeSet::new();
            let mut handed = 0;
            for number in numbers {
                match order.put(number, number) {
                    Ok(()) => drop(seen.insert(number)),
                    Err(Excess) => assert!(number >= order.limit()),
                }
                assert!(order.held.len() as u64 <= order.limit() - order.next());
                while let Some(value) = order.take() {
                    assert_eq!(value, handed);
                    assert!(seen.contains(&value));
                    handed += 1;
                    order.grant(handed + 8);
                }
                assert!(!seen.contains(&handed), "nothing that is here waits");
                assert_eq!(order.is_missing(), seen.range(handed..).next().is_some());
            }
        }
    }

    #[test]
    fn what_is_known_to_exist_is_missing_until_it_is_here() {
        let mut order = Order::new(8);
        assert!(!order.is_missing());
        order.know(1);
        assert!(order.is_missing());
        order.put(0, 0).unwrap();
        assert!(!order.is_missing());
        assert_eq!(all(&mut order), [0]);
        assert!(!order.is_missing());
    }
}
