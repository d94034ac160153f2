//! The chart in a report: bars with a label and a number each, drawn here, and never by a service
//! elsewhere that would learn of the users.

use std::sync::Arc;

use skrifa::{
    FontRef, MetadataProvider as _,
    instance::{LocationRef, Size},
};
use vello_cpu::{
    Glyph, Pixmap, RenderContext, Resources,
    color::AlphaColor,
    kurbo::{Rect, RoundedRect, Shape as _},
    peniko::{Blob, FontData},
};

use super::Drawn;
use crate::{command::CommandError, model::template::Row};

static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
static BOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");

/// Pixels for a point: sharp on screens that have two.
const SCALE: f32 = 2.0;
const WIDTH: f32 = 560.0;
const MARGIN: f32 = 16.0;
const TITLE_HEIGHT: f32 = 40.0;
const BAR_PITCH: f32 = 30.0;
const BAR_HEIGHT: f32 = 18.0;

/// From the left edge to the bars, and from the longest bar to the right edge.
const LABELS: f32 = 170.0;
const COUNTS: f32 = 84.0;

const TITLE_SIZE: f32 = 16.0;
const TEXT_SIZE: f32 = 13.0;

type Color = [u8; 3];

const PAPER: Color = [0xff, 0xff, 0xff];
const INK: Color = [0x1f, 0x29, 0x37];
const SOFT_INK: Color = [0x4b, 0x55, 0x63];
const TRACK: Color = [0xf3, 0xf4, 0xf6];

/// How many there are of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    pub count: u64,
}

/// For how long users have been away, each up to this many days, and what that is called.
const AGES: &[(i64, &str)] = &[
    (30, "up to 30 days ago"),
    (60, "31 to 60 days ago"),
    (90, "61 to 90 days ago"),
    (180, "91 to 180 days ago"),
    (365, "181 to 365 days ago"),
    (i64::MAX, "over a year ago"),
];

/// The users of a report by their last activity; ages before the first that there are any of are left
/// out.
pub fn by_last_activity(rows: &[Row]) -> Vec<Bar> {
    let mut counts = vec![0; AGES.len()];
    let mut never = 0;
    for row in rows {
        if row.day == "never" {
            never += 1;
        } else if let Some(age) = AGES.iter().position(|(days, _)| row.days <= *days) {
            counts[age] += 1;
        }
    }
    let ages = AGES.iter().zip(counts);
    let ages = ages.map(|((_, label), count)| Bar::new(label, count));
    let ages = ages.skip_while(|bar| bar.count == 0);
    ages.chain([Bar::new("never", never)]).collect()
}

/// The chart of a report about dormant accounts.
pub fn dormant(rows: &[Row], color: &str) -> Result<Drawn, CommandError> {
    draw(
        "Dormant accounts by last activity",
        &by_last_activity(rows),
        color,
    )
}

/// The bars as a picture under a title, and as text; `color` is that of the bars, like `#2563eb`.
pub fn draw(title: &str, bars: &[Bar], color: &str) -> Result<Drawn, CommandError> {
    let numbers = bars
        .iter()
        .map(|bar| format!("{} {}", bar.count, bar.label));
    let numbers: Vec<String> = numbers.collect();
    let widest = bars.iter().map(|bar| bar.label.chars().count()).max();
    let widest = widest.unwrap_or(0);
    let lines = bars
        .iter()
        .map(|bar| format!("{:widest$}  {}", bar.label, bar.count));
    let lines: Vec<String> = lines.collect();
    Ok(Drawn {
        png: Arc::from(png(title, bars, parsed(color))?),
        alt: format!("{title}: {}", numbers.join(", ")),
        lines: lines.join("\n"),
    })
}

fn png(title: &str, bars: &[Bar], color: Color) -> Result<Vec<u8>, CommandError> {
    let height = MARGIN + TITLE_HEIGHT + BAR_PITCH * bars.len() as f32 + MARGIN / 2.0;
    let mut page = Page::new(WIDTH, height);
    page.fill(Rect::new(0.0, 0.0, WIDTH.into(), height.into()), 0.0, PAPER);
    let title_line = MARGIN + TITLE_SIZE;
    page.text(
        title,
        Place::from(MARGIN, title_line),
        TITLE_SIZE,
        BOLD,
        INK,
    );
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    for (index, bar) in bars.iter().enumerate() {
        let top = MARGIN + TITLE_HEIGHT + BAR_PITCH * index as f32;
        let line = top + BAR_HEIGHT * 0.5 + TEXT_SIZE * 0.36;
        page.text(
            &bar.label,
            Place::from(MARGIN, line),
            TEXT_SIZE,
            REGULAR,
            SOFT_INK,
        );
        let room = WIDTH - LABELS - COUNTS;
        let share = bar.count as f32 / most as f32;
        page.fill(bar_rect(top, room), 4.0, TRACK);
        if bar.count > 0 {
            // However few they are, they show.
            page.fill(bar_rect(top, (room * share).max(4.0)), 4.0, color);
        }
        let count = grouped(bar.count);
        page.text(
            &count,
            Place::to(WIDTH - MARGIN, line),
            TEXT_SIZE,
            BOLD,
            INK,
        );
    }
    page.png()
}

fn bar_rect(top: f32, width: f32) -> Rect {
    let (left, top) = (f64::from(LABELS), f64::from(top));
    Rect::new(
        left,
        top,
        left + f64::from(width),
        top + f64::from(BAR_HEIGHT),
    )
}

