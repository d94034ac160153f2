//! The sender is killed while it sends.

use std::time::Duration;

use tenure::{
    command::{self, Actor, Command},
    model::{audit::Via, mail::MailState, settings::Settings, smtp::Security},
    store::{Store, outbox},
};

use super::{mail, settings};
use crate::support::{binary::Tenure, running::Running, sink::Sink};

const MAILS: usize = 600;
const KILLS: usize = 5;

/// A data folder with a mail server and mails.
fn furnished(sink: &Sink) -> (Tenure, Store) {
    let tenure = Tenure::new();
    let store = Store::open(tenure.data_dir()).expect("a store");
    let all = Settings {
        time_zone: Some(chrono_tz::UTC),
        mail: settings(sink.plain, Security::None, ""),
        ..Settings::default()
    };
    let now = "2026-01-01T12:00:00Z".parse().expect("a moment");
    let actor = Actor::new("grace", Via::App);
    let command = Command::SaveSettings(Box::new(all));
    command::apply(&store, &actor, command, now).expect("settings");
    let queued = store.write(move |tx| {
        (0..MAILS).try_for_each(|index| {
            let mail = mail(&format!("u{index}@example.org"), &index.to_string());
            outbox::insert(tx, None, None, &mail, now).map(|_is_new| ())
        })
    });
    queued.expect("mails");
    (tenure, store)
}

fn serve(tenure: &Tenure) -> Running {
    let started = tenure.start(&["serve"], "press Ctrl+C to stop");
    started.expect("it serves").0
}

/// Waits until every mail was sent.
fn wait_until_sent(store: &Store) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("threads");
    let mut changed = store.watch();
    let wait = async {
        loop {
            let counts = store.read(|db| outbox::counts(db, None)).expect("counts");
            if counts == [(MailState::Sent, MAILS as u64)] {
                return;
            }
            changed.changed().await.expect("a store");
        }
    };
    let limit = Duration::from_mins(1);
    let waited = runtime.block_on(async { tokio::time::timeout(limit, wait).await });
    waited.expect("every mail is sent in a minute");
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
    wait_until_sent(&store);
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
