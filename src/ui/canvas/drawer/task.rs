//! What a task does, when, and to whom.

use egui::{Frame, Id, Margin, Stroke, Ui};

use super::{
    Desk,
    awaited::{Order, Place},
    complaint, condition,
    reorder::{self, Held, Slot, handle},
    section,
    targets::TargetList,
};
use crate::{
    model::{
        condition::Condition,
        task::{Action, MAX_RULES, Rule, RunMode, Task},
    },
    ui::{
        icons::Icon,
        tokens::{Tokens, gap, radius, size},
        widgets::{Button, IconButton, checkbox, segmented, text},
    },
};

/// What the rest of the drawer has to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Where a target is to be created, and its name.
    pub(super) wanted: Option<(Place, String)>,

    /// The settings are to be shown.
    pub(super) shows_settings: bool,

    /// A rule that is not where it was any more.
    pub(super) reordered: Option<(usize, Order)>,
}

pub(super) fn show(ui: &mut Ui, desk: &Desk<'_>, task: &mut Task) -> Asked {
    run_mode(ui, desk, &mut task.mode);
    let mut asked = rules(ui, desk, task);
    asked.wanted = fallback(ui, desk, task).or(asked.wanted);
    asked
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Always,
    Conditional,
    Fallback,
}

fn run_mode(ui: &mut Ui, desk: &Desk<'_>, mode: &mut RunMode) {
    section(ui, "Run mode", |ui| {
        let mut chosen = match mode {
            RunMode::Always => Mode::Always,
            RunMode::Conditional(_) => Mode::Conditional,
            RunMode::Fallback => Mode::Fallback,
        };
        let options = [
            (Mode::Always, "Always"),
            (Mode::Conditional, "Conditional"),
            (Mode::Fallback, "Fallback"),
        ];
        if segmented(ui, "Run mode", &mut chosen, &options) {
            let id = ui.scope_id().with("run mode conditions");
            if let RunMode::Conditional(condition) = mode {
                put_aside(ui, id, condition.clone());
            }
            *mode = match chosen {
                Mode::Always => RunMode::Always,
                Mode::Conditional => RunMode::Conditional(taken_up(ui, id)),
                Mode::Fallback => RunMode::Fallback,
            };
        }
        text::note(
            ui,
            match chosen {
                Mode::Always => "Runs for every user who gets here.",
                Mode::Conditional => "Runs only for users who match these conditions.",
                Mode::Fallback => "Runs only if no conditional task ran before.",
            },
        );
        if let RunMode::Conditional(condition) = mode {
            ui.add_space(gap::XS);
            condition::show(ui, desk, "", condition);
            if desk.is_strict && condition.tests().is_empty() {
                complaint(ui, "Choose at least one condition");
            }
        }
    });
}

/// Conditions survive that another mode is looked at.
fn put_aside(ui: &Ui, id: Id, condition: Condition) {
    ui.data_mut(|data| data.insert_temp(id, condition));
}

fn taken_up(ui: &Ui, id: Id) -> Condition {
    let aside = ui.data(|data| data.get_temp::<Condition>(id));
    aside.unwrap_or_else(|| Condition::All(Vec::new()))
}

fn rules(ui: &mut Ui, desk: &Desk<'_>, task: &mut Task) -> Asked {
    let mut asked = Asked::default();
    let count = task.rules.len();
    section(ui, "Rules", |ui| {
        text::note(ui, "Every rule that matches applies.");
        let id = ui.scope_id();
        let mut slots = Vec::new();
        let mut held = None;
        for (index, rule) in task.rules.iter_mut().enumerate() {
            slots.push(slot(ui, index));
            let card = RuleCard {
                handle: handle_id(id, index),
                action: task.action,
                index,
                count,
            };
            ui.push_id(("rule", index), |ui| {
                if let Some(it) = card.show(ui, desk, rule, &mut asked) {
                    held = Some((index, it));
                }
            });
        }
        slots.push(slot(ui, count));
        if let Some((from, held)) = held
            && let Some(to) = reorder::landed(ui, from, held, slots)
        {
            asked.reordered = Some((from, Order::To(to)));
            ui.memory_mut(|memory| memory.request_focus(handle_id(id, to)));
        }
        let add = Button::secondary("Add rule").icon(Icon::Add).small();
        let add = add
            .enabled(count < MAX_RULES)
            .why_not("A task has at most 100 rules");
        if ui.add(add).clicked() {
            let targets = Vec::new();
            task.rules.push(Rule {
                when: None,
                targets,
            });
        }
    });
    if let Some((index, order)) = asked.reordered {
        order.apply(&mut task.rules, index);
    }
    asked
}

