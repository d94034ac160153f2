//! The sign-in page.
//!
//! Who fails learns nothing: whether the name is unknown, the password wrong, or the account
//! disabled, locked or without a password, the page is the same, a hash is compared, and the answer
//! comes on the beat. Browsers that the user has signed in with before have a lane and a lock of
//! their own, so that a crowd of strangers neither holds them up nor keeps them out.

use axum::{
    extract::{RawQuery, Request, State},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{TO_SIGN_IN, arrival::Arrival, next::Next, session::find};
use crate::{
    clock::Stopwatch,
    command::{self, Actor, Command, CommandError, Entry, Reply, SignIn, SignInCommand, password},
    model::{
        Timestamp,
        id::UserId,
        password::LONGEST,
        session::{Key, Stage},
        user::FieldError,
    },
    portal::{
        Site,
        address::Visitor,
        beat::wait_for_the_beat,
        cookie::{self, Browser},
        fields::{Alert, Field},
        form::Form,
        form_page::{self, FormPage, Hidden, Trouble},
        hashing::Lane,
        page::Link,
        sign_on, site, submission,
    },
    store::{StoreError, credentials, sessions, users},
};

const TO_SIGN_UP: Link = Link {
    href: "/signup",
    text: "Create an account",
};

/// What somebody typed.
#[derive(Default)]
struct Typed {
    name: String,
    password: String,
    next: String,
}

/// Whom a name means, and how that is proven.
struct Found {
    user: Option<UserId>,
    hash: Option<String>,
    password_changed: Option<Timestamp>,

    /// Whether the user has signed in with this browser before.
    is_known: bool,
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let next = Next::of_query(query.as_deref());
    match find(&site, &visitor, &headers) {
        Ok(Some(member)) if member.session.stage == Stage::SignedIn => {
            return Redirect::to(next.as_str()).into_response();
        }
        Ok(_) => (),
        Err(err) => return site::unavailable(&err),
    }
    let known = Browser::of(&headers, visitor.is_secure);
    let browser = known.clone().unwrap_or_else(Browser::draw);
    let typed = Typed {
        next: next.as_str().to_owned(),
        ..Typed::default()
    };
    let done = query.is_some_and(|it| it.split('&').any(|it| it == "done=signed-out"));
    let done = done.then(|| "You are signed out.".to_owned());
    let mut response = page(&site, &browser, &typed, None, done);
    if known.is_none() {
        let cookie = browser.set_cookie(visitor.is_secure);
        cookie::add(response.headers_mut(), cookie);
    }
    response
}

pub(super) async fn submit(
    State(site): State<Site>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let began = Stopwatch::start();
    match answer(site, visitor, request, began).await {
        Ok(response) | Err(response) => response,
    }
}

async fn answer(
    site: Site,
    visitor: Visitor,
    request: Request,
    began: Stopwatch,
) -> Result<Response, Response> {
    let limits = &site.account().limits;
    let (headers, form) = submission::receive(&site, &visitor, limits, request, TO_SIGN_IN).await?;
    let browser = submission::of_browser(&site, &visitor, (&headers, &form), TO_SIGN_IN)?;
    let typed = Typed::read(&form);
    let errors = typed.errors();
    let entered = if errors.is_empty() {
        let (site, password) = (site.clone(), typed.password.clone());
        let (name, next) = (typed.name.clone(), Next::parse(&typed.next));
        // Goes on to its end even if the person leaves: a failure counts.
        let work =
            tokio::spawn(
                async move { enter(&site, &visitor, &headers, &name, password, &next).await },
            );
        work.await.unwrap_or_else(|err| {
            tracing::error!("a sign-in was interrupted: {err}");
            Err(Trouble::broken())
        })
    } else {
        Err(Trouble::Fields(errors))
    };
    match entered {
        Ok(response) => Ok(response),
        Err(trouble) => {
            if matches!(trouble, Trouble::Refused(_)) {
                wait_for_the_beat(began).await;
            }
            Ok(page(&site, &browser, &typed, Some(&trouble), None))
        }
    }
}

/// Compares the password, and opens a session if all is well.
async fn enter(
    site: &Site,
    visitor: &Visitor,
    headers: &HeaderMap,
    name: &str,
    password: String,
    next: &Next,
) -> Result<Response, Trouble> {
    let arrival = Arrival::of(visitor, headers);
    let found = look_up(site, name, arrival.browser().device.as_ref()).map_err(unavailable)?;
    let failures = &site.account().failures;
    if !found.is_known {
        let waited = failures.check(visitor.address, site.clock().now());
        waited.map_err(|left| too_many((left.num_milliseconds() + 999) / 1_000))?;
    }
    let (lane, hash) = (found.lane(), found.hash);
    let compare = move || password::verify(hash.as_deref(), &password);
    let compared = site.hashing().run(lane, compare).await;
    let is_right = compared.map_err(|_busy| busy())?;
    let asked = SignIn {
        user: found.user,
        is_right,
        password_changed: found.password_changed,
        browser: arrival.browser().clone(),
    };
    let (command, now) = (
        Command::from(SignInCommand::WithPassword(asked)),
        site.clock().now(),
    );
    let reply = command::apply_async(site.store(), &Actor::sign_in(), command, now).await;
    match reply {
        Ok(Reply::Entry(Entry::Open { stage, .. })) => {
            end_former(site, visitor, headers).await;
            Ok(arrival.go_on(stage, next))
        }
        Ok(_) => {
            if !found.is_known {
                failures.add(visitor.address, now);
            }
            Err(Trouble::Refused(refused()))
        }
        Err(err) => {
            tracing::error!("somebody could not sign in: {err}");
            Err(Trouble::broken())
        }
    }
}

impl Found {
    fn lane(&self) -> Lane {
        if self.is_known {
            Lane::Known
        } else {
            Lane::Stranger
        }
    }
}

fn look_up(site: &Site, name: &str, device: Option<&Key>) -> Result<Found, StoreError> {
    site.store().read(|db| {
        let user = match credentials::by_sign_in_name(db, name)? {
            Some(id) => users::get(db, id)?,
            None => None,
        };
        let Some(user) = user else {
            return Ok(Found {
                user: None,
                hash: None,
                password_changed: None,
                is_known: false,
            });
        };
        Ok(Found {
            user: Some(user.id),
            hash: credentials::get(db, user.id)?.password_hash,
            password_changed: user.password_changed,
            is_known: sessions::device_of(db, device, user.id)?.is_some(),
        })
    })
}

/// Whoever signs in again in the same browser leaves no session behind that nobody can end.
pub(in crate::portal) async fn end_former(site: &Site, visitor: &Visitor, headers: &HeaderMap) {
    let Ok(Some(former)) = find(site, visitor, headers) else {
        return;
    };
    let (command, now) = (
        Command::from(SignInCommand::SignOut(former.session.id)),
        site.clock().now(),
    );
    let actor = super::actor(&former.user);
    if let Err(err) = command::apply_async(site.store(), &actor, command, now).await {
        tracing::error!("a former session could not be ended: {err}");
    }
}

impl Typed {
    fn read(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            name: text("username"),
            password: text("password"),
            next: text("next"),
        }
    }

    /// What can be said without looking anything up.
    fn errors(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.name.trim().is_empty() {
            errors.push(FieldError::new("username", "must not be empty"));
        }
        if self.password.is_empty() {
            errors.push(FieldError::new("password", "must not be empty"));
        } else if self.password.chars().nth(LONGEST as usize).is_some() {
            let message = format!("is longer than {LONGEST} characters, which none is here");
            errors.push(FieldError::new("password", message));
        }
        errors
    }
}

