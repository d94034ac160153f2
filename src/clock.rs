//! The only place that reads the time.

use std::{sync::Arc, time::Duration};

use chrono::Utc;
use parking_lot::Mutex;

use crate::model::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    System,

    /// Stands still until it is moved; for tests and for the sample company's past.
    Manual(Arc<Mutex<Timestamp>>),
}

impl Clock {
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(Mutex::new(now)))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Utc::now(),
            Self::Manual(now) => *now.lock(),
        }
    }

    /// Moves a manual clock; the system's goes by itself.
    pub fn advance(&self, by: chrono::TimeDelta) {
        if let Self::Manual(now) = self {
            *now.lock() += by;
        }
    }

    /// Waits until `moment`. It looks at the clock every half second: a machine that slept or a clock
    /// that was set makes no difference to a pause that was measured before.
    pub async fn sleep_until(&self, moment: Timestamp) {
        const LOOK: Duration = Duration::from_millis(500);
        loop {
            let pause = (moment - self.now()).to_std().unwrap_or(Duration::ZERO);
            tokio::time::sleep(pause.min(LOOK)).await;
            if pause <= LOOK {
                return;
            }
        }
    }
}

/// How long something took, for progress and benchmarks.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
