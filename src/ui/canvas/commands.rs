//! What each command means on the canvas at this moment, or why it cannot be done.

use egui::Pos2;

use super::{
    Canvas, CanvasMode,
    act::{Act, Selection, Spot},
    context_menu::About,
    draft::Drawing,
    find::Seek,
    ports::free_place,
    problems::Tally,
    rename::can_be_named,
    view::View,
};
use crate::{
    model::definition::{Definition, Edge, Node, NodeId, NodeKind},
    ui::{
        menu::{MenuCommand, Offer, Part},
        tokens::canvas,
    },
};

const ONLY_IN_A_DRAFT: &str = "Only a draft can be changed";
const CHOOSE_A_BLOCK: &str = "Choose a block first";
const CHOOSE_SOMETHING: &str = "Choose a block or an edge first";

/// What commands depend on.
pub(super) struct Commands<'a> {
    pub(super) definition: &'a Definition,
    pub(super) drawing: &'a Drawing,
    pub(super) view: Option<View>,
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
        Self::all().map(|command| self.offer(command)).collect()
    }

    pub(super) fn offer(&self, command: MenuCommand) -> Offer {
        let refusal = self.acts(command).err();
        Offer { command, refusal }
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
            Part::Edit if !self.is_editing && changes(command) => Err(ONLY_IN_A_DRAFT),
            Part::Edit if command == MenuCommand::BlockMenu => Ok(self.block_menu()),
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
            MenuCommand::Delete if *self.selection == Selection::default() => Err(CHOOSE_SOMETHING),
            MenuCommand::Delete => Ok(Act::Delete),
            MenuCommand::TidyUp => Ok(Act::TidyUp),
            MenuCommand::AddNote => Ok(Act::AddNote),
            MenuCommand::Open => self.on_node(|node| Act::Open { node, name: false }),
            MenuCommand::Rename => self.rename(),
            MenuCommand::Cut => self.on_copyable(Act::Cut),
            MenuCommand::Copy => self.on_copyable(Act::Copy),
            MenuCommand::Duplicate => self.on_copyable(Act::Duplicate),
            MenuCommand::Paste => Ok(Act::Paste),
            MenuCommand::ToggleDisabled if self.selects(NodeKind::is_step) => {
                Ok(Act::ToggleDisabled)
            }
            MenuCommand::ToggleDisabled => Err("Choose a filter or a task first"),
            MenuCommand::AddStep => self.add_step(),
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

    fn selects(&self, is_wanted: impl Fn(&NodeKind) -> bool) -> bool {
        let mut selected = self.selection.nodes.iter();
        selected.any(|id| {
            let node = self.definition.node(*id);
            node.is_some_and(|it| is_wanted(&it.kind))
        })
    }

    fn on_copyable(&self, act: Act) -> Result<Act, &'static str> {
        if self.selection.nodes.is_empty() {
            Err(CHOOSE_A_BLOCK)
        } else if self.selects(NodeKind::is_copyable) {
            Ok(act)
        } else {
            Err("Every workflow has exactly one of these: it cannot be copied")
        }
    }

    fn rename(&self) -> Result<Act, &'static str> {
        let node = self.one_node()?;
        let is_named = self
            .definition
            .node(node)
            .is_some_and(|it| can_be_named(&it.kind));
        is_named
            .then_some(Act::StartRename(node))
            .ok_or("Start, Event and End keep their names")
    }

    /// On the selected edge, or after the block.
    fn add_step(&self) -> Result<Act, &'static str> {
        if let Some(edge) = self.selection.edge {
            return self.add_on(edge);
        }
        let id = self.one_node()?;
        let node = self.definition.node(id).ok_or(CHOOSE_SOMETHING)?;
        let port = node
            .kind
            .main_port()
            .ok_or("Nothing comes after this block")?;
        if let Some(to) = self.definition.after(id, port) {
            return self.add_on(Edge { from: id, port, to });
        }
        let at = free_place(&self.drawing.geometry, node, port);
        let spot = Spot::After { from: id, port, at };
        let at = self.block_center(id);
        Ok(Act::OfferSteps { spot, at })
    }

    fn add_on(&self, edge: Edge) -> Result<Act, &'static str> {
        let is_start = |node: &Node| node.kind == NodeKind::Start;
        if self.definition.node(edge.from).is_some_and(is_start) {
            let has_trigger = self.definition.trigger().is_some();
            let refusal = "The trigger comes directly after Start";
            return if has_trigger {
                Err(refusal)
            } else {
                Ok(Act::AddTrigger)
            };
        }
        let (spot, at) = (Spot::On(edge), self.edge_middle(edge));
        Ok(Act::OfferSteps { spot, at })
    }

    fn block_menu(&self) -> Vec<Act> {
        let open = |about, at| Act::OpenMenu { about, at };
        if let Some(edge) = self.selection.edge {
            return vec![open(About::Edge, self.edge_middle(edge))];
        }
        let focused = self.focused.filter(|id| !self.selection.nodes.contains(id));
        if let Some(node) = focused {
            let open = open(About::Blocks, self.block_center(node));
            return vec![Act::Select(node), open];
        }
        let first = self
            .focused
            .or_else(|| self.selection.nodes.first().copied());
        vec![match first {
            Some(node) => open(About::Blocks, self.block_center(node)),
            None => open(About::Ground, self.middle),
        }]
    }

    /// On the screen.
    fn block_center(&self, node: NodeId) -> Pos2 {
        let rect = self.drawing.geometry.node(node);
        let at = rect
            .zip(self.view)
            .map(|(rect, view)| view.pos(rect.center()));
        at.unwrap_or(self.middle)
    }

    fn edge_middle(&self, edge: Edge) -> Pos2 {
        let line = self.drawing.geometry.edge(edge);
        let at = line
            .zip(self.view)
            .map(|(line, view)| view.pos(line.middle()));
        at.unwrap_or(self.middle)
    }

    fn one_node(&self) -> Result<NodeId, &'static str> {
        let node = self.node().filter(|id| self.definition.node(*id).is_some());
        node.ok_or(match self.selection.nodes.len() {
            0 | 1 => CHOOSE_A_BLOCK,
            _ => "Choose one block only",
        })
    }

    fn on_node(&self, act: impl FnOnce(NodeId) -> Act) -> Result<Act, &'static str> {
        self.one_node().map(act)
    }
}

/// Whether a command changes the drawing.
fn changes(command: MenuCommand) -> bool {
    use MenuCommand::{BlockMenu, Copy, Open, SelectAll};
    command.part() == Part::Edit && !matches!(command, BlockMenu | Copy | Open | SelectAll)
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
            view: self.view,
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
