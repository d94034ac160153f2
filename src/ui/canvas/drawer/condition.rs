//! The condition editor: reads like a sentence, nests like one.
//!
//! Each part has a handle. What moves is applied once everything is drawn, so that no part is
//! drawn twice or not at all.

use egui::{Frame, Id, Margin, Response, Stroke, Ui, vec2};

use super::{
    super::keys::is_by_keyboard,
    Desk, Entry, complaint,
    moving::{self, Path, Place},
    reorder::{self, Held, Slot, handle},
    value,
};
use crate::{
    model::condition::{Condition, MAX_DEPTH, MAX_TESTS, Operator, Subject, Test},
    ui::{
        icons::Icon,
        tokens::{Tokens, gap, radius, size},
        widgets::{Button, Combo, IconButton, segmented, text},
    },
};

/// From this width on, a condition stands on one line.
const ONE_LINE: f32 = 420.0;

/// The longest label of an operator fits.
const OPERATOR: f32 = 148.0;

/// Between the controls of one condition.
const BETWEEN: f32 = 6.0;

/// Numbers the conditions of one editor, so that each control has a name of its own.
struct Walker<'a> {
    desk: &'a Desk<'a>,

    /// " of rule 2", or nothing.
    owner: &'a str,
    id: Id,
    tests: usize,
    groups: usize,
    is_full: bool,

    /// Of the group that is being drawn.
    path: Path,
    slots: Vec<Slot<Place>>,
    held: Option<(Path, Held)>,
}

/// `condition` must be a group.
pub(super) fn show(ui: &mut Ui, desk: &Desk<'_>, owner: &str, condition: &mut Condition) {
    let is_full = condition.tests().len() >= MAX_TESTS;
    ui.push_id(("condition", owner), |ui| {
        ui.spacing_mut().item_spacing.y = gap::S;
        let mut walker = Walker {
            desk,
            owner,
            id: ui.scope_id(),
            tests: 0,
            groups: 0,
            is_full,
            path: Path::new(),
            slots: Vec::new(),
            held: None,
        };
        walker.group(ui, condition);
        walker.settle(ui, condition);
    });
}

