//! Where work is done that the window must not wait for.

use tokio::{runtime::Handle, sync::oneshot};

/// Runs what may take long, and has the window drawn again when it is done.
#[derive(Clone)]
pub enum Background {
    Threads(Handle),

    /// At once, on the spot: for tests that look at every frame.
    Inline,
}

impl Background {
    pub fn run<T: Send + 'static>(
        &self,
        ctx: &egui::Context,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (answer, receiver) = oneshot::channel();
        let ctx = ctx.clone();
        let task = move || {
            // The receiver is gone if the screen was left meanwhile.
            answer.send(work()).ok();
            ctx.request_repaint();
        };
        match self {
            Self::Threads(handle) => drop(handle.spawn_blocking(task)),
            Self::Inline => task(),
        }
        receiver
    }
}
