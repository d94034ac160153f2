//! The outbox without a mail server: what is queued, claimed, given back and forgotten.

use std::sync::Arc;

use chrono::TimeDelta;
use tenure::{
    clock::Clock,
    command::{self, Command, CommandError},
    connect::smtp::Patience,
    engine::{self, Parts, Post},
    model::{
        id::MailId,
        mail::{Attachment, AttachmentKind, Mail, MailState},
        settings::Settings,
        smtp::{MailPassword, MailSettings, PasswordChange},
        template::Template,
    },
    store::{
        Store, StoreError, audit,
        outbox::{self, Answer, Outcome},
    },
};
use tokio::sync::watch;

use crate::support::{done, grace, noon, store};

fn mail(key: &str) -> Mail {
    Mail {
        address: format!("{key}@example.org"),
        template: Template::PasswordChangeSuccess,
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        attachments: vec![Attachment {
            name: "list.csv".to_owned(),
            kind: AttachmentKind::Csv,
            bytes: Arc::from(&b"a,b\r\n"[..]),
        }],
        key: key.to_owned(),
    }
}

/// Whether it is a new one.
fn queue(store: &Store, mail: Mail) -> bool {
    let queued = store.write(move |tx| outbox::insert(tx, None, None, &mail, noon()));
    queued.expect("a mail")
}

fn claim(store: &Store, limit: usize) -> Vec<MailId> {
    let claimed = store.write(move |tx| outbox::claim(tx, limit, noon()));
    claimed
        .expect("mails")
        .into_iter()
        .map(|it| it.id)
        .collect()
}

fn record(store: &Store, id: MailId, outcome: Outcome) {
    let recorded = store.write(move |tx| outbox::record(tx, &[(id, outcome)], noon()));
    recorded.expect("recorded");
}

fn state(store: &Store, id: MailId) -> (MailState, u32) {
    let kept = store.read(|db| outbox::get(db, id)).expect("a look");
    let kept = kept.expect("a mail");
    (kept.state, kept.attempts)
}

fn answer() -> Answer {
    Answer {
        code: Some(250),
        text: "OK".to_owned(),
    }
}

/// How many texts, and how many files, are kept.
fn kept_parts(store: &Store) -> (i64, i64) {
    let counted = store.read(|db| -> Result<_, StoreError> {
        let count = |table: &str| {
            db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
        };
        Ok((count("mail_bodies")?, count("attachments")?))
    });
    counted.expect("counts")
}

#[test]
fn a_mail_is_queued_once_and_its_message_id_tells_the_installation() {
    let (first, second) = (store(), store());
    assert!(queue(&first, mail("a")));
    assert!(!queue(&first, mail("a")));
    assert!(queue(&second, mail("a")));
    let id = |store: &Store| {
        store.read(|db| outbox::latest(db, 1)).expect("mails")[0]
            .message_id
            .clone()
    };
    assert!(id(&first).starts_with("<a@") && id(&first).ends_with(".tenure.invalid>"));
    assert_ne!(id(&first), id(&second));
}

#[test]
fn a_mail_is_with_one_sender_and_comes_back_after_a_crash() {
    let store = store();
    for key in ["a", "b", "c"] {
        queue(&store, mail(key));
    }
    let (first, rest) = (claim(&store, 2), claim(&store, 9));
    assert_eq!((first.len(), rest.len()), (2, 1));
    assert!(claim(&store, 9).is_empty());
    record(&store, first[0], Outcome::Sent(answer()));
    record(&store, first[1], Outcome::NotTried);
    assert_eq!(state(&store, first[0]), (MailState::Sent, 1));
    assert_eq!(state(&store, first[1]), (MailState::Queued, 0));
    assert_eq!(store.write(outbox::give_back).expect("back"), 1);
    assert_eq!(state(&store, rest[0]), (MailState::Queued, 1));
    // A sender that comes too late changes nothing.
    record(&store, first[0], Outcome::Failed(answer()));
    assert_eq!(state(&store, first[0]), (MailState::Sent, 1));
}

