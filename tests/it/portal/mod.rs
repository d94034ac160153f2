//! The web pages, asked the way a browser or an attacker asks.

mod account;
mod answers;
mod connections;
mod faults;
mod forms;
mod scim;
mod sign_on;
mod signup;

use std::{cell::RefCell, collections::BTreeMap, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{
        HeaderMap, Method, Request, StatusCode,
        header::{CONTENT_TYPE, COOKIE, SET_COOKIE},
    },
};
use tenure::{
    clock::Clock,
    model::{
        attribute::{AttributeKind, AttributeSpec},
        settings::{PortalSettings, Settings},
        user,
    },
    portal::{self, Site},
    store::{Store, users},
};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::support::{noon, store};

const PASSWORD: &str = "correct horse battery";

/// Somebody with a browser.
struct Visitor {
    runtime: Arc<Runtime>,
    router: Router,
    clock: Clock,
    peer: SocketAddr,
    cookies: RefCell<BTreeMap<String, String>>,
    extra: Vec<(String, String)>,
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Visitor {
    fn of(store: &Store) -> Self {
        Self::with(store, &PortalSettings::default())
    }

    fn with(store: &Store, settings: &PortalSettings) -> Self {
        let clock = Clock::manual(noon());
        Self {
            runtime: Arc::new(Runtime::new().expect("threads")),
            router: portal::router(Site::new(store.clone(), clock.clone(), settings)),
            clock,
            peer: "192.0.2.1:4711".parse().expect("an address"),
            cookies: RefCell::default(),
            extra: Vec::new(),
        }
    }

    /// Another browser on the same site.
    fn other(&self) -> Self {
        Self {
            runtime: Arc::clone(&self.runtime),
            router: self.router.clone(),
            clock: self.clock.clone(),
            peer: self.peer,
            cookies: RefCell::default(),
            extra: Vec::new(),
        }
    }

    /// Sends a header with every request.
    fn header(&mut self, name: &str, value: &str) {
        self.extra.push((name.to_owned(), value.to_owned()));
    }

    fn ask(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await;
            let (parts, body) = response.expect("a router always answers").into_parts();
            (parts, to_bytes(body, 10_000_000).await)
        });
        let (parts, bytes) = (answer.0, answer.1.expect("a body"));
        self.keep_cookies(&parts.headers);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("letters");
            let (pair, attributes) = cookie.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a name");
            if attributes.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                let mut cookies = self.cookies.borrow_mut();
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn request(&self, method: Method, path: &str, body: impl Into<Body>) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path);
        let cookies = self.cookies.borrow();
        let pairs = cookies
            .iter()
            .map(|(name, value)| format!("; {name}={value}"));
        let cookies: String = pairs.collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, format!("a=b{cookies}"));
        }
        for (name, value) in &self.extra {
            request = request.header(name, value);
        }
        request.body(body.into()).expect("a request")
    }

    fn get(&self, path: &str) -> Answer {
        self.ask(self.request(Method::GET, path, ""))
    }

    fn post(&self, body: impl Into<Body>) -> Answer {
        self.post_to("/signup", body)
    }

    fn post_to(&self, path: &str, body: impl Into<Body>) -> Answer {
        let mut request = self.request(Method::POST, path, body);
        let form = "application/x-www-form-urlencoded".parse();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, form.expect("a value"));
        self.ask(request)
    }

    /// Opens the page, and returns the token of its form.
    fn open(&mut self) -> String {
        let page = self.get("/signup");
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        token(&page.body)
    }

    /// Opens the page, fills the form in, and sends it.
    fn send(&mut self, fields: &[(&str, &str)]) -> Answer {
        let token = self.open();
        self.post(encoded(&token, fields))
    }
}

impl Answer {
    #[track_caller]
    fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[track_caller]
    fn says(self, text: &str) -> Self {
        assert!(self.body.contains(text), "{text:?} is not in {}", self.body);
        self
    }

    #[track_caller]
    fn never_says(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "{text:?} is in {}", self.body);
        self
    }

    /// The person is told that there is an account.
    #[track_caller]
    fn ends_well(self) -> Self {
        let answer = self.is(303);
        assert_eq!(answer.header("location"), "/signup/done");
        answer
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|it| it.to_str());
        value.map_or("", |it| it.expect("letters"))
    }
}

fn token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"token\" value=\"").expect("a form");
    let (token, _) = rest.split_once('"').expect("a value");
    token.to_owned()
}

fn encoded(token: &str, fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let letters = text.bytes().map(|it| {
            if it.is_ascii_alphanumeric() || it == b'_' {
                char::from(it).to_string()
            } else {
                format!("%{it:02X}")
            }
        });
        letters.collect::<Vec<_>>().concat()
    };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("&{}={}", escaped(name), escaped(value)));
    format!("token={token}{}", pairs.collect::<Vec<_>>().concat())
}

/// Ada's form, with `changes` to it.
fn ada<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("email", "ada@example.org"),
        ("username", "ada"),
        ("phone", ""),
        ("password", PASSWORD),
        ("password_repeat", PASSWORD),
    ];
    for (name, value) in changes {
        match fields.iter_mut().find(|(it, _)| it == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    fields
}

fn user_named(store: &Store, username: &str) -> Option<user::User> {
    store
        .read(|db| users::by_username(db, username))
        .expect("a look")
}

fn attribute(name: &str, kind: AttributeKind, is_required: bool) -> AttributeSpec {
    AttributeSpec {
        name: name.to_owned(),
        label: format!("Your {name}"),
        kind,
        is_required,
        is_on_sign_up: true,
    }
}

/// The settings of [`store`], changed.
fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings {
        time_zone: Some(chrono_tz::UTC),
        ..Settings::default()
    };
    change(&mut settings);
    settings
}

fn visitor() -> (Store, Visitor) {
    let store = store();
    let visitor = Visitor::of(&store);
    (store, visitor)
}
