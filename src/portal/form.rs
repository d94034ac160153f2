//! What a browser sends when a form is submitted (WHATWG URL §5.1), read strictly.
//!
//! **Invariant:** a field is there once, and its text is UTF-8: a form that we gave out sends
//! nothing else, so everything else is refused instead of repaired.

use std::{collections::BTreeMap, error::Error};

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    http::{HeaderMap, header::CONTENT_TYPE},
};

/// The largest form that is read.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// More fields than any directory has.
const MAX_FIELDS: usize = 500;

#[derive(Debug)]
pub(super) struct Form(BTreeMap<String, String>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormError {
    TooLarge,

    /// The connection broke.
    Cut,
    NotAForm,
    NotUtf8,
    Twice,
    TooManyFields,
}

impl Form {
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, FormError> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let media_type = content_type.and_then(|it| it.split(';').next());
        let is_form = media_type.is_some_and(|it| {
            it.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if !is_form {
            return Err(FormError::NotAForm);
        }
        let length = body.size_hint().lower();
        if length > MAX_BODY as u64 {
            return Err(FormError::TooLarge);
        }
        let bytes = to_bytes(body, MAX_BODY).await.map_err(|err| reason(&err))?;
        Self::parse(&bytes)
    }

    /// Also what stands behind the `?` of an address, which has the same form.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, FormError> {
        let mut fields = BTreeMap::new();
        for pair in bytes.split(|byte| *byte == b'&') {
            if pair.is_empty() {
                continue;
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            if fields.insert(name, value).is_some() {
                return Err(FormError::Twice);
            }
            if fields.len() > MAX_FIELDS {
                return Err(FormError::TooManyFields);
            }
        }
        Ok(Self(fields))
    }

    /// What was typed into a field; empty when the field is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// A body ends early because it is too large, or because the connection broke.
fn reason(err: &axum::Error) -> FormError {
    let mut cause = Some(err as &(dyn Error + 'static));
    while let Some(err) = cause {
        if err.is::<hyper::Error>() {
            return FormError::Cut;
        }
        cause = err.source();
    }
    FormError::TooLarge
}

fn decode(text: &[u8]) -> Result<String, FormError> {
    let digit = |byte: Option<&u8>| byte.and_then(|it| char::from(*it).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let escaped = match byte {
            b'%' => digit(text.get(at + 1)).zip(digit(text.get(at + 2))),
            _ => None,
        };
        match (byte, escaped) {
            (_, Some((high, low))) => {
                bytes.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', None) => bytes.push(b' '),
            (byte, None) => bytes.push(*byte),
        }
        at += 1;
    }
    String::from_utf8(bytes).map_err(|_invalid| FormError::NotUtf8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(body: &[u8], name: &str, expected: &str) {
        let form = Form::parse(body).expect("a form");
        assert_eq!(form.text(name), expected);
    }

    #[track_caller]
    fn refuses(body: &[u8], expected: FormError) {
        assert_eq!(Form::parse(body).expect_err("a refusal"), expected);
    }

    #[test]
    fn reads_what_browsers_send() {
        check(b"a=1&b=Ada+L%C3%B6ve", "b", "Ada L\u{f6}ve");
        check(b"a=1%2B1%3D2%26", "a", "1+1=2&");
        check(b"a=b=c", "a", "b=c");
        check(b"a", "a", "");
        check(b"", "a", "");
        check(b"&&a=1&", "a", "1");
        check(b"a=100%&b=%zz%4", "a", "100%");
        check(b"a=100%&b=%zz%4", "b", "%zz%4");
        check(b"a=%00%0D%0A", "a", "\0\r\n");
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        refuses(b"a=1&a=2", FormError::Twice);
        refuses(b"a=1&%61=2", FormError::Twice);
        refuses(b"a=%ff", FormError::NotUtf8);
        refuses(b"a=\xc3", FormError::NotUtf8);
        refuses(b"a=%ed%a0%80", FormError::NotUtf8);
        let many: Vec<String> = (0..=MAX_FIELDS).map(|it| format!("{it}=&")).collect();
        refuses(many.concat().as_bytes(), FormError::TooManyFields);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            drop(Form::parse(&body));
        }

        #[test]
        fn every_text_comes_through(text in ".{0,40}") {
            let encoded: Vec<String> = text.bytes().map(|it| format!("%{it:02X}")).collect();
            let form = Form::parse(format!("a={}", encoded.concat()).as_bytes()).expect("a form");
            prop_assert_eq!(form.text("a"), text);
        }
    }
}
