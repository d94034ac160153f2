//! How texts that people type are compared, checked and shown without deceiving anyone.

use std::{borrow::Cow, fmt::Write as _};

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

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

/// `text` as it is searched: like [`fold`], and without accents, so that `muller` finds `Müller`.
pub fn fold_accents(text: &str) -> Cow<'_, str> {
    let folded = fold(text);
    if folded.is_ascii() {
        return folded;
    }
    let parts = DecomposingNormalizerBorrowed::new_nfd().normalize(&folded);
    let is_accent = |letter: &char| matches!(letter, '\u{300}'..='\u{36f}');
    Cow::Owned(parts.chars().filter(|it| !is_accent(it)).collect())
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

/// Makes characters visible that are invisible or turn the reading direction: `‹U+202E›`.
///
/// For everything that people typed or a server sent. Otherwise a name could look like another one,
/// or reverse the words beside it.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(deceives) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if deceives(letter) {
            // Writing to a string does not fail.
            write!(out, "‹U+{:04X}›", u32::from(letter)).ok();
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// Control characters, direction marks and overrides, and what takes no room at all.
fn deceives(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Like [`shown`], for text of several lines: line breaks and tabs stay.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    let harmless = |letter: char| matches!(letter, '\n' | '\t');
    if !text
        .chars()
        .any(|letter| deceives(letter) && !harmless(letter))
    {
        return Cow::Borrowed(text);
    }
    let lines: Vec<_> = text
        .split_inclusive(harmless)
        .map(|part| match part.strip_suffix(harmless) {
            Some(line) => format!("{}{}", shown(line), &part[line.len()..]),
            None => shown(part).into_owned(),
        })
        .collect();
    Cow::Owned(lines.concat())
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
    fn a_search_does_not_ask_for_accents() {
        for (typed, meant) in [
            ("muller", "Müller"),
            ("EQUIPE", "E\u{301}quipe"),
            ("strasse", "Straße"),
            ("Ада", "ада"),
            ("plain", "PLAIN"),
        ] {
            assert_eq!(fold_accents(typed), fold_accents(meant));
        }
        assert_ne!(fold_accents("Müller"), fold_accents("Mueller"));
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

    #[test]
    fn ordinary_text_is_shown_as_it_is() {
        for text in ["", "Ada Lovelace", "Łukasz", "עברית", "👩‍💻 emoji", "a · b"] {
            assert!(matches!(shown(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn a_character_that_turns_the_direction_becomes_visible() {
        assert_eq!(shown("exe\u{202e}gpj"), "exe‹U+202E›gpj");
        let controls = "\u{061c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        for letter in controls.chars() {
            let expected = format!("a‹U+{:04X}›b", u32::from(letter));
            assert_eq!(shown(&format!("a{letter}b")), expected);
        }
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(
            shown("a\0b\r\nc\u{7f}\u{85}"),
            "a‹U+0000›b‹U+000D›‹U+000A›c‹U+007F›‹U+0085›"
        );
        assert_eq!(shown("admin\u{200b}"), "admin‹U+200B›");
    }

    #[test]
    fn text_of_several_lines_keeps_its_lines() {
        assert_eq!(shown_lines("one\n\ttwo\n"), "one\n\ttwo\n");
        assert_eq!(
            shown_lines("one\r\n\u{202e}two\n"),
            "one‹U+000D›\n‹U+202E›two\n"
        );
    }
}
