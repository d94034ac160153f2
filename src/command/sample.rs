//! A sample company, for a first look: people with names from many scripts, groups, roles, custom
//! attributes, and a registration workflow that runs.
//!
//! **Invariant:** it is made by the same commands as everything else, in one transaction: it is
//! there whole or not at all.

use chrono::TimeDelta;

use super::{Actor, Command, CommandError, NewUser, Reply, run};
use crate::{
    model::{
        Timestamp,
        attribute::{AttributeKind, AttributeSpec, Values},
        audit::AuditEntry,
        condition::{Condition, Operator, Subject},
        definition::{Definition, NodeId, NodeKind, Port, Trigger},
        event::{EventKind, Source},
        id::{GroupId, RoleId, VersionId},
        task::{Action, Rule, RunMode, Target, Task},
        user::ProfileForm,
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

const DEPARTMENTS: [&str; 4] = ["Engineering", "Support", "Sales", "Finance"];

/// First and last names with their spelling in a username, a script per line.
type Names = (
    [(&'static str, &'static str); 5],
    [(&'static str, &'static str); 4],
);

const NAMES: [Names; 10] = [
    (
        [
            ("Ada", "ada"),
            ("Grace", "grace"),
            ("Alan", "alan"),
            ("Edith", "edith"),
            ("Tim", "tim"),
        ],
        [
            ("Lovelace", "lovelace"),
            ("Hopper", "hopper"),
            ("O’Neill", "oneill"),
            ("Clarke", "clarke"),
        ],
    ),
    (
        [
            ("Łucja", "lucja"),
            ("Zoë", "zoe"),
            ("Jürgen", "juergen"),
            ("Şebnem", "sebnem"),
            ("Åse", "ase"),
        ],
        [
            ("Wałęsa", "walesa"),
            ("Müller", "mueller"),
            ("Yılmaz", "yilmaz"),
            ("Øvergård", "overgard"),
        ],
    ),
    (
        [
            ("Анна", "anna"),
            ("Дмитрий", "dmitri"),
            ("Оксана", "oksana"),
            ("Йосип", "yosyp"),
            ("Софія", "sofia"),
        ],
        [
            ("Иванова", "ivanova"),
            ("Шевченко", "shevchenko"),
            ("Ковальчук", "kovalchuk"),
            ("Петров", "petrov"),
        ],
    ),
    (
        [
            ("Ελένη", "eleni"),
            ("Γιώργος", "giorgos"),
            ("Μαρία", "maria"),
            ("Νίκος", "nikos"),
            ("Σοφία", "sophia"),
        ],
        [
            ("Παπαδοπούλου", "papadopoulou"),
            ("Οικονόμου", "oikonomou"),
            ("Νικολάου", "nikolaou"),
            ("Γεωργίου", "georgiou"),
        ],
    ),
    (
        [
            ("ليلى", "layla"),
            ("عمر", "omar"),
            ("فاطمة", "fatima"),
            ("يوسف", "yusuf"),
            ("نور", "nour"),
        ],
        [
            ("حداد", "haddad"),
            ("المصري", "almasri"),
            ("خوري", "khoury"),
            ("نجار", "najjar"),
        ],
    ),
    (
        [
            ("נועה", "noa"),
            ("דוד", "david"),
            ("שרה", "sarah"),
            ("יעל", "yael"),
            ("אורי", "uri"),
        ],
        [
            ("כהן", "cohen"),
            ("לוי", "levi"),
            ("מזרחי", "mizrahi"),
            ("פרידמן", "friedman"),
        ],
    ),
    (
        [
            ("अनिता", "anita"),
            ("राहुल", "rahul"),
            ("प्रिया", "priya"),
            ("विक्रम", "vikram"),
            ("मीरा", "meera"),
        ],
        [
            ("शर्मा", "sharma"),
            ("पटेल", "patel"),
            ("गुप्ता", "gupta"),
            ("सिंह", "singh"),
        ],
    ),
    (
        [
            ("秀英", "xiuying"),
            ("伟", "wei"),
            ("芳", "fang"),
            ("娜", "na"),
            ("强", "qiang"),
        ],
        [
            ("王", "wang"),
            ("李", "li"),
            ("张", "zhang"),
            ("陈", "chen"),
        ],
    ),
    (
        [
            ("さくら", "sakura"),
            ("健太", "kenta"),
            ("ゆい", "yui"),
            ("翔", "sho"),
            ("花子", "hanako"),
        ],
        [
            ("佐藤", "sato"),
            ("鈴木", "suzuki"),
            ("高橋", "takahashi"),
            ("田中", "tanaka"),
        ],
    ),
    (
        [
            ("민준", "minjun"),
            ("서연", "seoyeon"),
            ("지훈", "jihun"),
            ("하은", "haeun"),
            ("도윤", "doyun"),
        ],
        [("김", "kim"), ("이", "lee"), ("박", "park"), ("최", "choi")],
    ),
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

    /// Draws the workflow and activates it.
    fn draw(&self) -> Result<VersionId, CommandError> {
        let description =
            "Lets our own people and those of partners in, and gives them their groups and role.";
        let document = crate::model::document::Document::new(
            WORKFLOW,
            description,
            "The first version",
            welcome(),
        );
        let reply = self.run(Command::Import(document), self.now)?;
        let Reply::Draft { version, .. } = reply else {
            return Err(CommandError::NotFound("version"));
        };
        let reason =
            "The departments that people choose lead to no rights of their own.".to_owned();
        self.run(Command::Activate { version, reason }, self.now)?;
        Ok(version)
    }

    fn run(&self, command: Command, at: Timestamp) -> Result<Reply, CommandError> {
        run(self.tx, self.actor, command, at)
    }
}

fn attributes() -> Vec<AttributeSpec> {
    let spec = |name: &str, label: &str, kind, is_on_sign_up| AttributeSpec {
        name: name.to_owned(),
        label: label.to_owned(),
        kind,
        is_required: false,
        is_on_sign_up,
    };
    let options = DEPARTMENTS.map(str::to_owned).to_vec();
    vec![
        spec(
            "department",
            "Department",
            AttributeKind::Choice { options },
            true,
        ),
        spec("city", "City", AttributeKind::Text, true),
        spec("start_date", "First day", AttributeKind::Date, false),
    ]
}

/// The person with that number; each has a name of their own.
fn person(number: usize) -> ProfileForm {
    let (first_names, last_names) = &NAMES[number % NAMES.len()];
    let round = number / NAMES.len();
    let (first, first_key) = first_names[round % first_names.len()];
    let (last, last_key) = last_names[round / first_names.len() % last_names.len()];
    let again = round / (first_names.len() * last_names.len());
    let suffix = if again == 0 {
        String::new()
    } else {
        format!("{}", again + 1)
    };
    let username = format!("{first_key}.{last_key}{suffix}");
    let cities = ["Berlin", "Kraków", "서울", "東京", "القاهرة"];
    ProfileForm {
        email: format!("{username}@{OWN_DOMAIN}"),
        username,
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        phone: format!("+49 30 {:06}", 100_000 + number),
        attributes: Values::from([
            (
                "department".to_owned(),
                DEPARTMENTS[number % DEPARTMENTS.len()].to_owned(),
            ),
            ("city".to_owned(), cities[number % cities.len()].to_owned()),
        ]),
    }
}

/// Filter by email domain, then groups by rules, then a role with a fallback.
fn welcome() -> Definition {
    let mut drawing = Drawing::new(EventKind::UserCreated.sources().to_vec());
    let from =
        |domain: &str| Condition::test(Subject::Email, Operator::EndWith, &format!("@{domain}"));
    let department = |name: &str| {
        Condition::test(
            Subject::Custom("department".to_owned()),
            Operator::Equal,
            name,
        )
    };
    drawing.filter(
        "Ours or a partner’s",
        Condition::Any(vec![from(OWN_DOMAIN), from(PARTNER_DOMAIN)]),
    );
    let mut groups = vec![
        rule(Some(from(OWN_DOMAIN)), "Staff"),
        rule(Some(from(PARTNER_DOMAIN)), "Partners"),
    ];
    groups.extend(
        DEPARTMENTS[..3]
            .iter()
            .map(|name| rule(Some(department(name)), name)),
    );
    drawing.task("Groups", Action::AssignGroup, groups, &[]);
    let agents = rule(Some(department("Support")), "Agent");
    drawing.task("Role", Action::AssignRole, vec![agents], &["Member"]);
    drawing.definition
}

/// A registration workflow as it is drawn step by step.
pub struct Drawing {
    pub definition: Definition,
}

impl Drawing {
    pub fn new(sources: Vec<Source>) -> Self {
        let mut definition = Definition::blank();
        definition.set_trigger(Trigger::Registration {
            sources: sources.into_iter().collect(),
        });
        Self { definition }
    }

    /// A filter in front of the Event.
    pub fn filter(&mut self, name: &str, condition: Condition) {
        let event = self.definition.find(NodeKind::is_event);
        self.put(event, name, NodeKind::Filter(Some(condition)));
    }

    /// A task in front of the End.
    pub fn task(&mut self, name: &str, action: Action, rules: Vec<Rule>, fallback: &[&str]) {
        let end = self.definition.find(|kind| *kind == NodeKind::End);
        let task = Task {
            action,
            mode: RunMode::Always,
            rules,
            fallback: fallback.iter().map(|name| target(name)).collect(),
        };
        self.put(end, name, NodeKind::Task(task));
    }

    fn put(&mut self, before: Option<NodeId>, name: &str, kind: NodeKind) {
        let is_main = |port: Port| !port.is_optional();
        let edge = before.and_then(|id| {
            let edges: Vec<_> = self.definition.edges_into(id).collect();
            edges
                .iter()
                .copied()
                .find(|it| is_main(it.port))
                .or_else(|| edges.first().copied())
        });
        if let Some(edge) = edge
            && let Some(id) = self.definition.insert(edge, kind)
            && let Some(node) = self.definition.node_mut(id)
        {
            name.clone_into(&mut node.name);
        }
    }
}

/// A rule with one target by name.
pub fn rule(when: Option<Condition>, name: &str) -> Rule {
    Rule {
        when,
        targets: vec![target(name)],
    }
}

fn target(name: &str) -> Target {
    Target {
        id: None,
        name: name.to_owned(),
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
    fn the_company_is_there_whole_and_its_workflow_runs() {
        let store = Store::in_memory().expect("a store");
        let actor = Actor::new("grace", Via::App);
        load(&store, &actor, PEOPLE, Timestamp::UNIX_EPOCH).expect("the company");
        let (count, broken) = store
            .read(|db| Ok::<_, StoreError>((users::count(db)?, audit::first_broken(db)?)))
            .expect("an answer");
        assert_eq!((count, broken), (PEOPLE as u64, None));
        assert_eq!(store.config().expect("a config").active.len(), 1);

        let again = load(&store, &actor, PEOPLE, Timestamp::UNIX_EPOCH);
        assert!(again.is_err(), "its names are taken");
        let count = store.read(users::count).expect("an answer");
        assert_eq!(count, PEOPLE as u64, "a second one leaves nothing behind");
    }

    #[test]
    fn its_workflow_has_no_errors() {
        let store = Store::in_memory().expect("a store");
        let actor = Actor::new("grace", Via::App);
        load(&store, &actor, 0, Timestamp::UNIX_EPOCH).expect("the company");
        let problems = store.read(|db| {
            let workflow = workflows::by_name(db, WORKFLOW)?.expect("the workflow");
            let version = workflows::active_version(db, workflow.id)?.expect("a version");
            let drawn = workflows::drawn(db, version.id)?.expect("a drawing");
            let known = crate::store::known::known(db, &drawn.definition)?;
            Ok::<_, StoreError>(drawn.definition.all_problems(&known))
        });
        let problems = problems.expect("an answer");
        assert!(problems.iter().all(|it| it.severity() == Severity::Warning));
    }
}
