//! What filters and orders of users are about, in the store's words.

use serde_json::Value;

use super::{
    super::{filter::Name, lower::Meaning, schema},
    field::custom,
};
use crate::{
    model::attribute::{Attribute as Custom, AttributeKind},
    store::{Config, matching::Operand, users::Column},
};

/// What a name means of users; `None` when it means nothing.
pub(super) fn meaning(name: &Name, config: &Config) -> Option<Meaning<Column>> {
    match name.schema.as_deref() {
        None => core(name),
        Some(urn) if urn.eq_ignore_ascii_case(schema::USER) => core(name),
        Some(urn) => {
            let mut known = [schema::ENTERPRISE, schema::TENURE].into_iter();
            let urn = known.find(|it| it.eq_ignore_ascii_case(urn))?;
            let found = custom(&name.attribute, urn, config)?;
            name.sub.is_none().then(|| attribute(found, urn))
        }
    }
}

fn core(name: &Name) -> Option<Meaning<Column>> {
    let attribute = name.attribute.to_ascii_lowercase();
    let sub = name.sub.as_deref().map(str::to_ascii_lowercase);
    let work = || Value::from("work");
    Some(match (attribute.as_str(), sub.as_deref()) {
        ("id", None) => Meaning::Id(Column::Id),
        ("externalid", None) => Meaning::Exact(Column::ExternalId),
        ("username", None) => Meaning::Text(Column::Username),
        ("displayname", None) => Meaning::Text(Column::DisplayName),
        ("name", None) => Meaning::Whole(Some(Column::FullName)),
        ("name", Some("formatted")) => Meaning::Text(Column::FullName),
        ("name", Some("givenname")) => Meaning::Text(Column::FirstName),
        ("name", Some("familyname")) => Meaning::Text(Column::LastName),
        ("emails", None | Some("value")) => Meaning::Text(Column::Email),
        ("emails", Some("type")) => Meaning::Constant(work(), None),
        ("emails", Some("primary")) => Meaning::Constant(true.into(), None),
        ("phonenumbers", None | Some("value")) => Meaning::Text(Column::Phone),
        ("phonenumbers", Some("type")) => Meaning::Constant(work(), Some(Column::Phone)),
        ("active", None) => Meaning::Flag(Column::IsEnabled, Operand::Whole(1), Operand::Whole(0)),
        ("groups", None | Some("value")) => Meaning::Id(Column::Group),
        ("groups", Some("display")) => Meaning::OneOf(Column::GroupName),
        ("roles", None | Some("value" | "display")) => Meaning::OneOf(Column::Role),
        ("schemas", None) => Meaning::Constant(schema::USER.into(), None),
        ("meta", None) => Meaning::Whole(None),
        ("meta", Some("resourcetype")) => Meaning::Constant("User".into(), None),
        ("meta", Some("created")) => Meaning::Moment(Column::Created),
        ("meta", Some("lastmodified")) => Meaning::Moment(Column::Changed),
        _ => return None,
    })
}

fn attribute(custom: &Custom, urn: &str) -> Meaning<Column> {
    let kind = custom.spec.kind.clone();
    let column = Column::Attribute {
        name: custom.spec.name.clone(),
        kind: kind.clone(),
    };
    match kind {
        AttributeKind::Number => Meaning::Number(column),
        AttributeKind::YesNo if urn == schema::TENURE => {
            let word = |it: &str| Operand::Text(it.to_owned());
            Meaning::Flag(column, word("yes"), word("no"))
        }
        AttributeKind::Text
        | AttributeKind::YesNo
        | AttributeKind::Date
        | AttributeKind::Choice { .. } => Meaning::Text(column),
    }
}
