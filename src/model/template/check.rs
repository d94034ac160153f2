//! Whether a template can be kept, and where it is wrong.

use serde::Serialize;

use super::{
    Compiled, MAX_BODY, MAX_SUBJECT, Part, SHOWN_ROWS, Template, TemplateText, Values, scan,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{part}, line {line}, column {column}: {message}")]
pub struct TemplateError {
    pub part: Part,

    /// Both count from 1, the column in characters.
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// Refuses a template that could fail, or not end, when a mail is made from it.
pub fn check(template: Template, text: &TemplateText) -> Result<(), TemplateError> {
    for part in Part::ALL {
        check_size(part, text.part(part))?;
        // Before anybody else reads it, who may not be up to all that it says.
        scan::check(template, part, text.part(part))?;
    }
    let compiled = Compiled::new(text)?;
    // With as many users as a mail can list, and with none.
    for rows in [SHOWN_ROWS, 0] {
        compiled.render(&Values::sample(template, rows))?;
    }
    Ok(())
}

fn check_size(part: Part, source: &str) -> Result<(), TemplateError> {
    let (is_too_long, limit) = match part {
        Part::Subject => (
            source.chars().nth(MAX_SUBJECT).is_some(),
            format!("{MAX_SUBJECT} characters"),
        ),
        Part::Html | Part::Text => (source.len() > MAX_BODY, format!("{} kB", MAX_BODY / 1_000)),
    };
    let at = |offset: usize, message: String| {
        let (line, column) = position(source, offset);
        Err(TemplateError {
            part,
            line,
            column,
            message,
        })
    };
    if is_too_long {
        let limit_at = match part {
            Part::Subject => source.char_indices().nth(MAX_SUBJECT).map(|(end, _)| end),
            Part::Html | Part::Text => Some(source.floor_char_boundary(MAX_BODY)),
        };
        return at(
            limit_at.unwrap_or(0),
            format!("it may have at most {limit}"),
        );
    }
    if source.trim().is_empty() {
        return at(0, "it must not be empty".to_owned());
    }
    if part == Part::Subject
        && let Some(offset) = source.trim_end().find(char::is_control)
    {
        return at(offset, "a subject is one line".to_owned());
    }
    let is_wrong = |it: char| it.is_control() && !matches!(it, '\t' | '\n' | '\r');
    if let Some(offset) = source.find(is_wrong) {
        return at(offset, "this character cannot be sent".to_owned());
    }
    Ok(())
}

/// Line and column of a byte, both from 1.
pub(super) fn position(source: &str, offset: usize) -> (usize, usize) {
    let before = &source[..source.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}
