//! Which part of a user an attribute means.

use super::super::{filter::Name, schema};
use crate::{model::attribute::Attribute as Custom, store::Config};

/// What a client can name and the directory keeps, and what it does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Field<'a> {
    UserName,
    Name,
    GivenName,
    FamilyName,
    Emails(Part),
    PhoneNumbers(Part),
    Active,
    ExternalId,
    Password,
    Custom(&'a Custom),

    /// One of the two extensions as a whole.
    Extension(&'static str),

    /// What the server decides: refused when a client names it to write it.
    ReadOnly,

    /// Made of other attributes, or not kept here at all: what a client writes to it is ignored.
    /// Entra and Okta write many attributes that a directory need not have.
    Ignored,
}

/// A part of the one value of an attribute that could have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Value,

    /// What is always the same here.
    Fixed,
}

impl<'a> Field<'a> {
    pub(super) fn of(name: &Name, config: &'a Config) -> Self {
        match name.schema.as_deref() {
            None => Self::core(name, config),
            Some(urn) if urn.eq_ignore_ascii_case(schema::USER) => Self::core(name, config),
            Some(urn) => Self::extension(urn, name, config),
        }
    }

    fn core(name: &Name, config: &'a Config) -> Self {
        let sub = name.sub.as_deref().map(str::to_ascii_lowercase);
        let sub = sub.as_deref();
        match (name.attribute.to_ascii_lowercase().as_str(), sub) {
            ("username", None) => Self::UserName,
            ("name", None) => Self::Name,
            ("name", Some("givenname")) => Self::GivenName,
            ("name", Some("familyname")) => Self::FamilyName,
            ("emails", sub) => Self::Emails(Part::of(sub)),
            ("phonenumbers", sub) => Self::PhoneNumbers(Part::of(sub)),
            ("active", None) => Self::Active,
            ("externalid", None) => Self::ExternalId,
            ("password", None) => Self::Password,
            ("id" | "meta" | "groups" | "roles", _) => Self::ReadOnly,
            // Some clients write what belongs to an extension without its name.
            (attribute, None) => Self::bare(attribute, config),
            _ => Self::Ignored,
        }
    }

    fn bare(attribute: &str, config: &'a Config) -> Self {
        let name = schema::enterprise_name(attribute);
        let found = name.and_then(|it| custom(it, schema::ENTERPRISE, config));
        found.map_or(Self::Ignored, Self::Custom)
    }

    fn extension(urn: &str, name: &Name, config: &'a Config) -> Self {
        let mut known = [schema::ENTERPRISE, schema::TENURE].into_iter();
        let Some(urn) = known.find(|it| it.eq_ignore_ascii_case(urn)) else {
            return Self::Ignored;
        };
        match (name.attribute.as_str(), &name.sub) {
            ("", _) => Self::Extension(urn),
            (attribute, None) => custom(attribute, urn, config).map_or(Self::Ignored, Self::Custom),
            _ => Self::Ignored,
        }
    }
}

impl Part {
    fn of(sub: Option<&str>) -> Self {
        match sub {
            None => Self::Whole,
            Some("value") => Self::Value,
            Some(_) => Self::Fixed,
        }
    }
}

/// The custom attribute that an extension has under this name.
pub(super) fn custom<'a>(name: &str, urn: &str, config: &'a Config) -> Option<&'a Custom> {
    config.attributes.iter().find(|it| {
        let (place, known) = schema::place(it);
        place == urn && known.eq_ignore_ascii_case(name)
    })
}
