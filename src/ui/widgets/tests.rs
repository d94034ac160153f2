//! Widgets, used as a person or a screen reader uses them.

use egui::{Key, Role, Theme};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

use super::*;
use crate::ui::{icons::Icon, theme};

fn window<S: 'static>(state: S, ui: impl FnMut(&mut Ui, &mut S) + 'static) -> Harness<'static, S> {
    let mut harness = Harness::builder()
        .with_size([800.0, 600.0])
        .with_theme(Theme::Light)
        .with_max_steps(30)
        .with_context_setup(theme::install)
        .build_ui_state(ui, state);
    harness.run();
    harness
}

fn press<S>(harness: &mut Harness<'_, S>, keys: &[Key]) {
    for key in keys {
        harness.key_press(*key);
        harness.run();
    }
}

#[derive(Default)]
struct Choice {
    one: Option<u32>,
    many: Vec<u32>,
    create: Option<String>,
}

fn picker() -> Harness<'static, Choice> {
    window(Choice::default(), |ui, state| {
        let groups = ["DEFAULT", "Sales", "Support", "Security"];
        let entries: Vec<_> = (0_u32..)
            .zip(groups)
            .map(|(key, text)| Entry::new(key, text))
            .collect();
        let picked = Picker::new("Group", &entries)
            .creates()
            .show_one(ui, &mut state.one);
        state.create = picked.create.or_else(|| state.create.take());
        Picker::new("Roles", &entries).show_many(ui, &mut state.many);
    })
}

fn open(harness: &mut Harness<'_, Choice>, label: &str) {
    harness.get_by_role_and_label(Role::ComboBox, label).click();
    harness.run();
}

#[test]
fn a_picker_is_used_without_the_mouse() {
    let mut harness = picker();
    harness
        .get_by_role_and_label(Role::ComboBox, "Group")
        .focus();
    press(&mut harness, &[Key::Enter]);
    harness.get_by_label("Search Group").type_text("s");
    harness.run();
    assert!(
        harness.query_by_label("DEFAULT").is_none(),
        "it does not contain s"
    );

    press(
        &mut harness,
        &[Key::ArrowDown, Key::ArrowDown, Key::ArrowUp, Key::Enter],
    );

    assert_eq!(harness.state().one, Some(2));
    assert!(
        harness.query_by_label("Search Group").is_none(),
        "the list has closed"
    );
    let field = harness.get_by_role_and_label(Role::ComboBox, "Group");
    assert_eq!(field.value().as_deref(), Some("Support"));
    assert!(field.is_focused());
}

#[test]
fn a_picker_offers_to_create_what_it_does_not_have() {
    let mut harness = picker();
    open(&mut harness, "Group");
    harness
        .get_by_label("Search Group")
        .type_text("Sales North");
    harness.run();
    harness.get_by_label("Create “Sales North”");
    press(&mut harness, &[Key::Enter]);
    assert_eq!(harness.state().create.as_deref(), Some("Sales North"));

    open(&mut harness, "Group");
    harness.get_by_label("Search Group").type_text("sales");
    harness.run();
    assert!(
        harness.query_by_label("Create “sales”").is_none(),
        "it exists"
    );
}

#[test]
fn escape_closes_a_picker_and_changes_nothing() {
    let mut harness = picker();
    open(&mut harness, "Group");
    press(&mut harness, &[Key::ArrowDown, Key::Escape]);
    assert!(harness.query_by_label("Search Group").is_none());
    assert_eq!(harness.state().one, None);
}

#[test]
fn several_are_picked_and_one_is_taken_away_again() {
    let mut harness = picker();
    open(&mut harness, "Roles");
    press(&mut harness, &[Key::Enter, Key::ArrowDown, Key::Enter]);
    assert_eq!(harness.state().many, [0, 1]);
    press(&mut harness, &[Key::Escape]);
    harness.get_by_label("Remove DEFAULT").click();
    harness.run();
    assert_eq!(harness.state().many, [1]);
}

