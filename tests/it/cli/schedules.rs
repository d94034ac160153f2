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
    let finds = |file: &str, message: &str| {
        let said = shell.run(&["workflow", "validate", file]);
        assert_eq!(said.code, 4, "{}", said.out);
        assert!(said.out.contains(message), "{}", said.out);
    };
    let report = written("Report", dormant(DormantAction::Report));
    let file = shell.file("report.json", report);
    finds(
        &file,
        "write down the mail server under Settings › Mail first",
    );
    shell.ok(&["workflow", "validate", &file, "--alone"]);

    let trigger = Trigger::offered(chrono_tz::Tz::UTC).remove(3);
    let foreign = SweepTask::IdentifyDormant(IdentifyDormant::default());
    let foreign = written("Foreign", scheduled(trigger, foreign));
    let file = shell.file("foreign.json", foreign);
    finds(
        &file,
        "Identify Dormant Account does not go with the trigger Notify User on Password Expiry",
    );
}

#[test]
fn numbers_times_and_days_that_cannot_be_are_refused() {
    let shell = Shell::new();
    let good = written("Leavers", dormant(DormantAction::Delete));
    for (from, to, message) in [
        (
            "\"days\": 90",
            "\"days\": 0",
            "a number of days from 1 to 3650",
        ),
        (
            "\"days\": 90",
            "\"days\": 3651",
            "a number of days from 1 to 3650",
        ),
        (
            "\"days\": 90",
            "\"days\": 4294967295",
            "a number of days from 1 to 3650",
        ),
        ("\"days\": 90", "\"days\": -1", "-1"),
        ("\"days\": 90", "\"days\": 1e99", "1e+99"),
        ("\"days\": 90", "\"days\": 1.5", "1.5"),
        ("\"days\": 90", "\"days\": \"90\"", "\"90\""),
        ("\"days\": 90", "\"days\": null", "null"),
        ("\"days\": 90,", "", "days"),
        ("\"12:00\"", "\"24:00\"", "the hours 0 to 23"),
        ("\"12:00\"", "\"12:60\"", "minutes"),
        ("\"12:00\"", "\"noon\"", "write the time like 08:30"),
        ("Europe/Berlin", "Mars/Base", "Mars/Base"),
        ("\"skip\"", "\"never\"", "never"),
        ("\"delete\"", "\"destroy\"", "destroy"),
    ] {
        assert!(good.contains(from), "{from} is not in {good}");
        let file = shell.file("wrong.json", good.replace(from, to));
        let said = shell.run(&["workflow", "validate", &file, "--alone"]);
        let everything = format!("{}{}", said.out, said.err);
        assert_eq!(said.code, 4, "{to}: {everything}");
        assert!(everything.contains(message), "{to}: {everything}");
        assert!(!everything.contains("panicked"), "{everything}");
    }
}
