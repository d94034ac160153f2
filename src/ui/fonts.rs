//! Inter for text, Lucide for icons.
//!
//! egui has no synthetic bold, so SemiBold is a family of its own. Both text families fall back to
//! egui's fonts for what Inter lacks and to Lucide for icons inside a sentence.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily, FontId};

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");

/// The family of titles, labels and whatever else has weight.
pub fn semibold_family() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// The family that holds nothing but icons, so that they sit in the middle of their line.
pub fn icon_family() -> FontFamily {
    FontFamily::Name("icons".into())
}

pub fn semibold(size: f32) -> FontId {
    FontId::new(size, semibold_family())
}

pub fn regular(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

pub fn icon(size: f32) -> FontId {
    FontId::new(size, icon_family())
}

pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in [
        ("inter", REGULAR),
        ("inter-semibold", SEMIBOLD),
        ("lucide", lucide_icons::LUCIDE_FONT_BYTES),
    ] {
        let mut font = FontData::from_static(bytes);
        if name == "lucide" {
            // The icons stand a little above the middle of the letters beside them.
            font.tweak.y_offset_factor = 0.05;
        }
        let font = Arc::new(font);
        fonts.font_data.insert(name.to_owned(), font);
    }

    let fallback = fonts
        .families
        .remove(&FontFamily::Proportional)
        .unwrap_or_default();
    let family = |first: &str| {
        let mut names = vec![first.to_owned(), "lucide".to_owned()];
        names.extend(fallback.iter().cloned());
        names
    };
    fonts
        .families
        .insert(FontFamily::Proportional, family("inter"));
    fonts
        .families
        .insert(semibold_family(), family("inter-semibold"));
    fonts.families.insert(icon_family(), family("lucide"));
    if let Some(monospace) = fonts.families.get_mut(&FontFamily::Monospace) {
        monospace.push("inter".to_owned());
        monospace.push("lucide".to_owned());
    }
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::icons::Icon;

    #[test]
    fn text_of_european_names_and_every_icon_has_a_glyph() {
        let ctx = egui::Context::default();
        crate::ui::theme::install(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            ui.fonts_mut(|fonts| {
                for letter in "Łukasz Ångström Ñandú Đorđe Ελένη Владимир … · “x” ‹› →".chars()
                {
                    for family in [FontFamily::Proportional, semibold_family()] {
                        assert!(
                            fonts.has_glyph(&FontId::new(14.0, family), letter),
                            "{letter}"
                        );
                    }
                }
                for icon_name in Icon::ALL {
                    assert!(
                        fonts.has_glyph(&icon(16.0), icon_name.glyph()),
                        "{icon_name:?}"
                    );
                }
            });
        });
        output.textures_delta.clear();
    }
}
