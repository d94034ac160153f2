//! A mail server that takes everything and keeps nothing: what is measured is the one who sends.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

pub(super) struct Sink {
    pub(super) address: SocketAddr,
    taken: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
}

impl Sink {
    pub(super) async fn open() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let sink = Self {
            address: listener.local_addr()?,
            taken: Arc::default(),
            connections: Arc::default(),
        };
        let (taken, connections) = (Arc::clone(&sink.taken), Arc::clone(&sink.connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                let taken = Arc::clone(&taken);
                tokio::spawn(async move {
                    if let Err(err) = serve(stream, &taken).await {
                        tracing::debug!("a connection of the sink ended: {err}");
                    }
                });
            }
        });
        Ok(sink)
    }

    /// How many mails it has taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// How many connections it was asked for.
    pub(super) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

/// One conversation (RFC 5321 §4.1).
async fn serve(stream: TcpStream, taken: &AtomicU64) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    write.write_all(b"220 sink.example ESMTP\r\n").await?;
    let mut line = Vec::new();
    let mut is_in_mail = false;
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        if is_in_mail {
            if line == b".\r\n" {
                is_in_mail = false;
                taken.fetch_add(1, Ordering::Relaxed);
                write.write_all(b"250 2.0.0 taken\r\n").await?;
            }
            continue;
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_slice() {
            b"EHLO" => b"250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            b"DATA" => {
                is_in_mail = true;
                b"354 go on\r\n"
            }
            b"QUIT" => {
                write.write_all(b"221 2.0.0 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 2.0.0 ok\r\n",
        };
        write.write_all(answer).await?;
    }
}
