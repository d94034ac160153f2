//! Due times against a wall clock that is watched minute by minute.
//!
//! The watcher knows nothing of gaps, of hours that come twice, or of how a local time becomes a moment.
//! It asks chrono-tz only how far a zone is from UTC at a moment, and keeps the furthest that the clock
//! on the wall has come. A local time is due in the minute in which the wall clock first comes to it or
//! passes over it: that is all that the rules say. Its calendar counts days from 1970 on by itself.

use std::sync::LazyLock;

use chrono::{Duration, NaiveDate, Offset as _, TimeZone as _};
use chrono_tz::{
    Africa, America, Antarctica, Asia, Atlantic, Australia, Europe, Pacific, TZ_VARIANTS, Tz,
};
use proptest::{prelude::*, sample::select};

use super::{LocalTime, Repeat, Schedule, Weekday, tests::time};
use crate::model::Timestamp;

const DAY: i64 = 24 * 60;

/// With what is odd about each.
const ZONES: [Tz; 18] = [
    Tz::UTC,
    Europe::Berlin,
    Europe::Moscow, // moved for good, twice
    America::New_York,
    America::Sao_Paulo, // changed at midnight, until 2019
    America::St_Johns,  // half an hour off; changed a minute after midnight, until 2011
    America::Caracas,   // moved by half an hour
    Atlantic::Azores,
    Africa::Casablanca, // back for Ramadan
    Africa::Cairo,      // changes at midnight, on and off
    Antarctica::Troll,  // changes by two hours
    Asia::Kolkata,
    Asia::Kathmandu,      // three quarters of an hour off
    Asia::Pyongyang,      // moved by half an hour and back
    Australia::Lord_Howe, // changes by half an hour
    Pacific::Apia,        // had no 30 December 2011
    Pacific::Chatham,     // changes at a quarter to three
    Pacific::Kiritimati,  // fourteen hours ahead
];

struct Day {
    date: (i32, u32, u32),
    weekday: Weekday,
    is_last: bool,
}

