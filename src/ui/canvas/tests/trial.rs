//! The "Try it" box in the drawer.

use std::{collections::BTreeMap, sync::Arc};

use egui_kittest::kittest::Queryable as _;

use super::{
    Desk, Window, choose, click, press,
    schedules::{dormant, scheduled},
    type_into, typical, window,
};
use crate::{
    model::{
        definition::{Definition, Trigger},
        id::{GroupId, UserId},
        sweep,
        user::{Status, UserState},
    },
    ui::{
        canvas::{
            Editor,
            drawer::{Candidates, Facts, Standing, TrialWish},
        },
        widgets::Entry,
    },
};

/// As the screen answers, from a list.
pub(super) fn answer(editor: &mut Editor, people: &[(UserId, Arc<Standing>)], wish: TrialWish) {
    let name = |standing: &Standing| match standing {
        Standing::Here(facts) => facts.state.username.clone(),
        _ => "bob".to_owned(),
    };
    if let Some(typed) = wish.typed {
        let matching = people.iter().map(|(id, it)| (*id, name(it)));
        let users = matching.filter(|(_, name)| name.contains(&typed));
        let candidates = Candidates {
            typed: typed.clone(),
            users: users.map(|(id, name)| Entry::new(id, name)).collect(),
            is_cut: false,
            is_empty: people.is_empty(),
        };
        editor.trial().offer(Ok(Arc::new(candidates)));
    }
    if let Some(id) = wish.user {
        let found = people.iter().find(|(it, _)| *it == id);
        let standing = found.map_or_else(|| Arc::new(Standing::Gone), |(_, it)| Arc::clone(it));
        editor.trial().learn(id, Ok(standing));
    }
}

fn person(id: i64, username: &str, email: &str) -> (UserId, Arc<Standing>) {
    let state = UserState {
        username: username.to_owned(),
        email: email.to_owned(),
        first_name: "Ada".to_owned(),
        last_name: String::new(),
        phone: String::new(),
        status: Status::Active,
        attributes: BTreeMap::new(),
        groups: [(GroupId::new(1), "DEFAULT".to_owned())].into(),
        roles: BTreeMap::new(),
        mfa: [].into(),
    };
    let facts = Facts {
        state,
        is_protected: false,
        dates: sweep::Facts {
            last_activity: "2026-08-28T10:00:00Z".parse().expect("a moment"),
            password: None,
        },
        was_active: true,
    };
    (UserId::new(id), Arc::new(Standing::Here(Box::new(facts))))
}

fn desk() -> Desk {
    Desk {
        people: vec![
            person(1, "ada", "ada@example.org"),
            person(2, "eve", "eve@example.com"),
            (UserId::new(3), Arc::new(Standing::Deleted)),
        ],
        ..Desk::new(typical())
    }
}

fn opened(step: &str) -> Window {
    let mut window = window(desk());
    window.set_size(egui::vec2(1280.0, 1600.0));
    click(&mut window, &format!("Edit {step}"));
    window
}

fn try_with(window: &mut Window, name: &str) {
    choose(window, "User to try", name);
}

#[test]
fn a_filter_says_whether_somebody_would_pass_and_why() {
    let mut window = opened("Company address");
    try_with(&mut window, "ada");
    window.get_by_label("ada would pass");
    window.get_by_label("Yes: Email is ada@example.org – ends with “@example.org”");
    window.get_by_label("Yes: At least one of these holds");
    window.get_by_label("No: Office is empty – does not equal “Paris”");
    try_with(&mut window, "eve");
    window.get_by_label("eve would not pass");
    window.get_by_label("No: Email is eve@example.com – does not end with “@example.org”");
}

#[test]
fn the_answer_follows_what_is_edited() {
    let mut window = opened("Company address");
    try_with(&mut window, "eve");
    choose(&mut window, "Operator of condition 1", "Contains");
    type_into(&mut window, "Value of condition 1", "!");
    window.get_by_label("No: Email is eve@example.com – does not contain “@example.org!”");
    choose(&mut window, "Operator of condition 1", "Not Contains");
    window.get_by_label("eve would pass");
    press(&mut window, "Disable this step");
    window.get_by_label("eve would pass: this filter is disabled");
}

#[test]
fn a_task_says_what_it_would_do_for_the_one_chosen_before() {
    let mut window = opened("Company address");
    try_with(&mut window, "ada");
    click(&mut window, "Close drawer");
    click(&mut window, "Edit Assign Group to User");
    window.get_by_label("Rule 1 applies to ada");
    window.get_by_label("Yes: Assign group Staff");
    click(&mut window, "Conditional");
    window.get_by_label_contains("Cannot be answered yet");
    press(&mut window, "Add condition");
    type_into(&mut window, "Value of condition 1", "nobody");
    window.get_by_label("The task would not run for ada");
}

