//! What frames cost.
//!
//! Two times are taken: what the thread has computed (`CLOCK_THREAD_CPUTIME_ID`), which says what the
//! program costs, and what the clock on the wall says, to which other programs add. Where there is
//! no such clock both are the wall's.

use std::time::Duration;

use crate::clock::Stopwatch;

/// Of one frame, or of a part of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub cpu: Duration,
    pub wall: Duration,
}

/// Of one frame: all of it, and its parts.
#[derive(Clone, Copy, Debug)]
pub struct FrameCost {
    pub pass: Cost,
    pub app: Cost,
    pub tessellation: Cost,
}

impl FrameCost {
    pub fn cpu(&self) -> Duration {
        self.pass.cpu + self.tessellation.cpu
    }
}

impl Cost {
    pub fn of<R>(work: impl FnOnce() -> R) -> (R, Self) {
        let (watch, before) = (Stopwatch::start(), thread_time());
        let result = work();
        let wall = watch.elapsed();
        let cpu = match (before, thread_time()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => wall,
        };
        (result, Self { cpu, wall })
    }
}

/// What this thread has computed so far.
#[cfg(unix)]
fn thread_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).ok()
}

#[cfg(not(unix))]
fn thread_time() -> Option<Duration> {
    None
}

/// In milliseconds: the median, p99 and the most of it.
#[derive(Clone, Copy, Debug)]
pub struct Spread(pub [f64; 3]);

impl Spread {
    pub fn of(times: impl Iterator<Item = Duration>) -> Self {
        let mut times: Vec<Duration> = times.collect();
        times.sort_unstable();
        let at = |part: usize| {
            let last = times.len().saturating_sub(1);
            let time = times.get((times.len() * part / 100).min(last));
            time.copied().unwrap_or_default().as_secs_f64() * 1_000.0
        };
        Self([at(50), at(99), at(100)])
    }
}

/// Of all frames of one case.
pub struct Figures {
    frames: usize,
    cpu: Spread,
    wall: Spread,
    app: Spread,
    tessellation: Spread,
}

impl Figures {
    pub const HEADING: &str = "\
        ms                                               | frame, CPU           | frame, wall          | App::ui, CPU  | tessellation, CPU\n\
        case                                      frames |    p50    p99    max |    p50    p99    max |    p50    p99 |    p50    p99";

    pub fn of(costs: &[FrameCost]) -> Self {
        let each = |time: fn(&FrameCost) -> Duration| Spread::of(costs.iter().map(time));
        Self {
            frames: costs.len(),
            cpu: each(FrameCost::cpu),
            wall: each(|it| it.pass.wall + it.tessellation.wall),
            app: each(|it| it.app.cpu),
            tessellation: each(|it| it.tessellation.cpu),
        }
    }

    /// In milliseconds, what 99 of 100 frames stay below.
    pub fn p99(&self) -> f64 {
        self.cpu.0[1]
    }

    pub fn line(&self, name: &str, remark: &str) -> String {
        let three =
            |Spread([median, p99, most]): Spread| format!("{median:6.2} {p99:6.2} {most:6.2}");
        let two = |Spread([median, p99, _]): Spread| format!("{median:6.2} {p99:6.2}");
        format!(
            "{name:<42}{:>6} | {} | {} | {} | {} {remark}",
            self.frames,
            three(self.cpu),
            three(self.wall),
            two(self.app),
            two(self.tessellation),
        )
    }
}
