//! The sign-up page.
//!
//! A person learns that a username is taken, because they have to choose another one. They do not
//! learn that an email address is: whoever signs up with a known address gets the same answer
//! after the same time as anyone else, nobody is created, and the audit says why. They do not learn
//! either what a filter has against them.

mod fields;
mod view;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use tracing::{error, info};

use self::{fields::Typed, view::busy};
use super::{
    Site,
    address::Visitor,
    beat::wait_for_the_beat,
    cookie::{self, Browser},
    form_page::{self, Trouble},
    hashing::Lane,
    notice,
    page::{Link, Notice},
    submission,
};
use crate::{
    clock::Stopwatch,
    command::{self, Actor, Command, CommandError, NewUser, Registered, Reply},
    model::event::Source,
    store::Config,
};

/// Where people start again.
const FRESH_FORM: Link = Link {
    href: "/signup",
    text: "Open a fresh form",
};
const TO_SIGN_IN: Link = Link {
    href: "/sign-in",
    text: "Sign in",
};

/// What becomes of a form that was filled in well.
enum Outcome {
    /// Also when the email address was known, and nobody was created.
    Done,
    NotAccepted,
    Not(Trouble),
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let config = match site.config() {
        Ok(config) => config,
        Err(response) => return response,
    };
    if !config.settings.portal.allows_sign_up {
        return closed(&site);
    }
    let known = Browser::of(&headers, visitor.is_secure);
    let browser = known.clone().unwrap_or_else(Browser::draw);
    let mut response = page(&site, &config, &browser, None, None);
    if known.is_none() {
        let cookie = browser.set_cookie(visitor.is_secure);
        cookie::add(response.headers_mut(), cookie);
    }
    response
}

pub(super) async fn done(State(site): State<Site>) -> Response {
    let texts = [
        "You can use it from now on with the username and password that you chose.",
        "If there was an account with this email address before, it stays as it was.",
    ];
    let page = Notice::new("Your account has been created", &texts).with(TO_SIGN_IN);
    notice(&site, StatusCode::OK, &page)
}

pub(super) async fn submit(
    State(site): State<Site>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let began = Stopwatch::start();
    match answer(&site, &visitor, request, began).await {
        Ok(response) | Err(response) => response,
    }
}

/// `Err` is the answer to a form that never got as far as its fields.
async fn answer(
    site: &Site,
    visitor: &Visitor,
    request: Request,
    began: Stopwatch,
) -> Result<Response, Response> {
    let received = submission::receive(site, visitor, site.limits(), request, FRESH_FORM);
    let (headers, form) = received.await?;
    let config = site.config()?;
    if !config.settings.portal.allows_sign_up {
        return Err(closed(site));
    }
    let browser = submission::of_browser(site, visitor, (&headers, &form), FRESH_FORM)?;

    let typed = Typed::read(&config, &form);
    let errors = typed.errors(&config);
    let outcome = if errors.is_empty() {
        register(site, &typed).await
    } else {
        Outcome::Not(Trouble::Fields(errors))
    };
    Ok(conclude(site, &config, &browser, &typed, outcome, began).await)
}

/// Goes on to its end even if the person leaves: what was decided is also recorded.
async fn register(site: &Site, typed: &Typed) -> Outcome {
    let (site, form, password) = (site.clone(), typed.form.clone(), typed.password.clone());
    let work = tokio::spawn(async move {
        let hash = match site.hashing().hash(Lane::SignUp, password).await {
            Ok(Ok(hash)) => hash,
            Ok(Err(err)) => {
                error!("{err}");
                return Outcome::Not(busy());
            }
            Err(err) => {
                error!("{err}");
                return Outcome::Not(busy());
            }
        };
        let new = NewUser {
            password_hash: Some(hash),
            ..NewUser::new(form, Source::SelfRegistration)
        };
        let (actor, now) = (Actor::sign_up(), site.clock().now());
        let command = Command::Register(new);
        outcome(command::apply_async(site.store(), &actor, command, now).await)
    });
    work.await.unwrap_or_else(|err| {
        error!("a sign-up was interrupted: {err}");
        Outcome::Not(busy())
    })
}

fn outcome(reply: Result<Reply, CommandError>) -> Outcome {
    match reply {
        Ok(Reply::Registered(Registered::NotAccepted { .. })) => Outcome::NotAccepted,
        Ok(_) => Outcome::Done,
        Err(CommandError::Fields(errors)) => {
            let (email, others): (Vec<_>, Vec<_>) =
                errors.into_iter().partition(|it| it.field == "email");
            // The form was checked before, so the address can only be known already.
            if others.is_empty() && !email.is_empty() {
                Outcome::Done
            } else {
                Outcome::Not(Trouble::Fields(others))
            }
        }
        Err(err) => {
            error!("somebody could not sign up: {err}");
            Outcome::Not(Trouble::broken())
        }
    }
}

async fn conclude(
    site: &Site,
    config: &Config,
    browser: &Browser,
    typed: &Typed,
    outcome: Outcome,
    began: Stopwatch,
) -> Response {
    match outcome {
        Outcome::Done => {
            info!("somebody signed up");
            wait_for_the_beat(began).await;
            Redirect::to("/signup/done").into_response()
        }
        Outcome::NotAccepted => not_accepted(site),
        Outcome::Not(trouble) => page(site, config, browser, Some(typed), Some(&trouble)),
    }
}

fn page(
    site: &Site,
    config: &Config,
    browser: &Browser,
    typed: Option<&Typed>,
    trouble: Option<&Trouble>,
) -> Response {
    let token = site.tokens().issue(browser.as_bytes(), site.clock().now());
    let page = view::page(config, token, typed, trouble);
    form_page::answer(trouble, page.render(&site.brand()))
}

/// 403: the request was understood, and the answer is no. It is the same for every filter.
fn not_accepted(site: &Site) -> Response {
    let texts = [
        "We cannot create an account with these details.",
        "If you think that you should have one, please ask the people who sent you here.",
    ];
    let page = Notice::new("No account was created", &texts);
    notice(site, StatusCode::FORBIDDEN, &page)
}

fn closed(site: &Site) -> Response {
    let text =
        "New accounts are not created here at the moment. Please ask the people who sent you here.";
    let page = Notice::new("Sign-up is closed", &[text]);
    notice(site, StatusCode::NOT_FOUND, &page)
}
