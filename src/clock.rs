//! The only place that reads the time.

use std::{sync::Arc, time::Duration};

use chrono::Utc;
use parking_lot::Mutex;

use crate::model::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    System,

    /// Stands still until it is moved; for tests and for the sample company's past.
    Manual(Arc<Mutex<Timestamp>>),
}

impl Clock {
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(Mutex::new(now)))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Utc::now(),
            Self::Manual(now) => *now.lock(),
        }
    }

    /// Moves a manual clock; the system's goes by itself.
    pub fn advance(&self, by: chrono::TimeDelta) {
        if let Self::Manual(now) = self {
            *now.lock() += by;
        }
    }

    /// Waits until `moment`. It looks at the clock every half second: a machine that slept or a clock
    /// that was set makes no difference to a pause that was measured before.
    pub async fn sleep_until(&self, moment: Timestamp) {
        loop {
            let nap = Nap::towards(moment, self.now());
            tokio::time::sleep(nap.length).await;
            if nap.is_last {
                return;
            }
        }
    }
}

/// A part of a wait, without a look at the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Nap {
    length: Duration,

    /// Whether the wait is over after it, if the clock goes on as it should.
    is_last: bool,
}

impl Nap {
    const LONGEST: Duration = Duration::from_millis(500);

    fn towards(moment: Timestamp, now: Timestamp) -> Self {
        let pause = (moment - now).to_std().unwrap_or(Duration::ZERO);
        Self {
            length: pause.min(Self::LONGEST),
            is_last: pause <= Self::LONGEST,
        }
    }
}

/// How long something took, for progress and benchmarks.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    /// What the clock shows when the wait is over, and how long that is after it came to `due`, for a
    /// machine that is awake. At the beginning of each nap the clock is set by so many milliseconds,
    /// or the machine sleeps for as long.
    fn waited(due: Timestamp, begin: Timestamp, set: &[i64]) -> (Timestamp, TimeDelta) {
        let mut now = begin;
        let mut set = set.iter();
        loop {
            let nap = Nap::towards(due, now);
            let length = TimeDelta::from_std(nap.length).expect("a nap");
            let jump = TimeDelta::milliseconds(set.next().copied().unwrap_or(0));
            now += jump + length;
            if nap.is_last || now >= due {
                return (now, length.min(now - due));
            }
        }
    }

    #[test]
    fn a_wait_ends_at_its_moment_and_looks_around_every_half_second() {
        let due = moment("2030-12-24T12:00:00Z");
        for (begin, length, is_last) in [
            ("2030-12-24T11:59:00Z", 500, false),
            ("2030-12-24T11:59:59.499Z", 500, false),
            ("2030-12-24T11:59:59.500Z", 500, true),
            ("2030-12-24T11:59:59.999Z", 1, true),
            ("2030-12-24T12:00:00Z", 0, true),
            ("2031-01-01T00:00:00Z", 0, true),
        ] {
            let length = Duration::from_millis(length);
            let expected = Nap { length, is_last };
            assert_eq!(Nap::towards(due, moment(begin)), expected, "{begin}");
        }
        let (woken, late) = waited(due, moment("2030-12-24T11:12:13.141592Z"), &[]);
        assert_eq!((woken, late), (due, TimeDelta::zero()));
    }

    proptest! {
        /// The clock is set, or the machine sleeps, at any look.
        #[test]
        fn whatever_the_clock_does_a_wait_is_over_half_a_second_after_its_moment(
            pause in 0..20_000_i64,
            set in proptest::collection::vec(prop_oneof![Just(0), -3_000..3_000_i64, 0..90_000_000_i64], 0..40),
        ) {
            let due = moment("2030-12-24T12:00:00Z");
            let begin = due - TimeDelta::milliseconds(pause);
            let (woken, late) = waited(due, begin, &set);
            prop_assert!(late <= TimeDelta::milliseconds(500));
            prop_assert!(woken >= due - TimeDelta::seconds(3), "only a clock that was set back");
        }
    }
}