fn page(
    site: &Site,
    browser: &Browser,
    typed: &Typed,
    trouble: Option<&Trouble>,
    done: Option<String>,
) -> Response {
    let config = match site.config() {
        Ok(config) => config,
        Err(response) => return response,
    };
    let name = Field::text("username", "Username or email", "username").filled(&typed.name);
    let password = Field::secret("password", "Password", "current-password");
    let is_open = config.settings.portal.allows_sign_up;
    let page = FormPage {
        title: "Sign in",
        done,
        action: "/sign-in",
        token: site.tokens().issue(browser.as_bytes(), site.clock().now()),
        hidden: vec![Hidden {
            name: "next",
            value: typed.next.clone(),
        }],
        fields: vec![name, password],
        button: "Sign in",
        ways: sign_on::ways(site, &Next::parse(&typed.next)),
        links: is_open.then_some(TO_SIGN_UP).into_iter().collect(),
        ..FormPage::default()
    };
    form_page::answer(trouble, page.told(trouble).render(&site.brand()))
}

fn refused() -> Alert {
    Alert {
        title: "You could not be signed in",
        texts: vec![
            "Check the username or email address, and the password.".to_owned(),
            "After many failures an account stays closed for a while, even to the right password. If this goes on, ask the people who run this site.".to_owned(),
        ],
    }
}

pub(in crate::portal) fn too_many(seconds: i64) -> Trouble {
    let text = format!(
        "Too many sign-ins from where you are have failed. Try again in {}.",
        period(seconds)
    );
    Trouble::Limited(Alert::new("Please wait a while", &text), seconds)
}

fn period(seconds: i64) -> String {
    match seconds {
        ..=60 => "a minute".to_owned(),
        61..=7_200 => format!("{} minutes", (seconds + 59) / 60),
        _ => format!("{} hours", (seconds + 3_599) / 3_600),
    }
}

fn busy() -> Trouble {
    let alert = Alert::new(
        "Many people are signing in at this moment",
        "Wait a moment, enter your password again, and send the form.",
    );
    Trouble::Later(alert, 10)
}

fn unavailable(err: StoreError) -> Trouble {
    super::trouble(CommandError::Store(err))
}
