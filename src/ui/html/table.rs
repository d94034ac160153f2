//! Tables: how wide their columns are, and their rows below each other.
//!
//! Mails are built of tables, so they follow the automatic layout of browsers: a column is as wide as its
//! contents want, as far as there is room, and never narrower than its longest word if that can be.

use egui::{Rect, pos2};

use super::{
    flow::{Column, Flow, Piece, frame},
    run::Run,
    style::{self, Border, Length, Shape, Sides, Style},
    tree::{Element, Node, is_block},
};

/// More columns than these are laid out as one.
const MOST: usize = 40;

/// What a column needs and would like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Extent {
    /// The longest word.
    least: f32,

    /// All of it in one line.
    wish: f32,
    told: Option<Length>,
}

impl Extent {
    fn wider(&mut self, least: f32, wish: f32) {
        self.least = self.least.max(least);
        self.wish = self.wish.max(wish).max(self.least);
    }
}

impl Flow<'_> {
    /// The widths of the columns of a table that has `room`, or all of it `is_full`.
    pub(super) fn columns(
        &mut self,
        table: &Element,
        style: &Style,
        room: f32,
        is_full: bool,
    ) -> Vec<f32> {
        share_out(&self.extents(table, style), room, is_full)
    }

    fn extents(&mut self, table: &Element, style: &Style) -> Vec<Extent> {
        let mut extents: Vec<Extent> = Vec::new();
        for row in rows(table) {
            let (row_style, _) = style::of(row, style);
            let mut at = 0;
            for cell in cells(row) {
                let span = span(cell, at);
                extents.resize(extents.len().max(at + span), Extent::default());
                let (inner, shape) = cell_style(table, cell, &row_style);
                let (least, wish) = self.extent(cell, &inner);
                let around = frame(&shape);
                // What reaches over several columns counts in the last of them.
                let before: f32 = extents[at..at + span - 1].iter().map(|it| it.wish).sum();
                let last = &mut extents[at + span - 1];
                last.wider(least + around - before, wish + around - before);
                if span == 1 {
                    last.told = shape.width.or(last.told);
                    if let Some(Length::Points(points)) = shape.width {
                        last.wider(0.0, points);
                    }
                }
                at += span;
            }
        }
        extents
    }

    /// How wide the contents of an element are with their longest word, and in one line.
    fn extent(&mut self, element: &Element, style: &Style) -> (f32, f32) {
        let (mut extent, mut run) = (Extent::default(), Run::default());
        self.gather(element, style, &mut extent, &mut run);
        self.end_run(&mut extent, &mut run);
        (extent.least, extent.wish)
    }

    fn gather(&mut self, element: &Element, style: &Style, extent: &mut Extent, run: &mut Run) {
        for child in &element.children {
            let child = match child {
                Node::Text(text) => {
                    run.push(text, style);
                    continue;
                }
                Node::Element(child) => child,
            };
            let (inner, shape) = style::of(child, style);
            if shape.is_hidden {
                continue;
            }
            if child.name == "br" {
                run.break_line(&inner);
            } else if is_block(&child.name) {
                self.end_run(extent, run);
                let (least, wish) = self.block_extent(child, &inner, &shape);
                extent.wider(least, wish);
            } else {
                self.gather(child, &inner, extent, run);
            }
        }
    }

    pub(super) fn block_extent(
        &mut self,
        element: &Element,
        style: &Style,
        shape: &Shape,
    ) -> (f32, f32) {
        let around = frame(shape) + shape.margin.across();
        let (least, wish) = match element.name.as_str() {
            "img" => {
                let (_, size) = self.picture_size(element, style, shape, 600.0);
                // It shrinks with its room when it is told its share of it.
                let least = if matches!(shape.width, Some(Length::Points(_)) | None) {
                    size.x.min(60.0)
                } else {
                    1.0
                };
                (least, size.x)
            }
            "table" => {
                let extents = self.extents(element, style);
                let least = extents.iter().map(|it| it.least).sum();
                (least, extents.iter().map(|it| it.wish).sum())
            }
            _ => self.extent(element, style),
        };
        let most = match shape.max_width {
            Some(Length::Points(points)) => points,
            _ => f32::INFINITY,
        };
        match shape.width {
            Some(Length::Points(points)) => (least.max(points.min(most)), points.min(most)),
            _ => (
                least + around,
                (wish + around).min(most).max(least + around),
            ),
        }
    }

    fn end_run(&self, extent: &mut Extent, run: &mut Run) {
        let Some((mut job, _)) = run.take() else {
            return;
        };
        job.wrap.max_width = f32::INFINITY;
        let galley = self.ctx.fonts_mut(|fonts| fonts.layout_job(job));
        extent.wider(longest_word(&galley), galley.rect.width());
    }

    /// Lays out the rows; returns where they end.
    pub(super) fn rows(
        &mut self,
        table: &Element,
        style: &Style,
        widths: &[f32],
        left: f32,
        top: f32,
    ) -> f32 {
        let mut top = top;
        for row in rows(table) {
            let (row_style, row_shape) = style::of(row, style);
            if row_shape.is_hidden {
                continue;
            }
            let background = self.pieces.len();
            if let Some(color) = row_shape.background {
                self.pieces.push(Piece::Fill(Rect::NOTHING, color));
            }
            let bottom = self.row(table, row, &row_style, widths, pos2(left, top));
            let width: f32 = widths.iter().sum();
            let rect = Rect::from_min_max(pos2(left, top), pos2(left + width, bottom));
            if row_shape.background.is_some()
                && let Some(Piece::Fill(area, _)) = self.pieces.get_mut(background)
            {
                *area = rect;
            }
            top = bottom;
        }
        top
    }

    fn row(
        &mut self,
        table: &Element,
        row: &Element,
        style: &Style,
        widths: &[f32],
        corner: egui::Pos2,
    ) -> f32 {
        let (mut left, mut at) = (corner.x, 0);
        let mut drawn = Vec::new();
        let mut bottom = corner.y;
        for cell in cells(row) {
            let span = span(cell, at);
            let end = (at + span).min(widths.len());
            let width: f32 = widths.get(at..end).unwrap_or_default().iter().sum();
            let (inner, shape) = cell_style(table, cell, style);
            let first = self.pieces.len();
            if let Some(color) = shape.background {
                self.pieces.push(Piece::Fill(Rect::NOTHING, color));
            }
            let padding = shape.padding;
            let [above, right, below, before] = shape.borders.map(|it: Border| it.width);
            let column = Column::new(
                left + before + padding.left(),
                corner.y + above + padding.top(),
                width - before - right - padding.across(),
                inner.align,
            );
            let ends = self.fill(cell, &inner, column) + padding.bottom() + below;
            bottom = bottom.max(ends);
            drawn.push((first..self.pieces.len(), shape, left, width, ends));
            left += width;
            at += span;
        }
        for (pieces, shape, left, width, ends) in drawn {
            let rect = Rect::from_min_max(pos2(left, corner.y), pos2(left + width, bottom));
            let mut first = pieces.start;
            if shape.background.is_some()
                && let Some(Piece::Fill(area, _)) = self.pieces.get_mut(first)
            {
                *area = rect;
                first += 1;
            }
            let drop = (bottom - ends) * shape.drop.unwrap_or(0.5);
            let inside = self.pieces[first..pieces.end].iter_mut();
            inside.for_each(|it| it.lower(drop));
            self.borders(&shape, rect);
        }
        bottom
    }
}

