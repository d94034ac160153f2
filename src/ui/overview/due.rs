//! When scheduled workflows are due in the coming days.

use chrono::TimeDelta;
use chrono_tz::Tz;
use egui::{Rect, Sense, Ui, pos2, vec2};

use super::{REST, chart::header_ui};
use crate::{
    model::{Timestamp, id::WorkflowId, schedule::Schedule},
    store::{Config, Store, config::ActiveVersion},
    ui::{
        Ctx, Route,
        icons::Icon,
        loaded::Loaded,
        numbers::counted,
        run_now::scheduled,
        tokens::{Tokens, gap, size},
        widgets::{Button, Cells, Column, Table, card, skeleton_rows, text},
        workflows::{Dues, next_dues},
    },
};

const DAYS: i64 = 7;

/// The rows that are in sight.
const LISTED: usize = 5;

/// More due times than this are not listed one by one.
const MOST: usize = 500;

pub(super) struct Due {
    lines: Loaded<Timestamp, Lines>,
    is_table: bool,

    /// The row that the keyboard is on.
    row: Option<usize>,
}

#[derive(Default)]
struct Lines {
    lines: Vec<Line>,

    /// All due times, the next first: the line, and when.
    times: Vec<(usize, Timestamp)>,
}

/// A scheduled workflow.
struct Line {
    workflow: WorkflowId,
    name: String,
    zone: Tz,
    schedule: String,

    /// Also after the coming days.
    next: Option<Timestamp>,

    /// Within the coming days.
    times: Vec<Timestamp>,
}

impl Default for Due {
    fn default() -> Self {
        Self {
            lines: Loaded::resting(REST),
            is_table: false,
            row: None,
        }
    }
}

impl Lines {
    fn of(config: &Config, dues: &Dues, now: Timestamp) -> Self {
        let end = now + TimeDelta::days(DAYS);
        let line = |it: &ActiveVersion| {
            let schedule: &Schedule = it.definition.trigger()?.schedule()?;
            let next = *dues.get(&it.workflow)?;
            // What is due at this moment is one of the coming ones.
            let from = next.map(|it| it.max(now) - TimeDelta::microseconds(1));
            let times = from.into_iter().flat_map(|it| schedule.upcoming(it));
            let times = times.take_while(|it| *it <= end);
            Some(Line {
                workflow: it.workflow,
                name: it.workflow_name.clone(),
                zone: schedule.zone,
                schedule: schedule.summary(),
                next,
                times: times.collect(),
            })
        };
        let mut lines: Vec<Line> = scheduled(&config.active).filter_map(line).collect();
        // What comes first is on top, and what never comes again at the bottom.
        lines.sort_by_key(|it| (it.next.is_none(), it.next));
        let each = lines.iter().enumerate();
        let times = each.flat_map(|(line, it)| it.times.iter().map(move |at| (line, *at)));
        let mut times: Vec<_> = times.collect();
        times.sort_by_key(|it| it.1);
        times.truncate(MOST);
        Self { lines, times }
    }
}

impl Due {
    /// Counting due times takes longer than a frame has, so it is done in the background.
    pub(super) fn prepare(&mut self, ctx: &Ctx<'_>) {
        let now = ctx.clock.now();
        let minute = chrono::DurationRound::duration_trunc(now, TimeDelta::minutes(1));
        let fetch = move |store: &Store| {
            let dues = next_dues(store, now)?;
            Ok(Lines::of(&*store.config()?, &dues, now))
        };
        self.lines.get(ctx, &minute.unwrap_or(now), fetch);
    }

    /// Returns the workflow that is to be run now.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<WorkflowId> {
        card(ui, "", |ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            let was_table = self.is_table;
            header_ui(ui, "Due in the next 7 days", &mut self.is_table);
            if self.is_table != was_table {
                self.row = None;
            }
            match self.lines.value() {
                None => {
                    skeleton_rows(ui, 1);
                    None
                }
                Some(due) if due.lines.is_empty() => {
                    text::note(ui, "No workflow with a schedule is active.");
                    None
                }
                Some(due) if self.is_table => {
                    due.times_ui(ctx, ui, &mut self.row);
                    None
                }
                Some(due) => due.lines_ui(ctx, ui, &mut self.row),
            }
        })
    }
}

