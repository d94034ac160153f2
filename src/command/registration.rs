//! Registration: the gate through which new users come.
//!
//! A user is created only if no active registration workflow waits for that source, or at least one
//! of them lets the user pass up to its Event; one that waits but cannot run lets nobody pass. The decision, the user, the tasks of every workflow
//! that passed, the executions and the audit entry are one transaction.

use std::collections::BTreeMap;

use super::{
    CommandError, Log, connections, effects,
    executions::{Ended, record, walk},
};
use crate::{
    model::{
        connection::Origin,
        event::{Event, EventKind, Source},
        execution::{Execution, Status, Step},
        id::{EventId, ExecutionId, UserId},
        plan::Until,
        user::{FieldError, Profile, ProfileForm, Status as UserStatus, UserState},
    },
    store::{
        Config, StoreError,
        config::ActiveVersion,
        events, members,
        users::{self, NewUser as StoredUser},
    },
};

/// Somebody who is to become a user.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    pub form: ProfileForm,

    /// As [`super::password`] makes it; without one and without an origin the user is pending.
    pub password_hash: Option<String>,
    pub must_change_password: bool,

    /// Whether the user may sign in from the beginning.
    pub is_enabled: bool,

    /// What the program calls the user that creates them through the API.
    pub external_id: Option<String>,

    /// Who vouches for the user, who needs no password then.
    pub origin: Option<Box<Origin>>,
    pub source: Source,
}

impl NewUser {
    pub fn new(form: ProfileForm, source: Source) -> Self {
        Self {
            form,
            password_hash: None,
            must_change_password: false,
            is_enabled: true,
            external_id: None,
            origin: None,
            source,
        }
    }
}

/// What became of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    Created {
        user: UserId,
        executions: Vec<(ExecutionId, Status)>,
    },

    /// No workflow let it pass. The rule is for admins to see, in the history.
    NotAccepted { executions: Vec<ExecutionId> },
}

/// A workflow that the registration starts, and how far it has come.
struct Candidate<'a> {
    version: &'a ActiveVersion,
    execution: Execution,
    steps: Vec<Step>,
}

impl Candidate<'_> {
    fn ended(&self) -> Ended<'_> {
        Ended {
            version: self.version,
            status: self.execution.status().unwrap_or(Status::Filtered),
            steps: &self.steps,
        }
    }
}

pub(super) fn register(log: &Log<'_>, new: &NewUser) -> Result<Registered, CommandError> {
    let config = log.tx.config()?;
    let profile = new
        .form
        .check(&config.attributes)
        .map_err(CommandError::Fields)?;
    let state = first_state(&config, &profile, new);

    let candidates = gate(log, &config, new.source, &state)?;
    // A gate that is stuck is no open one.
    if candidates.is_empty()
        && let Some(stuck) = config.stuck_at(EventKind::UserCreated, new.source)
    {
        return Err(stuck.into());
    }
    let passes = |it: &Candidate<'_>| it.execution.status().is_none();
    if candidates.is_empty() || candidates.iter().any(passes) {
        admit(log, &config, new, &profile, state, candidates)
    } else {
        // Without looking whether the name is free: who is turned away learns nothing of others.
        turn_away(log, new.source, &state, &candidates)
    }
}

pub(super) fn taken_fields((username, email): (bool, bool)) -> Result<(), CommandError> {
    let mut errors = Vec::new();
    if username {
        errors.push(FieldError::new("username", "is taken: choose another one"));
    }
    if email {
        errors.push(FieldError::new("email", "belongs to another user already"));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(CommandError::Fields(errors))
    }
}

/// The user as the first workflow sees one.
fn first_state(config: &Config, profile: &Profile, new: &NewUser) -> UserState {
    let everyone = &config.everyone;
    let groups = BTreeMap::from([(everyone.id, everyone.name.clone())]);
    let roles = &config.default_roles;
    let roles = roles.iter().map(|it| (it.id, it.name.clone())).collect();
    profile.state(status(new), groups, roles, [].into())
}

fn status(new: &NewUser) -> UserStatus {
    match new.password_hash {
        _ if !new.is_enabled => UserStatus::Disabled,
        Some(_) => UserStatus::Active,
        None if new.origin.is_some() => UserStatus::Active,
        None => UserStatus::Pending,
    }
}

