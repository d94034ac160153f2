//! What goes to standard output: one JSON document for machines, or text for people.
//!
//! **Invariant:** no text that somebody typed reaches a person's terminal unless its control
//! characters and direction marks were made visible first.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufWriter, IsTerminal as _, Write},
    process::{Command, Stdio},
};

use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::failure::Failure;
use crate::model::text::{shown, shown_lines};

/// As wide as a terminal is that does not say.
const WIDTH: usize = 80;

/// No column of a table is cut to less.
const NARROWEST: usize = 8;

pub(super) struct Output {
    writer: BufWriter<io::Stdout>,
    pub(super) is_json: bool,

    /// `None` when the output is no terminal: then nothing is cut.
    width: Option<usize>,
}

/// Rows under headings, aligned.
pub(super) struct Table {
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Output {
    pub(super) fn new(is_json: bool) -> Self {
        let is_terminal = io::stdout().is_terminal();
        Self {
            writer: BufWriter::new(io::stdout()),
            is_json,
            width: is_terminal.then(terminal_width),
        }
    }

    /// The one document of a command.
    pub(super) fn json(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.writer, document)?;
        Ok(writeln!(self.writer)?)
    }

    /// One line; only what comes from elsewhere can hold anything that would have to be shown.
    pub(super) fn line(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        Ok(writeln!(self.writer, "{}", shown(text.as_ref()))?)
    }

    /// Several lines, each behind the same indentation.
    pub(super) fn block(&mut self, indent: &str, text: &str) -> Result<(), Failure> {
        for line in shown_lines(text).lines() {
            writeln!(self.writer, "{indent}{line}")?;
        }
        Ok(())
    }

    pub(super) fn table(&mut self, table: &Table) -> Result<(), Failure> {
        let widths = table.widths(self.width);
        let headings: Vec<Cow<'_, str>> =
            table.headings.iter().map(|it| Cow::Borrowed(*it)).collect();
        self.row(&headings, &widths)?;
        for row in &table.rows {
            let cells: Vec<Cow<'_, str>> = row.iter().map(|cell| shown(cell)).collect();
            self.row(&cells, &widths)?;
        }
        Ok(())
    }

    /// A table of two columns without headings: what something is, and its value whole.
    pub(super) fn details(&mut self, table: &Table) -> Result<(), Failure> {
        let widths = table.widths(None);
        for row in &table.rows {
            let cells: Vec<Cow<'_, str>> = row.iter().map(|cell| shown(cell)).collect();
            self.row(&cells, &widths)?;
        }
        Ok(())
    }

    fn row(&mut self, cells: &[Cow<'_, str>], widths: &[usize]) -> Result<(), Failure> {
        let mut line = String::new();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            if index > 0 {
                line.push_str("  ");
            }
            let cell = cut(cell, *width);
            line.push_str(&cell);
            if index + 1 < cells.len() {
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width())));
            }
        }
        Ok(writeln!(self.writer, "{}", line.trim_end())?)
    }

    /// For those who write their own format.
    pub(super) fn raw(&mut self) -> &mut impl Write {
        &mut self.writer
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.writer.flush()?)
    }
}

impl Table {
    pub(super) fn new(headings: &[&'static str]) -> Self {
        Self {
            headings: headings.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// How wide each column is; on a terminal the widest give way until the row fits.
    fn widths(&self, room: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.headings.iter().map(|it| it.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(shown(cell).width());
            }
        }
        let Some(room) = room else {
            return widths;
        };
        let gaps = 2 * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > room {
            let Some(widest) = widths.iter_mut().max() else {
                break;
            };
            if *widest <= NARROWEST {
                break;
            }
            *widest -= 1;
        }
        widths
    }
}

/// `text` in at most `width` columns, with `…` where it was cut.
fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut room = width.saturating_sub(1);
    let mut kept = String::new();
    for letter in text.chars() {
        let wide = letter.width().unwrap_or(0);
        if wide > room {
            break;
        }
        room -= wide;
        kept.push(letter);
    }
    kept.push('…');
    Cow::Owned(kept)
}

/// What the shell says, or else the terminal itself.
fn terminal_width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    said.or_else(asked_width)
        .filter(|it| *it > 0)
        .unwrap_or(WIDTH)
}

fn asked_width() -> Option<usize> {
    let terminal = File::open("/dev/tty").ok()?;
    let stty = Command::new("stty")
        .arg("size")
        .stdin(terminal)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let size = String::from_utf8(stty.stdout).ok()?;
    size.split_whitespace().nth(1)?.parse().ok()
}

/// What people are told beside the output: progress and remarks. A standard error that is gone is
/// no reason to stop.
pub(super) fn remark(text: &str) {
    writeln!(io::stderr(), "{}", shown_lines(text)).ok();
}

/// A line that replaces itself, on a terminal only.
pub(super) fn progress(text: &str) {
    let mut stderr = io::stderr();
    if stderr.is_terminal() {
        write!(stderr, "\r\x1b[K{text}").ok();
        stderr.flush().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_are_counted_as_two() {
        assert_eq!(cut("東京タワー", 7), "東京タ…");
        assert_eq!(cut("Ada", 3), "Ada");
    }

    #[test]
    fn a_row_fits_the_terminal_and_is_whole_elsewhere() {
        let mut table = Table::new(&["A", "B"]);
        table.push(vec!["x".repeat(50), "y".repeat(10)]);
        assert_eq!(table.widths(Some(40)), [28, 10]);
        assert_eq!(table.widths(None), [50, 10]);
    }
}
