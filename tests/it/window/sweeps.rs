//! Scheduled executions, as admins watch them and decide about them.

use chrono::TimeDelta;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    command::{Command, Reply, sweeps::SweepCommand},
    model::{
        execution::Status,
        guard::Limit,
        id::{ExecutionId, WorkflowId},
        sweep::{DormantAction, IdentifyDormant, ItemState, Stage},
    },
    ui::Route,
};

use super::hands::{self, Window, click, go, must_say, says, tab};
use crate::{
    support::{Frame, done, window_with},
    sweeps::{Desk, active, after, change_settings, count, dormant, set_up_mail, users},
};

/// A window whose clock is that of the desk.
fn window(desk: &Desk, route: Route) -> Window {
    let mut window = window_with(&desk.store, Frame::usual(), desk.clock.clone());
    go(&mut window, route);
    window
}

/// Waits until what is shown has rested, and is read again.
fn rest(window: &mut Window) {
    for _ in 0..40 {
        window.step();
    }
}

fn rows(window: &Window) -> Vec<String> {
    let rows = window.query_all_by_role(Role::Row);
    rows.filter_map(|it| it.accesskit_node().label()).collect()
}

fn limit_to(desk: &Desk, users: u32) {
    change_settings(&desk.store, |it| {
        it.guard.limit = Limit { users, percent: 0 }
    });
}

/// Ten dormant users, of whom more than two may not be disabled at once.
fn quarantined() -> (Desk, ExecutionId) {
    let desk = Desk::new();
    users(&desk.store, 10);
    limit_to(&desk, 2);
    let workflow = active(&desk, "Leavers", dormant(after(1, DormantAction::Disable)));
    desk.later(TimeDelta::days(2));
    let execution = desk.run(workflow);
    (desk, execution)
}

/// 1,007 dormant users, of whom one batch of 500 has been disabled.
fn half_way() -> (Desk, ExecutionId) {
    let desk = Desk::new();
    set_up_mail(&desk.store);
    users(&desk.store, 1_007);
    limit_to(&desk, 5_000);
    let task = IdentifyDormant {
        notifies_user: true,
        reports_too: true,
        ..after(1, DormantAction::Disable)
    };
    let workflow = active(&desk, "Leavers", dormant(task));
    desk.later(TimeDelta::days(2));
    let execution = begun(&desk, workflow);
    for _ in 0..2 {
        assert!(desk.advance(), "there is a plan and a batch");
    }
    (desk, execution)
}

/// Runs the workflow by hand, as far as its first part is to be done.
fn begun(desk: &Desk, workflow: WorkflowId) -> ExecutionId {
    match desk.sweep(SweepCommand::Run(workflow)) {
        Reply::Execution(execution) => execution,
        other => panic!("nothing was begun: {other:?}"),
    }
}

fn tick(window: &mut Window, name: &str) {
    let boxed = window.get_by_role_and_label(Role::CheckBox, name);
    boxed.click_accesskit();
    window.run();
}

#[test]
fn the_list_says_how_many_users_and_how_far() {
    let (desk, _) = half_way();
    let mut window = window(&desk, Route::History);
    let found = rows(&window);
    assert!(found[0].contains("1,007 users"), "{found:?}");
    assert!(found[0].contains("Running · 500 of 1,007"), "{found:?}");
    while desk.advance() {}
    rest(&mut window);
    let found = rows(&window);
    assert!(found[0].contains("Succeeded, 1007 done"), "{found:?}");
}

#[test]
fn every_status_can_be_looked_for() {
    let (desk, _) = quarantined();
    let mut window = window(&desk, Route::History);
    for status in Status::ALL {
        hands::open_list(&mut window, "Status");
        let option = window.get_by_role_and_label(Role::ListBoxOption, status.label());
        option.click_accesskit();
        window.run();
        let expected = usize::from(status == Status::Quarantined);
        assert_eq!(rows(&window).len(), expected, "{status:?}");
    }
}

#[test]
fn what_is_running_is_stopped_and_goes_on_after_a_question() {
    let (desk, execution) = half_way();
    let mut window = window(&desk, Route::Execution(execution));
    must_say(&window, "run by hand by grace");
    must_say(&window, "500 of 1,007 users");
    click(&mut window, "Stop…");
    must_say(&window, "500 of 1,007 users have been dealt with");
    click(&mut window, "Stop");
    assert_eq!(desk.stage(execution).stage, Stage::Stopped);
    assert!(!desk.advance(), "it waits");
    rest(&mut window);
    must_say(&window, "507 users wait.");

    click(&mut window, "Resume…");
    must_say(&window, "It goes on for 507 users. They are disabled");
    click(&mut window, "Resume");
    while desk.advance() {}
    assert_eq!(desk.status(execution), Status::Succeeded);
    rest(&mut window);
    must_say(&window, "1,007 done");
    assert!(!hands::has_button(&window, "Stop…"));
}

