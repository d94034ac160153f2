//! Text fields with their label above, and help or an error below.

use egui::{Id, Key, Label, Response, RichText, TextEdit, Ui, accesskit, vec2};

use super::{IconButton, text};
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, size, type_size},
};

/// A labelled text field.
#[must_use = "call `show`"]
pub struct TextField<'a> {
    frame: FieldFrame<'a>,
    hint: &'a str,
    id: Option<Id>,
    password: bool,
    lines: usize,
    focus: bool,
    limit: Option<usize>,
    monospace: bool,
}

impl<'a> TextField<'a> {
    pub fn new(label: &'a str) -> Self {
        Self {
            frame: FieldFrame::new(label),
            hint: "",
            id: None,
            password: false,
            lines: 1,
            focus: false,
            limit: None,
            monospace: false,
        }
    }

    /// An example of what to type, in the empty field.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    pub fn help(mut self, help: &'a str) -> Self {
        self.frame.help = Some(help);
        self
    }

    /// What is wrong with the text, instead of the help.
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

    pub fn password(mut self) -> Self {
        self.password = true;
        self
    }

    /// Several lines of text.
    pub fn lines(mut self, lines: usize) -> Self {
        self.lines = lines;
        self
    }

    pub fn monospace(mut self) -> Self {
        self.monospace = true;
        self
    }

    /// At most this many characters can be typed.
    pub fn limit(mut self, characters: usize) -> Self {
        self.limit = Some(characters);
        self
    }

    /// Takes the keyboard in this frame. Pass `true` for one frame only.
    pub fn focus(mut self, focus: bool) -> Self {
        self.focus = focus;
        self
    }

    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    pub fn show(self, ui: &mut Ui, value: &mut String) -> Response {
        let Self {
            hint,
            password,
            lines,
            focus,
            limit,
            monospace,
            ..
        } = self;
        let id = self
            .id
            .unwrap_or_else(|| ui.make_persistent_id(self.frame.label));
        self.frame.show(ui, |ui| {
            let edit = if lines > 1 {
                TextEdit::multiline(value).desired_rows(lines)
            } else {
                TextEdit::singleline(value).align(egui::Align2::LEFT_CENTER)
            };
            let mut edit = edit
                .id(id)
                .hint_text(RichText::new(hint))
                .min_size(vec2(0.0, size::CONTROL))
                .desired_width(f32::INFINITY);
            if let Some(limit) = limit {
                edit = edit.char_limit(limit);
            }
            if monospace {
                edit = edit.font(egui::TextStyle::Monospace);
            }
            if focus && !ui.input(|input| input.key_pressed(Key::Enter)) {
                // Before it is drawn: it shall have what is typed in this very frame. The Enter that
                // made it appear would be taken for the end of the text, though.
                ui.memory_mut(|memory| memory.request_focus(id));
            }
            let response = if password {
                password_edit(ui, id, edit)
            } else {
                ui.add(edit)
            };
            if focus {
                response.request_focus();
            }
            response
        })
    }
}

/// With an eye that shows what was typed.
fn password_edit(ui: &mut Ui, id: Id, edit: TextEdit<'_>) -> Response {
    let shown_id = id.with("shown");
    let mut shown = ui
        .data(|data| data.get_temp::<bool>(shown_id))
        .unwrap_or(false);
    let room = vec2(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(
        room,
        egui::Layout::right_to_left(egui::Align::Center),
        |ui| {
            let (icon, name) = if shown {
                (Icon::Hide, "Hide password")
            } else {
                (Icon::Preview, "Show password")
            };
            if ui.add(IconButton::new(icon, name)).clicked() {
                shown = !shown;
                ui.data_mut(|data| data.insert_temp(shown_id, shown));
            }
            ui.add(edit.password(!shown).desired_width(ui.available_width()))
        },
    )
    .inner
}

/// Label above, control, help or error below; tied together for assistive technology.
pub(super) struct FieldFrame<'a> {
    pub(super) label: &'a str,
    pub(super) help: Option<&'a str>,
    pub(super) error: Option<&'a str>,
    pub(super) required: bool,
    pub(super) enabled: bool,
}

impl<'a> FieldFrame<'a> {
    pub(super) fn new(label: &'a str) -> Self {
        Self {
            label,
            help: None,
            error: None,
            required: false,
            enabled: true,
        }
    }

