//! The keyboard of the canvas.
//!
//! Commands have the shortcuts that [`MenuCommand`] gives them. Arrows walk along the edges, Esc
//! leaves; Ctrl with an arrow moves the selected blocks. Cut, copy and paste arrive as events of the
//! system.

use egui::{Event, InputState, Key, Modifiers, Ui, Vec2, vec2};

use super::{act::Act, commands::Commands};
use crate::{
    model::definition::{Definition, NodeId, Port},
    ui::{menu::MenuCommand, tokens::canvas},
};

pub(super) struct Keyboard<'a> {
    pub(super) commands: Commands<'a>,

    /// A port, a placeholder or a button of the canvas has it, and takes Enter itself.
    pub(super) is_elsewhere: bool,
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
            Some(node) => step(definition, node, key),
            // An arrow on a canvas without selection begins at the top.
            None => definition.nodes().next().map(|(id, _)| id),
        };
        next.map_or_else(Vec::new, |it| vec![Act::Select(it), Act::Show(it)])
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
