//! `tenure user reset-password`, and how passwords get here: never as an argument, which every user
//! of the machine could read.

use std::io::Read as _;

use clap::Args;

use super::{Changed, ran, report};
use crate::{
    cli::{failure::Failure, names, session::Session},
    command::{Command, password},
};

/// More than any policy allows; what is longer is no password.
const LONGEST: u64 = 64 * 1024;

#[derive(Args)]
#[command(group = clap::ArgGroup::new("from").required(true))]
pub(in crate::cli) struct Reset {
    user: String,
    /// Read the password from the first line of standard input
    #[arg(long, group = "from")]
    password_stdin: bool,
    /// Draw one at random, and say it once
    #[arg(long, group = "from")]
    generate: bool,
    /// Let the user keep it, instead of choosing another one at the next sign-in
    #[arg(long)]
    keep: bool,
}

pub(super) fn reset(session: &mut Session, reset: &Reset) -> Result<(), Failure> {
    let store = session.store()?;
    let user = store.read(|db| names::user(db, &reset.user))?;
    let typed = if reset.generate {
        password::generate(&store.config()?.settings.password)
    } else {
        read()?
    };
    let chosen = password::choose(&store, user.id, &typed, !reset.keep)?;
    let command = Command::ResetPassword {
        user: user.id,
        password: chosen,
    };
    let reply = session.apply(&store, command)?;
    let mut changed = Changed::new(&user, ran(reply));
    if reset.generate {
        changed.password = Some(&typed);
    }
    let sentence = format!("reset the password of the user {}", changed.who());
    report(session, &sentence, changed)
}

/// The first line of standard input.
pub(super) fn read() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(LONGEST)
        .read_to_end(&mut bytes)
        .map_err(|err| Failure::invalid(format!("the password cannot be read: {err}")))?;
    let text = String::from_utf8(bytes)
        .ok()
        .ok_or_else(|| Failure::invalid("the password is not UTF-8 text"))?;
    let line = text.split('\n').next().unwrap_or_default();
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
