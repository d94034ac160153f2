//! Failed sign-ins by where they come from: whoever guesses has to wait, longer and longer.
//!
//! Only browsers that are not known are counted, so that an office behind one address is not kept
//! out by one of its own. **Invariant:** what is asked for while waiting does not make it longer.

use std::net::IpAddr;

use chrono::TimeDelta;
use parking_lot::Mutex;

use crate::{
    model::Timestamp,
    portal::{limit::network, recent::Recent},
};

/// After so many failures, so many minutes.
const LADDER: [(u32, i64); 5] = [(7, 1), (10, 10), (15, 15), (20, 60), (25, 24 * 60)];

/// How long after the last failure, and the wait that it caused, all are forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::days(1);

/// Half of how many addresses are remembered.
const REMEMBERED: usize = 20_000;

pub(in crate::portal) struct Failures {
    by_network: Mutex<Recent<IpAddr, Count>>,
}

#[derive(Clone, Copy)]
struct Count {
    failures: u32,
    last: Timestamp,
    until: Timestamp,
}

impl Default for Failures {
    fn default() -> Self {
        Self {
            by_network: Mutex::new(Recent::new(REMEMBERED)),
        }
    }
}

impl Failures {
    /// How long whoever asks from there still has to wait.
    pub(in crate::portal) fn check(
        &self,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), TimeDelta> {
        let key = network(address);
        let mut by_network = self.by_network.lock();
        let Some(count) = by_network.take(&key) else {
            return Ok(());
        };
        if count.is_forgotten(now) {
            return Ok(());
        }
        by_network.put(key, count);
        if now < count.until {
            Err(count.until - now)
        } else {
            Ok(())
        }
    }

    pub(in crate::portal) fn add(&self, address: IpAddr, now: Timestamp) {
        let key = network(address);
        let mut by_network = self.by_network.lock();
        let before = by_network.take(&key).filter(|it| !it.is_forgotten(now));
        let failures = before.map_or(0, |it| it.failures) + 1;
        let mut until = before.map_or(now, |it| it.until);
        // Some that were on their way already do not prolong the wait.
        if until <= now {
            until = now + TimeDelta::minutes(minutes(failures));
        }
        let count = Count {
            failures,
            last: now,
            until,
        };
        by_network.put(key, count);
    }
}

impl Count {
    fn is_forgotten(self, now: Timestamp) -> bool {
        // Also when the clock was set back: it must not lock anyone out.
        now - self.last.max(self.until) > FORGOTTEN || now < self.last
    }
}

/// From the last rung on every failure counts.
fn minutes(failures: u32) -> i64 {
    let (last, longest) = LADDER[LADDER.len() - 1];
    if failures > last {
        return longest;
    }
    let rung = LADDER.iter().find(|(at, _)| *at == failures);
    rung.map_or(0, |(_, minutes)| *minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn waits_grow_with_the_failures() {
        let (failures, eve) = (Failures::default(), address("192.0.2.66"));
        let mut now = NOW;
        let mut waits = Vec::new();
        for number in 1..=27 {
            failures.add(eve, now);
            if let Err(wait) = failures.check(eve, now) {
                waits.push((number, wait.num_minutes()));
                now += wait;
            }
        }
        let day = 24 * 60;
        let expected = [
            (7, 1),
            (10, 10),
            (15, 15),
            (20, 60),
            (25, day),
            (26, day),
            (27, day),
        ];
        assert_eq!(waits, expected);
        assert_eq!(failures.check(address("192.0.2.67"), now), Ok(()));
    }

    #[test]
    fn asking_while_waiting_costs_nothing() {
        let (failures, eve) = (Failures::default(), address("192.0.2.66"));
        for _ in 0..7 {
            failures.add(eve, NOW);
        }
        let later = NOW + TimeDelta::seconds(50);
        for _ in 0..100 {
            assert!(failures.check(eve, later).is_err());
        }
        // One that was being compared when the seventh failed.
        failures.add(eve, later);
        assert_eq!(failures.check(eve, NOW + TimeDelta::minutes(1)), Ok(()));
    }

    #[test]
    fn a_day_later_all_is_forgotten() {
        let (failures, eve) = (Failures::default(), address("192.0.2.66"));
        for _ in 0..6 {
            failures.add(eve, NOW);
        }
        let later = NOW + FORGOTTEN + TimeDelta::seconds(1);
        failures.add(eve, later);
        assert_eq!(
            failures.check(eve, later),
            Ok(()),
            "the first, not the seventh"
        );
    }

    #[test]
    fn an_ipv6_network_is_one_visitor() {
        let failures = Failures::default();
        for number in 0..7 {
            failures.add(address(&format!("2001:db8:1:2::{number}")), NOW);
        }
        assert!(
            failures
                .check(address("2001:db8:1:2:ffff::1"), NOW)
                .is_err()
        );
        assert!(failures.check(address("2001:db8:1:3::1"), NOW).is_ok());
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let (failures, eve) = (Failures::default(), address("192.0.2.66"));
        for _ in 0..7 {
            failures.add(eve, NOW + TimeDelta::days(900));
        }
        assert_eq!(failures.check(eve, NOW), Ok(()));
    }
}
