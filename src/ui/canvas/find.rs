//! Search on the canvas: the bar, what it finds, and which blocks are marked.
//!
//! **Invariant:** matches are in reading order, and the current one is one of them.

use std::collections::{BTreeMap, BTreeSet};

use egui::{
    EventFilter, Frame, Id, Key, Margin, Modifiers, Rect, RichText, Role, Sense, Stroke, TextEdit,
    Ui, UiBuilder, accesskit, pos2, vec2,
};

use super::{Canvas, act::Act, draft::Draft};
use crate::{
    model::{
        condition::Condition,
        definition::{Node, NodeId, NodeKind},
        text::fold_accents,
    },
    ui::{
        fonts,
        icons::Icon,
        tokens::{Tokens, gap, radius, size, type_size},
        widgets::{IconButton, text::shown},
    },
};

/// More than anyone types, and little enough to be looked for as it is typed.
const MAX_TYPED: usize = 200;
const WIDTH: f32 = 460.0;

/// Below this width the buttons stand under the field.
const NARROW: f32 = 330.0;
const COUNT_WIDTH: f32 = 84.0;

/// What the search is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seek {
    Open,
    Next,
    Previous,
    Close,
}

/// How a block stands out while something is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing is looked for.
    None,

    /// It does not match, while others do.
    Passed,
    Found,
    Current,
}

#[derive(Default)]
pub(super) struct Finder {
    is_open: bool,
    takes_keyboard: bool,
    typed: String,

    /// What each block says, folded, and the draft that said so.
    words: BTreeMap<NodeId, String>,
    read: Option<u64>,

    /// What the matches were looked for with.
    sought: String,
    matches: Vec<NodeId>,
    found: BTreeSet<NodeId>,
    current: Option<NodeId>,

    /// From here on the first match is looked for.
    origin: Option<NodeId>,

    /// Where the bar was in the last frame.
    rect: Option<Rect>,
}

impl Finder {
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(super) fn mark(&self, id: NodeId) -> Mark {
        if !self.is_open || self.matches.is_empty() {
            Mark::None
        } else if self.current == Some(id) {
            Mark::Current
        } else if self.found.contains(&id) {
            Mark::Found
        } else {
            Mark::Passed
        }
    }

    /// What matches, while the bar is open.
    pub(super) fn matches(&self) -> &[NodeId] {
        if self.is_open { &self.matches } else { &[] }
    }

    /// How much of the top of the canvas the bar covers.
    pub(super) fn covers(&self) -> f32 {
        match self.rect {
            Some(rect) if self.is_open => rect.height() + gap::M,
            _ => 0.0,
        }
    }

    fn open(&mut self, origin: Option<NodeId>) {
        if !self.is_open {
            self.origin = origin;
            self.current = None;
            self.sought.clear();
        }
        self.is_open = true;
        self.takes_keyboard = true;
    }

    /// Looks again if the draft or the words are others. Says whether the current match is another.
    fn refresh(&mut self, draft: &Draft) -> bool {
        let is_read = self.read == Some(draft.revision());
        if is_read && self.sought == self.typed {
            return false;
        }
        if !is_read {
            let definition = draft.definition();
            let read = |(id, node): (NodeId, &Node)| (id, words(node));
            self.words = definition.nodes().map(read).collect();
            self.read = Some(draft.revision());
        }
        self.sought.clone_from(&self.typed);
        let order = &draft.drawing().order;
        self.matches = matches(order, &self.words, &self.typed);
        self.found = self.matches.iter().copied().collect();
        let before = self.current;
        if !before.is_some_and(|id| self.found.contains(&id)) {
            self.current = first_from(order, &self.found, before.or(self.origin));
        }
        self.current != before
    }

    fn step(&mut self, is_forward: bool) {
        let count = self.matches.len();
        let here = self.matches.iter().position(|id| self.current == Some(*id));
        let next = match here {
            _ if count == 0 => return,
            Some(at) if is_forward => (at + 1) % count,
            Some(at) => at.checked_sub(1).unwrap_or(count - 1),
            None => 0,
        };
        self.current = self.matches.get(next).copied();
    }

    /// "3 of 12"; nothing as long as nothing is looked for.
    fn count(&self) -> String {
        if self.typed.trim().is_empty() {
            return String::new();
        }
        let place = self.matches.iter().position(|id| self.current == Some(*id));
        match place {
            Some(at) => format!("{} of {}", at + 1, self.matches.len()),
            None => "No matches".to_owned(),
        }
    }

