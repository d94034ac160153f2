//! Answers at fixed moments: how long one took does not tell what was looked up for it.

use std::time::Duration;

use crate::clock::Stopwatch;

/// What must not be told apart is answered at the end of one of these.
const BEAT: Duration = Duration::from_millis(200);

pub(super) async fn wait_for_the_beat(began: Stopwatch) {
    let elapsed = began.elapsed().as_micros();
    let left = BEAT.as_micros() - elapsed % BEAT.as_micros();
    let left = u64::try_from(left).unwrap_or_default();
    tokio::time::sleep(Duration::from_micros(left)).await;
}
