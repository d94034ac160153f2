//! What becomes of every recipient, and what a mail looks like when it arrives.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tenure::{
    command::Command,
    model::{
        mail::{Attachment, AttachmentKind, Mail, MailState},
        smtp::{MailSettings, Security},
    },
};

use super::{Office, mail, office, settings};
use crate::support::sink::{Exim, Sink};

/// The mail to this recipient ends so, after so many attempts.
#[track_caller]
fn check(office: &Office, address: &str, state: MailState, attempts: u32, code: Option<u16>) {
    let mail = office.mail(address);
    let found = (
        mail.state,
        mail.attempts,
        mail.answer.as_ref().and_then(|it| it.code),
    );
    assert_eq!(found, (state, attempts, code), "{address}: {mail:?}");
}

#[test]
fn every_recipient_ends_in_the_right_state_and_none_twice() {
    use MailState::{Failed, NoAddress, Queued, Sent};
    let sink = Sink::start(&[]);
    let mut office = office(&sink);
    let recipients = [
        "ada@example.org",
        "grey-1@example.org",
        "grey-99@example.org",
        "e550@example.org",
        "e452@example.org",
        "d554@example.org",
        "d451@example.org",
        "once-d451@example.org",
        "once-e421@example.org",
        "once-drop-rcpt@example.org",
        "once-drop-data@example.org",
        "once-hang-data@example.org",
        "slow-1@example.org",
        "zoë@example.org",
        "grace@bücher.example",
        "",
    ];
    office.queue(&recipients);
    for _ in 0..6 {
        office.round();
        office.advance(TimeDelta::minutes(3));
    }
    check(&office, "ada@example.org", Sent, 1, Some(250));
    check(&office, "grey-1@example.org", Sent, 2, Some(250));
    check(&office, "e550@example.org", Failed, 1, Some(550));
    check(&office, "d554@example.org", Failed, 1, Some(554));
    check(&office, "once-d451@example.org", Sent, 2, Some(250));
    check(&office, "once-e421@example.org", Sent, 2, Some(250));
    check(&office, "once-drop-rcpt@example.org", Sent, 2, Some(250));
    check(&office, "once-drop-data@example.org", Sent, 2, Some(250));
    check(&office, "once-hang-data@example.org", Sent, 2, Some(250));
    check(&office, "slow-1@example.org", Sent, 1, Some(250));
    check(&office, "zoë@example.org", Sent, 1, Some(250));
    check(&office, "grace@bücher.example", Sent, 1, Some(250));
    check(&office, "", NoAddress, 0, None);
    for waiting in [
        "grey-99@example.org",
        "e452@example.org",
        "d451@example.org",
    ] {
        let mail = office.mail(waiting);
        assert_eq!(mail.state, Queued, "{waiting}");
        assert!(mail.attempts >= 3 && mail.due.is_some(), "{mail:?}");
    }
    let taken = sink.taken();
    assert!(taken.values().all(|count| *count == 1), "{taken:?}");
    assert_eq!(taken.len(), office.count(Sent));
}

#[test]
fn a_mail_whose_answer_was_lost_comes_again_with_the_same_message_id() {
    let sink = Sink::start(&[]);
    let mut office = office(&sink);
    office.queue(&["once-lost-ok@example.org"]);
    office.round();
    let mail = office.mail("once-lost-ok@example.org");
    assert_eq!(mail.state, MailState::Queued);
    office.advance(TimeDelta::minutes(2));
    office.round();
    let mail = office.mail("once-lost-ok@example.org");
    assert_eq!(mail.state, MailState::Sent);
    let taken: Vec<(String, usize)> = sink.taken().into_iter().collect();
    assert_eq!(taken, [(mail.message_id, 2)]);
}

#[test]
fn a_mail_that_is_never_taken_is_given_up_after_two_days() {
    let sink = Sink::start(&[]);
    let mut office = office(&sink);
    office.queue(&["e451@example.org"]);
    for _ in 0..60 {
        office.round();
        office.advance(TimeDelta::hours(2));
    }
    check(
        &office,
        "e451@example.org",
        MailState::Failed,
        53,
        Some(451),
    );
    let said = office
        .mail("e451@example.org")
        .answer
        .expect("an answer")
        .text;
    assert!(said.starts_with("given up after 53 attempts"), "{said}");
    let id = office.mail("e451@example.org").id;
    office.apply(Command::ResendMail(id));
    check(&office, "e451@example.org", MailState::Queued, 0, Some(451));
}

