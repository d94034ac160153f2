//! Nothing hangs over the edge of the window, in windows from 900 points up and at every scale.

use egui::{Rect, Theme, Vec2, accesskit::Role, vec2};
use egui_kittest::kittest::NodeT as _;
use tenure::{model::template::Template, ui::Route};

use super::{
    hands::{self, Window},
    stores::{Amount, newest_execution, quarantined_execution, version_to_show},
};
use crate::support::{Frame, window_in};

/// The smallest window, a laptop's, and a large screen at 125, 150 and 200 %.
const WINDOWS: [(Vec2, f32); 5] = [
    (vec2(900.0, 600.0), 1.0),
    (vec2(1280.0, 800.0), 1.0),
    (vec2(1536.0, 864.0), 1.25),
    (vec2(1280.0, 720.0), 1.5),
    (vec2(960.0, 540.0), 2.0),
];

fn is_control(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::ComboBox
            | Role::RadioButton
            | Role::TextInput
            | Role::SearchInput
            | Role::Tab
    )
}

/// What lies on the canvas is looked at through a view of its own, and moves with it.
fn is_of_canvas(name: &str) -> bool {
    let begins = [
        "Output ",
        "Add step",
        "Add trigger",
        "Edit ",
        "Show ",
        "Delete ",
    ];
    begins.iter().any(|it| name.starts_with(it))
}

/// Controls of the screen that hang over its left or right edge, and buttons that cover each other.
fn faults(window: &Window, route: Route, size: Vec2) -> Vec<String> {
    let screen = Rect::from_min_size(egui::Pos2::ZERO, size).expand(0.5);
    let mut controls: Vec<(Rect, String)> = Vec::new();
    let has_canvas = matches!(route, Route::Editor(_) | Route::Execution(_));
    let mut faults = Vec::new();
    let mut open = vec![window.root()];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        let role = node.accesskit_node().role();
        if !is_control(role) {
            continue;
        }
        let rect = node.rect();
        let rect = Rect::from_min_max(rect.min, rect.max);
        let name = node.accesskit_node().label().unwrap_or_default();
        if has_canvas && is_of_canvas(&name) {
            continue;
        }
        if rect.left() < screen.left() || rect.right() > screen.right() {
            faults.push(format!("{name:?} ({role:?}) is cut at {rect:?}"));
        }
        let overlaps = |it: &&(Rect, String)| it.0.shrink(1.0).intersects(rect.shrink(1.0));
        if role == Role::Button
            && screen.contains_rect(rect)
            && let Some((_, other)) = controls.iter().find(overlaps)
        {
            faults.push(format!("{name:?} covers {other:?}"));
        }
        if role == Role::Button {
            controls.push((rect, name));
        }
    }
    faults
}

fn check(amount: Amount) {
    let store = amount.store();
    let mut routes = vec![
        Route::Overview,
        Route::Workflows,
        Route::Users,
        Route::History,
        Route::Templates,
        Route::Template(Template::DormantUserReport),
        Route::Outbox,
        Route::Settings,
        Route::Handbook,
    ];
    routes.extend(newest_execution(&store).map(Route::Execution));
    routes.extend(quarantined_execution(&store).map(Route::Execution));
    let (workflow, version) = version_to_show(&store);
    routes.extend([Route::Workflow(workflow), Route::Editor(version)]);
    let mut all = Vec::new();
    for (size, pixels) in WINDOWS {
        let frame = Frame {
            size,
            theme: Theme::Light,
            pixels,
        };
        let mut window = window_in(&store, frame);
        for route in &routes {
            hands::go(&mut window, *route);
            for fault in faults(&window, *route, size) {
                all.push(format!("{size} {route:?}: {fault}"));
            }
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn nothing_is_cut_when_there_is_nothing() {
    check(Amount::Nothing);
}

#[test]
fn nothing_is_cut_when_there_is_a_company() {
    check(Amount::Company);
}

#[test]
fn nothing_is_cut_when_there_is_too_much() {
    check(Amount::TooMuch);
}