#[test]
fn a_toast_offers_its_action_and_goes_by_itself() {
    let mut toasts = Toasts::default();
    toasts.push(Toast::new(Mood::Success, "Group deleted").action("Undo", 7));
    toasts.push(Toast::new(Mood::Info, "Saved"));
    let mut harness = window((toasts, None), |ui, (toasts, pressed)| {
        *pressed = toasts.show(ui.ctx()).or(*pressed);
    });
    assert_eq!(harness.get_all_by_role(Role::Alert).count(), 2);
    harness.get_by_label("Saved");
    harness.get_by_label("Undo").click();
    harness.run();
    assert_eq!(harness.state().1, Some(7));
    assert!(harness.query_by_label("Group deleted").is_none());

    harness.remove_cursor();
    let later = harness.input().time.unwrap_or_default() + 6.0;
    harness.input_mut().time = Some(later);
    harness.run_steps(30);
    assert!(harness.query_by_label("Saved").is_none());
    assert!(harness.state().0.is_empty());
}

fn confirm() -> Harness<'static, Option<Answer>> {
    window(None, |ui, answer| {
        ui.add(Button::secondary("Behind"));
        if answer.is_none() {
            *answer = Confirm::new("Delete Sales?", "12 users leave it.", "Delete")
                .danger()
                .show(ui.ctx());
        }
    })
}

#[test]
fn enter_confirms_what_is_no_danger() {
    let mut harness = window(None, |ui, answer| {
        if answer.is_none() {
            *answer = Confirm::new("Begin?", "It can be stopped.", "Begin").show(ui.ctx());
        }
    });
    assert!(harness.get_by_label("Begin").is_focused());
    press(&mut harness, &[Key::Enter]);
    assert_eq!(*harness.state(), Some(Answer::Confirmed));
}

#[test]
fn what_is_dangerous_takes_more_than_enter() {
    let mut harness = confirm();
    assert!(harness.get_by_label("Cancel").is_focused());
    press(&mut harness, &[Key::Tab, Key::Enter]);
    assert_eq!(*harness.state(), Some(Answer::Confirmed));
}

#[test]
fn escape_cancels() {
    let mut harness = confirm();
    press(&mut harness, &[Key::Escape]);
    assert_eq!(*harness.state(), Some(Answer::Cancelled));
}

#[test]
fn the_keyboard_stays_inside_a_dialog() {
    let mut harness = confirm();
    for _ in 0..4 {
        press(&mut harness, &[Key::Tab]);
        assert!(!harness.get_by_label("Behind").is_focused());
    }
}

#[derive(Default)]
struct People {
    selected: Option<usize>,
    opened: Vec<usize>,
    pressed: Vec<usize>,
    visible: std::ops::Range<usize>,
}

fn table() -> Harness<'static, People> {
    window(People::default(), |ui, state| {
        let columns = [
            Column::rest("Name"),
            Column::exact("Status", 120.0),
            Column::exact("", 60.0),
        ];
        let mut pressed = None;
        let output =
            Table::new("Users", &columns).show(ui, 1_000_000, &mut state.selected, |row, index| {
                row.strong(&format!("user {index}"));
                row.badge(Mood::Success, Icon::Success, "Active");
                row.ui("", |ui| {
                    if icon_button(ui, Icon::Edit, &format!("Edit user {index}")).clicked() {
                        pressed = Some(index);
                    }
                });
            });
        state.pressed.extend(pressed);
        state.opened.extend(output.opened);
        state.visible = output.visible;
    })
}

#[test]
fn a_table_is_walked_with_the_arrows_and_opened_with_enter() {
    let mut harness = table();
    harness.get_by_role_and_label(Role::Table, "Users").focus();
    harness.run();
    press(
        &mut harness,
        &[Key::ArrowDown, Key::ArrowDown, Key::ArrowDown, Key::ArrowUp],
    );
    assert_eq!(harness.state().selected, Some(1));
    press(&mut harness, &[Key::Enter]);
    assert_eq!(harness.state().opened, [1]);

    press(&mut harness, &[Key::End]);
    assert_eq!(harness.state().selected, Some(999_999));
    harness.get_by_label("user 999999, Active");
    assert!(harness.state().visible.contains(&999_999));
}

