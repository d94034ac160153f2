//! Passwords that expire, are changed, and do not come back.

use chrono::TimeDelta;
use tenure::{
    command::{self, AccountCommand, Command, CommandError, SignInCommand, password},
    model::{session::Stage, settings::Settings, user::Status},
    store::{credentials, outbox},
};

use super::{ANOTHER, PASSWORD, Visitor, ada, at_the_page, opened, session, user};
use crate::support::{activated, admitted, done, history, noon, on_update, store};

#[test]
fn an_expired_password_is_changed_before_anything_else() {
    let (store, id) = ada(0);
    let mut settings = Settings::clone(&store.config().expect("a configuration").settings);
    settings.password.expiry_days = 30;
    done(&store, Command::SaveSettings(Box::new(settings)));
    let mut home = Visitor::new("home");
    home.now = noon() + TimeDelta::days(30);
    let half = opened(home.sign_in(&store, id, true), Stage::NewPassword);
    let password = password::choose(&store, id, ANOTHER, false).expect("a password");
    let browser = home.browser();
    let new_device = browser.new_device;
    let command = Command::from(SignInCommand::ChooseNewPassword {
        session: half,
        password,
        browser: Box::new(browser),
    });
    opened(home.ask(&store, command, new_device), Stage::SignedIn);
    assert!(session(&store, half).is_none());
    opened(home.sign_in(&store, id, true), Stage::SignedIn);
}

#[test]
fn a_changed_password_ends_the_other_sessions_and_tells_the_user() {
    let (store, id) = ada(0);
    let first = opened(
        Visitor::new("home").sign_in(&store, id, true),
        Stage::SignedIn,
    );
    let second = opened(
        Visitor::new("work").sign_in(&store, id, true),
        Stage::SignedIn,
    );
    let password = password::choose(&store, id, ANOTHER, false).expect("a password");
    let command = Command::from(AccountCommand::ChangePassword {
        user: id,
        password,
        session: first,
    });
    let later = noon() + TimeDelta::hours(1);
    command::apply(&store, &at_the_page(), command, later).expect("a change");
    assert!(session(&store, first).is_some());
    assert!(session(&store, second).is_none());
    let mails = store.read(|db| outbox::latest(db, 10)).expect("mails");
    let mail = mails.first().expect("a mail");
    let body = store.read(|db| outbox::body(db, mail.id)).expect("a look");
    let text = body.expect("a body").text;
    assert_eq!(mail.address, "ada@example.org");
    assert_eq!(mail.subject, "Your password for Tenure was changed");
    assert!(text.contains("Hello ada,"), "{text}");
    assert!(text.contains("2030-12-24 13:00 UTC"), "{text}");
    let hash = store
        .read(|db| credentials::get(db, id))
        .expect("credentials")
        .password_hash;
    assert!(password::verify(hash.as_deref(), ANOTHER));
    assert!(!password::verify(hash.as_deref(), PASSWORD));
}

#[test]
fn earlier_passwords_do_not_come_back_until_they_are_forgotten() {
    let (store, id) = ada(0);
    let mut settings = Settings::clone(&store.config().expect("a configuration").settings);
    settings.password.history = 2;
    done(&store, Command::SaveSettings(Box::new(settings)));
    let set = |text: &str| {
        password::choose(&store, id, text, false).map(|password| {
            let user = id;
            done(&store, Command::ResetPassword { user, password });
        })
    };
    let refused = set(PASSWORD).expect_err("it is the current one");
    assert!(
        refused.to_string().contains("one of your last 2"),
        "{refused}"
    );
    set(ANOTHER).expect("a new one");
    assert!(set(PASSWORD).is_err(), "it is one of the last two");
    set("a third sentence").expect("a new one");
    set(PASSWORD).expect("it is forgotten");
    let similar = set("my username is ada@example.org").expect_err("it is similar");
    assert!(
        similar.to_string().contains("Not your own name"),
        "{similar}"
    );
}

#[test]
fn two_changes_of_a_password_at_once_are_one() {
    let (store, id) = ada(0);
    let choose = |text| password::choose(&store, id, text, false).expect("a password");
    let (one, other) = (choose(ANOTHER), choose("a third sentence"));
    let reset = |password| Command::ResetPassword { user: id, password };
    let later = noon() + TimeDelta::seconds(1);
    command::apply(&store, &at_the_page(), reset(one), later).expect("the first");
    let second = command::apply(&store, &at_the_page(), reset(other), later);
    assert!(
        matches!(second, Err(CommandError::Outdated(_))),
        "{second:?}"
    );
}

#[test]
fn a_first_password_makes_a_pending_user_active_and_that_is_an_update() {
    let store = store();
    activated(&store, "Mover", on_update(None, vec![]));
    let id = admitted(&store, "ada");
    assert_eq!(user(&store, id).status, Status::Pending);
    let password = password::choose(&store, id, PASSWORD, true).expect("a password");
    done(&store, Command::ResetPassword { user: id, password });
    assert_eq!(user(&store, id).status, Status::Active);
    assert_eq!(history(&store).len(), 1);
    opened(
        Visitor::new("home").sign_in(&store, id, true),
        Stage::NewPassword,
    );
}
