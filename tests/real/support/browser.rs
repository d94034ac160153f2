//! Chromium without a window, driven through WebDriver, and axe, which finds what not everyone can use.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;

use super::{beside, running::Running, turn::Turn};

/// A browser with one session, which ends when this is dropped.
pub(crate) struct Browser {
    pub(crate) client: Client,
    // Stopped before the folder that it writes to goes.
    _driver: Running,
    folder: TempDir,
}

impl Browser {
    pub(crate) async fn open(_turn: &Turn) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|err| err.to_string())?;
        let mut driver =
            Running::start(Command::new(beside("start-chromedriver.sh")).arg(folder.path()))?;
        let line = driver
            .wait_for("started successfully on port")
            .map_err(|err| {
                format!("chromedriver did not start; packaging/test installs it. {err}")
            })?;
        let port: String = line.chars().filter(char::is_ascii_digit).collect();
        let capabilities = json!({ "goog:chromeOptions": { "args": [
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            // It shows our own pages only, and as root it does not start with one.
            "--no-sandbox",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            format!("--user-data-dir={}", folder.path().join("profile").display()),
        ] } });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(serde_json::from_value(capabilities).expect("an object"))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .map_err(|err| format!("chromium did not start; packaging/test installs it. {err}"))?;
        Ok(Self {
            client,
            _driver: driver,
            folder,
        })
    }

    /// The folder in `/proc` that is there as long as the browser runs.
    pub(crate) fn process(&self) -> PathBuf {
        let lock = self.folder.path().join("profile/SingletonLock");
        let owner = std::fs::read_link(lock).expect("a running browser holds its profile");
        let owner = owner.to_string_lossy();
        let (_host, pid) = owner.rsplit_once('-').expect("a lock says host-pid");
        Path::new("/proc").join(pid)
    }
}

/// The rules that a page has to meet.
const STANDARDS: [&str; 4] = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/// What axe finds wrong with the page that is shown, a line `id: impact: target` per element.
pub(crate) async fn axe(client: &Client) -> Vec<String> {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "target",
        "real",
        "node_modules",
        "axe-core",
        "axe.min.js",
    ]
    .iter()
    .collect();
    client
        .execute(&axe_source(&path), Vec::new())
        .await
        .expect("axe is put into the page");
    let found = client
        .execute_async(
            "const [standards, done] = arguments;
             axe.run(document, { runOnly: standards }).then(
               (found) => done(found.violations.flatMap((rule) =>
                 rule.nodes.map((node) => `${rule.id}: ${rule.impact}: ${node.target.join(' ')}`))),
               (err) => done(`${err}`));",
            vec![json!(STANDARDS)],
        )
        .await
        .expect("axe looks at the page");
    serde_json::from_value(found.clone())
        .unwrap_or_else(|_| panic!("axe could not look at the page: {found}"))
}

fn axe_source(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|err| {
        panic!(
            "axe-core is not at {}: {err}. Run packaging/test, which installs it.",
            path.display()
        )
    })
}
