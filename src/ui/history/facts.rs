//! Everything that is kept about one execution.

use crate::{
    model::{
        definition::Definition,
        difference::Difference,
        effect::{Applied, Effect},
        event::Event,
        execution::Step,
        id::ExecutionId,
    },
    store::{
        Store, StoreError, audit, events,
        executions::{self, Summary},
        outbox,
        sweeps::{self, Sweep},
        users, workflows,
    },
};

pub(super) struct Facts {
    pub(super) summary: Summary,
    pub(super) steps: Vec<Step>,
    pub(super) event: Option<Event>,

    /// What the update changed; nothing for a registration.
    pub(super) changes: Vec<Difference>,

    /// The drawing that ran, also of a version that was deleted since.
    pub(super) definition: Option<Definition>,

    /// What executions of other workflows had changed before, for the same event.
    pub(super) earlier: Vec<Effect>,

    /// Whether they are still there to be opened.
    pub(super) has_workflow: bool,
    pub(super) has_version: bool,
    pub(super) user: Presence,

    /// For one that a schedule started: `None` if its due time was skipped.
    pub(super) sweep: Option<Sweep>,

    /// Who asked for it, unless it was due.
    pub(super) asked_by: Option<String>,

    /// How many of its mails are in which state.
    pub(super) mails: outbox::Counts,
}

/// What became of the user since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    NeverCreated,
    Here,
    InRecycleBin,
    Gone,
}

impl Facts {
    /// `None` if there is no such execution.
    pub(super) fn load(store: &Store, id: ExecutionId) -> Result<Option<Self>, StoreError> {
        store.read(|db| {
            let Some(summary) = executions::get(db, id)? else {
                return Ok(None);
            };
            let user = match summary.user {
                None => Presence::NeverCreated,
                Some(id) => match users::get(db, id)? {
                    None => Presence::Gone,
                    Some(user) if user.deleted.is_some() => Presence::InRecycleBin,
                    Some(_) => Presence::Here,
                },
            };
            let event = events::of(db, summary.event)?;
            let sweep = sweeps::get(db, id)?;
            let is_by_hand = sweep.as_ref().is_some_and(|it| it.due.is_none());
            let asked_by = if is_by_hand {
                audit::who(db, "workflow.run", summary.at)?
            } else {
                None
            };
            Ok(Some(Self {
                steps: executions::steps(db, id)?,
                changes: event.as_ref().map(Event::changes).unwrap_or_default(),
                event,
                definition: workflows::drawn(db, summary.version)?.map(|it| it.definition),
                earlier: earlier(db, &summary)?,
                has_workflow: workflows::get(db, summary.workflow)?.is_some(),
                has_version: workflows::version(db, summary.version)?.is_some(),
                user,
                summary,
                sweep,
                asked_by,
                mails: outbox::counts(db, Some(id))?,
            }))
        })
    }
}

/// The changes by executions of the same event that ran before. They were stored one after another
/// in one transaction, so they have the numbers just before this one.
fn earlier(db: &rusqlite::Connection, summary: &Summary) -> Result<Vec<Effect>, StoreError> {
    let mut runs = Vec::new();
    if summary.event.is_none() {
        return Ok(Vec::new());
    }
    let mut number = summary.id.number();
    loop {
        number -= 1;
        let id = ExecutionId::new(number);
        match executions::get(db, id)? {
            Some(it) if it.event == summary.event => runs.push(executions::steps(db, id)?),
            _ => break,
        }
    }
    let performed = runs.into_iter().rev().flatten().flat_map(|it| it.effects);
    let changed = performed.filter(|it| it.applied == Applied::Changed);
    Ok(changed.map(|it| it.effect).collect())
}
