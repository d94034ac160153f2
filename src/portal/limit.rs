//! How often one address may send a form.
//!
//! A bucket of tokens per address: a few at once, then one every few seconds. An IPv6 address
//! counts by its /64, which is what one household or one server has to itself.

use std::net::{IpAddr, Ipv6Addr};

use chrono::TimeDelta;
use parking_lot::Mutex;

use super::recent::Recent;
use crate::model::Timestamp;

/// How many forms may come at once: a team that signs up together from one office.
const BURST: i64 = 30;

/// One more after each of these.
const PACE: TimeDelta = TimeDelta::seconds(3);

/// Half of how many addresses are remembered.
const REMEMBERED: usize = 20_000;

pub(super) struct Limits {
    /// When the address will have all its tokens again.
    full_at: Mutex<Recent<IpAddr, Timestamp>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            full_at: Mutex::new(Recent::new(REMEMBERED)),
        }
    }
}

impl Limits {
    /// Takes a token, or says how long to wait for one.
    pub(super) fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), TimeDelta> {
        let key = network(address);
        let mut full_at = self.full_at.lock();
        let before = full_at.take(&key).unwrap_or(now).max(now);
        // A clock that was set back must not lock anyone out.
        let before = before.min(now + PACE * BURST as i32);
        let after = before + PACE;
        let wait = after - now - PACE * BURST as i32;
        let (result, kept) = if wait > TimeDelta::zero() {
            (Err(wait), before)
        } else {
            (Ok(()), after)
        };
        full_at.put(key, kept);
        result
    }
}

fn network(address: IpAddr) -> IpAddr {
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

    #[test]
    fn many_at_once_are_too_many_and_waiting_helps() {
        let limits = Limits::default();
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
        let limits = Limits::default();
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
        let limits = Limits::default();
        for number in 0..BURST {
            let one = address(&format!("2001:db8:1:2::{number:x}"));
            assert_eq!(limits.take(one, NOW), Ok(()));
        }
        assert!(limits.take(address("2001:db8:1:2:ffff::1"), NOW).is_err());
        assert_eq!(limits.take(address("2001:db8:1:3::1"), NOW), Ok(()));
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_itself() {
        assert_eq!(network(address("::ffff:192.0.2.1")), address("192.0.2.1"));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let limits = Limits::default();
        let ada = address("192.0.2.1");
        assert_eq!(limits.take(ada, NOW + TimeDelta::days(900)), Ok(()));
        assert_eq!(limits.take(ada, NOW), Err(PACE));
        assert_eq!(limits.take(ada, NOW + PACE), Ok(()));
    }
}
