//! What the attributes and the inline styles of a mail say about its looks.
//!
//! Style sheets are not read: many mail programs leave them out, so a mail has to look right without.

use egui::{Align, Color32};

use super::tree::Element;
use crate::ui::tokens::css;

/// What text begins with, as in every browser.
const SIZE: f32 = 16.0;

/// What passes on to everything within.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of text that is there or not"
)]
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) color: Color32,
    pub(super) size: f32,

    /// In points; otherwise it follows the size.
    pub(super) line_height: Option<f32>,
    pub(super) align: Align,

    /// Whether blocks stand in the middle too, as the attribute says and the style does not.
    pub(super) centers_blocks: bool,
    pub(super) is_bold: bool,
    pub(super) is_italic: bool,
    pub(super) is_underlined: bool,
    pub(super) is_struck: bool,
    pub(super) is_monospace: bool,

    /// Whether spaces and line ends stay as they were written.
    pub(super) keeps_spaces: bool,
    pub(super) link: Option<String>,
}

/// What holds for one element only.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shape {
    pub(super) is_hidden: bool,
    pub(super) background: Option<Color32>,
    pub(super) margin: Sides,
    pub(super) padding: Sides,
    pub(super) borders: [Border; 4],
    pub(super) width: Option<Length>,
    pub(super) max_width: Option<Length>,

    /// Whether it stands in the middle of the room.
    pub(super) is_centered: bool,

    /// Where a cell has its contents, as a share of the height that is left; in the middle unless it says
    /// otherwise.
    pub(super) drop: Option<f32>,
}

/// Above, to the right, below, to the left.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sides(pub(super) [f32; 4]);

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Border {
    pub(super) width: f32,
    pub(super) color: Color32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Length {
    Points(f32),

    /// Of the room that there is.
    Share(f32),
}

impl Length {
    pub(super) fn of(self, room: f32) -> f32 {
        match self {
            Self::Points(points) => points,
            Self::Share(share) => share * room,
        }
    }

    fn read(text: &str, size: f32) -> Option<Self> {
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            return Some(Self::Share(number(percent)? / 100.0));
        }
        let (amount, unit) = if let Some(em) = text.strip_suffix("rem") {
            (em, SIZE)
        } else if let Some(em) = text.strip_suffix("em") {
            (em, size)
        } else if let Some(points) = text.strip_suffix("pt") {
            (points, 4.0 / 3.0)
        } else {
            (text.strip_suffix("px").unwrap_or(text), 1.0)
        };
        Some(Self::Points(number(amount)? * unit))
    }
}

impl Sides {
    pub(super) fn across(self) -> f32 {
        self.0[1] + self.0[3]
    }

    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|side| self.0[side] + other.0[side]))
    }

    pub(super) fn top(self) -> f32 {
        self.0[0]
    }

    pub(super) fn bottom(self) -> f32 {
        self.0[2]
    }

    pub(super) fn left(self) -> f32 {
        self.0[3]
    }
}

impl Default for Style {
    fn default() -> Self {
        Self {
            color: Color32::BLACK,
            size: SIZE,
            line_height: None,
            align: Align::LEFT,
            centers_blocks: false,
            is_bold: false,
            is_italic: false,
            is_underlined: false,
            is_struck: false,
            is_monospace: false,
            keeps_spaces: false,
            link: None,
        }
    }
}

/// How an element looks inside of one that looks like `outer`.
pub(super) fn of(element: &Element, outer: &Style) -> (Style, Shape) {
    let mut style = outer.clone();
    let mut shape = Shape {
        is_centered: outer.centers_blocks,
        ..Shape::default()
    };
    natural(element, &mut style, &mut shape);
    attributes(element, &mut style, &mut shape);
    if let Some(text) = element.attribute("style") {
        // A size first: other lengths can be multiples of it.
        let all = declarations(text);
        let sizes = all.iter().filter(|it| it.0 == "font-size");
        for (name, value) in sizes.chain(all.iter().filter(|it| it.0 != "font-size")) {
            declare(name, value, outer, &mut style, &mut shape);
        }
    }
    (style, shape)
}

