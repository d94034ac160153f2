//! Text: in its sizes, cut with `…` where it does not fit, and never able to deceive.

use egui::{Color32, FontId, Label, Response, RichText, Ui};

pub use crate::model::text::{shown, shown_lines};
use crate::ui::{
    fonts,
    tokens::{Tokens, type_size},
};

/// One line in any font, cut with `…` where the room ends; the whole text is in the tooltip.
pub fn elided(ui: &mut Ui, text: &str, font: FontId, color: Color32) -> Response {
    ui.add(Label::new(RichText::new(shown(text)).font(font).color(color)).truncate())
}

pub fn body(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).text;
    elided(ui, text, fonts::regular(type_size::BODY), color)
}

pub fn strong(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).text;
    elided(ui, text, fonts::semibold(type_size::BODY), color)
}

pub fn muted(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).muted;
    elided(ui, text, fonts::regular(type_size::BODY), color)
}

/// The heading of a part of a screen.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).text;
    let response = elided(ui, text, fonts::semibold(type_size::SECTION), color);
    name_heading(ui, &response, text);
    response
}

/// A sentence that may take several lines.
pub fn paragraph(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).text;
    ui.add(Label::new(RichText::new(shown_lines(text)).color(color)).wrap())
}

/// A remark below something, in several lines if need be.
pub fn note(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui.theme()).muted;
    let text = RichText::new(shown_lines(text))
        .font(fonts::regular(type_size::SMALL))
        .color(color);
    ui.add(Label::new(text).wrap())
}

/// An icon that says nothing which the words beside it do not say. Assistive technology, which would
/// read out a letter that nobody knows, does not see it.
pub(in crate::ui) fn picture(ui: &mut Ui, icon: RichText) {
    let response = ui.label(icon);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_hidden();
        node.clear_label();
        node.clear_value();
    });
}

/// Tells assistive technology that a label heads what follows.
pub(in crate::ui) fn name_heading(ui: &Ui, response: &Response, text: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(egui::Role::Heading);
        node.set_label(shown(text).into_owned());
        node.clear_value();
    });
}