#[test]
fn a_row_is_selected_by_a_click_on_any_cell_but_its_buttons_are_their_own() {
    let mut harness = table();
    harness.get_by_label("user 3, Active").click();
    harness.run();
    assert_eq!(harness.state().selected, Some(3));
    harness.get_by_label("Edit user 5").click();
    harness.run();
    assert_eq!(harness.state().pressed, [5]);
    assert_eq!(harness.state().selected, Some(3));
}

#[test]
fn an_error_is_tied_to_its_field() {
    let mut harness = window(String::new(), |ui, value| {
        TextField::new("Name")
            .required()
            .error(Some("type a name"))
            .show(ui, value);
    });
    harness.get_by_label("Name").focus();
    harness.run();
    harness.get_by_label("Name").type_text("Sales");
    harness.run();
    assert_eq!(harness.state(), "Sales");
    let field = harness.get_by_label("Name").accesskit_node().data().clone();
    assert!(field.is_required());
    assert_eq!(field.invalid(), Some(egui::accesskit::Invalid::True));
    assert!(field.error_message().is_some());
}

#[test]
fn a_search_is_emptied_with_its_cross_and_with_escape() {
    let mut harness = window("ada".to_owned(), |ui, value| {
        search_field(ui, "Search users", "Name or email", 240.0, value);
    });
    harness.get_by_label("Clear search").click();
    harness.run();
    assert_eq!(harness.state(), "");
    harness.get_by_label("Search users").type_text("bob");
    harness.run();
    assert_eq!(harness.state(), "bob");
    press(&mut harness, &[Key::Escape]);
    assert_eq!(harness.state(), "");
}

#[test]
fn a_password_is_hidden_until_it_is_asked_for() {
    let mut harness = window("secret".to_owned(), |ui, value| {
        TextField::new("Password").password().show(ui, value);
    });
    assert_ne!(
        harness.get_by_label("Password").value().as_deref(),
        Some("secret")
    );
    harness.get_by_label("Show password").click();
    harness.run();
    assert_eq!(
        harness.get_by_label("Password").value().as_deref(),
        Some("secret")
    );
}

#[test]
fn a_drawer_is_saved_cancelled_and_left_with_escape() {
    let mut harness = window((String::new(), Vec::new()), |ui, (name, answers)| {
        let answer = Drawer::new("Edit group").show(ui, |ui| {
            TextField::new("Name").show(ui, name);
        });
        answers.extend(answer);
    });
    harness.get_by_label("Save").click();
    harness.run();
    harness.get_by_label("Cancel").click();
    harness.run();
    harness.get_by_label("Close drawer").click();
    harness.run();
    let (save, cancel) = (DrawerAnswer::Save, DrawerAnswer::Cancel);
    assert_eq!(harness.state().1, [save, cancel, cancel]);
    press(&mut harness, &[Key::Escape]);
    assert_eq!(harness.state().1.len(), 4);

    harness.get_by_label("Name").focus();
    harness.run();
    press(&mut harness, &[Key::Escape]);
    assert_eq!(harness.state().1.len(), 4, "the first Esc leaves the field");
}

#[test]
fn choices_have_names_and_states() {
    let mut harness = window(
        (false, 1, 'a', 'x', 1),
        |ui, (yes, number, letter, tab, combo)| {
            checkbox(ui, yes, "Send a mail");
            radio(ui, number, 1, "One");
            radio(ui, number, 2, "Two");
            segmented(ui, "Match", letter, &[('a', "All of"), ('b', "Any of")]);
            tabs(ui, "Parts", tab, &[('x', "Users"), ('y', "Groups")]);
            Combo::new("Time zone").show(ui, combo, &[(1, "Berlin"), (2, "Kolkata")]);
        },
    );
    for label in ["Send a mail", "Two", "Any of", "Groups"] {
        harness.get_by_label(label).click();
        harness.run();
    }
    harness
        .get_by_role_and_label(Role::ComboBox, "Time zone")
        .click();
    harness.run();
    harness.get_by_label("Kolkata").click();
    harness.run();
    assert_eq!(*harness.state(), (true, 2, 'b', 'y', 2));
    assert_eq!(
        harness.get_by_label("Groups").accesskit_node().role(),
        Role::Tab
    );
}

