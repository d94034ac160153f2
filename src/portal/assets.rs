//! Files that the pages load: part of the program, or set by an admin.

use std::sync::LazyLock;

use axum::{
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};

use super::{Site, site, token::hex};
use crate::store::images::{self, LOGO};

const CSS: &str = include_str!("../../assets/portal/portal.css");
const JS: &str = include_str!("../../assets/portal/portal.js");
const ICON: &str = include_str!("../../assets/icons/tenure.svg");

/// What pages ask for the style sheet with, so that a new one is never mistaken for an old one.
pub(super) static CSS_VERSION: LazyLock<String> = LazyLock::new(|| version(CSS.as_bytes()));
pub(super) static JS_VERSION: LazyLock<String> = LazyLock::new(|| version(JS.as_bytes()));

/// How long an answer may be used without asking again.
enum Keep {
    /// The address names the content.
    ForEver,

    /// An admin may change it at any time.
    Ask,
}

pub(super) async fn css(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let keep = keep(query.as_deref(), &CSS_VERSION);
    answer(&headers, "text/css; charset=utf-8", CSS.into(), keep)
}

pub(super) async fn js(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let keep = keep(query.as_deref(), &JS_VERSION);
    answer(&headers, "text/javascript; charset=utf-8", JS.into(), keep)
}

pub(super) async fn icon(headers: HeaderMap) -> Response {
    answer(&headers, "image/svg+xml", ICON.into(), Keep::Ask)
}

/// The brand's color. White text can stand on it: the settings see to that.
pub(super) async fn brand(State(site): State<Site>, headers: HeaderMap) -> Response {
    let css = match site.config() {
        Ok(config) => format!(":root {{ --brand: {}; }}\n", config.settings.branding.color),
        Err(response) => return response,
    };
    answer(&headers, "text/css; charset=utf-8", css.into(), Keep::Ask)
}

pub(super) async fn logo(State(site): State<Site>, headers: HeaderMap) -> Response {
    match site.store().read(|db| images::get(db, LOGO)) {
        Ok(Some(image)) => answer(&headers, &image.mime, image.bytes, Keep::Ask),
        Ok(None) => site::not_found(State(site)).await,
        Err(err) => site.unavailable(&err),
    }
}

fn keep(query: Option<&str>, version: &str) -> Keep {
    let asked = query.and_then(|it| it.strip_prefix("v="));
    if asked == Some(version) {
        Keep::ForEver
    } else {
        Keep::Ask
    }
}

fn answer(asked: &HeaderMap, mime: &str, bytes: Vec<u8>, keep: Keep) -> Response {
    let tag = format!("\"{}\"", version(&bytes));
    let known = asked.get(IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    let is_known = known.is_some_and(|it| it.split(',').any(|it| it.trim() == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        bytes.into_response()
    };
    let cache = match keep {
        Keep::ForEver => "public, max-age=31536000, immutable",
        Keep::Ask => "no-cache",
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let (Ok(mime), Ok(tag)) = (HeaderValue::from_str(mime), HeaderValue::from_str(&tag)) {
        headers.insert(CONTENT_TYPE, mime);
        headers.insert(ETAG, tag);
    }
    response
}

/// Names some content: the beginning of its hash.
pub(super) fn version(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let (beginning, _) = hash.split_at(8);
    hex(beginning)
}
