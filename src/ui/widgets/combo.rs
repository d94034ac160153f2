//! One of a fixed list that is out of sight until it is asked for.
//!
//! **Invariant:** what is opened with a key is used and left with keys, and the keyboard comes back to
//! where it was.

use egui::{
    Align2, ComboBox, Event, EventFilter, FocusDirection, Id, Key, Modifiers, Popup, Response,
    RichText, Role, Ui, WidgetInfo, accesskit,
};

use super::{field::FieldFrame, say_selected, text::shown};
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
    focus: bool,
}

impl<'a> Combo<'a> {
    pub fn new(label: &'a str) -> Self {
        Self {
            frame: FieldFrame::new(label),
            label_shown: true,
            width: None,
            focus: false,
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

    /// Takes the keyboard in this frame. Pass `true` for one frame only.
    pub fn focus(mut self, focus: bool) -> Self {
        self.focus = focus;
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
        let (width, focus) = (self.width, self.focus);
        let response = if self.label_shown {
            self.frame
                .show(ui, |ui| combo_ui(ui, label, width, current, options))
        } else {
            ui.add_enabled_ui(self.frame.enabled, |ui| {
                combo_ui(ui, label, width, current, options)
            })
            .inner
            .accessible_name(label)
        };
        if focus {
            response.request_focus();
        }
        response
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
    let width = width.unwrap_or_else(|| ui.available_width());
    let memory = ui.make_persistent_id((label, "closed"));
    let closed: Option<Id> = ui.data(|data| data.get_temp(memory)).flatten();
    let combo = ComboBox::from_id_salt(label)
        .width(width)
        .truncate()
        .selected_text(RichText::new(shown(text)).color(tokens.text))
        .icon(move |ui, rect, _, _| chevron(ui, rect));
    let shown = combo.show_ui(ui, |ui| {
        // Whoever opened it with a key goes on with keys.
        let takes_keyboard = closed.is_some_and(|id| ui.memory(|memory| memory.has_focus(id)));
        list_ui(ui, tokens, current, options, takes_keyboard)
    });
    let mut response = shown.response;
    let is_open = shown.inner.is_some();
    let closed = (!is_open).then_some(response.id);
    ui.data_mut(|data| data.insert_temp(memory, closed));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_expanded(is_open);
        node.set_has_popup(accesskit::HasPopup::Listbox);
    });
    let listed = shown.inner.unwrap_or_default();
    if listed.gives_keyboard_back {
        response.request_focus();
    } else if !is_open && opens(ui, &response) {
        Popup::open_id(ui.ctx(), Popup::default_response_id(&response));
    }
    if let Some(value) = listed.chosen {
        *current = value;
        response.mark_changed();
    }
    response
}

/// Not only Enter opens it but also the arrow to where the list will be.
fn opens(ui: &Ui, button: &Response) -> bool {
    if !button.has_focus() {
        return false;
    }
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(button.id, filter));
    let is_pressed = ui.input_mut(|input| {
        input.consume_key(Modifiers::NONE, Key::ArrowDown)
            || input.consume_key(Modifiers::ALT, Key::ArrowDown)
    });
    if is_pressed {
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    is_pressed
}

/// What happened in the open list.
struct Listed<T> {
    /// Another value than before.
    chosen: Option<T>,

    /// It was left by a key.
    gives_keyboard_back: bool,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            chosen: None,
            gives_keyboard_back: false,
        }
    }
}

/// The arrows go from one option to the next, as in every menu; a letter goes to the next option that
/// begins with it.
fn list_ui<T: PartialEq + Clone, S: AsRef<str>>(
    ui: &mut Ui,
    tokens: &Tokens,
    current: &T,
    options: &[(T, S)],
    takes_keyboard: bool,
) -> Listed<T> {
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut listed = Listed::default();
    let mut lines = Vec::new();
    for (value, text) in options {
        let is_chosen = value == current;
        let line = option_ui(ui, tokens, is_chosen, text.as_ref());
        if line.clicked() {
            listed.chosen = (!is_chosen).then(|| value.clone());
            listed.gives_keyboard_back = line.has_focus();
            ui.close();
        }
        if is_chosen && takes_keyboard {
            line.request_focus();
            line.scroll_to_me(None);
        }
        lines.push(line);
    }
    let Some(at) = lines.iter().position(Response::has_focus) else {
        let chosen = options.iter().position(|(value, _)| value == current);
        begin_with_keys(ui, lines.get(chosen.unwrap_or_default()));
        return listed;
    };
    if lines[at].gained_focus() {
        lines[at].scroll_to_me(None);
    }
    let filter = EventFilter {
        tab: true,
        escape: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(lines[at].id, filter));
    let leaves = ui.input_mut(|input| {
        input.consume_key(Modifiers::NONE, Key::Escape)
            || input.consume_key(Modifiers::NONE, Key::Tab)
            || input.consume_key(Modifiers::SHIFT, Key::Tab)
    });
    if leaves {
        listed.gives_keyboard_back = true;
        ui.close();
    } else if let Some(next) = beginning(ui, options, at) {
        lines[next].request_focus();
        lines[next].scroll_to_me(None);
    }
    listed
}

/// Of a list that was opened by a click: an arrow goes to what is chosen, Esc closes the list and
/// nothing else.
fn begin_with_keys(ui: &Ui, chosen: Option<&Response>) {
    if ui.memory(|memory| memory.focused().is_some()) {
        return;
    }
    let is_pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if is_pressed(Key::Escape) {
        ui.close();
    } else if (is_pressed(Key::ArrowDown) || is_pressed(Key::ArrowUp))
        && let Some(chosen) = chosen
    {
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        chosen.request_focus();
        chosen.scroll_to_me(None);
    }
}

/// The next option after `at` that begins with the letter that was typed.
fn beginning<T, S: AsRef<str>>(ui: &Ui, options: &[(T, S)], at: usize) -> Option<usize> {
    let typed = ui.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Text(text) => Some(text.trim().to_lowercase()),
            _ => None,
        })
    });
    let typed = typed.filter(|it| !it.is_empty())?;
    let begins = |index: &usize| {
        options[*index]
            .1
            .as_ref()
            .to_lowercase()
            .starts_with(&typed)
    };
    (at + 1..options.len()).chain(0..at).find(begins)
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
    say_selected(&response, chosen);
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
