//! Mails to users and admins.

/// A mail as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub address: String,

    /// The template it was made from.
    pub template: String,
    pub subject: String,
    pub text: String,
    pub html: String,

    /// Made from what the mail is about, so that the same mail is never queued twice, and a mail
    /// that a server took twice can be told (RFC 5322 §3.6.4).
    pub message_id: String,
}
