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
    command::Command,
    runtime::{PortalState, Role, Runtime, State},
    store::Store,
};

/// Run the engine and the portal without a window, until Ctrl+C
///
/// JSON: {"address": null when the portal is off, "data_dir", "waiting_for": the process that runs
/// it already, or null}, as soon as that is known.
#[derive(Args)]
pub(super) struct Options {
    /// Turn the portal on at this address from now on
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// Turn the portal on at this port from now on
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
}

#[derive(Serialize)]
struct Serving {
    address: Option<String>,
    data_dir: String,
    waiting_for: Option<u32>,
}

/// The runtime of a data folder while it runs.
pub(super) struct Running {
    threads: tokio::runtime::Runtime,
    work: Runtime,
    state: State,
}

pub(super) fn run(session: &mut Session, options: &Options) -> Result<(), Failure> {
    let folder = session.folder()?;
    let store = session.store()?;
    turn_on(session, &store, options)?;
    let running = Running::start(&folder, &store, &session.clock)?;
    let result = tell(session, &folder, &running.state);
    if result.is_ok() {
        wait_for_interrupt();
    }
    running.stop();
    result?;
    remark("stopped");
    Ok(())
}

/// Keeps what was asked for in the settings, where the window finds it too.
fn turn_on(session: &Session, store: &Store, options: &Options) -> Result<(), Failure> {
    if options.host.is_none() && options.port.is_none() {
        return Ok(());
    }
    let mut settings = store.config()?.settings.clone();
    let portal = &mut settings.portal;
    portal.is_on = true;
    if let Some(host) = &options.host {
        host.clone_into(&mut portal.host);
    }
    portal.port = options.port.unwrap_or(portal.port);
    session.apply(store, Command::SaveSettings(Box::new(settings)))?;
    Ok(())
}

/// Says what runs, or why nothing can.
fn tell(session: &mut Session, folder: &Path, state: &State) -> Result<(), Failure> {
    let address = match &state.portal {
        PortalState::Listening(address) => Some(format!("http://{address}")),
        PortalState::Off => None,
        PortalState::Failed(reason) => return Err(Failure::new(Code::Refused, reason)),
    };
    let waiting_for = match &state.role {
        Role::Waiting { holder } => *holder,
        Role::Failed(reason) => return Err(Failure::new(Code::Refused, reason)),
        Role::Starting | Role::Working => None,
    };
    let is_waiting = matches!(state.role, Role::Waiting { .. });
    let out = &mut session.out;
    if out.is_json {
        out.json(&Serving {
            address,
            data_dir: folder.to_string_lossy().into_owned(),
            waiting_for,
        })?;
        return out.flush();
    }
    out.line(match (address, waiting_for) {
        (Some(address), _) => format!("the portal listens on {address}"),
        (None, Some(process)) => {
            format!("process {process} runs this data folder already: waiting to take over")
        }
        (None, None) if is_waiting => {
            "another process runs this data folder already: waiting to take over".to_owned()
        }
        (None, None) => "the portal is off: add --port 8480 to turn it on".to_owned(),
    })?;
    out.line("press Ctrl+C to stop")?;
    out.flush()
}

impl Running {
    /// It listens, or it is known why not, when this returns.
    pub(super) fn start(folder: &Path, store: &Store, clock: &Clock) -> Result<Self, Failure> {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|err| Failure::new(Code::Refused, format!("no threads to run on: {err}")))?;
        let mut work = Runtime::start(threads.handle(), folder, store.clone(), clock.clone());
        let state = threads.block_on(work.settled());
        Ok(Self {
            threads,
            work,
            state,
        })
    }

    /// Where the portal listens.
    pub(super) fn address(&self) -> Result<SocketAddr, Failure> {
        if let Role::Failed(reason) = &self.state.role {
            return Err(Failure::new(Code::Refused, reason));
        }
        match &self.state.portal {
            PortalState::Listening(address) => Ok(*address),
            PortalState::Off => Err(Failure::new(Code::Refused, "the portal is off")),
            PortalState::Failed(reason) => Err(Failure::new(Code::Refused, reason)),
        }
    }

    pub(super) fn stop(self) {
        self.threads.block_on(self.work.stop());
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