#[test]
fn a_source_is_chosen_where_a_condition_looks_at_it() {
    let mut window = opened("Company address");
    try_with(&mut window, "ada");
    assert!(window.query_by_label("Source to try").is_none());
    choose(&mut window, "Attribute of condition 1", "Source");
    window.get_by_label("Yes: Source is User Self-Registration – equals “User Self-Registration”");
    choose(&mut window, "Source to try", "Create User via Admin Portal");
    window.get_by_label("ada would not pass");
}

fn update() -> Definition {
    let mut definition = typical();
    definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(1));
    definition
}

#[test]
fn what_somebody_had_been_before_an_update_is_said() {
    let mut window = window(Desk {
        editor: Editor::new(update()),
        ..desk()
    });
    window.set_size(egui::vec2(1280.0, 1600.0));
    click(&mut window, "Edit Company address");
    try_with(&mut window, "ada");
    assert!(window.query_by_label("First Name before").is_none());
    choose(&mut window, "Operator of condition 2", "Changed");
    choose(&mut window, "Operator of condition 3", "Changed From");
    window.get_by_label("No: First Name is Ada, as before");
    type_into(&mut window, "First Name before", "!");
    window.get_by_label("Yes: First Name was Ada! and is Ada");
    choose(&mut window, "Office before", "Paris");
    window.get_by_label("Yes: Office was Paris and is empty – changed from “Paris”");
    try_with(&mut window, "eve");
    window.get_by_label("No: First Name is Ada, as before");
    window.get_by_label("No: Office is empty, as before");
}

#[test]
fn the_source_of_an_update_is_one_of_its_trigger() {
    let mut window = window(Desk {
        editor: Editor::new(update()),
        ..desk()
    });
    window.set_size(egui::vec2(1280.0, 1600.0));
    click(&mut window, "Edit Company address");
    try_with(&mut window, "ada");
    choose(&mut window, "Attribute of condition 1", "Source");
    window.get_by_label(
        "Yes: Source is End User Personal Details – equals “End User Personal Details”",
    );
    choose(&mut window, "Source to try", "API");
    window.get_by_label("No: Source is API – does not equal “End User Personal Details”");
}

#[test]
fn whoever_is_in_the_recycle_bin_or_gone_is_not_tried() {
    let mut window = opened("Company address");
    try_with(&mut window, "bob");
    window.get_by_label_contains("bob is in the recycle bin");
    try_with(&mut window, "ada");
    window.state_mut().people.clear();
    window.run();
    window.run();
    window.get_by_label_contains("ada no longer exists");
}

#[test]
fn with_nobody_to_try_it_says_what_to_do() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Edit Company address");
    window.get_by_label_contains("Create a user on the Users screen first");
    assert!(window.query_by_label("User to try").is_none());
}

#[test]
fn a_version_that_can_only_be_looked_at_can_be_tried() {
    let mut window = window(Desk {
        is_preview: true,
        ..desk()
    });
    window.set_size(egui::vec2(1280.0, 1600.0));
    click(&mut window, "Show Company address");
    try_with(&mut window, "ada");
    window.get_by_label("ada would pass");
}

#[test]
fn typing_faster_than_the_list_is_read_chooses_nobody_else() {
    let mut window = opened("Company address");
    window.get_by_label("User to try").click();
    window.run();
    window.get_by_label("Search User to try").type_text("eve");
    window.key_press(egui::Key::Enter);
    window.run();
    assert!(window.query_by_label("ada would pass").is_none());
}

#[test]
fn other_steps_have_no_box() {
    let mut window = window(desk());
    let (_, trigger) = window.state().editor.draft().trigger().expect("it has one");
    let title = trigger.label();
    click(&mut window, &format!("Edit {title}"));
    window.get_by_label("Name");
    assert!(window.query_by_label("Try it").is_none());
}

#[test]
fn a_scheduled_task_is_tried_as_if_it_were_due_now() {
    let mut desk = Desk {
        editor: Editor::new(scheduled(dormant())),
        ..desk()
    };
    let now = "2026-11-29T10:00:00Z".parse();
    desk.choices.set_now(now.expect("a moment"));
    let mut window = window(desk);
    window.set_size(egui::vec2(1280.0, 1600.0));
    click(&mut window, "Edit Identify Dormant Account");
    try_with(&mut window, "ada");
    window.get_by_label("ada is dormant");
    window.get_by_label("Yes: Last active 93 days ago, on 28 Aug 2026; dormant after 90 days");
    assert!(window.query_by_label("Source to try").is_none());
    choose(&mut window, "Number of days", "180 days");
    window.get_by_label("ada is not dormant");
}
