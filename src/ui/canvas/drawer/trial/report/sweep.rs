//! What a scheduled task would do for one user if its schedule were due now.

use chrono::NaiveDate;

use super::{Teller, Verdict, said};
use crate::model::{
    effect::Effect,
    sweep::{self, Facts, IdentifyDormant, Interval, Moment, NotifyExpiry, SweepTask},
    text::list,
};

impl Teller<'_> {
    pub(super) fn sweep(&mut self, task: &SweepTask, is_disabled: bool) -> (Verdict, String) {
        let name = self.name().to_owned();
        if is_disabled {
            let headline = format!("Nothing would happen to {name}: this task is disabled");
            return (Verdict::No, headline);
        }
        let Some((facts, moment)) = self.seen.sweep else {
            let headline = format!("Nothing would happen to {name}: no schedule starts this task");
            return (Verdict::No, headline);
        };
        if let Err(wrong) = task.check() {
            let headline = format!("Cannot be answered yet: {wrong}");
            return (Verdict::Open, headline);
        }
        let (found, others) = match task {
            SweepTask::IdentifyDormant(task) => {
                self.dormant(task, facts, moment);
                (
                    format!("{name} is dormant"),
                    format!("{name} is not dormant"),
                )
            }
            SweepTask::NotifyExpiry(task) => {
                self.expiry(task, facts, moment);
                (
                    format!("The password of {name} is looked for"),
                    format!("Nothing would happen to {name} today"),
                )
            }
        };
        match task.decide(self.seen.user, facts, moment) {
            sweep::Verdict::Passed => (Verdict::No, others),
            sweep::Verdict::AlreadyDisabled => {
                (Verdict::No, format!("{found}, but disabled already"))
            }
            sweep::Verdict::Found(effects) => self.found(&found, &effects),
        }
    }

    fn found(&mut self, found: &str, effects: &[Effect]) -> (Verdict, String) {
        if self.facts.is_protected && effects.iter().any(Effect::strips) {
            let text = "Protected users are neither disabled nor deleted";
            self.say(Verdict::No, 0, text);
            return (Verdict::No, format!("{found}, but protected"));
        }
        self.effects(effects);
        (Verdict::Yes, found.to_owned())
    }

    fn dormant(&mut self, task: &IdentifyDormant, facts: &Facts, moment: &Moment) {
        let is_dormant = facts.last_activity <= task.cutoff(moment);
        let day = date(moment.day_of(facts.last_activity));
        let passed = days((moment.at - facts.last_activity).num_days());
        let text = if self.facts.was_active {
            format!("Last active {passed} ago, on {day}")
        } else {
            format!("Never active: the account was created {passed} ago, on {day}")
        };
        let limit = days(task.days.into());
        self.say(
            said(is_dormant),
            0,
            format!("{text}; dormant after {limit}"),
        );
    }

    fn expiry(&mut self, task: &NotifyExpiry, facts: &Facts, moment: &Moment) {
        let Some(password) = &facts.password else {
            let text = if self.choices.known().passwords_expire {
                "There is no password yet"
            } else {
                "Passwords do not expire"
            };
            return self.say(Verdict::No, 0, text);
        };
        let expires = moment.day_of(password.expires);
        let left = (expires - moment.today()).num_days();
        let has_expired = password.expires <= moment.at;
        let verb = if has_expired { "expired" } else { "expires" };
        let when = match left {
            0 => "today".to_owned(),
            1.. => format!("in {}", days(left)),
            _ => format!("{} ago", days(-left)),
        };
        let due = task.due(password, moment);
        let text = format!("The password {verb} on {}, {when}", date(expires));
        self.say(said(due.is_some()), 0, text);
        match due {
            Some(interval) if password.mailed.contains(&interval) => {
                let text = format!("The mail for {} was made already", interval.label());
                self.say(Verdict::Open, 0, text);
            }
            Some(_) => (),
            None => self.next(task, expires, moment.today()),
        }
    }

    /// The chosen days that come next.
    fn next(&mut self, task: &NotifyExpiry, expires: NaiveDate, today: NaiveDate) {
        let days = task.intervals().into_iter().filter_map(|it| {
            let day = it.day(expires)?;
            (day > today).then_some((day, it))
        });
        let days: Vec<(NaiveDate, Interval)> = days.collect();
        let Some(first) = days.iter().map(|(day, _)| *day).min() else {
            return self.say(Verdict::Open, 0, "None of the chosen days is still to come");
        };
        let on_first = days.iter().filter(|(day, _)| *day == first);
        let mut labels: Vec<String> = on_first.map(|(_, it)| it.label()).collect();
        labels.dedup();
        let text = format!(
            "The next of the chosen days is {}, {}",
            date(first),
            list(&labels, "or")
        );
        self.say(Verdict::Open, 0, text);
    }
}

/// "24 Dec 2031"
fn date(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

fn days(count: i64) -> String {
    match count {
        1 => "1 day".to_owned(),
        more => format!("{more} days"),
    }
}
