//! What a person does on the canvas while frames are measured.

use egui::{Key, Modifiers, Pos2, Role, pos2, vec2};

use super::{
    cost::FrameCost,
    drawing::{apply, draw},
    window::Window,
};
use crate::{command::Command, store::Store, ui::Route};

/// In the middle of the canvas.
const CANVAS: Pos2 = pos2(740.0, 400.0);

/// How long a drag takes, in frames, and after how many the next one begins.
const DRAG: usize = 60;
const TURN: usize = 80;

/// How long it takes to move a block, to look at it, and to take that back.
const UNDO: usize = 12;

/// How many blocks are some.
const SOME: usize = 10;

/// Its name, what is done, and which of the frames count.
pub struct Act {
    pub name: &'static str,
    prepare: &'static [Prepare],
    play: fn(&mut Window, usize) -> anyhow::Result<()>,
    counted: Counted,
}

type Prepare = fn(&mut Window) -> anyhow::Result<()>;

#[derive(Clone, Copy)]
enum Counted {
    All,

    /// In turns of so many frames, the costlier one of these two: the change, and what follows it.
    Pair {
        turn: usize,
        at: usize,
    },
}

pub const ALL: &[Act] = &[
    Act::new("at rest", &[], rest),
    Act::new("panning", &[], panning),
    Act::new("zooming", &[], zooming),
    Act::new("dragging a block", &[], dragging),
    Act::new("dragging 10 blocks", &[choose_some], dragging),
    Act::new("dragging every block", &[choose_all], dragging),
    Act::new("all in view, at rest", &[fit], rest),
    Act::new("all in view, panning", &[fit], panning_a_little),
    Act::new("all in view, dragging a block", &[fit], dragging),
    Act::new(
        "all in view, dragging 10 blocks",
        &[fit, choose_some],
        dragging,
    ),
    Act::counting("the end of a drag", dragging, TURN, DRAG),
    Act::counting("undo", undoing, UNDO, UNDO / 2),
];

impl Act {
    const fn new(
        name: &'static str,
        prepare: &'static [Prepare],
        play: fn(&mut Window, usize) -> anyhow::Result<()>,
    ) -> Self {
        Self {
            name,
            prepare,
            play,
            counted: Counted::All,
        }
    }

    const fn counting(
        name: &'static str,
        play: fn(&mut Window, usize) -> anyhow::Result<()>,
        turn: usize,
        at: usize,
    ) -> Self {
        Self {
            name,
            prepare: &[fit],
            play,
            counted: Counted::Pair { turn, at },
        }
    }

    /// Plays it on a new drawing of that many blocks. Returns what the frames that count cost.
    pub fn run(
        &self,
        window: &mut Window,
        store: &Store,
        frames: usize,
        nodes: usize,
    ) -> anyhow::Result<Vec<FrameCost>> {
        let (workflow, version) = draw(store, nodes)?;
        window.go_and_rest(Route::Editor(version));
        for prepare in self.prepare {
            prepare(window)?;
        }
        (self.play)(window, frames)?;
        let costs = self.counted.of(&window.costs);
        // The editor keeps what was drawn when it is left.
        window.go_and_rest(Route::Workflows);
        apply(store, Command::DeleteWorkflow(workflow))?;
        window.costs.clone_from(&costs);
        Ok(costs)
    }
}

impl Counted {
    fn of(self, costs: &[FrameCost]) -> Vec<FrameCost> {
        match self {
            Self::All => costs.to_vec(),
            Self::Pair { turn, at } => costs
                .chunks_exact(turn)
                .filter_map(|turn| turn.get(at..at + 2)?.iter().max_by_key(|it| it.cpu()))
                .copied()
                .collect(),
        }
    }
}

fn rest(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    window.measure(frames, |_, _| Ok(()))
}

fn fit(window: &mut Window) -> anyhow::Result<()> {
    let at = window.find(Role::Button, "Fit to window")?;
    window.measure(12, |window, frame| {
        window.click(at, frame);
        Ok(())
    })
}

fn choose_some(window: &mut Window) -> anyhow::Result<()> {
    let nearest = window.all_near(Role::ListBoxOption, CANVAS);
    for (number, at) in nearest.into_iter().take(SOME).enumerate() {
        if number > 0 {
            window.hold(Modifiers::SHIFT);
        }
        window.measure(3, |window, frame| {
            window.click(at, frame);
            Ok(())
        })?;
    }
    window.hold(Modifiers::NONE);
    Ok(())
}

fn choose_all(window: &mut Window) -> anyhow::Result<()> {
    let at = window.nearest(Role::ListBoxOption, CANVAS)?;
    window.measure(2, |window, frame| {
        window.click(at, frame);
        Ok(())
    })?;
    window.chord(Modifiers::COMMAND, Key::A);
    window.rest();
    Ok(())
}

fn panning(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    pan(window, frames, 20.0)
}

/// So little that everything stays in sight.
fn panning_a_little(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    pan(window, frames, 0.5)
}

fn pan(window: &mut Window, frames: usize, step: f32) -> anyhow::Result<()> {
    window.measure(frames, |window, frame| {
        window.point(CANVAS);
        let by = if frame % 120 < 60 { -step } else { step };
        window.scroll(vec2(by / 2.0, by));
        Ok(())
    })
}

fn zooming(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    window.measure(frames, |window, frame| {
        window.point(CANVAS);
        window.zoom(if frame % 120 < 60 { 1.02 } else { 1.0 / 1.02 });
        Ok(())
    })
}

/// A block goes around for a second, and is dropped where it was.
fn dragging(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    let mut from = window.nearest(Role::ListBoxOption, CANVAS)?;
    window.measure(frames, |window, frame| {
        let (turn, frame) = (frame / TURN, frame % TURN);
        if turn > 0 && frame == 0 {
            from = window.nearest(Role::ListBoxOption, CANVAS)?;
        }
        let angle = frame as f32 / DRAG as f32 * std::f32::consts::TAU;
        let at = from + 60.0 * vec2(angle.sin(), 1.0 - angle.cos());
        match frame {
            0 => window.press(from, true),
            DRAG => window.press(from + vec2(3.0, 2.0), false),
            frame if frame < DRAG => window.point(at),
            _ => (),
        }
        Ok(())
    })
}

/// A block is moved, and the move taken back.
fn undoing(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    let from = window.nearest(Role::ListBoxOption, CANVAS)?;
    window.measure(frames, |window, frame| {
        match frame % UNDO {
            0 => window.press(from, true),
            step @ 1..=2 => window.point(from + vec2(20.0, 12.0) * step as f32),
            3 => window.press(from + vec2(40.0, 24.0), false),
            step if step == UNDO / 2 => window.chord(Modifiers::COMMAND, Key::Z),
            _ => (),
        }
        Ok(())
    })
}
