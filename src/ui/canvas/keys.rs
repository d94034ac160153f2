//! The keyboard of the canvas.
//!
//! Commands have the shortcuts that [`MenuCommand`] gives them. Arrows walk along the edges, Esc
//! leaves; Ctrl with an arrow moves the selected blocks, Ctrl and Shift give a note another size.
//! Cut, copy and paste arrive as events of the system.

use egui::{Event, InputState, Key, Modifiers, Rect, Ui, Vec2, vec2};

use super::{act::Act, commands::Commands, draft::Drawing, geometry::Geometry};
use crate::{
    model::definition::{Definition, NodeId, Port},
    ui::{menu::MenuCommand, tokens::canvas},
};

/// Whether what is done in this frame is done without the pointer.
pub(super) fn is_by_keyboard(ui: &Ui) -> bool {
    ui.input(|input| !input.pointer.any_down() && !input.pointer.any_released())
}

pub(super) struct Keyboard<'a> {
    pub(super) commands: Commands<'a>,

    /// A port, a placeholder or a button of the canvas has it, and takes Enter itself.
    pub(super) is_elsewhere: bool,
}

pub(super) const ARROWS: [(Key, Vec2); 4] = [
    (Key::ArrowUp, vec2(0.0, -1.0)),
    (Key::ArrowDown, vec2(0.0, 1.0)),
    (Key::ArrowLeft, vec2(-1.0, 0.0)),
    (Key::ArrowRight, vec2(1.0, 0.0)),
];

impl Keyboard<'_> {
    pub(super) fn acts(&self, ui: &Ui) -> Vec<Act> {
        ui.input_mut(|input| {
            let mut acts = self.command_keys(input);
            acts.extend(self.clipboard_keys(input));
            if self.commands.is_editing {
                acts.extend(Self::move_keys(input));
            }
            acts.extend(self.walk_keys(input));
            if input.consume_key(Modifiers::NONE, Key::Escape) {
                acts.push(Act::Close);
            }
            acts
        })
    }

    fn command_keys(&self, input: &mut InputState) -> Vec<Act> {
        let mut acts = Vec::new();
        for command in Commands::all() {
            let is_theirs = command == MenuCommand::Open && self.is_elsewhere;
            if is_theirs || !command.takes(input) {
                continue;
            }
            acts.extend(self.done(command));
        }
        acts
    }

    fn done(&self, command: MenuCommand) -> Vec<Act> {
        let acts = self.commands.acts(command);
        acts.unwrap_or_else(|why| vec![Act::Notice(why.to_owned())])
    }

    fn clipboard_keys(&self, input: &mut InputState) -> Vec<Act> {
        let mut acts = Vec::new();
        let at = input.pointer.hover_pos();
        input.events.retain(|event| {
            acts.extend(match event {
                Event::Copy => self.done(MenuCommand::Copy),
                Event::Cut => self.done(MenuCommand::Cut),
                Event::Paste(text) if self.commands.is_editing => {
                    let text = text.clone();
                    vec![Act::PasteText { text, at }]
                }
                Event::Paste(_) => self.done(MenuCommand::Paste),
                _ => return true,
            });
            false
        });
        acts
    }

    /// Whether the blocks are being moved by a key that is held down.
    pub(super) fn is_moving(input: &InputState) -> bool {
        let is_down = |(key, _): &(Key, Vec2)| input.key_down(*key);
        input.modifiers.command && ARROWS.iter().any(is_down)
    }

    fn move_keys(input: &mut InputState) -> Vec<Act> {
        let mut acts = Vec::new();
        for (key, direction) in ARROWS {
            // First, because Ctrl alone also fits a key that comes with Shift.
            if input.consume_key(Modifiers::COMMAND | Modifiers::SHIFT, key) {
                acts.push(Act::Grow(direction * canvas::GRID));
            }
            if input.consume_key(Modifiers::COMMAND, key) {
                acts.push(Act::Move(direction * canvas::GRID));
            }
        }
        acts
    }

    fn walk_keys(&self, input: &mut InputState) -> Vec<Act> {
        let arrow = ARROWS
            .into_iter()
            .find(|(key, _)| input.consume_key(Modifiers::NONE, *key));
        let Some((key, _)) = arrow else {
            return Vec::new();
        };
        let definition = self.commands.definition;
        let next = match self.commands.node() {
            Some(node) => step(definition, self.commands.drawing, node, key),
            // An arrow on a canvas without selection begins at the top.
            None => definition.blocks().next().map(|(id, _)| id),
        };
        next.map_or_else(Vec::new, |it| vec![Act::Select(it), Act::Show(it)])
    }
}

