//! The second step of signing in: a code from an authenticator app, or a recovery code.

use axum::{
    extract::{RawQuery, Request, State},
    response::Response,
};

use super::{
    TO_SIGN_IN,
    arrival::Arrival,
    next::Next,
    session::{AtCode, Member},
};
use crate::{
    clock::Stopwatch,
    command::{self, Actor, Command, Entry, Reply, SignInCommand},
    model::session::Stage,
    portal::{
        Site,
        address::Visitor,
        beat::wait_for_the_beat,
        fields::{Alert, Field},
        form_page::{self, FormPage, Hidden, Trouble},
        page::Link,
        submission,
    },
    store::sessions,
};

const START_AGAIN: Link = Link {
    href: "/sign-in",
    text: "Sign in as somebody else",
};

/// No code is longer, however it is written.
const LONGEST: usize = 100;

pub(super) async fn show(
    State(site): State<Site>,
    RawQuery(query): RawQuery,
    AtCode(member): AtCode,
) -> Response {
    page(&site, &member, &Next::of_query(query.as_deref()), None)
}

pub(super) async fn submit(
    State(site): State<Site>,
    visitor: Visitor,
    AtCode(member): AtCode,
    request: Request,
) -> Response {
    let began = Stopwatch::start();
    match answer(&site, &visitor, &member, request, began).await {
        Ok(response) | Err(response) => response,
    }
}

async fn answer(
    site: &Site,
    visitor: &Visitor,
    member: &Member,
    request: Request,
    began: Stopwatch,
) -> Result<Response, Response> {
    let limits = &site.account().limits;
    let (headers, form) = submission::receive(site, visitor, limits, request, TO_SIGN_IN).await?;
    submission::of_owner(site, member.owner(), &form, TO_SIGN_IN)?;
    let next = Next::parse(form.text("next"));
    let arrival = Arrival::of(visitor, &headers);
    let trouble = match prove(site, visitor, member, form.text("code"), &arrival).await {
        Ok(stage) => return Ok(arrival.go_on(stage, &next)),
        Err(trouble) => trouble,
    };
    if matches!(trouble, Trouble::Refused(_)) {
        wait_for_the_beat(began).await;
    }
    Ok(page(site, member, &next, Some(&trouble)))
}

async fn prove(
    site: &Site,
    visitor: &Visitor,
    member: &Member,
    code: &str,
    arrival: &Arrival,
) -> Result<Stage, Trouble> {
    if code.trim().is_empty() {
        return Err(Trouble::field("code", "must not be empty"));
    }
    if code.len() > LONGEST {
        return Err(Trouble::field("code", "is longer than any that we give"));
    }
    let browser = arrival.browser().clone();
    let device = site
        .store()
        .read(|db| sessions::device_of(db, browser.device.as_ref(), member.user.id))
        .map_err(|err| super::trouble(err.into()))?;
    let (failures, now) = (&site.account().failures, site.clock().now());
    let command = Command::from(SignInCommand::ProveCode {
        session: member.session.id,
        code: code.to_owned(),
        browser: Box::new(browser),
    });
    match command::apply_async(site.store(), &Actor::sign_in(), command, now).await {
        Ok(Reply::Entry(Entry::Open { stage, .. })) => Ok(stage),
        Ok(_) => {
            if device.is_none() {
                failures.add(visitor.address, now);
            }
            Err(Trouble::Refused(refused()))
        }
        Err(err) => Err(super::trouble(err)),
    }
}

fn page(site: &Site, member: &Member, next: &Next, trouble: Option<&Trouble>) -> Response {
    let code = Field::text("code", "Code", "one-time-code")
        .hint("Six digits from your authenticator app, or one of your recovery codes.");
    let page = FormPage {
        title: "Enter your code",
        intro: vec![
            "Your password is right. One more step, so that it alone is not enough.".to_owned(),
        ],
        action: "/sign-in/code",
        token: member.token(site),
        hidden: vec![Hidden {
            name: "next",
            value: next.as_str().to_owned(),
        }],
        fields: vec![code],
        button: "Go on",
        links: vec![START_AGAIN],
        ..FormPage::default()
    };
    form_page::answer(trouble, page.told(trouble).render(&site.brand()))
}

fn refused() -> Alert {
    Alert {
        title: "The code was not accepted",
        texts: vec![
            "Enter the one that your app shows now. Each works once, and a recovery code too."
                .to_owned(),
            "After many failures an account stays closed for a while, even to the right code."
                .to_owned(),
        ],
    }
}
