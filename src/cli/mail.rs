//! `tenure mail`: the mail server, and whether it works.

use std::{io::Read as _, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::{
    failure::{Code, Failure},
    files,
    outbox::held_up,
    output::{Table, remark},
    session::Session,
};
use crate::{
    command::Command,
    connect::smtp::{self, Letter, Patience, Server, Trial},
    model::{
        mail::Attachment,
        smtp::{MailPassword, MailSettings, PasswordChange, Security},
        template::Rendered,
        user::Email,
    },
    store::{Store, StoreError, settings_row},
};

/// The longest password that is read, with room to notice one that is too long.
const MAX_PASSWORD: u64 = 4_096;

/// The largest file with certificates, in bytes.
const MAX_AUTHORITY: usize = 200_000;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// How mails are sent, without the password
    ///
    /// JSON: {"host", "port", "security": "none", "start_tls" or "tls", "username", "from_address",
    /// "from_name", "report_recipients", "per_minute", "authority", "has_password", "held_up"}
    Show,
    /// Change what is named; the rest stays
    ///
    /// JSON: like "show"
    Set(Box<Set>),
    /// Send a mail at once, past the outbox, and say step by step what works and what does not
    ///
    /// JSON: {"works", "steps", "answer": {"code", "text"} or null, "error", "advice"}
    Test {
        /// Who gets it
        #[arg(long, value_name = "ADDRESS")]
        to: String,
    },
}

#[derive(Args)]
pub(super) struct Set {
    /// The mail server, such as smtp.example.org; empty for none
    #[arg(long)]
    host: Option<String>,
    /// Its port; otherwise the usual one for the security that is named
    #[arg(long)]
    port: Option<u16>,
    #[arg(long)]
    security: Option<SecurityName>,
    /// Whom to sign in as; empty for nobody
    #[arg(long)]
    username: Option<String>,
    /// Read the password from the first line of standard input, so that it shows in no list of
    /// processes
    #[arg(long, conflicts_with = "no_password")]
    password_stdin: bool,
    /// Forget the password
    #[arg(long)]
    no_password: bool,
    /// The address that mails come from
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// The name that they come from
    #[arg(long, value_name = "NAME")]
    from_name: Option<String>,
    /// Who gets the reports to admins, with commas between the addresses; empty for nobody
    #[arg(long, value_name = "ADDRESSES")]
    reports_to: Option<String>,
    /// How many mails leave in a minute; 0 for as many as the server takes
    #[arg(long, value_name = "NUMBER")]
    per_minute: Option<u32>,
    /// A file with certificates of an own certificate authority, as PEM
    #[arg(long, value_name = "FILE", conflicts_with = "no_authority")]
    authority: Option<PathBuf>,
    /// Trust only whom the system trusts
    #[arg(long)]
    no_authority: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum SecurityName {
    None,
    Starttls,
    Tls,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    settings: MailSettings,
    has_password: bool,
    held_up: Option<String>,
}

#[derive(Serialize)]
struct Tested {
    works: bool,
    steps: Vec<String>,
    answer: Option<Said>,
    error: Option<String>,
    advice: Option<&'static str>,
}

#[derive(Serialize)]
struct Said {
    code: u16,
    text: String,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    let store = session.store()?;
    match verb {
        Verb::Show => show(session, &store),
        Verb::Set(set) => {
            let mail = store.config()?.settings.mail.clone();
            let password = set.password()?;
            let command = Command::SaveMail {
                settings: Box::new(set.applied(mail)?),
                password,
            };
            session.apply(&store, command)?;
            show(session, &store)
        }
        Verb::Test { to } => test(session, &store, &to),
    }
}

fn show(session: &mut Session, store: &Store) -> Result<(), Failure> {
    let settings = store.config()?.settings.mail.clone();
    let has_password = store.read(settings_row::has_mail_password)?;
    let held_up = held_up(store)?;
    if session.out.is_json {
        return session.out.json(&Shown {
            settings,
            has_password,
            held_up,
        });
    }
    let kept = |is_kept: bool| if is_kept { "kept" } else { "none" }.to_owned();
    let per_minute = match settings.per_minute {
        0 => "no limit".to_owned(),
        limit => format!("at most {limit} a minute"),
    };
    let mut table = Table::new(&["", ""]);
    for (what, value) in [
        ("Server", settings.host),
        ("Port", settings.port.to_string()),
        ("Security", settings.security.label().to_owned()),
        ("Signs in as", settings.username),
        ("Password", kept(has_password)),
        ("Own authority", kept(!settings.authority.is_empty())),
        ("From", settings.from_address),
        ("From name", settings.from_name),
        ("Reports to", settings.report_recipients.join(", ")),
        ("Mails", per_minute),
    ] {
        table.push(vec![what.to_owned(), value]);
    }
    session.out.details(&table)?;
    session.out.flush()?;
    if let Some(reason) = held_up {
        remark(&format!("nothing is sent: {reason}"));
    }
    Ok(())
}

fn test(session: &mut Session, store: &Store, to: &str) -> Result<(), Failure> {
    let portal = store.config()?.settings.branding.name.clone();
    try_out(session, store, to, trial_text(&portal), Vec::new())
}

/// Sends a mail at once, and says what came of it.
pub(super) fn try_out(
    session: &mut Session,
    store: &Store,
    to: &str,
    rendered: Rendered,
    attachments: Vec<Attachment>,
) -> Result<(), Failure> {
    let to: Email = to
        .parse()
        .map_err(|err| Failure::invalid(format!("{to:?} {err}")))?;
    // In one look: a password must not be shown to another server.
    let (mail, password) = store.read_with_config(|db, config| {
        let password = settings_row::mail_password(db)?;
        Ok::<_, StoreError>((config.settings.mail.clone(), password))
    })?;
    if !mail.is_set_up() {
        return Err(Failure::new(
            Code::Refused,
            "no mail server is set up yet: see \"tenure mail set --help\"",
        ));
    }
    let letter = Letter::trial(to.as_str(), rendered, attachments, session.clock.now());
    let threads = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|err| Failure::new(Code::Refused, format!("no threads to run on: {err}")))?;
    let server = Server::new(mail, password, Patience::default())
        .map_err(|err| Failure::new(Code::Refused, err))?;
    report(session, threads.block_on(smtp::test(&server, &letter)))
}

