//! The program's own window on a desktop: how soon it shows something, and what it takes when nobody
//! touches it.
//!
//! The program starts itself as [`Args`] on a folder with a drawing of 300 blocks, which the editor
//! opens. Measured from outside, by the system's own figures of that process (Linux: `/proc`):
//!
//! - from just before the process is started until it says that its first frame has been handed to
//!   the display. It says so when the frame after it begins, so the time is an upper bound;
//! - the processor time of 10 seconds in which nothing happens, once the window has come to rest;
//! - the memory that is resident afterwards.

use std::{
    io::{BufRead as _, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use anyhow::Context as _;

use super::drawing;
use crate::{
    clock::{Clock, Stopwatch},
    model::id::VersionId,
    store::Store,
    ui::{self, Opening, Route},
};

const BLOCKS: usize = 300;

/// What the window says when its first frame is there.
const THERE: &str = "first frame";

/// Until then everything that a start brings with it is over.
const SETTLING: Duration = Duration::from_secs(4);
const IDLE: Duration = Duration::from_secs(10);

/// How often the program is started; the median counts.
const STARTS: usize = 5;

/// Give up waiting for a window.
const PATIENCE: Duration = Duration::from_secs(30);

/// In which Linux tells every program its times, whatever it counts in itself (`USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

const FLOOR_START: f64 = 0.7;
const FLOOR_IDLE: f64 = 1.0;
const FLOOR_MEMORY: f64 = 200.0;

/// What the window is opened with by the benchmark.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The data folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The version that the editor shows
    #[arg(value_name = "VERSION")]
    version: i64,
}

/// Opens the window on an editor, and says when its first frame is there.
pub fn open(args: &Args) -> anyhow::Result<()> {
    let store = Store::open(&args.folder)?;
    let opening = Opening {
        route: Some(Route::Editor(VersionId::new(args.version))),
        after_first_frame: Some(Arc::new(|| {
            // Whoever started it may have gone.
            writeln!(std::io::stdout(), "{THERE}").ok();
        })),
    };
    ui::open_with(&args.folder, store, Clock::System, opening)
}

pub(super) fn run(root: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    if let Some(reason) = why_not() {
        writeln!(out, "the window itself was not measured: {reason}")?;
        return Ok(());
    }
    let folder = root.join("window");
    let version = {
        let store = Store::open(&folder)?;
        drawing::set_up(&store)?;
        drawing::draw(&store, BLOCKS)?.1
    };
    writeln!(out, "the window itself, with {BLOCKS} blocks in the editor")?;
    let mut starts = Vec::new();
    for _ in 1..STARTS {
        starts.push(Shown::start(&folder, version)?.after.as_secs_f64());
    }
    let mut shown = Shown::start(&folder, version)?;
    starts.push(shown.after.as_secs_f64());
    starts.sort_by(f64::total_cmp);
    let start = starts.get(STARTS / 2).copied().unwrap_or_default();
    let (idle, memory) = shown.at_rest()?;
    let each: Vec<String> = starts.iter().map(|it| format!("{it:.2}")).collect();
    let mut line = |what: &str, value: f64, unit: &str, floor: f64, remark: &str| {
        let mark = if value < floor { "met" } else { "MISSED" };
        writeln!(
            out,
            "{what:<42}{value:>8.2} {unit:<3} | floor {floor}: {mark}{remark}"
        )
    };
    let remark = format!(" | of {}", each.join(", "));
    line("start to first frame", start, "s", FLOOR_START, &remark)?;
    let seconds = IDLE.as_secs();
    let remark = format!(" | over {seconds} s");
    line("idle, of one core", idle, "%", FLOOR_IDLE, &remark)?;
    line("resident memory", memory, "MB", FLOOR_MEMORY, "")?;
    Ok(())
}

fn why_not() -> Option<&'static str> {
    let has = |name| std::env::var_os(name).is_some_and(|it| !it.is_empty());
    if !cfg!(target_os = "linux") {
        Some("only on Linux does the system say what a process takes in the way that is read here")
    } else if !has("DISPLAY") && !has("WAYLAND_DISPLAY") {
        Some("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)")
    } else {
        None
    }
}

/// A window that has shown its first frame; it is closed when this goes.
struct Shown {
    process: Child,
    after: Duration,
}

impl Shown {
    fn start(folder: &Path, version: VersionId) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("where this program is")?;
        let mut command = Command::new(program);
        command.args(["bench", "window"]).arg(folder);
        command.arg(version.number().to_string());
        let watch = Stopwatch::start();
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = process.stdout.take();
        let mut shown = Self {
            process,
            after: Duration::ZERO,
        };
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let lines = said.into_iter().flat_map(|it| BufReader::new(it).lines());
            for line in lines.map_while(Result::ok) {
                if line == THERE {
                    // The time is taken here, where nothing else is waited for.
                    sender.send(watch.elapsed()).ok();
                }
            }
        });
        let there = receiver.recv_timeout(PATIENCE);
        shown.after = there.context("the window did not open")?;
        Ok(shown)
    }

    /// Per cent of a core that it takes at rest, and megabytes.
    fn at_rest(&mut self) -> anyhow::Result<(f64, f64)> {
        thread::park_timeout(SETTLING);
        let (before, watch) = (self.spent()?, Stopwatch::start());
        while watch.elapsed() < IDLE {
            thread::park_timeout(IDLE.saturating_sub(watch.elapsed()));
        }
        let spent = self.spent()?.saturating_sub(before);
        let share = spent.as_secs_f64() / watch.elapsed().as_secs_f64() * 100.0;
        Ok((share, self.memory()?))
    }

    /// What it has computed so far, in user mode and in the system.
    fn spent(&self) -> anyhow::Result<Duration> {
        let text = self.proc("stat")?;
        // The name of the program stands in brackets and may contain spaces.
        let fields = text.rsplit(')').next().unwrap_or_default();
        let mut fields = fields.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<u64>().ok();
        let (user, system) = (ticks(), ticks());
        let ticks = user.zip(system).context("the times of the process")?;
        Ok(Duration::from_secs_f64(
            (ticks.0 + ticks.1) as f64 / TICKS_PER_SECOND,
        ))
    }

    fn memory(&self) -> anyhow::Result<f64> {
        let text = self.proc("status")?;
        let line = text.lines().find_map(|it| it.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|it| it.split_whitespace().next());
        let kilobytes: f64 = kilobytes.context("the memory of the process")?.parse()?;
        Ok(kilobytes * 1_024.0 / 1_000_000.0)
    }

    fn proc(&self, file: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{file}", self.process.id());
        std::fs::read_to_string(&path).with_context(|| path)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
