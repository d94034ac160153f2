//! The Connections screen: providers through which people sign in.

use egui::{Key, Modifiers};
use tenure::{
    command::{Command, ConnectionCommand, Reply},
    model::{
        attribute::{AttributeKind, AttributeSpec},
        connection::{Connection, ConnectionSpec, Identity, Origin},
        id::ConnectionId,
    },
    store::{Store, connections},
    ui::Route,
};

use super::hands::{
    self, Window, click, copy_with, must_say, open_row, press, press_named, retype, says, window_at,
};
use crate::support::{admitted, audit, done, store};

const ISSUER: &str = "https://login.example.org";

fn screen(store: &Store) -> Window {
    window_at(store, Route::Connections)
}

fn connected(store: &Store, name: &str) -> ConnectionId {
    let create = Command::from(ConnectionCommand::Create {
        spec: Box::new(ConnectionSpec::new(name, ISSUER, "tenure")),
        secret: Some(tenure::model::connection::ClientSecret::new("s3cret").expect("a secret")),
    });
    match done(store, create) {
        Reply::Connection(id) => id,
        other => panic!("not created: {other:?}"),
    }
}

fn all(store: &Store) -> Vec<Connection> {
    store.read(connections::all).expect("a look")
}

fn secret(store: &Store, id: ConnectionId) -> Option<String> {
    let secret = store
        .read(|db| connections::secret(db, id))
        .expect("a look");
    secret.map(|it| it.reveal().to_owned())
}

#[test]
fn a_connection_is_made_with_what_most_providers_need() {
    let store = store();
    let mut window = screen(&store);
    must_say(&window, "No connections yet");
    click(&mut window, "Add the first connection");
    hands::type_into(&mut window, "Name", "Acme");
    hands::type_into(&mut window, "Issuer", ISSUER);
    hands::type_into(&mut window, "Client id", "tenure");
    hands::type_into(&mut window, "Client secret", "s3cret");
    click(&mut window, "Create connection");
    must_say(&window, "Acme was created");

    let made = all(&store).remove(0);
    assert_eq!(made.spec.issuer, ISSUER);
    assert_eq!(made.spec.scopes, ["profile", "email"]);
    assert_eq!(made.spec.button, "Sign in with Acme");
    assert!(made.spec.is_enabled && !made.spec.links_verified_email);
    assert_eq!(secret(&store, made.id).as_deref(), Some("s3cret"));
    must_say(&window, ISSUER);
    must_say(&window, "Enabled");
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    let store = store();
    connected(&store, "Taken");
    let mut window = screen(&store);
    click(&mut window, "New connection");
    click(&mut window, "Create connection");
    must_say(&window, "The name must not be empty");
    hands::type_into(&mut window, "Name", "taken");
    hands::type_into(&mut window, "Issuer", "http://login.example.org");
    hands::type_into(&mut window, "Client id", "tenure");
    click(&mut window, "Create connection");
    must_say(&window, "must begin with https://");
    retype(&mut window, "Issuer", ISSUER);
    assert!(!says(&window, "must begin with https://"));
    click(&mut window, "Create connection");
    must_say(&window, "There is already a connection named “taken”");
    retype(&mut window, "Name", "Acme");
    retype(&mut window, "Client secret", "ge\u{202e}heim");
    click(&mut window, "Create connection");
    must_say(&window, "is not one that a provider gives out");
    assert_eq!(all(&store).len(), 1);
}

#[test]
fn the_secret_is_never_shown_and_kept_when_nothing_is_typed() {
    let store = store();
    let id = connected(&store, "Acme");
    let mut window = screen(&store);
    open_row(&mut window, "Acme");
    must_say(&window, "Leave it empty to keep it");
    assert!(!says(&window, "s3cret"));
    press_named(&mut window, "Link by verified email");
    click(&mut window, "Save");
    assert!(all(&store)[0].spec.links_verified_email);
    assert_eq!(secret(&store, id).as_deref(), Some("s3cret"));

    open_row(&mut window, "Acme");
    press_named(&mut window, "Forget the secret that is kept");
    click(&mut window, "Save");
    assert_eq!(secret(&store, id), None);
    assert!(!audit(&store).concat().contains("s3cret"));
}

