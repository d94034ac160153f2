//! Whom a scheduled workflow would hit now, counted without writing anything.

use egui::Ui;

use crate::{
    command::sweeps::{Intended, Planner},
    model::{
        Timestamp,
        effect::Effect,
        guard::{Exceeded, Limit},
        sweep::Moment,
    },
    store::{Store, StoreError, config::ActiveVersion, sweeps, users, workflows},
    ui::{
        job::Progress,
        numbers::{exceeded, users as counted},
        widgets::{Banner, Mood, text},
    },
};

/// The names that are shown.
const NAMED: usize = 5;

/// `Err(None)` when it was canceled.
pub(super) type Outcome = Result<Preview, Option<StoreError>>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Preview {
    disabled: u64,
    deleted: u64,
    mailed: u64,
    reported: u64,
    spared: u64,

    /// All for whom something is intended.
    found: u64,

    /// Those with one of the effects that the limit counts.
    destructive: u64,
    names: Vec<String>,
    exceeded: Option<Exceeded>,
}

/// Why going through the directory ends early.
enum Ends {
    Canceled,
    Failed(StoreError),
}

impl From<StoreError> for Ends {
    fn from(err: StoreError) -> Self {
        Self::Failed(err)
    }
}

pub(super) fn look(
    store: &Store,
    version: &ActiveVersion,
    now: Timestamp,
    state: &Progress,
) -> Outcome {
    let looked = store.read_with_config(|db, config| {
        let trigger = version.definition.trigger();
        let schedule = trigger.and_then(|it| it.schedule());
        let moment = Moment {
            at: now,
            zone: schedule.map_or(chrono_tz::Tz::UTC, |it| it.zone),
            previous: sweeps::previous(db, version.workflow, now)?,
        };
        let mut preview = Preview::default();
        let mut seen = 0;
        Planner::new(&config, &version.definition, moment).go_through(db, |intended| {
            seen += 1;
            state.is_at(seen);
            preview.add(&intended);
            if state.is_canceled() {
                return Err(Ends::Canceled);
            }
            Ok(())
        })?;
        let limit = workflows::limit(db, version.workflow)?;
        let limit: Limit = limit.unwrap_or(config.settings.guard.limit);
        let directory = users::count(db)?;
        preview.exceeded = limit.check(preview.destructive, directory).err();
        Ok(preview)
    });
    looked.map_err(|err| match err {
        Ends::Canceled => None,
        Ends::Failed(err) => Some(err),
    })
}

impl Preview {
    fn add(&mut self, intended: &Intended) {
        let item = &intended.item;
        self.spared += u64::from(!intended.spared.is_empty());
        if item.acts.is_empty() {
            return;
        }
        self.found += 1;
        self.destructive += u64::from(item.is_destructive());
        if self.names.len() < NAMED {
            self.names.push(item.person.username.clone());
        }
        let has = |is: fn(&Effect) -> bool| u64::from(item.acts.iter().any(|it| is(&it.effect)));
        self.disabled += has(|it| matches!(it, Effect::Disable));
        self.deleted += has(|it| matches!(it, Effect::Delete));
        self.mailed += has(|it| matches!(it, Effect::Mail(_)));
        self.reported += has(|it| matches!(it, Effect::Report(_)));
    }

    pub(super) fn ui(&self, ui: &mut Ui) {
        text::paragraph(ui, &self.sentence());
        for line in self.lines() {
            text::paragraph(ui, &format!("• {line}"));
        }
        if let Some(it) = &self.exceeded {
            let text = format!(
                "{} The execution will wait in quarantine until you release it.",
                exceeded(it)
            );
            Banner::new(Mood::Warning, &text).show(ui);
        }
    }

    fn sentence(&self) -> String {
        let names = self.names.join(", ");
        match self.found {
            0 => "It would find nobody now.".to_owned(),
            found if found > self.names.len() as u64 => {
                format!("It would find {} now: {names} and others.", counted(found))
            }
            found => format!("It would find {} now: {names}.", counted(found)),
        }
    }

    fn lines(&self) -> Vec<String> {
        let counts = [
            (self.disabled, "would be disabled"),
            (self.deleted, "would be deleted"),
            (self.mailed, "would get a mail"),
            (
                self.reported,
                "would be named in the report to administrators",
            ),
            (self.spared, "protected and left alone"),
        ];
        let told = counts.into_iter().filter(|it| it.0 > 0);
        told.map(|(count, what)| format!("{} {what}", counted(count)))
            .collect()
    }
}
