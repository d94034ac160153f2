//! Pairs of definitions, and what a person is told about them.

use super::*;
use crate::model::{
    condition::{Condition, Operator, Subject},
    definition::{Edge, Node, NodeKind, Trigger},
    event::Source,
    schedule::{MissedRun, Repeat, Schedule},
    sweep::{DormantAction, IdentifyDormant, SweepTask},
    task::{Action, Rule, RunMode, Target, Task},
};

/// Start 1, Trigger 3, Filter "Staff only" 4, Event 5, Task "Add to Sales" 6, End 2.
pub(super) fn base() -> Definition {
    let mut definition = Definition::blank();
    let trigger = definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0));
    let trigger = trigger.expect("a blank definition takes a trigger");
    let filter = put(
        &mut definition,
        trigger,
        NodeKind::Filter(Some(email("@a"))),
    );
    let event = definition.find(NodeKind::is_event).expect("one");
    let task = put(&mut definition, event, NodeKind::Task(assign("Sales")));
    definition.node_mut(filter).expect("there").name = "Staff only".to_owned();
    definition.node_mut(task).expect("there").name = "Add to Sales".to_owned();
    definition
}

pub(super) fn put(definition: &mut Definition, after: NodeId, kind: NodeKind) -> NodeId {
    let edge = definition.out(after).next().expect("something follows");
    definition.insert(edge, kind).expect("an edge takes a step")
}

pub(super) fn email(value: &str) -> Condition {
    Condition::test(Subject::Email, Operator::EndWith, value)
}

pub(super) fn group(name: &str) -> Target {
    Target {
        id: None,
        name: name.to_owned(),
    }
}

pub(super) fn assign(name: &str) -> Task {
    Task {
        rules: vec![Rule {
            when: None,
            targets: vec![group(name)],
        }],
        ..Task::new(Action::AssignGroup)
    }
}

fn named(definition: &Definition, name: &str) -> NodeId {
    let mut nodes = definition.nodes();
    let found = nodes.find(|(_, node)| node.title() == name);
    found.expect("it has this name").0
}

fn sentences(old: &Definition, new: &Definition) -> Vec<String> {
    let changes = compare(old, new).changes;
    changes.into_iter().map(|it| it.sentence).collect()
}

/// Changes the base, and looks at what is said.
#[track_caller]
fn check(change: impl FnOnce(&mut Definition), expected: &[&str]) {
    let old = base();
    let mut new = base();
    change(&mut new);
    assert_eq!(sentences(&old, &new), expected);
}

fn filter(definition: &mut Definition) -> &mut Option<Condition> {
    let id = named(definition, "Staff only");
    match &mut definition.node_mut(id).expect("there").kind {
        NodeKind::Filter(condition) => condition,
        other => panic!("{other:?} is no filter"),
    }
}

fn task(definition: &mut Definition) -> &mut Task {
    let id = named(definition, "Add to Sales");
    match &mut definition.node_mut(id).expect("there").kind {
        NodeKind::Task(task) => task,
        other => panic!("{other:?} is no task"),
    }
}

#[test]
fn the_same_is_the_same() {
    let comparison = compare(&base(), &base());
    assert_eq!(comparison, Comparison::default());
    assert_eq!(comparison.summary(), "These versions are the same");
}

#[test]
fn a_block_that_was_only_moved_is_counted() {
    let mut new = base();
    let id = named(&new, "Staff only");
    new.shift(id, [10.0, 0.0]);
    let comparison = compare(&base(), &new);
    assert!(comparison.is_same());
    assert_eq!(comparison.count(Mark::Moved), 1);
    let summary = "These versions do the same; 1 block was moved";
    assert_eq!(comparison.summary(), summary);
}

#[test]
fn names_and_states_are_told() {
    let node = |definition: &mut Definition, change: fn(&mut Node)| {
        let id = named(definition, "Staff only");
        change(definition.node_mut(id).expect("there"));
    };
    check(
        |it| node(it, |node| node.name = "Everyone".to_owned()),
        &["Filter “Staff only” was renamed to “Everyone”"],
    );
    check(
        |it| node(it, |node| node.is_disabled = true),
        &["Filter “Staff only” was disabled"],
    );
    let renamed = compare(&base(), &{
        let mut new = base();
        node(&mut new, |node| node.name.clear());
        new
    });
    assert!(!renamed.is_effective(), "a name changes nothing");
}

