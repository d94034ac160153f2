//! How texts that people type are compared and checked.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

/// The longest text that a field of a person, group or role may hold, in characters.
pub const MAX_FIELD: usize = 255;

/// The longest description or note, in characters.
pub const MAX_DESCRIPTION: usize = 2_000;

/// `text` as it is compared: without case, after Unicode normalisation (NFKC and full case
/// folding, Unicode Standard §3.13), so that `Ａda` and `ADA` are the same name.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let folded = CaseMapper::new()
        .fold_string(&nfkc.normalize(text))
        .into_owned();
    Cow::Owned(nfkc.normalize(&folded).into_owned())
}

/// Why a text cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("must not be empty")]
    Empty,
    #[error("is longer than {max} characters")]
    TooLong { max: usize },
    #[error("contains a control character")]
    Control,
}

/// A single line without white space around it, at most `max` characters long.
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(TextError::Control);
    }
    limited(text, max)
}

/// Like [`line()`], and not empty.
pub fn required_line(text: &str, max: usize) -> Result<String, TextError> {
    let text = line(text, max)?;
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    Ok(text)
}

/// Text that may have several lines.
pub fn paragraph(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    let is_bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(is_bad) {
        return Err(TextError::Control);
    }
    limited(text, max)
}

fn limited(text: &str, max: usize) -> Result<String, TextError> {
    if text.chars().nth(max).is_some() {
        return Err(TextError::TooLong { max });
    }
    Ok(text.to_owned())
}

/// "a", "a and b", "a, b and c": a list as a sentence says it.
pub fn list(items: &[impl AsRef<str>], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {word} {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(fold(a), fold(b));
    }

    #[test]
    fn case_and_composition_do_not_matter() {
        same("ADA", "ada");
        same("Ａｄａ", "ada");
        same("e\u{301}", "É");
        same("Straße", "STRASSE");
        same("ΣΊΣΥΦΟΣ", "σίσυφος");
    }

    #[test]
    fn different_letters_stay_different() {
        assert_ne!(
            fold("ada"),
            fold("аda"),
            "the second begins with a Cyrillic а"
        );
    }

    #[test]
    fn a_line_is_trimmed_and_limited() {
        assert_eq!(line("  Ada ", 3), Ok("Ada".to_owned()));
        assert_eq!(line("Adam", 3), Err(TextError::TooLong { max: 3 }));
        assert_eq!(line("A\0", 3), Err(TextError::Control));
        assert_eq!(line("A\nB", 9), Err(TextError::Control));
        assert_eq!(required_line(" ", 9), Err(TextError::Empty));
        assert_eq!(paragraph("A\nB", 9), Ok("A\nB".to_owned()));
    }
}
