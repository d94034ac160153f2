//! Connections as a shell sees them.

use std::sync::Arc;

use rustls::{
    ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use serde_json::Value;

use super::{Said, Shell, store_file};

const SECRET: &str = "s3cret-of-the-client";

fn json(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    serde_json::from_str(&said.out).expect("one document")
}

fn add(shell: &Shell) -> Said {
    shell.pipe(
        format!("{SECRET}\n"),
        &[
            "connection",
            "add",
            "Company",
            "--issuer",
            "https://login.example.org",
            "--client-id",
            "tenure",
            "--secret-stdin",
        ],
    )
}

#[test]
fn a_connection_is_made_shown_changed_and_removed() {
    let shell = Shell::new();
    let said = add(&shell);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(
        said.out,
        "created the connection \"Company\" (#1)\n\
         the provider needs this redirect URI: http://127.0.0.1:8480/sign-on/callback\n"
    );

    let shown = json(&shell.run(&["--json", "connection", "show", "company"]));
    assert_eq!(shown["issuer"], "https://login.example.org");
    assert_eq!(shown["has_secret"], true);
    assert_eq!(shown["claims"]["first_name"], "given_name");
    assert_eq!(shown["links_verified_email"], false);
    assert_eq!(shown["button"], "Sign in with Company");
    assert_eq!(shown["users"], 0);

    shell.run(&["connection", "disable", "#1"]);
    let changes = [
        "connection",
        "change",
        "#1",
        "--rename",
        "Firm",
        "--scope",
        "email",
        "--claim",
        "first_name=",
        "--claim",
        "phone=phone_number",
        "--link-verified-email",
        "yes",
        "--button",
        "Go",
    ];
    assert_eq!(shell.run(&changes).code, 0);
    let shown = json(&shell.run(&["--json", "connections", "list"]));
    let firm = &shown["connections"][0];
    assert_eq!(firm["name"], "Firm");
    assert_eq!(firm["is_enabled"], false);
    assert_eq!(firm["scopes"], serde_json::json!(["email"]));
    assert_eq!(firm["claims"].get("first_name"), None);
    assert_eq!(firm["claims"]["phone"], "phone_number");
    assert_eq!(firm["links_verified_email"], true);
    assert_eq!(firm["button"], "Go");
    assert_eq!(firm["has_secret"], true);

    assert_eq!(shell.run(&["connection", "enable", "Firm"]).code, 0);
    assert_eq!(shell.run(&["connection", "remove", "Firm"]).code, 0);
    shell
        .run(&["connection", "show", "Firm"])
        .refuses(3, "there is no connection \"Firm\"");
}

#[test]
fn the_secret_is_in_the_store_and_in_nothing_that_is_shown() {
    let shell = Shell::new();
    add(&shell);
    let everything = [
        shell.run(&["connection", "show", "Company"]),
        shell.run(&["--json", "connection", "show", "Company"]),
        shell.run(&["--json", "connection", "list"]),
        shell.run(&["--verbose", "connection", "disable", "Company"]),
    ];
    for said in &everything {
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(!said.out.contains(SECRET) && !said.err.contains(SECRET));
    }
    let db = rusqlite::Connection::open(store_file(&shell.data())).expect("a store");
    let audit: String = db
        .query_row(
            "SELECT group_concat(coalesce(before, '') || coalesce(after, '')) FROM audit",
            [],
            |row| row.get(0),
        )
        .expect("an audit");
    assert!(audit.contains("\"secret\":\"kept\""), "{audit}");
    assert!(!audit.contains(SECRET));
    let kept: String = db
        .query_row("SELECT secret FROM connections", [], |row| row.get(0))
        .expect("a secret");
    assert_eq!(kept, SECRET);
    let spec: String = db
        .query_row("SELECT spec FROM connections", [], |row| row.get(0))
        .expect("a spec");
    assert!(!spec.contains(SECRET));
}

#[test]
fn a_secret_does_not_follow_the_connection_to_another_issuer() {
    let shell = Shell::new();
    add(&shell);
    let elsewhere = [
        "connection",
        "change",
        "Company",
        "--issuer",
        "https://evil.example",
    ];
    shell.run(&elsewhere).refuses(4, "enter the secret again");
    let with_secret: Vec<&str> = elsewhere.into_iter().chain(["--secret-stdin"]).collect();
    assert_eq!(shell.pipe("another\n", &with_secret).code, 0);
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let shell = Shell::new();
    let add = |name: &str, issuer: &str, more: &[&str]| {
        let mut arguments = vec![
            "connection",
            "add",
            name,
            "--issuer",
            issuer,
            "--client-id",
            "x",
        ];
        arguments.extend(more);
        shell.run(&arguments)
    };
    let good = "https://login.example.org";
    add("", good, &[]).refuses(4, "the name must not be empty");
    add("a\u{7}", good, &[]).refuses(4, "control character");
    add("Company", "login.example.org", &[]).refuses(4, "is not an issuer");
    add("Company", "http://login.example.org", &[]).refuses(4, "is not reached safely");
    add("Company", "file:///etc/passwd", &[]).refuses(4, "is not an issuer");
    add("Company", good, &["--claim", "boss=x"]).refuses(4, "is not a field");
    add("Company", good, &["--claim", "email="]).refuses(4, "say which claim fills the email");
    add("Company", good, &["--claim", "email"]).refuses(2, "write it like");
    add("Company", good, &["--scope", "a b"]).refuses(4, "is not a scope");
    add("Company", good, &["--link-verified-email", "maybe"]).refuses(2, "say yes or no");
    add("Company", good, &["--secret-stdin"]).refuses(4, "is not one that a provider gives out");
    assert_eq!(add("東京 🦀", good, &[]).code, 0);
    add("東京 🦀", good, &[]).refuses(1, "there is already a connection named");
    let missing = ["connection", "test", "nobody"];
    shell
        .run(&missing)
        .refuses(3, "there is no connection \"nobody\"");
}

/// A server with a certificate that nobody has vouched for, for one visitor.
fn unknown_to_all() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let chain = vec![
        CertificateDer::from_pem_slice(include_bytes!("nobody-knows.pem")).expect("a certificate"),
    ];
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("nobody-knows.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a pair");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a visitor");
        let mut server = ServerConnection::new(Arc::new(config)).expect("a server");
        // The visitor goes away when it has seen the certificate.
        server.complete_io(&mut stream).ok();
    });
    format!("https://localhost:{port}")
}

#[test]
fn a_test_says_plainly_what_is_wrong() {
    let shell = Shell::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    for (name, issuer, message) in [
        (
            "down",
            format!("http://{address}"),
            "nothing answers at 127.0.0.1",
        ),
        (
            "unknown",
            "https://no-such-host.invalid".to_owned(),
            "is not found",
        ),
        (
            "stranger",
            unknown_to_all(),
            "the certificate of localhost is not accepted: this machine does not know who issued it",
        ),
    ] {
        let add = [
            "connection",
            "add",
            name,
            "--issuer",
            &issuer,
            "--client-id",
            "x",
        ];
        assert_eq!(shell.run(&add).code, 0);
        shell.run(&["connection", "test", name]).refuses(1, message);
    }
}
