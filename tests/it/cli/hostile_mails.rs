//! Mail settings and templates that cannot be: each is refused in a sentence, and nothing changes.

use super::Shell;

/// An override that turns the direction of what follows.
const TURNED: &str = "evil\u{202e}gro.elpmaxe";

fn set_up() -> Shell {
    let shell = Shell::new();
    let set = ["mail", "set", "--host", "smtp.example.org"];
    shell.ok(&[&set[..], &["--from", "tenure@example.org"]].concat());
    shell
}

#[test]
fn settings_of_the_wrong_kind_change_nothing() {
    let shell = set_up();
    let before = shell.ok(&["mail", "show"]);
    let long = "x".repeat(100_000);
    let many: Vec<String> = (0..200).map(|it| format!("a{it}@example.org")).collect();
    let many = many.join(",");
    for (option, value, code, message) in [
        ("--host", long.as_str(), 4, "longer than 255 characters"),
        ("--host", TURNED, 4, "is not the name of a mail server"),
        ("--host", "[::1]", 4, "is not the name of a mail server"),
        ("--host", "a b", 4, "is not the name of a mail server"),
        ("--host", "http://smtp.example.org", 4, "without a port"),
        ("--host", "a\r\nQUIT", 4, ""),
        ("--port", "0", 4, "port 0 does not exist"),
        ("--port", "65536", 2, "65536"),
        ("--port", "٢٥", 2, "٢٥"),
        ("--security", "ssl", 2, "starttls"),
        ("--security", "TLS", 2, "starttls"),
        ("--per-minute", "4294967296", 2, "4294967296"),
        ("--per-minute", "1.5", 2, "1.5"),
        ("--per-minute", "", 2, ""),
        ("--username", long.as_str(), 4, "longer than 255 characters"),
        ("--username", "a\nb", 4, "control character"),
        ("--from", "", 4, "needs the address that mails come from"),
        ("--from", "Ada <a@example.org>", 4, "not an email address"),
        (
            "--from",
            "a@example.org\r\nBcc: b@example.org",
            4,
            "not an email address",
        ),
        (
            "--from",
            "a@example.org, b@example.org",
            4,
            "not an email address",
        ),
        (
            "--from-name",
            "Ada\r\nBcc: b@example.org",
            4,
            "control character",
        ),
        (
            "--from-name",
            long.as_str(),
            4,
            "longer than 255 characters",
        ),
        (
            "--reports-to",
            "a@example.org\r\nBcc: b@example.org",
            4,
            "not an email address",
        ),
        (
            "--reports-to",
            "a@example.org; b@example.org",
            4,
            "not an email address",
        ),
        ("--reports-to", many.as_str(), 4, "at most 100 addresses"),
        ("--authority", "/dev/null", 4, "as PEM"),
        ("--authority", "/dev/zero", 4, "as PEM"),
        ("--authority", "/", 4, "is a folder"),
        ("--authority", "/nowhere", 3, "there is no file"),
    ] {
        let set = ["mail", "set", &format!("{option}={value}")];
        shell.refuses(&set, code, message);
        assert_eq!(shell.ok(&["mail", "show"]), before, "{option} {value:.40}");
    }
    for typed in [&b""[..], b"\n", b"\xff\xfe\n", long.as_bytes(), b"a\0b\n"] {
        let said = shell.pipe(typed, &["mail", "set", "--password-stdin"]);
        said.refuses(4, "password");
    }
    let both = ["mail", "set", "--password-stdin", "--no-password"];
    shell.refuses(&both, 2, "cannot be used with");
    assert_eq!(shell.ok(&["mail", "show"]), before);
}

#[test]
fn a_test_mail_goes_to_one_address_only() {
    let shell = set_up();
    for to in [
        "",
        "ada",
        "a@example.org\r\nRCPT TO:<b@example.org>",
        "a@example.org,b@example.org",
        "<a@example.org>",
    ] {
        shell.refuses(&["mail", "test", "--to", to], 4, "");
        let test = ["template", "test", "account-disabled", "--to", to];
        shell.refuses(&test, 4, "");
    }
}

#[test]
fn templates_of_the_wrong_kind_change_nothing() {
    let shell = set_up();
    let before = shell.ok(&["template", "show", "account-disabled", "--json"]);
    for (subject, message) in [
        ("", "line 1, column 1: it must not be empty"),
        (" ", "line 1, column 1: it must not be empty"),
        (
            "a\r\nBcc: b@example.org",
            "line 1, column 2: a subject is one line",
        ),
        (
            "{{ user.password }}",
            "line 1, column 4: there is no placeholder",
        ),
        (
            "{{ password_hash }}",
            "line 1, column 4: there is no placeholder",
        ),
    ] {
        let set = ["template", "set", "account-disabled", "--subject", subject];
        shell.refuses(&set, 4, message);
    }
    let chain = |text: &str| text.repeat(190_000 / text.len());
    for (text, message) in [
        (Vec::new(), "line 1, column 1: it must not be empty"),
        (
            b"a\0b".to_vec(),
            "line 1, column 2: this character cannot be sent",
        ),
        (b"\xff\xfea\0".to_vec(), "UTF-8"),
        (
            format!("{{{{ name{} }}}}", chain("|upper")).into(),
            "at most 200 words and signs",
        ),
        (
            format!("{{{{ {}name }}}}", chain("not ")).into(),
            "at most 200 words and signs",
        ),
        (
            format!("{{% if name %}}{}", chain("{% elif name %}")).into(),
            "line 1, column 752: there are more than 50 blocks in each other",
        ),
        (
            b"{% for a in name %}{% endfor %}".to_vec(),
            "a loop goes through users",
        ),
    ] {
        let file = shell.file("mail.txt", text);
        let set = ["template", "set", "account-disabled", "--text", &file];
        shell.refuses(&set, 4, message);
    }
    for (file, code) in [
        ("/", 4),
        ("/nowhere", 3),
        ("/dev/zero", 4),
        ("/dev/null", 4),
    ] {
        let set = ["template", "set", "account-disabled", "--html", file];
        shell.refuses(&set, code, "");
    }
    let long = "x".repeat(100_000);
    for name in ["", "ACCOUNT-DISABLED", "../account-disabled", TURNED, &long] {
        shell.refuses(
            &["template", "set", name, "--subject", "x"],
            3,
            "no template",
        );
        shell.refuses(&["template", "reset", name], 3, "no template");
    }
    for user in ["", "#1", "#99999999999999999999", "nobody", TURNED] {
        let preview = ["template", "preview", "account-disabled", "--user", user];
        shell.refuses(&preview, 3, "no user");
    }
    assert_eq!(
        shell.ok(&["template", "show", "account-disabled", "--json"]),
        before
    );
}
