//! The parts of a page: header, cards, emptiness, waiting, pairs of name and value.

use egui::{Align, CornerRadius, Frame, Label, Layout, Margin, RichText, Sense, Stroke, Ui, vec2};

use super::{Button, icon_button, text};
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, radius, size, type_size},
};

/// Title and subtitle at the left, `actions` at the right. Actions are drawn from right to left.
pub fn page_header<R>(
    ui: &mut Ui,
    title: &str,
    subtitle: &str,
    actions: impl FnOnce(&mut Ui) -> R,
) -> R {
    let tokens = Tokens::of(ui.theme());
    let row = vec2(ui.available_width(), size::CONTROL + gap::M);
    let layout = Layout::right_to_left(Align::Center);
    let inner = ui
        .allocate_ui_with_layout(row, layout, |ui| {
            // With and without actions, what follows begins at the same height.
            ui.set_min_height(row.y);
            let inner = actions(ui);
            ui.add_space(gap::S);
            let heading = |ui: &mut Ui| {
                let font = fonts::semibold(type_size::TITLE);
                let heading = text::elided(ui, title, font, tokens.text);
                text::name_heading(ui, &heading, title);
            };
            if subtitle.is_empty() {
                // Level with the actions.
                ui.with_layout(Layout::left_to_right(Align::Center), heading);
            } else {
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    heading(ui);
                    text::muted(ui, subtitle);
                });
            }
            inner
        })
        .inner;
    ui.add_space(gap::S);
    inner
}

/// The same with a way back before the title. Says also whether it was taken.
pub fn page_header_with_back<R>(
    ui: &mut Ui,
    back: &str,
    title: &str,
    subtitle: &str,
    actions: impl FnOnce(&mut Ui) -> R,
) -> (bool, R) {
    let row = vec2(ui.available_width(), size::CONTROL + gap::M);
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(row, layout, |ui| {
        let is_back = icon_button(ui, Icon::Back, back).clicked();
        // Below each other inside, because the header ends with a gap of its own.
        let inner = ui.vertical(|ui| page_header(ui, title, subtitle, actions));
        (is_back, inner.inner)
    })
    .inner
}

/// A framed part of a page, as wide as the room that is left. No title if `title` is empty.
pub fn card<R>(ui: &mut Ui, title: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = Tokens::of(ui.theme());
    Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(size::LINE, tokens.border))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::same(16))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            if !title.is_empty() {
                text::heading(ui, title);
                ui.add_space(gap::XS);
            }
            contents(ui)
        })
        .inner
}

/// A table on a surface, as wide as the page.
pub fn card_table<R>(ui: &mut Ui, table: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = Tokens::of(ui.theme());
    Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(size::LINE, tokens.border))
        .corner_radius(CornerRadius::same(radius::CARD))
        .show(ui, table)
        .inner
}

/// A part of a form under its heading and a sentence.
pub fn section<R>(
    ui: &mut Ui,
    title: &str,
    sentence: &str,
    contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::XS;
        text::heading(ui, title);
        if !sentence.is_empty() {
            text::note(ui, sentence);
        }
        ui.add_space(gap::S);
        ui.spacing_mut().item_spacing.y = gap::M;
        contents(ui)
    })
    .inner
}

/// What stands where nothing is yet. Says whether the action was pressed.
pub fn empty_state(
    ui: &mut Ui,
    icon: Icon,
    title: &str,
    sentence: &str,
    action: Option<&str>,
) -> bool {
    let tokens = Tokens::of(ui.theme());
    let mut pressed = false;
    ui.vertical_centered(|ui| {
        ui.add_space(gap::XXL);
        let (tile, _) =
            ui.allocate_exact_size(vec2(size::EMPTY_TILE, size::EMPTY_TILE), Sense::hover());
        ui.painter()
            .rect_filled(tile, radius::CARD + 6, tokens.accent.soft);
        ui.painter().text(
            tile.center(),
            egui::Align2::CENTER_CENTER,
            icon.glyph(),
            fonts::icon(type_size::ICON_LARGE),
            tokens.accent.ink,
        );
        ui.add_space(gap::S);
        let heading = ui.label(
            RichText::new(title)
                .font(fonts::semibold(type_size::HEADING))
                .color(tokens.text),
        );
        text::name_heading(ui, &heading, title);
        ui.scope(|ui| {
            ui.set_max_width(size::READABLE.min(ui.available_width()));
            ui.add(Label::new(RichText::new(text::shown(sentence)).color(tokens.muted)).wrap());
        });
        if let Some(action) = action {
            ui.add_space(gap::S);
            pressed = ui.add(Button::primary(action).icon(Icon::Add)).clicked();
        }
        ui.add_space(gap::XXL);
    });
    pressed
}

/// Grey bars where rows are being fetched. They stand still, so that waiting costs nothing.
pub fn skeleton_rows(ui: &mut Ui, rows: usize) {
    const SHARES: [f32; 4] = [0.55, 0.4, 0.62, 0.47];
    let tokens = Tokens::of(ui.theme());
    let width = ui.available_width();
    for share in SHARES.iter().cycle().take(rows) {
        let (row, _) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::hover());
        if !ui.is_rect_visible(row) {
            continue;
        }
        let bar = |left: f32, length: f32| {
            let at = row.left_center() + vec2(left * width, -6.0);
            egui::Rect::from_min_size(at, vec2(length * width, 12.0))
        };
        for bar in [
            bar(0.0, 0.3 * share * 1.6),
            bar(0.4, 0.2 * share),
            bar(0.75, 0.2 * share),
        ] {
            ui.painter().rect_filled(bar, radius::SMALL, tokens.sunken);
        }
    }
    let id = ui.scope_id().with("loading");
    let wait = ui.interact(ui.min_rect(), id, Sense::hover());
    wait.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, "Loading"));
}

/// Names at the left, values at the right, values can be selected and copied.
pub fn key_values(ui: &mut Ui, id: &str, pairs: &[(&str, &str)]) {
    let tokens = Tokens::of(ui.theme());
    ui.push_id(id, |ui| {
        for (key, value) in pairs {
            ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                let left = ui.cursor().left();
                ui.scope(|ui| {
                    ui.set_max_width(size::KEY_COLUMN);
                    text::elided(ui, key, fonts::regular(type_size::BODY), tokens.muted);
                });
                ui.add_space((left + size::KEY_COLUMN - ui.cursor().left()).max(0.0));
                let value = RichText::new(text::shown_lines(value)).color(tokens.text);
                ui.add(Label::new(value).wrap().selectable(true));
            });
        }
    });
}
