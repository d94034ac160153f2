//! The reports to admins: a summary in the mail, and all users in a file with it.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{made::Writer, values};
use crate::{
    command::CommandError,
    model::{
        import::guarded,
        mail::{Attachment, AttachmentKind, Mail},
        settings::Settings,
        template::{Picture, Row, Template, Values},
    },
};

/// The largest file that a report brings, in bytes: most servers refuse mails beyond 10 MB, and a file
/// grows by a third on its way.
const MAX_FILE: usize = 6_000_000;

impl Drawn {
    pub(super) fn as_picture(&self, cid: &str) -> Picture {
        Picture {
            cid: cid.to_owned(),
            alt: self.alt.clone(),
            lines: self.lines.clone(),
        }
    }
}

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    pub workflow: &'a str,

    /// The day of the execution, in the zone of its schedule.
    pub date: NaiveDate,

    /// Days without activity that make an account dormant.
    pub days: Option<u32>,
    pub rows: &'a [Row],
    pub picture: Option<&'a Drawn>,
}

/// A chart, and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    pub png: Arc<[u8]>,
    pub alt: String,
    pub lines: String,
}

/// A mail to each of the recipients that the settings name. `key` says of which execution it is.
pub fn reports(
    writer: &Writer<'_>,
    template: Template,
    settings: &Settings,
    report: Report<'_>,
    key: &str,
) -> Result<Vec<Mail>, CommandError> {
    let file_name = format!("{template}-{}.csv", report.date);
    let cid = format!("chart.{key}@tenure.invalid");
    let attachments = files(template, report.rows, report.picture, &file_name, &cid)?;
    let values = values_of(template, settings, report, &file_name, &cid);
    let recipients = settings.mail.report_recipients.iter().enumerate();
    let mails = recipients.map(|(index, address)| {
        let key = format!("{template}.{key}.{index}");
        let mail = writer.mail(address, &values, key)?;
        Ok(Mail {
            attachments: attachments.clone(),
            ..mail
        })
    });
    mails.collect()
}

/// What comes with a report.
pub(super) fn files(
    template: Template,
    rows: &[Row],
    picture: Option<&Drawn>,
    file_name: &str,
    cid: &str,
) -> Result<Vec<Attachment>, CommandError> {
    let mut files = Vec::new();
    if !rows.is_empty() {
        files.push(Attachment {
            name: file_name.to_owned(),
            kind: AttachmentKind::Csv,
            bytes: csv(template, rows)?.into(),
        });
    }
    if let Some(drawn) = picture {
        files.push(Attachment {
            name: "chart.png".to_owned(),
            kind: AttachmentKind::Png {
                cid: cid.to_owned(),
            },
            bytes: Arc::clone(&drawn.png),
        });
    }
    Ok(files)
}

fn values_of(
    template: Template,
    settings: &Settings,
    report: Report<'_>,
    file_name: &str,
    cid: &str,
) -> Values {
    let picture = report.picture.map(|drawn| drawn.as_picture(cid));
    let file = if report.rows.is_empty() {
        ""
    } else {
        file_name
    };
    let values = values::everywhere(template, settings)
        .text("workflow", report.workflow)
        .text("date", &report.date.to_string())
        .text("file", file)
        .rows(report.rows)
        .picture(picture);
    match report.days {
        Some(days) => values.number("days", i64::from(days)),
        None => values,
    }
}

/// All rows as comma-separated values (RFC 4180). What could be a formula is quoted, since spreadsheets
/// calculate what they open. Rows beyond what a mail can bring are counted in a last line.
fn csv(template: Template, rows: &[Row]) -> Result<Vec<u8>, CommandError> {
    let failed = |err: &dyn std::fmt::Display| CommandError::Mail(err.to_string());
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    let columns = template.row_placeholders().iter().map(|it| it.name);
    writer.write_record(columns).map_err(|err| failed(&err))?;
    for (index, row) in rows.iter().enumerate() {
        if writer.get_ref().len() > MAX_FILE {
            let more = format!("… and {} more", rows.len() - index);
            writer.write_record([more]).map_err(|err| failed(&err))?;
            break;
        }
        let days = row.days.to_string();
        let texts = [&row.username, &row.name, &row.email, &row.status, &row.day];
        let cells = texts.into_iter().map(|it| guarded(it));
        let cells = cells.chain([days, row.outcome.clone()]);
        writer.write_record(cells).map_err(|err| failed(&err))?;
    }
    writer.into_inner().map_err(|err| failed(&err))
}
