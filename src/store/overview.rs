//! What the Overview counts: each count walks its part of one index and reads no rows, so that a
//! directory of a million users is counted while somebody looks.

use rusqlite::{Connection, params};

use super::{
    StoreError,
    sql::{self, At},
    users::Last,
};
use crate::model::{Timestamp, execution::Status};

/// From a moment, which is part of it, until another, which is not; `None` has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl Span {
    pub(super) fn from(self) -> At {
        At(self.from.unwrap_or(FIRST))
    }

    pub(super) fn until(self) -> At {
        At(self.until.unwrap_or(LAST))
    }
}

/// Before and after everything that is stored.
const FIRST: Timestamp = Timestamp::MIN_UTC;
const LAST: Timestamp = Timestamp::MAX_UTC;

const EXECUTIONS: &str = "SELECT count(*) FROM executions INDEXED BY executions_status
    WHERE at >= ?1 AND at < ?2 AND status = ?3";

const ACTIVE: &str = "SELECT count(*) FROM users INDEXED BY users_last_active
    WHERE deleted IS NULL AND last_activity >= ?1 AND last_activity < ?2";

const NEVER_ACTIVE: &str = "SELECT count(*) FROM users INDEXED BY users_last_active
    WHERE deleted IS NULL AND last_activity IS NULL";

const PASSWORDS: &str = "SELECT count(*) FROM users INDEXED BY users_password
    WHERE deleted IS NULL AND password_changed IS NOT NULL
        AND password_changed >= ?1 AND password_changed < ?2";

/// How many executions came to this status within the span.
pub fn executions(db: &Connection, status: Status, span: Span) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(EXECUTIONS)?;
    let values = params![span.from(), span.until(), sql::word(&status)?];
    Ok(statement.query_row(values, |row| sql::count(row, 0))?)
}

/// How many users did something last when `last` says.
pub fn users(db: &Connection, last: Last) -> Result<u64, StoreError> {
    match last {
        Last::Active(span) => last_active(db, span),
        Last::NeverActive => never_active(db),
        Last::PasswordSet(span) => passwords(db, span),
    }
}

/// How many users showed their last sign of life within the span. Those who never did are not among
/// them.
fn last_active(db: &Connection, span: Span) -> Result<u64, StoreError> {
    count(db, ACTIVE, span)
}

/// How many users never showed a sign of life.
fn never_active(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(NEVER_ACTIVE)?;
    Ok(statement.query_row([], |row| sql::count(row, 0))?)
}

/// How many users have a password that was set within the span.
fn passwords(db: &Connection, span: Span) -> Result<u64, StoreError> {
    count(db, PASSWORDS, span)
}

fn count(db: &Connection, sql: &str, span: Span) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let values = params![span.from(), span.until()];
    Ok(statement.query_row(values, |row| sql::count(row, 0))?)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::store::Store;

    fn noon() -> Timestamp {
        "2030-12-24T12:00:00Z".parse().expect("a moment")
    }

    /// A user created at noon: `active` and `password`, in days after that.
    fn user(store: &Store, name: &'static str, active: Option<i64>, password: Option<i64>) {
        let at = |days: Option<i64>| days.map(|it| At(noon() + TimeDelta::days(it)));
        let written = store.write(move |tx| {
            tx.execute(
                "INSERT INTO users (username, username_key, email, email_key, first_name, last_name,
                     phone, attributes, status, created, last_activity, password_changed)
                 VALUES (?1, ?1, ?1, ?1, '', '', '', '{}', 'active', ?2, ?3, ?4)",
                params![name, At(noon()), at(active), at(password)],
            )?;
            Ok::<_, StoreError>(())
        });
        written.expect("a user");
    }

    fn days(from: i64, until: i64) -> Span {
        Span {
            from: Some(noon() + TimeDelta::days(from)),
            until: Some(noon() + TimeDelta::days(until)),
        }
    }

    #[test]
    fn users_are_counted_by_their_last_activity_and_those_without_apart() {
        let store = Store::in_memory().expect("in memory");
        user(&store, "ada", Some(3), Some(0));
        user(&store, "bob", Some(0), Some(5));
        user(&store, "eve", None, None);
        let counted = store.read(|db| {
            Ok::<_, StoreError>((
                last_active(db, days(0, 3))?,
                last_active(db, days(3, 4))?,
                never_active(db)?,
                passwords(db, days(0, 5))?,
            ))
        });
        assert_eq!(counted.expect("counts"), (1, 1, 1, 1));
        let all = Span {
            from: None,
            until: None,
        };
        let all =
            store.read(|db| Ok::<_, StoreError>((last_active(db, all)?, passwords(db, all)?)));
        assert_eq!(all.expect("counts"), (2, 2));
    }

    /// Otherwise a million users would be read for each bar.
    #[test]
    fn counting_reads_no_rows() {
        let store = Store::in_memory().expect("in memory");
        for sql in [EXECUTIONS, ACTIVE, NEVER_ACTIVE, PASSWORDS] {
            let plan = store.read(|db| {
                let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let nothing = std::iter::repeat_n(0, statement.parameter_count());
                let nothing = rusqlite::params_from_iter(nothing);
                let line: String = statement.query_row(nothing, |row| row.get(3))?;
                Ok::<_, StoreError>(line)
            });
            let plan = plan.expect("a plan");
            assert!(plan.contains("COVERING INDEX"), "{plan}");
        }
    }
}
