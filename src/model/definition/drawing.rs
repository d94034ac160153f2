//! A definition as it is written down. Whatever is read obeys the same rules as what is drawn.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Definition, Edge, EdgeError, MAX_NODES, Node, NodeId, NodeKind, REACH, SharedNode};
use crate::model::{event::Source, note::NoteError};

/// A definition as written down.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drawing {
    nodes: BTreeMap<NodeId, Node>,
    edges: Vec<Edge>,
}

/// Why a written definition cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    #[error("the edge from node {} ({}) to node {} cannot be: {reason}", .edge.from.0, .edge.port.label(), .edge.to.0)]
    Edge { edge: Edge, reason: EdgeError },
    #[error("a definition has at most {MAX_NODES} nodes, this one has {0}")]
    TooManyNodes(usize),
    #[error("node {} lies nowhere on the canvas", .0.0)]
    NoPosition(NodeId),
    #[error("the note {} cannot be: {reason}", .id.0)]
    Note { id: NodeId, reason: NoteError },
    #[error("the trigger {} is {trigger}, which has no source {:?}", .id.0, .wrong.label())]
    Source {
        id: NodeId,
        trigger: &'static str,
        wrong: Source,
    },
}

impl TryFrom<Drawing> for Definition {
    type Error = DrawingError;

    fn try_from(drawing: Drawing) -> Result<Self, DrawingError> {
        if drawing.nodes.len() > MAX_NODES {
            return Err(DrawingError::TooManyNodes(drawing.nodes.len()));
        }
        for (id, node) in &drawing.nodes {
            let on_canvas = |it: &f32| it.is_finite() && it.abs() <= REACH;
            if !node.position.iter().all(on_canvas) {
                return Err(DrawingError::NoPosition(*id));
            }
            match &node.kind {
                NodeKind::Note(note) => note
                    .check()
                    .map_err(|reason| DrawingError::Note { id: *id, reason })?,
                NodeKind::Trigger(trigger) => {
                    let refused = |wrong| DrawingError::Source {
                        id: *id,
                        trigger: trigger.label(),
                        wrong,
                    };
                    trigger.foreign_source().map(refused).map_or(Ok(()), Err)?;
                }
                _ => (),
            }
        }
        let nodes = drawing.nodes.into_iter();
        let mut definition = Self {
            nodes: nodes
                .map(|(id, node)| (id, SharedNode::new(node)))
                .collect(),
            edges: BTreeMap::new(),
        };
        for edge in drawing.edges {
            let refused = |reason| DrawingError::Edge { edge, reason };
            if definition.after(edge.from, edge.port).is_some() {
                return Err(refused(EdgeError::PortTaken));
            }
            definition.check_ends(edge).map_err(refused)?;
            definition.edges.insert((edge.from, edge.port), edge.to);
        }
        if let Some(edge) = definition.circle() {
            let reason = EdgeError::Cycle;
            return Err(DrawingError::Edge { edge, reason });
        }
        definition.name_event();
        Ok(definition)
    }
}

impl From<Definition> for Drawing {
    fn from(definition: Definition) -> Self {
        let edges = definition.edges().collect();
        let nodes = definition.nodes.into_iter();
        Self {
            nodes: nodes.map(|(id, node)| (id, node.own())).collect(),
            edges,
        }
    }
}
