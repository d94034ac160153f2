//! What stands in front of the whole window for a moment: the command palette, the list of shortcuts.
//!
//! **Invariant:** the keyboard goes back to where it was.

use egui::{Context, Id, Popup};

/// Whether it is open, and who had the keyboard before.
#[derive(Default)]
pub(super) struct Front {
    state: State,
    before: Option<Id>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Open,

    /// Not drawn any more. For one frame egui still keeps the keyboard from what lies behind.
    Closing,
}

impl Front {
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    pub(super) fn open(&mut self, egui: &Context) {
        if self.state == State::Closed {
            self.before = egui.memory(egui::Memory::focused);
        }
        self.state = State::Open;
        Popup::close_all(egui);
        egui.request_repaint();
    }

    pub(super) fn close(&mut self, egui: &Context) {
        if self.state == State::Open {
            self.state = State::Closing;
            egui.request_repaint();
        }
    }

    /// Call it at the end of a frame in which it was not drawn. Says whether it has just closed: what
    /// was chosen in it can be done from the next frame on.
    pub(super) fn end(&mut self, egui: &Context) -> bool {
        if self.state != State::Closing {
            return false;
        }
        self.state = State::Closed;
        if let Some(id) = self.before.take() {
            egui.memory_mut(|memory| memory.request_focus(id));
        }
        egui.request_repaint();
        true
    }
}
