//! Choosing a file: in the system's dialog, or by typing its path where there is no dialog.
//!
//! **Invariant:** the dialog is open on another thread, so the window goes on being drawn.

use std::path::PathBuf;

use egui::Ui;
use tokio::sync::oneshot;

use super::{
    Ctx,
    icons::Icon,
    tokens::gap,
    widgets::{Button, TextField},
};
use crate::clock::Stopwatch;

/// Nobody cancels a dialog faster than this, in milliseconds: there was none.
pub(super) const TOO_QUICK: u128 = 150;

pub(super) const NO_DIALOG: &str =
    "This desktop has no file dialog that Tenure can open: type the path.";

/// The path of a file, typed or chosen.
#[derive(Default)]
pub(super) struct FileField {
    pub(super) path: String,
    asking: Option<oneshot::Receiver<Answer>>,
    has_no_dialog: bool,
}

struct Answer {
    path: Option<PathBuf>,
    took: u128,
}

/// What the file is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Open,
    Save,
}

impl FileField {
    /// Offers a path to begin with.
    pub(super) fn starting_with(path: PathBuf) -> Self {
        Self {
            path: path.display().to_string(),
            ..Self::default()
        }
    }

    /// The field and its button; `endings` are those of the wanted files. Says whether a file was
    /// chosen in the dialog in this frame.
    pub(super) fn ui(
        &mut self,
        ctx: &Ctx<'_>,
        ui: &mut Ui,
        label: &str,
        purpose: Purpose,
        endings: &'static [&'static str],
    ) -> bool {
        let chosen = self.receive();
        let help = if self.has_no_dialog { NO_DIALOG } else { "" };
        let mut field = TextField::new(label).hint("/home/ada/file");
        if !help.is_empty() {
            field = field.help(help);
        }
        field.show(ui, &mut self.path);
        ui.add_space(gap::XS);
        let browse = Button::secondary("Choose…").icon(Icon::File);
        if ui.add(browse.enabled(self.asking.is_none())).clicked() {
            let typed = PathBuf::from(self.path.trim());
            let ask = move || ask(purpose, &typed, endings);
            self.asking = Some(ctx.background.run(ctx.egui, ask));
        }
        chosen
    }

    fn receive(&mut self) -> bool {
        let Some(mut asking) = self.asking.take() else {
            return false;
        };
        match asking.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => {
                self.asking = Some(asking);
                false
            }
            Err(oneshot::error::TryRecvError::Closed) => false,
            Ok(answer) => {
                self.has_no_dialog = answer.path.is_none() && answer.took < TOO_QUICK;
                let is_chosen = answer.path.is_some();
                if let Some(path) = answer.path {
                    self.path = path.display().to_string();
                }
                is_chosen
            }
        }
    }
}

fn ask(purpose: Purpose, typed: &std::path::Path, endings: &[&str]) -> Answer {
    let watch = Stopwatch::start();
    let mut dialog = rfd::FileDialog::new().add_filter("Files", endings);
    if let Some(folder) = typed.parent().filter(|it| it.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    if let Some(name) = typed.file_name() {
        dialog = dialog.set_file_name(name.to_string_lossy());
    }
    let path = match purpose {
        Purpose::Open => dialog.pick_file(),
        Purpose::Save => dialog.save_file(),
    };
    Answer {
        path,
        took: watch.elapsed().as_millis(),
    }
}
