//! The SQLite file: what is kept, and how.
//!
//! **Invariants:** all writing happens inside [`Store::write`], so that a change, its audit entry
//! and its events are stored together or not at all. What it returned `Ok` for is on disk. Reading
//! uses connections of its own and never waits for a write.

pub mod attributes;
pub mod audit;
pub mod bursts;
pub mod config;
pub mod connections;
pub mod credentials;
pub mod error;
pub mod events;
pub mod executions;
pub mod groups;
pub mod health;
pub mod identities;
pub mod images;
pub mod items;
pub mod known;
pub mod lease;
pub mod matching;
pub mod members;
pub mod outbox;
pub mod overview;
pub mod pause;
pub mod reminders;
pub mod roles;
pub mod schedules;
mod schema;
mod search;
mod select;
pub mod sessions;
pub mod settings_row;
mod sql;
pub mod sweeps;
pub mod templates;
pub mod tokens;
pub mod users;
pub mod workflows;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{oneshot, watch};

pub use self::{config::Config, error::StoreError, writer::Tx};
use self::{config::ConfigCache, writer::Writer};

/// The name of the file in a data folder.
pub const FILE_NAME: &str = "tenure.db";

/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// A handle to the store; cloning it is cheap. The last one to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    // Readers go before the writer: the last to close moves what is in the log into the file, which
    // a reader cannot.
    readers: Mutex<Vec<Connection>>,
    writer: Writer,
    address: Address,

    /// Counts committed writes, those of other processes too, so that readers know when to look
    /// again.
    revision: watch::Sender<u64>,
    config: Arc<ConfigCache>,
}

enum Address {
    File(PathBuf),

    /// A database that lives as long as a connection to it is open.
    Memory(String),
}

impl Store {
    /// Opens the store of a data folder, and makes the folder if there is none.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let file = folder.join(FILE_NAME);
        make_private(folder, &file).map_err(|err| StoreError::Folder {
            folder: folder.to_owned(),
            reason: err.to_string(),
        })?;
        Self::at(Address::File(file))
    }

    /// A store that lives as long as its handles; for tests and for trying things out.
    pub fn in_memory() -> Result<Self, StoreError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self::at(Address::Memory(format!("file:/tenure-{number}?vfs=memdb")))
    }

    fn at(address: Address) -> Result<Self, StoreError> {
        let mut connection = address.connect(OpenFlags::default())?;
        schema::prepare(&mut connection, matches!(address, Address::File(_)))
            .map_err(|err| err.at(address.path()))?;
        let revision = watch::Sender::new(0);
        let config = Arc::<ConfigCache>::default();
        let writer = Writer::start(connection, revision.clone(), Arc::clone(&config))?;
        Ok(Self {
            inner: Arc::new(Inner {
                writer,
                readers: Mutex::default(),
                address,
                revision,
                config,
            }),
        })
    }

    /// Runs `f` on a consistent snapshot.
    pub fn read<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self.inner.readers.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.inner.reader()?,
        };
        snapshot(&connection, "BEGIN")?;
        let result = f(&connection);
        // One whose snapshot does not end is not used again.
        if snapshot(&connection, "COMMIT").is_ok() {
            self.inner.readers.lock().push(connection);
        }
        result
    }

    /// Runs `f` on a consistent snapshot, with what admins have set up as that snapshot sees it.
    pub fn read_with_config<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&Connection, Arc<Config>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read(|db| f(db, self.inner.config.get(db)?))
    }

    /// Runs `f`; what it wrote is kept if it returns `Ok`, and forgotten otherwise.
    pub fn write<T, E>(
        &self,
        f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.inner.writer.submit(f);
        match answer.blocking_recv() {
            Ok(result) => result,
            Err(_) => Err(StoreError::Stopped.into()),
        }
    }

    /// Like [`Self::write`], without holding up the thread.
    pub async fn write_async<T, E>(
        &self,
        f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer: oneshot::Receiver<Result<T, E>> = self.inner.writer.submit(f);
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(StoreError::Stopped.into()),
        }
    }

    /// What admins have set up, as it is now.
    pub fn config(&self) -> Result<Arc<Config>, StoreError> {
        self.read(|db| self.inner.config.get(db))
    }

    /// Tells of every commit, within half a second also of those by other processes.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.inner.revision.subscribe()
    }

    /// How many commits this process has made, and how many writes were in them.
    pub fn commits(&self) -> (u64, u64) {
        self.inner.writer.counts()
    }

    /// The database file, unless it is in memory.
    pub fn path(&self) -> Option<&Path> {
        self.inner.address.path()
    }
}

/// Begins or ends a snapshot. The statements are kept: preparing them each time takes longer than
/// what most reads look for.
fn snapshot(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Makes the folder and the file, if there are none, so that nobody else on this machine can read
/// them; SQLite gives its other files the permissions of this one.
#[cfg(unix)]
fn make_private(folder: &Path, file: &Path) -> std::io::Result<()> {
    use std::{
        fs::{DirBuilder, OpenOptions},
        os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut options = OpenOptions::new();
    // When it cannot be made, or is there, opening it says more.
    options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .ok();
    Ok(())
}

/// Elsewhere a user's folders are the user's own.
#[cfg(not(unix))]
fn make_private(folder: &Path, _file: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

impl Inner {
    fn reader(&self) -> Result<Connection, StoreError> {
        let connection = self.address.connect(
            OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_URI
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        schema::tune_reader(&connection)?;
        Ok(connection)
    }
}

impl Address {
    fn connect(&self, flags: OpenFlags) -> Result<Connection, StoreError> {
        let opened = match self {
            Self::File(path) => Connection::open_with_flags(path, flags),
            Self::Memory(name) => Connection::open_with_flags(name, flags),
        };
        let connection = opened.map_err(|err| StoreError::from(err).at(self.path()))?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(256);
        sql::add_functions(&connection)?;
        Ok(connection)
    }

    fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Memory(_) => None,
        }
    }
}
