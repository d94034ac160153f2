//! The limit of one workflow, as admins set it, and what is said of it before a version runs.

use chrono::TimeDelta;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{AccessKitNode, Queryable as _};
use tenure::{
    command::{Command, sweeps::SweepCommand},
    model::{
        guard::Limit,
        id::WorkflowId,
        sweep::{DormantAction, IdentifyDormant},
    },
    store::{Store, workflows},
    ui::Route,
};

use super::hands::{Window, click, go, has_button, must_say, press, retype, says, window_at};
use crate::{
    support::{Frame, activated, done, drafted, store, window_with},
    sweeps::{Desk, after, dormant, users},
};

const OWN: Limit = Limit {
    users: 3,
    percent: 1,
};

fn leavers(store: &Store) -> WorkflowId {
    let task = IdentifyDormant {
        action: DormantAction::Disable,
        ..IdentifyDormant::default()
    };
    activated(store, "Leavers", dormant(task))
}

fn limit(store: &Store, workflow: WorkflowId) -> Option<Limit> {
    let limit = store.read(|db| workflows::limit(db, workflow));
    limit.expect("a look")
}

fn set(store: &Store, workflow: WorkflowId, limit: Option<Limit>) {
    let set = SweepCommand::SetLimit { workflow, limit };
    done(store, Command::Sweep(Box::new(set)));
}

#[track_caller]
fn choose(window: &mut Window, way: &str) {
    let is_way = |it: &AccessKitNode<'_>| it.label().is_some_and(|it| it.starts_with(way));
    window.get_by(is_way).click();
    window.run();
}

#[test]
fn a_workflow_gets_a_limit_of_its_own_and_gives_it_back() {
    let store = store();
    let workflow = leavers(&store);
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Limit…");
    must_say(
        &window,
        "Follow the settings: 100 users or 10 %, whichever is more",
    );
    must_say(&window, "That is 100 in this directory of 0 users.");
    assert!(!says(&window, "Percent of the directory"));
    choose(&mut window, "A limit of its own");
    retype(&mut window, "Users", "3");
    retype(&mut window, "Percent of the directory", "1");
    must_say(&window, "That is 3 in this directory of 0 users.");
    click(&mut window, "Save");
    assert_eq!(limit(&store, workflow), Some(OWN));
    must_say(&window, "“Leavers” has a limit of its own");

    click(&mut window, "Limit…");
    choose(&mut window, "Follow the settings");
    click(&mut window, "Save");
    assert_eq!(limit(&store, workflow), None);
    must_say(&window, "“Leavers” follows the limit of the settings");
}

#[test]
fn what_cannot_be_a_limit_is_not_saved() {
    let store = store();
    let workflow = leavers(&store);
    set(&store, workflow, Some(OWN));
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Limit…");
    retype(&mut window, "Percent of the directory", "101");
    must_say(&window, "A share is between 0 and 100 percent.");
    retype(&mut window, "Users", "many");
    must_say(&window, "Write a whole number, such as 30.");
    click(&mut window, "Save");
    press(&mut window, Modifiers::NONE, Key::Enter);
    click(&mut window, "Cancel");
    assert_eq!(limit(&store, workflow), Some(OWN));
}

#[test]
fn the_keyboard_alone_sets_a_limit() {
    let store = store();
    let workflow = leavers(&store);
    let mut window = window_at(&store, Route::Workflow(workflow));
    press(&mut window, Modifiers::COMMAND, Key::K);
    window.event(egui::Event::Text("guardrail".to_owned()));
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::Tab);
    press(&mut window, Modifiers::NONE, Key::Space);
    for number in ["3", "1"] {
        press(&mut window, Modifiers::NONE, Key::Tab);
        press(&mut window, Modifiers::COMMAND, Key::A);
        window.event(egui::Event::Text(number.to_owned()));
        window.run();
    }
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(limit(&store, workflow), Some(OWN));
}

#[test]
fn the_list_of_workflows_leads_to_the_limit_and_escape_leaves_it() {
    let store = store();
    let workflow = leavers(&store);
    set(&store, workflow, Some(OWN));
    let mut window = window_at(&store, Route::Workflows);
    click(&mut window, "Limit of Leavers");
    must_say(&window, "Limit of “Leavers”");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!has_button(&window, "Save"));
    assert_eq!(limit(&store, workflow), Some(OWN));
}

#[test]
fn whom_a_version_would_hit_is_said_with_the_moment() {
    let desk = Desk::new();
    users(&desk.store, 2);
    let task = after(1, DormantAction::Disable);
    let (workflow, _) = drafted(&desk.store, "Leavers", dormant(task));
    desk.later(TimeDelta::days(2));
    let mut window = window_with(&desk.store, Frame::usual(), desk.clock.clone());
    go(&mut window, Route::Workflow(workflow));
    click(&mut window, "Activate version 1");
    must_say(&window, "Today it would disable or delete 2 users:");
    must_say(&window, "As of 26 Dec 2030, 12:00.");
    must_say(&window, "user0, user1");
}
