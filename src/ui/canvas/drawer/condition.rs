//! The condition editor: reads like a sentence, nests like one.

use egui::{Frame, Margin, Stroke, Ui};

use super::{Desk, complaint, value};
use crate::{
    model::condition::{Condition, MAX_DEPTH, MAX_TESTS, Operator, Subject, Test},
    ui::{
        icons::Icon,
        tokens::{Tokens, gap, radius, size},
        widgets::{Button, Combo, IconButton, segmented, text},
    },
};

/// From this width on, a condition stands on one line.
const ONE_LINE: f32 = 440.0;

/// Numbers the conditions of one editor, so that each control has a name of its own.
struct Walker<'a> {
    desk: &'a Desk<'a>,

    /// " of rule 2", or nothing.
    owner: &'a str,
    tests: usize,
    groups: usize,
    is_full: bool,
}

/// `condition` must be a group.
pub(super) fn show(ui: &mut Ui, desk: &Desk<'_>, owner: &str, condition: &mut Condition) {
    let is_full = condition.tests().len() >= MAX_TESTS;
    let mut walker = Walker {
        desk,
        owner,
        tests: 0,
        groups: 0,
        is_full,
    };
    ui.push_id(("condition", owner), |ui| {
        ui.spacing_mut().item_spacing.y = gap::S;
        walker.group(ui, condition, 1);
    });
}

