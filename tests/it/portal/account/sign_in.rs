//! Who gets in, where they come out, and what those learn who do not.

use chrono::TimeDelta;
use tenure::{
    command::{Command, password as hashing},
    model::{session::UNFINISHED, settings::PortalSettings},
};

use super::{ANOTHER, PASSWORD, RIGHT, WRONG, ada, admin, person, user};
use crate::{
    portal::{Visitor, encoded, settings, token},
    support::{admitted, audit, done, store},
};

#[test]
fn a_username_or_an_address_will_do_however_it_is_written() {
    let (store, ada, browser) = ada();
    for name in ["ada", "ADA", " ada ", "ada@example.org", "Ada@Example.org"] {
        let elsewhere = browser.other();
        elsewhere
            .fill("/sign-in", &[("username", name), ("password", PASSWORD)])
            .leads_to("/account/profile");
        assert!(elsewhere.is_signed_in(), "{name}");
    }
    let ada = user(&store, ada);
    assert_eq!(ada.last_sign_in, Some(browser.clock.now()));
    assert_eq!(ada.last_activity, Some(browser.clock.now()));
    let last = audit(&store).pop().expect("an entry");
    assert_eq!(last, "user.sign_in ada");
}

#[test]
fn the_start_leads_to_where_one_can_go_on() {
    let (_store, _ada, browser) = ada();
    browser.get("/").leads_to("/sign-in");
    browser.get("/account").leads_to("/sign-in?next=/account");
    browser.signs_in();
    browser.get("/").leads_to("/account/profile");
    browser.get("/account").leads_to("/account/profile");
    browser.get("/sign-in").leads_to("/account/profile");
}

#[test]
fn sign_in_and_sign_up_lead_to_each_other_if_there_is_sign_up() {
    let (store, _ada, browser) = ada();
    browser
        .get("/sign-in")
        .is(200)
        .says("href=\"&#x2f;signup\"");
    browser
        .get("/signup")
        .is(200)
        .says("href=\"&#x2f;sign-in\"");
    let closed = settings(|it| it.portal.allows_sign_up = false);
    done(&store, Command::SaveSettings(Box::new(closed)));
    browser.get("/sign-in").is(200).never_says("signup");
}

#[test]
fn whoever_wanted_a_page_gets_there_after_signing_in() {
    let (_store, _ada, browser) = ada();
    let asked = browser.get("/account/security").is(303);
    let path = asked.header("location").to_owned();
    assert_eq!(path, "/sign-in?next=/account/security");
    browser.fill(&path, &WRONG).is(422);
    browser.fill(&path, &RIGHT).leads_to("/account/security");
}

#[test]
fn no_link_leads_from_the_sign_in_page_to_another_site() {
    let (_store, _ada, site) = ada();
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/%5Cevil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "/x%0d%0aSet-Cookie:a=b",
    ] {
        let browser = site.other();
        browser
            .fill(&format!("/sign-in?next={next}"), &RIGHT)
            .leads_to("/account/profile");
        // Nor does a form that somebody has changed.
        let browser = site.other();
        let page = browser.get("/sign-in");
        let form = [RIGHT[0], RIGHT[1], ("next", "//evil.example")];
        browser.send_form(&page, &form).leads_to("/account/profile");
    }
}

