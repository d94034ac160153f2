//! Tidying up.

use super::*;
use crate::{
    model::draw::BLOCK,
    ui::{motion, tokens::canvas},
};

/// The typical drawing with its blocks somewhere.
fn strewn() -> Definition {
    let mut definition = typical();
    let ids: Vec<NodeId> = definition.nodes().map(|(id, _)| id).collect();
    let mut at = [40.0, 400.0];
    for id in ids.into_iter().skip(1) {
        definition.node_mut(id).expect("a node").position = at;
        at = [at[0] * -1.4 + 31.0, at[1] * 0.7];
    }
    definition
}

fn tidied(mut definition: Definition) -> Definition {
    definition.tidy_up(None);
    definition
}

fn press_tidy(window: &mut Window) {
    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
}

fn places(window: &Window) -> Vec<egui::Rect> {
    let blocks = window.query_all_by_role(Role::ListBoxOption);
    blocks.map(|it| it.rect()).collect()
}

#[test]
fn what_the_layout_takes_for_a_block_is_what_is_drawn() {
    assert_eq!(vec2(BLOCK[0], BLOCK[1]), canvas::NODE);
    const { assert!(canvas::NODE_SMALL.y <= canvas::NODE.y) };
}

#[test]
fn tidying_up_is_one_step_that_undo_takes_back_exactly() {
    let mut window = window(Desk::new(strewn()));
    press_tidy(&mut window);
    window.run();
    assert_eq!(*window.state().editor.draft(), tidied(strewn()));
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), strewn());
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run();
    assert_eq!(*window.state().editor.draft(), tidied(strewn()));
}

#[test]
fn the_toolbar_tidies_up_and_says_when_there_is_nothing_to_do() {
    let mut window = window(Desk::new(strewn()));
    click(&mut window, "Tidy up");
    let after = tidied(strewn());
    assert_eq!(*window.state().editor.draft(), after);
    click(&mut window, "Tidy up");
    assert_eq!(notice(&window), "everything is tidy already");
    assert_eq!(*window.state().editor.draft(), after);
}

#[test]
fn only_the_selected_blocks_move_if_there_are_two_or_more() {
    let mut window = window(Desk::new(strewn()));
    let (filter, task) = (
        find(&window, "Company address"),
        find(&window, "Assign Group to User"),
    );
    window.state_mut().editor.canvas().select(filter);
    press_tidy(&mut window);
    window.run();
    assert_eq!(
        *window.state().editor.draft(),
        tidied(strewn()),
        "one is none"
    );
    undo(&mut window);
    click_node(&mut window, "Filter: Company address");
    window.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
    click_node(&mut window, "Task: Assign Group to User");
    window.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    press_tidy(&mut window);
    window.run();
    let before = strewn();
    for (id, node) in window.state().editor.draft().nodes() {
        let has_moved = before.node(id).map(|it| it.position) != Some(node.position);
        assert!(!has_moved || id == filter || id == task, "{id:?}");
    }
}

#[test]
fn blocks_glide_to_their_places_and_then_the_window_rests() {
    let mut window = Harness::builder()
        .with_size([1280.0, 800.0])
        .with_step_dt(0.02)
        .with_max_steps(40)
        .with_context_setup(theme::install)
        .build_ui_state(|ui, desk: &mut Desk| desk.draw(ui), Desk::new(strewn()));
    window.run();
    let before = places(&window);
    press_tidy(&mut window);
    let mut seen = Vec::new();
    for _ in 0..24 {
        window.step();
        let now = places(&window);
        if seen.last() != Some(&now) {
            seen.push(now);
        }
    }
    assert_eq!(*window.state().editor.draft(), tidied(strewn()));
    assert!(seen.len() >= 4, "{} places on the way", seen.len());
    let steps = window.run();
    assert!(steps <= 2, "nothing moves any more after {steps} frames");
    assert_ne!(seen.last(), Some(&before));
    assert_eq!(seen.last(), Some(&places(&window)));
}

#[test]
fn with_less_motion_they_are_there_at_once() {
    let mut window = window(Desk::new(strewn()));
    motion::set_reduced(&window.ctx, true);
    press_tidy(&mut window);
    window.step();
    window.step();
    let now = places(&window);
    window.run();
    assert_eq!(now, places(&window));
}

#[test]
fn whoever_saw_everything_still_does() {
    let mut window = window(Desk::new(strewn()));
    window.state_mut().editor.canvas().fit();
    window.run();
    let screen = window.get_by_role(Role::Canvas).rect();
    press_tidy(&mut window);
    window.run();
    for block in places(&window) {
        assert!(screen.contains_rect(block), "{block}");
    }
}
