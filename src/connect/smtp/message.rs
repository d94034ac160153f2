//! A mail as it goes over the wire (RFC 5322, MIME).

use lettre::{
    Message,
    message::{
        Attachment as Part, Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use super::{SendError, ServerError};
use crate::model::{
    Timestamp,
    mail::{Attachment, AttachmentKind},
    smtp::MailSettings,
    template::Rendered,
};

/// What is sent to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,

    /// With its angle brackets.
    pub message_id: String,

    /// When it was written.
    pub date: Timestamp,
}

impl Letter {
    /// One that is sent to see whether it arrives.
    pub fn trial(
        to: &str,
        rendered: Rendered,
        attachments: Vec<Attachment>,
        now: Timestamp,
    ) -> Self {
        Self {
            to: to.to_owned(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            attachments,
            message_id: format!("<trial.{}@tenure.invalid>", now.timestamp_micros()),
            date: now,
        }
    }

    pub(super) fn formatted(&self, settings: &MailSettings) -> Result<Vec<u8>, SendError> {
        let to = self
            .to
            .parse()
            .map_err(|_no_address| SendError::Unsendable(format!("{:?} is no address", self.to)))?;
        let from = settings
            .from_address
            .parse()
            .map_err(|_no_address| ServerError::BadSender(settings.from_address.clone()))?;
        let from_name = match settings.from_name.as_str() {
            "" => None,
            name => Some(name.to_owned()),
        };
        let message = Message::builder()
            .date(self.date.into())
            .from(Mailbox::new(from_name, from))
            .to(Mailbox::new(None, to))
            .subject(self.subject.replace(char::is_control, " "))
            .message_id(Some(self.message_id.clone()))
            // So that no out-of-office message answers it (RFC 3834 §5).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(self.parts()?);
        let message = message.map_err(|err| SendError::Unsendable(err.to_string()))?;
        Ok(message.formatted())
    }

    /// Plain text or HTML, with the pictures that the HTML shows, and with the files beside both.
    fn parts(&self) -> Result<MultiPart, SendError> {
        let mut html = None;
        for attachment in &self.attachments {
            if let AttachmentKind::Png { cid } = &attachment.kind {
                let picture = part(
                    attachment,
                    Part::new_inline_with_name(cid.clone(), attachment.name.clone()),
                )?;
                let related = html.unwrap_or_else(|| {
                    MultiPart::related().singlepart(SinglePart::html(self.html.clone()))
                });
                html = Some(related.singlepart(picture));
            }
        }
        let text = MultiPart::alternative().singlepart(SinglePart::plain(self.text.clone()));
        let mut whole = match html {
            Some(related) => text.multipart(related),
            None => text.singlepart(SinglePart::html(self.html.clone())),
        };
        let mut files = self
            .attachments
            .iter()
            .filter(|it| it.kind == AttachmentKind::Csv);
        if let Some(first) = files.next() {
            let mut mixed = MultiPart::mixed().multipart(whole);
            for file in std::iter::once(first).chain(files) {
                mixed = mixed.singlepart(part(file, Part::new(file.name.clone()))?);
            }
            whole = mixed;
        }
        Ok(whole)
    }
}

fn part(attachment: &Attachment, as_what: Part) -> Result<SinglePart, SendError> {
    let kind = match attachment.kind {
        AttachmentKind::Csv => "text/csv; charset=utf-8",
        AttachmentKind::Png { .. } => "image/png",
    };
    let kind = ContentType::parse(kind).map_err(|err| SendError::Unsendable(err.to_string()))?;
    // Base64 keeps the line ends of a file as they are.
    let body = Body::new_with_encoding(attachment.bytes.to_vec(), ContentTransferEncoding::Base64);
    let body =
        body.map_err(|_bytes| SendError::Unsendable("a file cannot be encoded".to_owned()))?;
    Ok(as_what.body(body, kind))
}
