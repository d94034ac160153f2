//! What the plots show, counted in the background.
//!
//! **Invariant:** the spans of a plot follow each other without a gap and without an overlap, so
//! everybody is counted once.

use chrono::{Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::{
    model::{Timestamp, execution::Status},
    store::{
        Store, StoreError,
        executions::{self, Filter, Summary},
        overview::{self, Span},
        sweeps::{self, Sweep},
    },
    ui::days::start_of,
};

/// How many days of executions are shown.
pub(super) const DAYS: u64 = 30;

/// How many of those that run or wait are listed.
const LISTED: usize = 20;

/// Whole days without a sign of life: each bucket up to this many.
const DORMANT: [(i64, &str); 7] = [
    (7, "0–7"),
    (15, "8–15"),
    (30, "16–30"),
    (45, "31–45"),
    (60, "46–60"),
    (90, "61–90"),
    (180, "91–180"),
];

/// Calendar days until a password expires: each bucket up to this many.
const EXPIRING: [(u64, &str); 7] = [
    (0, "today"),
    (7, "1–7"),
    (15, "8–15"),
    (30, "16–30"),
    (60, "31–60"),
    (90, "61–90"),
    (u64::MAX, "later"),
];

/// What the counts depend on beside the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) zone: Tz,

    /// Counted anew every hour, because days pass also while nothing is written.
    pub(super) hour: Timestamp,

    /// 0 while passwords do not expire.
    pub(super) expiry_days: u32,
}

#[derive(Debug)]
pub(super) struct Counts {
    /// The oldest first.
    pub(super) days: Vec<Day>,
    pub(super) dormant: Vec<Bucket>,

    /// Nothing while passwords do not expire.
    pub(super) expiring: Vec<Bucket>,

    /// What goes on or waits for a decision.
    pub(super) now: Vec<(Summary, Option<Sweep>)>,

    /// Whether anything was ever executed.
    pub(super) has_history: bool,
}

#[derive(Debug)]
pub(super) struct Day {
    pub(super) date: NaiveDate,

    /// In the order of [`Status::ALL`].
    pub(super) counts: Vec<u64>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    /// "8–15"
    pub(super) label: &'static str,
    pub(super) count: u64,
}

impl Question {
    pub(super) fn new(zone: Tz, now: Timestamp, expiry_days: u32) -> Self {
        let hour = TimeDelta::hours(1);
        let hour = chrono::DurationRound::duration_trunc(now, hour).unwrap_or(now);
        Self {
            zone,
            hour,
            expiry_days,
        }
    }

    fn today(self) -> NaiveDate {
        self.hour.with_timezone(&self.zone).date_naive()
    }
}

pub(super) fn read(
    store: &Store,
    question: Question,
    now: Timestamp,
) -> Result<Counts, StoreError> {
    store.read(|db| {
        let mut days = Vec::new();
        for (date, span) in days_until(question.today(), question.zone) {
            let count = |status| overview::executions(db, status, span);
            let counts: Result<Vec<u64>, _> = Status::ALL.into_iter().map(count).collect();
            days.push(Day {
                date,
                counts: counts?,
            });
        }
        let mut dormant = Vec::new();
        for (label, span) in dormant_spans(now) {
            let count = overview::last_active(db, span)?;
            dormant.push(Bucket { label, count });
        }
        let count = overview::never_active(db)?;
        dormant.push(Bucket {
            label: "never",
            count,
        });
        let mut expiring = Vec::new();
        for (label, span) in expiring_spans(question, now) {
            let count = overview::passwords(db, span)?;
            expiring.push(Bucket { label, count });
        }
        let mut going = Vec::new();
        for status in [Status::Quarantined, Status::Running, Status::Queued] {
            let filter = Filter {
                status: Some(status),
                ..Filter::default()
            };
            for summary in executions::page(db, &filter, None, LISTED)?.executions {
                let sweep = sweeps::get(db, summary.id)?;
                going.push((summary, sweep));
            }
        }
        let any = executions::page(db, &Filter::default(), None, 1)?;
        Ok(Counts {
            days,
            dormant,
            expiring,
            now: going,
            has_history: !any.executions.is_empty(),
        })
    })
}

