//! Exporting all users to a CSV file.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use egui::Ui;

use super::{
    file_choice::{FileChoice, Purpose},
    import_dialog::buttons_ui,
};
use crate::{
    command::export::{self, ExportError},
    store::Store,
    ui::{
        Ctx,
        job::{Job, Progress},
        numbers::users,
        sentence,
        tokens::gap,
        widgets::{Button, Dialog, Mood, checkbox, text},
    },
};

#[derive(Default)]
pub(super) struct ExportDialog {
    file: FileChoice,
    replaces: bool,
    job: Option<Job<Result<u64, ExportError>>>,
}

enum Step {
    Export,
    Close,
}

impl ExportDialog {
    /// Says whether the dialog stays open.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.is_done(ctx) {
            return false;
        }
        let shown = Dialog::new("Export users").show(ctx.egui, |ui, opening| {
            if let Some(job) = &self.job {
                job.ui(ui, "Exporting");
                return None;
            }
            self.choosing_ui(ui, opening)
        });
        match shown
            .inner
            .or_else(|| shown.dismissed.then_some(Step::Close))
        {
            Some(Step::Close) => self.job.is_some(),
            Some(Step::Export) => {
                self.export(ctx);
                true
            }
            None => true,
        }
    }

    fn choosing_ui(&mut self, ui: &mut Ui, opening: bool) -> Option<Step> {
        text::paragraph(
            ui,
            "Writes all users with their groups, roles and custom attributes, without passwords. \
             An import reads the file back.",
        );
        ui.add_space(gap::XS);
        self.file.ui(ui, Purpose::Write, opening);
        checkbox(ui, &mut self.replaces, "Replace the file if there is one");
        let has_path = !self.file.path.trim().is_empty();
        buttons_ui(ui, |ui| {
            let export = Button::primary("Export").enabled(has_path);
            let export = ui.add(export.why_not("Choose a file first")).clicked();
            let cancel = ui.add(Button::secondary("Cancel")).clicked();
            match (export, cancel) {
                (true, _) => Some(Step::Export),
                (_, true) => Some(Step::Close),
                _ => None,
            }
        })
    }

    fn export(&mut self, ctx: &Ctx<'_>) {
        self.file.error = None;
        let path = PathBuf::from(self.file.path.trim());
        let (store, replaces) = (ctx.store.clone(), self.replaces);
        self.job = Some(Job::start(ctx, 0, move |state| {
            write(&store, &path, replaces, state)
        }));
    }

    fn is_done(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.job.as_mut().and_then(Job::poll) else {
            return false;
        };
        let is_canceled = self.job.take().is_some_and(|job| job.state.is_canceled());
        match outcome {
            Ok(Ok(count)) => {
                let path = self.file.path.trim();
                ctx.toast(Mood::Success, format!("{} written to {path}", users(count)));
                return true;
            }
            Ok(Err(_)) if is_canceled => (),
            Ok(Err(err)) => self.file.error = Some(sentence(&err)),
            Err(broken) => self.file.error = Some(sentence(&broken)),
        }
        false
    }
}

/// Writes beside the file first, so that it is whole or not there.
fn write(store: &Store, path: &Path, replaces: bool, state: &Progress) -> Result<u64, ExportError> {
    if !replaces && path.exists() {
        let reason = "there is one already, choose another name or replace it";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, reason).into());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let partial = path.with_file_name(name);
    let count = store.read(|db| -> Result<u64, ExportError> {
        let mut file = BufWriter::new(File::create(&partial)?);
        let count = export::csv(db, &mut file, |rows| {
            state.is_at(rows);
            !state.is_canceled()
        })?;
        file.flush()?;
        Ok(count)
    });
    let count = count.and_then(|count| {
        fs::rename(&partial, path)?;
        Ok(count)
    });
    if count.is_err() {
        // If it cannot be removed either, there is nothing more to do about it.
        fs::remove_file(&partial).ok();
    }
    count
}
