//! Whom the scheduled tasks find, and what follows for each.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use chrono_tz::{America, Europe, Pacific};
use proptest::prelude::*;

use super::*;
use crate::model::{template::Template, user::Status};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn user(status: Status) -> UserState {
    UserState {
        username: "ada".to_owned(),
        email: "ada@example.org".to_owned(),
        first_name: String::new(),
        last_name: String::new(),
        phone: String::new(),
        status,
        attributes: BTreeMap::new(),
        groups: BTreeMap::new(),
        roles: BTreeMap::new(),
        mfa: [].into(),
    }
}

fn moment(now: &str, zone: Tz, previous: Option<&str>) -> Moment {
    Moment {
        at: at(now),
        zone,
        previous: previous.map(at),
    }
}

/// What a task finds, in words; "-" for those it does not look for.
fn words(verdict: Verdict) -> String {
    match verdict {
        Verdict::Passed => "-".to_owned(),
        Verdict::AlreadyDisabled => "already disabled".to_owned(),
        Verdict::Found(effects) => {
            let sentences: Vec<String> = effects.iter().map(Effect::sentence).collect();
            sentences.join("; ")
        }
    }
}

mod dormant {
    use super::*;

    const NOW: &str = "2026-11-29T12:00:00Z";

    fn task(action: DormantAction) -> IdentifyDormant {
        IdentifyDormant {
            action,
            ..IdentifyDormant::default()
        }
    }

    fn decided(task: IdentifyDormant, status: Status, last: &str) -> String {
        let facts = Facts {
            last_activity: at(last),
            password: None,
        };
        let moment = moment(NOW, Europe::Berlin, None);
        words(SweepTask::IdentifyDormant(task).decide(&user(status), &facts, &moment))
    }

    #[track_caller]
    fn check(task: IdentifyDormant, last: &str, expected: &str) {
        assert_eq!(decided(task, Status::Active, last), expected);
    }

    #[test]
    fn ninety_whole_days_make_dormant_and_a_second_less_does_not() {
        let report = || task(DormantAction::Report);
        check(
            report(),
            "2026-08-31T12:00:00Z",
            "Put on Dormant User Report",
        );
        check(report(), "2026-08-31T12:00:01Z", "-");
        check(
            report(),
            "1970-01-01T00:00:00Z",
            "Put on Dormant User Report",
        );
        check(report(), NOW, "-");
        check(report(), "2027-01-01T00:00:00Z", "-");
    }

    #[test]
    fn days_have_24_hours_when_the_clocks_change() {
        // The clocks went back on 25 October.
        let week = |days| IdentifyDormant {
            days,
            ..task(DormantAction::Report)
        };
        check(
            week(45),
            "2026-10-15T12:00:00Z",
            "Put on Dormant User Report",
        );
        check(week(45), "2026-10-15T12:00:01Z", "-");
        check(
            week(MAX_DORMANT_DAYS),
            "2016-12-01T12:00:00Z",
            "Put on Dormant User Report",
        );
    }

    #[test]
    fn each_action_and_each_mail_beside_it() {
        let old = "2020-01-01T00:00:00Z";
        let all = |action| IdentifyDormant {
            reports_too: true,
            notifies_user: true,
            ..task(action)
        };
        check(task(DormantAction::Delete), old, "Delete the account");
        check(task(DormantAction::Disable), old, "Disable the account");
        check(
            all(DormantAction::Delete),
            old,
            "Delete the account; Put on Delete Dormant Account Workflow Report",
        );
        check(
            all(DormantAction::Disable),
            old,
            "Disable the account; Send Account Disabled; Put on Disable Dormant Account Workflow \
             Report",
        );
        check(
            all(DormantAction::Report),
            old,
            "Put on Dormant User Report",
        );
    }

