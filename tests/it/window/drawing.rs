//! The main job: a workflow is drawn from nothing, activated, and decides about people.

use tenure::{command::Registered, model::execution::Status, store::members, ui::Route};

use super::hands::{click, must_say, open_list, pick, type_into, window_at};
use crate::support::{history, register, store};

#[test]
fn a_workflow_drawn_from_nothing_decides_who_comes_in() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    click(&mut window, "Create the first workflow");
    type_into(&mut window, "Name", "Welcome");
    click(&mut window, "Create");

    click(&mut window, "Add trigger");
    click(&mut window, "Add this trigger");
    click(&mut window, "Add step after New User Registration");
    pick(&mut window, "Filter");
    click(&mut window, "Add condition");
    type_into(&mut window, "Value of condition 1", "ada");
    click(&mut window, "Done");
    click(&mut window, "Fit to window");
    click(&mut window, "Add step after User created");
    pick(&mut window, "Assign Group to User");
    open_list(&mut window, "Add group to rule 1");
    type_into(&mut window, "Search Add group to rule 1", "Staff");
    pick(&mut window, "Create “Staff”");
    click(&mut window, "Done");
    must_say(&window, "Problems: 1 warning");

    click(&mut window, "Save draft");
    click(&mut window, "Activate…");
    must_say(&window, "people write “Email” themselves");
    type_into(&mut window, "Reason", "Everyone is known");
    click(&mut window, "Activate");
    must_say(&window, "This version is active");

    let Ok(Registered::Created { user, .. }) = register(&store, "ada") else {
        panic!("ada passes the filter");
    };
    let refused = register(&store, "bob").expect("an answer");
    assert!(matches!(refused, Registered::NotAccepted { .. }));
    let statuses: Vec<Status> = history(&store).iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Status::Succeeded, Status::Filtered]);
    let groups = store
        .read(|db| members::groups_of(db, user))
        .expect("groups");
    assert!(groups.values().any(|it| it == "Staff"), "{groups:?}");
}
