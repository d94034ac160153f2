//! A bar chart that can be read without seeing it: every bar says its numbers by name, and all of them
//! can be shown as a table.

use std::ops::RangeInclusive;

use egui::{
    Color32, EventFilter, Id, Key, Modifiers, Rangef, Rect, Response, Role, Sense, Ui, WidgetInfo,
    vec2,
};
use egui_plot::{AxisHints, BarChart, GridInput, GridMark, Plot, PlotPoint, PlotTransform};

use crate::ui::{
    fonts,
    icons::Icon,
    numbers::grouped,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::{Button, Column, Table, card, focus_ring, text},
};

const HEIGHT: f32 = 200.0;

/// The rows of the table that are in sight.
const LISTED: f32 = 5.0;

/// How much of its place a bar takes.
const WIDTH: f64 = 0.7;

/// The room that a letter of a label below the axis takes, and what stays free between two labels.
const LETTER: f32 = 6.6;
const BETWEEN: f32 = 6.0;

pub(super) struct Chart<'a> {
    pub(super) name: &'a str,

    /// What the bars stand for: the heading of the first column.
    pub(super) heading: &'a str,
    pub(super) series: &'a [(&'a str, Color32)],
    pub(super) bars: &'a [Bar],
}

/// How somebody looks at a chart.
#[derive(Default)]
pub(super) struct View {
    is_table: bool,

    /// The row of the table that the keyboard is on.
    row: Option<usize>,

    /// The part that the keyboard has chosen, and of which bar.
    part: Option<(usize, usize)>,
}

pub(super) struct Bar {
    /// Below the axis.
    pub(super) short: String,

    /// In its name and in the table.
    pub(super) long: String,

    /// One for each series, from the bottom up.
    pub(super) counts: Vec<u64>,
}

/// Which bar was pressed, and which of its parts if one was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pressed {
    pub(super) bar: usize,
    pub(super) series: Option<usize>,
}

