//! `tenure bench canvas`: how long a frame of the editor takes, and what its window takes.
//!
//! Frames are those of the whole window, drawn without a screen on a new store; [`super::window`]
//! says what is measured of a frame and [`super::cost`] by which clock, [`super::acts`] what is done
//! meanwhile. Each case plays once before it counts, so that every letter was painted before: a
//! letter is drawn once in the life of a window. The blocks are one long way of tasks in columns, as
//! broad as high, with branches.
//!
//! Then, on a desktop, the program itself is started on 300 blocks; [`super::desktop`] says how that
//! is measured.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use super::{acts, cost::Figures, desktop, drawing, registrations::Root, window::Window};
use crate::store::Store;

/// How many blocks the drawings have.
pub const SIZES: [usize; 3] = [30, 300, 2_000];

/// Up to this many blocks, 99 of 100 frames must stay below so many milliseconds.
const FLOORS: [(usize, f64); 3] = [(30, 2.0), (300, 4.0), (usize::MAX, 8.0)];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to put the stores that are measured; they are removed afterwards
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,

    /// How many blocks the drawings have
    #[arg(long, value_delimiter = ',', default_values_t = SIZES)]
    nodes: Vec<usize>,

    /// How many frames of each case are drawn
    #[arg(long, default_value_t = 240)]
    frames: usize,

    /// Only the cases with this in their name
    #[arg(long, default_value = "")]
    only: String,

    /// Only the frames without the tree that assistive technology reads, or only those with it
    #[arg(long, value_enum)]
    tree: Option<Tree>,

    /// Leave out the window on the desktop
    #[arg(long)]
    without_window: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Tree {
    Off,
    On,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let root = Root::new(args.dir.as_deref())?;
    let mut out = io::stdout().lock();
    for (tree, words) in [
        (Tree::Off, "without assistive technology"),
        (Tree::On, "with the tree for assistive technology"),
    ] {
        if args.tree.is_none_or(|only| only == tree) {
            writeln!(out, "frames {words}\n{}", Figures::HEADING)?;
            let slow = frames(args, tree, root.path(), &mut out)?;
            if slow.is_empty() {
                writeln!(out, "p99 of every case is below its floor\n")?;
            } else {
                writeln!(out, "p99 above the floor: {}\n", slow.join("; "))?;
            }
        }
    }
    if !args.without_window {
        desktop::run(root.path(), &mut out)?;
    }
    Ok(())
}

/// Returns the cases that miss their floor.
fn frames(
    args: &Args,
    tree: Tree,
    root: &std::path::Path,
    out: &mut impl io::Write,
) -> anyhow::Result<Vec<String>> {
    let store = Store::open(&root.join(format!("{tree:?}")))?;
    drawing::set_up(&store)?;
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut slow = Vec::new();
    for nodes in &args.nodes {
        let floor = FLOORS.iter().find(|(most, _)| nodes <= most);
        let floor = floor.map_or(0.0, |(_, floor)| *floor);
        for act in acts::ALL.iter().filter(|it| it.name.contains(&args.only)) {
            let mut window = Window::open(&store, tokio.handle(), tree == Tree::On)?;
            act.run(&mut window, &store, args.frames.min(120), *nodes)?;
            let costs = act.run(&mut window, &store, args.frames, *nodes)?;
            let figures = Figures::of(&costs);
            let name = format!("{nodes} blocks: {}", act.name);
            let is_slow = figures.p99() >= floor;
            let mark = if is_slow { "MISSED" } else { "met" };
            let remark = format!("| floor {floor:.0}: {mark}");
            writeln!(out, "{}", figures.line(&name, &remark))?;
            if is_slow {
                slow.push(name);
            }
        }
    }
    Ok(slow)
}
