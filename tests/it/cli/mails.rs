//! Mail settings, templates and the outbox on the command line.

use serde_json::json;

use super::Shell;

/// A folder with a user who has been mailed.
fn with_mail() -> Shell {
    let shell = Shell::new();
    shell.ok(&["user", "create", "ada", "--email", "ada@example.org"]);
    shell.ok(&["user", "reset-password", "ada", "--generate"]);
    shell
}

#[test]
fn a_mail_server_is_set_up_and_its_password_shows_nowhere() {
    let shell = Shell::new();
    let set = [
        "mail",
        "set",
        "--host",
        "smtp.example.org",
        "--security",
        "tls",
        "--username",
        "mailer",
        "--from",
        "tenure@example.org",
        "--reports-to",
        "a@example.org, b@example.org",
        "--password-stdin",
    ];
    let said = shell.pipe("geheim-4711\nmore\n", &set);
    assert_eq!(said.code, 0, "{}", said.err);
    let shown = shell.json(&["mail", "show"]);
    assert_eq!(shown["host"], "smtp.example.org");
    assert_eq!(shown["port"], 465);
    assert_eq!(shown["security"], "tls");
    assert_eq!(
        shown["report_recipients"],
        json!(["a@example.org", "b@example.org"])
    );
    assert_eq!(shown["has_password"], true);
    assert_eq!(shown["held_up"], json!(null));
    let everything = format!("{}{shown}{}", said.out, shell.ok(&["mail", "show"]));
    assert!(!everything.contains("geheim"), "{everything}");
    // Only who knows the password can have it sent to another server.
    let elsewhere = ["mail", "set", "--host", "evil.example.org"];
    shell.refuses(&elsewhere, 4, "the password was given for another server");
    shell.ok(&["mail", "set", "--from-name", "Identity"]);
    shell.ok(&["mail", "set", "--host", "evil.example.org", "--no-password"]);
    assert_eq!(shell.json(&["mail", "show"])["has_password"], false);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let shell = Shell::new();
    for (arguments, message) in [
        (
            &["--host", "smtp.example.org:25"][..],
            "not the name of a mail server",
        ),
        (
            &["--host", "smtp.example.org"],
            "the address that mails come from",
        ),
        (&["--reports-to", "nobody"], "not an email address"),
        (&["--authority", "Cargo.toml"], "as PEM"),
    ] {
        shell.refuses(&[&["mail", "set"], arguments].concat(), 4, message);
    }
    let missing = ["mail", "test", "--to", "ada@example.org"];
    shell.refuses(&missing, 1, "no mail server is set up yet");
}

#[test]
fn a_test_says_what_is_wrong() {
    let shell = Shell::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener
        .local_addr()
        .expect("an address")
        .port()
        .to_string();
    drop(listener);
    let from = ["--from", "tenure@example.org"];
    let server = ["mail", "set", "--host", "127.0.0.1", "--port", &port];
    shell.ok(&[&server[..], &from].concat());
    let test = ["mail", "test", "--to", "ada@example.org"];
    shell.refuses(&test, 1, "nothing listens on port");
    let said = shell.run(&[&["--json"], &test[..]].concat());
    assert_eq!(said.code, 1);
    assert!(said.out.contains("\"works\": false"), "{}", said.out);
}

#[test]
fn a_template_is_written_shown_previewed_and_reset() {
    let shell = with_mail();
    let all = shell.json(&["template", "list"]);
    assert_eq!(all["templates"].as_array().map(Vec::len), Some(8));
    let text = shell.file(
        "mail.txt",
        "Dear {{ first_name|default('x') }} ({{ username }})\n",
    );
    let set = [
        "template",
        "set",
        "account-disabled",
        "--text",
        &text,
        "--subject",
        "Gone: {{ portal }}",
    ];
    let shown = shell.json(&set);
    assert_eq!(shown["is_default"], false);
    assert_eq!(shown["subject"], "Gone: {{ portal }}");
    let preview = ["template", "preview", "account-disabled", "--user", "ada"];
    let preview = shell.json(&preview);
    assert_eq!(preview["subject"], "Gone: Tenure");
    assert_eq!(preview["text"], "Dear  (ada)");
    let shown = shell.json(&["template", "reset", "account-disabled"]);
    assert_eq!(shown["is_default"], true);
    shell.refuses(
        &["template", "show", "welcome"],
        3,
        "no template \"welcome\"",
    );
}

#[test]
fn a_template_that_is_wrong_is_refused_with_line_and_column() {
    let shell = Shell::new();
    let refuses = |text: &[u8], message: &str| {
        let file = shell.file("mail.txt", text);
        let set = ["template", "set", "account-disabled", "--text", &file];
        shell.refuses(&set, 4, message);
    };
    refuses(
        b"one\n {{ user.password }}",
        "plain text, line 2, column 5: there is no placeholder \"user\"",
    );
    refuses(
        b"{% for i in range(9) %}x{% endfor %}",
        "plain text, line 1, column 13",
    );
    refuses(
        &vec![b'x'; 10_000_000],
        "plain text, line 1, column 200001: it may have at most 200 kB",
    );
    refuses(b"\xff\xfe", "is not text in UTF-8");
    assert_eq!(
        shell.json(&["template", "show", "account-disabled"])["is_default"],
        true
    );
}

#[test]
fn a_mail_is_shown_and_sent_again_only_when_it_has_ended() {
    let shell = with_mail();
    let shown = shell.json(&["outbox", "show", "#1"]);
    assert_eq!(shown["to"], "ada@example.org");
    assert_eq!(shown["state"], "queued");
    assert!(shown["text"].as_str().expect("text").contains("Hello ada"));
    assert!(
        shown["html"]
            .as_str()
            .expect("HTML")
            .contains("<!doctype html>")
    );
    assert_eq!(
        shell.json(&["outbox", "list", "--state", "sent"])["mails"],
        json!([])
    );
    assert_eq!(
        shell.json(&["outbox", "list"])["counts"],
        json!({"queued": 1})
    );
    shell.refuses(
        &["outbox", "resend", "1"],
        1,
        "mail 1 is on its way already",
    );
    shell.refuses(&["outbox", "show", "99"], 3, "no mail");
    shell.refuses(
        &["outbox", "show", "ada"],
        2,
        "a mail is called by its number",
    );
}
