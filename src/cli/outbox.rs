//! `tenure outbox`: mails on their way out, and what became of them.

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use super::{
    failure::Failure,
    output::{Table, remark},
    session::{Session, time_zone},
    when,
};
use crate::{
    command::{Command, Reply},
    model::{
        Timestamp,
        id::{ExecutionId, MailId, UserId},
        mail::{AttachmentKind, MailState},
        template::Template,
    },
    store::{
        Store, StoreError,
        outbox::{self, Answer, Body, Filter, Kept},
        pause,
    },
};

/// How many mails a list shows unless somebody wants another number.
const SHOWN: usize = 50;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Mails, the newest first, and what became of them
    ///
    /// JSON: {"mails": [{"id", "created", "state": "queued", "sending", "sent", "failed" or
    /// "no_address", "to", "user", "execution", "template", "subject", "attempts", "due", "answer":
    /// {"code", "text"}, "ended", "message_id"}], "counts": {state: number}, "held_up": why nothing
    /// is sent or null}
    List {
        /// Only those in this state
        #[arg(long)]
        state: Option<StateName>,
        /// Only those of this execution
        #[arg(long, value_name = "NUMBER")]
        execution: Option<ExecutionId>,
        /// How many at most
        #[arg(long, default_value_t = SHOWN, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
        limit: usize,
    },
    /// One mail with its text
    ///
    /// What a mail said is kept for 30 days after it was sent or given up.
    ///
    /// JSON: like "list", and {"text", "html", "attachments": [{"name", "kind", "bytes"}]}
    Show {
        #[arg(value_parser = number)]
        mail: MailId,
    },
    /// Send mails again that failed, or that were sent and are wanted once more
    ///
    /// A mail that failed keeps its Message-ID; one that was sent gets another.
    ///
    /// JSON: {"queued": [number]}
    Resend {
        #[arg(required = true, value_parser = number)]
        mails: Vec<MailId>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum StateName {
    Queued,
    Sending,
    Sent,
    Failed,
    NoAddress,
}

#[derive(Serialize)]
struct Row {
    id: MailId,
    created: Timestamp,
    state: MailState,
    to: String,
    user: Option<UserId>,
    execution: Option<ExecutionId>,
    template: Template,
    subject: String,
    attempts: u32,
    due: Option<Timestamp>,
    answer: Option<Answer>,
    ended: Option<Timestamp>,
    message_id: String,
}

#[derive(Serialize)]
struct Rows {
    mails: Vec<Row>,
    counts: serde_json::Map<String, serde_json::Value>,
    held_up: Option<String>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    row: Row,
    text: Option<String>,
    html: Option<String>,
    attachments: Vec<ShownAttachment>,
}

#[derive(Serialize)]
struct ShownAttachment {
    name: String,
    #[serde(flatten)]
    kind: AttachmentKind,
    bytes: usize,
}

#[derive(Serialize)]
struct Queued {
    queued: Vec<MailId>,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::List {
            state,
            execution,
            limit,
        } => {
            let filter = Filter {
                state: state.map(MailState::from),
                execution,
                ..Filter::default()
            };
            list(session, &filter, limit)
        }
        Verb::Show { mail } => show(session, mail),
        Verb::Resend { mails } => resend(session, mails),
    }
}

fn list(session: &mut Session, filter: &Filter, limit: usize) -> Result<(), Failure> {
    let store = session.store()?;
    let (kept, counts) = store.read(|db| -> Result<_, StoreError> {
        let counts = outbox::counts(db, filter.execution)?;
        Ok((outbox::page(db, filter, None, limit)?, counts))
    })?;
    let held_up = held_up(&store)?;
    let mails: Vec<Row> = kept.into_iter().map(Row::of).collect();
    if session.out.is_json {
        let word = |state: MailState| serde_json::to_value(state).ok();
        let counts = counts.into_iter().filter_map(|(state, count)| {
            let name = word(state)?.as_str()?.to_owned();
            Some((name, count.into()))
        });
        return session.out.json(&Rows {
            mails,
            counts: counts.collect(),
            held_up,
        });
    }
    let zone = time_zone(&store)?;
    let mut table = Table::new(&["MAIL", "QUEUED", "STATE", "TO", "SUBJECT", "ANSWER"]);
    for row in mails {
        table.push(vec![
            format!("#{}", row.id),
            when::shown(row.created, zone),
            row.state.label().to_owned(),
            row.to,
            row.subject,
            row.answer.as_ref().map_or_else(String::new, said),
        ]);
    }
    session.out.table(&table)?;
    session.out.flush()?;
    if let Some(reason) = held_up {
        remark(&format!("nothing is sent: {reason}"));
    }
    Ok(())
}

