//! What an admin does to somebody's account: the lock, the password, the second factor, the sessions.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    command::{Command, password},
    model::{
        event::{Event, Source},
        id::UserId,
        settings::Settings,
        task::Action,
        user::{MfaMethod, Status},
    },
    store::{Store, credentials, events, sessions},
    ui::Route,
};

use super::hands::{
    self, Window, click, copy_with, must_say, open_row, press, press_named, says, window_at,
};
use crate::{
    people::{locked, signed_in, user, with_password, with_second_factor},
    support::{activated, admitted, always, audit, done, group, history, on_update, store},
};

/// A store with ada, who has a password.
fn with_ada() -> (Store, UserId) {
    let store = store();
    let ada = admitted(&store, "ada");
    with_password(&store, ada);
    (store, ada)
}

/// The drawer of ada.
fn drawer(store: &Store) -> Window {
    let mut window = window_at(store, Route::Users);
    open_row(&mut window, "ada");
    window
}

#[track_caller]
fn is_pressable(window: &Window, name: &str) -> bool {
    let button = window.get_by_role_and_label(Role::Button, name);
    !button.accesskit_node().is_disabled()
}

#[test]
fn a_lock_says_how_long_it_lasts_and_is_ended() {
    let (store, ada) = with_ada();
    locked(&store, ada);
    let mut window = drawer(&store);
    must_say(&window, "Locked until 24 Dec 2030, 12:15");
    click(&mut window, "Unlock");
    must_say(&window, "ada was unlocked");
    assert_eq!(user(&store, ada).status, Status::Active);
    assert!(!says(&window, "Locked until"));
    assert!(audit(&store).contains(&"user.unlock ada".to_owned()));
}

#[test]
fn how_somebody_signs_in_is_shown() {
    let (store, ada) = with_ada();
    let mut settings = Settings::clone(&store.config().expect("a configuration").settings);
    settings.password.expiry_days = 90;
    done(&store, Command::SaveSettings(Box::new(settings)));
    with_second_factor(&store, ada);
    let window = drawer(&store);
    for text in [
        "Set 24 Dec 2030, 12:00, today; expires 24 Mar 2031, 12:00",
        "Authenticator app",
        "10 left",
        "from 192.0.2.7: set-up",
    ] {
        must_say(&window, text);
    }
}

#[test]
fn what_cannot_be_done_now_is_grey_and_says_why() {
    let store = store();
    admitted(&store, "ada");
    let window = drawer(&store);
    must_say(&window, "No password yet");
    must_say(&window, "Signed in nowhere");
    for name in [
        "Require a password change",
        "Remove the second factor…",
        "Sign out everywhere",
    ] {
        assert!(!is_pressable(&window, name), "{name}");
    }
    assert!(is_pressable(&window, "Reset the password…"));
}

#[test]
fn a_password_is_typed_twice_and_checked_by_policy_and_history() {
    let (store, ada) = with_ada();
    let old = password::choose(&store, ada, "correct horse battery", false).expect("a password");
    let reset = Command::ResetPassword {
        user: ada,
        password: old,
    };
    done(&store, reset);
    let mut window = drawer(&store);
    press_named(&mut window, "Reset the password…");
    assert!(!is_pressable(&window, "Reset password"), "nothing is typed");

    let enter = |window: &mut Window, first: &str, second: &str| {
        hands::retype(window, "New password", first);
        hands::retype(window, "The same again", second);
        click(window, "Reset password");
    };
    enter(&mut window, "the tide comes twice", "the tide comes once");
    must_say(&window, "This is another one: type the same twice");
    enter(&mut window, "short", "short");
    must_say(&window, "Password does not meet these rules");
    enter(
        &mut window,
        "correct horse battery",
        "correct horse battery",
    );
    must_say(&window, "is one of your last 5: choose another one");
    enter(&mut window, "the tide comes twice", "the tide comes twice");

    must_say(&window, "The password of ada was reset");
    assert!(!says(&window, "The same again"), "the dialog is gone");
    assert!(user(&store, ada).must_change_password);
    let known = store.read(|db| credentials::get(db, ada)).expect("a look");
    assert!(password::verify(
        known.password_hash.as_deref(),
        "the tide comes twice"
    ));
}

