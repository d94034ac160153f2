//! Signing in: who gets in, who is kept out and for how long, and what is written down.

mod passwords;
mod second_factor;

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};
use tenure::{
    clock::Clock,
    command::{
        self, AccountCommand, Actor, Browser, Command, Entry, Reply, SignIn, SignInCommand,
        password,
    },
    engine::{self, Parts},
    model::{
        Timestamp,
        audit::Via,
        event::Source,
        id::UserId,
        session::{IDLE, Key, LONGEST, Session, SessionId, Stage},
        settings::Settings,
        user::{Status, User},
    },
    store::{Store, events, sessions, users},
};

use crate::support::{activated, admitted, audit, done, history, noon, on_update, store};

const PASSWORD: &str = "correct horse battery";
const ANOTHER: &str = "staple of batteries";

fn key(text: &str) -> Key {
    Sha256::digest(text).into()
}

fn at_the_page() -> Actor {
    Actor::new("sign-in page", Via::Portal)
}

fn user(store: &Store, id: UserId) -> User {
    let found = store.read(|db| users::get(db, id)).expect("a look");
    found.expect("the user")
}

/// Somebody with a password, and what the policy says about locks.
fn ada(failures_before_lock: u32) -> (Store, UserId) {
    let store = store();
    let mut settings = Settings::clone(&store.config().expect("a configuration").settings);
    settings.password.failures_before_lock = failures_before_lock;
    settings.password.lock_minutes = 15;
    done(&store, Command::SaveSettings(Box::new(settings)));
    let ada = admitted(&store, "ada");
    let password = password::choose(&store, ada, PASSWORD, false).expect("a password");
    let user = ada;
    done(&store, Command::ResetPassword { user, password });
    (store, ada)
}

/// A browser that draws new keys each time, and shows the one that it was given last.
struct Visitor {
    name: &'static str,
    count: u32,
    device: Option<Key>,
    now: Timestamp,
}

impl Visitor {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            count: 0,
            device: None,
            now: noon(),
        }
    }

    fn browser(&mut self) -> Browser {
        self.count += 1;
        let drawn = |what: &str| key(&format!("{} {what} {}", self.name, self.count));
        Browser {
            session: drawn("session"),
            device: self.device,
            new_device: drawn("device"),
            address: "192.0.2.7".to_owned(),
            agent: "Test".to_owned(),
        }
    }

    fn ask(&mut self, store: &Store, command: Command, new_device: Key) -> Entry {
        match command::apply(store, &at_the_page(), command, self.now) {
            Ok(Reply::Entry(entry)) => {
                if matches!(
                    entry,
                    Entry::Open {
                        stage: Stage::SignedIn,
                        ..
                    }
                ) {
                    self.device = Some(new_device);
                }
                entry
            }
            other => panic!("a sign-in was answered by {other:?}"),
        }
    }

    /// Without comparing hashes, which takes long.
    fn sign_in(&mut self, store: &Store, id: UserId, is_right: bool) -> Entry {
        let browser = self.browser();
        let new_device = browser.new_device;
        let asked = SignIn {
            user: Some(id),
            is_right,
            password_changed: user(store, id).password_changed,
            browser,
        };
        self.ask(
            store,
            Command::from(SignInCommand::WithPassword(asked)),
            new_device,
        )
    }

    fn prove(&mut self, store: &Store, session: SessionId, code: &str) -> Entry {
        let browser = self.browser();
        let new_device = browser.new_device;
        let command = Command::from(SignInCommand::ProveCode {
            session,
            code: code.to_owned(),
            browser: Box::new(browser),
        });
        self.ask(store, command, new_device)
    }
}

#[track_caller]
fn opened(entry: Entry, expected: Stage) -> SessionId {
    match entry {
        Entry::Open { session, stage } => {
            assert_eq!(stage, expected);
            session
        }
        Entry::Refused => panic!("refused"),
    }
}

fn session(store: &Store, id: SessionId) -> Option<Session> {
    store.read(|db| sessions::get(db, id)).expect("a look")
}

/// Sets up an authenticator app for somebody who is signed in; returns its secret.
fn enrol(store: &Store, session: SessionId) -> Vec<u8> {
    let secret = b"12345678901234567890".to_vec();
    let begin = Command::from(AccountCommand::BeginTotp {
        session,
        secret: secret.clone(),
    });
    done(store, begin);
    let recovery = vec![command::account::recovery_key("abcd-efgh")];
    let code = code_at(&secret, noon());
    let confirm = Command::from(AccountCommand::ConfirmTotp {
        session,
        code,
        recovery,
    });
    done(store, confirm);
    secret
}

fn code_at(secret: &[u8], now: Timestamp) -> String {
    let app = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::new(secret.into()))
        .build_noncompliant();
    app.generate(now.timestamp().unsigned_abs()).to_string()
}

