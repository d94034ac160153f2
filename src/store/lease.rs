//! The runtime's lease: of all processes that use one data folder, the one that holds it runs the
//! engine and the portal.
//!
//! It is a lock that the operating system keeps on a file, so it ends with the process, however
//! that ends, and no clock can be wrong about it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::Path,
};

use super::StoreError;

const FILE_NAME: &str = "runtime.lock";

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lease {
    _file: File,
}

/// Takes the lease of a data folder; `None` while another process holds it.
pub fn acquire(folder: &Path) -> Result<Option<Lease>, StoreError> {
    let failed = |err: std::io::Error| StoreError::Folder {
        folder: folder.to_owned(),
        reason: format!("{FILE_NAME}: {err}"),
    };
    let mut file = open(folder).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => (),
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(err)) => return Err(failed(err)),
    }
    // For people who wonder who it is; nobody else reads it.
    file.set_len(0).map_err(failed)?;
    file.rewind().map_err(failed)?;
    writeln!(file, "{}", std::process::id()).map_err(failed)?;
    Ok(Some(Lease { _file: file }))
}

/// The process that holds the lease of a data folder.
pub fn holder(folder: &Path) -> Option<u32> {
    let mut file = open(folder).ok()?;
    if file.try_lock().is_ok() {
        return None;
    }
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn open(folder: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.open(folder.join(FILE_NAME))
}
