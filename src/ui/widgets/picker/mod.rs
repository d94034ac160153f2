//! Choosing from a list that is too long to look through: type, arrow, Enter.

mod paint;

use egui::{
    Id, Key, Modifiers, Popup, PopupCloseBehavior, Response, RichText, ScrollArea, TextEdit, Ui,
    accesskit, vec2,
};

use self::paint::{chip, entry_ui, line_ui, opener};
use super::{field::FieldFrame, say_current};
use crate::ui::{
    icons::Icon,
    tokens::{Tokens, gap, size},
};

/// One thing that can be chosen. `detail` stands behind the text in grey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<K> {
    pub key: K,
    pub text: String,
    pub detail: String,
}

impl<K> Entry<K> {
    pub fn new(key: K, text: impl Into<String>) -> Self {
        Self {
            key,
            text: text.into(),
            detail: String::new(),
        }
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// What happened in this frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    pub changed: bool,
    /// A new thing of this name is wanted.
    pub create: Option<String>,
    /// What is typed into the open list, for lists that are searched elsewhere.
    pub typed: Option<String>,
}

#[must_use = "call `show_one` or `show_many`"]
pub struct Picker<'a, K> {
    frame: FieldFrame<'a>,
    entries: &'a [Entry<K>],
    placeholder: &'a str,
    chosen_text: Option<&'a str>,
    creates: bool,
    narrowed: bool,
    focus: bool,
}

/// What an open list remembers between frames.
#[derive(Clone, Default)]
struct Typing {
    text: String,
    /// Line that Enter takes.
    line: usize,
}

impl<'a, K: Clone + PartialEq> Picker<'a, K> {
    /// `entries` hold what is chosen already, besides what can be.
    pub fn new(label: &'a str, entries: &'a [Entry<K>]) -> Self {
        Self {
            frame: FieldFrame::new(label),
            entries,
            placeholder: "Choose…",
            chosen_text: None,
            creates: false,
            narrowed: false,
            focus: false,
        }
    }

    pub fn placeholder(mut self, text: &'a str) -> Self {
        self.placeholder = text;
        self
    }

    /// What is chosen already, where the entries may lack it.
    pub fn chosen_text(mut self, text: Option<&'a str>) -> Self {
        self.chosen_text = text;
        self
    }

    /// Offers to create what was typed, if nothing has that name.
    pub fn creates(mut self) -> Self {
        self.creates = true;
        self
    }

    /// The entries already match [`Picked::typed`]: do not filter them again.
    pub fn narrowed_elsewhere(mut self) -> Self {
        self.narrowed = true;
        self
    }