/// Why nothing is sent, as far as it is known here.
pub(super) fn held_up(store: &Store) -> Result<Option<String>, Failure> {
    if !store.config()?.settings.mail.is_set_up() {
        return Ok(Some("no mail server is set up yet".to_owned()));
    }
    Ok(store.read(pause::get)?.map(|it| it.reason))
}

fn show(session: &mut Session, id: MailId) -> Result<(), Failure> {
    let store = session.store()?;
    let (kept, body) = store.read(|db| -> Result<_, StoreError> {
        Ok((outbox::get(db, id)?, outbox::body(db, id)?))
    })?;
    let kept = kept.ok_or_else(|| Failure::not_found("mail", &format!("#{id}")))?;
    let row = Row::of(kept);
    if session.out.is_json {
        return session.out.json(&Shown::of(row, body));
    }
    let zone = time_zone(&store)?;
    let mut table = Table::new(&["", ""]);
    let number = |id: Option<String>| id.map_or_else(String::new, |id| format!("#{id}"));
    for (what, value) in [
        ("Number", format!("#{}", row.id)),
        ("State", row.state.label().to_owned()),
        ("To", row.to),
        ("User", number(row.user.map(|it| it.to_string()))),
        ("Execution", number(row.execution.map(|it| it.to_string()))),
        ("Template", row.template.label().to_owned()),
        ("Queued", when::shown(row.created, zone)),
        ("Attempts", row.attempts.to_string()),
        ("Next attempt", when_or_empty(row.due, zone)),
        ("Answer", row.answer.as_ref().map_or_else(String::new, said)),
        ("Ended", when_or_empty(row.ended, zone)),
        ("Message-ID", row.message_id),
        ("Subject", row.subject),
    ] {
        table.push(vec![what.to_owned(), value]);
    }
    for attachment in body.iter().flat_map(|it| &it.attachments) {
        let size = format!("{} ({} bytes)", attachment.name, attachment.bytes.len());
        table.push(vec!["Attachment".to_owned(), size]);
    }
    session.out.details(&table)?;
    session.out.line("")?;
    match body {
        Some(body) => session.out.block("", &body.text),
        None => session.out.line("What it said is not kept any more."),
    }
}

fn resend(session: &mut Session, mails: Vec<MailId>) -> Result<(), Failure> {
    let store = session.store()?;
    let mut queued = Vec::new();
    for id in mails {
        if let Reply::Mail(id) = session.apply(&store, Command::ResendMail(id))? {
            queued.push(id);
            if !session.out.is_json {
                session.out.line(format!("Mail #{id} is queued."))?;
            }
        }
    }
    if session.out.is_json {
        return session.out.json(&Queued { queued });
    }
    session.out.flush()?;
    if let Some(reason) = held_up(&store)? {
        remark(&format!("nothing is sent: {reason}"));
    }
    Ok(())
}

fn said(answer: &Answer) -> String {
    match answer.code {
        Some(code) => format!("{code} {}", answer.text),
        None => answer.text.clone(),
    }
}

fn when_or_empty(at: Option<Timestamp>, zone: chrono_tz::Tz) -> String {
    at.map_or_else(String::new, |at| when::shown(at, zone))
}

/// A mail is called `#12` or `12`.
fn number(text: &str) -> Result<MailId, String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    digits
        .parse()
        .map_err(|_not_a_number| "a mail is called by its number, like #12".to_owned())
}

impl From<StateName> for MailState {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Queued => Self::Queued,
            StateName::Sending => Self::Sending,
            StateName::Sent => Self::Sent,
            StateName::Failed => Self::Failed,
            StateName::NoAddress => Self::NoAddress,
        }
    }
}

impl Row {
    fn of(kept: Kept) -> Self {
        Self {
            id: kept.id,
            created: kept.created,
            state: kept.state,
            to: kept.address,
            user: kept.user,
            execution: kept.execution,
            template: kept.template,
            subject: kept.subject,
            attempts: kept.attempts,
            due: kept.due,
            answer: kept.answer,
            ended: kept.ended,
            message_id: kept.message_id,
        }
    }
}

impl Shown {
    fn of(row: Row, body: Option<Body>) -> Self {
        let Some(body) = body else {
            return Self {
                row,
                text: None,
                html: None,
                attachments: Vec::new(),
            };
        };
        let attachments = body.attachments.into_iter().map(|it| ShownAttachment {
            bytes: it.bytes.len(),
            name: it.name,
            kind: it.kind,
        });
        Self {
            row,
            text: Some(body.text),
            html: Some(body.html),
            attachments: attachments.collect(),
        }
    }
}
