//! The window as a whole.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use crate::support::{store, window};

#[test]
fn every_entry_of_the_rail_opens_its_screen() {
    let mut window = window(store());
    for (route, name) in tenure::ui::Route::RAIL {
        window.get_by_role_and_label(Role::Button, name).click();
        window.run();
        assert_eq!(window.state().route(), route);
    }
}
