//! Sessions: whose they are, how long they last, and what ends them.

use chrono::TimeDelta;
use tenure::{
    command::Command,
    model::{
        condition::{Condition, Operator, Subject},
        session::{IDLE, LONGEST},
    },
};

use super::{PASSWORD, ada, admin, person, signed_in, user};
use crate::{
    portal::{Visitor, encoded, token},
    support::audit,
};

fn with_session(browser: &Visitor, session: &str) -> Visitor {
    let other = browser.other();
    let session = session.to_owned();
    let mut cookies = other.cookies.borrow_mut();
    cookies.insert("tenure_session".to_owned(), session);
    drop(cookies);
    other
}

#[test]
fn a_session_that_somebody_planted_is_not_the_one_that_counts() {
    let (_store, _ada, site) = ada();
    let planted = "a".repeat(64);
    let browser = with_session(&site, &planted);
    browser.signs_in();
    assert_ne!(browser.session().expect("a session"), planted);
    assert!(!with_session(&site, &planted).is_signed_in());
}

#[test]
fn a_planted_session_of_the_attackers_own_does_not_become_the_victims() {
    let (store, _ada, site) = ada();
    person(&store, "eve");
    let eve = site.other();
    eve.fill("/sign-in", &[("username", "eve"), ("password", PASSWORD)]);
    let planted = eve.session().expect("a session");
    let browser = with_session(&site, &planted);
    // The sign-in page sends whoever is signed in on, so the victim sees whose account it is.
    browser
        .get("/account/profile")
        .is(200)
        .says("<bdi>eve</bdi>");
}

#[test]
fn a_session_that_was_stolen_ends_with_sign_out() {
    let (store, _ada, browser) = signed_in();
    let stolen = browser.session().expect("a session");
    assert!(with_session(&browser, &stolen).is_signed_in());
    let token = token(&browser.get("/account/profile").body);
    let answer = browser
        .post_to("/sign-out", encoded(&token, &[]))
        .leads_to("/sign-in?done=signed-out");
    let cleared = answer.cookie("tenure_session").expect("a cookie");
    assert!(
        cleared.starts_with("tenure_session=; Path=/; Max-Age=0"),
        "{cleared}"
    );
    assert!(!with_session(&browser, &stolen).is_signed_in());
    browser
        .get("/sign-in?done=signed-out")
        .is(200)
        .says("You are signed out.");
    assert_eq!(audit(&store).last().expect("an entry"), "user.sign_out ada");
    // Who is signed out already stays so.
    browser
        .post_to("/sign-out", "")
        .leads_to("/sign-in?done=signed-out");
}

#[test]
fn whoever_is_disabled_or_deleted_is_out_at_once() {
    for command in [Command::DisableUser, Command::DeleteUser] {
        let (store, ada, browser) = signed_in();
        let page = browser.get("/account/profile").is(200);
        admin(&store, command(ada));
        let answer = browser.send_form(&page, &[("first_name", "Eve")]);
        answer.is(401);
        browser
            .get("/account/security")
            .leads_to("/sign-in?next=/account/security");
        assert_eq!(user(&store, ada).profile.first_name, "ada");
    }
}

#[test]
fn a_workflow_of_ones_own_change_can_put_one_out() {
    use crate::support::{activated, always, group, on_update};
    use tenure::model::task::Action;
    let (store, ada, browser) = signed_in();
    let named = Condition::test(Subject::LastName, Operator::Equal, "Leaver");
    let leavers = always(Action::AssignGroup, vec![group(&store, "Leavers")]);
    activated(&store, "Leaver", on_update(Some(named), vec![leavers]));
    browser
        .fill(
            "/account/profile",
            &[
                ("first_name", "Ada"),
                ("last_name", "Leaver"),
                ("email", "ada@example.org"),
            ],
        )
        .leads_to("/account/profile?done=saved");
    admin(&store, Command::DisableUser(ada));
    assert!(!browser.is_signed_in());
}

