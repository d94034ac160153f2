//! The editor in a window, used by accessible names.

use egui::{Key, Modifiers, Pos2, Role, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

use super::{
    CanvasMode, Editor, EditorOutcome, WalkStep, WalkView,
    drawer::{Choices, DrawerRequest, NamedTarget},
};
use crate::{
    model::{
        attribute::{Attribute, AttributeKind, AttributeSpec},
        condition::{Condition, Operator, Subject},
        definition::{Definition, Edge, Node, NodeId, NodeKind, Port, Trigger},
        execution::Decision,
        id::AttributeId,
        task::{Action, Rule, Target, Task},
    },
    ui::theme,
};

/// The editor as a screen holds it.
pub(super) struct Desk {
    pub(super) editor: Editor,
    pub(super) choices: Choices,
    pub(super) walk: Option<WalkView>,
    pub(super) is_preview: bool,
    pub(super) last: Option<EditorOutcome>,
}

pub(super) type Window = Harness<'static, Desk>;

impl Desk {
    pub(super) fn new(definition: Definition) -> Self {
        Self {
            editor: Editor::new(definition),
            choices: choices(),
            walk: None,
            is_preview: false,
            last: None,
        }
    }

    pub(super) fn draw(&mut self, ui: &mut egui::Ui) {
        let mode = match &self.walk {
            Some(walk) => CanvasMode::Walk(walk),
            None if self.is_preview => CanvasMode::Preview,
            None => CanvasMode::Edit,
        };
        let outcome = self.editor.ui(ui, &self.choices, mode);
        if outcome != EditorOutcome::default() {
            self.last = Some(outcome);
        }
    }
}

pub(super) fn window(desk: Desk) -> Window {
    let mut window = Harness::builder()
        .with_size([1280.0, 800.0])
        .with_theme(egui::Theme::Light)
        .with_max_steps(40)
        .with_render_cursor(false)
        .with_context_setup(theme::install)
        .build_ui_state(|ui, desk: &mut Desk| desk.draw(ui), desk);
    window.run();
    window
}

pub(super) fn choices() -> Choices {
    let named = |id: i64, name: &str| NamedTarget {
        id,
        name: name.to_owned(),
        is_protected: name == "Administrator",
        is_implied: matches!(name, "DEFAULT" | "End User"),
    };
    let groups = (1..).zip(["DEFAULT", "Staff", "Sales", "Engineering", "Guests"]);
    let roles = (1..).zip(["End User", "Administrator", "Approver", "Auditor"]);
    let attribute = |id: i64, name: &str, label: &str, kind, is_required| Attribute {
        id: AttributeId::new(id),
        spec: AttributeSpec {
            name: name.to_owned(),
            label: label.to_owned(),
            kind,
            is_required,
            is_on_sign_up: false,
        },
    };
    let options = vec!["Berlin".to_owned(), "Paris".to_owned()];
    Choices::new(
        groups.map(|(id, name)| named(id, name)).collect(),
        roles.map(|(id, name)| named(id, name)).collect(),
        vec![
            attribute(
                1,
                "office",
                "Office",
                AttributeKind::Choice { options },
                false,
            ),
            attribute(2, "starts", "First day", AttributeKind::Date, false),
            attribute(3, "badge", "Badge", AttributeKind::Text, true),
        ],
    )
}

/// Start, Trigger, Event, End.
pub(super) fn registration() -> Definition {
    let mut definition = Definition::blank();
    definition.set_trigger(Trigger::offered().remove(0));
    definition
}

/// With a filter before the Event and a task after it.
pub(super) fn typical() -> Definition {
    let mut definition = registration();
    let (trigger, _) = definition.trigger().expect("it was set");
    let after = |definition: &Definition, id| definition.out(id).next().expect("an edge");
    let filter = definition
        .insert(after(&definition, trigger), NodeKind::Filter(None))
        .expect("there is room");
    let mail = Condition::test(Subject::Email, Operator::EndWith, "@example.org");
    let ada = Condition::test(Subject::FirstName, Operator::Equal, "Ada");
    let office = Subject::Custom("office".to_owned());
    let nested = Condition::Any(vec![ada, Condition::test(office, Operator::Equal, "Paris")]);
    let node = definition.node_mut(filter).expect("it was added");
    node.kind = NodeKind::Filter(Some(Condition::All(vec![mail, nested])));
    node.name = "Company address".to_owned();
    let event = definition
        .find(|kind| *kind == NodeKind::Event)
        .expect("the trigger brought it");
    let task = Task {
        rules: vec![Rule {
            when: None,
            targets: vec![Target {
                id: Some(2),
                name: "Staff".to_owned(),
            }],
        }],
        ..Task::new(Action::AssignGroup)
    };
    definition.insert(after(&definition, event), NodeKind::Task(task));
    let end = definition.find(|kind| *kind == NodeKind::End).expect("End");
    let edge = Edge {
        from: filter,
        port: Port::Otherwise,
        to: end,
    };
    definition.connect(edge).expect("it fits");
    definition
}

pub(super) fn find(window: &Window, title: &str) -> NodeId {
    let draft = window.state().editor.draft();
    let found = draft.nodes().find(|(_, node)| node.title() == title);
    found.expect("a node of that title").0
}

pub(super) fn click(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run();
}

/// Clicks the one whose name begins like this.
fn click_node(window: &mut Window, start: &str) {
    window.get_by_label_contains(start).click();
    window.run();
}

pub(super) fn type_into(window: &mut Window, name: &str, text: &str) {
    window.get_by_label(name).focus();
    window.run();
    window.get_by_label(name).type_text(text);
    window.run();
}

pub(super) fn choose(window: &mut Window, list: &str, option: &str) {
    window.get_by_role_and_label(Role::ComboBox, list).click();
    window.run();
    window
        .get_by_role_and_label(Role::ListBoxOption, option)
        .click();
    window.run();
}

fn drag(window: &mut Window, from: Pos2, to: Pos2) {
    window.hover_at(from);
    window.run();
    window.drag_at(from);
    window.run();
    for step in 1..=6_u8 {
        window.hover_at(from.lerp(to, f32::from(step) / 6.0));
        window.run();
    }
    window.drop_at(to);
    window.run();
}

fn center(window: &Window, name: &str) -> Pos2 {
    window.get_by_label_contains(name).rect().center()
}

fn notice(window: &Window) -> String {
    let last = window.state().last.clone();
    last.and_then(|it| it.notice).unwrap_or_default()
}

fn undo(window: &mut Window) {
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.run();
}

#[test]
fn a_workflow_is_drawn_from_nothing() {
    let mut window = window(Desk::new(Definition::blank()));
    click(&mut window, "Add trigger");
    click(&mut window, "Save");
    click(&mut window, "Add step after New User Registration");
    click(&mut window, "Filter");
    click(&mut window, "Add condition");
    type_into(&mut window, "Value of condition 1", "@example.org");
    click(&mut window, "Save");
    click(&mut window, "Add step after User created");
    click(&mut window, "Assign Group to User");
    window
        .get_by_role_and_label(Role::ComboBox, "Add group to rule 1")
        .click();
    window.run();
    click(&mut window, "Sales");
    click(&mut window, "Save");

    let draft = window.state().editor.draft();
    assert_eq!(draft.problems(), []);
    let filter = draft.node(find(&window, "Filter")).expect("a filter");
    assert_eq!(filter.kind.summary(), "Email contains @example.org");
    let task = draft.node(find(&window, "Assign Group to User"));
    assert_eq!(task.expect("a task").kind.summary(), "Sales");
}

#[test]
fn a_drag_is_one_undo_step() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Filter: Company address");
    drag(&mut window, from, from + vec2(-300.0, 30.0));
    assert_ne!(*window.state().editor.draft(), before);
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn a_deleted_step_comes_back_with_its_edges() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    click_node(&mut window, "Filter: Company address");
    window.key_press(Key::Delete);
    window.run();
    let draft = window.state().editor.draft();
    assert_eq!(draft.len(), before.len() - 1);
    let (trigger, _) = draft.trigger().expect("it stays");
    assert!(
        draft.after(trigger, Port::Next).is_some(),
        "the gap is closed"
    );
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), before);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run();
    assert_eq!(window.state().editor.draft().len(), before.len() - 1);
}

