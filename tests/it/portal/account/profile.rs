//! My profile: what people change about themselves, and what that starts.

use chrono::TimeDelta;
use tenure::{
    command::Command,
    model::{
        attribute::{AttributeKind, AttributeSpec},
        condition::{Condition, Operator, Subject},
        event::Source,
        execution::Status,
        task::Action,
        user::{ProfileForm, UserUpdate},
    },
    store::{Store, events, members},
};

use super::{PASSWORD, admin, person, signed_in, user};
use crate::{
    portal::{Visitor, attribute},
    support::{activated, always, audit, group, history, on_update},
};

/// Ada's profile with some fields changed.
fn ada<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("email", "ada@example.org"),
        ("phone", "+44 20 7946 0000"),
    ];
    for (name, value) in changes {
        fields.retain(|(it, _)| it != name);
        fields.push((name, value));
    }
    fields
}

const PROFILE: &str = "/account/profile";
const SAVED: &str = "/account/profile?done=saved";
const WITH_ADDRESS: &str = "/account/profile?done=address";

#[test]
fn a_changed_profile_starts_a_workflow_and_history_has_before_and_after() {
    let (store, id, browser) = signed_in();
    let named = Condition::test(Subject::LastName, Operator::Equal, "Lovelace");
    let family = always(Action::AssignGroup, vec![group(&store, "Family")]);
    activated(&store, "Mover", on_update(Some(named), vec![family]));

    browser.fill(PROFILE, &ada(&[])).leads_to(SAVED);

    browser
        .get(SAVED)
        .is(200)
        .says("Your details are saved.")
        .says("value=\"Lovelace\"")
        .says("value=\"+44 20 7946 0000\"");
    let [run] = history(&store).try_into().expect("one execution");
    assert_eq!((run.status, run.user), (Status::Succeeded, Some(id)));
    let event = store.read(|db| events::get(db, run.event.expect("an event")));
    let event = event.expect("a look").expect("its event");
    assert_eq!(event.source, Source::EndUserDetails);
    let before = event.before.expect("a state");
    assert_eq!((before.last_name.as_str(), before.phone.as_str()), ("", ""));
    assert_eq!(event.after.last_name, "Lovelace");
    assert_eq!(event.after.phone, "+44 20 7946 0000");
    let groups = store.read(|db| members::groups_of(db, id)).expect("groups");
    assert!(groups.values().any(|it| it == "Family"));
    assert_eq!(audit(&store).last().expect("an entry"), "user.update ada");
}

#[test]
fn what_changes_nothing_is_no_event() {
    let (store, _ada, browser) = signed_in();
    activated(&store, "Mover", on_update(None, vec![]));
    browser.fill(PROFILE, &ada(&[])).leads_to(SAVED);
    browser.fill(PROFILE, &ada(&[])).leads_to(SAVED);
    assert_eq!(history(&store).len(), 1);
}

fn furnished() -> (Store, tenure::model::id::UserId, Visitor) {
    let (store, id, browser) = signed_in();
    let colours = AttributeKind::Choice {
        options: vec!["Red".to_owned(), "Blue".to_owned()],
    };
    for (name, kind, is_required) in [
        ("team", AttributeKind::Text, true),
        ("age", AttributeKind::Number, false),
        ("colour", colours, false),
        ("remote", AttributeKind::YesNo, false),
    ] {
        admin(
            &store,
            Command::CreateAttribute(attribute(name, kind, is_required)),
        );
    }
    let hidden = AttributeSpec {
        is_on_sign_up: false,
        ..attribute("salary", AttributeKind::Number, false)
    };
    admin(&store, Command::CreateAttribute(hidden));
    let mut form = user(&store, id).profile.form();
    form.attributes
        .insert("team".to_owned(), "Engines".to_owned());
    form.attributes
        .insert("salary".to_owned(), "100".to_owned());
    let update = UserUpdate::profile(form);
    admin(&store, Command::update(id, update, Source::AdminDetails));
    (store, id, browser)
}

#[test]
fn attributes_that_sign_up_shows_are_the_users_own_and_others_are_not() {
    let (store, id, browser) = furnished();
    let page = browser.get(PROFILE).is(200);
    let page = page.says("value=\"Engines\"").never_says("salary");
    let fields = ada(&[
        ("attribute.team", "Computing"),
        ("attribute.age", "36"),
        ("attribute.colour", "Blue"),
        ("attribute.remote", "yes"),
        ("attribute.salary", "1000000"),
        ("username", "root"),
        ("status", "disabled"),
    ]);
    browser.send_form(&page, &fields).leads_to(SAVED);
    let ada = user(&store, id);
    assert_eq!(ada.profile.username.as_str(), "ada");
    let value = |name: &str| ada.profile.attributes.get(name).map(String::as_str);
    assert_eq!(value("team"), Some("Computing"));
    assert_eq!(value("age"), Some("36"));
    assert_eq!(value("colour"), Some("Blue"));
    assert_eq!(value("remote"), Some("yes"));
    assert_eq!(value("salary"), Some("100"), "for admins only");
}

