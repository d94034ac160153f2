//! My profile: what people may change about themselves.
//!
//! An address that belongs to somebody else is answered like any other: everything else is saved,
//! the old address stays, the audit says why, and only a few addresses can be tried. So the answer
//! to a form does not tell who has an account here, just as on the sign-up page.

use axum::{
    extract::{RawQuery, Request, State},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use sha2::{Digest as _, Sha256};

use super::{
    SignedIn, TO_PROFILE, actor,
    proof::{self, CURRENT},
    session::Member,
};
use crate::{
    command::{self, Command, CommandError},
    model::{
        event::Source,
        user::{Profile, ProfileForm, User, UserUpdate, field_label},
    },
    portal::{
        Site,
        address::Visitor,
        fields::{Alert, Field, attribute_field, shown},
        form::Form,
        form_page::{self, FormPage, Hidden, Trouble},
        submission,
        token::hex,
    },
    store::Config,
};

/// The fields that people may change.
const OWN: [&str; 4] = ["first_name", "last_name", "email", "phone"];

pub(super) async fn show(
    State(site): State<Site>,
    RawQuery(query): RawQuery,
    SignedIn(member): SignedIn,
) -> Response {
    let config = match site.config() {
        Ok(config) => config,
        Err(response) => return response,
    };
    let form = member.user.profile.form();
    page(&site, &config, &member, &form, None, done(query.as_deref()))
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
    let (headers, sent) = submission::receive(site, visitor, limits, request, TO_PROFILE).await?;
    submission::of_owner(site, member.owner(), &sent, TO_PROFILE)?;
    let config = site.config()?;
    let typed = typed(&config, &member.user, &sent);
    let saved = save(site, visitor, &headers, &config, member, &typed, &sent).await;
    Ok(match saved {
        Ok(Saved::All) => Redirect::to("/account/profile?done=saved").into_response(),
        Ok(Saved::WithAddress) => Redirect::to("/account/profile?done=address").into_response(),
        Err(trouble) => page(site, &config, member, &typed, Some(&trouble), None),
    })
}

enum Saved {
    All,

    /// All, and the new address if it was free.
    WithAddress,
}

async fn save(
    site: &Site,
    visitor: &Visitor,
    headers: &HeaderMap,
    config: &Config,
    member: &Member,
    typed: &ProfileForm,
    sent: &Form,
) -> Result<Saved, Trouble> {
    let before = &member.user.profile;
    let checked = typed.check(&config.attributes).map_err(Trouble::Fields)?;
    if sent.text("seen") != seen(before) {
        return Err(outdated(config, &before.form(), typed));
    }
    if checked.email == before.email {
        update(site, member, typed.clone())
            .await
            .map_err(super::trouble)?;
        return Ok(Saved::All);
    }
    proof::ask(site, visitor, headers, member, sent.text(CURRENT)).await?;
    let taken = site
        .account()
        .email_changes
        .take(member.user.id, site.clock().now());
    taken.map_err(|wait| too_many_addresses(wait.num_seconds() + 1))?;
    let updated = match update(site, member, typed.clone()).await {
        Err(CommandError::Fields(errors)) if errors.iter().all(|it| it.field == "email") => {
            let without = ProfileForm {
                email: before.email.as_str().to_owned(),
                ..typed.clone()
            };
            update(site, member, without).await
        }
        updated => updated,
    };
    updated.map_err(super::trouble)?;
    Ok(Saved::WithAddress)
}

async fn update(site: &Site, member: &Member, form: ProfileForm) -> Result<(), CommandError> {
    let command = Command::UpdateUser {
        id: member.user.id,
        update: Box::new(UserUpdate::profile(form)),
        source: Source::EndUserDetails,
        if_revision: Some(member.user.revision),
    };
    let (actor, now) = (actor(&member.user), site.clock().now());
    let reply = command::apply_async(site.store(), &actor, command, now).await;
    reply.map(|_| ())
}

/// What was typed stays in the form; what stands in the directory now is said beside it.
fn outdated(config: &Config, now: &ProfileForm, typed: &ProfileForm) -> Trouble {
    let mut texts = vec![
        "Nothing was saved yet. What you entered is below; send it again to keep it.".to_owned(),
    ];
    let differs = |label: &str, now: &str, typed: &str| {
        let shown = if now.is_empty() { "empty" } else { now };
        (now != typed.trim()).then(|| format!("{label} is now: {shown}"))
    };
    texts.extend(OWN.iter().filter_map(|name| {
        differs(
            field_label(name),
            built_in(now, name),
            built_in(typed, name),
        )
    }));
    let value = |form: &ProfileForm, name: &str| form.attributes.get(name).cloned();
    texts.extend(shown(config).filter_map(|spec| {
        let (now, typed) = (value(now, &spec.name), value(typed, &spec.name));
        differs(
            &spec.label,
            &now.unwrap_or_default(),
            &typed.unwrap_or_default(),
        )
    }));
    Trouble::Refused(Alert {
        title: "Your details were changed in the meantime",
        texts,
    })
}

fn too_many_addresses(seconds: i64) -> Trouble {
    let alert = Alert::new(
        "Your email address was changed often",
        "Nothing was saved. Wait a while before you change it again.",
    );
    Trouble::Limited(alert, seconds)
}

/// The profile with the fields that the page has as they were typed. Whatever else was sent, such as
/// a username or an attribute that is for admins only, is passed over.
fn typed(config: &Config, user: &User, sent: &Form) -> ProfileForm {
    let before = user.profile.form();
    let email = if has_password(user) {
        sent.text("email").to_owned()
    } else {
        before.email.clone()
    };
    let mut form = ProfileForm {
        first_name: sent.text("first_name").to_owned(),
        last_name: sent.text("last_name").to_owned(),
        email,
        phone: sent.text("phone").to_owned(),
        ..before
    };
    for spec in shown(config) {
        let value = sent.text(&attribute_field(spec));
        if value.is_empty() {
            form.attributes.remove(&spec.name);
        } else {
            form.attributes.insert(spec.name.clone(), value.to_owned());
        }
    }
    form
}

/// Who signs in through a provider alone can prove nothing here.
fn has_password(user: &User) -> bool {
    user.password_changed.is_some()
}

fn built_in<'a>(form: &'a ProfileForm, name: &str) -> &'a str {
    match name {
        "first_name" => &form.first_name,
        "last_name" => &form.last_name,
        "email" => &form.email,
        "phone" => &form.phone,
        _ => &form.username,
    }
}

