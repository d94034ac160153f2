//! What the page says about what was typed.

use tenure::{
    command::Command,
    model::{attribute::AttributeKind, settings::Branding},
};

use super::{PASSWORD, ada, attribute, settings, user_named, visitor};
use crate::support::done;

/// Sends Ada's form with one change, and looks for a sentence.
fn check(field: &str, value: &str, sentence: &str) {
    let (store, mut browser) = visitor();
    for (name, kind, is_required) in [
        ("team", AttributeKind::Text, true),
        ("age", AttributeKind::Number, false),
        ("birthday", AttributeKind::Date, false),
        ("contract", AttributeKind::YesNo, false),
    ] {
        done(
            &store,
            Command::CreateAttribute(attribute(name, kind, is_required)),
        );
    }
    let form = ada(&[("attribute.team", "Engines"), (field, value)]);
    let page = browser.send(&form).is(422);
    let page = page.says(sentence).says("Please check what you entered");
    let id = field.replace('.', "-");
    page.says(&format!("<a href=\"#{id}\">"))
        .says(&format!("id=\"{id}-error\""))
        .says(&format!("aria-describedby=\"{id}-error"));
    assert_eq!(user_named(&store, "ada"), None);
}

#[test]
fn every_mistake_is_named_at_its_field() {
    check("username", "", "Username must not be empty");
    check(
        "username",
        "ada lovelace",
        "Username must not contain spaces",
    );
    check(
        "username",
        "ad\u{202E}a",
        "Username must not contain invisible characters",
    );
    check("username", "a\0da", "Username contains a control character");
    check("email", "", "Email must not be empty");
    check(
        "email",
        "ada",
        "Email is not an email address, write it like ada@example.org",
    );
    check(
        "email",
        "ada@example.org\r\nBcc: eve@example.org",
        "Email contains a control character",
    );
    check(
        "first_name",
        "A\r\nda",
        "First name contains a control character",
    );
    check(
        "last_name",
        &"x".repeat(10_000),
        "Last name is longer than 255 characters",
    );
    check("phone", "1\u{7}2", "Phone contains a control character");
    check("attribute.team", "", "Your team must not be empty");
    check("attribute.team", " ", "Your team must not be empty");
    check(
        "attribute.age",
        "NaN",
        "Your age: &quot;NaN&quot; is not a number, write it like 12 or -3.5",
    );
    check(
        "attribute.birthday",
        "tomorrow",
        "is not a date, write it like 2031-12-24",
    );
    check("attribute.contract", "maybe", "is neither yes nor no");
    check("password", "", "Password must not be empty");
    check(
        "password_repeat",
        "something else",
        "Repeat password must be the same as the password",
    );
}

#[test]
fn a_password_that_breaks_rules_is_told_which() {
    let (store, mut browser) = visitor();
    let strict = settings(|it| {
        it.password.needs_upper = true;
        it.password.needs_digit = true;
        it.password.symbols = "!#<".to_owned();
    });
    done(&store, Command::SaveSettings(Box::new(strict)));
    let page = browser.get("/signup").is(200);
    page.says("data-rule=\"length\" data-max=\"128\" data-min=\"10\"")
        .says("Between 10 and 128 characters")
        .says("No other symbols than !#&lt;");
    for (password, rule) in [
        ("Short1", "rules: Between 10 and 128 characters<"),
        ("long enough but 1", "rules: An upper-case letter<"),
        ("Long enough but", "rules: A digit<"),
        ("Long enough 1 ?", "rules: No other symbols than"),
        (
            "I am lovelace 1",
            "rules: Not your own name, username or email<",
        ),
    ] {
        let form = ada(&[("password", password), ("password_repeat", password)]);
        let page = browser.send(&form).is(422);
        page.says(rule).never_says(&format!("\"{password}\""));
    }
    assert_eq!(user_named(&store, "ada"), None);
}

#[test]
fn what_was_typed_stays_but_for_the_passwords() {
    let (store, mut browser) = visitor();
    let colours = AttributeKind::Choice {
        options: vec!["Red".to_owned(), "Blue".to_owned()],
    };
    done(
        &store,
        Command::CreateAttribute(attribute("colour", colours, false)),
    );
    done(
        &store,
        Command::CreateAttribute(attribute("contract", AttributeKind::YesNo, false)),
    );
    let form = ada(&[
        ("username", ""),
        ("phone", "+44 20 7946 0000"),
        ("attribute.colour", "Blue"),
        ("attribute.contract", "no"),
    ]);
    let page = browser.send(&form).is(422);
    page.says("value=\"Lovelace\"")
        .says("value=\"+44 20 7946 0000\"")
        .says("value=\"ada@example.org\"")
        .says("<option value=\"Blue\" dir=\"auto\" selected>")
        .says("value=\"no\" checked>")
        .never_says(PASSWORD);
}

#[test]
fn a_form_with_mistakes_can_be_sent_again() {
    let (store, mut browser) = visitor();
    let page = browser.send(&ada(&[("username", "")])).is(422);
    let token = super::token(&page.body);
    let form = super::encoded(&token, &ada(&[]));
    browser.post(form).ends_well();
    assert!(user_named(&store, "ada").is_some());
}

#[test]
fn the_page_looks_like_the_organisation() {
    let (store, browser) = visitor();
    let branded = settings(|it| {
        it.branding = Branding {
            name: "Acme & <Sons>".to_owned(),
            color: "#7c1d6f".to_owned(),
            welcome: "Good to see you.\n\"Come in\" {{ 7*7 }}".to_owned(),
        };
    });
    done(&store, Command::SaveSettings(Box::new(branded)));
    let page = browser.get("/signup").is(200);
    page.says("Acme &amp; &lt;Sons&gt;")
        .says("Good to see you.")
        .says("{{ 7*7 }}")
        .never_says("<Sons>")
        .never_says("None")
        .never_says("logo");
    browser
        .get("/assets/brand.css")
        .is(200)
        .says("--brand: #7c1d6f;");
    browser.get("/assets/logo").is(404);

    let bytes = b"\x89PNG\r\n\x1a\n and so on".to_vec();
    let mime = "image/png".to_owned();
    let logo = tenure::store::images::Image { mime, bytes };
    done(&store, Command::SetLogo(Some(logo)));
    browser
        .get("/signup")
        .says("<img src=\"&#x2f;assets&#x2f;logo?v=");
    let answer = browser.get("/assets/logo").is(200);
    assert_eq!(answer.header("content-type"), "image/png");
}
