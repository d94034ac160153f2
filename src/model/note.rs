//! A note on the canvas: words for the next admin, which no walk ever meets.
//!
//! **Invariant:** a note that was read from a file has a size within the limits and a text that can
//! be shown.

use serde::{Deserialize, Serialize};

use super::text::{self, TextError};

/// The longest text of a note, in characters.
pub const MAX_TEXT: usize = 4_000;

/// Width and height: smaller than this nothing can be read, larger than this it is no note.
pub const MIN_SIZE: [u16; 2] = [120, 64];
pub const MAX_SIZE: [u16; 2] = [2_400, 2_400];

/// What a new note has.
pub const NEW_SIZE: [u16; 2] = [260, 128];

/// As many letters of a text stand for all of it.
const TITLE: usize = 48;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,

    /// Width and height on the canvas.
    pub size: [u16; 2],
}

/// Why a written note cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error(
        "its size must lie between {} × {} and {} × {}",
        MIN_SIZE[0], MIN_SIZE[1], MAX_SIZE[0], MAX_SIZE[1]
    )]
    Size,
    #[error("its text {0}")]
    Text(TextError),
}

impl Default for Note {
    fn default() -> Self {
        Self {
            text: String::new(),
            size: NEW_SIZE,
        }
    }
}

impl Note {
    pub fn check(&self) -> Result<(), NoteError> {
        if self.size != within_limits(self.size.map(f32::from)) {
            return Err(NoteError::Size);
        }
        text::paragraph(&self.text, MAX_TEXT).map_err(NoteError::Text)?;
        Ok(())
    }

    /// The same note, as it can be kept.
    #[must_use]
    pub fn cleaned(&self) -> Self {
        let is_kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
        let letters = self.text.trim_end().chars().filter(is_kept);
        Self {
            text: letters.take(MAX_TEXT).collect(),
            size: within_limits(self.size.map(f32::from)),
        }
    }

    /// The first words, or "Note" while there are none.
    pub fn title(&self) -> &str {
        let first = self.text.lines().map(str::trim).find(|it| !it.is_empty());
        let first = first.unwrap_or("Note");
        let end = first.char_indices().nth(TITLE).map(|(at, _)| at);
        end.map_or(first, |end| first[..end].trim_end())
    }
}

/// The nearest size that a note may have.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between the limits, which are positive and fit"
)]
pub fn within_limits(size: [f32; 2]) -> [u16; 2] {
    let limit = |at: usize| {
        let (least, most) = (f32::from(MIN_SIZE[at]), f32::from(MAX_SIZE[at]));
        // A size that is no number becomes the least one.
        size[at].max(least).min(most).round() as u16
    };
    [limit(0), limit(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(text: &str, size: [u16; 2]) -> Note {
        Note {
            text: text.to_owned(),
            size,
        }
    }

    #[test]
    fn a_note_has_a_size_and_a_text_within_the_limits() {
        let check = |note: &Note, wanted| assert_eq!(note.check(), wanted, "{note:?}");
        check(&Note::default(), Ok(()));
        check(&note("Двѣ строки\nвъ замѣткѣ\t✓", MAX_SIZE), Ok(()));
        check(&note("", [119, 64]), Err(NoteError::Size));
        check(&note("", [120, 2_401]), Err(NoteError::Size));
        let bell = Err(NoteError::Text(TextError::Control));
        check(&note("a \u{7} bell", NEW_SIZE), bell);
        let long = Err(NoteError::Text(TextError::TooLong { max: MAX_TEXT }));
        check(&note(&"ж".repeat(MAX_TEXT + 1), NEW_SIZE), long);
    }

    #[test]
    fn whatever_was_typed_can_be_kept() {
        let typed = note("a\r\n\u{0}b\t \n", [1, u16::MAX]);
        let kept = typed.cleaned();
        assert_eq!(kept, note("a\nb", [120, 2_400]));
        assert_eq!(note(&"ж".repeat(9_000), NEW_SIZE).cleaned().check(), Ok(()));
    }

    #[test]
    fn its_first_words_stand_for_it() {
        assert_eq!(Note::default().title(), "Note");
        assert_eq!(note(" \n Ask HR \n first", NEW_SIZE).title(), "Ask HR");
        let long = note(&"字".repeat(100), NEW_SIZE);
        assert_eq!(long.title().chars().count(), TITLE);
    }

    #[test]
    fn any_size_is_brought_within_the_limits() {
        assert_eq!(within_limits([300.4, 200.6]), [300, 201]);
        assert_eq!(within_limits([-5.0, 1e9]), [MIN_SIZE[0], MAX_SIZE[1]]);
        assert_eq!(within_limits([f32::NAN, f32::INFINITY]), [120, 2_400]);
    }
}
