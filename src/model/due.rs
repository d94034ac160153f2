//! What the engine does about a schedule now.
//!
//! **Invariant:** while the clock goes forward, no due time is dealt with twice, whatever zone or
//! repetition is chosen meanwhile. For that, whoever keeps the mark (the newest due time that was dealt
//! with, at first the moment of the activation) moves it to the due time of each decision. A clock that
//! was set back comes to due times again: whoever keeps the executions knows those that had one.

use chrono::TimeDelta;

use super::{
    Timestamp,
    schedule::{MissedRun, Schedule},
};

/// A due time that is found later than this was missed: the machine slept, or the program did not run.
pub const GRACE: TimeDelta = TimeDelta::minutes(1);

/// More missed due times than this are not counted: a clock that was set forward by centuries would
/// keep the engine counting.
pub const MAX_MISSED: usize = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing is due before `next`; `None` if nothing is ever due again.
    Nothing { next: Option<Timestamp> },

    /// Run for `due`, which may itself be late. `missed` due times before it get no run.
    Run { due: Timestamp, missed: usize },

    /// No run for `due` nor for any due time before it, `missed` of them in all.
    Skip { due: Timestamp, missed: usize },
}

/// When there is something to run next, if everything up to `mark` was dealt with: not after `now` if
/// it is due already. `None` if nothing is ever due again.
pub fn next(schedule: &Schedule, mark: Timestamp, now: Timestamp) -> Option<Timestamp> {
    match schedule.last_between(mark, now) {
        None => schedule.next_after(mark),
        Some(due) if schedule.missed == MissedRun::Skip && is_late(due, now) => {
            schedule.next_after(now)
        }
        Some(due) => Some(due),
    }
}

fn is_late(due: Timestamp, now: Timestamp) -> bool {
    now.signed_duration_since(due) > GRACE
}

