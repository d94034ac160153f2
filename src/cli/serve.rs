//! `tenure serve`: the runtime without a window.

use std::{net::SocketAddr, path::Path};

use clap::Args;
use serde::Serialize;

use super::{
    failure::{Code, Failure},
    output::remark,
    session::Session,
};
use crate::{
    clock::Clock,
    runtime::{PortalState, Role, Runtime, State},
    store::Store,
};

/// Run the engine and the portal without a window, until Ctrl+C
///
/// JSON: {"address", "data_dir"}, as soon as it is known whether the portal listens; the address
/// is null when it does not.
#[derive(Args)]
pub(super) struct Options {}

#[derive(Serialize)]
struct Serving {
    address: Option<String>,
    data_dir: String,
}

/// The runtime while it runs.
pub(super) struct Running {
    tokio: tokio::runtime::Runtime,
    runtime: Runtime,
    state: State,
}

pub(super) fn run(session: &mut Session, _options: &Options) -> Result<(), Failure> {
    let folder = session.folder()?;
    let running = start(&folder, session.store()?, session.clock.clone())?;
    let address = running.address().map(|it| format!("http://{it}"));
    if session.out.is_json {
        session.out.json(&Serving {
            address,
            data_dir: folder.to_string_lossy().into_owned(),
        })?;
    } else {
        session.out.line(running.sentence())?;
        session.out.line("press Ctrl+C to stop")?;
    }
    session.out.flush()?;
    wait_for_interrupt();
    running.stop();
    remark("stopped");
    Ok(())
}

/// Starts the runtime of a data folder; whether the portal listens is known when this returns.
pub(super) fn start(folder: &Path, store: Store, clock: Clock) -> Result<Running, Failure> {
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|err| {
            let message = format!("the background threads cannot be started: {err}");
            Failure::new(Code::Refused, message)
        })?;
    let mut runtime = Runtime::start(tokio.handle(), folder, store, clock);
    let state = tokio.block_on(runtime.settled());
    Ok(Running {
        tokio,
        runtime,
        state,
    })
}

impl Running {
    /// Where the portal listens, if it does.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        match self.state.portal {
            PortalState::Listening(address) => Some(address),
            PortalState::Off | PortalState::Failed(_) => None,
        }
    }

    fn sentence(&self) -> String {
        if let Role::Waiting { holder } = self.state.role {
            let who = holder.map_or_else(String::new, |pid| format!(" ({pid})"));
            return format!(
                "another process{who} works for this data folder: waiting to take over"
            );
        }
        match &self.state.portal {
            PortalState::Listening(address) => format!("the portal listens on http://{address}"),
            PortalState::Off => {
                "the engine works; the portal is switched off in the settings".to_owned()
            }
            PortalState::Failed(reason) => format!("the engine works, but {reason}"),
        }
    }

    pub(super) fn stop(self) {
        self.tokio.block_on(self.runtime.stop());
    }
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
