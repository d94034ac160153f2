//! Two texts line by line, as `diff -u` writes it.

use std::{fmt::Write as _, ops::Range};

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// How many unchanged lines stand around a change.
const CONTEXT: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Same,
    Removed,
    Added,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub sign: Sign,

    /// Counted from 1.
    pub old: Option<usize>,
    pub new: Option<usize>,
    pub text: String,
}

/// Part of the lines: to be shown, or unchanged and far from every change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fold {
    Shown(Range<usize>),
    Hidden(Range<usize>),
}

impl Sign {
    pub fn character(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Removed => '-',
            Self::Added => '+',
        }
    }
}

/// Every line of both texts, in order.
pub fn lines(old: &str, new: &str) -> Vec<Line> {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    // Patience finds the lines that stand on each side once, such as those with the number of a
    // block, and so stays fast where most lines look like many others.
    let mut lines = Vec::with_capacity(old.len().max(new.len()));
    for operation in capture_diff_slices(Algorithm::Patience, &old, &new) {
        let (tag, olds, news) = operation.as_tag_tuple();
        if tag == DiffTag::Equal {
            for (old_at, new_at) in olds.zip(news) {
                lines.push(line(Sign::Same, &new, Some(old_at), Some(new_at)));
            }
            continue;
        }
        lines.extend(olds.map(|at| line(Sign::Removed, &old, Some(at), None)));
        lines.extend(news.map(|at| line(Sign::Added, &new, None, Some(at))));
    }
    lines
}

fn line(sign: Sign, texts: &[&str], old: Option<usize>, new: Option<usize>) -> Line {
    let text = new.or(old).and_then(|at| texts.get(at));
    Line {
        sign,
        old: old.map(|it| it + 1),
        new: new.map(|it| it + 1),
        text: text.map_or_else(String::new, |it| (*it).to_owned()),
    }
}

/// What to show of the lines, and what to fold away.
pub fn folded(lines: &[Line]) -> Vec<Fold> {
    let mut folds = Vec::new();
    let mut at = 0;
    for shown in near_changes(lines) {
        if shown.start > at {
            folds.push(Fold::Hidden(at..shown.start));
        }
        at = shown.end;
        folds.push(Fold::Shown(shown));
    }
    if at < lines.len() {
        folds.push(Fold::Hidden(at..lines.len()));
    }
    folds
}

/// The changes with the lines around them; what would hide a single line is one range.
fn near_changes(lines: &[Line]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.sign == Sign::Same {
            continue;
        }
        let start = at.saturating_sub(CONTEXT);
        let end = (at + CONTEXT + 1).min(lines.len());
        match ranges.last_mut() {
            Some(last) if start <= last.end + 1 => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    ranges
}

/// A unified diff, which `patch` and `git apply` read; empty if there is no difference.
pub fn unified(old_name: &str, new_name: &str, lines: &[Line]) -> String {
    let hunks = near_changes(lines);
    let mut out = String::new();
    if hunks.is_empty() {
        return out;
    }
    // Writing to a string does not fail.
    writeln!(out, "--- {old_name}\n+++ {new_name}").ok();
    for hunk in hunks {
        let before = lines.get(..hunk.start).unwrap_or_default();
        let inside = lines.get(hunk).unwrap_or_default();
        let old = span(before, inside, |it| it.old);
        let new = span(before, inside, |it| it.new);
        writeln!(out, "@@ -{old} +{new} @@").ok();
        for line in inside {
            writeln!(out, "{}{}", line.sign.character(), line.text).ok();
        }
    }
    out
}

/// "12,7": where a hunk begins on a side, and how many lines it has there.
fn span(before: &[Line], inside: &[Line], number: impl Fn(&Line) -> Option<usize>) -> String {
    let count = inside.iter().filter_map(&number).count();
    let start = match inside.iter().find_map(&number) {
        Some(first) => first,
        // After the last line of the side before the hunk.
        None => before.iter().rev().find_map(&number).unwrap_or(0),
    };
    format!("{start},{count}")
}