#[test]
fn the_right_password_opens_a_session_and_is_remembered() {
    let (store, id) = ada(3);
    let mut home = Visitor::new("home");
    let open = opened(home.sign_in(&store, id, true), Stage::SignedIn);
    let found = session(&store, open).expect("a session");
    assert_eq!((found.user, found.address.as_str()), (id, "192.0.2.7"));
    let user = user(&store, id);
    assert_eq!(user.last_sign_in, Some(noon()));
    assert_eq!(user.last_activity, Some(noon()));
    assert_eq!(
        audit(&store).last().map(String::as_str),
        Some("user.sign_in ada")
    );
}

#[test]
fn a_password_is_compared_with_the_one_that_is_set_now() {
    let (store, id) = ada(3);
    let mut home = Visitor::new("home");
    let asked = SignIn {
        user: Some(id),
        is_right: true,
        password_changed: Some(noon() - TimeDelta::days(1)),
        browser: home.browser(),
    };
    let entry = home.ask(
        &store,
        Command::from(SignInCommand::WithPassword(asked)),
        key("x"),
    );
    assert_eq!(
        entry,
        Entry::Refused,
        "it was changed while it was compared"
    );
}

#[test]
fn too_many_failures_lock_for_the_policys_period_only() {
    let (store, id) = ada(3);
    let mut stranger = Visitor::new("stranger");
    for _ in 0..3 {
        assert_eq!(stranger.sign_in(&store, id, false), Entry::Refused);
    }
    assert_eq!(user(&store, id).status, Status::Locked);
    assert!(audit(&store).contains(&"user.lock ada".to_owned()));
    assert_eq!(
        stranger.sign_in(&store, id, true),
        Entry::Refused,
        "right, but locked"
    );
    // What fails during the lock does not prolong it.
    for minute in 1..15 {
        stranger.now = noon() + TimeDelta::minutes(minute);
        assert_eq!(stranger.sign_in(&store, id, false), Entry::Refused);
    }
    stranger.now = noon() + TimeDelta::minutes(15);
    opened(stranger.sign_in(&store, id, true), Stage::SignedIn);
    assert_eq!(user(&store, id).status, Status::Active);
}

#[test]
fn a_success_begins_the_count_again() {
    let (store, id) = ada(3);
    let mut home = Visitor::new("home");
    for _ in 0..2 {
        home.sign_in(&store, id, false);
    }
    opened(home.sign_in(&store, id, true), Stage::SignedIn);
    let mut stranger = Visitor::new("stranger");
    for _ in 0..2 {
        stranger.sign_in(&store, id, false);
    }
    assert_eq!(user(&store, id).status, Status::Active);
}

#[test]
fn strangers_cannot_keep_a_known_browser_out() {
    let (store, id) = ada(3);
    let mut home = Visitor::new("home");
    opened(home.sign_in(&store, id, true), Stage::SignedIn);
    let mut stranger = Visitor::new("stranger");
    for hour in 0..50 {
        stranger.now = noon() + TimeDelta::hours(hour);
        for _ in 0..10 {
            assert_eq!(stranger.sign_in(&store, id, false), Entry::Refused);
        }
        home.now = stranger.now + TimeDelta::minutes(1);
        opened(home.sign_in(&store, id, true), Stage::SignedIn);
        assert_eq!(
            stranger.sign_in(&store, id, true),
            Entry::Refused,
            "still locked"
        );
    }
}

#[test]
fn a_known_browser_has_a_lock_of_its_own() {
    let (store, id) = ada(3);
    let mut home = Visitor::new("home");
    opened(home.sign_in(&store, id, true), Stage::SignedIn);
    for _ in 0..3 {
        home.sign_in(&store, id, false);
    }
    assert_eq!(home.sign_in(&store, id, true), Entry::Refused);
    assert_eq!(user(&store, id).status, Status::Active, "others may go on");
    opened(
        Visitor::new("work").sign_in(&store, id, true),
        Stage::SignedIn,
    );
    home.now = noon() + TimeDelta::minutes(15);
    opened(home.sign_in(&store, id, true), Stage::SignedIn);
}

#[test]
fn a_browser_of_somebody_else_is_a_stranger() {
    let (store, id) = ada(3);
    let bob = admitted(&store, "bob");
    let password = password::choose(&store, bob, ANOTHER, false).expect("a password");
    done(
        &store,
        Command::ResetPassword {
            user: bob,
            password,
        },
    );
    let mut bobs = Visitor::new("bob's");
    opened(bobs.sign_in(&store, bob, true), Stage::SignedIn);
    for _ in 0..3 {
        bobs.sign_in(&store, id, false);
    }
    assert_eq!(user(&store, id).status, Status::Locked);
}

#[test]
fn a_policy_without_a_lock_never_locks_for_passwords() {
    let (store, id) = ada(0);
    let mut stranger = Visitor::new("stranger");
    for _ in 0..200 {
        stranger.sign_in(&store, id, false);
    }
    opened(stranger.sign_in(&store, id, true), Stage::SignedIn);
}

