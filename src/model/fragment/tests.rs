//! Pieces of a definition, there and back, and everything else that a clipboard may hold.

use super::*;
use crate::model::{
    definition::{NodeKind, Port, Trigger},
    problem::KnownTarget,
    task::{Action, Rule, Target, Task},
};

fn target(id: Option<i64>, name: &str) -> Target {
    Target {
        id,
        name: name.to_owned(),
    }
}

/// Start, Trigger, Event, a task for "Staff", a filter whose other way leads to End, End.
fn workflow() -> Definition {
    let mut definition = Definition::blank();
    definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0));
    let event = definition.find(NodeKind::is_event);
    let event = event.expect("the trigger brought it");
    let onward = |definition: &Definition| definition.out(event).next().expect("an edge");
    let filter = definition.insert(onward(&definition), NodeKind::Filter(None));
    let end = definition.find(|kind| *kind == NodeKind::End);
    let otherwise = Edge {
        from: filter.expect("it was added"),
        port: Port::Otherwise,
        to: end.expect("an end"),
    };
    definition.connect(otherwise).expect("it fits");
    let task = Task {
        rules: vec![Rule {
            when: None,
            targets: vec![target(Some(7), "Staff")],
        }],
        ..Task::new(Action::AssignGroup)
    };
    definition.insert(onward(&definition), NodeKind::Task(task));
    definition
}

fn all(definition: &Definition) -> BTreeSet<NodeId> {
    definition.nodes().map(|(id, _)| id).collect()
}

fn steps(definition: &Definition) -> BTreeSet<NodeId> {
    let steps = definition.nodes().filter(|(_, node)| node.kind.is_step());
    steps.map(|(id, _)| id).collect()
}

#[track_caller]
fn refuses(text: &str, message: &str) {
    let error = Fragment::from_text(text).expect_err("a refusal");
    assert!(error.to_string().contains(message), "{error}");
}

#[test]
fn a_piece_comes_back_from_its_text() {
    let definition = workflow();
    let piece = Fragment::of(&definition, &all(&definition)).expect("steps");
    assert_eq!(piece.steps().len(), 3, "filter, task and end");
    assert_eq!(piece.steps().edges().count(), 3, "done, matched, otherwise");
    let text = piece.to_json();
    let read = Fragment::from_text(&text).expect("it was one");
    assert_eq!(read.to_json(), text, "it is stable");
    assert!(!text.contains("\"id\""), "targets go by name: {text}");
    let moved = read.put(&mut Definition::default(), [500.0, 100.0]);
    assert_eq!(moved.expect("room").len(), 3);
}

#[test]
fn where_it_was_copied_does_not_show_in_the_text() {
    let mut definition = workflow();
    let before = Fragment::of(&definition, &steps(&definition)).expect("steps");
    for id in all(&definition) {
        definition.shift(id, [-4800.0, 960.0]);
    }
    let after = Fragment::of(&definition, &steps(&definition)).expect("steps");
    assert_eq!(before.to_json(), after.to_json());
}

#[test]
fn targets_are_found_again_by_name() {
    let definition = workflow();
    let text = Fragment::of(&definition, &all(&definition));
    let text = text.expect("steps").to_json();
    let known = |name: &str| KnownTarget {
        name: name.to_owned(),
        is_protected: false,
        is_implied: false,
    };
    let found = |known: &Known| {
        let mut piece = Fragment::from_text(&text).expect("steps");
        piece.find_targets(known);
        let targets: Vec<Target> = piece.steps().targets().map(|it| it.1.clone()).collect();
        targets
    };
    let elsewhere = Known {
        targets: [
            ((TargetKind::Role, 4), known("Staff")),
            ((TargetKind::Group, 40), known("STAFF")),
        ]
        .into(),
        ..Known::default()
    };
    assert_eq!(found(&elsewhere), [target(Some(40), "Staff")]);
    let lost = found(&Known::default());
    assert_eq!(lost, [target(None, "Staff")], "a problem, not a loss");
}

#[test]
fn what_every_workflow_has_once_is_left_out() {
    let definition = workflow();
    let is = |wanted: fn(&NodeKind) -> bool| {
        let id = definition.find(wanted).expect("it is there");
        Fragment::of(&definition, &[id].into())
    };
    let end = is(|kind| *kind == NodeKind::End);
    assert_eq!(end.expect("an End").steps().len(), 1);
    for alone in [
        is(|kind| *kind == NodeKind::Start),
        is(|kind| matches!(kind, NodeKind::Trigger(_))),
        is(NodeKind::is_event),
        Fragment::of(&definition, &BTreeSet::new()),
    ] {
        assert_eq!(alone, Err(FragmentError::NothingCopyable));
    }
}

#[test]
fn of_a_whole_workflow_the_steps_are_taken() {
    let document = Document::new("Welcome", "", "", workflow());
    let json = document.to_json().expect("JSON");
    let piece = Fragment::from_text(&json).expect("its steps");
    assert_eq!(piece.source(), Source::Workflow);
    assert_eq!(piece.steps().len(), 3);
}

