//! A visitor of the portal, as small as it can be: fetches a form, fills its fields in by name, and
//! sends it back with the cookie and the hidden fields, as a browser does; or patches as a program.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// No answer of our own portal takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// No page of ours is larger.
const LARGEST: u64 = 4 * 1024 * 1024;

pub(super) struct Browser {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
}

pub(super) struct Page {
    pub(super) status: u16,
    location: Option<String>,
    pub(super) body: String,
}

impl Browser {
    /// A visitor without cookies.
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: Vec::new(),
        }
    }

    /// Fetches the form at `path`, fills it in, sends it, and follows to the page that answers.
    /// `value` is asked for each field that a person would fill in, by name and type.
    pub(super) fn submit(
        &mut self,
        path: &str,
        value: impl Fn(&str, &str) -> String,
    ) -> io::Result<Page> {
        let page = self.get(path)?;
        let form = form(&page.body)
            .ok_or_else(|| io::Error::other(format!("{path} shows no form ({})", page.status)))?;
        let action = attribute(form.head, "action").unwrap_or_else(|| path.to_owned());
        let mut fields: Vec<(String, String)> = Vec::new();
        for tag in tags(form.body, &["input", "select", "textarea"]) {
            let Some(name) = attribute(tag, "name") else {
                continue;
            };
            let kind = attribute(tag, "type").unwrap_or_default();
            // The buttons of one choice share their name, and only the chosen one is sent.
            let is_again = fields.iter().any(|(it, _)| *it == name);
            let filled = match kind.as_str() {
                _ if is_again => continue,
                "hidden" => attribute(tag, "value").unwrap_or_default(),
                "submit" | "button" => continue,
                kind => value(&name, kind),
            };
            fields.push((name, filled));
        }
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let form = pairs.collect::<Vec<_>>().join("&");
        let headers = format!(
            "Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            self.address
        );
        let answer = self.send("POST", &action, Some((&headers, &form)))?;
        match &answer.location {
            Some(next) if (300..400).contains(&answer.status) => self.get(&next.clone()),
            _ => Ok(answer),
        }
    }

    pub(super) fn get(&mut self, path: &str) -> io::Result<Page> {
        self.send("GET", path, None)
    }

    /// What a program sends that keeps users through SCIM.
    pub(super) fn patch(&mut self, path: &str, token: &str, body: &str) -> io::Result<Page> {
        let headers =
            format!("Authorization: Bearer {token}\r\nContent-Type: application/scim+json\r\n");
        self.send("PATCH", path, Some((&headers, body)))
    }

    /// One request on a connection of its own; a body comes with headers that describe it.
    fn send(&mut self, method: &str, path: &str, sent: Option<(&str, &str)>) -> io::Result<Page> {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let host = self.address;
        let path = path.strip_prefix(&format!("http://{host}")).unwrap_or(path);
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        if !self.cookies.is_empty() {
            let pair = |(name, value): &(String, String)| format!("{name}={value}");
            let cookies: Vec<String> = self.cookies.iter().map(pair).collect();
            request.extend(["Cookie: ", &cookies.join("; "), "\r\n"]);
        }
        let (headers, body) = sent.unwrap_or_default();
        if sent.is_some() {
            request += headers;
            let length = body.len().to_string();
            request.extend(["Content-Length: ", &length, "\r\n"]);
        }
        request += "\r\n";
        request += body;
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.take(LARGEST).read_to_end(&mut bytes)?;
        self.read(&bytes)
    }

    fn read(&mut self, bytes: &[u8]) -> io::Result<Page> {
        let cut = || io::Error::new(io::ErrorKind::InvalidData, "the answer was cut off");
        let end = bytes
            .windows(4)
            .position(|it| it == b"\r\n\r\n")
            .ok_or_else(cut)?;
        let (head, body) = bytes.split_at(end);
        let body = body.get(4..).unwrap_or_default();
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let status = status.and_then(|it| it.parse().ok()).ok_or_else(cut)?;
        let (mut location, mut is_chunked) = (None, false);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "location" => location = Some(value.to_owned()),
                "transfer-encoding" => is_chunked = value.eq_ignore_ascii_case("chunked"),
                "set-cookie" => self.keep(value),
                _ => (),
            }
        }
        let body = if is_chunked {
            dechunked(body).ok_or_else(cut)?
        } else {
            body.to_vec()
        };
        Ok(Page {
            status,
            location,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            self.cookies.retain(|(kept, _)| kept != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

fn dechunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|it| it == b"\r\n")?;
        let size = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        let chunk = rest.get(end + 2..)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(chunk.get(..size)?);
        rest = chunk.get(size + 2..)?;
    }
}

/// The form that is sent back, in a page of our own making.
struct Form<'a> {
    head: &'a str,
    body: &'a str,
}

fn form(page: &str) -> Option<Form<'_>> {
    let start = page.find("<form")?;
    let rest = page.get(start..)?;
    let (head, body) = rest.split_once('>')?;
    Some(Form {
        head,
        body: body.split("</form").next().unwrap_or_default(),
    })
}

/// The opening tags of these names, in order.
fn tags<'a>(html: &'a str, names: &[&str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    for part in html.split('<').skip(1) {
        let name = part.split(|it: char| !it.is_ascii_alphanumeric()).next();
        if name.is_some_and(|it| names.contains(&it)) {
            found.push(part.split('>').next().unwrap_or_default());
        }
    }
    found
}

/// The value of an attribute of a tag, as our templates write it: in double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut from = 0;
    let mark = format!("{name}=\"");
    loop {
        let at = from + tag.get(from..)?.find(&mark)?;
        from = at + mark.len();
        let is_whole = tag.get(..at)?.ends_with(char::is_whitespace);
        if is_whole {
            let value = tag.get(from..)?.split('"').next()?;
            return Some(unescaped(value));
        }
    }
}

fn unescaped(text: &str) -> String {
    let pairs = [
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ];
    let replaced = pairs
        .into_iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    replaced.replace("&amp;", "&")
}

/// As `application/x-www-form-urlencoded` writes it (WHATWG URL §5.2).
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                let escape = format!("%{byte:02X}");
                out.push_str(&escape);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_fields_of_a_form() {
        let page = r#"<p><form method="post" action="/signup?a=1&amp;b=2"><input data-name="x" name="token" type="hidden" value="a&quot;b"><select name="department"><option value=""></select></form><input name="other">"#;
        let form = form(page).expect("a form");
        assert_eq!(
            attribute(form.head, "action").as_deref(),
            Some("/signup?a=1&b=2")
        );
        let tags = tags(form.body, &["input", "select"]);
        let names: Vec<_> = tags
            .iter()
            .filter_map(|tag| attribute(tag, "name"))
            .collect();
        assert_eq!(names, ["token", "department"]);
        assert_eq!(attribute(tags[0], "value").as_deref(), Some("a\"b"));
    }

    #[test]
    fn sends_what_a_browser_would() {
        assert_eq!(encoded("Zoë & Co+1"), "Zo%C3%AB+%26+Co%2B1");
        assert_eq!(
            dechunked(b"3\r\nabc\r\n0\r\n\r\n").as_deref(),
            Some(&b"abc"[..])
        );
        assert_eq!(dechunked(b"5\r\nabc"), None, "cut off");
    }
}