/// Walks every workflow that waits for this up to its Event. Nothing happens before an Event, so
/// there is nothing to perform.
fn gate<'a>(
    log: &Log<'_>,
    config: &'a Config,
    source: Source,
    state: &UserState,
) -> Result<Vec<Candidate<'a>>, CommandError> {
    let mut candidates = Vec::new();
    for version in config.triggered(EventKind::UserCreated, source) {
        let mut execution = Execution::new(&version.definition);
        let walk = walk(log, &version.definition, source, None);
        let nothing = |_: &UserState, _: &[_]| Ok::<_, StoreError>(Ok(Vec::new()));
        let mut state = state.clone();
        let steps = walk.drive(&mut execution, &mut state, Until::Event, nothing)?;
        candidates.push(Candidate {
            version,
            execution,
            steps,
        });
    }
    Ok(candidates)
}

/// Creates the user and runs the tasks of every workflow that passed, in the order of their names.
fn admit(
    log: &Log<'_>,
    config: &Config,
    new: &NewUser,
    profile: &Profile,
    mut state: UserState,
    candidates: Vec<Candidate<'_>>,
) -> Result<Registered, CommandError> {
    let tx = log.tx;
    let stored = StoredUser {
        profile,
        status: state.status,
        password_hash: new.password_hash.as_deref(),
        must_change_password: new.must_change_password,
        created: log.now,
        external_id: new.external_id.as_deref(),
    };
    let user = users::insert(tx, &stored).map_err(|err| taken(log, profile, err))?;
    if let Some(origin) = &new.origin {
        connections::attach(log, user, &state.username, origin, "first sign-in")?;
    }
    for role in &config.default_roles {
        members::give_role(tx, user, role.id)?;
    }

    let mut recorded = Vec::new();
    if !candidates.is_empty() {
        let event = insert_event(log, new.source, Some(user), &state)?;
        for mut candidate in candidates {
            if candidate.execution.status().is_none() {
                let walk = walk(log, &candidate.version.definition, new.source, None);
                let execution = &mut candidate.execution;
                let perform = |state: &UserState, list: &[_]| {
                    effects::perform(tx, config, user, state, list, log.now)
                };
                let steps = walk.drive(execution, &mut state, Until::End, perform)?;
                candidate.steps.extend(steps);
            }
            recorded.push(record(log, &candidate.ended(), event, Some(user), &state)?);
        }
    }
    log.changed("user.create", &state.username, None::<&()>, Some(&state))?;
    Ok(Registered::Created {
        user,
        executions: recorded,
    })
}

/// The indexes decide whether a name or an address is taken; which of them it was, or whether it
/// was both, is looked up only then.
fn taken(log: &Log<'_>, profile: &Profile, err: StoreError) -> CommandError {
    if !err.is_duplicate("users.") {
        return err.into();
    }
    let (username, email) = (&profile.username, &profile.email);
    match users::is_taken(log.tx, username, email, None).map(taken_fields) {
        Ok(Err(taken)) => taken,
        _ => err.into(),
    }
}

/// Creates nobody, and records who was turned away by which filter.
fn turn_away(
    log: &Log<'_>,
    source: Source,
    state: &UserState,
    candidates: &[Candidate<'_>],
) -> Result<Registered, CommandError> {
    let event = insert_event(log, source, None, state)?;
    let mut executions = Vec::new();
    for candidate in candidates {
        executions.push(record(log, &candidate.ended(), event, None, state)?.0);
    }
    let reason = "no active registration workflow let it pass";
    log.refused("user.create", &state.username, reason)?;
    Ok(Registered::NotAccepted { executions })
}

fn insert_event(
    log: &Log<'_>,
    source: Source,
    user: Option<UserId>,
    state: &UserState,
) -> Result<EventId, StoreError> {
    let event = Event {
        kind: EventKind::UserCreated,
        source,
        user,
        at: log.now,
        before: None,
        after: state.clone(),
    };
    events::insert(log.tx, &event)
}

impl std::fmt::Debug for NewUser {
    /// The hash stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("form", &self.form)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
