//! What holds for all definitions.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    condition::plain,
    tests::{assign, base, email, group, put},
    *,
};
use crate::model::{
    condition::Condition,
    definition::{Edge, Node, NodeKind, Trigger},
    schedule::{MissedRun, Repeat},
    sweep::{DormantAction, EXPIRY_DAYS, IdentifyDormant, NotifyExpiry, SweepTask},
    task::{Action, Rule, RunMode},
};

/// Something an admin does to a drawing; the numbers say to which block.
#[derive(Clone, Debug)]
enum Deed {
    Insert(usize, NodeKind),
    Remove(usize),
    Replace(usize, NodeKind),
    Rename(usize, String),
    Disable(usize),
    Move(usize),
    Connect(usize, usize, usize),
    Disconnect(usize, usize),
    Start(Trigger),
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let leaf = "[ab]".prop_map(|value| email(&value));
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Condition::All),
            proptest::collection::vec(inner, 0..3).prop_map(Condition::Any),
        ]
    })
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let targets = proptest::collection::vec("[ab]".prop_map(|it| group(&it)), 0..3);
    let when = proptest::option::of(any_condition());
    (when, targets).prop_map(|(when, targets)| Rule { when, targets })
}

fn any_kind() -> impl Strategy<Value = NodeKind> {
    let mode = prop_oneof![
        Just(RunMode::Always),
        Just(RunMode::Fallback),
        any_condition().prop_map(RunMode::Conditional),
    ];
    let action = proptest::sample::select(Action::ALL.to_vec());
    let rules = proptest::collection::vec(any_rule(), 0..3);
    let task = (action, mode, rules, any::<bool>()).prop_map(|(action, mode, rules, falls)| {
        let mut task = assign("a");
        task.action = action;
        task.mode = mode;
        task.rules = rules;
        task.fallback = if falls { vec![group("c")] } else { Vec::new() };
        NodeKind::Task(task)
    });
    prop_oneof![
        proptest::option::of(any_condition()).prop_map(NodeKind::Filter),
        task,
        any_sweep().prop_map(NodeKind::Sweep),
    ]
}

fn any_sweep() -> impl Strategy<Value = SweepTask> {
    let action = proptest::sample::select(DormantAction::ALL.to_vec());
    let flags = any::<(bool, bool)>();
    let dormant = (7..9_u32, action, flags).prop_map(|(days, action, flags)| IdentifyDormant {
        days,
        action,
        reports_too: flags.0,
        notifies_user: flags.1,
    });
    let days = || proptest::sample::subsequence(EXPIRY_DAYS[..2].to_vec(), 0..=2);
    let expiry = (days(), days(), flags).prop_map(|(before, after, flags)| NotifyExpiry {
        before: before.into_iter().collect(),
        after: after.into_iter().collect(),
        reports_to_admins: flags.0,
        includes_disabled: flags.1,
    });
    prop_oneof![
        dormant.prop_map(SweepTask::IdentifyDormant),
        expiry.prop_map(SweepTask::NotifyExpiry),
    ]
}

fn any_trigger() -> impl Strategy<Value = Trigger> {
    let kinds = proptest::sample::select(Trigger::offered(chrono_tz::Tz::UTC));
    (kinds, any::<bool>(), any::<bool>()).prop_map(|(mut trigger, is_less, skips)| {
        if let Some(sources) = trigger.sources_mut().filter(|_| is_less) {
            sources.pop_first();
        }
        if let Some(schedule) = trigger.schedule_mut() {
            if is_less {
                schedule.repeat = Repeat::Hourly { minute: 0 };
            }
            if skips {
                schedule.missed = MissedRun::Skip;
            }
        }
        trigger
    })
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let at = 0..20_usize;
    prop_oneof![
        3 => (at.clone(), any_kind()).prop_map(|(at, kind)| Deed::Insert(at, kind)),
        1 => at.clone().prop_map(Deed::Remove),
        3 => (at.clone(), any_kind()).prop_map(|(at, kind)| Deed::Replace(at, kind)),
        1 => (at.clone(), "[xy]?").prop_map(|(at, name)| Deed::Rename(at, name)),
        1 => at.clone().prop_map(Deed::Disable),
        1 => at.clone().prop_map(Deed::Move),
        2 => (at.clone(), 0..2_usize, at.clone()).prop_map(|(a, b, c)| Deed::Connect(a, b, c)),
        1 => (at, 0..2_usize).prop_map(|(at, port)| Deed::Disconnect(at, port)),
        1 => any_trigger().prop_map(Deed::Start),
    ]
}

fn any_definition() -> impl Strategy<Value = Definition> {
    proptest::collection::vec(any_deed(), 0..8).prop_map(|deeds| {
        let mut definition = base();
        for deed in deeds {
            done(&mut definition, deed);
        }
        definition
    })
}

fn nth(definition: &Definition, at: usize) -> Option<NodeId> {
    definition
        .nodes()
        .nth(at % definition.len())
        .map(|(id, _)| id)
}

