//! The sign-up page as its template wants it.

use super::fields::{BUILT_IN, REPEAT, Typed};
use crate::{
    model::user::field_label,
    portal::{
        fields::{Alert, Field, rules, shown},
        form_page::{FormPage, Trouble},
        page::Link,
    },
    store::Config,
};

const TO_SIGN_IN: Link = Link {
    href: "/sign-in",
    text: "Sign in instead",
};

pub(super) fn busy() -> Trouble {
    let alert = Alert::new(
        "Many people are signing up at this moment",
        "Nothing was done yet. Wait a moment, enter your password again, and send the form.",
    );
    Trouble::Later(alert, 10)
}

/// Filled with what was typed, but for the passwords.
pub(super) fn page(
    config: &Config,
    token: String,
    typed: Option<&Typed>,
    trouble: Option<&Trouble>,
) -> FormPage {
    let built_in = BUILT_IN.iter().map(|name| {
        let value = typed.map_or("", |it| it.built_in(name));
        Field::built_in(name, value)
    });
    let custom = shown(config).map(|spec| {
        let value = typed.and_then(|it| it.form.attributes.get(&spec.name));
        Field::custom(spec, value.map_or("", String::as_str))
    });
    let secrets = [
        Field::new_password(field_label("password")),
        Field::secret(REPEAT, "Repeat password", "new-password"),
    ];
    let page = FormPage {
        title: "Sign up",
        intro: vec!["Everything is needed unless it is marked optional.".to_owned()],
        is_welcome: true,
        action: "/signup",
        token,
        fields: built_in.chain(custom).chain(secrets).collect(),
        rules: rules(&config.settings.password),
        button: "Create account",
        links: vec![TO_SIGN_IN],
        ..FormPage::default()
    };
    page.told(trouble)
}
