//! The sign-up page.
//!
//! A person learns that a username is taken, because they have to choose another one. They do not
//! learn that an email address is: whoever signs up with a known address gets the same answer
//! after the same time as anyone else, nobody is created, and the audit says why. They do not learn
//! either what a filter has against them.

mod fields;
mod view;

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse as _, Redirect, Response},
};
use tracing::{error, info};

use self::{
    fields::Typed,
    view::{Alert, View},
};
use super::{
    Site,
    address::Visitor,
    cookie::Browser,
    form::{Form, FormError},
    hashing::Unhashed,
    notice, origin,
    page::{FRESH_FORM, Notice},
    site::retry_later,
    token::BadToken,
};
use crate::{
    clock::Stopwatch,
    command::{self, Actor, Command, CommandError, NewUser, Registered, Reply},
    model::{event::Source, user::FieldError},
    store::Config,
};

/// How long a form may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(20);

/// "Created" is answered at the end of one of these, so that the time it took does not tell whether
/// somebody was created or the address was known.
const BEAT: Duration = Duration::from_millis(200);

/// What becomes of a form that was filled in well.
enum Outcome {
    /// Also when the email address was known, and nobody was created.
    Done,
    NotAccepted,
    Wrong(Vec<FieldError>),
    Busy,
    Unavailable(CommandError),
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
    let mut response = page(&site, &config, &browser, &View::blank());
    let cookie = browser.set_cookie(visitor.is_secure);
    if let Some(cookie) = cookie.filter(|_| known.is_none()) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

pub(super) async fn done(State(site): State<Site>) -> Response {
    let texts = [
        "You can use it from now on with the username and password that you chose.",
        "If there was an account with this email address before, it stays as it was.",
    ];
    let page = Notice::new("Your account has been created", &texts);
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
    let now = site.clock().now();
    if let Err(wait) = site.limits().take(visitor.address, now) {
        return Err(too_often(site, wait.num_seconds() + 1));
    }
    let (parts, body) = request.into_parts();
    if origin::is_foreign(&parts.headers, site.is_behind_proxy()) {
        return Err(foreign(site));
    }
    let config = site.config()?;
    if !config.settings.portal.allows_sign_up {
        return Err(closed(site));
    }
    let form = match tokio::time::timeout(ARRIVAL, Form::read(&parts.headers, body)).await {
        Ok(form) => form.map_err(|reason| unreadable(site, reason))?,
        Err(_) => return Err(too_slow(site)),
    };
    let browser = Browser::of(&parts.headers, visitor.is_secure);
    let browser = browser.ok_or_else(|| no_cookie(site))?;
    let spent = site.tokens().spend(&browser, form.text("token"), now);
    spent.map_err(|reason| bad_token(site, reason))?;

    let typed = Typed::read(&config, &form);
    let errors = typed.errors(&config);
    let outcome = if errors.is_empty() {
        register(site, &typed).await
    } else {
        Outcome::Wrong(errors)
    };
    Ok(conclude(site, &config, &browser, &typed, outcome, began).await)
}

/// Goes on to its end even if the person leaves: what was decided is also recorded.
async fn register(site: &Site, typed: &Typed) -> Outcome {
    let (site, form, password) = (site.clone(), typed.form.clone(), typed.password.clone());
    let work = tokio::spawn(async move {
        let hash = match site.hashing().hash(password).await {
            Ok(hash) => hash,
            Err(Unhashed::Busy) => return Outcome::Busy,
            Err(err) => {
                error!("{err}");
                return Outcome::Busy;
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
        Outcome::Busy
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
                Outcome::Wrong(others)
            }
        }
        Err(err) => Outcome::Unavailable(err),
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
        Outcome::Wrong(errors) => {
            let view = View::with_errors(typed, &errors);
            let page = page(site, config, browser, &view);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Outcome::Busy => {
            let view = View::with_alert(typed, Alert::BUSY);
            let page = page(site, config, browser, &view);
            let response = (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
            retry_later(response, 10)
        }
        Outcome::Unavailable(err) => {
            error!("somebody could not sign up: {err}");
            let view = View::with_alert(typed, Alert::BROKEN);
            let page = page(site, config, browser, &view);
            let response = (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
            retry_later(response, 60)
        }
    }
}

async fn wait_for_the_beat(began: Stopwatch) {
    let elapsed = began.elapsed().as_micros();
    let left = BEAT.as_micros() - elapsed % BEAT.as_micros();
    let left = u64::try_from(left).unwrap_or_default();
    tokio::time::sleep(Duration::from_micros(left)).await;
}

fn page(site: &Site, config: &Config, browser: &Browser, view: &View<'_>) -> Response {
    let token = site.tokens().issue(browser, site.clock().now());
    view.render(&site.brand(), config, &token).into_response()
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

fn foreign(site: &Site) -> Response {
    let text = "The form was sent from another site, so it was not accepted.";
    let page = Notice::new("This form was not accepted", &[text]).with(FRESH_FORM);
    notice(site, StatusCode::FORBIDDEN, &page)
}

fn no_cookie(site: &Site) -> Response {
    let texts = [
        "Your browser did not send the cookie that came with the form.",
        "Allow cookies for this site, then open the form again. The cookie says nothing about you, and ends with the browser.",
    ];
    let page = Notice::new("This form was not accepted", &texts).with(FRESH_FORM);
    notice(site, StatusCode::FORBIDDEN, &page)
}

fn bad_token(site: &Site, reason: BadToken) -> Response {
    let (title, text) = match reason {
        BadToken::Foreign => (
            "This form is out of date",
            "Nothing was done with what you entered. Please fill in a fresh form.",
        ),
        BadToken::Expired => (
            "This form was open for too long",
            "Nothing was done with what you entered. Please fill in a fresh form.",
        ),
        BadToken::SentBefore => (
            "This form was sent before",
            "A form can be sent once. If your account was created the first time, there is nothing left to do.",
        ),
    };
    let page = Notice::new(title, &[text]).with(FRESH_FORM);
    notice(site, StatusCode::FORBIDDEN, &page)
}

fn unreadable(site: &Site, reason: FormError) -> Response {
    let (status, text) = match reason {
        FormError::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "It is larger than any form needs to be. Nothing was done with it.",
        ),
        FormError::NotAForm => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "This address takes what a form sends, and this is something else.",
        ),
        FormError::Cut | FormError::NotUtf8 | FormError::Twice | FormError::TooManyFields => (
            StatusCode::BAD_REQUEST,
            "It did not arrive as our page sends it. Nothing was done with it.",
        ),
    };
    let page = Notice::new("This form cannot be read", &[text]).with(FRESH_FORM);
    notice(site, status, &page)
}

fn too_slow(site: &Site) -> Response {
    let text = "The form did not arrive in time. Please check your connection.";
    let page = Notice::new("This took too long", &[text]).with(FRESH_FORM);
    notice(site, StatusCode::REQUEST_TIMEOUT, &page)
}

fn too_often(site: &Site, seconds: i64) -> Response {
    let text =
        "Too many forms have come from where you are. Please wait a minute, then send yours again.";
    let page = Notice::new("Please wait a moment", &[text]).with(FRESH_FORM);
    let response = notice(site, StatusCode::TOO_MANY_REQUESTS, &page);
    retry_later(response, seconds)
}