#[test]
fn an_execution_is_copied_with_its_schedule() {
    let (desk, execution) = half_way();
    let mut window = window(&desk, Route::Execution(execution));
    let copied = hands::copy_with(&mut window, "Copy JSON");
    let copied: serde_json::Value = serde_json::from_str(&copied).expect("JSON");
    assert_eq!(copied["schedule"]["asked_by"], "grace");
    assert_eq!(copied["schedule"]["users"]["done"], 500);
    assert_eq!(copied["schedule"]["stage"], "applying");
}

#[test]
fn a_question_that_is_not_confirmed_changes_nothing() {
    let (desk, execution) = half_way();
    let mut window = window(&desk, Route::Execution(execution));
    click(&mut window, "Stop…");
    click(&mut window, "Cancel");
    assert_eq!(desk.stage(execution).stage, Stage::Applying);
}

#[test]
fn the_palette_stops_what_is_running() {
    let (desk, execution) = half_way();
    let mut window = window(&desk, Route::Execution(execution));
    hands::press(&mut window, egui::Modifiers::COMMAND, egui::Key::K);
    window.event(egui::Event::Text("stop the exec".to_owned()));
    window.run();
    hands::press(&mut window, egui::Modifiers::NONE, egui::Key::Enter);
    click(&mut window, "Stop");
    assert_eq!(desk.stage(execution).stage, Stage::Stopped);
}

#[test]
fn a_quarantined_execution_says_why_and_releases_all() {
    let (desk, execution) = quarantined();
    let mut window = window(&desk, Route::Execution(execution));
    must_say(
        &window,
        "10 of 10 users would be disabled or deleted, and the limit is 2.",
    );
    assert!(rows(&window)[0].starts_with("user0, Planned, Disable the account"));
    click(&mut window, "Release all…");
    must_say(&window, "This goes on for 10 users. They are disabled");
    click(&mut window, "Release all");
    while desk.advance() {}
    assert_eq!(count(&desk.items(execution), ItemState::Done), 10);
}

#[test]
fn some_of_a_quarantined_execution_are_released() {
    let (desk, execution) = quarantined();
    let mut window = window(&desk, Route::Execution(execution));
    tick(&mut window, "user3");
    tick(&mut window, "user5");
    must_say(&window, "2 of 10 selected");
    click(&mut window, "Release selected…");
    must_say(&window, "The other 8 are discarded");
    click(&mut window, "Release selected");
    while desk.advance() {}
    let outcomes = desk.outcomes(execution);
    let done: Vec<&String> = outcomes.iter().filter(|it| it.ends_with("Done")).collect();
    assert_eq!(done, ["user3: Done", "user5: Done"]);
    rest(&mut window);
    assert!(!hands::has_button(&window, "Release all…"));
}

#[test]
fn all_but_one_are_released() {
    let (desk, execution) = quarantined();
    let mut window = window(&desk, Route::Execution(execution));
    click(&mut window, "Select all");
    tick(&mut window, "user3");
    must_say(&window, "9 of 10 selected");
    click(&mut window, "Release selected…");
    click(&mut window, "Release selected");
    while desk.advance() {}
    let items = desk.items(execution);
    assert_eq!(count(&items, ItemState::Done), 9);
    assert_eq!(count(&items, ItemState::Discarded), 1);
}

#[test]
fn a_quarantined_execution_is_discarded() {
    let (desk, execution) = quarantined();
    let mut window = window(&desk, Route::Execution(execution));
    click(&mut window, "Discard…");
    must_say(&window, "Nothing happens to 10 users");
    click(&mut window, "Discard");
    assert_eq!(desk.status(execution), Status::Canceled);
    rest(&mut window);
    must_say(&window, "An administrator decided against it.");
}

#[test]
fn the_users_are_narrowed_by_state_and_by_name() {
    let (desk, execution) = half_way();
    let mut window = window(&desk, Route::Execution(execution));
    assert!(says(&window, "1 to 100 of 1,007"));
    hands::open_list(&mut window, "State");
    hands::pick(&mut window, "Planned (507)");
    assert!(says(&window, "1 to 100 of 507"));
    click(&mut window, "Next page");
    assert!(says(&window, "101 to 200 of 507"));
    hands::type_into(&mut window, "Search users", "ser1006");
    let found = rows(&window);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("user1006, Planned"), "{found:?}");
}

#[test]
fn one_user_shows_what_was_done_and_leads_on() {
    let (desk, execution) = half_way();
    let mut window = window(&desk, Route::Execution(execution));
    hands::open_row(&mut window, "user7,");
    must_say(&window, "Disable the account: done");
    must_say(&window, "handed to the outbox");
    must_say(&window, "user7@example.org");
    click(&mut window, "This user’s history");
    assert_eq!(window.state().route(), Route::History);
    let found = rows(&window);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("user7"), "{found:?}");
    assert!(found[0].contains("Done: Disable the account"), "{found:?}");
    hands::open_row(&mut window, "26 Dec");
    assert_eq!(window.state().route(), Route::Execution(execution));
    must_say(&window, "user7@example.org");
    click(&mut window, "Open user");
    assert_eq!(window.state().route(), Route::Users);
    assert!(hands::has_button(&window, "Close drawer"));
}

