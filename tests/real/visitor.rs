//! Somebody who signs up at the page, without a browser: one of many at once.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

/// Longer than the page takes with hundreds of passwords before ours.
const PATIENCE: Duration = Duration::from_secs(50);

/// What the page answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn is_created(&self) -> bool {
        self.status == 303
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Fetches the form and sends it back, filled in with this name and an address at `example.org`.
/// `number` makes the visitor one of a kind to a portal that trusts its proxy.
pub(crate) fn sign_up(portal: SocketAddr, username: &str, number: u32) -> io::Result<Answer> {
    let from = Ipv4Addr::from(0x0A00_0000 + number);
    let page = ask(
        portal,
        &format!("GET /signup HTTP/1.1\r\nX-Forwarded-For: {from}\r\n"),
        "",
    )?;
    let cookie = page
        .header("set-cookie")
        .and_then(|it| it.split(';').next());
    let token = page
        .body
        .split("name=\"token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let (Some(cookie), Some(token)) = (cookie, token) else {
        return Err(io::Error::other(format!("no form: {page:?}")));
    };
    let form = format!(
        "token={token}&username={username}&email={username}%40example.org&first_name=&last_name=&phone=&password=correct+horse+battery&password_repeat=correct+horse+battery"
    );
    let head = format!(
        "POST /signup HTTP/1.1\r\nX-Forwarded-For: {from}\r\nCookie: {cookie}\r\nOrigin: http://{portal}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        form.len()
    );
    ask(portal, &head, &form)
}

/// One request on a connection of its own.
fn ask(portal: SocketAddr, head: &str, body: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&portal, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!("{head}Host: {portal}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    Ok(Answer {
        status: status.ok_or_else(cut)?,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}