#[test]
fn nonsense_is_refused_in_words() {
    let good = Fragment::of(&workflow(), &all(&workflow()));
    let good = good.expect("steps").to_json();
    let other = |from: &str, to: &str| {
        assert!(good.contains(from), "{good}");
        good.replacen(from, to, 1)
    };
    refuses("", "there is nothing to paste");
    refuses(" \n\u{feff}", "there is nothing to paste");
    refuses(
        "Dear Ada,\nlunch?",
        "“Dear Ada, lunch?” is not a step of a workflow",
    );
    refuses("{", "“{” is not a step");
    refuses("7", "“7” is not a step");
    refuses("a\u{202e}b", "“a‹U+202E›b” is not");
    refuses(&"x".repeat(500), "x…” is not a step");
    refuses("[]", "does not say “format”");
    refuses(r#"{"steps":1}"#, "does not say “format”");
    refuses(r#"{"format":"n8n"}"#, "says its format is “n8n”");
    refuses(&other("tenure-steps/1", "tenure-steps/2"), "tenure-steps/2");
    refuses(&other("\"steps\"", "\"stesp\""), "unknown field `stesp`");
    refuses(&other("\"filter\"", "\"webhook\""), "unknown variant");
    refuses(
        &other("\"filter\": null", "\"start\": null"),
        "cannot be read",
    );
    refuses(&other("\"port\": \"done\"", "\"port\": \"next\""), "output");
    refuses(
        &other("\"Staff\"", "\"\\u0000\""),
        "the name of a copied group contains a control",
    );
    refuses(&other("\"Staff\"", "\" \""), "must not be empty");
    refuses(
        &other("\"edges\"", "\"edges\": [], \"edges\""),
        "duplicate field",
    );
    refuses(&"[".repeat(200_000), "is not a step");
    refuses(&" ".repeat(MAX_BYTES + 1), "larger than 4 MiB");
    let empty = r#"{"format":"tenure-steps/1","steps":{"nodes":{},"edges":[]}}"#;
    refuses(empty, "cannot be copied");
}

#[test]
fn a_workflow_that_is_full_takes_no_more() {
    let mut full = Definition::default();
    for _ in 0..MAX_NODES {
        full.add(Node::new(NodeKind::End, [0.0, 0.0]));
    }
    let piece = Fragment::of(&workflow(), &all(&workflow())).expect("steps");
    let before = full.clone();
    assert_eq!(piece.put(&mut full, [0.0; 2]), Err(FragmentError::TooMany));
    assert_eq!(full, before);
    let edge = workflow().edges().next().expect("an edge");
    let mut nearly = workflow();
    piece.put(&mut nearly, [0.0; 2]).expect("there is room");
    assert_eq!(piece.put_on(&mut nearly, edge), Ok(None), "it has an End");
}

#[test]
fn a_chain_is_put_on_an_edge_and_pushes_down_what_is_below() {
    let mut definition = workflow();
    let piece = Fragment::of(&definition, &steps(&definition)).expect("steps");
    assert!(piece.chain().is_some());
    let (trigger, _) = definition.trigger().expect("it was set");
    let edge = definition.out(trigger).next().expect("an edge");
    let below = |definition: &Definition| definition.node(edge.to).expect("Event").position;
    let before = below(&definition);
    let added = piece.put_on(&mut definition, edge).expect("there is room");
    let added: Vec<NodeId> = added.expect("a chain").into_iter().collect();
    assert_eq!(added.len(), 2);
    assert!(below(&definition)[1] > before[1]);
    assert!(definition.reaches(trigger, edge.to));
    assert!(added.iter().all(|id| definition.reaches(*id, edge.to)));
    let text = serde_json::to_string(&definition).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Definition>(&text).expect("it was one"),
        definition
    );
}

#[test]
fn two_loose_steps_are_no_chain() {
    let mut definition = Definition::default();
    for _ in 0..2 {
        definition.add(Node::new(NodeKind::Filter(None), [0.0, 0.0]));
    }
    let piece = Fragment::of(&definition, &all(&definition)).expect("steps");
    assert_eq!(piece.chain(), None);
}

#[test]
fn a_piece_from_the_border_of_the_canvas_stays_on_it() {
    let mut definition = Definition::default();
    for x in [-REACH, REACH] {
        definition.add(Node::new(NodeKind::End, [x, 0.0]));
    }
    let piece = Fragment::of(&definition, &all(&definition)).expect("steps");
    piece.put(&mut definition, [REACH, -REACH]).expect("room");
    let text = serde_json::to_string(&definition).expect("JSON");
    assert!(serde_json::from_str::<Definition>(&text).is_ok());
    assert!(Fragment::from_text(&piece.to_json()).is_ok());
}

#[test]
fn a_scheduled_task_is_pasted_anywhere_and_is_a_problem_where_it_does_not_belong() {
    let mut scheduled = Definition::blank();
    let trigger = Trigger::offered(chrono_tz::Tz::UTC).remove(2);
    let task = trigger.sweep_task().expect("it has one");
    let trigger = scheduled.set_trigger(trigger).expect("there is room");
    let edge = scheduled.out(trigger).next().expect("an edge");
    let task = scheduled.insert(edge, NodeKind::Sweep(task)).expect("room");
    let copied = Fragment::of(&scheduled, &[task].into()).expect("it can be copied");
    let read = Fragment::from_text(&copied.to_json()).expect("it was one");

    let mut other = workflow();
    let event = other.find(NodeKind::is_event).expect("an event");
    let edge = other.out(event).next().expect("an edge");
    let put = read.put_on(&mut other, edge).expect("there is room");
    assert_eq!(put.map(|it| it.len()), Some(1));
    let wrong = "Identify Dormant Account does not go with the trigger New User Registration";
    let said = |definition: &Definition| {
        let problems = definition.problems();
        let texts: Vec<String> = problems.iter().map(|it| it.kind.to_string()).collect();
        texts.iter().any(|it| it == wrong)
    };
    assert!(said(&other));
    assert!(!said(&scheduled));
    scheduled.remove_and_close(task);
    let edge = scheduled.out(trigger).next().expect("an edge");
    read.put_on(&mut scheduled, edge).expect("there is room");
    assert_eq!(scheduled.problems(), []);
}
