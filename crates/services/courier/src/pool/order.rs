//! In which order routes are tried.
//!
//! Each candidate's share of proven codes is drawn from what is known of it, so that a route of
//! which little is known sometimes looks good and is tried. Routes whose draw is at least half of
//! the best one work; among these the lower priority number goes first, then the lower cost for a
//! proven code. The others follow, and those with an open breaker last. Now and then one that is
//! not first goes first, so that a route that works again is noticed; never one that is open.

use model::Entropy;

/// A route is said to work when its draw is at least this part of the best one's.
const WORKS: f64 = 0.5;
/// One message in so many tries a route that is not the first choice.
const EXPLORE_ONE_IN: u16 = 50;
/// Draws stay above this, so that a cost for a proven code is finite.
const DRAW_MIN: f64 = 0.01;

/// What is known of a route for one message.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Which one.
    pub route: u16,
    /// Its priority.
    pub priority: u8,
    /// Its cost, millionths.
    pub cost_micros: u32,
    /// Expected share of proven codes and its standard deviation.
    pub estimate: (f64, f64),
    /// Whether its breaker is open: it comes last.
    pub open: bool,
}

/// The routes in the order in which to try them.
pub fn order(candidates: &[Candidate], entropy: &dyn Entropy) -> Vec<u16> {
    let drawn: Vec<f64> = candidates
        .iter()
        .map(|one| draw(one.estimate, entropy))
        .collect();
    let closed = candidates.iter().zip(&drawn).filter(|(one, _)| !one.open);
    let best = closed.map(|(_, share)| *share).fold(0.0, f64::max);
    let mut ranked: Vec<_> = candidates.iter().zip(drawn).collect();
    ranked.sort_by(|(a, a_share), (b, b_share)| {
        let key = |one: &Candidate, share: f64| (one.open, share < best * WORKS, one.priority);
        let cost = |one: &Candidate, share: f64| f64::from(one.cost_micros) / share;
        let by_key = key(a, *a_share).cmp(&key(b, *b_share));
        by_key
            .then(cost(a, *a_share).total_cmp(&cost(b, *b_share)))
            .then(b_share.total_cmp(a_share))
    });
    let mut routes: Vec<u16> = ranked.iter().map(|(one, _)| one.route).collect();
    let closed = candidates.iter().filter(|one| !one.open).count();
    explore(&mut routes[..closed], entropy);
    routes
}

/// Now and then puts another of these routes first.
fn explore(routes: &mut [u16], entropy: &dyn Entropy) {
    let chance = below(EXPLORE_ONE_IN, entropy);
    if routes.len() > 1 && chance == Some(0) {
        let others = u16::try_from(routes.len() - 1).unwrap_or(u16::MAX);
        if let Some(other) = below(others, entropy) {
            routes[..usize::from(other) + 2].rotate_right(1);
        }
    }
}

/// A number below `bound`; `None` when there is no randomness. Its small bias does not matter.
fn below(bound: u16, entropy: &dyn Entropy) -> Option<u16> {
    let mut bytes = [0; 2];
    entropy.fill(&mut bytes).ok()?;
    u16::from_le_bytes(bytes).checked_rem(bound)
}

/// A share drawn from about the normal distribution: twelve even draws added up have variance 1.
fn draw((mean, deviation): (f64, f64), entropy: &dyn Entropy) -> f64 {
    let mut bytes = [0; 24];
    let even = |pair: &[u8; 2]| f64::from(u16::from_le_bytes(*pair)) / f64::from(u16::MAX);
    let normal = match entropy.fill(&mut bytes) {
        Ok(()) => bytes.as_chunks().0.iter().map(even).sum::<f64>() - 6.0,
        Err(_) => 0.0,
    };
    (mean + deviation * normal).clamp(DRAW_MIN, 1.0)
}

#[cfg(test)]
mod tests {
    use model::EntropyError;

    use super::*;

    /// No randomness: every draw is the mean, and nothing is explored.
    struct Still;

    impl Entropy for Still {
        fn fill(&self, _out: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }

    struct Zero;

    impl Entropy for Zero {
        fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
            out.fill(0);
            Ok(())
        }
    }

    fn candidate(route: u16, priority: u8, cost_micros: u32, share: f64) -> Candidate {
        Candidate {
            route,
            priority,
            cost_micros,
            estimate: (share, 0.0),
            open: false,
        }
    }

    #[test]
    fn the_cheapest_for_a_proven_code_goes_first() {
        let cheap = candidate(0, 1, 40_000, 0.5);
        let better = candidate(1, 1, 60_000, 0.9);
        assert_eq!(order(&[cheap, better], &Still), [1, 0]);
        let cheaper = candidate(2, 1, 20_000, 0.5);
        assert_eq!(order(&[cheap, better, cheaper], &Still), [2, 1, 0]);
    }

    #[test]
    fn priority_comes_before_cost_among_routes_that_work() {
        let first = candidate(0, 1, 90_000, 0.6);
        let second = candidate(1, 2, 10_000, 0.9);
        assert_eq!(order(&[second, first], &Still), [0, 1]);
        let broken = candidate(0, 1, 90_000, 0.1);
        assert_eq!(order(&[broken, second], &Still), [1, 0]);
    }

    #[test]
    fn an_open_breaker_comes_last_but_is_not_left_out() {
        let mut open = candidate(0, 1, 1, 1.0);
        open.open = true;
        assert_eq!(order(&[open, candidate(1, 9, 9, 0.1)], &Still), [1, 0]);
        assert_eq!(order(&[open], &Still), [0]);
        assert!(order(&[], &Still).is_empty());
    }

    #[test]
    fn exploring_never_tries_an_open_breaker() {
        let mut open = candidate(0, 1, 1, 1.0);
        open.open = true;
        let (first, second) = (candidate(1, 1, 9, 0.9), candidate(2, 9, 9, 0.9));
        assert_eq!(order(&[open, first], &Zero), [1, 0]);
        assert_eq!(order(&[open, first, second], &Zero), [2, 1, 0]);
        assert_eq!(order(&[open], &Zero), [0]);
    }

    #[test]
    fn exploring_puts_another_first_and_keeps_the_rest_in_order() {
        let mut routes = [0, 1, 2];
        explore(&mut routes, &Zero);
        assert_eq!(routes, [1, 0, 2]);
        let mut one = [0];
        explore(&mut one, &Zero);
        assert_eq!(one, [0]);
    }
}
