//! `tenure template`: the texts of mails.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::{
    failure::Failure,
    files,
    mail::try_out,
    names,
    output::Table,
    session::{Session, time_zone},
    when,
};
use crate::{
    command::{
        Command,
        mail::{self, Preview},
    },
    model::{
        Timestamp,
        mail::Person,
        template::{Audience, MAX_BODY, Part, Rendered, Template, TemplateText},
    },
    store::{
        Store, StoreError,
        templates::{self, Written},
    },
};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// All templates
    ///
    /// JSON: {"templates": [{"name", "label", "audience": "admins" or "users", "when", "is_default",
    /// "changed", "changed_by"}]}
    List,
    /// One template: its texts, and what they can name
    ///
    /// JSON: like "list", and {"subject", "html", "text", "placeholders": [{"name", "what"}],
    /// "row_placeholders"}
    Show {
        name: String,
        /// Only this part, as it is
        #[arg(long)]
        part: Option<PartName>,
    },
    /// Write a template; the parts that are not named stay
    ///
    /// It is refused, with line and column, when it is not written right, names something that there is
    /// not, or would take too long.
    ///
    /// JSON: like "show"
    Set(Box<Set>),
    /// Back to the texts that came with Tenure
    ///
    /// JSON: like "show"
    Reset { name: String },
    /// A mail as it would be, with invented values where there is no user for them
    ///
    /// JSON: {"subject", "html", "text"}
    Preview {
        name: String,
        /// The user whose name and address it shows
        #[arg(long)]
        user: Option<String>,
        /// Only this part
        #[arg(long)]
        part: Option<PartName>,
    },
    /// Send the previewed mail to somebody, at once and past the outbox
    ///
    /// JSON: like "tenure mail test"
    Test {
        name: String,
        /// Who gets it
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        /// The user whose name and address it shows
        #[arg(long)]
        user: Option<String>,
    },
}

#[derive(Args)]
pub(super) struct Set {
    name: String,
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// A file with the HTML, - for standard input
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// A file with the plain text, - for standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum PartName {
    Subject,
    Html,
    Text,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    label: &'static str,
    audience: Audience,
    when: &'static str,
    is_default: bool,
    changed: Option<Timestamp>,
    changed_by: Option<String>,
}

#[derive(Serialize)]
struct Rows {
    templates: Vec<Row>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    row: Row,
    #[serde(flatten)]
    text: TemplateText,
    placeholders: Vec<ShownPlaceholder>,
    row_placeholders: Vec<ShownPlaceholder>,
}

#[derive(Serialize)]
struct ShownPlaceholder {
    name: &'static str,
    what: &'static str,
}

#[derive(Serialize)]
struct Previewed {
    subject: String,
    html: String,
    text: String,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    let store = session.store()?;
    match verb {
        Verb::List => list(session, &store),
        Verb::Show { name, part } => show(session, &store, found(&name)?, part),
        Verb::Set(set) => {
            let template = found(&set.name)?;
            let text = Box::new(set.applied(text(&store, template)?)?);
            session.apply(&store, Command::SaveTemplate { template, text })?;
            show(session, &store, template, None)
        }
        Verb::Reset { name } => {
            let template = found(&name)?;
            session.apply(&store, Command::ResetTemplate(template))?;
            show(session, &store, template, None)
        }
        Verb::Preview { name, user, part } => {
            let preview = previewed(&store, found(&name)?, user.as_deref())?;
            show_preview(session, preview.rendered, part)
        }
        Verb::Test { name, to, user } => {
            let Preview {
                rendered,
                attachments,
            } = previewed(&store, found(&name)?, user.as_deref())?;
            try_out(session, &store, &to, rendered, attachments)
        }
    }
}

fn found(name: &str) -> Result<Template, Failure> {
    Template::by_name(name).ok_or_else(|| Failure::not_found("template", name))
}

fn text(store: &Store, template: Template) -> Result<TemplateText, Failure> {
    let written = store.read(|db| templates::get(db, template))?;
    Ok(written.map_or_else(|| template.default_text(), |it| it.text))
}