fn handle_id(list: Id, index: usize) -> Id {
    list.with(("rule handle", index))
}

/// The place above the rule that is drawn next.
fn slot(ui: &Ui, place: usize) -> Slot<usize> {
    Slot {
        place,
        y: ui.cursor().top() - gap::XS,
        x: ui.max_rect().x_range(),
        is_same: false,
    }
}

struct RuleCard {
    handle: Id,
    action: Action,
    index: usize,
    count: usize,
}

impl RuleCard {
    fn show(
        &self,
        ui: &mut Ui,
        desk: &Desk<'_>,
        rule: &mut Rule,
        asked: &mut Asked,
    ) -> Option<Held> {
        let tokens = Tokens::of(ui.theme());
        let owner = format!("rule {}", self.index + 1);
        if ui.ctx().is_being_dragged(self.handle) {
            ui.set_opacity(0.5);
        }
        Frame::new()
            .fill(tokens.background)
            .stroke(Stroke::new(size::LINE, tokens.border))
            .corner_radius(radius::CARD)
            .inner_margin(Margin::same(10))
            .show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = gap::S;
                let (held, given) = self.header(ui);
                if let Some(given) = given {
                    asked.reordered = Some((self.index, given));
                }
                when(ui, desk, &owner, &mut rule.when);
                let place = Place::Rule(self.index);
                let list = TargetList {
                    action: self.action,
                    place,
                    owner: &owner,
                };
                if let Some(name) = list.show(ui, desk, &mut rule.targets) {
                    asked.wanted = Some((place, name));
                }
                held
            })
            .inner
    }

    fn header(&self, ui: &mut Ui) -> (Option<Held>, Option<Order>) {
        let mut order = None;
        let mut held = None;
        let number = self.index + 1;
        ui.horizontal(|ui| {
            if self.count > 1 {
                held = handle(ui, self.handle, &format!("Move rule {number}"));
            }
            text::strong(ui, &format!("Rule {number}"));
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            ui.with_layout(layout, |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                let mut button = |icon, name: String, is_enabled, given| {
                    let button = IconButton::new(icon, &name).small().enabled(is_enabled);
                    if ui.add(button).clicked() {
                        order = Some(given);
                    }
                };
                let is_last = number == self.count;
                let is_only = self.count == 1;
                let name = |verb: &str, end: &str| format!("{verb} rule {number}{end}");
                button(Icon::Delete, name("Remove", ""), !is_only, Order::Remove);
                button(
                    Icon::ChevronDown,
                    name("Move", " down"),
                    !is_last,
                    Order::To(number),
                );
                button(
                    Icon::ChevronUp,
                    name("Move", " up"),
                    number > 1,
                    Order::To(self.index.saturating_sub(1)),
                );
            });
        });
        (held, order)
    }
}

/// "Always", or a condition.
fn when(ui: &mut Ui, desk: &Desk<'_>, owner: &str, when: &mut Option<Condition>) {
    let mut has_condition = when.is_some();
    let name = format!("When {owner} applies");
    let options = [(false, "Always"), (true, "When…")];
    if segmented(ui, &name, &mut has_condition, &options) {
        let id = ui.scope_id().with("rule conditions");
        if let Some(condition) = when.take() {
            put_aside(ui, id, condition);
        }
        *when = has_condition.then(|| taken_up(ui, id));
    }
    if let Some(condition) = when {
        condition::show(ui, desk, &format!(" of {owner}"), condition);
        if desk.is_strict && condition.tests().is_empty() {
            complaint(ui, "Choose at least one condition, or Always");
        }
    }
}

fn fallback(ui: &mut Ui, desk: &Desk<'_>, task: &mut Task) -> Option<(Place, String)> {
    let id = ui.scope_id().with("has fallback");
    let mut has_fallback =
        !task.fallback.is_empty() || ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let mut wanted = None;
    section(ui, "Fallback", |ui| {
        if checkbox(ui, &mut has_fallback, "Use a fallback if no rule matches").changed() {
            ui.data_mut(|data| data.insert_temp(id, has_fallback));
            if !has_fallback {
                task.fallback.clear();
            }
        }
        if has_fallback {
            let list = TargetList {
                action: task.action,
                place: Place::Fallback,
                owner: "the fallback",
            };
            wanted = list.show(ui, desk, &mut task.fallback);
        }
    });
    wanted.map(|name| (Place::Fallback, name))
}
