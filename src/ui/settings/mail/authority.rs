//! The certificates of an own certificate authority: pasted, or read from a file.

use std::{io::Read as _, path::Path};

use egui::Ui;
use tokio::sync::oneshot;

use crate::ui::{
    Ctx,
    files::{FileField, Purpose},
    icons::Icon,
    sentence,
    tokens::gap,
    widgets::{Banner, Button, Mood, TextField},
};

/// More than the settings keep, and less than a file that was chosen by mistake.
const MAX_FILE: u64 = 1_000_000;

#[derive(Default)]
pub(super) struct Authority {
    file: FileField,
    reading: Option<oneshot::Receiver<Result<String, String>>>,
    error: Option<String>,
}

impl Authority {
    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, pem: &mut String, edit: TextField<'_>) {
        self.receive(pem);
        edit.lines(4).monospace().show(ui, pem);
        let endings = &["pem", "crt", "cer"];
        let label = "Certificate file";
        let chosen = self.file.ui(ctx, ui, label, Purpose::Open, endings);
        let has_path = !self.file.path.trim().is_empty();
        ui.add_space(gap::XS);
        let load = Button::secondary("Load certificates").icon(Icon::Import);
        let load = load.enabled(has_path && self.reading.is_none());
        if ui.add(load.why_not("Choose a file first")).clicked() || chosen {
            let path = self.file.path.trim().to_owned();
            self.error = None;
            let read = move || read(Path::new(&path));
            self.reading = Some(ctx.background.run(ctx.egui, read));
        }
        if let Some(error) = &self.error {
            Banner::new(Mood::Danger, error).show(ui);
        }
    }

    fn receive(&mut self, pem: &mut String) {
        let Some(mut reading) = self.reading.take() else {
            return;
        };
        match reading.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => self.reading = Some(reading),
            Err(oneshot::error::TryRecvError::Closed) => (),
            Ok(Ok(text)) => *pem = text,
            Ok(Err(error)) => self.error = Some(sentence(&error)),
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    let told = |err: std::io::Error| format!("the file {} cannot be read: {err}", path.display());
    let file = std::fs::File::open(path).map_err(told)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(told)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err("the file is larger than 1 MB, so it holds no certificates".to_owned());
    }
    let text = String::from_utf8(bytes).ok();
    let text = text.filter(|it| it.contains("-----BEGIN CERTIFICATE-----"));
    text.ok_or_else(|| {
        "the file holds no certificate as PEM: convert it with openssl x509 -inform der".to_owned()
    })
}
