//! The outbox: mails, what became of them, and sending them again.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    model::{mail::MailState, settings::Settings, smtp::MailSettings, template::Template},
    store::{
        Store,
        outbox::{self, Kept, Outcome},
        pause::{self, Pause},
        settings_row,
    },
    ui::Route,
};

use super::hands::{
    self, Window, click, has_button, must_say, open_row, press, press_named, says, tab, window_at,
};
use crate::{
    mails::{many, queued, said, some, tried},
    support::{audit, noon, store},
};

fn screen(store: &Store) -> Window {
    window_at(store, Route::Outbox)
}

fn all(store: &Store) -> Vec<Kept> {
    let all = store.read(|db| outbox::latest(db, 10_000));
    all.expect("mails")
}

fn rows(window: &Window) -> Vec<String> {
    let rows = window.query_all_by_role(Role::Row);
    rows.filter_map(|it| it.accesskit_node().label()).collect()
}

/// Without the rules of commands, which have tests of their own.
fn set_up(store: &Store) {
    let set = store.write(|tx| {
        let settings = Settings {
            mail: MailSettings {
                host: "smtp.example.org".to_owned(),
                from_address: "tenure@example.org".to_owned(),
                ..MailSettings::default()
            },
            ..settings_row::get(tx)?
        };
        settings_row::set(tx, &settings)
    });
    set.expect("settings");
}

#[test]
fn an_empty_outbox_says_what_comes_here() {
    let mut window = window_at(&store(), Route::Templates);
    tab(&mut window, "Outbox");
    assert_eq!(window.state().route(), Route::Outbox);
    must_say(&window, "No mails yet");
    must_say(&window, "with what the mail server says of each");
}

#[test]
fn every_mail_is_listed_with_what_became_of_it() {
    let store = store();
    some(&store);
    let window = screen(&store);
    let rows = rows(&window);
    assert_eq!(rows.len(), 5, "{rows:#?}");
    assert!(rows[0].starts_with("no address"), "{}", rows[0]);
    for state in ["No address", "Queued", "Failed", "Sent"] {
        assert!(rows.iter().any(|it| it.contains(state)), "{state}");
    }
    must_say(&window, "550 5.1.1 <bob@lumen.example>: user unknown");
}

#[test]
fn mails_are_found_by_state_and_by_words() {
    let store = store();
    some(&store);
    let mut window = screen(&store);
    hands::type_into(&mut window, "Search mails", "UNKNOWN 550");
    assert!(rows(&window).is_empty(), "a code is no word of the answer");
    hands::retype(&mut window, "Search mails", "UNKNOWN bob");
    assert_eq!(rows(&window).len(), 1);
    hands::retype(&mut window, "Search mails", "nobody");
    must_say(&window, "No mail matches.");
    click(&mut window, "Clear search");
    hands::open_list(&mut window, "State");
    let failed = window.get_by_role_and_label(Role::ListBoxOption, "Failed (1)");
    failed.click();
    window.run();
    assert_eq!(rows(&window).len(), 1);
}

#[test]
fn what_failed_is_sent_again_and_keeps_its_message_id() {
    let store = store();
    some(&store);
    let mut window = screen(&store);
    open_row(&mut window, "bob@");
    must_say(&window, "Password Expiry Alert");
    click(&mut window, "Resend");
    must_say(&window, "The mail is queued again");
    let mails = all(&store);
    assert_eq!(mails.len(), 5, "no new mail");
    let bob = mails.iter().find(|it| it.address.starts_with("bob"));
    assert_eq!(bob.expect("bob's mail").state, MailState::Queued);
    assert!(
        audit(&store)
            .last()
            .expect("entries")
            .starts_with("mail.resend")
    );
    assert!(says(&window, "Next attempt"), "the drawer follows");
}

#[test]
fn what_was_sent_is_asked_about_before_it_is_sent_twice() {
    let store = store();
    some(&store);
    let mut window = screen(&store);
    open_row(&mut window, "ada@");
    click(&mut window, "Resend");
    must_say(&window, "its recipient gets it a second time");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(all(&store).len(), 5);
    click(&mut window, "Resend");
    click(&mut window, "Send once more");
    assert_eq!(all(&store).len(), 6);
}

