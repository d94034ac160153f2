//! Groups that meet a condition, counted and by the page.

use rusqlite::{Connection, params_from_iter};

use super::{COLUMNS, group};
use crate::{
    model::group::Group,
    store::{
        StoreError,
        matching::{Condition, Expression, Means, Sort, Test, order},
        sql,
    },
};

/// What of a group can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// A whole number.
    Id,

    /// As [`crate::model::text::fold`] makes it.
    Name,

    /// With its case.
    ExternalId,

    /// Microseconds since 1970.
    Created,
    Changed,

    /// The number of a user who is a member, outside the recycle bin.
    Member,
}

impl Column {
    fn means(self) -> Means {
        match self {
            Self::Member => Means::OneOf {
                equal: "EXISTS (SELECT 1 FROM user_groups JOIN users ON users.id = user_id
                        WHERE group_id = groups.id AND user_id = ? AND deleted IS NULL)",
                present: "EXISTS (SELECT 1 FROM user_groups JOIN users ON users.id = user_id
                          WHERE group_id = groups.id AND deleted IS NULL)",
            },
            _ => Means::Value(self.expression()),
        }
    }

    fn expression(self) -> Expression {
        match self {
            Self::Name => Expression::there("name_key"),
            Self::ExternalId => Expression::optional("external_id"),
            Self::Created => Expression::there("created"),
            Self::Changed => Expression::there("changed"),
            Self::Id | Self::Member => Expression::there("groups.id"),
        }
    }
}

/// How many groups meet the condition.
pub fn count_matching(db: &Connection, test: &Test<Column>) -> Result<u64, StoreError> {
    let condition = Condition::of(test, &|it: &Column| it.means());
    let sql = format!("SELECT count(*) FROM groups WHERE {}", condition.sql);
    let mut statement = db.prepare_cached(&sql)?;
    let values = params_from_iter(condition.values);
    Ok(statement.query_row(values, |row| sql::count(row, 0))?)
}

/// Up to `limit` of them, without the first `skip`.
pub fn matching(
    db: &Connection,
    test: &Test<Column>,
    sort: Option<Sort<Column>>,
    skip: u64,
    limit: u64,
) -> Result<Vec<Group>, StoreError> {
    let condition = Condition::of(test, &|it: &Column| it.means());
    let expression = sort.map(|it| (it.by.expression(), it.is_descending));
    let by = expression.as_ref().map(|(it, turned)| (it, *turned));
    let order = order(by, "groups.id");
    let sql = format!(
        "SELECT {COLUMNS} FROM groups WHERE {} ORDER BY {} LIMIT ? OFFSET ?",
        condition.sql, order.sql
    );
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut values = condition.values;
    values.extend(order.values);
    values.extend([whole(limit).into(), whole(skip).into()]);
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), group)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
