//! What people do with their own account, and what others try with it.

mod code;
mod crowds;
mod forms;
mod pages;
mod password;
mod profile;
mod second_factor;
mod sessions;
mod sign_in;

use std::sync::LazyLock;

use axum::http::header::SET_COOKIE;
use tenure::{
    command::{Command, NewUser, Registered, password as hashing},
    model::{event::Source, id::UserId, user::User},
    store::{Store, users},
};
use totp_rs::{Builder, Secret};

use super::{Answer, Visitor, encoded, token};
use crate::support::{newcomer, register_as, store};

const PASSWORD: &str = "correct horse battery";
const ANOTHER: &str = "staple of batteries";
const RIGHT: [(&str, &str); 2] = [("username", "ada"), ("password", PASSWORD)];
const WRONG: [(&str, &str); 2] = [("username", "ada"), ("password", "something else")];

/// Made once: hashing takes long.
static HASH: LazyLock<String> = LazyLock::new(|| hashing::hash(PASSWORD).expect("a hash"));

/// Somebody with the usual password.
fn person(store: &Store, username: &str) -> UserId {
    let new = NewUser {
        password_hash: Some(HASH.clone()),
        ..newcomer(username, Source::AdminPortal)
    };
    match register_as(store, new) {
        Ok(Registered::Created { user, .. }) => user,
        other => panic!("{username} was not created: {other:?}"),
    }
}

/// Ada, and a browser in which she has not been yet.
fn ada() -> (Store, UserId, Visitor) {
    let store = store();
    let ada = person(&store, "ada");
    let browser = Visitor::of(&store);
    (store, ada, browser)
}

/// Ada, signed in.
fn signed_in() -> (Store, UserId, Visitor) {
    let (store, ada, browser) = ada();
    browser.signs_in();
    (store, ada, browser)
}

fn user(store: &Store, id: UserId) -> User {
    let found = store.read(|db| users::get(db, id)).expect("a look");
    found.expect("the user")
}

/// The code that an app with this secret (Base32) shows at the browser's time, or so many steps
/// away.
fn code_at(browser: &Visitor, secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).expect("Base32");
    let totp = Builder::new().with_secret(secret).build_noncompliant();
    let seconds = browser.clock.now().timestamp() + 30 * steps;
    totp.generate(seconds.unsigned_abs()).to_string()
}

impl Visitor {
    /// Opens a page, and sends its form with these fields and what is hidden in it.
    fn fill(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(path).is(200);
        self.send_form(&page, fields)
    }

    /// Sends the form of a page.
    fn send_form(&self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let (action, form) = page.form();
        let hidden = hidden(&form);
        let mut all: Vec<(&str, &str)> = hidden
            .iter()
            .filter(|(name, _)| name != "token")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        for (name, value) in fields {
            all.retain(|(it, _)| it != name);
            all.push((name, value));
        }
        self.post_to(&action, encoded(&token(&form), &all))
    }

    fn signs_in(&self) -> Answer {
        let answer = self.fill("/sign-in", &RIGHT).is(303);
        assert_eq!(answer.header("location"), "/account/profile");
        answer
    }

    fn is_signed_in(&self) -> bool {
        self.get("/account/profile").status == 200
    }

    fn session(&self) -> Option<String> {
        self.cookies.borrow().get("tenure_session").cloned()
    }

    /// Sets up an authenticator app; returns its secret, and the recovery codes.
    fn enrols(&self) -> (String, Vec<String>) {
        let begun = self.fill("/account/security/app", &[("current_password", PASSWORD)]);
        assert_eq!(begun.is(303).header("location"), CONFIRM);
        let page = self.get(CONFIRM).is(200);
        let secret = page.secret();
        let code = code_at(self, &secret, 0);
        let page = self.send_form(&page, &[("code", &code)]).is(200);
        (secret, page.codes())
    }
}

const CONFIRM: &str = "/account/security/app/confirm";

impl Answer {
    /// The form that the page is about: where it goes, and what is in it.
    fn form(&self) -> (String, String) {
        let (before, after) = self
            .body
            .split_once("novalidate data-checked>")
            .expect("a form");
        let (_, action) = before.rsplit_once("action=\"").expect("an action");
        let (action, _) = action.split_once('"').expect("an end");
        let (form, _) = after.split_once("</form>").expect("an end");
        (plain(action), form.to_owned())
    }

    /// That of the app that is being set up.
    fn secret(&self) -> String {
        let (_, rest) = self.body.split_once("role=\"group\">").expect("a secret");
        let (secret, _) = rest.split_once('<').expect("an end");
        secret.replace(' ', "")
    }

    fn codes(&self) -> Vec<String> {
        let parts = self.body.split("<code>").skip(1);
        let codes = parts.filter_map(|it| it.split('<').next());
        codes.map(str::to_owned).collect()
    }

    fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.headers.get_all(SET_COOKIE).iter();
        let mut cookies = cookies.map(|it| it.to_str().expect("letters").to_owned());
        cookies.find(|it| it.starts_with(&format!("{name}=")))
    }

    /// Without what is different each time.
    fn without_tokens(&self) -> String {
        let parts = self.body.split("name=\"token\" value=\"");
        parts
            .map(|it| it.split_once('"').map_or(it, |(_, rest)| rest))
            .collect()
    }

    #[track_caller]
    fn leads_to(self, path: &str) -> Self {
        let answer = self.is(303);
        assert_eq!(answer.header("location"), path);
        answer
    }
}

fn hidden(form: &str) -> Vec<(String, String)> {
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    let pair = |input: &str| {
        let (name, rest) = input.split_once("\" value=\"")?;
        let (value, _) = rest.split_once('"')?;
        Some((name.to_owned(), plain(value)))
    };
    inputs.filter_map(pair).collect()
}

fn plain(escaped: &str) -> String {
    escaped
        .replace("&#x2f;", "/")
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// A command that an admin gives.
fn admin(store: &Store, command: Command) {
    crate::support::done(store, command);
}
