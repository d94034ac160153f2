//! Due times: from a local calendar to moments, and back.
//!
//! **Invariant:** a later local time is never due at an earlier moment, whatever the clocks do. So the
//! due times are found by going through the local times in order, a few of them at most.

use std::iter;

use chrono::{
    Datelike as _, Days, NaiveDate, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _,
    Timelike as _,
};
use chrono_tz::{GapInfo, Tz};

use super::{LocalTime, Repeat, Schedule, Weekday};
use crate::model::Timestamp;

impl Schedule {
    /// The next due time, always later than `after`.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        self.check().ok()?;
        // All local times up to the one that the clock shows have come, and when the clock was set
        // back some later ones, too: they are passed over.
        let mut from = local(self.zone, after)?
            .with_second(0)?
            .with_nanosecond(0)?;
        loop {
            let wanted = self.repeat.first_from(from)?;
            let due = moment(self.zone, wanted)?;
            if due > after {
                return Some(due);
            }
            from = wanted.checked_add_signed(TimeDelta::minutes(1))?;
        }
    }

    /// All due times later than `after`, in order.
    pub fn upcoming(&self, after: Timestamp) -> impl Iterator<Item = Timestamp> {
        iter::successors(self.next_after(after), |due| self.next_after(*due))
    }

    /// The newest due time that is later than `after` and not later than `until`, however far these
    /// are apart.
    pub fn last_between(&self, after: Timestamp, until: Timestamp) -> Option<Timestamp> {
        let near = self
            .repeat
            .longest_pause()
            .and_then(|it| until.checked_sub_signed(it));
        let start = near.map_or(after, |near| near.max(after));
        self.upcoming(start).take_while(|due| *due <= until).last()
    }
}

impl Repeat {
    /// The first local time that is wanted, not earlier than `from`.
    pub(super) fn first_from(&self, from: NaiveDateTime) -> Option<NaiveDateTime> {
        let day = from.date();
        match self {
            Self::Once { date, time } => Some(time.on(*date)).filter(|it| *it >= from),
            Self::Hourly { minute } => {
                let wanted = day.and_hms_opt(from.hour(), u32::from(*minute), 0)?;
                let later = wanted.checked_add_signed(TimeDelta::hours(1));
                if wanted >= from { Some(wanted) } else { later }
            }
            Self::Daily { time } => first(day.iter_days(), *time, from),
            Self::Weekly { days, time } => {
                let is_wanted = |it: &NaiveDate| days.contains(&Weekday::of(*it));
                first(day.iter_days().filter(is_wanted), *time, from)
            }
            Self::Monthly { day: wanted, time } => {
                let month = day.with_day(1)?;
                let last =
                    |it: NaiveDate| it.with_day(u32::from((*wanted).min(it.num_days_in_month())));
                let months = iter::successors(Some(month), |it| {
                    it.checked_add_days(Days::new(u64::from(it.num_days_in_month())))
                });
                first(months.map_while(last), *time, from)
            }
        }
    }

    /// Longer than the time between any two due times that follow each other. A clock that was set
    /// back, by up to a day where the date line was moved, makes one longer than its calendar says.
    fn longest_pause(&self) -> Option<TimeDelta> {
        let days = match self {
            Self::Once { .. } => return None,
            Self::Hourly { .. } => 2,
            Self::Daily { .. } => 3,
            Self::Weekly { .. } => 9,
            Self::Monthly { .. } => 33,
        };
        Some(TimeDelta::days(days))
    }
}

/// `time` on the first of the days that is not earlier than `from`.
fn first(
    days: impl Iterator<Item = NaiveDate>,
    time: LocalTime,
    from: NaiveDateTime,
) -> Option<NaiveDateTime> {
    days.map(|it| time.on(it)).find(|it| *it >= from)
}

/// What a clock in the zone shows; `None` at the end of time.
pub(super) fn local(zone: Tz, moment: Timestamp) -> Option<NaiveDateTime> {
    let moment = moment.naive_utc();
    moment.checked_add_offset(zone.offset_from_utc_datetime(&moment).fix())
}

/// When a clock in the zone comes to `local`: the first time if it does so twice, and the end of the
/// gap if it leaves it out.
pub(super) fn moment(zone: Tz, local: NaiveDateTime) -> Option<Timestamp> {
    if let Some(found) = zone.from_local_datetime(&local).earliest() {
        return Some(found.to_utc());
    }
    // The gap ends at the same moment at which it begins.
    let (begin, before) = GapInfo::new(&local, &zone)?.begin?;
    Some(begin.checked_sub_offset(before.fix())?.and_utc())
}
