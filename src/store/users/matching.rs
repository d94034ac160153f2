//! Users who meet a condition, counted and by the page.
//!
//! Usernames, addresses and foreign ids are found by their indexes. Every other condition reads
//! the users one by one within SQLite, and nothing is loaded but the page.

use rusqlite::{Connection, params_from_iter};

use super::{COLUMNS, user};
use crate::{
    model::{attribute::AttributeKind, user::User},
    store::{
        StoreError,
        matching::{Condition, Expression, Means, Sort, Test, order},
        sql,
    },
};

/// What of a user can be compared. Texts are compared as [`crate::model::text::fold`] makes them,
/// but for ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// A whole number.
    Id,
    Username,
    Email,

    /// With its case.
    ExternalId,
    FirstName,
    LastName,

    /// First and last name, as they are read.
    FullName,

    /// The full name, or the username without one.
    DisplayName,
    Phone,

    /// 1 or 0.
    IsEnabled,

    /// Microseconds since 1970.
    Created,
    Changed,

    /// A custom attribute: text, or a number if it is one; yes and no are texts.
    Attribute {
        name: String,
        kind: AttributeKind,
    },

    /// The number of a group, that of everyone too.
    Group,

    /// The folded name of a group.
    GroupName,

    /// The folded name of a role.
    Role,
}

impl Column {
    fn means(&self) -> Means {
        match self {
            Self::Group => Means::OneOf {
                equal: "EXISTS (SELECT 1 FROM groups WHERE id = ? AND (is_everyone = 1
                        OR EXISTS (SELECT 1 FROM user_groups
                                   WHERE user_id = users.id AND group_id = groups.id)))",
                present: "1",
            },
            Self::GroupName => Means::OneOf {
                equal: "EXISTS (SELECT 1 FROM groups WHERE name_key = ? AND (is_everyone = 1
                        OR EXISTS (SELECT 1 FROM user_groups
                                   WHERE user_id = users.id AND group_id = groups.id)))",
                present: "1",
            },
            Self::Role => Means::OneOf {
                equal: "EXISTS (SELECT 1 FROM user_roles JOIN roles ON roles.id = role_id
                        WHERE user_id = users.id AND name_key = ?)",
                present: "EXISTS (SELECT 1 FROM user_roles WHERE user_id = users.id)",
            },
            _ => Means::Value(self.expression()),
        }
    }

    fn expression(&self) -> Expression {
        const FULL_NAME: &str = "fold(trim(first_name || ' ' || last_name))";
        const DISPLAY_NAME: &str = "fold(iif(first_name = '' AND last_name = '', username,
             trim(first_name || ' ' || last_name)))";
        match self {
            Self::Username => Expression::there("username_key"),
            Self::Email => Expression::there("email_key"),
            Self::ExternalId => Expression::optional("external_id"),
            Self::FirstName => Expression::optional("fold(first_name)"),
            Self::LastName => Expression::optional("fold(last_name)"),
            Self::FullName => Expression::optional(FULL_NAME),
            Self::DisplayName => Expression::there(DISPLAY_NAME),
            Self::Phone => Expression::optional("fold(phone)"),
            Self::IsEnabled => Expression::there("(status <> 'disabled')"),
            Self::Created => Expression::there("created"),
            Self::Changed => Expression::there("coalesce(changed, created)"),
            Self::Attribute { name, kind } => {
                let value = match kind {
                    AttributeKind::Number => "CAST(json_extract(attributes, ?) AS REAL)",
                    _ => "fold(json_extract(attributes, ?))",
                };
                // A name has no quotes.
                Expression::optional(value).with(format!("$.\"{name}\""))
            }
            Self::Id | Self::Group | Self::GroupName | Self::Role => Expression::there("users.id"),
        }
    }
}

/// How many users outside the recycle bin meet the condition.
pub fn count_matching(db: &Connection, test: &Test<Column>) -> Result<u64, StoreError> {
    if *test == Test::Always(true) {
        return super::count(db);
    }
    let condition = Condition::of(test, &Column::means);
    let sql = format!(
        "SELECT count(*) FROM users WHERE deleted IS NULL AND {}",
        condition.sql
    );
    let mut statement = db.prepare_cached(&sql)?;
    let values = params_from_iter(condition.values);
    Ok(statement.query_row(values, |row| sql::count(row, 0))?)
}

/// Up to `limit` of them, without the first `skip`.
pub fn matching(
    db: &Connection,
    test: &Test<Column>,
    sort: Option<&Sort<Column>>,
    skip: u64,
    limit: u64,
) -> Result<Vec<User>, StoreError> {
    let (sql, values) = select(COLUMNS, test, sort, skip, limit);
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), user)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn select(
    columns: &str,
    test: &Test<Column>,
    sort: Option<&Sort<Column>>,
    skip: u64,
    limit: u64,
) -> (String, Vec<rusqlite::types::Value>) {
    let condition = Condition::of(test, &Column::means);
    let expression = sort.map(|it| (it.by.expression(), it.is_descending));
    let by = expression.as_ref().map(|(it, turned)| (it, *turned));
    let order = order(by, "users.id");
    let sql = format!(
        "SELECT {columns} FROM users WHERE deleted IS NULL AND {} ORDER BY {} LIMIT ? OFFSET ?",
        condition.sql, order.sql
    );
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut values = condition.values;
    values.extend(order.values);
    values.extend([whole(limit).into(), whole(skip).into()]);
    (sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        Store,
        matching::{Operand, Relation},
    };

    /// How SQLite would go about it.
    fn plan(test: &Test<Column>) -> String {
        let store = Store::in_memory().expect("in memory");
        let (sql, values) = select(COLUMNS, test, None, 0, 10);
        let lines = store.read(|db| {
            let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let rows = statement.query_map(params_from_iter(values), |row| row.get(3))?;
            Ok::<Vec<String>, StoreError>(rows.collect::<Result<_, _>>()?)
        });
        lines.expect("a plan").join("; ")
    }

    fn equal(column: Column) -> Test<Column> {
        Test::Compare(column, Relation::Equal, Operand::Text("x".to_owned()))
    }

    #[test]
    fn what_clients_look_users_up_by_has_an_index() {
        for (column, index) in [
            (Column::Username, "users_username"),
            (Column::Email, "users_email"),
            (Column::ExternalId, "users_external"),
        ] {
            let plan = plan(&equal(column));
            assert!(
                plan.contains(&format!("SEARCH users USING INDEX {index}")),
                "{plan}"
            );
        }
        let id = Test::Compare(Column::Id, Relation::Equal, Operand::Whole(1));
        assert!(
            plan(&id).contains("USING INTEGER PRIMARY KEY"),
            "{}",
            plan(&id)
        );
    }
}
