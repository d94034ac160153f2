//! The Overview: what goes on, what comes next, and how the directory stands.

use chrono::TimeDelta;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    command::{Reply, sweeps::SweepCommand},
    model::{
        definition::Trigger,
        execution::Status,
        guard::Limit,
        id::ExecutionId,
        schedule::{Repeat, Schedule},
        sweep::{DormantAction, Stage, SweepTask},
    },
    store::Store,
    ui::Route,
};

use super::hands::{self, Window, click, must_say, says};
use crate::{
    people,
    support::{Frame, activated, admitted, registration, scheduled, store, window_with},
    sweeps::{Desk, active, after, change_settings, dormant, users},
};

/// The window as it opens, with the clock of the desk.
fn window(desk: &Desk) -> Window {
    window_with(&desk.store, Frame::usual(), desk.clock.clone())
}

fn rows(window: &Window) -> Vec<String> {
    let rows = window.query_all_by_role(Role::Row);
    rows.filter_map(|it| it.accesskit_node().label()).collect()
}

/// Ten users, two of them with a sign of life since, and one execution in quarantine.
fn at_work() -> (Desk, ExecutionId) {
    let desk = Desk::new();
    let ids = users(&desk.store, 10);
    for id in &ids[..2] {
        people::signed_in(&desk.store, *id, "Firefox");
    }
    change_settings(&desk.store, |it| {
        it.guard.limit = Limit {
            users: 2,
            percent: 0,
        }
    });
    let workflow = active(&desk, "Leavers", dormant(after(1, DormantAction::Disable)));
    desk.later(TimeDelta::days(9));
    let Reply::Execution(execution) = desk.sweep(SweepCommand::Run(workflow)) else {
        panic!("nothing was begun");
    };
    while desk.advance() {}
    assert_eq!(desk.status(execution), Status::Quarantined);
    (desk, execution)
}

#[test]
fn a_new_directory_is_led_to_its_first_workflow() {
    let desk = Desk::new();
    let mut window = window(&desk);
    assert_eq!(window.state().route(), Route::Overview);
    must_say(&window, "Begin with a workflow");
    click(&mut window, "Go to Workflows");
    assert_eq!(window.state().route(), Route::Workflows);
}

#[test]
fn what_waits_for_a_decision_is_a_press_away() {
    let (desk, execution) = at_work();
    let mut window = window(&desk);
    hands::open_row(&mut window, "Leavers v1, Quarantined, 10 users");
    assert_eq!(window.state().route(), Route::Execution(execution));
}

#[test]
fn users_are_counted_by_their_last_activity() {
    let (desk, _) = at_work();
    let mut window = window(&desk);
    must_say(&window, "8–15 days ago: 2 users");
    must_say(&window, "Never active: 8 users");
    must_say(&window, "0–7 days ago: 0 users");
    press(&mut window, "Show Users by last activity as a table");
    let found = rows(&window);
    assert!(found.contains(&"0–7 days ago, 0".to_owned()), "{found:?}");
}

/// Wherever it has scrolled to.
fn press(window: &mut Window, name: &str) {
    hands::press_named(window, name);
}

#[test]
fn passwords_are_counted_by_the_day_on_which_they_expire() {
    let (desk, execution) = at_work();
    must_say(&window(&desk), "Passwords do not expire.");
    for item in desk.items(execution).iter().take(3) {
        people::with_password(&desk.store, item.user);
    }
    change_settings(&desk.store, |it| it.password.expiry_days = 9);
    let window = window(&desk);
    must_say(&window, "Expires today: 3 users");
}

#[test]
fn a_bar_leads_to_the_executions_of_its_day() {
    let (desk, _) = at_work();
    activated(&desk.store, "Joiners", registration(None, Vec::new()));
    admitted(&desk.store, "late");
    let mut window = window(&desk);
    must_say(&window, "24 Dec 2030: 1 Succeeded");
    press(&mut window, "2 Jan 2031: 1 Quarantined");
    assert_eq!(window.state().route(), Route::History);
    let found = rows(&window);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("Quarantined"), "{found:?}");
}

#[test]
fn due_times_of_the_coming_week_are_shown_on_the_clock_of_their_zone() {
    let (desk, _) = at_work();
    must_say(
        &window(&desk),
        "Leavers, Now, 8 due times in the next 7 days",
    );
    desk.work();
    let mut window = window(&desk);
    must_say(
        &window,
        "Leavers, Fri 3 Jan, 12:00 UTC, 7 due times in the next 7 days",
    );
    press(&mut window, "Show Due in the next 7 days as a table");
    let found = rows(&window);
    let line = "3 Jan 2031, 12:00, Leavers, Fri 3 Jan, 12:00, UTC";
    assert!(found.contains(&line.to_owned()), "{found:?}");
}

#[test]
fn what_is_due_first_is_on_top() {
    let desk = Desk::new();
    let task = || after(1, DormantAction::Disable);
    active(&desk, "Aged", dormant(task()));
    let schedule = Schedule {
        repeat: Repeat::Hourly { minute: 30 },
        ..Schedule::new(chrono_tz::UTC)
    };
    let hourly = scheduled(
        Trigger::Dormant { schedule },
        SweepTask::IdentifyDormant(task()),
    );
    active(&desk, "Zealous", hourly);
    let rows = rows(&window(&desk));
    let names = rows.iter().filter_map(|it| it.split(',').next());
    let names: Vec<&str> = names
        .filter(|it| ["Aged", "Zealous"].contains(it))
        .collect();
    assert_eq!(names, ["Zealous", "Aged"], "{rows:?}");
}