/// What browsers do without being told.
fn natural(element: &Element, style: &mut Style, shape: &mut Shape) {
    let space = |shape: &mut Shape, space: f32| shape.margin = Sides([space, 0.0, space, 0.0]);
    let heading = |style: &mut Style, shape: &mut Shape, times: f32, gap: f32| {
        style.size = SIZE * times;
        style.line_height = None;
        style.is_bold = true;
        space(shape, style.size * gap);
    };
    match element.name.as_str() {
        "html" => shape.margin = Sides([8.0; 4]),
        "h1" => heading(style, shape, 2.0, 0.67),
        "h2" => heading(style, shape, 1.5, 0.83),
        "h3" => heading(style, shape, 1.17, 1.0),
        "h4" => heading(style, shape, 1.0, 1.33),
        "h5" | "h6" => heading(style, shape, 0.83, 1.67),
        "p" | "dl" => space(shape, style.size),
        "ul" | "ol" => {
            space(shape, style.size);
            shape.padding.0[3] = 28.0;
        }
        "blockquote" => shape.margin = Sides([style.size, 32.0, style.size, 32.0]),
        "dd" => shape.margin.0[3] = 32.0,
        "pre" => {
            space(shape, style.size);
            style.keeps_spaces = true;
            style.is_monospace = true;
        }
        "code" | "kbd" | "samp" | "tt" => style.is_monospace = true,
        "b" | "strong" => style.is_bold = true,
        "th" => {
            style.is_bold = true;
            style.align = Align::Center;
        }
        "i" | "em" | "cite" => style.is_italic = true,
        "u" | "ins" => style.is_underlined = true,
        "s" | "del" | "strike" => style.is_struck = true,
        "small" => style.size *= 0.83,
        "center" => {
            style.align = Align::Center;
            style.centers_blocks = true;
        }
        // What stands in the middle begins at the left within, as browsers have it.
        "table" if style.centers_blocks => {
            style.align = Align::LEFT;
            style.centers_blocks = false;
        }
        "a" if element.attribute("href").is_some() => {
            style.link = element.attribute("href").map(str::to_owned);
            style.is_underlined = true;
            style.color = css::written("blue").unwrap_or(style.color);
        }
        _ => (),
    }
}

fn attributes(element: &Element, style: &mut Style, shape: &mut Shape) {
    if let Some(align) = element.attribute("align") {
        match align.to_ascii_lowercase().as_str() {
            "center" if element.name == "table" => shape.is_centered = true,
            "left" | "right" if element.name == "table" => (),
            "center" => {
                style.align = Align::Center;
                style.centers_blocks = true;
            }
            "right" => style.align = Align::RIGHT,
            _ => style.align = Align::LEFT,
        }
    }
    if let Some(color) = element.attribute("bgcolor").and_then(css::written) {
        shape.background = Some(color);
    }
    if let Some(color) = element.attribute("color").and_then(css::written) {
        style.color = color;
    }
    if let Some(width) = element.attribute("width") {
        shape.width = Length::read(width, style.size);
    }
    if let Some(place) = element.attribute("valign") {
        shape.drop = Some(drop_of(&place.to_ascii_lowercase()));
    }
    shape.is_hidden |= element.attribute("hidden").is_some();
}

fn declare(name: &str, value: &str, outer: &Style, style: &mut Style, shape: &mut Shape) {
    let points = |text: &str| match Length::read(text, style.size)? {
        Length::Points(points) => Some(points),
        Length::Share(_) => None,
    };
    match name {
        "color" => style.color = css::written(value).unwrap_or(style.color),
        "background" | "background-color" => {
            let color = value.split_whitespace().find_map(css::written);
            shape.background = color.or(shape.background);
        }
        "font-size" => {
            let size = Length::read(value, outer.size).map(|it| it.of(outer.size));
            style.size = size.unwrap_or(style.size).clamp(1.0, 96.0);
        }
        "line-height" => style.line_height = line_height(value, style.size),
        "font-weight" => {
            let weight = value.parse::<u32>();
            style.is_bold = weight.map_or(matches!(value, "bold" | "bolder"), |it| it >= 600);
        }
        "font-style" => style.is_italic = matches!(value, "italic" | "oblique"),
        "font-family" => style.is_monospace = value.contains("mono") || value.contains("courier"),
        "text-decoration" | "text-decoration-line" => {
            style.is_underlined = value.contains("underline");
            style.is_struck = value.contains("line-through");
        }
        "text-align" => {
            style.align = match value {
                "center" => Align::Center,
                "right" | "end" => Align::RIGHT,
                _ => Align::LEFT,
            };
            style.centers_blocks = false;
        }
        "vertical-align" => shape.drop = Some(drop_of(value)),
        "white-space" => style.keeps_spaces = value.starts_with("pre"),
        "display" if value == "none" => shape.is_hidden = true,
        "width" => shape.width = Length::read(value, style.size).or(shape.width),
        "max-width" => shape.max_width = Length::read(value, style.size),
        "padding" => shape.padding = sides(value, points).unwrap_or(shape.padding),
        "margin" => {
            let is_auto = value.split_whitespace().nth(1) == Some("auto") || value == "auto";
            shape.is_centered |= is_auto;
            shape.margin = sides(value, points).unwrap_or(shape.margin);
        }
        "border" => shape.borders = [border(value, points); 4],
        _ => sided(name, value, points, shape),
    }
}

