//! A program that runs beside the test: started, waited for by what it prints, stopped by its process id.
//!
//! Waiting blocks until a line arrives or the limit has passed; nothing here sleeps.

use std::{
    io::{BufRead as _, BufReader, ErrorKind},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

/// Longer than anything takes on a machine that is busy with other things.
const LIMIT: Duration = Duration::from_mins(1);

/// How long a program may take to end after it was told to.
const LAST_WORDS: Duration = Duration::from_secs(10);

pub(crate) struct Running {
    child: Child,
    /// Held open: a script that finds it closed knows that the test is gone, and ends.
    _stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Running {
    /// Starts `command`. What it prints and what it complains about come as one stream of lines.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let program = command.get_program().display().to_string();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|err| match err.kind() {
                ErrorKind::NotFound => {
                    format!("{program} is not here: packaging/test installs what the tests need")
                }
                _ => format!("could not start {program}: {err}"),
            })?;
        let (sender, lines) = channel();
        let stdout = child.stdout.take().expect("it was asked for");
        let stderr = child.stderr.take().expect("it was asked for");
        let errors = sender.clone();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Whoever does not listen any more does not need to know.
                drop(sender.send(line));
            }
        });
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                drop(errors.send(line));
            }
        });
        let stdin = child.stdin.take();
        Ok(Self {
            child,
            _stdin: stdin,
            lines,
            said: Vec::new(),
        })
    }

    /// Waits for the next line that has `marker` in it, and returns that line.
    pub(crate) fn wait_for(&mut self, marker: &str) -> Result<String, String> {
        let end = Instant::now() + LIMIT;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.said.push(line.clone());
                    if line.contains(marker) {
                        return Ok(line);
                    }
                }
                Err(why) => {
                    let why = match why {
                        RecvTimeoutError::Timeout => format!("did not come within {LIMIT:?}"),
                        RecvTimeoutError::Disconnected => {
                            "never came: the program ended".to_owned()
                        }
                    };
                    return Err(format!(
                        "{marker:?} {why}. It said:\n{}",
                        self.said.join("\n")
                    ));
                }
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the program to end, and ends it when it does not.
    fn stop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &self.pid().to_string()])
            .status();
        let end = Instant::now() + LAST_WORDS;
        // Its output closes when it ends.
        while asked.is_ok() {
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(_) => (),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    drop(self.child.kill());
                    break;
                }
            }
        }
        drop(self.child.wait());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a command to its end and returns what it printed, or what it complained about.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().display().to_string();
    let output = command.output().map_err(|err| match err.kind() {
        ErrorKind::NotFound => {
            format!("{program} is not here: packaging/test installs what the tests need")
        }
        _ => format!("could not start {program}: {err}"),
    })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{program} ended with {}: {text}{complaint}",
        output.status
    ))
}
