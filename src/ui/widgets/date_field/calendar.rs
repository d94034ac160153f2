//! One month of days. The keyboard stays in the grid as a whole, and a cursor walks in it: so no
//! key is lost while a day comes or goes.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use egui::{
    Align2, EventFilter, FocusDirection, Id, Key, Modifiers, Rect, Response, Role, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, WidgetInfo, vec2,
};

use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::{IconButton, focus_ring, text},
};

const WEEKDAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// What an open calendar remembers between frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The day that Enter chooses; its month is shown.
    cursor: NaiveDate,

    /// Just opened: the grid takes the keyboard once it is to be seen.
    is_fresh: bool,
}

/// The date that a text says, if it says one.
pub(super) fn parsed(value: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(value.trim(), "%Y-%m-%d").ok()?;
    is_shown(date).then_some(date)
}

/// Years of four digits, which is how dates are written here.
fn is_shown(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

impl Page {
    pub(super) fn at(date: NaiveDate) -> Self {
        Self {
            cursor: date,
            is_fresh: true,
        }
    }

    /// Returns the day that was chosen.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        id: Id,
        today: NaiveDate,
        selected: Option<NaiveDate>,
    ) -> Option<NaiveDate> {
        let grid_id = id.with("grid");
        // The Enter that opened the calendar is not meant for it.
        let mut chosen = if self.is_fresh {
            None
        } else {
            self.keys(ui, grid_id)
        };
        if self.is_fresh {
            ui.memory_mut(|memory| memory.request_focus(grid_id));
            self.is_fresh = ui.is_sizing_pass();
        }
        ui.set_width(size::DAY * 7.0);
        ui.spacing_mut().item_spacing.y = gap::XS;
        self.header(ui);
        weekdays(ui);
        if let Some(date) = self.grid(ui, grid_id, today, selected) {
            chosen = Some(date);
        }
        chosen
    }

    /// Walks with the cursor. Returns the day that was chosen.
    fn keys(&mut self, ui: &Ui, grid_id: Id) -> Option<NaiveDate> {
        let has_focus = ui.memory(|memory| memory.has_focus(grid_id));
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        let plain = Modifiers::NONE;
        if pressed(Modifiers::SHIFT, Key::PageUp) {
            self.go_months(-12);
        } else if pressed(Modifiers::SHIFT, Key::PageDown) {
            self.go_months(12);
        } else if pressed(plain, Key::PageUp) {
            self.go_months(-1);
        } else if pressed(plain, Key::PageDown) {
            self.go_months(1);
        }
        if !has_focus {
            return None;
        }
        let weekday = i64::from(self.cursor.weekday().num_days_from_monday());
        let ways = [
            (Key::ArrowLeft, -1),
            (Key::ArrowRight, 1),
            (Key::ArrowUp, -7),
            (Key::ArrowDown, 7),
            (Key::Home, -weekday),
            (Key::End, 6 - weekday),
        ];
        for (key, days) in ways {
            if pressed(plain, key) {
                self.go_days(days);
                // An arrow must not also lead out of the grid.
                ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
            }
        }
        let takes = pressed(plain, Key::Enter) || pressed(plain, Key::Space);
        takes.then_some(self.cursor)
    }

    fn go_days(&mut self, days: i64) {
        let count = Days::new(days.unsigned_abs());
        let date = if days < 0 {
            self.cursor.checked_sub_days(count)
        } else {
            self.cursor.checked_add_days(count)
        };
        self.cursor = date.filter(|it| is_shown(*it)).unwrap_or(self.cursor);
    }

    fn go_months(&mut self, months: i32) {
        let count = Months::new(months.unsigned_abs());
        let date = if months < 0 {
            self.cursor.checked_sub_months(count)
        } else {
            self.cursor.checked_add_months(count)
        };
        self.cursor = date.filter(|it| is_shown(*it)).unwrap_or(self.cursor);
    }

    fn header(&mut self, ui: &mut Ui) {
        let mut step = 0;
        let mut button = |ui: &mut Ui, icon, name, months| {
            if ui.add(IconButton::new(icon, name).small()).clicked() {
                step = months;
            }
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            button(ui, Icon::YearBack, "Previous year", -12);
            button(ui, Icon::ChevronLeft, "Previous month", -1);
            let room = vec2(
                ui.available_width() - size::CONTROL_SMALL * 2.0,
                size::CONTROL_SMALL,
            );
            let layout = egui::Layout::centered_and_justified(egui::Direction::LeftToRight);
            ui.allocate_ui_with_layout(room, layout, |ui| {
                let title = self.cursor.format("%B %Y").to_string();
                let title = text::strong(ui, &title);
                ui.ctx().accesskit_node_builder(title.id, |node| {
                    node.set_live(egui::accesskit::Live::Polite);
                });
            });
            button(ui, Icon::ChevronRight, "Next month", 1);
            button(ui, Icon::YearForward, "Next year", 12);
        });
        if step != 0 {
            self.go_months(step);
        }
    }

    /// Six weeks, so that the calendar keeps its height.
    fn grid(
        self,
        ui: &mut Ui,
        grid_id: Id,
        today: NaiveDate,
        selected: Option<NaiveDate>,
    ) -> Option<NaiveDate> {
        let (rect, _) =
            ui.allocate_exact_size(vec2(size::DAY * 7.0, size::DAY * 6.0), Sense::HOVER);
        let grid = ui.interact(rect, grid_id, Sense::focusable_noninteractive());
        grid.widget_info(|| WidgetInfo::labeled(Role::Grid, true, "Days"));
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(grid_id, filter));
        let cells = UiBuilder::new()
            .max_rect(rect)
            .accessibility_parent(grid_id);
        let mut chosen = None;
        ui.scope_builder(cells, |ui| {
            for (index, date) in (0_u8..).zip(self.days().take(42)) {
                let column = f32::from(index % 7);
                let row = f32::from(index / 7);
                let at = rect.min + vec2(column, row) * size::DAY;
                let day = Day {
                    date,
                    is_today: date == today,
                    is_selected: selected == Some(date),
                    is_outside: date.month() != self.cursor.month(),
                };
                let cell = Rect::from_min_size(at, vec2(size::DAY, size::DAY));
                let response = day.ui(ui, cell, grid_id);
                if date == self.cursor {
                    let id = response.id.accesskit_id();
                    ui.ctx().accesskit_node_builder(grid_id, |node| {
                        node.set_active_descendant(id);
                    });
                    if grid.has_focus() {
                        focus_ring(ui, cell.shrink(2.0), radius::SMALL);
                    }
                }
                if response.clicked() {
                    chosen = Some(date);
                }
            }
        });
        chosen
    }

    /// From the Monday on or before the first of the month.
    fn days(self) -> impl Iterator<Item = NaiveDate> {
        let first = self.cursor.with_day(1).unwrap_or(self.cursor);
        let before = u64::from(first.weekday().num_days_from_monday());
        let first = first.checked_sub_days(Days::new(before)).unwrap_or(first);
        first.iter_days()
    }
}

