//! The sign-up page as its template wants it.

use std::collections::BTreeMap;

use axum::response::Html;
use serde::Serialize;

use super::fields::{BUILT_IN, REPEAT, Typed, attribute_field, shown};
use crate::{
    model::{
        attribute::{AttributeKind, AttributeSpec},
        password::PasswordRule,
        text,
        user::{FieldError, field_label},
    },
    portal::page::{self, Brand},
    store::Config,
};

/// Filled with what was typed, but for the passwords.
pub(super) struct View<'a> {
    typed: Option<&'a Typed>,
    errors: &'a [FieldError],
    alert: Option<Alert>,
}

/// Something that is nobody's fault.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Alert {
    title: &'static str,
    text: &'static str,
}

#[derive(Serialize)]
struct Content<'a> {
    token: &'a str,
    errors: Vec<Mistake<'a>>,
    fields: &'a [Field],
    password: &'a Field,
    repeat: &'a Field,
    rules: Vec<Rule>,
    alert: Option<Alert>,
}

#[derive(Default, Serialize)]
struct Field {
    id: String,
    name: String,
    label: String,
    value: String,

    /// Which part of the template draws it.
    kind: &'static str,
    #[serde(rename = "type")]
    input_type: &'static str,
    inputmode: &'static str,
    autocomplete: &'static str,
    options: Vec<Choice>,
    is_required: bool,

    /// Stands beside its neighbour where there is room.
    is_half: bool,

    /// Holds words, which keyboards may capitalise and check.
    is_prose: bool,
    error: Option<String>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct Rule {
    name: &'static str,
    text: String,
    values: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Mistake<'a> {
    id: &'a str,
    message: &'a str,
}

impl Alert {
    pub(super) const BUSY: Self = Self {
        title: "Many people are signing up at this moment",
        text: "Nothing was done yet. Wait a moment, enter your password again, and send the form.",
    };
    pub(super) const BROKEN: Self = Self {
        title: "This does not work at the moment",
        text: "It is not your fault. Please try again in a few minutes.",
    };
}

impl<'a> View<'a> {
    pub(super) fn blank() -> Self {
        Self {
            typed: None,
            errors: &[],
            alert: None,
        }
    }

    pub(super) fn with_errors(typed: &'a Typed, errors: &'a [FieldError]) -> Self {
        Self {
            typed: Some(typed),
            errors,
            alert: None,
        }
    }

    pub(super) fn with_alert(typed: &'a Typed, alert: Alert) -> Self {
        Self {
            typed: Some(typed),
            errors: &[],
            alert: Some(alert),
        }
    }

    pub(super) fn render(&self, brand: &Brand, config: &Config, token: &str) -> Html<String> {
        let built_in = BUILT_IN.iter().map(|name| self.built_in(name));
        let custom = shown(config).map(|spec| self.custom(spec));
        let fields: Vec<Field> = built_in.chain(custom).collect();
        let password = self.secret("password", field_label("password"));
        let repeat = self.secret(REPEAT, "Repeat password");
        let rules = config.settings.password.rules();
        let rules: Vec<Rule> = rules.into_iter().map(rule).collect();
        let errors: Vec<Mistake<'_>> = fields
            .iter()
            .chain([&password, &repeat])
            .filter_map(|field| {
                let message = field.error.as_deref()?;
                Some(Mistake {
                    id: &field.id,
                    message,
                })
            })
            .collect();
        let content = Content {
            token,
            errors,
            fields: &fields,
            password: &password,
            repeat: &repeat,
            rules,
            alert: self.alert,
        };
        page::render("signup.html", brand, &content)
    }

    fn built_in(&self, name: &'static str) -> Field {
        let (input_type, autocomplete) = match name {
            "email" => ("email", "email"),
            "phone" => ("tel", "tel"),
            "first_name" => ("text", "given-name"),
            "last_name" => ("text", "family-name"),
            _ => ("text", "username"),
        };
        let is_name = matches!(name, "first_name" | "last_name");
        let label = field_label(name);
        Field {
            id: name.to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            value: self.typed.map_or("", |it| it.built_in(name)).to_owned(),
            kind: "text",
            input_type,
            autocomplete,
            is_required: matches!(name, "email" | "username"),
            is_half: is_name,
            is_prose: is_name,
            error: self.error(name, label),
            ..Field::default()
        }
    }

    fn custom(&self, spec: &AttributeSpec) -> Field {
        let value = self
            .typed
            .and_then(|it| it.form.attributes.get(&spec.name))
            .map_or("", String::as_str);
        let (kind, input_type, inputmode) = match &spec.kind {
            AttributeKind::Text => ("text", "text", ""),
            // A number field would hide what was mistyped, and change it under the mouse wheel.
            AttributeKind::Number => ("text", "text", "decimal"),
            AttributeKind::Date => ("text", "date", ""),
            AttributeKind::YesNo => ("yes_no", "", ""),
            AttributeKind::Choice { .. } => ("choice", "", ""),
        };
        Field {
            id: format!("attribute-{}", spec.name),
            name: attribute_field(spec),
            label: spec.label.clone(),
            value: value.to_owned(),
            kind,
            input_type,
            inputmode,
            autocomplete: "off",
            options: options(spec, value),
            is_required: spec.is_required,
            is_half: false,
            is_prose: spec.kind == AttributeKind::Text,
            error: self.error(&spec.name, &spec.label),
        }
    }

    fn secret(&self, name: &str, label: &str) -> Field {
        Field {
            id: name.to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            is_required: true,
            error: self.error(name, label),
            ..Field::default()
        }
    }

    /// The sentence about a field: its label and the rest, unless the rest begins with what was
    /// typed.
    fn error(&self, name: &str, label: &str) -> Option<String> {
        let error = self.errors.iter().find(|it| it.field == name)?;
        let message = &error.message;
        Some(if message.starts_with('"') {
            format!("{label}: {message}")
        } else {
            format!("{label} {message}")
        })
    }
}

fn options(spec: &AttributeSpec, value: &str) -> Vec<Choice> {
    let folded = text::fold(value.trim());
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        is_chosen: text::fold(value) == folded,
    };
    match &spec.kind {
        AttributeKind::YesNo => {
            let mut options = vec![choice("yes", "Yes"), choice("no", "No")];
            if !spec.is_required {
                options.push(choice("", "No answer"));
            }
            options
        }
        AttributeKind::Choice { options } => {
            let named = options.iter().map(|it| choice(it, it));
            [choice("", "Choose…")].into_iter().chain(named).collect()
        }
        AttributeKind::Text | AttributeKind::Number | AttributeKind::Date => Vec::new(),
    }
}

fn rule(rule: PasswordRule) -> Rule {
    let (name, values) = match &rule {
        PasswordRule::Length { min, max } => (
            "length",
            BTreeMap::from([("min", min.to_string()), ("max", max.to_string())]),
        ),
        PasswordRule::Upper => ("upper", BTreeMap::new()),
        PasswordRule::Lower => ("lower", BTreeMap::new()),
        PasswordRule::Digit => ("digit", BTreeMap::new()),
        PasswordRule::Symbol => ("symbol", BTreeMap::new()),
        PasswordRule::OnlySymbols(symbols) => (
            "only_symbols",
            BTreeMap::from([("symbols", symbols.clone())]),
        ),
        PasswordRule::NotSimilar => ("not_similar", BTreeMap::new()),
    };
    Rule {
        name,
        text: rule.text(),
        values,
    }
}