/// Where a text begins or ends, on its base line.
struct Place {
    x: f32,
    y: f32,
    is_end: bool,
}

struct Page {
    context: RenderContext,
    resources: Resources,
}

impl Page {
    fn new(width: f32, height: f32) -> Self {
        let pixels = |points: f32| (points * SCALE).ceil() as u16;
        Self {
            context: RenderContext::new(pixels(width), pixels(height)),
            resources: Resources::new(),
        }
    }

    fn fill(&mut self, rect: Rect, radius: f64, color: Color) {
        let scale = f64::from(SCALE);
        let rect = Rect::new(
            rect.x0 * scale,
            rect.y0 * scale,
            rect.x1 * scale,
            rect.y1 * scale,
        );
        self.paint(color);
        let shape = RoundedRect::from_rect(rect, radius * scale);
        self.context.fill_path(&shape.to_path(0.1));
    }

    fn paint(&mut self, [red, green, blue]: Color) {
        self.context
            .set_paint(AlphaColor::from_rgba8(red, green, blue, 0xff));
    }

    /// Letter after letter: our labels need no more.
    fn text(&mut self, text: &str, place: Place, size: f32, font: &'static [u8], color: Color) {
        let Ok(face) = FontRef::new(font) else {
            return;
        };
        let size = size * SCALE;
        let letters = face.charmap();
        let metrics = face.glyph_metrics(Size::new(size), LocationRef::default());
        let mut width = 0.0;
        let mut glyphs = Vec::new();
        for id in text.chars().filter_map(|letter| letters.map(letter)) {
            glyphs.push((id.to_u32(), width));
            width += metrics.advance_width(id).unwrap_or(0.0);
        }
        let start = place.x * SCALE - if place.is_end { width } else { 0.0 };
        let y = place.y * SCALE;
        let glyphs = glyphs.into_iter().map(|(id, x)| Glyph {
            id,
            x: start + x,
            y,
        });
        self.paint(color);
        let font = FontData::new(Blob::new(Arc::new(font)), 0);
        self.context
            .glyph_run(&mut self.resources, &font)
            .font_size(size)
            .fill_glyphs(glyphs);
    }

    fn png(mut self) -> Result<Vec<u8>, CommandError> {
        let mut picture = Pixmap::new(self.context.width(), self.context.height());
        self.context.flush();
        self.context.render(&mut picture, &mut self.resources);
        let png = picture.into_png();
        png.map_err(|err| CommandError::Mail(format!("the chart cannot be drawn: {err}")))
    }
}

impl Place {
    fn from(x: f32, y: f32) -> Self {
        Self {
            x,
            y,
            is_end: false,
        }
    }

    fn to(x: f32, y: f32) -> Self {
        Self { x, y, is_end: true }
    }
}

impl Bar {
    pub fn new(label: &str, count: u64) -> Self {
        Self {
            label: label.to_owned(),
            count,
        }
    }
}

/// The settings have only colors of this form.
fn parsed(color: &str) -> Color {
    let hex = color.trim_start_matches('#');
    let number = u32::from_str_radix(hex, 16).unwrap_or(0);
    let [_, red, green, blue] = number.to_be_bytes();
    [red, green, blue]
}

/// "1 234 567", with spaces that do not break the line.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn row(days: i64, day: &str) -> Row {
        Row {
            username: "ada".to_owned(),
            name: String::new(),
            email: String::new(),
            status: String::new(),
            day: day.to_owned(),
            days,
            outcome: String::new(),
        }
    }

    #[test]
    fn users_are_counted_by_their_last_activity() {
        let day = "2031-01-01";
        let rows = [
            row(90, day),
            row(91, day),
            row(180, day),
            row(4_000, day),
            row(5, "never"),
        ];
        let bars = by_last_activity(&rows);
        let found: Vec<(&str, u64)> = bars
            .iter()
            .map(|it| (it.label.as_str(), it.count))
            .collect();
        let expected = [
            ("61 to 90 days ago", 1),
            ("91 to 180 days ago", 2),
            ("181 to 365 days ago", 0),
            ("over a year ago", 1),
            ("never", 1),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_longest_bar_has_the_color_and_the_others_their_share_of_it() {
        let bars = [Bar::new("a", 1_000), Bar::new("b", 500), Bar::new("c", 0)];
        let drawn = draw("Dormant", &bars, "#2563eb").expect("a chart");
        assert_eq!(drawn.alt, "Dormant: 1000 a, 500 b, 0 c");
        assert_eq!(drawn.lines, "a  1000\nb  500\nc  0");
        let picture = Pixmap::from_png(Cursor::new(&drawn.png[..])).expect("a PNG");
        assert_eq!(picture.width(), 1_120);
        let length = |index: u16| {
            let y =
                (MARGIN + TITLE_HEIGHT + BAR_PITCH * f32::from(index) + BAR_HEIGHT / 2.0) * SCALE;
            let colored = (0..picture.width()).filter(|x| {
                let pixel = picture.sample(*x, y as u16);
                [pixel.r, pixel.g, pixel.b] == [0x25, 0x63, 0xeb]
            });
            colored.count()
        };
        let whole = ((WIDTH - LABELS - COUNTS) * SCALE) as usize;
        assert_eq!([length(0), length(1), length(2)], [whole, whole / 2, 0]);
        let ink = picture.data().iter().filter(|it| it.r < 0x60).count();
        assert!(ink > 1_000, "the texts are drawn: {ink}");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1\u{a0}000");
        assert_eq!(grouped(1_234_567), "1\u{a0}234\u{a0}567");
    }
}