impl Piece {
    fn lower(&mut self, by: f32) {
        let by = egui::vec2(0.0, by);
        match self {
            Self::Text(words) => {
                words.at += by;
                words.rect = words.rect.translate(by);
            }
            Self::Fill(rect, _) | Self::Picture(rect, ..) => *rect = rect.translate(by),
        }
    }
}

/// How wide the longest word of a text in one line is, with a little for rounding.
fn longest_word(galley: &egui::Galley) -> f32 {
    let mut longest: f32 = 0.0;
    for row in &galley.rows {
        let mut start = None;
        for glyph in &row.row.glyphs {
            if glyph.chr == ' ' {
                start = None;
                continue;
            }
            let from = *start.get_or_insert(glyph.pos.x);
            longest = longest.max(glyph.pos.x + glyph.advance_width - from);
        }
    }
    (longest + 0.5).ceil()
}

/// A cell has what its table says of all cells, unless it says otherwise.
fn cell_style(table: &Element, cell: &Element, row: &Style) -> (Style, Shape) {
    let (style, mut shape) = style::of(cell, row);
    let says = |word: &str| cell.attribute("style").is_some_and(|it| it.contains(word));
    let number = |name: &str| table.attribute(name).and_then(|it| it.parse::<f32>().ok());
    if !says("padding") {
        let padding = number("cellpadding").unwrap_or(1.0);
        shape.padding = Sides([padding.clamp(0.0, 100.0); 4]);
    }
    if !says("border") && number("border").is_some_and(|it| it > 0.0) {
        let color = egui::Color32::GRAY;
        shape.borders = [Border { width: 1.0, color }; 4];
    }
    (style, shape)
}

