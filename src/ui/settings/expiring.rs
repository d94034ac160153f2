//! How many passwords an expiry that is being typed would let expire at once, before it is saved.

use chrono::TimeDelta;
use egui::Ui;

use super::form::{Errors, Form};
use crate::{
    model::{Timestamp, password::PasswordPolicy},
    store::{Store, StoreError, credentials},
    ui::{
        Ctx,
        loaded::{Loaded, Shown},
        widgets::{Banner, Mood, text},
    },
};

#[derive(Default)]
pub(super) struct Expiring {
    count: Loaded<Question, u64>,
}

/// Days until a password expires: as stored, and as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Question {
    stored: u32,
    typed: u32,
}

impl Question {
    /// `None` if nothing could expire that has not expired already.
    fn of(stored: &PasswordPolicy, typed: &PasswordPolicy) -> Option<Self> {
        let (stored, typed) = (stored.expiry_days, typed.expiry_days);
        let is_sooner = typed > 0 && (stored == 0 || typed < stored);
        is_sooner.then_some(Self { stored, typed })
    }

    fn count(self, store: &Store, now: Timestamp) -> Result<u64, StoreError> {
        let before = |days: u32| now.checked_sub_signed(TimeDelta::days(days.into()));
        let Some(until) = before(self.typed) else {
            return Ok(0);
        };
        // What has expired already does not expire again.
        let after = (self.stored > 0).then(|| before(self.stored)).flatten();
        store.read(|db| credentials::count_passwords_set(db, after, until))
    }
}

impl Expiring {
    /// What is typed and cannot be a policy has its own error.
    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, form: &Form) {
        let mut errors = Errors::new();
        let typed = form.policy(&mut errors);
        let stored = &ctx.config.settings.password;
        let question = Question::of(stored, &typed).filter(|_| typed.check().is_ok());
        let Some(question) = question.filter(|_| errors.is_empty()) else {
            return;
        };
        let now = ctx.clock.now();
        let fetch = move |store: &Store| question.count(store, now);
        let count = match self.count.get(ctx, &question, fetch) {
            Shown::Value(count) => Some(*count),
            Shown::Loading | Shown::Failed(_) => None,
        };
        match count.filter(|_| self.count.is_for(&question)) {
            None => {
                text::note(ui, "Counting whose password is that old…");
            }
            Some(0) => {
                text::note(ui, "Nobody’s password is that old: none expires at once.");
            }
            Some(count) => {
                let days = question.typed;
                Banner::new(Mood::Warning, &expire(count, days))
                    .title("Expires at once when saved")
                    .show(ui);
            }
        }
    }
}

fn expire(count: u64, days: u32) -> String {
    match count {
        1 => format!(
            "The password of 1 user is older than {days} days. This user has to choose another one \
             at the next sign-in."
        ),
        _ => format!(
            "The passwords of {count} users are older than {days} days. They have to choose another \
             one at their next sign-in."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(expiry_days: u32) -> PasswordPolicy {
        PasswordPolicy {
            expiry_days,
            ..PasswordPolicy::default()
        }
    }

    #[test]
    fn only_an_expiry_that_comes_sooner_is_asked_about() {
        for (stored, typed, asks) in [
            (0, 0, false),
            (0, 90, true),
            (90, 30, true),
            (90, 90, false),
            (90, 365, false),
            (90, 0, false),
        ] {
            let question = Question::of(&days(stored), &days(typed));
            assert_eq!(question.is_some(), asks, "{stored} then {typed}");
        }
    }
}