#[test]
fn a_scheduled_workflow_is_run_from_here_after_a_look() {
    let (desk, execution) = at_work();
    desk.sweep(SweepCommand::Discard(execution));
    let mut window = window(&desk);
    press(&mut window, "Run Leavers now…");
    must_say(&window, "10 users would be disabled");
    click(&mut window, "Cancel");
    hands::press(&mut window, egui::Modifiers::COMMAND, egui::Key::K);
    window.event(egui::Event::Text("run a scheduled".to_owned()));
    window.run();
    hands::press(&mut window, egui::Modifiers::NONE, egui::Key::Enter);
    must_say(&window, "It would find 10 users now");
    click(&mut window, "Run now");
    let Route::Execution(begun) = window.state().route() else {
        panic!("it is not shown");
    };
    assert_eq!(desk.stage(begun).stage, Stage::Planning);
}

#[test]
fn nothing_scheduled_says_so() {
    let store = store();
    activated(&store, "Joiners", registration(None, Vec::new()));
    let window = window(&Desk::with(store));
    must_say(&window, "No workflow with a schedule is active.");
    assert!(!says(&window, "Begin with a workflow"));
}

/// While others write all the time, the plots are counted every few seconds only.
#[test]
fn the_counts_rest_between_two_looks() {
    let store: Store = store();
    activated(&store, "Joiners", registration(None, Vec::new()));
    admitted(&store, "ada");
    let mut window = window(&Desk::with(store.clone()));
    must_say(&window, "24 Dec 2030: 1 Succeeded");
    admitted(&store, "bob");
    for _ in 0..8 {
        window.step();
    }
    must_say(&window, "24 Dec 2030: 1 Succeeded");
    for _ in 0..40 {
        window.step();
    }
    must_say(&window, "24 Dec 2030: 2 Succeeded");
}

fn names(window: &Window) -> Vec<String> {
    let rows = rows(window);
    let name = |it: &String| it.split(',').next().unwrap_or_default().to_owned();
    rows.iter().map(name).collect()
}

fn choose(window: &mut Window, part: &str) {
    hands::open_list(window, "Activity, password");
    let option = window.get_by_role_and_label(Role::ListBoxOption, part);
    option.click_accesskit();
    window.run();
}

#[test]
fn a_bar_of_users_leads_to_those_users() {
    let (desk, _) = at_work();
    let mut window = window(&desk);
    press(&mut window, "8–15 days ago: 2 users");
    assert_eq!(window.state().route(), Route::Users);
    assert_eq!(names(&window), ["user0", "user1"]);
    must_say(&window, "Active 8–15 days ago");
    choose(&mut window, "Never active");
    assert_eq!(names(&window).len(), 8);
    choose(&mut window, "Any time");
    assert_eq!(names(&window).len(), 10);
}

#[test]
fn a_bar_of_passwords_leads_to_those_users() {
    let (desk, execution) = at_work();
    for item in desk.items(execution).iter().take(3) {
        people::with_password(&desk.store, item.user);
    }
    change_settings(&desk.store, |it| it.password.expiry_days = 9);
    let mut window = window(&desk);
    press(&mut window, "Expires today: 3 users");
    assert_eq!(names(&window), ["user0", "user1", "user2"]);
    must_say(&window, "Password expires today");
}

#[test]
fn the_keyboard_opens_a_bar_and_a_part_of_it() {
    let (desk, execution) = at_work();
    desk.sweep(SweepCommand::Discard(execution));
    let Reply::Execution(_) = desk.sweep(SweepCommand::Run(desk.summary(execution).workflow))
    else {
        panic!("nothing was begun");
    };
    while desk.advance() {}
    let mut window = window(&desk);
    let bar = "2 Jan 2031: 1 Quarantined, 1 Canceled or not ended";
    window.get_by_role_and_label(Role::Button, bar).focus();
    window.run();
    hands::press(&mut window, egui::Modifiers::NONE, egui::Key::ArrowUp);
    window.get_by_role_and_label(Role::Button, "2 Jan 2031: 1 Quarantined");
    hands::press(&mut window, egui::Modifiers::NONE, egui::Key::Enter);
    assert_eq!(window.state().route(), Route::History);
    let found = rows(&window);
    assert_eq!(found.len(), 1, "{found:?}");

    hands::go(&mut window, Route::Overview);
    let bar = "Never active: 8 users";
    window.get_by_role_and_label(Role::Button, bar).focus();
    window.run();
    hands::press(&mut window, egui::Modifiers::NONE, egui::Key::Enter);
    assert_eq!(names(&window).len(), 8);
}

#[test]
fn the_keyboard_opens_a_row_of_a_table() {
    let (desk, execution) = at_work();
    let mut window = window(&desk);
    let table = window.get_by_role_and_label(Role::Table, "Running and waiting");
    table.focus();
    window.run();
    hands::press(&mut window, egui::Modifiers::NONE, egui::Key::ArrowDown);
    hands::press(&mut window, egui::Modifiers::NONE, egui::Key::Enter);
    assert_eq!(window.state().route(), Route::Execution(execution));
}
