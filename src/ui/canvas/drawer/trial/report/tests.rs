//! What the box says about Ada, who is in Staff and has no last name.

use std::collections::BTreeMap;

use super::*;
use crate::{
    model::{
        condition::Operator,
        event::Source,
        id::{GroupId, RoleId},
        task::{Action, Rule, Target},
        user::{Status, UserState},
    },
    ui::canvas::tests::choices,
};

fn ada() -> Facts {
    Facts {
        state: UserState {
            username: "ada".to_owned(),
            email: "ada@example.org".to_owned(),
            first_name: "Ada".to_owned(),
            last_name: String::new(),
            phone: String::new(),
            status: Status::Active,
            attributes: BTreeMap::from([("office".to_owned(), "Paris".to_owned())]),
            groups: [(1, "DEFAULT"), (2, "Staff")]
                .map(|(id, name)| (GroupId::new(id), name.to_owned()))
                .into(),
            roles: BTreeMap::<RoleId, String>::new(),
            mfa: [].into(),
        },
        is_protected: false,
    }
}

/// Signing up, where nothing comes before.
const NEW: Assumed = Assumed {
    source: Source::SelfRegistration,
    before: None,
};

fn report_of(kind: &NodeKind, facts: &Facts) -> Report {
    Report::new(kind, false, &choices(), facts, &NEW).expect("a step that asks")
}

/// The lines as a person sees them.
fn shown(report: &Report) -> Vec<String> {
    let line = |it: &Line| {
        let sign = match it.verdict {
            Verdict::Yes => '+',
            Verdict::No => '-',
            Verdict::Open => '?',
        };
        format!("{}{sign} {}", "  ".repeat(it.depth.into()), it.text)
    };
    report.lines.iter().map(line).collect()
}

#[track_caller]
fn says(subject: Subject, operator: Operator, value: &str, expected: &str) {
    let condition = Condition::test(subject, operator, value);
    let report = report_of(&NodeKind::Filter(Some(condition)), &ada());
    assert_eq!(shown(&report), [expected]);
}

#[test]
fn each_condition_says_whether_it_holds_and_why() {
    use Operator::*;
    use Subject::*;
    says(
        Email,
        EndWith,
        "@example.org",
        "+ Email is ada@example.org – ends with “@example.org”",
    );
    says(
        Email,
        NotContains,
        "@",
        "- Email is ada@example.org – contains “@”",
    );
    says(
        Username,
        StartWith,
        "b",
        "- Username is ada – does not start with “b”",
    );
    says(
        UserStatus,
        NotEqual,
        "Locked",
        "+ User Status is Active – does not equal “Locked”",
    );
    says(
        LastName,
        Equal,
        "Lovelace",
        "- Last Name is empty – does not equal “Lovelace”",
    );
    says(LastName, Equal, "", "+ Last Name is empty");
    says(FirstName, Equal, "", "- First Name is Ada, not empty");
    says(FirstName, NotEqual, " ", "+ First Name is Ada, not empty");
    says(
        Source,
        Equal,
        "user self-registration",
        "+ Source is User Self-Registration – equals “user self-registration”",
    );
    let office = || Custom("office".to_owned());
    says(
        office(),
        Equal,
        "Paris",
        "+ Office is Paris – equals “Paris”",
    );
    says(
        Custom("gone".to_owned()),
        Equal,
        "x",
        "- gone is empty – does not equal “x”",
    );
}

/// What is said if Ada was called Byron and in no office before an update.
#[track_caller]
fn says_after_an_update(subject: Subject, operator: Operator, value: &str, expected: &str) {
    let before = UserState {
        last_name: "Byron".to_owned(),
        attributes: BTreeMap::new(),
        ..ada().state
    };
    let assumed = Assumed {
        source: Source::Api,
        before: Some(before),
    };
    let kind = NodeKind::Filter(Some(Condition::test(subject, operator, value)));
    let report = Report::new(&kind, false, &choices(), &ada(), &assumed);
    assert_eq!(shown(&report.expect("a step that asks")), [expected]);
}

#[test]
fn what_changed_is_said_with_both_values() {
    use Operator::*;
    use Subject::*;
    let office = || Custom("office".to_owned());
    says_after_an_update(LastName, Changed, "", "+ Last Name was Byron and is empty");
    says_after_an_update(
        LastName,
        ChangedTo,
        "",
        "+ Last Name was Byron and is empty – changed to empty",
    );
    says_after_an_update(
        LastName,
        ChangedFrom,
        "King",
        "- Last Name was Byron and is empty – not changed from “King”",
    );
    says_after_an_update(
        office(),
        ChangedTo,
        "paris",
        "+ Office was empty and is Paris – changed to “paris”",
    );
    says_after_an_update(Email, Changed, "", "- Email is ada@example.org, as before");
    says_after_an_update(MfaMethod, Changed, "", "- MFA Method is empty, as before");
    says_after_an_update(
        Group,
        Changed,
        "",
        "? Group: it asks whether the group changed, which no update does",
    );
    says(
        LastName,
        Changed,
        "",
        "- Last Name is empty – there was nothing before",
    );
}

#[test]
fn of_several_groups_the_one_that_decides_is_named() {
    use Operator::*;
    use Subject::*;
    says(
        Group,
        Equal,
        "staff",
        "+ Group is Staff and 1 more – equals “staff”",
    );
    says(
        Group,
        NotEqual,
        "Sales",
        "+ Group is DEFAULT and Staff – none equals “Sales”",
    );
    says(
        Role,
        Equal,
        "Auditor",
        "- Role is none – does not equal “Auditor”",
    );
    let mut facts = ada();
    for id in 3..40 {
        let name = format!("Team {id}");
        facts.state.groups.insert(GroupId::new(id), name);
    }
    let condition = Condition::test(Group, Contains, "x");
    let report = report_of(&NodeKind::Filter(Some(condition)), &facts);
    assert_eq!(
        shown(&report),
        ["- Group is DEFAULT, Staff, Team 3, Team 4, Team 5 and 34 more – none contains “x”"]
    );
}

