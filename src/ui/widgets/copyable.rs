//! A text that is to be taken elsewhere.

use egui::{Align, Label, Layout, RichText, Ui, vec2};

use super::{Button, text};
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, seconds, size, type_size},
};

/// Under its name, with a button that copies it and says so for a while.
pub fn copyable(ui: &mut Ui, name: &str, value: &str) {
    let tokens = Tokens::of(ui.theme());
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::XS;
        let font = fonts::semibold(type_size::LABEL);
        let label = text::elided(ui, name, font, tokens.text);
        let room = vec2(ui.available_width(), size::CONTROL);
        ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
            copy_ui(ui, name, value);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let shown = RichText::new(text::shown(value)).monospace();
                let shown = Label::new(shown.color(tokens.text)).wrap().selectable(true);
                ui.add(shown).labelled_by(label.id);
            });
        });
    });
}

fn copy_ui(ui: &mut Ui, name: &str, value: &str) {
    let id = ui.scope_id().with("copied");
    let now = ui.input(|input| input.time);
    let copied: Option<f64> = ui.data(|data| data.get_temp(id));
    let rest = copied.map_or(0.0, |at| at + seconds::TOAST - now);
    let (icon, word) = if rest > 0.0 {
        let rest = std::time::Duration::from_secs_f64(rest);
        ui.ctx().request_repaint_after(rest);
        (Icon::Check, "Copied")
    } else {
        (Icon::Copy, "Copy")
    };
    let accessible = format!("{word} {}", within(name));
    let button = Button::secondary(word).icon(icon).name(&accessible);
    if ui.add(button).clicked() {
        ui.ctx().copy_text(value.to_owned());
        ui.data_mut(|data| data.insert_temp(id, now));
    }
}

/// A name within a sentence: "new password", but "SCIM base URL".
fn within(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            format!("{}{}", first.to_lowercase(), &name[first.len_utf8()..])
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_begins_small_within_a_sentence_unless_it_is_an_abbreviation() {
        assert_eq!(within("Redirect URI"), "redirect URI");
        assert_eq!(within("SCIM base URL"), "SCIM base URL");
        assert_eq!(within("Écriture"), "écriture");
        assert_eq!(within(""), "");
    }
}
