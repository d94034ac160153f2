//! When something is tried again that did not work.
//!
//! The pauses differ a little from one mail to the next, so that what failed together is not tried
//! together: by a share that follows from which it is, since chance has no place here.

use chrono::TimeDelta;

/// How often a mail is tried: for about two days.
pub const MAX_ATTEMPTS: u32 = 53;

/// The pause after the first attempt of a mail, and the longest one.
const FIRST: TimeDelta = TimeDelta::minutes(1);
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// The pause after an outage of a whole server was seen first, and the longest one.
const FIRST_OUTAGE: TimeDelta = TimeDelta::seconds(5);

/// How long something is left alone that only an admin can put right.
pub const LONGEST_OUTAGE: TimeDelta = TimeDelta::minutes(5);

/// The pause after the attempt with this number, from 1, of the thing with this number.
pub fn pause(attempt: u32, thing: i64) -> TimeDelta {
    let pause = doubled(FIRST, attempt, LONGEST);
    // From 90 to 110 per cent.
    let share = mixed(thing.unsigned_abs() ^ u64::from(attempt) << 48) % 2_001;
    let thousandths = 9_000 + share as i64;
    TimeDelta::milliseconds(pause.num_milliseconds() * thousandths / 10_000)
}

/// The pause after so many attempts in a row to reach a server, from 1.
pub fn outage(attempt: u32) -> TimeDelta {
    doubled(FIRST_OUTAGE, attempt, LONGEST_OUTAGE)
}

fn doubled(first: TimeDelta, attempt: u32, longest: TimeDelta) -> TimeDelta {
    let times = attempt.saturating_sub(1).min(20);
    (first * (1 << times)).min(longest)
}

/// Spreads numbers that are close to each other (SplitMix64).
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attempt: u32, minutes: f64) {
        for thing in 0..1_000 {
            let pause = pause(attempt, thing).as_seconds_f64() / 60.0;
            assert!((minutes * 0.9..=minutes * 1.1).contains(&pause), "{pause}");
        }
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        check(1, 1.0);
        check(2, 2.0);
        check(6, 32.0);
        check(7, 60.0);
        check(u32::MAX, 60.0);
    }

    #[test]
    fn a_mail_is_tried_for_about_two_days() {
        let pauses = (1..MAX_ATTEMPTS).map(|attempt| pause(attempt, 7));
        let hours = pauses.sum::<TimeDelta>().as_seconds_f64() / 3_600.0;
        assert!((46.0..50.0).contains(&hours), "{hours}");
    }

    #[test]
    fn what_failed_together_is_not_tried_together() {
        let mut pauses: Vec<TimeDelta> = (0..100).map(|thing| pause(1, thing)).collect();
        pauses.sort();
        pauses.dedup();
        assert!(pauses.len() > 90, "{}", pauses.len());
    }

    #[test]
    fn an_outage_is_looked_at_every_five_minutes_at_last() {
        assert_eq!(outage(1), TimeDelta::seconds(5));
        assert_eq!(outage(3), TimeDelta::seconds(20));
        assert_eq!(outage(100), LONGEST_OUTAGE);
    }
}