impl Bar {
    fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

impl Chart<'_> {
    /// `remark` stands below the title.
    pub(super) fn ui(&self, ui: &mut Ui, remark: &str, view: &mut View) -> Option<Pressed> {
        card(ui, "", |ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            header_ui(ui, self.name, &mut view.is_table);
            if !remark.is_empty() {
                text::note(ui, remark);
            }
            if self.series.len() > 1 {
                self.legend_ui(ui);
            }
            ui.add_space(gap::XS);
            if view.is_table {
                self.table_ui(ui, &mut view.row)
            } else {
                self.plot_ui(ui, &mut view.part)
            }
        })
    }

    fn legend_ui(&self, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            for (name, color) in self.series {
                let (square, _) = ui.allocate_exact_size(
                    egui::vec2(type_size::SMALL, type_size::SMALL),
                    Sense::hover(),
                );
                ui.painter().rect_filled(square, radius::SMALL, *color);
                let muted = Tokens::of(ui.theme()).muted;
                text::elided(ui, name, fonts::regular(type_size::SMALL), muted);
                ui.add_space(gap::S);
            }
        });
    }

    fn table_ui(&self, ui: &mut Ui, row: &mut Option<usize>) -> Option<Pressed> {
        let share = (ui.available_width() - 130.0) / self.series.len() as f32 - gap::S;
        let mut columns = vec![Column::initial(self.heading, 120.0)];
        columns.extend(
            self.series
                .iter()
                .map(|it| Column::exact(it.0, share.max(60.0))),
        );
        let height = size::TABLE_HEADER + LISTED * size::ROW;
        let table = Table::new(self.name, &columns).height(height);
        let table = table.opens_on_click();
        let output = table.show(ui, self.bars.len(), row, |cells, index| {
            if let Some(bar) = self.bars.get(index) {
                cells.text(&bar.long);
                for count in &bar.counts {
                    cells.text(&grouped(*count));
                }
            }
        });
        let bar = output.opened?;
        Some(Pressed { bar, series: None })
    }

    fn plot_ui(&self, ui: &mut Ui, chosen: &mut Option<(usize, usize)>) -> Option<Pressed> {
        let most = self.bars.iter().map(Bar::total).max().unwrap_or(0).max(4);
        let step = step(most);
        let top = most.div_ceil(step) * step;
        let charts = self.charts();
        let last = self.bars.len() as f64 - 0.5;
        let shown = self.plot(ui, step).show(ui, |plot| {
            plot.set_plot_bounds_x(-0.5..=last);
            plot.set_plot_bounds_y(0.0..=top as f64);
            for chart in charts {
                plot.bar_chart(chart);
            }
        });
        let mut pressed = None;
        for (index, bar) in self.bars.iter().enumerate() {
            let at = index as f64;
            let place = |low: u64, high: u64| {
                let (low, high) = (low as f64, high as f64);
                let corners = [
                    PlotPoint::new(at - 0.5, low),
                    PlotPoint::new(at + 0.5, high),
                ];
                shown.transform.rect_from_values(&corners[0], &corners[1])
            };
            let id = shown.response.id.with(index);
            let part = chosen.filter(|it| it.0 == index).map(|it| it.1);
            let response = self.bar_ui(ui, id, place(0, top), bar, part);
            if response.has_focus() {
                let part = self.keyboard(ui, id, bar, part);
                *chosen = part.map(|part| (index, part));
                let (low, high) = part.map_or((0, top), |it| bar.ends(it));
                focus_ring(ui, place(low, high).shrink2(vec2(2.0, 0.0)), radius::SMALL);
            }
            if response.clicked() {
                let pointer = response.interact_pointer_pos();
                let pointed = pointer.map(|at| bar.part_at(value_at(&shown.transform, at)));
                let series = pointed.unwrap_or(part);
                pressed = Some(Pressed { bar: index, series });
            }
        }
        pressed
    }

    /// Up and Down choose a part of the bar that has the keyboard; below the lowest, it is the whole.
    fn keyboard(&self, ui: &Ui, id: Id, bar: &Bar, part: Option<usize>) -> Option<usize> {
        if self.series.len() < 2 {
            return None;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let parts = || (0..bar.counts.len()).filter(|it| bar.counts[*it] > 0);
        if pressed(Key::ArrowUp) {
            return parts()
                .find(|it| part.is_none_or(|part| *it > part))
                .or(part);
        }
        if pressed(Key::ArrowDown) {
            return parts().rev().find(|it| part.is_some_and(|part| *it < part));
        }
        part
    }

    fn charts(&self) -> Vec<BarChart> {
        let parts = self.series.iter().enumerate();
        parts
            .map(|(part, (name, color))| {
                let bars = self.bars.iter().enumerate().map(|(index, bar)| {
                    let below: u64 = bar.counts.iter().take(part).sum();
                    let count = bar.counts.get(part).copied().unwrap_or(0);
                    egui_plot::Bar::new(index as f64, count as f64)
                        .base_offset(below as f64)
                        .width(WIDTH)
                        .fill(*color)
                        .stroke(egui::Stroke::NONE)
                });
                BarChart::new(*name, bars.collect()).allow_hover(false)
            })
            .collect()
    }

    /// The axes and the lines; it stands still.
    fn plot<'p>(&'p self, ui: &Ui, step: u64) -> Plot<'p> {
        let tokens = Tokens::of(ui.theme());
        let room = ui.available_width() / self.bars.len().max(1) as f32;
        let letters = self.bars.iter().map(|it| it.short.chars().count());
        let label = letters.max().unwrap_or(0) as f32 * LETTER + BETWEEN;
        let every = (label / room).ceil().max(1.0) as usize;
        let short = |mark: GridMark, _: &RangeInclusive<f64>| {
            let bar = self.bars.get(mark.value.round().max(0.0) as usize);
            bar.map(|it| it.short.clone()).unwrap_or_default()
        };
        let number = |mark: GridMark, _: &RangeInclusive<f64>| grouped(mark.value.max(0.0) as u64);
        let font = fonts::regular(type_size::SMALL);
        let axis = |hints: AxisHints<'p>| {
            hints
                .label_spacing(Rangef::new(1.0, 2.0))
                .tick_label_color(tokens.muted)
                .tick_label_font(font.clone())
        };
        let count = self.bars.len();
        Plot::new(self.name)
            .height(HEIGHT)
            .allow_zoom(false)
            .allow_drag(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_double_click_reset(false)
            .allow_axis_zoom_drag(false)
            .show_x(false)
            .show_y(false)
            .show_background(false)
            .show_grid([false, true])
            .grid_color(tokens.border)
            .sense(Sense::hover())
            .custom_x_axes(vec![axis(AxisHints::new_x().formatter(short))])
            .custom_y_axes(vec![axis(AxisHints::new_y().formatter(number))])
            .x_grid_spacer(move |_| {
                // The last one is always named: it is today.
                let named = (0..count).rev().step_by(every);
                named.map(|it| mark(it as f64, every as f64)).collect()
            })
            .y_grid_spacer(move |input: GridInput| {
                let last = (input.bounds.1.max(0.0) / step as f64) as u64;
                let lines = (0..=last).map(|it| (it * step) as f64);
                lines.map(|it| mark(it, step as f64)).collect()
            })
    }

    /// What can be pointed at, pressed and read out.
    fn bar_ui(&self, ui: &Ui, id: Id, place: Rect, bar: &Bar, part: Option<usize>) -> Response {
        let response = ui.interact(place, id, Sense::click());
        let said = self.said(bar, part);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
        if response.hovered() {
            let shade = Tokens::of(ui.theme()).muted.gamma_multiply(0.12);
            ui.painter().rect_filled(place, radius::SMALL, shade);
        }
        response.on_hover_text(said)
    }

    /// "24 Dec 2030: 3 Succeeded, 1 Failed", or only one part of it.
    fn said(&self, bar: &Bar, part: Option<usize>) -> String {
        let parts = self.series.iter().zip(&bar.counts).enumerate();
        let parts: Vec<String> = parts
            .filter(|(at, _)| part.is_none_or(|part| part == *at))
            .filter(|(_, (_, count))| **count > 0 || self.series.len() == 1)
            .map(|(_, ((name, _), count))| format!("{} {name}", grouped(*count)))
            .collect();
        let parts = if parts.is_empty() {
            "none".to_owned()
        } else {
            parts.join(", ")
        };
        format!("{}: {parts}", bar.long)
    }
}

