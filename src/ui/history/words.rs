//! Executions in words, as the list and the details say them.

use super::rows::Row;
use crate::{
    model::{
        definition::{Definition, NodeKind},
        execution::Status,
        sweep::{DormantAction, IdentifyDormant, NotifyExpiry, Progress, Stage, SweepTask},
    },
    store::sweeps::Sweep,
    ui::numbers::{grouped, users},
};

/// Whom it was about: "ada", "12 users".
pub(super) fn subject(row: &Row) -> String {
    match (&row.item, &row.sweep) {
        (Some(item), _) => item.person.username.clone(),
        (None, Some(sweep)) => affected(sweep),
        (None, None) => row.summary.subject.clone(),
    }
}

/// "12 users", "Nobody"; "12 users so far" while more may be found.
pub(in crate::ui) fn affected(sweep: &Sweep) -> String {
    let is_planning = sweep.stage == Stage::Planning || sweep.resume == Some(Stage::Planning);
    match sweep.progress.total() {
        0 if is_planning => "Not known yet".to_owned(),
        0 => "Nobody".to_owned(),
        count if is_planning => format!("{} so far", users(count)),
        count => users(count),
    }
}

/// "Succeeded", "Running · 4,200 of 10,000"
pub(in crate::ui) fn status(status: Status, sweep: Option<&Sweep>) -> String {
    let stage = sweep.map(|it| (it.stage, &it.progress));
    match (status, stage) {
        (Status::Running, Some((Stage::Planning, _))) => "Running · planning".to_owned(),
        (Status::Running, Some((Stage::Applying, progress))) => {
            format!("Running · {}", of_total(progress))
        }
        (Status::Running, Some((Stage::Reporting, _))) => "Running · reporting".to_owned(),
        _ => status.label().to_owned(),
    }
}

/// "4,200 of 10,000"
pub(super) fn of_total(progress: &Progress) -> String {
    format!(
        "{} of {}",
        grouped(progress.ended()),
        grouped(progress.total())
    )
}

/// What came of it, in one line.
pub(super) fn outcome(row: &Row) -> String {
    if let Some(item) = &row.item {
        let reason = item.reason.as_deref().map(|it| format!(", {it}"));
        let label = item.state.label();
        return format!("{label}: {}{}", item.sentence(), reason.unwrap_or_default());
    }
    match (&row.summary.error, &row.sweep) {
        (Some(error), _) => error.clone(),
        (None, Some(sweep)) if sweep.stage == Stage::Ended && sweep.progress.total() > 0 => {
            sweep.progress.sentence()
        }
        _ => String::new(),
    }
}

/// What is done at this stage; nothing where the status says it all.
pub(super) fn stage(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Planning => Some("The directory is gone through; nothing has happened yet"),
        Stage::Applying => Some("What was planned is done, user by user"),
        Stage::Reporting => Some("The mails to administrators are made"),
        Stage::Quarantined | Stage::Stopped | Stage::Ended => None,
    }
}

/// What happens to the users of a scheduled execution when it goes on, a sentence for each task.
pub(super) fn consequence(definition: Option<&Definition>, recycle_days: u32) -> String {
    let nodes = definition.into_iter().flat_map(Definition::nodes);
    let said = nodes.filter_map(|(_, node)| match &node.kind {
        NodeKind::Sweep(task) if !node.is_disabled => Some(task_consequence(task, recycle_days)),
        _ => None,
    });
    let mut said: Vec<String> = said.collect();
    said.push("Whoever is no longer one of those looked for is left alone.".to_owned());
    said.join(" ")
}

fn task_consequence(task: &SweepTask, recycle_days: u32) -> String {
    match task {
        SweepTask::IdentifyDormant(task) => dormant_consequence(task, recycle_days),
        SweepTask::NotifyExpiry(task) => expiry_consequence(task).to_owned(),
    }
}

fn dormant_consequence(task: &IdentifyDormant, recycle_days: u32) -> String {
    let mut said = match task.action {
        DormantAction::Delete if recycle_days == 0 => {
            "They are deleted for good, because the recycle bin is switched off.".to_owned()
        }
        DormantAction::Delete => format!(
            "They are deleted, and can be restored from the recycle bin for {recycle_days} days."
        ),
        DormantAction::Disable => {
            "They are disabled: they cannot sign in until somebody enables them.".to_owned()
        }
        DormantAction::Report => "Nothing happens to them.".to_owned(),
    };
    if task.notifies_user {
        said.push_str(" Each of them gets a mail.");
    }
    if task.reports() {
        said.push_str(" Administrators get a report.");
    }
    said
}

fn expiry_consequence(task: &NotifyExpiry) -> &'static str {
    if task.reports_to_admins {
        "They get a mail about their password, and administrators get a report."
    } else {
        "They get a mail about their password."
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        id::{ExecutionId, WorkflowId},
        sweep::Moment,
    };

    fn sweep(stage: Stage, planned: u64, done: u64) -> Sweep {
        Sweep {
            execution: ExecutionId::new(1),
            workflow: WorkflowId::new(1),
            due: None,
            missed: 0,
            moment: Moment {
                at: "2030-12-24T12:00:00Z".parse().expect("a moment"),
                zone: chrono_tz::UTC,
                previous: None,
            },
            stage,
            resume: None,
            progress: Progress {
                planned,
                done,
                ..Progress::default()
            },
            exceeded: None,
        }
    }

    #[test]
    fn a_scheduled_execution_says_how_far_it_has_come() {
        let check = |stage, planned, done, who: &str, how: &str| {
            let sweep = sweep(stage, planned, done);
            assert_eq!(affected(&sweep), who);
            assert_eq!(status(Status::Running, Some(&sweep)), how);
        };
        check(Stage::Planning, 0, 0, "Not known yet", "Running · planning");
        let so_far = "1,500 users so far";
        check(Stage::Planning, 1_500, 0, so_far, "Running · planning");
        let of = "Running · 4,200 of 10,000";
        check(Stage::Applying, 5_800, 4_200, "10,000 users", of);
        check(Stage::Reporting, 0, 1, "1 user", "Running · reporting");
        check(Stage::Reporting, 0, 0, "Nobody", "Running · reporting");
        assert_eq!(status(Status::Succeeded, None), "Succeeded");
    }

    #[test]
    fn what_will_happen_is_said_before_it_does() {
        let task = IdentifyDormant {
            action: DormantAction::Delete,
            reports_too: true,
            ..IdentifyDormant::default()
        };
        let said = dormant_consequence(&task, 30);
        assert!(said.contains("for 30 days. Administrators get"), "{said}");
        let said = dormant_consequence(&task, 0);
        assert!(said.contains("for good"), "{said}");
    }
}