#[test]
fn the_mails_of_an_execution_are_listed_with_their_state() {
    let (desk, execution) = half_way();
    let mut window = window(&desk, Route::Execution(execution));
    tab(&mut window, "Mails 500");
    let found = rows(&window);
    assert!(
        found[0].contains("user499@example.org, Queued"),
        "{found:?}"
    );
    tab(&mut window, "Walk");
    assert!(says(&window, "Identify Dormant Account"));
}

#[test]
fn a_protected_user_shows_why_nothing_was_done() {
    let desk = Desk::new();
    let ids = users(&desk.store, 2);
    let protect = Command::ProtectUser {
        id: ids[1],
        is_protected: true,
    };
    done(&desk.store, protect);
    let workflow = active(&desk, "Leavers", dormant(after(1, DormantAction::Disable)));
    desk.later(TimeDelta::days(2));
    let execution = desk.run(workflow);
    let mut window = window(&desk, Route::Execution(execution));
    must_say(&window, "1 protected");
    hands::open_row(&mut window, "user1, Protected");
    must_say(&window, "user1");
    must_say(&window, "protected");
}

#[test]
fn running_by_hand_says_first_whom_it_would_hit() {
    let (desk, execution) = quarantined();
    let mut window = window(&desk, Route::Execution(execution));
    click(&mut window, "Run now…");
    must_say(
        &window,
        "It would find 10 users now: user0, user1, user2, user3, user4 and others.",
    );
    must_say(&window, "10 users would be disabled");
    must_say(&window, "will wait in quarantine");
    let before = desk.items(execution);
    click(&mut window, "Run now");
    let Route::Execution(begun) = window.state().route() else {
        panic!("it is not shown");
    };
    assert_ne!(begun, execution);
    assert_eq!(desk.items(execution), before);
    assert_eq!(desk.stage(begun).stage, Stage::Planning);
    must_say(&window, "run by hand by grace");
}

#[test]
fn a_due_time_says_its_zone_and_what_was_missed() {
    let desk = Desk::new();
    users(&desk.store, 1);
    active(&desk, "Leavers", dormant(after(1, DormantAction::Disable)));
    desk.later(TimeDelta::hours(72) + TimeDelta::minutes(5));
    desk.work();
    let mut window = window(&desk, Route::History);
    hands::open_row(&mut window, "27 Dec");
    must_say(&window, "due 27 Dec 2030, 12:00 in UTC");
    must_say(&window, "Begun late");
    must_say(&window, "2 due times before it were missed");
}

#[test]
fn the_exported_list_says_how_many_users_and_what_became_of_them() {
    let (desk, _) = half_way();
    while desk.advance() {}
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("executions.csv");
    let mut window = window(&desk, Route::History);
    hands::type_into(&mut window, "Search", "Leavers");
    click(&mut window, "Export…");
    hands::retype(&mut window, "File", &path.display().to_string());
    click(&mut window, "Export");
    let written = std::fs::read_to_string(&path).expect("a file");
    let mut reader = csv::Reader::from_reader(written.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let row = reader.records().next().expect("a row").expect("a record");
    let cell = |heading: &str| {
        let at = headings.iter().position(|it| it == heading);
        row.get(at.expect("a heading")).map(str::to_owned)
    };
    assert_eq!(cell("user").as_deref(), Some(""));
    assert_eq!(cell("users").as_deref(), Some("1007"));
    assert_eq!(cell("outcome").as_deref(), Some("1007 done"));
}

/// A clock that was set back does not bring what has run again.
#[test]
fn what_comes_next_is_what_was_not_dealt_with_yet() {
    let desk = Desk::new();
    users(&desk.store, 1);
    active(&desk, "Leavers", dormant(after(1, DormantAction::Disable)));
    desk.later(TimeDelta::hours(25));
    desk.work();
    desk.later(TimeDelta::hours(-2));
    let window = window(&desk, Route::Workflows);
    must_say(&window, "Next: tomorrow 12:00");
}

/// Below a banner, filters and buttons there is still a list to look at.
#[test]
fn a_quarantined_execution_shows_its_users_in_the_smallest_window() {
    let (desk, execution) = quarantined();
    let frame = Frame {
        size: egui::vec2(900.0, 600.0),
        ..Frame::usual()
    };
    let mut window = window_with(&desk.store, frame, desk.clock.clone());
    go(&mut window, Route::Execution(execution));
    let found = rows(&window);
    assert!(found.len() >= 5, "{found:?}");
    must_say(
        &window,
        "10 of 10 users would be disabled or deleted, and the limit is 2.",
    );
    assert!(hands::has_button(&window, "Release all…"));
}
