//! An authenticator app as a second factor: set up, confirmed by its first code, removed.

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

use super::{
    SignedIn, TO_SECURITY, actor,
    proof::{self, CURRENT},
    recovery,
    session::Member,
};
use crate::{
    command::{self, AccountCommand, Command, CommandError, account::RecoveryCodes},
    model::{
        event::Source,
        totp::{self, Enrolment},
    },
    portal::{
        Site,
        address::Visitor,
        fields::{Alert, Field},
        form::Form,
        form_page::{self, FormPage, Trouble},
        page::Link,
        submission,
    },
};

const SECURITY: &str = "/account/security";
const APP: &str = "/account/security/app";
const CONFIRM: &str = "/account/security/app/confirm";

const START_AGAIN: Link = Link {
    href: APP,
    text: "Start again",
};

/// What the page shows beside its form.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    form: &'a FormPage,
    url: String,

    /// In groups of four, as people copy it.
    secret: String,
    picture: Picture,
}

/// A QR code: the outline of its dark squares, and how many there are to a side.
#[derive(Serialize)]
struct Picture {
    size: usize,
    path: String,
}

pub(super) async fn show(State(site): State<Site>, SignedIn(member): SignedIn) -> Response {
    if member.user.mfa.is_empty() {
        page(&site, &member, None)
    } else {
        Redirect::to(SECURITY).into_response()
    }
}

pub(super) async fn begin(
    State(site): State<Site>,
    visitor: Visitor,
    SignedIn(member): SignedIn,
    request: Request,
) -> Response {
    let began = async {
        let (headers, form) = received(&site, &visitor, &member, request).await?;
        let proven = proof::ask(&site, &visitor, &headers, &member, form.text(CURRENT));
        if let Err(trouble) = proven.await {
            return Ok(page(&site, &member, Some(&trouble)));
        }
        if !member.user.mfa.is_empty() {
            return Ok(Redirect::to(SECURITY).into_response());
        }
        let command = Command::from(AccountCommand::BeginTotp {
            session: member.session.id,
            secret: rand::random::<[u8; totp::SECRET]>().to_vec(),
        });
        Ok(match apply(&site, &member, command).await {
            Ok(_) => Redirect::to(CONFIRM).into_response(),
            Err(err) => page(&site, &member, Some(&super::trouble(err))),
        })
    };
    match began.await {
        Ok(response) | Err(response) => response,
    }
}

pub(super) async fn show_code(State(site): State<Site>, SignedIn(member): SignedIn) -> Response {
    code_page(&site, &member, None)
}

pub(super) async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    SignedIn(member): SignedIn,
    request: Request,
) -> Response {
    let confirmed = async {
        let (_, form) = received(&site, &visitor, &member, request).await?;
        let codes = RecoveryCodes::draw();
        let command = Command::from(AccountCommand::ConfirmTotp {
            session: member.session.id,
            code: form.text("code").to_owned(),
            recovery: codes.keys(),
        });
        Ok(match apply(&site, &member, command).await {
            Ok(_) => recovery::page_with(&site, &member, &codes, true),
            Err(err) => code_page(&site, &member, Some(&not_confirmed(err))),
        })
    };
    match confirmed.await {
        Ok(response) | Err(response) => response,
    }
}

pub(super) async fn show_removal(State(site): State<Site>, SignedIn(member): SignedIn) -> Response {
    if member.user.mfa.is_empty() {
        Redirect::to(SECURITY).into_response()
    } else {
        removal_page(&site, &member, None)
    }
}

pub(super) async fn remove(
    State(site): State<Site>,
    visitor: Visitor,
    SignedIn(member): SignedIn,
    request: Request,
) -> Response {
    let removed = async {
        let (headers, form) = received(&site, &visitor, &member, request).await?;
        let proven = proof::ask(&site, &visitor, &headers, &member, form.text(CURRENT));
        if let Err(trouble) = proven.await {
            return Ok(removal_page(&site, &member, Some(&trouble)));
        }
        let command = Command::RemoveMfa {
            user: member.user.id,
            source: Source::EndUserMfa,
        };
        Ok(match apply(&site, &member, command).await {
            Ok(_) => Redirect::to("/account/security?done=removed").into_response(),
            Err(err) => removal_page(&site, &member, Some(&super::trouble(err))),
        })
    };
    match removed.await {
        Ok(response) | Err(response) => response,
    }
}

