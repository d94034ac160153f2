//! A field for the name of a block, on the canvas, where the name stands.

use egui::{
    Align2, Key, Margin, Rect, TextEdit, Ui, UiBuilder, pos2,
    text::{CCursor, CCursorRange},
    vec2,
};

use super::{Canvas, CanvasOutcome, act::Act, block, view::View};
use crate::{
    model::{
        definition::{NodeId, NodeKind},
        text::{MAX_FIELD, shown},
    },
    ui::{
        fonts,
        tokens::{Tokens, canvas},
    },
};

pub(super) struct Renaming {
    node: NodeId,
    typed: String,
    is_opening: bool,
}

/// Whether an admin may name such a block; the others are called what they are.
pub(super) fn can_be_named(kind: &NodeKind) -> bool {
    kind.is_step() || matches!(kind, NodeKind::Trigger(_))
}

impl Renaming {
    pub(super) fn new(node: NodeId, name: &str) -> Self {
        Self {
            node,
            typed: name.to_owned(),
            is_opening: true,
        }
    }
}

impl Canvas {
    /// Whether a name is being written that the draft does not have yet.
    pub(super) fn is_renaming(&self) -> bool {
        self.renaming.as_ref().is_some_and(|it| {
            let node = self.draft.definition().node(it.node);
            node.is_some_and(|node| node.title() != it.typed)
        })
    }

    /// Keeps the name that is being written, as Enter would.
    pub(super) fn finish_renaming(&mut self) {
        if self.is_renaming()
            && let Some(it) = self.renaming.take()
        {
            self.rename(it.node, &it.typed, &mut CanvasOutcome::default());
        }
    }

    /// Enter and a press elsewhere keep the name, Esc leaves it as it was.
    pub(super) fn rename_ui(&mut self, ui: &mut Ui, view: View) -> Option<Act> {
        let renaming = self.renaming.as_mut()?;
        let definition = self.draft.definition();
        let geometry = &self.draft.drawing().geometry;
        let (Some(node), Some(rect)) =
            (definition.node(renaming.node), geometry.node(renaming.node))
        else {
            self.renaming = None;
            return None;
        };
        let tokens = Tokens::of(ui.theme());
        let place = field_rect(view.rect(rect), view);
        let id = ui.scope_id().with(("name", renaming.node.0));
        let field = TextEdit::singleline(&mut renaming.typed)
            .id(id)
            .hint_text(node.kind.default_name())
            .font(view.font(fonts::semibold(canvas::TEXT_TITLE - 1.0)))
            .text_color(tokens.text)
            .char_limit(MAX_FIELD)
            .margin(Margin::symmetric(4, 1))
            .align(Align2::LEFT_CENTER)
            .desired_width(place.width());
        let name = format!("Name of {}", shown(node.title()));
        let area = UiBuilder::new().max_rect(place);
        let response = ui.scope_builder(area, |ui| {
            // As high as the line, whatever height fields have elsewhere.
            ui.spacing_mut().interact_size.y = place.height();
            ui.add(field).accessible_name(name)
        });
        let response = response.inner;
        if std::mem::take(&mut renaming.is_opening) {
            response.request_focus();
            let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
            let end = CCursor::new(renaming.typed.chars().count());
            let all = CCursorRange::two(CCursor::default(), end);
            state.cursor.set_char_range(Some(all));
            state.store(ui.ctx(), id);
            return None;
        }
        if response.has_focus() {
            return None;
        }
        let renaming = self.renaming.take()?;
        let is_left = ui.input(|input| input.key_pressed(Key::Escape));
        if is_left || ui.input(|input| input.key_pressed(Key::Enter)) {
            // The keyboard goes back to where it came from.
            self.focus = Some(renaming.node);
        }
        (!is_left).then_some(Act::Rename {
            node: renaming.node,
            name: renaming.typed,
        })
    }
}

/// Exactly over the title, a little higher than it is.
fn field_rect(block: Rect, view: View) -> Rect {
    let left = block.left() + view.length(block::TEXT_LEFT) - 4.0;
    let right = block.right() - view.length(block::TEXT_RIGHT);
    let top = block.top() + view.length(block::TITLE_TOP) - 2.0;
    let height = view.length(canvas::TEXT_TITLE) * 1.2 + 4.0;
    Rect::from_min_size(pos2(left, top), vec2(right - left, height))
}
