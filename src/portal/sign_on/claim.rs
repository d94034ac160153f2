//! "Is this your account?": somebody from a provider has the email address of an account that was
//! there before, and has to show its password.
//!
//! **Invariant:** what is linked is who the provider named, in the browser that it named them to,
//! and the account that was found then; nothing of it comes from the form.

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::TimeDelta;
use parking_lot::Mutex;

use super::{
    account::{self, Settled},
    apply, pages, refused, unavailable_command,
};
use crate::{
    command::{Claim, Command, Entry, Reply, SignIn, SignInCommand, password},
    connect::oidc::SignedOn,
    model::{Timestamp, connection::Connection, id::UserId, password::LONGEST, user::FieldError},
    portal::{
        Site,
        account::{Arrival, Next, end_former, too_many},
        address::Visitor,
        cookie::Browser,
        fields::{Alert, Field},
        form::Form,
        form_page::{self, FormPage, Trouble},
        hashing::Lane,
        recent::Recent,
        site::unavailable,
        submission,
    },
    store::{StoreError, connections, credentials, users},
};

pub(in crate::portal) const PATH: &str = "/sign-on/claim";

/// How long somebody may look for their password.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Half of how many are remembered.
const REMEMBERED: usize = 1_000;

/// By browser, which has one at most.
pub(super) struct Claims {
    open: Mutex<Recent<Vec<u8>, Open>>,
}

/// Somebody who has to show a password.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) user: UserId,
    pub(super) connection: Connection,
    pub(super) signed_on: SignedOn,
    pub(super) next: Next,
    pub(super) began: Timestamp,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            open: Mutex::new(Recent::new(REMEMBERED)),
        }
    }
}

impl Claims {
    fn put(&self, browser: &Browser, open: Open) {
        self.open.lock().put(browser.as_bytes().to_vec(), open);
    }

    fn take(&self, browser: &Browser, now: Timestamp) -> Option<Open> {
        let open = self.open.lock().take(&browser.as_bytes().to_vec())?;
        ((now - open.began).abs() <= LIFETIME).then_some(open)
    }
}

/// Remembers it and sends the browser to the question.
pub(super) fn ask(site: &Site, browser: &Browser, open: Open) -> Response {
    site.sign_on().claims.put(browser, open);
    Redirect::to(PATH).into_response()
}

pub(in crate::portal) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let now = site.clock().now();
    let claims = &site.sign_on().claims;
    let found = Browser::of(&headers, visitor.is_secure)
        .and_then(|browser| Some((claims.take(&browser, now)?, browser)));
    let Some((open, browser)) = found else {
        return pages::over(&site);
    };
    let page = page(&site, &browser, &open, None);
    claims.put(&browser, open);
    page
}

pub(in crate::portal) async fn submit(
    State(site): State<Site>,
    visitor: Visitor,
    request: Request,
) -> Response {
    match answer(site, visitor, request).await {
        Ok(response) | Err(response) => response,
    }
}

async fn answer(site: Site, visitor: Visitor, request: Request) -> Result<Response, Response> {
    let limits = &site.sign_on().limits;
    let fresh = pages::TO_SIGN_IN;
    let (headers, form) = submission::receive(&site, &visitor, limits, request, fresh).await?;
    let browser = submission::of_browser(&site, &visitor, (&headers, &form), fresh)?;
    let now = site.clock().now();
    let open = site.sign_on().claims.take(&browser, now);
    let open = open.ok_or_else(|| pages::over(&site))?;
    check_connection(&site, &open).await?;
    // Goes on to its end even if the person leaves: a failure counts.
    let work = {
        let (site, open) = (site.clone(), open.clone());
        tokio::spawn(async move { enter(&site, &visitor, &headers, &form, &open).await })
    };
    let entered = work.await.unwrap_or_else(|err| {
        tracing::error!("a sign-in was interrupted: {err}");
        Err(Trouble::broken())
    });
    Ok(entered.unwrap_or_else(|trouble| {
        let page = page(&site, &browser, &open, Some(&trouble));
        site.sign_on().claims.put(&browser, open);
        page
    }))
}

