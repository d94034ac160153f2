//! The keyboard of the canvas.
//!
//! Arrows walk along the edges, Enter opens, F2 names, Delete deletes, Esc leaves; `+` and `-` zoom,
//! `0` is natural size, `1` fits. Ctrl with an arrow moves the selected blocks.

use egui::{InputState, Key, Modifiers, Pos2, Ui, Vec2, vec2};

use super::act::{Act, Selection};
use crate::{
    model::definition::{Definition, NodeId, Port},
    ui::tokens::canvas,
};

pub(super) struct Keyboard<'a> {
    pub(super) definition: &'a Definition,
    pub(super) selection: &'a Selection,

    /// The node that has the keyboard.
    pub(super) focused: Option<NodeId>,

    /// A port, a placeholder or a button of the canvas has it, and takes Enter itself.
    pub(super) is_elsewhere: bool,
    pub(super) is_editing: bool,
    pub(super) middle: Pos2,
}

const ARROWS: [(Key, Vec2); 4] = [
    (Key::ArrowUp, vec2(0.0, -1.0)),
    (Key::ArrowDown, vec2(0.0, 1.0)),
    (Key::ArrowLeft, vec2(-1.0, 0.0)),
    (Key::ArrowRight, vec2(1.0, 0.0)),
];

impl Keyboard<'_> {
    pub(super) fn acts(&self, ui: &Ui) -> Vec<Act> {
        ui.input_mut(|input| {
            let mut acts = self.view_keys(input);
            acts.extend(self.node_keys(input));
            if self.is_editing {
                acts.extend(Self::edit_keys(input));
            }
            acts
        })
    }

    fn view_keys(&self, input: &mut InputState) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        let at = self.middle;
        if pressed(Key::Plus) || pressed(Key::Equals) {
            let factor = canvas::ZOOM_STEP;
            acts.push(Act::Zoom { at, factor });
        }
        if pressed(Key::Minus) {
            let factor = 1.0 / canvas::ZOOM_STEP;
            acts.push(Act::Zoom { at, factor });
        }
        if pressed(Key::Num0) {
            acts.push(Act::NaturalSize);
        }
        if pressed(Key::Num1) {
            acts.push(Act::Fit);
        }
        if pressed(Key::Escape) {
            acts.push(Act::Close);
        }
        acts
    }

    /// Where the keyboard is: at the focused node, or at the only selected one.
    fn node(&self) -> Option<NodeId> {
        self.focused.or_else(|| {
            let mut selected = self.selection.nodes.iter();
            selected
                .next()
                .filter(|_| selected.next().is_none())
                .copied()
        })
    }

    fn node_keys(&self, input: &mut InputState) -> Vec<Act> {
        let mut acts = Vec::new();
        let arrow = ARROWS
            .into_iter()
            .find(|(key, _)| input.consume_key(Modifiers::NONE, *key));
        let Some(node) = self.node() else {
            if arrow.is_some() {
                acts.extend(self.first());
            }
            return acts;
        };
        if let Some((key, _)) = arrow
            && let Some(next) = step(self.definition, node, key)
        {
            acts.extend([Act::Select(next), Act::Show(next)]);
        }
        if !self.is_elsewhere && input.consume_key(Modifiers::NONE, Key::Enter) {
            acts.push(Act::Open { node, name: false });
        }
        if self.is_editing && input.consume_key(Modifiers::NONE, Key::F2) {
            acts.push(Act::Open { node, name: true });
        }
        acts
    }

    /// An arrow on a canvas without selection begins at the top.
    fn first(&self) -> Vec<Act> {
        let start = self.definition.nodes().next();
        start.map_or_else(Vec::new, |(id, _)| vec![Act::Select(id), Act::Show(id)])
    }

    fn edit_keys(input: &mut InputState) -> Vec<Act> {
        let mut acts = Vec::new();
        if input.consume_key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z)
            || input.consume_key(Modifiers::COMMAND, Key::Y)
        {
            acts.push(Act::Redo);
        }
        if input.consume_key(Modifiers::COMMAND, Key::Z) {
            acts.push(Act::Undo);
        }
        if input.consume_key(Modifiers::COMMAND, Key::A) {
            acts.push(Act::SelectAll);
        }
        if input.consume_key(Modifiers::NONE, Key::Delete)
            || input.consume_key(Modifiers::NONE, Key::Backspace)
        {
            acts.push(Act::Delete);
        }
        for (key, direction) in ARROWS {
            if input.consume_key(Modifiers::COMMAND, key) {
                acts.push(Act::Move(direction * canvas::GRID));
            }
        }
        acts
    }
}

/// Down and right follow the outputs, up and left go back.
fn step(definition: &Definition, from: NodeId, key: Key) -> Option<NodeId> {
    let kind = &definition.node(from)?.kind;
    let is_side = |port: Port| port.is_optional();
    let mut back = definition.edges_into(from);
    match key {
        Key::ArrowDown => definition.after(from, kind.main_port()?),
        Key::ArrowRight => {
            let side = kind.ports().iter().find(|port| is_side(**port))?;
            definition.after(from, *side)
        }
        Key::ArrowLeft => back.find(|edge| is_side(edge.port)).map(|edge| edge.from),
        _ => {
            let all: Vec<_> = back.collect();
            let main = all.iter().find(|edge| !is_side(edge.port));
            main.or_else(|| all.first()).map(|edge| edge.from)
        }
    }
}
