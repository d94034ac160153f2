//! The same commands without a window.
//!
//! Each noun has a file; each does: find what was named, apply a command or read, write the
//! outcome. What went wrong becomes one sentence and an exit code in `failure`.

pub mod bench;
mod compare;
mod connection;
mod demo;
mod demo_http;
mod demo_moves;
mod demo_schedules;
mod doctor;
mod doctor_folder;
mod failure;
mod files;
mod group;
mod history;
mod mail;
mod names;
mod outbox;
mod output;
mod problems;
mod role;
mod serve;
mod session;
mod sweep;
mod template;
mod token;
mod user;
mod walk;
mod when;
mod workflow;

use std::{ffi::OsString, io, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use self::{
    failure::{CODES, Code, Failure},
    session::Session,
};
use crate::ui;

#[derive(Parser)]
#[command(
    name = "tenure",
    version,
    about = "Draw identity-lifecycle workflows, activate them, and see what each run did",
    long_about = "Draw identity-lifecycle workflows, activate them, and see what each run did.\n\nWithout a command the window opens.",
    after_help = CODES,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    noun: Option<Noun>,
}

#[derive(Args)]
struct Global {
    /// Where everything is kept
    #[arg(long, global = true, value_name = "FOLDER", env = "TENURE_DATA_DIR")]
    data_dir: Option<PathBuf>,

    /// Answer with one JSON document
    #[arg(long, global = true)]
    json: bool,

    /// Tell on standard error what happens (`TENURE_LOG` chooses what)
    #[arg(long, short, global = true)]
    verbose: bool,
}

#[derive(Subcommand)]
enum Noun {
    /// Run the engine and the portal without a window, until Ctrl+C
    Serve(serve::Options),
    /// Make a sample company in a temporary folder and sign people up there
    Demo(demo::Options),
    /// Workflows and their versions
    #[command(subcommand, visible_alias = "workflows")]
    Workflow(workflow::Verb),
    /// Users: list, change, import, and what concerns their sign-in
    #[command(subcommand, visible_alias = "users")]
    User(user::Verb),
    /// Groups
    #[command(subcommand, visible_alias = "groups")]
    Group(group::Verb),
    /// Roles
    #[command(subcommand, visible_alias = "roles")]
    Role(role::Verb),
    /// Tokens, with which other programs keep users and groups here
    #[command(subcommand, visible_alias = "tokens")]
    Token(token::Verb),
    /// Providers through which people sign in
    #[command(subcommand, visible_alias = "connections")]
    Connection(connection::Verb),
    /// What workflows did
    #[command(subcommand)]
    History(history::Verb),
    /// Mails on their way out, and what became of them
    #[command(subcommand)]
    Outbox(outbox::Verb),
    /// The mail server
    #[command(subcommand)]
    Mail(mail::Verb),
    /// The texts of mails
    #[command(subcommand, visible_alias = "templates")]
    Template(template::Verb),
    /// Look for what is wrong, and say what to do about it
    Doctor(doctor::Options),
    /// Measure how fast this machine does the main job
    #[command(subcommand)]
    Bench(bench::Bench),
}

/// Does what the command line asks for.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(err) => {
            // Help for a reader that has gone is no failure.
            err.print().ok();
            return ExitCode::from(u8::try_from(err.exit_code()).unwrap_or(Code::Usage as u8));
        }
    };
    start_log(arguments.global.verbose);
    let mut session = Session::new(arguments.global.data_dir, arguments.global.json);
    let result = run(&mut session, arguments.noun).and_then(|()| session.out.flush());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // What was said so far comes before why it ended.
            session.out.flush().ok();
            if let Some(message) = failure.message() {
                output::remark(&format!("tenure: {message}"));
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(session: &mut Session, noun: Option<Noun>) -> Result<(), Failure> {
    match noun {
        None => open_window(session),
        Some(Noun::Serve(options)) => serve::run(session, &options),
        Some(Noun::Demo(options)) => demo::run(session, &options),
        Some(Noun::Workflow(verb)) => workflow::run(session, verb),
        Some(Noun::User(verb)) => user::run(session, verb),
        Some(Noun::Group(verb)) => group::run(session, verb),
        Some(Noun::Role(verb)) => role::run(session, verb),
        Some(Noun::Token(verb)) => token::run(session, verb),
        Some(Noun::Connection(verb)) => connection::run(session, verb),
        Some(Noun::History(verb)) => history::run(session, verb),
        Some(Noun::Outbox(verb)) => outbox::run(session, verb),
        Some(Noun::Mail(verb)) => mail::run(session, verb),
        Some(Noun::Template(verb)) => template::run(session, verb),
        Some(Noun::Doctor(options)) => doctor::run(session, &options),
        Some(Noun::Bench(bench)) => measure(&bench),
    }
}

fn open_window(session: &Session) -> Result<(), Failure> {
    let folder = session.folder()?;
    let store = session.store()?;
    ui::open(&folder, store, session.clock.clone())
        .map_err(|err| Failure::new(Code::Refused, err.to_string()))
}

fn measure(bench: &bench::Bench) -> Result<(), Failure> {
    bench::run(bench).map_err(|err| Failure::new(Code::Refused, format!("{err:#}")))
}

/// Warnings go to standard error, and more of it on request.
fn start_log(is_verbose: bool) {
    let default = if is_verbose {
        "tenure=debug"
    } else {
        "tenure=warn"
    };
    let filter = EnvFilter::try_from_env("TENURE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    // Somebody who embeds us may log already.
    log.try_init().ok();
}
