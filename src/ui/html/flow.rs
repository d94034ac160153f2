//! From the tree to pieces at their places: blocks below each other, as wide as the room.

use egui::{Align, Color32, Context, Pos2, Rect, Vec2, pos2, text::LayoutJob, vec2};

use super::{
    Picture,
    run::Run,
    style::{self, Border, Shape, Style},
    tree::{Element, Node, is_block},
};

/// No word makes a page wider than this.
const WIDEST: f32 = 2_000.0;

/// Something to paint.
#[derive(Debug)]
pub(super) enum Piece {
    Text(Words),
    Fill(Rect, Color32),

    /// The picture with this number, or what its place says without one.
    Picture(Rect, Option<usize>, String),
}

#[derive(Debug)]
pub(super) struct Words {
    /// Where it is painted from: its left end, its middle or its right end, as it is aligned.
    pub(super) at: Pos2,
    pub(super) rect: Rect,
    pub(super) job: LayoutJob,
    pub(super) is_heading: bool,
    pub(super) links: Vec<String>,
}

/// A page, laid out.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) size: Vec2,
    pub(super) pieces: Vec<Piece>,
}

pub(super) struct Flow<'a> {
    pub(super) ctx: &'a Context,
    pub(super) pictures: &'a [Picture],
    pub(super) pieces: Vec<Piece>,
}

/// The room of one block, as far as it is filled.
pub(super) struct Column {
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) top: f32,

    /// What the block above keeps free below itself.
    below: f32,
    align: Align,
    run: Run,
    is_heading: bool,

    /// The number of the next item, in a list; 0 where it has dots.
    item: Option<usize>,
}

impl Column {
    pub(super) fn new(left: f32, top: f32, width: f32, align: Align) -> Self {
        Self {
            left,
            width: width.max(1.0),
            top,
            below: 0.0,
            align,
            run: Run::default(),
            is_heading: false,
            item: None,
        }
    }
}

pub(super) fn lay(ctx: &Context, page: &Element, pictures: &[Picture], width: f32) -> Laid {
    let mut flow = Flow {
        ctx,
        pictures,
        pieces: Vec::new(),
    };
    let (style, mut shape) = style::of(page, &Style::default());
    // The background of a page goes to its edges.
    let margin = std::mem::take(&mut shape.margin);
    shape.padding = shape.padding.and(margin);
    // Like browsers, rather wider than the room than with broken words.
    let (least, _) = flow.block_extent(page, &style, &shape);
    let width = width.max(least.min(WIDEST));
    let mut column = Column::new(0.0, 0.0, width, Align::LEFT);
    flow.block(page, &style, &shape, &mut column);
    Laid {
        size: vec2(width, column.top),
        pieces: flow.pieces,
    }
}