#[test]
fn conditions_are_told_one_by_one() {
    let set = |parts: Condition| move |it: &mut Definition| *filter(it) = Some(parts);
    check(
        |it| *filter(it) = None,
        &["Filter “Staff only”: the condition “Email ends with @a” was removed"],
    );
    check(
        set(email("@b")),
        &[
            "Filter “Staff only”: the condition “Email ends with @a” was replaced by “Email ends with @b”",
        ],
    );
    check(
        set(Condition::All(vec![email("@a"), email("@b")])),
        &["Filter “Staff only”: the condition “Email ends with @b” was added"],
    );
    check(
        set(Condition::Any(vec![email("@a"), email("@b")])),
        &["Filter “Staff only”: the alternative “Email ends with @b” was added"],
    );
    check(set(Condition::Any(vec![email("@a")])), &[]);
}

#[test]
fn the_word_between_conditions_and_their_order_are_told() {
    let parts = || vec![email("@a"), email("@b")];
    let with = |condition| {
        let mut definition = base();
        *filter(&mut definition) = Some(condition);
        definition
    };
    let all = with(Condition::All(parts()));
    let any = with(Condition::Any(parts()));
    let back = with(Condition::All(parts().into_iter().rev().collect()));
    assert_eq!(
        sentences(&all, &any),
        ["Filter “Staff only”: any one of its conditions will do now, instead of all of them"]
    );
    assert_eq!(
        sentences(&any, &all),
        ["Filter “Staff only”: all of its conditions must hold now, instead of any one"]
    );
    assert_eq!(
        sentences(&all, &back),
        ["Filter “Staff only”: its conditions are in another order"]
    );
}

#[test]
fn sources_of_the_trigger_are_told() {
    check(
        |it| {
            let sources = [Source::AdminPortal].into();
            it.set_trigger(Trigger::Registration { sources });
        },
        &["Trigger “New User Registration”: the source “User Self-Registration” was removed"],
    );
}

#[test]
fn targets_rules_mode_and_fallback_of_a_task_are_told() {
    check(
        |it| *task(it) = assign("Staff"),
        &["Task “Add to Sales”: group “Sales” was replaced by “Staff”"],
    );
    check(
        |it| task(it).rules[0].targets.push(group("Staff")),
        &["Task “Add to Sales”: group “Staff” was added"],
    );
    check(
        |it| task(it).rules[0].when = Some(email("@a")),
        &["Task “Add to Sales”: it applies only if “Email ends with @a”"],
    );
    check(
        |it| task(it).mode = RunMode::Conditional(email("@a")),
        &["Task “Add to Sales” now runs only if “Email ends with @a”"],
    );
    check(
        |it| task(it).fallback.push(group("Guests")),
        &["Task “Add to Sales”: in the fallback, group “Guests” was added"],
    );
    check(
        |it| {
            let second = Rule {
                when: Some(email("@b")),
                targets: vec![group("B")],
            };
            task(it).rules.push(second);
        },
        &["Task “Add to Sales”: rule 2 was added: “B” if “Email ends with @b”"],
    );
    check(
        |it| task(it).action = Action::UnassignGroup,
        &[
            "Task “Add to Sales” now does “Unassign Group from User” instead of “Assign Group to User”",
        ],
    );
}

#[test]
fn rules_that_changed_places_are_told() {
    let rule = |name: &str| Rule {
        when: Some(email(name)),
        targets: vec![group(name)],
    };
    let with = |rules: Vec<Rule>| {
        let mut definition = base();
        task(&mut definition).rules = rules;
        definition
    };
    let old = with(vec![rule("a"), rule("b"), rule("c")]);
    let new = with(vec![rule("c"), rule("a"), rule("b")]);
    assert_eq!(
        sentences(&old, &new),
        ["Task “Add to Sales”: its rules are in another order"]
    );
    let fewer = with(vec![rule("a"), rule("c")]);
    assert_eq!(
        sentences(&old, &fewer),
        ["Task “Add to Sales”: rule 2 was removed: “b” if “Email ends with b”"]
    );
}

#[test]
fn a_group_that_was_renamed_is_no_change_and_another_one_of_its_name_is() {
    let with = |id, name: &str| {
        let mut definition = base();
        task(&mut definition).rules[0].targets = vec![Target {
            id: Some(id),
            name: name.to_owned(),
        }];
        definition
    };
    assert!(compare(&with(7, "Sales"), &with(7, "Vertrieb")).is_same());
    assert_eq!(
        sentences(&with(7, "Sales"), &with(8, "Sales")),
        ["Task “Add to Sales”: group “Sales” was replaced by another group of that name"]
    );
}

#[test]
fn another_type_of_trigger_is_said_with_its_sources_and_its_event() {
    let mut new = base();
    let sources = [Source::AdminMfa, Source::Api].into();
    new.set_trigger(Trigger::Update { sources });
    assert_eq!(
        sentences(&base(), &new),
        [
            "Trigger “New User Registration” now runs for updates of users from “Admin MFA Method” \
             and “API”",
            "Event “User created” is now “User updated”",
        ]
    );
}

