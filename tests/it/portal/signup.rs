//! Somebody signs up, or does not.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tenure::{
    command::Command,
    model::{
        attribute::AttributeKind,
        condition::{Condition, Operator, Subject},
        execution::Status,
        task::Action,
        user,
    },
    store::{StoreError, events, members, users},
};

use super::{PASSWORD, Visitor, ada, attribute, encoded, settings, user_named, visitor};
use crate::support::{activated, admitted, always, audit, done, group, history, registration};

#[test]
fn who_fills_in_the_form_is_created() {
    let (store, mut browser) = visitor();
    let staff = group(&store, "Staff");
    let tasks = vec![always(Action::AssignGroup, vec![staff])];
    activated(&store, "Welcome", registration(None, tasks));

    browser.send(&ada(&[])).ends_well();

    let ada = user_named(&store, "ada").expect("she was created");
    assert_eq!(ada.status, user::Status::Active);
    assert_eq!(ada.profile.last_name, "Lovelace");
    assert!(!ada.must_change_password);
    let groups = store.read(|db| members::groups_of(db, ada.id));
    let groups: Vec<String> = groups.expect("groups").into_values().collect();
    assert_eq!(groups, ["DEFAULT", "Staff"]);
    assert_eq!(history(&store)[0].status, Status::Succeeded);
    assert_eq!(audit(&store).last().expect("an entry"), "user.create ada");
    let page = browser.get("/signup/done").is(200);
    page.says("Your account has been created");
}

#[test]
fn the_password_is_kept_as_a_hash_and_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = tenure::store::Store::open(folder.path()).expect("a store");
    Visitor::of(&store).send(&ada(&[])).ends_well();
    drop(store);
    let bytes: Vec<u8> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .flat_map(|it| std::fs::read(it.expect("a file").path()).expect("bytes"))
        .collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(holds("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(!holds(PASSWORD));
}

#[test]
fn a_filter_turns_away_without_saying_why() {
    let (store, mut browser) = visitor();
    let rule = Condition::test(Subject::Email, Operator::EndWith, "@staff.example");
    activated(&store, "Only staff", registration(Some(rule), vec![]));

    let page = browser.send(&ada(&[])).is(403);

    let page = page.says("No account was created");
    page.never_says("staff")
        .never_says("email")
        .never_says("workflow");
    assert_eq!(user_named(&store, "ada"), None);
    let [run] = &history(&store)[..] else {
        panic!("one execution");
    };
    assert_eq!((run.status, run.user), (Status::Filtered, None));
    let event = store.read(|db| events::get(db, run.event.expect("an event")));
    let event = event.expect("a look").expect("an event");
    assert_eq!(event.after.email, "ada@example.org");
}

#[test]
fn a_taken_username_is_told_and_nobody_is_created() {
    let (store, mut browser) = visitor();
    admitted(&store, "ada");
    let page = browser.send(&ada(&[("email", "other@example.org")]));
    page.is(422)
        .says("Username is taken: choose another one")
        .says("value=\"other@example.org\"")
        .never_says(PASSWORD);
}

#[test]
fn a_known_address_is_answered_like_any_other_and_the_audit_says_why_not() {
    let (store, mut browser) = visitor();
    admitted(&store, "ada");
    let unknown = browser
        .send(&ada(&[("username", "bob"), ("email", "bob@example.org")]))
        .ends_well();
    let known = browser
        .send(&ada(&[("username", "eve"), ("email", "ADA@example.org")]))
        .ends_well();
    assert_eq!((known.headers, known.body), (unknown.headers, unknown.body));
    assert_eq!(user_named(&store, "eve"), None);
    let last = audit(&store).pop().expect("an entry");
    assert_eq!(
        last,
        "user.create eve: Email belongs to another user already"
    );
}

#[test]
fn a_taken_username_hides_that_the_address_is_known_too() {
    let (store, mut browser) = visitor();
    admitted(&store, "ada");
    let both = browser.send(&ada(&[])).is(422);
    both.never_says("belongs to");
}

#[test]
fn who_is_turned_away_does_not_find_out_which_addresses_are_known() {
    let (store, mut browser) = visitor();
    admitted(&store, "ada");
    let rule = Condition::test(Subject::FirstName, Operator::Equal, "Grace");
    activated(&store, "Only Grace", registration(Some(rule), vec![]));
    let known = browser.send(&ada(&[("username", "eve")])).is(403);
    let unknown = ada(&[("username", "eve"), ("email", "eve@example.org")]);
    let unknown = browser.send(&unknown).is(403);
    assert_eq!(known.body, unknown.body);
}

/// Of many rounds the fastest count: the machine can make an answer later, never earlier.
#[test]
fn a_known_address_takes_as_long_as_an_unknown_one() {
    const BEAT: Duration = Duration::from_millis(200);
    let (store, mut browser) = visitor();
    admitted(&store, "ada");
    let mut fastest = [Duration::MAX; 2];
    for round in 0..60 {
        for (known, fastest) in fastest.iter_mut().enumerate() {
            let name = format!("user{known}{round}");
            let address = format!("{name}@example.org");
            let email = if known == 1 {
                "ada@example.org"
            } else {
                &address
            };
            let form = ada(&[("username", &name), ("email", email)]);
            browser.clock.advance(TimeDelta::minutes(1));
            let token = browser.open();
            let began = Instant::now();
            browser.post(encoded(&token, &form)).ends_well();
            *fastest = began.elapsed().min(*fastest);
        }
        let [unknown, known] = fastest;
        assert!(unknown >= BEAT && known >= BEAT, "answered at a beat");
        // Far less than the machine's own noise would be needed to tell them apart.
        if round >= 3 && unknown.abs_diff(known) < Duration::from_millis(50) {
            return;
        }
    }
    panic!("they can be told apart: {fastest:?}");
}

#[test]
fn of_two_with_one_username_one_succeeds_and_one_is_told() {
    let (store, mut one) = visitor();
    let mut two = one.other();
    let mut other = ada(&[("email", "other@example.org")]);
    other.swap(0, 1);
    let mine = ada(&[]);
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| one.send(&mine));
        (two.send(&other), first.join().expect("an answer"))
    });
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert!(user_named(&store, "ada").is_some());
}

