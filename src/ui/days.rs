//! Calendar days as moments.

use chrono::{NaiveDate, TimeZone as _};
use chrono_tz::Tz;

use crate::model::Timestamp;

/// The first instant of a day; in some zones that is not midnight.
pub(super) fn start_of(day: NaiveDate, zone: Tz) -> Option<Timestamp> {
    (0..4).find_map(|hour| {
        let local = day.and_hms_opt(hour, 0, 0)?;
        let first = zone.from_local_datetime(&local).earliest()?;
        Some(first.to_utc())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_without_midnight_begins_when_it_begins() {
        let day = NaiveDate::from_ymd_opt(2018, 11, 4).expect("a day");
        let zone = chrono_tz::America::Sao_Paulo;
        let begins: Timestamp = "2018-11-04T03:00:00Z".parse().expect("a moment");
        assert_eq!(start_of(day, zone), Some(begins));
    }
}