#[test]
fn a_new_change_forgets_what_was_undone() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Delete Company address");
    undo(&mut window);
    click(&mut window, "Delete Assign Group to User");
    let after = window.state().editor.draft().clone();
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run();
    assert_eq!(*window.state().editor.draft(), after);
}

#[test]
fn what_every_workflow_needs_stays_and_says_why() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    for (name, reason) in [
        ("Start", "every workflow begins with it"),
        ("Trigger: ", "edit it to start"),
        ("Event: ", "belongs to the trigger"),
        ("End", "every workflow needs one"),
    ] {
        let starts = |label: String| label.starts_with(name);
        window
            .query_all_by_role(Role::ListBoxOption)
            .find(|it| it.accesskit_node().label().is_some_and(starts))
            .expect("the node")
            .click();
        window.run();
        window.key_press(Key::Delete);
        window.run();
        assert!(notice(&window).contains(reason), "{}", notice(&window));
    }
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn a_refused_edge_says_why() {
    let mut window = window(Desk::new(typical()));
    let from = center(&window, "Output done of Assign Group to User");
    let to = center(&window, "Filter: Company address");
    let before = window.state().editor.draft().clone();
    drag(&mut window, from, to);
    assert_eq!(notice(&window), "the steps would go round in a circle");
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn an_output_is_connected_by_dragging() {
    let mut window = window(Desk::new(typical()));
    let from = center(&window, "Output failed of Assign Group to User");
    let to = center(&window, "End");
    drag(&mut window, from, to);
    let (task, end) = (find(&window, "Assign Group to User"), find(&window, "End"));
    let draft = window.state().editor.draft();
    assert_eq!(draft.after(task, Port::Failed), Some(end));
    window.key_press(Key::Delete);
    window.run();
    let draft = window.state().editor.draft();
    assert_eq!(draft.after(task, Port::Failed), None, "it was selected");
}

#[test]
fn an_output_that_is_dropped_on_empty_space_offers_a_step_there() {
    let mut window = window(Desk::new(typical()));
    let from = center(&window, "Output failed of Assign Group to User");
    drag(&mut window, from, from + vec2(220.0, 40.0));
    click(&mut window, "Unassign Group from User");
    let task = find(&window, "Assign Group to User");
    let draft = window.state().editor.draft();
    let added = find(&window, "Unassign Group from User");
    assert_eq!(draft.after(task, Port::Failed), Some(added));
    window.get_by_label("Save");
}

#[test]
fn the_keyboard_alone_walks_opens_and_saves() {
    let mut window = window(Desk::new(typical()));
    for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowDown] {
        window.key_press(key);
        window.run();
    }
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected, [find(&window, "Company address")].into());
    window.key_press(Key::ArrowRight);
    window.run();
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected, [find(&window, "End")].into());
    window.key_press(Key::ArrowLeft);
    window.run();
    window.key_press(Key::F2);
    window.run();
    assert!(window.get_by_label("Name").is_focused());
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.get_by_label("Name").type_text("Ours");
    window.run();
    window.get_by_label("Save").focus();
    window.run();
    window.key_press(Key::Enter);
    window.run();
    find(&window, "Ours");
    assert!(window.query_by_label("Save").is_none());
}

