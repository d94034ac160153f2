//! The drawers of scheduled tasks in a window, used by accessible names.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{
    model::{
        definition::{Definition, NodeKind},
        schedule::Schedule,
        settings::Settings,
        sweep::{DormantAction, IdentifyDormant, NotifyExpiry, SweepTask},
    },
    ui::canvas::{
        drawer::DrawerRequest,
        tests::{
            Desk, Window, choices_under, choose, click, press,
            schedules::{dormant, expiry, scheduled},
            undo, window,
        },
    },
};

const DORMANT: &str = "Identify Dormant Account";
const EXPIRY: &str = "Notify Password Expiry";
const REPORT: &str = "Send Report to Admin";
const NOTIFY: &str = "Notify User";
const INCLUDE: &str = "Include Disabled Users in Report";

fn shown(desk: Desk, step: &str) -> Window {
    let mut window = window(desk);
    window.set_size(egui::vec2(1280.0, 1600.0));
    window.run();
    click(&mut window, &format!("Edit {step}"));
    window
}

fn opened(definition: Definition, step: &str) -> Window {
    shown(Desk::new(definition), step)
}

fn task(window: &Window) -> SweepTask {
    let draft = window.state().editor.draft();
    let id = draft.find(|kind| matches!(kind, NodeKind::Sweep(_)));
    match &draft.node(id.expect("a task")).expect("a node").kind {
        NodeKind::Sweep(task) => task.clone(),
        other => panic!("{other:?} is no task of a schedule"),
    }
}

fn identify(window: &Window) -> IdentifyDormant {
    match task(window) {
        SweepTask::IdentifyDormant(task) => task,
        other @ SweepTask::NotifyExpiry(_) => panic!("{other:?} looks for others"),
    }
}

fn notify(window: &Window) -> NotifyExpiry {
    match task(window) {
        SweepTask::NotifyExpiry(task) => task,
        other @ SweepTask::IdentifyDormant(_) => panic!("{other:?} looks for others"),
    }
}

fn errors(window: &Window) -> Vec<String> {
    let problems = window.state().editor.draft().problems();
    problems.iter().map(|it| it.kind.to_string()).collect()
}

fn has_box(window: &Window, label: &str) -> bool {
    let mut boxes = window.query_all_by_role(Role::CheckBox);
    boxes.any(|it| it.accesskit_node().label().as_deref() == Some(label))
}

fn tick(window: &mut Window, label: &str) {
    window.get_by_role_and_label(Role::CheckBox, label).click();
    window.run();
}

fn act(window: &mut Window, action: DormantAction) {
    let radio = window.get_by_role_and_label(Role::RadioButton, action.label());
    radio.click();
    window.run();
}

/// Replaces what stands in a field, key by key.
fn write(window: &mut Window, field: &str, text: &str) {
    window.get_by_role_and_label(Role::TextInput, field).focus();
    window.run();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    for letter in text.chars() {
        window.event(egui::Event::Text(letter.to_string()));
        window.run();
    }
}

#[test]
fn every_number_of_days_can_be_chosen() {
    let mut window = opened(scheduled(dormant()), DORMANT);
    for days in [7, 15, 30, 45, 60, 90, 180] {
        choose(&mut window, "Number of days", &format!("{days} days"));
        assert_eq!(identify(&window).days, days);
    }
    assert!(window.query_by_label("Day count").is_none());
}

#[test]
fn a_number_of_days_of_ones_own_is_written() {
    let mut window = opened(scheduled(dormant()), DORMANT);
    let before = identify(&window);
    choose(&mut window, "Number of days", "Custom");
    assert_eq!(identify(&window), before, "until another one is written");
    write(&mut window, "Day count", "3650");
    assert_eq!(identify(&window).days, 3650);
    for wrong in ["0", "3651", "", "-1", "1.5", "soon", "99999999999999999999"] {
        write(&mut window, "Day count", "3650");
        write(&mut window, "Day count", wrong);
        if wrong.is_empty() {
            window.key_press(Key::Backspace);
            window.run();
        }
        window.get_by_label_contains("Write a whole number from 1 to 3650.");
    }
    choose(&mut window, "Number of days", "30 days");
    assert_eq!(identify(&window).days, 30);
    assert!(window.query_by_label("Day count").is_none());
}

#[test]
fn a_number_that_is_typed_is_one_step_of_undo() {
    let mut window = opened(scheduled(dormant()), DORMANT);
    choose(&mut window, "Number of days", "Custom");
    write(&mut window, "Day count", "120");
    assert_eq!(identify(&window).days, 120);
    undo(&mut window);
    assert_eq!(identify(&window).days, 90);
}