/// What is said of one side.
fn sided(name: &str, value: &str, points: impl Fn(&str) -> Option<f32>, shape: &mut Shape) {
    let Some((what, side)) = name.split_once('-') else {
        return;
    };
    let sides = ["top", "right", "bottom", "left"];
    let Some(side) = sides.iter().position(|it| *it == side) else {
        return;
    };
    match what {
        "padding" => shape.padding.0[side] = points(value).unwrap_or(0.0).max(0.0),
        "margin" => shape.margin.0[side] = points(value).unwrap_or(0.0).max(0.0),
        "border" => shape.borders[side] = border(value, points),
        _ => (),
    }
}

/// One to four lengths, clockwise from above. What is no length, such as `auto`, is nothing.
fn sides(value: &str, points: impl Fn(&str) -> Option<f32>) -> Option<Sides> {
    let lengths = value.split_whitespace();
    let lengths: Vec<f32> = lengths
        .map(|it| points(it).unwrap_or(0.0).max(0.0))
        .collect();
    Some(Sides(match lengths.as_slice() {
        [all] => [*all; 4],
        [tall, wide] => [*tall, *wide, *tall, *wide],
        [top, wide, bottom] => [*top, *wide, *bottom, *wide],
        [top, right, bottom, left] => [*top, *right, *bottom, *left],
        _ => return None,
    }))
}

fn border(value: &str, points: impl Fn(&str) -> Option<f32>) -> Border {
    let is_none = value.split_whitespace().any(|it| it == "none");
    let width = value.split_whitespace().find_map(points);
    let color = value.split_whitespace().find_map(css::written);
    match width.filter(|_| !is_none) {
        Some(width) => Border {
            width: width.clamp(0.0, 40.0),
            color: color.unwrap_or(Color32::BLACK),
        },
        None => Border::default(),
    }
}

fn drop_of(place: &str) -> f32 {
    match place {
        "top" | "baseline" => 0.0,
        "bottom" => 1.0,
        _ => 0.5,
    }
}

fn line_height(value: &str, size: f32) -> Option<f32> {
    if let Ok(times) = value.parse::<f32>() {
        return times.is_finite().then_some(times.clamp(0.5, 5.0) * size);
    }
    Length::read(value, size).map(|it| it.of(size).clamp(1.0, 400.0))
}

fn declarations(text: &str) -> Vec<(String, String)> {
    let each = text.split(';').filter_map(|it| it.split_once(':'));
    let tidy = |it: &str| it.replace("!important", "").trim().to_ascii_lowercase();
    each.map(|(name, value)| (tidy(name), tidy(value)))
        .collect()
}

fn number(text: &str) -> Option<f32> {
    let number = text.trim().parse::<f32>().ok()?;
    number
        .is_finite()
        .then(|| number.clamp(-10_000.0, 10_000.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::html::tree::parse;

    fn first(html: &str) -> (Style, Shape) {
        let page = parse(html);
        let element = page.elements().next().expect("an element");
        of(element, &Style::default())
    }

    #[test]
    fn lengths_are_read_in_every_usual_unit() {
        let read = |text| Length::read(text, 20.0);
        assert_eq!(read("12px"), Some(Length::Points(12.0)));
        assert_eq!(read("12"), Some(Length::Points(12.0)));
        assert_eq!(read("1.5em"), Some(Length::Points(30.0)));
        assert_eq!(read("2rem"), Some(Length::Points(32.0)));
        assert_eq!(read("50%"), Some(Length::Share(0.5)));
        for bad in ["", "auto", "NaN", "inf", "12vw", "%"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn inline_styles_and_attributes_are_understood() {
        let (style, shape) = first(
            "<td align=right bgcolor=#000 width=50% style='padding:1px 2px;color:RED !important;\
             border-top:4px solid #fff; font-weight:600;font-size:20px;line-height:1.5'>",
        );
        assert_eq!(style.align, Align::RIGHT);
        assert_eq!(style.color, css::written("red").expect("red"));
        assert!(style.is_bold);
        assert_eq!((style.size, style.line_height), (20.0, Some(30.0)));
        assert_eq!(shape.background, Some(Color32::BLACK));
        assert_eq!(shape.width, Some(Length::Share(0.5)));
        assert_eq!(shape.padding, Sides([1.0, 2.0, 1.0, 2.0]));
        let top = Border {
            width: 4.0,
            color: Color32::WHITE,
        };
        assert_eq!(shape.borders[..2], [top, Border::default()]);
    }

    #[test]
    fn nonsense_changes_nothing() {
        let (style, shape) = first("<div style='color;font-size:x;padding:;margin:1 2 3 4 5;:;;'>");
        assert_eq!(style, Style::default());
        assert_eq!(shape, Shape::default());
    }
}
