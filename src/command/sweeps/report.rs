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
                rows.push(row(&item, template, &sweep.moment));
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

fn row(item: &Item, template: Template, moment: &Moment) -> Row {
    let person = &item.person;
    let day = moment.day_of(person.at);
    Row {
        username: person.username.clone(),
        name: person.full_name(),
        email: person.email.clone(),
        status: person.status.label().to_owned(),
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

/// What a person reads about it: "Disabled, mail queued".
fn outcome(item: &Item) -> String {
    let applied = item.acts.iter().filter(|it| it.applied.is_some());
    let done: Vec<&str> = applied.filter_map(|it| done(&it.effect)).collect();
    match (item.state, done.as_slice()) {
        (ItemState::Done, []) => "Reported".to_owned(),
        (ItemState::Done, done) => {
            let mut said = done.join(", ");
            if let Some(first) = said.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            said
        }
        (state, _) => item
            .reason
            .clone()
            .unwrap_or_else(|| state.label().to_owned()),
    }
}

/// Being in the report is no news there.
fn done(effect: &Effect) -> Option<&'static str> {
    match effect {
        Effect::Disable => Some("disabled"),
        Effect::Delete => Some("deleted"),
        Effect::Mail(_) | Effect::Remind(_) => Some("mail queued"),
        _ => None,
    }
}
