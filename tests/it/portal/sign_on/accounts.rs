//! Who somebody from a provider is here.

use serde_json::{Value, json};
use tenure::{
    command::{Command, ConnectionCommand, NewUser, password},
    model::{
        attribute::AttributeKind,
        condition::{Condition, Operator, Subject},
        connection::SecretChange,
        definition::{Definition, NodeKind, Trigger},
        event::Source,
        execution::Status,
        id::UserId,
        task::Action,
        user,
    },
    store::{Store, connections, events, members, sessions, users},
};

use super::{Scene, provider::Mood};
use crate::{
    portal::{PASSWORD, attribute, token},
    support::{
        activated, always, audit, done, group, history, newcomer, register_as, registration,
    },
};

const ADA: &str = "248289761001";

/// Somebody who was here before, with a password.
fn resident(store: &Store, username: &str) -> UserId {
    let new = NewUser {
        password_hash: Some(password::hash(PASSWORD).expect("a hash")),
        ..newcomer(username, Source::AdminPortal)
    };
    register_as(store, new).expect("a user");
    user_id(store, username)
}

fn user_id(store: &Store, username: &str) -> UserId {
    let found = store.read(|db| users::by_username(db, username));
    found.expect("a look").expect("a user").id
}

fn groups(store: &Store, id: UserId) -> Vec<String> {
    let groups = store.read(|db| members::groups_of(db, id));
    groups.expect("groups").into_values().collect()
}

fn say(scene: &Scene, change: &Value) {
    scene.provider.set(|it| {
        for (name, value) in change.as_object().expect("an object") {
            it.claims[name] = value.clone();
        }
    });
}

fn set_enabled(store: &Store, id: UserId, is_enabled: bool) {
    let command = if is_enabled {
        Command::EnableUser(id)
    } else {
        Command::DisableUser(id)
    };
    done(store, command);
}

/// The answer to the question whether an account is theirs.
fn claim(scene: &Scene, password: &str) -> crate::portal::Answer {
    let page = scene.browser.get("/sign-on/claim").is(200);
    let page = page.says("Is this your account?");
    let token = token(&page.body);
    let password = password.replace(' ', "+");
    post(scene, &format!("token={token}&password={password}&code="))
}

fn post(scene: &Scene, body: &str) -> crate::portal::Answer {
    use axum::http::{Method, header::CONTENT_TYPE};
    let mut request = scene
        .browser
        .request(Method::POST, "/sign-on/claim", body.to_owned());
    let form = "application/x-www-form-urlencoded".parse();
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, form.expect("a value"));
    scene.browser.ask(request)
}

fn is_in(answer: &crate::portal::Answer) -> bool {
    let mut cookies = answer.headers.get_all("set-cookie").iter();
    cookies.any(|it| {
        it.to_str()
            .is_ok_and(|it| it.starts_with("tenure_session="))
    })
}

/// Everyone who is let in by an update workflow for just-in-time changes goes into this group.
fn updates(store: &Store, group_name: &str) {
    let mut definition = Definition::blank();
    let sources = [Source::JustInTime].into();
    let trigger = definition.set_trigger(Trigger::Update { sources });
    let trigger = trigger.expect("a blank definition takes a trigger");
    let event = definition
        .out(trigger)
        .next()
        .expect("the Event follows")
        .to;
    let edge = definition.out(event).next().expect("the End follows");
    let targets = vec![group(store, group_name)];
    let task = always(Action::AssignGroup, targets);
    definition
        .insert(edge, NodeKind::Task(task))
        .expect("a step");
    activated(store, "Renamed", definition);
}

