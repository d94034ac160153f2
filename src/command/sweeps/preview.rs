//! A dry run: what a version would do now, to whom, and with which mails. Nothing is written, nothing
//! is sent.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::{
    letters::{Letters, Templates},
    plan::{Intended, Planner},
};
use crate::{
    command::CommandError,
    model::{
        Timestamp,
        definition::Definition,
        effect::Effect,
        guard::{Exceeded, Limit},
        id::{UserId, WorkflowId},
        mail::Mail,
        problem::{Known, Reach, Runnable},
        sweep::{Item, Moment},
    },
    store::{Config, known, sweeps, users, workflows},
};

/// How many of those who would be disabled or deleted are named before a version is activated.
pub const HIT: usize = 100;

/// Whom a dry run is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Everyone,
    Users(Vec<UserId>),
}

/// What would happen to one user.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreseen {
    pub item: Item,

    /// What a protected user is spared.
    pub spared: Vec<Effect>,
    pub mails: Vec<Mail>,
}

/// How the whole execution would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    pub affected: u64,

    /// How many would be disabled or deleted.
    pub destructive: u64,

    /// The guardrail that would stop it.
    pub exceeded: Option<Exceeded>,
}

/// Tells of every user to whom the definition would do something if it ran now.
pub fn preview(
    db: &Connection,
    config: &Config,
    (workflow, name, definition): (WorkflowId, &str, &Definition),
    scope: &Scope,
    now: Timestamp,
    mut each: impl FnMut(Foreseen) -> Result<(), CommandError>,
) -> Result<Preview, CommandError> {
    let runnable = Runnable::try_from(definition.clone());
    let runnable = runnable.map_err(|err| CommandError::Problems(err.0))?;
    let schedule = runnable.trigger().and_then(|it| it.schedule());
    let zone = schedule
        .ok_or_else(|| CommandError::NotScheduled(name.to_owned()))?
        .zone;
    let moment = Moment {
        at: now,
        zone,
        previous: sweeps::previous(db, workflow, now)?,
    };
    let planner = Planner::new(config, &runnable, moment);
    let templates = Templates::read(db, &planner)?;
    let letters = Letters::new(&planner, &config.settings, name, &templates)?;
    let mut preview = Preview::default();
    let mut tell = |intended: Intended| {
        preview.affected += 1;
        preview.destructive += u64::from(intended.item.is_destructive());
        let mut mails = Vec::new();
        for act in &intended.item.acts {
            mails.extend(letters.letter(&intended.item, act, "preview", now)?);
        }
        each(Foreseen {
            item: intended.item,
            spared: intended.spared,
            mails,
        })
    };
    match scope {
        Scope::Everyone => planner.go_through(db, &mut tell)?,
        Scope::Users(ids) => {
            // However often somebody was named.
            for id in ids.iter().collect::<BTreeSet<_>>() {
                let found = users::candidate(db, *id)?;
                let mut candidate = found.ok_or(CommandError::NotFound("user"))?;
                if let Some(intended) = planner.intend(db, &mut candidate)? {
                    tell(intended)?;
                }
            }
        }
    }
    let limit = limit_of(db, config, workflow)?;
    preview.exceeded = limit.check(preview.destructive, users::count(db)?).err();
    Ok(preview)
}

/// Whom a definition would be about, as the directory was when it was gone through.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    pub affected: u64,

    /// How many would be disabled or deleted.
    pub destructive: u64,

    /// The first few of them.
    pub hit: Vec<Item>,
}

/// Goes through the directory for a definition; `None` if no schedule starts it, or if it cannot
/// run: that reaches nobody, for which there are better words.
pub fn outlook(
    db: &Connection,
    config: &Config,
    of: (WorkflowId, &str, &Definition),
    now: Timestamp,
) -> Result<Option<Outlook>, CommandError> {
    let definition = of.2;
    let is_scheduled = definition
        .trigger()
        .is_some_and(|(_, it)| it.schedule().is_some());
    if !is_scheduled || !definition.problems().is_empty() {
        return Ok(None);
    }
    let mut hit = Vec::new();
    let preview = preview(db, config, of, &Scope::Everyone, now, |it| {
        if it.item.is_destructive() && hit.len() < HIT {
            hit.push(it.item);
        }
        Ok(())
    })?;
    Ok(Some(Outlook {
        affected: preview.affected,
        destructive: preview.destructive,
        hit,
    }))
}

/// What is known for checking a definition, whom a schedule would be about among it, and the first
/// few of those whom it would disable or delete.
pub fn known(
    db: &Connection,
    config: &Config,
    of: (WorkflowId, &str, &Definition),
    now: Timestamp,
) -> Result<(Known, Vec<Item>), CommandError> {
    let outlook = outlook(db, config, of, now)?;
    let known = known_given(db, config, (of.0, of.2), outlook.as_ref())?;
    Ok((known, outlook.map(|it| it.hit).unwrap_or_default()))
}

/// The same, where the directory has been gone through already. The limit is the one that holds now.
pub fn known_given(
    db: &Connection,
    config: &Config,
    (workflow, definition): (WorkflowId, &Definition),
    outlook: Option<&Outlook>,
) -> Result<Known, CommandError> {
    let mut known = known::known(db, definition)?;
    if let Some(outlook) = outlook {
        let limit = limit_of(db, config, workflow)?;
        known.reach = Some(Reach {
            affected: outlook.affected,
            exceeded: limit.check(outlook.destructive, users::count(db)?).err(),
        });
    }
    Ok(known)
}

/// The limit that holds for a workflow.
pub(super) fn limit_of(
    db: &Connection,
    config: &Config,
    workflow: WorkflowId,
) -> Result<Limit, CommandError> {
    let own = workflows::limit(db, workflow)?;
    Ok(own.unwrap_or(config.settings.guard.limit))
}
