//! A mail server for tests: it takes everything, and remembers what.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What a mail server has taken: how often each Message-ID.
pub(crate) type Taken = Arc<Mutex<BTreeMap<String, usize>>>;

/// A mail server that takes everything at once.
pub(crate) fn start() -> (SocketAddr, Taken) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("its address");
    let taken = Taken::default();
    let shared = Arc::clone(&taken);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let taken = Arc::clone(&shared);
            // Whoever is killed ends the conversation anywhere.
            thread::spawn(move || serve(stream, &taken).ok());
        }
    });
    (address, taken)
}

fn serve(mut stream: TcpStream, taken: &Taken) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?);
    stream.write_all(b"220 sink ESMTP\r\n")?;
    let (mut line, mut is_mail, mut id) = (String::new(), false, String::new());
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if is_mail {
            if let Some(found) = line.strip_prefix("Message-ID: ") {
                found.trim().clone_into(&mut id);
            }
            if line == ".\r\n" {
                is_mail = false;
                let mut taken = taken.lock().expect("nobody panicked");
                *taken.entry(std::mem::take(&mut id)).or_insert(0) += 1;
                drop(taken);
                stream.write_all(b"250 2.0.0 taken\r\n")?;
            }
            continue;
        }
        let answer: &[u8] = match line.get(..4) {
            Some("EHLO") => b"250-sink\r\n250 8BITMIME\r\n",
            Some("DATA") => {
                is_mail = true;
                b"354 go on\r\n"
            }
            _ => b"250 2.0.0 ok\r\n",
        };
        stream.write_all(answer)?;
    }
}
