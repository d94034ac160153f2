//! A sample company, for a first look: people with names from many scripts, groups, roles, custom
//! attributes, and workflows that run: one for those who come, one for those who move on.
//!
//! **Invariant:** it is made by the same commands as everything else, in one transaction: it is
//! there whole or not at all.

mod drawings;
mod people;

use chrono::TimeDelta;

pub use self::drawings::{Drawing, rule};
use self::people::{DEPARTMENTS, attributes, person};

use super::{Actor, Command, CommandError, NewUser, Reply, run};
use crate::{
    model::{
        Timestamp,
        audit::AuditEntry,
        definition::Definition,
        document::Document,
        event::Source,
        id::{GroupId, RoleId},
    },
    store::{Store, Tx, audit},
};

/// How many people the sample company has unless somebody wants another number.
pub const PEOPLE: usize = 200;

/// More than that would hold up everybody else for too long.
pub const MOST_PEOPLE: usize = 20_000;

/// Who may sign up at the sample company.
pub const OWN_DOMAIN: &str = "lumen.example";
pub const PARTNER_DOMAIN: &str = "partner.example";

pub const WORKFLOW: &str = "Welcome to Lumen";
pub const MOVERS: &str = "Movers at Lumen";

const GROUPS: [(&str, &str); 6] = [
    ("Staff", "Everybody on the payroll."),
    ("Engineering", "Builds the lamps."),
    ("Support", "Helps those who bought them."),
    ("Sales", "Finds those who will."),
    ("Partners", "People of other companies who work with us."),
    ("Night shift", "Works while others sleep."),
];

const ROLES: [(&str, &str); 3] = [
    ("Member", "Reads what the company publishes."),
    ("Agent", "Answers requests of customers."),
    ("Auditor", "Reads reports."),
];

/// Makes the sample company of `people` people, most of whom came during the last months.
pub fn load(
    store: &Store,
    actor: &Actor,
    people: usize,
    now: Timestamp,
) -> Result<(), CommandError> {
    let actor = actor.clone();
    store.write(move |tx| {
        let company = Company {
            tx,
            actor: &actor,
            now,
        };
        company.found(people.min(MOST_PEOPLE))
    })
}

struct Company<'a> {
    tx: &'a Tx<'a>,
    actor: &'a Actor,
    now: Timestamp,
}

