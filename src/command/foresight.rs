//! Whom a version would reach, looked up before the transaction that activates it: going through a
//! large directory in there would hold up everybody who writes.
//!
//! **Invariant:** it is believed only of the drawing that was looked at. What it says of the directory
//! is as old as the moment just before the transaction; the execution itself looks anew.

use super::{
    Command, CommandError,
    sweeps::{self, Outlook},
};
use crate::{
    model::{Timestamp, definition::Definition, id::VersionId, version::VersionStatus},
    store::{Store, workflows},
};

pub(super) struct Foresight {
    version: VersionId,
    definition: Definition,

    /// `None` for what no schedule starts.
    outlook: Option<Outlook>,
}

impl Foresight {
    /// Looks at what the command is about to let run; `None` for every other command, and for what
    /// will be refused anyhow.
    pub(super) fn of(
        store: &Store,
        command: &Command,
        now: Timestamp,
    ) -> Result<Option<Self>, CommandError> {
        let Command::Activate { version: id, .. } = command else {
            return Ok(None);
        };
        store.read_with_config(|db, config| {
            let version = workflows::version(db, *id)?;
            let version = version.filter(|it| it.status != VersionStatus::Active);
            let (Some(version), Some(drawn)) = (version, workflows::drawn(db, *id)?) else {
                return Ok(None);
            };
            let Some(workflow) = workflows::get(db, version.workflow)? else {
                return Ok(None);
            };
            let of = (workflow.id, workflow.name.as_str(), &drawn.definition);
            let outlook = sweeps::outlook(db, &config, of, now)?;
            Ok(Some(Self {
                version: *id,
                definition: drawn.definition,
                outlook,
            }))
        })
    }

    /// Whether this is what was looked at.
    pub(super) fn is_of(&self, version: VersionId, definition: &Definition) -> bool {
        self.version == version && self.definition == *definition
    }

    pub(super) fn outlook(&self) -> Option<&Outlook> {
        self.outlook.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        command::{Actor, CommandError, NewUser, Reply, apply, run_with},
        model::{
            audit::Via,
            definition::{NodeKind, Trigger},
            event::Source,
            guard::Limit,
            problem::ProblemKind,
            schedule::Schedule,
            settings::Settings,
            sweep::{DormantAction, IdentifyDormant, SweepTask},
            user::ProfileForm,
        },
    };

    fn noon() -> Timestamp {
        "2030-12-24T12:00:00Z".parse().expect("a moment")
    }

    fn grace() -> Actor {
        Actor::new("grace", Via::App)
    }

    #[track_caller]
    fn done(store: &Store, command: Command) -> Reply {
        let reply = apply(store, &grace(), command, noon());
        reply.unwrap_or_else(|err| panic!("refused: {err}"))
    }

    fn allow(store: &Store, users: u32) {
        let mut settings = Settings::default();
        settings.guard.limit = Limit { users, percent: 0 };
        done(store, Command::SaveSettings(Box::new(settings)));
    }

    fn dormant(days: u32) -> Definition {
        let mut definition = Definition::blank();
        let schedule = Schedule::new(chrono_tz::UTC);
        let trigger = definition.set_trigger(Trigger::Dormant { schedule });
        let trigger = trigger.expect("a blank definition takes a trigger");
        let edge = definition.out(trigger).next().expect("something follows");
        let task = IdentifyDormant {
            days,
            action: DormantAction::Disable,
            ..IdentifyDormant::default()
        };
        let node = NodeKind::Sweep(SweepTask::IdentifyDormant(task));
        definition.insert(edge, node).expect("an edge takes a step");
        definition
    }

    /// Three users of whom one may be disabled, and a draft that disables them all a week later.
    fn three() -> (Store, VersionId) {
        let store = Store::in_memory().expect("in memory");
        for username in ["ada", "bob", "eve"] {
            let form = ProfileForm {
                username: username.to_owned(),
                email: format!("{username}@example.org"),
                ..ProfileForm::default()
            };
            let new = NewUser::new(form, Source::AdminPortal);
            done(&store, Command::Register(new));
        }
        allow(&store, 1);
        let create = Command::CreateWorkflow {
            name: "Leavers".to_owned(),
            description: String::new(),
        };
        let Reply::Draft { version, .. } = done(&store, create) else {
            panic!("a new workflow has a draft");
        };
        save(&store, version, 1);
        (store, version)
    }

    fn save(store: &Store, version: VersionId, days: u32) {
        let definition = dormant(days);
        let save = Command::SaveDraft {
            version,
            definition,
        };
        done(store, save);
    }

    /// What activating says about the reach, when something happens after the directory was looked
    /// at and before the transaction.
    fn activated(
        store: &Store,
        version: VersionId,
        meanwhile: impl FnOnce(),
    ) -> Option<ProblemKind> {
        let activate = Command::Activate {
            version,
            reason: String::new(),
        };
        let later = noon() + TimeDelta::days(7);
        let foresight = Foresight::of(store, &activate, later).expect("a look");
        assert!(foresight.is_some(), "it is looked at");
        meanwhile();
        let result =
            store.write(move |tx| run_with(tx, &grace(), activate, foresight.as_ref(), later));
        match result {
            Ok(_) => None,
            Err(CommandError::NeedsReason(found)) => found.into_iter().next().map(|it| it.kind),
            Err(err) => panic!("refused: {err}"),
        }
    }

    #[track_caller]
    fn reaches(found: Option<ProblemKind>, expected: u64) {
        match found {
            Some(ProblemKind::ReachesTooMany(exceeded)) => assert_eq!(exceeded.affected, expected),
            other => panic!("it should reach too many: {other:?}"),
        }
    }

    #[test]
    fn the_transaction_does_not_go_through_the_directory_again() {
        let (store, version) = three();
        let ada = store.read(|db| crate::store::users::by_username(db, "ada"));
        let ada = ada.expect("a look").expect("a user").id;
        let found = activated(&store, version, || {
            done(&store, Command::DeleteUser(ada));
        });
        reaches(found, 3);
    }

    #[test]
    fn the_limit_is_the_one_that_holds_in_the_transaction() {
        let (store, version) = three();
        assert_eq!(activated(&store, version, || allow(&store, 3)), None);
    }

    #[test]
    fn another_drawing_is_looked_at_anew() {
        let (store, version) = three();
        let found = activated(&store, version, || save(&store, version, 30));
        assert_eq!(found, Some(ProblemKind::ReachesNobody));
    }

    #[test]
    fn other_commands_look_at_nothing() {
        let (store, version) = three();
        let found = Foresight::of(&store, &Command::DeleteVersion(version), noon());
        assert!(found.expect("no look").is_none());
    }
}