impl Flow<'_> {
    /// Fills a column with what an element holds; returns where it ends.
    pub(super) fn fill(&mut self, element: &Element, style: &Style, mut column: Column) -> f32 {
        self.walk(element, style, &mut column);
        self.flush(&mut column);
        column.top + column.below
    }

    fn walk(&mut self, element: &Element, style: &Style, column: &mut Column) {
        for child in &element.children {
            let child = match child {
                Node::Text(text) => {
                    column.run.push(text, style);
                    continue;
                }
                Node::Element(child) => child,
            };
            let (inner, shape) = style::of(child, style);
            if shape.is_hidden {
                continue;
            }
            if child.name == "br" {
                column.run.break_line(&inner);
            } else if is_block(&child.name) {
                self.flush(column);
                self.block(child, &inner, &shape, column);
            } else {
                self.walk(child, &inner, column);
            }
        }
    }

    /// Ends the paragraph that was gathered.
    fn flush(&mut self, column: &mut Column) {
        let Some((mut job, links)) = column.run.take() else {
            return;
        };
        column.top += std::mem::take(&mut column.below);
        job.wrap.max_width = column.width;
        job.halign = column.align;
        let size = self.size(&job);
        let (along, free) = match column.align {
            Align::Min => (0.0, 0.0),
            Align::Center => (column.width / 2.0, (column.width - size.x) / 2.0),
            Align::Max => (column.width, column.width - size.x),
        };
        let corner = pos2(column.left + free, column.top);
        self.pieces.push(Piece::Text(Words {
            at: pos2(column.left + along, column.top),
            rect: Rect::from_min_size(corner, size),
            job,
            is_heading: column.is_heading,
            links,
        }));
        column.top += size.y;
    }

    fn block(&mut self, element: &Element, style: &Style, shape: &Shape, column: &mut Column) {
        column.top += column.below.max(shape.margin.top());
        column.below = shape.margin.bottom();
        let room = (column.width - shape.margin.across()).max(1.0);
        let wish = shape.width.map_or(room, |it| it.of(room));
        let most = shape.max_width.map_or(room, |it| it.of(room)).min(room);
        let width = wish.min(most);
        let left = column.left + shape.margin.left();
        let top = column.top;
        column.top = match element.name.as_str() {
            "img" => self.picture(element, style, shape, column, room),
            "hr" => {
                let line = Rect::from_min_size(pos2(left, top + 8.0), vec2(width, 1.0));
                self.pieces.push(Piece::Fill(line, Color32::GRAY));
                top + 17.0
            }
            "table" => {
                let is_full = shape.width.is_some();
                let widths = self.columns(element, style, width, is_full);
                let width: f32 = widths.iter().sum::<f32>() + frame(shape);
                let free = if shape.is_centered { room - width } else { 0.0 };
                let left = left + free.max(0.0) / 2.0;
                self.framed(shape, left, top, width, |flow, left, top, _| {
                    flow.rows(element, style, &widths, left, top)
                })
            }
            _ => {
                let free = if shape.is_centered { room - width } else { 0.0 };
                let left = left + free.max(0.0) / 2.0;
                self.marker(element, style, column, left);
                self.framed(shape, left, top, width, |flow, left, top, width| {
                    let mut inner = Column::new(left, top, width, style.align);
                    inner.is_heading = is_heading(&element.name);
                    inner.item = first_item(element);
                    flow.fill(element, style, inner)
                })
            }
        };
    }

    /// Background, borders and padding around what `contents` lay out; returns where it all ends.
    pub(super) fn framed(
        &mut self,
        shape: &Shape,
        left: f32,
        top: f32,
        width: f32,
        contents: impl FnOnce(&mut Self, f32, f32, f32) -> f32,
    ) -> f32 {
        let [above, right, below, before] = shape.borders.map(|it: Border| it.width);
        let padding = shape.padding;
        let background = self.pieces.len();
        if let Some(color) = shape.background {
            self.pieces.push(Piece::Fill(Rect::NOTHING, color));
        }
        let inner_left = left + before + padding.left();
        let inner_width = width - before - right - padding.across();
        let bottom = contents(self, inner_left, top + above + padding.top(), inner_width);
        let bottom = bottom + padding.bottom() + below;
        let rect = Rect::from_min_max(pos2(left, top), pos2(left + width, bottom));
        if shape.background.is_some()
            && let Some(Piece::Fill(area, _)) = self.pieces.get_mut(background)
        {
            *area = rect;
        }
        self.borders(shape, rect);
        bottom
    }

    pub(super) fn borders(&mut self, shape: &Shape, rect: Rect) {
        let [above, right, below, before] = shape.borders;
        let sides = [
            (above, rect.with_max_y(rect.top() + above.width)),
            (right, rect.with_min_x(rect.right() - right.width)),
            (below, rect.with_min_y(rect.bottom() - below.width)),
            (before, rect.with_max_x(rect.left() + before.width)),
        ];
        for (border, side) in sides {
            if border.width > 0.0 {
                self.pieces.push(Piece::Fill(side, border.color));
            }
        }
    }

    /// The dot or number before an item of a list.
    fn marker(&mut self, element: &Element, style: &Style, column: &mut Column, left: f32) {
        let Some(item) = column.item.filter(|_| element.name == "li") else {
            return;
        };
        let text = match item {
            0 => "•".to_owned(),
            number => format!("{number}."),
        };
        if item > 0 {
            column.item = Some(item + 1);
        }
        let mut run = Run::default();
        run.push(&text, style);
        let Some((job, links)) = run.take() else {
            return;
        };
        let size = self.size(&job);
        let at = pos2(left - size.x - 8.0, column.top);
        self.pieces.push(Piece::Text(Words {
            at,
            rect: Rect::from_min_size(at, size),
            job,
            is_heading: false,
            links,
        }));
    }

    fn picture(
        &mut self,
        element: &Element,
        style: &Style,
        shape: &Shape,
        column: &Column,
        room: f32,
    ) -> f32 {
        let (number, size) = self.picture_size(element, style, shape, room);
        let free = match style.align {
            Align::Min => 0.0,
            Align::Center => (room - size.x) / 2.0,
            Align::Max => room - size.x,
        };
        let corner = pos2(column.left + shape.margin.left() + free, column.top);
        let rect = Rect::from_min_size(corner, size);
        let alt = element.attribute("alt").unwrap_or_default();
        let source = element.attribute("src").unwrap_or_default();
        let words = match (alt, source.starts_with("cid:")) {
            ("", true) => "Picture".to_owned(),
            ("", false) => format!("Picture {source}, which is not fetched here"),
            (alt, _) => alt.to_owned(),
        };
        self.pieces.push(Piece::Picture(rect, number, words));
        rect.bottom()
    }

    /// Which picture that is, and how large it is shown.
    pub(super) fn picture_size(
        &self,
        element: &Element,
        style: &Style,
        shape: &Shape,
        room: f32,
    ) -> (Option<usize>, Vec2) {
        let source = element.attribute("src").unwrap_or_default();
        let cid = source.strip_prefix("cid:");
        let number = self.pictures.iter().position(|it| Some(&*it.cid) == cid);
        let natural = number.map(|it| {
            let [width, height] = self.pictures[it].image.size;
            vec2(width as f32, height as f32)
        });
        let wish = shape.width.map(|it| it.of(room));
        let most = shape.max_width.map_or(room, |it| it.of(room)).min(room);
        let width = wish.or_else(|| natural.map(|it| it.x)).unwrap_or(240.0);
        let width = width.clamp(1.0, most.max(1.0));
        let height = if let Some(natural) = natural {
            width * natural.y / natural.x.max(1.0)
        } else {
            let told = element.attribute("height");
            let told = told.and_then(|it| it.parse().ok());
            told.unwrap_or(style.size * 4.0)
        };
        (number, vec2(width, height.clamp(1.0, 4_000.0)))
    }

    pub(super) fn size(&self, job: &LayoutJob) -> Vec2 {
        let galley = self.ctx.fonts_mut(|fonts| fonts.layout_job(job.clone()));
        galley.rect.size()
    }
}

/// What padding and borders take of the width.
pub(super) fn frame(shape: &Shape) -> f32 {
    shape.padding.across() + shape.borders[1].width + shape.borders[3].width
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn first_item(element: &Element) -> Option<usize> {
    match element.name.as_str() {
        "ol" => Some(1),
        "ul" => Some(0),
        _ => None,
    }
}
