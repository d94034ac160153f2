//! The panel on the right in which one thing is edited.

use egui::{Frame, Margin, Panel, ScrollArea, Stroke, Ui};

use super::{Button, IconButton, text};
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, size, type_size},
};

/// One row of buttons with air around them.
const FOOTER: f32 = size::CONTROL + 28.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawerAnswer {
    Save,
    Cancel,
}

#[derive(Clone, Copy)]
enum Footer<'a> {
    None,
    Done,

    /// With the word on the button, and "Cancel" beside it.
    Save(&'a str),
}

#[derive(Clone, Copy)]
enum Width {
    Usual,
    Half,
}

#[must_use = "call `show`"]
pub struct Drawer<'a> {
    title: &'a str,
    icon: Option<Icon>,
    footer: Footer<'a>,
    escapes_fields: bool,
    focus: bool,
    width: Width,
    can_save: bool,
    why_not: &'a str,
}

impl<'a> Drawer<'a> {
    pub fn new(title: &'a str) -> Self {
        Self {
            title,
            icon: None,
            footer: Footer::Save("Save"),
            escapes_fields: false,
            focus: false,
            width: Width::Usual,
            can_save: true,
            why_not: "",
        }
    }

    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Another word than "Save".
    pub fn save_word(mut self, word: &'a str) -> Self {
        self.footer = Footer::Save(word);
        self
    }

    /// Only shows something: no footer.
    pub fn read_only(mut self) -> Self {
        self.footer = Footer::None;
        self
    }

    /// What is changed applies at once: there is nothing to save or cancel, only "Done", which answers
    /// [`DrawerAnswer::Save`].
    pub fn edits_in_place(mut self) -> Self {
        self.footer = Footer::Done;
        self
    }

    /// Nothing is lost that was typed: Esc closes it also while a field has the keyboard.
    pub fn escapes_fields(mut self) -> Self {
        self.escapes_fields = true;
        self
    }

    /// Shows something that needs room: half of the page, if it has so much.
    pub fn wide(mut self) -> Self {
        self.width = Width::Half;
        self
    }

    /// Its cross takes the keyboard in this frame. Pass `true` for one frame only.
    pub fn focus(mut self, focus: bool) -> Self {
        self.focus = focus;
        self
    }

    /// Greys the save button out, with the reason in its tooltip.
    pub fn can_save(mut self, can_save: bool, why_not: &'a str) -> Self {
        self.can_save = can_save;
        self.why_not = why_not;
        self
    }