    pub(super) fn show(&self, ui: &mut Ui, control: impl FnOnce(&mut Ui) -> Response) -> Response {
        let tokens = Tokens::of(ui.theme());
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            let label = self.label_ui(ui, tokens);
            let before = ui.style().clone();
            if self.error.is_some() {
                let widgets = &mut ui.style_mut().visuals.widgets;
                for state in [
                    &mut widgets.inactive,
                    &mut widgets.hovered,
                    &mut widgets.open,
                ] {
                    state.bg_stroke.color = tokens.danger.ink;
                }
            }
            let response = ui.add_enabled_ui(self.enabled, control).inner;
            ui.set_style(before);
            let response = response.labelled_by(label.id);
            self.below_ui(ui, tokens, &response);
            response
        })
        .inner
    }

    fn label_ui(&self, ui: &mut Ui, tokens: &Tokens) -> Response {
        let font = fonts::semibold(type_size::LABEL);
        let spacing = ui.spacing().clone();
        ui.spacing_mut().interact_size.y = 0.0;
        ui.spacing_mut().item_spacing.x = 3.0;
        let label = ui
            .horizontal(|ui| {
                let label = text::elided(ui, self.label, font.clone(), tokens.text);
                if self.required {
                    ui.label(RichText::new("*").font(font).color(tokens.danger.ink))
                        .on_hover_text("Required");
                }
                label
            })
            .inner;
        *ui.spacing_mut() = spacing;
        label
    }

    fn below_ui(&self, ui: &mut Ui, tokens: &Tokens, control: &Response) {
        let required = self.required;
        ui.ctx().accesskit_node_builder(control.id, |node| {
            if required {
                node.set_required();
            }
        });
        if let Some(error) = self.error {
            let below = ui
                .horizontal_top(|ui| {
                    ui.spacing_mut().interact_size.y = 0.0;
                    ui.spacing_mut().item_spacing.x = gap::XS;
                    text::picture(
                        ui,
                        Icon::Error.sized(type_size::SMALL + 2.0, tokens.danger.ink),
                    );
                    let error = RichText::new(text::shown_lines(error))
                        .font(fonts::regular(type_size::SMALL))
                        .color(tokens.danger.ink);
                    ui.add(Label::new(error).wrap())
                })
                .inner;
            ui.ctx().accesskit_node_builder(below.id, |node| {
                node.set_live(accesskit::Live::Assertive);
            });
            ui.ctx().accesskit_node_builder(control.id, |node| {
                node.set_invalid(accesskit::Invalid::True);
                node.set_error_message(below.id.accesskit_id());
            });
        } else if let Some(help) = self.help {
            let below = text::note(ui, help);
            ui.ctx().accesskit_node_builder(control.id, |node| {
                node.set_described_by(vec![below.id.accesskit_id()]);
            });
        }
    }
}

/// A field with a magnifier and, once something is typed, a cross. Esc empties it.
///
/// `changed()` of the response is also true when it was emptied.
pub fn search_field(
    ui: &mut Ui,
    name: &str,
    hint: &str,
    width: f32,
    value: &mut String,
) -> Response {
    let tokens = Tokens::of(ui.theme());
    let id = ui.make_persistent_id(name);
    let width = width.min(ui.available_width());
    let had_text = !value.is_empty();
    // Room for the cross, which lies inside the frame of the field.
    let margin = egui::Margin {
        left: 12,
        right: if had_text { 32 } else { 12 },
        top: 6,
        bottom: 6,
    };
    let edit = TextEdit::singleline(value)
        .id(id)
        .hint_text(RichText::new(hint))
        .margin(margin)
        .prefix(Icon::Search.text(tokens.muted))
        // As high as the buttons and lists beside it.
        .min_size(vec2(0.0, size::CONTROL))
        .align(egui::Align2::LEFT_CENTER)
        .desired_width(width);
    let mut response = ui.add(edit).accessible_name(name);
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(egui::Role::SearchInput);
    });
    if had_text {
        let center = response.rect.right_center() - vec2(18.0, 0.0);
        let rect =
            egui::Rect::from_center_size(center, vec2(size::CONTROL_SMALL, size::CONTROL_SMALL));
        // A child of its own, so that the cross takes no room in the row.
        let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(rect));
        let clear = inside.put(rect, IconButton::new(Icon::Close, "Clear search").small());
        let escaped = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
        if clear.clicked() || escaped {
            value.clear();
            response.mark_changed();
            response.request_focus();
        }
    }
    response
}
