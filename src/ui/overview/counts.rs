//! What the plots show, counted in the background.

use chrono::{Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use rusqlite::Connection;

use crate::{
    model::{Timestamp, execution::Status},
    store::{
        Store, StoreError,
        executions::{self, Filter, Summary},
        overview::{self, Span},
        sweeps::{self, Sweep},
    },
    ui::{
        buckets::{AsOf, Bucket},
        days::start_of,
    },
};

/// How many days of executions are shown.
pub(super) const DAYS: u64 = 30;

/// How many of those that run or wait are listed.
const LISTED: usize = 20;

/// What the counts depend on beside the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) zone: Tz,

    /// Counted anew every hour, because days pass also while nothing is written.
    pub(super) hour: Timestamp,

    /// In the zone.
    pub(super) today: NaiveDate,

    /// 0 while passwords do not expire.
    pub(super) expiry_days: u32,
}

#[derive(Debug)]
pub(super) struct Counts {
    /// The oldest first.
    pub(super) days: Vec<Day>,
    pub(super) dormant: Vec<(Bucket, u64)>,

    /// Nothing while passwords do not expire.
    pub(super) expiring: Vec<(Bucket, u64)>,

    /// When it was counted.
    pub(super) at: Timestamp,

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

impl Question {
    pub(super) fn new(zone: Tz, now: Timestamp, expiry_days: u32) -> Self {
        let hour = TimeDelta::hours(1);
        let hour = chrono::DurationRound::duration_trunc(now, hour).unwrap_or(now);
        Self {
            zone,
            hour,
            today: now.with_timezone(&zone).date_naive(),
            expiry_days,
        }
    }
}

pub(super) fn read(
    store: &Store,
    question: Question,
    now: Timestamp,
) -> Result<Counts, StoreError> {
    store.read(|db| count(db, question, now))
}

pub(super) fn count(
    db: &Connection,
    question: Question,
    now: Timestamp,
) -> Result<Counts, StoreError> {
    let mut days = Vec::new();
    for (date, span) in days_until(question.today, question.zone) {
        let count = |status| overview::executions(db, status, span);
        let counts: Result<Vec<u64>, _> = Status::ALL.into_iter().map(count).collect();
        days.push(Day {
            date,
            counts: counts?,
        });
    }
    let as_of = AsOf {
        now,
        zone: question.zone,
        expiry_days: question.expiry_days,
    };
    let count = |it: Bucket| Ok((it, overview::users(db, it.last(as_of))?));
    let dormant = Bucket::by_activity().map(count);
    let dormant: Vec<_> = dormant.collect::<Result<_, StoreError>>()?;
    let expires = question.expiry_days > 0;
    let expiring = Bucket::by_expiry().filter(|_| expires).map(count);
    let expiring: Vec<_> = expiring.collect::<Result<_, StoreError>>()?;
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
        at: now,
        now: going,
        has_history: !any.executions.is_empty(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_days_follow_each_other_until_today() {
        let today = NaiveDate::from_ymd_opt(2030, 12, 24).expect("a date");
        let days = days_until(today, chrono_tz::Europe::Berlin);
        assert_eq!(days.len(), 30);
        assert_eq!(days.last().map(|it| it.0), Some(today));
        for pair in days.windows(2) {
            assert_eq!(pair[0].1.until, pair[1].1.from);
        }
    }
}