fn list(session: &mut Session, store: &Store) -> Result<(), Failure> {
    let templates = store.read(|db| -> Result<Vec<Row>, StoreError> {
        let rows = Template::ALL.into_iter().map(|template| {
            let written = templates::get(db, template)?;
            Ok(Row::of(template, written.as_ref()))
        });
        rows.collect()
    })?;
    if session.out.is_json {
        return session.out.json(&Rows { templates });
    }
    let zone = time_zone(store)?;
    let mut table = Table::new(&["NAME", "TEMPLATE", "SENT", "WRITTEN"]);
    for row in templates {
        let written = match (row.changed, row.changed_by) {
            (Some(at), Some(by)) => format!("{} by {by}", when::shown(at, zone)),
            _ => "as it came".to_owned(),
        };
        let cells = [row.name, row.label, row.when, &written];
        table.push(cells.map(str::to_owned).to_vec());
    }
    session.out.table(&table)
}

fn show(
    session: &mut Session,
    store: &Store,
    template: Template,
    part: Option<PartName>,
) -> Result<(), Failure> {
    let written = store.read(|db| templates::get(db, template))?;
    let row = Row::of(template, written.as_ref());
    let text = written.map_or_else(|| template.default_text(), |it| it.text);
    if let Some(part) = part {
        return session.out.block("", text.part(part.into()));
    }
    let placeholders = |all: &[crate::model::template::Placeholder]| {
        let shown = all.iter().map(|it| ShownPlaceholder {
            name: it.name,
            what: it.what,
        });
        shown.collect::<Vec<_>>()
    };
    let shown = Shown {
        row,
        text,
        placeholders: placeholders(&template.placeholders()),
        row_placeholders: placeholders(template.row_placeholders()),
    };
    if session.out.is_json {
        return session.out.json(&shown);
    }
    session.out.line(shown.row.label)?;
    session.out.line(format!("{}.", shown.row.when))?;
    session.out.line("")?;
    session
        .out
        .line(format!("Subject: {}", shown.text.subject))?;
    session.out.line("")?;
    session.out.block("  ", &shown.text.text)?;
    session.out.line("")?;
    let mut table = Table::new(&["", ""]);
    for it in &shown.placeholders {
        table.push(vec![format!("{{{{ {} }}}}", it.name), it.what.to_owned()]);
    }
    for it in &shown.row_placeholders {
        table.push(vec![
            format!("{{{{ user.{} }}}}", it.name),
            it.what.to_owned(),
        ]);
    }
    session.out.details(&table)
}

fn previewed(store: &Store, template: Template, user: Option<&str>) -> Result<Preview, Failure> {
    let user = user
        .map(|name| store.read(|db| names::user(db, name)))
        .transpose()?;
    let person = user.as_ref().map(|it| Person::from(&it.profile));
    let text = text(store, template)?;
    let settings = &store.config()?.settings;
    Ok(mail::preview(template, &text, settings, person)?)
}

fn show_preview(
    session: &mut Session,
    rendered: Rendered,
    part: Option<PartName>,
) -> Result<(), Failure> {
    let Rendered {
        subject,
        html,
        text,
    } = rendered;
    if session.out.is_json {
        return session.out.json(&Previewed {
            subject,
            html,
            text,
        });
    }
    match part {
        Some(PartName::Subject) => session.out.line(subject),
        Some(PartName::Html) => session.out.block("", &html),
        Some(PartName::Text) => session.out.block("", &text),
        None => {
            session.out.line(format!("Subject: {subject}"))?;
            session.out.line("")?;
            session.out.block("", &text)
        }
    }
}

impl Row {
    fn of(template: Template, written: Option<&Written>) -> Self {
        Self {
            name: template.name(),
            label: template.label(),
            audience: template.audience(),
            when: template.what(),
            is_default: written.is_none(),
            changed: written.map(|it| it.changed),
            changed_by: written.map(|it| it.changed_by.clone()),
        }
    }
}

impl Set {
    fn applied(self, mut text: TemplateText) -> Result<TemplateText, Failure> {
        if let Some(subject) = self.subject {
            text.subject = subject;
        }
        if let Some(file) = self.html {
            text.html = read(&file)?;
        }
        if let Some(file) = self.text {
            text.text = read(&file)?;
        }
        Ok(text)
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let bytes = files::read_limited(file, MAX_BODY)?;
    let text = String::from_utf8(bytes);
    text.map_err(|_not_text| Failure::invalid(format!("{} is not text in UTF-8", file.display())))
}

impl From<PartName> for Part {
    fn from(name: PartName) -> Self {
        match name {
            PartName::Subject => Self::Subject,
            PartName::Html => Self::Html,
            PartName::Text => Self::Text,
        }
    }
}