#[test]
fn several_mails_are_sent_again_at_once() {
    let store = store();
    many(&store, 9);
    let mut window = screen(&store);
    click(&mut window, "Select all failed");
    click(&mut window, "Resend 3 mails");
    must_say(&window, "3 mails are queued again");
    assert!(all(&store).iter().all(|it| it.state == MailState::Queued));
    assert!(!has_button(&window, "Select none"));
}

#[test]
fn single_mails_are_ticked() {
    let store = store();
    some(&store);
    let mut window = screen(&store);
    press_named(&mut window, "Select mail 2 to bob@lumen.example");
    assert!(has_button(&window, "Select none"));
    click(&mut window, "Resend mail");
    must_say(&window, "The mail is queued again");
}

#[test]
fn what_a_mail_says_is_read_as_html_and_as_plain_text() {
    let store = store();
    some(&store);
    let mut window = screen(&store);
    open_row(&mut window, "grace@");
    window.get_by_role_and_label(Role::Heading, "Dormant accounts");
    must_say(&window, "dormant-user-report-2030-12-24.csv, 1 kB");
    window
        .get_by_role_and_label(Role::RadioButton, "Plain text")
        .click_accesskit();
    window.run();
    must_say(&window, "Dormant after: 90 days");
}

#[test]
fn the_reason_of_a_pause_is_told_and_leads_to_the_settings() {
    let store = store();
    queued(&store, Template::AccountDisabled, "ada@lumen.example");
    let mut window = screen(&store);
    must_say(&window, "No mail server is set up");
    set_up(&store);
    let reason = "\"smtp.example.org\" cannot be found".to_owned();
    let until = noon() + chrono::TimeDelta::minutes(5);
    let since = noon();
    let paused = store.write(move |tx| {
        let pause = Pause {
            reason,
            since,
            until,
        };
        pause::set(tx, &pause)
    });
    paused.expect("a pause");
    window.run();
    must_say(&window, "Sending is paused");
    must_say(&window, "“smtp.example.org” cannot be found.");
    click(&mut window, "Change mail settings");
    assert_eq!(window.state().route(), Route::Settings);
    window.get_by_role_and_label(Role::Form, "Mail settings");
    let over = store.write(pause::end);
    over.expect("no pause");
    hands::go(&mut window, Route::Outbox);
    assert!(!says(&window, "Sending is paused"));
}

#[test]
fn what_happens_to_a_mail_shows_at_once() {
    let store = store();
    let id = queued(&store, Template::AccountDisabled, "ada@lumen.example");
    let mut window = screen(&store);
    open_row(&mut window, "ada@");
    must_say(&window, "Next attempt");
    tried(&store, id, Outcome::Sent(said(250, "Ok")));
    window.run();
    assert!(rows(&window)[0].contains("Sent"));
    must_say(&window, "250 Ok");
}

#[test]
fn a_mail_whose_text_is_forgotten_says_so() {
    let store = store();
    some(&store);
    let forgotten = store.write(|tx| {
        let later = noon() + chrono::TimeDelta::days(60);
        outbox::forget(tx, 100, later)
    });
    forgotten.expect("forgotten");
    let mut window = screen(&store);
    open_row(&mut window, "ada@");
    must_say(&window, "This one is older.");
    let resend = window.get_by_role_and_label(Role::Button, "Resend");
    assert!(resend.accesskit_node().is_disabled());
}

#[test]
fn keys_alone_open_a_mail_and_close_it() {
    let store = store();
    some(&store);
    let mut window = screen(&store);
    window.get_by_role_and_label(Role::Table, "Mails").focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::Enter);
    must_say(&window, "Message-ID");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "Message-ID"));
}

#[test]
fn further_pages_come_as_somebody_scrolls() {
    let store = store();
    many(&store, 250);
    let mut window = screen(&store);
    window.get_by_role_and_label(Role::Table, "Mails").focus();
    window.run();
    for _ in 0..4 {
        press(&mut window, Modifiers::NONE, Key::End);
    }
    let last = rows(&window).pop().expect("rows");
    assert!(last.contains("number.0@"), "{last}");
}
