//! Due times at which the clocks of their zone are set.

use chrono::{NaiveDateTime, TimeDelta, TimeZone as _};

use super::{
    Schedule,
    calendar::{local, moment},
};
use crate::model::Timestamp;

/// What is odd about the local time of a due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// The clock leaves out the time that was wanted.
    Missing { wanted: NaiveDateTime },

    /// The clock comes to it twice.
    Twice,
}

impl Schedule {
    pub fn odd(&self, due: Timestamp) -> Option<Odd> {
        let shown = local(self.zone, due)?;
        if self.zone.from_local_datetime(&shown).latest()?.to_utc() != due {
            return Some(Odd::Twice);
        }
        // No gap is longer than a day.
        let from = shown.checked_sub_signed(TimeDelta::days(1))?;
        let wanted = self.wanted(from, due)?;
        (wanted < shown).then_some(Odd::Missing { wanted })
    }

    /// The first local time from `from` on that is due at that moment.
    fn wanted(&self, from: NaiveDateTime, due: Timestamp) -> Option<NaiveDateTime> {
        let mut from = from;
        loop {
            let wanted = self.repeat.first_from(from)?;
            if moment(self.zone, wanted)? >= due {
                return Some(wanted);
            }
            from = wanted.checked_add_signed(TimeDelta::minutes(1))?;
        }
    }
}