#[test]
fn what_is_sent_again_on_purpose_has_another_message_id() {
    let sink = Sink::start(&[]);
    let mut office = office(&sink);
    office.queue(&["ada@example.org"]);
    office.round();
    let first = office.mail("ada@example.org");
    office.advance(TimeDelta::minutes(1));
    office.apply(Command::ResendMail(first.id));
    office.round();
    assert_eq!(office.count(MailState::Sent), 2);
    assert_eq!(sink.taken().len(), 2);
}

#[test]
fn a_limit_per_minute_is_kept() {
    let sink = Sink::start(&[]);
    let mut limited = settings(sink.plain, Security::None, "");
    limited.per_minute = 3;
    let mut office = Office::new(limited, None);
    let recipients: Vec<String> = (0..7).map(|it| format!("u{it}@example.org")).collect();
    let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
    office.queue(&recipients);
    for sent in [3, 6, 7] {
        office.round();
        office.round();
        assert_eq!(office.count(MailState::Sent), sent);
        office.advance(TimeDelta::seconds(30));
        office.round();
        assert_eq!(office.count(MailState::Sent), sent);
        office.advance(TimeDelta::seconds(31));
    }
}

#[test]
fn a_mail_that_hangs_holds_no_other_one_up() {
    let sink = Sink::start(&[]);
    let mut office = office(&sink);
    office.queue(&["hang-data@example.org"]);
    // More than are taken at once.
    for index in 0..700 {
        let address = format!("u{index}@example.org");
        office.queue_mail(mail(&address, &format!("more.{index}")));
    }
    office.round();
    assert_eq!(office.count(MailState::Sent), 700);
    assert_eq!(
        office.mail("hang-data@example.org").state,
        MailState::Queued
    );
}

#[test]
fn a_few_connections_carry_many_mails_and_are_kept_for_the_next() {
    let sink = Sink::start(&[]);
    let secure = settings(sink.encrypted, Security::Tls, &sink.authority());
    let signed_in = MailSettings {
        username: "mailer".to_owned(),
        ..secure
    };
    let mut office = Office::new(signed_in, Some("mail-secret"));
    let connections = |sink: &Sink| sink.events("connection").len();
    for index in 0..300 {
        let address = format!("u{index}@example.org");
        office.queue_mail(mail(&address, &format!("first.{index}")));
    }
    office.round();
    assert_eq!(office.count(MailState::Sent), 300);
    let first = connections(&sink);
    assert!(first <= 8, "{first} connections");
    assert_eq!(sink.events("auth").len(), first, "signed in once on each");
    office.queue_mail(mail("later@example.org", "later"));
    office.advance(TimeDelta::seconds(30));
    office.round();
    assert_eq!(office.mail("later@example.org").state, MailState::Sent);
    assert_eq!(connections(&sink), first, "one that was open is used");
}

#[test]
fn a_server_that_takes_few_connections_gets_every_mail() {
    let sink = Sink::start(&[("LIMIT", "3")]);
    let mut office = Office::new(settings(sink.plain, Security::None, ""), None);
    let recipients: Vec<String> = (0..200).map(|it| format!("u{it}@example.org")).collect();
    let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
    office.queue(&recipients);
    for _ in 0..20 {
        office.round();
        office.advance(TimeDelta::seconds(10));
    }
    assert_eq!(office.count(MailState::Sent), 200);
    let taken = sink.taken();
    assert_eq!(taken.len(), 200);
    assert!(taken.values().all(|count| *count == 1));
    assert_eq!(office.held_up(), None);
}

