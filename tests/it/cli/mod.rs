//! The command line as a shell sees it: what it prints, and how it ends.

mod accounts;
mod benches;
mod compare;
mod connections;
mod folder;
mod hostile_definitions;
mod hostile_lines;
mod hostile_mails;
mod hostile_sweeps;
mod hostile_users;
mod mails;
mod nouns;
mod schedules;
mod serving;
mod sweeps;
mod tokens;
mod updates;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A data folder, and what is said to the program about it.
pub(crate) struct Shell {
    pub(crate) folder: TempDir,
}

/// What the program said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.env("TENURE_DATA_DIR", self.data()).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).output())
    }

    /// With something on standard input.
    pub(crate) fn pipe(&self, input: impl AsRef<[u8]>, arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that refuses early does not read to the end.
        stdin.write_all(input.as_ref()).ok();
        drop(stdin);
        Said::of(child.wait_with_output())
    }

    /// Must succeed.
    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}", said.err);
        said.out
    }

    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let out = self.ok(&[&["--json"], arguments].concat());
        serde_json::from_str(&out).unwrap_or_else(|err| panic!("{err}: {out}"))
    }

    /// Must end with `code` and say `message` on standard error, without a panic.
    #[track_caller]
    pub(crate) fn refuses(&self, arguments: &[&str], code: i32, message: &str) {
        self.run(arguments).refuses(code, message);
    }

    /// Everything that the directory holds, to see that nothing changed.
    #[track_caller]
    pub(crate) fn everything(&self) -> String {
        let users = self.ok(&["user", "export"]);
        let groups = self.ok(&["group", "list"]);
        let workflows = self.ok(&["workflow", "list", "--json"]);
        format!("{users}{groups}{workflows}")
    }
}

impl Said {
    fn of(output: std::io::Result<Output>) -> Self {
        let output = output.expect("the program runs");
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    #[track_caller]
    pub(crate) fn refuses(&self, code: i32, message: &str) {
        let Self { out, err, .. } = self;
        assert!(!err.contains("panicked"), "{err}");
        assert_eq!(self.code, code, "{out}{err}");
        assert!(err.contains(message), "{message:?} is not in:\n{out}{err}");
    }
}

/// Without what the machine's own environment says.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenure"));
    for key in ["TENURE_DATA_DIR", "TENURE_LOG", "COLUMNS"] {
        command.env_remove(key);
    }
    command.env("USER", "grace").stdin(Stdio::null());
    command
}

pub(crate) fn store_file(data: &Path) -> PathBuf {
    data.join("tenure.db")
}

/// A workflow file with one task that assigns the group `Staff`.
pub(crate) fn definition() -> String {
    r#"{
  "format": "tenure-workflow/1",
  "name": "Welcome",
  "description": "",
  "note": "first",
  "definition": {
    "nodes": {
      "1": { "kind": "start", "position": [0.0, 0.0] },
      "2": { "kind": { "trigger": { "registration": { "sources": ["admin_portal"] } } }, "position": [0.0, 104.0] },
      "3": { "kind": { "filter": { "attribute": "email", "operator": "end_with", "value": "@example.org" } }, "position": [0.0, 208.0] },
      "4": { "kind": "event", "position": [0.0, 312.0] },
      "5": { "kind": { "task": { "action": "assign_group", "mode": "always", "rules": [ { "targets": [ { "name": "Staff" } ] } ] } }, "position": [0.0, 416.0] },
      "6": { "kind": "end", "position": [0.0, 520.0] }
    },
    "edges": [
      { "from": 1, "port": "next", "to": 2 },
      { "from": 2, "port": "next", "to": 3 },
      { "from": 3, "port": "matched", "to": 4 },
      { "from": 4, "port": "next", "to": 5 },
      { "from": 5, "port": "done", "to": 6 }
    ]
  }
}
"#
    .to_owned()
}
