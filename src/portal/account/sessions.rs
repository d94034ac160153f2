//! Where somebody is signed in, and signing out: here, in one other browser, or everywhere else.

use axum::{
    extract::{RawQuery, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Serialize;

use super::{
    SignedIn, TO_SESSIONS, TO_SIGN_IN, actor,
    agent::described,
    arrival::SESSION,
    security::is_here,
    session::{Member, find},
};
use crate::{
    command::{self, Command, SignInCommand},
    model::{
        Timestamp,
        session::{Session, SessionId},
        settings::Settings,
    },
    portal::{Site, address::Visitor, cookie, site, submission},
    store::sessions,
};

/// The last used ones are shown: nobody looks at more.
const SHOWN: usize = 100;

#[derive(Serialize)]
struct Content {
    title: &'static str,
    done: Option<&'static str>,
    here: Option<Row>,
    others: Vec<Row>,

    /// One for all forms of the page: whichever is sent, the page is a new one afterwards.
    token: String,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    browser: String,
    address: String,
    since: String,
    last_used: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    RawQuery(query): RawQuery,
    SignedIn(member): SignedIn,
) -> Response {
    let config = match site.config() {
        Ok(config) => config,
        Err(response) => return response,
    };
    let now = site.clock().now();
    let found = site
        .store()
        .read(|db| sessions::of_user(db, member.user.id));
    let found = match found {
        Ok(found) => found,
        Err(err) => return site::unavailable(&err),
    };
    let (here, others): (Vec<_>, Vec<_>) = found
        .iter()
        .filter(|it| is_here(it, now))
        .take(SHOWN)
        .partition(|it| it.id == member.session.id);
    let row = |it: &&Session| Row::of(it, &config.settings);
    let content = Content {
        title: "Where you are signed in",
        done: done(query.as_deref()),
        here: here.first().map(row),
        others: others.iter().map(row).collect(),
        token: member.token(&site),
    };
    member
        .page(
            &site,
            "sessions.html",
            "sessions",
            &Shown { sessions: content },
        )
        .into_response()
}

/// Apart from what every page of the account has.
#[derive(Serialize)]
struct Shown {
    sessions: Content,
}

/// Ends one session of the member's.
pub(super) async fn end(
    State(site): State<Site>,
    visitor: Visitor,
    SignedIn(member): SignedIn,
    request: Request,
) -> Response {
    let ended = async {
        let limits = &site.account().limits;
        let received = submission::receive(&site, &visitor, limits, request, TO_SESSIONS);
        let (_, form) = received.await?;
        submission::of_owner(&site, member.owner(), &form, TO_SESSIONS)?;
        let id = form.text("session").parse().ok().map(SessionId::new);
        let found = match id {
            Some(id) => site.store().read(|db| sessions::get(db, id)),
            None => Ok(None),
        };
        let found = found.map_err(|err| site::unavailable(&err))?;
        // One that is gone, or somebody else's, is none of the member's either way.
        if let Some(session) = found.filter(|it| it.user == member.user.id) {
            apply(
                &site,
                &member,
                Command::from(SignInCommand::SignOut(session.id)),
            )
            .await?;
        }
        Ok(Redirect::to("/account/sessions?done=one").into_response())
    };
    match ended.await {
        Ok(response) | Err(response) => response,
    }
}

pub(super) async fn end_others(
    State(site): State<Site>,
    visitor: Visitor,
    SignedIn(member): SignedIn,
    request: Request,
) -> Response {
    let ended = async {
        let limits = &site.account().limits;
        let received = submission::receive(&site, &visitor, limits, request, TO_SESSIONS);
        let (_, form) = received.await?;
        submission::of_owner(&site, member.owner(), &form, TO_SESSIONS)?;
        let command = Command::from(SignInCommand::EndSessions {
            user: member.user.id,
            except: Some(member.session.id),
        });
        apply(&site, &member, command).await?;
        Ok(Redirect::to("/account/sessions?done=others").into_response())
    };
    match ended.await {
        Ok(response) | Err(response) => response,
    }
}

/// Signs out in this browser, at whatever stage; who is signed out already stays so.
pub(super) async fn sign_out(
    State(site): State<Site>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let gone = async {
        let limits = &site.account().limits;
        let received = submission::receive(&site, &visitor, limits, request, TO_SIGN_IN);
        let (headers, form) = received.await?;
        let member = find(&site, &visitor, &headers).map_err(|err| site::unavailable(&err))?;
        if let Some(member) = member {
            submission::of_owner(&site, member.owner(), &form, TO_SIGN_IN)?;
            apply(
                &site,
                &member,
                Command::from(SignInCommand::SignOut(member.session.id)),
            )
            .await?;
        }
        let mut response = Redirect::to("/sign-in?done=signed-out").into_response();
        cookie::add(response.headers_mut(), SESSION.clear(visitor.is_secure));
        Ok(response)
    };
    match gone.await {
        Ok(response) | Err(response) => response,
    }
}

async fn apply(site: &Site, member: &Member, command: Command) -> Result<(), Response> {
    let (actor, now) = (actor(&member.user), site.clock().now());
    match command::apply_async(site.store(), &actor, command, now).await {
        Ok(_) => Ok(()),
        Err(command::CommandError::Store(err)) => Err(site::unavailable(&err)),
        // The user went in the meantime, and all sessions with them.
        Err(err) => {
            tracing::warn!("a session could not be ended: {err}");
            Ok(())
        }
    }
}

impl Row {
    fn of(session: &Session, settings: &Settings) -> Self {
        Self {
            id: session.id.number(),
            browser: described(&session.agent),
            address: session.address.clone(),
            since: moment(session.created, settings),
            last_used: moment(session.last_used, settings),
        }
    }
}

/// As people read it, in the zone of the settings.
pub(super) fn moment(at: Timestamp, settings: &Settings) -> String {
    let local = at.with_timezone(&settings.zone());
    local.format("%-d %B %Y, %H:%M %Z").to_string()
}

fn done(query: Option<&str>) -> Option<&'static str> {
    match query?.strip_prefix("done=")? {
        "one" => Some("That browser is signed out."),
        "others" => Some("Every other browser is signed out."),
        _ => None,
    }
}
