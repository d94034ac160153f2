//! Changing one's password.

use chrono::TimeDelta;
use tenure::{command::Command, model::template::Template, store::outbox};

use super::{ANOTHER, PASSWORD, RIGHT, admin, signed_in, user};
use crate::{
    portal::{Answer, Visitor, settings},
    support::audit,
};

const PAGE: &str = "/account/security/password";

fn change(browser: &Visitor, current: &str, new: &str, repeat: &str) -> Answer {
    let fields = [
        ("current_password", current),
        ("password", new),
        ("password_repeat", repeat),
    ];
    browser.fill(PAGE, &fields)
}

#[test]
fn a_changed_password_ends_other_sessions_and_is_told_by_mail() {
    let (store, ada, browser) = signed_in();
    let elsewhere = browser.other();
    elsewhere.signs_in();
    browser.clock.advance(TimeDelta::minutes(1));
    change(&browser, PASSWORD, ANOTHER, ANOTHER).leads_to("/account/security?done=password");
    assert!(browser.is_signed_in());
    assert!(!elsewhere.is_signed_in());
    browser
        .get("/account/security?done=password")
        .is(200)
        .says("Your password is changed.")
        .says("Last changed on 24 December 2030, 12:01 UTC");
    assert_eq!(
        user(&store, ada).password_changed,
        Some(browser.clock.now())
    );
    elsewhere.fill("/sign-in", &RIGHT).is(422);
    elsewhere
        .fill("/sign-in", &[("username", "ada"), ("password", ANOTHER)])
        .is(303);
    let mails = store.read(|db| outbox::latest(db, 10)).expect("a look");
    let [mail] = mails.try_into().expect("one mail");
    assert_eq!(mail.template, Template::PasswordChangeSuccess);
    assert_eq!(mail.address, "ada@example.org");
    let body = store.read(|db| outbox::body(db, mail.id)).expect("a look");
    assert!(!body.expect("a body").text.contains(ANOTHER));
    assert!(audit(&store).contains(&"user.change_password ada".to_owned()));
}

#[test]
fn a_new_password_has_to_meet_the_rules_and_be_new() {
    let (store, _ada, browser) = signed_in();
    let strict = settings(|it| {
        it.password.needs_digit = true;
        it.password.history = 2;
    });
    admin(&store, Command::SaveSettings(Box::new(strict)));
    let page = browser.get(PAGE).is(200);
    page.says("data-rule=\"digit\"")
        .says("data-own=\"[&quot;ada&quot;");
    for (new, repeat, says) in [
        ("", "", "New password must not be empty"),
        ("short1", "short1", "Between 10 and 128 characters"),
        ("long enough", "long enough", "rules: A digit<"),
        (
            "ada@example.org 1",
            "ada@example.org 1",
            "Not your own name",
        ),
        (
            "long enough 1",
            "long enough 2",
            "must be the same as the new password",
        ),
        (&*"x1".repeat(5_000), "x", "Between 10 and 128 characters"),
    ] {
        change(&browser, PASSWORD, new, repeat)
            .is(422)
            .says(says)
            .never_says("long enough 1\"");
    }
    let (one, two) = ("long enough 1", "long enough 2");
    change(&browser, PASSWORD, one, one).is(303);
    change(&browser, one, one, one)
        .is(422)
        .says("is one of your last 2");
    change(&browser, one, two, two).is(303);
    change(&browser, two, one, one)
        .is(422)
        .says("is one of your last 2");
}

#[test]
fn passwords_in_every_script_and_of_the_greatest_length_will_do() {
    let (_store, _ada, browser) = signed_in();
    let longest = "й".repeat(128);
    let mut current = PASSWORD;
    for new in [
        "пароль от сундука",
        "秘密の合言葉はここにある",
        "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
        "a\0b\u{7}c d e f g",
        "<script>alert(1)</script>",
        "' OR 1=1 -- xx",
        &longest,
    ] {
        change(&browser, current, new, new).is(303);
        current = new;
        browser.clock.advance(TimeDelta::minutes(1));
    }
    let elsewhere = browser.other();
    elsewhere
        .fill("/sign-in", &[("username", "ada"), ("password", current)])
        .is(303);
}

#[test]
fn a_browser_that_was_left_open_is_not_enough_to_guess_the_password() {
    let (store, _ada, browser) = signed_in();
    for _ in 0..10 {
        change(&browser, "a guess", ANOTHER, ANOTHER)
            .is(422)
            .says("Current password is not right");
    }
    let answer = change(&browser, PASSWORD, ANOTHER, ANOTHER).is(429);
    let answer = answer.says("wrong too often");
    assert_ne!(answer.header("retry-after"), "");
    assert!(browser.is_signed_in(), "and can go on with everything else");
    let wrong = |it: &&String| it.contains("wrong password");
    assert_eq!(audit(&store).iter().filter(wrong).count(), 10);
    browser.clock.advance(TimeDelta::minutes(16));
    change(&browser, PASSWORD, ANOTHER, ANOTHER).is(303);
}

#[test]
fn a_wrong_current_password_changes_nothing() {
    let (store, ada, browser) = signed_in();
    let before = user(&store, ada).password_changed;
    for current in ["", "something else", "\0", &"x".repeat(2_000)] {
        change(&browser, current, ANOTHER, ANOTHER).is(422);
    }
    assert_eq!(user(&store, ada).password_changed, before);
}

#[test]
fn two_changes_at_once_end_with_one_of_them() {
    let (store, ada, browser) = signed_in();
    let page = browser.get(PAGE).is(200);
    let other = browser.get(PAGE).is(200);
    browser.clock.advance(TimeDelta::seconds(1));
    let fields = |new| {
        [
            ("current_password", PASSWORD),
            ("password", new),
            ("password_repeat", new),
        ]
    };
    browser.send_form(&page, &fields(ANOTHER)).is(303);
    browser
        .send_form(&other, &fields("one more password"))
        .is(422);
    assert_eq!(
        user(&store, ada).password_changed,
        Some(browser.clock.now())
    );
}
