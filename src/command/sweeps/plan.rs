//! The plan of a scheduled execution: the whole directory is gone through once, and nothing is done.

use std::convert::Infallible;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use rusqlite::Connection;

use super::SweepCommand;
use crate::{
    command::{self, Actor, Command, CommandError},
    model::{
        Timestamp,
        condition::Subject,
        definition::{NodeId, NodeKind},
        effect::{Effect, Refusal},
        execution::{Execution, Step},
        id::ExecutionId,
        plan::{Refused, Until, Walk},
        problem::{Known, Runnable},
        sweep::{Act, Facts, Interval, Item, ItemState, Moment, Person, SweepTask},
        user::UserState,
    },
    store::{
        Config, Store, StoreError, sweeps, users,
        users::{Candidate, Place, Wanted},
        workflows,
    },
};

/// How many users are looked at in one go.
const PART: usize = 2_000;

/// What is known once the directory has been gone through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// How many users would be disabled or deleted.
    pub destructive: u64,

    /// The nodes that walks came to.
    pub steps: Vec<Step>,
}

/// Decides about users, one by one.
pub struct Planner<'a> {
    definition: &'a Runnable,
    moment: Moment,
    known: Known,
    lifetime: Option<TimeDelta>,
    needs_memberships: bool,
}

/// What is intended for one user.
pub struct Intended {
    pub item: Item,
    pub steps: Vec<Step>,

    /// What a protected user is spared.
    pub spared: Vec<Effect>,
}

impl<'a> Planner<'a> {
    pub fn new(config: &Config, definition: &'a Runnable, moment: Moment) -> Self {
        let days = config.settings.password.expiry_days;
        let drawing = definition.definition();
        let asks_for_memberships = drawing.conditions().iter().any(|(_, condition)| {
            let subjects = condition.tests().into_iter().map(|test| &test.attribute);
            subjects
                .into_iter()
                .any(|it| matches!(it, Subject::Group | Subject::Role))
        });
        Self {
            definition,
            moment,
            known: Known {
                targets: config.targets.clone(),
                ..Known::default()
            },
            lifetime: (days > 0).then(|| TimeDelta::days(days.into())),
            needs_memberships: asks_for_memberships,
        }
    }

    /// Goes through everyone whom a task may be looking for.
    pub fn go_through<E: From<StoreError>>(
        &self,
        db: &Connection,
        mut each: impl FnMut(Intended) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut place = None;
        loop {
            let (intended, next) = self.part(db, place)?;
            intended.into_iter().try_for_each(&mut each)?;
            place = next;
            if place.is_none() {
                return Ok(());
            }
        }
    }

    /// A part of the directory, after `place`, and how far that went; `None` at the end.
    fn part(
        &self,
        db: &Connection,
        place: Option<Place>,
    ) -> Result<(Vec<Intended>, Option<Place>), StoreError> {
        let Some(wanted) = self.wanted() else {
            return Ok((Vec::new(), None));
        };
        let (candidates, next) = users::scan(db, &wanted, place, PART)?;
        let mut intended = Vec::new();
        for mut candidate in candidates {
            intended.extend(self.intend(db, &mut candidate)?);
        }
        Ok((intended, next))
    }

    /// What is intended for this user; `None` if nothing is.
    pub fn intend(
        &self,
        db: &Connection,
        candidate: &mut Candidate,
    ) -> Result<Option<Intended>, StoreError> {
        if self.needs_memberships {
            candidate.read_memberships(db)?;
        }
        let facts = candidate.facts(db, self.lifetime)?;
        let (steps, spared) = self.walk(candidate, &facts);
        let acts = Act::of(&steps);
        if acts.is_empty() && spared.is_empty() {
            return Ok(None);
        }
        Ok(Some(Intended {
            item: self.item(candidate, &facts, acts),
            steps,
            spared,
        }))
    }

    /// The walk in thought, and what of it a protected user is spared.
    fn walk(&self, candidate: &Candidate, facts: &Facts) -> (Vec<Step>, Vec<Effect>) {
        let walk = Walk {
            definition: self.definition,
            source: None,
            before: None,
            sweep: Some((facts, &self.moment)),
            now: self.moment.at,
        };
        let mut spared = Vec::new();
        let perform = |user: &UserState, effects: &[Effect]| {
            let strips = effects.iter().find(|it| it.strips());
            Ok::<_, Infallible>(match strips.filter(|_| candidate.is_protected) {
                Some(effect) => {
                    spared.push(effect.clone());
                    Err(Refused {
                        effect: effect.clone(),
                        refusal: Refusal::UserProtected(user.username.clone()),
                    })
                }
                None => self.known.perform(user, effects),
            })
        };
        let mut execution = Execution::new(self.definition);
        let mut state = candidate.state.clone();
        let Ok(steps) = walk.drive(&mut execution, &mut state, Until::End, perform);
        (steps, spared)
    }

    /// Whether a user whose row is as it was is still one of those looked for.
    pub(super) fn goes_by_the_row(&self) -> bool {
        !self.needs_memberships
    }

    pub(super) fn moment(&self) -> &Moment {
        &self.moment
    }

    /// The tasks by the nodes that they are.
    pub(super) fn task(&self, node: NodeId) -> Option<&SweepTask> {
        match &self.definition.definition().node(node)?.kind {
            NodeKind::Sweep(task) => Some(task),
            _ => None,
        }
    }

