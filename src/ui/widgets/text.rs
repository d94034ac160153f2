//! Text: in its sizes, cut with `…` where it does not fit, and never able to deceive.

use std::borrow::Cow;
use std::fmt::Write as _;

use egui::{Color32, FontId, Label, Response, RichText, Ui};

use crate::ui::{
    fonts,
    tokens::{Tokens, type_size},
};

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

/// One line in any font, cut with `…` where the room ends; the whole text is in the tooltip.
pub fn elided(ui: &mut Ui, text: &str, font: FontId, color: Color32) -> Response {
    ui.add(Label::new(RichText::new(shown(text)).font(font).color(color)).truncate())
}

pub fn body(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).text;
    elided(ui, text, fonts::regular(type_size::BODY), color)
}

pub fn strong(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).text;
    elided(ui, text, fonts::semibold(type_size::BODY), color)
}

pub fn muted(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).muted;
    elided(ui, text, fonts::regular(type_size::BODY), color)
}

/// The heading of a part of a screen.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).text;
    let response = elided(ui, text, fonts::semibold(type_size::SECTION), color);
    name_heading(ui, &response, text);
    response
}

/// A sentence that may take several lines.
pub fn paragraph(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).text;
    ui.add(Label::new(RichText::new(shown_lines(text)).color(color)).wrap())
}

/// A remark below something, in several lines if need be.
pub fn note(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).muted;
    let text = RichText::new(shown_lines(text))
        .font(fonts::regular(type_size::SMALL))
        .color(color);
    ui.add(Label::new(text).wrap())
}

/// Tells assistive technology that a label heads what follows.
pub(in crate::ui) fn name_heading(ui: &Ui, response: &Response, text: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(egui::Role::Heading);
        node.set_label(shown(text).into_owned());
        node.clear_value();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

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