#[test]
fn whoever_fails_sees_the_same_page_whatever_the_reason() {
    let (store, _ada, site) = ada();
    person(&store, "disabled");
    let disabled = user_id(&store, "disabled");
    admin(&store, Command::DisableUser(disabled));
    admitted(&store, "pending");
    person(&store, "deleted");
    admin(&store, Command::DeleteUser(user_id(&store, "deleted")));
    person(&store, "locked");
    for number in 0..10 {
        let mut eve = site.other();
        eve.peer = format!("198.51.100.{number}:1")
            .parse()
            .expect("an address");
        let wrong = [("username", "locked"), ("password", "something else")];
        eve.fill("/sign-in", &wrong);
    }
    let locked = user(&store, user_id(&store, "locked"));
    assert!(locked.is_locked(site.clock.now()));

    let expected = site.fill("/sign-in", &WRONG).is(422).without_tokens();
    for (name, password) in [
        ("nobody", PASSWORD),
        ("disabled", PASSWORD),
        ("pending", PASSWORD),
        ("deleted", PASSWORD),
        ("locked", PASSWORD),
    ] {
        let answer = site.fill("/sign-in", &[("username", name), ("password", password)]);
        let page = answer.is(422).without_tokens();
        let page = page.replace(&format!("value=\"{name}\""), "value=\"ada\"");
        assert_eq!(page, expected, "{name}");
    }
    let entries = audit(&store);
    for reason in [
        "there is no such account, from 192.0.2.1",
        "ada: wrong password, from 192.0.2.1",
        "disabled: the account is disabled, from 192.0.2.1",
        "pending: no password has been set yet, from 192.0.2.1",
        "locked: the account is locked after too many failures, from 192.0.2.1",
    ] {
        let told = entries.iter().any(|it| it.ends_with(reason));
        assert!(told, "{reason} is not in {entries:#?}");
    }
}

fn user_id(store: &tenure::store::Store, username: &str) -> tenure::model::id::UserId {
    let found = crate::portal::user_named(store, username);
    found.expect("a user").id
}

#[test]
fn a_password_that_may_not_be_used_any_more_is_changed_on_the_way_in() {
    let (store, ada, browser) = ada();
    admin(&store, Command::RequirePasswordChange(ada));
    browser
        .fill("/sign-in?next=/account/sessions", &RIGHT)
        .leads_to("/sign-in/password?next=/account/sessions");
    let path = "/sign-in/password?next=/account/sessions";
    browser
        .get("/account/security")
        .leads_to("/sign-in/password?next=/account/security");
    browser.get("/sign-in/code").leads_to("/sign-in/password");

    let choose = |password, repeat| {
        let fields = [("password", password), ("password_repeat", repeat)];
        browser.fill(path, &fields)
    };
    choose("", "")
        .is(422)
        .says("New password must not be empty");
    choose(ANOTHER, "x")
        .is(422)
        .says("must be the same as the new password");
    choose("short", "short")
        .is(422)
        .says("Between 10 and 128 characters");
    let own = "my name is ada@example.org";
    choose(own, own).is(422).says("Not your own name");
    choose(PASSWORD, PASSWORD)
        .is(422)
        .says("is one of your last 5");
    assert!(!browser.is_signed_in());

    let before = browser.session();
    choose(ANOTHER, ANOTHER).leads_to("/account/sessions");
    assert!(browser.is_signed_in());
    assert_ne!(browser.session(), before, "a new key at every step");
    assert!(!user(&store, ada).must_change_password);
    let elsewhere = browser.other();
    elsewhere.fill("/sign-in", &RIGHT).is(422);
    let new = [("username", "ada"), ("password", ANOTHER)];
    elsewhere
        .fill("/sign-in", &new)
        .leads_to("/account/profile");
}

#[test]
fn an_expired_password_is_changed_on_the_way_in() {
    let (store, _ada, browser) = ada();
    let expiring = settings(|it| it.password.expiry_days = 90);
    done(&store, Command::SaveSettings(Box::new(expiring)));
    browser
        .clock
        .advance(TimeDelta::days(90) - TimeDelta::seconds(1));
    browser
        .other()
        .fill("/sign-in", &RIGHT)
        .leads_to("/account/profile");
    browser.clock.advance(TimeDelta::seconds(1));
    browser
        .fill("/sign-in", &RIGHT)
        .leads_to("/sign-in/password");
    let page = browser.get("/sign-in/password").is(200);
    let page = page.says("Your password has expired");
    let fields = [("password", ANOTHER), ("password_repeat", ANOTHER)];
    browser
        .send_form(&page, &fields)
        .leads_to("/account/profile");
    assert!(browser.is_signed_in());
}