/// Compares the password, links the account to whom the provider named, and opens a session.
async fn enter(
    site: &Site,
    visitor: &Visitor,
    headers: &HeaderMap,
    form: &Form,
    open: &Open,
) -> Result<Response, Trouble> {
    let failures = &site.account().failures;
    let waited = failures.check(visitor.address, site.clock().now());
    waited.map_err(|left| too_many(left.num_seconds() + 1))?;
    let (is_right, password_changed) = compared(site, open.user, form.text("password")).await?;
    let arrival = Arrival::of(visitor, headers);
    let claim = Claim {
        sign_in: SignIn {
            user: Some(open.user),
            is_right,
            password_changed,
            browser: arrival.browser().clone(),
        },
        code: form.text("code").to_owned(),
        origin: account::origin(&open.connection, &open.signed_on),
    };
    let entry = match apply(
        site,
        Command::from(SignInCommand::ClaimUser(Box::new(claim))),
    )
    .await
    {
        Ok(Reply::Entry(entry)) => entry,
        Ok(_) => return Err(Trouble::broken()),
        Err(err) => {
            tracing::error!("an account could not be linked: {err}");
            return Err(Trouble::broken());
        }
    };
    let Entry::Open { stage, .. } = entry else {
        failures.add(visitor.address, site.clock().now());
        return Err(Trouble::Refused(wrong()));
    };
    end_former(site, visitor, headers).await;
    match account::come_back(site, &open.connection, &open.signed_on, open.user).await {
        Ok(Settled::In(_)) => Ok(arrival.go_on(stage, &open.next)),
        Ok(_) => Ok(pages::refused(site)),
        Err(err) => Ok(unavailable_command(&err)),
    }
}

/// An admin may have changed their mind while the page was open.
async fn check_connection(site: &Site, open: &Open) -> Result<(), Response> {
    let id = open.connection.id;
    let found = site.store().read(|db| connections::get(db, id));
    let found = found.map_err(|err| unavailable(&err))?;
    if found.as_ref() == Some(&open.connection) {
        return Ok(());
    }
    let reason = "the connection was changed, disabled or deleted in the meantime";
    Err(refused(site, &open.connection.spec.name, reason).await)
}

/// Whether the password is the user's, and since when that has been theirs.
async fn compared(
    site: &Site,
    id: UserId,
    password: &str,
) -> Result<(bool, Option<Timestamp>), Trouble> {
    if password.is_empty() || password.chars().nth(LONGEST as usize).is_some() {
        let message = format!("must have between 1 and {LONGEST} characters");
        return Err(Trouble::Fields(vec![FieldError::new("password", message)]));
    }
    let read = |db: &_| {
        let user = users::get(db, id)?;
        let hash = match &user {
            Some(user) => credentials::get(db, user.id)?.password_hash,
            None => None,
        };
        Ok::<_, StoreError>((user.and_then(|it| it.password_changed), hash))
    };
    let (changed, hash) = site.store().read(read).map_err(|err| {
        tracing::error!("the store does not answer: {err}");
        Trouble::broken()
    })?;
    let password = password.to_owned();
    let compare = move || password::verify(hash.as_deref(), &password);
    let compared = site.hashing().run(Lane::Stranger, compare).await;
    let is_right = compared.map_err(|err| {
        tracing::warn!("{err}");
        let text =
            "Nothing was done yet. Wait a moment, enter the password again, and send the form.";
        Trouble::Later(
            Alert::new("Many people are signing in at this moment", text),
            10,
        )
    })?;
    Ok((is_right, changed))
}

/// The same for a wrong password, a wrong code, and an account that is locked.
fn wrong() -> Alert {
    Alert::new(
        "You could not be signed in",
        "Check the password, and the code if you use an authenticator app. After many failures an account stays closed for a while, even to the right password.",
    )
}

fn page(site: &Site, browser: &Browser, open: &Open, trouble: Option<&Trouble>) -> Response {
    let spec = &open.connection.spec;
    let email = spec.claims.get("email");
    let email = email.and_then(|claim| open.signed_on.claims.text(claim));
    let email = email.unwrap_or_default();
    let name = &spec.name;
    let page = FormPage {
        title: "Is this your account?",
        intro: vec![
            format!("There is an account with the email address {email} here already. If it is yours, enter its password once. From then on, {name} signs you in."),
            "If it is not yours, or you do not know its password, ask the people who run this site.".to_owned(),
        ],
        action: PATH,
        token: site.tokens().issue(browser.as_bytes(), site.clock().now()),
        fields: vec![
            Field::secret("password", "Password", "current-password"),
            Field::text("code", "Code", "one-time-code")
                .optional()
                .hint("Only if you use an authenticator app here."),
        ],
        button: "Yes, sign in",
        links: vec![pages::TO_SIGN_IN],
        ..FormPage::default()
    };
    form_page::answer(trouble, page.told(trouble).render(&site.brand()))
}
