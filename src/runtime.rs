//! What runs in the background of a data folder: the engine and the portal.
//!
//! **Invariant:** of all processes that use one data folder, only the one that holds the lease runs
//! them. The others wait, and take over when it ends.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{runtime::Handle, sync::watch, task::JoinHandle};

use crate::{
    clock::Clock,
    engine::{self, Engine},
    model::settings::PortalSettings,
    portal::Portal,
    store::{
        Store, StoreError,
        lease::{self, Lease},
    },
};

/// How often a waiting process looks whether the lease is free.
const RETRY: Duration = Duration::from_millis(500);

/// A running runtime; dropping it stops it.
pub struct Runtime {
    stop: watch::Sender<bool>,
    state: watch::Receiver<State>,
    task: JoinHandle<()>,
}

/// What the runtime of this process is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub role: Role,
    pub portal: PortalState,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Role {
    #[default]
    Starting,

    /// This process holds the lease.
    Working,

    /// Another process does, if known which.
    Waiting { holder: Option<u32> },

    /// Nothing runs for this reason; it is tried again all the time.
    Failed(String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PortalState {
    #[default]
    Off,
    Listening(SocketAddr),
    Failed(String),
}

impl Runtime {
    pub fn start(runtime: &Handle, folder: &Path, store: Store, clock: Clock) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (tell, state) = watch::channel(State::default());
        let work = Work {
            runtime: runtime.clone(),
            folder: folder.to_owned(),
            store,
            clock,
            tell,
        };
        Self {
            stop,
            state,
            task: runtime.spawn(work.run(stopped)),
        }
    }

    pub fn watch(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Waits until the portal listens, cannot, or is off, or it is known that nothing runs.
    pub async fn settled(&mut self) -> State {
        let is_settled = |state: &State| state.role != Role::Starting;
        match self.state.wait_for(is_settled).await {
            Ok(state) => state.clone(),
            Err(_) => State::default(),
        }
    }

    /// Stops everything, and waits until it has.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(err) = self.task.await {
            tracing::error!(error = %err, "the runtime did not end by itself");
        }
    }
}

struct Work {
    runtime: Handle,
    folder: PathBuf,
    store: Store,
    clock: Clock,
    tell: watch::Sender<State>,
}

impl Work {
    async fn run(self, mut stopped: watch::Receiver<bool>) {
        let Some(_lease) = self.wait_for_lease(&mut stopped).await else {
            return;
        };
        let engine = Engine::start(
            &self.runtime,
            engine::Parts {
                store: self.store.clone(),
                clock: self.clock.clone(),
            },
        );
        self.keep_portal(&mut stopped).await;
        engine.stop().await;
    }

    /// `None` when told to stop before the lease was free.
    async fn wait_for_lease(&self, stopped: &mut watch::Receiver<bool>) -> Option<Lease> {
        loop {
            match lease::acquire(&self.folder) {
                Ok(Some(lease)) => return Some(lease),
                Ok(None) => {
                    let holder = lease::holder(&self.folder);
                    self.set_role(Role::Waiting { holder });
                }
                Err(err) => {
                    self.fail("the runtime's lease cannot be taken", &err);
                }
            }
            tokio::select! {
                () = tokio::time::sleep(RETRY) => (),
                _ = stopped.changed() => return None,
            }
        }
    }

    /// Runs the portal as the settings say, and follows them when they change.
    async fn keep_portal(&self, stopped: &mut watch::Receiver<bool>) {
        let mut changed = self.store.watch();
        let mut wanted: Option<PortalSettings> = None;
        let mut portal: Option<Portal> = None;
        loop {
            changed.mark_unchanged();
            let settings = self.portal_settings().await;
            let is_read = settings.is_some();
            if is_read && settings != wanted {
                if let Some(portal) = portal.take() {
                    portal.stop().await;
                }
                wanted = settings;
                portal = self.start_portal(wanted.as_ref());
            }
            if is_read {
                self.set_role(Role::Working);
            }
            tokio::select! {
                // Many changes in a row are one reason to look.
                _ = changed.changed() => tokio::time::sleep(RETRY / 5).await,
                () = tokio::time::sleep(RETRY), if !is_read => (),
                _ = stopped.changed() => break,
            }
        }
        if let Some(portal) = portal {
            portal.stop().await;
        }
    }

    /// `None` when they cannot be read: what runs goes on as it is.
    async fn portal_settings(&self) -> Option<PortalSettings> {
        let store = self.store.clone();
        let config = tokio::task::spawn_blocking(move || store.config()).await;
        match config {
            Ok(Ok(config)) => Some(config.settings.portal.clone()),
            Ok(Err(err)) => {
                self.fail("the settings cannot be read", &err);
                None
            }
            Err(_) => {
                self.fail("the settings cannot be read", &StoreError::Stopped);
                None
            }
        }
    }

    fn start_portal(&self, settings: Option<&PortalSettings>) -> Option<Portal> {
        let started = settings
            .filter(|settings| settings.is_on)
            .map(|it| Portal::start(&self.runtime, self.store.clone(), self.clock.clone(), it));
        let (portal, state) = match started {
            None => (None, PortalState::Off),
            Some(Ok(portal)) => {
                let address = portal.address();
                (Some(portal), PortalState::Listening(address))
            }
            Some(Err(err)) => {
                tracing::error!(error = %err, "the portal cannot start");
                (None, PortalState::Failed(err.to_string()))
            }
        };
        self.tell.send_replace(State {
            role: Role::Working,
            portal: state,
        });
        portal
    }

    /// Tells why nothing runs, in the log once and not at every attempt.
    fn fail(&self, what: &str, err: &StoreError) {
        let reason = format!("{what}: {err}");
        let role = Role::Failed(reason.clone());
        if self.set_role(role) {
            tracing::error!("{reason}");
        }
    }

    /// Says whether it is a new one.
    fn set_role(&self, role: Role) -> bool {
        self.tell.send_if_modified(|state| {
            let is_new = state.role != role;
            state.role = role;
            is_new
        })
    }
}
