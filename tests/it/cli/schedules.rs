//! Scheduled workflows, from a file to what is said about them.

use tenure::model::{
    definition::{Definition, Trigger},
    document::Document,
    schedule::MissedRun,
    sweep::{DormantAction, IdentifyDormant, SweepTask},
};

use super::Shell;
use crate::support::scheduled;

fn written(name: &str, definition: Definition) -> String {
    let document = Document::new(name, "", "", definition);
    document.to_json().expect("JSON")
}

fn dormant(action: DormantAction) -> Definition {
    let mut trigger = Trigger::offered(chrono_tz::Europe::Berlin).remove(2);
    trigger.schedule_mut().expect("it has one").missed = MissedRun::Skip;
    let task = IdentifyDormant {
        action,
        ..IdentifyDormant::default()
    };
    scheduled(trigger, SweepTask::IdentifyDormant(task))
}

#[test]
fn a_schedule_and_its_task_are_shown_and_come_back_from_their_file() {
    let shell = Shell::new();
    let json = written("Leavers", dormant(DormantAction::Delete));
    let file = shell.file("leavers.json", json.clone());
    shell.ok(&["workflow", "validate", &file]);
    shell.ok(&["workflow", "import", &file]);
    let shown = shell.ok(&["workflow", "show", "Leavers"]);
    for line in [
        "Every day at 12:00, Europe/Berlin",
        "a missed run: skip",
        "Delete after 90 days without activity",
    ] {
        assert!(shown.contains(line), "{line:?} is not in:\n{shown}");
    }
    let exported = shell.ok(&["workflow", "export", "Leavers"]);
    assert_eq!(exported.trim(), json.trim());
}

#[test]
fn what_the_settings_lack_and_what_does_not_go_together_is_said() {
    let shell = Shell::new();
    // Without a directory there are no settings.
    shell.ok(&["group", "create", "Staff"]);
    let file = shell.file(
        "report.json",
        written("Report", dormant(DormantAction::Report)),
    );
    let said = "write down the mail server under Settings › Mail first";
    shell.refuses(&["workflow", "validate", &file], 4, said);
    shell.ok(&["workflow", "validate", &file, "--alone"]);
    let file = shell.file("task.json", {
        let trigger = Trigger::offered(chrono_tz::Tz::UTC).remove(3);
        let foreign = SweepTask::IdentifyDormant(IdentifyDormant::default());
        written("Foreign", scheduled(trigger, foreign))
    });
    let said =
        "Identify Dormant Account does not go with the trigger Notify User on Password Expiry";
    shell.refuses(&["workflow", "validate", &file], 4, said);
}