#[test]
fn a_condition_that_looks_back_is_said_like_any_other() {
    let mut new = base();
    let changed = Condition::test(Subject::LastName, Operator::ChangedFrom, "Byron");
    *filter(&mut new) = Some(changed);
    assert_eq!(
        sentences(&base(), &new),
        [
            "Filter “Staff only”: the condition “Email ends with @a” was replaced by “Last Name \
             changed from Byron”",
        ]
    );
}

#[test]
fn a_step_on_an_edge_is_one_piece_of_news() {
    let mut new = base();
    let event = new.find(NodeKind::is_event).expect("one");
    let added = put(&mut new, event, NodeKind::Task(assign("Staff")));
    assert_eq!(
        sentences(&base(), &new),
        ["Task “Assign Group to User” was added after Event “User created”: assigns group “Staff”"]
    );
    let comparison = compare(&base(), &new);
    assert_eq!(comparison.new.nodes.get(&added), Some(&Mark::Added));
    assert_eq!(comparison.new.edges.len(), 2, "into it and out of it");
    assert_eq!(comparison.old.edges.len(), 1, "the one it stands on");
    assert_eq!(
        sentences(&new, &base()),
        ["Task “Assign Group to User” was removed: assigns group “Staff”"]
    );
}

#[test]
fn a_way_that_leads_elsewhere_is_told_with_its_output() {
    let otherwise = |definition: &mut Definition, to: &str| {
        let from = named(definition, "Staff only");
        let to = named(definition, to);
        let port = Port::Otherwise;
        definition
            .connect(Edge { from, port, to })
            .expect("an edge");
    };
    check(
        |it| otherwise(it, "End"),
        &["Filter “Staff only” now leads to End on otherwise"],
    );
    let mut old = base();
    otherwise(&mut old, "End");
    let mut new = base();
    otherwise(&mut new, "Add to Sales");
    assert_eq!(
        sentences(&old, &new),
        ["Filter “Staff only” now leads to Task “Add to Sales” on otherwise instead of End"]
    );
    assert_eq!(
        sentences(&old, &base()),
        ["Filter “Staff only” no longer leads to End on otherwise"]
    );
}

#[test]
fn blocks_with_other_numbers_are_found_by_what_they_do() {
    let old = base();
    let json = serde_json::to_value(&old).expect("JSON");
    let text = json.to_string();
    // Every number goes up by 40, also those of the ends of edges.
    let mut shifted = text;
    for id in (1..=9).rev() {
        let to = id + 40;
        shifted = shifted
            .replace(&format!("\"{id}\":"), &format!("\"{to}\":"))
            .replace(&format!("\"from\":{id},"), &format!("\"from\":{to},"))
            .replace(&format!("\"to\":{id}}}"), &format!("\"to\":{to}}}"));
    }
    let new: Definition = serde_json::from_str(&shifted).expect("a definition");
    assert_eq!(new.nodes().next().expect("one").0, NodeId(41));
    assert!(compare(&old, &new).is_same());
}

#[test]
fn the_summary_counts_blocks() {
    let mut new = base();
    let event = new.find(NodeKind::is_event).expect("one");
    put(&mut new, event, NodeKind::Filter(Some(email("@b"))));
    *filter(&mut new) = None;
    let summary = compare(&base(), &new).summary();
    assert!(
        summary.starts_with("1 block changed, 1 added; "),
        "{summary}"
    );
}

#[test]
fn a_text_is_compared_line_by_line_and_folded_where_nothing_changed() {
    let numbered: Vec<String> = (1..=30).map(|it| format!("line {it}\n")).collect();
    let old = numbered.concat();
    let new = old.replace("line 12\n", "line twelve\n");
    let lines = lines(&old, &new);
    let patch = "--- a\n+++ b\n@@ -9,7 +9,7 @@\n line 9\n line 10\n line 11\n-line 12\n\
                 +line twelve\n line 13\n line 14\n line 15\n";
    assert_eq!(unified("a", "b", &lines), patch);
    assert_eq!(
        folded(&lines),
        [Fold::Hidden(0..8), Fold::Shown(8..16), Fold::Hidden(16..31)]
    );
    assert_eq!(unified("a", "b", &super::lines(&old, &old)), "");
}

#[test]
fn a_text_that_begins_or_ends_has_hunks_that_patch_understands() {
    assert_eq!(
        unified("a", "b", &lines("", "x\n")),
        "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n"
    );
    assert_eq!(
        unified("a", "b", &lines("x\n", "")),
        "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-x\n"
    );
}

#[test]
fn what_a_definition_does_is_said_in_the_order_of_a_walk() {
    assert_eq!(
        describe(&base()),
        [
            "Runs for new users from “User Self-Registration” and “Create User via Admin Portal”",
            "Staff only: goes on only if Email ends with @a",
            "Add to Sales: assigns group “Sales”",
        ]
    );
}

