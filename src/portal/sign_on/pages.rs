//! What is said to people who are on their way in or out of it.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::START;
use crate::{
    model::connection::Connection,
    portal::{
        Site,
        account::Next,
        notice,
        page::{self, Link, Notice},
        site::retry_later,
    },
};

pub(super) const TO_SIGN_IN: Link = Link {
    href: "/sign-in",
    text: "Go to sign-in",
};

/// A page with a way to try the same again.
#[derive(Serialize)]
struct Again<'a> {
    title: &'static str,
    texts: [&'static str; 2],
    button: &'a str,
    href: String,
}

/// 403, and the same for every reason: none of them is for a stranger to read.
pub(super) fn refused(site: &Site) -> Response {
    let texts = [
        "The sign-in was not accepted, and nothing was changed.",
        "Please start again. If this happens every time, ask the people who run this site.",
    ];
    let page = Notice::new("You could not be signed in", &texts).with(TO_SIGN_IN);
    notice(site, StatusCode::FORBIDDEN, &page)
}

/// The same as on the sign-up page: what a filter has against somebody is not told.
pub(super) fn not_accepted(site: &Site) -> Response {
    let texts = [
        "We cannot create an account with these details.",
        "If you think that you should have one, please ask the people who sent you here.",
    ];
    let page = Notice::new("No account was created", &texts);
    notice(site, StatusCode::FORBIDDEN, &page)
}

pub(super) fn no_such_way(site: &Site) -> Response {
    let text = "People do not sign in this way here, or do not any more.";
    let page = Notice::new("There is no such page", &[text]).with(TO_SIGN_IN);
    notice(site, StatusCode::NOT_FOUND, &page)
}

pub(super) fn not_ours(site: &Site) -> Response {
    let text = "Your browser does not say at which address it found us. Please start again here.";
    let page = Notice::new("This address cannot be used", &[text]).with(TO_SIGN_IN);
    notice(site, StatusCode::BAD_REQUEST, &page)
}

/// The question has been answered, or was never asked in this browser.
pub(super) fn over(site: &Site) -> Response {
    let text = "This page was open for too long, or belongs to another browser. Nothing was done. Please sign in again.";
    let page = Notice::new("This page is out of date", &[text]).with(TO_SIGN_IN);
    notice(site, StatusCode::FORBIDDEN, &page)
}

pub(super) fn too_often(site: &Site, seconds: i64) -> Response {
    let text = "Too many people sign in from where you are. Please wait a minute, then try again.";
    let page = Notice::new("Please wait a moment", &[text]).with(TO_SIGN_IN);
    retry_later(notice(site, StatusCode::TOO_MANY_REQUESTS, &page), seconds)
}

/// The provider is down, slow, or answers with something broken.
pub(super) fn no_answer(site: &Site, connection: &Connection, next: &Next) -> Response {
    let texts = [
        "The service that you want to sign in with does not answer at the moment. It is not your fault.",
        "Please try again in a minute. If you have a password here, you can sign in with that.",
    ];
    let title = "That service does not answer";
    again(
        site,
        StatusCode::SERVICE_UNAVAILABLE,
        title,
        texts,
        connection,
        next,
    )
}

/// The person said no, or the provider did.
pub(super) fn not_signed_in(site: &Site, connection: &Connection, next: &Next) -> Response {
    let texts = [
        "The service that you wanted to sign in with did not sign you in.",
        "You can try again. If you have a password here, you can sign in with that.",
    ];
    let title = "You were not signed in";
    again(site, StatusCode::FORBIDDEN, title, texts, connection, next)
}

fn again(
    site: &Site,
    status: StatusCode,
    title: &'static str,
    texts: [&'static str; 2],
    connection: &Connection,
    next: &Next,
) -> Response {
    let content = Again {
        title,
        texts,
        button: &connection.spec.button,
        href: next.after(&format!("{START}{}", connection.id)),
    };
    let page = page::render("sign-on-again.html", &site.brand(), &content);
    (status, page).into_response()
}
