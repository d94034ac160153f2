//! Notify Password Expiry: which mail, on which day, and never twice.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use tenure::{
    command::{Command, NewUser},
    model::{
        event::Source,
        id::{UserId, WorkflowId},
        sweep::{EXPIRY_DAYS, NotifyExpiry},
        template::Template,
        user::NewPassword,
    },
    store::{StoreError, outbox, users},
};

use super::{Desk, active, change_settings, expiring, set_up_mail};
use crate::support::{grace, newcomer, register_as};

/// Passwords that expire after so many days, and somebody who has set one at noon.
fn desk(days: u32, task: NotifyExpiry) -> (Desk, UserId, WorkflowId) {
    let desk = Desk::new();
    set_up_mail(&desk.store);
    change_settings(&desk.store, |it| it.password.expiry_days = days);
    let ada = with_password(&desk, "ada");
    let workflow = active(&desk, "Expiry", expiring(task));
    (desk, ada, workflow)
}

fn with_password(desk: &Desk, name: &str) -> UserId {
    let new = NewUser {
        password_hash: Some("$argon2id$".to_owned()),
        ..newcomer(name, Source::AdminPortal)
    };
    let registered = register_as(&desk.store, new).expect("registered");
    let tenure::command::Registered::Created { user, .. } = registered else {
        panic!("{name} was not created");
    };
    user
}

fn set_password(desk: &Desk, user: UserId) {
    let found = desk.store.read(|db| users::get(db, user));
    let replaces = found.expect("a look").expect("the user").password_changed;
    let change = Command::ResetPassword {
        user,
        password: NewPassword {
            hash: format!("$argon2id${}", desk.clock.now()),
            replaces,
            must_change: false,
        },
    };
    tenure::command::apply(&desk.store, &grace(), change, desk.clock.now()).expect("changed");
}

fn mails(before: &[u32], after: &[u32]) -> NotifyExpiry {
    NotifyExpiry {
        before: before.iter().copied().collect(),
        after: after.iter().copied().collect(),
        ..NotifyExpiry::default()
    }
}

/// The subjects' templates by day since the password was set, of daily runs.
fn over_days(desk: &Desk, days: i64, is_on: impl Fn(i64) -> bool) -> BTreeMap<i64, Vec<String>> {
    let mut known = desk.mails().len();
    let mut found = BTreeMap::new();
    for day in 1..=days {
        desk.later(TimeDelta::days(1));
        if !is_on(day) {
            continue;
        }
        desk.work();
        let all = desk.mails();
        if all.len() > known {
            let new = all[known..].iter().map(|it| {
                let (template, _) = it.split_once(" → ").expect("a mail");
                template.to_owned()
            });
            found.insert(day, new.collect());
            known = all.len();
        }
    }
    found
}

