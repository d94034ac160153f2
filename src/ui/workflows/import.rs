//! The dialog that reads a workflow from a file.

use egui::{Key, Ui};
use tokio::sync::oneshot;

use super::{
    buttons,
    files::{self, Chooser, FileError},
};
use crate::{
    model::document::Document,
    ui::{
        Ctx, sentence,
        tokens::gap,
        widgets::{Answer, Button, Dialog, TextField, text},
    },
};

#[derive(Default)]
pub(super) struct Import {
    path: String,
    chooser: Chooser,
    reading: Option<oneshot::Receiver<Result<Document, FileError>>>,
    refusal: Option<String>,
}

/// How the dialog ended.
pub(super) enum Imported {
    Cancelled,
    Read(Box<Document>),
}

impl Import {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> Option<Imported> {
        if let Some(path) = self.chooser.chosen(ctx).or_else(|| dropped(ctx)) {
            self.path = path.display().to_string();
            self.refusal = None;
        }
        let shown = Dialog::new("Import a workflow").show(ctx.egui, |ui, opening| {
            ui.spacing_mut().item_spacing.y = gap::M;
            self.contents(ctx, ui, opening)
        });
        match shown.inner {
            Some(Answer::Confirmed) => {
                let path = files::typed(&self.path);
                self.refusal = None;
                self.reading = Some(ctx.background.run(ctx.egui, move || files::read(&path)));
            }
            Some(Answer::Cancelled) => return Some(Imported::Cancelled),
            None if shown.dismissed => return Some(Imported::Cancelled),
            None => (),
        }
        let outcome = self.reading.as_mut()?.try_recv();
        match outcome {
            Ok(Ok(document)) => return Some(Imported::Read(Box::new(document))),
            Ok(Err(err)) => self.refusal = Some(sentence(&err)),
            Err(oneshot::error::TryRecvError::Empty) => return None,
            Err(oneshot::error::TryRecvError::Closed) => {
                self.refusal = Some("The file could not be read.".to_owned());
            }
        }
        self.reading = None;
        None
    }

    fn contents(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, opening: bool) -> Option<Answer> {
        text::paragraph(
            ui,
            "A workflow file becomes a new draft of the workflow with that name. If there is none, \
             it is created.",
        );
        ui.add_space(gap::XS);
        let help = if self.chooser.is_missing {
            "No file dialog came up here: type the path."
        } else {
            "Type its path, choose it, or drop it on this window."
        };
        let field = TextField::new("File")
            .hint("/home/ada/welcome.json")
            .help(help)
            .error(self.refusal.as_deref())
            .focus(opening)
            .show(ui, &mut self.path);
        if field.changed() {
            self.refusal = None;
        }
        let choose = Button::secondary("Choose…").enabled(!self.chooser.is_open());
        if ui.add(choose).clicked() {
            self.chooser.open(ctx);
        }
        ui.add_space(gap::XS);
        let can = !self.path.trim().is_empty() && self.reading.is_none();
        let word = Button::primary("Import").why_not("Say which file");
        let answer = buttons(ui, Some((word, can)), "Cancel");
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        answer.or_else(|| (entered && can).then_some(Answer::Confirmed))
    }
}

/// A file that was dropped on the window.
fn dropped(ctx: &Ctx<'_>) -> Option<std::path::PathBuf> {
    ctx.egui.input(|input| {
        let first = input.raw.dropped_files.first()?;
        Some(first.path().to_path_buf())
    })
}
