//! Connections: taken one by one, each with limits on time and number.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulConnection, GracefulShutdown},
};
use tokio::runtime::Handle;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinHandle,
};
use tower::ServiceExt as _;

use super::{PortalError, stream::Stream};
use crate::model::settings::PortalSettings;

/// How long the headers of a request may take; also how long a connection may stay idle.
const HEADERS: Duration = Duration::from_secs(15);

/// How long a visitor may take nothing of what is sent.
const TAKING: Duration = Duration::from_secs(20);

/// How many connections are open at most; others wait to be taken.
const CONNECTIONS: usize = 1_000;

/// How long stopping waits for those who are being served.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// How long to leave the system alone when it has no connection left to give.
const BREATH: Duration = Duration::from_millis(100);

pub(super) struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(super) fn start(
        runtime: &Handle,
        settings: &PortalSettings,
        router: Router,
    ) -> Result<Self, PortalError> {
        let host: IpAddr = settings
            .host
            .parse()
            .map_err(|_not_one| PortalError::BadHost(settings.host.clone()))?;
        let wanted = SocketAddr::new(host, settings.port);
        let failed = |err| failure(wanted, err);
        let listener = std::net::TcpListener::bind(wanted).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener).map_err(failed)?
        };
        let (stop, stopped) = watch::channel(false);
        let accepting = runtime.spawn(accept(listener, router, stopped));
        tracing::info!("the portal listens on http://{address}");
        Ok(Self {
            address,
            stop,
            accepting,
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(err) = self.accepting.await {
            tracing::error!("the portal ended badly: {err}");
        }
    }
}

fn failure(address: SocketAddr, err: io::Error) -> PortalError {
    match err.kind() {
        ErrorKind::AddrInUse => PortalError::InUse(address),
        ErrorKind::PermissionDenied => PortalError::NotPermitted(address),
        ErrorKind::AddrNotAvailable => PortalError::NotHere(address),
        _ => PortalError::Listen {
            address,
            reason: err,
        },
    }
}

/// Takes connections until it is told to stop, or nobody is left who could tell it.
async fn accept(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = stopped.wait_for(|is_stopped| *is_stopped) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Answers are small and written whole: waiting for more only makes them late. One
                // that goes out later is no reason to refuse it.
                stream.set_nodelay(true).ok();
                let connection = graceful.watch(serve(stream, peer, router.clone()));
                tokio::spawn(async move {
                    if let Err(err) = connection.await {
                        tracing::debug!("a connection ended early: {err}");
                    }
                    drop(place);
                });
            }
            Err(err) if is_of_the_connection(&err) => (),
            Err(err) => {
                tracing::warn!("no connection can be taken: {err}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(LAST_ANSWERS, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("the portal stopped while somebody was still being served");
    }
}

/// Answers one connection, with what it is known by.
fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl GracefulConnection<Error = hyper::Error> {
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .serve_connection(TokioIo::new(Stream::new(stream, TAKING)), answer)
}

/// Whether one visitor went away before being taken, which says nothing about the next.
fn is_of_the_connection(err: &io::Error) -> bool {
    matches!(
        err.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}
