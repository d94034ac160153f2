//! What other windows and programs do to the version that is open here.

use super::{NOT_KEPT, Session};
use crate::{
    model::definition::Definition,
    ui::{Ctx, sentence, widgets::Mood},
};

impl Session {
    /// Another window or program may have saved this draft, or activated it. Nothing that was drawn
    /// here goes without a word.
    pub(super) fn follow_others(&mut self, ctx: &mut Ctx<'_>, theirs: &Definition) {
        // What was read while this window was saving is no news.
        let changed = self.opened.version.changed;
        let is_older = self.saved_at.is_some_and(|at| changed <= at);
        let is_ours = *theirs == self.saved || is_older;
        if is_ours && self.is_draft() {
            return;
        }
        let is_shown = *theirs == *self.editor.draft() && !self.editor.is_unfinished();
        let has_own = self.is_changed();
        self.saved = theirs.clone();
        self.compare_again();
        if is_shown {
            return;
        }
        let text = if self.is_draft() && has_own {
            // Saving has removed what was kept of this drawing.
            self.kept = NOT_KEPT;
            "This draft was saved elsewhere while you were drawing. Saving replaces what was saved \
             there, Discard changes shows it"
        } else {
            self.show_saved();
            self.kept = self.editor.canvas().revision();
            if self.is_draft() {
                "This draft was saved elsewhere: it is shown as it is now"
            } else {
                "This version was activated elsewhere: it is shown as it runs now"
            }
        };
        ctx.toast(Mood::Warning, sentence(&text));
    }
}
