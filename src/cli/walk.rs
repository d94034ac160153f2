//! The steps of a definition as text, in the order in which a walk comes to them.

use serde::Serialize;

use super::{failure::Failure, output::Output};
use crate::model::{
    definition::{Definition, NodeId, NodeKind},
    task::{RunMode, Target, Task},
    text,
};

#[derive(Serialize)]
pub(super) struct StepRow {
    node: u32,
    kind: &'static str,
    title: String,
    summary: String,

    /// Sources, conditions and rules in full, and what becomes of missed runs.
    details: Vec<String>,
    is_disabled: bool,
    next: Vec<Way>,
}

#[derive(Serialize)]
struct Way {
    port: &'static str,

    /// `null`: the walk ends here.
    node: Option<u32>,
}

/// From Start along the ports, the main one first; what no walk reaches comes last.
pub(super) fn rows(definition: &Definition) -> Vec<StepRow> {
    let order = order(definition);
    let row = |id: NodeId| {
        let node = definition.node(id)?;
        let ports = node.kind.ports();
        let way = |port: &crate::model::definition::Port| Way {
            port: port.label(),
            node: definition.after(id, *port).map(|to| to.0),
        };
        Some(StepRow {
            node: id.0,
            kind: node.kind.label(),
            title: node.title().to_owned(),
            summary: node.kind.summary(),
            details: details(&node.kind),
            is_disabled: node.is_disabled,
            next: ports.iter().map(way).collect(),
        })
    };
    order.into_iter().filter_map(row).collect()
}

fn order(definition: &Definition) -> Vec<NodeId> {
    let mut order: Vec<NodeId> = Vec::new();
    let mut is_seen = std::collections::BTreeSet::new();
    let start = definition.find(|kind| *kind == NodeKind::Start);
    let rest = definition.blocks().map(|(id, _)| id);
    for first in start.into_iter().chain(rest) {
        let mut open = vec![first];
        while let Some(id) = open.pop() {
            if is_seen.insert(id) {
                order.push(id);
                let ways: Vec<NodeId> = definition.out(id).map(|edge| edge.to).collect();
                open.extend(ways.into_iter().rev());
            }
        }
    }
    order
}

fn details(kind: &NodeKind) -> Vec<String> {
    match kind {
        NodeKind::Trigger(trigger) if !trigger.sources().is_empty() => {
            let labels: Vec<&str> = trigger.sources().iter().map(|it| it.label()).collect();
            vec![text::list(&labels, "or")]
        }
        NodeKind::Trigger(trigger) => {
            let schedule = trigger.schedule().into_iter();
            let lines = schedule.flat_map(|it| {
                let missed = it.missed.label().to_lowercase();
                [it.summary(), format!("a missed run: {missed}")]
            });
            lines.collect()
        }
        NodeKind::Filter(Some(condition)) => vec![condition.sentence()],
        NodeKind::Task(task) => task_details(task),
        _ => Vec::new(),
    }
}

fn task_details(task: &Task) -> Vec<String> {
    let names = |targets: &[Target]| {
        let names: Vec<&str> = targets.iter().map(|it| it.name.as_str()).collect();
        text::list(&names, "and")
    };
    let mut lines = Vec::new();
    match &task.mode {
        RunMode::Always => (),
        RunMode::Conditional(when) => lines.push(format!("runs if {}", when.sentence())),
        RunMode::Fallback => lines.push("runs if no conditional task was performed".to_owned()),
    }
    for rule in &task.rules {
        lines.push(match &rule.when {
            Some(when) => format!("{} if {}", names(&rule.targets), when.sentence()),
            None => names(&rule.targets),
        });
    }
    if !task.fallback.is_empty() {
        lines.push(format!("{} if no rule matched", names(&task.fallback)));
    }
    lines
}

pub(super) fn print(out: &mut Output, steps: &[StepRow]) -> Result<(), Failure> {
    for step in steps {
        let mut line = format!("{:>4}  {}", step.node, step.title);
        if step.title != step.kind {
            line.extend([" [", step.kind, "]"]);
        }
        if step.is_disabled {
            line.push_str(" (disabled)");
        }
        if step.details.is_empty() && !step.summary.is_empty() {
            line.extend([": ", &step.summary]);
        }
        out.line(line)?;
        for detail in &step.details {
            out.block("        ", detail)?;
        }
        let way = |way: &Way| {
            let to = way
                .node
                .map_or_else(|| "ends".to_owned(), |it| it.to_string());
            format!("{} → {to}", way.port)
        };
        let ways: Vec<String> = step.next.iter().map(way).collect();
        if !ways.is_empty() {
            out.block("        ", &ways.join(", "))?;
        }
    }
    Ok(())
}