#[test]
fn a_disabled_step_is_said_to_do_what_a_walk_does_there() {
    let mut definition = base();
    for name in ["Staff only", "Add to Sales"] {
        let id = named(&definition, name);
        definition.node_mut(id).expect("there").is_disabled = true;
    }
    assert_eq!(
        describe(&definition)[1..],
        [
            "Staff only: disabled, it lets every user pass",
            "Add to Sales: disabled, it does nothing",
        ]
    );
}

#[test]
fn a_filter_without_a_condition_is_said_to_have_none() {
    let mut definition = base();
    let id = named(&definition, "Staff only");
    let nothing = Condition::All(Vec::new());
    definition.node_mut(id).expect("there").kind = NodeKind::Filter(Some(nothing));
    assert_eq!(describe(&definition)[1], "Staff only: no condition yet");
}

/// Start, a schedule, its task, End.
fn scheduled(which: usize) -> Definition {
    let mut definition = Definition::blank();
    let trigger = Trigger::offered(chrono_tz::Tz::UTC).remove(which);
    let task = NodeKind::Sweep(trigger.sweep_task().expect("it has one"));
    let trigger = definition.set_trigger(trigger).expect("there is room");
    put(&mut definition, trigger, task);
    definition
}

/// Changes a scheduled workflow, and looks at what is said.
#[track_caller]
fn check_scheduled(which: usize, change: impl Fn(&mut NodeKind), expected: &[&str]) {
    let old = scheduled(which);
    let mut new = old.clone();
    let all: Vec<NodeId> = new.nodes().map(|(id, _)| id).collect();
    for id in all {
        change(&mut new.node_mut(id).expect("it is there").kind);
    }
    assert_eq!(sentences(&old, &new), expected);
}

#[test]
fn a_schedule_that_changed_is_said() {
    let change = |change: fn(&mut Schedule)| {
        move |kind: &mut NodeKind| {
            if let NodeKind::Trigger(trigger) = kind {
                change(trigger.schedule_mut().expect("it has one"));
            }
        }
    };
    check_scheduled(
        2,
        change(|it| it.repeat = Repeat::Hourly { minute: 5 }),
        &["Trigger “Identity Dormant Account” now runs every hour at minute 5, UTC"],
    );
    check_scheduled(
        2,
        change(|it| it.zone = chrono_tz::Europe::Berlin),
        &["Trigger “Identity Dormant Account” now runs every day at 12:00, Europe/Berlin"],
    );
    check_scheduled(
        3,
        change(|it| it.missed = MissedRun::Skip),
        &[
            "Trigger “Notify User on Password Expiry”: for a missed run, “Skip” was chosen instead \
           of “Run once when back”",
        ],
    );
    let mut new = base();
    new.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(2));
    assert_eq!(
        sentences(&base(), &new),
        [
            "Trigger “New User Registration” is now “Identity Dormant Account” and runs every day \
             at 12:00, UTC",
            "Event “User created” was removed",
        ]
    );
}

#[test]
fn each_choice_of_a_scheduled_task_is_said() {
    let dormant = |change: fn(&mut IdentifyDormant)| {
        move |kind: &mut NodeKind| {
            if let NodeKind::Sweep(SweepTask::IdentifyDormant(task)) = kind {
                change(task);
            }
        }
    };
    check_scheduled(
        2,
        dormant(|it| it.days = 30),
        &["Task “Identify Dormant Account”: the number of days was 90, is now 30"],
    );
    check_scheduled(
        2,
        dormant(|it| {
            it.action = DormantAction::Disable;
            it.notifies_user = true;
        }),
        &[
            "Task “Identify Dormant Account” now does “Disable” instead of “Send Report to Admin”",
            "Task “Identify Dormant Account”: the report to admins was removed",
            "Task “Identify Dormant Account”: the mail to the user was added",
        ],
    );
    check_scheduled(
        3,
        |kind| {
            if let NodeKind::Sweep(SweepTask::NotifyExpiry(task)) = kind {
                task.before = [0, 7].into();
                task.after = [0].into();
                task.reports_to_admins = true;
                task.includes_disabled = true;
            }
        },
        &[
            "Task “Notify Password Expiry”: the mail on the day itself, before expiry was added",
            "Task “Notify Password Expiry”: the mail 7 days before expiry was added",
            "Task “Notify Password Expiry”: the mail on the day itself, after expiry was added",
            "Task “Notify Password Expiry”: the report to admins was added",
            "Task “Notify Password Expiry”: the list of disabled users was added",
        ],
    );
}

#[test]
fn what_a_scheduled_workflow_does_is_described() {
    assert_eq!(
        describe(&scheduled(2)),
        [
            "Runs every day at 12:00, UTC",
            "Report after 90 days without activity",
        ]
    );
}
