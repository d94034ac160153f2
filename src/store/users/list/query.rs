//! The queries of a list: by which index, in which order, and of which sets.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{Filter, Last};
use crate::{
    model::{text, user::User},
    store::{
        StoreError,
        overview::Span,
        select::{Enough, Select},
        sql, users,
        users::{COLUMNS, user},
    },
};

/// How many rows may be sorted for one page.
pub(super) const FEW: i64 = 10_000;

/// The users that one part of a filter names.
pub(super) struct Set {
    kind: SetKind,
    values: Vec<Value>,

    /// How many there are, counted up to a little more than [`FEW`].
    pub(super) size: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SetKind {
    Status,
    Group,
    Role,
    Active,
    NeverActive,
    PasswordSet,
}

impl SetKind {
    /// The set as the outer table of a query.
    fn source(self) -> &'static str {
        match self {
            Self::Status => "users INDEXED BY users_status",
            Self::Group => "user_groups CROSS JOIN users ON users.id = user_groups.user_id",
            Self::Role => "user_roles CROSS JOIN users ON users.id = user_roles.user_id",
            Self::Active | Self::NeverActive => "users INDEXED BY users_last_active",
            Self::PasswordSet => "users INDEXED BY users_password",
        }
    }

    /// What holds for its rows when it is the outer table.
    fn key(self) -> &'static str {
        match self {
            Self::Status => "status = ?",
            Self::Group => "user_groups.group_id = ?",
            Self::Role => "user_roles.role_id = ?",
            Self::Active | Self::NeverActive | Self::PasswordSet => self.test(),
        }
    }

    /// Whether a user is in it. Not written as EXISTS, which SQLite would turn into a join of its
    /// own order.
    fn test(self) -> &'static str {
        match self {
            Self::Status => "status = ?",
            Self::Group => {
                "(SELECT 1 FROM user_groups WHERE user_id = users.id AND group_id = ?) = 1"
            }
            Self::Role => "(SELECT 1 FROM user_roles WHERE user_id = users.id AND role_id = ?) = 1",
            Self::Active => "last_activity >= ? AND last_activity < ?",
            Self::NeverActive => "last_activity IS NULL",
            Self::PasswordSet => {
                "password_changed IS NOT NULL AND password_changed >= ? AND password_changed < ?"
            }
        }
    }

    fn count(self) -> &'static str {
        match self {
            Self::Status => {
                "SELECT count(*) FROM (SELECT 1 FROM users INDEXED BY users_status
                 WHERE status = ? AND deleted IS NULL LIMIT ?)"
            }
            Self::Group => {
                "SELECT count(*) FROM (SELECT 1 FROM user_groups WHERE group_id = ? LIMIT ?)"
            }
            Self::Role => {
                "SELECT count(*) FROM (SELECT 1 FROM user_roles WHERE role_id = ? LIMIT ?)"
            }
            Self::Active => {
                "SELECT count(*) FROM (SELECT 1 FROM users INDEXED BY users_last_active
                 WHERE last_activity >= ? AND last_activity < ? AND deleted IS NULL LIMIT ?)"
            }
            Self::NeverActive => {
                "SELECT count(*) FROM (SELECT 1 FROM users INDEXED BY users_last_active
                 WHERE last_activity IS NULL AND deleted IS NULL LIMIT ?)"
            }
            Self::PasswordSet => {
                "SELECT count(*) FROM (SELECT 1 FROM users INDEXED BY users_password
                 WHERE password_changed IS NOT NULL AND password_changed >= ?
                     AND password_changed < ? AND deleted IS NULL LIMIT ?)"
            }
        }
    }
}

impl Set {
    fn new(db: &Connection, kind: SetKind, values: Vec<Value>) -> Result<Self, StoreError> {
        let mut statement = db.prepare_cached(kind.count())?;
        let limit = Value::from(FEW + 1);
        let given = params_from_iter(values.iter().chain([&limit]));
        let size = statement.query_row(given, |row| row.get(0))?;
        Ok(Self { kind, values, size })
    }

    fn last(db: &Connection, last: Last) -> Result<Self, StoreError> {
        let ends = |span: Span| {
            [span.from(), span.until()]
                .map(|it| it.0.timestamp_micros().into())
                .to_vec()
        };
        match last {
            Last::Active(span) => Self::new(db, SetKind::Active, ends(span)),
            Last::NeverActive => Self::new(db, SetKind::NeverActive, Vec::new()),
            Last::PasswordSet(span) => Self::new(db, SetKind::PasswordSet, ends(span)),
        }
    }

    /// Whether its index has the order of the list.
    pub(super) fn is_ordered(&self) -> bool {
        self.kind == SetKind::Status
    }
}

