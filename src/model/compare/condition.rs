//! What differs between two conditions.
//!
//! A group of one means the same as its only part, so that a second condition beside the first one
//! reads as one that was added.

use super::blocks::quoted;
use crate::model::condition::Condition;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    All,
    Any,
}

impl Join {
    /// What one of its parts is called.
    fn part(self) -> &'static str {
        match self {
            Self::All => "condition",
            Self::Any => "alternative",
        }
    }
}

/// Conditions that may not be written yet.
pub(super) fn optional(before: Option<&Condition>, now: Option<&Condition>) -> Vec<String> {
    match (before, now) {
        (None, None) => Vec::new(),
        (None, Some(now)) => vec![added("condition", now)],
        (Some(before), None) => vec![removed("condition", before)],
        (Some(before), Some(now)) => compare(before, now),
    }
}

pub(super) fn compare(before: &Condition, now: &Condition) -> Vec<String> {
    let (before_join, before) = parts(before);
    let (now_join, now) = parts(now);
    let mut said = Vec::new();
    match (before_join, now_join) {
        (Some(Join::All), Some(Join::Any)) => {
            said.push("any one of its conditions will do now, instead of all of them".to_owned());
        }
        (Some(Join::Any), Some(Join::All)) => {
            said.push("all of its conditions must hold now, instead of any one".to_owned());
        }
        _ => (),
    }
    let (gone, come) = unpaired(&before, &now);
    let was = before_join.unwrap_or(Join::All).part();
    let is = now_join.unwrap_or(Join::All).part();
    match (gone.as_slice(), come.as_slice()) {
        ([], []) if said.is_empty() && before != now => {
            said.push("its conditions are in another order".to_owned());
        }
        ([gone], [come]) => said.push(format!(
            "the {was} {} was replaced by {}",
            quoted(&gone.sentence()),
            quoted(&come.sentence())
        )),
        (gone, come) => {
            said.extend(gone.iter().map(|it| removed(was, it)));
            said.extend(come.iter().map(|it| added(is, it)));
        }
    }
    said
}

fn added(what: &str, condition: &Condition) -> String {
    format!("the {what} {} was added", quoted(&words(condition)))
}

fn removed(what: &str, condition: &Condition) -> String {
    format!("the {what} {} was removed", quoted(&words(condition)))
}

fn words(condition: &Condition) -> String {
    if condition.tests().is_empty() {
        condition.summary()
    } else {
        condition.sentence()
    }
}

/// What stands on one side only; what stands on a side twice counts twice.
fn unpaired(before: &[Condition], now: &[Condition]) -> (Vec<Condition>, Vec<Condition>) {
    let mut come = now.to_vec();
    let mut gone = Vec::new();
    for part in before {
        match come.iter().position(|it| it == part) {
            Some(place) => drop(come.remove(place)),
            None => gone.push(part.clone()),
        }
    }
    (gone, come)
}

/// What it is made of, and how that is joined; no word joins a single part.
fn parts(condition: &Condition) -> (Option<Join>, Vec<Condition>) {
    match plain(condition) {
        Condition::All(parts) => (Some(Join::All), parts),
        Condition::Any(parts) => (Some(Join::Any), parts),
        test @ Condition::Test(_) => (None, vec![test]),
    }
}

/// Without groups of one.
pub(super) fn plain(condition: &Condition) -> Condition {
    let all = |parts: &[Condition]| parts.iter().map(plain).collect::<Vec<_>>();
    match condition {
        Condition::All(parts) | Condition::Any(parts) if parts.len() == 1 => {
            parts.first().map_or_else(|| condition.clone(), plain)
        }
        Condition::All(parts) => Condition::All(all(parts)),
        Condition::Any(parts) => Condition::Any(all(parts)),
        test @ Condition::Test(_) => test.clone(),
    }
}
