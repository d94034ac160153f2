//! The first start.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    clock::Clock,
    store::{Store, users},
    ui::{Background, Route},
};

use crate::support::{Frame, group, noon, window, window_on};

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

/// Only where it takes longer than a frame is *Begin* out of reach for a while.
#[test]
fn the_keyboard_stays_on_begin_when_the_sample_company_is_refused() {
    let store = Store::in_memory().expect("in memory");
    group(&store, "Staff");
    let threads = tokio::runtime::Runtime::new().expect("threads");
    let background = Background::Threads(threads.handle().clone());
    let mut window = window_on(&store, Frame::usual(), Clock::manual(noon()), background);
    window.get_by_label("Load a sample company").click();
    window.run_ok();
    window.get_by_role_and_label(Role::Button, "Begin").focus();
    window.step();
    window.key_press(Key::Enter);
    let refused = "There is already a group named “Staff”: choose another name.";
    let mut steps = 0;
    while window.query_by_label(refused).is_none() {
        window.step();
        steps += 1;
        assert!(steps < 100_000, "nothing is said");
    }
    for _ in 0..3 {
        window.step();
    }
    let begin = window.get_by_role_and_label(Role::Button, "Begin");
    assert!(begin.accesskit_node().is_focused());
}