impl Bar {
    /// Where a part begins and ends, counted from the bottom.
    fn ends(&self, part: usize) -> (u64, u64) {
        let low = self.counts.iter().take(part).sum();
        (low, low + self.counts.get(part).copied().unwrap_or(0))
    }

    /// The part in which this value lies, counted from the bottom.
    fn part_at(&self, value: f64) -> Option<usize> {
        let mut top = 0;
        self.counts.iter().position(|count| {
            top += count;
            *count > 0 && value <= top as f64
        })
    }
}

/// A title, and the choice between the picture and the numbers.
pub(super) fn header_ui(ui: &mut Ui, name: &str, is_table: &mut bool) {
    let room = egui::vec2(ui.available_width(), size::CONTROL_SMALL);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        let (word, icon, as_what) = if *is_table {
            ("Show as plot", Icon::Overview, "a plot")
        } else {
            ("Show as table", Icon::Narrow, "a table")
        };
        let called = format!("Show {name} as {as_what}");
        let button = Button::quiet(word).icon(icon).small().name(&called);
        if ui.add(button).clicked() {
            *is_table = !*is_table;
        }
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            text::heading(ui, name);
        });
    });
}

fn value_at(transform: &PlotTransform, at: egui::Pos2) -> f64 {
    transform.value_from_position(at).y
}

fn mark(value: f64, step_size: f64) -> GridMark {
    GridMark { value, step_size }
}

/// A round number, of which three to six make up the height.
fn step(most: u64) -> u64 {
    let mut unit = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = unit * factor;
            if most.div_ceil(step) <= 5 {
                return step;
            }
        }
        unit *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_at_round_numbers() {
        for (most, expected) in [
            (1, 1),
            (4, 1),
            (6, 2),
            (23, 5),
            (49, 10),
            (1_000_000, 200_000),
        ] {
            assert_eq!(step(most), expected, "{most}");
        }
    }

    #[test]
    fn a_part_of_a_bar_is_found_by_its_height() {
        let bar = Bar {
            short: String::new(),
            long: String::new(),
            counts: vec![3, 0, 2],
        };
        assert_eq!(bar.part_at(0.5), Some(0));
        assert_eq!(bar.part_at(3.5), Some(2));
        assert_eq!(bar.part_at(5.5), None);
    }
}
