//! The second factor: when it is asked for, and what is good for it.

use chrono::TimeDelta;
use tenure::{
    command::{self, AccountCommand, Command, CommandError, Entry, Reply},
    model::{
        event::Source,
        session::Stage,
        totp,
        user::{MfaMethod, Status},
    },
    store::{credentials, events},
};

use super::{Visitor, ada, at_the_page, code_at, enrol, opened, session, user};
use crate::support::{activated, audit, done, history, noon, on_update};

#[test]
fn a_second_factor_asks_for_a_code_that_is_good_once() {
    let (store, id) = ada(0);
    activated(&store, "Mover", on_update(None, vec![]));
    let mut home = Visitor::new("home");
    let open = opened(home.sign_in(&store, id, true), Stage::SignedIn);
    let secret = enrol(&store, open);
    let [execution] = history(&store).try_into().expect("one execution");
    let event = store.read(|db| events::get(db, execution.event.expect("an event")));
    let event = event.expect("a look").expect("an event");
    assert_eq!(event.source, Source::EndUserMfa);
    assert_eq!(event.before.map(|it| it.mfa.len()), Some(0));
    assert_eq!(event.after.mfa, [MfaMethod::Totp].into());

    let half = opened(home.sign_in(&store, id, true), Stage::Code);
    assert_eq!(
        home.prove(&store, half, &code_at(&secret, noon())),
        Entry::Refused,
        "used up"
    );
    home.now = noon() + TimeDelta::seconds(30);
    let code = code_at(&secret, home.now);
    let open = opened(home.prove(&store, half, &code), Stage::SignedIn);
    assert!(
        session(&store, half).is_none(),
        "every step has a key of its own"
    );
    assert!(session(&store, open).is_some());
    let half = opened(home.sign_in(&store, id, true), Stage::Code);
    assert_eq!(home.prove(&store, half, &code), Entry::Refused, "replayed");
}

#[test]
fn a_recovery_code_is_good_once_however_it_is_typed() {
    let (store, id) = ada(0);
    let mut home = Visitor::new("home");
    let open = opened(home.sign_in(&store, id, true), Stage::SignedIn);
    enrol(&store, open);
    let half = opened(home.sign_in(&store, id, true), Stage::Code);
    opened(home.prove(&store, half, " ABCD efgh "), Stage::SignedIn);
    assert!(audit(&store).contains(&"user.use_recovery_code ada".to_owned()));
    let half = opened(home.sign_in(&store, id, true), Stage::Code);
    assert_eq!(home.prove(&store, half, "abcd-efgh"), Entry::Refused);
}

#[test]
fn a_thousand_guesses_at_a_code_are_ten() {
    let (store, id) = ada(0);
    let mut home = Visitor::new("home");
    let open = opened(home.sign_in(&store, id, true), Stage::SignedIn);
    let secret = enrol(&store, open);
    let mut stranger = Visitor::new("stranger");
    stranger.now = noon() + TimeDelta::seconds(30);
    let half = opened(stranger.sign_in(&store, id, true), Stage::Code);
    let right = code_at(&secret, stranger.now);
    for guess in 0..1_000 {
        let code = format!("{guess:06}");
        if code != right {
            assert_eq!(stranger.prove(&store, half, &code), Entry::Refused);
        }
    }
    assert_eq!(
        stranger.prove(&store, half, &right),
        Entry::Refused,
        "locked out long ago"
    );
    assert_eq!(user(&store, id).status, Status::Locked);
    home.now = stranger.now;
    let half = opened(home.sign_in(&store, id, true), Stage::Code);
    opened(home.prove(&store, half, &right), Stage::SignedIn);
}

#[test]
fn an_admin_removes_a_second_factor_and_that_is_an_update() {
    let (store, id) = ada(0);
    let open = opened(
        Visitor::new("home").sign_in(&store, id, true),
        Stage::SignedIn,
    );
    enrol(&store, open);
    activated(&store, "Mover", on_update(None, vec![]));
    let source = Source::AdminMfa;
    done(&store, Command::RemoveMfa { user: id, source });
    assert!(user(&store, id).mfa.is_empty());
    let codes = store.read(|db| credentials::count_recovery_codes(db, id));
    assert_eq!(codes.expect("a count"), 0);
    assert_eq!(history(&store).len(), 1);
    assert_eq!(
        done(&store, Command::RemoveMfa { user: id, source }),
        Reply::Done
    );
    assert_eq!(history(&store).len(), 1, "nothing was left to remove");
}

#[test]
fn a_wrong_first_code_takes_no_app_into_use() {
    let (store, id) = ada(0);
    let open = opened(
        Visitor::new("home").sign_in(&store, id, true),
        Stage::SignedIn,
    );
    let secret = vec![7; totp::SECRET];
    done(
        &store,
        Command::from(AccountCommand::BeginTotp {
            session: open,
            secret,
        }),
    );
    let confirm = Command::from(AccountCommand::ConfirmTotp {
        session: open,
        code: "000000x".to_owned(),
        recovery: vec![],
    });
    let refused = command::apply(&store, &at_the_page(), confirm, noon());
    assert!(
        matches!(refused, Err(CommandError::WrongCode)),
        "{refused:?}"
    );
    assert!(user(&store, id).mfa.is_empty());
}
