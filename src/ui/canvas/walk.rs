//! The walk of an execution, as History paints it on the canvas.

use std::collections::BTreeMap;

use crate::model::{
    definition::{Definition, Edge, NodeId, Port},
    execution::{Decision, Step},
};

/// What became of each node that was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalkView {
    pub steps: BTreeMap<NodeId, WalkStep>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkStep {
    pub decision: Decision,

    /// The plain sentence of the failure, if the step failed.
    pub failure: Option<String>,
}

impl WalkView {
    pub fn of(steps: &[Step]) -> Self {
        let seen = |step: &Step| WalkStep {
            decision: step.decision.clone(),
            failure: step.failure.as_ref().map(|it| it.error.clone()),
        };
        Self {
            steps: steps.iter().map(|step| (step.node, seen(step))).collect(),
        }
    }

    /// Whether the walk took this edge.
    pub fn took(&self, definition: &Definition, edge: Edge) -> bool {
        let (Some(step), true) = (
            self.steps.get(&edge.from),
            self.steps.contains_key(&edge.to),
        ) else {
            return false;
        };
        let main = definition
            .node(edge.from)
            .and_then(|node| node.kind.main_port());
        let out = match step.decision {
            Decision::Otherwise => Some(Port::Otherwise),
            _ if step.failure.is_some() => Some(Port::Failed),
            _ => main,
        };
        out == Some(edge.port)
    }
}

impl WalkStep {
    pub fn sentence(&self) -> String {
        match &self.failure {
            Some(failure) => format!("Failed: {}", crate::ui::printed(failure)),
            None => self.decision.sentence(),
        }
    }
}