    /// At the top of `screen`, on the right.
    pub(super) fn bar(&mut self, ui: &mut Ui, screen: Rect, draft: &Draft) -> Vec<Act> {
        if !self.is_open {
            return Vec::new();
        }
        let tokens = Tokens::of(ui.theme());
        let width = WIDTH.min(screen.width() - 2.0 * gap::M).max(60.0);
        let left = screen.right() - gap::M - width;
        let area = Rect::from_min_max(
            pos2(left, screen.top() + gap::M),
            screen.right_bottom() - vec2(gap::M, 0.0),
        );
        if let Some(rect) = self.rect {
            // The blocks below it must not see clicks that miss a button.
            let sense = Sense::CLICK | Sense::DRAG;
            ui.interact(rect, ui.scope_id().with("find bar"), sense);
        }
        let mut acts = Vec::new();
        let shown = ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
            let frame = Frame::new()
                .fill(tokens.raised)
                .stroke(Stroke::new(size::LINE, tokens.border))
                .corner_radius(radius::CARD)
                .shadow(tokens.shadow_raised)
                .inner_margin(Margin::same(4));
            let bar = frame.show(ui, |ui| acts = self.contents(ui, draft, width - 8.0));
            ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(Role::Search);
                node.set_label("Find on the canvas");
            });
            bar.response.rect
        });
        self.rect = Some(shown.inner);
        acts
    }

    fn contents(&mut self, ui: &mut Ui, draft: &Draft, width: f32) -> Vec<Act> {
        ui.spacing_mut().item_spacing = vec2(2.0, gap::XS);
        ui.set_width(width);
        let buttons = 3.0 * (size::CONTROL + 2.0);
        let is_narrow = width < NARROW;
        let room = if is_narrow {
            width
        } else {
            width - buttons - COUNT_WIDTH - gap::S
        };
        let mut acts = Vec::new();
        if is_narrow {
            acts.extend(self.field(ui, draft, room));
            ui.horizontal_wrapped(|ui| acts.extend(self.steps(ui, draft)));
        } else {
            ui.horizontal(|ui| {
                acts.extend(self.field(ui, draft, room));
                acts.extend(self.steps(ui, draft));
            });
        }
        acts
    }

    fn field(&mut self, ui: &mut Ui, draft: &Draft, width: f32) -> Vec<Act> {
        let tokens = Tokens::of(ui.theme());
        let id = field_id(ui);
        let mut acts = Vec::new();
        if ui.memory(|memory| memory.has_focus(id)) {
            acts.extend(keys(ui));
        }
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: true,
            tab: false,
        };
        if std::mem::take(&mut self.takes_keyboard) {
            // Before the field is drawn: it shall have what is typed in this very frame.
            ui.memory_mut(|memory| memory.request_focus(id));
            select_all(ui, id, self.typed.chars().count());
        }
        let edit = TextEdit::singleline(&mut self.typed)
            .id(id)
            .event_filter(filter)
            .char_limit(MAX_TYPED)
            .hint_text("Find on the canvas")
            .prefix(Icon::Search.text(tokens.muted))
            .desired_width(width);
        let field = ui
            .add_sized(vec2(width, size::CONTROL), edit)
            .accessible_name("Find on the canvas");
        ui.ctx().accesskit_node_builder(field.id, |node| {
            node.set_role(Role::SearchInput);
        });
        if self.refresh(draft)
            && let Some(node) = self.current
        {
            acts.extend([Act::Select(node), Act::Reveal(node)]);
        }
        acts
    }

    /// How many there are, and the buttons.
    fn steps(&self, ui: &mut Ui, draft: &Draft) -> Vec<Act> {
        let tokens = Tokens::of(ui.theme());
        let count = self.count();
        let is_missing = self.matches.is_empty();
        let color = if is_missing {
            tokens.danger.ink
        } else {
            tokens.muted
        };
        let font = fonts::regular(type_size::SMALL);
        let text = RichText::new(&count).font(font).color(color);
        let label = egui::Label::new(text).halign(egui::Align::Center);
        let label = ui.add_sized(vec2(COUNT_WIDTH, size::CONTROL), label);
        let title = self.current.and_then(|id| draft.definition().node(id));
        let said = title.map_or_else(
            || count.clone(),
            |node| format!("{count}: {}", shown(node.title())),
        );
        ui.ctx().accesskit_node_builder(label.id, |node| {
            node.set_role(Role::Status);
            node.set_label(said.clone());
            node.set_value(said);
            node.set_live(accesskit::Live::Polite);
        });
        let mut acts = Vec::new();
        let buttons = [
            (
                Icon::ChevronUp,
                "Previous match",
                Seek::Previous,
                !is_missing,
            ),
            (Icon::ChevronDown, "Next match", Seek::Next, !is_missing),
            (Icon::Close, "Close search", Seek::Close, true),
        ];
        for (icon, name, seek, is_enabled) in buttons {
            let button = IconButton::new(icon, name).enabled(is_enabled);
            if ui.add(button).clicked() {
                acts.push(Act::Seek(seek));
            }
        }
        acts
    }
}