/// Down and right follow the outputs, up and left go back. Where no edge leads on, the next block in
/// that direction is meant, and after the last one in sight the next one in reading order: so that
/// what hangs on nothing can be reached too.
fn step(definition: &Definition, drawing: &Drawing, from: NodeId, key: Key) -> Option<NodeId> {
    let along = along_edge(definition, from, key);
    let beside = || nearest(&drawing.geometry, from, key);
    along.or_else(beside).or_else(|| {
        let here = drawing.order.iter().position(|id| *id == from)?;
        let next = match key {
            Key::ArrowDown | Key::ArrowRight => here + 1,
            _ => here.checked_sub(1)?,
        };
        drawing.order.get(next).copied()
    })
}

fn along_edge(definition: &Definition, from: NodeId, key: Key) -> Option<NodeId> {
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

/// The nearest block that lies more in this direction than aside.
fn nearest(geometry: &Geometry, from: NodeId, key: Key) -> Option<NodeId> {
    let (_, direction) = ARROWS.into_iter().find(|(it, _)| *it == key)?;
    let start = geometry.node(from)?.center();
    let distance = |id: NodeId, rect: Rect| {
        let way = rect.center() - start;
        let ahead = way.dot(direction);
        let aside = way.dot(direction.rot90()).abs();
        (id != from && ahead > 0.0 && aside <= ahead).then_some((id, ahead + 2.0 * aside))
    };
    geometry
        .nodes()
        .filter_map(|(id, rect)| distance(id, rect))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::definition::{Edge, Node, NodeKind, Trigger},
        ui::canvas::draft::Draft,
    };

    /// Start, trigger, a filter whose "otherwise" leads to End, and three blocks on no way.
    fn drawing() -> Definition {
        let mut definition = Definition::blank();
        definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0));
        let (trigger, _) = definition.trigger().expect("it was set");
        let edge = definition.out(trigger).next().expect("an edge");
        let filter = definition
            .insert(edge, NodeKind::Filter(None))
            .expect("there is room");
        let end = definition.find(|kind| *kind == NodeKind::End).expect("End");
        definition
            .connect(Edge {
                from: filter,
                port: Port::Otherwise,
                to: end,
            })
            .expect("it fits");
        for position in [[900.0, -500.0], [-700.0, 300.0], [10.0, 5_000.0]] {
            definition.add(Node::new(NodeKind::Filter(None), position));
        }
        definition
    }

    #[test]
    fn arrows_reach_every_block() {
        let draft = Draft::new(drawing());
        let (definition, drawing) = (draft.definition(), draft.drawing());
        let start = drawing.order.first().copied().expect("a block");
        let mut reached = vec![start];
        let mut next = 0;
        while let Some(from) = reached.get(next).copied() {
            next += 1;
            for (key, _) in ARROWS {
                let to = step(definition, drawing, from, key);
                if let Some(to) = to.filter(|to| !reached.contains(to)) {
                    reached.push(to);
                }
            }
        }
        assert_eq!(reached.len(), definition.len());
    }

    #[test]
    fn an_edge_comes_before_what_is_near() {
        let draft = Draft::new(drawing());
        let (definition, drawing) = (draft.definition(), draft.drawing());
        let filter = definition
            .find(|kind| matches!(kind, NodeKind::Filter(_)))
            .expect("the filter");
        let end = definition.find(|kind| *kind == NodeKind::End);
        let to = |key| step(definition, drawing, filter, key);
        assert_eq!(to(Key::ArrowRight), end);
        assert_eq!(to(Key::ArrowUp), definition.trigger().map(|(id, _)| id));
        assert!(to(Key::ArrowLeft).is_some(), "the loose block on the left");
    }
}
