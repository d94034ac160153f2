//! `tenure token`: made once, listed without itself, revoked.

use super::Shell;

#[test]
fn a_token_is_made_listed_and_revoked() {
    let shell = Shell::new();
    let made = shell.json(&["token", "create", " Entra ", "--scope", "read"]);
    let secret = made["token"].as_str().expect("a token").to_owned();
    assert!(secret.starts_with("tnr_") && secret.len() == 68, "{secret}");
    assert_eq!(
        (&made["name"], &made["scope"]),
        (&"Entra".into(), &"read".into())
    );

    let listed = shell.json(&["token", "list"]);
    let row = &listed["tokens"][0];
    assert_eq!(row["state"], "good");
    assert_eq!(row["hint"], secret[..8]);
    assert!(!listed.to_string().contains(&secret), "{listed}");
    let out = shell.ok(&["token", "list"]);
    assert!(out.contains("Entra") && !out.contains(&secret), "{out}");

    shell.ok(&["token", "revoke", "Entra"]);
    assert_eq!(
        shell.json(&["token", "list"])["tokens"][0]["state"],
        "revoked"
    );
    shell.refuses(&["token", "revoke", "Entra"], 3, "\"Entra\"");
    // What has ended can end again.
    let revoked = shell.json(&["token", "revoke", "#1"]);
    assert_eq!(revoked["name"], "Entra");
}

#[test]
fn standard_output_has_nothing_but_the_token() {
    let shell = Shell::new();
    let said = shell.run(&["token", "create", "Okta"]);
    assert_eq!(said.code, 0);
    assert!(
        said.out.starts_with("tnr_") && said.out.trim().len() == 68,
        "{}",
        said.out
    );
    assert!(said.err.contains("not shown again"), "{}", said.err);
}

#[test]
fn a_token_that_makes_no_sense_is_refused() {
    let shell = Shell::new();
    shell.refuses(&["token", "create", ""], 4, "name");
    shell.refuses(&["token", "create", "a\u{7}"], 4, "control");
    shell.refuses(&["token", "create", &"x".repeat(256)], 4, "255");
    shell.refuses(
        &["token", "create", "x", "--expires", "2001-01-01"],
        4,
        "expired",
    );
    shell.refuses(
        &["token", "create", "x", "--expires", "soon"],
        4,
        "\"soon\"",
    );
    shell.refuses(&["token", "create", "x", "--scope", "all"], 2, "all");
    shell.refuses(&["token", "revoke", "#99"], 3, "#99");
    assert_eq!(
        shell.json(&["token", "list"])["tokens"],
        serde_json::json!([])
    );
}

#[test]
fn a_name_that_two_tokens_have_is_not_guessed() {
    let shell = Shell::new();
    let first = shell.json(&["token", "create", "Entra", "--expires", "2999-12-24"]);
    shell.ok(&["token", "create", "Entra"]);
    shell.refuses(&["token", "revoke", "Entra"], 4, "several");
    shell.ok(&["token", "revoke", &format!("#{}", first["id"])]);
    shell.ok(&["token", "revoke", "Entra"]);
}