#[test]
fn a_generated_password_is_shown_once_and_copied() {
    let store = store();
    let ada = admitted(&store, "ada");
    let mut window = drawer(&store);
    click(&mut window, "Set a password…");
    hands::pick(&mut window, "Generate it");
    hands::pick(&mut window, "Has to change it at the next sign-in");
    click(&mut window, "Reset password");
    must_say(&window, "It is shown only now");
    let password = copy_with(&mut window, "Copy new password");
    assert_eq!(password.len(), 20);
    must_say(&window, &password);
    must_say(&window, "Copied");
    click(&mut window, "Done");
    assert!(!says(&window, &password));

    let ada = user(&store, ada);
    assert_eq!(ada.status, Status::Active);
    assert!(!ada.must_change_password);
    let known = store.read(|db| credentials::get(db, ada.id));
    let hash = known.expect("a look").password_hash;
    assert!(password::verify(hash.as_deref(), &password));
}

#[test]
fn escape_leaves_the_dialog_and_nothing_is_changed() {
    let (store, ada) = with_ada();
    let before = user(&store, ada);
    let mut window = drawer(&store);
    press_named(&mut window, "Reset the password…");
    hands::type_into(&mut window, "New password", "the tide comes twice");
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "The same again"));
    assert_eq!(user(&store, ada), before);
}

#[test]
fn a_password_that_was_changed_meanwhile_is_not_overwritten() {
    let (store, ada) = with_ada();
    let chosen = password::choose(&store, ada, "the tide comes twice", false);
    with_password(&store, ada);
    let reset = Command::ResetPassword {
        user: ada,
        password: chosen.expect("a password"),
    };
    let later = crate::support::noon() + chrono::TimeDelta::seconds(1);
    let again = Command::ResetPassword {
        user: ada,
        password: tenure::model::user::NewPassword {
            hash: "$argon2id$".to_owned(),
            replaces: user(&store, ada).password_changed,
            must_change: false,
        },
    };
    let actor = crate::support::grace();
    tenure::command::apply(&store, &actor, again, later).expect("the first one");
    let refused = tenure::command::apply(&store, &actor, reset, later).expect_err("a refusal");
    assert!(refused.to_string().contains("in the meantime"), "{refused}");
}

#[test]
fn another_password_is_required() {
    let (store, ada) = with_ada();
    signed_in(&store, ada, "Lynx");
    let mut window = drawer(&store);
    press_named(&mut window, "Require a password change");
    must_say(
        &window,
        "ada has to choose another password at the next sign-in",
    );
    must_say(&window, "Choose another password");
    assert!(user(&store, ada).must_change_password);
    assert_eq!(
        store.read(|db| sessions::of_user(db, ada)).expect("a look"),
        []
    );
    assert!(!is_pressable(&window, "Require a password change"));
}

#[test]
fn a_second_factor_is_removed_only_after_asking() {
    let (store, ada) = with_ada();
    with_second_factor(&store, ada);
    let mut window = drawer(&store);
    press_named(&mut window, "Remove the second factor…");
    must_say(&window, "Remove the second factor of ada?");
    must_say(&window, "ada signs in with the password alone then");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(user(&store, ada).mfa.contains(&MfaMethod::Totp));
    press_named(&mut window, "Remove the second factor…");
    click(&mut window, "Remove");
    must_say(&window, "The second factor of ada was removed");
    assert!(user(&store, ada).mfa.is_empty());
    assert!(!is_pressable(&window, "Remove the second factor…"));
}

#[test]
fn somebody_is_signed_out_everywhere() {
    let (store, ada) = with_ada();
    for number in 0..7 {
        signed_in(&store, ada, &format!("Browser {number}"));
    }
    let mut window = drawer(&store);
    must_say(&window, "Signed in in 7 browsers");
    must_say(&window, "and 2 more");
    press_named(&mut window, "Sign out everywhere");
    must_say(&window, "ada was signed out everywhere");
    must_say(&window, "Signed in nowhere");
    assert_eq!(
        store.read(|db| sessions::of_user(db, ada)).expect("a look"),
        []
    );
}

