//! What is assumed about the change that a step is tried with: where it would come from, and what
//! the user would have been before it.

use std::collections::BTreeMap;

use chrono::{DurationRound as _, TimeDelta};
use egui::Ui;

use super::{
    super::{Around, value},
    report::{asks_for_source, label, looked_back_at},
};
use crate::{
    model::{
        condition::Subject,
        definition::{NodeKind, Trigger},
        event::{EventKind, Source},
        sweep::Moment,
        text::MAX_FIELD,
        user::{MfaMethod, Status, UserState},
    },
    ui::widgets::{Combo, TextField, text},
};

const MINUTE: TimeDelta = TimeDelta::minutes(1);

#[derive(Default)]
pub(super) struct Premise {
    source: Option<Source>,

    /// What an attribute is to have been, where that is something else than now.
    earlier: BTreeMap<Subject, String>,
}

/// The same for one user and one workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assumed {
    /// `None` where a schedule starts the workflow.
    pub(super) source: Option<Source>,

    /// `None` where nothing came before, or nobody asks what did.
    pub(super) before: Option<UserState>,

    /// That the schedule is due now, for the first time; `None` where there is none.
    pub(super) moment: Option<Moment>,
}

impl Premise {
    /// Somebody else was chosen, who had been something else.
    pub(super) fn forget_earlier(&mut self) {
        self.earlier.clear();
    }

    pub(super) fn assumed(
        &self,
        around: &Around<'_>,
        kind: &NodeKind,
        user: &UserState,
    ) -> Assumed {
        let trigger = around.trigger();
        let schedule = trigger.and_then(Trigger::schedule);
        let is_compared = is_update(trigger) && !looked_back_at(kind).is_empty();
        Assumed {
            source: schedule.is_none().then(|| self.source(trigger)),
            before: is_compared.then(|| self.before(user)),
            moment: schedule.map(|it| Moment {
                // To the minute, so that the answer is not worked out anew in each frame.
                at: around
                    .choices
                    .now()
                    .duration_trunc(MINUTE)
                    .unwrap_or_default(),
                zone: it.zone,
                previous: None,
            }),
        }
    }

    fn before(&self, user: &UserState) -> UserState {
        let mut before = user.clone();
        for (subject, value) in &self.earlier {
            put(&mut before, subject, value);
        }
        before
    }

    /// One that the trigger waits for, unless another one was chosen.
    fn source(&self, trigger: Option<&Trigger>) -> Source {
        let [first, ..] = Source::ALL;
        let offered = offered(trigger);
        let chosen = self.source.filter(|it| offered.contains(it));
        let awaited = trigger.and_then(|it| it.sources().first().copied());
        let any = offered.first().copied();
        chosen.or(awaited).or(any).unwrap_or(first)
    }

    pub(super) fn source_ui(&mut self, ui: &mut Ui, trigger: Option<&Trigger>, kind: &NodeKind) {
        if !asks_for_source(kind) || trigger.is_some_and(|it| it.schedule().is_some()) {
            return;
        }
        let mut source = self.source(trigger);
        let options: Vec<(Source, &str)> = offered(trigger)
            .iter()
            .map(|it| (*it, it.label()))
            .collect();
        let combo = Combo::new("Source to try")
            .help("A user who exists has no source: choose where the change would come from.");
        if combo.show(ui, &mut source, &options).changed() {
            self.source = Some(source);
        }
    }

    /// A field for each attribute of which the step asks whether it changed.
    pub(super) fn earlier_ui(
        &mut self,
        ui: &mut Ui,
        around: &Around<'_>,
        kind: &NodeKind,
        user: &UserState,
    ) {
        let asked = looked_back_at(kind);
        if asked.is_empty() || !is_update(around.trigger()) {
            return;
        }
        let choices = around.choices;
        text::note(
            ui,
            "This step asks what an update changed. Below is what the user is now: write what they \
             would have been before.",
        );
        for subject in asked {
            let now = now(user, &subject);
            let mut value = self.earlier.get(&subject).unwrap_or(&now).clone();
            let name = format!("{} before", label(choices, &subject));
            match value::listed(choices, &subject) {
                Some(options) => drop(Combo::new(&name).show(ui, &mut value, &options)),
                None => drop(TextField::new(&name).limit(MAX_FIELD).show(ui, &mut value)),
            }
            if value == now {
                self.earlier.remove(&subject);
            } else {
                self.earlier.insert(subject, value);
            }
        }
    }
}

fn is_update(trigger: Option<&Trigger>) -> bool {
    trigger.and_then(Trigger::event) == Some(EventKind::UserUpdated)
}

/// Where what the trigger waits for can come from.
fn offered(trigger: Option<&Trigger>) -> &'static [Source] {
    let event = trigger.and_then(Trigger::event);
    event.map_or(&Source::ALL[..], EventKind::sources)
}

fn now(user: &UserState, subject: &Subject) -> String {
    // The source is none of the user's values.
    subject.values(user, None).join(", ")
}

fn put(user: &mut UserState, subject: &Subject, value: &str) {
    match subject {
        Subject::Username => value.clone_into(&mut user.username),
        Subject::Email => value.clone_into(&mut user.email),
        Subject::FirstName => value.clone_into(&mut user.first_name),
        Subject::LastName => value.clone_into(&mut user.last_name),
        Subject::UserStatus => {
            let status = Status::ALL.into_iter().find(|it| it.label() == value);
            user.status = status.unwrap_or(user.status);
        }
        Subject::MfaMethod => {
            let methods = MfaMethod::ALL.into_iter();
            user.mfa = methods.filter(|it| it.label() == value).collect();
        }
        Subject::Custom(name) if value.is_empty() => drop(user.attributes.remove(name)),
        Subject::Custom(name) => {
            user.attributes.insert(name.clone(), value.to_owned());
        }
        // No update changes these.
        Subject::Group | Subject::Role | Subject::Source => (),
    }
}