#[test]
fn the_password_for_the_mail_server_is_in_no_audit_entry() {
    let store = store();
    let settings = MailSettings {
        host: "smtp.example.org".to_owned(),
        username: "mailer".to_owned(),
        from_address: "tenure@example.org".to_owned(),
        ..MailSettings::default()
    };
    for password in ["geheim-1", "geheim-2"] {
        let password = MailPassword::new(password).expect("a password");
        let command = Command::SaveMail {
            settings: Box::new(settings.clone()),
            password: PasswordChange::Set(password),
        };
        assert!(!format!("{command:?}").contains("geheim"));
        done(&store, command);
    }
    let entries = store.read(|db| audit::page(db, 0, 100)).expect("entries");
    let all = format!("{entries:?}");
    assert!(
        all.contains("settings.save_mail") && all.contains("replaced"),
        "{all}"
    );
    assert!(!all.contains("geheim"), "{all}");
    let elsewhere = Settings {
        time_zone: Some(chrono_tz::UTC),
        mail: MailSettings {
            host: "evil.example.org".to_owned(),
            ..settings
        },
        ..Settings::default()
    };
    let command = Command::SaveSettings(Box::new(elsewhere));
    let refused = command::apply(&store, &grace(), command, noon());
    assert!(
        matches!(refused, Err(CommandError::Settings(_))),
        "{refused:?}"
    );
}

#[test]
fn a_clock_that_is_set_back_holds_no_mail_up() {
    let store = store();
    queue(&store, mail("a"));
    let id = claim(&store, 1)[0];
    record(
        &store,
        id,
        Outcome::Again(noon() + TimeDelta::minutes(30), answer()),
    );
    let yesterday = noon() - TimeDelta::days(1);
    let next = store
        .read(|db| outbox::next_due(db, yesterday))
        .expect("a look");
    assert_eq!(next, Some(yesterday));
    let claimed = store.write(move |tx| outbox::claim(tx, 9, yesterday));
    assert_eq!(claimed.expect("mails").len(), 1);
}

#[test]
fn what_a_mail_said_is_forgotten_after_a_month_and_the_mail_after_a_year() {
    let store = store();
    queue(&store, mail("sent"));
    queue(&store, mail("waiting"));
    let id = claim(&store, 1)[0];
    record(&store, id, Outcome::Sent(answer()));
    assert_eq!(kept_parts(&store), (2, 1), "the same file is kept once");
    let clock = Clock::manual(noon());
    let parts = Parts {
        store: store.clone(),
        clock: clock.clone(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads");
    let tick_after = |days: i64| {
        clock.advance(TimeDelta::days(days));
        runtime.block_on(engine::tick(&parts));
    };
    tick_after(29);
    assert_eq!(kept_parts(&store), (2, 1));
    tick_after(1);
    assert_eq!(kept_parts(&store), (1, 1), "what waits is kept");
    let again = command::apply(&store, &grace(), Command::ResendMail(id), clock.now());
    assert!(
        matches!(again, Err(CommandError::Forgotten(_))),
        "{again:?}"
    );
    tick_after(334);
    assert_eq!(state(&store, id), (MailState::Sent, 1));
    tick_after(1);
    assert_eq!(store.read(|db| outbox::get(db, id)).expect("a look"), None);
    assert_eq!(kept_parts(&store), (1, 1));
}

#[test]
fn a_round_with_nothing_to_send_writes_nothing() {
    let store = store();
    queue(&store, mail("a"));
    let clock = Clock::manual(noon());
    let parts = Parts {
        store: store.clone(),
        clock: clock.clone(),
    };
    let mut post = Post::new(parts, Patience::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads");
    let stop = watch::Sender::new(false);
    let before = store.commits();
    // No server is set up.
    runtime
        .block_on(post.round(&stop.subscribe()))
        .expect("a round");
    assert_eq!(store.commits(), before);

    let mut settings = Settings {
        time_zone: Some(chrono_tz::UTC),
        ..Settings::default()
    };
    settings.mail.host = "127.0.0.1".to_owned();
    settings.mail.from_address = "tenure@example.org".to_owned();
    done(&store, Command::SaveSettings(Box::new(settings)));
    let id = claim(&store, 1)[0];
    let later = noon() + TimeDelta::minutes(7);
    record(&store, id, Outcome::Again(later, answer()));
    store.write(outbox::give_back).expect("back");
    let before = store.commits();
    let wake = runtime
        .block_on(post.round(&stop.subscribe()))
        .expect("a round");
    assert_eq!(store.commits(), before);
    assert!(wake > noon() && wake <= later);
}