#[test]
fn a_secret_does_not_follow_to_another_issuer() {
    let store = store();
    let id = connected(&store, "Acme");
    let mut window = screen(&store);
    open_row(&mut window, "Acme");
    retype(&mut window, "Issuer", "https://evil.example");
    click(&mut window, "Save");
    must_say(&window, "enter the secret again");
    assert_eq!(all(&store)[0].spec.issuer, ISSUER);
    hands::type_into(&mut window, "Client secret", "other");
    click(&mut window, "Save");
    assert_eq!(secret(&store, id).as_deref(), Some("other"));
}

#[test]
fn claims_are_added_changed_and_removed() {
    let store = store();
    let team = AttributeSpec {
        name: "team".to_owned(),
        label: "Team".to_owned(),
        kind: AttributeKind::Text,
        is_required: false,
        is_on_sign_up: false,
    };
    done(&store, Command::CreateAttribute(team));
    connected(&store, "Acme");
    let mut window = screen(&store);
    open_row(&mut window, "Acme");
    hands::add_claim(&mut window, "Team");
    hands::type_into(&mut window, "Claim for Team", "groups");
    retype(&mut window, "Claim for Username", "upn");
    press_named(&mut window, "Remove the claim for First name");
    assert!(
        !hands::has_button(&window, "Remove the claim for Email"),
        "it is needed"
    );
    click(&mut window, "Save");
    let claims = all(&store).remove(0).spec.claims;
    assert_eq!(claims["team"], "groups");
    assert_eq!(claims["username"], "upn");
    assert!(!claims.contains_key("first_name"));
}

#[test]
fn the_redirect_uri_is_copied() {
    let store = store();
    let mut window = screen(&store);
    click(&mut window, "Add the first connection");
    let expected = "http://127.0.0.1:8480/sign-on/callback";
    assert_eq!(copy_with(&mut window, "Copy redirect URI"), expected);
    must_say(&window, expected);
}

#[test]
fn a_test_says_in_plain_words_what_is_wrong() {
    let store = store();
    let mut window = screen(&store);
    click(&mut window, "Add the first connection");
    // Nobody listens on the port of the multiplexer of 1988.
    hands::type_into(&mut window, "Issuer", "http://127.0.0.1:1");
    press_named(&mut window, "Test");
    must_say(&window, "This does not work yet");
    must_say(&window, "Nothing answers at 127.0.0.1");
    retype(&mut window, "Issuer", ISSUER);
    assert!(
        !says(&window, "This does not work yet"),
        "that was another one"
    );
}

#[test]
fn deleting_says_who_signs_in_through_it() {
    let store = store();
    let id = connected(&store, "Acme");
    let ada = admitted(&store, "ada");
    let origin = Origin {
        identity: Identity::new(ISSUER, "0815").expect("a subject"),
        connection: id,
    };
    let link = Command::from(ConnectionCommand::LinkIdentity {
        user: ada,
        origin: Box::new(origin),
        proof: "as tested",
    });
    done(&store, link);
    let mut window = screen(&store);
    open_row(&mut window, "Acme");
    press_named(&mut window, "Delete connection");
    must_say(&window, "ada signs in through it.");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(all(&store).len(), 1);
    press_named(&mut window, "Delete connection");
    click(&mut window, "Delete");
    must_say(&window, "Acme was deleted");
    assert_eq!(all(&store), []);

    hands::go(&mut window, Route::Users);
    open_row(&mut window, "ada");
    must_say(&window, "https://login.example.org, as 0815");
}

#[test]
fn leaving_the_drawer_with_changes_asks() {
    let store = store();
    let mut window = screen(&store);
    click(&mut window, "Add the first connection");
    hands::type_into(&mut window, "Name", "Acme");
    click(&mut window, "Close drawer");
    must_say(&window, "Discard your changes?");
    press(&mut window, Modifiers::NONE, Key::Escape);
    must_say(&window, "Create connection");
    click(&mut window, "Close drawer");
    click(&mut window, "Discard");
    assert!(!says(&window, "Create connection"));
}