#[test]
fn who_comes_for_the_first_time_is_created_through_the_gate() {
    let scene = Scene::new();
    let staff = group(&scene.store, "Staff");
    let tasks = vec![always(Action::AssignGroup, vec![staff])];
    activated(&scene.store, "Welcome", registration(None, tasks));

    let answer = scene.sign_in().is(303);

    assert_eq!(answer.header("location"), "/account/profile");
    assert!(is_in(&answer));
    let ada = scene.known(ADA).expect("she was created");
    assert_eq!(ada.profile.username.as_str(), "ada");
    assert_eq!(ada.profile.last_name, "Lovelace");
    assert_eq!(ada.status, user::Status::Active, "she needs no password");
    assert_eq!(ada.password_changed, None);
    assert_eq!(ada.last_sign_in, Some(scene.browser.clock.now()));
    assert_eq!(ada.last_activity, ada.last_sign_in);
    assert_eq!(groups(&scene.store, ada.id), ["DEFAULT", "Staff"]);
    let runs = history(&scene.store);
    assert_eq!(runs[0].status, Status::Succeeded);
    let event = scene
        .store
        .read(|db| events::get(db, runs[0].event.expect("an event")));
    let event = event.expect("a look").expect("an event");
    assert_eq!(event.source, Source::SelfRegistration);
    let audit = audit(&scene.store);
    assert!(
        audit.contains(&"user.link_identity ada".to_owned()),
        "{audit:?}"
    );
}

#[test]
fn a_gate_that_lets_nobody_pass_creates_nobody_and_says_nothing() {
    let scene = Scene::new();
    let rule = Condition::test(Subject::Email, Operator::EndWith, "@staff.example");
    activated(&scene.store, "Only staff", registration(Some(rule), vec![]));

    let answer = scene.sign_in().is(403);

    assert!(!is_in(&answer));
    answer.says("No account was created").never_says("staff");
    assert!(scene.known(ADA).is_none());
    assert_eq!(history(&scene.store)[0].status, Status::Filtered);
}

#[test]
fn who_comes_again_with_something_new_is_updated_and_the_workflow_runs() {
    let scene = Scene::new();
    updates(&scene.store, "Renamed");
    scene.sign_in().is(303);
    assert!(history(&scene.store).is_empty(), "she was only created");

    scene.sign_in().is(303);
    assert!(history(&scene.store).is_empty(), "nothing has changed");

    say(
        &scene,
        &json!({"family_name": "King", "email": "countess@example.org"}),
    );
    scene.sign_in().is(303);

    let ada = scene.known(ADA).expect("she is known");
    assert_eq!(ada.profile.last_name, "King");
    assert_eq!(ada.profile.email.as_str(), "countess@example.org");
    assert_eq!(groups(&scene.store, ada.id), ["DEFAULT", "Renamed"]);
    let runs = history(&scene.store);
    assert_eq!(runs.len(), 1);
    let event = scene
        .store
        .read(|db| events::get(db, runs[0].event.expect("an event")));
    let event = event.expect("a look").expect("an event");
    assert_eq!(event.source, Source::JustInTime);
    assert_eq!(event.before.expect("before").last_name, "Lovelace");
    assert_eq!(event.after.last_name, "King");
}

#[test]
fn somebody_is_known_by_issuer_and_subject_and_by_nothing_else() {
    let scene = Scene::new();
    scene.sign_in().is(303);
    let ada = scene.known(ADA).expect("she is known").id;
    say(
        &scene,
        &json!({"preferred_username": "grace", "email": "grace@example.org"}),
    );
    scene.sign_in().is(303);
    assert_eq!(scene.known(ADA).expect("the same").id, ada);
    say(
        &scene,
        &json!({"sub": "other", "preferred_username": "grace", "email": "new@example.org"}),
    );
    scene.sign_in().is(303);
    let other = scene.known("other").expect("somebody else");
    assert_ne!(other.id, ada);
    assert_eq!(
        other.profile.username.as_str(),
        "new@example.org",
        "the name was taken"
    );
}

