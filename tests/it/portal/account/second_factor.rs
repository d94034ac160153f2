//! An authenticator app: set up, used, replaced, removed, and what that starts.

use tenure::{
    command::Command,
    model::{event::Source, execution::Status, task::Action, user::MfaMethod},
    store::{credentials, events, members},
};

use super::{CONFIRM, PASSWORD, RIGHT, admin, code_at, signed_in, user};
use crate::support::{activated, always, audit, group, history, on_update};

#[test]
fn a_second_factor_starts_a_workflow_and_history_has_before_and_after() {
    let (store, id, browser) = signed_in();
    let safe = always(Action::AssignGroup, vec![group(&store, "Safe")]);
    activated(&store, "Safer", on_update(None, vec![safe]));

    let (_, codes) = browser.enrols();

    assert_eq!(codes.len(), 10);
    let [run] = history(&store).try_into().expect("one execution");
    assert_eq!((run.status, run.user), (Status::Succeeded, Some(id)));
    let event = store.read(|db| events::get(db, run.event.expect("an event")));
    let event = event.expect("a look").expect("its event");
    assert_eq!(event.source, Source::EndUserMfa);
    assert!(event.before.expect("a state").mfa.is_empty());
    assert!(event.after.mfa.contains(&MfaMethod::Totp));
    let groups = store.read(|db| members::groups_of(db, id)).expect("groups");
    assert!(groups.values().any(|it| it == "Safe"));

    browser
        .fill(
            "/account/security/app/remove",
            &[("current_password", PASSWORD)],
        )
        .leads_to("/account/security?done=removed");
    let runs = history(&store);
    assert_eq!(runs.len(), 2);
    let event = store.read(|db| events::get(db, runs[1].event.expect("an event")));
    let event = event.expect("a look").expect("its event");
    assert!(event.after.mfa.is_empty());
}

#[test]
fn setting_up_takes_the_password_and_the_first_code() {
    let (store, id, browser) = signed_in();
    browser.get(CONFIRM).leads_to("/account/security/app");
    let app = "/account/security/app";
    for wrong in ["", "something else"] {
        browser.fill(app, &[("current_password", wrong)]).is(422);
    }
    browser
        .fill(app, &[("current_password", PASSWORD)])
        .leads_to(CONFIRM);
    let page = browser.get(CONFIRM).is(200);
    let secret = page.secret();
    assert_eq!(secret.len(), 32, "160 bits in Base32");
    let page = page
        .says("<svg")
        .says("otpauth:&#x2f;&#x2f;totp&#x2f;")
        .says(&secret);
    let right = code_at(&browser, &secret, 0);
    let old = code_at(&browser, &secret, -3);
    let mut page = page;
    for wrong in ["", "000000x", "12345", "' OR 1=1", &old, "٠٠٠٠٠٠"] {
        let answer = browser.send_form(&page, &[("code", wrong)]).is(422);
        page = answer.says("is not the one that the app shows now");
        assert_eq!(page.secret(), secret, "the picture stays");
    }
    assert!(user(&store, id).mfa.is_empty());
    let spaced = format!(" {} {} ", &right[..3], &right[3..]);
    let done = browser.send_form(&page, &[("code", &spaced)]).is(200);
    let done = done
        .says("They are shown only now")
        .says("download=\"recovery-codes.txt\"");
    assert_eq!(done.codes().len(), 10);
    assert!(user(&store, id).mfa.contains(&MfaMethod::Totp));
    browser
        .get("/account/security")
        .says("Set up.")
        .says("10 are left.");
    browser.get(CONFIRM).leads_to(app);
    browser.get(app).leads_to("/account/security");
}

#[test]
fn setting_up_ends_other_sessions() {
    let (_store, _ada, browser) = signed_in();
    let elsewhere = browser.other();
    elsewhere.signs_in();
    browser.enrols();
    assert!(browser.is_signed_in());
    assert!(!elsewhere.is_signed_in());
}

#[test]
fn the_secret_is_only_shown_in_the_session_that_sets_it_up() {
    let (_store, _ada, browser) = signed_in();
    browser
        .fill("/account/security/app", &[("current_password", PASSWORD)])
        .is(303);
    let elsewhere = browser.other();
    elsewhere.signs_in();
    elsewhere.get(CONFIRM).leads_to("/account/security/app");
}

#[test]
fn new_recovery_codes_take_the_place_of_the_old_ones() {
    let (store, id, browser) = signed_in();
    let (_, old) = browser.enrols();
    let path = "/account/security/codes";
    browser
        .fill(path, &[("current_password", "wrong")])
        .is(422)
        .says("is not right");
    let page = browser
        .fill(path, &[("current_password", PASSWORD)])
        .is(200);
    let new = page.says("The old ones do not work any more").codes();
    assert!(new.iter().all(|it| !old.contains(it)));
    let sign_in = |code: &str| {
        let phone = browser.other();
        phone.fill("/sign-in", &RIGHT).leads_to("/sign-in/code");
        phone.fill("/sign-in/code", &[("code", code)])
    };
    sign_in(&old[0]).is(422);
    sign_in(&new[0].to_uppercase().replace('-', " ")).leads_to("/account/profile");
    sign_in(&new[0]).is(422);
    let left = store.read(|db| credentials::count_recovery_codes(db, id));
    assert_eq!(left.expect("a count"), 9);
    browser.get("/account/security").says("9 are left.");
    assert!(audit(&store).contains(&"user.use_recovery_code ada".to_owned()));
}

#[test]
fn who_has_no_app_has_no_codes_and_nothing_to_remove() {
    let (_store, _ada, browser) = signed_in();
    browser
        .get("/account/security/codes")
        .leads_to("/account/security");
    browser
        .get("/account/security/app/remove")
        .leads_to("/account/security");
}

#[test]
fn who_has_lost_everything_is_helped_by_an_admin() {
    let (store, id, browser) = signed_in();
    browser.enrols();
    let source = Source::AdminMfa;
    admin(&store, Command::RemoveMfa { user: id, source });
    let phone = browser.other();
    phone.fill("/sign-in", &RIGHT).leads_to("/account/profile");
}

#[test]
fn what_the_app_is_told_holds_names_of_any_kind() {
    let (store, _ada, browser) = signed_in();
    for name in [
        "Acme: Sons & \"Daughters\"",
        "<script>",
        "株式会社テニュア",
        &"x".repeat(255),
        &"é".repeat(255),
    ] {
        let branded = crate::portal::settings(|it| it.branding.name = name.to_owned());
        admin(&store, Command::SaveSettings(Box::new(branded)));
        browser
            .fill("/account/security/app", &[("current_password", PASSWORD)])
            .is(303);
        browser
            .get(CONFIRM)
            .is(200)
            .says("<svg")
            .never_says("<script>");
    }
}