#[test]
fn an_admin_ends_a_lock_and_that_is_an_update() {
    let (store, id) = ada(1);
    activated(&store, "Mover", on_update(None, vec![]));
    Visitor::new("stranger").sign_in(&store, id, false);
    assert_eq!(history(&store).len(), 0, "a lock is nobody's update");
    done(&store, Command::UnlockUser(id));
    assert_eq!(user(&store, id).status, Status::Active);
    let [execution] = history(&store).try_into().expect("one execution");
    let event = store.read(|db| events::get(db, execution.event.expect("an event")));
    let event = event.expect("a look").expect("an event");
    assert_eq!(event.source, Source::AdminDetails);
    assert_eq!(event.before.map(|it| it.status), Some(Status::Locked));
    assert_eq!(event.after.status, Status::Active);
}

fn tick(parts: &Parts) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(engine::tick(parts));
}

#[test]
fn the_engine_ends_locks_and_forgets_what_is_over() {
    let (store, id) = ada(1);
    Visitor::new("stranger").sign_in(&store, id, false);
    let (other, mut home) = (admitted(&store, "bob"), Visitor::new("home"));
    let password = password::choose(&store, other, ANOTHER, false).expect("a password");
    done(
        &store,
        Command::ResetPassword {
            user: other,
            password,
        },
    );
    let open = opened(home.sign_in(&store, other, true), Stage::SignedIn);
    let clock = Clock::manual(noon());
    let parts = Parts {
        store: store.clone(),
        clock: clock.clone(),
    };
    tick(&parts);
    assert_eq!(user(&store, id).status, Status::Locked);
    clock.advance(TimeDelta::minutes(15));
    tick(&parts);
    assert_eq!(user(&store, id).status, Status::Active);
    assert!(session(&store, open).is_some());
    clock.advance(LONGEST);
    tick(&parts);
    assert!(session(&store, open).is_none());
    let before = store.commits();
    tick(&parts);
    assert_eq!(
        store.commits(),
        before,
        "a tick with nothing to do writes nothing"
    );
}

#[test]
fn who_may_not_come_in_is_refused_however_right_the_password_is() {
    let (store, id) = ada(3);
    done(&store, Command::DisableUser(id));
    assert_eq!(
        Visitor::new("home").sign_in(&store, id, true),
        Entry::Refused
    );
    done(&store, Command::EnableUser(id));
    done(&store, Command::DeleteUser(id));
    assert_eq!(
        Visitor::new("home").sign_in(&store, id, true),
        Entry::Refused
    );
    let pending = admitted(&store, "bob");
    assert_eq!(
        Visitor::new("home").sign_in(&store, pending, true),
        Entry::Refused
    );
    let last = audit(&store).pop().expect("an entry");
    assert_eq!(
        last,
        "user.sign_in bob: no password has been set yet, from 192.0.2.7"
    );
}

#[test]
fn disabling_and_deleting_end_every_session() {
    for end in [
        Command::DisableUser,
        Command::DeleteUser,
        Command::RequirePasswordChange,
    ] {
        let (store, id) = ada(3);
        let open = opened(
            Visitor::new("home").sign_in(&store, id, true),
            Stage::SignedIn,
        );
        done(&store, end(id));
        assert!(session(&store, open).is_none());
    }
}

#[test]
fn sessions_end_by_themselves() {
    let (store, id) = ada(0);
    let open = opened(
        Visitor::new("home").sign_in(&store, id, true),
        Stage::SignedIn,
    );
    let at = |later| {
        session(&store, open)
            .expect("a session")
            .is_over(noon() + later)
    };
    assert!(!at(IDLE));
    assert!(at(IDLE + TimeDelta::seconds(1)));
    let used = noon() + TimeDelta::minutes(59);
    command::apply(
        &store,
        &at_the_page(),
        Command::from(SignInCommand::UseSession(open)),
        used,
    )
    .expect("a note");
    assert!(
        !session(&store, open)
            .expect("a session")
            .is_over(used + IDLE)
    );
    assert_eq!(user(&store, id).last_activity, Some(used));
    let mut old = session(&store, open).expect("a session");
    old.last_used = noon() + LONGEST;
    assert!(old.is_over(noon() + LONGEST + TimeDelta::seconds(1)));
}

#[test]
fn secrets_are_in_no_audit_entry_and_no_debug_text() {
    let (store, id) = ada(0);
    let open = opened(
        Visitor::new("home").sign_in(&store, id, true),
        Stage::SignedIn,
    );
    enrol(&store, open);
    let entries = store
        .read(|db| tenure::store::audit::page(db, 0, 1_000))
        .expect("entries");
    let all = format!("{entries:?}");
    for secret in ["argon2", "12345678901234567890", "GEZDGNBV", "abcd-efgh"] {
        assert!(!all.contains(secret), "{secret}");
    }
    let shown = format!("{:?}", session(&store, open));
    assert!(!shown.contains("enrolling"), "{shown}");
    let password = password::choose(&store, id, ANOTHER, false).expect("a password");
    assert!(!format!("{password:?}").contains("argon2"));
}
