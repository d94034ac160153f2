//! What a server answers.

use std::fmt;

use lettre::transport::smtp::response::Response;

use crate::model::text::shown;

/// The longest text of an answer that is kept, in characters.
const MAX_TEXT: usize = 500;

/// An answer in one line, as it can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub text: String,
}

impl Reply {
    pub(super) fn new(code: u16, text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        let line = words.join(" ");
        let text = shown(&line).chars().take(MAX_TEXT).collect();
        Self { code, text }
    }

    pub(super) fn of(response: &Response) -> Self {
        let lines: Vec<&str> = response.message().collect();
        Self::new(response.code().into(), &lines.join(" "))
    }

    pub(super) fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// Whether the server wants somebody to sign in, rather than judges a mail (RFC 4954 §6).
    pub(super) fn asks_for_sign_in(&self) -> bool {
        matches!(self.code, 530 | 534 | 535 | 538)
            || self.code == 550 && self.text.to_lowercase().contains("authentication required")
    }

    /// Whether it does not pass mails on for us.
    pub(super) fn denies_relay(&self) -> bool {
        let text = self.text.to_lowercase();
        self.code >= 550 && text.contains("relay")
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}