#[test]
fn an_unverified_address_of_somebody_else_asks_for_the_password() {
    let scene = Scene::with(|it| it.links_verified_email = true);
    let ada = resident(&scene.store, "ada");
    say(
        &scene,
        &json!({"sub": "mallory", "preferred_username": "mallory", "email_verified": false}),
    );

    let answer = scene.sign_in().is(303);

    assert_eq!(answer.header("location"), "/sign-on/claim");
    assert!(!is_in(&answer));
    assert!(scene.known("mallory").is_none());
    for wrong in ["guess", "\u{202e}", "<script>"] {
        let page = claim(&scene, wrong).is(422);
        page.says("Check the password").never_says("<script>a");
    }
    for wrong in ["", "x".repeat(5_000).as_str()] {
        claim(&scene, wrong).is(422).says("must have between 1 and");
    }
    assert!(scene.known("mallory").is_none());
    let sessions = scene.store.read(|db| sessions::of_user(db, ada));
    assert!(sessions.expect("a look").is_empty());
    assert!(
        audit(&scene.store)
            .iter()
            .any(|it| it.contains("wrong password"))
    );
}

#[test]
fn a_verified_address_links_only_where_the_connection_allows_it() {
    let scene = Scene::new();
    let ada = resident(&scene.store, "ada");
    let answer = scene.sign_in().is(303);
    assert_eq!(answer.header("location"), "/sign-on/claim");
    assert!(scene.known(ADA).is_none());

    let found = scene
        .store
        .read(|db| connections::get(db, scene.connection));
    let mut spec = found.expect("a look").expect("a connection").spec;
    spec.links_verified_email = true;
    let (id, spec, secret) = (scene.connection, Box::new(spec), SecretChange::Keep);
    done(
        &scene.store,
        Command::from(ConnectionCommand::Update { id, spec, secret }),
    );
    let answer = scene.sign_in().is(303);
    assert!(is_in(&answer));
    assert_eq!(scene.known(ADA).expect("linked").id, ada);
}

#[test]
fn who_shows_the_password_is_linked_and_never_asked_again() {
    let scene = Scene::new();
    let ada = resident(&scene.store, "ada");
    scene.sign_in().is(303);
    claim(&scene, "wrong").is(422);

    let answer = claim(&scene, PASSWORD).is(303);

    assert!(is_in(&answer));
    let known = scene.known(ADA).expect("linked");
    assert_eq!(known.id, ada);
    assert_eq!(
        known.profile.last_name, "Lovelace",
        "the claims count at once"
    );
    scene.browser.get("/sign-on/claim").is(403);
    let answer = scene.sign_in().is(303);
    assert!(is_in(&answer));
}

#[test]
fn guessing_the_password_of_an_account_locks_it_as_everywhere() {
    let mut scene = Scene::new();
    resident(&scene.store, "ada");
    scene.sign_in().is(303);
    for number in 0..10 {
        scene.browser.peer.set_ip([192, 0, 2, 10 + number].into());
        claim(&scene, "guess").is(422);
    }
    scene.browser.peer.set_ip([192, 0, 2, 99].into());
    claim(&scene, PASSWORD).is(422);
    assert!(audit(&scene.store).contains(&"user.lock ada".to_owned()));
    assert!(scene.known(ADA).is_none());
}

#[test]
fn guessing_from_one_address_has_to_wait() {
    let scene = Scene::new();
    resident(&scene.store, "ada");
    scene.sign_in().is(303);
    for _ in 0..7 {
        claim(&scene, "guess").is(422);
    }
    claim(&scene, PASSWORD).is(429);
    scene.browser.clock.advance(chrono::TimeDelta::seconds(61));
    claim(&scene, PASSWORD).is(303);
}

#[test]
fn a_question_belongs_to_one_browser_and_does_not_last() {
    let mut scene = Scene::new();
    resident(&scene.store, "ada");
    scene.sign_in().is(303);
    let page = scene.browser.get("/sign-on/claim").is(200);
    let form = format!(
        "token={}&password={}",
        token(&page.body),
        PASSWORD.replace(' ', "+")
    );

    let cookies = scene.browser.cookies.take();
    scene.browser.get("/sign-on/claim").is(403);
    post(&scene, &form).is(403);
    scene.browser.cookies.replace(cookies);
    post(&scene, "token=x&password=y").is(403);
    post(&scene, "").is(403);
    scene.browser.header("origin", "https://evil.example");
    post(&scene, &form).is(403);
    scene.browser.extra.pop();
    scene.browser.clock.advance(chrono::TimeDelta::minutes(11));
    post(&scene, &form).is(403);
    assert!(scene.known(ADA).is_none());
}

