//! The one thread that writes.
//!
//! It runs all writes that are waiting, each so that it can be taken back alone, under one commit: that
//! is why many writers at once cost one `fsync`. Nobody is answered before the commit is on disk.

use std::{
    cell::Cell,
    io,
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::{Config, StoreError, config::ConfigCache, search::Pending};
use crate::model::audit::Hash;

/// How many writes go under one commit at most.
const BATCH: usize = 512;

/// How often to look whether another process has written.
const LOOK_AROUND: Duration = Duration::from_millis(250);

/// What writing functions take: the proof that a transaction is open.
pub struct Tx<'a> {
    connection: &'a Connection,
    config: &'a ConfigCache,
    pub(super) search: &'a Pending,

    /// The end of the chain, once an entry of this transaction has been appended and kept.
    pub(super) last_audit: &'a Cell<Option<Hash>>,
}

impl Tx<'_> {
    /// What admins have set up, as this transaction sees it.
    pub fn config(&self) -> Result<Arc<Config>, StoreError> {
        self.config.get(self.connection)
    }

    /// Runs `f` so that what it wrote can be taken back alone.
    pub fn attempt<T, R, E: From<StoreError>>(
        &self,
        f: impl FnOnce() -> Result<Result<T, R>, E>,
    ) -> Result<Result<T, R>, E> {
        run(self.connection, "SAVEPOINT attempt").map_err(E::from)?;
        let pending = self.search.len();
        let result = f()?;
        if result.is_err() {
            self.search.truncate(pending);
            self.last_audit.set(None);
            run(self.connection, "ROLLBACK TO attempt").map_err(E::from)?;
        }
        run(self.connection, "RELEASE attempt").map_err(E::from)?;
        Ok(result)
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

/// Answers the one who asked, once the fate of the commit is known.
type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Does the writing, unless there is no transaction to do it in; says whether to keep it, and how
/// to answer.
type Job = Box<dyn FnOnce(Result<&Tx<'_>, StoreError>) -> (bool, Reply) + Send>;

/// What became of a job: `Ok(None)` when it panicked, `Err` when the whole transaction is lost.
type Outcome = Result<Option<(bool, Reply)>, (Option<Reply>, StoreError)>;

pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    commits: AtomicU64,
    writes: AtomicU64,
}

struct Loop {
    connection: Connection,
    revision: watch::Sender<u64>,
    config: Arc<ConfigCache>,
    search: Pending,
    last_audit: Cell<Option<Hash>>,
    counts: Arc<Counts>,

    /// Changes when another connection has committed.
    data_version: i64,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        revision: watch::Sender<u64>,
        config: Arc<ConfigCache>,
    ) -> Result<Self, StoreError> {
        let (jobs, inbox) = mpsc::channel();
        let counts = Arc::<Counts>::default();
        let mut work = Loop {
            data_version: data_version(&connection)?,
            connection,
            revision,
            config,
            search: Pending::default(),
            last_audit: Cell::default(),
            counts: Arc::clone(&counts),
        };
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || work.run(&inbox))
            .map_err(|err: io::Error| StoreError::Folder {
                folder: std::path::PathBuf::new(),
                reason: err.to_string(),
            })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            counts,
        })
    }

    pub(super) fn submit<T, E>(
        &self,
        f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            let result = tx.map_err(E::from).and_then(f);
            let keep = result.is_ok();
            let reply: Reply = Box::new(move |commit| {
                let result = result.and_then(|value| Ok(commit.map(|()| value)?));
                // The one who asked may have gone.
                answer.send(result).ok();
            });
            (keep, reply)
        });
        if let Some(jobs) = &self.jobs {
            // If the thread has ended, the receiver learns it from the dropped sender.
            jobs.send(job).ok();
        }
        receiver
    }

    pub(super) fn counts(&self) -> (u64, u64) {
        let load = |it: &AtomicU64| it.load(Ordering::Relaxed);
        (load(&self.counts.commits), load(&self.counts.writes))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writing thread has panicked");
        }
    }
}

