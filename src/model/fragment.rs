//! A piece of a definition as JSON text, as it lies on the clipboard: some nodes, the edges among
//! them, positions from their upper left corner, targets by name.
//!
//! **Invariant:** a fragment is never empty and holds only what a workflow may have any number of.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    definition::{Definition, Edge, MAX_NODES, Node, NodeId, REACH},
    document::{self, Document, MAX_BYTES},
    problem::Known,
    task::TargetKind,
    text::{self, MAX_FIELD, TextError, fold},
};

/// What stands in `format`.
const FORMAT: &str = "tenure-steps/1";

/// How much of a text and of a parser's words an error quotes, in characters.
const QUOTED: usize = 60;
const SAID: usize = 200;

#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    /// Numbered from 1, the upper left corner of all at the origin.
    steps: Definition,
    source: Source,
}

/// What a text was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Steps,

    /// A whole workflow, of which only the steps can be pasted.
    Workflow,
}

/// A fragment as written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: String,
    steps: Definition,
}

/// Why there is nothing to copy or to paste.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FragmentError {
    #[error("there is nothing to paste: copy blocks on a canvas first")]
    Empty,
    #[error("the text is larger than {} MiB, too large for steps of a workflow", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("“{0}” is not a step of a workflow: copy blocks on a canvas first")]
    NotJson(String),
    #[error("the copied JSON says its format is “{0}”, expected “{FORMAT}”")]
    OtherFormat(String),
    #[error("the copied JSON does not say “format”: “{FORMAT}”, so it cannot be steps")]
    NoFormat,
    #[error("the copied steps cannot be read: {0}")]
    Unreadable(String),
    #[error("the name of a copied {what} {reason}")]
    Name {
        what: &'static str,
        reason: TextError,
    },
    #[error(
        "Start, the trigger and its event cannot be copied: every workflow has exactly one of each"
    )]
    NothingCopyable,
    #[error("there is no room: a workflow has at most {MAX_NODES} blocks")]
    TooMany,
}

impl Fragment {
    /// The chosen nodes, without those that cannot be copied.
    pub fn of(definition: &Definition, chosen: &BTreeSet<NodeId>) -> Result<Self, FragmentError> {
        let nodes = chosen.iter().filter_map(|id| {
            let node = definition.node(*id)?;
            node.kind.is_copyable().then_some((*id, node))
        });
        let nodes: Vec<(NodeId, &Node)> = nodes.collect();
        if nodes.is_empty() {
            return Err(FragmentError::NothingCopyable);
        }
        let least = |a: [f32; 2], b: [f32; 2]| [a[0].min(b[0]), a[1].min(b[1])];
        let positions = nodes.iter().map(|(_, node)| node.position);
        let [left, top] = positions.fold([f32::INFINITY; 2], least);
        let mut steps = Definition::default();
        let mut numbers = BTreeMap::new();
        for (id, node) in nodes {
            let mut copy = node.clone();
            let [x, y] = node.position;
            copy.position = on_canvas([x - left, y - top]);
            numbers.insert(id, steps.add(copy));
        }
        steps.copy_edges(definition, &numbers);
        let source = Source::Steps;
        Ok(Self { steps, source })
    }

    /// Reads what may be anything: this comes from the clipboard.
    pub fn from_text(text: &str) -> Result<Self, FragmentError> {
        if text.len() > MAX_BYTES {
            return Err(FragmentError::TooLarge);
        }
        let text = text.trim_matches(|it: char| it.is_whitespace() || it == '\u{FEFF}');
        if text.is_empty() {
            return Err(FragmentError::Empty);
        }
        let (steps, source) = read(text)?;
        check_names(&steps)?;
        let all = steps.nodes().map(|(id, _)| id).collect();
        let mut fragment = Self::of(&steps, &all)?;
        fragment.forget_numbers();
        fragment.source = source;
        Ok(fragment)
    }

    /// The same piece gives the same text.
    pub fn to_json(&self) -> String {
        let mut copy = self.clone();
        copy.forget_numbers();
        let written = Written {
            format: FORMAT.to_owned(),
            steps: copy.steps,
        };
        serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
    }

    pub fn steps(&self) -> &Definition {
        &self.steps
    }

    pub fn source(&self) -> Source {
        self.source
    }

    fn forget_numbers(&mut self) {
        for (_, target) in self.steps.targets_mut() {
            target.id = None;
        }
    }

    /// Finds the targets by their names in this directory. What is not there keeps its name, and
    /// becomes a problem of its step.
    pub fn find_targets(&mut self, known: &Known) {
        let mut numbers: BTreeMap<(TargetKind, String), i64> = BTreeMap::new();
        for ((kind, id), target) in &known.targets {
            numbers.insert((*kind, fold(&target.name).into_owned()), *id);
        }
        for (kind, target) in self.steps.targets_mut() {
            let name = fold(&target.name).into_owned();
            target.id = numbers.get(&(kind, name)).copied();
        }
    }

