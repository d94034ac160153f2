//! One of a fixed list that is out of sight until it is asked for.

use egui::{Align2, ComboBox, Response, RichText, Role, Ui, WidgetInfo};

use super::{field::FieldFrame, text::shown};
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, size, type_size},
};

#[must_use = "call `show`"]
pub struct Combo<'a> {
    frame: FieldFrame<'a>,
    label_shown: bool,
    width: Option<f32>,
}

impl<'a> Combo<'a> {
    pub fn new(label: &'a str) -> Self {
        Self {
            frame: FieldFrame::new(label),
            label_shown: true,
            width: None,
        }
    }

    /// The label is the accessible name only.
    pub fn label_hidden(mut self) -> Self {
        self.label_shown = false;
        self
    }

    pub fn help(mut self, help: &'a str) -> Self {
        self.frame.help = Some(help);
        self
    }

    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.frame.error = error;
        self
    }

    pub fn required(mut self) -> Self {
        self.frame.required = true;
        self
    }

    pub fn enabled(mut self, enabled: bool) -> Self {
        self.frame.enabled = enabled;
        self
    }

    /// Otherwise it takes the room that is left.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// The response has `changed()` when another value was chosen.
    pub fn show<T: PartialEq + Clone, S: AsRef<str>>(
        self,
        ui: &mut Ui,
        current: &mut T,
        options: &[(T, S)],
    ) -> Response {
        let label = self.frame.label;
        let width = self.width;
        if self.label_shown {
            self.frame
                .show(ui, |ui| combo_ui(ui, label, width, current, options))
        } else {
            ui.add_enabled_ui(self.frame.enabled, |ui| {
                combo_ui(ui, label, width, current, options)
            })
            .inner
            .accessible_name(label)
        }
    }
}

fn combo_ui<T: PartialEq + Clone, S: AsRef<str>>(
    ui: &mut Ui,
    label: &str,
    width: Option<f32>,
    current: &mut T,
    options: &[(T, S)],
) -> Response {
    let tokens = Tokens::of(ui.theme());
    let text = options
        .iter()
        .find(|(value, _)| value == current)
        .map_or("", |(_, text)| text.as_ref());
    let mut changed = false;
    let width = width.unwrap_or_else(|| ui.available_width());
    let combo = ComboBox::from_id_salt(label)
        .width(width)
        .truncate()
        .selected_text(RichText::new(shown(text)).color(tokens.text))
        .icon(move |ui, rect, _, _| chevron(ui, rect));
    let mut response = combo
        .show_ui(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (value, text) in options {
                let chosen = value == current;
                if option_ui(ui, tokens, chosen, text.as_ref()).clicked() {
                    changed |= !chosen;
                    *current = value.clone();
                }
            }
        })
        .response;
    if changed {
        response.mark_changed();
    }
    response
}

/// One line of the list.
fn option_ui(ui: &mut Ui, tokens: &Tokens, chosen: bool, text: &str) -> Response {
    let font = if chosen {
        fonts::semibold(type_size::BODY)
    } else {
        fonts::regular(type_size::BODY)
    };
    let text = shown(text);
    let label = RichText::new(text.as_ref()).font(font).color(tokens.text);
    let response = ui.add(
        egui::Button::selectable(chosen, label)
            .min_size(egui::vec2(ui.available_width(), size::CONTROL)),
    );
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &text));
    response
}

pub(super) fn chevron(ui: &Ui, rect: egui::Rect) {
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        Icon::ChevronDown.glyph(),
        fonts::icon(type_size::ICON),
        Tokens::of(ui.theme()).muted,
    );
}
