//! An encrypted connection as lettre takes it: a stream that begins with a greeting.
//!
//! lettre would encrypt a connection itself, but it keeps what the server has sent before, in the clear,
//! and takes it for what comes after (CVE-2011-0411), and it does not say which certificate was wrong.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// What lettre waits for. After STARTTLS a server does not greet again (RFC 3207 §4.2).
const GREETING: &[u8] = b"220 encrypted\r\n";

#[derive(Debug)]
pub(super) struct Encrypted {
    stream: TlsStream<TcpStream>,

    /// What is still to be read of a greeting that the server has given before.
    greeting: &'static [u8],
}

impl Encrypted {
    /// The server greets when the connection is encrypted.
    pub(super) fn before_greeting(stream: TlsStream<TcpStream>) -> Self {
        Self {
            stream,
            greeting: b"",
        }
    }

    /// It has greeted before.
    pub(super) fn after_greeting(stream: TlsStream<TcpStream>) -> Self {
        Self {
            stream,
            greeting: GREETING,
        }
    }
}

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let length = self.greeting.len().min(buffer.remaining());
        let (now, later) = self.greeting.split_at(length);
        buffer.put_slice(now);
        self.greeting = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
