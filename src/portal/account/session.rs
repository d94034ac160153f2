//! Who is asking: extractors, so that a route without authentication shows in its signature.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, request::Parts},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use chrono::TimeDelta;
use serde::Serialize;

use super::{
    TO_SIGN_IN, actor,
    arrival::{SESSION, page_of},
    next::Next,
    secret::Secret,
};
use crate::{
    command::{self, Command, SignInCommand},
    model::{
        session::{Session, Stage},
        user::{Status, User},
    },
    portal::{Site, address::Visitor, cookie, notice, page, page::Notice, site},
    store::{StoreError, sessions, users},
};

/// How often it is noted that a session is in use.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// Somebody, and the browser in which they are known.
pub(in crate::portal) struct Member {
    pub(in crate::portal) user: User,
    pub(in crate::portal) session: Session,
    secret: Secret,
}

/// Somebody who is signed in.
pub(in crate::portal) struct SignedIn(pub(in crate::portal) Member);

/// Somebody whose password was right, and who has to show a code.
pub(super) struct AtCode(pub(super) Member);

/// Somebody who has to choose another password before going on.
pub(super) struct AtNewPassword(pub(super) Member);

impl FromRequestParts<Site> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let member = at(Stage::SignedIn, parts, site).await?;
        let now = site.clock().now();
        if now - member.session.last_used >= NOTED {
            let used = Command::from(SignInCommand::UseSession(member.session.id));
            let noted = command::apply_async(site.store(), &actor(&member.user), used, now).await;
            if let Err(err) = noted {
                tracing::error!("the use of a session could not be noted: {err}");
            }
        }
        Ok(Self(member))
    }
}

impl FromRequestParts<Site> for AtCode {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        at(Stage::Code, parts, site).await.map(Self)
    }
}

impl FromRequestParts<Site> for AtNewPassword {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        at(Stage::NewPassword, parts, site).await.map(Self)
    }
}

/// Who asks, if their session is at this stage; otherwise the way to the page that is theirs.
async fn at(stage: Stage, parts: &mut Parts, site: &Site) -> Result<Member, Response> {
    let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
    let member = find(site, &visitor, &parts.headers).map_err(|err| site::unavailable(&err))?;
    match member {
        Some(member) if member.session.stage == stage => Ok(member),
        Some(member) => {
            let next = match stage {
                Stage::SignedIn => wanted(parts),
                Stage::Code | Stage::NewPassword => Next::of_query(parts.uri.query()),
            };
            Err(Redirect::to(&page_of(member.session.stage, &next)).into_response())
        }
        None => Err(nobody(site, &visitor, parts, stage)),
    }
}

/// Whose session the browser shows, unless it is over or its user may not be here any more.
pub(super) fn find(
    site: &Site,
    visitor: &Visitor,
    headers: &HeaderMap,
) -> Result<Option<Member>, StoreError> {
    let now = site.clock().now();
    for secret in SESSION
        .values(headers, visitor.is_secure)
        .filter_map(Secret::parse)
    {
        let found = site.store().read(|db| {
            let session = sessions::by_key(db, &secret.key())?.filter(|it| !it.is_over(now));
            let Some(session) = session else {
                return Ok(None);
            };
            let user = users::get(db, session.user)?;
            Ok::<_, StoreError>(user.map(|user| (user, session)))
        })?;
        if let Some((user, session)) = found.filter(|(user, _)| may_stay(user)) {
            return Ok(Some(Member {
                user,
                session,
                secret,
            }));
        }
    }
    Ok(None)
}

/// A lock keeps out who is on the way in, not who is here.
fn may_stay(user: &User) -> bool {
    user.deleted.is_none() && user.status != Status::Disabled
}

/// The answer to a browser in which nobody is signed in. What it wanted to send is lost, so that is
/// said; a page is only a detour away.
fn nobody(site: &Site, visitor: &Visitor, parts: &Parts, stage: Stage) -> Response {
    let mut response = if matches!(parts.method, Method::GET | Method::HEAD) {
        let next = match stage {
            Stage::SignedIn => wanted(parts),
            Stage::Code | Stage::NewPassword => Next::of_query(parts.uri.query()),
        };
        Redirect::to(&next.after("/sign-in")).into_response()
    } else {
        let texts = [
            "Your session has ended, so nothing was done with what you entered.",
            "Sign in, then do it again.",
        ];
        let page = Notice::new("You are not signed in", &texts).with(TO_SIGN_IN);
        notice(site, StatusCode::UNAUTHORIZED, &page)
    };
    if SESSION
        .values(&parts.headers, visitor.is_secure)
        .next()
        .is_some()
    {
        cookie::add(response.headers_mut(), SESSION.clear(visitor.is_secure));
    }
    response
}

fn wanted(parts: &Parts) -> Next {
    let path = parts.uri.path_and_query();
    Next::parse(path.map_or("", |it| it.as_str()))
}

impl Member {
    /// What the tokens of this session's forms belong to.
    pub(in crate::portal) fn owner(&self) -> &[u8] {
        self.secret.as_str().as_bytes()
    }

    pub(in crate::portal) fn token(&self, site: &Site) -> String {
        site.tokens().issue(self.owner(), site.clock().now())
    }

    /// A page of the account: `here` says which, for the navigation.
    pub(in crate::portal) fn page(
        &self,
        site: &Site,
        template: &str,
        here: &'static str,
        content: &impl Serialize,
    ) -> Html<String> {
        let shown = Shown {
            layout: "account.html",
            here,
            username: self.user.profile.username.as_str(),
            sign_out: self.token(site),
            content,
        };
        page::render(template, &site.brand(), &shown)
    }
}

#[derive(Serialize)]
struct Shown<'a, T> {
    layout: &'static str,
    here: &'static str,
    username: &'a str,

    /// The token of the form that signs out.
    sign_out: String,
    #[serde(flatten)]
    content: &'a T,
}
