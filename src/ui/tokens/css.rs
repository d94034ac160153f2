//! Colours as mails write them.

use egui::Color32;

/// The names of HTML 4, and the few others that people use in mails.
const NAMES: &[(&str, u32)] = &[
    ("black", 0x0000_0000),
    ("silver", 0x00c0_c0c0),
    ("gray", 0x0080_8080),
    ("grey", 0x0080_8080),
    ("white", 0x00ff_ffff),
    ("maroon", 0x0080_0000),
    ("red", 0x00ff_0000),
    ("purple", 0x0080_0080),
    ("fuchsia", 0x00ff_00ff),
    ("green", 0x0000_8000),
    ("lime", 0x0000_ff00),
    ("olive", 0x0080_8000),
    ("yellow", 0x00ff_ff00),
    ("navy", 0x0000_0080),
    ("blue", 0x0000_00ff),
    ("teal", 0x0000_8080),
    ("aqua", 0x0000_ffff),
    ("orange", 0x00ff_a500),
    ("lightgray", 0x00d3_d3d3),
    ("lightgrey", 0x00d3_d3d3),
    ("darkgray", 0x00a9_a9a9),
    ("darkgrey", 0x00a9_a9a9),
];

/// `#rgb`, `#rrggbb`, `rgb(…)` or a name; `None` for what is none of these.
pub fn written(color: &str) -> Option<Color32> {
    let color = color.trim().to_ascii_lowercase();
    if color == "transparent" {
        return Some(Color32::TRANSPARENT);
    }
    if color.starts_with('#') {
        return Color32::from_hex(&color).ok();
    }
    let inside = color
        .strip_prefix("rgba(")
        .or_else(|| color.strip_prefix("rgb("));
    if let Some(inside) = inside.and_then(|it| it.strip_suffix(')')) {
        let parts = inside.split([',', ' ', '/']).filter(|it| !it.is_empty());
        let parts: Vec<u8> = parts.take(3).filter_map(|it| it.parse().ok()).collect();
        let [red, green, blue] = parts.try_into().ok()?;
        return Some(Color32::from_rgb(red, green, blue));
    }
    let found = NAMES.iter().find(|(name, _)| *name == color);
    found.map(|(_, hex)| super::rgb(*hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<[u8; 3]>) {
        let expected = expected.map(|[red, green, blue]| Color32::from_rgb(red, green, blue));
        assert_eq!(written(text), expected, "{text}");
    }

    #[test]
    fn colors_are_read_in_every_usual_way() {
        check("#2563eb", Some([0x25, 0x63, 0xeb]));
        check(" #FFF ", Some([255, 255, 255]));
        check("rgb(1, 2, 3)", Some([1, 2, 3]));
        check("rgba(1 2 3 / 0.5)", Some([1, 2, 3]));
        check("Red", Some([255, 0, 0]));
        for bad in [
            "",
            "#12",
            "#ä",
            "rgb(1,2)",
            "rgb(1,2,999)",
            "reddish",
            "url(x)",
        ] {
            check(bad, None);
        }
    }
}