    #[test]
    fn only_disable_skips_who_is_disabled() {
        let old = "2020-01-01T00:00:00Z";
        let decided = |action, status| decided(task(action), status, old);
        let disabled = Status::Disabled;
        assert_eq!(
            decided(DormantAction::Disable, disabled),
            "already disabled"
        );
        assert_eq!(
            decided(DormantAction::Delete, disabled),
            "Delete the account"
        );
        assert_eq!(
            decided(DormantAction::Report, disabled),
            "Put on Dormant User Report"
        );
        for status in [Status::Active, Status::Locked, Status::Pending] {
            assert_eq!(
                decided(DormantAction::Disable, status),
                "Disable the account"
            );
        }
    }

    #[test]
    fn numbers_of_days_that_make_no_sense_are_refused() {
        for days in [0, MAX_DORMANT_DAYS + 1, u32::MAX] {
            let task = SweepTask::IdentifyDormant(IdentifyDormant {
                days,
                ..IdentifyDormant::default()
            });
            assert_eq!(task.check(), Err(SweepTaskError::BadDays));
        }
        for days in DORMANT_DAYS.into_iter().chain([1, MAX_DORMANT_DAYS]) {
            let task = SweepTask::IdentifyDormant(IdentifyDormant {
                days,
                ..IdentifyDormant::default()
            });
            assert_eq!(task.check(), Ok(()));
        }
    }

    #[test]
    fn only_disable_notifies() {
        for action in DormantAction::ALL {
            let task = SweepTask::IdentifyDormant(IdentifyDormant {
                notifies_user: true,
                ..task(action)
            });
            let is_fine = action == DormantAction::Disable;
            assert_eq!(task.check().is_ok(), is_fine, "{action:?}");
        }
    }
}

mod expiry {
    use super::*;

    fn all() -> NotifyExpiry {
        NotifyExpiry {
            before: EXPIRY_DAYS.into(),
            after: EXPIRY_DAYS.into(),
            reports_to_admins: false,
            includes_disabled: false,
        }
    }

    fn age(expires: &str, mailed: &[Interval]) -> PasswordAge {
        PasswordAge {
            changed: at("2026-01-01T00:00:00Z"),
            expires: at(expires),
            mailed: mailed.to_vec(),
        }
    }

    fn due(task: &NotifyExpiry, expires: &str, now: &str, previous: Option<&str>) -> String {
        let moment = moment(now, Europe::Berlin, previous);
        let due = task.due(&age(expires, &[]), &moment);
        due.map_or_else(
            || "-".to_owned(),
            |it| match it {
                Interval::Before(days) => format!("-{days}"),
                Interval::After(days) => format!("+{days}"),
            },
        )
    }

    const YESTERDAY: Option<&str> = Some("2026-11-28T11:00:00Z");
    const NOON: &str = "2026-11-29T11:00:00Z";

    /// With every interval, daily at noon in Berlin.
    #[track_caller]
    fn check(expires: &str, expected: &str) {
        assert_eq!(due(&all(), expires, NOON, YESTERDAY), expected);
    }

    #[test]
    fn every_interval_is_due_on_its_day() {
        for (expires, expected) in [
            ("2027-02-27T09:00:00Z", "-90"),
            ("2027-01-28T09:00:00Z", "-60"),
            ("2027-01-13T09:00:00Z", "-45"),
            ("2026-12-29T09:00:00Z", "-30"),
            ("2026-12-14T09:00:00Z", "-15"),
            ("2026-12-06T09:00:00Z", "-7"),
            ("2026-11-29T15:00:00Z", "-0"),
            ("2026-11-29T09:00:00Z", "+0"),
            ("2026-11-22T09:00:00Z", "+7"),
            ("2026-11-14T09:00:00Z", "+15"),
            ("2026-10-30T09:00:00Z", "+30"),
            ("2026-10-15T09:00:00Z", "+45"),
            ("2026-09-30T09:00:00Z", "+60"),
            ("2026-08-31T09:00:00Z", "+90"),
        ] {
            check(expires, expected);
        }
    }

    #[test]
    fn on_other_days_nothing_is_due() {
        for expires in [
            "2027-02-28T09:00:00Z",
            "2026-12-05T09:00:00Z",
            "2026-12-07T09:00:00Z",
            "2026-11-30T09:00:00Z",
            "2026-11-28T09:00:00Z",
            "2026-08-30T09:00:00Z",
            "1990-01-01T00:00:00Z",
        ] {
            check(expires, "-");
        }
    }

