//! What the tests start, look at and stop.
//!
//! Each of these keeps its state in a folder of its own, takes a free port or display, and stops what it started, by
//! process id, when it is dropped.

pub(crate) mod binary;
pub(crate) mod browser;
pub(crate) mod desktop;
pub(crate) mod devtools;
pub(crate) mod running;
pub(crate) mod sink;
pub(crate) mod turn;

use std::path::PathBuf;

/// A file that belongs to these tests.
pub(crate) fn beside(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "real", name]
        .iter()
        .collect()
}
