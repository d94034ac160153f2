//! Codes at sign-in: which are good, how often, and how many may be guessed.

use chrono::TimeDelta;

use super::{ANOTHER, RIGHT, code_at, signed_in, user};
use crate::{
    portal::{Answer, Visitor},
    support::audit,
};

const PAGE: &str = "/sign-in/code";

/// A browser in which the password was right.
fn halfway(site: &Visitor) -> Visitor {
    let browser = site.other();
    browser.fill("/sign-in", &RIGHT).leads_to(PAGE);
    assert!(!browser.is_signed_in(), "the password alone is not enough");
    browser
}

fn send(browser: &Visitor, code: &str) -> Answer {
    browser.fill(PAGE, &[("code", code)])
}

#[test]
fn a_code_of_now_or_of_the_step_before_or_after_is_good_and_others_are_not() {
    let (_store, _ada, site) = signed_in();
    let (secret, _) = site.enrols();
    for (steps, is_good) in [(-2, false), (2, false), (-1, true), (0, true), (1, true)] {
        // A step that was used is used up, so each has its own time.
        site.clock.advance(TimeDelta::minutes(5));
        let browser = halfway(&site);
        let answer = send(&browser, &code_at(&site, &secret, steps));
        assert_eq!(answer.status == 303, is_good, "{steps}: {}", answer.body);
        assert_eq!(browser.is_signed_in(), is_good, "{steps}");
    }
}

#[test]
fn a_code_is_good_once() {
    let (_store, _ada, site) = signed_in();
    let (secret, _) = site.enrols();
    let first = code_at(&site, &secret, 0);
    let browser = halfway(&site);
    send(&browser, &first)
        .is(422)
        .says("The code was not accepted");
    site.clock.advance(TimeDelta::seconds(60));
    let code = code_at(&site, &secret, 0);
    send(&browser, &code).leads_to("/account/profile");
    let thief = halfway(&site);
    send(&thief, &code).is(422);
    site.clock.advance(TimeDelta::seconds(29));
    send(&thief, &code).is(422);
    assert!(!thief.is_signed_in());
}

#[test]
fn an_earlier_code_is_not_good_after_a_later_one() {
    let (_store, _ada, site) = signed_in();
    let (secret, _) = site.enrols();
    site.clock.advance(TimeDelta::minutes(5));
    send(&halfway(&site), &code_at(&site, &secret, 1)).is(303);
    send(&halfway(&site), &code_at(&site, &secret, 0)).is(422);
}

#[test]
fn a_thousand_guesses_do_not_find_a_code() {
    let (store, id, site) = signed_in();
    let (secret, _) = site.enrols();
    site.clock.advance(TimeDelta::minutes(5));
    let right = code_at(&site, &secret, 0);
    let eve = halfway(&site);
    let mut last = 0;
    for number in 0..1_000_u32 {
        let mut eve = eve_from(&eve, number);
        let guess = format!("{number:06}");
        if guess == right {
            continue;
        }
        // From another address each time, so that only the account's own lock is in the way.
        eve.extra.clear();
        last = send(&eve, &guess).status.as_u16();
        if user(&store, id).is_locked(site.clock.now()) {
            break;
        }
    }
    assert_eq!(last, 422);
    let failures = audit(&store);
    let failures = failures
        .iter()
        .filter(|it| it.contains("wrong code"))
        .count();
    assert_eq!(failures, 10);
    // Now not even the right one, and asking on does not make it longer.
    for number in 0..20 {
        send(&eve_from(&eve, number), &right).is(422);
    }
    site.clock.advance(TimeDelta::minutes(9));
    assert!(user(&store, id).is_locked(site.clock.now()));
    assert!(site.is_signed_in(), "the owner is not disturbed");
    site.clock.advance(TimeDelta::minutes(7));
    let own = halfway(&site);
    send(&own, &code_at(&site, &secret, 0)).is(303);
}

fn eve_from(eve: &Visitor, number: u32) -> Visitor {
    let mut other = eve.other();
    other.cookies = std::cell::RefCell::new(eve.cookies.borrow().clone());
    other.peer = format!("198.51.{}.{}:1", number / 250, number % 250)
        .parse()
        .expect("one");
    other
}

#[test]
fn what_is_no_code_is_told_so() {
    let (_store, _ada, site) = signed_in();
    site.enrols();
    let browser = halfway(&site);
    send(&browser, "").is(422).says("Code must not be empty");
    send(&browser, " ").is(422).says("Code must not be empty");
    send(&browser, &"1".repeat(10_000))
        .is(422)
        .says("longer than any");
    for code in ["<script>", "abc\0", "٠٠٠٠٠٠", "' OR 1=1 --"] {
        let page = send(&browser, code)
            .is(422)
            .says("The code was not accepted");
        page.never_says("<script>");
    }
    assert!(!browser.is_signed_in());
}

#[test]
fn the_code_comes_before_a_new_password() {
    let (store, id, site) = signed_in();
    let (secret, _) = site.enrols();
    super::admin(&store, tenure::command::Command::RequirePasswordChange(id));
    site.clock.advance(TimeDelta::minutes(5));
    let browser = halfway(&site);
    browser.get("/sign-in/password").leads_to(PAGE);
    let before = browser.session();
    send(&browser, &code_at(&site, &secret, 0)).leads_to("/sign-in/password");
    assert_ne!(browser.session(), before, "a new key at every step");
    let fields = [("password", ANOTHER), ("password_repeat", ANOTHER)];
    browser
        .fill("/sign-in/password", &fields)
        .leads_to("/account/profile");
}
