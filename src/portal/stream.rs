//! A visitor's connection, which is given up when the visitor does not take what is sent.
//!
//! Without that, whoever asks for something and never reads the answer would keep a place for ever.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

pub(super) struct Stream<S> {
    inner: S,
    patience: Duration,

    /// Set while there is something that the visitor does not take.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Stream<S> {
    /// Gives up after `patience` in which nothing was taken.
    pub(super) fn new(inner: S, patience: Duration) -> Self {
        Self {
            inner,
            patience,
            waiting: None,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = Pin::new(&mut self.inner).poll_write(cx, bytes) {
            self.waiting = None;
            return Poll::Ready(written);
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn who_takes_nothing_is_given_up() {
        let (ours, _theirs) = duplex(4);
        let mut stream = Stream::new(ours, Duration::from_millis(20));
        let err = stream
            .write_all(b"a long answer")
            .await
            .expect_err("given up");
        assert_eq!(err.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_takes_it_slowly_gets_all_of_it() {
        let (ours, mut theirs) = duplex(4);
        let mut stream = Stream::new(ours, Duration::from_secs(60));
        let sent = async {
            stream.write_all(b"a long answer").await.expect("taken");
            drop(stream);
        };
        let mut answer = Vec::new();
        let (taken, ()) = tokio::join!(theirs.read_to_end(&mut answer), sent);
        assert_eq!(taken.expect("bytes"), 13);
        assert_eq!(answer, b"a long answer");
    }
}
