//! Changing one's password.

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    SignedIn, TO_SECURITY, actor,
    proof::{self, CURRENT},
    session::Member,
};
use crate::{
    command::{self, AccountCommand, Command, password},
    model::user::{FieldError, NewPassword, User},
    portal::{
        Site,
        address::Visitor,
        fields::{Field, rules},
        form_page::{self, FormPage, Trouble},
        hashing::Lane,
        submission,
    },
};

/// What is typed a second time.
pub(super) const REPEAT: &str = "password_repeat";

pub(super) async fn show(State(site): State<Site>, SignedIn(member): SignedIn) -> Response {
    page(&site, &member, None)
}

pub(super) async fn submit(
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
    let text = |name| form.text(name);
    let changed = async {
        check(site, &member.user, text("password"), text(REPEAT))?;
        proof::ask(site, visitor, &headers, member, text(CURRENT)).await?;
        let password = choose(site, &member.user, text("password"), text(REPEAT)).await?;
        let command = Command::from(AccountCommand::ChangePassword {
            user: member.user.id,
            password,
            session: member.session.id,
        });
        let (actor, now) = (actor(&member.user), site.clock().now());
        let reply = command::apply_async(site.store(), &actor, command, now).await;
        reply.map_err(super::trouble)
    };
    Ok(match changed.await {
        Ok(_) => Redirect::to("/account/security?done=password").into_response(),
        Err(trouble) => page(site, member, Some(&trouble)),
    })
}

/// What can be said about a new password without comparing it to earlier ones.
fn check(site: &Site, user: &User, password: &str, repeat: &str) -> Result<(), Trouble> {
    let config = site.store().config();
    let config = config.map_err(|err| super::trouble(err.into()))?;
    let mut errors = Vec::new();
    if password.is_empty() {
        errors.push(FieldError::new("password", "must not be empty"));
    } else if let Err(err) =
        password::check(&config.settings.password, &user.profile.form(), password)
    {
        errors.push(err);
    }
    if password != repeat {
        errors.push(FieldError::new(
            REPEAT,
            "must be the same as the new password",
        ));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Trouble::Fields(errors))
    }
}

/// A password that the user may have from now on, ready to be stored.
pub(super) async fn choose(
    site: &Site,
    user: &User,
    password: &str,
    repeat: &str,
) -> Result<NewPassword, Trouble> {
    check(site, user, password, repeat)?;
    let (store, id, password) = (site.store().clone(), user.id, password.to_owned());
    let work = move || password::choose(&store, id, &password, false);
    let chosen = site.hashing().run(Lane::Known, work).await;
    chosen
        .map_err(|_busy| proof::busy())?
        .map_err(super::trouble)
}

/// The user's own texts, which a password must not be made of, as a script reads them.
pub(super) fn own(user: &User) -> String {
    serde_json::to_string(&user.profile.own_texts()).unwrap_or_default()
}

fn page(site: &Site, member: &Member, trouble: Option<&Trouble>) -> Response {
    let config = match site.config() {
        Ok(config) => config,
        Err(response) => return response,
    };
    let page = FormPage {
        title: "Change password",
        intro: vec![
            "You stay signed in here. Everywhere else you have to sign in again.".to_owned(),
        ],
        action: "/account/security/password",
        token: member.token(site),
        fields: vec![
            proof::field(),
            Field::new_password("New password"),
            Field::secret(REPEAT, "Repeat new password", "new-password"),
        ],
        rules: rules(&config.settings.password),
        own: own(&member.user),
        button: "Change password",
        links: vec![TO_SECURITY],
        ..FormPage::default()
    };
    let page = page.told(trouble);
    form_page::answer(trouble, member.page(site, "form.html", "security", &page))
}
