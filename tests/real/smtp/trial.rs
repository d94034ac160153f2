//! A test of the settings says what works, step by step, and what to do about the rest.

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
    let server = Server::new(settings, password, Patience::default()).expect("a server");
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
