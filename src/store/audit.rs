//! The audit entries: only ever appended to.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    audit::{AuditEntry, GENESIS, Hash},
};

/// An entry and its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub seq: i64,
    pub entry: AuditEntry,
    pub hash: Hash,
}

pub fn append(tx: &Tx<'_>, entry: &AuditEntry) -> Result<(), StoreError> {
    let previous = match tx.last_audit.get() {
        Some(hash) => hash,
        None => last(tx)?,
    };
    let hash = entry.hash(&previous);
    tx.prepare_cached(
        "INSERT INTO audit (at, actor, via, action, resource, refusal, before, after, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        At(entry.at),
        entry.actor,
        sql::word(&entry.via)?,
        entry.action,
        entry.resource,
        entry.refusal,
        entry.before,
        entry.after,
        hash,
    ])?;
    tx.last_audit.set(Some(hash));
    Ok(())
}

fn last(db: &Connection) -> Result<Hash, StoreError> {
    let mut statement = db.prepare_cached("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1")?;
    let hash: Option<Hash> = statement.query_row([], |row| row.get(0)).optional()?;
    Ok(hash.unwrap_or(GENESIS))
}

/// Up to `limit` entries after the one numbered `after`, in the order of the chain.
pub fn page(db: &Connection, after: i64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT seq, at, actor, via, action, resource, refusal, before, after, hash
         FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let rows = statement.query_map(params![after, limit as i64], recorded)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Who did it at that moment; `None` if that cannot be found.
///
/// Entries have no index by time, but follow each other in time unless the clock was set back.
pub fn who(db: &Connection, action: &str, at: Timestamp) -> Result<Option<String>, StoreError> {
    let last: Option<i64> = db
        .prepare_cached("SELECT max(seq) FROM audit")?
        .query_row([], |row| row.get(0))?;
    let mut moment = db.prepare_cached("SELECT at FROM audit WHERE seq = ?1")?;
    let (mut first, mut end) = (1, last.unwrap_or(0) + 1);
    while first < end {
        let middle = first + (end - first) / 2;
        let found: Option<At> = moment.query_row([middle], |row| row.get(0)).optional()?;
        if found.is_some_and(|it| it.0 < at) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    let mut statement = db.prepare_cached(
        "SELECT actor FROM (SELECT * FROM audit WHERE seq >= ?1 ORDER BY seq LIMIT 1000)
         WHERE at = ?2 AND action = ?3",
    )?;
    let actor = statement.query_row(params![first, At(at), action], |row| row.get(0));
    Ok(actor.optional()?)
}

/// The number of the first entry that does not follow from the one before it, if there is one.
pub fn first_broken(db: &Connection) -> Result<Option<i64>, StoreError> {
    let mut previous = GENESIS;
    let mut after = 0;
    loop {
        let entries = page(db, after, 1_000)?;
        let Some(last) = entries.last() else {
            return Ok(None);
        };
        let next = last.seq;
        for Recorded { seq, entry, hash } in entries {
            if seq != after + 1 || entry.hash(&previous) != hash {
                return Ok(Some(seq));
            }
            previous = hash;
            after = seq;
        }
        after = next;
    }
}

fn recorded(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    Ok(Recorded {
        seq: row.get(0)?,
        entry: AuditEntry {
            at: row.get::<_, At>(1)?.0,
            actor: row.get(2)?,
            via: sql::from_word(row, 3)?,
            action: row.get(4)?,
            resource: row.get(5)?,
            refusal: row.get(6)?,
            before: row.get(7)?,
            after: row.get(8)?,
        },
        hash: row.get(9)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Timestamp, audit::Via},
        store::Store,
    };

    fn recorded(count: usize) -> Store {
        let store = Store::in_memory().expect("in memory");
        for number in 0..count {
            let entry = AuditEntry {
                at: Timestamp::UNIX_EPOCH,
                actor: "grace".to_owned(),
                via: Via::App,
                action: "user.create".to_owned(),
                resource: format!("user{number}"),
                refusal: None,
                before: None,
                after: None,
            };
            store.write(move |tx| append(tx, &entry)).expect("an entry");
        }
        store
    }

    #[track_caller]
    fn check(tampering: &'static str, expected: Option<i64>) {
        let store = recorded(5);
        let changed = store.write(move |tx| Ok::<_, StoreError>(tx.execute_batch(tampering)?));
        changed.expect("the tampering works");
        assert_eq!(store.read(first_broken).expect("an answer"), expected);
    }

    #[test]
    fn an_untouched_chain_is_whole() {
        check("", None);
    }

    #[test]
    fn a_changed_entry_is_named() {
        check("UPDATE audit SET actor = 'mallory' WHERE seq = 3", Some(3));
        check("UPDATE audit SET refusal = 'no' WHERE seq = 3", Some(3));
    }

    #[test]
    fn a_deleted_entry_is_noticed_at_the_next() {
        check("DELETE FROM audit WHERE seq = 3", Some(4));
        check("DELETE FROM audit WHERE seq = 1", Some(2));
    }

    #[test]
    fn reordered_entries_are_noticed() {
        check(
            "UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;
             UPDATE audit SET seq = 3 WHERE seq = 99",
            Some(2),
        );
    }

    /// Nothing inside the chain can tell; a hash kept elsewhere does.
    #[test]
    fn a_cut_end_shows_only_beside_an_anchor() {
        let store = recorded(5);
        let end = |store: &Store| {
            let entries = store.read(|db| page(db, 0, 10)).expect("entries");
            entries.last().map(|it| it.hash)
        };
        let anchor = end(&store);
        let cut = store
            .write(|tx| Ok::<_, StoreError>(tx.execute_batch("DELETE FROM audit WHERE seq > 3")?));
        cut.expect("the tampering works");
        assert_eq!(store.read(first_broken).expect("an answer"), None);
        assert_ne!(end(&store), anchor);
    }

    #[test]
    fn an_entry_that_was_taken_back_is_not_what_the_next_follows() {
        let store = recorded(1);
        let again = store.write(|tx| {
            let entry = page(tx, 0, 1)?.remove(0).entry;
            let taken_back = tx.attempt(|| {
                append(tx, &entry)?;
                Ok::<Result<(), ()>, StoreError>(Err(()))
            })?;
            assert_eq!(taken_back, Err(()));
            append(tx, &entry)
        });
        again.expect("an entry");
        assert_eq!(store.read(first_broken).expect("an answer"), None);
    }
}