fn report(session: &mut Session, trial: Trial) -> Result<(), Failure> {
    let error = trial.outcome.as_ref().err();
    let tested = Tested {
        works: error.is_none(),
        error: error.map(ToString::to_string),
        advice: error.and_then(smtp::SendError::advice),
        answer: trial.outcome.as_ref().ok().map(|reply| Said {
            code: reply.code,
            text: reply.text.clone(),
        }),
        steps: trial.steps,
    };
    if session.out.is_json {
        session.out.json(&tested)?;
    } else {
        for step in &tested.steps {
            session.out.line(format!("ok  {step}"))?;
        }
    }
    match tested.error {
        None => Ok(()),
        Some(_) if session.out.is_json => Err(Failure::Quiet(Code::Refused)),
        Some(error) => {
            let advice = tested.advice.map(|it| format!("\n{it}"));
            let message = format!("{error}{}", advice.unwrap_or_default());
            Err(Failure::new(Code::Refused, message))
        }
    }
}

fn trial_text(portal: &str) -> Rendered {
    let text = format!("This is a test mail from {portal}. Sending mails works.\n");
    Rendered {
        subject: format!("Test mail from {portal}"),
        html: format!("<p>{}</p>", minijinja::HtmlEscape(text.trim())),
        text,
    }
}

impl Set {
    fn applied(self, mut mail: MailSettings) -> Result<MailSettings, Failure> {
        if let Some(security) = self.security {
            mail.security = security.into();
            mail.port = mail.security.usual_port();
        }
        mail.port = self.port.unwrap_or(mail.port);
        mail.host = self.host.unwrap_or(mail.host);
        mail.username = self.username.unwrap_or(mail.username);
        mail.from_address = self.from.unwrap_or(mail.from_address);
        mail.from_name = self.from_name.unwrap_or(mail.from_name);
        mail.per_minute = self.per_minute.unwrap_or(mail.per_minute);
        if let Some(addresses) = self.reports_to {
            mail.report_recipients = addresses.split(',').map(str::to_owned).collect();
        }
        if self.no_authority {
            mail.authority.clear();
        }
        if let Some(file) = self.authority {
            let bytes = files::read_limited(&file, MAX_AUTHORITY)?;
            if bytes.trim_ascii().is_empty() {
                let what = format!("{} is empty", file.display());
                let message = format!("{what}: give certificates as PEM, or --no-authority");
                return Err(Failure::invalid(message));
            }
            mail.authority = String::from_utf8_lossy(&bytes).into_owned();
        }
        Ok(mail)
    }

    fn password(&self) -> Result<PasswordChange, Failure> {
        if self.no_password {
            return Ok(PasswordChange::Remove);
        }
        if !self.password_stdin {
            return Ok(PasswordChange::Keep);
        }
        let mut typed = String::new();
        let read = std::io::stdin()
            .take(MAX_PASSWORD)
            .read_to_string(&mut typed);
        read.map_err(|err| Failure::invalid(format!("no password could be read: {err}")))?;
        let line = typed.lines().next().unwrap_or_default();
        let password = MailPassword::new(line).map_err(Failure::invalid)?;
        Ok(PasswordChange::Set(password))
    }
}

impl From<SecurityName> for Security {
    fn from(name: SecurityName) -> Self {
        match name {
            SecurityName::None => Self::None,
            SecurityName::Starttls => Self::StartTls,
            SecurityName::Tls => Self::Tls,
        }
    }
}
