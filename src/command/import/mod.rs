//! Many users at once, from a CSV file.
//!
//! A preview reads the whole file and writes nothing; an import reads it again and writes some
//! hundred rows per transaction. **Invariant:** every row goes through the same commands as a
//! single user would, new ones through the registration gate, and one that is refused leaves no
//! trace but its audit entry and does not hold up the others.

mod check;
mod read;

use std::{
    io::{self, Read},
    sync::atomic::{AtomicBool, Ordering},
};

use self::read::{Line, Rows};
use super::{Act, Actor, Command, CommandError, NewUser, Registered, Reply, run};
use crate::{
    model::{
        Timestamp,
        event::Source,
        id::{ExecutionId, GroupId, RoleId},
        import::{Action, HeaderError, Row},
        user::{FieldError, Status, User, UserUpdate},
    },
    store::{Store, StoreError, Tx, audit, groups, members, roles, users},
};

/// How many rows are written, or checked, together.
const BATCH: usize = 500;

/// How many bad rows a preview names; it counts all of them.
pub const MAX_NAMED: usize = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{0}")]
    Header(#[from] HeaderError),
    #[error("line {line}: the row is longer than 1 MiB, a quote may never have been closed")]
    RowTooLong { line: u64 },
    #[error("line {line} cannot be read: {reason}")]
    Unreadable { line: u64, reason: String },
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an import would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    pub adds: u64,
    pub updates: u64,
    pub deletes: u64,
    pub bad: u64,

    /// The first [`MAX_NAMED`] of the bad rows.
    pub bad_rows: Vec<BadRow>,
    pub is_canceled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    pub line: u64,
    pub username: String,
    pub reason: String,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDone {
    pub line: u64,
    pub username: String,
    pub outcome: RowOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    Created,

    /// No registration workflow let it pass; these executions say which filter it was.
    NotAccepted(Vec<ExecutionId>),
    Updated,
    Deleted,
    Refused(String),
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub created: u64,
    pub not_accepted: u64,
    pub updated: u64,
    pub deleted: u64,
    pub refused: u64,
    pub is_canceled: bool,
}

impl Preview {
    pub fn good(&self) -> u64 {
        self.adds + self.updates + self.deletes
    }
}

impl Imported {
    pub fn rows(&self) -> u64 {
        self.created + self.not_accepted + self.updated + self.deleted + self.refused
    }

    fn count(&mut self, outcome: &RowOutcome) {
        *match outcome {
            RowOutcome::Created => &mut self.created,
            RowOutcome::NotAccepted(_) => &mut self.not_accepted,
            RowOutcome::Updated => &mut self.updated,
            RowOutcome::Deleted => &mut self.deleted,
            RowOutcome::Refused(_) => &mut self.refused,
        } += 1;
    }
}

/// Checks every row against the directory, and writes nothing. `progress` is told how many rows
/// have been read; setting `cancel` ends it early.
pub fn preview(
    store: &Store,
    input: impl Read,
    cancel: &AtomicBool,
    mut progress: impl FnMut(u64),
) -> Result<Preview, ImportError> {
    let mut rows = Rows::open(input, &store.config()?.attributes)?;
    let mut preview = Preview::default();
    let mut count = 0;
    loop {
        if cancel.load(Ordering::Relaxed) {
            preview.is_canceled = true;
            return Ok(preview);
        }
        let lines = batch(&mut rows)?;
        if lines.is_empty() {
            return Ok(preview);
        }
        count += lines.len() as u64;
        let attributes = &store.config()?.attributes;
        let checked = store.read(|db| {
            let check = |line: Line| check::line(db, attributes, line);
            lines
                .into_iter()
                .map(check)
                .collect::<Result<Vec<_>, StoreError>>()
        })?;
        for result in checked {
            match result {
                Ok(Action::Add) => preview.adds += 1,
                Ok(Action::Update) => preview.updates += 1,
                Ok(Action::Delete) => preview.deletes += 1,
                Err(bad) => {
                    preview.bad += 1;
                    if preview.bad_rows.len() < MAX_NAMED {
                        preview.bad_rows.push(bad);
                    }
                }
            }
        }
        progress(count);
    }
}

/// Does what the rows ask for; those that cannot be read or are against a rule are refused, the
/// others are done. `on_rows` is told after each transaction what is on disk; setting `cancel` ends
/// it after the one that runs.
pub fn import(
    store: &Store,
    actor: &Actor,
    now: impl Fn() -> Timestamp,
    input: impl Read,
    cancel: &AtomicBool,
    mut on_rows: impl FnMut(&Imported, Vec<RowDone>),
) -> Result<Imported, ImportError> {
    let mut rows = Rows::open(input, &store.config()?.attributes)?;
    let mut imported = Imported::default();
    loop {
        if cancel.load(Ordering::Relaxed) {
            imported.is_canceled = true;
            return Ok(imported);
        }
        let lines = batch(&mut rows)?;
        if lines.is_empty() {
            return Ok(imported);
        }
        let (who, now) = (actor.clone(), now());
        let done = store.write(move |tx| {
            let one = |line: Line| perform(tx, &who, now, line);
            lines
                .into_iter()
                .map(one)
                .collect::<Result<Vec<_>, StoreError>>()
        })?;
        for row in &done {
            imported.count(&row.outcome);
        }
        on_rows(&imported, done);
    }
}

fn batch<R: Read>(rows: &mut Rows<R>) -> Result<Vec<Line>, ImportError> {
    let mut lines = Vec::with_capacity(BATCH);
    while lines.len() < BATCH
        && let Some(line) = rows.next()?
    {
        lines.push(line);
    }
    Ok(lines)
}

/// One row in its savepoint.
fn perform(tx: &Tx<'_>, actor: &Actor, now: Timestamp, line: Line) -> Result<RowDone, StoreError> {
    let done = |outcome| RowDone {
        line: line.number,
        username: line.username.clone(),
        outcome,
    };
    let row = match &line.row {
        Ok(row) => row,
        Err(reason) => return Ok(done(RowOutcome::Refused(reason.clone()))),
    };
    let asked = Asked {
        tx,
        actor,
        now,
        row,
    };
    let result = tx.attempt(|| match asked.perform() {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(CommandError::Store(err)) => Err(err),
        Err(err) => Ok(Err(err.to_string())),
    })?;
    match result {
        Ok(outcome) => Ok(done(outcome)),
        Err(reason) => {
            let act = Act {
                action: action_name(row.action),
                resource: row.username.clone(),
            };
            audit::append(tx, &act.refused(actor, &reason, now))?;
            Ok(done(RowOutcome::Refused(reason)))
        }
    }
}

fn action_name(action: Action) -> &'static str {
    match action {
        Action::Add => "user.create",
        Action::Update => "user.update",
        Action::Delete => "user.delete",
    }
}