#[test]
fn an_account_that_somebody_of_the_provider_has_is_not_given_to_another_one() {
    let scene = Scene::with(|it| it.links_verified_email = true);
    say(&scene, &json!({"sub": "mallory", "email_verified": false}));
    scene.sign_in().is(303);
    assert!(scene.known("mallory").is_some(), "she came first");
    say(&scene, &json!({"sub": ADA, "email_verified": true}));
    let answer = scene.sign_in().is(303);
    assert_eq!(answer.header("location"), "/sign-on/claim");
    assert!(scene.known(ADA).is_none());
}

#[test]
fn a_disabled_user_is_refused_like_everyone() {
    let scene = Scene::new();
    scene.sign_in().is(303);
    let ada = scene.known(ADA).expect("she is known").id;
    set_enabled(&scene.store, ada, false);
    let answer = scene.sign_in().is(403).says("You could not be signed in");
    assert!(!is_in(&answer));
    answer.never_says("disabled");
    scene.tells("the user ada is disabled");
    set_enabled(&scene.store, ada, true);
    scene.sign_in().is(303);
    done(&scene.store, Command::DeleteUser(ada));
    scene.sign_in().is(403).says("You could not be signed in");
    scene.tells("recycle bin");
}

#[test]
fn an_address_in_doubt_takes_no_place_of_a_good_one() {
    let scene = Scene::new();
    scene.sign_in().is(303);
    say(
        &scene,
        &json!({"email": "boss@example.org", "email_verified": false}),
    );
    scene.sign_in().is(303);
    let ada = scene.known(ADA).expect("she is known");
    assert_eq!(ada.profile.email.as_str(), "ada@example.org");
}

#[test]
fn what_cannot_be_kept_is_left_out_and_keeps_nobody_out() {
    let scene = Scene::with(|it| {
        it.claims
            .insert("phone".to_owned(), "phone_number".to_owned());
    });
    resident(&scene.store, "grace");
    let odd = json!({
        "given_name": "x".repeat(10_000), "phone_number": "a\u{0}b",
        "family_name": "<script>{{7*7}}\u{1f980}",
    });
    say(&scene, &odd);
    scene.sign_in().is(303);
    let ada = scene.known(ADA).expect("she was created");
    assert_eq!(ada.profile.first_name, "");
    assert_eq!(ada.profile.last_name, "<script>{{7*7}}\u{1f980}");

    say(
        &scene,
        &json!({"email": "grace@example.org", "preferred_username": "grace", "given_name": "Ada"}),
    );
    scene.sign_in().is(303);
    let ada = scene.known(ADA).expect("she is known");
    assert_eq!(
        ada.profile.email.as_str(),
        "ada@example.org",
        "the other is Grace's"
    );
    assert_eq!(ada.profile.username.as_str(), "ada");
    assert_eq!(ada.profile.first_name, "Ada");
}

#[test]
fn a_claim_fills_a_custom_attribute() {
    let scene = Scene::new();
    let spec = attribute("team", AttributeKind::Text, true);
    done(&scene.store, Command::CreateAttribute(spec));
    scene.sign_in().is(403);
    scene.tells("team must not be empty");

    let found = scene
        .store
        .read(|db| connections::get(db, scene.connection));
    let mut spec = found.expect("a look").expect("a connection").spec;
    spec.claims.insert("team".to_owned(), "groups".to_owned());
    let (id, spec, secret) = (scene.connection, Box::new(spec), SecretChange::Keep);
    done(
        &scene.store,
        Command::from(ConnectionCommand::Update { id, spec, secret }),
    );
    say(&scene, &json!({"groups": ["engines", "poetry"]}));
    scene.sign_in().is(303);
    let ada = scene.known(ADA).expect("she was created");
    assert_eq!(ada.profile.attributes["team"], "engines, poetry");
}

