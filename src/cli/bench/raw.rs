//! The loop to compare with: the rows of finished registrations, written again with prepared
//! statements and nothing else, under the same durability and by as many writers.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use anyhow::Context as _;
use rusqlite::{Connection, Row, params, params_from_iter, types::Value};

use crate::store::FILE_NAME;

/// How many rows go under one commit at most, as in the store's writer.
const BATCH: usize = 512;

/// Everything that one registration stores.
pub struct Written {
    user: Vec<Value>,
    user_search: String,
    groups: Vec<Vec<Value>>,
    roles: Vec<Vec<Value>>,
    event: Vec<Value>,
    execution: Vec<Value>,
    execution_search: String,
    audit: Vec<Value>,
}

/// Reads what the registrations in `folder` have stored, in their order.
pub fn written(folder: &Path) -> anyhow::Result<Vec<Written>> {
    let db = Connection::open(folder.join(FILE_NAME))?;
    let mut ids = db.prepare("SELECT id FROM users ORDER BY id")?;
    let ids: Vec<i64> = ids
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    ids.into_iter()
        .map(|user| one(&db, user).with_context(|| format!("the rows of user {user}")))
        .collect()
}

fn one(db: &Connection, user: i64) -> anyhow::Result<Written> {
    let rows = |sql: &str| -> rusqlite::Result<Vec<Vec<Value>>> {
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map([user], values)?;
        rows.collect()
    };
    let row = |sql: &str| db.prepare_cached(sql)?.query_row([user], values);
    let text = |sql: &str| db.prepare_cached(sql)?.query_row([user], |row| row.get(0));
    Ok(Written {
        user: row("SELECT * FROM users WHERE id = ?")?,
        user_search: text(
            "SELECT username_key || char(10) || email_key || char(10)
                 || lower(first_name || ' ' || last_name) FROM users WHERE id = ?",
        )?,
        groups: rows("SELECT * FROM user_groups WHERE user_id = ?")?,
        roles: rows("SELECT * FROM user_roles WHERE user_id = ?")?,
        event: row("SELECT * FROM events WHERE user_id = ?")?,
        execution: row("SELECT * FROM executions WHERE user_id = ?")?,
        execution_search: text(
            "SELECT lower(subject || ' ' || email || ' ' || workflow_name) || ' '
             FROM executions JOIN users ON users.id = user_id WHERE user_id = ?",
        )?,
        audit: row(
            "SELECT * FROM audit WHERE action = 'user.create' AND seq = ?1 + (
                SELECT min(seq) - 1 FROM audit WHERE action = 'user.create')",
        )?,
    })
}

fn values(row: &Row<'_>) -> rusqlite::Result<Vec<Value>> {
    let count = row.as_ref().column_count();
    (0..count).map(|column| row.get(column)).collect()
}

/// Writes all rows into the prepared store in `folder`; returns how many commits that took.
pub fn write(folder: &Path, rows: &Arc<Vec<Written>>, writers: usize) -> anyhow::Result<u64> {
    let db = connect(folder)?;
    let inserts = Inserts::into_tables_of(&db)?;
    if writers == 1 {
        for row in rows.iter() {
            run(&db, "BEGIN IMMEDIATE")?;
            inserts.insert(&db, row)?;
            insert_search(&db, row)?;
            run(&db, "COMMIT")?;
        }
        return Ok(rows.len() as u64);
    }
    let (sender, inbox) = mpsc::channel();
    let next = Arc::new(AtomicUsize::new(0));
    for _ in 0..writers {
        let (sender, rows, next) = (sender.clone(), Arc::clone(rows), Arc::clone(&next));
        thread::spawn(move || hand_over(&sender, &rows, &next));
    }
    drop(sender);
    let mut commits = 0;
    while let Ok(first) = inbox.recv() {
        batch(&db, &inserts, rows, first, &inbox)?;
        commits += 1;
    }
    Ok(commits)
}

/// Which row to write, and whom to tell.
type Asked = (usize, mpsc::Sender<()>);

/// One of the writers: asks for its next row when the one before is on disk.
fn hand_over(sender: &mpsc::Sender<Asked>, rows: &[Written], next: &AtomicUsize) {
    let (done, answer) = mpsc::channel();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        if index >= rows.len()
            || sender.send((index, done.clone())).is_err()
            || answer.recv().is_err()
        {
            return;
        }
    }
}

fn batch(
    db: &Connection,
    inserts: &Inserts,
    rows: &[Written],
    first: Asked,
    inbox: &mpsc::Receiver<Asked>,
) -> anyhow::Result<()> {
    run(db, "BEGIN IMMEDIATE")?;
    let mut waiting = Vec::new();
    let mut next = Some(first);
    while let Some((index, done)) = next.take() {
        inserts.insert(db, &rows[index])?;
        waiting.push((index, done));
        if waiting.len() < BATCH {
            next = inbox.try_recv().ok();
        }
    }
    for (index, _) in &waiting {
        insert_search(db, &rows[*index])?;
    }
    run(db, "COMMIT")?;
    for (_, done) in waiting {
        // A writer that has gone asks for nothing more.
        done.send(()).ok();
    }
    Ok(())
}

/// The statements, prepared by their text: each fills every column that its table has.
struct Inserts {
    user: String,
    group: String,
    role: String,
    event: String,
    execution: String,
    audit: String,
}

impl Inserts {
    fn into_tables_of(db: &Connection) -> rusqlite::Result<Self> {
        let into = |table: &str| -> rusqlite::Result<String> {
            let columns = db
                .prepare(&format!("SELECT * FROM {table}"))?
                .column_count();
            let marks = vec!["?"; columns].join(", ");
            Ok(format!("INSERT INTO {table} VALUES ({marks})"))
        };
        Ok(Self {
            user: into("users")?,
            group: into("user_groups")?,
            role: into("user_roles")?,
            event: into("events")?,
            execution: into("executions")?,
            audit: into("audit")?,
        })
    }

    fn insert(&self, db: &Connection, row: &Written) -> rusqlite::Result<()> {
        let put = |sql: &str, values: &[Value]| -> rusqlite::Result<()> {
            db.prepare_cached(sql)?.execute(params_from_iter(values))?;
            Ok(())
        };
        put(&self.user, &row.user)?;
        for group in &row.groups {
            put(&self.group, group)?;
        }
        for role in &row.roles {
            put(&self.role, role)?;
        }
        put(&self.event, &row.event)?;
        put(&self.execution, &row.execution)?;
        put(&self.audit, &row.audit)
    }
}

/// Last in a commit, as the store does it: among the other rows FTS5 would write out what it has
/// gathered again and again.
fn insert_search(db: &Connection, row: &Written) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO users_search (rowid, text) VALUES (?1, ?2)")?
        .execute(params![row.user.first(), row.user_search])?;
    db.prepare_cached("INSERT INTO executions_search (rowid, text) VALUES (?1, ?2)")?
        .execute(params![row.execution.first(), row.execution_search])?;
    Ok(())
}

/// A connection with the durability and the room that the store's writer has.
pub(super) fn connect(folder: &Path) -> anyhow::Result<Connection> {
    let db = Connection::open(folder.join(FILE_NAME))?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "wal_autocheckpoint", 20_000)?;
    db.pragma_update(None, "mmap_size", 1_i64 << 30)?;
    db.pragma_update(None, "cache_size", -65_536)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.set_prepared_statement_cache_capacity(256);
    Ok(db)
}

fn run(db: &Connection, sql: &str) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute([])?;
    Ok(())
}
