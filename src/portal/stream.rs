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
    use std::future::poll_fn;

    use super::*;

    /// Takes a byte each time that it is asked as often as this.
    struct Visitor {
        pauses: usize,
        asked: usize,
    }

    impl AsyncWrite for Visitor {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            _: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.asked += 1;
            if self.asked > self.pauses {
                self.asked = 0;
                return Poll::Ready(Ok(1));
            }
            if self.pauses < usize::MAX {
                cx.waker().wake_by_ref();
            }
            Poll::Pending
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// Sends bytes one by one to a visitor who pauses this often before each.
    async fn send(pauses: usize, patience: Duration) -> io::Result<usize> {
        let visitor = Visitor { pauses, asked: 0 };
        let mut stream = Stream::new(visitor, patience);
        let mut sent = 0;
        while sent < 10 {
            sent += poll_fn(|cx| Pin::new(&mut stream).poll_write(cx, b"x")).await?;
        }
        Ok(sent)
    }

    #[tokio::test]
    async fn who_takes_nothing_is_given_up() {
        let sent = send(usize::MAX, Duration::from_millis(10)).await;
        let err = sent.expect_err("given up");
        assert_eq!(err.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_takes_it_slowly_gets_all_of_it() {
        let sent = send(3, Duration::from_mins(1)).await;
        assert_eq!(sent.expect("all of it"), 10);
    }
}
