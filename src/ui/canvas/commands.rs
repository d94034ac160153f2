//! What each command means on the canvas at this moment, or why it cannot be done.

use egui::Pos2;

use super::{
    Canvas, CanvasMode,
    act::{Act, Selection},
    draft::Drawing,
    find::Seek,
    problems::Tally,
};
use crate::{
    model::definition::{Definition, NodeId},
    ui::{
        menu::{MenuCommand, Offer, Part},
        tokens::canvas,
    },
};

const ONLY_IN_A_DRAFT: &str = "Only a draft can be changed";
const CHOOSE_A_BLOCK: &str = "Choose a block first";

/// What commands depend on.
pub(super) struct Commands<'a> {
    pub(super) definition: &'a Definition,
    pub(super) drawing: &'a Drawing,
    pub(super) tally: &'a Tally,
    pub(super) mode: CanvasMode<'a>,
    pub(super) selection: &'a Selection,

    /// The node that has the keyboard.
    pub(super) focused: Option<NodeId>,
    pub(super) is_editing: bool,
    pub(super) can_undo: bool,
    pub(super) can_redo: bool,

    /// Of the canvas on the screen.
    pub(super) middle: Pos2,
}

impl Commands<'_> {
    /// Those that concern the canvas.
    pub(super) fn all() -> impl Iterator<Item = MenuCommand> {
        let all = MenuCommand::ALL.iter().copied();
        all.filter(|it| matches!(it.part(), Part::Edit | Part::View))
    }

    pub(super) fn offers(&self) -> Vec<Offer> {
        let offer = |command| Offer {
            command,
            refusal: self.acts(command).err(),
        };
        Self::all().map(offer).collect()
    }

    /// The block that a command for one block is about: the one with the keyboard, or the only
    /// selected one.
    pub(super) fn node(&self) -> Option<NodeId> {
        self.focused.or_else(|| {
            let mut selected = self.selection.nodes.iter();
            selected
                .next()
                .filter(|_| selected.next().is_none())
                .copied()
        })
    }

    pub(super) fn acts(&self, command: MenuCommand) -> Result<Vec<Act>, &'static str> {
        match command.part() {
            Part::Edit if command != MenuCommand::Open && !self.is_editing => Err(ONLY_IN_A_DRAFT),
            Part::Edit => self.edit(command).map(|act| vec![act]),
            _ if command == MenuCommand::NextProblem => self.next_problem(),
            _ => self.view(command).map(|act| vec![act]),
        }
    }

    fn edit(&self, command: MenuCommand) -> Result<Act, &'static str> {
        match command {
            MenuCommand::Undo if self.can_undo => Ok(Act::Undo),
            MenuCommand::Undo => Err("There is nothing to undo"),
            MenuCommand::Redo if self.can_redo => Ok(Act::Redo),
            MenuCommand::Redo => Err("There is nothing to redo"),
            MenuCommand::SelectAll => Ok(Act::SelectAll),
            MenuCommand::Delete if *self.selection == Selection::default() => {
                Err("Choose a block or an edge first")
            }
            MenuCommand::Delete => Ok(Act::Delete),
            MenuCommand::Open => self.on_node(|node| Act::Open { node, name: false }),
            MenuCommand::Rename => self.on_node(|node| Act::Open { node, name: true }),
            _ => Err("This cannot be done here"),
        }
    }

    fn view(&self, command: MenuCommand) -> Result<Act, &'static str> {
        let at = self.middle;
        match command {
            MenuCommand::ZoomIn => Ok(Act::Zoom {
                at,
                factor: canvas::ZOOM_STEP,
            }),
            MenuCommand::ZoomOut => Ok(Act::Zoom {
                at,
                factor: 1.0 / canvas::ZOOM_STEP,
            }),
            MenuCommand::NaturalSize => Ok(Act::NaturalSize),
            MenuCommand::Fit => Ok(Act::Fit),
            MenuCommand::ZoomToSelection if *self.selection == Selection::default() => {
                Err("Choose a block or an edge first")
            }
            MenuCommand::ZoomToSelection => Ok(Act::FitSelection),
            MenuCommand::MiniMap => Ok(Act::MiniMap),
            MenuCommand::Find => Ok(Act::Seek(Seek::Open)),
            MenuCommand::FindNext => Ok(Act::Seek(Seek::Next)),
            MenuCommand::FindPrevious => Ok(Act::Seek(Seek::Previous)),
            _ => Err("This cannot be done here"),
        }
    }

    /// The next block with a problem, or of a walk the next one that failed, or beside another version
    /// the next one that differs; around and around.
    fn next_problem(&self) -> Result<Vec<Act>, &'static str> {
        let is_bad = |id: &NodeId| match self.mode {
            CanvasMode::Walk(walk) => {
                let step = walk.steps.get(id);
                step.is_some_and(|step| step.failure.is_some())
            }
            CanvasMode::Compare(compared) => compared.stands_out(*id),
            CanvasMode::Edit | CanvasMode::Preview => self.tally.of(*id).is_some(),
        };
        let order = &self.drawing.order;
        let node = self.node();
        let here = order.iter().position(|id| node == Some(*id));
        let (before, after) = order.split_at(here.map_or(0, |it| it + 1));
        let next = after.iter().chain(before).find(|id| is_bad(id));
        if let Some(node) = next.copied() {
            return Ok(vec![Act::Select(node), Act::Show(node)]);
        }
        if matches!(self.mode, CanvasMode::Edit) && !self.tally.problems.is_empty() {
            return Ok(vec![Act::ShowProblems]);
        }
        Err("There is no problem here")
    }

    fn on_node(&self, act: impl FnOnce(NodeId) -> Act) -> Result<Act, &'static str> {
        let node = self.node().filter(|id| self.definition.node(*id).is_some());
        node.map(act).ok_or(CHOOSE_A_BLOCK)
    }
}

impl Canvas {
    /// What can be done now, for the command palette.
    pub fn offers(&self, mode: CanvasMode<'_>) -> Vec<Offer> {
        self.commands(mode, None).offers()
    }

    /// Does it in the next frame.
    pub fn command(&mut self, command: MenuCommand) {
        self.queued.push(command);
    }

    pub(super) fn commands<'a>(
        &'a self,
        mode: CanvasMode<'a>,
        focused: Option<NodeId>,
    ) -> Commands<'a> {
        Commands {
            definition: self.draft.definition(),
            drawing: self.draft.drawing(),
            tally: &self.tally,
            mode,
            selection: &self.selection,
            focused,
            is_editing: matches!(mode, CanvasMode::Edit),
            can_undo: self.draft.can_undo(),
            can_redo: self.draft.can_redo(),
            middle: self.screen.center(),
        }
    }
}
