//! How the portal looks.

use egui::{Align2, Color32, CornerRadius, Sense, Ui, vec2};

use super::{
    error_at,
    form::{Errors, Field, Form},
};
use crate::{
    model::settings::{Branding, Settings},
    ui::{
        fonts, sentence,
        tokens::{self, gap, radius, size, type_size},
        widgets::{TextField, text},
    },
};

pub(super) fn ui(ui: &mut Ui, form: &mut Form, errors: &Errors) {
    ui.spacing_mut().item_spacing.y = gap::S;
    TextField::new("Name")
        .help("Stands at the top of the sign-up page.")
        .required()
        .error(error_at(errors, Field::Name))
        .show(ui, &mut form.name);
    let doubt = color_error(&form.color);
    TextField::new("Color")
        .hint("#2563eb")
        .help("Buttons and links of the sign-up page. White text must be readable on it.")
        .error(error_at(errors, Field::Color).or(doubt.as_deref()))
        .limit(7)
        .show(ui, &mut form.color);
    if doubt.is_none()
        && let Some(color) = tokens::branded(form.color.trim())
    {
        preview(ui, color);
    }
    TextField::new("Welcome text")
        .help("What the sign-up page says above its form.")
        .lines(3)
        .error(error_at(errors, Field::Welcome))
        .show(ui, &mut form.welcome);
}

/// What is wrong with the color alone, said while it is typed.
fn color_error(color: &str) -> Option<String> {
    let settings = Settings {
        branding: Branding {
            color: color.to_owned(),
            ..Branding::default()
        },
        ..Settings::default()
    };
    settings.checked().err().map(|err| sentence(&err))
}

/// A button in this color, as the sign-up page has one.
fn preview(ui: &mut Ui, color: Color32) {
    ui.horizontal(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(120.0, size::CONTROL), Sense::hover());
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Image, true, "A button in this color")
        });
        let painter = ui.painter();
        painter.rect_filled(rect, CornerRadius::same(radius::CONTROL), color);
        painter.text(
            rect.center(),
            Align2::CENTER_CENTER,
            "Sign up",
            fonts::semibold(type_size::BODY),
            Color32::WHITE,
        );
        text::muted(ui, "Buttons will look like this");
    });
}