#[test]
fn custom_attributes_are_asked_for_and_kept() {
    let (store, mut browser) = visitor();
    let colours = AttributeKind::Choice {
        options: vec!["Red".to_owned(), "Blue".to_owned()],
    };
    for (name, kind, is_required) in [
        ("team", AttributeKind::Text, true),
        ("age", AttributeKind::Number, false),
        ("birthday", AttributeKind::Date, false),
        ("contract", AttributeKind::YesNo, true),
        ("colour", colours, false),
    ] {
        let spec = attribute(name, kind, is_required);
        done(&store, Command::CreateAttribute(spec));
    }
    let mut hidden = attribute("clearance", AttributeKind::Text, false);
    hidden.is_on_sign_up = false;
    done(&store, Command::CreateAttribute(hidden));

    let page = browser.get("/signup").is(200);
    page.says("Your team")
        .says("type=\"date\"")
        .says("inputmode=\"decimal\"")
        .says("<select id=\"attribute-colour\"")
        .says("type=\"radio\" name=\"attribute.contract\" value=\"yes\"")
        .never_says("clearance");

    let form = ada(&[
        ("attribute.team", "Engines"),
        ("attribute.age", "36.50"),
        ("attribute.birthday", "1815-12-10"),
        ("attribute.contract", "yes"),
        ("attribute.colour", "Blue"),
        ("attribute.clearance", "top secret"),
        ("status", "disabled"),
        ("something_else", "x"),
    ]);
    browser.send(&form).ends_well();

    let ada = user_named(&store, "ada").expect("she was created");
    let values: Vec<(&str, &str)> = ada
        .profile
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        values,
        [
            ("age", "36.5"),
            ("birthday", "1815-12-10"),
            ("colour", "Blue"),
            ("contract", "yes"),
            ("team", "Engines")
        ],
        "and not the one that only admins may set"
    );
}

#[test]
fn a_closed_page_shows_and_takes_nothing() {
    let (store, mut browser) = visitor();
    let token = browser.open();
    let closed = settings(|it| it.portal.allows_sign_up = false);
    done(&store, Command::SaveSettings(Box::new(closed)));
    browser.get("/signup").is(404).says("Sign-up is closed");
    let form = super::encoded(&token, &ada(&[]));
    browser.post(form).is(404).says("Sign-up is closed");
    assert_eq!(user_named(&store, "ada"), None);
}

#[test]
fn two_hundred_at_once_are_each_created_once() {
    let store = crate::support::store();
    let behind_proxy = tenure::model::settings::PortalSettings {
        is_behind_proxy: true,
        ..Default::default()
    };
    let site = Visitor::with(&store, &behind_proxy);
    let everyone: Vec<_> = (0..200)
        .map(|number| {
            let mut browser = site.other();
            browser.header("x-forwarded-for", &format!("10.0.{number}.1"));
            std::thread::spawn(move || {
                let name = format!("user{number}");
                let email = format!("{name}@example.org");
                let form = ada(&[("username", &name), ("email", &email)]);
                browser.send(&form).ends_well();
            })
        })
        .collect();
    for one in everyone {
        one.join().expect("created");
    }
    let count = store.read::<_, StoreError>(users::count);
    assert_eq!(count.expect("a count"), 200);
}
