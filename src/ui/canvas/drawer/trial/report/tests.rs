//! What the box says about Ada, who is in Staff and has no last name.

use std::collections::BTreeMap;

use super::*;
use crate::{
    model::{
        Timestamp,
        condition::Operator,
        event::Source,
        id::{GroupId, RoleId},
        sweep::{
            self, DormantAction, IdentifyDormant, Interval, Moment, NotifyExpiry, PasswordAge,
            SweepTask,
        },
        task::{Action, Rule, Target},
        user::{Status, UserState},
    },
    ui::canvas::tests::choices,
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

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
        dates: sweep::Facts {
            last_activity: at("2026-08-28T10:00:00Z"),
            password: None,
        },
        was_active: true,
    }
}

/// Signing up, where nothing comes before.
const NEW: Assumed = Assumed {
    source: Some(Source::SelfRegistration),
    before: None,
    moment: None,
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
        source: Some(Source::Api),
        before: Some(before),
        moment: None,
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
        "- The step would fail: the user “ada” is protected: no workflow may disable it, delete it, or take groups or roles away.",
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

/// When the schedule is due.
fn due(text: &str) -> Assumed {
    Assumed {
        source: None,
        before: None,
        moment: Some(Moment {
            at: at(text),
            zone: chrono_tz::Europe::Berlin,
            previous: None,
        }),
    }
}

#[track_caller]
fn finds(task: SweepTask, facts: &Facts, headline: &str, expected: &[&str]) {
    let now = due("2026-11-29T11:00:00Z");
    let report = Report::new(&NodeKind::Sweep(task), false, &choices(), facts, &now);
    let report = report.expect("a step that asks");
    assert_eq!(report.headline, headline);
    assert_eq!(shown(&report), expected);
}

fn dormant(action: DormantAction) -> SweepTask {
    SweepTask::IdentifyDormant(IdentifyDormant {
        action,
        reports_too: true,
        notifies_user: action == DormantAction::Disable,
        ..IdentifyDormant::default()
    })
}

#[test]
fn who_was_active_long_ago_is_dormant() {
    let mut facts = ada();
    let line = "+ Last active 93 days ago, on 28 Aug 2026; dormant after 90 days";
    let lines = [
        line,
        "+ Disable the account",
        "+ Send Account Disabled",
        "+ Put on Disable Dormant Account Workflow Report",
    ];
    finds(
        dormant(DormantAction::Disable),
        &facts,
        "ada is dormant",
        &lines,
    );
    let lines = [
        line,
        "+ Delete the account",
        "+ Put on Delete Dormant Account Workflow Report",
    ];
    finds(
        dormant(DormantAction::Delete),
        &facts,
        "ada is dormant",
        &lines,
    );
    facts.state.status = Status::Disabled;
    let headline = "ada is dormant, but disabled already";
    finds(dormant(DormantAction::Disable), &facts, headline, &[line]);
    facts.is_protected = true;
    let lines = [line, "- Protected users are neither disabled nor deleted"];
    let headline = "ada is dormant, but protected";
    finds(dormant(DormantAction::Delete), &facts, headline, &lines);
    let lines = [line, "+ Put on Dormant User Report"];
    finds(
        dormant(DormantAction::Report),
        &facts,
        "ada is dormant",
        &lines,
    );
}

#[test]
fn who_was_active_lately_or_is_new_is_not() {
    let mut facts = ada();
    facts.dates.last_activity = at("2026-11-28T10:59:00Z");
    let lines = ["- Last active 1 day ago, on 28 Nov 2026; dormant after 90 days"];
    finds(
        dormant(DormantAction::Delete),
        &facts,
        "ada is not dormant",
        &lines,
    );
    facts.was_active = false;
    let lines = [
        "- Never active: the account was created 1 day ago, on 28 Nov 2026; dormant after 90 days",
    ];
    finds(
        dormant(DormantAction::Delete),
        &facts,
        "ada is not dormant",
        &lines,
    );
}

fn expiring(text: &str) -> Facts {
    let mut facts = ada();
    facts.dates.password = Some(PasswordAge {
        changed: at("2026-09-01T10:00:00Z"),
        expires: at(text),
        mailed: Vec::new(),
    });
    facts
}

fn notify() -> SweepTask {
    SweepTask::NotifyExpiry(NotifyExpiry {
        before: [7, 15].into(),
        after: [0].into(),
        reports_to_admins: true,
        includes_disabled: false,
    })
}

#[test]
fn who_gets_a_mail_about_the_password_today_is_said() {
    let mut facts = expiring("2026-12-06T10:00:00Z");
    let line = "+ The password expires on 6 Dec 2026, in 7 days";
    let report = "+ Put on About to Expire Password Report";
    let found = "The password of ada is looked for";
    let mail = "+ Send Password Expiry Alert (7 days before)";
    finds(notify(), &facts, found, &[line, mail, report]);
    if let Some(password) = &mut facts.dates.password {
        password.mailed.push(Interval::Before(7));
    }
    let made = "? The mail for 7 days before was made already";
    finds(notify(), &facts, found, &[line, made, report]);
    let lines = [
        "+ The password expired on 29 Nov 2026, today",
        "+ Send Password Expiry Notification (the same day)",
        report,
    ];
    finds(notify(), &expiring("2026-11-29T10:00:00Z"), found, &lines);
}

#[test]
fn which_day_comes_next_is_said() {
    let headline = "Nothing would happen to ada today";
    let lines = [
        "- The password expires on 9 Dec 2026, in 10 days",
        "? The next of the chosen days is 2 Dec 2026, 7 days before",
    ];
    finds(
        notify(),
        &expiring("2026-12-09T10:00:00Z"),
        headline,
        &lines,
    );
    let lines = [
        "- The password expired on 28 Nov 2026, 1 day ago",
        "? None of the chosen days is still to come",
    ];
    finds(
        notify(),
        &expiring("2026-11-28T10:00:00Z"),
        headline,
        &lines,
    );
    finds(notify(), &ada(), headline, &["- There is no password yet"]);
}

#[test]
fn a_scheduled_task_needs_a_schedule_and_choices() {
    let headline = |task: SweepTask, assumed: &Assumed| {
        let kind = NodeKind::Sweep(task);
        let report = Report::new(&kind, false, &choices(), &ada(), assumed);
        report.expect("a step that asks").headline
    };
    let said = "Nothing would happen to ada: no schedule starts this task";
    assert_eq!(headline(notify(), &NEW), said);
    let said = "Cannot be answered yet: choose at least one mail to users, or the report to admins";
    let nothing = SweepTask::NotifyExpiry(NotifyExpiry::default());
    assert_eq!(headline(nothing, &due("2026-11-29T11:00:00Z")), said);
}