impl Canvas {
    pub(super) fn seek(&mut self, seek: Seek) {
        let selected = self.selection.nodes.first().copied();
        match seek {
            Seek::Close => self.stop_seeking(),
            Seek::Open => self.finder.open(selected),
            // Nothing to go on with yet: ask what to look for.
            Seek::Next | Seek::Previous if self.finder.typed.trim().is_empty() => {
                self.finder.open(selected);
            }
            Seek::Next | Seek::Previous => {
                if !self.finder.is_open {
                    self.finder.is_open = true;
                    self.finder.current = selected;
                }
                self.finder.refresh(&self.draft);
                self.finder.step(seek == Seek::Next);
                if let Some(node) = self.finder.current {
                    self.select(node);
                    self.reveal = Some(node);
                }
            }
        }
    }

    /// The keyboard goes to what was found.
    fn stop_seeking(&mut self) {
        self.finder.is_open = false;
        let found = self.finder.current.take();
        let selected = self.selection.nodes.first().copied();
        let node = found.or(selected);
        if let Some(node) = node.filter(|id| self.draft.definition().node(*id).is_some()) {
            self.show(node);
        }
    }
}

fn field_id(ui: &Ui) -> Id {
    ui.make_persistent_id("find field")
}

/// Enter goes on, with Shift back; Esc ends. The shortcuts of the commands work as everywhere.
fn keys(ui: &Ui) -> Option<Act> {
    let seek = ui.input_mut(|input| {
        let mut take = |modifiers, key| input.consume_key(modifiers, key);
        if take(Modifiers::SHIFT, Key::Enter) {
            Some(Seek::Previous)
        } else if take(Modifiers::NONE, Key::Enter) {
            Some(Seek::Next)
        } else if take(Modifiers::NONE, Key::Escape) {
            Some(Seek::Close)
        } else {
            None
        }
    });
    seek.map(Act::Seek)
}

/// So that typing replaces what was looked for before.
fn select_all(ui: &Ui, field: Id, length: usize) {
    use egui::text::{CCursor, CCursorRange};
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), field).unwrap_or_default();
    let all = CCursorRange::two(CCursor::new(0), CCursor::new(length));
    state.cursor.set_char_range(Some(all));
    state.store(ui.ctx(), field);
}

/// Those that hold every one of the words, in reading order.
fn matches(order: &[NodeId], words: &BTreeMap<NodeId, String>, typed: &str) -> Vec<NodeId> {
    let wanted = fold_accents(typed).into_owned();
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let holds = |id: &&NodeId| {
        let text = words.get(*id);
        text.is_some_and(|text| wanted.iter().all(|word| text.contains(word)))
    };
    order.iter().filter(holds).copied().collect()
}

/// The first one at or after `origin`, or else the first of all.
fn first_from(
    order: &[NodeId],
    found: &BTreeSet<NodeId>,
    origin: Option<NodeId>,
) -> Option<NodeId> {
    let here = order.iter().position(|id| origin == Some(*id)).unwrap_or(0);
    let (before, after) = order.split_at(here);
    let mut all = after.iter().chain(before);
    all.find(|id| found.contains(id)).copied()
}

