//! `tenure bench`: how fast the main job is on this machine.
//!
//! **Invariant:** what is measured is the way that everyone goes: commands through the one door,
//! on a file, with every guarantee kept. Only the hashing of passwords is left out, which is slow
//! on purpose.

pub mod acts;
pub mod canvas;
mod client;
pub mod cost;
pub mod desktop;
pub mod directory;
pub mod drawing;
pub mod fixture;
pub mod raw;
pub mod registrations;
mod sink;
pub mod sweep;
pub mod updates;
pub mod window;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Register users one after the other and 64 at once, beside a loop of bare inserts
    Registrations(registrations::Args),

    /// Update users through SCIM over HTTP, 64 at once, each with its execution on disk
    Updates(updates::Args),

    /// Plan and apply a scheduled workflow over a million users, and send its mails
    Sweep(sweep::Args),

    /// Read lists from a store with a million users and executions
    Directory(directory::Args),

    /// Draw frames of the editor with up to 2,000 blocks; on a desktop also start its window
    Canvas(canvas::Args),

    /// What `canvas` starts on a desktop: the window with a version in the editor, which says when
    /// its first frame is there
    Window(desktop::Args),
}

pub fn run(bench: &Bench) -> anyhow::Result<()> {
    match bench {
        Bench::Registrations(args) => registrations::run(args),
        Bench::Updates(args) => updates::run(args),
        Bench::Sweep(args) => sweep::run(args),
        Bench::Directory(args) => directory::run(args),
        Bench::Canvas(args) => canvas::run(args),
        Bench::Window(args) => desktop::open(args),
    }
}
