//! Moments as people write and read them, in their time zone.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Tz;

use super::failure::Failure;
use crate::model::Timestamp;

/// `2031-12-24 18:30`
pub(super) fn shown(at: Timestamp, zone: Tz) -> String {
    at.with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

pub(super) fn shown_or_never(at: Option<Timestamp>, zone: Tz) -> String {
    at.map_or_else(|| "never".to_owned(), |at| shown(at, zone))
}

/// A day, which begins at midnight in `zone`, or a moment with its offset.
pub(super) fn parse(text: &str, zone: Tz) -> Result<Timestamp, Failure> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    let wrong = || {
        Failure::invalid(format!(
            "{text:?} is neither a day like 2031-12-24 nor a moment like 2031-12-24T18:30:00+01:00"
        ))
    };
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .ok_or_else(wrong)?;
    let midnight = day.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Ok(moment.to_utc()),
        // Some zones skip midnight when summer time begins.
        LocalResult::None => Ok(midnight.and_utc()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_where_the_admin_is() {
        let parsed = parse("2031-12-24", Tz::Europe__Berlin).expect("a day");
        assert_eq!(parsed.to_rfc3339(), "2031-12-23T23:00:00+00:00");
        assert_eq!(shown(parsed, Tz::Europe__Berlin), "2031-12-24 00:00:00");
        assert!(parse("yesterday", Tz::UTC).is_err());
        assert!(parse("2031-02-30", Tz::UTC).is_err());
    }
}