/// A row on its way into the directory.
struct Asked<'a> {
    tx: &'a Tx<'a>,
    actor: &'a Actor,
    now: Timestamp,
    row: &'a Row,
}

impl Asked<'_> {
    fn perform(&self) -> Result<RowOutcome, CommandError> {
        match self.row.action {
            Action::Add => self.add(),
            Action::Update => self.update(),
            Action::Delete => {
                let user = self.present()?;
                self.run(Command::DeleteUser(user.id))?;
                Ok(RowOutcome::Deleted)
            }
        }
    }

    fn add(&self) -> Result<RowOutcome, CommandError> {
        let new = NewUser {
            is_enabled: self.row.status != Some(Status::Disabled),
            ..NewUser::new(self.row.form(None), Source::AdminPortal)
        };
        let user = match self.run(Command::Register(new))? {
            Reply::Registered(Registered::Created { user, .. }) => user,
            Reply::Registered(Registered::NotAccepted { executions }) => {
                return Ok(RowOutcome::NotAccepted(executions));
            }
            _ => return Err(CommandError::NotFound("user")),
        };
        for group in self.groups()?.unwrap_or_default() {
            self.run(Command::AddToGroup { user, group })?;
        }
        for role in self.roles()?.unwrap_or_default() {
            self.run(Command::GiveRole { user, role })?;
        }
        Ok(RowOutcome::Created)
    }

    /// Groups and roles become exactly those that the row names, if the file has the column.
    fn update(&self) -> Result<RowOutcome, CommandError> {
        let user = self.present()?;
        let id = user.id;
        let update = UserUpdate {
            form: Some(self.row.form(Some(&user.profile))),
            is_enabled: self.row.status.map(|it| it != Status::Disabled),
            ..UserUpdate::default()
        };
        self.run(Command::update(id, update, Source::AdminDetails))?;
        if let Some(wanted) = self.groups()? {
            let had = members::groups_of(self.tx, id)?;
            let everyone = self.tx.config()?.everyone.id;
            for group in had.into_keys().filter(|it| !wanted.contains(it)) {
                if group != everyone {
                    self.run(Command::RemoveFromGroup { user: id, group })?;
                }
            }
            for group in wanted {
                self.run(Command::AddToGroup { user: id, group })?;
            }
        }
        if let Some(wanted) = self.roles()? {
            let had = members::roles_of(self.tx, id)?;
            for role in &wanted {
                self.run(Command::GiveRole {
                    user: id,
                    role: *role,
                })?;
            }
            for role in had.into_keys().filter(|it| !wanted.contains(it)) {
                self.run(Command::TakeRole { user: id, role })?;
            }
        }
        Ok(RowOutcome::Updated)
    }

    fn present(&self) -> Result<User, CommandError> {
        let found = users::by_username(self.tx, &self.row.username)?;
        found.ok_or_else(|| {
            let error = FieldError::new("username", check::nobody(&self.row.username));
            CommandError::Fields(vec![error])
        })
    }

    fn groups(&self) -> Result<Option<Vec<GroupId>>, CommandError> {
        let Some(names) = &self.row.groups else {
            return Ok(None);
        };
        let id = |name: &String| match groups::by_name(self.tx, name)? {
            Some(group) => Ok(group.id),
            None => Err(missing("groups", "group", name)),
        };
        names.iter().map(id).collect::<Result<_, _>>().map(Some)
    }

    fn roles(&self) -> Result<Option<Vec<RoleId>>, CommandError> {
        let Some(names) = &self.row.roles else {
            return Ok(None);
        };
        let id = |name: &String| match roles::by_name(self.tx, name)? {
            Some(role) => Ok(role.id),
            None => Err(missing("roles", "role", name)),
        };
        names.iter().map(id).collect::<Result<_, _>>().map(Some)
    }

    fn run(&self, command: Command) -> Result<Reply, CommandError> {
        run(self.tx, self.actor, command, self.now)
    }
}

fn missing(field: &str, what: &str, name: &str) -> CommandError {
    CommandError::Fields(vec![FieldError::new(field, check::no_such(what, name))])
}
