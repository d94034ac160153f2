//! Notes on the canvas.

use egui::Rect;

use super::*;
use crate::model::note::{MAX_SIZE, MIN_SIZE, Note};

const WORDS: &str = "Ask HR first\nThey know who begins when.";

/// The typical drawing with a note at its left.
fn noted() -> Definition {
    let mut definition = typical();
    let note = Note {
        text: WORDS.to_owned(),
        size: [240, 160],
    };
    definition.add(Node::new(NodeKind::Note(note), [-320.0, 104.0]));
    definition
}

fn note(window: &Window) -> (NodeId, [f32; 2], Note) {
    let draft = window.state().editor.draft();
    let (id, note) = draft.notes().next().expect("a note");
    (id, draft.node(id).expect("it").position, note.clone())
}

/// Does something, takes it back and does it again, and compares what is drawn.
#[track_caller]
fn undoes_and_redoes(window: &mut Window, change: impl FnOnce(&mut Window)) {
    let draft = |window: &Window| window.state().editor.draft().clone();
    let before = draft(window);
    change(window);
    let after = draft(window);
    assert_ne!(after, before, "something was done");
    undo(window);
    assert_eq!(draft(window), before, "undo brings everything back");
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run();
    assert_eq!(draft(window), after, "redo does it again");
}

fn at_natural_size(window: &mut Window) {
    window.key_press(Key::Num0);
    window.run();
}

fn focus(window: &mut Window, name: &str) {
    window.get_by_label_contains(name).focus();
    window.run();
}

#[test]
fn the_keyboard_adds_a_note_and_writes_it() {
    let mut window = window(Desk::new(typical()));
    undoes_and_redoes(&mut window, |window| {
        window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
        window.run();
        assert!(
            window.get_by_label("Text").is_focused(),
            "it is written at once"
        );
        for _ in 0..2 {
            window.key_press(Key::Escape);
            window.run();
        }
    });
    window.get_by_label("Note");
    let (id, ..) = note(&window);
    let shown = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(shown, [id].into());
}

#[test]
fn a_note_that_is_added_beside_a_block_covers_none() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Filter: Company address");
    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    window.run();
    let area = window.get_by_label("Note").rect();
    let nodes = window.query_all_by_role(Role::ListBoxOption);
    let over = nodes.filter(|it| it.rect().intersects(area)).count();
    assert_eq!(over, 1, "only the note itself is there");
    let filter = window.get_by_label_contains("Filter: ").rect();
    assert!((filter.top() - area.top()).abs() < 2.0, "it is beside it");
}

#[test]
fn its_text_is_edited_in_the_drawer() {
    let mut window = window(Desk::new(noted()));
    undoes_and_redoes(&mut window, |window| {
        click(window, "Edit Ask HR first");
        assert_eq!(window.get_by_label("Text").value().as_deref(), Some(WORDS));
        type_into(window, "Text", "\nЖдём ответа – ρωτήστε");
        click(window, "Close drawer");
    });
    let (_, _, note) = note(&window);
    assert!(
        note.text.ends_with("\nЖдём ответа – ρωτήστε"),
        "{}",
        note.text
    );
}

#[test]
fn its_corner_gives_it_another_size_in_one_step() {
    let mut window = window(Desk::new(noted()));
    let (_, at, _) = note(&window);
    at_natural_size(&mut window);
    undoes_and_redoes(&mut window, |window| {
        let corner = center(window, "Resize note: Ask HR first");
        drag(window, corner, corner + vec2(60.0, 40.0));
    });
    let (_, still, wider) = note(&window);
    assert_eq!(
        still.map(f32::to_bits),
        at.map(f32::to_bits),
        "its upper left corner stays"
    );
    assert_eq!(wider.size, [300, 200]);
    let corner = center(&window, "Resize note: Ask HR first");
    drag(&mut window, corner, corner - vec2(900.0, 900.0));
    assert_eq!(note(&window).2.size, MIN_SIZE);
}

#[test]
fn the_keyboard_gives_it_another_size() {
    let mut window = window(Desk::new(noted()));
    focus(&mut window, "Note: Ask HR first");
    undoes_and_redoes(&mut window, |window| {
        let keys = Modifiers::COMMAND | Modifiers::SHIFT;
        window.key_press_modifiers(keys, Key::ArrowRight);
        window.run();
    });
    let (_, at, after) = note(&window);
    assert_eq!((at, after.size), ([-320.0, 104.0], [264, 160]));
    for _ in 0..200 {
        window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::ArrowDown);
        window.step();
    }
    window.run();
    assert_eq!(note(&window).2.size[1], MAX_SIZE[1]);
}

#[test]
fn it_is_moved_and_deleted_like_a_block() {
    let mut window = window(Desk::new(noted()));
    at_natural_size(&mut window);
    undoes_and_redoes(&mut window, |window| {
        let from = center(window, "Note: Ask HR first");
        drag(window, from, from + vec2(-40.0, 60.0));
    });
    let (_, at, _) = note(&window);
    assert_eq!(at.map(|it| it.round() as i32), [-360, 164]);
    focus(&mut window, "Note: Ask HR first");
    undoes_and_redoes(&mut window, |window| {
        window.key_press(Key::Delete);
        window.run();
    });
    assert_eq!(window.state().editor.draft().notes().count(), 0);
}

#[test]
fn a_block_on_a_note_gets_the_clicks_meant_for_it_and_edges_ignore_the_note() {
    let mut definition = typical();
    let under = Note {
        text: "Behind everything".to_owned(),
        size: [900, 900],
    };
    definition.add(Node::new(NodeKind::Note(under), [-200.0, -40.0]));
    let mut window = window(Desk::new(definition));
    click_node(&mut window, "Filter: Company address");
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected, [find(&window, "Company address")].into());
    // An edge that is let go over a note offers a step, as over the empty canvas.
    let from = center(&window, "Output failed of Assign Group to User");
    drag(&mut window, from, from + vec2(160.0, 40.0));
    window.get_by_label("Unassign Group from User");
    window.key_press(Key::Escape);
    window.run();
    let draft = window.state().editor.draft();
    assert_eq!(draft.problems(), typical().problems());
}

#[test]
fn a_rectangle_selects_a_note_that_lies_in_it_as_a_whole() {
    let mut window = window(Desk::new(noted()));
    let area = window.get_by_label("Note: Ask HR first").rect();
    let selected = |window: &mut Window| window.state_mut().editor.canvas().selected().clone();
    let lasso = |window: &mut Window, area: Rect| {
        window.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
        drag(window, area.min, area.max);
        window.event(egui::Event::ModifiersChanged(Modifiers::NONE));
        window.run();
    };
    let (id, ..) = note(&window);
    lasso(&mut window, area.expand(20.0));
    assert_eq!(selected(&mut window), [id].into());
    window.key_press(Key::Escape);
    window.run();
    let half = Rect::from_min_max(area.min - vec2(20.0, 20.0), area.center());
    lasso(&mut window, half);
    assert_eq!(selected(&mut window), [].into());
}

#[test]
fn a_preview_shows_notes_without_a_way_to_change_them() {
    let mut desk = Desk::new(noted());
    desk.is_preview = true;
    let mut window = window(desk);
    window.get_by_label("Note: Ask HR first");
    assert!(window.query_by_label_contains("Resize note").is_none());
    let from = center(&window, "Note: Ask HR first");
    drag(&mut window, from, from + vec2(-40.0, 60.0));
    assert_eq!(*window.state().editor.draft(), noted());
}
