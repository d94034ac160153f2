//! What a frame of many blocks is made of, in numbers that are the same on every machine.
//!
//! Nobody reads the window aloud here, as for most people: the other tests see what assistive
//! technology does, which gets every block whether it is in sight or not.

use std::time::Duration;

use egui::{Event, FullOutput, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, pos2, vec2};

use super::{Desk, typical};
use crate::{
    model::{
        definition::{Definition, Edge, Node, NodeId, NodeKind, Port},
        draw::{COLUMN, ROW},
        task::{Action, Task},
    },
    ui::theme,
};

/// The window without a tree of its contents.
struct Silent {
    ctx: egui::Context,
    desk: Desk,
    time: f64,
}

impl Silent {
    fn new(definition: Definition) -> Self {
        let ctx = egui::Context::default();
        theme::install(&ctx);
        let mut silent = Self {
            ctx,
            desk: Desk::new(definition),
            time: 0.0,
        };
        silent.rest();
        silent
    }

    fn frame(&mut self, events: Vec<Event>) -> FullOutput {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 800.0))),
            time: Some(self.time),
            events,
            focused: true,
            ..RawInput::default()
        };
        let desk = &mut self.desk;
        let mut output = self.ctx.run_ui(input, |ui| desk.draw(ui));
        output.textures_delta.clear();
        output
    }

    fn rest(&mut self) -> FullOutput {
        for _ in 0..8 {
            self.frame(Vec::new());
        }
        self.frame(Vec::new())
    }

    fn press(&mut self, key: Key) {
        let event = |pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        self.frame(vec![event(true), event(false)]);
        self.frame(Vec::new());
        self.frame(Vec::new());
    }

    fn task(&self) -> NodeId {
        let is_task = |kind: &NodeKind| matches!(kind, NodeKind::Task(_));
        self.desk.editor.draft().find(is_task).expect("a task")
    }

    fn on_screen(&self, id: NodeId) -> Rect {
        let canvas = &self.desk.editor.canvas;
        let rect = canvas.draft.drawing().geometry.node(id);
        let view = canvas.view.expect("it was drawn");
        view.rect(rect.expect("it is there"))
    }

    fn widgets(&self) -> usize {
        self.ctx.interactive_rects_last_pass().len()
    }
}

/// One long way in columns, about as wide as high, with a way for failures from every tenth task.
fn long_way(nodes: usize) -> Definition {
    let rows = ((nodes * 3) as f32).sqrt().ceil() as usize;
    let mut definition = Definition::default();
    let mut ids: Vec<NodeId> = Vec::new();
    for number in 0..nodes {
        let kind = NodeKind::Task(Task::new(Action::ALL[number % Action::ALL.len()]));
        let at = [
            (number / rows) as f32 * COLUMN,
            (number % rows) as f32 * ROW,
        ];
        let to = definition.add(Node::new(kind, at));
        let mut lead = |from: Option<&NodeId>, port| {
            if let Some(from) = from.copied() {
                let edge = Edge { from, port, to };
                definition.connect(edge).expect("it leads onward");
            }
        };
        lead(ids.last(), Port::Done);
        if number % 10 == 9 {
            lead(ids.get(number - 5), Port::Failed);
        }
        ids.push(to);
    }
    definition
}

fn in_sight_with(nodes: usize) -> Silent {
    let mut silent = Silent::new(long_way(nodes));
    silent.desk.editor.canvas().fit();
    silent.rest();
    silent
}

fn repaints_after(output: &FullOutput) -> Duration {
    let root = output.viewport_output.get(&egui::ViewportId::ROOT);
    root.expect("the window").repaint_delay
}

#[test]
fn fifteen_hundred_blocks_in_sight_are_a_hundred_shapes() {
    let mut silent = in_sight_with(1_500);
    let shapes = silent.rest().shapes.len();
    assert!(shapes < 120, "{shapes} shapes");
    let widgets = silent.widgets();
    assert!((1_500..1_580).contains(&widgets), "{widgets} widgets");
}

#[test]
fn blocks_out_of_sight_take_part_in_nothing() {
    let mut silent = Silent::new(long_way(2_000));
    silent.frame(vec![Event::PointerMoved(pos2(1270.0, 20.0))]);
    let shapes = silent.rest().shapes.len();
    assert!(shapes < 900, "{shapes} shapes");
    let widgets = silent.widgets();
    assert!(widgets < 150, "{widgets} widgets");
}

#[test]
fn tab_goes_on_to_blocks_out_of_sight() {
    let mut silent = Silent::new(long_way(100));
    let first = silent
        .desk
        .editor
        .draft()
        .nodes()
        .next()
        .expect("a block")
        .0;
    silent.desk.editor.canvas().show(first);
    silent.rest();
    let mut met = vec![first];
    for _ in 0..90 {
        silent.press(Key::Tab);
        let selected = silent.desk.editor.canvas().selected();
        // Between two blocks it comes by their edges.
        if let Some(now) = selected.first().copied()
            && met.last() != Some(&now)
        {
            met.push(now);
        }
    }
    let expected: Vec<NodeId> = (1..=met.len() as u32).map(NodeId).collect();
    assert!(met.len() > 12, "{met:?}");
    assert_eq!(met, expected);
}

#[test]
fn a_small_control_is_there_before_the_pointer_is_on_it() {
    let mut silent = Silent::new(typical());
    let far = silent.ctx.content_rect().right_bottom() - vec2(5.0, 5.0);
    silent.frame(vec![Event::PointerMoved(far)]);
    silent.rest();
    let without = silent.widgets();
    let beside = silent.on_screen(silent.task()).left_center() - vec2(40.0, 0.0);
    silent.frame(vec![Event::PointerMoved(beside)]);
    silent.rest();
    assert!(silent.widgets() > without, "{without} widgets");
}

#[test]
fn an_editor_that_nobody_touches_asks_for_no_frame() {
    let mut silent = Silent::new(typical());
    assert_eq!(repaints_after(&silent.rest()), Duration::MAX);

    silent.frame(vec![Event::PointerMoved(pos2(640.0, 400.0))]);
    assert_eq!(repaints_after(&silent.rest()), Duration::MAX);

    let task = silent.task();
    silent.desk.editor.canvas().show(task);
    silent.rest();
    silent.press(Key::Enter);
    assert_eq!(repaints_after(&silent.rest()), Duration::MAX);

    silent.press(Key::Tab);
    silent.frame(vec![Event::Text("a".to_owned())]);
    assert_eq!(repaints_after(&silent.rest()), Duration::MAX);
}

#[test]
fn moving_blocks_changes_what_is_drawn_but_not_what_it_means() {
    let mut silent = Silent::new(typical());
    let before = silent.desk.editor.draft().clone();
    let meaning = silent.desk.editor.canvas().meaning();
    let from = silent.on_screen(silent.task()).center();
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    silent.frame(vec![Event::PointerMoved(from)]);
    silent.frame(vec![button(from, true)]);
    let to = from + vec2(150.0, 40.0);
    silent.frame(vec![Event::PointerMoved(to)]);
    silent.frame(vec![button(to, false)]);
    silent.rest();
    let editor = &mut silent.desk.editor;
    assert_ne!(*editor.draft(), before);
    assert!(editor.draft().means_the_same_as(&before));
    assert_eq!(editor.canvas().meaning(), meaning);

    editor.canvas().undo();
    assert_eq!(*editor.draft(), before);
    assert_eq!(editor.canvas().meaning(), meaning);
}
