//! Choosing from a list that is too long to look through: type, arrow, Enter.

use egui::{
    Id, Key, Modifiers, Popup, PopupCloseBehavior, Response, RichText, Role, ScrollArea, TextEdit,
    Ui, WidgetInfo, vec2,
};

use super::{combo::chevron, field::FieldFrame, focus_ring, text::shown};
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, radius, size, type_size},
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
    creates: bool,
    narrowed: bool,
}

/// What an open list remembers between frames.
#[derive(Clone, Default)]
struct Typing {
    text: String,
    /// Line that Enter takes.
    line: usize,
}

impl<'a, K: Clone + PartialEq> Picker<'a, K> {
    pub fn new(label: &'a str, entries: &'a [Entry<K>]) -> Self {
        Self {
            frame: FieldFrame::new(label),
            entries,
            placeholder: "Choose…",
            creates: false,
            narrowed: false,
        }
    }

    pub fn placeholder(mut self, text: &'a str) -> Self {
        self.placeholder = text;
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
            .unwrap_or(self.placeholder);
        let is_chosen = |key: &K| chosen.as_ref() == Some(key);
        let mut taken = None;
        self.frame.show(ui, |ui| {
            let button = opener(ui, text, chosen.is_none());
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
                    for key in chosen.iter() {
                        let text = self.text_of(key).unwrap_or("(no longer exists)");
                        if chip(ui, text) {
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
        if button.clicked() {
            ui.data_mut(|data| data.remove::<Typing>(memory_id));
        }
        let opening = ui.ctx().read_response(popup_id).is_none();
        let width = button.rect.width();
        let inner = Popup::from_toggle_button_response(button)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .accessible_name(self.frame.label)
            .width(width)
            .gap(gap::XS)
            .show(|ui| {
                ui.set_width(width - 14.0);
                let mut typing = ui
                    .data(|data| data.get_temp::<Typing>(memory_id))
                    .unwrap_or_default();
                let taken = self.list(ui, &mut typing, opening, is_chosen, picked);
                picked.typed = Some(typing.text.clone());
                ui.data_mut(|data| data.insert_temp(memory_id, typing));
                taken
            })?
            .inner;
        if picked.create.is_some() || (inner.is_some() && closes) {
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
        let keys = Keys::take(ui);
        self.search_ui(ui, typing, opening);

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
                    if row.clicked() || (current && keys.enter) {
                        picked.create = Some(wanted.to_owned());
                    }
                }
                if count == 0 {
                    let nothing =
                        RichText::new("Nothing matches").color(Tokens::of(ui.theme()).muted);
                    ui.add_sized(
                        vec2(ui.available_width(), size::CONTROL),
                        egui::Label::new(nothing),
                    );
                }
            });
        taken
    }

    fn search_ui(&self, ui: &mut Ui, typing: &mut Typing, opening: bool) {
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
    }

    fn matches(&self, entry: &Entry<K>, wanted: &str) -> bool {
        let wanted = wanted.to_lowercase();
        self.narrowed
            || entry.text.to_lowercase().contains(&wanted)
            || entry.detail.to_lowercase().contains(&wanted)
    }
}

/// The keys that belong to the list, taken before the search field sees them.
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

/// Looks like a combo box, because it is used like one.
fn opener(ui: &mut Ui, text: &str, empty: bool) -> Response {
    let tokens = Tokens::of(ui.theme());
    let ink = if empty { tokens.muted } else { tokens.text };
    let text = shown(text);
    let room = vec2(ui.available_width(), size::CONTROL);
    let button = egui::Button::new(RichText::new(text.as_ref()).color(ink))
        .right_text(RichText::new(" "))
        .truncate()
        .min_size(room);
    let response = ui.add(button);
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let mut info = WidgetInfo::new(Role::ComboBox);
        info.enabled = enabled;
        info.current_text_value = Some(text.clone().into_owned());
        info
    });
    let side = vec2(type_size::ICON, type_size::ICON);
    let at = response.rect.right_center() - vec2(gap::L + 4.0, 0.0);
    chevron(ui, egui::Rect::from_center_size(at, side));
    response
}

fn entry_ui<K>(ui: &mut Ui, entry: &Entry<K>, current: bool, chosen: bool) -> Response {
    let icon = chosen.then_some(Icon::Check);
    line_ui(ui, icon, &entry.text, &entry.detail, current, chosen)
}

/// One line of the list; `current` is the one that Enter takes.
fn line_ui(
    ui: &mut Ui,
    icon: Option<Icon>,
    text: &str,
    detail: &str,
    current: bool,
    chosen: bool,
) -> Response {
    let tokens = Tokens::of(ui.theme());
    let (text, detail) = (shown(text), shown(detail));
    let room = vec2(ui.available_width(), size::CONTROL);
    // Not a stop of the Tab key: the keyboard stays in the search field.
    let (rect, response) = ui.allocate_exact_size(room, egui::Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &text));
    if current || response.hovered() {
        let fill = if current {
            tokens.selection
        } else {
            tokens.sunken
        };
        ui.painter().rect_filled(rect, radius::SMALL, fill);
    }
    if let Some(icon) = icon {
        ui.painter().text(
            rect.left_center() + vec2(gap::L, 0.0),
            egui::Align2::CENTER_CENTER,
            icon.glyph(),
            fonts::icon(type_size::BODY),
            tokens.accent.ink,
        );
    }
    let inside = rect
        .with_min_x(rect.left() + 28.0)
        .with_max_x(rect.right() - gap::S);
    let mut line = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(inside)
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    super::text::elided(
        &mut line,
        &text,
        fonts::regular(type_size::BODY),
        tokens.text,
    );
    if !detail.is_empty() {
        super::text::elided(
            &mut line,
            &detail,
            fonts::regular(type_size::SMALL),
            tokens.muted,
        );
    }
    response
}

/// A chosen thing. Says whether its cross was pressed.
fn chip(ui: &mut Ui, text: &str) -> bool {
    let tokens = Tokens::of(ui.theme());
    let text = shown(text);
    let most = ui.available_size_before_wrap().x.max(120.0) - 44.0;
    let mut job = egui::text::LayoutJob::simple_singleline(
        text.clone().into_owned(),
        fonts::regular(type_size::SMALL + 1.0),
        tokens.text,
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width(most.min(size::DRAWER_MIN - 80.0));
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let room = vec2(galley.size().x + 36.0, size::CONTROL_SMALL);
    let (rect, _) = ui.allocate_exact_size(room, egui::Sense::hover());
    ui.painter()
        .rect_filled(rect, radius::CONTROL, tokens.neutral.soft);
    let at = egui::pos2(rect.left() + 10.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, tokens.text);

    let cross =
        egui::Rect::from_center_size(rect.right_center() - vec2(14.0, 0.0), vec2(20.0, 20.0));
    let id: Id = ui.scope_id().with(("chip", text.as_ref()));
    let response = ui.interact(cross, id, egui::Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, ui.is_enabled(), format!("Remove {text}"))
    });
    let ink = if response.hovered() || response.has_focus() {
        tokens.danger.ink
    } else {
        tokens.muted
    };
    ui.painter().text(
        cross.center(),
        egui::Align2::CENTER_CENTER,
        Icon::Close.glyph(),
        fonts::icon(type_size::BODY),
        ink,
    );
    if response.has_focus() {
        focus_ring(ui, cross, radius::SMALL);
    }
    response.clicked()
}