/// What cannot be done is left.
fn done(definition: &mut Definition, deed: Deed) {
    let edit = |definition: &mut Definition, at: usize, change: &dyn Fn(&mut Node)| {
        if let Some(node) = nth(definition, at).and_then(|id| definition.node_mut(id)) {
            change(node);
        }
    };
    match deed {
        Deed::Insert(at, kind) => {
            let after = nth(definition, at).filter(|id| definition.out(*id).next().is_some());
            let start = definition.find(|it| *it == NodeKind::Start);
            if let Some(after) = after.filter(|it| Some(*it) != start) {
                put(definition, after, kind);
            }
        }
        Deed::Remove(at) => {
            let is_step = |id: &NodeId| definition.node(*id).is_some_and(|it| it.kind.is_step());
            if let Some(id) = nth(definition, at).filter(is_step) {
                definition.remove_and_close(id);
            }
        }
        Deed::Replace(at, kind) => edit(definition, at, &|node| {
            if node.kind.label() == kind.label() {
                node.kind = kind.clone();
            }
        }),
        Deed::Rename(at, name) => edit(definition, at, &|node| node.name.clone_from(&name)),
        Deed::Disable(at) => edit(definition, at, &|node| {
            node.is_disabled = node.kind.is_step() && !node.is_disabled;
        }),
        Deed::Move(at) => edit(definition, at, &|node| node.position[0] += 8.0),
        Deed::Connect(from, port, to) => {
            let from = nth(definition, from);
            let port = from.and_then(|id| definition.node(id)?.kind.ports().get(port).copied());
            if let (Some(from), Some(port), Some(to)) = (from, port, nth(definition, to)) {
                // An edge that cannot be is refused.
                definition.connect(Edge { from, port, to }).ok();
            }
        }
        Deed::Disconnect(at, port) => {
            let from = nth(definition, at);
            let port = from.and_then(|id| definition.node(id)?.kind.ports().get(port).copied());
            if let (Some(from), Some(port)) = (from, port) {
                definition.disconnect(from, port);
            }
        }
        Deed::Start(trigger) => drop(definition.set_trigger(trigger)),
    }
}

/// The definition without what makes no difference: places, names that are the name of the kind,
/// groups of one condition, and choices that go with others only.
fn meaning(definition: &Definition) -> Definition {
    let mut plainly = definition.clone();
    let all: Vec<NodeId> = definition.nodes().map(|(id, _)| id).collect();
    for id in all {
        let Some(node) = plainly.node_mut(id) else {
            continue;
        };
        node.position = [0.0, 0.0];
        node.name = node.title().to_owned();
        match &mut node.kind {
            NodeKind::Filter(Some(condition)) => *condition = plain(condition),
            NodeKind::Task(task) => {
                if let RunMode::Conditional(when) = &mut task.mode {
                    *when = plain(when);
                }
                for when in task.rules.iter_mut().filter_map(|it| it.when.as_mut()) {
                    *when = plain(when);
                }
            }
            NodeKind::Sweep(SweepTask::IdentifyDormant(task)) => {
                task.reports_too &= task.action != DormantAction::Report;
                task.notifies_user &= task.action == DormantAction::Disable;
            }
            NodeKind::Sweep(SweepTask::NotifyExpiry(task)) => {
                task.includes_disabled &= task.reports_to_admins;
            }
            _ => (),
        }
    }
    plainly
}

/// How often each kind of change is said of each pair of blocks.
fn news(
    comparison: &Comparison,
    mirrored: bool,
) -> BTreeMap<(Mark, Option<u32>, Option<u32>), usize> {
    let mut news = BTreeMap::new();
    for change in &comparison.changes {
        let (old, new) = (change.old.map(|it| it.0), change.new.map(|it| it.0));
        let key = if mirrored {
            (change.mark.mirrored(), new, old)
        } else {
            (change.mark, old, new)
        };
        *news.entry(key).or_default() += 1;
    }
    news
}

fn mirrored(marks: &Marks) -> Marks {
    let nodes = marks.nodes.iter().map(|(id, mark)| (*id, mark.mirrored()));
    Marks {
        nodes: nodes.collect(),
        edges: marks.edges.clone(),
    }
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(definition in any_definition()) {
        prop_assert_eq!(compare(&definition, &definition), Comparison::default());
    }

    #[test]
    fn the_other_way_round_is_the_mirror(a in any_definition(), b in any_definition()) {
        let there = compare(&a, &b);
        let back = compare(&b, &a);
        prop_assert_eq!(&there.old, &mirrored(&back.new));
        prop_assert_eq!(&there.new, &mirrored(&back.old));
        prop_assert_eq!(news(&there, false), news(&back, true));
    }

    #[test]
    fn spellings_and_places_are_not_told(definition in any_definition()) {
        prop_assert!(compare(&definition, &meaning(&definition)).is_same());
        prop_assert!(compare(&meaning(&definition), &definition).is_same());
    }

    #[test]
    fn one_deed_that_matters_is_told(a in any_definition(), deed in any_deed()) {
        let mut b = a.clone();
        done(&mut b, deed);
        prop_assert_eq!(compare(&a, &b).is_same(), meaning(&a) == meaning(&b));
    }

    #[test]
    fn every_block_that_is_told_of_is_marked(a in any_definition(), b in any_definition()) {
        let comparison = compare(&a, &b);
        for change in &comparison.changes {
            let old = change.old.map(|id| comparison.old.nodes.get(&id));
            let new = change.new.map(|id| comparison.new.nodes.get(&id));
            for mark in [old, new].into_iter().flatten() {
                prop_assert_eq!(mark, Some(&change.mark));
            }
        }
    }

    #[test]
    fn the_lines_of_each_side_are_its_text(old in "([ab]\n){0,12}", new in "([ab]\n){0,12}") {
        let lines = lines(&old, &new);
        let side = |hidden: Sign| -> String {
            let own = lines.iter().filter(|it| it.sign != hidden);
            own.flat_map(|it| [it.text.as_str(), "\n"]).collect()
        };
        prop_assert_eq!(side(Sign::Added), old);
        prop_assert_eq!(side(Sign::Removed), new);
    }
}
