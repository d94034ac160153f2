//! What frames cost.

use std::time::Duration;

use tenure::clock::Stopwatch;

/// What p99 must stay below, in milliseconds.
pub(crate) const FLOOR: f64 = 8.0;

/// Of one frame, or of a part of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
}

/// Of one frame: all of it, and its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameCost {
    pub(crate) pass: Cost,
    pub(crate) app: Cost,
    pub(crate) tessellation: Cost,
}

impl Cost {
    pub(crate) fn of<R>(work: impl FnOnce() -> R) -> (R, Self) {
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
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Some(Duration::new(
        time.tv_sec.try_into().ok()?,
        time.tv_nsec.try_into().ok()?,
    ))
}

#[cfg(not(unix))]
fn thread_time() -> Option<Duration> {
    None
}

/// In milliseconds: the median, p99 and the most of it.
#[derive(Clone, Copy, Debug)]
struct Spread([f64; 3]);

impl Spread {
    fn of(times: impl Iterator<Item = Duration>) -> Self {
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
pub(crate) struct Figures {
    frames: usize,
    cpu: Spread,
    wall: Spread,
    app: Spread,
    tessellation: Spread,
}

impl Figures {
    pub(crate) const HEADING: &str = "\
        ms                                               | frame, CPU           | frame, wall          | App::ui, CPU  | tessellation, CPU\n\
        case                                      frames |    p50    p99    max |    p50    p99    max |    p50    p99 |    p50    p99";

    pub(crate) fn of(costs: &[FrameCost]) -> Self {
        let each = |time: fn(&FrameCost) -> Duration| Spread::of(costs.iter().map(time));
        Self {
            frames: costs.len(),
            cpu: each(|it| it.pass.cpu + it.tessellation.cpu),
            wall: each(|it| it.pass.wall + it.tessellation.wall),
            app: each(|it| it.app.cpu),
            tessellation: each(|it| it.tessellation.cpu),
        }
    }

    pub(crate) fn is_slow(&self) -> bool {
        self.cpu.0[1] >= FLOOR
    }

    pub(crate) fn line(&self, name: &str, remark: &str) -> String {
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