struct Day {
    date: NaiveDate,
    is_today: bool,
    is_selected: bool,

    /// Of the month before or after.
    is_outside: bool,
}

impl Day {
    fn ui(&self, ui: &Ui, rect: Rect, grid_id: Id) -> Response {
        let tokens = Tokens::of(ui.theme());
        // Not a stop of the Tab key: the grid is one.
        let response = ui.interact(rect, grid_id.with(self.date), Sense::CLICK);
        let name = self.date.format("%-d %B %Y").to_string();
        let is_selected = self.is_selected;
        response.widget_info(|| WidgetInfo::selected(Role::GridCell, true, is_selected, &name));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.clear_toggled();
            node.set_selected(is_selected);
            if self.is_today {
                node.set_description("Today");
            }
        });
        let inside = rect.shrink(2.0);
        if self.is_selected {
            ui.painter()
                .rect_filled(inside, radius::SMALL, tokens.accent.fill);
        } else if response.hovered() {
            ui.painter()
                .rect_filled(inside, radius::SMALL, tokens.sunken);
        }
        if self.is_today {
            let stroke = Stroke::new(size::LINE, tokens.control);
            ui.painter()
                .rect_stroke(inside, radius::SMALL, stroke, StrokeKind::Inside);
        }
        let ink = match (self.is_selected, self.is_outside) {
            (true, _) => tokens.accent.on_fill,
            (false, true) => tokens.muted,
            (false, false) => tokens.text,
        };
        let font = if self.is_selected || self.is_today {
            fonts::semibold(type_size::LABEL)
        } else {
            fonts::regular(type_size::LABEL)
        };
        let number = self.date.day().to_string();
        ui.painter()
            .text(rect.center(), Align2::CENTER_CENTER, number, font, ink);
        response
    }
}

/// Painted: each day's name says all that it needs to.
fn weekdays(ui: &mut Ui) {
    let room = vec2(size::DAY * 7.0, type_size::SMALL + gap::XS);
    let (rect, _) = ui.allocate_exact_size(room, Sense::HOVER);
    let ink = Tokens::of(ui.theme()).muted;
    for (index, name) in (0_u8..).zip(WEEKDAYS) {
        let x = rect.left() + (f32::from(index) + 0.5) * size::DAY;
        let at = egui::pos2(x, rect.center().y);
        let font = fonts::regular(type_size::SMALL);
        ui.painter()
            .text(at, Align2::CENTER_CENTER, name, font, ink);
    }
}
