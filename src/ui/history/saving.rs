//! The dialog that writes the list into a file.

use std::path::PathBuf;

use tokio::sync::oneshot;

use super::export::{self, Format};
use crate::{
    store::executions::Filter,
    ui::{
        Ctx,
        files::{FileField, Purpose},
        sentence,
        tokens::gap,
        widgets::{Banner, Button, Dialog, Mood, segmented, text},
    },
};

pub(super) struct Saving {
    filter: Filter,
    format: Format,
    file: FileField,
    writing: Option<oneshot::Receiver<Result<usize, String>>>,
    error: Option<String>,
}

impl Saving {
    pub(super) fn new(filter: Filter) -> Self {
        let mut saving = Self {
            filter,
            format: Format::Csv,
            file: FileField::default(),
            writing: None,
            error: None,
        };
        saving.file = FileField::starting_with(home().join(saving.name()));
        saving
    }

    fn name(&self) -> &'static str {
        match self.format {
            Format::Csv => "executions.csv",
            Format::Json => "executions.json",
        }
    }

    /// Says whether the dialog is done.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if let Some(is_done) = self.written(ctx) {
            return is_done;
        }
        let is_writing = self.writing.is_some();
        let shown = Dialog::new("Export executions").show(ctx.egui, |ui, _| {
            text::paragraph(
                ui,
                "All executions that match the filters are written, the newest first.",
            );
            ui.add_space(gap::XS);
            ui.add_space(gap::S);
            let formats = [(Format::Csv, "CSV"), (Format::Json, "JSON")];
            let before = self.name();
            if segmented(ui, "Format", &mut self.format, &formats)
                && let Some(folder) = self.file.path.strip_suffix(before)
            {
                self.file.path = format!("{folder}{}", self.name());
            }
            ui.add_space(gap::S);
            let endings: &[&str] = match self.format {
                Format::Csv => &["csv"],
                Format::Json => &["json"],
            };
            self.file.ui(ctx, ui, "File", Purpose::Save, endings);
            if let Some(error) = &self.error {
                Banner::new(Mood::Danger, error).show(ui);
            }
            ui.add_space(gap::M);
            ui.horizontal(|ui| {
                let has_path = !self.file.path.trim().is_empty();
                let word = if is_writing { "Writing…" } else { "Export" };
                let export = Button::primary(word).enabled(has_path && !is_writing);
                if ui.add(export).clicked() {
                    self.start(ctx);
                }
                ui.add(Button::secondary("Cancel")).clicked()
            })
            .inner
        });
        shown.inner || shown.dismissed
    }

    fn start(&mut self, ctx: &Ctx<'_>) {
        let (store, filter) = (ctx.store.clone(), self.filter.clone());
        let (format, path) = (self.format, PathBuf::from(self.file.path.trim()));
        let write = move || export::list(&store, &filter, format, &path);
        self.writing = Some(ctx.background.run(ctx.egui, write));
    }

    /// `Some` once the file is written, or could not be.
    fn written(&mut self, ctx: &mut Ctx<'_>) -> Option<bool> {
        let outcome = match self.writing.as_mut()?.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => return None,
            Err(oneshot::error::TryRecvError::Closed) => Err("writing has stopped".to_owned()),
            Ok(outcome) => outcome,
        };
        self.writing = None;
        match outcome {
            Ok(count) => {
                let path = self.file.path.trim();
                let word = if count == 1 {
                    "execution"
                } else {
                    "executions"
                };
                let text = format!("{count} {word} written to {path}");
                ctx.toast(Mood::Success, text);
                Some(true)
            }
            Err(error) => {
                self.error = Some(sentence(&error));
                None
            }
        }
    }
}

/// Where people look for their files.
fn home() -> PathBuf {
    directories::UserDirs::new().map_or_else(PathBuf::new, |dirs| {
        let documents = dirs.document_dir().unwrap_or_else(|| dirs.home_dir());
        documents.to_owned()
    })
}
