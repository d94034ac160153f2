//! Recovery codes: shown once, when an app was set up or when somebody asks for new ones.

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Serialize;

use super::{
    SignedIn, TO_SECURITY, actor,
    proof::{self, CURRENT},
    session::Member,
};
use crate::{
    command::{self, AccountCommand, Command, account::RecoveryCodes},
    portal::{
        Site,
        address::Visitor,
        form_page::{self, FormPage, Trouble},
        submission,
    },
};

#[derive(Serialize)]
struct Content<'a> {
    title: &'static str,

    /// Whether the app has just been set up.
    is_first: bool,
    codes: &'a [String],

    /// The same as the address of a text, to be saved without a script.
    download: String,
}

pub(super) async fn show(State(site): State<Site>, SignedIn(member): SignedIn) -> Response {
    if member.user.mfa.is_empty() {
        Redirect::to("/account/security").into_response()
    } else {
        page(&site, &member, None)
    }
}

pub(super) async fn replace(
    State(site): State<Site>,
    visitor: Visitor,
    SignedIn(member): SignedIn,
    request: Request,
) -> Response {
    match answer(&site, &visitor, &member, request).await {
        Ok(response) | Err(response) => response,
    }
}

async fn answer(
    site: &Site,
    visitor: &Visitor,
    member: &Member,
    request: Request,
) -> Result<Response, Response> {
    let limits = &site.account().limits;
    let (headers, form) = submission::receive(site, visitor, limits, request, TO_SECURITY).await?;
    submission::of_owner(site, member.owner(), &form, TO_SECURITY)?;
    let codes = RecoveryCodes::draw();
    let replaced = async {
        proof::ask(site, visitor, &headers, member, form.text(CURRENT)).await?;
        let command = Command::from(AccountCommand::ReplaceRecoveryCodes {
            user: member.user.id,
            codes: codes.keys(),
        });
        let (actor, now) = (actor(&member.user), site.clock().now());
        let reply = command::apply_async(site.store(), &actor, command, now).await;
        reply.map_err(super::trouble)
    };
    Ok(match replaced.await {
        Ok(_) => page_with(site, member, &codes, false),
        Err(trouble) => page(site, member, Some(&trouble)),
    })
}

fn page(site: &Site, member: &Member, trouble: Option<&Trouble>) -> Response {
    let page = FormPage {
        title: "New recovery codes",
        intro: vec!["You get ten new codes. Those that you have stop working.".to_owned()],
        action: "/account/security/codes",
        token: member.token(site),
        fields: vec![proof::field()],
        button: "Show new codes",
        links: vec![TO_SECURITY],
        ..FormPage::default()
    };
    let page = page.told(trouble);
    form_page::answer(trouble, member.page(site, "form.html", "security", &page))
}

/// The only page that ever shows them.
pub(super) fn page_with(
    site: &Site,
    member: &Member,
    codes: &RecoveryCodes,
    is_first: bool,
) -> Response {
    let content = Content {
        title: "Your recovery codes",
        is_first,
        codes: &codes.0,
        // Letters, digits and hyphens: nothing in it has to be escaped.
        download: format!("data:text/plain;charset=utf-8,{}", codes.0.join("%0A")),
    };
    member
        .page(site, "codes.html", "security", &content)
        .into_response()
}
