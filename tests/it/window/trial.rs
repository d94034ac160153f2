//! "Try it" against the real directory: what a step would do for somebody who is there.

use egui_kittest::kittest::Queryable as _;
use tenure::{
    command::Command,
    model::{
        condition::{Condition, Operator, Subject},
        event::Source,
        task::Action,
    },
    ui::Route,
};

use super::hands::{click, has_button, must_say, open_list, pick, says, type_into, window_at};
use crate::support::{
    activated, always, done, drafted, group, newcomer, register_as, registration, store,
};

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is handed over as an optional condition"
)]
fn of_ada() -> Option<Condition> {
    let test = Condition::test(Subject::Username, Operator::StartWith, "ada");
    Some(test)
}

#[test]
fn a_step_is_tried_with_somebody_of_the_directory() {
    let store = store();
    for name in ["ada", "grace.h", "eve"] {
        register_as(&store, newcomer(name, Source::AdminPortal)).expect("they are let in");
    }
    let staff = group(&store, "Staff");
    let tasks = vec![always(Action::AssignGroup, vec![staff])];
    let (_, version) = drafted(&store, "Welcome", registration(of_ada(), tasks));
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, "Edit Filter");
    open_list(&mut window, "User to try");
    type_into(&mut window, "Search User to try", "ada");
    assert!(!says(&window, "grace.h"), "the list is narrowed");
    pick(&mut window, "ada");
    must_say(&window, "ada would pass");
    must_say(&window, "Username is ada – starts with “ada”");

    click(&mut window, "Close drawer");
    click(&mut window, "Edit Assign Group to User");
    must_say(&window, "Rule 1 applies to ada");
    must_say(&window, "Assign group Staff");

    let id = store
        .read(|db| tenure::store::users::by_username(db, "ada"))
        .expect("a user")
        .expect("she is there")
        .id;
    done(&store, Command::DeleteUser(id));
    window.run();
    window.run();
    must_say(&window, "ada is in the recycle bin");
}

#[test]
fn what_runs_can_be_tried_and_not_changed() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(of_ada(), Vec::new()));
    register_as(&store, newcomer("ada", Source::AdminPortal)).expect("she is let in");
    let version = store
        .read(|db| tenure::store::workflows::versions(db, workflow))
        .expect("versions")
        .first()
        .expect("one")
        .id;
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, "Show Filter");
    assert!(!has_button(&window, "Add condition"));
    open_list(&mut window, "User to try");
    pick(&mut window, "ada");
    must_say(&window, "ada would pass");
    window.get_by_label("Yes: Username is ada – starts with “ada”");
}