impl Company<'_> {
    fn found(&self, people: usize) -> Result<(), CommandError> {
        for spec in attributes() {
            self.run(Command::CreateAttribute(spec), self.now)?;
        }
        let mut groups = Vec::new();
        for (name, description) in GROUPS {
            let (name, description) = (name.to_owned(), description.to_owned());
            let command = Command::CreateGroup { name, description };
            if let Reply::Group(id) = self.run(command, self.now)? {
                groups.push(id);
            }
        }
        let mut roles = Vec::new();
        for (name, description) in ROLES {
            let (name, description) = (name.to_owned(), description.to_owned());
            let command = Command::CreateRole { name, description };
            if let Reply::Role(id) = self.run(command, self.now)? {
                roles.push(id);
            }
        }
        for number in 0..people {
            self.employ(number, people, &groups, &roles)?;
        }
        self.draw()?;
        let entry = AuditEntry {
            at: self.now,
            actor: self.actor.name.clone(),
            via: self.actor.via,
            action: "sample.load".to_owned(),
            resource: "sample company".to_owned(),
            refusal: None,
            before: None,
            after: None,
        };
        Ok(audit::append(self.tx, &entry)?)
    }

    /// Lets one person in, before the workflow stands at the gate.
    fn employ(
        &self,
        number: usize,
        people: usize,
        groups: &[GroupId],
        roles: &[RoleId],
    ) -> Result<(), CommandError> {
        let days_ago = (people - number) as i64 * 180 / people.max(1) as i64;
        let then = self.now - TimeDelta::days(days_ago);
        let department = number % DEPARTMENTS.len();
        let new = NewUser::new(person(number), Source::AdminPortal);
        let reply = self.run(Command::Register(new), then)?;
        let Reply::Registered(super::Registered::Created { user, .. }) = reply else {
            return Ok(());
        };
        let mut joined = vec![0];
        if department < 3 {
            joined.push(department + 1);
        }
        if number.is_multiple_of(9) {
            joined.push(5);
        }
        for group in joined.into_iter().filter_map(|index| groups.get(index)) {
            let group = *group;
            self.run(Command::AddToGroup { user, group }, then)?;
        }
        let role = usize::from(department == 1);
        if let Some(role) = roles.get(role).copied() {
            self.run(Command::GiveRole { user, role }, then)?;
        }
        Ok(())
    }

    /// Draws the workflows and activates them.
    fn draw(&self) -> Result<(), CommandError> {
        self.activate(
            WORKFLOW,
            "Lets our own people and those of partners in, and gives them their groups and role.",
            drawings::welcome(),
            "The departments that people choose lead to no rights of their own.",
        )?;
        self.activate(
            MOVERS,
            "Takes whoever changes departments out of the old one’s group and into the new one’s.",
            drawings::movers(),
            "Nobody leaves the group that they join: the old department is never the new one.",
        )
    }

    fn activate(
        &self,
        name: &str,
        description: &str,
        definition: Definition,
        reason: &str,
    ) -> Result<(), CommandError> {
        let document = Document::new(name, description, "The first version", definition);
        let reply = self.run(Command::Import(document), self.now)?;
        let Reply::Draft { version, .. } = reply else {
            return Err(CommandError::NotFound("version"));
        };
        let reason = reason.to_owned();
        self.run(Command::Activate { version, reason }, self.now)?;
        Ok(())
    }

    fn run(&self, command: Command, at: Timestamp) -> Result<Reply, CommandError> {
        run(self.tx, self.actor, command, at)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        model::{audit::Via, problem::Severity},
        store::{StoreError, users, workflows},
    };

    #[test]
    fn everybody_has_a_name_of_their_own() {
        let names: BTreeSet<String> = (0..1_000).map(|it| person(it).username).collect();
        assert_eq!(names.len(), 1_000);
    }

    #[test]
    fn the_company_is_there_whole_and_its_workflows_run() {
        let store = Store::in_memory().expect("a store");
        let actor = Actor::new("grace", Via::App);
        load(&store, &actor, PEOPLE, Timestamp::UNIX_EPOCH).expect("the company");
        let (count, broken) = store
            .read(|db| Ok::<_, StoreError>((users::count(db)?, audit::first_broken(db)?)))
            .expect("an answer");
        assert_eq!((count, broken), (PEOPLE as u64, None));
        assert_eq!(store.config().expect("a config").active.len(), 2);

        let again = load(&store, &actor, PEOPLE, Timestamp::UNIX_EPOCH);
        assert!(again.is_err(), "its names are taken");
        let count = store.read(users::count).expect("an answer");
        assert_eq!(count, PEOPLE as u64, "a second one leaves nothing behind");
    }

    #[test]
    fn its_workflows_have_no_errors() {
        let store = Store::in_memory().expect("a store");
        let actor = Actor::new("grace", Via::App);
        load(&store, &actor, 0, Timestamp::UNIX_EPOCH).expect("the company");
        for name in [WORKFLOW, MOVERS] {
            let problems = store.read(|db| {
                let workflow = workflows::by_name(db, name)?.expect("the workflow");
                let version = workflows::active_version(db, workflow.id)?.expect("a version");
                let drawn = workflows::drawn(db, version.id)?.expect("a drawing");
                let known = crate::store::known::known(db, &drawn.definition)?;
                Ok::<_, StoreError>(drawn.definition.all_problems(&known))
            });
            let problems = problems.expect("an answer");
            assert!(problems.iter().all(|it| it.severity() == Severity::Warning));
        }
    }
}