#[test]
fn mails_are_valid_mime_with_the_right_headers() {
    let sink = Sink::start(&[]);
    let mut office = office(&sink);
    let report = Mail {
        subject: format!("Report\r\nBcc: eve@example.org {}", "lang ä ".repeat(40)),
        html: "<p>Grüße <img src=\"cid:chart@tenure.invalid\"></p>".to_owned(),
        attachments: vec![
            Attachment {
                name: "dormant-üser.csv".to_owned(),
                kind: AttachmentKind::Csv,
                bytes: Arc::from("username\r\nzoë\r\n".as_bytes()),
            },
            Attachment {
                name: "chart.png".to_owned(),
                kind: AttachmentKind::Png {
                    cid: "chart@tenure.invalid".to_owned(),
                },
                bytes: Arc::from(&b"\x89PNG\r\n\x1a\n"[..]),
            },
        ],
        ..mail("ada@example.org", "report")
    };
    office.queue_mail(report);
    office.round();
    let [mail]: [Value; 1] = sink.read().try_into().expect("one mail");
    assert_eq!(mail["defects"], json!([]));
    assert!(mail["longest"].as_u64() <= Some(998), "{}", mail["longest"]);
    let headers = mail["headers"].as_array().expect("headers");
    let all = |name: &str| -> Vec<&str> {
        let found = headers.iter().filter(|it| it[0] == name);
        found.map(|it| it[1].as_str().expect("text")).collect()
    };
    assert_eq!(all("X-Sink-To"), ["ada@example.org"]);
    assert_eq!(all("To"), ["ada@example.org"]);
    assert_eq!(all("From"), ["Tenure für Büro <tenure@example.org>"]);
    assert_eq!(all("Auto-Submitted"), ["auto-generated"]);
    assert_eq!(all("MIME-Version"), ["1.0"]);
    assert_eq!(all("Date"), ["Wed, 24 Dec 2031 12:00:00 +0000"]);
    assert_eq!(all("Bcc"), [""; 0]);
    let subject = all("Subject").concat();
    assert!(
        subject.starts_with("Report  Bcc: eve@example.org lang ä lang"),
        "{subject}"
    );
    assert_eq!(
        all("Message-ID"),
        [office.mail("ada@example.org").message_id]
    );
    let body = &mail["body"];
    assert_eq!(body["type"], "multipart/mixed");
    let [both, file] = [&body["parts"][0], &body["parts"][1]];
    assert_eq!(both["type"], "multipart/alternative");
    assert_eq!(both["parts"][0]["type"], "text/plain");
    let text = both["parts"][0]["content"].as_str().expect("text");
    assert!(
        text.replace("\r\n", "\n").contains("\n.\nthis has a line"),
        "{text:?}"
    );
    let related = &both["parts"][1];
    assert_eq!(related["type"], "multipart/related");
    assert_eq!(related["parts"][0]["type"], "text/html");
    assert!(
        related["parts"][0]["content"]
            .as_str()
            .expect("text")
            .contains("Grüße")
    );
    let picture = &related["parts"][1];
    assert_eq!(picture["type"], "image/png");
    assert_eq!(picture["id"], "<chart@tenure.invalid>");
    assert_eq!(picture["disposition"], "inline");
    assert_eq!(picture["content"], "89504e470d0a1a0a");
    assert_eq!(file["type"], "text/csv");
    assert_eq!(file["charset"], "utf-8");
    assert_eq!(file["disposition"], "attachment");
    assert_eq!(file["name"], "dormant-üser.csv");
    assert_eq!(file["content"], "username\r\nzoë\r\n");
}

#[test]
fn exim_delivers_and_refuses() {
    use MailState::{Failed, Queued, Sent};
    let mut exim = Exim::start();
    let secure = settings(exim.port, Security::StartTls, &exim.authority());
    let mut office = Office::new(
        MailSettings {
            username: "mailer".to_owned(),
            ..secure
        },
        Some("mail-secret"),
    );
    office.queue(&[
        "ada@example.test",
        "zoë@example.test",
        "grey@example.test",
        "full@example.test",
        "nobody@example.test",
        "spam@example.test",
        "drop@example.test",
        "ada@elsewhere.test",
    ]);
    let large = Mail {
        text: "x\n".repeat(600_000),
        ..mail("large@example.test", "large")
    };
    office.queue_mail(large);
    for _ in 0..3 {
        office.round();
        office.advance(TimeDelta::minutes(2));
    }
    check(&office, "ada@example.test", Sent, 1, Some(250));
    check(&office, "zoë@example.test", Sent, 1, Some(250));
    check(&office, "grey@example.test", Sent, 2, Some(250));
    check(&office, "nobody@example.test", Failed, 1, Some(550));
    check(&office, "spam@example.test", Failed, 1, Some(550));
    check(&office, "ada@elsewhere.test", Failed, 1, Some(550));
    check(&office, "drop@example.test", Failed, 1, Some(550));
    check(&office, "large@example.test", Failed, 1, Some(552));
    assert_eq!(office.mail("full@example.test").state, Queued);
    assert_eq!(office.held_up(), None);
    for _ in 0..3 {
        exim.wait_for_delivery();
    }
    let delivered = exim.delivered();
    assert_eq!(delivered.len(), 3, "{delivered:?}");
    // Python does not know RFC 6532, by which an address may have such letters.
    let plain = |mail: &&Value| !mail.to_string().contains("zoë@");
    for mail in delivered.iter().filter(plain) {
        assert_eq!(mail["defects"], json!([]), "{mail}");
    }
}
