//! Files that people name on a command line; `-` is standard input or output.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Cursor, Read, Write},
    path::{Path, PathBuf},
};

use super::failure::{Code, Failure};

/// As much as is taken from standard input, which is kept in memory because it is read twice.
const LARGEST_INPUT: u64 = 256 * 1024 * 1024;

/// Something that can be read more than once.
pub(super) enum Input {
    File(PathBuf),
    Memory(Vec<u8>),
}

pub(super) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

impl Input {
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        if !is_standard(path) {
            open(path)?;
            return Ok(Self::File(path.to_owned()));
        }
        let mut bytes = Vec::new();
        let read = io::stdin().take(LARGEST_INPUT + 1).read_to_end(&mut bytes);
        read.map_err(|err| Failure::invalid(format!("standard input cannot be read: {err}")))?;
        if bytes.len() as u64 > LARGEST_INPUT {
            return Err(Failure::invalid(
                "more than 256 MiB came from standard input: give the name of the file instead",
            ));
        }
        Ok(Self::Memory(bytes))
    }

    pub(super) fn open(&self) -> Result<Box<dyn Read + '_>, Failure> {
        Ok(match self {
            Self::File(path) => Box::new(open(path)?),
            Self::Memory(bytes) => Box::new(Cursor::new(bytes)),
        })
    }
}

/// Reads at most `limit` bytes and one more, by which a file that is too large shows.
pub(super) fn read_limited(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = limit as u64 + 1;
    let read = if is_standard(path) {
        io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        open(path)?.take(limit).read_to_end(&mut bytes)
    };
    read.map_err(|err| unreadable(path, &err))?;
    Ok(bytes)
}

fn open(path: &Path) -> Result<File, Failure> {
    let file = File::open(path).map_err(|err| unreadable(path, &err))?;
    match file.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(Failure::invalid(format!(
            "{} is a folder: give the name of a file",
            named(path)
        ))),
        Ok(_) => Ok(file),
        Err(err) => Err(unreadable(path, &err)),
    }
}

fn unreadable(path: &Path, err: &io::Error) -> Failure {
    let path = named(path);
    match err.kind() {
        io::ErrorKind::NotFound => Failure::new(Code::NotFound, format!("there is no file {path}")),
        io::ErrorKind::PermissionDenied => {
            Failure::invalid(format!("{path} cannot be read: you have no permission"))
        }
        _ => Failure::invalid(format!("{path} cannot be read: {err}")),
    }
}

/// Writes a file whole or not at all. One that exists is kept, unless it is to be replaced.
pub(super) fn write(
    path: &Path,
    replaces: bool,
    content: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let unwritable = |err: io::Error| {
        let reason = match err.kind() {
            io::ErrorKind::StorageFull => "the disk is full".to_owned(),
            io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
            _ => err.to_string(),
        };
        let path = named(path);
        Failure::new(Code::Refused, format!("{path} cannot be written: {reason}"))
    };
    if let Ok(metadata) = fs::metadata(path) {
        if metadata.is_dir() {
            return Err(Failure::invalid(format!(
                "{} is a folder: give the name of a file",
                named(path)
            )));
        }
        if !metadata.is_file() {
            // A device or a pipe: there is nothing to keep whole.
            let file = fs::OpenOptions::new()
                .write(true)
                .open(path)
                .map_err(unwritable)?;
            let mut writer = BufWriter::new(file);
            content(&mut writer)?;
            return Ok(writer.flush()?);
        }
        if !replaces {
            return Err(Failure::new(
                Code::Refused,
                format!(
                    "{} exists already: choose another name, or add --force",
                    named(path)
                ),
            ));
        }
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    let written = File::create_new(&partial)
        .map_err(unwritable)
        .and_then(|file| {
            let mut writer = BufWriter::new(file);
            content(&mut writer)?;
            writer.flush()?;
            Ok(writer.get_ref().sync_all()?)
        });
    let finished = written.and_then(|()| fs::rename(&partial, path).map_err(unwritable));
    if finished.is_err() {
        // If it cannot be removed either, its name says what it is.
        fs::remove_file(&partial).ok();
    }
    finished
}

fn named(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy())
}