    /// Takes the keyboard in this frame. Pass `true` for one frame only.
    pub fn focus(mut self, focus: bool) -> Self {
        self.focus = focus;
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

    pub fn show_one(self, ui: &mut Ui, chosen: &mut Option<K>) -> Picked {
        let mut picked = Picked::default();
        let text = chosen
            .as_ref()
            .and_then(|key| self.text_of(key))
            .or(self.chosen_text);
        let is_chosen = |key: &K| chosen.as_ref() == Some(key);
        let mut taken = None;
        self.frame.show(ui, |ui| {
            let button = opener(ui, text.unwrap_or(self.placeholder), text.is_none());
            taken = self.popup(ui, &button, &is_chosen, true, &mut picked);
            button
        });
        if let Some(key) = taken {
            picked.changed = chosen.as_ref() != Some(&key);
            *chosen = Some(key);
        }
        picked
    }

    /// Chosen things are chips that can be taken away; the list stays open while choosing.
    pub fn show_many(self, ui: &mut Ui, chosen: &mut Vec<K>) -> Picked {
        let mut picked = Picked::default();
        let mut taken = None;
        let mut removed = None;
        self.frame.show(ui, |ui| {
            let button = opener(ui, self.placeholder, true);
            if !chosen.is_empty() {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
                    for (index, key) in chosen.iter().enumerate() {
                        let text = self.text_of(key).unwrap_or("(no longer exists)");
                        if chip(ui, index, text) {
                            removed = Some(key.clone());
                        }
                    }
                });
            }
            taken = self.popup(ui, &button, &|key| chosen.contains(key), false, &mut picked);
            button
        });
        if let Some(key) = taken {
            picked.changed = true;
            if chosen.contains(&key) {
                removed = Some(key);
            } else {
                chosen.push(key);
            }
        }
        if let Some(key) = removed {
            picked.changed = true;
            chosen.retain(|other| *other != key);
        }
        picked
    }

    fn text_of(&self, key: &K) -> Option<&str> {
        let entry = self.entries.iter().find(|entry| entry.key == *key)?;
        Some(&entry.text)
    }

    /// The list under its field. Returns what was taken from it.
    fn popup(
        &self,
        ui: &Ui,
        button: &Response,
        is_chosen: &dyn Fn(&K) -> bool,
        closes: bool,
        picked: &mut Picked,
    ) -> Option<K> {
        let popup_id = Popup::default_response_id(button);
        let memory_id = button.id.with("typing");
        if self.focus {
            button.request_focus();
        }
        if button.clicked() {
            ui.data_mut(|data| data.remove::<Typing>(memory_id));
        }
        let opening = ui.ctx().read_response(popup_id).is_none();
        // A narrow field still opens a list in which names can be read.
        let width = button.rect.width().max(size::LIST_MIN);
        let mut escaped = false;
        let shown = Popup::from_toggle_button_response(button)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .accessible_name(self.frame.label)
            .width(width)
            .gap(gap::XS)
            .show(|ui| {
                ui.set_width(width - 14.0);
                escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
                if escaped {
                    ui.close();
                }
                let mut typing = ui
                    .data(|data| data.get_temp::<Typing>(memory_id))
                    .unwrap_or_default();
                let taken = self.list(ui, &mut typing, opening, is_chosen, picked);
                picked.typed = Some(typing.text.clone());
                ui.data_mut(|data| data.insert_temp(memory_id, typing));
                taken
            });
        ui.ctx().accesskit_node_builder(button.id, |node| {
            node.set_expanded(shown.is_some());
            node.set_has_popup(accesskit::HasPopup::Listbox);
        });
        let inner = shown?.inner;
        if escaped {
            button.request_focus();
        } else if picked.create.is_some() || (inner.is_some() && closes) {
            Popup::close_id(ui.ctx(), popup_id);
            button.request_focus();
        }
        inner
    }

    fn list(
        &self,
        ui: &mut Ui,
        typing: &mut Typing,
        opening: bool,
        is_chosen: &dyn Fn(&K) -> bool,
        picked: &mut Picked,
    ) -> Option<K> {
        // The Enter that opened the list is not meant for it.
        let keys = if opening {
            Keys::default()
        } else {
            Keys::take(ui)
        };
        let search = self.search_ui(ui, typing, opening);

        let wanted = typing.text.trim();
        let lines: Vec<&Entry<K>> = self
            .entries
            .iter()
            .filter(|it| self.matches(it, wanted))
            .collect();
        let same = |entry: &&Entry<K>| entry.text.to_lowercase() == wanted.to_lowercase();
        let creates =
            self.creates && !wanted.is_empty() && !self.entries.iter().any(|it| same(&it));
        let count = lines.len() + usize::from(creates);
        typing.line = keys.move_line(typing.line.min(count.saturating_sub(1)), count);

        let mut taken = None;
        ScrollArea::vertical()
            .max_height(size::POPUP_HEIGHT)
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                for (index, entry) in lines.iter().enumerate() {
                    let current = index == typing.line;
                    let row = entry_ui(ui, entry, current, is_chosen(&entry.key));
                    if current {
                        say_current(search, &row);
                    }
                    if current && keys.moved() {
                        row.scroll_to_me(None);
                    }
                    if row.clicked() || (current && keys.enter) {
                        typing.line = index;
                        taken = Some(entry.key.clone());
                    }
                }
                if creates {
                    let current = typing.line == lines.len();
                    let text = format!("Create “{wanted}”");
                    let row = line_ui(ui, Some(Icon::Add), &text, "", current, false);
                    if current {
                        say_current(search, &row);
                    }
                    if row.clicked() || (current && keys.enter) {
                        picked.create = Some(wanted.to_owned());
                    }
                }
                if count == 0 {
                    let nothing = match (wanted.is_empty(), self.creates) {
                        (true, true) => "Nothing yet: type a name to create it",
                        (true, false) => "Nothing to choose from yet",
                        (false, _) => "Nothing matches",
                    };
                    let nothing = RichText::new(nothing).color(Tokens::of(ui.theme()).muted);
                    ui.add_sized(
                        vec2(ui.available_width(), size::CONTROL),
                        egui::Label::new(nothing),
                    );
                }
            });
        taken
    }

    fn search_ui(&self, ui: &mut Ui, typing: &mut Typing, opening: bool) -> Id {
        let tokens = Tokens::of(ui.theme());
        let search = TextEdit::singleline(&mut typing.text)
            .hint_text("Type to search")
            .prefix(Icon::Search.text(tokens.muted))
            .desired_width(ui.available_width());
        let search = ui
            .add(search)
            .accessible_name(format!("Search {}", self.frame.label));
        if opening {
            search.request_focus();
        }
        if search.changed() {
            typing.line = 0;
        }
        search.id
    }

    fn matches(&self, entry: &Entry<K>, wanted: &str) -> bool {
        let wanted = wanted.to_lowercase();
        self.narrowed
            || entry.text.to_lowercase().contains(&wanted)
            || entry.detail.to_lowercase().contains(&wanted)
    }
}

/// The keys that belong to the list, taken before the search field sees them.
#[derive(Default)]
struct Keys {
    up: bool,
    down: bool,
    enter: bool,
}

impl Keys {
    fn take(ui: &Ui) -> Self {
        ui.input_mut(|input| Self {
            up: input.consume_key(Modifiers::NONE, Key::ArrowUp),
            down: input.consume_key(Modifiers::NONE, Key::ArrowDown),
            enter: input.consume_key(Modifiers::NONE, Key::Enter),
        })
    }

    fn moved(&self) -> bool {
        self.up || self.down
    }

    fn move_line(&self, line: usize, count: usize) -> usize {
        match (self.up, self.down, count) {
            (_, _, 0) => 0,
            (true, false, _) => line.checked_sub(1).unwrap_or(count - 1),
            (false, true, _) => (line + 1) % count,
            _ => line,
        }
    }
}
