//! The last step of signing in, for those whose password may not be used any more.

use axum::{
    extract::{RawQuery, Request, State},
    response::Response,
};

use super::{
    TO_SIGN_IN,
    arrival::Arrival,
    next::Next,
    password::{REPEAT, choose},
    session::{AtNewPassword, Member},
};
use crate::{
    command::{self, Actor, Command, Entry, Reply, SignInCommand},
    model::session::Stage,
    portal::{
        Site,
        address::Visitor,
        fields::{Alert, Field, rules},
        form_page::{self, FormPage, Hidden, Trouble},
        page::Link,
        submission,
    },
};

const START_AGAIN: Link = Link {
    href: "/sign-in",
    text: "Sign in as somebody else",
};

pub(super) async fn show(
    State(site): State<Site>,
    RawQuery(query): RawQuery,
    AtNewPassword(member): AtNewPassword,
) -> Response {
    page(&site, &member, &Next::of_query(query.as_deref()), None)
}

pub(super) async fn submit(
    State(site): State<Site>,
    visitor: Visitor,
    AtNewPassword(member): AtNewPassword,
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
    let (headers, form) = submission::receive(site, visitor, limits, request, TO_SIGN_IN).await?;
    submission::of_owner(site, member.owner(), &form, TO_SIGN_IN)?;
    let next = Next::parse(form.text("next"));
    let arrival = Arrival::of(visitor, &headers);
    let (password, repeat) = (form.text("password"), form.text(REPEAT));
    Ok(
        match change(site, member, password, repeat, &arrival).await {
            Ok(stage) => arrival.go_on(stage, &next),
            Err(trouble) => page(site, member, &next, Some(&trouble)),
        },
    )
}

async fn change(
    site: &Site,
    member: &Member,
    password: &str,
    repeat: &str,
    arrival: &Arrival,
) -> Result<Stage, Trouble> {
    let password = choose(site, &member.user, password, repeat).await?;
    let (now, command) = (
        site.clock().now(),
        Command::from(SignInCommand::ChooseNewPassword {
            session: member.session.id,
            password,
            browser: Box::new(arrival.browser().clone()),
        }),
    );
    match command::apply_async(site.store(), &Actor::sign_in(), command, now).await {
        Ok(Reply::Entry(Entry::Open { stage, .. })) => Ok(stage),
        Ok(_) => Err(Trouble::Refused(Alert::new(
            "Your password was not changed",
            "The account is closed at the moment. Try again later, or ask the people who run this site.",
        ))),
        Err(err) => Err(super::trouble(err)),
    }
}

fn page(site: &Site, member: &Member, next: &Next, trouble: Option<&Trouble>) -> Response {
    let config = match site.config() {
        Ok(config) => config,
        Err(response) => return response,
    };
    let why = if member.user.must_change_password {
        "You have been asked to choose another password. Take one that only you know."
    } else {
        "Your password has expired. Choose another one to go on."
    };
    let page = FormPage {
        title: "Choose a new password",
        intro: vec![why.to_owned()],
        action: "/sign-in/password",
        token: member.token(site),
        hidden: vec![Hidden {
            name: "next",
            value: next.as_str().to_owned(),
        }],
        fields: vec![
            Field::new_password("New password"),
            Field::secret(REPEAT, "Repeat new password", "new-password"),
        ],
        rules: rules(&config.settings.password),
        own: super::password::own(&member.user),
        button: "Change password and go on",
        links: vec![START_AGAIN],
        ..FormPage::default()
    };
    form_page::answer(trouble, page.told(trouble).render(&site.brand()))
}
