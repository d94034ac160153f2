//! The two names by which a user is known, and what may be one.
//!
//! **Invariant:** two that look the same are the same: nothing in them shows nothing.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::model::text::{self, MAX_FIELD, TextError};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("{0}")]
    Text(#[from] TextError),
    #[error("must not contain spaces")]
    Space,
    #[error("must not contain invisible characters")]
    Invisible,
    #[error("is not an email address, write it like ada@example.org")]
    NotAnAddress,
}

impl Username {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is unique.
    pub fn key(&self) -> String {
        text::fold(&self.0).into_owned()
    }
}

impl FromStr for Username {
    type Err = NameError;

    fn from_str(typed: &str) -> Result<Self, NameError> {
        let name = text::required_line(typed, MAX_FIELD)?;
        if name.contains(char::is_whitespace) {
            return Err(NameError::Space);
        }
        if name.chars().any(is_invisible) {
            return Err(NameError::Invisible);
        }
        Ok(Self(name))
    }
}

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is unique.
    pub fn key(&self) -> String {
        text::fold(&self.0).into_owned()
    }
}

impl FromStr for Email {
    type Err = NameError;

    /// An address as RFC 5321 §4.1.2 allows it.
    fn from_str(typed: &str) -> Result<Self, NameError> {
        let address = text::required_line(typed, 254)?;
        if address.chars().any(is_invisible) {
            return Err(NameError::Invisible);
        }
        match address.parse::<lettre::Address>() {
            Ok(_) => Ok(Self(address)),
            Err(_) => Err(NameError::NotAnAddress),
        }
    }
}

/// Characters that show nothing, or turn the text around them: two names that look the same must
/// be the same (Unicode TR 36 §2).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

impl TryFrom<String> for Username {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_cannot_hide_characters() {
        for hidden in ["ad\u{200B}a", "\u{202E}ada", "ada\u{FEFF}", "a\u{00AD}da"] {
            assert_eq!(hidden.parse::<Username>(), Err(NameError::Invisible));
        }
        assert!("adalovelace\u{1F980}".parse::<Username>().is_ok());
    }

    #[test]
    fn addresses_are_those_of_rfc_5321() {
        for good in [
            "a@b.org",
            "a+b@c.example",
            "o'brien@x.org",
            "zoë@exämple.org",
        ] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in ["a@", "@b", "a b@c", "a@b@c", "a@b\r\nBcc: x@y", "a,b@c.org"] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }
}