#[test]
fn tab_goes_from_node_to_node() {
    let mut window = window(Desk::new(registration()));
    let mut seen = Vec::new();
    for _ in 0..14 {
        window.key_press(Key::Tab);
        window.run();
        let nodes = window.query_all_by_role(Role::ListBoxOption);
        let focused = nodes.filter(|it| it.is_focused());
        seen.extend(focused.filter_map(|it| it.accesskit_node().label()));
    }
    let kinds: Vec<&str> = seen
        .iter()
        .filter_map(|it| it.split([':', '.']).next())
        .collect();
    assert_eq!(kinds, ["Start", "Trigger", "Event", "End"]);
}

#[test]
fn esc_deselects_and_then_closes_the_drawer() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Edit Company address");
    window.get_by_label("Save");
    for _ in 0..3 {
        window.key_press(Key::Escape);
        window.run();
    }
    assert!(window.query_by_label("Save").is_none());
}

#[test]
fn the_pointer_hits_what_the_accessible_rectangle_says_at_every_zoom() {
    for zoom in [0.6_f32, 1.0, 1.5] {
        let mut window = window(Desk::new(typical()));
        click_node(&mut window, "Filter: Company address");
        let canvas = window.state_mut().editor.canvas();
        let middle = canvas.screen.center();
        canvas.change_view(|view| view.zoom_about(middle, zoom / view.zoom()));
        let filter = find(&window, "Company address");
        window.state_mut().editor.canvas().show(filter);
        window.run();
        click(&mut window, "Edit Company address");
        let name = window.get_by_label("Name").value();
        assert_eq!(name.as_deref(), Some("Company address"), "at {zoom}");
    }
}