#[test]
fn what_is_told_to_whom_depends_on_the_action() {
    let mut window = opened(scheduled(dormant()), DORMANT);
    let boxes = |window: &Window| (has_box(window, REPORT), has_box(window, NOTIFY));
    assert_eq!(boxes(&window), (false, false), "a report is a report");
    act(&mut window, DormantAction::Delete);
    assert_eq!(boxes(&window), (true, false));
    act(&mut window, DormantAction::Disable);
    assert_eq!(boxes(&window), (true, true));
    tick(&mut window, REPORT);
    tick(&mut window, NOTIFY);
    let both = identify(&window);
    assert!(both.reports_too && both.notifies_user);
    assert_eq!(errors(&window), Vec::<String>::new());
}

#[test]
fn what_is_out_of_sight_is_not_set_and_comes_back() {
    let mut window = opened(scheduled(dormant()), DORMANT);
    act(&mut window, DormantAction::Disable);
    tick(&mut window, REPORT);
    tick(&mut window, NOTIFY);
    let both = identify(&window);
    act(&mut window, DormantAction::Delete);
    let deletes = identify(&window);
    assert!(deletes.reports_too && !deletes.notifies_user);
    act(&mut window, DormantAction::Report);
    let reports = identify(&window);
    assert!(!reports.reports_too && !reports.notifies_user);
    assert_eq!(errors(&window), Vec::<String>::new());
    act(&mut window, DormantAction::Disable);
    assert_eq!(identify(&window), both);
    for _ in 0..3 {
        undo(&mut window);
    }
    assert_eq!(identify(&window), both, "undo comes to the same");
    window.get_by_label_contains("Protected users and those who are disabled already are skipped");
}

#[test]
fn mails_about_expiry_are_chosen_day_by_day() {
    let mut window = opened(scheduled(expiry()), EXPIRY);
    for (label, days) in [
        ("Same Day", 0),
        ("7 days", 7),
        ("15 days", 15),
        ("30 days", 30),
        ("45 days", 45),
        ("60 days", 60),
        ("90 days", 90),
    ] {
        tick(&mut window, &format!("{label} before expiry"));
        tick(&mut window, &format!("{label} after expiry"));
        let chosen = notify(&window);
        assert!(chosen.before.contains(&days) && chosen.after.contains(&days));
        tick(&mut window, &format!("{label} before expiry"));
        let chosen = notify(&window);
        assert!(!chosen.before.contains(&days) && chosen.after.contains(&days));
    }
    assert_eq!(errors(&window), Vec::<String>::new());
}

#[test]
fn disabled_users_are_included_only_in_a_report() {
    let mut window = opened(scheduled(expiry()), EXPIRY);
    assert!(!has_box(&window, INCLUDE));
    tick(&mut window, REPORT);
    tick(&mut window, INCLUDE);
    assert!(notify(&window).includes_disabled);
    tick(&mut window, REPORT);
    assert!(!has_box(&window, INCLUDE));
    let neither = notify(&window);
    assert!(!neither.includes_disabled && !neither.reports_to_admins);
    tick(&mut window, REPORT);
    assert!(notify(&window).includes_disabled, "it comes back");
}

#[test]
fn nothing_selected_is_complained_about() {
    let said = "Choose at least one mail to users, or the report to admins.";
    let mut window = opened(scheduled(expiry()), EXPIRY);
    window.get_by_label(said);
    tick(&mut window, "7 days before expiry");
    assert!(window.query_by_label(said).is_none());
    tick(&mut window, "7 days before expiry");
    window.get_by_label(said);
    tick(&mut window, REPORT);
    assert!(window.query_by_label(said).is_none());
}

/// A mail server, recipients and an expiry are missing.
fn bare(definition: Definition) -> Desk {
    Desk {
        choices: choices_under(&Settings::default()),
        ..Desk::new(definition)
    }
}

#[test]
fn what_the_settings_lack_is_said_with_a_way_there() {
    let (server, nobody) = ("write down the mail server", "nobody receives the reports");
    let never = "Passwords do not expire";
    let mut window = shown(bare(scheduled(dormant())), DORMANT);
    window.get_by_label_contains(server);
    window.get_by_label_contains("Nobody receives the reports");
    assert!(window.query_by_label_contains(never).is_none());
    act(&mut window, DormantAction::Disable);
    for text in [server, nobody] {
        assert!(window.query_by_label_contains(text).is_none(), "{text}");
    }
    tick(&mut window, NOTIFY);
    window.get_by_label_contains(server);
    assert!(window.query_by_label_contains(nobody).is_none());
    press(&mut window, "Show settings");
    let asked = window.state().last.clone().and_then(|it| it.request);
    assert_eq!(asked, Some(DrawerRequest::ShowSettings));

    let window = shown(bare(scheduled(expiry())), EXPIRY);
    window.get_by_label_contains(server);
    window.get_by_label_contains(never);
}

#[test]
fn a_schedule_stays_the_same_whatever_its_task_does() {
    let mut window = opened(scheduled(dormant()), DORMANT);
    act(&mut window, DormantAction::Delete);
    let draft = window.state().editor.draft();
    let (_, trigger) = draft.trigger().expect("it has one");
    let berlin = Schedule::new(chrono_tz::Europe::Berlin);
    assert_eq!(trigger.schedule(), Some(&berlin));
}
