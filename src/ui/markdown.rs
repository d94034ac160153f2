//! The few parts of Markdown that the handbook is written in, drawn in the program's own look.
//!
//! Headings are headings to assistive technology, and bold text is set in the bold font.

use egui::{FontFamily, FontId, Frame, Label, Margin, TextFormat, Ui, text::LayoutJob};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{
    fonts,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::text::name_heading,
};

/// The width of every column of a table but the last.
const COLUMN: f32 = size::KEY_COLUMN + 60.0;

/// Room for the number or dot of an item.
const MARKER: f32 = 24.0;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Heading(usize, Vec<Span>),
    Paragraph(Vec<Span>),
    Item(String, Vec<Span>),
    Code(String),

    /// Its first row heads the columns.
    Table(Vec<Vec<Vec<Span>>>),
}

/// A piece of text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    text: String,
    is_strong: bool,
    is_emphasis: bool,
    is_code: bool,
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    style: Span,

    /// The next number of each open list; `None` where it has dots.
    lists: Vec<Option<u64>>,
    marker: Option<String>,
    heading: usize,
    row: Vec<Vec<Span>>,
    table: Vec<Vec<Vec<Span>>>,
    is_in_code: bool,
}

pub(super) fn parse(markdown: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        reader.read(event);
    }
    reader.blocks
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.style.is_code = true;
                self.text(&text);
                self.style.is_code = false;
            }
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            _ => (),
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.heading = match level {
                    HeadingLevel::H1 => 1,
                    HeadingLevel::H2 => 2,
                    _ => 3,
                };
            }
            Tag::List(first) => self.lists.push(*first),
            Tag::Item => {
                let next = self.lists.last_mut();
                self.marker = Some(match next.and_then(Option::as_mut) {
                    Some(number) => {
                        *number += 1;
                        format!("{}.", *number - 1)
                    }
                    None => "•".to_owned(),
                });
            }
            Tag::Strong => self.style.is_strong = true,
            Tag::Emphasis => self.style.is_emphasis = true,
            Tag::CodeBlock(_) => self.is_in_code = true,
            _ => (),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let spans = std::mem::take(&mut self.spans);
                self.blocks.push(Block::Heading(self.heading, spans));
            }
            TagEnd::Paragraph | TagEnd::Item => self.flush(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Strong => self.style.is_strong = false,
            TagEnd::Emphasis => self.style.is_emphasis = false,
            TagEnd::CodeBlock => {
                self.is_in_code = false;
                let lines: String = self.spans.drain(..).map(|it| it.text).collect();
                self.blocks.push(Block::Code(lines.trim_end().to_owned()));
            }
            TagEnd::TableCell => self.row.push(std::mem::take(&mut self.spans)),
            TagEnd::TableHead | TagEnd::TableRow => {
                self.table.push(std::mem::take(&mut self.row));
            }
            TagEnd::Table => {
                let table = std::mem::take(&mut self.table);
                self.blocks.push(Block::Table(table));
            }
            _ => (),
        }
    }

    fn flush(&mut self) {
        if self.spans.is_empty() {
            return;
        }
        let spans = std::mem::take(&mut self.spans);
        self.blocks.push(match self.marker.take() {
            Some(marker) => Block::Item(marker, spans),
            None => Block::Paragraph(spans),
        });
    }

    fn text(&mut self, text: &str) {
        self.spans.push(Span {
            text: text.to_owned(),
            ..self.style.clone()
        });
    }
}

pub(super) fn show(ui: &mut Ui, blocks: &[Block]) {
    ui.spacing_mut().item_spacing.y = gap::S;
    for (index, block) in blocks.iter().enumerate() {
        match block {
            Block::Heading(level, spans) => heading_ui(ui, *level, spans, index > 0),
            Block::Paragraph(spans) => spans_ui(ui, spans, false),
            Block::Item(marker, spans) => item_ui(ui, marker, spans),
            Block::Code(code) => code_ui(ui, code),
            Block::Table(rows) => table_ui(ui, rows),
        }
    }
}

fn heading_ui(ui: &mut Ui, level: usize, spans: &[Span], has_before: bool) {
    if has_before {
        ui.add_space(gap::M);
    }
    let size = match level {
        1 => type_size::TITLE,
        2 => type_size::HEADING,
        _ => type_size::SECTION,
    };
    let text: String = spans.iter().map(|it| it.text.as_str()).collect();
    let color = Tokens::of(ui.theme()).text;
    let heading = egui::RichText::new(&text)
        .font(fonts::semibold(size))
        .color(color);
    let response = ui.add(Label::new(heading).wrap());
    name_heading(ui, &response, &text);
}

