//! What the screens look like, in small pictures: in light and dark, with nothing, a company, and
//! more than fits.
//!
//! A changed picture is looked at (`*.diff.png`, `*.new.png` beside it) and, if it is right, kept with
//! `UPDATE_SNAPSHOTS=1 cargo test --test it snapshots`.

use egui::{Key, Modifiers, Role, Theme};
use egui_kittest::{SnapshotOptions, SnapshotResults, kittest::Queryable as _};
use tenure::{
    model::{definition::Trigger, template::Template},
    store::Store,
    ui::Route,
};

use super::{
    hands::{self, Window},
    stores::{Amount, newest_execution, other_version, quarantined_execution, version_to_show},
};
use crate::support::{Frame, drafted, scheduled, window_in};

/// Half a pixel for a point: small files, in which a moved or missing part still shows.
const PIXELS: f32 = 0.5;

fn look(theme: Theme, amount: Amount) -> SnapshotResults {
    let store = amount.store();
    let mut screens = vec![
        ("overview", Route::Overview),
        ("workflows", Route::Workflows),
        ("users", Route::Users),
        ("history", Route::History),
        ("connections", Route::Connections),
        ("templates", Route::Templates),
        ("template", Route::Template(Template::DormantUserReport)),
        ("outbox", Route::Outbox),
    ];
    if let Some(execution) = newest_execution(&store) {
        screens.push(("execution", Route::Execution(execution)));
    }
    if let Some(execution) = quarantined_execution(&store) {
        screens.push(("quarantine", Route::Execution(execution)));
    }
    if amount == Amount::Company {
        screens.push(("settings", Route::Settings));
        screens.push(("handbook", Route::Handbook));
    }
    let mut window = window_in(&store, frame(theme));
    let shoot = |window: &mut Window, screen: &str| shoot(window, screen, amount.word(), theme);
    for (screen, route) in std::mem::take(&mut screens) {
        hands::go(&mut window, route);
        shoot(&mut window, screen);
    }
    accounts(&mut window, amount, theme);
    mails(&mut window, amount, theme);
    hands::press(&mut window, Modifiers::COMMAND, Key::K);
    shoot(&mut window, "palette");
    hands::press(&mut window, Modifiers::NONE, Key::Escape);
    // Last, because an empty store gets its workflow here.
    let (workflow, version) = version_to_show(&store);
    screens.push(("versions", Route::Workflow(workflow)));
    if let Some(older) = other_version(&store, workflow, version) {
        let (old, new) = (older, version);
        screens.push(("compare", Route::Compare { old, new }));
    }
    screens.push(("editor", Route::Editor(version)));
    for (screen, route) in screens {
        hands::go(&mut window, route);
        shoot(&mut window, screen);
    }
    if amount == Amount::Company {
        hands::press(&mut window, Modifiers::NONE, Key::F1);
        shoot(&mut window, "shortcuts");
    }
    window.take_snapshot_results()
}

/// What admins see of accounts: the tokens, the drawer of a connection, and how somebody signs in.
fn accounts(window: &mut Window, amount: Amount, theme: Theme) {
    hands::go(window, Route::Connections);
    hands::tab(window, "API tokens");
    shoot(window, "tokens", amount.word(), theme);
    hands::tab(window, "Sign-in providers");
    if amount == Amount::Nothing {
        return;
    }
    let first = match amount {
        Amount::TooMuch => "0 Everyone",
        Amount::Nothing | Amount::Company => "Company",
    };
    hands::open_row(window, first);
    shoot(window, "connection", amount.word(), theme);
    hands::click(window, "Close drawer");
    hands::go(window, Route::Users);
    hands::type_into(window, "Search users", "ada");
    hands::open_row(window, "ada,");
    hands::scroll_to(window, "Remove the second factor…");
    shoot(window, "user", amount.word(), theme);
    hands::press_named(window, "Reset the password…");
    shoot(window, "reset", amount.word(), theme);
    hands::press(window, Modifiers::NONE, Key::Escape);
    hands::click(window, "Close drawer");
}

/// What admins see of mails: how they are sent, and what became of one.
fn mails(window: &mut Window, amount: Amount, theme: Theme) {
    hands::go(window, Route::Settings);
    hands::press_named(window, "Set up mail…");
    shoot(window, "mail_settings", amount.word(), theme);
    hands::click(window, "Close drawer");
    let mail = match amount {
        Amount::Nothing => return,
        Amount::Company => "grace@",
        Amount::TooMuch => "somebody.with.a.very.long.address.and.a.number.48@",
    };
    hands::go(window, Route::Outbox);
    hands::open_row(window, mail);
    shoot(window, "mail", amount.word(), theme);
    hands::click(window, "Close drawer");
}

