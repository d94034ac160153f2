//! How often somebody may do something.
//!
//! A bucket of tokens for each: a few at once, then one every few seconds.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
};

use chrono::TimeDelta;
use parking_lot::Mutex;

use super::recent::Recent;
use crate::model::Timestamp;

/// Half of how many are remembered.
const REMEMBERED: usize = 20_000;

pub(super) struct Limits<K> {
    /// How many may come at once.
    burst: i32,

    /// One more after each of these.
    pace: TimeDelta,

    /// When each will have all its tokens again.
    full_at: Mutex<Recent<K, Timestamp>>,
}

impl<K: Eq + Hash> Limits<K> {
    pub(super) fn new(burst: i32, pace: TimeDelta) -> Self {
        Self {
            burst,
            pace,
            full_at: Mutex::new(Recent::new(REMEMBERED)),
        }
    }

    /// Takes a token, or says how long to wait for one.
    pub(super) fn take(&self, key: K, now: Timestamp) -> Result<(), TimeDelta> {
        let mut full_at = self.full_at.lock();
        let before = full_at.take(&key).unwrap_or(now).max(now);
        let longest = self.pace * self.burst;
        // A clock that was set back must not lock anyone out.
        let before = before.min(now + longest);
        let after = before + self.pace;
        let wait = after - now - longest;
        let (result, kept) = if wait > TimeDelta::zero() {
            (Err(wait), before)
        } else {
            (Ok(()), after)
        };
        full_at.put(key, kept);
        result
    }
}

/// What counts as one visitor: an IPv6 address counts by its /64, which is what one household or one
/// server has to itself.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const BURST: i32 = 30;
    const PACE: TimeDelta = TimeDelta::seconds(3);

    fn limits() -> Limits<IpAddr> {
        Limits::new(BURST, PACE)
    }

    #[test]
    fn many_at_once_are_too_many_and_waiting_helps() {
        let limits = limits();
        let ada = address("192.0.2.1");
        for _ in 0..BURST {
            assert_eq!(limits.take(ada, NOW), Ok(()));
        }
        assert_eq!(limits.take(ada, NOW), Err(PACE));
        assert_eq!(limits.take(ada, NOW), Err(PACE), "asking costs nothing");
        assert_eq!(limits.take(address("192.0.2.2"), NOW), Ok(()));
        assert_eq!(limits.take(ada, NOW + PACE), Ok(()));
        assert!(limits.take(ada, NOW + PACE).is_err());
    }

    #[test]
    fn two_hundred_in_a_minute_are_fifty() {
        let limits = limits();
        let accepted = (0..200)
            .filter(|number| {
                let now = NOW + TimeDelta::milliseconds(300 * number);
                limits.take(address("192.0.2.1"), now).is_ok()
            })
            .count();
        assert_eq!(accepted, 49);
    }

    #[test]
    fn an_ipv6_network_is_one_visitor() {
        let limits = limits();
        for number in 0..BURST {
            let one = address(&format!("2001:db8:1:2::{number:x}"));
            assert_eq!(limits.take(network(one), NOW), Ok(()));
        }
        let take = |text| limits.take(network(address(text)), NOW);
        assert!(take("2001:db8:1:2:ffff::1").is_err());
        assert_eq!(take("2001:db8:1:3::1"), Ok(()));
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_itself() {
        assert_eq!(network(address("::ffff:192.0.2.1")), address("192.0.2.1"));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let limits = limits();
        let ada = address("192.0.2.1");
        assert_eq!(limits.take(ada, NOW + TimeDelta::days(900)), Ok(()));
        assert_eq!(limits.take(ada, NOW), Err(PACE));
        assert_eq!(limits.take(ada, NOW + PACE), Ok(()));
    }
}
