//! Custom attributes: what an admin adds to the built-in fields of a user.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    id::AttributeId,
    text::{self, MAX_FIELD},
};

/// The values of a user's custom attributes by attribute name; one without a value is absent.
pub type Values = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    pub id: AttributeId,
    #[serde(flatten)]
    pub spec: AttributeSpec,
}

/// What an admin says about an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeSpec {
    /// Names it in files, conditions and requests; it never changes.
    pub name: String,

    /// What people read.
    pub label: String,
    #[serde(flatten)]
    pub kind: AttributeKind,
    pub is_required: bool,
    pub is_on_sign_up: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AttributeKind {
    Text,
    Number,
    YesNo,
    Date,
    Choice { options: Vec<String> },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    #[error("{0}")]
    Text(#[from] text::TextError),
    #[error("{0:?} is not a number, write it like 12 or -3.5")]
    NotANumber(String),
    #[error("{0:?} is neither yes nor no")]
    NotYesNo(String),
    #[error("{0:?} is not a date, write it like 2031-12-24")]
    NotADate(String),
    #[error("{value:?} is not one of the choices {}", text::list(.options, "and"))]
    NotAChoice { value: String, options: Vec<String> },
    #[error(
        "the name {0:?} is not one that an attribute can have: use letters, digits, - and _, beginning with a letter"
    )]
    BadName(String),
    #[error("the name {0:?} belongs to a built-in field")]
    BuiltIn(String),
    #[error("a choice needs at least one option, each different and not empty")]
    BadOptions,
}

/// Names that mean a built-in field in files and requests.
const BUILT_IN: &[&str] = &[
    "id",
    "action",
    "username",
    "email",
    "first_name",
    "last_name",
    "phone",
    "status",
    "mfa_method",
    "groups",
    "roles",
    "password",
    "created",
    "source",
    "group",
    "role",
];

impl AttributeSpec {
    /// The same, checked and tidied.
    pub fn checked(self) -> Result<Self, AttributeError> {
        let mut letters = self.name.chars();
        let is_name = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            && self.name.len() <= 64;
        if !is_name {
            return Err(AttributeError::BadName(self.name));
        }
        if BUILT_IN.contains(&self.name.to_ascii_lowercase().as_str()) {
            return Err(AttributeError::BuiltIn(self.name));
        }
        self.tidied()
    }

    /// The same, checked but for its name: one that exists keeps the name it was once given, also
    /// when no new one could have it.
    pub fn tidied(self) -> Result<Self, AttributeError> {
        Ok(Self {
            label: text::required_line(&self.label, MAX_FIELD)?,
            kind: self.kind.checked()?,
            ..self
        })
    }
}

impl AttributeKind {
    pub fn label(&self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::YesNo => "Yes/No",
            Self::Date => "Date",
            Self::Choice { .. } => "Choice",
        }
    }

    /// `value` in the one form in which it is kept and compared; `None` when it is empty.
    pub fn parse(&self, value: &str) -> Result<Option<String>, AttributeError> {
        let value = text::line(value, MAX_FIELD)?;
        if value.is_empty() {
            return Ok(None);
        }
        let parsed = match self {
            Self::Text => value,
            Self::Number => match value.parse::<f64>() {
                Ok(number) if number.is_finite() => number.to_string(),
                _ => return Err(AttributeError::NotANumber(value)),
            },
            Self::YesNo => match text::fold(&value).as_ref() {
                "yes" | "true" | "1" | "on" => "yes".to_owned(),
                "no" | "false" | "0" | "off" => "no".to_owned(),
                _ => return Err(AttributeError::NotYesNo(value)),
            },
            Self::Date => match NaiveDate::parse_from_str(&value, "%Y-%m-%d") {
                Ok(date) => date.to_string(),
                Err(_) => return Err(AttributeError::NotADate(value)),
            },
            Self::Choice { options } => {
                let folded = text::fold(&value);
                let found = options.iter().find(|it| text::fold(it) == folded);
                let Some(option) = found else {
                    let options = options.clone();
                    return Err(AttributeError::NotAChoice { value, options });
                };
                option.clone()
            }
        };
        Ok(Some(parsed))
    }

    fn checked(self) -> Result<Self, AttributeError> {
        let Self::Choice { options } = self else {
            return Ok(self);
        };
        let mut kept: Vec<String> = Vec::new();
        for option in options {
            let option = text::required_line(&option, MAX_FIELD)?;
            if kept.iter().any(|it| text::fold(it) == text::fold(&option)) {
                return Err(AttributeError::BadOptions);
            }
            kept.push(option);
        }
        if kept.is_empty() {
            return Err(AttributeError::BadOptions);
        }
        Ok(Self::Choice { options: kept })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice() -> AttributeKind {
        AttributeKind::Choice {
            options: vec!["Red".to_owned(), "Blue".to_owned()],
        }
    }

    #[track_caller]
    fn keeps(kind: AttributeKind, value: &str, expected: &str) {
        assert_eq!(kind.parse(value), Ok(Some(expected.to_owned())));
    }

    #[track_caller]
    fn refuses(kind: AttributeKind, value: &str, message: &str) {
        let error = kind.parse(value).expect_err("a refusal");
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn values_are_kept_in_one_form() {
        keeps(AttributeKind::Text, " Sales ", "Sales");
        keeps(AttributeKind::Number, "007.50", "7.5");
        keeps(AttributeKind::YesNo, "TRUE", "yes");
        keeps(AttributeKind::Date, "2031-02-01", "2031-02-01");
        keeps(choice(), "red", "Red");
        assert_eq!(AttributeKind::Number.parse("  "), Ok(None));
    }

    #[test]
    fn what_is_not_of_the_type_is_refused_in_words() {
        refuses(
            AttributeKind::Number,
            "NaN",
            "\"NaN\" is not a number, write it like 12 or -3.5",
        );
        refuses(
            AttributeKind::YesNo,
            "maybe",
            "\"maybe\" is neither yes nor no",
        );
        refuses(
            AttributeKind::Date,
            "2031-02-30",
            "\"2031-02-30\" is not a date, write it like 2031-12-24",
        );
        refuses(
            choice(),
            "green",
            "\"green\" is not one of the choices Red and Blue",
        );
    }

    #[test]
    fn a_name_is_plain_and_not_a_built_in_one() {
        let named = |name: &str| AttributeSpec {
            name: name.to_owned(),
            label: "x".to_owned(),
            kind: AttributeKind::Text,
            is_required: false,
            is_on_sign_up: false,
        };
        assert!(named("cost-center_2").checked().is_ok());
        assert!(named("mfa_method").tidied().is_ok(), "it may be older");
        for bad in ["", "2x", "a b", "é", "Email", "id", "mfa_method"] {
            assert!(named(bad).checked().is_err(), "{bad:?}");
        }
    }
}