#[test]
fn a_name_that_deceives_is_shown_as_it_is() {
    let harness = window((), |ui, ()| {
        text::body(ui, "exe\u{202e}gpj");
        badge(ui, Mood::Info, Icon::Info, "a\u{2066}b");
        ui.add(Button::danger("x").name("Delete y\u{202e}z"));
    });
    for label in ["exe‹U+202E›gpj", "a‹U+2066›b", "Delete y‹U+202E›z"] {
        harness.get_by_label(label);
    }
}

#[test]
fn a_window_in_which_nothing_happens_is_not_drawn_again() {
    let mut harness = window(String::new(), |ui, value| {
        skeleton_rows(ui, 5);
        search_field(ui, "Search", "", 200.0, value);
        progress(ui, "Import", "40 of 100", 0.4, Some("Cancel"));
    });
    harness.get_by_label("Search").focus();
    harness.run();
    assert!(harness.get_by_label("Search").is_focused());
    let output = &harness.output().viewport_output;
    assert!(
        output
            .values()
            .all(|it| it.repaint_delay == std::time::Duration::MAX)
    );
}

fn combo() -> Harness<'static, u8> {
    window(1_u8, |ui, value| {
        let options = [
            (0, "Contains"),
            (1, "Equal"),
            (2, "End With"),
            (3, "Is Empty"),
        ];
        Combo::new("Operator").show(ui, value, &options);
    })
}

fn focused<S>(harness: &Harness<'_, S>) -> Option<String> {
    let all = harness.query_all(egui_kittest::kittest::By::new().predicate(|_| true));
    let mut focused = all.filter(egui_kittest::Node::is_focused);
    focused.find_map(|it| it.accesskit_node().label())
}

#[test]
fn a_list_is_opened_and_used_with_keys_and_gives_the_keyboard_back() {
    let mut harness = combo();
    harness.get_by_role(Role::ComboBox).focus();
    press(&mut harness, &[Key::ArrowDown]);
    assert_eq!(
        focused(&harness).as_deref(),
        Some("Equal"),
        "what is chosen"
    );
    press(&mut harness, &[Key::ArrowDown]);
    assert_eq!(focused(&harness).as_deref(), Some("End With"));
    press(&mut harness, &[Key::Enter]);
    assert_eq!(*harness.state(), 2);
    assert_eq!(focused(&harness).as_deref(), Some("Operator"));
    assert!(
        harness.query_by_label("Contains").is_none(),
        "it has closed"
    );
}

#[test]
fn a_list_that_was_opened_by_a_click_takes_arrows_and_esc() {
    let mut harness = combo();
    harness.get_by_role(Role::ComboBox).hover();
    harness.run();
    harness.get_by_role(Role::ComboBox).click();
    harness.run();
    assert_eq!(focused(&harness), None);
    press(&mut harness, &[Key::ArrowDown]);
    assert_eq!(
        focused(&harness).as_deref(),
        Some("Equal"),
        "what is chosen"
    );
    press(&mut harness, &[Key::ArrowDown, Key::Enter]);
    assert_eq!(*harness.state(), 2);
    harness.get_by_role(Role::ComboBox).click();
    harness.run();
    press(&mut harness, &[Key::Escape]);
    assert!(
        harness.query_by_label("Contains").is_none(),
        "it has closed"
    );
}

#[test]
fn a_letter_goes_to_the_next_option_that_begins_with_it() {
    let mut harness = combo();
    harness.get_by_role(Role::ComboBox).focus();
    press(&mut harness, &[Key::Enter]);
    for expected in ["End With", "Equal"] {
        harness.event(egui::Event::Text("e".to_owned()));
        harness.run();
        assert_eq!(focused(&harness).as_deref(), Some(expected));
    }
}

#[test]
fn esc_and_tab_leave_a_list_as_it_was() {
    for key in [Key::Escape, Key::Tab] {
        let mut harness = combo();
        harness.get_by_role(Role::ComboBox).focus();
        press(&mut harness, &[Key::Enter, Key::ArrowUp]);
        assert_eq!(focused(&harness).as_deref(), Some("Contains"));
        press(&mut harness, &[key]);
        assert_eq!(*harness.state(), 1);
        assert_eq!(focused(&harness).as_deref(), Some("Operator"));
        assert!(
            harness.query_by_label("Contains").is_none(),
            "it has closed"
        );
    }
}
