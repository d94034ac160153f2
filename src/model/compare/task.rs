//! What differs between two tasks: action, run mode, rules and fallback.

use super::{
    blocks::{Said, quoted},
    condition,
};
use crate::model::task::{Rule, RunMode, Target, TargetKind, Task};

pub(super) fn compare(before: &Task, now: &Task) -> Vec<Said> {
    let mut said = Vec::new();
    if before.action != now.action {
        let (was, is) = (before.action.label(), now.action.label());
        let what = format!("now does {} instead of {}", quoted(is), quoted(was));
        said.push(Said::Of(what));
    }
    said.extend(mode(&before.mode, &now.mode));
    let words = Words {
        was: before.action.target_kind(),
        is: now.action.target_kind(),
    };
    said.extend(
        rules(words, &before.rules, &now.rules)
            .into_iter()
            .map(Said::About),
    );
    let fallback = targets(words, &before.fallback, &now.fallback);
    said.extend(
        fallback
            .into_iter()
            .map(|it| Said::About(format!("in the fallback, {it}"))),
    );
    said
}

fn mode(before: &RunMode, now: &RunMode) -> Vec<Said> {
    match (before, now) {
        (RunMode::Conditional(before), RunMode::Conditional(now)) => {
            let words = condition::compare(before, now);
            let when = |it| Said::About(format!("for it to run, {it}"));
            words.into_iter().map(when).collect()
        }
        (before, now) if before == now => Vec::new(),
        (_, RunMode::Always) => vec![Said::Of("now always runs".to_owned())],
        (_, RunMode::Conditional(when)) => {
            let when = quoted(&when.sentence());
            vec![Said::Of(format!("now runs only if {when}"))]
        }
        (_, RunMode::Fallback) => vec![Said::Of(
            "now runs only if no conditional task was performed before".to_owned(),
        )],
    }
}

/// What the targets of either side are.
#[derive(Clone, Copy)]
struct Words {
    was: TargetKind,
    is: TargetKind,
}

fn rules(words: Words, before: &[Rule], now: &[Rule]) -> Vec<String> {
    let pairs = pairs(words, before, now);
    let mut said = Vec::new();
    for (index, rule) in before.iter().enumerate() {
        if !pairs.iter().any(|(old, _)| *old == index) {
            said.push(format!(
                "rule {} was removed: {}",
                index + 1,
                rule_words(rule)
            ));
        }
    }
    // A task with one rule is not said to have rules.
    let is_plain = before.len() == 1 && now.len() == 1;
    for (index, rule) in now.iter().enumerate() {
        let Some((old, _)) = pairs.iter().find(|(_, new)| *new == index) else {
            said.push(format!(
                "rule {} was added: {}",
                index + 1,
                rule_words(rule)
            ));
            continue;
        };
        let Some(old) = before.get(*old) else {
            continue;
        };
        let changes = rule_changes(words, old, rule);
        said.extend(changes.into_iter().map(|it| {
            if is_plain {
                it
            } else {
                format!("in rule {}, {it}", index + 1)
            }
        }));
    }
    if !pairs.is_sorted_by_key(|(_, new)| *new) {
        said.push("its rules are in another order".to_owned());
    }
    said
}

/// Which rule is which: the same one, or one with the same condition, or with the same targets, or
/// else the next one. By the place among the older ones.
fn pairs(words: Words, before: &[Rule], now: &[Rule]) -> Vec<(usize, usize)> {
    let is_when = |a: &Rule, b: &Rule| plain(a) == plain(b);
    let is_targets = |a: &Rule, b: &Rule| targets(words, &a.targets, &b.targets).is_empty();
    let tries: [&dyn Fn(&Rule, &Rule) -> bool; 4] = [
        &|a, b| is_when(a, b) && is_targets(a, b),
        &is_when,
        &is_targets,
        &|_, _| true,
    ];
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for is_same in tries {
        for (old, rule) in before.iter().enumerate() {
            if pairs.iter().any(|(it, _)| *it == old) {
                continue;
            }
            let is_free = |new: usize| pairs.iter().all(|(_, it)| *it != new);
            let mut others = now.iter().enumerate();
            let found = others.find(|(new, other)| is_free(*new) && is_same(rule, other));
            if let Some((new, _)) = found {
                pairs.push((old, new));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

fn plain(rule: &Rule) -> Option<crate::model::condition::Condition> {
    rule.when.as_ref().map(condition::plain)
}

fn rule_changes(words: Words, before: &Rule, now: &Rule) -> Vec<String> {
    let mut said = match (&before.when, &now.when) {
        (None, Some(now)) => vec![format!("it applies only if {}", quoted(&now.sentence()))],
        (Some(before), None) => vec![format!(
            "it applies always instead of only if {}",
            quoted(&before.sentence())
        )],
        (before, now) => condition::optional(before.as_ref(), now.as_ref()),
    };
    said.extend(targets(words, &before.targets, &now.targets));
    said
}

/// "group “Sales” if Email ends with @sales.example.org"
fn rule_words(rule: &Rule) -> String {
    let names: Vec<String> = rule.targets.iter().map(|it| quoted(&it.name)).collect();
    let names = match names.as_slice() {
        [] => "nothing".to_owned(),
        names => crate::model::text::list(names, "and"),
    };
    match &rule.when {
        Some(when) => format!("{names} if {}", quoted(&when.sentence())),
        None => format!("{names} always"),
    }
}

fn targets(words: Words, before: &[Target], now: &[Target]) -> Vec<String> {
    let is_same = |a: &Target, b: &Target| words.was == words.is && is_same_target(a, b);
    let mut come: Vec<&Target> = now.iter().collect();
    let mut gone: Vec<&Target> = Vec::new();
    for target in before {
        match come.iter().position(|it| is_same(target, it)) {
            Some(place) => drop(come.remove(place)),
            None => gone.push(target),
        }
    }
    let (was, is) = (words.was.word(), words.is.word());
    match (gone.as_slice(), come.as_slice()) {
        ([], []) => {
            let in_order = before.iter().zip(now).all(|(a, b)| is_same(a, b));
            let other = (!in_order).then(|| format!("its {is}s are in another order"));
            other.into_iter().collect()
        }
        ([gone], [come]) if gone.name == come.name && was == is => {
            let name = quoted(&gone.name);
            vec![format!(
                "{was} {name} was replaced by another {is} of that name"
            )]
        }
        ([gone], [come]) => {
            let (gone, come) = (quoted(&gone.name), quoted(&come.name));
            let is = if was == is {
                String::new()
            } else {
                format!("{is} ")
            };
            vec![format!("{was} {gone} was replaced by {is}{come}")]
        }
        (gone, come) => {
            let gone = gone
                .iter()
                .map(|it| format!("{was} {} was removed", quoted(&it.name)));
            let come = come
                .iter()
                .map(|it| format!("{is} {} was added", quoted(&it.name)));
            gone.chain(come).collect()
        }
    }
}

/// A group that was renamed is the same one; what a file names is found by its name.
fn is_same_target(a: &Target, b: &Target) -> bool {
    match (a.id, b.id) {
        (Some(a), Some(b)) => a == b,
        _ => a.name == b.name,
    }
}
