//! Where somebody wanted to go before having to sign in.
//!
//! **Invariant:** it is a path of ours: no text makes it lead to another site.

/// Longer paths are none of ours.
const LONGEST: usize = 512;

/// Where to go by default.
const ACCOUNT: &str = "/account/profile";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::portal) struct Next(String);

impl Next {
    /// A path with its query; anything else counts as none.
    pub(in crate::portal) fn parse(text: &str) -> Self {
        let is_path = text.starts_with('/')
            && text.len() <= LONGEST
            && text
                .bytes()
                .all(|it| it.is_ascii_graphic() && !matches!(it, b'\\' | b'"' | b'<' | b'>'));
        // Browsers take what follows two slashes for another host (WHATWG URL, §4.4).
        if is_path && !text.starts_with("//") {
            Self(text.to_owned())
        } else {
            Self(ACCOUNT.to_owned())
        }
    }

    /// As a page's query says it.
    pub(in crate::portal) fn of_query(query: Option<&str>) -> Self {
        let mut pairs = query.unwrap_or_default().split('&');
        let value = pairs.find_map(|it| it.strip_prefix("next="));
        Self::parse(&value.map(decoded).unwrap_or_default())
    }

    pub(in crate::portal) fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a page that leads on to here.
    pub(in crate::portal) fn after(&self, path: &str) -> String {
        if self.0 == ACCOUNT {
            return path.to_owned();
        }
        let escaped: Vec<String> = self.0.bytes().map(escaped).collect();
        format!("{path}?next={}", escaped.concat())
    }
}

fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// Bytes that are no text become one that no path has.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        rest = others;
        let hex = others.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let byte = hex.and_then(|it| u8::from_str_radix(it, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(query: &str, expected: &str) {
        assert_eq!(Next::of_query(Some(query)).as_str(), expected, "{query}");
    }

    #[test]
    fn a_path_of_ours_comes_through() {
        check("next=/account/security", "/account/security");
        check("a=b&next=%2Faccount%2Fsessions", "/account/sessions");
        check(
            "next=/authorize%3Fclient%3Dx%26y%3D1",
            "/authorize?client=x&y=1",
        );
        check("", ACCOUNT);
    }

    #[test]
    fn no_text_leads_to_another_site() {
        for bad in [
            "https://evil.example",
            "//evil.example",
            "%2F%2Fevil.example",
            "/\\evil.example",
            "/%5Cevil.example",
            "\\\\evil.example",
            "/%09/evil.example",
            "/%0D%0ASet-Cookie:a=b",
            "javascript:alert(1)",
            "evil.example",
            "%20/account",
            "/%C3%A9",
            "/%FF",
            "%",
            &format!("/{}", "x".repeat(LONGEST)),
        ] {
            check(&format!("next={bad}"), ACCOUNT);
        }
    }

    proptest! {
        #[test]
        fn what_leads_on_leads_on_to_the_same_place(path in "/[a-z][ -~]{0,30}") {
            let next = Next::parse(&path);
            let address = next.after("/sign-in");
            let query = address.split_once('?').map(|(_, query)| query);
            prop_assert_eq!(Next::of_query(query), next);
        }

        #[test]
        fn nothing_but_a_path_is_ever_followed(query in ".{0,60}") {
            let next = Next::of_query(Some(&query));
            prop_assert!(next.as_str().starts_with('/') && !next.as_str().starts_with("//"));
        }
    }
}
