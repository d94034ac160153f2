//! What is said of one block: that it came or went, or what about it is different.

use super::{
    Change, Comparison, Mark, condition, describe, edges,
    pairs::{Pairs, Side},
    sweep, task,
};
use crate::model::{
    definition::{Definition, Node, NodeId, NodeKind, Trigger},
    event::Source,
    schedule::Schedule,
};

/// A sentence about a block, before it is known how the block is called.
pub(super) enum Said {
    /// "was disabled"
    Of(String),

    /// "the condition “…” was added"
    About(String),
}

/// Names longer than this are cut: a sentence must stay one.
const LONGEST: usize = 120;

/// “Staff only”
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("“{}…”", text.get(..end).unwrap_or_default()),
        None => format!("“{text}”"),
    }
}

/// "Filter “Staff only”", "Start"
pub(super) fn subject(definition: &Definition, id: NodeId) -> String {
    let Some(node) = definition.node(id) else {
        return String::new();
    };
    let kind = node.kind.label();
    if node.title() == kind {
        kind.to_owned()
    } else {
        format!("{kind} {}", quoted(node.title()))
    }
}

/// Whether a block of this kind has a part in executions.
fn is_effective(kind: &NodeKind) -> bool {
    match kind {
        NodeKind::Start
        | NodeKind::Trigger(_)
        | NodeKind::Filter(_)
        | NodeKind::Event(_)
        | NodeKind::Task(_)
        | NodeKind::Sweep(_)
        | NodeKind::End => true,
        NodeKind::Note(_) => false,
    }
}

/// Adds what is to be said of a block, and its mark.
pub(super) fn compare(pairs: &Pairs<'_>, side: Side, comparison: &mut Comparison) {
    match side {
        Side::Old(old) => lone(pairs.old, old, Mark::Removed, comparison),
        Side::New(new) => match pairs.old_of(new) {
            Some(old) => both(pairs, old, new, comparison),
            None => lone(pairs.new, new, Mark::Added, comparison),
        },
    }
}

/// A block that only one side has.
fn lone(definition: &Definition, id: NodeId, mark: Mark, comparison: &mut Comparison) {
    let Some(node) = definition.node(id) else {
        return;
    };
    let is_new = mark == Mark::Added;
    let mut sentence = format!(
        "{} was {}",
        subject(definition, id),
        mark.word().to_lowercase()
    );
    let before = definition.edges_into(id).next();
    if let (true, Some(before)) = (is_new, before) {
        sentence = format!("{sentence} after {}", subject(definition, before.from));
    }
    if let Some(what) = describe::step(node) {
        sentence = format!("{sentence}: {what}");
    }
    let side = if is_new {
        &mut comparison.new
    } else {
        &mut comparison.old
    };
    side.nodes.insert(id, mark);
    comparison.changes.push(Change {
        mark,
        old: (!is_new).then_some(id),
        new: is_new.then_some(id),
        sentence,
        is_effective: is_effective(&node.kind),
    });
}

/// A block that both sides have.
fn both(pairs: &Pairs<'_>, old: NodeId, new: NodeId, comparison: &mut Comparison) {
    let (Some(before), Some(now)) = (pairs.old.node(old), pairs.new.node(new)) else {
        return;
    };
    let name = subject(pairs.new, new);
    let former = subject(pairs.old, old);
    let mut push = |sentence: String, is_effective: bool| {
        comparison.changes.push(Change {
            mark: Mark::Changed,
            old: Some(old),
            new: Some(new),
            sentence,
            is_effective,
        });
    };
    let mut is_changed = false;
    if before.name != now.name && before.title() != now.title() {
        let (was, is) = (quoted(before.title()), quoted(now.title()));
        let kind = now.kind.label();
        push(format!("{kind} {was} was renamed to {is}"), false);
        is_changed = true;
    }
    let mut said = configuration(before, now);
    said.extend(edges::sentences(pairs, old, new).into_iter().map(Said::Of));
    is_changed |= !said.is_empty();
    // A step that is called like its action is another one once the action is.
    let name = if now.name.is_empty() && before.name.is_empty() {
        former
    } else {
        name
    };
    for it in said {
        let sentence = match it {
            Said::Of(what) => format!("{name} {what}"),
            Said::About(what) => format!("{name}: {what}"),
        };
        push(sentence, is_effective(&now.kind));
    }
    let mark = if is_changed {
        Mark::Changed
    } else if is_at_its_place(before, now) {
        return;
    } else {
        Mark::Moved
    };
    comparison.old.nodes.insert(old, mark);
    comparison.new.nodes.insert(new, mark);
}

fn is_at_its_place(before: &Node, now: &Node) -> bool {
    let mut places = before.position.iter().zip(now.position);
    places.all(|(was, is)| (was - is).abs() < f32::EPSILON)
}

fn configuration(before: &Node, now: &Node) -> Vec<Said> {
    let mut said = Vec::new();
    match (before.is_disabled, now.is_disabled) {
        (false, true) => said.push(Said::Of("was disabled".to_owned())),
        (true, false) => said.push(Said::Of("was enabled".to_owned())),
        _ => (),
    }
    match (&before.kind, &now.kind) {
        (NodeKind::Trigger(before), NodeKind::Trigger(now)) => said.extend(trigger(before, now)),
        (NodeKind::Filter(before), NodeKind::Filter(now)) => {
            let words = condition::optional(before.as_ref(), now.as_ref());
            said.extend(words.into_iter().map(Said::About));
        }
        (NodeKind::Task(before), NodeKind::Task(now)) => said.extend(task::compare(before, now)),
        (NodeKind::Sweep(before), NodeKind::Sweep(now)) => said.extend(sweep::compare(before, now)),
        (NodeKind::Note(before), NodeKind::Note(now)) if before.text == now.text => {
            let is_same = before.size == now.size;
            said.extend((!is_same).then(|| Said::Of("has another size".to_owned())));
        }
        (NodeKind::Note(_), NodeKind::Note(_)) => {
            said.push(Said::Of("was rewritten".to_owned()));
        }
        (NodeKind::Event(before), NodeKind::Event(now)) if before != now => {
            said.push(Said::Of(format!("is now {}", quoted(now.label()))));
        }
        (before, now) if before != now => said.push(Said::Of("was changed".to_owned())),
        _ => (),
    }
    said
}

fn schedule(before: &Schedule, now: &Schedule) -> Vec<Said> {
    let mut said = Vec::new();
    if (&before.repeat, before.zone) != (&now.repeat, now.zone) {
        said.push(Said::Of(format!("now {}", describe::schedule_words(now))));
    }
    if before.missed != now.missed {
        let (was, is) = (quoted(before.missed.label()), quoted(now.missed.label()));
        said.push(Said::About(format!(
            "for a missed run, {is} was chosen instead of {was}"
        )));
    }
    said
}

fn trigger(before: &Trigger, now: &Trigger) -> Vec<Said> {
    if before.label() != now.label() {
        let words = describe::trigger_words(now);
        return vec![Said::Of(match now.schedule() {
            Some(_) => format!("is now {} and {words}", quoted(now.label())),
            None => format!("now {words}"),
        })];
    }
    if let (Some(was), Some(is)) = (before.schedule(), now.schedule()) {
        return schedule(was, is);
    }
    let (before, now) = (before.sources(), now.sources());
    let word = |source: &Source, what: &str| {
        Said::About(format!("the source {} was {what}", quoted(source.label())))
    };
    let removed = before.difference(now).map(|it| word(it, "removed"));
    let added = now.difference(before).map(|it| word(it, "added"));
    removed.chain(added).collect()
}
