//! The portal on a real port.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use tenure::{
    clock::Clock,
    model::settings::PortalSettings,
    portal::{Portal, PortalError},
};
use tokio::runtime::Runtime;

use crate::support::{noon, store};

const HEALTH: &str = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

fn runtime() -> Runtime {
    Runtime::new().expect("threads")
}

fn start(runtime: &Runtime, host: &str, port: u16) -> Result<Portal, PortalError> {
    let settings = PortalSettings {
        host: host.to_owned(),
        port,
        ..PortalSettings::default()
    };
    Portal::start(runtime.handle(), store(), Clock::manual(noon()), &settings)
}

fn on_a_free_port(runtime: &Runtime) -> Portal {
    start(runtime, "127.0.0.1", 0).expect("a free port")
}

/// Sends something, and returns all that comes back.
fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    // The other side may cut what it has no more use for.
    stream.write_all(request.as_bytes()).ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn answers_on_its_port_until_it_is_stopped() {
    let runtime = runtime();
    let portal = on_a_free_port(&runtime);
    let address = portal.address();
    assert!(address.ip().is_loopback());
    let answer = ask(address, HEALTH);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nok\n"), "{answer}");
    runtime.block_on(portal.stop());
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn an_idle_visitor_does_not_keep_it_from_stopping() {
    let runtime = runtime();
    let portal = on_a_free_port(&runtime);
    let mut idle = TcpStream::connect(portal.address()).expect("a connection");
    idle.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        .expect("sent");
    let count = idle.read(&mut [0; 64]).expect("an answer");
    assert!(count > 0);
    let stopped = async { tokio::time::timeout(Duration::from_secs(4), portal.stop()).await };
    let stopped = runtime.block_on(stopped);
    stopped.expect("it did not wait for the idle one");
}

#[test]
fn dropping_it_ends_it() {
    let runtime = runtime();
    let portal = on_a_free_port(&runtime);
    let address = portal.address();
    drop(portal);
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn a_port_that_cannot_be_had_is_named_with_a_way_out() {
    let runtime = runtime();
    let portal = on_a_free_port(&runtime);
    let port = portal.address().port();
    let refuses = |host, port, sentence: &str| {
        let error = start(&runtime, host, port).err().expect("a refusal");
        let error = error.to_string();
        assert!(error.contains(sentence), "{error}");
    };
    refuses(
        "127.0.0.1",
        port,
        &format!("cannot listen on 127.0.0.1:{port}"),
    );
    refuses("127.0.0.1", port, "choose another port in the settings");
    refuses("192.0.2.1", 8480, "not an address of this machine");
    refuses("example.org", 8480, "\"example.org\" is not an address");
    runtime.block_on(portal.stop());
}

#[test]
fn a_form_that_never_ends_is_cut() {
    let runtime = runtime();
    let portal = on_a_free_port(&runtime);
    let head =
        "POST /signup HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let length = "Content-Length: 10000000\r\nConnection: close\r\n\r\n";
    let answer = ask(portal.address(), &format!("{head}{length}a="));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let chunked =
        format!("{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunk}{chunk}");
    let answer = ask(portal.address(), &chunked);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    runtime.block_on(portal.stop());
}

#[test]
fn garbage_is_answered_and_forgotten() {
    let runtime = runtime();
    let portal = on_a_free_port(&runtime);
    for garbage in [
        "\0\0\0\0\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\r\n\r\n",
    ] {
        let answer = ask(portal.address(), garbage);
        let is_error = answer.is_empty() || answer.starts_with("HTTP/1.1 400");
        assert!(is_error, "{garbage:?}: {answer}");
    }
    let answer = ask(portal.address(), HEALTH);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    runtime.block_on(portal.stop());
}
