//! The compiled `tenure`, as a person would start it, on a data folder of its own.

use std::{ffi::OsStr, path::Path, process::Command};

use tempfile::TempDir;

use super::running::{self, Running};

pub(crate) struct Tenure {
    data: TempDir,
}

impl Tenure {
    pub(crate) fn new() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        Self { data }
    }

    pub(crate) fn data_dir(&self) -> &Path {
        self.data.path()
    }

    /// `tenure ARGUMENTS`, with the data folder that only this test knows.
    pub(crate) fn command<I, A>(&self, arguments: I) -> Command
    where
        I: IntoIterator<Item = A>,
        A: AsRef<OsStr>,
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenure"));
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(self.data_dir());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<String, String> {
        running::output(&mut self.command(arguments))
    }

    /// Starts it, and waits until it prints a line with `marker` in it, which is returned too.
    pub(crate) fn start(
        &self,
        arguments: &[&str],
        marker: &str,
    ) -> Result<(Running, String), String> {
        let mut running = Running::start(&mut self.command(arguments))?;
        let line = running.wait_for(marker)?;
        Ok((running, line))
    }
}