/// The drawers of a scheduled workflow: its trigger, and its task with all that can be chosen.
fn schedule(theme: Theme, which: usize, choose: fn(&mut Window)) -> SnapshotResults {
    let store = Amount::Company.store();
    let trigger = Trigger::offered(chrono_tz::Europe::Berlin).remove(which);
    let task = trigger.sweep_task().expect("it has one");
    let (name, label) = (trigger.label(), task.label());
    let (_, version) = drafted(&store, name, scheduled(trigger, task.clone()));
    let mut window = window_in(&store, frame(theme));
    hands::go(&mut window, Route::Editor(version));
    hands::click(&mut window, &format!("Edit {name}"));
    let word = if which == 2 { "dormant" } else { "expiry" };
    shoot(&mut window, "schedule", word, theme);
    hands::click(&mut window, &format!("Edit {label}"));
    choose(&mut window);
    shoot(&mut window, "task", word, theme);
    window.take_snapshot_results()
}

fn pick(window: &mut Window, role: Role, name: &str) {
    window.get_by_role_and_label(role, name).click();
    window.run();
}

#[test]
fn the_drawers_of_schedules_look_as_they_did() {
    let mut results = SnapshotResults::new();
    for theme in [Theme::Light, Theme::Dark] {
        results.extend(schedule(theme, 2, |window| {
            pick(window, Role::RadioButton, "Disable");
        }));
        results.extend(schedule(theme, 3, |window| {
            pick(window, Role::CheckBox, "7 days before expiry");
            pick(window, Role::CheckBox, "Send Report to Admin");
        }));
    }
}

/// The dialogs about a workflow with a schedule: its limit, with a share that cannot be, and what is
/// said before it is activated.
fn workflow(theme: Theme) -> SnapshotResults {
    let store = Amount::Company.store();
    let trigger = Trigger::offered(chrono_tz::Europe::Berlin).remove(2);
    let task = trigger.sweep_task().expect("it has one");
    let (workflow, _) = drafted(&store, "Dormant people", scheduled(trigger, task));
    let mut window = window_in(&store, frame(theme));
    hands::go(&mut window, Route::Workflow(workflow));
    hands::click(&mut window, "Limit…");
    pick(&mut window, Role::RadioButton, "A limit of its own");
    hands::retype(&mut window, "Percent of the directory", "101");
    shoot(&mut window, "limit", "normal", theme);
    hands::press(&mut window, Modifiers::NONE, Key::Escape);
    hands::click(&mut window, "Activate version 1");
    shoot(&mut window, "activation", "normal", theme);
    window.take_snapshot_results()
}

#[test]
fn the_dialogs_of_a_workflow_look_as_they_did() {
    let mut results = SnapshotResults::new();
    for theme in [Theme::Light, Theme::Dark] {
        results.extend(workflow(theme));
    }
}

#[test]
fn every_screen_looks_as_it_did_in_light() {
    let mut results = SnapshotResults::new();
    for amount in Amount::ALL {
        results.extend(look(Theme::Light, amount));
    }
}

#[test]
fn every_screen_looks_as_it_did_in_dark() {
    let mut results = SnapshotResults::new();
    for amount in Amount::ALL {
        results.extend(look(Theme::Dark, amount));
    }
}

#[test]
fn the_first_start_looks_as_it_did() {
    let store = Store::in_memory().expect("in memory");
    let mut results = SnapshotResults::new();
    for theme in [Theme::Light, Theme::Dark] {
        let mut window = window_in(&store, frame(theme));
        shoot(&mut window, "welcome", "first", theme);
        results.extend(window.take_snapshot_results());
    }
}

fn frame(theme: Theme) -> Frame {
    Frame {
        size: egui::vec2(1280.0, 800.0),
        theme,
        pixels: PIXELS,
    }
}

fn shoot(window: &mut Window, screen: &str, amount: &str, theme: Theme) {
    let word = match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    // Two machines, and sometimes one, may round a colour differently, but not enough for anyone to
    // see: what changes on purpose changes hundreds of points.
    let options = SnapshotOptions::new().threshold(1.2).max_failed_pixels(20);
    window.snapshot_options(format!("{screen}_{amount}_{word}"), &options);
}
