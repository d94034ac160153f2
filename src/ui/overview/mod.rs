//! The Overview screen: what goes on, what comes next, and how the directory stands.
//!
//! **Invariant:** it is counted in the background and not more often than every few seconds, however
//! much is written.

mod chart;
mod counts;
mod due;

use egui::{CentralPanel, Color32, Frame, Margin, ScrollArea, Ui};
use rusqlite::Connection;

use self::{
    chart::{Bar, Chart, View},
    counts::{Counts, Question},
    due::Due,
};
use super::{
    Ctx, Route,
    buckets::Bucket,
    history::{Shows, mood, words},
    icons::Icon,
    loaded::{Loaded, Shown},
    menu::MenuCommand,
    run_now::{RunDialog, scheduled},
    sentence,
    tokens::{Tokens, gap, size},
    widgets::{
        Banner, Button, Column, Mood, Table, card, empty_state, page_header, skeleton_rows, text,
    },
};
use crate::{
    model::{Timestamp, execution::Status},
    store::{Store, StoreError},
};

/// How long counts are shown before they are taken again, in seconds.
const REST: f64 = 5.0;

/// From this width on, plots stand beside each other.
const WIDE: f32 = 760.0;

/// The rows of what goes on that are in sight.
const LISTED: usize = 4;

pub(super) struct OverviewScreen {
    counts: Loaded<Question, Counts>,
    due: Due,
    running: Option<RunDialog>,

    /// The row of what goes on that the keyboard is on.
    going: Option<usize>,
    days: View,
    dormant: View,
    expiring: View,
}

/// What a bar leads to.
pub(super) enum Wanted {
    Executions(Shows),

    /// Those who were in this part when they were counted.
    Users(Bucket, Timestamp),
}

impl Default for OverviewScreen {
    fn default() -> Self {
        Self {
            counts: Loaded::resting(REST),
            due: Due::default(),
            running: None,
            going: None,
            days: View::default(),
            dormant: View::default(),
            expiring: View::default(),
        }
    }
}

/// The outcomes that have a colour of their own.
const OUTCOMES: [Status; 5] = [
    Status::Succeeded,
    Status::CompletedWithErrors,
    Status::Failed,
    Status::Filtered,
    Status::Quarantined,
];

fn color(status: Status, tokens: &Tokens) -> Color32 {
    let tone = match status {
        Status::Succeeded => tokens.success,
        Status::CompletedWithErrors => tokens.warning,
        Status::Failed => tokens.danger,
        Status::Filtered => tokens.info,
        Status::Quarantined => tokens.kinds.trigger,
        Status::Queued | Status::Running | Status::Canceled => tokens.neutral,
    };
    tone.fill
}

/// Counts all that the plots show, for measuring how long that takes.
pub(crate) fn count_all(db: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let question = Question::new(chrono_tz::UTC, now, 90);
    counts::count(db, question, now).map(drop)
}

impl OverviewScreen {
    /// Returns what is wanted of another screen.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wanted> {
        self.due.prepare(ctx);
        self.commanded(ctx);
        let now = ctx.clock.now();
        let policy = &ctx.config.settings.password;
        let question = Question::new(ctx.zone(), now, policy.expiry_days);
        let fetch = move |store: &Store| counts::read(store, question, now);
        let failed = match self.counts.get(ctx, &question, fetch) {
            Shown::Failed(err) => Some(sentence(err)),
            Shown::Loading | Shown::Value(_) => None,
        };
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).background)
            .inner_margin(Margin::same(gap::XL as i8));
        let wanted = CentralPanel::default().frame(frame).show(ui, |ui| {
            let subtitle = "What goes on, what comes next, and how the directory stands";
            page_header(ui, "Overview", subtitle, |ui| {
                let run = Button::secondary("Run a workflow now…").icon(Icon::Activate);
                let run = run.enabled(is_scheduled(ctx)).why_not(NOT_SCHEDULED);
                if ui.add(run).clicked() {
                    self.running = Some(RunDialog::default());
                }
            });
            if let Some(failed) = failed {
                Banner::new(Mood::Danger, &failed).show(ui);
            }
            let mut wanted = None;
            ScrollArea::vertical()
                .auto_shrink(false)
                .show(ui, |ui| wanted = self.body_ui(ctx, ui));
            wanted
        });
        if let Some(running) = &mut self.running
            && running.ui(ctx)
        {
            self.running = None;
        }
        wanted.inner
    }

    fn commanded(&mut self, ctx: &mut Ctx<'_>) {
        let offer = if is_scheduled(ctx) {
            MenuCommand::RunNow.possible()
        } else {
            MenuCommand::RunNow.refused(NOT_SCHEDULED)
        };
        if ctx.list(&[offer]).is_some() {
            self.running = Some(RunDialog::default());
        }
    }

    fn body_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wanted> {
        ui.spacing_mut().item_spacing.y = gap::L;
        let Some(counts) = self.counts.value() else {
            card(ui, "", |ui| skeleton_rows(ui, 8));
            return None;
        };
        if !counts.has_history && ctx.config.active.is_empty() {
            let sentence = "Draw a workflow and activate it: what it does, what is due next and how \
                your directory stands will be shown here. The Handbook’s first chapter leads you \
                through.";
            if empty_state(
                ui,
                Icon::Workflows,
                "Begin with a workflow",
                sentence,
                Some("Go to Workflows"),
            ) {
                ctx.go(Route::Workflows);
            }
            return None;
        }
        now_ui(ctx, ui, counts, &mut self.going);
        if let Some(workflow) = self.due.ui(ctx, ui) {
            self.running = Some(RunDialog::of(workflow));
        }
        let executions = days_ui(ui, counts, &mut self.days);
        let expiry = ctx.config.settings.password.expiry_days;
        let (dormant, expiring) = (&mut self.dormant, &mut self.expiring);
        let mut bucket = None;
        if ui.available_width() < WIDE {
            bucket = dormant_ui(ui, counts, dormant);
            bucket = expiring_ui(ui, counts, expiry, expiring).or(bucket);
        } else {
            ui.spacing_mut().item_spacing.x = gap::L;
            ui.columns(2, |columns| {
                if let [left, right] = columns {
                    // Columns justify text, which tears words apart.
                    left.vertical(|ui| bucket = dormant_ui(ui, counts, dormant));
                    right.vertical(|ui| {
                        bucket = expiring_ui(ui, counts, expiry, expiring).or(bucket);
                    });
                }
            });
        }
        let users = bucket.map(|it| Wanted::Users(it, counts.at));
        executions.map(Wanted::Executions).or(users)
    }
}

