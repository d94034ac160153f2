//! The large field in which a body is written: placeholders stand out, and so does the place of an error.

use std::sync::Arc;

use egui::{
    FontId, Galley, Id, ScrollArea, Stroke, TextBuffer, TextEdit, TextFormat, Ui,
    text::{CCursor, CCursorRange, LayoutJob},
};

use crate::{
    model::template::TemplateError,
    ui::{
        fonts,
        tokens::{Tokens, size, type_size},
        widgets::text,
    },
};

/// A field with this name, as high as the room. `error` is one in this text.
pub(super) fn area_ui(
    ui: &mut Ui,
    id: Id,
    name: &str,
    value: &mut String,
    error: Option<&TemplateError>,
) -> egui::Response {
    let tokens = Tokens::of(ui.theme());
    let at = error.map(|it| (it.line, it.column));
    let mut layouter = |ui: &Ui, buffer: &dyn TextBuffer, width: f32| -> Arc<Galley> {
        // The text is another one as soon as a key was pressed.
        let text = buffer.as_str();
        let at = at.map(|(line, column)| offset(text, line, column));
        let mut job = colored(text, at, tokens);
        job.wrap.max_width = width;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let label = text::elided(ui, name, fonts::semibold(type_size::LABEL), tokens.text);
    let height = ui.available_height();
    ScrollArea::vertical()
        .id_salt(name)
        .auto_shrink(false)
        .max_height(height)
        .show(ui, |ui| {
            let edit = TextEdit::multiline(value)
                .id(id)
                .code_editor()
                .lock_focus(false)
                .desired_width(f32::INFINITY)
                .min_size(egui::vec2(0.0, height))
                .layouter(&mut layouter);
            ui.add(edit)
        })
        .inner
        .labelled_by(label.id)
}

/// Puts the cursor at a line and column, and the keyboard into the field.
pub(super) fn go_to(ui: &Ui, id: Id, value: &str, line: usize, column: usize) {
    let before = &value[..offset(value, line, column)];
    let cursor = CCursor::new(before.chars().count());
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::one(cursor)));
    TextEdit::store_state(ui.ctx(), id, state);
    ui.memory_mut(|memory| memory.request_focus(id));
}

/// Puts a text where the cursor is, in place of what is selected; at the end if it never was there.
pub(super) fn insert(ui: &Ui, id: Id, value: &mut String, text: &str) {
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let len = value.chars().count();
    let range = state.cursor.char_range();
    let [start, end] = range.map_or([len, len], |it| {
        let [start, end] = it.sorted_cursors();
        [start.index.0.min(len), end.index.0.min(len)]
    });
    let byte = |at: usize| value.char_indices().nth(at).map_or(value.len(), |it| it.0);
    value.replace_range(byte(start)..byte(end), text);
    let cursor = CCursor::new(start + text.chars().count());
    state.cursor.set_char_range(Some(CCursorRange::one(cursor)));
    TextEdit::store_state(ui.ctx(), id, state);
    ui.memory_mut(|memory| memory.request_focus(id));
}

/// The byte at a line and column, which both count from 1, the column in characters.
fn offset(value: &str, line: usize, column: usize) -> usize {
    let starts = value.match_indices('\n').map(|(at, _)| at + 1);
    let start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1));
    let Some(start) = start else {
        return value.len();
    };
    let rest = &value[start..];
    let end = rest.find('\n').unwrap_or(rest.len());
    let column = rest[..end].char_indices().nth(column.saturating_sub(1));
    start + column.map_or(end, |(at, _)| at)
}

/// What stands for a value or decides something in one colour, what comes after an error underlined.
fn colored(value: &str, error: Option<usize>, tokens: &Tokens) -> LayoutJob {
    let font = FontId::monospace(type_size::MONOSPACE);
    let plain = TextFormat::simple(font.clone(), tokens.text);
    let marked = TextFormat::simple(font, tokens.accent.ink);
    let mut job = LayoutJob::default();
    let mut append = |range: std::ops::Range<usize>, format: &TextFormat| {
        let wrong = error.map(|start| start..end_of_word(value, start));
        let wrong = wrong.unwrap_or(value.len()..value.len());
        let cuts = [wrong.start, wrong.end].map(|it| it.clamp(range.start, range.end));
        let underlined = TextFormat {
            underline: Stroke::new(size::FOCUS, tokens.danger.ink),
            background: tokens.danger.soft,
            ..format.clone()
        };
        for (part, format) in [
            (range.start..cuts[0], format),
            (cuts[0]..cuts[1], &underlined),
            (cuts[1]..range.end, format),
        ] {
            if !part.is_empty() {
                job.append(&value[part], 0.0, format.clone());
            }
        }
    };
    let mut at = 0;
    while let Some(start) = next_tag(&value[at..]).map(|it| at + it) {
        let close = match &value[start..start + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let end = value[start..]
            .find(close)
            .map_or(value.len(), |it| start + it + 2);
        append(at..start, &plain);
        append(start..end, &marked);
        at = end;
    }
    append(at..value.len(), &plain);
    job
}

fn next_tag(text: &str) -> Option<usize> {
    ["{{", "{%", "{#"]
        .iter()
        .filter_map(|it| text.find(it))
        .min()
}

/// At least one character, and no line end unless that is all there is.
fn end_of_word(value: &str, start: usize) -> usize {
    let rest = &value[start..];
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let is_end = |it: char| !it.is_alphanumeric() && it != '_';
    let word = rest.find(is_end).unwrap_or(rest.len());
    start + word.max(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Theme;

    #[track_caller]
    fn check(value: &str, error: Option<usize>, expected: &[&str]) {
        let job = colored(value, error, Tokens::of(Theme::Light));
        let parts = job.sections.iter();
        let parts: Vec<&str> = parts
            .map(|it| &value[it.byte_range.start.0..it.byte_range.end.0])
            .collect();
        assert_eq!(parts, expected, "{value}");
        assert_eq!(job.text, value);
    }

    #[test]
    fn placeholders_and_the_place_of_an_error_stand_out() {
        check("a {{ b }} c", None, &["a ", "{{ b }}", " c"]);
        check("{% if ä %}x", None, &["{% if ä %}", "x"]);
        check("a {{ b", None, &["a ", "{{ b"]);
        check("{{ nam }}", Some(3), &["{{ ", "nam", " }}"]);
        check("a", Some(1), &["a"]);
        check("", Some(0), &[]);
        check("x }} y", Some(2), &["x ", "}", "} y"]);
    }

    #[test]
    fn lines_and_columns_are_found() {
        let text = "ab\nä€c\n";
        for (line, column, at) in [
            (1, 1, 0),
            (1, 9, 2),
            (2, 1, 3),
            (2, 3, 8),
            (3, 1, 10),
            (9, 9, 10),
        ] {
            assert_eq!(offset(text, line, column), at, "{line}:{column}");
        }
    }
}
