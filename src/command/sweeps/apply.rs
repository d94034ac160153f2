//! The batches of a scheduled execution: what was planned for the next users is done.
//!
//! **Invariant:** what is done to a user was planned, and is still intended now: whoever has come back
//! since is left alone.

use std::{cell::RefCell, collections::BTreeSet};

use super::{
    Advanced, BATCH, at_stage,
    letters::{Letters, Templates},
    name_of_workflow,
    plan::{Planner, definition_of},
};
use crate::{
    command::{CommandError, Log, Reply, effects},
    model::{
        effect::{Applied, Effect, Refusal},
        id::{ExecutionId, UserId},
        sweep::{Act, Item, ItemState, Stage},
        user::Status,
    },
    store::{StoreError, items, outbox, reminders, sessions, sweeps, users, users::Candidate},
};

/// Does what is planned for the next users.
pub(super) fn batch(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Applying)?;
    let config = log.tx.config()?;
    let definition = definition_of(log.tx, execution)?;
    let planner = Planner::new(&config, &definition, sweep.moment);
    let (templates, workflow) = (
        Templates::read(log.tx, &planner)?,
        name_of_workflow(log, execution)?,
    );
    let desk = Desk {
        log,
        execution,
        letters: Letters::new(&planner, &config.settings, &workflow, &templates)?,
        administrators: effects::administrators(log.tx)?,
        disabled: RefCell::default(),
    };
    let items = items::planned(log.tx, execution, BATCH)?;
    let is_last = items.len() < BATCH;
    for mut item in items {
        desk.deal_with(&mut item)?;
        items::update(log.tx, execution, &item)?;
        sweep.progress.count(item.state);
    }
    sessions::delete_of_users(log.tx, &desk.disabled.into_inner())?;
    if is_last {
        sweep.progress = items::progress(log.tx, execution)?;
        sweep.stage = Stage::Reporting;
    }
    sweeps::update(log.tx, &sweep)?;
    Ok(Reply::Advanced(Advanced {
        stage: sweep.stage,
        progress: sweep.progress,
    }))
}

/// What a batch is done with.
struct Desk<'a> {
    log: &'a Log<'a>,
    execution: ExecutionId,
    letters: Letters<'a>,

    /// Only these could be the last administrator.
    administrators: BTreeSet<UserId>,

    /// Whose sessions end with the batch.
    disabled: RefCell<Vec<UserId>>,
}

impl Desk<'_> {
    fn deal_with(&self, item: &mut Item) -> Result<(), CommandError> {
        if self.disable_at_once(item)? {
            return Ok(());
        }
        let end = |item: &mut Item, state, reason: &str| {
            item.state = state;
            item.reason = Some(reason.to_owned());
        };
        let Some(mut candidate) = users::candidate(self.log.tx, item.user)? else {
            end(item, ItemState::Skipped, "the user no longer exists");
            return Ok(());
        };
        let planner = self.letters.planner;
        let Some(fresh) = planner.intend(self.log.tx, &mut candidate)? else {
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

    /// Most users are as they were when the execution was planned. To disable these, nothing has to be
    /// read again; says whether it was one of them.
    fn disable_at_once(&self, item: &mut Item) -> Result<bool, CommandError> {
        let is_only_disabled = item.acts.iter().all(|it| {
            matches!(
                it.effect,
                Effect::Disable | Effect::Mail(_) | Effect::Report(_)
            )
        });
        let disables = item
            .acts
            .iter()
            .filter(|it| it.effect == Effect::Disable)
            .count()
            == 1;
        let is_plain = is_only_disabled
            && disables
            && self.letters.planner.goes_by_the_row()
            && !self.administrators.contains(&item.user);
        let (id, person) = (item.user, &item.person);
        let (tx, now) = (self.log.tx, self.log.now);
        if !is_plain || !users::disable_if_unchanged(tx, id, person.revision, person.at, now)? {
            return Ok(false);
        }
        self.disabled.borrow_mut().push(id);
        for at in 0..item.acts.len() {
            let applied = match item.acts[at].effect {
                Effect::Mail(_) => self.send(item, &item.acts[at])?,
                _ => Applied::Changed,
            };
            item.acts[at].applied = Some(applied);
        }
        item.state = ItemState::Done;
        Ok(true)
    }

    /// Does one of the things that are intended for a user.
    fn perform(
        &self,
        candidate: &Candidate,
        item: &mut Item,
        at: usize,
    ) -> Result<Result<(), Refusal>, CommandError> {
        let effect = item.acts[at].effect.clone();
        let applied = match &effect {
            Effect::Disable | Effect::Delete => {
                if self.administrators.contains(&item.user)
                    && effects::is_last_administrator(self.log.tx, item.user)?
                {
                    let name = item.person.username.clone();
                    return Ok(Err(Refusal::LastAdministrator(name)));
                }
                if effect == Effect::Disable {
                    self.disable(candidate)?
                } else {
                    effects::apply(self.log.tx, item.user, &effect, self.log.now)?
                }
            }
            Effect::Mail(_) => self.send(item, &item.acts[at])?,
            Effect::Remind(interval) => {
                if let Some(changed) = candidate.password_changed {
                    reminders::insert(self.log.tx, item.user, changed, *interval)?;
                }
                self.send(item, &item.acts[at])?
            }
            // The reports are made when all is done.
            Effect::Report(_) => Applied::Changed,
            other => effects::apply(self.log.tx, item.user, other, self.log.now)?,
        };
        item.acts[at].applied = Some(applied);
        Ok(Ok(()))
    }

    /// As [`effects::apply`] does, for somebody who has just been read.
    fn disable(&self, candidate: &Candidate) -> Result<Applied, StoreError> {
        if candidate.state.status == Status::Disabled {
            return Ok(Applied::NoOp);
        }
        users::set_status(self.log.tx, candidate.id, Status::Disabled, self.log.now)?;
        self.disabled.borrow_mut().push(candidate.id);
        Ok(Applied::Changed)
    }

    /// Queues a mail to a user, once.
    fn send(&self, item: &Item, act: &Act) -> Result<Applied, CommandError> {
        let execution = self.execution.to_string();
        let letter = self.letters.letter(item, act, &execution, self.log.now)?;
        let letter = letter.ok_or(CommandError::NotFound("template"))?;
        let (user, execution) = (Some(item.user), Some(self.execution));
        let is_new = outbox::insert(self.log.tx, user, execution, &letter, self.log.now)?;
        Ok(if is_new {
            Applied::Changed
        } else {
            Applied::NoOp
        })
    }
}