/// The sets of a filter, the smallest first. The group of everyone is no restriction.
pub(super) fn sets(db: &Connection, filter: &Filter) -> Result<Vec<Set>, StoreError> {
    let mut sets = Vec::new();
    if let Some(status) = filter.status {
        let word = sql::word(&status)?;
        sets.push(Set::new(db, SetKind::Status, vec![word.into()])?);
    }
    if let Some(group) = filter.group
        && !crate::store::groups::get(db, group)?.is_some_and(|it| it.is_everyone)
    {
        sets.push(Set::new(db, SetKind::Group, vec![group.number().into()])?);
    }
    if let Some(role) = filter.role {
        sets.push(Set::new(db, SetKind::Role, vec![role.number().into()])?);
    }
    if let Some(last) = filter.last {
        sets.push(Set::last(db, last)?);
    }
    sets.sort_by_key(|set| set.size);
    Ok(sets)
}

/// A query over users.
pub(super) struct Query(pub(super) Select);

impl Query {
    /// Walks the index that has the order of the list.
    pub(super) fn in_order(filter: &Filter, sets: &[Set]) -> Self {
        match sets {
            _ if filter.is_deleted => Self::over("users_bin", "username_key", filter, sets),
            [only] if only.is_ordered() => Self::over("users_status", "username_key", filter, sets),
            _ => Self::over("users_username", "username_key", filter, sets),
        }
    }

    pub(super) fn over(
        index: &'static str,
        order: &'static str,
        filter: &Filter,
        sets: &[Set],
    ) -> Self {
        let source = match index {
            "users_bin" => "users INDEXED BY users_bin",
            "users_status" => "users INDEXED BY users_status",
            "users_email" => "users INDEXED BY users_email",
            _ => "users INDEXED BY users_username",
        };
        Self::new(source, order, filter).tested(sets)
    }

    /// Takes the smallest set and sorts it.
    pub(super) fn sorted(filter: &Filter, sets: &[Set]) -> Self {
        match sets {
            [smallest, others @ ..] if !filter.is_deleted => {
                Self::new(smallest.kind.source(), "username_key", filter)
                    .of(smallest.kind.key(), smallest)
                    .tested(others)
            }
            _ => Self::in_order(filter, sets),
        }
    }

    /// Takes what the trigram index finds, the newest first.
    pub(super) fn searched(filter: &Filter, sets: &[Set], phrase: String) -> Self {
        let source = "users_search CROSS JOIN users ON users.id = users_search.rowid";
        Self::new(source, "users_search.rowid DESC", filter)
            .and("users_search MATCH ?", phrase)
            .tested(sets)
    }

    fn new(source: &'static str, order: &'static str, filter: &Filter) -> Self {
        let side = if filter.is_deleted {
            "deleted IS NOT NULL"
        } else {
            "deleted IS NULL"
        };
        Self(Select::new(source, order).and_all(side, []))
    }

    fn tested(self, sets: &[Set]) -> Self {
        sets.iter()
            .fold(self, |query, set| query.of(set.kind.test(), set))
    }

    fn of(self, condition: &'static str, set: &Set) -> Self {
        Self(self.0.and_all(condition, set.values.iter().cloned()))
    }

    pub(super) fn after(self, name: Option<&str>) -> Self {
        match name {
            Some(name) => self.and("username_key > ?", name.to_owned()),
            None => self,
        }
    }

    pub(super) fn and(self, condition: &'static str, value: impl Into<Value>) -> Self {
        Self(self.0.and(condition, value))
    }

    pub(super) fn users(self, db: &Connection, limit: usize) -> Result<Vec<User>, StoreError> {
        self.0.rows(db, COLUMNS, limit, user)
    }

    /// Those whose texts hold `wanted`, by reading the texts.
    pub(super) fn holding(
        self,
        db: &Connection,
        wanted: &str,
        limit: usize,
    ) -> Result<Vec<User>, StoreError> {
        let columns = "users.id, username_key, email_key, first_name, last_name";
        let is_short = wanted.chars().count() < 3;
        let mut found = Vec::new();
        self.0.visit(db, columns, i64::MAX, |row| {
            let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
            let keys = [text(1)?, text(2)?];
            let holds = if is_short {
                keys.iter().any(|key| key.starts_with(wanted))
            } else {
                let name = format!("{} {}", text(3)?, text(4)?);
                keys.iter().any(|key| key.contains(wanted)) || text::fold(&name).contains(wanted)
            };
            if holds {
                found.extend(users::get(db, row.get(0)?)?);
            }
            Ok(Enough::when(found.len() == limit))
        })?;
        Ok(found)
    }
}
