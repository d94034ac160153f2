//! Something long that runs in the background, with its progress and a way to end it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use egui::Ui;
use tokio::sync::oneshot;

use super::{Ctx, numbers::grouped, widgets::progress};

/// How often progress is drawn.
const REPAINT: std::time::Duration = std::time::Duration::from_millis(100);

pub(super) struct Job<T> {
    answer: oneshot::Receiver<T>,
    pub(super) state: Progress,

    /// How many rows there will be.
    total: u64,

    /// What they are.
    noun: &'static str,
}

/// What the work tells and is told while it runs.
#[derive(Clone, Default)]
pub(super) struct Progress {
    rows: Arc<AtomicU64>,
    cancel: Arc<AtomicBool>,
}

impl Progress {
    pub(super) fn is_at(&self, rows: u64) {
        self.rows.store(rows, Ordering::Relaxed);
    }

    pub(super) fn cancel(&self) -> &AtomicBool {
        &self.cancel
    }

    pub(super) fn is_canceled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

impl<T: Send + 'static> Job<T> {
    /// `total` is 0 when nobody knows how many rows there will be.
    pub(super) fn start(
        ctx: &Ctx<'_>,
        total: u64,
        work: impl FnOnce(&Progress) -> T + Send + 'static,
    ) -> Self {
        let state = Progress::default();
        let told = state.clone();
        Self {
            answer: ctx.background.run(ctx.egui, move || work(&told)),
            state,
            total,
            noun: "rows",
        }
    }

    /// Another word than "rows".
    pub(super) fn of(mut self, noun: &'static str) -> Self {
        self.noun = noun;
        self
    }

    /// The outcome once there is one; `Err` if the work has broken off without one.
    pub(super) fn poll(&mut self) -> Option<Result<T, Broken>> {
        match self.answer.try_recv() {
            Ok(outcome) => Some(Ok(outcome)),
            Err(oneshot::error::TryRecvError::Empty) => None,
            Err(oneshot::error::TryRecvError::Closed) => Some(Err(Broken)),
        }
    }

    /// The bar, and the button that ends the work early.
    pub(super) fn ui(&self, ui: &mut Ui, name: &str) {
        let rows = self.state.rows.load(Ordering::Relaxed);
        let (detail, fraction) = match self.total {
            0 => (format!("{} {}", grouped(rows), self.noun), 0.0),
            total => (
                format!("{} of {} {}", grouped(rows), grouped(total), self.noun),
                rows as f32 / total as f32,
            ),
        };
        if progress(ui, name, &detail, fraction, Some("Cancel")) {
            self.state.cancel.store(true, Ordering::Relaxed);
        }
        ui.ctx().request_repaint_after(REPAINT);
    }
}

impl<T> Drop for Job<T> {
    /// Nobody waits for it any more, as when the window closes: it ends after the rows it is at.
    fn drop(&mut self) {
        self.state.cancel.store(true, Ordering::Relaxed);
    }
}

/// The work has ended without an outcome, which only a fault of the program makes happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the work broke off, look into the log")
    }
}
