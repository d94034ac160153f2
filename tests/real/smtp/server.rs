//! A server that cannot be used costs no mail anything, and what is wrong is said in words.

use std::{io::Read as _, net::TcpListener, thread};

use chrono::TimeDelta;
use tenure::model::{
    mail::MailState,
    smtp::{MailSettings, Security},
};

use super::{Office, office, settings};
use crate::support::sink::Sink;

const ADA: &str = "ada@example.org";

/// With these settings nothing is sent, nothing is lost, and this is said.
#[track_caller]
fn holds_up(settings: MailSettings, password: Option<&str>, message: &str) {
    let mut office = Office::new(settings, password);
    office.queue(&[ADA, "grace@example.org"]);
    office.round();
    let said = office.held_up().expect("a reason");
    assert!(said.contains(message), "{said}");
    let mail = office.mail(ADA);
    assert_eq!((mail.state, mail.attempts), (MailState::Queued, 0));
    assert_eq!(office.count(MailState::Queued), 2);
}

fn signed_in(settings: MailSettings) -> MailSettings {
    MailSettings {
        username: "mailer".to_owned(),
        ..settings
    }
}

#[test]
fn a_certificate_that_is_not_right_is_refused() {
    let sink = Sink::start(&[]);
    for (port, security) in [
        (sink.plain, Security::StartTls),
        (sink.encrypted, Security::Tls),
    ] {
        holds_up(
            settings(port, security, ""),
            None,
            "nobody known here has issued it",
        );
        let mut office = Office::new(settings(port, security, &sink.authority()), None);
        office.queue(&[ADA]);
        office.round();
        assert_eq!(office.mail(ADA).state, MailState::Sent);
    }
    for (switch, message) in [
        (("NAMES", "DNS:other.test"), "it is for another name"),
        (("EXPIRED", "1"), "it has expired"),
    ] {
        let sink = Sink::start(&[switch]);
        let authority = sink.authority();
        holds_up(
            settings(sink.plain, Security::StartTls, &authority),
            None,
            message,
        );
        holds_up(
            settings(sink.encrypted, Security::Tls, &authority),
            None,
            message,
        );
        assert_eq!(sink.read().len(), 0);
    }
}

#[test]
fn what_is_to_be_encrypted_never_goes_in_the_clear() {
    let sink = Sink::start(&[("NO_TLS", "1")]);
    let wanted = signed_in(settings(sink.plain, Security::StartTls, ""));
    holds_up(wanted, Some("mail-secret"), "does not offer STARTTLS");
    assert!(sink.events("auth").is_empty());
    assert!(sink.events("rcpt").is_empty());
}

#[test]
fn a_wrong_port_is_told() {
    let sink = Sink::start(&[]);
    let authority = sink.authority();
    holds_up(
        settings(sink.plain, Security::Tls, &authority),
        None,
        "speaks SMTP in the clear",
    );
    holds_up(
        settings(sink.encrypted, Security::StartTls, &authority),
        None,
        "then says nothing: if it is the port for TLS, choose TLS",
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let free = listener.local_addr().expect("an address").port();
    drop(listener);
    holds_up(
        settings(free, Security::None, ""),
        None,
        "nothing listens on port",
    );
    let nowhere = MailSettings {
        host: "mail.nowhere.invalid".to_owned(),
        ..settings(25, Security::None, "")
    };
    holds_up(nowhere, None, "cannot be found");
}

#[test]
fn a_server_that_fails_as_a_whole_holds_mails_up() {
    let sink = Sink::start(&[]);
    for (mode, message) in [
        ("banner421", "is busy: 421"),
        ("garbage", "is no mail server"),
        ("stall", "then says nothing"),
    ] {
        sink.fail(mode);
        holds_up(settings(sink.plain, Security::None, ""), None, message);
        let secure = settings(sink.plain, Security::StartTls, &sink.authority());
        holds_up(secure, None, message);
    }
}

#[test]
fn a_server_that_wants_somebody_to_sign_in_is_told_apart_from_a_refusal() {
    let sink = Sink::start(&[("NEEDS_AUTH", "1")]);
    let nameless = settings(sink.encrypted, Security::Tls, &sink.authority());
    holds_up(nameless, None, "wants somebody to sign in");
}

#[test]
fn a_wrong_password_is_tried_once_and_no_mail_fails_for_it() {
    let sink = Sink::start(&[]);
    let wanted = signed_in(settings(sink.plain, Security::StartTls, &sink.authority()));
    let mut office = Office::new(wanted.clone(), Some("wrong"));
    let recipients: Vec<String> = (0..50).map(|it| format!("u{it}@example.org")).collect();
    let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
    office.queue(&recipients);
    for _ in 0..4 {
        office.round();
        office.advance(TimeDelta::minutes(1));
    }
    assert_eq!(sink.events("auth").len(), 1);
    assert_eq!(office.count(MailState::Queued), 50);
    let said = office.held_up().expect("a reason");
    assert!(
        said.contains("does not let \"mailer\" sign in: 535"),
        "{said}"
    );
    assert!(!said.contains("wrong"), "{said}");
    office.advance(TimeDelta::minutes(2));
    office.round();
    assert_eq!(
        sink.events("auth").len(),
        2,
        "it is tried again after five minutes"
    );

    office.set_up(wanted, Some("mail-secret"));
    office.round();
    assert_eq!(office.count(MailState::Sent), 50);
    assert_eq!(office.held_up(), None);
    assert!(office.mail("u0@example.org").attempts == 1);
}

#[test]
fn a_sign_in_that_fails_for_a_while_is_tried_again_soon() {
    let sink = Sink::start(&[]);
    let mut office = office(&sink);
    office.queue(&[ADA]);
    sink.fail("auth454");
    office.round();
    assert!(office.held_up().expect("a reason").contains("is busy: 454"));
    sink.fail("");
    office.advance(TimeDelta::seconds(6));
    office.round();
    assert_eq!(office.mail(ADA).state, MailState::Sent);
    assert_eq!(office.held_up(), None);
}

#[test]
fn a_silent_server_does_not_hold_the_sender_for_ever() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            // Takes what comes and never answers.
            thread::spawn(move || stream.read_to_end(&mut Vec::new()));
        }
    });
    holds_up(
        settings(port, Security::None, ""),
        None,
        "then says nothing",
    );
    holds_up(settings(port, Security::Tls, ""), None, "then says nothing");
}

#[test]
fn other_letters_than_ascii_go_only_to_servers_that_take_them() {
    let sink = Sink::start(&[("NO_UTF8", "1")]);
    let mut office = Office::new(settings(sink.plain, Security::None, ""), None);
    office.queue(&["zoë@example.org", ADA]);
    office.round();
    let mail = office.mail("zoë@example.org");
    assert_eq!(mail.state, MailState::Failed);
    let said = mail.answer.expect("an answer").text;
    assert!(
        said.contains("takes no addresses with other letters than ASCII"),
        "{said}"
    );
    assert_eq!(office.mail(ADA).state, MailState::Sent);
}