impl Lines {
    fn lines_ui(
        &self,
        ctx: &mut Ctx<'_>,
        ui: &mut Ui,
        row: &mut Option<usize>,
    ) -> Option<WorkflowId> {
        let columns = [
            Column::initial("Workflow", 170.0).growing(),
            Column::initial("Next", 230.0),
            Column::rest("Coming 7 days"),
            Column::exact("", 128.0),
        ];
        let now = ctx.clock.now();
        let shown = self.lines.len().min(LISTED) as f32;
        // A row more would begin just below, out of sight but not for assistive technology.
        let rows = if self.lines.len() > LISTED {
            shown * size::ROW - 1.0
        } else {
            shown * size::ROW
        };
        let mut runs = None;
        let output = Table::new("Scheduled workflows", &columns)
            .height(size::TABLE_HEADER + rows)
            .show(ui, self.lines.len(), row, |cells, index| {
                if let Some(line) = self.lines.get(index)
                    && line_ui(cells, line, now)
                {
                    runs = Some(line.workflow);
                }
            });
        if let Some(line) = output.opened.and_then(|index| self.lines.get(index)) {
            ctx.go(Route::Workflow(line.workflow));
        }
        runs
    }

    /// Every due time, one by one.
    fn times_ui(&self, ctx: &Ctx<'_>, ui: &mut Ui, row: &mut Option<usize>) {
        let columns = [
            Column::initial("When", 150.0),
            Column::rest("Workflow"),
            Column::initial("On its own clock", 150.0),
            Column::initial("Zone", 150.0),
        ];
        let shown = self.times.len().clamp(1, LISTED) as f32;
        Table::new("Due times", &columns)
            .height(size::TABLE_HEADER + shown * size::ROW)
            .show(ui, self.times.len(), row, |cells, index| {
                let Some((line, at)) = self.times.get(index) else {
                    return;
                };
                let Some(line) = self.lines.get(*line) else {
                    return;
                };
                cells.date(&ctx.moment(*at), &ctx.moment_full(*at));
                cells.text(&line.name);
                cells.text(&local(*at, line.zone));
                cells.muted(line.zone.name());
            });
    }
}

/// Says whether it is to be run now.
fn line_ui(cells: &mut Cells<'_, '_, '_>, line: &Line, now: Timestamp) -> bool {
    cells.strong(&line.name);
    let next = match line.next {
        Some(next) if next <= now => "Now".to_owned(),
        Some(next) => format!("{} {}", local(next, line.zone), line.zone.name()),
        None => "Never again".to_owned(),
    };
    cells.date(&next, &format!("{next}. {}", line.schedule));
    let count = line.times.len() as u64;
    let said = format!("{} in the next 7 days", counted(count, "due time"));
    cells.ui(&said, |ui| strip_ui(ui, line, now, &said));
    let mut runs = false;
    cells.ui("", |ui| {
        let name = format!("Run {} now…", line.name);
        let run = Button::secondary("Run now…").small().name(&name);
        runs = ui.add(run.icon(Icon::Activate)).clicked();
    });
    runs
}

/// A line with a tick for each day and a dot for each due time.
fn strip_ui(ui: &mut Ui, line: &Line, now: Timestamp, said: &str) {
    let tokens = Tokens::of(ui.theme());
    let room = vec2(
        (ui.available_width() - gap::M).max(40.0),
        size::ROW - gap::S,
    );
    let (rect, response) = ui.allocate_exact_size(room, Sense::hover());
    let at = |share: f32| rect.left() + gap::XS + share * (rect.width() - gap::S);
    let middle = rect.center().y;
    let painter = ui.painter();
    painter.hline(at(0.0)..=at(1.0), middle, (size::LINE, tokens.border));
    for day in 0..=DAYS {
        let x = at(day as f32 / DAYS as f32);
        painter.vline(x, middle - 5.0..=middle + 5.0, (size::LINE, tokens.control));
    }
    let week = TimeDelta::days(DAYS).num_seconds() as f32;
    for time in &line.times {
        let share = (*time - now).num_seconds() as f32 / week;
        let dot = Rect::from_center_size(pos2(at(share), middle), vec2(8.0, 8.0));
        painter.rect_filled(dot, 4.0, tokens.accent.fill);
    }
    let mut first = line.times.iter().take(LISTED);
    let first: Vec<String> = first.by_ref().map(|it| local(*it, line.zone)).collect();
    response.on_hover_text(format!("{said}: {}", first.join(", ")));
}

/// "Tue 24 Dec, 12:00"
fn local(at: Timestamp, zone: Tz) -> String {
    at.with_timezone(&zone)
        .format("%a %-d %b, %H:%M")
        .to_string()
}