/// Everything that a block says, as it is compared.
fn words(node: &Node) -> String {
    let mut parts = vec![
        node.kind.label().to_owned(),
        node.title().to_owned(),
        node.kind.default_name().to_owned(),
        node.kind.summary(),
    ];
    if node.is_disabled {
        parts.push("Disabled".to_owned());
    }
    match &node.kind {
        NodeKind::Trigger(trigger) => {
            parts.extend(trigger.sources().iter().map(|it| it.label().to_owned()));
            if let Some(schedule) = trigger.schedule() {
                parts.push(schedule.repeat.label().to_owned());
            }
        }
        NodeKind::Filter(Some(condition)) => parts.push(condition.sentence()),
        NodeKind::Note(note) => parts.push(note.text.clone()),
        NodeKind::Task(task) => {
            parts.push(task.mode.label().to_owned());
            parts.extend(task.conditions().map(Condition::sentence));
            parts.extend(task.targets().map(|it| it.name.clone()));
        }
        _ => (),
    }
    fold_accents(&parts.join("\n")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        condition::{Condition, Operator, Subject},
        definition::Trigger,
        schedule::Schedule,
        sweep::{IdentifyDormant, SweepTask},
        task::{Action, Rule, RunMode, Target, Task},
    };

    fn task() -> Node {
        let mail = Condition::test(Subject::Email, Operator::EndWith, "@Müller.example");
        let rule = Rule {
            when: Some(mail),
            targets: vec![Target {
                id: Some(2),
                name: "Équipe Sales".to_owned(),
            }],
        };
        let office = Subject::Custom("office".to_owned());
        let task = Task {
            mode: RunMode::Conditional(Condition::test(office, Operator::Equal, "Paris")),
            rules: vec![rule],
            ..Task::new(Action::AssignGroup)
        };
        let mut node = Node::new(NodeKind::Task(task), [0.0, 0.0]);
        node.name = "Willkommen".to_owned();
        node
    }

    #[track_caller]
    fn finds(typed: &str, expected: bool) {
        let words = [(NodeId(1), words(&task()))].into();
        let found = matches(&[NodeId(1)], &words, typed);
        assert_eq!(!found.is_empty(), expected, "{typed:?}");
    }

    #[test]
    fn schedules_and_their_tasks_are_searched() {
        let schedule = Schedule::new(chrono_tz::Europe::Berlin);
        let trigger = NodeKind::Trigger(Trigger::Dormant { schedule });
        let task = NodeKind::Sweep(SweepTask::IdentifyDormant(IdentifyDormant::default()));
        let nodes = [(NodeId(1), trigger), (NodeId(2), task)];
        let words = nodes.map(|(id, kind)| (id, words(&Node::new(kind, [0.0, 0.0]))));
        let order = [NodeId(1), NodeId(2)];
        for (typed, expected) in [
            ("daily", vec![1]),
            ("12:00", vec![1]),
            ("berlin", vec![1]),
            ("dormant account", vec![1, 2]),
            ("90 days", vec![2]),
            ("report", vec![2]),
        ] {
            let found = matches(&order, &words.clone().into(), typed);
            let found: Vec<u32> = found.iter().map(|it| it.0).collect();
            assert_eq!(found, expected, "{typed}");
        }
    }

    #[test]
    fn names_kinds_conditions_and_targets_are_searched_without_case_and_accents() {
        for typed in [
            "willk",
            "TASK",
            "assign group",
            "email ENDS",
            "@muller",
            "MÜLLER.EX",
            "equipe",
            "E\u{301}quipe",
            "paris",
            "office",
            "conditional",
            "  sales   email ",
        ] {
            finds(typed, true);
        }
        for typed in [
            "",
            "   ",
            "filter",
            "sales berlin",
            "willkommen!",
            "%",
            "\0",
            "\u{202e}",
        ] {
            finds(typed, false);
        }
    }

    #[test]
    fn words_are_not_found_across_two_texts() {
        finds("willkommenassign", false);
    }

    #[test]
    fn the_first_match_is_the_next_one_in_reading_order() {
        let order = [5, 3, 9, 1].map(NodeId);
        let found = [NodeId(3), NodeId(1)].into();
        let first = |origin: Option<u32>| first_from(&order, &found, origin.map(NodeId));
        assert_eq!(first(None), Some(NodeId(3)));
        assert_eq!(first(Some(3)), Some(NodeId(3)));
        assert_eq!(first(Some(9)), Some(NodeId(1)));
        assert_eq!(first(Some(77)), Some(NodeId(3)));
        assert_eq!(first_from(&order, &BTreeSet::new(), None), None);
    }

    #[test]
    fn stepping_goes_around_in_both_directions() {
        let mut finder = Finder {
            matches: [1, 2, 3].map(NodeId).to_vec(),
            typed: "x".to_owned(),
            ..Finder::default()
        };
        let mut step = |is_forward| {
            finder.step(is_forward);
            finder.count()
        };
        assert_eq!(step(true), "1 of 3");
        assert_eq!(step(false), "3 of 3");
        assert_eq!(step(true), "1 of 3");
        assert_eq!(step(true), "2 of 3");
    }
}
