//! Walks: an execution driven from node to node.
//!
//! The same walk serves every purpose. Applying a workflow hands it a function that performs
//! effects in the store; everything that only wants to know hands it [`Known`], which performs them
//! in thought. So a plan and what applying it does cannot drift apart.

use std::convert::Infallible;

use super::{
    Timestamp,
    condition::Seen,
    effect::{Effect, Performed, Refusal},
    event::Source,
    execution::{Execution, Failure, Next, Status, Step},
    id::{GroupId, RoleId},
    problem::{Known, Runnable},
    sweep::{Facts, Moment},
    task::TargetKind,
    user::UserState,
};

/// What a walk is about.
#[derive(Clone, Copy, Debug)]
pub struct Walk<'a> {
    pub definition: &'a Runnable,

    /// `None` where a schedule started it.
    pub source: Option<Source>,

    /// The user before the change that this walk is about; `None` where nothing has changed.
    pub before: Option<&'a UserState>,

    /// What a schedule's tasks look at; `None` where an event started it.
    pub sweep: Option<(&'a Facts, &'a Moment)>,
    pub now: Timestamp,
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Stop in front of the Event: whether the walk passes is known, and nothing has happened.
    Event,
    End,
}

/// An effect of a step that our rules refuse; the whole step is refused with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub effect: Effect,
    pub refusal: Refusal,
}

/// The outcome of a step's effects, all performed or none.
pub type Outcome = Result<Vec<Performed>, Refused>;

/// A whole walk in thought.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub steps: Vec<Step>,
    pub status: Status,

    /// The user as they would be afterwards.
    pub user: UserState,
}

impl Walk<'_> {
    /// Drives `execution` on, and changes `user` as the performed effects do.
    pub fn drive<E>(
        &self,
        execution: &mut Execution,
        user: &mut UserState,
        until: Until,
        mut perform: impl FnMut(&UserState, &[Effect]) -> Result<Outcome, E>,
    ) -> Result<Vec<Step>, E> {
        let mut steps = Vec::new();
        loop {
            if until == Until::Event && execution.is_at_event(self.definition) {
                return Ok(steps);
            }
            let seen = Seen {
                user,
                before: self.before,
                source: self.source,
                sweep: self.sweep,
            };
            let Next::Step {
                node,
                decision,
                effects,
            } = execution.next(self.definition, seen)
            else {
                return Ok(steps);
            };
            let mut step = Step {
                node,
                decision,
                effects: Vec::new(),
                failure: None,
            };
            if !effects.is_empty() {
                match perform(user, &effects)? {
                    Ok(performed) => {
                        for it in &performed {
                            user.apply(&it.effect);
                        }
                        step.effects = performed;
                    }
                    Err(refused) => step.failure = self.failure(&step, refused, user),
                }
            }
            execution.record(self.definition, &step);
            steps.push(step);
        }
    }

    /// The whole walk in thought, from the start to the end.
    pub fn plan(&self, mut user: UserState, known: &Known) -> Plan {
        let mut execution = Execution::new(self.definition);
        let steps = self.drive(&mut execution, &mut user, Until::End, |user, effects| {
            Ok::<_, Infallible>(known.perform(user, effects))
        });
        let Ok(steps) = steps;
        Plan {
            steps,
            status: execution.status().unwrap_or(Status::Filtered),
            user,
        }
    }

    fn failure(&self, step: &Step, refused: Refused, user: &UserState) -> Option<Box<Failure>> {
        let node = self.definition.definition().node(step.node)?.clone();
        let reason = refused.refusal.to_string();
        Some(Box::new(Failure {
            error: format!("“{}” could not be done: {reason}", node.title()),
            causes: vec![
                format!("{} for {}", refused.effect.sentence(), user.username),
                reason,
            ],
            remedy: refused.refusal.remedy().to_owned(),
            attempt: 1,
            at: self.now,
            state: user.clone(),
            node,
        }))
    }
}

impl Known {
    /// Performs a step's effects in thought.
    pub fn perform(&self, user: &UserState, effects: &[Effect]) -> Outcome {
        let mut after = user.clone();
        let perform = |effect: &Effect| match self.refusal(effect) {
            Some(refusal) => Err(Refused {
                effect: effect.clone(),
                refusal,
            }),
            None => Ok(Performed {
                applied: after.apply(effect),
                effect: effect.clone(),
            }),
        };
        effects.iter().map(perform).collect()
    }

    fn refusal(&self, effect: &Effect) -> Option<Refusal> {
        match effect {
            Effect::AssignGroup { group, name } | Effect::UnassignGroup { group, name } => {
                self.group_refusal(*group, name)
            }
            Effect::AssignRole { role, name } | Effect::UnassignRole { role, name } => {
                self.role_refusal(*role, name)
            }
            _ => None,
        }
    }

    fn group_refusal(&self, group: GroupId, name: &str) -> Option<Refusal> {
        let Some(found) = self.targets.get(&(TargetKind::Group, group.number())) else {
            return Some(Refusal::GroupGone(name.to_owned()));
        };
        found.group_refusal()
    }

    fn role_refusal(&self, role: RoleId, name: &str) -> Option<Refusal> {
        let Some(found) = self.targets.get(&(TargetKind::Role, role.number())) else {
            return Some(Refusal::RoleGone(name.to_owned()));
        };
        found.role_refusal()
    }
}

impl super::problem::KnownTarget {
    /// Why no workflow may touch this group.
    pub fn group_refusal(&self) -> Option<Refusal> {
        let name = || self.name.clone();
        if self.is_implied {
            Some(Refusal::GroupOfEveryone(name()))
        } else if self.is_protected {
            Some(Refusal::GroupProtected(name()))
        } else {
            None
        }
    }

    /// Why no workflow may touch this role.
    pub fn role_refusal(&self) -> Option<Refusal> {
        let name = || self.name.clone();
        if self.is_implied {
            Some(Refusal::RoleDefault(name()))
        } else if self.is_protected {
            Some(Refusal::RoleProtected(name()))
        } else {
            None
        }
    }
}