fn is_scheduled(ctx: &Ctx<'_>) -> bool {
    scheduled(&ctx.config.active).next().is_some()
}

const NOT_SCHEDULED: &str = "No workflow with a schedule is active";

/// What runs or waits for a decision; nothing if there is nothing.
fn now_ui(ctx: &mut Ctx<'_>, ui: &mut Ui, counts: &Counts, row: &mut Option<usize>) {
    if counts.now.is_empty() {
        return;
    }
    card(ui, "", |ui| {
        ui.spacing_mut().item_spacing.y = gap::XS;
        text::heading(ui, "Now");
        let columns = [
            Column::rest("Workflow"),
            Column::exact("Status", 176.0),
            Column::initial("Users", 140.0),
            Column::initial("Since", 140.0),
        ];
        let shown = counts.now.len().min(LISTED) as f32;
        let output = Table::new("Running and waiting", &columns)
            .opens_on_click()
            .height(size::TABLE_HEADER + shown * size::ROW)
            .show(ui, counts.now.len(), row, |cells, index| {
                let Some((it, sweep)) = counts.now.get(index) else {
                    return;
                };
                cells.strong(&format!("{} v{}", it.workflow_name, it.version_number));
                let (mood, icon) = mood(it.status);
                cells.badge(mood, icon, &words::status(it.status, sweep.as_ref()));
                cells.text(
                    &sweep
                        .as_ref()
                        .map_or_else(|| it.subject.clone(), words::affected),
                );
                cells.date(&ctx.moment(it.at), &ctx.moment_full(it.at));
            });
        if let Some((it, _)) = output.opened.and_then(|index| counts.now.get(index)) {
            ctx.go(Route::Execution(it.id));
        }
    });
}

fn days_ui(ui: &mut Ui, counts: &Counts, view: &mut View) -> Option<Shows> {
    let bars: Vec<Bar> = counts
        .days
        .iter()
        .map(|day| Bar {
            short: day.date.format("%-d %b").to_string(),
            long: day.date.format("%-d %b %Y").to_string(),
            counts: outcomes(&day.counts),
        })
        .collect();
    let tokens = Tokens::of(ui.theme());
    let mut series: Vec<(&str, Color32)> = OUTCOMES
        .into_iter()
        .map(|it| (it.label(), color(it, tokens)))
        .collect();
    series.push(("Canceled or not ended", tokens.neutral.fill));
    let chart = Chart {
        name: "Executions of the last 30 days",
        heading: "Day",
        series: &series,
        bars: &bars,
    };
    let pressed = chart.ui(ui, "", view)?;
    let series = pressed.series.and_then(|it| OUTCOMES.get(it));
    Some(Shows {
        status: series.copied(),
        day: counts.days.get(pressed.bar).map(|it| it.date),
    })
}

/// The counts in the order of the outcomes, and all others together.
fn outcomes(counts: &[u64]) -> Vec<u64> {
    let of = |status: Status| {
        let at = Status::ALL.iter().position(|it| *it == status);
        at.and_then(|it| counts.get(it)).copied().unwrap_or(0)
    };
    let mut outcomes: Vec<u64> = OUTCOMES.into_iter().map(of).collect();
    let others = counts.iter().sum::<u64>() - outcomes.iter().sum::<u64>();
    outcomes.push(others);
    outcomes
}

fn dormant_ui(ui: &mut Ui, counts: &Counts, view: &mut View) -> Option<Bucket> {
    let bars = bars(&counts.dormant);
    let chart = Chart {
        name: "Users by last activity",
        heading: "Days since",
        series: &[("users", Tokens::of(ui.theme()).accent.fill)],
        bars: &bars,
    };
    let pressed = chart.ui(ui, "Whole days since the last sign of life", view)?;
    counts.dormant.get(pressed.bar).map(|it| it.0)
}

fn expiring_ui(ui: &mut Ui, counts: &Counts, expiry: u32, view: &mut View) -> Option<Bucket> {
    if counts.expiring.is_empty() {
        card(ui, "", |ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            text::heading(ui, "Passwords by days to expiry");
            let hint = "Passwords do not expire. Settings › Password policy can let them.";
            text::note(ui, hint);
        });
        return None;
    }
    let bars = bars(&counts.expiring);
    let chart = Chart {
        name: "Passwords by days to expiry",
        heading: "Expires",
        series: &[("users", Tokens::of(ui.theme()).warning.fill)],
        bars: &bars,
    };
    let remark = format!("Passwords expire after {expiry} days");
    let pressed = chart.ui(ui, &remark, view)?;
    counts.expiring.get(pressed.bar).map(|it| it.0)
}

fn bars(counted: &[(Bucket, u64)]) -> Vec<Bar> {
    let bar = |(bucket, count): &(Bucket, u64)| Bar {
        short: bucket.short().to_owned(),
        long: bucket.long(),
        counts: vec![*count],
    };
    counted.iter().map(bar).collect()
}
