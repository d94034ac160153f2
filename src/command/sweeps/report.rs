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
                rows.push(row(&item, act.node, template, &sweep.moment));
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
        let is_about_activity = template != Template::AboutToExpireReport;
        let color = &config.settings.branding.color;
        let picture = is_about_activity.then(|| mail::chart::dormant(&rows, color));
        let picture = picture.transpose()?;
        let texts = Texts::read(db, template)?;
        let report = Report {
            workflow: &found.workflow_name,
            date: sweep.moment.today(),
            days,
            rows: &rows,
            picture: picture.as_ref(),
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
    Ok(mails)
}

fn row(item: &Item, node: NodeId, template: Template, moment: &Moment) -> Row {
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
        day: if person.was_never_active {
            "never".to_owned()
        } else {
            day.to_string()
        },
        days: if template == Template::AboutToExpireReport {
            (day - moment.today()).num_days()
        } else {
            (moment.today() - day).num_days()
        },
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
