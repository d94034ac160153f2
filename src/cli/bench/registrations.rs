//! `tenure bench registrations`: the whole way of a registration, without the hashing of the
//! password: command, gate, walk, one transaction, history on disk.

use std::{
    fmt,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context as _, ensure};

use super::{
    fixture,
    raw::{self, Written},
};
use crate::{
    clock::{Clock, Stopwatch},
    command::{self, Actor},
    model::event::EventKind,
    store::{FILE_NAME, Store},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to put the stores that are measured; they are removed afterwards
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,

    /// How often to measure; the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,

    /// How many registrations one writer makes in a round
    #[arg(long, default_value_t = 3_000)]
    alone: usize,

    /// How many registrations 64 writers make together in a round
    #[arg(long, default_value_t = 20_000)]
    together: usize,
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// One thread, one after the other.
    One,

    /// 64 at once as the portal does it: tasks that wait without holding a thread.
    Tasks,

    /// 64 at once, each a thread.
    Threads,
}

/// One measurement.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub executions: usize,
    pub took: Duration,

    /// What the whole process spent; `None` where the system does not say.
    pub cpu: Option<Duration>,
    pub commits: u64,

    /// How much the file grew, with everything in it.
    pub bytes: u64,
}

impl Sample {
    pub fn per_second(&self) -> f64 {
        self.executions as f64 / self.took.as_secs_f64()
    }

    fn cpu_millis(&self) -> Option<f64> {
        Some(self.cpu?.as_secs_f64() * 1_000.0 / self.executions as f64)
    }
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let root = Root::new(args.dir.as_deref())?;
    let mut out = io::stdout().lock();
    writeln!(out, "in {}, {} rounds", root.0.display(), args.rounds)?;
    for (writers, label, count) in [
        (Writers::One, "1 writer", args.alone),
        (Writers::Tasks, "64 tasks", args.together),
        (Writers::Threads, "64 threads", args.together),
    ] {
        let rows = rows(&root.0, count)?;
        let mut pairs = Vec::new();
        for _ in 0..args.rounds {
            pairs.push((
                tenure(&root.0, writers, count)?,
                bare(&root.0, writers, &rows)?,
            ));
        }
        writeln!(out, "\n{label}, {count} executions\n{}", Summary(&pairs))?;
    }
    Ok(())
}

/// What a number of registrations stores, for the bare loop.
pub fn rows(root: &Path, count: usize) -> anyhow::Result<Arc<Vec<Written>>> {
    let folder = Folder::new(root)?;
    let store = prepared(&folder.0)?;
    fixture::register_many(&store, count, 1, |_| Clock::System.now())?;
    drop(store);
    Ok(Arc::new(raw::written(&folder.0)?))
}

/// Registers `count` people in a new store.
pub fn tenure(root: &Path, writers: Writers, count: usize) -> anyhow::Result<Sample> {
    let folder = Folder::new(root)?;
    let store = prepared(&folder.0)?;
    let (commits, _) = store.commits();
    let before = size(&folder.0)?;
    let (watch, cpu) = (Stopwatch::start(), cpu());
    match writers {
        Writers::One => register(&store, &AtomicUsize::new(0), count)?,
        Writers::Tasks => fixture::register_many(&store, count, 1, |_| Clock::System.now())?,
        Writers::Threads => register_in_threads(&store, count)?,
    }
    let (took, cpu) = (watch.elapsed(), since(cpu));
    let commits = store.commits().0 - commits;
    drop(store);
    Ok(Sample {
        executions: count,
        took,
        cpu,
        commits,
        bytes: size(&folder.0)? - before,
    })
}

/// Writes the same rows into a new store without anything around it.
pub fn bare(root: &Path, writers: Writers, rows: &Arc<Vec<Written>>) -> anyhow::Result<Sample> {
    let folder = Folder::new(root)?;
    drop(prepared(&folder.0)?);
    let before = size(&folder.0)?;
    let (watch, cpu) = (Stopwatch::start(), cpu());
    let many = if writers == Writers::One {
        1
    } else {
        fixture::WRITERS
    };
    let commits = raw::write(&folder.0, rows, many)?;
    Ok(Sample {
        executions: rows.len(),
        took: watch.elapsed(),
        cpu: since(cpu),
        commits,
        bytes: size(&folder.0)? - before,
    })
}

/// A new store, set up, with nothing waiting in its log.
fn prepared(folder: &Path) -> anyhow::Result<Store> {
    let store = Store::open(folder)?;
    fixture::prepare(&store, EventKind::UserCreated, Clock::System.now())?;
    drop(store);
    Ok(Store::open(folder)?)
}

fn register(store: &Store, next: &AtomicUsize, count: usize) -> anyhow::Result<()> {
    let actor = Actor::sign_up();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count {
            return Ok(());
        }
        let command = fixture::registration(number);
        fixture::check(
            command::apply(store, &actor, command, Clock::System.now()),
            1,
        )?;
    }
}

fn register_in_threads(store: &Store, count: usize) -> anyhow::Result<()> {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..fixture::WRITERS)
            .map(|_| scope.spawn(|| register(store, &next, count)))
            .collect();
        for thread in threads {
            thread.join().ok().context("a writer panicked")??;
        }
        Ok(())
    })
}

fn size(folder: &Path) -> anyhow::Result<u64> {
    let log = folder.join(format!("{FILE_NAME}-wal"));
    let waiting = log.metadata().map_or(0, |it| it.len());
    ensure!(
        waiting == 0,
        "{waiting} bytes have not reached the database"
    );
    Ok(folder.join(FILE_NAME).metadata()?.len())
}

pub(super) fn cpu() -> Option<Duration> {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};
        Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).ok()
    }
    #[cfg(not(unix))]
    None
}

pub(super) fn since(before: Option<Duration>) -> Option<Duration> {
    cpu()?.checked_sub(before?)
}

/// Where the folders of a run stand.
pub(super) struct Root(PathBuf);

impl Root {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn new(dir: Option<&Path>) -> anyhow::Result<Self> {
        let parent = dir.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let root = parent.join(format!("tenure-bench-{}", std::process::id()));
        std::fs::create_dir_all(&root)
            .with_context(|| format!("cannot make the folder {}", root.display()))?;
        Ok(Self(root))
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A data folder for one measurement.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn new(root: &Path) -> anyhow::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = root.join(number.to_string());
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Pairs of measurements, ours and the bare loop's, as a small table of medians.
struct Summary<'a>(&'a [(Sample, Sample)]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let median =
            |value: &dyn Fn(&(Sample, Sample)) -> f64| median(self.0.iter().map(value).collect());
        let mut line = |label: &str, value: &dyn Fn(&Sample) -> f64, digits: usize| {
            let (ours, bare) = (median(&|it| value(&it.0)), median(&|it| value(&it.1)));
            writeln!(f, "  {label:<24} {ours:>10.digits$} {bare:>10.digits$}")
        };
        line("executions/s", &Sample::per_second, 0)?;
        line(
            "executions per fsync",
            &|it| it.executions as f64 / it.commits as f64,
            1,
        )?;
        line(
            "CPU ms per execution",
            &|it| it.cpu_millis().unwrap_or(f64::NAN),
            3,
        )?;
        line(
            "bytes per execution",
            &|it| it.bytes as f64 / it.executions as f64,
            0,
        )?;
        let ratio = median(&|(ours, bare)| ours.per_second() / bare.per_second());
        write!(f, "  {:<24} {ratio:>10.2}", "ratio")
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
