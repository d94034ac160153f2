//! The mails to users that a scheduled execution brings: written the same whether they are sent or only
//! looked at.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::plan::Planner;
use crate::{
    command::{
        CommandError,
        mail::{self, Texts, Writer},
    },
    model::{
        Timestamp,
        effect::Effect,
        mail::Mail,
        settings::Settings,
        sweep::{Act, Interval, Item, SweepTask},
        template::{Template, Values},
    },
    store::StoreError,
};

/// The templates of mails to users.
pub(super) struct Templates(BTreeMap<Template, Texts>);

impl Templates {
    /// Those of which the definition makes mails: reading one takes longer than dealing with a user.
    pub(super) fn read(db: &Connection, planner: &Planner<'_>) -> Result<Self, StoreError> {
        let read = |template| Ok((template, Texts::read(db, template)?));
        planner
            .tasks()
            .flat_map(SweepTask::letters)
            .copied()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Writes the mails of one execution.
pub(super) struct Letters<'a> {
    pub(super) planner: &'a Planner<'a>,
    settings: &'a Settings,
    workflow: &'a str,
    writers: BTreeMap<Template, Writer<'a>>,
}

impl<'a> Letters<'a> {
    pub(super) fn new(
        planner: &'a Planner<'a>,
        settings: &'a Settings,
        workflow: &'a str,
        templates: &'a Templates,
    ) -> Result<Self, CommandError> {
        let mut writers = BTreeMap::new();
        for (template, texts) in &templates.0 {
            writers.insert(*template, texts.writer()?);
        }
        Ok(Self {
            planner,
            settings,
            workflow,
            writers,
        })
    }

    /// The mail that is one of the acts; `execution` is part of what makes it this one and no other.
    pub(super) fn letter(
        &self,
        item: &Item,
        act: &Act,
        execution: &str,
        now: Timestamp,
    ) -> Result<Option<Mail>, CommandError> {
        let (template, values) = match &act.effect {
            Effect::Mail(template) => (*template, self.disabled(item, act, now)),
            Effect::Remind(interval) => (interval.template(), self.reminder(item, *interval)),
            _ => return Ok(None),
        };
        let writer = self.writers.get(&template);
        let writer = writer.ok_or(CommandError::NotFound("template"))?;
        let key = format!("{template}.{execution}.{}.{}", item.user, act.node.0);
        writer.mail(&item.person.email, &values, key).map(Some)
    }

    fn disabled(&self, item: &Item, act: &Act, now: Timestamp) -> Values {
        let days = match self.planner.task(act.node) {
            Some(SweepTask::IdentifyDormant(task)) => task.days,
            _ => 0,
        };
        let person = &item.person;
        let disabled = mail::Disabled {
            workflow: self.workflow,
            days,
            last_activity: Some(person.at).filter(|_| !person.was_never_active),
        };
        mail::disabled(self.settings, person.as_mail(), disabled, now)
    }

    fn reminder(&self, item: &Item, interval: Interval) -> Values {
        let moment = self.planner.moment();
        let day = moment.day_of(item.person.at);
        let days = (day - moment.today()).num_days().unsigned_abs();
        let expiry = mail::Expiry {
            day,
            days: u32::try_from(days).unwrap_or(u32::MAX),
        };
        mail::expiry(
            interval.template(),
            self.settings,
            item.person.as_mail(),
            expiry,
        )
    }
}
