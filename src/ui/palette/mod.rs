//! The command palette: every command and every workflow, found by typing.
//!
//! It takes its keys before the screen behind it sees them. **Invariant:** nothing is done before the
//! palette has gone and the keyboard is back where it was, so that a command means what it meant
//! there.

mod found;
mod lines;
mod matching;
mod paint;
mod recent;

use egui::{
    Align2, Context, Frame, Id, Key, Margin, Modal, Modifiers, ScrollArea, Stroke, TextEdit, Ui,
    vec2,
};

pub(super) use self::lines::Choice;
use self::{
    found::Found,
    lines::{Group, Line, Source},
    matching::Wanted,
    recent::Recent,
};
use super::{
    Ctx,
    front::Front,
    icons::Icon,
    loaded::Loaded,
    menu::MenuCommand,
    route::Route,
    tokens::{Tokens, gap, radius, size},
    widgets::text,
};
use crate::model::id::VersionId;

/// Nobody looks for more letters than this.
const LONGEST: usize = 200;

/// Lines that PageUp and PageDown skip.
const PAGE: usize = 8;

#[derive(Default)]
pub(super) struct Palette {
    front: Front,
    typed: String,

    /// The line that the arrows went to; without one, Enter takes the first.
    current: Option<Choice>,
    keys: Keys,

    /// Enter was pressed before the first answer was here.
    is_eager: bool,
    found: Loaded<(String, Vec<VersionId>), Found>,

    /// Chosen, and to be done once the palette has gone.
    chosen: Option<Choice>,
}

/// What is listed in this frame.
struct List<'a> {
    groups: &'a [Group],

    /// What Enter takes.
    current: Option<Choice>,

    /// Workflows that match too, but are not listed.
    more: usize,

    /// It answers what is typed.
    is_complete: bool,
}

/// Pressed in this frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Keys {
    step: Option<Step>,
    enter: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Back(usize),
    On(usize),
    First,
    Last,
}

impl Palette {
    pub(super) fn is_open(&self) -> bool {
        self.front.is_open()
    }

    pub(super) fn open(&mut self, egui: &Context) {
        self.front.open(egui);
        self.typed.clear();
        self.current = None;
        // The Enter that has closed it last time is not meant for it now.
        self.keys = Keys::default();
        self.is_eager = false;
        self.chosen = None;
    }

    /// Before anything is drawn: the keys that are meant for it.
    pub(super) fn take_keys(&mut self, egui: &Context) {
        self.keys = Keys::default();
        if !self.is_open() {
            return;
        }
        let (keys, leaves) = egui.input_mut(|input| {
            let leaves = input.consume_key(Modifiers::NONE, Key::Escape)
                || MenuCommand::Palette.takes(input);
            (Keys::take(input), leaves)
        });
        self.keys = keys;
        if leaves {
            self.front.close(egui);
        }
    }