    #[test]
    fn days_are_those_of_the_zone() {
        // In Berlin 6 December begins at 23:00 the evening before.
        check("2026-12-05T22:59:59Z", "-");
        check("2026-12-05T23:00:00Z", "-7");
        check("2026-12-06T22:59:59Z", "-7");
        check("2026-12-06T23:00:00Z", "-");
        let there = |zone, expires: &str| {
            let moment = moment(NOON, zone, YESTERDAY);
            all().due(&age(expires, &[]), &moment)
        };
        // On Kiritimati it is the 30th already, in Honolulu still the 29th.
        assert_eq!(
            there(Pacific::Kiritimati, "2026-12-06T12:00:00Z"),
            Some(Interval::Before(7))
        );
        assert_eq!(
            there(Pacific::Honolulu, "2026-12-06T12:00:00Z"),
            Some(Interval::Before(7))
        );
        assert_eq!(there(Pacific::Kiritimati, "2026-12-06T09:00:00Z"), None);
    }

    #[test]
    fn a_change_of_clocks_makes_no_day_longer() {
        // 25 October 2026 has 25 hours in Berlin, 8 March 2026 has 23 in New York.
        let seven = NotifyExpiry {
            before: [7].into(),
            ..NotifyExpiry::default()
        };
        let autumn = |now, previous| due(&seven, "2026-10-31T22:30:00Z", now, Some(previous));
        assert_eq!(autumn("2026-10-24T10:00:00Z", "2026-10-23T10:00:00Z"), "-7");
        assert_eq!(autumn("2026-10-25T11:00:00Z", "2026-10-24T10:00:00Z"), "-");
        let spring = moment(
            "2026-03-08T17:00:00Z",
            America::New_York,
            Some("2026-03-07T17:00:00Z"),
        );
        let password = age("2026-03-15T04:30:00Z", &[]);
        assert_eq!(seven.due(&password, &spring), Some(Interval::Before(7)));
    }

    #[test]
    fn the_first_execution_looks_at_today_only() {
        let first = |expires| due(&all(), expires, NOON, None);
        assert_eq!(first("2026-12-06T09:00:00Z"), "-7");
        assert_eq!(first("2026-12-05T09:00:00Z"), "-", "its day was yesterday");
        assert_eq!(first("2026-11-29T09:00:00Z"), "+0");
    }

    #[test]
    fn missed_days_are_made_up_for_with_the_nearest() {
        let after = |previous| due(&all(), "2026-12-06T09:00:00Z", NOON, Some(previous));
        assert_eq!(after("2026-11-01T11:00:00Z"), "-7");
        let late = |expires| due(&all(), expires, NOON, Some("2026-11-01T11:00:00Z"));
        assert_eq!(late("2026-12-03T09:00:00Z"), "-7", "3 days ago");
        assert_eq!(
            late("2026-11-30T09:00:00Z"),
            "-7",
            "the nearest that has come"
        );
        assert_eq!(
            late("2026-11-25T09:00:00Z"),
            "+0",
            "the day itself came after them"
        );
        assert_eq!(late("2026-11-20T09:00:00Z"), "+7");
        assert_eq!(
            late("2026-10-02T09:00:00Z"),
            "+45",
            "rather than 30, on the 16th of November"
        );
    }

    #[test]
    fn a_second_execution_on_one_day_finds_nothing_new() {
        let again = due(
            &all(),
            "2026-12-06T09:00:00Z",
            "2026-11-29T18:00:00Z",
            Some(NOON),
        );
        assert_eq!(again, "-");
        let earlier = due(
            &all(),
            "2026-12-06T09:00:00Z",
            NOON,
            Some("2026-12-24T11:00:00Z"),
        );
        assert_eq!(
            earlier, "-7",
            "a clock that was set back: as in a first execution"
        );
    }

