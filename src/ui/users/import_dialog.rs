//! Importing users from a CSV file: choose, see what would be done, do it, see what was done.

use std::{fs::File, path::PathBuf};

use egui::{Align, Layout, Ui, vec2};

use super::file_choice::{FileChoice, Purpose};
use crate::{
    command::{
        Actor,
        import::{self, BadRow, ImportError, Imported, Preview, RowOutcome},
    },
    model::audit::Via,
    ui::{
        Ctx,
        job::Job,
        numbers::{grouped, users},
        sentence,
        tokens::{gap, size},
        widgets::{Banner, Button, Column, Dialog, Mood, Table, text},
    },
};

/// How many rows that were not done are named.
const NAMED: usize = 1_000;

pub(super) struct ImportDialog {
    file: FileChoice,
    stage: Stage,
}

enum Stage {
    Choosing,
    Checking(Job<Result<Preview, ImportError>>),
    Previewed(Preview),
    Importing(Job<Result<Outcome, ImportError>>),
    Done(Outcome),
    Failed(String),
}

/// What was done, and the rows that were not.
struct Outcome {
    sum: Imported,
    not_done: Vec<BadRow>,
}

/// What is to happen after this frame.
enum Step {
    Check,
    Import,
    Back,
    Close,
}

impl ImportDialog {
    pub(super) fn new() -> Self {
        Self {
            file: FileChoice::default(),
            stage: Stage::Choosing,
        }
    }

    /// Says whether the dialog stays open.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        self.advance();
        let dialog = Dialog::new("Import users").width(size::DRAWER_MAX);
        let shown = dialog.show(ctx.egui, |ui, opening| self.stage_ui(ui, opening));
        let step = shown
            .inner
            .or_else(|| shown.dismissed.then_some(Step::Close));
        match step {
            // What runs is ended by its own button.
            Some(Step::Close) => matches!(self.stage, Stage::Checking(_) | Stage::Importing(_)),
            Some(Step::Check) => self.check(ctx),
            Some(Step::Import) => self.import(ctx),
            Some(Step::Back) => {
                self.stage = Stage::Choosing;
                true
            }
            None => true,
        }
    }

    /// Goes on when what runs has ended.
    fn advance(&mut self) {
        let next = match &mut self.stage {
            Stage::Checking(job) => match job.poll() {
                None => return,
                Some(Ok(Ok(preview))) if preview.is_canceled => Stage::Choosing,
                Some(Ok(Ok(preview))) => Stage::Previewed(preview),
                Some(Ok(Err(err))) => self.file.refuse(&err),
                Some(Err(broken)) => self.file.refuse(&broken),
            },
            Stage::Importing(job) => match job.poll() {
                None => return,
                Some(Ok(Ok(outcome))) => Stage::Done(outcome),
                Some(Ok(Err(err))) => Stage::Failed(sentence(&err)),
                Some(Err(broken)) => Stage::Failed(sentence(&broken)),
            },
            _ => return,
        };
        self.stage = next;
    }

    fn check(&mut self, ctx: &Ctx<'_>) -> bool {
        let (store, path) = (ctx.store.clone(), self.path());
        self.file.error = None;
        self.stage = Stage::Checking(Job::start(ctx, 0, move |state| {
            let file = File::open(path)?;
            import::preview(&store, file, state.cancel(), |rows| state.is_at(rows))
        }));
        true
    }

    fn import(&mut self, ctx: &Ctx<'_>) -> bool {
        let Stage::Previewed(preview) = &self.stage else {
            return true;
        };
        let total = preview.good() + preview.bad;
        let (store, clock, path) = (ctx.store.clone(), ctx.clock.clone(), self.path());
        self.stage = Stage::Importing(Job::start(ctx, total, move |state| {
            let mut not_done = Vec::new();
            let actor = Actor::system_user(Via::App);
            let file = File::open(path)?;
            let now = || clock.now();
            let sum = import::import(&store, &actor, now, file, state.cancel(), |sum, rows| {
                state.is_at(sum.rows());
                let exceptions = rows.into_iter().filter_map(exception);
                not_done.extend(exceptions.take(NAMED.saturating_sub(not_done.len())));
            })?;
            Ok(Outcome { sum, not_done })
        }));
        true
    }

    fn path(&self) -> PathBuf {
        PathBuf::from(self.file.path.trim())
    }

    fn stage_ui(&mut self, ui: &mut Ui, opening: bool) -> Option<Step> {
        match &mut self.stage {
            Stage::Choosing => choosing_ui(ui, &mut self.file, opening),
            Stage::Checking(job) => {
                job.ui(ui, "Checking the file");
                None
            }
            Stage::Previewed(preview) => preview_ui(ui, preview),
            Stage::Importing(job) => {
                job.ui(ui, "Importing");
                let note = if job.state.is_canceled() {
                    "Ending after the rows that are being written."
                } else {
                    "What has been imported stays if you cancel."
                };
                text::note(ui, note);
                None
            }
            Stage::Done(outcome) => done_ui(ui, outcome),
            Stage::Failed(reason) => {
                Banner::new(Mood::Danger, reason)
                    .title("The import broke off")
                    .show(ui);
                text::note(
                    ui,
                    "The rows before stay imported. The list of users shows them.",
                );
                buttons_ui(ui, |ui| {
                    ui.add(Button::primary("Close"))
                        .clicked()
                        .then_some(Step::Close)
                })
            }
        }
    }
}

