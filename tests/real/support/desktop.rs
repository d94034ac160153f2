//! A desktop without a screen: windows, mouse, keyboard, pictures, and what a screen reader is told.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{
    beside,
    running::{Running, output},
    turn::Turn,
};

/// The sizes that the window has to look right at.
pub(crate) const LAPTOP: &str = "1280x800";
pub(crate) const FULL_HD: &str = "1920x1080";

pub(crate) struct Desktop {
    display: String,
    // Stopped before the folder that it writes to goes.
    _running: Running,
    folder: TempDir,
}

impl Desktop {
    pub(crate) fn start(_turn: &Turn, size: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|err| err.to_string())?;
        let mut running = Running::start(
            Command::new(beside("start-desktop.sh"))
                .arg(folder.path())
                .arg(size),
        )?;
        let line = running.wait_for("ready :").map_err(|err| {
            format!("the desktop did not start; packaging/test installs it. {err}")
        })?;
        let display = line.replace("ready ", "");
        Ok(Self {
            display,
            _running: running,
            folder,
        })
    }

    /// What a program needs to know to join this desktop and no other. It draws without a graphics card.
    pub(crate) fn env(&self) -> Vec<(&'static str, OsString)> {
        let inside = |name: &str| -> PathBuf { self.folder.path().join(name) };
        let mut bus = OsString::from("unix:path=");
        bus.push(inside("bus"));
        vec![
            ("DISPLAY", OsString::from(&self.display)),
            ("WAYLAND_DISPLAY", OsString::new()),
            ("DBUS_SESSION_BUS_ADDRESS", bus),
            ("XDG_RUNTIME_DIR", inside("run").into_os_string()),
            ("HOME", inside("home").into_os_string()),
            ("LIBGL_ALWAYS_SOFTWARE", OsString::from("1")),
        ]
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.env());
        command
    }

    /// Writes what the screen shows into a picture.
    pub(crate) fn screenshot(&self, path: &Path) -> Result<(), String> {
        output(self.command("import").args(["-window", "root"]).arg(path)).map(drop)
    }

    /// Presses a key or a chord, as in `Return` and `ctrl+z`.
    pub(crate) fn key(&self, chord: &str) -> Result<(), String> {
        output(self.command("xdotool").args(["key", chord])).map(drop)
    }

    pub(crate) fn type_text(&self, text: &str) -> Result<(), String> {
        output(
            self.command("xdotool")
                .args(["type", "--delay", "20", "--", text]),
        )
        .map(drop)
    }

    pub(crate) fn click(&self, x: u32, y: u32) -> Result<(), String> {
        let (x, y) = (x.to_string(), y.to_string());
        output(
            self.command("xdotool")
                .args(["mousemove", "--sync", &x, &y, "click", "1"]),
        )
        .map(drop)
    }

    /// What a screen reader is told of a program, a line per element.
    pub(crate) fn tree(&self, app: &str) -> Result<String, String> {
        self.accessibility(&[app, "tree"])
    }

    /// Waits until the program shows an element of that name.
    pub(crate) fn wait_for_named(&self, app: &str, name: &str) -> Result<(), String> {
        self.accessibility(&[app, "wait", name]).map(drop)
    }

    /// Waits for an element of that name, and does with it what a click does.
    pub(crate) fn click_named(&self, app: &str, name: &str) -> Result<(), String> {
        self.accessibility(&[app, "click", name]).map(drop)
    }

    /// What an element of that name says about itself, beside its name.
    pub(crate) fn description(&self, app: &str, name: &str) -> Result<String, String> {
        self.accessibility(&[app, "describe", name])
    }

    /// Waits until the program shows nothing of that name.
    pub(crate) fn wait_until_gone(&self, app: &str, name: &str) -> Result<(), String> {
        self.accessibility(&[app, "gone", name]).map(drop)
    }

    /// Waits until an element of that name can be used, and clicks it with the mouse.
    pub(crate) fn press_named(&self, app: &str, name: &str) -> Result<(), String> {
        let place = self.accessibility(&[app, "point", name])?;
        let (x, y) = place
            .trim()
            .split_once(' ')
            .and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)))
            .ok_or_else(|| format!("{name:?} is at {place:?}, which is no place"))?;
        self.click(x, y)
    }

    /// Where the keyboard is, "X Y NAME", once it is elsewhere than at `other`.
    pub(crate) fn focus(&self, app: &str, other: &str) -> Result<String, String> {
        let focus = self.accessibility(&[app, "focus", other])?;
        Ok(focus.trim_end().to_owned())
    }

    /// Waits until the keyboard is at something of that name: what is typed earlier goes astray.
    pub(crate) fn wait_for_focus(&self, app: &str, name: &str) -> Result<(), String> {
        self.accessibility(&[app, "focused", name]).map(drop)
    }

    fn accessibility(&self, arguments: &[&str]) -> Result<String, String> {
        let script = beside("a11y.py");
        output(self.command(&script.display().to_string()).args(arguments))
    }
}
