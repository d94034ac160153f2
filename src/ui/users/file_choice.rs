//! Choosing a file: typed, or found in the system's dialog.
//!
//! The system's dialog may hang or not exist, so it runs on a thread of its own and the path can
//! always be typed.

use std::{path::PathBuf, thread};

use egui::Ui;
use tokio::sync::oneshot;

use crate::{
    clock::Stopwatch,
    ui::{
        files,
        icons::Icon,
        widgets::{Button, TextField},
    },
};

#[derive(Default)]
pub(super) struct FileChoice {
    pub(super) path: String,
    pub(super) error: Option<String>,
    asking: Option<oneshot::Receiver<Answer>>,

    /// No dialog came.
    is_missing: bool,
}

struct Answer {
    path: Option<PathBuf>,
    took: u128,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Write,
}

impl FileChoice {
    pub(super) fn ui(&mut self, ui: &mut Ui, purpose: Purpose, focus: bool) {
        if let Some(asking) = &mut self.asking {
            match asking.try_recv() {
                Ok(Answer { path, took }) => {
                    self.is_missing = path.is_none() && took < files::TOO_QUICK;
                    if let Some(path) = path {
                        self.path = path.to_string_lossy().into_owned();
                        self.error = None;
                    }
                    self.asking = None;
                }
                Err(oneshot::error::TryRecvError::Empty) => (),
                Err(oneshot::error::TryRecvError::Closed) => self.asking = None,
            }
        }
        let field = TextField::new("CSV file")
            .hint("/home/ada/users.csv")
            .help(if self.is_missing {
                files::NO_DIALOG
            } else {
                "Type the path, or choose the file."
            })
            .error(self.error.as_deref())
            .focus(focus);
        if field.show(ui, &mut self.path).changed() {
            self.error = None;
        }
        let button = Button::secondary("Choose…").icon(Icon::File);
        if ui.add(button.enabled(self.asking.is_none())).clicked() {
            self.ask(ui.ctx().clone(), purpose);
        }
    }

    fn ask(&mut self, ctx: egui::Context, purpose: Purpose) {
        let (answer, asking) = oneshot::channel();
        let started = thread::Builder::new()
            .name("file dialog".to_owned())
            .spawn(move || {
                let dialog = rfd::FileDialog::new().add_filter("CSV", &["csv", "tsv", "txt"]);
                let watch = Stopwatch::start();
                let path = match purpose {
                    Purpose::Read => dialog.pick_file(),
                    Purpose::Write => dialog.set_file_name("users.csv").save_file(),
                };
                // The dialog of ours may have been closed meanwhile.
                let took = watch.elapsed().as_millis();
                answer.send(Answer { path, took }).ok();
                ctx.request_repaint();
            });
        match started {
            Ok(_) => self.asking = Some(asking),
            Err(err) => self.error = Some(format!("The system's dialog cannot be opened: {err}.")),
        }
    }
}
