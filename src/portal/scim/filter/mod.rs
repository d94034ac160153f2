//! Filters and paths as clients write them (RFC 7644 §3.4.2.2 and §3.5.2), as values.
//!
//! The grammar is small, so it is read by hand. The parser of the crate `scim_v2` takes neither
//! `members.$ref` nor `emails[type eq "work"].value eq "…"`, which Entra sends, nor `True`; and it
//! brings 15,000 generated lines for what fits into one file here.
//!
//! **Invariants:** what is read is at most [`MAX_LENGTH`] bytes long, [`MAX_DEPTH`] levels deep and
//! [`MAX_TERMS`] comparisons wide, so that nothing that is made of it can be large. Written out
//! and read again, a filter is the same.

mod evaluate;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;

pub(super) use self::{
    evaluate::matches,
    parse::{filter, path},
};
use super::schema;

/// The longest filter, in bytes. Real ones have a hundred.
pub(super) const MAX_LENGTH: usize = 8 * 1024;

/// How deep parentheses, brackets and `not` may nest.
pub(super) const MAX_DEPTH: usize = 32;

/// How many comparisons one filter may make.
pub(super) const MAX_TERMS: usize = 200;

/// Which resources are meant, or which values of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),

    /// `emails[type eq "work"]`: one value of the attribute meets the whole filter.
    Within(Name, Box<Self>),
    Present(Name),

    /// The value is no array and no object.
    Compare(Name, Operator, Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// What names an attribute: `urn:…:User:name.sub`. Case is kept, and does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// `None` when the resource's own schema is meant.
    pub(super) schema: Option<String>,

    /// Empty when the schema as a whole is meant.
    pub(super) attribute: String,
    pub(super) sub: Option<String>,
}

/// Where a PATCH operation applies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    /// With the sub-attribute that stands before a filter or, if there is none, after it.
    pub(super) name: Name,

    /// Which values of it.
    pub(super) filter: Option<Filter>,
}

/// Why a text is no filter, or no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FilterError {
    #[error("it is longer than {MAX_LENGTH} bytes")]
    TooLong,
    #[error("it nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    #[error("it makes more than {MAX_TERMS} comparisons")]
    TooWide,
    #[error("at character {at}: {expected} is expected")]
    Expected { at: usize, expected: &'static str },
    #[error(
        "at character {at}: {word:?} is no operator; there are eq, ne, co, sw, ew, pr, gt, ge, lt and le"
    )]
    NoOperator { at: usize, word: String },
}

impl Operator {
    pub(super) const ALL: [Self; 9] = [
        Self::Eq,
        Self::Ne,
        Self::Co,
        Self::Sw,
        Self::Ew,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

impl Name {
    /// Of letters that an attribute's name can have; the schema, if there is one, is what stands
    /// before the last colon. `None` when it is no name.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(urn) = schema::KNOWN
            .iter()
            .find(|it| it.eq_ignore_ascii_case(text))
        {
            return Some(Self {
                schema: Some((*urn).to_owned()),
                attribute: String::new(),
                sub: None,
            });
        }
        let (schema, rest) = match text.rsplit_once(':') {
            Some((schema, rest)) => (Some(schema), rest),
            None => (None, text),
        };
        let (attribute, sub) = match rest.split_once('.') {
            Some((attribute, sub)) => (attribute, Some(sub)),
            None => (rest, None),
        };
        let is_urn = |it: &str| {
            let start = it.get(..4);
            it.len() > 4 && start.is_some_and(|it| it.eq_ignore_ascii_case("urn:"))
        };
        let is_good = schema.is_none_or(is_urn) && is_word(attribute) && sub.is_none_or(is_word);
        is_good.then(|| Self {
            schema: schema.map(str::to_owned),
            attribute: attribute.to_owned(),
            sub: sub.map(str::to_owned),
        })
    }

    /// The name of an attribute of the resource's own schema.
    #[cfg(test)]
    pub(super) fn plain(attribute: &str, sub: Option<&str>) -> Self {
        Self {
            schema: None,
            attribute: attribute.to_owned(),
            sub: sub.map(str::to_owned),
        }
    }
}

/// A name as RFC 7643 §2.1 has them, and `$ref`.
fn is_word(text: &str) -> bool {
    let mut letters = text.chars();
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '$';
    letters.next().is_some_and(is_first)
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$'))
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.schema, self.attribute.as_str()) {
            (Some(schema), "") => f.write_str(schema)?,
            (Some(schema), attribute) => write!(f, "{schema}:{attribute}")?,
            (None, attribute) => f.write_str(attribute)?,
        }
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    write!(f, " {word} ")?;
                }
                match part {
                    Self::All(_) | Self::Any(_) => write!(f, "({part})")?,
                    _ => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All(parts) => joined(f, parts, "and"),
            Self::Any(parts) => joined(f, parts, "or"),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Within(name, inner) => write!(f, "{name}[{inner}]"),
            Self::Present(name) => write!(f, "{name} pr"),
            Self::Compare(name, operator, value) => {
                write!(f, "{name} {} {value}", operator.word())
            }
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(filter) = &self.filter else {
            return self.name.fmt(f);
        };
        let whole = Name {
            sub: None,
            ..self.name.clone()
        };
        write!(f, "{whole}[{filter}]")?;
        match &self.name.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}