impl Walker<'_> {
    /// Says whether the group is to go.
    fn group(&mut self, ui: &mut Ui, condition: &mut Condition) -> bool {
        self.groups += 1;
        let number = self.groups;
        let place = format!("group {number}{}", self.owner);
        let mut is_any = matches!(condition, Condition::Any(_));
        let mut goes = false;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = BETWEEN;
            if !self.path.is_empty() {
                self.handle(ui, &place);
            }
            let options = [(false, "All of"), (true, "Any of")];
            if segmented(ui, &format!("Match of {place}"), &mut is_any, &options) {
                *condition = regrouped(std::mem::take(parts(condition)), is_any);
            }
            if self.path.is_empty() {
                text::muted(ui, "these hold:");
            } else {
                goes = right(ui, |ui| {
                    let goes = remove(ui, &format!("Remove {place}"));
                    left(ui, |ui| text::muted(ui, "these:"));
                    goes
                });
            }
        });
        self.parts(ui, parts(condition), is_any);
        self.footer(ui, parts(condition), number);
        goes
    }

    fn parts(&mut self, ui: &mut Ui, parts: &mut Vec<Condition>, is_any: bool) {
        let mut removed = None;
        for (index, part) in parts.iter_mut().enumerate() {
            if index > 0 {
                self.between(ui, index, if is_any { "or" } else { "and" });
            } else {
                let y = ui.cursor().top() - gap::XS;
                self.slot(ui, index, y);
            }
            self.path.push(index);
            let is_dragged = ui.ctx().is_being_dragged(self.handle_id(&self.path));
            let goes = ui
                .push_id(index, |ui| {
                    if is_dragged {
                        ui.set_opacity(0.5);
                    }
                    match part {
                        Condition::Test(test) => self.test(ui, test),
                        group => framed(ui, |ui| self.group(ui, group)),
                    }
                })
                .inner;
            self.path.pop();
            if goes {
                removed = Some(index);
            }
        }
        let y = ui.cursor().top() - gap::XS;
        self.slot(ui, parts.len(), y);
        if let Some(index) = removed {
            parts.remove(index);
            if is_by_keyboard(ui) {
                // What was pressed is gone: on to what can be added.
                self.seek(ui, self.path.clone());
            }
        }
    }

    /// The word between two parts, and the place there.
    fn between(&mut self, ui: &mut Ui, index: usize, word: &str) {
        let y = text::note(ui, word).rect.center().y;
        self.slot(ui, index, y);
    }

    fn slot(&mut self, ui: &Ui, index: usize, y: f32) {
        let group = self.path.clone();
        self.slots.push(Slot {
            place: Place { group, index },
            y,
            x: ui.max_rect().x_range(),
            is_same: false,
        });
    }

    fn handle_id(&self, path: &[usize]) -> Id {
        self.id.with(("handle", path))
    }

    fn handle(&mut self, ui: &mut Ui, place: &str) {
        let id = self.handle_id(&self.path);
        if let Some(held) = handle(ui, id, &format!("Move {place}")) {
            self.held = Some((self.path.clone(), held));
        }
    }

    /// Moves what was dropped or pushed, and shows where what is dragged would land.
    fn settle(&mut self, ui: &Ui, whole: &mut Condition) {
        let Some((from, held)) = self.held.take() else {
            return;
        };
        let to = match held {
            Held::Pushed(way) => moving::further(whole, &from, way),
            Held::Dragged | Held::Dropped => {
                let mut slots = std::mem::take(&mut self.slots);
                slots.retain(|it| moving::fits(whole, &from, &it.place));
                for slot in &mut slots {
                    slot.is_same = moving::is_same(&from, &slot.place);
                }
                reorder::landing(ui, slots).filter(|_| held == Held::Dropped)
            }
        };
        if let Some(to) = to
            && let Some((after, path)) = moving::moved(whole, &from, &to)
        {
            *whole = after;
            let id = self.handle_id(&path);
            ui.memory_mut(|memory| memory.request_focus(id));
        }
    }

    /// The part that is to have the keyboard from the next frame on: until then it may not be there,
    /// or be called differently.
    fn seek(&self, ui: &Ui, path: Path) {
        let sought = (ui.ctx().cumulative_pass_nr(), path);
        ui.data_mut(|data| data.insert_temp(self.id.with("sought"), sought));
    }

    /// Whether this part is to have the keyboard, which is true once.
    fn is_sought(&self, ui: &Ui) -> bool {
        let memory = self.id.with("sought");
        let sought = ui.data(|data| data.get_temp::<(u64, Path)>(memory));
        let now = ui.ctx().cumulative_pass_nr();
        let is_here = sought.is_some_and(|(since, path)| since < now && path == self.path);
        if is_here {
            ui.data_mut(|data| data.remove::<(u64, Path)>(memory));
        }
        is_here
    }

    /// Whoever adds a part with a key goes on in it.
    fn seek_added(&self, ui: &Ui, index: usize, button: &Response) {
        if button.has_focus() {
            let path = self.path.iter().copied().chain([index]).collect();
            self.seek(ui, path);
        }
    }

    fn footer(&self, ui: &mut Ui, parts: &mut Vec<Condition>, group: usize) {
        let depth = self.path.len() + 1;
        if self.desk.is_strict && parts.is_empty() && depth > 1 {
            complaint(ui, "A group needs at least one condition");
        }
        if !ui.is_enabled() {
            return;
        }
        let owner = self.owner;
        let place = if group > 1 {
            format!(" to group {group}{owner}")
        } else {
            owner.replace(" of ", " to ")
        };
        ui.horizontal_wrapped(|ui| {
            let name = format!("Add condition{place}");
            let enters = group == 1 && self.desk.enters(Entry::Condition);
            let add = Button::quiet("Add condition").icon(Icon::Add).small();
            let add = add
                .name(&name)
                .enabled(!self.is_full)
                .why_not("There are as many conditions as one step can hold");
            let add = ui.add(add);
            if enters || self.is_sought(ui) {
                add.request_focus();
            }
            if add.clicked() {
                self.seek_added(ui, parts.len(), &add);
                parts.push(Condition::test(Subject::Email, Operator::Contains, ""));
            }
            let name = format!("Add group{place}");
            let nest = Button::quiet("Add group").icon(Icon::Add).small();
            let nest = nest
                .name(&name)
                .enabled(depth < MAX_DEPTH && !self.is_full)
                .why_not("Groups nest at most 8 deep");
            let nest = ui.add(nest);
            if nest.clicked() {
                self.seek_added(ui, parts.len(), &nest);
                parts.push(Condition::Any(Vec::new()));
            }
        });
    }

    /// Says whether the condition is to go.
    fn test(&mut self, ui: &mut Ui, test: &mut Test) -> bool {
        self.tests += 1;
        let place = format!("condition {}{}", self.tests, self.owner);
        let wrong = value::complaint(self.desk, test);
        let mut goes = false;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = BETWEEN;
            self.handle(ui, &place);
            // Everything else of the condition stands in one column beside its handle.
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = gap::XS;
                if ui.available_width() >= ONE_LINE {
                    goes = self.on_one_line(ui, &place, test);
                } else {
                    goes = self.on_two_lines(ui, &place, test);
                }
                if let Some(wrong) = &wrong {
                    complaint(ui, wrong);
                }
            });
        });
        goes
    }

    fn on_one_line(&self, ui: &mut Ui, place: &str, test: &mut Test) -> bool {
        ui.horizontal(|ui| {
            let subject = (ui.available_width() - OPERATOR) * 0.36;
            self.subject(ui, place, test, subject);
            self.operator(ui, place, test, OPERATOR);
            self.value(ui, place, test)
        })
        .inner
    }

    /// On one as well, if there is no value.
    fn on_two_lines(&self, ui: &mut Ui, place: &str, test: &mut Test) -> bool {
        let has_value = test.operator.takes_value();
        let mut goes = false;
        ui.horizontal(|ui| {
            let room = ui.available_width() - if has_value { 0.0 } else { cross_room(ui) };
            let operator = OPERATOR.min((room - BETWEEN) * 0.56);
            self.subject(ui, place, test, room - BETWEEN - operator);
            self.operator(ui, place, test, operator);
            if !has_value {
                goes = remove(ui, &format!("Remove {place}"));
            }
        });
        if has_value {
            goes = ui.horizontal(|ui| self.value(ui, place, test)).inner;
        }
        goes
    }

    /// With the cross behind it. Says whether it was pressed.
    fn value(&self, ui: &mut Ui, place: &str, test: &mut Test) -> bool {
        let room = vec2(ui.available_width() - cross_room(ui), size::CONTROL);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        ui.allocate_ui_with_layout(room, layout, |ui| {
            ui.set_min_width(room.x);
            value::show(ui, self.desk, place, test);
        });
        remove(ui, &format!("Remove {place}"))
    }

    fn subject(&self, ui: &mut Ui, place: &str, test: &mut Test, width: f32) {
        // A schedule has no source.
        let is_possible = |it: &Subject| *it != Subject::Source || !self.desk.is_scheduled;
        let built_in = Subject::BUILT_IN
            .into_iter()
            .filter(is_possible)
            .map(|subject| {
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
        let combo = Combo::new(&name)
            .label_hidden()
            .width(width)
            .focus(self.is_sought(ui));
        if combo.show(ui, &mut test.attribute, &options).changed() {
            value::begin(self.desk, test);
        }
    }

    fn operator(&self, ui: &mut Ui, place: &str, test: &mut Test, width: f32) {
        let options = value::operators(self.desk, test);
        let had_value = test.operator.takes_value();
        let name = format!("Operator of {place}");
        let combo = Combo::new(&name).label_hidden().width(width);
        let is_chosen = combo.show(ui, &mut test.operator, &options).changed();
        if is_chosen && had_value != test.operator.takes_value() {
            value::begin_value(self.desk, test);
        }
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

fn framed<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = Tokens::of(ui.theme());
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

/// What the cross behind a condition takes.
fn cross_room(ui: &Ui) -> f32 {
    if ui.is_enabled() {
        size::CONTROL_SMALL + BETWEEN
    } else {
        0.0
    }
}

/// Where nothing can be changed there is no cross.
fn remove(ui: &mut Ui, name: &str) -> bool {
    ui.is_enabled() && {
        let button = IconButton::new(Icon::Delete, name).small();
        ui.add(button).clicked()
    }
}

fn right<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.with_layout(layout, contents).inner
}

fn left<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.with_layout(layout, contents).inner
}
