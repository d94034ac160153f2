//! The first start.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use tenure::{
    store::{Store, users},
    ui::Route,
};

use crate::support::window;

#[test]
fn the_first_start_asks_for_the_time_zone_and_says_who_acts() {
    let store = Store::in_memory().expect("in memory");
    let mut window = window(store.clone());
    window.get_by_label("You act as grace");
    assert!(window.query_by_label("Workflows").is_none());

    window.get_by_label("Time zone").click();
    window.run();
    window.get_by_label("Search Time zone").type_text("Berlin");
    window.run();
    window.get_by_label("Europe/Berlin").click();
    window.run();
    window.get_by_label("Begin").click();
    window.run();

    let settings = &store.config().expect("the settings").settings;
    assert_eq!(settings.time_zone, Some(chrono_tz::Europe::Berlin));
    window.get_by_role_and_label(Role::Button, "Workflows");
    assert_eq!(window.state().route(), Route::Overview);
    window.get_by_label("Begin with a workflow");
}

#[test]
fn a_sample_company_is_loaded_when_it_is_wanted() {
    let store = Store::in_memory().expect("in memory");
    let mut window = window(store.clone());
    window.get_by_label("Load a sample company").click();
    window.run();
    window.get_by_label("Begin").click();
    window.run();
    window.get_by_role_and_label(Role::Button, "Workflows");
    let count = store.read(users::count);
    assert!(count.expect("a number") >= 200);
    let config = store.config().expect("the settings");
    assert!(!config.active.is_empty(), "a workflow runs");
}
