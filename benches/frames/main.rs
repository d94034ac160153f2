//! How long the window takes for a frame, with a million users and executions in the store.
//!
//! What is measured, and how, is said at [`tenure::cli::bench::window`] and
//! [`tenure::cli::bench::cost`]. With `--tree` each frame also makes the tree that assistive
//! technology reads.
//!
//! ```text
//! TENURE_BENCH_DIR=/tmp/directory cargo bench --bench frames
//! cargo bench --bench frames -- --dir /tmp/small --users 10000 --only canvas
//! ```

mod cases;

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use clap::Parser;
use tenure::{
    cli::bench::{cost::Figures, directory, drawing, window::Window},
    store::{StoreError, executions, users},
};

/// What p99 must stay below, in milliseconds.
const FLOOR: f64 = 8.0;

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
    drawing::set_up(&store)?;
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut out = io::stdout().lock();
    let (users, has_history) = store.read(|db| {
        let filter = executions::Filter::default();
        let page = executions::page(db, &filter, None, 1)?;
        Ok::<_, StoreError>((users::count(db)?, page.next.is_some()))
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
        if figures.p99() >= FLOOR {
            failed.push(case.name);
        }
    }
    if failed.is_empty() {
        writeln!(out, "every case keeps p99 below {FLOOR} ms")?;
    } else {
        writeln!(out, "p99 at {} ms or above: {}", FLOOR, failed.join("; "))?;
    }
    Ok(())
}