async fn received(
    site: &Site,
    visitor: &Visitor,
    member: &Member,
    request: Request,
) -> Result<(HeaderMap, Form), Response> {
    let limits = &site.account().limits;
    let (headers, form) = submission::receive(site, visitor, limits, request, TO_SECURITY).await?;
    submission::of_owner(site, member.owner(), &form, TO_SECURITY)?;
    Ok((headers, form))
}

async fn apply(
    site: &Site,
    member: &Member,
    command: Command,
) -> Result<command::Reply, CommandError> {
    let (actor, now) = (actor(&member.user), site.clock().now());
    command::apply_async(site.store(), &actor, command, now).await
}

fn not_confirmed(err: CommandError) -> Trouble {
    match err {
        CommandError::WrongCode => Trouble::field(
            "code",
            "is not the one that the app shows now: wait for the next one, and check that the clock of your phone is right",
        ),
        CommandError::NotFound(_) => Trouble::Refused(Alert::new(
            "The set-up has ended",
            "Start again to get a new picture.",
        )),
        err => super::trouble(err),
    }
}

fn page(site: &Site, member: &Member, trouble: Option<&Trouble>) -> Response {
    let page = FormPage {
        title: "Set up an authenticator app",
        intro: vec![
            "An app on your phone shows a new code every 30 seconds. From then on you need your password and such a code to sign in.".to_owned(),
            "Any app that makes such codes will do. Have it ready, and enter your password first.".to_owned(),
        ],
        action: APP,
        token: member.token(site),
        fields: vec![proof::field()],
        button: "Go on",
        links: vec![TO_SECURITY],
        ..FormPage::default()
    };
    let page = page.told(trouble);
    form_page::answer(trouble, member.page(site, "form.html", "security", &page))
}

fn code_page(site: &Site, member: &Member, trouble: Option<&Trouble>) -> Response {
    let Some(secret) = member.session.enrolling.as_deref() else {
        return Redirect::to(APP).into_response();
    };
    let issuer = site.brand().name;
    let account = member.user.profile.username.as_str();
    let told = totp::enrolment(secret, &issuer, account);
    let Some((picture, enrolment)) = told.and_then(|it| Some((picture(&it)?, it))) else {
        tracing::error!("an authenticator app cannot be told what it needs");
        return page(site, member, Some(&Trouble::broken()));
    };
    let form = FormPage {
        title: "Scan the picture",
        action: CONFIRM,
        token: member.token(site),
        fields: vec![Field::text("code", "Code from the app", "one-time-code")],
        button: "Confirm",
        links: vec![START_AGAIN, TO_SECURITY],
        ..FormPage::default()
    };
    let shown = Shown {
        form: &form.told(trouble),
        secret: grouped(&enrolment.secret),
        url: enrolment.url,
        picture,
    };
    form_page::answer(trouble, member.page(site, "app.html", "security", &shown))
}

fn removal_page(site: &Site, member: &Member, trouble: Option<&Trouble>) -> Response {
    let page = FormPage {
        title: "Remove the authenticator app?",
        intro: vec![
            "After this your password alone signs you in, here and for whoever learns it. The recovery codes stop working too.".to_owned(),
        ],
        action: "/account/security/app/remove",
        token: member.token(site),
        fields: vec![proof::field()],
        button: "Remove the app",
        is_dangerous: true,
        links: vec![TO_SECURITY],
        ..FormPage::default()
    };
    let page = page.told(trouble);
    form_page::answer(trouble, member.page(site, "form.html", "security", &page))
}

/// The QR code of what the app is told; `None` if that is more than a picture takes.
fn picture(enrolment: &Enrolment) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(&enrolment.url, EcLevel::L).ok()?;
    let size = code.width();
    let dark = code.to_colors().into_iter().enumerate();
    let squares = dark
        .filter(|(_, color)| *color == Color::Dark)
        .map(|(at, _)| format!("M{},{}h1v1h-1z", at % size, at / size));
    Some(Picture {
        size,
        path: squares.collect::<Vec<_>>().concat(),
    })
}

fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|it| it.iter().collect()).collect();
    groups.join(" ")
}
