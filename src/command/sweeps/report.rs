//! The reports of a scheduled execution to admins, made when all else is done.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::plan::definition_of;
use crate::{
    command::{
        CommandError,
        mail::{self, Report, Texts},
    },
    model::{
        definition::{NodeId, NodeKind},
        effect::Effect,
        execution::Status,
        id::ExecutionId,
        mail::Mail,
        sweep::{Item, ItemState, Moment, SweepTask},
        template::{Row, Template},
        user,
    },
    store::{Config, executions, items, sweeps},
};

/// A mail to each recipient for each task that reports and found somebody. Reading only.
pub fn reports(
    db: &Connection,
    config: &Config,
    execution: ExecutionId,
) -> Result<Vec<Mail>, CommandError> {
    let sweep = sweeps::get(db, execution)?.ok_or(CommandError::NotFound("execution"))?;
    let found = executions::get(db, execution)?.ok_or(CommandError::NotFound("execution"))?;
    let mut rows: BTreeMap<(NodeId, Template), Vec<Row>> = BTreeMap::new();
    items::each::<CommandError>(db, execution, |item| {
        for act in &item.acts {
            if let Effect::Report(template) = act.effect
                && act.applied.is_some()
            {
                let rows = rows.entry((act.node, template)).or_default();
                rows.push(row(&item, act.node, &sweep.moment));
            }
        }
        Ok(())
    })?;
    let definition = definition_of(db, execution)?;
    let mut mails = Vec::new();
    for ((node, template), rows) in rows {
        let days = match definition.definition().node(node).map(|it| &it.kind) {
            Some(NodeKind::Sweep(SweepTask::IdentifyDormant(task))) => Some(task.days),
            _ => None,
        };
        let texts = Texts::read(db, template)?;
        let report = Report {
            workflow: &found.workflow_name,
            date: sweep.moment.today(),
            days,
            rows: &rows,
            picture: None,
        };
        let key = format!("{execution}.{}", node.0);
        let writer = texts.writer()?;
        mails.extend(mail::reports(
            &writer,
            template,
            &config.settings,
            report,
            &key,
        )?);
    }
    debug_assert!(found.status != Status::Quarantined, "nothing was done yet");
    Ok(mails)
}

fn row(item: &Item, node: NodeId, moment: &Moment) -> Row {
    let person = &item.person;
    let day = moment.day_of(person.at);
    let was_changed = item
        .acts
        .iter()
        .any(|it| it.node == node && it.is_destructive() && it.applied.is_some());
    let status = if was_changed && item.acts.iter().any(|it| it.effect == Effect::Disable) {
        user::Status::Disabled
    } else {
        person.status
    };
    Row {
        username: person.username.clone(),
        name: person.full_name(),
        email: person.email.clone(),
        status: status.label().to_owned(),
        day: day.to_string(),
        days: (moment.today() - day).num_days().abs(),
        outcome: outcome(item),
    }
}

fn outcome(item: &Item) -> String {
    let done: Vec<String> = item
        .acts
        .iter()
        .filter(|it| it.applied.is_some() && !matches!(it.effect, Effect::Report(_)))
        .map(|it| it.effect.sentence())
        .collect();
    match (item.state, done.is_empty()) {
        (ItemState::Done, true) => "Reported".to_owned(),
        (ItemState::Done, false) => done.join(", "),
        (state, _) => item
            .reason
            .clone()
            .unwrap_or_else(|| state.label().to_owned()),
    }
}
