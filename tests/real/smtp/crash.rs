//! The sender is killed while it sends.

use std::time::Duration;

use tenure::{
    clock::Clock,
    command::{self, Actor, Command},
    engine::{Engine, Parts},
    model::{Timestamp, audit::Via, mail::MailState, settings::Settings, smtp::Security},
    store::{Store, outbox},
};

use super::{mail, settings};
use crate::support::{binary::Tenure, running::Running, sink::Sink};

const MAILS: usize = 600;
const KILLS: usize = 5;

fn long_ago() -> Timestamp {
    "2026-01-01T12:00:00Z".parse().expect("a moment")
}

fn set_up(store: &Store, sink: &Sink) {
    let all = Settings {
        time_zone: Some(chrono_tz::UTC),
        mail: settings(sink.plain, Security::None, ""),
        ..Settings::default()
    };
    let actor = Actor::new("grace", Via::App);
    let command = Command::SaveSettings(Box::new(all));
    command::apply(store, &actor, command, long_ago()).expect("settings");
}

/// A data folder with a mail server and mails.
fn furnished(sink: &Sink) -> (Tenure, Store) {
    let tenure = Tenure::new();
    let store = Store::open(tenure.data_dir()).expect("a store");
    set_up(&store, sink);
    let queued = store.write(move |tx| {
        (0..MAILS).try_for_each(|index| {
            let mail = mail(&format!("u{index}@example.org"), &index.to_string());
            outbox::insert(tx, None, None, &mail, long_ago()).map(|_is_new| ())
        })
    });
    queued.expect("mails");
    (tenure, store)
}

fn serve(tenure: &Tenure) -> Running {
    let started = tenure.start(&["serve"], "press Ctrl+C to stop");
    started.expect("it serves").0
}

/// Waits until there are so many mails in these states.
fn wait_until(store: &Store, expected: &[(MailState, u64)]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("threads");
    let mut changed = store.watch();
    let wait = async {
        loop {
            let counts = store.read(|db| outbox::counts(db, None)).expect("counts");
            if counts == expected {
                return;
            }
            changed.changed().await.expect("a store");
        }
    };
    let limit = Duration::from_mins(1);
    let waited = runtime.block_on(async { tokio::time::timeout(limit, wait).await });
    waited.expect("this takes less than a minute");
}

#[test]
fn who_is_stopped_does_not_wait_for_a_server_that_hangs() {
    let sink = Sink::start(&[]);
    let store = Store::in_memory().expect("in memory");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads");
    set_up(&store, &sink);
    let hanging = mail("hang-data@example.org", "hanging");
    let queued = store.write(move |tx| outbox::insert(tx, None, None, &hanging, long_ago()));
    queued.expect("a mail");
    let parts = Parts {
        store: store.clone(),
        clock: Clock::System,
    };
    let engine = Engine::start(runtime.handle(), parts);
    wait_until(&store, &[(MailState::Sending, 1)]);
    let limit = Duration::from_secs(30);
    let stopped = runtime.block_on(async { tokio::time::timeout(limit, engine.stop()).await });
    stopped.expect("it ends though the server may take three minutes");
    wait_until(&store, &[(MailState::Queued, 1)]);
}

#[test]
fn who_is_killed_while_sending_sends_every_mail_and_repeats_few() {
    let mut sink = Sink::start(&[]);
    let (tenure, store) = furnished(&sink);
    for kill in 1..=KILLS {
        let mut serving = serve(&tenure);
        sink.wait_for(kill * 80);
        serving.kill();
    }
    let _serving = serve(&tenure);
    wait_until(&store, &[(MailState::Sent, MAILS as u64)]);
    let taken = sink.taken();
    assert_eq!(taken.len(), MAILS, "every mail, each with one Message-ID");
    let most = taken.values().max().copied();
    assert!(
        most <= Some(1 + KILLS),
        "at most once more for each kill: {most:?}"
    );
    let repeated: usize = taken.values().map(|count| count - 1).sum();
    // What was taken and not recorded yet.
    assert!(repeated <= KILLS * 120, "{repeated} mails came again");
    let attempts = store.read(|db| outbox::latest(db, MAILS)).expect("mails");
    let surplus: u32 = attempts.iter().map(|it| it.attempts - 1).sum();
    assert!(surplus as usize >= repeated, "every attempt is counted");
}
