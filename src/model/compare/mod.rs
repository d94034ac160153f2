//! What differs between two definitions: which blocks and edges came, went or changed, in words
//! that a person would say, and as text.
//!
//! Where a block stands is no part of what it does: a block that was only moved is counted, and
//! nothing more is said about it. **Invariant:** definitions that do something else yield at least
//! one change, and comparing them the other way round yields the same changes mirrored.

mod blocks;
mod condition;
mod describe;
mod edges;
mod lines;
mod pairs;
mod sweep;
mod task;

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{Definition, NodeId, Port};

pub use self::{
    describe::describe,
    lines::{Fold, Line, Sign, folded, lines, unified},
};

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    Removed,
    Added,
    Changed,

    /// It does the same at another place of the canvas.
    Moved,
}

/// One thing that differs, about a block of the older or the newer definition, or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub mark: Mark,
    pub old: Option<NodeId>,
    pub new: Option<NodeId>,

    /// A whole sentence: "Filter “Staff only” was disabled".
    pub sentence: String,

    /// Whether executions go differently; renaming a step changes only what people read.
    pub is_effective: bool,
}

/// The marks of one side, for painting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub nodes: BTreeMap<NodeId, Mark>,

    /// The edges that the other side does not have, by where they begin.
    pub edges: BTreeSet<(NodeId, Port)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// In the order in which a walk comes to the blocks.
    pub changes: Vec<Change>,
    pub old: Marks,
    pub new: Marks,
}

impl Mark {
    pub fn word(self) -> &'static str {
        match self {
            Self::Removed => "Removed",
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Moved => "Moved",
        }
    }

    /// The same change, seen from the other side.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Removed => Self::Added,
            Self::Added => Self::Removed,
            Self::Changed | Self::Moved => self,
        }
    }
}

impl Comparison {
    /// Whether nothing but places on the canvas differs.
    pub fn is_same(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether executions go differently.
    pub fn is_effective(&self) -> bool {
        self.changes.iter().any(|it| it.is_effective)
    }

    /// How many blocks have this mark.
    pub fn count(&self, mark: Mark) -> usize {
        let side = if mark == Mark::Removed {
            &self.old
        } else {
            &self.new
        };
        side.nodes.values().filter(|it| **it == mark).count()
    }

    /// "2 blocks changed, 1 added; 3 only moved"
    pub fn summary(&self) -> String {
        let of = |mark: Mark, word: &str| {
            let count = self.count(mark);
            (count > 0).then(|| format!("{count} {word}"))
        };
        let marks = [
            of(Mark::Changed, "changed"),
            of(Mark::Added, "added"),
            of(Mark::Removed, "removed"),
        ];
        let mut parts: Vec<String> = marks.into_iter().flatten().collect();
        if let Some(first) = parts.first_mut() {
            let (count, word) = first.split_once(' ').unwrap_or((first, ""));
            let blocks = if count == "1" { "block" } else { "blocks" };
            *first = format!("{count} {blocks} {word}");
        }
        let moved = self.count(Mark::Moved);
        match (parts.is_empty(), moved) {
            (true, 0) => "These versions are the same".to_owned(),
            (true, 1) => "These versions do the same; 1 block was moved".to_owned(),
            (true, _) => format!("These versions do the same; {moved} blocks were moved"),
            (false, 0) => parts.join(", "),
            (false, _) => format!("{}; {moved} only moved", parts.join(", ")),
        }
    }
}

/// What leads from `old` to `new`.
pub fn compare(old: &Definition, new: &Definition) -> Comparison {
    let pairs = pairs::Pairs::of(old, new);
    let mut comparison = Comparison::default();
    edges::mark(&pairs, &mut comparison);
    for id in pairs.reading_order() {
        blocks::compare(&pairs, id, &mut comparison);
    }
    comparison
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
