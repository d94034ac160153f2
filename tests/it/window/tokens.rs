//! API tokens on the Connections screen.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use tenure::{
    command::tokens::key,
    model::token::{Scope, Token},
    store::{Store, tokens},
    ui::Route,
};

use super::hands::{
    self, Window, click, copy_with, must_say, open_list, pick, press, says, window_at,
};
use crate::support::{audit, noon, store};

/// The tab with the tokens.
fn tab(store: &Store) -> Window {
    let mut window = window_at(store, Route::Connections);
    hands::tab(&mut window, "API tokens");
    window
}

fn all(store: &Store) -> Vec<Token> {
    store.read(tokens::all).expect("a look")
}

/// Makes a token, and returns it.
fn make(window: &mut Window, name: &str) -> String {
    hands::type_into(window, "Name", name);
    click(window, "Make token");
    let secret = copy_with(window, "Copy token");
    click(window, "Done");
    secret
}

#[test]
fn a_token_is_made_shown_once_and_revoked() {
    let store = store();
    let mut window = tab(&store);
    must_say(&window, "No tokens yet");
    click(&mut window, "Make the first token");
    hands::type_into(&mut window, "Name", "HR system");
    click(&mut window, "Make token");
    must_say(&window, "Shown only once");
    must_say(&window, "http://127.0.0.1:8480/scim/v2");
    let secret = copy_with(&mut window, "Copy token");
    must_say(&window, &secret);
    click(&mut window, "Done");
    assert!(!says(&window, &secret));

    let token = all(&store).remove(0);
    assert_eq!(token.scope, Scope::Write);
    assert_eq!(token.created_by, "grace");
    assert_eq!(token.expires, Some(noon() + chrono::TimeDelta::days(365)));
    let found = store.read(|db| tokens::by_key(db, &key(&secret)));
    assert_eq!(found.expect("a look"), Some(token.clone()));
    must_say(&window, &format!("{}…", token.hint));

    click(&mut window, "Revoke HR system");
    must_say(&window, "Revoke the token HR system?");
    click(&mut window, "Cancel");
    assert_eq!(all(&store)[0].revoked, None);
    click(&mut window, "Revoke HR system");
    click(&mut window, "Revoke");
    must_say(&window, "HR system was revoked");
    must_say(&window, "Revoked");
    assert_eq!(all(&store)[0].revoked, Some(noon()));
    assert!(!hands::has_button(&window, "Revoke HR system"));
    assert!(!audit(&store).concat().contains(&secret));
}

#[test]
fn what_it_may_do_and_for_how_long_is_chosen() {
    let store = store();
    let mut window = tab(&store);
    click(&mut window, "Make the first token");
    pick(&mut window, "Read");
    open_list(&mut window, "Expires");
    pick(&mut window, "After a day that I choose");
    hands::type_into(&mut window, "Name", "Reports");
    click(&mut window, "Make token");
    must_say(&window, "Write a day like 2031-12-24");
    hands::type_into(&mut window, "Last day", "2030-12-01");
    click(&mut window, "Make token");
    assert_eq!(all(&store), [], "that day is over");
    hands::retype(&mut window, "Last day", "2030-12-31");
    click(&mut window, "Make token");
    let token = all(&store).remove(0);
    assert_eq!(token.scope, Scope::Read);
    let end = "2031-01-01T00:00:00Z".parse().expect("a moment");
    assert_eq!(token.expires, Some(end));
}

#[test]
fn a_token_needs_a_name_of_any_script_and_of_no_excess() {
    let store = store();
    let mut window = tab(&store);
    click(&mut window, "Make the first token");
    let is_pressable = |window: &Window| {
        let button = window.get_by_role_and_label(Role::Button, "Make token");
        !egui_kittest::kittest::NodeT::accesskit_node(&button).is_disabled()
    };
    assert!(!is_pressable(&window), "it has no name");
    hands::type_into(&mut window, "Name", "   ");
    assert!(!is_pressable(&window), "spaces are none");
    hands::retype(&mut window, "Name", "a\u{7}b");
    click(&mut window, "Make token");
    assert_eq!(all(&store), []);
    hands::retype(&mut window, "Name", &"東".repeat(10_000));
    click(&mut window, "Make token");
    assert_eq!(all(&store)[0].name.chars().count(), 255);
}

#[test]
fn the_palette_makes_one_from_every_screen() {
    let store = store();
    let mut window = window_at(&store, Route::History);
    press(&mut window, Modifiers::COMMAND, Key::K);
    window.event(egui::Event::Text("New API token".to_owned()));
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.run();
    assert_eq!(window.state().route(), Route::Connections);
    let secret = make(&mut window, "HR");
    assert!(secret.starts_with(&all(&store)[0].hint));
}
