//! A test of the settings says what works, step by step, and what to do about the rest.

use std::{net::TcpListener, time::Duration};

use tenure::{
    connect::smtp::{self, Letter, Patience, Server, Trial},
    model::{
        smtp::{MailPassword, MailSettings, Security},
        template::Rendered,
    },
};

use super::settings;
use crate::support::sink::{Exim, Sink};

fn test(settings: MailSettings, password: Option<&str>, to: &str) -> Trial {
    let password = password.map(|it| MailPassword::new(it).expect("a password"));
    let patience = Patience {
        opening: Duration::from_secs(3),
        ..Patience::default()
    };
    let server = Server::new(settings, password, patience).expect("a server");
    let rendered = Rendered {
        subject: "Test".to_owned(),
        html: "<p>Test</p>".to_owned(),
        text: "Test".to_owned(),
    };
    let now = "2031-12-24T12:00:00Z".parse().expect("a moment");
    let letter = Letter::trial(to, rendered, Vec::new(), now);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("threads");
    runtime.block_on(smtp::test(&server, &letter))
}

#[test]
fn what_works_is_told_step_by_step() {
    let sink = Sink::start(&[]);
    for (port, security) in [
        (sink.plain, Security::StartTls),
        (sink.encrypted, Security::Tls),
    ] {
        let signed_in = MailSettings {
            username: "mailer".to_owned(),
            ..settings(port, security, &sink.authority())
        };
        let trial = test(signed_in, Some("mail-secret"), "ada@example.org");
        let expected = [
            format!("\"localhost\" takes connections on port {port}"),
            "The connection is encrypted, and the certificate is right".to_owned(),
            "\"localhost\" is a mail server".to_owned(),
            "\"mailer\" is signed in".to_owned(),
            "The mail to ada@example.org is on its way".to_owned(),
        ];
        assert_eq!(trial.steps, expected, "{:?}", trial.outcome);
        assert_eq!(trial.outcome.expect("an answer").code, 250);
    }
}

#[test]
fn a_server_that_does_not_pass_mails_on_says_so() {
    let exim = Exim::start();
    let open = settings(exim.port, Security::StartTls, &exim.authority());
    let trial = test(open, None, "ada@elsewhere.test");
    assert_eq!(trial.steps.len(), 3, "{:?}", trial.steps);
    let error = trial.outcome.expect_err("a refusal");
    assert_eq!(error.to_string(), "550 5.7.1 relay not permitted");
    let advice = error.advice().expect("advice");
    assert!(
        advice.contains("does not pass mails on for this machine"),
        "{advice}"
    );
}

#[test]
fn a_sign_in_that_is_refused_ends_it_there() {
    let sink = Sink::start(&[]);
    let signed_in = MailSettings {
        username: "mailer".to_owned(),
        ..settings(sink.plain, Security::StartTls, &sink.authority())
    };
    let trial = test(signed_in.clone(), Some("wrong"), "ada@example.org");
    assert_eq!(trial.steps.len(), 3, "{:?}", trial.steps);
    let error = trial.outcome.expect_err("a refusal").to_string();
    assert!(
        error.contains("does not let \"mailer\" sign in: 535"),
        "{error}"
    );
    let trial = test(signed_in, None, "ada@example.org");
    let error = trial.outcome.expect_err("a refusal").to_string();
    assert!(error.contains("no password: enter it"), "{error}");
}

/// The test comes so far, and says this.
#[track_caller]
fn says(settings: MailSettings, password: Option<&str>, steps: usize, message: &str) {
    let trial = test(settings, password, "ada@example.org");
    assert_eq!(trial.steps.len(), steps, "{:?}", trial.steps);
    let error = trial.outcome.expect_err("something is wrong").to_string();
    assert!(error.contains(message), "{error}");
    for jargon in [
        "os error", "rustls", "lettre", "Some(", "Err(", "Kind", "::", "{", "\n",
    ] {
        assert!(!error.contains(jargon), "{error}");
    }
}

#[test]
fn a_wrong_port_is_told_from_a_wrong_name_and_from_what_is_no_mail_server() {
    let sink = Sink::start(&[]);
    let authority = sink.authority();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let free = listener.local_addr().expect("an address").port();
    drop(listener);
    let here = |port, security| settings(port, security, &authority);
    says(
        here(free, Security::StartTls),
        None,
        0,
        "check the port, which is usually 587, 465 or 25",
    );
    says(
        here(sink.plain, Security::Tls),
        None,
        1,
        "speaks SMTP in the clear, where TLS from the first byte was expected: choose STARTTLS",
    );
    for security in [Security::StartTls, Security::None] {
        says(here(sink.encrypted, security), None, 1, "choose TLS");
    }
    let nowhere = MailSettings {
        host: "mail.nowhere.invalid".to_owned(),
        ..here(587, Security::StartTls)
    };
    says(nowhere, None, 0, "check the name of the mail server");
    sink.fail("garbage");
    says(
        here(sink.plain, Security::None),
        None,
        1,
        "is no mail server",
    );
    sink.fail("stall");
    says(
        here(sink.plain, Security::None),
        None,
        1,
        "and then says nothing",
    );
    sink.fail("banner421");
    says(here(sink.plain, Security::None), None, 1, "is busy: 421");
}

#[test]
fn a_connection_that_cannot_be_trusted_is_told() {
    let sink = Sink::start(&[("NO_TLS", "1")]);
    let clear = settings(sink.plain, Security::StartTls, &sink.authority());
    says(
        clear,
        None,
        1,
        "does not offer STARTTLS on this port, and nothing is sent in the clear",
    );
    for (switches, authority_is_known, message) in [
        (&[][..], false, "nobody known here has issued it"),
        (
            &[("NAMES", "DNS:other.test")][..],
            true,
            "it is for another name",
        ),
        (&[("EXPIRED", "1")][..], true, "it has expired"),
    ] {
        let sink = Sink::start(switches);
        let authority = if authority_is_known {
            sink.authority()
        } else {
            String::new()
        };
        for (port, security) in [
            (sink.plain, Security::StartTls),
            (sink.encrypted, Security::Tls),
        ] {
            says(settings(port, security, &authority), None, 1, message);
        }
        assert!(sink.events("rcpt").is_empty());
    }
}

#[test]
fn who_has_to_sign_in_and_a_recipient_that_is_refused_are_told() {
    let sink = Sink::start(&[("NEEDS_AUTH", "1")]);
    let secure = settings(sink.encrypted, Security::Tls, &sink.authority());
    says(
        secure.clone(),
        None,
        3,
        "wants somebody to sign in: enter a name and a password",
    );
    let signed_in = MailSettings {
        username: "mailer".to_owned(),
        ..secure
    };
    let trial = test(signed_in, Some("mail-secret"), "e550@example.org");
    assert_eq!(trial.steps.len(), 4, "{:?}", trial.steps);
    let error = trial.outcome.expect_err("a refusal").to_string();
    assert!(error.starts_with("550 5.1.1 <e550@example.org>"), "{error}");
}
