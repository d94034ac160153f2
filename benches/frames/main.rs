//! How long the window takes for a frame, with a million users and executions in the store.
//!
//! Measured is all that the window itself does for a frame of 1280 × 800 points: egui's pass with
//! [`App::ui`] in it, and the tessellation of what was painted. Not measured is what follows on the
//! graphics card. Frames come 60 times a second and egui is told the real time, so what is fetched
//! in the background arrives, and animations run, as they do in the program.
//!
//! Two times are given for each frame: what the thread of the window has computed
//! (`CLOCK_THREAD_CPUTIME_ID`), which says what the program costs, and what the clock on the wall
//! says, to which other programs add. Where there is no such clock both are the wall's. With
//! `--tree` each frame also makes the tree that assistive technology reads.
//!
//! Frames that only look where something is on the screen are drawn between those that count.
//!
//! ```text
//! TENURE_BENCH_DIR=/tmp/directory cargo bench --bench frames
//! cargo bench --bench frames -- --dir /tmp/small --users 10000 --only canvas
//! ```

mod cases;
mod cost;
mod window;

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use chrono_tz::Tz;
use clap::Parser;
use tenure::{
    cli::bench::directory,
    clock::Clock,
    command::{self, Actor, Command},
    model::{audit::Via, settings::Settings},
    store::{Store, executions, users},
};

use self::{cost::Figures, window::Window};

#[derive(Debug, Parser)]
struct Args {
    /// Where the store is kept; it is filled if it is a new one
    #[arg(long, env = "TENURE_BENCH_DIR", value_name = "FOLDER")]
    dir: PathBuf,

    /// How many users a new store gets
    #[arg(long, default_value_t = 1_000_000)]
    users: usize,

    /// How many frames of each case count
    #[arg(long, default_value_t = 360)]
    frames: usize,

    /// Only the cases with this in their name
    #[arg(long, default_value = "")]
    only: String,

    /// Play each case once before it counts, so that every letter it shows was painted before
    #[arg(long)]
    warm: bool,

    /// Make the tree for assistive technology as well
    #[arg(long)]
    tree: bool,

    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let (store, _) = directory::open(&args.dir, args.users)?;
    set_up(&store)?;
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut out = io::stdout().lock();
    let (users, has_history) = store.read(|db| {
        let filter = executions::Filter::default();
        let page = executions::page(db, &filter, None, 1)?;
        Ok::<_, tenure::store::StoreError>((users::count(db)?, page.next.is_some()))
    })?;
    writeln!(out, "{users} users, history: {has_history}")?;
    writeln!(out, "{}", Figures::HEADING)?;
    let mut failed = Vec::new();
    for case in cases::all() {
        if !case.name.contains(&args.only) {
            continue;
        }
        let mut window = Window::open(&store, tokio.handle(), args.tree)?;
        if args.warm {
            (case.run)(&mut window, &store, args.frames)?;
        }
        let remark = (case.run)(&mut window, &store, args.frames)?;
        let figures = Figures::of(&window.costs);
        writeln!(out, "{}", figures.line(&case.name, &remark))?;
        if figures.is_slow() {
            failed.push(case.name);
        }
    }
    if failed.is_empty() {
        writeln!(out, "every case keeps p99 below {} ms", cost::FLOOR)?;
    } else {
        writeln!(
            out,
            "p99 at {} ms or above: {}",
            cost::FLOOR,
            failed.join("; ")
        )?;
    }
    Ok(())
}

/// Past the first start, so that the window shows its screens.
fn set_up(store: &Store) -> anyhow::Result<()> {
    let settings = store.config()?.settings.clone();
    if !settings.is_set_up() {
        let settings = Settings {
            time_zone: Some(Tz::UTC),
            ..settings
        };
        apply(store, Command::SaveSettings(Box::new(settings)))?;
    }
    Ok(())
}

fn apply(store: &Store, command: Command) -> anyhow::Result<command::Reply> {
    let admin = Actor::new("benchmark", Via::App);
    Ok(command::apply(store, &admin, command, Clock::System.now())?)
}