    /// Adds the piece with its upper left corner at a place. The new nodes, in the piece's order.
    pub fn put(
        &self,
        definition: &mut Definition,
        at: [f32; 2],
    ) -> Result<BTreeSet<NodeId>, FragmentError> {
        Ok(self.place(definition, at)?.into_values().collect())
    }

    fn place(
        &self,
        definition: &mut Definition,
        [left, top]: [f32; 2],
    ) -> Result<BTreeMap<NodeId, NodeId>, FragmentError> {
        if definition.len() + self.steps.len() > MAX_NODES {
            return Err(FragmentError::TooMany);
        }
        let mut numbers = BTreeMap::new();
        for (id, node) in self.steps.nodes() {
            let mut copy = node.clone();
            let [x, y] = node.position;
            copy.position = on_canvas([x + left, y + top]);
            numbers.insert(id, definition.add(copy));
        }
        definition.copy_edges(&self.steps, &numbers);
        Ok(numbers)
    }

    /// First and last node, if the main ports lead from the one through all others to the other,
    /// and from there onward.
    pub fn chain(&self) -> Option<(NodeId, NodeId)> {
        let entered: BTreeSet<NodeId> = self.steps.edges().map(|edge| edge.to).collect();
        let mut heads = self.steps.nodes().map(|(id, _)| id);
        let first = heads.find(|id| !entered.contains(id))?;
        let (mut last, mut length) = (first, 1);
        loop {
            let port = self.steps.node(last)?.kind.main_port()?;
            match self.steps.after(last, port) {
                Some(next) => last = next,
                None => break,
            }
            length += 1;
        }
        (length == self.steps.len()).then_some((first, last))
    }

    /// Puts a chain on an edge, and makes room below it if there is none.
    pub fn put_on(
        &self,
        definition: &mut Definition,
        edge: Edge,
    ) -> Result<Option<BTreeSet<NodeId>>, FragmentError> {
        let (Some((first, last)), Some([left, top])) =
            (self.chain(), definition.place_on(edge, 1.0))
        else {
            return Ok(None);
        };
        let position = |id| self.steps.node(id).map_or([0.0; 2], |it| it.position);
        let ([x, y], [_, bottom]) = (position(first), position(last));
        let height = (bottom - y).max(0.0);
        let numbers = self.place(definition, [left - x, top - y])?;
        definition.make_room(edge, top + height);
        let (Some(first), Some(last)) = (numbers.get(&first), numbers.get(&last)) else {
            return Ok(None);
        };
        definition.splice(edge, *first, *last);
        Ok(Some(numbers.into_values().collect()))
    }
}

fn on_canvas(position: [f32; 2]) -> [f32; 2] {
    position.map(|it| it.clamp(-REACH, REACH))
}

fn read(text: &str) -> Result<(Definition, Source), FragmentError> {
    let unreadable =
        |err: serde_json::Error| FragmentError::Unreadable(quoted(&err.to_string(), SAID));
    let Ok(value) = serde_json::from_str::<Format>(text) else {
        let is_json = serde_json::from_str::<serde_json::Value>(text).is_ok();
        return Err(if is_json && text.starts_with(['{', '[']) {
            FragmentError::NoFormat
        } else {
            FragmentError::NotJson(quoted(text, QUOTED))
        });
    };
    match value.format.as_str() {
        FORMAT => {
            let written: Written = serde_json::from_str(text).map_err(unreadable)?;
            Ok((written.steps, Source::Steps))
        }
        document::FORMAT => {
            let document = Document::from_bytes(text.as_bytes())
                .map_err(|err| FragmentError::Unreadable(quoted(&err.to_string(), SAID)))?;
            Ok((document.definition, Source::Workflow))
        }
        other => Err(FragmentError::OtherFormat(quoted(other, QUOTED))),
    }
}

/// The first field that tells one text from another.
#[derive(Deserialize)]
struct Format {
    format: String,
}

fn check_names(steps: &Definition) -> Result<(), FragmentError> {
    let wrong = |what| move |reason| FragmentError::Name { what, reason };
    for (_, node) in steps.nodes() {
        text::line(&node.name, MAX_FIELD).map_err(wrong("block"))?;
    }
    for (kind, target) in steps.targets() {
        text::required_line(&target.name, MAX_FIELD).map_err(wrong(kind.word()))?;
    }
    Ok(())
}

/// The beginning of a text that may be anything, on one line.
fn quoted(text: &str, length: usize) -> String {
    let mut start: String = text.chars().take(length).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    let line: String = start.split_whitespace().collect::<Vec<_>>().join(" ");
    text::shown(&line).into_owned()
}

#[cfg(test)]
mod tests;
