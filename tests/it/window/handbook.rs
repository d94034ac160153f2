//! The handbook.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use tenure::ui::Route;

use crate::support::{store, window};

/// Each chapter, and how one of its paragraphs or headings begins.
const CHAPTERS: [(&str, &str); 16] = [
    ("Your first workflow", "Draw it"),
    ("Workflows and versions", "While you draw"),
    ("The canvas", "With the keyboard"),
    ("Conditions, tasks and rules", "When a step fails"),
    ("Registration", "What people see"),
    ("Signing in and one's own account", "Guessing, locks"),
    ("Updates of users", "Asking what changed"),
    ("Schedules", "Missed runs"),
    ("Signing in through a provider", "Who is refused"),
    ("Users, groups, roles and attributes", "The recycle bin"),
    ("History and failures", "A scheduled execution"),
    ("Command line and service", "Exit codes"),
    ("Where things are kept", "Two processes on one folder"),
    ("Other programs", "Make a token"),
    ("Mail", "The mail server"),
    ("Overview and guardrails", "Running a workflow by hand"),
];

#[test]
fn every_chapter_can_be_opened() {
    let mut window = window(store());
    window.state_mut().go(Route::Handbook);
    window.run();
    for (name, part) in CHAPTERS {
        window.get_by_role_and_label(Role::Button, name).click();
        window.run();
        let found = window.query_all_by_label_contains(part).count();
        assert!(found > 0, "{name} does not show {part:?}");
    }
}
