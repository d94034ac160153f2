//! Mails: what is sent, to whom, and what became of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{template::Template, user::Profile};

/// A mail as it is sent: to one address, so that nobody learns of another recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Empty when the user has none.
    pub address: String,

    /// The template it was made from.
    pub template: Template,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,

    /// What the mail is about, in letters, digits, `.` and `-`: the same mail is never queued twice. Its
    /// Message-ID is made from it, so that a mail that a server took twice can be told (RFC 5322
    /// §3.6.4).
    pub key: String,
}

/// What comes with a mail. A report to many admins has its files once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub kind: AttachmentKind,
    pub bytes: Arc<[u8]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AttachmentKind {
    /// A file to save: comma-separated values in UTF-8 (RFC 4180).
    Csv,

    /// A picture in the text, which names it by this Content-ID (RFC 2392).
    Png { cid: String },
}

/// What has become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    Queued,

    /// Being handed over. After a crash nobody knows whether the server took it.
    Sending,

    /// The server has taken it.
    Sent,
    Failed,

    /// There is no address to send it to.
    NoAddress,
}

/// Whom a mail is about.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    pub username: &'a str,
    pub email: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
}

impl MailState {
    /// Whether it is still on its way.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Queued | Self::Sending)
    }

    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Failed,
        Self::NoAddress,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Sending => "Sending",
            Self::Sent => "Sent",
            Self::Failed => "Failed",
            Self::NoAddress => "No address",
        }
    }
}

impl Person<'_> {
    /// How a mail greets.
    pub fn name(&self) -> &str {
        match self.first_name {
            "" => self.username,
            first => first,
        }
    }

    /// The first and the last name, as far as they are known.
    pub fn full_name(&self) -> String {
        let parts = [self.first_name, self.last_name];
        let known: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        known.join(" ")
    }
}

impl<'a> From<&'a Profile> for Person<'a> {
    fn from(profile: &'a Profile) -> Self {
        Self {
            username: profile.username.as_str(),
            email: profile.email.as_str(),
            first_name: &profile.first_name,
            last_name: &profile.last_name,
        }
    }
}
