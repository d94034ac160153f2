//! The texts by which users and executions are found.
//!
//! They go into the full-text tables once per commit, after the last of its writes and before it
//! is on disk: in the savepoint of each write they would cost as much as everything else together,
//! since FTS5 writes out what it has gathered whenever a savepoint begins.

use std::cell::RefCell;

use rusqlite::{Connection, params};

/// What a commit still has to write into the full-text tables, in order.
#[derive(Default)]
pub(super) struct Pending(RefCell<Vec<Change>>);

struct Change {
    index: Index,
    id: i64,

    /// `None` takes the text out.
    text: Option<String>,
}

#[derive(Clone, Copy)]
pub(super) enum Index {
    Users,
    Executions,
}

impl Pending {
    pub(super) fn put(&self, index: Index, id: i64, text: String) {
        let text = Some(text);
        self.0.borrow_mut().push(Change { index, id, text });
    }

    pub(super) fn remove(&self, index: Index, id: i64) {
        let text = None;
        self.0.borrow_mut().push(Change { index, id, text });
    }

    /// How many there are: what to go back to when a write is taken back.
    pub(super) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(super) fn truncate(&self, len: usize) {
        self.0.borrow_mut().truncate(len);
    }

    pub(super) fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        for Change { index, id, text } in self.0.take() {
            match text {
                Some(text) => db
                    .prepare_cached(index.insert())?
                    .execute(params![id, text])?,
                None => db.prepare_cached(index.delete())?.execute([id])?,
            };
        }
        Ok(())
    }
}

impl Index {
    fn insert(self) -> &'static str {
        match self {
            Self::Users => "INSERT INTO users_search (rowid, text) VALUES (?1, ?2)",
            Self::Executions => "INSERT INTO executions_search (rowid, text) VALUES (?1, ?2)",
        }
    }

    fn delete(self) -> &'static str {
        match self {
            Self::Users => "DELETE FROM users_search WHERE rowid = ?1",
            Self::Executions => "DELETE FROM executions_search WHERE rowid = ?1",
        }
    }
}