impl Walker<'_> {
    /// Says whether the group is to go.
    fn group(&mut self, ui: &mut Ui, condition: &mut Condition, depth: usize) -> bool {
        self.groups += 1;
        let number = self.groups;
        let mut is_any = matches!(condition, Condition::Any(_));
        let mut goes = false;
        ui.horizontal(|ui| {
            let name = format!("Match of group {number}{}", self.owner);
            let options = [(false, "All of"), (true, "Any of")];
            if segmented(ui, &name, &mut is_any, &options) {
                *condition = regrouped(std::mem::take(parts(condition)), is_any);
            }
            text::note(ui, "these conditions");
            if depth > 1 {
                let name = format!("Remove group {number}{}", self.owner);
                goes = right(ui, |ui| {
                    let button = IconButton::new(Icon::Close, &name).small();
                    ui.add(button).clicked()
                });
            }
        });
        self.parts(ui, parts(condition), is_any, depth);
        self.footer(ui, parts(condition), number, depth);
        goes
    }

    fn parts(&mut self, ui: &mut Ui, parts: &mut Vec<Condition>, is_any: bool, depth: usize) {
        let tokens = Tokens::of(ui.theme());
        let mut removed = None;
        for (index, part) in parts.iter_mut().enumerate() {
            if index > 0 {
                text::note(ui, if is_any { "or" } else { "and" });
            }
            let goes = ui
                .push_id(index, |ui| match part {
                    Condition::Test(test) => framed(ui, tokens, |ui| self.test(ui, test)),
                    group => framed(ui, tokens, |ui| self.group(ui, group, depth + 1)),
                })
                .inner;
            if goes {
                removed = Some(index);
            }
        }
        if let Some(index) = removed {
            parts.remove(index);
        }
    }

    fn footer(&self, ui: &mut Ui, parts: &mut Vec<Condition>, group: usize, depth: usize) {
        if self.desk.is_strict && parts.is_empty() && depth > 1 {
            complaint(ui, "A group needs at least one condition");
        }
        let owner = self.owner;
        let place = if group > 1 {
            format!(" to group {group}{owner}")
        } else {
            owner.replace(" of ", " to ")
        };
        ui.horizontal_wrapped(|ui| {
            let name = format!("Add condition{place}");
            let add = Button::quiet("Add condition").icon(Icon::Add).small();
            let add = add
                .name(&name)
                .enabled(!self.is_full)
                .why_not("There are as many conditions as one step can hold");
            if ui.add(add).clicked() {
                parts.push(Condition::test(Subject::Email, Operator::Contains, ""));
            }
            let name = format!("Add group{place}");
            let nest = Button::quiet("Add group").icon(Icon::Add).small();
            let nest = nest
                .name(&name)
                .enabled(depth < MAX_DEPTH && !self.is_full)
                .why_not("Groups nest at most 8 deep");
            if ui.add(nest).clicked() {
                parts.push(Condition::Any(Vec::new()));
            }
        });
    }

    /// Says whether the condition is to go.
    fn test(&mut self, ui: &mut Ui, test: &mut Test) -> bool {
        self.tests += 1;
        let place = format!("condition {}{}", self.tests, self.owner);
        let room = ui.available_width();
        let is_wide = room >= ONE_LINE;
        let mut goes = false;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let bin = size::CONTROL_SMALL + 6.0;
            let width = if is_wide {
                (room - bin) / 3.0 - 6.0
            } else {
                (room - bin) / 2.0 - 6.0
            };
            self.subject(ui, &place, test, width + 4.0);
            self.operator(ui, &place, test, width - 4.0);
            if is_wide {
                ui.allocate_ui(egui::vec2(width, size::CONTROL), |ui| {
                    value::show(ui, self.desk, &place, test);
                });
            }
            let name = format!("Remove {place}");
            goes = right(ui, |ui| {
                let button = IconButton::new(Icon::Delete, &name).small();
                ui.add(button).clicked()
            });
        });
        if !is_wide {
            value::show(ui, self.desk, &place, test);
        }
        if let Some(complaint_text) = value::complaint(self.desk, test) {
            complaint(ui, &complaint_text);
        }
        goes
    }

    fn subject(&self, ui: &mut Ui, place: &str, test: &mut Test, width: f32) {
        let built_in = Subject::BUILT_IN.into_iter().map(|subject| {
            let label = subject.label().to_owned();
            (subject, label)
        });
        let custom = self.desk.choices.optional_attributes().map(|it| {
            let subject = Subject::Custom(it.spec.name.clone());
            (subject, it.spec.label.clone())
        });
        let mut options: Vec<(Subject, String)> = built_in.chain(custom).collect();
        if !options
            .iter()
            .any(|(subject, _)| *subject == test.attribute)
        {
            options.push((test.attribute.clone(), test.attribute.label().to_owned()));
        }
        let name = format!("Attribute of {place}");
        let combo = Combo::new(&name).label_hidden().width(width);
        if combo.show(ui, &mut test.attribute, &options).changed() {
            value::begin(self.desk, test);
        }
    }

    fn operator(&self, ui: &mut Ui, place: &str, test: &mut Test, width: f32) {
        let is_listed = value::options(self.desk, test).is_some();
        let fits = |it: &Operator| {
            !is_listed || matches!(it, Operator::Equal | Operator::NotEqual) || *it == test.operator
        };
        let options: Vec<(Operator, &str)> = Operator::ALL
            .into_iter()
            .filter(fits)
            .map(|it| (it, it.label()))
            .collect();
        let name = format!("Operator of {place}");
        let combo = Combo::new(&name).label_hidden().width(width);
        combo.show(ui, &mut test.operator, &options);
    }
}

/// The parts of a group; a test, which the editor never gets, becomes a group first.
fn parts(condition: &mut Condition) -> &mut Vec<Condition> {
    if matches!(condition, Condition::Test(_)) {
        let test = std::mem::replace(condition, Condition::All(Vec::new()));
        *condition = Condition::All(vec![test]);
    }
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts,
        Condition::Test(_) => unreachable!("it is a group now"),
    }
}

fn regrouped(parts: Vec<Condition>, is_any: bool) -> Condition {
    if is_any {
        Condition::Any(parts)
    } else {
        Condition::All(parts)
    }
}

fn framed<R>(ui: &mut Ui, tokens: &Tokens, contents: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(size::LINE, tokens.border))
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::same(8))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            contents(ui)
        })
        .inner
}

fn right<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.with_layout(layout, contents).inner
}