#[test]
fn what_the_token_lacks_is_asked_of_the_user_info() {
    let scene = Scene::new();
    scene.provider.set(|it| {
        it.claims = json!({"sub": ADA});
        it.user_info = json!({
            "sub": ADA, "preferred_username": "ada", "email": "ada@example.org", "given_name": "Ada",
        });
    });
    scene.sign_in().is(303);
    assert_eq!(scene.provider.asked("/userinfo"), 1);
    let ada = scene.known(ADA).expect("she was created");
    assert_eq!(ada.profile.first_name, "Ada");
}

#[test]
fn user_info_about_somebody_else_is_refused() {
    for other in [
        json!({"sub": "mallory", "email": "ada@example.org"}),
        json!({}),
        json!([]),
    ] {
        let scene = Scene::new();
        scene.provider.set(|it| {
            it.claims = json!({"sub": ADA});
            it.user_info = other;
        });
        let answer = scene.sign_in();
        scene.refuses(answer, "the user info");
    }
}

#[test]
fn an_address_is_not_verified_because_another_one_is() {
    let scene = Scene::with(|it| it.links_verified_email = true);
    resident(&scene.store, "ada");
    scene.provider.set(|it| {
        it.claims = json!({"sub": "mallory", "email": "ada@example.org"});
        it.user_info = json!({"sub": "mallory", "email": "m@example.org", "email_verified": true});
    });
    let answer = scene.sign_in().is(303);
    assert_eq!(answer.header("location"), "/sign-on/claim");
}

#[test]
fn somebody_without_an_address_is_refused() {
    let scene = Scene::new();
    scene.provider.set(|it| {
        it.claims = json!({"sub": ADA, "preferred_username": "ada"});
        it.user_info = json!({"sub": ADA});
    });
    let answer = scene.sign_in();
    scene.refuses(answer, "names no email address");
    say(&scene, &json!({"email": "no address"}));
    let answer = scene.sign_in();
    scene.refuses(answer, "names no email address");
}

#[test]
fn the_user_info_that_does_not_answer_is_told_with_a_way_to_try_again() {
    let scene = Scene::new();
    scene.provider.set(|it| {
        it.claims = json!({"sub": ADA});
        it.mood.insert("/userinfo", Mood::Status(500));
    });
    scene.sign_in().is(503).says("does not answer");
    assert!(scene.known(ADA).is_none());
}

#[test]
fn who_has_a_second_factor_shows_it_after_the_provider() {
    let scene = Scene::new();
    scene.sign_in().is(303);
    let ada = scene.known(ADA).expect("she is known").id;
    let write = move |tx: &tenure::store::Tx<'_>| {
        let secret: &[u8] = b"12345678901234567890";
        tenure::store::credentials::set_totp(tx, ada, Some((secret, 1)), crate::support::noon())
    };
    scene.store.write(write).expect("a second factor");
    let answer = scene.sign_in().is(303);
    assert_eq!(answer.header("location"), "/sign-in/code");
}

#[test]
fn two_tabs_at_once_make_one_user() {
    let scene = Scene::new();
    let sent = scene.begin().is(303);
    let one = scene.provider.sign_in(sent.header("location"));
    let sent = scene.begin().is(303);
    let two = scene.provider.sign_in(sent.header("location"));
    let mut twin = scene.browser.other();
    twin.header("host", "tenure.test:8480");
    twin.cookies = scene.browser.cookies.clone();
    std::thread::scope(|scope| {
        let second = scope.spawn(move || twin.get(&two));
        scene.browser.get(&one).is(303);
        second.join().expect("no panic").is(303);
    });
    let count = scene.store.read(users::count);
    assert_eq!(count.expect("a count"), 1);
}
