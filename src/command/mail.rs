//! Mails that changes bring with them: made here, queued in the transaction of the change.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, context};

use super::{CommandError, Log};
use crate::{
    model::{mail::Mail, user::User},
    store::{Config, outbox},
};

const PASSWORD_CHANGED: &str = "password-change-success";

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in [
        (
            "password-change-success.subject",
            include_str!("../../assets/mail/password-change-success.subject"),
        ),
        (
            "password-change-success.txt",
            include_str!("../../assets/mail/password-change-success.txt"),
        ),
        (
            "password-change-success.html",
            include_str!("../../assets/mail/password-change-success.html"),
        ),
    ] {
        templates
            .add_template(name, source)
            .expect("the templates are part of the program, and a test renders every one");
    }
    templates
});

/// Tells a user that the password was changed, so that it is noticed if it was somebody else.
pub(super) fn password_changed(
    log: &Log<'_>,
    config: &Config,
    user: &User,
) -> Result<(), CommandError> {
    let profile = &user.profile;
    let name = match profile.first_name.as_str() {
        "" => profile.username.as_str(),
        first => first,
    };
    let local = log.now.with_timezone(&config.settings.zone());
    let values = context! {
        portal => config.settings.branding.name.as_str(),
        name,
        username => profile.username.as_str(),
        when => local.format("%Y-%m-%d %H:%M %Z").to_string(),
    };
    let render = |part: &str| {
        let template = TEMPLATES.get_template(&format!("{PASSWORD_CHANGED}.{part}"));
        let text = template.and_then(|it| it.render(&values));
        text.map_err(|err| CommandError::Mail(err.to_string()))
    };
    let mail = Mail {
        address: profile.email.as_str().to_owned(),
        template: PASSWORD_CHANGED.to_owned(),
        subject: one_line(&render("subject")?),
        text: render("txt")?,
        html: render("html")?,
        message_id: format!(
            "<{PASSWORD_CHANGED}.{}.{}@tenure.invalid>",
            user.id,
            log.now.timestamp_micros()
        ),
    };
    Ok(outbox::insert(log.tx, Some(user.id), &mail, log.now)?)
}

/// A subject is one line: no value can begin another header.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_control()).collect();
    words.join(" ").trim().to_owned()
}