#[test]
fn every_mistake_is_named_at_its_field_and_what_was_typed_stays() {
    let (store, id, browser) = furnished();
    for (field, value, says) in [
        (
            "first_name",
            "A\r\nda",
            "First name contains a control character",
        ),
        (
            "last_name",
            &*"x".repeat(10_000),
            "Last name is longer than 255 characters",
        ),
        ("phone", "1\u{7}", "Phone contains a control character"),
        ("email", "", "Email must not be empty"),
        ("email", "ada", "Email is not an email address"),
        (
            "email",
            "a@b.org\r\nBcc: c@d.org",
            "Email contains a control character",
        ),
        ("attribute.team", "", "Your team must not be empty"),
        (
            "attribute.age",
            "old",
            "Your age: &quot;old&quot; is not a number",
        ),
        ("attribute.colour", "Green", "Your colour"),
    ] {
        let fields = ada(&[("attribute.team", "Engines"), (field, value)]);
        let page = browser.fill(PROFILE, &fields).is(422).says(says);
        let id = field.replace('.', "-");
        page.says(&format!("<a href=\"#{id}\">"));
    }
    assert_eq!(user(&store, id).profile.first_name, "ada");
}

#[test]
fn texts_are_kept_as_typed_and_shown_escaped() {
    let (store, id, browser) = signed_in();
    for (name, shown) in [
        (
            "<script>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;&#x2f;script&gt;",
        ),
        ("{{7*7}}", "{{7*7}}"),
        ("عائشة", "عائشة"),
        ("👩‍🔬 Ada", "👩‍🔬 Ada"),
    ] {
        browser
            .fill(PROFILE, &ada(&[("first_name", name)]))
            .leads_to(SAVED);
        browser
            .get(PROFILE)
            .says(&format!("value=\"{shown}\""))
            .never_says("<script>");
        assert_eq!(user(&store, id).profile.first_name, name);
    }
}

#[test]
fn another_address_needs_the_password() {
    let (store, id, browser) = signed_in();
    let change = |password| {
        let fields = ada(&[
            ("email", "countess@example.org"),
            ("current_password", password),
        ]);
        browser.fill(PROFILE, &fields)
    };
    change("")
        .is(422)
        .says("Current password must not be empty");
    change("something else")
        .is(422)
        .says("Current password is not right");
    assert_eq!(user(&store, id).profile.email.as_str(), "ada@example.org");
    change(PASSWORD).leads_to(WITH_ADDRESS);
    assert_eq!(
        user(&store, id).profile.email.as_str(),
        "countess@example.org"
    );
    let by_address = [("username", "countess@example.org"), ("password", PASSWORD)];
    browser.other().fill("/sign-in", &by_address).is(303);
}

#[test]
fn an_address_of_somebody_else_is_answered_like_any_other() {
    let (store, id, browser) = signed_in();
    person(&store, "bob");
    let change = |email: &str, phone: &str| {
        let fields = [
            ("email", email),
            ("current_password", PASSWORD),
            ("phone", phone),
        ];
        browser.fill(PROFILE, &ada(&fields))
    };
    let known = change("BOB@example.org", "1").leads_to(WITH_ADDRESS);
    let after = user(&store, id);
    assert_eq!(after.profile.email.as_str(), "ada@example.org");
    assert_eq!(after.profile.phone, "1", "everything else is saved");
    let refused = "Email belongs to another user already";
    assert!(audit(&store).iter().any(|it| it.ends_with(refused)));
    let unknown = change("free@example.org", "2").leads_to(WITH_ADDRESS);
    assert_eq!((known.headers, known.body), (unknown.headers, unknown.body));
    let page = browser.get(WITH_ADDRESS).is(200);
    page.says("If there was an account with the new email address before, it stays as it was");
    // Only a few can be tried.
    let mut refused = 0;
    for number in 0..10 {
        let answer = change(&format!("guess{number}@example.org"), "3");
        refused += u32::from(answer.status == 429);
    }
    assert_eq!(refused, 7);
    browser.clock.advance(TimeDelta::minutes(10));
    change("later@example.org", "3").leads_to(WITH_ADDRESS);
}

#[test]
fn a_change_meanwhile_is_shown_and_nothing_is_lost() {
    let (store, id, browser) = signed_in();
    let page = browser.get(PROFILE).is(200);
    let form = ProfileForm {
        phone: "by an admin".to_owned(),
        ..user(&store, id).profile.form()
    };
    let update = UserUpdate::profile(form);
    admin(&store, Command::update(id, update, Source::AdminDetails));

    let page = browser.send_form(&page, &ada(&[])).is(422);
    let page = page
        .says("Your details were changed in the meantime")
        .says("Phone is now: by an admin")
        .says("value=\"Lovelace\"")
        .says("value=\"+44 20 7946 0000\"");
    assert_eq!(user(&store, id).profile.phone, "by an admin");

    browser.send_form(&page, &ada(&[])).leads_to(SAVED);
    assert_eq!(user(&store, id).profile.phone, "+44 20 7946 0000");
}

#[test]
fn what_is_not_in_the_profile_may_change_meanwhile() {
    let (store, id, browser) = signed_in();
    let page = browser.get(PROFILE).is(200);
    let group = group(&store, "Staff").id.expect("a number");
    let group = tenure::model::id::GroupId::new(group);
    admin(&store, Command::AddToGroup { user: id, group });
    browser.send_form(&page, &ada(&[])).leads_to(SAVED);
}