#[test]
fn a_session_ends_when_it_is_not_used_and_after_half_a_day_in_any_case() {
    let (_store, _ada, browser) = signed_in();
    browser.clock.advance(IDLE);
    assert!(browser.is_signed_in());
    browser.clock.advance(IDLE + TimeDelta::seconds(1));
    assert!(!browser.is_signed_in());
    browser.signs_in();
    let until = browser.clock.now() + LONGEST;
    while browser.clock.now() + TimeDelta::minutes(50) <= until {
        browser.clock.advance(TimeDelta::minutes(50));
        assert!(browser.is_signed_in(), "in use");
    }
    browser.clock.advance(TimeDelta::minutes(50));
    assert!(!browser.is_signed_in());
}

#[test]
fn the_use_of_a_session_is_noted_once_a_minute() {
    let (store, ada, browser) = signed_in();
    let signed_in = browser.clock.now();
    browser.clock.advance(TimeDelta::seconds(59));
    browser.get("/account/profile").is(200);
    assert_eq!(user(&store, ada).last_activity, Some(signed_in));
    browser.clock.advance(TimeDelta::seconds(1));
    browser.get("/account/profile").is(200);
    assert_eq!(user(&store, ada).last_activity, Some(browser.clock.now()));
    let noted = browser.clock.now();
    browser.clock.advance(TimeDelta::seconds(59));
    browser.get("/account/profile").is(200);
    assert_eq!(user(&store, ada).last_activity, Some(noted));
    assert_eq!(audit(&store).last().expect("an entry"), "user.sign_in ada");
}

#[test]
fn one_sees_where_one_is_signed_in_and_ends_it_there() {
    let (store, _ada, browser) = signed_in();
    let mut phone = browser.other();
    phone.header(
        "user-agent",
        "Mozilla/5.0 (iPhone) Version/19 Safari/604.1 <script>",
    );
    phone.peer = "203.0.113.9:1".parse().expect("an address");
    browser.clock.advance(TimeDelta::minutes(5));
    phone.signs_in();
    let mut laptop = browser.other();
    laptop.header("user-agent", "Mozilla/5.0 (X11; Linux) Firefox/150.0");
    laptop.signs_in();
    let page = browser.get("/account/sessions").is(200);
    let page = page
        .says("Safari on iPhone")
        .says("Firefox on Linux")
        .says("203.0.113.9")
        .says("24 December 2030, 12:05 UTC")
        .never_says("<script>");
    let (_, others) = page.body.split_once("Other browsers").expect("others");
    let (_, row) = others.split_once("Safari on iPhone").expect("the phone");
    let (_, id) = row
        .split_once("name=\"session\" value=\"")
        .expect("a number");
    let (id, _) = id.split_once('"').expect("an end");
    let form = encoded(&token(others), &[("session", id)]);
    browser
        .post_to("/account/sessions/end", form)
        .leads_to("/account/sessions?done=one");
    assert!(!phone.is_signed_in());
    assert!(laptop.is_signed_in() && browser.is_signed_in());

    let page = browser.get("/account/sessions?done=one").is(200);
    let (_, others) = page.body.split_once("Other browsers").expect("others");
    let form = encoded(&token(others), &[]);
    browser
        .post_to("/account/sessions/end-others", form)
        .leads_to("/account/sessions?done=others");
    assert!(!laptop.is_signed_in());
    assert!(browser.is_signed_in());
    browser
        .get("/account/sessions")
        .says("You are signed in nowhere else.");
    assert_eq!(
        audit(&store).last().expect("an entry"),
        "user.end_sessions ada"
    );
}

#[test]
fn nobody_ends_the_session_of_somebody_else() {
    let (store, _ada, browser) = signed_in();
    person(&store, "bob");
    let bob = browser.other();
    bob.fill("/sign-in", &[("username", "bob"), ("password", PASSWORD)]);
    for id in ["2", "1", "0", "-1", "x", "", "99999999999999999999"] {
        let token = token(&bob.get("/account/profile").is(200).body);
        if id != "2" {
            let form = encoded(&token, &[("session", id)]);
            bob.post_to("/account/sessions/end", form).is(303);
        }
    }
    assert!(browser.is_signed_in() && bob.is_signed_in());
}
