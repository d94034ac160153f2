//! What differs between two tasks of scheduled workflows, choice by choice.

use super::blocks::{Said, quoted};
use crate::model::sweep::{Days, IdentifyDormant, NotifyExpiry, SweepTask};

pub(super) fn compare(before: &SweepTask, now: &SweepTask) -> Vec<Said> {
    match (before, now) {
        (SweepTask::IdentifyDormant(before), SweepTask::IdentifyDormant(now)) => {
            dormant(before, now)
        }
        (SweepTask::NotifyExpiry(before), SweepTask::NotifyExpiry(now)) => expiry(before, now),
        (before, now) => vec![instead(before.label(), now.label())],
    }
}

fn instead(was: &str, is: &str) -> Said {
    let (was, is) = (quoted(was), quoted(is));
    Said::Of(format!("now does {is} instead of {was}"))
}

fn dormant(before: &IdentifyDormant, now: &IdentifyDormant) -> Vec<Said> {
    let mut said = Vec::new();
    if before.days != now.days {
        let (was, is) = (before.days, now.days);
        said.push(Said::About(format!(
            "the number of days was {was}, is now {is}"
        )));
    }
    if before.action != now.action {
        said.push(instead(before.action.label(), now.action.label()));
    }
    let report = turned("the report to admins", before.reports(), now.reports());
    let mail = turned("the mail to the user", before.notifies(), now.notifies());
    said.extend([report, mail].into_iter().flatten());
    said
}

fn expiry(before: &NotifyExpiry, now: &NotifyExpiry) -> Vec<Said> {
    let mut said = days("before", &before.before, &now.before);
    said.extend(days("after", &before.after, &now.after));
    let reports = (before.reports_to_admins, now.reports_to_admins);
    said.extend(turned("the report to admins", reports.0, reports.1));
    let includes = |it: &NotifyExpiry| it.includes_disabled && it.reports_to_admins;
    let what = "the list of disabled users";
    said.extend(turned(what, includes(before), includes(now)));
    said
}

fn days(side: &str, before: &Days, now: &Days) -> Vec<Said> {
    let name = |days: &u32| match days {
        0 => format!("the mail on the day itself, {side} expiry"),
        days => format!("the mail {days} days {side} expiry"),
    };
    let both = before.union(now);
    both.filter_map(|it| turned(&name(it), before.contains(it), now.contains(it)))
        .collect()
}

fn turned(what: &str, was: bool, is: bool) -> Option<Said> {
    let verb = if is { "added" } else { "removed" };
    (was != is).then(|| Said::About(format!("{what} was {verb}")))
}