fn test(subject: Subject, value: &str) -> Condition {
    Condition::test(subject, Operator::Equal, value)
}

#[test]
fn nested_groups_say_what_they_come_to() {
    let condition = Condition::All(vec![
        test(Subject::FirstName, "Ada"),
        Condition::Any(vec![
            test(Subject::LastName, "x"),
            test(Subject::Username, "bob"),
        ]),
    ]);
    let report = report_of(&NodeKind::Filter(Some(condition)), &ada());
    assert_eq!(report.headline, "ada would not pass");
    assert_eq!(
        shown(&report),
        [
            "- Not all of these hold",
            "  + First Name is Ada – equals “Ada”",
            "  - None of these holds",
            "    - Last Name is empty – does not equal “x”",
            "    - Username is ada – does not equal “bob”",
        ]
    );
}

#[test]
fn what_is_not_finished_is_not_answered() {
    let condition = Condition::Any(vec![
        test(Subject::FirstName, "Ada"),
        Condition::test(Subject::Email, Operator::Contains, ""),
    ]);
    let report = report_of(&NodeKind::Filter(Some(condition)), &ada());
    assert_eq!(report.verdict, Verdict::Open);
    assert_eq!(
        report.headline,
        "Cannot be answered yet: this step has a condition without a value"
    );
    assert_eq!(
        shown(&report).last().map(String::as_str),
        Some("  ? Email: no value yet")
    );
    let nothing = report_of(&NodeKind::Filter(None), &ada());
    assert_eq!(nothing.verdict, Verdict::Open);
}

fn target(id: i64, name: &str) -> Target {
    Target {
        id: Some(id),
        name: name.to_owned(),
    }
}

fn rule(first_name: Option<&str>, id: i64, name: &str) -> Rule {
    Rule {
        when: first_name.map(|it| test(Subject::FirstName, it)),
        targets: vec![target(id, name)],
    }
}

#[track_caller]
fn does(task: Task, facts: &Facts, headline: &str, lines: &[&str]) {
    let report = report_of(&NodeKind::Task(task), facts);
    assert_eq!(report.headline, headline);
    assert_eq!(shown(&report), lines);
}

#[test]
fn a_task_says_which_rules_apply_and_what_follows() {
    let task = Task {
        rules: vec![
            rule(Some("Ada"), 3, "Sales"),
            rule(Some("Bob"), 4, "Engineering"),
            rule(None, 2, "Staff"),
        ],
        ..Task::new(Action::AssignGroup)
    };
    let lines = [
        "+ Rule 1 applies",
        "  + First Name is Ada – equals “Ada”",
        "- Rule 2 does not apply",
        "  - First Name is Ada – does not equal “Bob”",
        "+ Rule 3 always applies",
        "+ Assign group Sales",
        "? Assign group Staff: was already in it",
    ];
    does(task, &ada(), "Rules 1 and 3 apply to ada", &lines);
}

#[test]
fn a_task_whose_rules_do_not_apply_falls_back_or_does_nothing() {
    let mut task = Task {
        rules: vec![rule(Some("Bob"), 3, "Sales")],
        fallback: vec![target(5, "Guests")],
        ..Task::new(Action::AssignGroup)
    };
    let asked = [
        "- Rule 1 does not apply",
        "  - First Name is Ada – does not equal “Bob”",
    ];
    let with_fallback = [asked[0], asked[1], "+ Assign group Guests"];
    let headline = "No rule applies to ada, but the fallback does";
    does(task.clone(), &ada(), headline, &with_fallback);
    task.fallback.clear();
    does(
        task,
        &ada(),
        "Nothing would happen to ada: no rule applies",
        &asked,
    );
}

#[test]
fn a_conditional_task_runs_or_does_not() {
    let task = Task {
        mode: RunMode::Conditional(test(Subject::FirstName, "Bob")),
        rules: vec![rule(None, 3, "Sales")],
        ..Task::new(Action::AssignGroup)
    };
    let lines = [
        "- The task does not run",
        "  - First Name is Ada – does not equal “Bob”",
    ];
    does(task, &ada(), "The task would not run for ada", &lines);
}

#[test]
fn what_would_be_refused_is_said() {
    let mut facts = ada();
    let task = |id, name| Task {
        rules: vec![rule(None, id, name)],
        ..Task::new(Action::UnassignGroup)
    };
    let lines = [
        "+ Rule 1 always applies",
        "- The step would fail: the group “Gone” no longer exists.",
    ];
    let headline = "The step would fail for ada";
    does(task(99, "Gone"), &facts, headline, &lines);
    facts.is_protected = true;
    let lines = [
        "+ Rule 1 always applies",
        "- The step would fail: the user “ada” is protected: no workflow may take groups or roles away.",
    ];
    does(task(2, "Staff"), &facts, headline, &lines);
}

#[test]
fn a_disabled_step_lets_pass_or_does_nothing() {
    let disabled = |kind: &NodeKind| {
        let report = Report::new(kind, true, &choices(), &ada(), &NEW);
        report.expect("a step that asks").headline
    };
    let filter = NodeKind::Filter(Some(test(Subject::FirstName, "Bob")));
    assert_eq!(disabled(&filter), "ada would pass: this filter is disabled");
    let task = NodeKind::Task(Task::new(Action::AssignRole));
    assert_eq!(
        disabled(&task),
        "Nothing would happen to ada: this task is disabled"
    );
}
