//! Why a command ended without success: one sentence on standard error, and an exit code.

use std::{fmt, io};

use crate::{
    command::{CommandError, export::ExportError, import::ImportError},
    store::StoreError,
};

/// What the shell is told. The numbers are part of what scripts rely on; `--help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// A rule said no, or something went wrong.
    Refused = 1,

    /// The command line itself makes no sense.
    Usage = 2,
    NotFound = 3,

    /// A file or a value cannot be used.
    Invalid = 4,

    /// The data folder or the store cannot be used.
    Store = 5,

    /// What was compared is not the same; 1 would not tell it from a failure.
    Different = 6,

    /// Ctrl+C.
    Interrupted = 130,
}

/// What `--help` says about them.
pub(super) const CODES: &str = "\
Exit codes:
    0  done
    1  refused by a rule, or failed
    2  the command line is wrong
    3  what was named does not exist
    4  a file or a value cannot be used
    5  the data folder cannot be used (damaged, from a newer version, full, not writable)
    6  what was compared differs
  130  interrupted with Ctrl+C

A user, group, role, workflow, connection or token is named by its name, or by its number like #12;
a user also by the email address.";

#[derive(Debug)]
pub(super) enum Failure {
    Said {
        code: Code,
        message: String,
    },

    /// Everything has been said already.
    Quiet(Code),

    /// Whoever read our output has gone: nothing is wrong.
    PipeClosed,
}

impl Failure {
    pub(super) fn new(code: Code, message: impl fmt::Display) -> Self {
        Self::Said {
            code,
            message: message.to_string(),
        }
    }

    pub(super) fn not_found(what: &str, name: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no {what} {name:?}"))
    }

    pub(super) fn invalid(message: impl fmt::Display) -> Self {
        Self::new(Code::Invalid, message)
    }

    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Said { code, .. } | Self::Quiet(code) => *code as u8,
            Self::PipeClosed => 0,
        }
    }

    /// What to tell the person, if there is still something to tell.
    pub(super) fn message(&self) -> Option<&str> {
        match self {
            Self::Said { message, .. } => Some(message),
            Self::Quiet(_) | Self::PipeClosed => None,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(err: StoreError) -> Self {
        Self::new(Code::Store, err)
    }
}

impl From<CommandError> for Failure {
    fn from(err: CommandError) -> Self {
        let code = match &err {
            CommandError::Store(_) => Code::Store,
            CommandError::NotFound(_) => Code::NotFound,
            CommandError::Fields(_)
            | CommandError::Text { .. }
            | CommandError::Attribute(_)
            | CommandError::Connection(_)
            | CommandError::Settings(_)
            | CommandError::Template(_)
            | CommandError::ExpiredToken
            | CommandError::Picture(_) => Code::Invalid,
            _ => Code::Refused,
        };
        Self::new(code, err)
    }
}

impl From<ImportError> for Failure {
    fn from(err: ImportError) -> Self {
        match err {
            ImportError::Store(err) => err.into(),
            err => Self::new(Code::Invalid, err),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(err: ExportError) -> Self {
        match err {
            ExportError::Store(err) => err.into(),
            ExportError::Io(err) => err.into(),
        }
    }
}

impl From<io::Error> for Failure {
    /// From writing the output; what reads files says which file it was.
    fn from(err: io::Error) -> Self {
        match err.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge => Self::new(
                Code::Refused,
                "the output could not be written: the disk is full",
            ),
            _ => Self::new(
                Code::Refused,
                format!("the output could not be written: {err}"),
            ),
        }
    }
}

impl From<serde_json::Error> for Failure {
    /// From writing the output as JSON.
    fn from(err: serde_json::Error) -> Self {
        Self::from(io::Error::from(err))
    }
}