/// From 1970 to 2100.
static DAYS: LazyLock<Vec<Day>> = LazyLock::new(|| {
    let mut days = Vec::new();
    for year in 1970..=2100 {
        for month in 1..=12 {
            let length = match month {
                2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            for day in 1..=length {
                days.push(Day {
                    date: (year, month, day),
                    // 1 January 1970 was a Thursday.
                    weekday: Weekday::ALL[(days.len() + 3) % 7],
                    is_last: day == length,
                });
            }
        }
    }
    days
});

fn is_on(repeat: &Repeat, day: &Day) -> bool {
    match repeat {
        Repeat::Once { date, .. } => {
            let (year, month, number) = day.date;
            NaiveDate::from_ymd_opt(year, month, number) == Some(*date)
        }
        Repeat::Hourly { .. } | Repeat::Daily { .. } => true,
        Repeat::Weekly { days, .. } => days.contains(&day.weekday),
        Repeat::Monthly { day: wanted, .. } => {
            let number = day.date.2;
            number == u32::from(*wanted) || (day.is_last && number < u32::from(*wanted))
        }
    }
}

fn is_at(repeat: &Repeat, minute: usize) -> bool {
    match repeat {
        Repeat::Hourly { minute: wanted } => minute % 60 == usize::from(*wanted),
        Repeat::Once { time, .. }
        | Repeat::Daily { time }
        | Repeat::Weekly { time, .. }
        | Repeat::Monthly { time, .. } => {
            format!("{:02}:{:02}", minute / 60, minute % 60) == time.to_string()
        }
    }
}

/// How far the zone is ahead of UTC, in minutes.
fn ahead(zone: Tz, minute: i64) -> i64 {
    let moment = at(minute).naive_utc();
    let seconds = zone
        .offset_from_utc_datetime(&moment)
        .fix()
        .local_minus_utc();
    assert_eq!(seconds % 60, 0, "{zone} is not off by whole minutes");
    i64::from(seconds / 60)
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_timestamp(minute * 60, 0).expect("a moment")
}

fn minute_of(moment: Timestamp) -> i64 {
    assert_eq!(moment.timestamp_subsec_nanos(), 0);
    assert_eq!(moment.timestamp() % 60, 0, "{moment} is no whole minute");
    moment.timestamp() / 60
}

/// The minutes in which each of the repeats is due, from `begin` until before `end`.
fn watched(zone: Tz, repeats: &[Repeat], begin: i64, end: i64) -> Vec<Vec<i64>> {
    let by_minute: Vec<Vec<usize>> = (0..1440)
        .map(|minute| {
            (0..repeats.len())
                .filter(|it| is_at(&repeats[*it], minute))
                .collect()
        })
        .collect();
    let mut due = vec![Vec::new(); repeats.len()];
    // Long enough before that the clock was not set back by more since.
    let start = (begin - 3 * DAY) / 60 * 60;
    let mut furthest = start + ahead(zone, start);
    for hour in (start..end).step_by(60) {
        // A zone that changes and changes back within one hour would be overlooked; there is none.
        let (first, last) = (ahead(zone, hour), ahead(zone, hour + 60));
        for minute in hour..hour + 60 {
            let ahead = if first == last {
                first
            } else {
                ahead(zone, minute)
            };
            while furthest < minute + ahead {
                furthest += 1;
                let wanted = &by_minute[(furthest % DAY) as usize];
                if wanted.is_empty() {
                    continue;
                }
                let day = &DAYS[(furthest / DAY) as usize];
                for index in wanted {
                    let due: &mut Vec<i64> = &mut due[*index];
                    let is_new = due.last() != Some(&minute);
                    if is_new && (begin..end).contains(&minute) && is_on(&repeats[*index], day) {
                        due.push(minute);
                    }
                }
            }
        }
    }
    due
}

#[track_caller]
fn agree(zone: Tz, repeats: &[Repeat], begin: i64, end: i64) {
    let watched = watched(zone, repeats, begin, end);
    for (repeat, watched) in repeats.iter().zip(watched) {
        let schedule = Schedule {
            repeat: repeat.clone(),
            ..Schedule::new(zone)
        };
        let due = schedule.upcoming(at(begin) - Duration::nanoseconds(1));
        let due: Vec<i64> = due.map(minute_of).take_while(|it| *it < end).collect();
        if due != watched {
            let differs = due.iter().zip(&watched).position(|(a, b)| a != b);
            let index = differs.unwrap_or_else(|| due.len().min(watched.len()));
            let shown = |of: &[i64]| of.get(index).map(|it| at(*it).with_timezone(&zone));
            let (ours, theirs) = (shown(&due), shown(&watched));
            panic!("{repeat:?} in {zone}: due at {ours:?}, watched at {theirs:?}");
        }
    }
}

fn repeats() -> Vec<Repeat> {
    let date = |text: &str| text.parse().expect("a date");
    let weekly = |days: &[Weekday], at| Repeat::Weekly {
        days: days.iter().copied().collect(),
        time: time(at),
    };
    let monthly = |day, at| Repeat::Monthly {
        day,
        time: time(at),
    };
    let once = |day, at| Repeat::Once {
        date: date(day),
        time: time(at),
    };
    let daily = |at| Repeat::Daily { time: time(at) };
    vec![
        once("2011-12-30", "12:00"),
        once("2018-03-25", "02:30"),
        once("2018-10-28", "02:30"),
        Repeat::Hourly { minute: 40 },
        daily("00:00"),
        daily("00:30"),
        daily("02:00"),
        daily("02:30"),
        daily("12:00"),
        daily("23:59"),
        weekly(&[Weekday::Sunday], "02:15"),
        weekly(&[Weekday::Friday, Weekday::Saturday], "00:01"),
        monthly(1, "00:00"),
        monthly(29, "03:00"),
        monthly(31, "23:30"),
    ]
}

#[test]
fn twenty_years_of_due_times_are_those_of_a_wall_clock() {
    let begin = minute_of("2010-01-01T00:00:00Z".parse().expect("a moment"));
    let end = minute_of("2030-01-01T00:00:00Z".parse().expect("a moment"));
    for zone in ZONES {
        agree(zone, &repeats(), begin, end);
    }
}

pub(crate) fn any_zone() -> impl Strategy<Value = Tz> {
    prop_oneof![select(ZONES.to_vec()), select(TZ_VARIANTS.to_vec())]
}

pub(crate) fn any_repeat() -> impl Strategy<Value = Repeat> {
    let days = proptest::collection::btree_set(select(Weekday::ALL.to_vec()), 1..7);
    prop_oneof![
        (0..60_u8).prop_map(|minute| Repeat::Hourly { minute }),
        any_time().prop_map(|time| Repeat::Daily { time }),
        (days, any_time()).prop_map(|(days, time)| Repeat::Weekly { days, time }),
        (1..=31_u8, any_time()).prop_map(|(day, time)| Repeat::Monthly { day, time }),
    ]
}

/// Often in the small hours, when clocks are set.
fn any_time() -> impl Strategy<Value = LocalTime> {
    let hour = prop_oneof![0..4_u8, 0..24_u8];
    (hour, 0..60_u8).prop_map(|(hour, minute)| LocalTime::new(hour, minute).expect("a time"))
}

proptest! {
    #[test]
    fn any_two_months_in_any_zone_are_those_of_a_wall_clock(
        zone in any_zone(),
        repeat in any_repeat(),
        day in 2_000..47_000_i64,
    ) {
        agree(zone, &[repeat], day * DAY, (day + 60) * DAY);
    }

    #[test]
    fn the_newest_due_time_is_the_last_of_all(
        zone in any_zone(),
        repeat in any_repeat(),
        after in 3_000_000..60_000_000_i64,
        minutes in 0..200 * DAY,
    ) {
        let schedule = Schedule { repeat, ..Schedule::new(zone) };
        let (after, until) = (at(after), at(after + minutes));
        let all = schedule.upcoming(after).take_while(|it| *it <= until);
        prop_assert_eq!(schedule.last_between(after, until), all.last());
    }
}