    #[test]
    fn on_the_day_itself_only_what_is_true_is_said() {
        let same = |before, after, expires: &str| {
            let task = NotifyExpiry {
                before: if before { [0].into() } else { [].into() },
                after: if after { [0].into() } else { [].into() },
                ..NotifyExpiry::default()
            };
            due(&task, expires, NOON, YESTERDAY)
        };
        let (later, over) = ("2026-11-29T15:00:00Z", "2026-11-29T09:00:00Z");
        assert_eq!(same(true, true, later), "-0");
        assert_eq!(same(true, true, over), "+0");
    }

    fn decided(task: NotifyExpiry, status: Status, password: Option<PasswordAge>) -> String {
        let facts = Facts {
            last_activity: at(NOON),
            password,
        };
        let moment = moment(NOON, Europe::Berlin, YESTERDAY);
        words(SweepTask::NotifyExpiry(task).decide(&user(status), &facts, &moment))
    }

    #[test]
    fn who_gets_a_mail_and_who_is_on_the_report() {
        let report = NotifyExpiry {
            reports_to_admins: true,
            ..all()
        };
        let included = NotifyExpiry {
            includes_disabled: true,
            ..report.clone()
        };
        let only = NotifyExpiry {
            reports_to_admins: true,
            ..NotifyExpiry::default()
        };
        let mail = "Send Password Expiry Alert (7 days before)";
        let line = "Put on About to Expire Password Report";
        let both = format!("{mail}; {line}");
        let (active, disabled) = (Status::Active, Status::Disabled);
        for (task, status, expected) in [
            (all(), active, mail),
            (all(), disabled, "-"),
            (report.clone(), active, both.as_str()),
            (report, disabled, "-"),
            (included.clone(), active, both.as_str()),
            (included, disabled, line),
            (only, active, line),
        ] {
            let password = Some(age("2026-12-06T09:00:00Z", &[]));
            assert_eq!(decided(task, status, password), expected);
        }
    }

    #[test]
    fn nobody_is_mailed_twice_for_one_password_and_interval() {
        let mailed = |mailed: &[Interval]| {
            decided(
                all(),
                Status::Active,
                Some(age("2026-12-06T09:00:00Z", mailed)),
            )
        };
        assert_eq!(mailed(&[Interval::Before(7)]), "-");
        let alert = "Send Password Expiry Alert (7 days before)";
        assert_eq!(mailed(&[Interval::Before(15), Interval::After(7)]), alert);
    }

    #[test]
    fn without_a_password_or_an_expiry_there_is_nothing_to_say() {
        assert_eq!(decided(all(), Status::Pending, None), "-");
        assert_eq!(decided(all(), Status::Active, None), "-");
    }

    #[test]
    fn choices_that_make_no_sense_are_refused() {
        let check = |change: fn(&mut NotifyExpiry)| {
            let mut task = NotifyExpiry::default();
            change(&mut task);
            SweepTask::NotifyExpiry(task).check()
        };
        assert_eq!(check(|_| ()), Err(SweepTaskError::NothingSelected));
        assert_eq!(
            check(|it| it.before = [8].into()),
            Err(SweepTaskError::NoSuchInterval(8))
        );
        assert_eq!(
            check(|it| {
                it.after = [7].into();
                it.includes_disabled = true;
            }),
            Err(SweepTaskError::DisabledWithoutReport)
        );
        assert_eq!(check(|it| it.after = [0].into()), Ok(()));
        assert_eq!(check(|it| it.reports_to_admins = true), Ok(()));
    }

    #[test]
    fn it_says_what_it_does_in_a_few_words() {
        for (before, after, reports, expected) in [
            (vec![], vec![], false, "Nothing selected yet"),
            (vec![], vec![], true, "Report to admins"),
            (vec![7, 30], vec![], false, "Mail 30 and 7 days before"),
            (
                vec![0],
                vec![7],
                true,
                "Mail on the day, 7 days after; report to admins",
            ),
        ] {
            let task = SweepTask::NotifyExpiry(NotifyExpiry {
                before: before.into_iter().collect(),
                after: after.into_iter().collect(),
                reports_to_admins: reports,
                includes_disabled: false,
            });
            assert_eq!(task.summary(), expected);
        }
    }

