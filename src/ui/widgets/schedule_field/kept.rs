//! What the fields remember that is no part of the schedule.
//!
//! **Invariant:** it lasts only while it is drawn frame after frame, so that what was typed wrong into a
//! drawer is not there again when the drawer is opened the next time.

use std::fmt::Display;

use egui::{Id, Response, Ui};

#[derive(Clone)]
struct Kept<T> {
    value: T,
    frame: u64,
}

pub(super) fn keep<T: Clone + Send + Sync + 'static>(ui: &Ui, id: Id, value: T) {
    let frame = ui.ctx().cumulative_frame_nr();
    ui.data_mut(|data| data.insert_temp(id, Kept { value, frame }));
}

/// What was kept in this frame or the one before it.
pub(super) fn recall<T: Clone + Send + Sync + 'static>(ui: &Ui, id: Id) -> Option<T> {
    let frame = ui.ctx().cumulative_frame_nr();
    let kept: Option<Kept<T>> = ui.data(|data| data.get_temp(id));
    kept.filter(|it| it.frame + 1 >= frame).map(|it| it.value)
}

#[derive(Clone)]
struct Typed {
    text: String,

    /// How the value was written then: a value that became another one elsewhere replaces the text.
    value: String,
}

/// A value that is written as text. While what is typed cannot be read, the value stays as it was.
pub fn typed<T: Display>(
    ui: &mut Ui,
    label: &str,
    value: &mut T,
    read: impl Fn(&str) -> Result<T, String>,
    control: impl FnOnce(&mut Ui, &mut String, Option<&str>) -> Response,
) {
    let id = ui.make_persistent_id((label, "typed"));
    let written = value.to_string();
    let kept: Option<Typed> = recall(ui, id).filter(|it: &Typed| it.value == written);
    let mut text = kept.map_or_else(|| written.clone(), |it| it.text);

    let error = read(&text).err();
    let shown = error.map(|it| format!("{it} It stays {written}."));
    let response = control(ui, &mut text, shown.as_deref());

    let typed = read(&text);
    if typed.is_err() != shown.is_some() {
        ui.ctx().request_repaint();
    }
    if let Ok(new) = typed {
        *value = new;
        if !response.has_focus() {
            text = value.to_string();
        }
    }
    let value = value.to_string();
    keep(ui, id, Typed { text, value });
}
