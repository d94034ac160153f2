//! Lists of users that stay fast with a million of them: pages by key, never by offset.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{COLUMNS, user};
use crate::{
    model::{
        id::{GroupId, RoleId},
        text,
        user::{Status, User},
    },
    store::{StoreError, sql},
};

/// Which users a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<Status>,
    pub group: Option<GroupId>,
    pub role: Option<RoleId>,

    /// Those in the recycle bin instead of all others.
    pub is_deleted: bool,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub users: Vec<User>,

    /// The username after which the next page begins; `None` on the last page.
    pub next: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub users: Vec<User>,

    /// Whether there are more than are shown.
    pub is_cut: bool,
}

/// How many users there are outside the recycle bin.
pub fn count(db: &Connection) -> Result<u64, StoreError> {
    // SQLite counts on the smallest index that holds the same rows.
    let mut statement = db.prepare_cached("SELECT count(*) FROM users WHERE deleted IS NULL")?;
    Ok(statement.query_row([], |row| sql::count(row, 0))?)
}

/// A page of users by username, beginning after the one with the username `after`.
pub fn page(
    db: &Connection,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Listed, StoreError> {
    let mut query = Query::new(filter);
    if let Some(after) = after {
        query.and("username_key > ?", text::fold(after).into_owned());
    }
    let mut users = query.run(db, "ORDER BY username_key", limit + 1)?;
    let has_more = users.len() > limit;
    users.truncate(limit);
    let next = users.last().filter(|_| has_more);
    Ok(Listed {
        next: next.map(|user| user.profile.username.to_string()),
        users,
    })
}

/// Up to `limit` users whose name, address or username holds `search`, by username.
///
/// Three characters and more are found anywhere in the texts, by the trigram index; fewer only at
/// the beginning of usernames and addresses. The newest matches come first when there are more
/// than `limit`, so that a common word costs no more than a rare one.
pub fn find(
    db: &Connection,
    filter: &Filter,
    search: &str,
    limit: usize,
) -> Result<Found, StoreError> {
    let wanted = text::fold(search.trim()).into_owned();
    let mut query = Query::new(filter);
    let order = if wanted.chars().count() >= 3 && !filter.is_deleted {
        let phrase = format!("\"{}\"", wanted.replace('"', "\"\""));
        query.and(
            "users.id IN (SELECT rowid FROM users_search WHERE users_search MATCH ? ORDER BY rowid DESC LIMIT 5000)",
            phrase,
        );
        "ORDER BY users.id DESC"
    } else if filter.is_deleted {
        query.and("instr(username_key || ' ' || email_key, ?) > 0", wanted);
        "ORDER BY username_key"
    } else {
        let end = sql::after_prefix(&wanted);
        query.and("username_key >= ?", wanted);
        query.and("username_key < ?", end);
        "ORDER BY username_key"
    };
    let mut users = query.run(db, order, limit + 1)?;
    let is_cut = users.len() > limit;
    users.truncate(limit);
    users.sort_by_cached_key(|user| user.profile.username.key());
    Ok(Found { users, is_cut })
}

struct Query {
    conditions: Vec<&'static str>,
    values: Vec<Value>,
}

impl Query {
    fn new(filter: &Filter) -> Self {
        let mut query = Self {
            conditions: vec![if filter.is_deleted {
                "deleted IS NOT NULL"
            } else {
                "deleted IS NULL"
            }],
            values: Vec::new(),
        };
        if let Some(status) = filter.status {
            query.and("status = ?", status.label().to_lowercase());
        }
        if let Some(group) = filter.group {
            query.and(
                "(EXISTS (SELECT 1 FROM user_groups WHERE user_id = users.id AND group_id = ?)",
                group.number(),
            );
            query.or(
                "EXISTS (SELECT 1 FROM groups WHERE id = ? AND is_everyone = 1))",
                group.number(),
            );
        }
        if let Some(role) = filter.role {
            query.and(
                "EXISTS (SELECT 1 FROM user_roles WHERE user_id = users.id AND role_id = ?)",
                role.number(),
            );
        }
        query
    }

    fn and(&mut self, condition: &'static str, value: impl Into<Value>) {
        self.conditions.push(" AND ");
        self.conditions.push(condition);
        self.values.push(value.into());
    }

    fn or(&mut self, condition: &'static str, value: impl Into<Value>) {
        self.conditions.push(" OR ");
        self.conditions.push(condition);
        self.values.push(value.into());
    }

    fn run(mut self, db: &Connection, order: &str, limit: usize) -> Result<Vec<User>, StoreError> {
        let conditions = self.conditions.concat();
        let sql = format!("SELECT {COLUMNS} FROM users WHERE {conditions} {order} LIMIT ?");
        self.values.push(Value::Integer(limit as i64));
        let mut statement = db.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(self.values), user)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
