//! Workflow files on disk, and the system's dialog that finds them.
//!
//! The dialog runs on a thread of its own, and a path can always be typed instead: there are desktops
//! on which no dialog comes.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use tokio::sync::oneshot;

use crate::{
    model::document::{Document, DocumentError, MAX_BYTES},
    ui::Ctx,
};

/// A dialog that answers faster than anyone can click was never shown.
const TOO_FAST: f64 = 0.15;

#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("“{path}” cannot be read: {reason}")]
    Read { path: String, reason: io::Error },
    #[error("“{path}” cannot be used: {reason}")]
    Content { path: String, reason: DocumentError },
    #[error("“{path}” cannot be written: {reason}")]
    Write { path: String, reason: io::Error },
    #[error("there is a file “{0}” already")]
    Exists(String),
}

/// Where people type a path, with a button that asks the system instead.
#[derive(Default)]
pub(super) struct Chooser {
    asked: Option<(f64, oneshot::Receiver<Option<PathBuf>>)>,

    /// No dialog came.
    pub(super) is_missing: bool,
}

impl Chooser {
    pub(super) fn is_open(&self) -> bool {
        self.asked.is_some()
    }

    pub(super) fn open(&mut self, ctx: &Ctx<'_>) {
        self.ask(ctx, || dialog().set_title("Import a workflow").pick_file());
    }

    pub(super) fn save(&mut self, ctx: &Ctx<'_>, name: String) {
        self.ask(ctx, move || {
            dialog()
                .set_title("Export the version")
                .set_file_name(name)
                .save_file()
        });
    }

    fn ask(&mut self, ctx: &Ctx<'_>, show: impl FnOnce() -> Option<PathBuf> + Send + 'static) {
        self.is_missing = false;
        self.asked = Some((ctx.time, ctx.background.run(ctx.egui, show)));
    }

    /// The path, once it was chosen.
    pub(super) fn chosen(&mut self, ctx: &Ctx<'_>) -> Option<PathBuf> {
        let (at, answer) = self.asked.as_mut()?;
        let path = match answer.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => return None,
            Ok(path) => path,
            Err(oneshot::error::TryRecvError::Closed) => None,
        };
        self.is_missing = path.is_none() && ctx.time - *at < TOO_FAST;
        self.asked = None;
        path
    }
}

fn dialog() -> rfd::FileDialog {
    rfd::FileDialog::new().add_filter("Workflow", &["json"])
}

/// What somebody typed or pasted: quotes around it go, `~` is the home folder.
pub(super) fn typed(text: &str) -> PathBuf {
    let text = text.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| {
        let inner = text.strip_prefix(*quote)?;
        inner.strip_suffix(*quote)
    });
    let text = quoted.unwrap_or(text);
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

pub(super) fn read(path: &Path) -> Result<Document, FileError> {
    let shown = || path.display().to_string();
    let bytes = bytes(path).map_err(|reason| FileError::Read {
        path: shown(),
        reason,
    })?;
    Document::from_bytes(&bytes).map_err(|reason| FileError::Content {
        path: shown(),
        reason,
    })
}

/// One byte more than is allowed is enough to know that it is too many.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes all of it or nothing.
pub(super) fn write(path: &Path, text: &str, replaces: bool) -> Result<(), FileError> {
    let shown = path.display().to_string();
    if !replaces && path.exists() {
        return Err(FileError::Exists(shown));
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = File::create(&part)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, path));
    written.map_err(|reason| {
        fs::remove_file(&part).ok();
        FileError::Write {
            path: shown,
            reason,
        }
    })
}

/// "welcome-new-hires-version-3.json"
pub(super) fn file_name(workflow: &str, number: u32) -> String {
    const LONGEST: usize = 60;
    let letters = workflow.chars().flat_map(char::to_lowercase);
    let letters: String = letters
        .map(|it| if it.is_alphanumeric() { it } else { ' ' })
        .take(LONGEST)
        .collect();
    let words: Vec<&str> = letters.split_whitespace().collect();
    let name = if words.is_empty() {
        "workflow".to_owned()
    } else {
        words.join("-")
    };
    format!("{name}-version-{number}.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_has_nothing_that_a_disk_dislikes() {
        assert_eq!(
            file_name("Welcome: New/Hires", 3),
            "welcome-new-hires-version-3.json"
        );
        assert_eq!(file_name("../..", 1), "workflow-version-1.json");
        assert_eq!(file_name("Straße 7", 1), "straße-7-version-1.json");
    }

    #[test]
    fn a_pasted_path_loses_its_quotes() {
        assert_eq!(typed(" \"/a b/c.json\" "), Path::new("/a b/c.json"));
        assert_eq!(typed("'/a'"), Path::new("/a"));
        assert_eq!(typed("/a"), Path::new("/a"));
        assert!(!typed("~/a.json").starts_with("~"));
    }

    #[test]
    fn a_file_is_replaced_only_when_told_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        write(&path, "one", false).expect("a new file");
        let refused = write(&path, "two", false).expect_err("it exists");
        assert!(refused.to_string().contains("already"), "{refused}");
        write(&path, "two", true).expect("it was allowed");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "two");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_folder_or_nothing_is_refused_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = read(folder.path()).expect_err("a folder");
        assert!(refused.to_string().contains("it is a folder"), "{refused}");
        let refused = read(&folder.path().join("none")).expect_err("nothing");
        assert!(refused.to_string().contains("cannot be read"), "{refused}");
    }
}