#[track_caller]
fn check(task: NotifyExpiry, outages: &[std::ops::RangeInclusive<i64>], expected: &[(i64, &str)]) {
    let (desk, ..) = desk(60, task);
    let is_on = |day| !outages.iter().any(|it| it.contains(&day));
    let found = over_days(&desk, 160, is_on);
    let found: Vec<(i64, String)> = found
        .into_iter()
        .flat_map(|(day, mails)| mails.into_iter().map(move |it| (day, it)))
        .collect();
    let expected: Vec<(i64, String)> = expected
        .iter()
        .map(|(day, template)| (*day, format!("password-expiry-{template}")))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_interval_has_its_day() {
    for days in EXPIRY_DAYS {
        let signed = i64::from(days);
        if days < 60 {
            check(mails(&[days], &[]), &[], &[(60 - signed, "alert")]);
        }
        check(mails(&[], &[days]), &[], &[(60 + signed, "notification")]);
    }
    let all = mails(&[0, 7, 30], &[0, 15]);
    check(
        all,
        &[],
        &[
            (30, "alert"),
            (53, "alert"),
            (60, "notification"),
            (75, "notification"),
        ],
    );
}

#[test]
fn an_interval_of_a_missed_day_is_made_up_for_once_and_only_the_nearest() {
    check(
        mails(&[7, 15], &[]),
        &[44..=47],
        &[(48, "alert"), (53, "alert")],
    );
    check(mails(&[7, 15], &[]), &[40..=55], &[(56, "alert")]);
    check(mails(&[7], &[7]), &[50..=70], &[(71, "notification")]);
}

#[test]
fn the_first_execution_is_about_its_own_day_only() {
    let (desk, ..) = desk(60, mails(&[7, 15], &[]));
    desk.later(TimeDelta::days(54));
    desk.work();
    assert_eq!(
        desk.mails(),
        [""; 0],
        "day 53 was before the first execution"
    );
    desk.later(TimeDelta::days(10));
    desk.work();
    assert_eq!(desk.mails(), [""; 0]);
}

#[test]
fn a_changed_password_begins_anew_and_the_disabled_get_no_mail() {
    let task = NotifyExpiry {
        reports_to_admins: true,
        includes_disabled: true,
        ..mails(&[7], &[])
    };
    let (desk, ada, _) = desk(30, task);
    let bob = with_password(&desk, "bob");
    let disable = Command::DisableUser(bob);
    tenure::command::apply(&desk.store, &grace(), disable, desk.clock.now()).expect("disabled");
    over_days(&desk, 20, |_| true);
    set_password(&desk, ada);
    let found = over_days(&desk, 40, |_| true);
    let found: Vec<(i64, Vec<String>)> = found.into_iter().collect();
    let report = "about-to-expire-report".to_owned();
    assert_eq!(
        found,
        [
            (3, vec![report.clone()]),
            (23, vec!["password-expiry-alert".to_owned(), report]),
        ]
    );
}

#[test]
fn a_clock_that_was_years_ahead_for_a_moment_keeps_no_mail_back() {
    let (desk, ..) = desk(60, mails(&[7, 15], &[]));
    over_days(&desk, 20, |_| true);
    desk.later(TimeDelta::days(3_650));
    desk.work();
    assert_eq!(desk.mails().len(), 1, "the nearest, seven days before");
    desk.later(TimeDelta::days(-3_650));
    let found = over_days(&desk, 40, |_| true);
    let days: Vec<i64> = found.into_keys().map(|it| it + 20).collect();
    assert_eq!(days, [45], "and never twice");
}

#[test]
fn a_report_tells_passwords_that_have_expired_from_those_that_will() {
    let task = NotifyExpiry {
        reports_to_admins: true,
        ..mails(&[7], &[7])
    };
    let (desk, ..) = desk(30, task);
    over_days(&desk, 40, |_| true);
    let texts = desk.store.read(|db| -> Result<Vec<String>, StoreError> {
        let all = outbox::latest(db, 100)?.into_iter();
        let reports = all.filter(|it| it.template == Template::AboutToExpireReport);
        let bodies = reports.map(|it| outbox::body(db, it.id));
        bodies.map(|it| Ok(it?.expect("a text").text)).collect()
    });
    let [after, before]: [String; 2] = texts.expect("a look").try_into().expect("two reports");
    assert!(before.contains(", in 7 days."), "{before}");
    assert!(after.contains(", has expired."), "{after}");
}

#[test]
fn a_policy_that_changes_sends_no_interval_twice_for_one_password() {
    let (desk, ..) = desk(60, mails(&[7], &[]));
    let first = over_days(&desk, 55, |_| true);
    assert_eq!(first.keys().collect::<Vec<_>>(), [&53]);
    change_settings(&desk.store, |it| it.password.expiry_days = 90);
    let second = over_days(&desk, 60, |_| true);
    assert_eq!(second, BTreeMap::new());
    change_settings(&desk.store, |it| it.password.expiry_days = 0);
    assert_eq!(over_days(&desk, 30, |_| true), BTreeMap::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// A year of daily runs, with outages, passwords that change and policies that do.
    #[test]
    fn nobody_gets_two_mails_for_one_password_and_interval(
        outages in proptest::collection::vec((1..365_i64, 1..40_i64), 0..6),
        changes in proptest::collection::vec((0..5_usize, 1..365_i64), 0..12),
        policies in proptest::collection::vec((1..365_i64, 20..120_u32), 0..4),
    ) {
        let every: Vec<u32> = EXPIRY_DAYS.into();
        let (desk, _, _) = desk(90, mails(&every, &every));
        let people: Vec<UserId> =
            (0..5).map(|number| with_password(&desk, &format!("user{number}"))).collect();
        for day in 1..=365_i64 {
            desk.later(TimeDelta::days(1));
            for (person, _) in changes.iter().filter(|it| it.1 == day) {
                set_password(&desk, people[*person]);
            }
            for (_, days) in policies.iter().filter(|it| it.0 == day) {
                change_settings(&desk.store, |it| it.password.expiry_days = *days);
            }
            if !outages.iter().any(|(first, length)| (*first..first + length).contains(&day)) {
                desk.work();
            }
        }
        let reminded = desk.store.read(|db| -> Result<(i64, i64), tenure::store::StoreError> {
            Ok((
                db.query_row("SELECT count(*) FROM reminders", [], |row| row.get(0))?,
                db.query_row(
                    "SELECT count(*) FROM outbox WHERE template LIKE 'password-expiry-%'",
                    [],
                    |row| row.get(0),
                )?,
            ))
        });
        let (reminders, mails) = reminded.expect("counts");
        prop_assert_eq!(reminders, mails, "a reminder is one password and interval");
        prop_assert!(mails > 0);
        let twice = desk.store.read(|db| outbox::latest(db, 100_000)).expect("mails");
        let mut days: Vec<(Option<UserId>, NaiveDate)> = twice
            .iter()
            .filter(|it| it.template.name().starts_with("password-expiry"))
            .map(|it| (it.user, it.created.date_naive()))
            .collect();
        days.sort_unstable();
        let all = days.len();
        days.dedup();
        prop_assert_eq!(days.len(), all, "one mail per execution at most");
    }
}
