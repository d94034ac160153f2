//! How large text and controls are, beyond what the system's own scale makes of them.
//!
//! egui keeps it between starts, with the position of the window.

use egui::Context;

/// In percent.
const STEPS: [u16; 8] = [75, 90, 100, 110, 125, 150, 175, 200];
const NATURAL: u16 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resize {
    Larger,
    Smaller,
    Natural,
}

/// Returns the new scale in percent, or `None` if it is the largest or the smallest already.
pub(super) fn change(egui: &Context, resize: Resize) -> Option<u16> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let now = (egui.zoom_factor() * 100.0).round().clamp(1.0, 1_000.0) as u16;
    let next = step(now, resize)?;
    egui.set_zoom_factor(f32::from(next) / 100.0);
    Some(next)
}

fn step(now: u16, resize: Resize) -> Option<u16> {
    match resize {
        Resize::Larger => STEPS.into_iter().find(|it| *it > now),
        Resize::Smaller => STEPS.into_iter().rev().find(|it| *it < now),
        Resize::Natural => Some(NATURAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_up_and_down_by_steps_and_stops_at_the_ends() {
        let mut scale = 75;
        let mut seen = vec![scale];
        while let Some(next) = step(scale, Resize::Larger) {
            scale = next;
            seen.push(next);
        }
        assert_eq!(seen, STEPS);
        assert_eq!(step(75, Resize::Smaller), None);
        assert_eq!(step(200, Resize::Smaller), Some(175));
        assert_eq!(step(200, Resize::Natural), Some(100));
    }

    #[test]
    fn a_scale_from_elsewhere_goes_to_the_nearest_step() {
        assert_eq!(step(133, Resize::Larger), Some(150));
        assert_eq!(step(133, Resize::Smaller), Some(125));
        assert_eq!(step(500, Resize::Smaller), Some(200));
    }
}
