//! Mail: what becomes of every recipient, with mail servers that fail in every way.

mod crash;
mod delivery;
mod hostile;
mod server;
mod trial;

use std::time::Duration;

use chrono::TimeDelta;
use tenure::{
    clock::Clock,
    command::{self, Actor, Command},
    connect::smtp::Patience,
    engine::{Parts, Post},
    model::{
        Timestamp,
        audit::Via,
        mail::{Mail, MailState},
        settings::Settings,
        smtp::{MailPassword, MailSettings, PasswordChange, Security},
        template::Template,
    },
    store::{
        Store,
        outbox::{self, Filter, Kept},
        pause,
    },
};
use tokio::{runtime::Runtime, sync::watch};

use crate::support::sink::Sink;

/// A store with mails, and what sends them, by a clock that is moved.
pub(crate) struct Office {
    pub(crate) store: Store,
    clock: Clock,
    post: Post,
    runtime: Runtime,
    stop: watch::Sender<bool>,
}

impl Office {
    pub(crate) fn new(settings: MailSettings, password: Option<&str>) -> Self {
        let store = Store::in_memory().expect("in memory");
        let clock = Clock::manual("2031-12-24T12:00:00Z".parse().expect("a moment"));
        let parts = Parts {
            store: store.clone(),
            clock: clock.clone(),
        };
        let patience = Patience {
            opening: Duration::from_secs(3),
            reply: Duration::from_secs(3),
            data: Duration::from_secs(3),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("threads");
        let office = Self {
            store,
            clock,
            post: Post::new(parts, patience),
            runtime,
            stop: watch::Sender::new(false),
        };
        let settings_at_all = Settings {
            time_zone: Some(chrono_tz::UTC),
            ..Settings::default()
        };
        office.apply(Command::SaveSettings(Box::new(settings_at_all)));
        office.set_up(settings, password);
        office
    }

    pub(crate) fn set_up(&self, settings: MailSettings, password: Option<&str>) {
        let password = password.map(|it| MailPassword::new(it).expect("a password"));
        self.apply(Command::SaveMail {
            settings: Box::new(settings),
            password: password.map_or(PasswordChange::Remove, PasswordChange::Set),
        });
    }

    pub(crate) fn apply(&self, command: Command) {
        let actor = Actor::new("grace", Via::App);
        command::apply(&self.store, &actor, command, self.clock.now()).expect("no refusal");
    }

    /// Queues mails to these.
    pub(crate) fn queue(&self, recipients: &[&str]) {
        for (index, address) in recipients.iter().enumerate() {
            self.queue_mail(mail(address, &format!("{index}")));
        }
    }

    pub(crate) fn queue_mail(&self, mail: Mail) {
        let now = self.clock.now();
        let queued = self
            .store
            .write(move |tx| outbox::insert(tx, None, None, &mail, now));
        assert!(queued.expect("a mail"), "it was there already");
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Sends what is due now; says when there is more to do.
    pub(crate) fn round(&mut self) -> Timestamp {
        let stopped = self.stop.subscribe();
        let round = self.post.round(&stopped);
        self.runtime.block_on(round).expect("a round")
    }

    /// What became of the mail to this address.
    #[track_caller]
    pub(crate) fn mail(&self, address: &str) -> Kept {
        let all = self.store.read(|db| outbox::latest(db, 10_000));
        let mut all = all.expect("mails").into_iter();
        let found = all.find(|it| it.address == address);
        found.unwrap_or_else(|| panic!("no mail to {address}"))
    }

    pub(crate) fn count(&self, state: MailState) -> usize {
        let filter = Filter {
            state: Some(state),
            ..Filter::default()
        };
        let found = self
            .store
            .read(|db| outbox::page(db, &filter, None, 100_000));
        found.expect("mails").len()
    }

    /// Why nothing is sent.
    pub(crate) fn held_up(&self) -> Option<String> {
        let pause = self.store.read(pause::get).expect("a look");
        pause.map(|it| it.reason)
    }
}

pub(crate) fn mail(address: &str, key: &str) -> Mail {
    Mail {
        address: address.to_owned(),
        template: Template::PasswordChangeSuccess,
        subject: "Grüße an alle".to_owned(),
        text: "Hello,\n.\nthis has a line with nothing but a dot.\n".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        attachments: Vec::new(),
        key: format!("test.{key}"),
    }
}

pub(crate) fn settings(port: u16, security: Security, authority: &str) -> MailSettings {
    MailSettings {
        host: "localhost".to_owned(),
        port,
        security,
        from_address: "tenure@example.org".to_owned(),
        from_name: "Tenure für Büro".to_owned(),
        authority: authority.to_owned(),
        ..MailSettings::default()
    }
}

/// An office that sends through this server over STARTTLS, and signs in.
pub(crate) fn office(sink: &Sink) -> Office {
    let settings = MailSettings {
        username: "mailer".to_owned(),
        ..settings(sink.plain, Security::StartTls, &sink.authority())
    };
    Office::new(settings, Some("mail-secret"))
}