#[test]
fn a_preview_changes_nothing() {
    let before = typical();
    let mut desk = Desk::new(before.clone());
    desk.is_preview = true;
    let mut window = window(desk);
    assert!(window.query_by_label_contains("Add step").is_none());
    let from = center(&window, "Filter: Company address");
    drag(&mut window, from, from + vec2(200.0, 0.0));
    click_node(&mut window, "Filter: Company address");
    for key in [Key::Delete, Key::Backspace, Key::F2] {
        window.key_press(key);
        window.run();
    }
    undo(&mut window);
    window.key_press(Key::Enter);
    window.run();
    assert!(window.query_by_label("Save").is_none());
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn a_walk_tells_what_each_node_did() {
    let mut desk = Desk::new(typical());
    desk.walk = Some(failed_walk(&typical()));
    let window = window(desk);
    window.get_by_label_contains(
        "Company address. Email ends with @example.org and 2 more. The conditions match",
    );
    window.get_by_label_contains("Failed: the group \"Staff\" no longer exists");
    window.get_by_label_contains("End. Not reached");
}

pub(super) fn failed_walk(definition: &Definition) -> WalkView {
    let step = |node: &Node| {
        let (decision, failure) = match node.kind {
            NodeKind::Filter(_) => (Decision::Matched, None),
            NodeKind::Task(_) => (
                Decision::Performed {
                    rules: vec![0],
                    is_fallback: false,
                },
                Some("the group \"Staff\" no longer exists".to_owned()),
            ),
            _ => (Decision::Passed, None),
        };
        WalkStep { decision, failure }
    };
    let steps = definition.nodes();
    let steps = steps.filter(|(_, node)| node.kind != NodeKind::End);
    WalkView {
        steps: steps.map(|(id, node)| (id, step(node))).collect(),
    }
}

#[test]
fn a_problem_in_the_list_leads_to_its_step() {
    let mut definition = registration();
    let (trigger, _) = definition.trigger().expect("it was set");
    let edge = definition.out(trigger).next().expect("an edge");
    let filter = definition.insert(edge, NodeKind::Filter(None));
    let mut window = window(Desk::new(definition));
    window.get_by_label_contains("No condition yet. 1 problem");
    click(&mut window, "Problems: 1 error");
    click(&mut window, "Filter: choose at least one condition");
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected.first().copied(), filter);
}

#[test]
fn several_nodes_are_selected_with_shift_and_moved_together() {
    let mut window = window(Desk::new(typical()));
    let canvas = window.get_by_role(Role::Canvas).rect();
    let from = canvas.left_top() + vec2(20.0, 20.0);
    window.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
    let to = canvas.right_bottom() - vec2(20.0, 20.0);
    drag(&mut window, from, to);
    let all = typical().len();
    assert_eq!(window.state_mut().editor.canvas().selected().len(), all);
}

#[test]
fn a_group_that_is_missing_is_asked_for_and_arrives() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Edit Assign Group to User");
    window
        .get_by_role_and_label(Role::ComboBox, "Add group to rule 1")
        .click();
    window.run();
    window
        .get_by_label("Search Add group to rule 1")
        .type_text("Night shift");
    window.run();
    click(&mut window, "Create “Night shift”");
    let request = window.state().last.clone().and_then(|it| it.request);
    let name = "Night shift".to_owned();
    assert_eq!(
        request,
        Some(DrawerRequest::CreateGroup { name: name.clone() })
    );
    let target = Target { id: Some(99), name };
    window.state_mut().editor.created(target);
    window.run();
    click(&mut window, "Save");
    let task = find(&window, "Assign Group to User");
    let draft = window.state().editor.draft();
    let node = draft.node(task).expect("it is there");
    assert_eq!(node.kind.summary(), "Staff and 1 more");
}
