//! A form on its way in: how often, from where, how large, how slow, and whether it is one of ours.

use std::{net::IpAddr, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    Site,
    address::Visitor,
    cookie::Browser,
    form::{Form, FormError},
    limit::{Limits, network},
    notice, origin,
    page::{Link, Notice},
    site::retry_later,
    token::BadToken,
};

/// How long a form may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(20);

/// Takes a form in. `Err` is the answer to one that is not even looked at; it leads back to `fresh`.
pub(super) async fn receive(
    site: &Site,
    visitor: &Visitor,
    limits: &Limits<IpAddr>,
    request: Request,
    fresh: Link,
) -> Result<(HeaderMap, Form), Response> {
    let now = site.clock().now();
    if let Err(wait) = limits.take(network(visitor.address), now) {
        return Err(too_often(site, wait.num_seconds() + 1, fresh));
    }
    let (parts, body) = request.into_parts();
    if origin::is_foreign(&parts.headers, site.is_behind_proxy()) {
        return Err(foreign(site, fresh));
    }
    match tokio::time::timeout(ARRIVAL, Form::read(&parts.headers, body)).await {
        Ok(Ok(form)) => Ok((parts.headers, form)),
        Ok(Err(reason)) => Err(unreadable(site, reason, fresh)),
        Err(_) => Err(too_slow(site, fresh)),
    }
}

/// Uses up the token of a form that was given to a browser in which nobody is signed in.
#[expect(
    clippy::result_large_err,
    reason = "it is the answer, and sent at once"
)]
pub(super) fn of_browser(
    site: &Site,
    visitor: &Visitor,
    (headers, form): (&HeaderMap, &Form),
    fresh: Link,
) -> Result<Browser, Response> {
    let browser = Browser::of(headers, visitor.is_secure);
    let browser = browser.ok_or_else(|| no_cookie(site, fresh))?;
    of_owner(site, browser.as_bytes(), form, fresh)?;
    Ok(browser)
}

/// Uses up the token of a form that was given to this owner.
#[expect(
    clippy::result_large_err,
    reason = "it is the answer, and sent at once"
)]
pub(super) fn of_owner(
    site: &Site,
    owner: &[u8],
    form: &Form,
    fresh: Link,
) -> Result<(), Response> {
    let now = site.clock().now();
    let spent = site.tokens().spend(owner, form.text("token"), now);
    spent.map_err(|reason| bad_token(site, reason, fresh))
}

fn foreign(site: &Site, fresh: Link) -> Response {
    let text = "The form was sent from another site, so it was not accepted.";
    let page = Notice::new("This form was not accepted", &[text]).with(fresh);
    notice(site, StatusCode::FORBIDDEN, &page)
}

fn no_cookie(site: &Site, fresh: Link) -> Response {
    let texts = [
        "Your browser did not send the cookie that came with the form.",
        "Allow cookies for this site, then open the form again. The cookie says nothing about you, and ends with the browser.",
    ];
    let page = Notice::new("This form was not accepted", &texts).with(fresh);
    notice(site, StatusCode::FORBIDDEN, &page)
}

fn bad_token(site: &Site, reason: BadToken, fresh: Link) -> Response {
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
            "A form can be sent once. If it did what you wanted the first time, there is nothing left to do.",
        ),
    };
    let page = Notice::new(title, &[text]).with(fresh);
    notice(site, StatusCode::FORBIDDEN, &page)
}

fn unreadable(site: &Site, reason: FormError, fresh: Link) -> Response {
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
    let page = Notice::new("This form cannot be read", &[text]).with(fresh);
    notice(site, status, &page)
}

fn too_slow(site: &Site, fresh: Link) -> Response {
    let text = "The form did not arrive in time. Please check your connection.";
    let page = Notice::new("This took too long", &[text]).with(fresh);
    notice(site, StatusCode::REQUEST_TIMEOUT, &page)
}

/// Says when to try again.
pub(super) fn too_often(site: &Site, seconds: i64, fresh: Link) -> Response {
    let text =
        "Too many forms have come from where you are. Please wait a minute, then send yours again.";
    let page = Notice::new("Please wait a moment", &[text]).with(fresh);
    let response = notice(site, StatusCode::TOO_MANY_REQUESTS, &page);
    retry_later(response, seconds)
}
