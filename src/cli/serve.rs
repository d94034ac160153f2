//! `tenure serve`: the runtime without a window.

use std::{net::SocketAddr, path::Path};

use clap::Args;
use serde::Serialize;

use super::{
    failure::{Code, Failure},
    output::remark,
    session::Session,
};

/// Run the portal without a window, until Ctrl+C
///
/// JSON: {"address", "data_dir"}, as soon as it listens.
#[derive(Args)]
pub(super) struct Options {}

#[derive(Serialize)]
struct Serving {
    address: String,
    data_dir: String,
}

/// The runtime while it runs.
pub(super) struct Running;

pub(super) fn run(session: &mut Session, _options: &Options) -> Result<(), Failure> {
    let folder = session.folder()?;
    let running = start(&folder)?;
    let serving = Serving {
        address: format!("http://{}", running.address()),
        data_dir: folder.to_string_lossy().into_owned(),
    };
    if session.out.is_json {
        session.out.json(&serving)?;
    } else {
        session
            .out
            .line(format!("the portal listens on {}", serving.address))?;
        session.out.line("press Ctrl+C to stop")?;
    }
    session.out.flush()?;
    wait_for_interrupt();
    running.stop();
    remark("stopped");
    Ok(())
}

/// Starts the runtime of a data folder; it listens when this returns.
pub(super) fn start(_folder: &Path) -> Result<Running, Failure> {
    Err(Failure::new(Code::Refused, "the portal cannot be started"))
}

impl Running {
    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 0))
    }

    pub(super) fn stop(self) {}
}

/// Calls `f` once, when somebody presses Ctrl+C or ends the process politely.
pub(super) fn on_interrupt(f: impl FnOnce() + Send + 'static) {
    let waiting = std::thread::Builder::new().name("interrupt".to_owned());
    let spawned = waiting.spawn(move || {
        if interrupted() {
            f();
        }
    });
    if let Err(err) = spawned {
        tracing::warn!(error = %err, "Ctrl+C will end this at once");
    }
}

pub(super) fn wait_for_interrupt() {
    interrupted();
}

/// Waits; says whether there was something to wait for.
fn interrupted() -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(signal()).is_ok(),
        Err(_) => false,
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
