//! Where in a long list one is. Lists go by key, so a page costs the same wherever it is.

use egui::{Key, Modifiers, Response, Ui};

use super::{
    icons::Icon,
    numbers::{counted, grouped},
    tokens::{gap, size},
    widgets::{Banner, Button, Mood, search_field, text},
};

/// How many rows a page has.
pub(super) const PAGE: usize = 100;

/// The way from the first page to the one that is shown.
#[derive(Clone, Debug)]
pub(super) struct Pages<K = String> {
    /// For each page before this one, its last key.
    before: Vec<K>,
}

impl<K> Default for Pages<K> {
    fn default() -> Self {
        Self { before: Vec::new() }
    }
}

impl<K: Clone> Pages<K> {
    /// The key after which the page begins.
    pub(super) fn after(&self) -> Option<&K> {
        self.before.last()
    }

    pub(super) fn is_first(&self) -> bool {
        self.before.is_empty()
    }

    pub(super) fn restart(&mut self) {
        self.before.clear();
    }

    /// The line below a table. `total` is said when it is known for the whole list.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        noun: &str,
        rows: usize,
        next: Option<&K>,
        total: Option<u64>,
    ) {
        ui.add_space(gap::S);
        let first = self.before.len() * PAGE + 1;
        let last = first + rows.saturating_sub(1);
        let range = format!("{} to {}", grouped(first as u64), grouped(last as u64));
        let is_all = self.is_first() && next.is_none();
        ui.horizontal(|ui| {
            let shown = match (is_all, total) {
                (true, _) => counted(rows as u64, noun),
                (false, Some(total)) => format!("{range} of {}", grouped(total)),
                (false, None) => range,
            };
            text::muted(ui, &shown);
            if is_all {
                return;
            }
            let back = Button::secondary("Previous page").icon(Icon::ChevronLeft);
            if ui.add(back.small().enabled(!self.is_first())).clicked() {
                self.before.pop();
            }
            let forth = Button::secondary("Next page").icon(Icon::ChevronRight);
            let forth = ui.add(forth.small().enabled(next.is_some()));
            if let (true, Some(next)) = (forth.clicked(), next) {
                self.before.push(next.clone());
            }
        });
    }
}

/// What a list still has to say besides its rows.
pub(super) fn cut_note(ui: &mut Ui, shown: usize) {
    ui.add_space(gap::S);
    text::muted(
        ui,
        &format!("Showing the first {shown}. Type more to narrow the search."),
    );
}

/// A search field that Ctrl+F and / jump to.
pub(super) fn search_ui(ui: &mut Ui, name: &str, hint: &str, value: &mut String) -> Response {
    search_ui_in(ui, name, hint, size::TOAST, value)
}

/// The same in a width of your own.
pub(super) fn search_ui_in(
    ui: &mut Ui,
    name: &str,
    hint: &str,
    width: f32,
    value: &mut String,
) -> Response {
    let is_free = ui.memory(|memory| memory.top_modal_layer().is_none());
    let slash = is_free
        && !ui.ctx().text_edit_focused()
        && ui.input(|input| input.key_pressed(Key::Slash) && input.modifiers.is_none());
    let find = is_free && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::F));
    let field = search_field(ui, name, hint, width, value);
    if slash || find {
        field.request_focus();
    }
    field
}

/// The store's own words about why there is nothing to show.
pub(super) fn failed_ui(ui: &mut Ui, err: &crate::store::StoreError) {
    let reason = super::sentence(err);
    Banner::new(Mood::Danger, &reason)
        .title("This list cannot be read")
        .show(ui);
}
