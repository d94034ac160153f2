//! Signing in: who gets in, who is kept out and for how long, and what is written down.

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};
use tenure::{
    clock::Clock,
    command::{self, Actor, Browser, Command, CommandError, Entry, Reply, SignIn, password},
    engine::{self, Parts},
    model::{
        Timestamp,
        audit::Via,
        event::Source,
        id::UserId,
        session::{IDLE, Key, LONGEST, Session, SessionId, Stage},
        settings::Settings,
        totp,
        user::{MfaMethod, Status, User},
    },
    store::{Store, credentials, events, outbox, sessions, users},
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
        self.ask(store, Command::SignIn(Box::new(asked)), new_device)
    }

    fn prove(&mut self, store: &Store, session: SessionId, code: &str) -> Entry {
        let browser = self.browser();
        let new_device = browser.new_device;
        let command = Command::ProveCode {
            session,
            code: code.to_owned(),
            browser: Box::new(browser),
        };
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
    let begin = Command::BeginTotp {
        session,
        secret: secret.clone(),
    };
    done(store, begin);
    let recovery = vec![command::account::recovery_key("abcd-efgh")];
    let code = code_at(&secret, noon());
    let confirm = Command::ConfirmTotp {
        session,
        code,
        recovery,
    };
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
    let entry = home.ask(&store, Command::SignIn(Box::new(asked)), key("x"));
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
        Command::BeginTotp {
            session: open,
            secret,
        },
    );
    let confirm = Command::ConfirmTotp {
        session: open,
        code: "000000x".to_owned(),
        recovery: vec![],
    };
    let refused = command::apply(&store, &at_the_page(), confirm, noon());
    assert!(
        matches!(refused, Err(CommandError::WrongCode)),
        "{refused:?}"
    );
    assert!(user(&store, id).mfa.is_empty());
}

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
    let command = Command::ChooseNewPassword {
        session: half,
        password,
        browser: Box::new(browser),
    };
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
    let command = Command::ChangePassword {
        user: id,
        password,
        session: first,
    };
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
    command::apply(&store, &at_the_page(), Command::UseSession(open), used).expect("a note");
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
