//! How the window looks: theme, size, motion.
//!
//! These belong to the window and not to the settings of the program: they hold at once, and are kept
//! with the position of the window.

use egui::{ThemePreference, Ui};

use crate::ui::{
    motion,
    tokens::gap,
    widgets::{checkbox, segmented, text},
};

const THEMES: [(ThemePreference, &str); 3] = [
    (ThemePreference::System, "System"),
    (ThemePreference::Light, "Light"),
    (ThemePreference::Dark, "Dark"),
];

/// In percent.
const SCALES: [(u16, &str); 4] = [
    (100, "100 %"),
    (125, "125 %"),
    (150, "150 %"),
    (200, "200 %"),
];

pub(super) fn ui(ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = gap::M;
    let ctx = ui.ctx().clone();
    let mut theme = ctx.options(|options| options.theme_preference);
    labelled(ui, "Theme", |ui| {
        if segmented(ui, "Theme", &mut theme, &THEMES) {
            ctx.set_theme(theme);
        }
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a scale is a small positive number"
    )]
    let mut scale = (ctx.zoom_factor() * 100.0).round() as u16;
    labelled(ui, "Text and controls", |ui| {
        if segmented(ui, "Text and controls", &mut scale, &SCALES) {
            ctx.set_zoom_factor(f32::from(scale) / 100.0);
        }
    });
    let mut is_reduced = motion::is_reduced(&ctx);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if checkbox(ui, &mut is_reduced, "Reduce motion").changed() {
            motion::set_reduced(&ctx, is_reduced);
        }
        text::note(
            ui,
            "Nothing glides or fades: what changes is there at once.",
        );
    });
    text::note(
        ui,
        "This holds for this window only, at once and without saving.",
    );
}

fn labelled(ui: &mut Ui, label: &str, contents: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::XS;
        text::strong(ui, label);
        contents(ui);
    });
}
