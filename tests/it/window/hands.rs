//! What a person does to a window, by the names that assistive technology reads out.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{
    Harness,
    kittest::{AccessKitNode, NodeT as _, Queryable as _},
};
use tenure::{
    store::Store,
    ui::{App, Route},
};

use crate::support;

pub(super) type Window = Harness<'static, App>;

/// A window on the store that shows `route`.
pub(super) fn window_at(store: &Store, route: Route) -> Window {
    let mut window = support::window(store.clone());
    go(&mut window, route);
    window
}

pub(super) fn go(window: &mut Window, route: Route) {
    window.state_mut().go(route);
    window.run();
}

#[track_caller]
pub(super) fn click(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::Button, name).click();
    window.run();
}

/// A button or box, wherever it has scrolled to.
#[track_caller]
pub(super) fn press_named(window: &mut Window, name: &str) {
    let is_wanted = |node: &AccessKitNode<'_>| {
        matches!(node.role(), Role::Button | Role::CheckBox)
            && node.label().as_deref() == Some(name)
    };
    window.get_by(is_wanted).click_accesskit();
    window.run();
}

#[track_caller]
pub(super) fn tab(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::Tab, name).click();
    window.run();
}

/// Brings a button into sight.
#[track_caller]
pub(super) fn scroll_to(window: &mut Window, name: &str) {
    window
        .get_by_role_and_label(Role::Button, name)
        .scroll_to_me();
    window.run();
}

/// Opens the row whose name begins like this.
#[track_caller]
pub(super) fn open_row(window: &mut Window, start: &str) {
    let is_wanted = |node: &AccessKitNode<'_>| {
        node.role() == Role::Row && node.label().is_some_and(|it| it.starts_with(start))
    };
    window.get_by(is_wanted).click();
    window.run();
}

/// Presses a button that copies something, and returns what it has put on the clipboard.
#[track_caller]
pub(super) fn copy_with(window: &mut Window, name: &str) -> String {
    let button = window.get_by_role_and_label(Role::Button, name);
    button.click_accesskit();
    // The clipboard is told in one frame of several.
    for _ in 0..8 {
        window.step();
        let commands = &window.output().platform_output.commands;
        let copied = commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = copied {
            window.run();
            return text;
        }
    }
    panic!("{name} copies nothing");
}

/// For what is no button: an option, a check box, a line of a list.
#[track_caller]
pub(super) fn pick(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run();
}

#[track_caller]
pub(super) fn type_into(window: &mut Window, name: &str, text: &str) {
    field(window, name).focus();
    window.run();
    field(window, name).type_text(text);
    window.run();
}

#[track_caller]
fn field<'a>(window: &'a Window, name: &'a str) -> egui_kittest::Node<'a> {
    let is_field = |role| {
        matches!(
            role,
            Role::TextInput | Role::MultilineTextInput | Role::PasswordInput | Role::SearchInput
        )
    };
    window
        .query_all_by_label(name)
        .find(|it| is_field(it.accesskit_node().role()))
        .unwrap_or_else(|| panic!("no field {name:?} in {:#?}", texts(window)))
}

/// Replaces what stands in a field.
#[track_caller]
pub(super) fn retype(window: &mut Window, name: &str, text: &str) {
    field(window, name).focus();
    window.run();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    field(window, name).type_text(text);
    window.run();
}

pub(super) fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run();
}

#[track_caller]
pub(super) fn open_list(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::ComboBox, name).click();
    window.run();
}

/// Whether a text can be read anywhere: on labels, fields' complaints, toasts.
pub(super) fn says(window: &Window, text: &str) -> bool {
    texts(window).iter().any(|it| it.contains(text))
}

#[track_caller]
pub(super) fn must_say(window: &Window, text: &str) {
    assert!(
        says(window, text),
        "{text:?} cannot be read in {:#?}",
        texts(window)
    );
}

pub(super) fn has_button(window: &Window, name: &str) -> bool {
    window
        .query_all_by_role(Role::Button)
        .any(|it| it.accesskit_node().label().as_deref() == Some(name))
}

pub(super) fn texts(window: &Window) -> Vec<String> {
    let mut texts = Vec::new();
    let mut open = vec![window.root()];
    while let Some(node) = open.pop() {
        texts.extend(node.accesskit_node().label());
        texts.extend(node.value());
        open.extend(node.children());
    }
    texts
}

/// Adds a field to those that claims of a provider fill.
#[track_caller]
pub(super) fn add_claim(window: &mut Window, field: &str) {
    let list = window.get_by_role_and_label(Role::ComboBox, "Fill another field");
    list.click_accesskit();
    window.run();
    let option = window.get_by_role_and_label(Role::ListBoxOption, field);
    option.click_accesskit();
    window.run();
}
