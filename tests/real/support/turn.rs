//! Browsers and desktops take turns.
//!
//! Two of them at once on a small machine make each other late, and a test that is late looks like one that failed.

use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

/// The right to start programs that weigh much, until it is dropped.
///
/// Taken once, in the first line of a test: a test that waits for a second one waits for itself.
pub(crate) struct Turn {
    _guard: MutexGuard<'static, ()>,
}

impl Turn {
    /// Waits until no other test has it. One that failed gave its turn back like any other.
    pub(crate) fn take() -> Self {
        let guard = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        Self { _guard: guard }
    }
}