fn spans_ui(ui: &mut Ui, spans: &[Span], is_strong: bool) {
    let tokens = Tokens::of(ui.theme());
    let mut job = LayoutJob::default();
    for span in spans {
        let font = if span.is_code {
            FontId::new(type_size::MONOSPACE, FontFamily::Monospace)
        } else if span.is_strong || is_strong {
            fonts::semibold(type_size::BODY)
        } else {
            fonts::regular(type_size::BODY)
        };
        let format = TextFormat {
            font_id: font,
            color: tokens.text,
            italics: span.is_emphasis,
            background: if span.is_code {
                tokens.sunken
            } else {
                egui::Color32::TRANSPARENT
            },
            line_height: Some(type_size::BODY * 1.5),
            ..TextFormat::default()
        };
        job.append(&span.text, 0.0, format);
    }
    ui.add(Label::new(job).wrap().selectable(true));
}

fn item_ui(ui: &mut Ui, marker: &str, spans: &[Span]) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.spacing_mut().interact_size.y = 0.0;
        let left = ui.cursor().left();
        let marker = Span {
            text: marker.to_owned(),
            ..Span::default()
        };
        ui.add_space(gap::XS);
        spans_ui(ui, &[marker], false);
        ui.add_space((left + MARKER - ui.cursor().left()).max(0.0));
        ui.vertical(|ui| spans_ui(ui, spans, false));
    });
}

fn code_ui(ui: &mut Ui, code: &str) {
    let tokens = Tokens::of(ui.theme());
    Frame::new()
        .fill(tokens.sunken)
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::same(gap::M as i8))
        .show(ui, |ui| {
            let text = egui::RichText::new(code).monospace().color(tokens.text);
            ui.add(Label::new(text).wrap().selectable(true));
        });
}

fn table_ui(ui: &mut Ui, rows: &[Vec<Vec<Span>>]) {
    for (index, row) in rows.iter().enumerate() {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.spacing_mut().interact_size.y = 0.0;
            let left = ui.cursor().left();
            for (column, cell) in row.iter().enumerate() {
                let is_last = column + 1 == row.len();
                let end = left + (column + 1) as f32 * COLUMN;
                ui.vertical(|ui| {
                    if !is_last {
                        ui.set_max_width(COLUMN - gap::M);
                    }
                    spans_ui(ui, cell, index == 0);
                });
                ui.add_space((end - ui.cursor().left()).max(0.0));
            }
        });
        let line = ui.cursor().top() - gap::XS;
        let border = Tokens::of(ui.theme()).border;
        let across = ui.max_rect().x_range();
        let stroke = egui::Stroke::new(size::LINE, border);
        ui.painter().hline(across, line, stroke);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Span {
        Span {
            text: text.to_owned(),
            ..Span::default()
        }
    }

    #[test]
    fn headings_paragraphs_and_items_are_told_apart() {
        let found = parse("# One\n\nTwo\nlines\n\n1. a\n2. b\n\n- c\n");
        let expected = [
            Block::Heading(1, vec![plain("One")]),
            Block::Paragraph(vec![plain("Two"), plain(" "), plain("lines")]),
            Block::Item("1.".to_owned(), vec![plain("a")]),
            Block::Item("2.".to_owned(), vec![plain("b")]),
            Block::Item("•".to_owned(), vec![plain("c")]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn words_keep_their_weight() {
        let strong = Span {
            is_strong: true,
            ..plain("b")
        };
        let code = Span {
            is_code: true,
            ..plain("c")
        };
        let expected = [Block::Paragraph(vec![
            plain("a "),
            strong,
            plain(" "),
            code,
        ])];
        assert_eq!(parse("a **b** `c`"), expected);
    }

    #[test]
    fn a_table_has_a_row_of_headings_first() {
        let rows = vec![
            vec![vec![plain("a")], vec![plain("b")]],
            vec![vec![plain("1")], vec![plain("2")]],
        ];
        assert_eq!(
            parse("| a | b |\n|---|---|\n| 1 | 2 |\n"),
            [Block::Table(rows)]
        );
    }
}
