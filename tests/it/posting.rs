//! The sender, with a mail server that takes everything.

use tenure::{
    clock::Clock,
    command::Command,
    connect::smtp::Patience,
    engine::{Parts, Post},
    model::{
        mail::Mail,
        smtp::{MailSettings, PasswordChange, Security},
        template::Template,
    },
    store::{StoreError, outbox},
};
use tokio::sync::watch;

use crate::{
    mail_server,
    support::{done, noon, store},
};

fn mail(number: u32) -> Mail {
    Mail {
        address: format!("user{number}@example.org"),
        template: Template::PasswordChangeSuccess,
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        attachments: Vec::new(),
        key: format!("mail.{number}"),
    }
}

/// What was sent and could not be recorded is sent again, so there must not be much of it.
#[test]
fn a_full_disk_ends_the_sending_at_once() {
    let (store, (address, taken)) = (store(), mail_server::start());
    let settings = MailSettings {
        host: address.ip().to_string(),
        port: address.port(),
        security: Security::None,
        from_address: "tenure@example.org".to_owned(),
        ..MailSettings::default()
    };
    let save = Command::SaveMail {
        settings: Box::new(settings),
        password: PasswordChange::Keep,
    };
    done(&store, save);
    let queued = store.write(|tx| {
        for number in 0..2_000 {
            outbox::insert(tx, None, None, &mail(number), noon())?;
        }
        tx.execute_batch(
            "CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN new.state = 'sent'
             BEGIN SELECT raise(ABORT, 'database or disk is full'); END",
        )?;
        Ok::<_, StoreError>(())
    });
    queued.expect("mails");
    let parts = Parts {
        store: store.clone(),
        clock: Clock::manual(noon()),
    };
    let threads = tokio::runtime::Runtime::new().expect("threads");
    let (mut post, stop) = (
        Post::new(parts, Patience::default()),
        watch::Sender::new(false),
    );
    let round = threads.block_on(post.round(&stop.subscribe()));
    round.expect_err("nothing can be recorded");
    let sent = taken.lock().expect("nobody panicked").len();
    assert!(
        (1..=150).contains(&sent),
        "{sent} mails would be sent twice"
    );
}