    fn item(&self, candidate: &Candidate, facts: &Facts, acts: Vec<Act>) -> Item {
        let state = &candidate.state;
        let is_about_expiry = self
            .tasks()
            .any(|it| matches!(it, SweepTask::NotifyExpiry(_)));
        let expires = facts.password.as_ref().map(|it| it.expires);
        let expires = expires.filter(|_| is_about_expiry);
        Item {
            user: candidate.id,
            person: Person {
                username: state.username.clone(),
                email: state.email.clone(),
                first_name: state.first_name.clone(),
                last_name: state.last_name.clone(),
                status: state.status,
                at: expires.unwrap_or(facts.last_activity),
                was_never_active: expires.is_none() && !candidate.was_ever_active,
                revision: candidate.revision,
            },
            state: ItemState::Planned,
            acts,
            reason: None,
        }
    }

    pub(super) fn tasks(&self) -> impl Iterator<Item = &SweepTask> {
        let nodes = self.definition.definition().nodes();
        nodes.filter_map(|(_, node)| match &node.kind {
            NodeKind::Sweep(task) if !node.is_disabled => Some(task),
            _ => None,
        })
    }

    /// Everyone whom any of the tasks may find.
    fn wanted(&self) -> Option<Wanted> {
        let mut since: Option<Timestamp> = None;
        let mut ranges = Vec::new();
        for task in self.tasks() {
            match task {
                SweepTask::IdentifyDormant(task) => {
                    since = since.max(Some(task.cutoff(&self.moment)));
                }
                SweepTask::NotifyExpiry(task) => {
                    let lifetime = self.lifetime?;
                    let days = task.intervals().into_iter();
                    ranges.extend(days.filter_map(|it| self.range(it, lifetime)));
                }
            }
        }
        match since {
            Some(since) => Some(Wanted::InactiveSince(since)),
            None if ranges.is_empty() => None,
            None => Some(Wanted::PasswordSet(joined(ranges))),
        }
    }

    /// When a password must have been set for the interval to be due, with a day to spare on both
    /// sides: which day it is depends on the zone.
    fn range(&self, interval: Interval, lifetime: TimeDelta) -> Option<(Timestamp, Timestamp)> {
        let today = self.moment.today();
        let since = self.moment.previous.map(|it| self.moment.day_of(it));
        let first = since.unwrap_or(today).min(today);
        let (first, last) = match interval {
            Interval::Before(days) => {
                let days = Days::new(days.into());
                (first.checked_add_days(days)?, today.checked_add_days(days)?)
            }
            Interval::After(days) => {
                let days = Days::new(days.into());
                (first.checked_sub_days(days)?, today.checked_sub_days(days)?)
            }
        };
        let spare = TimeDelta::days(2);
        let midnight =
            |day: NaiveDate| chrono::Utc.from_utc_datetime(&day.and_time(NaiveTime::MIN));
        let first = midnight(first).checked_sub_signed(lifetime + spare)?;
        let last = midnight(last).checked_sub_signed(lifetime)?;
        Some((first, last.checked_add_signed(spare)?))
    }
}

/// The same moments in ranges that do not overlap.
fn joined(mut ranges: Vec<(Timestamp, Timestamp)>) -> Vec<(Timestamp, Timestamp)> {
    ranges.sort_unstable();
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match joined.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}

/// Plans an execution from the start, and keeps the plan part by part. For a thread that may wait.
pub fn plan_and_keep(
    store: &Store,
    execution: ExecutionId,
    now: Timestamp,
) -> Result<(), CommandError> {
    plan_unless(store, execution, now, || false)
}

/// Like [`plan_and_keep`], but ends after the part at hand once `is_over` says so. What it has planned
/// is planned again then.
pub fn plan_unless(
    store: &Store,
    execution: ExecutionId,
    now: Timestamp,
    is_over: impl Fn() -> bool,
) -> Result<(), CommandError> {
    let apply = |command: SweepCommand| {
        let command = Command::Sweep(Box::new(command));
        command::apply(store, &Actor::engine(), command, now)
    };
    apply(SweepCommand::BeginPlan(execution))?;
    let (config, moment, definition) = store.read_with_config(|db, config| {
        let sweep = sweeps::get(db, execution)?.ok_or(CommandError::NotFound("execution"))?;
        Ok::<_, CommandError>((config, sweep.moment, definition_of(db, execution)?))
    })?;
    let planner = Planner::new(&config, &definition, moment);
    let mut plan = Plan::default();
    let mut place = None;
    loop {
        if is_over() {
            return Ok(());
        }
        let (intended, next) = store.read(|db| planner.part(db, place))?;
        let mut items = Vec::with_capacity(intended.len());
        for it in intended {
            plan.destructive += u64::from(it.item.is_destructive());
            merged(&mut plan.steps, &it.steps);
            items.push(it.item);
        }
        apply(SweepCommand::KeepItems { execution, items })?;
        place = next;
        if place.is_none() {
            break;
        }
    }
    apply(SweepCommand::FinishPlan { execution, plan }).map(drop)
}

/// What the version of an execution does.
pub(super) fn definition_of(
    db: &Connection,
    execution: ExecutionId,
) -> Result<Runnable, CommandError> {
    let found = crate::store::executions::get(db, execution)?;
    let found = found.ok_or(CommandError::NotFound("execution"))?;
    let drawn = workflows::drawn(db, found.version)?.ok_or(CommandError::NotFound("version"))?;
    Runnable::try_from(drawn.definition).map_err(|err| CommandError::Problems(err.0))
}

/// The nodes that walks came to, for the canvas: as often as there were walks, each is told once.
fn merged(into: &mut Vec<Step>, steps: &[Step]) {
    for step in steps {
        let known = into
            .iter()
            .any(|it| it.node == step.node && it.decision == step.decision);
        if !known {
            into.push(Step {
                node: step.node,
                decision: step.decision.clone(),
                effects: Vec::new(),
                failure: None,
            });
        }
    }
}