#[test]
fn the_steps_do_not_wait_for_ever() {
    let (store, ada, browser) = ada();
    admin(&store, Command::RequirePasswordChange(ada));
    browser
        .fill("/sign-in", &RIGHT)
        .leads_to("/sign-in/password");
    let page = browser.get("/sign-in/password").is(200);
    browser.clock.advance(UNFINISHED + TimeDelta::seconds(1));
    let fields = [("password", ANOTHER), ("password_repeat", ANOTHER)];
    browser
        .send_form(&page, &fields)
        .is(401)
        .says("You are not signed in");
    browser.get("/sign-in/password").leads_to("/sign-in");
    let hash = store.read(|db| tenure::store::credentials::get(db, ada));
    let hash = hash.expect("a look").password_hash;
    assert!(
        hashing::verify(hash.as_deref(), PASSWORD),
        "still the old one"
    );
}

#[test]
fn a_step_is_not_left_out() {
    let (store, ada, browser) = ada();
    admin(&store, Command::RequirePasswordChange(ada));
    browser
        .fill("/sign-in", &RIGHT)
        .leads_to("/sign-in/password");
    for path in [
        "/account",
        "/account/profile",
        "/account/security",
        "/account/security/password",
        "/account/security/app",
        "/account/security/codes",
        "/account/sessions",
    ] {
        let next = format!("/sign-in/password?next={path}");
        let next = next.replace("?next=/account/profile", "");
        browser.get(path).leads_to(&next);
        browser.post_to(path, "token=x");
    }
    assert!(user(&store, ada).must_change_password);
}

#[test]
fn cookies_are_for_the_server_alone_and_over_tls_for_tls_alone() {
    let (_store, _ada, browser) = ada();
    let answer = browser.signs_in();
    let session = answer.cookie("tenure_session").expect("a session");
    assert!(
        session.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{session}"
    );
    let (pair, _) = session.split_once(';').expect("attributes");
    assert_eq!(pair.len(), "tenure_session=".len() + 64, "256 bits");
    let device = answer.cookie("tenure_device").expect("a device");
    let lasts = "; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax";
    assert!(device.ends_with(lasts), "{device}");

    let store = store();
    person(&store, "ada");
    let settings = PortalSettings {
        is_behind_proxy: true,
        ..PortalSettings::default()
    };
    let mut browser = Visitor::with(&store, &settings);
    browser.header("x-forwarded-proto", "https");
    let answer = browser.signs_in();
    for name in ["__Host-tenure_session", "__Host-tenure_device"] {
        let cookie = answer.cookie(name).expect("a cookie");
        assert!(
            cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"),
            "{cookie}"
        );
        assert!(
            cookie.contains("; Path=/;") && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
    assert!(browser.is_signed_in());
}

#[test]
fn the_store_cannot_tell_a_thief_what_browsers_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = tenure::store::Store::open(folder.path()).expect("a store");
    person(&store, "ada");
    let browser = Visitor::of(&store);
    let answer = browser.signs_in();
    let device = answer.cookie("tenure_device").expect("a device");
    let session = browser.session().expect("a session");
    drop((store, browser));
    let bytes: Vec<u8> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .flat_map(|it| std::fs::read(it.expect("a file").path()).expect("bytes"))
        .collect();
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|it| it == text);
    assert!(holds(b"user.sign_in"));
    assert!(!holds(session.as_bytes()));
    assert!(!holds(&device.as_bytes()["tenure_device=".len()..][..64]));
    assert!(!holds(PASSWORD.as_bytes()));
}

#[test]
fn signing_in_again_ends_the_session_before() {
    let (_store, _ada, browser) = ada();
    let first = browser.get("/sign-in");
    browser.signs_in();
    let former = browser.session().expect("a session");
    // As from a page that was open in another tab.
    let form = encoded(&token(&first.body), &RIGHT);
    browser
        .post_to("/sign-in", form)
        .leads_to("/account/profile");
    let thief = browser.other();
    thief
        .cookies
        .borrow_mut()
        .insert("tenure_session".to_owned(), former);
    assert!(!thief.is_signed_in());
    assert!(browser.is_signed_in());
}