#[test]
fn a_name_from_elsewhere_is_shown_and_no_field() {
    let (store, ada) = with_ada();
    let update = tenure::model::user::UserUpdate {
        external_id: Some(Some("00u1\u{202e}ab".to_owned())),
        ..Default::default()
    };
    done(&store, Command::update(ada, update, Source::Api));
    let window = drawer(&store);
    must_say(&window, "External id");
    must_say(&window, "00u1");
    assert!(
        !hands::texts(&window)
            .iter()
            .any(|it| it.contains('\u{202e}'))
    );
}

#[test]
fn the_palette_does_the_same() {
    let (store, ada) = with_ada();
    locked(&store, ada);
    let mut window = drawer(&store);
    press(&mut window, Modifiers::COMMAND, Key::K);
    window.event(egui::Event::Text("Unlock the user".to_owned()));
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.run();
    must_say(&window, "ada was unlocked");
    assert_eq!(user(&store, ada).status, Status::Active);

    hands::go(&mut window, Route::History);
    press(&mut window, Modifiers::COMMAND, Key::K);
    window.event(egui::Event::Text("Sign out everywhere".to_owned()));
    window.run();
    let line = window.get_by_role_and_label(Role::ListBoxOption, "Sign out everywhere");
    let why = line.accesskit_node().description();
    assert_eq!(why.as_deref(), Some("Open a user first"));
}

/// The event that has started the only execution.
fn only_event(store: &Store) -> Event {
    let all = history(store);
    let [execution] = &all[..] else {
        panic!("one execution, not {all:?}");
    };
    let event = store.read(|db| events::get(db, execution.event.expect("an event")));
    event.expect("a look").expect("an event")
}

#[test]
fn an_edit_by_an_admin_starts_a_workflow_and_ends_in_the_history_with_before_and_after() {
    let (store, ada) = with_ada();
    let staff = always(Action::AssignGroup, vec![group(&store, "Staff")]);
    activated(&store, "Movers", on_update(None, vec![staff]));
    let mut window = drawer(&store);
    hands::retype(&mut window, "Last name", "Lovelace");
    click(&mut window, "Save");
    must_say(&window, "ada was saved: 1 workflow ran");

    let event = only_event(&store);
    assert_eq!(
        (event.source, event.user),
        (Source::AdminDetails, Some(ada))
    );
    assert_eq!(event.before.expect("before").last_name, "");
    assert_eq!(event.after.last_name, "Lovelace");
    click(&mut window, "Show");
    assert!(matches!(window.state().route(), Route::Execution(_)));
    must_say(&window, "Admin Personal Details");
    must_say(&window, "Lovelace");
}

#[test]
fn a_second_factor_removed_by_an_admin_ends_in_the_history_with_before_and_after() {
    let (store, ada) = with_ada();
    with_second_factor(&store, ada);
    let staff = always(Action::AssignGroup, vec![group(&store, "Staff")]);
    activated(&store, "Movers", on_update(None, vec![staff]));
    let mut window = drawer(&store);
    press_named(&mut window, "Remove the second factor…");
    click(&mut window, "Remove");
    must_say(
        &window,
        "The second factor of ada was removed: 1 workflow ran",
    );

    let event = only_event(&store);
    assert_eq!((event.source, event.user), (Source::AdminMfa, Some(ada)));
    assert!(event.before.expect("before").mfa.contains(&MfaMethod::Totp));
    assert!(event.after.mfa.is_empty());
    click(&mut window, "Show");
    must_say(&window, "Admin MFA Method");
}

#[test]
fn a_workflow_that_failed_is_told_with_the_others() {
    let (store, _) = with_ada();
    let staff = group(&store, "Staff");
    let gone = group(&store, "Gone");
    let assign = |target| on_update(None, vec![always(Action::AssignGroup, vec![target])]);
    activated(&store, "A", assign(staff));
    activated(&store, "B", assign(gone.clone()));
    let id = tenure::model::id::GroupId::new(gone.id.expect("a number"));
    done(&store, Command::DeleteGroup(id));
    let mut window = drawer(&store);
    click(&mut window, "Disable");
    must_say(&window, "ada was disabled: 2 workflows ran, 1 failed");
    click(&mut window, "Show");
    must_say(&window, "“Gone” no longer exists");
}
