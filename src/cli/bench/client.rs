//! A client that costs as little as possible: one connection, one request after the other.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The largest answer that is read.
const LARGEST: usize = 1024 * 1024;

pub(super) struct Client {
    stream: TcpStream,
    head: String,
    received: Vec<u8>,
}

impl Client {
    pub(super) async fn connect(address: SocketAddr, token: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            head: format!(
                "Host: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/scim+json\r\n"
            ),
            received: Vec::new(),
        })
    }

    /// Patches a user; returns the status of the answer, once all of it is there.
    pub(super) async fn patch(&mut self, user: usize, body: &str) -> anyhow::Result<u16> {
        let request = format!(
            "PATCH /scim/v2/Users/{user} HTTP/1.1\r\n{}Content-Length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.received.clear();
        loop {
            if let Some(status) = answered(&self.received)? {
                return Ok(status);
            }
            let read = self.stream.read_buf(&mut self.received).await?;
            ensure!(read > 0, "the connection was closed");
            ensure!(self.received.len() < LARGEST, "the answer is too large");
        }
    }
}

/// The status of a whole answer; `None` while some of it is missing.
fn answered(received: &[u8]) -> anyhow::Result<Option<u16>> {
    const END: &[u8] = b"\r\n\r\n";
    let Some(end) = received.windows(END.len()).position(|it| it == END) else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&received[..end]).context("the answer is no text")?;
    let status = head.get(9..12).and_then(|it| it.parse().ok());
    let status = status.context("the answer has no status")?;
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Ok(0), |(_, value)| value.trim().parse::<usize>())?;
    Ok((received.len() >= end + END.len() + length).then_some(status))
}