/// Decides about everything that became due after `mark`.
///
/// A mark that lies ahead is from before the clock was set back: what was missed since cannot be known
/// then, and what comes due is met. Whether it has had its execution already is for the store to say.
pub fn decide(schedule: &Schedule, mark: Timestamp, now: Timestamp) -> Decision {
    if mark > now {
        return match schedule.last_between(now - GRACE, now) {
            Some(due) => Decision::Run { due, missed: 0 },
            None => Decision::Nothing {
                next: schedule.next_after(now),
            },
        };
    }
    let Some(due) = schedule.last_between(mark, now) else {
        let next = schedule.next_after(mark);
        return Decision::Nothing { next };
    };
    let earlier = schedule.upcoming(mark).take_while(|it| *it < due);
    let missed = earlier.take(MAX_MISSED).count();
    if is_late(due, now) && schedule.missed == MissedRun::Skip {
        let missed = missed + 1;
        return Decision::Skip { due, missed };
    }
    Decision::Run { due, missed }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{Europe, Tz};
    use proptest::prelude::*;

    use super::*;
    use crate::model::schedule::{
        Repeat,
        laws::{any_repeat, any_zone},
    };

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn run(due: &str, missed: usize) -> Decision {
        let due = moment(due);
        Decision::Run { due, missed }
    }

    fn skip(due: &str, missed: usize) -> Decision {
        let due = moment(due);
        Decision::Skip { due, missed }
    }

    fn nothing(next: &str) -> Decision {
        let next = Some(moment(next));
        Decision::Nothing { next }
    }

    fn hourly(missed: MissedRun) -> Schedule {
        Schedule {
            repeat: Repeat::Hourly { minute: 0 },
            zone: Tz::UTC,
            missed,
        }
    }

    /// Hourly, decided at `now` when everything up to `mark` was dealt with.
    #[track_caller]
    fn check(missed: MissedRun, mark: &str, now: &str, expected: Decision) {
        let decision = decide(&hourly(missed), moment(mark), moment(now));
        assert_eq!(decision, expected);
    }

    #[test]
    fn a_due_time_that_is_met_runs_under_either_policy() {
        let (mark, due) = ("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z");
        for policy in MissedRun::ALL {
            check(policy, mark, "2026-12-01T08:59:59.999Z", nothing(due));
            check(policy, mark, due, run(due, 0));
            check(policy, mark, "2026-12-01T09:00:00.4Z", run(due, 0));
            check(policy, mark, "2026-12-01T09:01:00Z", run(due, 0));
            check(
                policy,
                due,
                "2026-12-01T09:00:01Z",
                nothing("2026-12-01T10:00:00Z"),
            );
        }
    }

    #[test]
    fn what_comes_next_is_what_will_be_decided() {
        let hour = |hour: u32| moment(&format!("2026-12-01T{hour:02}:00:00Z"));
        let check = |policy, mark, now, expected| {
            assert_eq!(next(&hourly(policy), mark, now), Some(expected));
        };
        for policy in MissedRun::ALL {
            check(policy, hour(8), hour(8), hour(9));
            check(policy, hour(8), hour(9), hour(9));
            // The clock was set back: what has run does not run again.
            check(policy, hour(12), hour(8), hour(13));
        }
        let late = hour(9) + TimeDelta::minutes(30);
        check(MissedRun::RunOnce, hour(8), late, hour(9));
        check(MissedRun::Skip, hour(8), late, hour(10));
    }

    #[test]
    fn one_that_was_missed_is_made_up_for_or_skipped() {
        let (mark, due) = ("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z");
        let late = "2026-12-01T09:01:00.001Z";
        check(MissedRun::RunOnce, mark, late, run(due, 0));
        check(MissedRun::Skip, mark, late, skip(due, 1));
    }

    #[test]
    fn of_several_missed_ones_the_newest_runs() {
        let (mark, now) = ("2026-12-01T08:00:00Z", "2026-12-04T08:30:00Z");
        let newest = "2026-12-04T08:00:00Z";
        check(MissedRun::RunOnce, mark, now, run(newest, 71));
        check(MissedRun::Skip, mark, now, skip(newest, 72));
    }

    #[test]
    fn one_that_is_met_after_missed_ones_runs_under_either_policy() {
        let (mark, now) = ("2026-12-01T08:00:00Z", "2026-12-01T12:00:30Z");
        for policy in MissedRun::ALL {
            check(policy, mark, now, run("2026-12-01T12:00:00Z", 3));
        }
    }

    #[test]
    fn an_activation_begins_with_the_next_due_time() {
        for policy in MissedRun::ALL {
            let activated = "2026-12-01T08:17:00Z";
            check(
                policy,
                activated,
                activated,
                nothing("2026-12-01T09:00:00Z"),
            );
        }
    }

    #[test]
    fn a_clock_that_was_set_back_makes_up_for_nothing_and_forgets_nothing() {
        for mark in ["2026-12-01T08:00:00Z", "2036-12-01T08:00:00Z"] {
            for policy in MissedRun::ALL {
                for (now, expected) in [
                    ("2026-12-01T07:59:59Z", nothing("2026-12-01T08:00:00Z")),
                    ("2026-12-01T06:01:00Z", nothing("2026-12-01T07:00:00Z")),
                    ("2026-12-01T06:00:59Z", run("2026-12-01T06:00:00Z", 0)),
                    ("2026-12-01T06:00:00Z", run("2026-12-01T06:00:00Z", 0)),
                    ("1970-01-01T00:30:00Z", nothing("1970-01-01T01:00:00Z")),
                ] {
                    check(policy, mark, now, expected);
                }
            }
        }
        let mark = "2026-12-01T08:00:00Z";
        let next = nothing("2026-12-01T09:00:00Z");
        check(MissedRun::RunOnce, mark, mark, next);
    }

    #[test]
    fn a_clock_that_was_set_forward_is_taken_for_a_long_sleep() {
        let (mark, now) = ("2026-12-01T08:00:00Z", "9026-12-01T08:30:00Z");
        let newest = "9026-12-01T08:00:00Z";
        check(MissedRun::RunOnce, mark, now, run(newest, MAX_MISSED));
        check(MissedRun::Skip, mark, now, skip(newest, MAX_MISSED + 1));
    }

    #[test]
    fn a_single_date_is_dealt_with_once_and_then_nothing_is_due() {
        let once = Schedule {
            repeat: Repeat::Once {
                date: "2026-12-01".parse().expect("a date"),
                time: "09:00".parse().expect("a time"),
            },
            ..Schedule::new(Europe::Berlin)
        };
        let (mark, due) = (
            moment("2026-11-01T00:00:00Z"),
            moment("2026-12-01T08:00:00Z"),
        );
        let decide = |mark, now| decide(&once, mark, now);
        assert_eq!(decide(mark, mark), Decision::Nothing { next: Some(due) });
        let late = moment("2027-12-01T09:00:00Z");
        assert_eq!(decide(mark, late), Decision::Run { due, missed: 0 });
        assert_eq!(decide(due, late), Decision::Nothing { next: None });
    }

    #[test]
    fn a_schedule_that_is_wrong_is_never_due() {
        let wrong = Schedule {
            repeat: Repeat::Hourly { minute: 60 },
            ..Schedule::new(Tz::UTC)
        };
        let (mark, now) = (
            moment("2026-11-01T00:00:00Z"),
            moment("2027-01-01T00:00:00Z"),
        );
        assert_eq!(decide(&wrong, mark, now), Decision::Nothing { next: None });
    }

    fn any_policy() -> impl Strategy<Value = MissedRun> {
        proptest::sample::select(MissedRun::ALL.to_vec())
    }

    fn any_schedule() -> impl Strategy<Value = Schedule> {
        (any_repeat(), any_zone(), any_policy()).prop_map(|(repeat, zone, missed)| Schedule {
            repeat,
            zone,
            missed,
        })
    }

    proptest! {
        /// The zone is another one at every look, and the clock goes to and fro.
        #[test]
        fn no_due_time_comes_twice_unless_the_clock_does(
            schedule in any_schedule(),
            looks in proptest::collection::vec((any_zone(), -3_000..10_000_i64), 1..40),
        ) {
            let mut schedule = schedule;
            let mut now = moment("2026-10-20T00:00:00Z");
            let mut mark = now;
            for (zone, minutes) in looks {
                schedule.zone = zone;
                now += TimeDelta::minutes(minutes);
                match decide(&schedule, mark, now) {
                    Decision::Nothing { next } => prop_assert!(next.is_none_or(|it| it > now)),
                    Decision::Run { due, .. } => {
                        prop_assert!(due <= now);
                        prop_assert!(due > mark || (mark > now && now - due < GRACE));
                        mark = due;
                    }
                    Decision::Skip { due, .. } => {
                        prop_assert!(due > mark && due <= now);
                        mark = due;
                    }
                }
            }
        }

        /// The clock goes to and fro, and then as it should.
        #[test]
        fn whatever_the_clock_has_done_what_comes_due_is_met(
            schedule in any_schedule(),
            jumps in proptest::collection::vec(-900_000..1_000_000_i64, 0..10),
        ) {
            let mut now = moment("2026-10-20T00:00:00Z");
            let mut mark = now;
            let mut look = |now| {
                let decision = decide(&schedule, mark, now);
                if let Decision::Run { due, .. } | Decision::Skip { due, .. } = decision {
                    mark = due;
                }
                match decision {
                    Decision::Run { due, .. } => Some(due),
                    Decision::Skip { .. } | Decision::Nothing { .. } => None,
                }
            };
            for minutes in jumps {
                now += TimeDelta::minutes(minutes);
                look(now);
            }
            let begin = now;
            let mut met = Vec::new();
            for _ in 0..3 * 24 * 60 {
                now += TimeDelta::minutes(1);
                met.extend(look(now));
            }
            let all = schedule.upcoming(begin).take_while(|it| *it <= now);
            prop_assert_eq!(met, all.collect::<Vec<_>>());
        }

        #[test]
        fn no_due_time_is_forgotten_however_long_the_machine_sleeps(
            schedule in any_schedule(),
            sleeps in proptest::collection::vec(0..100_000_i64, 1..20),
        ) {
            let begin = moment("2026-02-20T00:00:00Z");
            let (mut now, mut mark, mut dealt_with) = (begin, begin, 0);
            for seconds in sleeps {
                now += TimeDelta::seconds(seconds);
                match decide(&schedule, mark, now) {
                    Decision::Nothing { .. } => {}
                    Decision::Run { due, missed } => {
                        dealt_with += missed + 1;
                        mark = due;
                    }
                    Decision::Skip { due, missed } => {
                        dealt_with += missed;
                        mark = due;
                    }
                }
            }
            let all = schedule.upcoming(begin).take_while(|it| *it <= now);
            prop_assert_eq!(dealt_with, all.count());
        }
    }
}
