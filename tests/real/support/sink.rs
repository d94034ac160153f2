//! Mail servers: one that fails as a test wants, and Exim.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    beside,
    running::{Running, output},
};

pub(crate) struct Sink {
    folder: TempDir,
    running: Running,
    pub(crate) plain: u16,
    pub(crate) encrypted: u16,
}

impl Sink {
    /// With the switches that `start-smtp-sink.py` explains.
    pub(crate) fn start(switches: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut python = Command::new(python());
        python
            .arg(beside("start-smtp-sink.py"))
            .arg(folder.path())
            .envs(switches.iter().copied());
        let mut running = Running::start(&mut python).expect("a mail server");
        let line = running.wait_for("ready ").expect("a mail server");
        let ports: Vec<u16> = line
            .split(' ')
            .skip(1)
            .map(|it| it.parse().expect("a port"))
            .collect();
        Self {
            folder,
            running,
            plain: ports[0],
            encrypted: ports[1],
        }
    }

    /// Waits until it has taken so many mails.
    pub(crate) fn wait_for(&mut self, count: usize) {
        let line = self.running.wait_for(&format!("kept {count:05}.eml"));
        line.expect("so many mails");
    }

    /// From then on, the whole server fails so.
    pub(crate) fn fail(&self, mode: &str) {
        fs::write(self.folder.path().join("mode"), mode).expect("a file");
    }

    /// The certificate of its authority, as PEM.
    pub(crate) fn authority(&self) -> String {
        authority(self.folder.path())
    }

    /// How often each Message-ID was taken.
    pub(crate) fn taken(&self) -> BTreeMap<String, usize> {
        let mut taken = BTreeMap::new();
        for file in mails(&self.folder.path().join("mails")) {
            let text = fs::read_to_string(&file).expect("a mail");
            let line = text.lines().find_map(|it| it.strip_prefix("Message-ID: "));
            *taken
                .entry(line.expect("a Message-ID").to_owned())
                .or_insert(0) += 1;
        }
        taken
    }

    /// All mails, as Python's own library reads them.
    pub(crate) fn read(&self) -> Vec<Value> {
        read(&self.folder.path().join("mails"))
    }

    /// What happened of this kind.
    pub(crate) fn events(&self, kind: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join("events.jsonl")).unwrap_or_default();
        let events = text
            .lines()
            .map(|line| -> Value { serde_json::from_str(line).expect("JSON") });
        events.filter(|it| it["event"] == kind).collect()
    }
}

pub(crate) struct Exim {
    folder: TempDir,
    running: Running,
    pub(crate) port: u16,
}

impl Exim {
    pub(crate) fn start() -> Self {
        // A port that was free a moment ago may be somebody else's by now.
        Self::tried().or_else(|_taken| Self::tried()).expect("Exim")
    }

    fn tried() -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let mut script = Command::new(beside("start-exim.sh"));
        script.arg(folder.path()).arg(port.to_string());
        let mut running = Running::start(&mut script)?;
        running.wait_for("ready")?;
        Ok(Self {
            folder,
            running,
            port,
        })
    }

    pub(crate) fn authority(&self) -> String {
        authority(self.folder.path())
    }

    /// Waits until it has delivered one more mail.
    pub(crate) fn wait_for_delivery(&mut self) {
        let line = self.running.wait_for("Completed");
        line.expect("a delivery");
    }

    /// All mails that were delivered, as Python's own library reads them.
    pub(crate) fn delivered(&self) -> Vec<Value> {
        read(&self.folder.path().join("mail/new"))
    }
}

fn python() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "target/real/smtp/bin/python"]
        .iter()
        .collect()
}

fn authority(folder: &Path) -> String {
    fs::read_to_string(folder.join("tls/ca.pem")).expect("a certificate")
}

fn mails(folder: &Path) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = found
        .map(|it| it.expect("a file").path())
        .filter(|it| it.extension().is_none_or(|it| it != "part"))
        .collect();
    files.sort();
    files
}

fn read(folder: &Path) -> Vec<Value> {
    let mut command = Command::new(python());
    command.arg(beside("read-mail.py")).args(mails(folder));
    let text = output(&mut command).expect("mails that can be read");
    serde_json::from_str(&text).expect("JSON")
}
