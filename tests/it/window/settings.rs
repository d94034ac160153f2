//! The settings, as one form.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable as _};
use tenure::{
    command::{self, Command},
    model::{settings::Settings, user::NewPassword},
    store::Store,
    ui::{App, Route},
};

use crate::support::{admitted, audit, grace, noon, store, window};

fn open(store: &Store) -> Harness<'static, App> {
    let mut window = window(store.clone());
    window.state_mut().go(Route::Settings);
    window.run();
    window
}

/// Replaces the text of a field.
fn fill(window: &mut Harness<'static, App>, label: &str, text: &str) {
    let field = |window: &Harness<'static, App>| {
        let field = window.get_by(|node| {
            let role = node.role();
            let is_text = matches!(
                role,
                Role::TextInput | Role::MultilineTextInput | Role::PasswordInput
            );
            is_text && node.label().is_some_and(|it| it == label)
        });
        field.focus();
        field.scroll_to_me();
    };
    field(window);
    window.run();
    field(window);
    window.run();
    window.key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
    window.run();
    window.event(egui::Event::Text(text.to_owned()));
    window.run();
}

fn press(window: &mut Harness<'static, App>, name: &str) {
    window.get_by_role_and_label(Role::Button, name).click();
    window.run();
}

fn settings(store: &Store) -> Settings {
    store.config().expect("the settings").settings.clone()
}

#[test]
fn what_was_changed_is_saved_as_a_whole() {
    let store = store();
    let mut window = open(&store);
    assert!(window.query_by_label("You have unsaved changes").is_none());
    fill(&mut window, "Port", "9000");
    fill(&mut window, "Name", "Example & Sons");
    window.get_by_label("You have unsaved changes");
    press(&mut window, "Save");
    window.get_by_label("Settings saved");
    let settings = settings(&store);
    assert_eq!(settings.portal.port, 9_000);
    assert_eq!(settings.branding.name, "Example & Sons");
    assert!(window.query_by_label("You have unsaved changes").is_none());
    assert_eq!(
        audit(&store).last().expect("entries"),
        "settings.save settings"
    );
}

#[test]
fn what_makes_no_sense_is_said_at_its_field_and_not_saved() {
    let store = store();
    let mut window = open(&store);
    fill(&mut window, "Address", "example.org");
    press(&mut window, "Save");
    window.get_by_label_contains("is not an address to listen on");
    window.get_by_label("Not saved: mend what is marked in red.");
    assert_eq!(settings(&store).portal.host, "127.0.0.1");

    fill(&mut window, "Address", "::1");
    assert!(
        window
            .query_by_label_contains("is not an address to listen on")
            .is_none()
    );
    press(&mut window, "Save");
    assert_eq!(settings(&store).portal.host, "::1");
}

#[test]
fn guardrails_say_what_they_come_to_and_refuse_nonsense_at_its_field() {
    let store = store();
    admitted(&store, "ada");
    let mut window = open(&store);
    window.get_by_label("That is everyone in this directory of 1 user.");
    fill(&mut window, "Percent of the directory", "101");
    press(&mut window, "Save");
    window.get_by_label_contains("between 0 and 100 percent");
    fill(&mut window, "Percent of the directory", "20");
    fill(&mut window, "Users", "many");
    press(&mut window, "Save");
    assert_eq!(settings(&store).guard.limit.percent, 10, "nothing is saved");
    fill(&mut window, "Users", "0");
    fill(&mut window, "Taken away within an hour", "5");
    press(&mut window, "Save");
    let guard = settings(&store).guard;
    assert_eq!((guard.limit.users, guard.limit.percent), (0, 20));
    assert_eq!(guard.burst.0, 5);
}

#[test]
fn a_pale_color_is_refused_while_it_is_typed() {
    let mut window = open(&store());
    window.get_by_label("A button in this color");
    fill(&mut window, "Color", "#ffee00");
    window.get_by_label_contains("is too pale");
    assert!(window.query_by_label("A button in this color").is_none());
}

#[test]
fn discard_goes_back_to_what_is_stored() {
    let store = store();
    let mut window = open(&store);
    fill(&mut window, "Port", "9000");
    press(&mut window, "Discard");
    let port = window.get_by_role_and_label(Role::TextInput, "Port");
    assert_eq!(port.value().as_deref(), Some("8480"));
    assert_eq!(settings(&store).portal.port, 8_480);
}

#[test]
fn leaving_with_unsaved_changes_asks() {
    let store = store();
    let mut window = open(&store);
    fill(&mut window, "Port", "9000");
    press(&mut window, "History");
    assert_eq!(window.state().route(), Route::Settings);
    window.get_by_role_and_label(Role::Dialog, "Leave without saving?");
    press(&mut window, "Cancel");
    let port = window.get_by_role_and_label(Role::TextInput, "Port");
    assert_eq!(port.value().as_deref(), Some("9000"));

    press(&mut window, "History");
    press(&mut window, "Discard changes");
    window.run();
    assert_eq!(window.state().route(), Route::History);
    assert_eq!(settings(&store).portal.port, 8_480);
}

#[test]
fn a_password_can_be_tried_with_the_policy_as_typed() {
    let mut window = open(&store());
    fill(&mut window, "Try a password", "lovelace");
    window.get_by_label("Between 10 and 128 characters: not met");
    window.get_by_label("Not your own name, username or email: not met");
    fill(&mut window, "Minimum length", "8");
    window.get_by_label("Between 8 and 128 characters: met");
}

#[test]
fn an_expiry_says_whose_password_expires_at_once_before_it_is_saved() {
    let store = store();
    let old = noon() - chrono::TimeDelta::days(40);
    for name in ["ada", "bob", "eve"] {
        let id = admitted(&store, name);
        let password = NewPassword {
            hash: "$argon2id$".to_owned(),
            replaces: None,
            must_change: false,
        };
        let at = if name == "eve" { noon() } else { old };
        let reset = Command::ResetPassword { user: id, password };
        command::apply(&store, &grace(), reset, at).expect("a password");
    }
    let mut window = open(&store);
    fill(&mut window, "Expiry", "90");
    window.get_by_label_contains("none expires at once");
    fill(&mut window, "Expiry", "30");
    window.get_by_label_contains("The passwords of 2 users are older than 30 days");
    assert_eq!(settings(&store).password.expiry_days, 0, "not saved yet");
    press(&mut window, "Save");
    assert!(
        window
            .query_by_label_contains("Expires at once when saved")
            .is_none()
    );
    fill(&mut window, "Expiry", "1");
    window.get_by_label_contains("none expires at once");
    fill(&mut window, "Expiry", "x");
    assert!(window.query_by_label_contains("expires at once").is_none());
}
