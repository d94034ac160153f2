//! A date by mouse, by keyboard and by typing.

use chrono::NaiveDate;
use egui::{Key, Modifiers};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

use super::DateField;
use crate::ui::theme;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2031, 12, 24).expect("a date")
}

fn window(value: &str) -> Harness<'static, String> {
    let mut window = Harness::builder()
        .with_size([420.0, 420.0])
        .with_context_setup(theme::install)
        .build_ui_state(
            |ui, value: &mut String| {
                ui.set_max_width(240.0);
                DateField::new("First day", today()).show(ui, value);
            },
            value.to_owned(),
        );
    window.run();
    window
}

fn click(window: &mut Harness<'_, String>, name: &str) {
    window.get_by_label(name).click();
    window.run();
}

fn press(window: &mut Harness<'_, String>, keys: &[Key]) {
    for key in keys {
        window.key_press(*key);
        window.run();
    }
}

/// Opens the calendar of `value` with the keyboard, presses the keys, and expects this date.
#[track_caller]
fn walks(value: &str, keys: &[Key], expected: &str) {
    let mut window = window(value);
    window.get_by_label("Calendar for First day").focus();
    window.run();
    press(&mut window, &[Key::Enter]);
    press(&mut window, keys);
    press(&mut window, &[Key::Enter]);
    assert_eq!(window.state(), expected);
    assert!(window.query_by_label("Days").is_none(), "it is closed");
}

#[test]
fn a_day_is_chosen_with_the_mouse() {
    let mut window = window("");
    click(&mut window, "Calendar for First day");
    window.get_by_label("December 2031");
    click(&mut window, "Next month");
    click(&mut window, "Next year");
    click(&mut window, "3 January 2033");
    assert_eq!(window.state(), "2033-01-03");
    assert!(window.query_by_label("Days").is_none(), "it is closed");
    click(&mut window, "Calendar for First day");
    click(&mut window, "Previous month");
    click(&mut window, "Previous year");
    click(&mut window, "31 December 2031");
    assert_eq!(window.state(), "2031-12-31");
}

#[test]
fn a_day_is_chosen_with_the_keyboard() {
    use Key::*;
    walks("", &[], "2031-12-24");
    walks("2030-02-28", &[ArrowRight], "2030-03-01");
    walks("2030-02-28", &[ArrowDown, ArrowLeft], "2030-03-06");
    walks("2030-02-28", &[ArrowUp], "2030-02-21");
    walks("2030-03-31", &[PageUp], "2030-02-28");
    walks("2030-12-31", &[PageDown, PageDown], "2031-02-28");
    walks("2030-02-28", &[Home], "2030-02-25");
    walks("2030-02-28", &[End], "2030-03-03");
}

#[test]
fn shift_and_page_walk_by_year() {
    let mut window = window("2032-02-29");
    click(&mut window, "Calendar for First day");
    window.key_press_modifiers(Modifiers::SHIFT, Key::PageDown);
    window.run();
    press(&mut window, &[Key::Enter]);
    assert_eq!(window.state(), "2033-02-28");
}

#[test]
fn the_first_and_the_last_year_are_ends() {
    use Key::*;
    walks("9999-12-31", &[ArrowRight, PageDown], "9999-12-31");
    walks("0001-01-01", &[ArrowLeft, PageUp], "0001-01-01");
}

#[test]
fn escape_closes_and_gives_the_keyboard_back() {
    let mut window = window("2030-02-28");
    click(&mut window, "Calendar for First day");
    press(&mut window, &[Key::ArrowRight, Key::Escape]);
    assert!(window.query_by_label("Days").is_none());
    assert_eq!(window.state(), "2030-02-28");
    assert!(window.get_by_label("Calendar for First day").is_focused());
}

#[test]
fn the_chosen_day_and_today_are_said() {
    let mut window = window("2031-12-06");
    click(&mut window, "Calendar for First day");
    let is_selected = |name: &str| {
        let node = window.get_by_label(name);
        node.accesskit_node().is_selected()
    };
    assert_eq!(is_selected("6 December 2031"), Some(true));
    assert_eq!(is_selected("24 December 2031"), Some(false));
    let node = window.get_by_label("24 December 2031");
    assert_eq!(
        node.accesskit_node().description(),
        Some("Today".to_owned())
    );
}

#[test]
fn what_is_no_date_opens_at_today_and_stays_until_one_is_chosen() {
    let mut window = window("tomorrow");
    click(&mut window, "Calendar for First day");
    window.get_by_label("December 2031");
    press(&mut window, &[Key::Escape]);
    assert_eq!(window.state(), "tomorrow");
}

#[test]
fn alt_and_down_open_the_calendar_from_the_text() {
    let mut window = window("");
    press(&mut window, &[Key::Tab, Key::Tab]);
    window.key_press_modifiers(Modifiers::ALT, Key::ArrowDown);
    window.run();
    press(&mut window, &[Key::ArrowRight, Key::Enter]);
    assert_eq!(window.state(), "2031-12-25");
}
