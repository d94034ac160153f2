//! A schedule, set by mouse, by keyboard and by typing.

use chrono_tz::{Europe, Pacific, Tz};
use egui::{Key, Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

use super::schedule_field;
use crate::{
    model::{
        Timestamp,
        schedule::{MissedRun, Repeat, Schedule, Weekday},
    },
    ui::theme,
};

struct State {
    schedule: Schedule,
    now: Timestamp,
    is_open: bool,
    changes: usize,
}

type Window = Harness<'static, State>;

fn schedule(zone: Tz, repeat: Repeat) -> Schedule {
    Schedule {
        repeat,
        ..Schedule::new(zone)
    }
}

fn daily(time: &str) -> Repeat {
    let time = time.parse().expect("a time");
    Repeat::Daily { time }
}

fn window(schedule: Schedule, now: &str) -> Window {
    let state = State {
        schedule,
        now: now.parse().expect("a moment"),
        is_open: true,
        changes: 0,
    };
    let mut window = Harness::builder()
        .with_size([420.0, 900.0])
        .with_max_steps(30)
        .with_context_setup(theme::install)
        .build_ui_state(
            |ui, state: &mut State| {
                ui.set_max_width(340.0);
                if state.is_open && schedule_field(ui, &mut state.schedule, state.now) {
                    state.changes += 1;
                }
            },
            state,
        );
    window.run();
    window
}

fn noon() -> Window {
    window(Schedule::new(Europe::Berlin), "2026-11-29T12:00:00Z")
}

fn click(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run();
}

/// Opens a list and takes the line.
fn choose(window: &mut Window, list: &str, option: &str) {
    let list = window.get_by_role_and_label(Role::ComboBox, list);
    list.click();
    window.run();
    window
        .get_by_role_and_label(Role::ListBoxOption, option)
        .click();
    window.run();
}

fn write(window: &mut Window, field: &str, text: &str) {
    window.get_by_role_and_label(Role::TextInput, field).focus();
    window.run();
    window.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.run();
    window
        .get_by_role_and_label(Role::TextInput, field)
        .type_text(text);
    window.run();
}

fn written(window: &Window, field: &str) -> String {
    let field = window.get_by_role_and_label(Role::TextInput, field);
    field.value().unwrap_or_default()
}

/// Lines or remarks below "Next due times".
#[track_caller]
fn shows(window: &Window, expected: &[&str]) {
    for line in expected {
        window.get_by_label(line);
    }
}

#[test]
fn a_new_schedule_shows_its_next_five_due_times() {
    let window = noon();
    let list = window.get_by_role_and_label(Role::ComboBox, "Repeat");
    assert_eq!(list.value().as_deref(), Some("Daily"));
    assert_eq!(written(&window, "Time"), "12:00");
    shows(
        &window,
        &[
            "Mon 30 Nov 2026, 12:00 UTC+01:00",
            "Tue 1 Dec 2026, 12:00 UTC+01:00",
            "Wed 2 Dec 2026, 12:00 UTC+01:00",
            "Thu 3 Dec 2026, 12:00 UTC+01:00",
            "Fri 4 Dec 2026, 12:00 UTC+01:00",
        ],
    );
    assert_eq!(window.state().changes, 0);
}

#[test]
fn each_kind_has_its_fields_and_keeps_what_was_set() {
    let mut window = noon();
    write(&mut window, "Time", "8:30");
    choose(&mut window, "Repeat", "Weekly");
    click(&mut window, "Friday");
    let days = [Weekday::Monday, Weekday::Friday].into();
    let time = "08:30".parse().expect("a time");
    let weekly = Repeat::Weekly { days, time };
    assert_eq!(window.state().schedule.repeat, weekly);

    choose(&mut window, "Repeat", "Monthly");
    write(&mut window, "Day of month", "31");
    assert_eq!(
        window.state().schedule.repeat,
        Repeat::Monthly { day: 31, time }
    );
    shows(&window, &["Mon 30 Nov 2026, 08:30 UTC+01:00"]);

    choose(&mut window, "Repeat", "Hourly");
    write(&mut window, "Minute", "15");
    assert_eq!(
        window.state().schedule.repeat,
        Repeat::Hourly { minute: 15 }
    );
    assert!(window.query_by_label("Time").is_none());

    choose(&mut window, "Repeat", "Once");
    assert_eq!(written(&window, "Date"), "2026-11-30");
    write(&mut window, "Date", "2026-12-24");
    shows(&window, &["Thu 24 Dec 2026, 12:00 UTC+01:00"]);

    choose(&mut window, "Repeat", "Weekly");
    assert_eq!(window.state().schedule.repeat, weekly);
}

#[test]
fn a_time_that_cannot_be_read_stays_typed_and_changes_nothing() {
    let mut window = noon();
    write(&mut window, "Time", "25:00");
    window.get_by_label_contains("A day has the hours 0 to 23. It stays 12:00.");
    assert_eq!(window.state().schedule.repeat, daily("12:00"));
    window.key_press(Key::Tab);
    window.run();
    assert_eq!(written(&window, "Time"), "25:00");

    write(&mut window, "Time", "7:05");
    assert_eq!(window.state().schedule.repeat, daily("07:05"));
    assert_eq!(written(&window, "Time"), "7:05", "it is being typed");
    window.key_press(Key::Tab);
    window.run();
    assert_eq!(written(&window, "Time"), "07:05");
    assert_eq!(window.state().changes, 1);
}

#[test]
fn what_was_typed_wrong_is_gone_when_the_field_is_shown_again() {
    let mut window = noon();
    write(&mut window, "Time", "half past");
    window.state_mut().is_open = false;
    window.run_steps(3);
    window.state_mut().is_open = true;
    window.run_steps(3);
    assert_eq!(written(&window, "Time"), "12:00");
}

#[test]
fn a_schedule_that_changes_elsewhere_shows_in_the_field() {
    let mut window = noon();
    window.state_mut().schedule.repeat = daily("06:00");
    window.run();
    assert_eq!(written(&window, "Time"), "06:00");
}

#[test]
fn numbers_out_of_range_are_refused_in_words() {
    #[track_caller]
    fn check(kind: &str, field: &str, typed: &str, expected: &str) {
        let mut window = noon();
        choose(&mut window, "Repeat", kind);
        let before = window.state().schedule.clone();
        write(&mut window, field, typed);
        window.get_by_label_contains(expected);
        assert_eq!(window.state().schedule, before);
    }
    check(
        "Hourly",
        "Minute",
        "60",
        "There is no minute 60: choose 0 to 59.",
    );
    check(
        "Hourly",
        "Minute",
        "a quarter",
        "Write a number from 0 to 59.",
    );
    check(
        "Monthly",
        "Day of month",
        "32",
        "There is no day 32: choose 1 to 31.",
    );
    check("Monthly", "Day of month", "0", "There is no day 0");
    check(
        "Monthly",
        "Day of month",
        "9999999999",
        "Write a number from 1 to 31.",
    );
    check(
        "Once",
        "Date",
        "2026-02-30",
        "Write the date like 2031-12-24.",
    );
    check(
        "Once",
        "Date",
        "+12026-01-01",
        "The year must be 1 to 9999.",
    );
}

#[test]
fn weekdays_are_toggled_with_the_keyboard_and_at_least_one_is_asked_for() {
    let mut window = noon();
    choose(&mut window, "Repeat", "Weekly");
    let is_chosen = |window: &Window, day| {
        let node = window.get_by_role_and_label(Role::CheckBox, day);
        node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
    };
    assert!(is_chosen(&window, "Monday"));
    assert!(!is_chosen(&window, "Tuesday"));
    window.get_by_label("Monday").focus();
    window.run();
    window.key_press(Key::Space);
    window.run();
    assert!(!is_chosen(&window, "Monday"));
    window.get_by_label_contains("Choose at least one weekday.");
    window.get_by_label_contains("None yet: the schedule is not complete.");
    for key in [Key::Tab, Key::Space] {
        window.key_press(key);
        window.run();
    }
    assert!(is_chosen(&window, "Tuesday"));
    shows(&window, &["Tue 1 Dec 2026, 12:00 UTC+01:00"]);
}

#[test]
fn the_zone_is_found_by_typing() {
    let mut window = noon();
    window
        .get_by_role_and_label(Role::ComboBox, "Time zone")
        .click();
    window.run();
    window.get_by_label("Search Time zone").type_text("kiriti");
    window.run();
    window.key_press(Key::Enter);
    window.run();
    assert_eq!(window.state().schedule.zone, Pacific::Kiritimati);
    shows(&window, &["Mon 30 Nov 2026, 12:00 UTC+14:00"]);
}

#[test]
fn the_missed_run_policy_is_chosen_by_its_meaning() {
    let mut window = noon();
    window.get_by_label_contains("one run makes up for all");
    click(&mut window, "Skip");
    assert_eq!(window.state().schedule.missed, MissedRun::Skip);
    click(&mut window, "Run once when back");
    assert_eq!(window.state().schedule.missed, MissedRun::RunOnce);
    assert_eq!(window.state().changes, 2);
}

#[test]
fn what_daylight_saving_does_to_a_due_time_is_said() {
    let spring = window(
        schedule(Europe::Berlin, daily("02:30")),
        "2026-03-27T12:00:00Z",
    );
    shows(
        &spring,
        &[
            "Sat 28 Mar 2026, 02:30 UTC+01:00",
            "Sun 29 Mar 2026, 03:00 UTC+02:00",
            "02:30 does not exist that day: runs at 03:00",
            "Mon 30 Mar 2026, 02:30 UTC+02:00",
        ],
    );
    let autumn = window(
        schedule(Europe::Berlin, daily("02:30")),
        "2026-10-24T12:00:00Z",
    );
    shows(
        &autumn,
        &[
            "Sun 25 Oct 2026, 02:30 UTC+02:00",
            "02:30 comes twice that day: runs the first time",
        ],
    );
    let apia = window(
        schedule(Pacific::Apia, daily("12:00")),
        "2011-12-30T00:00:00Z",
    );
    shows(
        &apia,
        &[
            "Sat 31 Dec 2011, 00:00 UTC+14:00",
            "30 Dec 2011, 12:00 does not exist there: runs when the clock goes on, at 00:00",
        ],
    );
}

#[test]
fn a_single_date_in_the_past_says_that_it_is_over() {
    let time = "12:00".parse().expect("a time");
    let date = "2020-01-01".parse().expect("a date");
    let once = schedule(Europe::Berlin, Repeat::Once { date, time });
    let window = window(once, "2026-11-29T12:00:00Z");
    window.get_by_label_contains("None: that moment is over.");
}

#[test]
fn an_error_moves_nothing_below_it() {
    #[track_caller]
    fn check(kind: &str, field: &str, wrong: &str, expected: &str) {
        let mut window = noon();
        choose(&mut window, "Repeat", kind);
        let place = |window: &Window| window.get_by_label("Skip").rect();
        let before = place(&window);
        write(&mut window, field, wrong);
        window.get_by_label_contains(expected);
        assert_eq!(place(&window), before, "{expected}");
    }
    check("Once", "Date", "soon", "Write the date like");
    check("Once", "Date", "+12026-01-01", "The year must");
    check("Hourly", "Minute", "60", "There is no minute 60");
    check("Weekly", "Time", "noon", "Write the time like");
    check("Weekly", "Time", "25:00", "A day has");
    check("Monthly", "Day of month", "day 3", "Write a number");
    check("Monthly", "Day of month", "250", "There is no day 250");
    let mut window = noon();
    choose(&mut window, "Repeat", "Weekly");
    let place = |window: &Window| window.get_by_label("Skip").rect();
    let before = place(&window);
    click(&mut window, "Monday");
    window.get_by_label_contains("Choose at least one weekday.");
    assert_eq!(place(&window), before);
}
