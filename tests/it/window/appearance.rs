//! How the window looks, chosen in the settings.

use egui::{Theme, ThemePreference, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable as _};
use tenure::ui::{App, Route, motion};

use crate::support::{store, window};

fn open() -> Harness<'static, App> {
    let mut window = window(store());
    window.state_mut().go(Route::Settings);
    window.run();
    window
}

fn press(window: &mut Harness<'static, App>, role: Role, name: &str) {
    window.get_by_role_and_label(role, name).scroll_to_me();
    window.run();
    window.get_by_role_and_label(role, name).click();
    window.run();
}

#[test]
fn theme_scale_and_motion_hold_at_once_and_are_no_settings_to_save() {
    let mut window = open();
    press(&mut window, Role::CheckBox, "Reduce motion");
    assert!(motion::is_reduced(&window.ctx));
    for theme in [Theme::Light, Theme::Dark] {
        assert!(window.ctx.style_of(theme).animation_time <= 0.0);
    }
    press(&mut window, Role::CheckBox, "Reduce motion");
    assert!(!motion::is_reduced(&window.ctx));
    press(&mut window, Role::RadioButton, "Dark");
    let theme = window.ctx.options(|options| options.theme_preference);
    assert_eq!(theme, ThemePreference::Dark);
    press(&mut window, Role::RadioButton, "125 %");
    assert!((window.ctx.zoom_factor() - 1.25).abs() < f32::EPSILON);
    assert!(window.query_by_label("You have unsaved changes").is_none());
}