impl FileChoice {
    fn refuse(&mut self, err: &impl ToString) -> Stage {
        self.error = Some(sentence(err));
        Stage::Choosing
    }
}

/// A row that was not done, and why.
fn exception(row: import::RowDone) -> Option<BadRow> {
    let reason = match row.outcome {
        RowOutcome::Created | RowOutcome::Updated | RowOutcome::Deleted => return None,
        RowOutcome::NotAccepted(_) => {
            "not accepted: no registration workflow let it pass, see the history".to_owned()
        }
        RowOutcome::Refused(reason) => reason,
    };
    Some(BadRow {
        line: row.line,
        username: row.username,
        reason,
    })
}

fn choosing_ui(ui: &mut Ui, file: &mut FileChoice, opening: bool) -> Option<Step> {
    text::paragraph(
        ui,
        "The first line names the columns: username, email, first_name, last_name, phone, status, \
         groups, roles and custom attributes by name. A column “action” says add, update or \
         delete; without it all rows are added. An export shows how it looks.",
    );
    ui.add_space(gap::XS);
    ui.add_space(gap::S);
    file.ui(ui, Purpose::Read, opening);
    let has_path = !file.path.trim().is_empty();
    buttons_ui(ui, |ui| {
        let check = Button::primary("Check the file").enabled(has_path);
        let check = ui.add(check.why_not("Choose a file first")).clicked();
        let cancel = ui.add(Button::secondary("Cancel")).clicked();
        match (check, cancel) {
            (true, _) => Some(Step::Check),
            (_, true) => Some(Step::Close),
            _ => None,
        }
    })
}

fn preview_ui(ui: &mut Ui, preview: &Preview) -> Option<Step> {
    let good = preview.good();
    text::strong(
        ui,
        &format!(
            "{} to add, {} to update, {} to delete",
            grouped(preview.adds),
            grouped(preview.updates),
            grouped(preview.deletes)
        ),
    );
    if preview.bad > 0 {
        let rows = match preview.bad {
            1 => "1 row cannot be imported and is left out.".to_owned(),
            bad => format!("{} rows cannot be imported and are left out.", grouped(bad)),
        };
        Banner::new(Mood::Warning, &rows).show(ui);
        bad_rows_ui(ui, "Bad rows", &preview.bad_rows, preview.bad);
    }
    buttons_ui(ui, |ui| {
        let word = format!("Import {}", users(good));
        let go = ui.add(Button::primary(&word).enabled(good > 0)).clicked();
        let back = ui.add(Button::secondary("Other file")).clicked();
        match (go, back) {
            (true, _) => Some(Step::Import),
            (_, true) => Some(Step::Back),
            _ => None,
        }
    })
}

fn done_ui(ui: &mut Ui, outcome: &Outcome) -> Option<Step> {
    let Imported {
        created,
        updated,
        deleted,
        not_accepted,
        refused,
        is_canceled,
    } = outcome.sum;
    let said = format!(
        "{} created, {} updated, {} deleted, {} not accepted, {} refused.",
        grouped(created),
        grouped(updated),
        grouped(deleted),
        grouped(not_accepted),
        grouped(refused)
    );
    let bad = not_accepted + refused;
    let (mood, title) = match (is_canceled, bad) {
        (true, _) => (Mood::Warning, "Canceled, what was done stays"),
        (false, 0) => (Mood::Success, "Imported"),
        (false, _) => (Mood::Warning, "Imported, except for some rows"),
    };
    Banner::new(mood, &said).title(title).show(ui);
    if bad > 0 {
        bad_rows_ui(ui, "Rows that were not done", &outcome.not_done, bad);
    }
    buttons_ui(ui, |ui| {
        ui.add(Button::primary("Close"))
            .clicked()
            .then_some(Step::Close)
    })
}

/// Rows with the reason why not; `count` is how many there are in all.
fn bad_rows_ui(ui: &mut Ui, name: &str, rows: &[BadRow], count: u64) {
    let columns = [
        Column::exact("Line", 70.0),
        Column::initial("Username", 130.0),
        Column::rest("Why not"),
    ];
    let height = size::TABLE_HEADER + size::ROW * rows.len().clamp(1, 6) as f32;
    Table::new(name, &columns)
        .height(height)
        .show(ui, rows.len(), &mut None, |cells, index| {
            if let Some(row) = rows.get(index) {
                cells.muted(&row.line.to_string());
                cells.text(&row.username);
                cells.text(&sentence(&row.reason));
            }
        });
    if (rows.len() as u64) < count {
        text::note(
            ui,
            &format!(
                "The first {} of {}.",
                grouped(rows.len() as u64),
                grouped(count)
            ),
        );
    }
}

/// The last line of a dialog, from right to left.
pub(super) fn buttons_ui<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(gap::M);
    let room = vec2(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), contents)
        .inner
}
