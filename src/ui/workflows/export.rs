//! The dialog that writes a version to a file.

use std::path::Path;

use egui::{Key, Ui};
use tokio::sync::oneshot;

use super::{
    buttons,
    files::{self, Chooser, FileError},
};
use crate::{
    command::CommandError,
    model::{document::Document, id::VersionId, version::Workflow},
    store::{Store, StoreError, workflows},
    ui::{
        Ctx, sentence,
        tokens::gap,
        widgets::{Answer, Button, Dialog, Mood, TextField, text},
    },
};

pub(super) struct Export {
    version: VersionId,
    number: u32,
    workflow: Workflow,
    path: String,
    chooser: Chooser,

    /// The file is there already, and may go.
    replaces: bool,
    writing: Option<oneshot::Receiver<Result<(), ExportError>>>,
    refusal: Option<ExportError>,
}

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{}", CommandError::NotFound("version"))]
    Gone,
    #[error("the version cannot be written down: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the file could not be written")]
    Stopped,
}

impl Export {
    pub(super) fn new(workflow: &Workflow, version: VersionId, number: u32) -> Self {
        let folder = std::env::home_dir().unwrap_or_default();
        let path = folder.join(files::file_name(&workflow.name, number));
        Self {
            version,
            number,
            workflow: workflow.clone(),
            path: path.display().to_string(),
            chooser: Chooser::default(),
            replaces: false,
            writing: None,
            refusal: None,
        }
    }

    /// Says whether it is done.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if let Some(path) = self.chooser.chosen(ctx) {
            self.path = path.display().to_string();
            self.refusal = None;
            // The system's dialog has asked already.
            self.replaces = path.exists();
        }
        let title = format!("Export version {}", self.number);
        let shown = Dialog::new(&title).show(ctx.egui, |ui, opening| {
            ui.spacing_mut().item_spacing.y = gap::M;
            self.contents(ctx, ui, opening)
        });
        match shown.inner {
            Some(Answer::Confirmed) => self.start(ctx),
            Some(Answer::Cancelled) => return true,
            None if shown.dismissed => return true,
            None => (),
        }
        let Some(writing) = &mut self.writing else {
            return false;
        };
        let outcome = match writing.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => return false,
            Ok(outcome) => outcome,
            Err(oneshot::error::TryRecvError::Closed) => Err(ExportError::Stopped),
        };
        self.writing = None;
        match outcome {
            Ok(()) => {
                let done = format!("Version {} is in “{}”", self.number, self.path.trim());
                ctx.toast(Mood::Success, done);
                true
            }
            Err(err) => {
                self.replaces = matches!(err, ExportError::File(FileError::Exists(_)));
                self.refusal = Some(err);
                false
            }
        }
    }

    fn contents(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, opening: bool) -> Option<Answer> {
        text::paragraph(
            ui,
            "The version as it was last saved, with groups and roles by name.",
        );
        ui.add_space(gap::XS);
        let refusal = self.refusal.as_ref().map(sentence);
        let help = if self.chooser.is_missing {
            "No file dialog came up here: type the path."
        } else {
            "Type a path or choose one."
        };
        let field = TextField::new("File")
            .help(help)
            .error(refusal.as_deref())
            .focus(opening)
            .show(ui, &mut self.path);
        if field.changed() {
            self.refusal = None;
            self.replaces = false;
        }
        let choose = Button::secondary("Choose…").enabled(!self.chooser.is_open());
        if ui.add(choose).clicked() {
            let name = files::file_name(&self.workflow.name, self.number);
            self.chooser.save(ctx, name);
        }
        ui.add_space(gap::XS);
        let can = !self.path.trim().is_empty() && self.writing.is_none();
        let word = if self.replaces && self.refusal.is_some() {
            Button::danger("Replace")
        } else {
            Button::primary("Export")
        };
        let answer = buttons(ui, Some((word, can)), "Cancel");
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        // Enter never replaces a file.
        let may = entered && can && !self.replaces;
        answer.or_else(|| may.then_some(Answer::Confirmed))
    }

    fn start(&mut self, ctx: &Ctx<'_>) {
        let (store, workflow) = (ctx.store.clone(), self.workflow.clone());
        let (version, replaces) = (self.version, self.replaces);
        let path = files::typed(&self.path);
        self.refusal = None;
        self.writing = Some(ctx.background.run(ctx.egui, move || {
            write(&store, &workflow, version, &path, replaces)
        }));
    }
}

fn write(
    store: &Store,
    workflow: &Workflow,
    id: VersionId,
    path: &Path,
    replaces: bool,
) -> Result<(), ExportError> {
    let (version, drawn) = store
        .read(|db| Ok::<_, StoreError>((workflows::version(db, id)?, workflows::drawn(db, id)?)))?;
    let (Some(version), Some(drawn)) = (version, drawn) else {
        return Err(ExportError::Gone);
    };
    let document = Document::new(
        &workflow.name,
        &workflow.description,
        &version.note,
        drawn.definition,
    );
    Ok(files::write(path, &document.to_json()?, replaces)?)
}
