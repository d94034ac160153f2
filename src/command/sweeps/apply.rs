//! The batches of a scheduled execution: what was planned for the next users is done.
//!
//! **Invariant:** what is done to a user was planned, and is still intended now: whoever has come back
//! since is left alone.

use std::collections::BTreeMap;

use super::{
    Advanced, BATCH, at_stage,
    plan::{Planner, definition_of},
};
use crate::{
    command::{
        CommandError, Log, Reply, effects,
        mail::{self, Texts, Writer},
    },
    model::{
        effect::{Applied, Effect, Refusal},
        id::ExecutionId,
        mail::Mail,
        settings::Settings,
        sweep::{Act, Interval, Item, ItemState, Stage, SweepTask},
        template::Template,
    },
    store::{Config, items, outbox, reminders, sweeps, users, users::Candidate},
};

/// Does what is planned for the next users.
pub(super) fn batch(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Applying)?;
    let config = log.tx.config()?;
    let definition = definition_of(log.tx, execution)?;
    let planner = Planner::new(&config, &definition, sweep.moment);
    let texts = Templates::read(log)?;
    let desk = Desk {
        log,
        config: &config,
        execution,
        planner: &planner,
        writers: texts.writers()?,
        workflow: super::name_of_workflow(log, execution)?,
    };
    for mut item in items::planned(log.tx, execution, BATCH)? {
        desk.deal_with(&mut item)?;
        items::update(log.tx, execution, &item)?;
        sweep.progress.planned -= 1;
        *sweep.progress.of(item.state) += 1;
    }
    if sweep.progress.planned == 0 {
        sweep.stage = Stage::Reporting;
    }
    sweeps::update(log.tx, &sweep)?;
    Ok(Reply::Advanced(Advanced {
        stage: sweep.stage,
        progress: sweep.progress,
    }))
}

/// The templates of mails to users.
struct Templates(BTreeMap<Template, Texts>);

impl Templates {
    fn read(log: &Log<'_>) -> Result<Self, CommandError> {
        let needed = [
            Template::AccountDisabled,
            Template::PasswordExpiryAlert,
            Template::PasswordExpiryNotification,
        ];
        let read = |template| Ok((template, Texts::read(log.tx, template)?));
        needed
            .into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn writers(&self) -> Result<BTreeMap<Template, Writer<'_>>, CommandError> {
        let mut writers = BTreeMap::new();
        for (template, texts) in &self.0 {
            writers.insert(*template, texts.writer()?);
        }
        Ok(writers)
    }
}

/// What a batch is done with.
struct Desk<'a> {
    log: &'a Log<'a>,
    config: &'a Config,
    execution: ExecutionId,
    planner: &'a Planner<'a>,
    writers: BTreeMap<Template, Writer<'a>>,
    workflow: String,
}

impl Desk<'_> {
    fn deal_with(&self, item: &mut Item) -> Result<(), CommandError> {
        let end = |item: &mut Item, state, reason: &str| {
            item.state = state;
            item.reason = Some(reason.to_owned());
        };
        let Some(candidate) = users::candidate(self.log.tx, item.user)? else {
            end(item, ItemState::Skipped, "the user no longer exists");
            return Ok(());
        };
        let Some(fresh) = self.planner.intend(self.log.tx, candidate.clone())? else {
            end(
                item,
                ItemState::Skipped,
                "the user is no longer one of those looked for",
            );
            return Ok(());
        };
        let is_intended = |act: &Act| {
            let mut acts = fresh.item.acts.iter();
            acts.any(|it| it.node == act.node && it.effect == act.effect)
        };
        item.state = ItemState::Done;
        if !fresh.spared.is_empty() {
            let name = item.person.username.clone();
            let reason = Refusal::UserProtected(name).to_string();
            end(item, ItemState::Protected, &reason);
        }
        for at in 0..item.acts.len() {
            if is_intended(&item.acts[at])
                && let Err(refusal) = self.perform(&candidate, item, at)?
            {
                end(item, ItemState::Protected, &refusal.to_string());
                return Ok(());
            }
        }
        let is_done = item.acts.iter().any(|it| it.applied.is_some());
        if !is_done && item.state == ItemState::Done {
            end(
                item,
                ItemState::Skipped,
                "the user is no longer one of those looked for",
            );
        }
        Ok(())
    }

    /// Does one of the things that are intended for a user.
    fn perform(
        &self,
        candidate: &Candidate,
        item: &mut Item,
        at: usize,
    ) -> Result<Result<(), Refusal>, CommandError> {
        let Act { node, effect, .. } = item.acts[at].clone();
        let applied = match &effect {
            Effect::Disable | Effect::Delete => {
                if effects::is_last_administrator(self.log.tx, item.user)? {
                    let name = item.person.username.clone();
                    return Ok(Err(Refusal::LastAdministrator(name)));
                }
                effects::apply(self.log.tx, item.user, &effect, self.log.now)?
            }
            Effect::Mail(template) => {
                let days = match self.planner.task(node) {
                    Some(SweepTask::IdentifyDormant(task)) => task.days,
                    _ => 0,
                };
                let values = mail::disabled(
                    self.settings(),
                    item.person.as_mail(),
                    mail::Disabled {
                        workflow: &self.workflow,
                        days,
                        last_activity: Some(candidate.last_activity)
                            .filter(|_| candidate.was_ever_active),
                    },
                    self.log.now,
                );
                self.send(item, *template, node.0, |writer, address, key| {
                    writer.mail(address, &values, key)
                })?
            }
            Effect::Remind(interval) => self.remind(candidate, item, *interval, node.0)?,
            // The reports are made when all is done.
            Effect::Report(_) => Applied::Changed,
            other => effects::apply(self.log.tx, item.user, other, self.log.now)?,
        };
        item.acts[at].applied = Some(applied);
        Ok(Ok(()))
    }

    fn settings(&self) -> &Settings {
        &self.config.settings
    }

    fn remind(
        &self,
        candidate: &Candidate,
        item: &Item,
        interval: Interval,
        node: u32,
    ) -> Result<Applied, CommandError> {
        let moment = self.planner.moment();
        let day = moment.day_of(item.person.at);
        let days = (day - moment.today()).num_days().unsigned_abs();
        let template = interval.template();
        let expiry = mail::Expiry {
            day,
            days: u32::try_from(days).unwrap_or(u32::MAX),
        };
        let values = mail::expiry(template, self.settings(), item.person.as_mail(), expiry);
        let applied = self.send(item, template, node, |writer, address, key| {
            writer.mail(address, &values, key)
        })?;
        if let Some(changed) = candidate.password_changed {
            reminders::insert(self.log.tx, item.user, changed, interval)?;
        }
        Ok(applied)
    }

    /// Queues a mail to a user, once.
    fn send(
        &self,
        item: &Item,
        template: Template,
        node: u32,
        write: impl FnOnce(&Writer<'_>, &str, String) -> Result<Mail, CommandError>,
    ) -> Result<Applied, CommandError> {
        let writer = self.writers.get(&template);
        let writer = writer.ok_or(CommandError::NotFound("template"))?;
        let key = format!("{template}.{}.{}.{node}", self.execution, item.user);
        let mail = write(writer, &item.person.email, key)?;
        let (user, execution) = (Some(item.user), Some(self.execution));
        let is_new = outbox::insert(self.log.tx, user, execution, &mail, self.log.now)?;
        Ok(if is_new {
            Applied::Changed
        } else {
            Applied::NoOp
        })
    }
}
