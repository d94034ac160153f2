//! Mails in the outbox, in every state that a mail server can bring them to.

use tenure::{
    model::{
        Timestamp,
        id::MailId,
        mail::{Attachment, AttachmentKind, Mail},
        template::{Compiled, Template, Values},
    },
    store::{
        Store, StoreError,
        outbox::{self, Answer, Outcome},
    },
};

use crate::support::noon;

/// Queues a mail with the sample of its template.
pub(crate) fn queued(store: &Store, template: Template, address: &str) -> MailId {
    queued_at(store, template, address, noon())
}

pub(crate) fn queued_at(store: &Store, template: Template, address: &str, at: Timestamp) -> MailId {
    let text = template.default_text();
    let compiled = Compiled::new(&text).expect("a template");
    let values = Values::sample(template, 3);
    let rendered = compiled.render(&values).expect("a mail");
    let mail = Mail {
        address: address.to_owned(),
        template,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        attachments: files(template),
        key: format!("{template}.{}.{}", address.len(), at.timestamp_micros()),
    };
    let id = store.write(move |tx| {
        // Otherwise no two stores would show the same Message-IDs.
        tx.execute(
            "UPDATE settings SET value = '0123456789abcdef' WHERE key = 'installation'",
            [],
        )?;
        assert!(outbox::insert(tx, None, None, &mail, at)?, "a new mail");
        Ok::<_, StoreError>(outbox::latest(tx, 1)?[0].id)
    });
    id.expect("a mail in the outbox")
}

/// What reports bring with them.
fn files(template: Template) -> Vec<Attachment> {
    if template.row_placeholders().is_empty() {
        return Vec::new();
    }
    vec![Attachment {
        name: format!("{template}-2030-12-24.csv"),
        kind: AttachmentKind::Csv,
        bytes: b"username,name\r\nada,Ada Lovelace\r\n".to_vec().into(),
    }]
}

/// An attempt is made now, and comes to this.
pub(crate) fn tried(store: &Store, id: MailId, outcome: Outcome) {
    let now = noon() + chrono::TimeDelta::days(1);
    let tried = store.write(move |tx| {
        let claimed = outbox::claim(tx, 10_000, now)?;
        let outcomes: Vec<(MailId, Outcome)> = claimed
            .into_iter()
            .map(|it| {
                let is_it = it.id == id;
                let came = is_it.then(|| outcome.clone());
                (it.id, came.unwrap_or(Outcome::NotTried))
            })
            .collect();
        assert!(outcomes.iter().any(|it| it.0 == id), "it was due");
        outbox::record(tx, &outcomes, now)
    });
    tried.expect("an attempt");
}

pub(crate) fn said(code: u16, text: &str) -> Answer {
    Answer {
        code: Some(code),
        text: text.to_owned(),
    }
}

/// Some mails, one in each state.
pub(crate) fn some(store: &Store) {
    let sent = queued(store, Template::PasswordChangeSuccess, "ada@lumen.example");
    let answer = said(250, "2.0.0 Ok: queued as 4F1A2");
    tried(store, sent, Outcome::Sent(answer));
    let failed = queued(store, Template::PasswordExpiryAlert, "bob@lumen.example");
    let answer = said(550, "5.1.1 <bob@lumen.example>: user unknown");
    tried(store, failed, Outcome::Failed(answer));
    let again = queued(store, Template::AccountDisabled, "joan@elsewhere.example");
    let answer = said(451, "4.7.1 Greylisted, try again in 5 minutes");
    let later = noon() + chrono::TimeDelta::minutes(65);
    tried(store, again, Outcome::Again(later, answer));
    queued(store, Template::DormantUserReport, "grace@lumen.example");
    queued(store, Template::PasswordExpiryNotification, "");
}

/// More than fit, to addresses that are too long.
pub(crate) fn many(store: &Store, count: usize) {
    for number in 0..count {
        let address = format!(
            "somebody.with.a.very.long.address.and.a.number.{number}@regional-office.lumen.example"
        );
        let at = noon() - chrono::TimeDelta::seconds(number as i64);
        let id = queued_at(store, Template::ALL[number % 8], &address, at);
        if number % 3 == 0 {
            let answer = said(
                554,
                "5.7.1 Message rejected by the policy of the recipient’s organisation, which can be \
                 looked up at https://example.org/policies/mail/rejected?code=5.7.1",
            );
            tried(store, id, Outcome::Failed(answer));
        }
    }
}
