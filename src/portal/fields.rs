//! The fields of a form, as the templates want them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    model::{
        attribute::{Attribute, AttributeKind, AttributeSpec},
        password::{PasswordPolicy, PasswordRule},
        text,
        user::{FieldError, field_label},
    },
    store::Config,
};

/// Stands before the name of a custom attribute, which could be that of another field otherwise.
const CUSTOM: &str = "attribute.";

#[derive(Default, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own that the template asks"
)]
pub(super) struct Field {
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

    /// Is shown and cannot be changed.
    is_fixed: bool,

    /// Stands below the label.
    hint: String,
    error: Option<String>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// A rule for passwords, which a script can check while one is being typed.
#[derive(Serialize)]
pub(super) struct Rule {
    name: &'static str,
    text: String,
    values: BTreeMap<&'static str, String>,
}

/// A line of the summary above a form.
#[derive(Serialize)]
pub(super) struct Mistake {
    id: String,
    message: String,
}

/// Something that is nobody's fault, or that no field is to blame for.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Alert {
    pub(super) title: &'static str,
    pub(super) texts: Vec<String>,
}

impl Alert {
    pub(super) fn new(title: &'static str, text: &str) -> Self {
        Self {
            title,
            texts: vec![text.to_owned()],
        }
    }

    pub(super) fn broken() -> Self {
        Self::new(
            "This does not work at the moment",
            "It is not your fault. Please try again in a few minutes.",
        )
    }
}

impl Field {
    /// A field that every directory has.
    pub(super) fn built_in(name: &str, value: &str) -> Self {
        let (input_type, autocomplete) = match name {
            "email" => ("email", "email"),
            "phone" => ("tel", "tel"),
            "first_name" => ("text", "given-name"),
            "last_name" => ("text", "family-name"),
            _ => ("text", "username"),
        };
        let is_name = matches!(name, "first_name" | "last_name");
        Self {
            input_type,
            value: value.to_owned(),
            is_required: matches!(name, "email" | "username"),
            is_half: is_name,
            is_prose: is_name,
            ..Self::text(name, field_label(name), autocomplete)
        }
    }

    pub(super) fn custom(spec: &AttributeSpec, value: &str) -> Self {
        let (kind, input_type, inputmode) = match &spec.kind {
            AttributeKind::Text => ("text", "text", ""),
            // A number field would hide what was mistyped, and change it under the mouse wheel.
            AttributeKind::Number => ("text", "text", "decimal"),
            AttributeKind::Date => ("text", "date", ""),
            AttributeKind::YesNo => ("yes_no", "", ""),
            AttributeKind::Choice { .. } => ("choice", "", ""),
        };
        Self {
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
            is_prose: spec.kind == AttributeKind::Text,
            ..Self::default()
        }
    }

    pub(super) fn text(name: &str, label: &str, autocomplete: &'static str) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            kind: "text",
            input_type: "text",
            autocomplete,
            is_required: true,
            ..Self::default()
        }
    }

    /// What nobody may read over somebody's shoulder.
    pub(super) fn secret(name: &str, label: &str, autocomplete: &'static str) -> Self {
        Self {
            kind: "secret",
            ..Self::text(name, label, autocomplete)
        }
    }

    /// A password that is being chosen; the rules stand below it.
    pub(super) fn new_password(label: &str) -> Self {
        Self {
            kind: "new_password",
            ..Self::text("password", label, "new-password")
        }
    }

    pub(super) fn filled(self, value: &str) -> Self {
        Self {
            value: value.to_owned(),
            ..self
        }
    }

    pub(super) fn optional(self) -> Self {
        Self {
            is_required: false,
            ..self
        }
    }

    /// Shown, but not to be changed.
    pub(super) fn fixed(self) -> Self {
        Self {
            is_fixed: true,
            ..self
        }
    }

    pub(super) fn hint(self, hint: &str) -> Self {
        Self {
            hint: hint.to_owned(),
            ..self
        }
    }

    /// With the sentence about it, if there is one among `errors`.
    pub(super) fn told(self, errors: &[FieldError]) -> Self {
        let name = self.name.strip_prefix(CUSTOM).unwrap_or(&self.name);
        let error = errors.iter().find(|it| it.field == name);
        let error = error.map(|it| sentence(&self.label, &it.message));
        Self { error, ..self }
    }

    pub(super) fn is_about(&self, error: &FieldError) -> bool {
        self.name.strip_prefix(CUSTOM).unwrap_or(&self.name) == error.field
    }
}

/// The label and the rest, unless the rest begins with what was typed.
pub(super) fn sentence(label: &str, message: &str) -> String {
    if message.starts_with('"') {
        format!("{label}: {message}")
    } else {
        format!("{label} {message}")
    }
}

/// What the summary says, in the order of the fields.
pub(super) fn mistakes<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<Mistake> {
    let mistake = |field: &Field| {
        Some(Mistake {
            id: field.id.clone(),
            message: field.error.clone()?,
        })
    };
    fields.into_iter().filter_map(mistake).collect()
}

/// The custom attributes that people fill in themselves: those that an admin wants on the sign-up
/// page, and those without which nobody can be created.
pub(super) fn shown(config: &Config) -> impl Iterator<Item = &AttributeSpec> {
    let is_shown = |it: &&Attribute| it.spec.is_on_sign_up || it.spec.is_required;
    config.attributes.iter().filter(is_shown).map(|it| &it.spec)
}

pub(super) fn attribute_field(spec: &AttributeSpec) -> String {
    format!("{CUSTOM}{}", spec.name)
}

pub(super) fn rules(policy: &PasswordPolicy) -> Vec<Rule> {
    policy.rules().into_iter().map(rule).collect()
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
