//! Dialogs in front of everything. They keep the keyboard inside, and Esc leaves them.

use egui::{Context, Frame, Id, Margin, Modal, Response, Stroke, Ui};

use super::{Button, text};
use crate::ui::{
    fonts,
    tokens::{Tokens, gap, radius, size, type_size},
};

/// A dialog with contents of your own.
#[must_use = "call `show`"]
pub struct Dialog<'a> {
    title: &'a str,
    width: f32,
}

/// What became of a dialog in this frame.
pub struct Shown<R> {
    pub inner: R,
    /// Esc was pressed.
    pub dismissed: bool,
    /// Nothing in it had the keyboard yet: give it to the first control.
    pub opening: bool,
}

impl<'a> Dialog<'a> {
    pub fn new(title: &'a str) -> Self {
        Self {
            title,
            width: size::DIALOG,
        }
    }

    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// `contents` is told whether the dialog has just opened.
    pub fn show<R>(self, ctx: &Context, contents: impl FnOnce(&mut Ui, bool) -> R) -> Shown<R> {
        let id = Id::unique(("dialog", self.title));
        let opening = ctx.read_response(id).is_none();
        let tokens = Tokens::of(ctx.theme());
        let frame = Frame::new()
            .fill(tokens.raised)
            .stroke(Stroke::new(size::LINE, tokens.border))
            .corner_radius(radius::CARD)
            .shadow(tokens.shadow_raised)
            .inner_margin(Margin::same(20));
        let popup_open = egui::Popup::is_any_open(ctx);
        let modal = Modal::new(id)
            .frame(frame)
            .backdrop_color(tokens.backdrop)
            .show(ctx, |ui| {
                ui.set_width(self.width.min(ui.ctx().content_rect().width() - 80.0));
                ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                    node.set_role(egui::Role::Dialog);
                    node.set_label(text::shown(self.title).into_owned());
                    node.set_modal();
                });
                let font = fonts::semibold(type_size::HEADING);
                let title = egui::RichText::new(text::shown(self.title))
                    .font(font)
                    .color(tokens.text);
                let title = ui.add(egui::Label::new(title).wrap());
                text::name_heading(ui, &title, self.title);
                ui.add_space(gap::XS);
                contents(ui, opening)
            });
        // Esc only: a click beside the dialog must not throw away what was typed.
        let dismissed = modal.is_top_modal
            && !popup_open
            && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
        Shown {
            inner: modal.inner,
            dismissed,
            opening,
        }
    }
}

/// How a question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Confirmed,
    Cancelled,
}

/// A question before something that matters. The button says what will happen.
#[must_use = "call `show`"]
pub struct Confirm<'a> {
    title: &'a str,
    body: &'a str,
    word: &'a str,
    danger: bool,
}

impl<'a> Confirm<'a> {
    /// `word` is on the button: "Delete", "Activate".
    pub fn new(title: &'a str, body: &'a str, word: &'a str) -> Self {
        Self {
            title,
            body,
            word,
            danger: false,
        }
    }

    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Call it every frame until it answers. Esc cancels, and Enter confirms what is no danger.
    pub fn show(self, ctx: &Context) -> Option<Answer> {
        let shown = Dialog::new(self.title).show(ctx, |ui, opening| {
            text::paragraph(ui, self.body);
            ui.add_space(gap::M);
            let (confirm, cancel) = buttons(ui, self.word, self.danger, true);
            if opening {
                // What cannot be undone needs more than one press of Enter.
                let first = if self.danger { &cancel } else { &confirm };
                first.request_focus();
            }
            if confirm.clicked() {
                Some(Answer::Confirmed)
            } else if cancel.clicked() {
                Some(Answer::Cancelled)
            } else {
                None
            }
        });
        let dismissed = shown.dismissed;
        shown
            .inner
            .or_else(|| dismissed.then_some(Answer::Cancelled))
    }
}

/// Cancel and the word, at the right, in the order in which the keyboard meets them.
pub(super) fn buttons(
    ui: &mut Ui,
    word: &str,
    danger: bool,
    enabled: bool,
) -> (Response, Response) {
    let room = egui::vec2(ui.available_width(), size::CONTROL);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        let confirm = if danger {
            Button::danger(word)
        } else {
            Button::primary(word)
        };
        let confirm = ui.add(confirm.enabled(enabled));
        let cancel = ui.add(Button::secondary("Cancel"));
        (confirm, cancel)
    })
    .inner
}