    fn any_days() -> impl Strategy<Value = Days> {
        let days = proptest::sample::subsequence(EXPIRY_DAYS.to_vec(), 0..=7);
        days.prop_map(|it| it.into_iter().collect())
    }

    fn any_zone() -> impl Strategy<Value = Tz> {
        proptest::sample::select(vec![
            Tz::UTC,
            Europe::Berlin,
            America::St_Johns,
            Pacific::Apia,
            Pacific::Kiritimati,
        ])
    }

    proptest! {
        /// A year of days, of which many are missed: what is mailed is kept, as the store keeps it.
        #[test]
        fn in_a_year_with_outages_no_interval_is_mailed_twice_and_none_too_early(
            (before, after, zone) in (any_days(), any_days(), any_zone()),
            (expires, runs) in (0..8_760_i64, proptest::collection::vec(any::<bool>(), 365)),
        ) {
            let begin = at("2026-01-01T12:00:00Z");
            let mut password = PasswordAge {
                changed: begin,
                expires: begin + TimeDelta::hours(expires),
                mailed: Vec::new(),
            };
            let task = NotifyExpiry { before, after, ..NotifyExpiry::default() };
            let mut previous = None;
            for (day, _) in (0..).zip(&runs).filter(|(_, is_there)| **is_there) {
                let moment = Moment { at: begin + TimeDelta::days(day), zone, previous };
                previous = Some(moment.at);
                let facts = Facts { last_activity: begin, password: Some(password.clone()) };
                let found = task.decide(&user(Status::Active), &facts, &moment);
                let Verdict::Found(effects) = found else { continue };
                prop_assert_eq!(effects.len(), 1, "one mail per execution");
                let Some(Effect::Remind(interval)) = effects.first() else {
                    return Err(TestCaseError::fail("it is a mail"));
                };
                prop_assert!(!password.mailed.contains(interval));
                let due = interval.day(moment.day_of(password.expires));
                prop_assert!(due.is_some_and(|it| it <= moment.today()));
                password.mailed.push(*interval);
            }
        }

        /// Where no day is missed, each chosen day brings its mail; on the day itself one of both.
        #[test]
        fn without_outages_every_chosen_day_brings_its_mail(
            (before, after) in (any_days(), any_days()),
            expires in 2_400..6_000_i64,
        ) {
            let begin = at("2026-01-01T12:00:00Z");
            let expires = begin + TimeDelta::hours(expires);
            let task = NotifyExpiry { before: before.clone(), after: after.clone(), ..NotifyExpiry::default() };
            let mut mailed = Vec::new();
            for day in 0..365 {
                let at = begin + TimeDelta::days(day);
                let previous = (day > 0).then(|| at - TimeDelta::days(1));
                let moment = Moment { at, zone: Tz::UTC, previous };
                let password = PasswordAge { changed: begin, expires, mailed: mailed.clone() };
                let facts = Facts { last_activity: begin, password: Some(password) };
                let found = task.decide(&user(Status::Active), &facts, &moment);
                if let Verdict::Found(effects) = found {
                    mailed.extend(effects.into_iter().filter_map(|it| match it {
                        Effect::Remind(interval) => Some(interval),
                        _ => None,
                    }));
                }
            }
            let is_on_day = |it: &&Interval| matches!(it, Interval::Before(0) | Interval::After(0));
            let on_day = mailed.iter().filter(is_on_day).count();
            prop_assert_eq!(on_day, usize::from(before.contains(&0) || after.contains(&0)));
            let others = before.iter().chain(&after).filter(|it| **it > 0).count();
            prop_assert_eq!(mailed.len() - on_day, others);
        }
    }

    #[test]
    fn before_and_after_have_their_own_mails() {
        assert_eq!(
            Interval::Before(0).template(),
            Template::PasswordExpiryAlert
        );
        assert_eq!(
            Interval::After(0).template(),
            Template::PasswordExpiryNotification
        );
    }
}