impl Loop {
    fn run(&mut self, inbox: &mpsc::Receiver<Job>) {
        loop {
            match inbox.recv_timeout(LOOK_AROUND) {
                Ok(first) => self.batch(first, inbox),
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.look_around();
        }
    }

    fn look_around(&mut self) {
        match data_version(&self.connection) {
            Ok(version) if version != self.data_version => {
                self.data_version = version;
                self.revision.send_modify(|revision| *revision += 1);
            }
            Ok(_) => (),
            Err(err) => tracing::warn!(error = %err, "cannot see whether others have written"),
        }
    }

    /// Runs everything that waits under one commit, then answers.
    fn batch(&mut self, first: Job, inbox: &mpsc::Receiver<Job>) {
        if let Err(err) = run(&self.connection, "BEGIN IMMEDIATE") {
            let (_, reply) = first(Err(err.clone()));
            return reply(Err(err));
        }
        self.last_audit.set(None);
        // The first needs no savepoint, for which SQLite copies every page that is written: to take
        // it back is to take back the transaction.
        let mut replies = match self.perform(first) {
            Ok(Some((true, reply))) => vec![reply],
            Ok(taken_back) => return self.give_up(taken_back.map(|(_, reply)| reply), &Ok(())),
            Err((reply, err)) => return self.give_up(reply, &Err(err)),
        };
        let mut kept = 1_u64;
        while replies.len() < BATCH
            && let Ok(job) = inbox.try_recv()
        {
            match self.attempt(job) {
                Ok(Some((keep, reply))) => {
                    kept += u64::from(keep);
                    replies.push(reply);
                }
                Ok(None) => (),
                Err((reply, err)) => {
                    // SQLite has given up the whole transaction, the writes before included.
                    replies.extend(reply);
                    return self.give_up(replies, &Err(err));
                }
            }
        }
        let committed = self.finish(kept);
        // Before the answers: whoever has one must also see that something has changed.
        if committed.is_ok() {
            self.revision.send_modify(|revision| *revision += 1);
        }
        answer(replies, &committed);
    }

    /// Takes back the whole transaction, then answers.
    fn give_up(
        &self,
        replies: impl IntoIterator<Item = Reply>,
        committed: &Result<(), StoreError>,
    ) {
        self.search.truncate(0);
        // It may have been rolled back already.
        run(&self.connection, "ROLLBACK").ok();
        answer(replies, committed);
    }

    fn finish(&self, kept: u64) -> Result<(), StoreError> {
        let written = self.search.write(&self.connection);
        let committed = written
            .map_err(StoreError::from)
            .and_then(|()| run(&self.connection, "COMMIT"));
        if committed.is_err() {
            // It may have been rolled back already.
            run(&self.connection, "ROLLBACK").ok();
        } else {
            self.counts.commits.fetch_add(1, Ordering::Relaxed);
            self.counts.writes.fetch_add(kept, Ordering::Relaxed);
        }
        committed
    }

    /// One job in its savepoint.
    fn attempt(&self, job: Job) -> Outcome {
        run(&self.connection, "SAVEPOINT job").map_err(|err| (None, err))?;
        let pending = self.search.len();
        let outcome = self.perform(job)?;
        let keep = outcome.as_ref().is_some_and(|(keep, _)| *keep);
        let undone = if keep {
            Ok(())
        } else {
            self.search.truncate(pending);
            self.last_audit.set(None);
            run(&self.connection, "ROLLBACK TO job")
        };
        match undone.and_then(|()| run(&self.connection, "RELEASE job")) {
            Ok(()) => Ok(outcome),
            Err(err) => Err((outcome.map(|(_, reply)| reply), err)),
        }
    }

    fn perform(&self, job: Job) -> Outcome {
        let tx = Tx {
            connection: &self.connection,
            config: &self.config,
            search: &self.search,
            last_audit: &self.last_audit,
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| job(Ok(&tx)))).ok();
        if self.connection.is_autocommit() {
            let reply = outcome.map(|(_, reply)| reply);
            return Err((reply, StoreError::Abandoned));
        }
        Ok(outcome)
    }
}

fn answer(replies: impl IntoIterator<Item = Reply>, committed: &Result<(), StoreError>) {
    for reply in replies {
        reply(committed.clone());
    }
}

fn run(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn data_version(connection: &Connection) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("PRAGMA data_version")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}
