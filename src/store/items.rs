//! Items: the users of scheduled executions, and what has become of each.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    execution::Status,
    id::{ExecutionId, UserId},
    sweep::{Item, ItemState, Progress},
    text,
};

const COLUMNS: &str = "user_id, person, state, acts, reason";

/// Left to itself, SQLite would read through all that are done rather than use the index of those that
/// are not.
const PLANNED: &str =
    "SELECT user_id, person, state, acts, reason FROM items INDEXED BY items_planned
     WHERE execution = ?1 AND state = 'planned' ORDER BY user_id LIMIT ?2";

/// Says whether it is new: a user who changes while the directory is gone through can come up twice.
pub fn insert(tx: &Tx<'_>, execution: ExecutionId, item: &Item) -> Result<bool, StoreError> {
    let inserted = tx
        .prepare_cached(
            "INSERT INTO items (execution, user_id, username, state, person, acts, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (execution, user_id) DO NOTHING",
        )?
        .execute(params![
            execution,
            item.user,
            text::fold(&item.person.username),
            sql::word(&item.state)?,
            sql::json(&item.person)?,
            sql::json(&item.acts)?,
            item.reason,
        ])?;
    Ok(inserted == 1)
}

/// Writes down what has become of one.
pub fn update(tx: &Tx<'_>, execution: ExecutionId, item: &Item) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE items SET state = ?3, acts = ?4, reason = ?5 WHERE execution = ?1 AND user_id = ?2",
    )?
    .execute(params![
        execution,
        item.user,
        sql::word(&item.state)?,
        sql::json(&item.acts)?,
        item.reason,
    ])?;
    Ok(())
}

/// Decides against all that are planned but those of `kept`; says against how many.
pub fn discard(tx: &Tx<'_>, execution: ExecutionId, kept: &[UserId]) -> Result<u64, StoreError> {
    let kept: Vec<i64> = kept.iter().map(|it| it.number()).collect();
    let count = tx
        .prepare_cached(
            "UPDATE items SET state = 'discarded' WHERE execution = ?1 AND state = 'planned'
             AND user_id NOT IN (SELECT value FROM json_each(?2))",
        )?
        .execute(params![execution, sql::json(&kept)?])?;
    Ok(count as u64)
}

/// Forgets what an execution has planned, to plan it again.
pub fn delete(tx: &Tx<'_>, execution: ExecutionId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM items WHERE execution = ?1")?
        .execute([execution])?;
    Ok(())
}

/// The next ones to do.
pub fn planned(
    db: &Connection,
    execution: ExecutionId,
    limit: usize,
) -> Result<Vec<Item>, StoreError> {
    let mut statement = db.prepare_cached(PLANNED)?;
    let rows = statement.query_map(params![execution, limit as i64], item)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Up to `limit` items of an execution whose users come after `after`, of one state or of all, and
/// only those in whose username the text is.
pub fn page(
    db: &Connection,
    execution: ExecutionId,
    state: Option<ItemState>,
    search: &str,
    after: Option<UserId>,
    limit: usize,
) -> Result<Vec<Item>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM items
         WHERE execution = ?1 AND user_id > ?2 AND (?3 IS NULL OR state = ?3)
             AND instr(username, ?4) > 0
         ORDER BY user_id LIMIT ?5"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![
            execution,
            after.map_or(0, UserId::number),
            state.as_ref().map(sql::word).transpose()?,
            text::fold(search.trim()),
            limit as i64,
        ],
        item,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn get(
    db: &Connection,
    execution: ExecutionId,
    user: UserId,
) -> Result<Option<Item>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM items WHERE execution = ?1 AND user_id = ?2");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement
        .query_row(params![execution, user], item)
        .optional()?)
}

/// Hands out every item of an execution.
pub fn each<E: From<StoreError>>(
    db: &Connection,
    execution: ExecutionId,
    mut each: impl FnMut(Item) -> Result<(), E>,
) -> Result<(), E> {
    let read = |err| E::from(StoreError::from(err));
    let sql = format!("SELECT {COLUMNS} FROM items WHERE execution = ?1 ORDER BY user_id");
    let mut statement = db.prepare_cached(&sql).map_err(read)?;
    let mut rows = statement.query([execution]).map_err(read)?;
    while let Some(row) = rows.next().map_err(read)? {
        each(item(row).map_err(read)?)?;
    }
    Ok(())
}

/// How many there are in each state.
pub fn progress(db: &Connection, execution: ExecutionId) -> Result<Progress, StoreError> {
    let mut progress = Progress::default();
    let mut statement =
        db.prepare_cached("SELECT state, count(*) FROM items WHERE execution = ?1 GROUP BY state")?;
    let mut rows = statement.query([execution])?;
    while let Some(row) = rows.next()? {
        *progress.of(sql::from_word(row, 0)?) = sql::count(row, 1)?;
    }
    Ok(progress)
}

/// What scheduled executions have done with a user, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfUser {
    pub execution: ExecutionId,
    pub workflow_name: String,
    pub at: Timestamp,
    pub status: Status,
    pub item: Item,
}

pub fn of_user(db: &Connection, user: UserId, limit: usize) -> Result<Vec<OfUser>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT i.user_id, i.person, i.state, i.acts, i.reason, e.id, e.workflow_name, e.at, e.status
         FROM items i JOIN executions e ON e.id = i.execution
         WHERE i.user_id = ?1 ORDER BY i.execution DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![user, limit as i64], |row| {
        Ok(OfUser {
            execution: row.get(5)?,
            workflow_name: row.get(6)?,
            at: row.get::<_, At>(7)?.0,
            status: sql::from_word(row, 8)?,
            item: item(row)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        user: row.get(0)?,
        person: sql::from_json(row, 1)?,
        state: sql::from_word(row, 2)?,
        acts: sql::from_json(row, 3)?,
        reason: row.get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// Otherwise each batch of a large execution would take longer than the one before.
    #[test]
    fn the_next_ones_are_found_by_their_index() {
        let store = Store::in_memory().expect("in memory");
        let plan = store.read(|db| {
            let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {PLANNED}"))?;
            let lines = statement.query_map([0, 0], |row| row.get::<_, String>(3))?;
            Ok::<Vec<String>, StoreError>(lines.collect::<Result<_, _>>()?)
        });
        assert_eq!(
            plan.expect("a plan"),
            ["SEARCH items USING INDEX items_planned (execution=?)"]
        );
    }
}