    /// Takes the right side of `ui`: show it before what fills the middle.
    ///
    /// Esc cancels, unless a field, a menu or a dialog takes it.
    pub fn show(self, ui: &mut Ui, body: impl FnOnce(&mut Ui)) -> Option<DrawerAnswer> {
        let tokens = Tokens::of(ui.theme());
        // egui takes the keyboard from a field on Esc before anything is drawn: ask who had it before.
        let typing_id = ui.make_persistent_id("drawer typing");
        let was_typing = ui.data(|data| data.get_temp::<bool>(typing_id));
        let busy = was_typing.unwrap_or(false)
            || egui::Popup::is_any_open(ui.ctx())
            || ui.memory(|memory| memory.top_modal_layer().is_some());
        let mut answer = None;
        let frame = Frame::new().fill(tokens.surface);
        let (id, width, most) = match self.width {
            Width::Usual => ("drawer", size::DRAWER, size::DRAWER_MAX),
            Width::Half => {
                let half = ui.available_width() * 0.5;
                let most = size::DRAWER_WIDEST;
                ("wide drawer", half.clamp(size::DRAWER, most), most)
            }
        };
        let drawn = Panel::right(id)
            .default_size(width)
            .size_range(size::DRAWER_MIN..=most)
            .frame(frame)
            .show(ui, |ui| {
                ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                    node.set_role(egui::Role::Form);
                    node.set_label(text::shown(self.title).into_owned());
                });
                if self.header_ui(ui, tokens) {
                    answer = Some(DrawerAnswer::Cancel);
                }
                self.body_ui(ui, body);
                // After the body, because that is the order in which the Tab key goes.
                answer = match self.footer {
                    Footer::None => None,
                    Footer::Done => self.footer_ui(ui, tokens, "Done"),
                    Footer::Save(word) => self.footer_ui(ui, tokens, word),
                }
                .or(answer);
            });
        let escaped = !busy
            && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
        let pass = ui.ctx().cumulative_pass_nr();
        let width = drawn.response.rect.width();
        ui.data_mut(|data| data.insert_temp(drawn_id(), (pass, width)));
        let typing = ui.ctx().text_edit_focused()
            && !(self.escapes_fields && holds_keyboard(ui, drawn.response.rect));
        ui.data_mut(|data| data.insert_temp(typing_id, typing));
        answer.or_else(|| escaped.then_some(DrawerAnswer::Cancel))
    }

    fn body_ui(&self, ui: &mut Ui, body: impl FnOnce(&mut Ui)) {
        let mut room = ui.available_rect_before_wrap();
        if !matches!(self.footer, Footer::None) {
            room.max.y -= FOOTER;
        }
        let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(room));
        ui.shrink_clip_rect(room);
        let frame = Frame::new().inner_margin(Margin::symmetric(20, 0));
        ScrollArea::vertical()
            // What is opened next begins at its top.
            .id_salt(self.title)
            .auto_shrink(false)
            .show(&mut ui, |ui| {
                frame.show(ui, |ui| {
                    ui.add_space(gap::L);
                    ui.spacing_mut().item_spacing.y = gap::L;
                    body(ui);
                    ui.add_space(gap::L);
                });
            });
    }

    /// Says whether the cross was pressed.
    fn header_ui(&self, ui: &mut Ui, tokens: &Tokens) -> bool {
        let frame = Frame::new().inner_margin(Margin {
            left: 20,
            right: 12,
            top: 12,
            bottom: 12,
        });
        Panel::top("drawer header")
            .frame(frame)
            .resizable(false)
            .show(ui, |ui| {
                let room = egui::vec2(ui.available_width(), size::CONTROL);
                let layout = egui::Layout::right_to_left(egui::Align::Center);
                ui.allocate_ui_with_layout(room, layout, |ui| {
                    let cross = ui.add(IconButton::new(Icon::Close, "Close drawer"));
                    if self.focus {
                        cross.request_focus();
                    }
                    let closed = cross.clicked();
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        if let Some(icon) = self.icon {
                            text::picture(ui, icon.sized(type_size::HEADING, tokens.muted));
                        }
                        let font = fonts::semibold(type_size::HEADING);
                        let title = text::elided(ui, self.title, font, tokens.text);
                        text::name_heading(ui, &title, self.title);
                    });
                    closed
                })
                .inner
            })
            .inner
    }

    fn footer_ui(&self, ui: &mut Ui, tokens: &Tokens, word: &str) -> Option<DrawerAnswer> {
        let frame = Frame::new()
            .fill(tokens.surface)
            .stroke(Stroke::NONE)
            .inner_margin(Margin::symmetric(20, 14));
        Panel::bottom("drawer footer")
            .frame(frame)
            .exact_size(FOOTER)
            .resizable(false)
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    let save = Button::primary(word)
                        .enabled(self.can_save)
                        .why_not(self.why_not);
                    if ui.add(save).clicked() {
                        return Some(DrawerAnswer::Save);
                    }
                    let has_cancel = matches!(self.footer, Footer::Save(_));
                    let cancelled = has_cancel && ui.add(Button::secondary("Cancel")).clicked();
                    cancelled.then_some(DrawerAnswer::Cancel)
                })
                .inner
            })
            .inner
    }
}

/// Whether what has the keyboard lies in there.
fn holds_keyboard(ui: &Ui, rect: egui::Rect) -> bool {
    let focused = ui.memory(egui::Memory::focused);
    let widget = focused.and_then(|id| {
        // Asking for the response would take the keyboard away from what was just opened.
        ui.ctx()
            .viewport(|it| it.this_pass.widgets.get(id).copied())
    });
    widget.is_some_and(|it| rect.contains(it.rect.center()))
}

fn drawn_id() -> egui::Id {
    egui::Id::unique("drawer drawn")
}

/// How much of the right side an open drawer takes, so that toasts do not cover its buttons.
pub(super) fn width(ctx: &egui::Context) -> f32 {
    let drawn = ctx.data(|data| data.get_temp::<(u64, f32)>(drawn_id()));
    let now = ctx.cumulative_pass_nr();
    drawn.map_or(
        0.0,
        |(pass, width)| if pass + 1 >= now { width } else { 0.0 },
    )
}