    /// After the screen behind it. Returns what is to be done from the next frame on.
    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, here: Route) -> Option<Choice> {
        if !self.is_open() {
            let is_gone = self.front.end(ctx.egui);
            let chosen = self.chosen.take_if(|_| is_gone)?;
            if let Choice::Command(command) = chosen {
                Recent::used(ctx.egui, command);
            }
            return Some(chosen);
        }
        let recent = Recent::read(ctx.egui);
        let wanted = Wanted::new(&self.typed);
        let is_complete = self.find(ctx, &recent);
        let nothing = Found::default();
        let found = self.found.value().unwrap_or(&nothing);
        let source = Source {
            offers: &ctx.wishes.offers,
            recent: &recent,
            found,
            here,
        };
        let groups = source.groups(&wanted);
        let more = if wanted.is_empty() { 0 } else { found.more };
        let lines: Vec<&Line> = groups.iter().flat_map(|it| &it.lines).collect();
        let current = lines.get(self.keys.line(&lines, self.current)).copied();
        if self.keys.step.is_some() {
            self.current = current.map(|it| it.choice);
        }
        self.is_eager |= self.keys.enter && lines.is_empty();
        let enters = self.keys.enter || (self.is_eager && is_complete);
        let entered = current.filter(|_| enters).cloned();
        self.is_eager &= !is_complete;
        let shown = List {
            groups: &groups,
            current: current.map(|it| it.choice),
            more,
            is_complete,
        };
        let clicked = self.modal(ctx.egui, &shown);
        let chosen = entered.or(clicked);
        let chosen = chosen.filter(|it| it.refusal.is_none());
        if let Some(line) = chosen {
            self.chosen = Some(line.choice);
            self.front.close(ctx.egui);
        }
        None
    }

    /// Looks for workflows in the background. Says whether what was found answers what is typed.
    fn find(&mut self, ctx: &Ctx<'_>, recent: &Recent) -> bool {
        let key = (self.typed.trim().to_owned(), recent.versions.clone());
        let (typed, versions) = key.clone();
        self.found.get(ctx, &key, move |store| {
            found::read(store, &typed, &versions)
        });
        self.found.is_for(&key)
    }

    /// Returns the line that was clicked.
    fn modal(&mut self, egui: &Context, list: &List<'_>) -> Option<Line> {
        let tokens = Tokens::of(egui.theme());
        let room = egui.content_rect().size();
        let top = (room.y * 0.12).min(size::PALETTE_TOP);
        let frame = Frame::new()
            .fill(tokens.raised)
            .stroke(Stroke::new(size::LINE, tokens.border))
            .corner_radius(radius::CARD)
            .shadow(tokens.shadow_raised)
            .inner_margin(Margin::same(12));
        let id = Id::unique("command palette");
        let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, top));
        let shown = Modal::new(id)
            .area(area)
            .frame(frame)
            .backdrop_color(tokens.backdrop)
            .show(egui, |ui| {
                ui.set_width(size::PALETTE.min(room.x - 2.0 * gap::XXL));
                ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                    node.set_role(egui::Role::Dialog);
                    node.set_label("Command palette");
                    node.set_modal();
                });
                let search = self.search_ui(ui);
                ui.add_space(gap::XS);
                let rest = room.y - 2.0 * top - 3.0 * size::CONTROL - 2.0 * gap::L;
                let height = rest.clamp(2.0 * size::CONTROL, size::PALETTE_LIST);
                let (clicked, option) = self.list_ui(ui, list, height);
                if let Some(option) = option {
                    ui.ctx().accesskit_node_builder(search, |node| {
                        node.set_active_descendant(option.accesskit_id());
                    });
                }
                self.below_ui(ui, list);
                clicked
            });
        if shown.backdrop_response.clicked() {
            self.front.close(egui);
        }
        shown.inner
    }

    fn search_ui(&mut self, ui: &mut Ui) -> Id {
        let tokens = Tokens::of(ui.theme());
        let edit = TextEdit::singleline(&mut self.typed)
            .hint_text("Search commands and workflows")
            .char_limit(LONGEST)
            .margin(Margin::symmetric(12, 8))
            .prefix(Icon::Search.text(tokens.muted))
            .desired_width(f32::INFINITY);
        let edit = ui
            .add(edit)
            .accessible_name("Search commands and workflows");
        ui.ctx().accesskit_node_builder(edit.id, |node| {
            node.set_role(egui::Role::SearchInput);
        });
        // The keyboard stays here whatever is clicked.
        if !edit.has_focus() {
            edit.request_focus();
        }
        if edit.changed() {
            self.current = None;
        }
        edit.id
    }

    /// Returns the line that was clicked, and the widget of the one that Enter takes.
    fn list_ui(&self, ui: &mut Ui, shown: &List<'_>, height: f32) -> (Option<Line>, Option<Id>) {
        let (mut clicked, mut option) = (None, None);
        let list = ScrollArea::vertical()
            .id_salt("palette")
            .max_height(height)
            .min_scrolled_height(height)
            .auto_shrink([false, true]);
        list.show(ui, |ui| {
            ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(egui::Role::ListBox);
                node.set_label("Commands and workflows");
            });
            ui.spacing_mut().item_spacing.y = 2.0;
            let first = shown.groups.first().and_then(|it| it.lines.first());
            for group in shown.groups {
                if !group.heading.is_empty() {
                    paint::heading_ui(ui, group.heading);
                }
                for line in &group.lines {
                    let is_current = shown.current == Some(line.choice);
                    let response = paint::line_ui(ui, line, is_current);
                    if is_current {
                        option = Some(response.id);
                        // With its heading, if it is the first.
                        match self.keys.step {
                            Some(_) if first == Some(line) => {
                                ui.scroll_to_rect(ui.min_rect(), Some(egui::Align::Min));
                            }
                            Some(_) => response.scroll_to_me(None),
                            None => (),
                        }
                    }
                    if response.clicked() {
                        clicked = Some(line.clone());
                    }
                }
            }
        });
        (clicked, option)
    }

    /// What there is besides the lines, and how to use them.
    fn below_ui(&self, ui: &mut Ui, shown: &List<'_>) {
        let is_empty = shown.groups.is_empty();
        if is_empty && shown.is_complete {
            let nothing = format!("No command and no workflow holds “{}”", self.typed.trim());
            let said = text::muted(ui, &nothing);
            ui.ctx().accesskit_node_builder(said.id, |node| {
                node.set_live(egui::accesskit::Live::Polite);
            });
        } else if is_empty {
            text::muted(ui, "Searching…");
        }
        ui.add_space(gap::XS);
        let hint = "Arrows choose, Enter runs, Esc closes";
        let hint = match shown.more {
            0 => hint.to_owned(),
            1 => format!("1 more workflow: type more of its name. {hint}"),
            more => format!("{more} more workflows: type more of the name. {hint}"),
        };
        text::note(ui, &hint);
    }
}

impl Keys {
    fn take(input: &mut egui::InputState) -> Self {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        let steps = [
            (Key::ArrowUp, Step::Back(1)),
            (Key::ArrowDown, Step::On(1)),
            (Key::PageUp, Step::Back(PAGE)),
            (Key::PageDown, Step::On(PAGE)),
            (Key::Home, Step::First),
            (Key::End, Step::Last),
        ];
        let step = steps.into_iter().find(|(key, _)| pressed(*key));
        Self {
            step: step.map(|(_, step)| step),
            enter: pressed(Key::Enter),
        }
    }

    /// The line that Enter takes after the keys of this frame.
    fn line(self, lines: &[&Line], current: Option<Choice>) -> usize {
        let now = lines.iter().position(|it| Some(it.choice) == current);
        let now = now.unwrap_or(0);
        let last = lines.len().saturating_sub(1);
        match self.step {
            None => now,
            Some(Step::First) => 0,
            Some(Step::Last) => last,
            // One step goes round, a page stops at the end.
            Some(Step::Back(1)) => now.checked_sub(1).unwrap_or(last),
            Some(Step::On(1)) if now == last => 0,
            Some(Step::Back(by)) => now.saturating_sub(by),
            Some(Step::On(by)) => (now + by).min(last),
        }
    }
}

/// Notes that a version was opened on the canvas.
pub(super) fn opened(egui: &Context, version: VersionId) {
    Recent::opened(egui, version);
}
