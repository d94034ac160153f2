//! Schedules as tables: when they are due, how they read, and what is wrong with them.

use chrono_tz::{America, Asia, Australia, Europe, Pacific, Tz};
use serde_json::json;

use super::*;
use crate::model::Timestamp;

pub(super) fn time(text: &str) -> LocalTime {
    text.parse().expect("a time")
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn schedule(zone: Tz, repeat: Repeat) -> Schedule {
    Schedule {
        repeat,
        ..Schedule::new(zone)
    }
}

fn daily(at: &str) -> Repeat {
    Repeat::Daily { time: time(at) }
}

fn weekly(days: &[Weekday], at: &str) -> Repeat {
    Repeat::Weekly {
        days: days.iter().copied().collect(),
        time: time(at),
    }
}

fn monthly(day: u8, at: &str) -> Repeat {
    Repeat::Monthly {
        day,
        time: time(at),
    }
}

fn once(date: &str, at: &str) -> Repeat {
    Repeat::Once {
        date: date.parse().expect("a date"),
        time: time(at),
    }
}

/// The due times after `after`, as the clock of the zone shows them.
#[track_caller]
fn check(zone: Tz, repeat: Repeat, after: &str, expected: &[&str]) {
    let schedule = schedule(zone, repeat);
    let due = schedule.upcoming(moment(after)).take(3);
    let due: Vec<String> = due
        .map(|it| it.with_timezone(&zone).format("%a %F %R %z").to_string())
        .collect();
    assert_eq!(due, expected);
}

#[test]
fn a_new_schedule_is_due_every_day_at_noon() {
    let new = Schedule::new(Europe::Berlin);
    assert_eq!(new.repeat, daily("12:00"));
    assert_eq!(new.missed, MissedRun::RunOnce);
}

#[test]
fn each_repetition_has_its_days_and_times() {
    let after = "2026-11-29T11:00:00Z";
    check(
        Europe::Berlin,
        daily("12:00"),
        after,
        &[
            "Mon 2026-11-30 12:00 +0100",
            "Tue 2026-12-01 12:00 +0100",
            "Wed 2026-12-02 12:00 +0100",
        ],
    );
    check(
        Asia::Kathmandu,
        Repeat::Hourly { minute: 15 },
        after,
        &[
            "Sun 2026-11-29 17:15 +0545",
            "Sun 2026-11-29 18:15 +0545",
            "Sun 2026-11-29 19:15 +0545",
        ],
    );
    check(
        Tz::UTC,
        weekly(&[Weekday::Friday, Weekday::Monday], "08:30"),
        after,
        &[
            "Mon 2026-11-30 08:30 +0000",
            "Fri 2026-12-04 08:30 +0000",
            "Mon 2026-12-07 08:30 +0000",
        ],
    );
    check(
        Tz::UTC,
        monthly(31, "09:00"),
        after,
        &[
            "Mon 2026-11-30 09:00 +0000",
            "Thu 2026-12-31 09:00 +0000",
            "Sun 2027-01-31 09:00 +0000",
        ],
    );
    check(
        Pacific::Kiritimati,
        once("2026-12-01", "09:00"),
        after,
        &["Tue 2026-12-01 09:00 +1400"],
    );
    check(Tz::UTC, once("2026-11-29", "11:00"), after, &[]);
}

#[test]
fn a_time_that_does_not_exist_is_due_at_the_first_instant_after_the_gap() {
    check(
        Europe::Berlin,
        daily("02:30"),
        "2026-03-28T12:00:00Z",
        &[
            "Sun 2026-03-29 03:00 +0200",
            "Mon 2026-03-30 02:30 +0200",
            "Tue 2026-03-31 02:30 +0200",
        ],
    );
    check(
        Australia::Lord_Howe,
        daily("02:10"),
        "2026-10-03T00:00:00Z",
        &[
            "Sun 2026-10-04 02:30 +1100",
            "Mon 2026-10-05 02:10 +1100",
            "Tue 2026-10-06 02:10 +1100",
        ],
    );
    // Both 02:00 and 03:00 are due then: it is one due time.
    check(
        Europe::Berlin,
        Repeat::Hourly { minute: 0 },
        "2026-03-29T00:00:00Z",
        &[
            "Sun 2026-03-29 03:00 +0200",
            "Sun 2026-03-29 04:00 +0200",
            "Sun 2026-03-29 05:00 +0200",
        ],
    );
    check(
        Europe::Berlin,
        Repeat::Hourly { minute: 15 },
        "2026-03-29T00:15:00Z",
        &[
            "Sun 2026-03-29 03:00 +0200",
            "Sun 2026-03-29 03:15 +0200",
            "Sun 2026-03-29 04:15 +0200",
        ],
    );
}

#[test]
fn a_day_that_does_not_exist_is_made_up_for_once() {
    let after = "2011-12-29T12:00:00Z";
    check(
        Pacific::Apia,
        daily("12:00"),
        after,
        &[
            "Thu 2011-12-29 12:00 -1000",
            "Sat 2011-12-31 00:00 +1400",
            "Sat 2011-12-31 12:00 +1400",
        ],
    );
    check(
        Pacific::Apia,
        daily("00:00"),
        after,
        &[
            "Sat 2011-12-31 00:00 +1400",
            "Sun 2012-01-01 00:00 +1400",
            "Mon 2012-01-02 00:00 +1400",
        ],
    );
}

#[test]
fn a_time_that_comes_twice_is_due_the_first_time() {
    check(
        Europe::Berlin,
        daily("02:30"),
        "2026-10-24T12:00:00Z",
        &[
            "Sun 2026-10-25 02:30 +0200",
            "Mon 2026-10-26 02:30 +0100",
            "Tue 2026-10-27 02:30 +0100",
        ],
    );
    check(
        America::New_York,
        Repeat::Hourly { minute: 30 },
        "2026-11-01T05:00:00Z",
        &[
            "Sun 2026-11-01 01:30 -0400",
            "Sun 2026-11-01 02:30 -0500",
            "Sun 2026-11-01 03:30 -0500",
        ],
    );
}

#[test]
fn the_newest_due_time_of_centuries_is_found_at_once() {
    let hourly = schedule(Europe::Berlin, Repeat::Hourly { minute: 7 });
    let (after, until) = ("1990-01-01T00:00:00Z", "2990-06-01T12:00:00Z");
    let newest = hourly.last_between(moment(after), moment(until));
    assert_eq!(newest, Some(moment("2990-06-01T11:07:00Z")));
    let past = schedule(Tz::UTC, once("2020-01-01", "00:00"));
    let newest = past.last_between(moment(after), moment(until));
    assert_eq!(newest, Some(moment("2020-01-01T00:00:00Z")));
}

#[test]
fn the_ends_of_time_have_no_due_time_and_do_no_harm() {
    for repeat in [
        daily("00:00"),
        Repeat::Hourly { minute: 59 },
        weekly(&[Weekday::Sunday], "23:59"),
        monthly(31, "23:59"),
        once("9999-12-31", "23:59"),
    ] {
        for zone in [Tz::UTC, Pacific::Kiritimati, Pacific::Pago_Pago] {
            let schedule = schedule(zone, repeat.clone());
            assert_eq!(schedule.next_after(Timestamp::MAX_UTC), None);
            assert_eq!(
                schedule.last_between(Timestamp::MAX_UTC, Timestamp::MAX_UTC),
                None
            );
            schedule.next_after(Timestamp::MIN_UTC);
        }
    }
}

#[test]
fn what_the_clock_does_to_a_due_time_is_known() {
    #[track_caller]
    fn check(zone: Tz, repeat: Repeat, after: &str, expected: Option<&str>) {
        let schedule = schedule(zone, repeat);
        let due = schedule.next_after(moment(after)).expect("a due time");
        let odd = schedule.odd(due).map(|it| match it {
            Odd::Missing { wanted } => format!("instead of {wanted}"),
            Odd::Twice => "first of two".to_owned(),
        });
        assert_eq!(odd.as_deref(), expected);
    }
    let berlin = Europe::Berlin;
    let (spring, autumn) = ("2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z");
    check(
        berlin,
        daily("02:30"),
        spring,
        Some("instead of 2026-03-29 02:30:00"),
    );
    check(
        berlin,
        daily("02:00"),
        spring,
        Some("instead of 2026-03-29 02:00:00"),
    );
    check(berlin, daily("03:00"), spring, None);
    check(berlin, daily("02:30"), autumn, Some("first of two"));
    check(berlin, daily("03:00"), autumn, None);
    check(berlin, daily("01:59"), autumn, None);
    let noon = "2011-12-30T00:00:00Z";
    check(
        Pacific::Apia,
        daily("12:00"),
        noon,
        Some("instead of 2011-12-30 12:00:00"),
    );
    check(
        Pacific::Apia,
        daily("00:00"),
        noon,
        Some("instead of 2011-12-30 00:00:00"),
    );
    check(Tz::UTC, monthly(31, "00:00"), "2026-02-01T00:00:00Z", None);
}

#[test]
fn a_schedule_reads_as_a_sentence() {
    #[track_caller]
    fn check(repeat: Repeat, expected: &str) {
        assert_eq!(schedule(Europe::Berlin, repeat).summary(), expected);
    }
    use Weekday::*;
    check(daily("12:00"), "Every day at 12:00, Europe/Berlin");
    check(
        weekly(&[Friday, Monday], "08:30"),
        "Mondays and Fridays at 08:30, Europe/Berlin",
    );
    check(
        weekly(&Weekday::ALL, "08:30"),
        "Every day at 08:30, Europe/Berlin",
    );
    check(
        weekly(&[], "08:30"),
        "On no weekday yet at 08:30, Europe/Berlin",
    );
    let last = "On day 31 of each month (or its last day) at 00:05, Europe/Berlin";
    check(monthly(31, "0:05"), last);
    check(
        monthly(28, "23:59"),
        "On day 28 of each month at 23:59, Europe/Berlin",
    );
    check(
        once("2026-12-01", "09:00"),
        "Once on 2026-12-01 at 09:00, Europe/Berlin",
    );
    check(
        Repeat::Hourly { minute: 15 },
        "Every hour at minute 15, Europe/Berlin",
    );
}

#[test]
fn what_is_never_due_is_refused_in_words() {
    #[track_caller]
    fn check(repeat: Repeat, expected: &str) {
        let schedule = schedule(Tz::UTC, repeat);
        let error = schedule.check().expect_err("a refusal").to_string();
        assert_eq!(error, expected);
        assert_eq!(schedule.next_after(Timestamp::UNIX_EPOCH), None);
    }
    let minute = "there is no minute 60: choose 0 to 59";
    check(Repeat::Hourly { minute: 60 }, minute);
    check(weekly(&[], "12:00"), "choose at least one weekday");
    check(monthly(0, "12:00"), "there is no day 0: choose 1 to 31");
    check(monthly(32, "12:00"), "there is no day 32: choose 1 to 31");
    let year = "the year must be 1 to 9999";
    check(once("+12026-01-01", "12:00"), year);
}

#[test]
fn a_file_says_a_schedule_in_one_way() {
    #[track_caller]
    fn check(schedule: &Schedule, expected: serde_json::Value) {
        assert_eq!(serde_json::to_value(schedule).expect("JSON"), expected);
        let back: Schedule = serde_json::from_value(expected).expect("a schedule");
        assert_eq!(&back, schedule);
    }
    let berlin = |repeat| schedule(Europe::Berlin, repeat);
    let file = |repeat| json!({ "repeat": repeat, "zone": "Europe/Berlin", "missed": "run_once" });
    let saturday = json!({ "weekly": { "days": ["monday", "saturday"], "time": "08:30" } });
    let weekend = weekly(&[Weekday::Saturday, Weekday::Monday], "8:30");
    check(&berlin(weekend), file(saturday));
    check(
        &berlin(daily("12:00")),
        file(json!({ "daily": { "time": "12:00" } })),
    );
    check(
        &berlin(Repeat::Hourly { minute: 5 }),
        file(json!({ "hourly": { "minute": 5 } })),
    );
    check(
        &berlin(monthly(31, "0:00")),
        file(json!({ "monthly": { "day": 31, "time": "00:00" } })),
    );
    let date = json!({ "once": { "date": "2026-12-01", "time": "09:00" } });
    check(&berlin(once("2026-12-01", "9:00")), file(date.clone()));
    let skip = Schedule {
        missed: MissedRun::Skip,
        ..schedule(Tz::UTC, once("2026-12-01", "9:00"))
    };
    check(
        &skip,
        json!({ "repeat": date, "zone": "UTC", "missed": "skip" }),
    );
}

#[test]
fn a_file_that_says_it_otherwise_is_refused() {
    #[track_caller]
    fn check(file: &str, expected: &str) {
        let error = serde_json::from_str::<Schedule>(file).expect_err("a refusal");
        assert!(error.to_string().contains(expected), "{error}");
    }
    check(
        r#"{"repeat":{"daily":{"time":"25:00"}},"zone":"UTC"}"#,
        "the hours 0 to 23",
    );
    check(
        r#"{"repeat":{"daily":{"time":"12:00","minute":1}},"zone":"UTC"}"#,
        "unknown field",
    );
    check(
        r#"{"repeat":{"daily":{"time":"12:00"}},"zone":"UTC","often":1}"#,
        "unknown field",
    );
    check(
        r#"{"repeat":{"yearly":{}},"zone":"UTC"}"#,
        "unknown variant",
    );
    check(
        r#"{"repeat":{"daily":{"time":"12:00"}},"zone":"Mars/Base"}"#,
        "Mars/Base",
    );
    check(
        r#"{"repeat":{"daily":{"time":"12:00"}}}"#,
        "missing field `zone`",
    );
    check(
        r#"{"repeat":{"hourly":{"minute":300}},"zone":"UTC"}"#,
        "300",
    );
    check(r#"{"repeat":{"hourly":{"minute":-1}},"zone":"UTC"}"#, "-1");
}

#[test]
fn a_time_is_typed_with_hours_and_minutes() {
    #[track_caller]
    fn check(text: &str, expected: Result<&str, LocalTimeError>) {
        let time = text.parse::<LocalTime>().map(|it| it.to_string());
        assert_eq!(time.as_deref().map_err(|it| *it), expected);
    }
    check("08:30", Ok("08:30"));
    check(" 8:30 ", Ok("08:30"));
    check("00:00", Ok("00:00"));
    check("23:59", Ok("23:59"));
    check("24:00", Err(LocalTimeError::Hour));
    check("12:60", Err(LocalTimeError::Minute));
    for wrong in [
        "",
        ":",
        "12",
        "12:5",
        "1:234",
        "+8:30",
        "8:+3",
        "-1:00",
        "12:00:00",
        "٠٨:٣٠",
        "noon",
        "8.30",
    ] {
        check(wrong, Err(LocalTimeError::Form));
    }
    check(&"9".repeat(100_000), Err(LocalTimeError::Form));
}