/// The last days, the oldest first, each from its first instant to that of the next.
fn days_until(today: NaiveDate, zone: Tz) -> Vec<(NaiveDate, Span)> {
    let day = |back: u64| today.checked_sub_days(Days::new(back));
    let dates = (0..DAYS).rev().filter_map(day);
    let span = |date: NaiveDate| Span {
        from: start_of(date, zone),
        until: date.succ_opt().and_then(|next| start_of(next, zone)),
    };
    dates.map(|date| (date, span(date))).collect()
}

/// From the newest sign of life to the oldest.
fn dormant_spans(now: Timestamp) -> Vec<(&'static str, Span)> {
    // Somebody is dormant for so many whole days from this moment on.
    let begins = |days: i64| now.checked_sub_signed(TimeDelta::days(days + 1));
    let mut spans = Vec::new();
    let mut until = None;
    for (days, label) in DORMANT {
        let from = begins(days);
        spans.push((label, Span { from, until }));
        until = from;
    }
    spans.push(("> 180", Span { from: None, until }));
    spans
}

/// When passwords were set that expire then; nothing while they do not expire.
fn expiring_spans(question: Question, now: Timestamp) -> Vec<(&'static str, Span)> {
    if question.expiry_days == 0 {
        return Vec::new();
    }
    let lifetime = TimeDelta::days(question.expiry_days.into());
    let set = |expires: Timestamp| expires.checked_sub_signed(lifetime);
    let mut from = set(now);
    let mut spans = vec![(
        "expired",
        Span {
            from: None,
            until: from,
        },
    )];
    for (days, label) in EXPIRING {
        let next = days.checked_add(1).map(Days::new);
        let last = next.and_then(|it| question.today().checked_add_days(it));
        let until = last.and_then(|day| start_of(day, question.zone));
        let until = until.and_then(set);
        spans.push((label, Span { from, until }));
        from = until;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2030-12-24T12:00:00Z".parse().expect("a moment")
    }

    fn question() -> Question {
        Question::new(chrono_tz::Europe::Berlin, noon(), 90)
    }

    /// Each begins where the one before it ends, in one direction or the other.
    #[track_caller]
    fn follow(spans: &[Span]) {
        for pair in spans.windows(2) {
            let [one, two] = pair else {
                continue;
            };
            let touches = one.from == two.until || one.until == two.from;
            assert!(touches, "{one:?} and {two:?}");
        }
    }

    #[test]
    fn everybody_is_counted_once() {
        let only = |spans: Vec<(&str, Span)>| spans.into_iter().map(|it| it.1).collect::<Vec<_>>();
        let dormant = only(dormant_spans(noon()));
        follow(&dormant);
        assert_eq!((dormant[0].until, dormant[7].from), (None, None));
        let expiring = only(expiring_spans(question(), noon()));
        follow(&expiring);
        assert_eq!((expiring[0].from, expiring[7].until), (None, None));
        let days = days_until(question().today(), chrono_tz::Europe::Berlin);
        assert_eq!(days.len(), 30);
        follow(&days.into_iter().map(|it| it.1).collect::<Vec<_>>());
    }

    #[test]
    fn a_password_expires_on_a_day_of_the_zone() {
        let spans = expiring_spans(question(), noon());
        let until = spans[1].1.until.expect("an end");
        let midnight: Timestamp = "2030-12-24T23:00:00Z".parse().expect("a moment");
        assert_eq!(until + TimeDelta::days(90), midnight);
        let never = Question {
            expiry_days: 0,
            ..question()
        };
        assert_eq!(expiring_spans(never, noon()), []);
    }

    #[test]
    fn the_eighth_day_without_a_sign_of_life_is_another_bucket() {
        let spans = dormant_spans(noon());
        let eight = noon() - TimeDelta::days(8);
        assert_eq!(spans[0].1.from, Some(eight));
        assert_eq!(spans[1].1.until, Some(eight));
    }
}