fn rows(table: &Element) -> Vec<&Element> {
    let mut rows = Vec::new();
    for child in table.elements() {
        match child.name.as_str() {
            "thead" | "tbody" | "tfoot" => {
                rows.extend(child.elements().filter(|it| it.name == "tr"));
            }
            "tr" => rows.push(child),
            _ => (),
        }
    }
    rows
}

fn cells(row: &Element) -> impl Iterator<Item = &Element> {
    row.elements()
        .filter(|it| matches!(it.name.as_str(), "td" | "th"))
        .take(MOST)
}

/// How many columns a cell takes that begins at this one.
fn span(cell: &Element, at: usize) -> usize {
    let told = cell.attribute("colspan").and_then(|it| it.parse().ok());
    told.unwrap_or(1).clamp(1, MOST.saturating_sub(at).max(1))
}

/// Gives every column what it needs, then what it wishes, then shares out the rest.
fn share_out(extents: &[Extent], room: f32, is_full: bool) -> Vec<f32> {
    let least: f32 = extents.iter().map(|it| it.least).sum();
    if least > room {
        // Words have to be broken.
        return extents.iter().map(|it| it.least * room / least).collect();
    }
    let wish: f32 = extents.iter().map(|it| it.wish).sum();
    let spare = room - least;
    if wish > room {
        let part = spare / (wish - least).max(f32::EPSILON);
        let grown = extents
            .iter()
            .map(|it| it.least + (it.wish - it.least) * part);
        return grown.collect();
    }
    let rest = if is_full { room - wish } else { 0.0 };
    let takes = |it: &&Extent| matches!(it.told, Some(Length::Share(_)));
    let share = |it: &Extent| match it.told {
        Some(Length::Share(share)) => share.max(0.0),
        _ => 0.0,
    };
    let shares: f32 = extents.iter().map(share).sum();
    let has_shares = shares > 0.0 && extents.iter().any(|it| takes(&it));
    let loose = |it: &Extent| !matches!(it.told, Some(Length::Points(_)));
    let weights: f32 = extents
        .iter()
        .filter(|it| loose(it))
        .map(|it| it.wish)
        .sum();
    let widths = extents.iter().map(|it| {
        let part = if has_shares {
            share(it) / shares
        } else if weights > 0.0 {
            if loose(it) { it.wish / weights } else { 0.0 }
        } else {
            1.0 / extents.len() as f32
        };
        it.wish + rest * part
    });
    widths.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(least: f32, wish: f32, told: Option<Length>) -> Extent {
        Extent { least, wish, told }
    }

    #[test]
    fn columns_share_the_room_as_browsers_do() {
        let two = [extent(20.0, 40.0, None), extent(30.0, 160.0, None)];
        assert_eq!(share_out(&two, 400.0, false), [40.0, 160.0]);
        assert_eq!(share_out(&two, 400.0, true), [80.0, 320.0]);
        assert_eq!(share_out(&two, 125.0, false), [30.0, 95.0]);
        assert_eq!(share_out(&two, 25.0, false), [10.0, 15.0]);
        let told = [
            extent(20.0, 40.0, None),
            extent(30.0, 60.0, Some(Length::Share(1.0))),
        ];
        assert_eq!(share_out(&told, 400.0, true), [40.0, 360.0]);
        assert!(share_out(&[], 400.0, true).is_empty());
    }
}
