//! What is wrong with a definition, for people and for machines.

use serde::Serialize;

use super::{
    failure::Failure,
    output::{Output, Table},
};
use crate::model::{
    definition::Definition,
    problem::{Problem, Severity},
};

#[derive(Serialize)]
pub(super) struct ProblemRow {
    /// `error` or `warning`.
    severity: &'static str,

    /// The node's number; `null` when it concerns the whole definition.
    node: Option<u32>,

    /// What the node is called.
    title: Option<String>,
    message: String,
}

/// Errors first.
pub(super) fn rows(definition: &Definition, problems: &[Problem]) -> Vec<ProblemRow> {
    let row = |problem: &Problem| {
        let node = problem.node.and_then(|id| definition.node(id));
        ProblemRow {
            severity: match problem.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            node: problem.node.map(|id| id.0),
            title: node.map(|it| it.title().to_owned()),
            message: problem.kind.to_string(),
        }
    };
    problems.iter().map(row).collect()
}

pub(super) fn print(out: &mut Output, rows: &[ProblemRow]) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["", "STEP", "NAME", "PROBLEM"]);
    for row in rows {
        table.push(vec![
            row.severity.to_owned(),
            row.node.map_or(String::new(), |it| it.to_string()),
            row.title.clone().unwrap_or_default(),
            row.message.clone(),
        ]);
    }
    out.table(&table)
}
