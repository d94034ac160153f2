//! What filters and orders of groups are about, in the store's words.

use super::super::{filter::Name, lower::Meaning, schema};
use crate::store::groups::Column;

/// What a name means of groups; `None` when it means nothing.
pub(super) fn meaning(name: &Name) -> Option<Meaning<Column>> {
    let is_ours = |urn: &String| urn.eq_ignore_ascii_case(schema::GROUP);
    if !name.schema.as_ref().is_none_or(is_ours) {
        return None;
    }
    let attribute = name.attribute.to_ascii_lowercase();
    let sub = name.sub.as_deref().map(str::to_ascii_lowercase);
    Some(match (attribute.as_str(), sub.as_deref()) {
        ("id", None) => Meaning::Id(Column::Id),
        ("externalid", None) => Meaning::Exact(Column::ExternalId),
        ("displayname", None) => Meaning::Text(Column::Name),
        ("members", None | Some("value")) => Meaning::Id(Column::Member),
        ("members", Some("type")) => Meaning::Constant("User".into(), Some(Column::Member)),
        ("schemas", None) => Meaning::Constant(schema::GROUP.into(), None),
        ("meta", None) => Meaning::Whole(None),
        ("meta", Some("resourcetype")) => Meaning::Constant("Group".into(), None),
        ("meta", Some("created")) => Meaning::Moment(Column::Created),
        ("meta", Some("lastmodified")) => Meaning::Moment(Column::Changed),
        _ => return None,
    })
}
