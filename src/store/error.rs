//! What can go wrong with the file, in words that an admin can act on.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::ErrorCode;

#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the data was written by a newer version of Tenure (schema {found}, this one knows {known}): install the newer version"
    )]
    TooNew { found: u32, known: u32 },
    #[error("{} is damaged ({reason}): keep it aside, and restore a backup or start with an empty data folder", .file.display())]
    Damaged { file: PathBuf, reason: String },
    #[error("{} is not a Tenure database: choose another data folder", .file.display())]
    NotOurs { file: PathBuf },
    #[error("the data folder {} cannot be used: {reason}", .folder.display())]
    Folder { folder: PathBuf, reason: String },
    #[error("{} cannot be opened for writing: check the permissions of its folder", .file.display())]
    ReadOnly { file: PathBuf },
    #[error("the disk is full: nothing of this was stored, make room and try again")]
    DiskFull,
    #[error("another program is holding the database: close it and try again")]
    Busy,
    #[error(
        "the database gave up writing, as it does when the disk is full or failing: nothing of this was stored"
    )]
    Abandoned,
    #[error("the store has been closed")]
    Stopped,
    #[error("the database reports: {0}")]
    Sqlite(Arc<rusqlite::Error>),
}

impl StoreError {
    /// The same, knowing which file it was.
    pub(super) fn at(self, file: Option<&Path>) -> Self {
        let Self::Sqlite(err) = &self else {
            return self;
        };
        let file = file.map(Path::to_path_buf).unwrap_or_default();
        match err.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotOurs { file },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                file,
                reason: err.to_string(),
            },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { file }
            }
            _ => self,
        }
    }

    /// Whether it is `column`'s uniqueness that stood in the way.
    pub fn is_duplicate(&self, column: &str) -> bool {
        let Self::Sqlite(err) = self else {
            return false;
        };
        match err.as_ref() {
            rusqlite::Error::SqliteFailure(failure, Some(text)) => {
                failure.code == ErrorCode::ConstraintViolation && text.contains(column)
            }
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(err: rusqlite::Error) -> Self {
        match err.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::SystemIoFailure) if is_about_writing(&err) => Self::Abandoned,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                file: PathBuf::from(super::FILE_NAME),
                reason: err.to_string(),
            },
            _ => Self::Sqlite(Arc::new(err)),
        }
    }
}

/// Whether the operating system would not take what was to be written: a quota, a limit on the
/// size of files, or a disk that fails.
fn is_about_writing(err: &rusqlite::Error) -> bool {
    use rusqlite::ffi;
    let code = err.sqlite_error().map(|it| it.extended_code);
    matches!(
        code,
        Some(
            ffi::SQLITE_IOERR_WRITE
                | ffi::SQLITE_IOERR_FSYNC
                | ffi::SQLITE_IOERR_DIR_FSYNC
                | ffi::SQLITE_IOERR_TRUNCATE
                | ffi::SQLITE_IOERR_SHMSIZE
        )
    )
}
