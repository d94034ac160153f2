//! `tenure outbox`: mails that are queued.

use clap::Subcommand;
use serde::Serialize;

use super::{
    failure::Failure,
    output::{Table, remark},
    session::{Session, time_zone},
    when,
};
use crate::{
    model::{Timestamp, id::UserId},
    store::outbox::{self, State},
};

/// How many mails a list shows unless somebody wants another number.
const SHOWN: usize = 50;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Mails that are queued, the newest first
    ///
    /// This version sends no mails: it has no settings for a mail server yet. What is queued is kept.
    ///
    /// JSON: {"mails": [{"created", "state", "to", "user", "template", "subject", "text",
    /// "message_id"}]}
    List {
        /// How many at most
        #[arg(long, default_value_t = SHOWN, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
        limit: usize,
    },
}

#[derive(Serialize)]
struct Row {
    created: Timestamp,
    state: State,
    to: String,
    user: Option<UserId>,
    template: String,
    subject: String,
    text: String,
    message_id: String,
}

#[derive(Serialize)]
struct Rows {
    mails: Vec<Row>,
}

pub(super) fn run(session: &mut Session, verb: &Verb) -> Result<(), Failure> {
    match verb {
        Verb::List { limit } => list(session, *limit),
    }
}

fn list(session: &mut Session, limit: usize) -> Result<(), Failure> {
    let store = session.store()?;
    let queued = store.read(|db| outbox::latest(db, limit))?;
    let mails: Vec<Row> = queued.into_iter().map(Row::of).collect();
    if session.out.is_json {
        return session.out.json(&Rows { mails });
    }
    let zone = time_zone(&store)?;
    let mut table = Table::new(&["QUEUED", "STATE", "TO", "SUBJECT"]);
    for row in mails {
        table.push(vec![
            when::shown(row.created, zone),
            row.state.label().to_owned(),
            row.to,
            row.subject,
        ]);
    }
    session.out.table(&table)?;
    session.out.flush()?;
    remark("nothing is sent: this version has no settings for a mail server yet");
    Ok(())
}

impl Row {
    fn of(queued: outbox::Queued) -> Self {
        let mail = queued.mail;
        Self {
            created: queued.created,
            state: queued.state,
            to: mail.address,
            user: queued.user,
            template: mail.template,
            subject: mail.subject,
            text: mail.text,
            message_id: mail.message_id,
        }
    }
}
