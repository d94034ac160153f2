//! The portal on a real port.

use std::{net::SocketAddr, time::Duration};

use tenure::{
    clock::Clock,
    model::settings::PortalSettings,
    portal::{Portal, PortalError},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    runtime::Handle,
};

use crate::support::{noon, store};

fn start(settings: &PortalSettings) -> Result<Portal, PortalError> {
    Portal::start(&Handle::current(), store(), Clock::manual(noon()), settings)
}

fn on_a_free_port() -> Portal {
    let settings = PortalSettings {
        port: 0,
        ..PortalSettings::default()
    };
    start(&settings).expect("a free port")
}

#[track_caller]
fn refuses(host: &str, port: u16, sentence: &str) {
    let settings = PortalSettings {
        host: host.to_owned(),
        port,
        ..PortalSettings::default()
    };
    let error = start(&settings).err().expect("a refusal").to_string();
    assert!(error.contains(sentence), "{error}");
}

async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    // The other side may cut what it has no more use for.
    stream.read_to_string(&mut answer).await.ok();
    answer
}

#[tokio::test]
async fn answers_on_its_port_until_it_is_stopped() {
    let portal = on_a_free_port();
    let address = portal.address();
    assert!(address.ip().is_loopback());
    let request = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = ask(address, request).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nok\n"), "{answer}");
    portal.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_idle_visitor_does_not_keep_it_from_stopping() {
    let portal = on_a_free_port();
    let mut idle = TcpStream::connect(portal.address())
        .await
        .expect("a connection");
    let request = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    idle.write_all(request).await.expect("sent");
    let mut buffer = [0; 64];
    idle.read(&mut buffer).await.expect("an answer");
    let stopped = tokio::time::timeout(Duration::from_secs(4), portal.stop()).await;
    stopped.expect("it did not wait for the idle one");
}

#[tokio::test]
async fn dropping_it_ends_it() {
    let portal = on_a_free_port();
    let address = portal.address();
    drop(portal);
    let gone = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    let gone = tokio::time::timeout(Duration::from_secs(10), gone).await;
    gone.expect("the port is free again");
}

#[tokio::test]
async fn a_port_that_cannot_be_had_is_named_with_a_way_out() {
    let portal = on_a_free_port();
    let port = portal.address().port();
    refuses(
        "127.0.0.1",
        port,
        &format!("cannot listen on 127.0.0.1:{port}"),
    );
    refuses("127.0.0.1", port, "choose another port in the settings");
    refuses("192.0.2.1", 8480, "not an address of this machine");
    refuses("example.org", 8480, "\"example.org\" is not an address");
    portal.stop().await;
}

#[tokio::test]
async fn a_form_that_never_ends_is_cut() {
    let portal = on_a_free_port();
    let head =
        "POST /signup HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let length = "Content-Length: 10000000\r\nConnection: close\r\n\r\n";
    let answer = ask(portal.address(), &format!("{head}{length}a=")).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let chunked =
        format!("{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunk}{chunk}");
    let answer = ask(portal.address(), &chunked).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    portal.stop().await;
}

#[tokio::test]
async fn garbage_is_answered_and_forgotten() {
    let portal = on_a_free_port();
    for garbage in [
        "\0\0\0\0\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}",
        "GET /\u{202E} HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(portal.address())
            .await
            .expect("a connection");
        stream.write_all(garbage.as_bytes()).await.expect("sent");
        stream.shutdown().await.expect("said");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok();
        let is_error = answer.is_empty() || answer.starts_with(b"HTTP/1.1 400");
        assert!(
            is_error,
            "{garbage:?}: {}",
            String::from_utf8_lossy(&answer)
        );
    }
    let request = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = ask(portal.address(), request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    portal.stop().await;
}