/// What the form was filled with, so that a change meanwhile shows; memberships and locks do not
/// count.
fn seen(profile: &Profile) -> String {
    let json = serde_json::to_vec(profile).unwrap_or_default();
    hex(&Sha256::digest(json))
}

fn page(
    site: &Site,
    config: &Config,
    member: &Member,
    form: &ProfileForm,
    trouble: Option<&Trouble>,
    done: Option<String>,
) -> Response {
    let mut fields: Vec<Field> = vec![
        Field::built_in("username", &form.username)
            .fixed()
            .hint("It stays as it is."),
    ];
    let has_password = has_password(&member.user);
    fields.extend(OWN.iter().map(|name| {
        let field = Field::built_in(name, built_in(form, name));
        if *name == "email" && !has_password {
            field
                .fixed()
                .hint("It comes from the provider through which you sign in.")
        } else {
            field
        }
    }));
    let value = |name: &str| form.attributes.get(name).map_or("", String::as_str);
    fields.extend(shown(config).map(|spec| Field::custom(spec, value(&spec.name))));
    if has_password {
        let proof = proof::field().optional();
        fields.push(proof.hint("Only needed when you change your email."));
    }
    let page = FormPage {
        title: "Your profile",
        done,
        action: "/account/profile",
        token: member.token(site),
        hidden: vec![Hidden {
            name: "seen",
            value: seen(&member.user.profile),
        }],
        fields,
        button: "Save",
        ..FormPage::default()
    };
    let page = page.told(trouble);
    form_page::answer(trouble, member.page(site, "form.html", "profile", &page))
}

fn done(query: Option<&str>) -> Option<String> {
    let text = match query?.strip_prefix("done=")? {
        "saved" => "Your details are saved.",
        "address" => {
            "Your details are saved. If there was an account with the new email address before, it stays as it was, and so does your address."
        }
        _ => return None,
    };
    Some(text.to_owned())
}
