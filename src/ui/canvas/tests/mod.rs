//! The editor in a window, used by accessible names.

mod access;
mod actions;
mod conditions;
mod find;
mod in_place;
mod keyboard;
mod menus;
mod mini_map;
mod notes;
mod pointer;
mod random;
pub(in crate::ui::canvas) mod schedules;
mod speed;
mod tidy;
mod trial;
mod updates;

use std::sync::Arc;

use egui::{Key, Modifiers, Pos2, Role, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

use super::{
    Arrival, CanvasMode, CanvasOutcome, Editor, EditorOutcome, WalkStep, WalkView,
    act::{Act, Selection},
    drawer::{Choices, DrawerRequest, NamedTarget, Standing},
    geometry,
};
use crate::{
    model::{
        attribute::{Attribute, AttributeKind, AttributeSpec},
        condition::{Condition, Operator, Subject},
        definition::{Definition, Edge, Node, NodeId, NodeKind, Port, Trigger},
        execution::Decision,
        id::{AttributeId, UserId},
        settings::Settings,
        task::{Action, Rule, Target, TargetKind, Task},
    },
    ui::{menu::MenuCommand, theme},
};

/// The editor as a screen holds it.
pub(in crate::ui::canvas) struct Desk {
    pub(in crate::ui::canvas) editor: Editor,
    pub(in crate::ui::canvas) choices: Choices,
    pub(in crate::ui::canvas) walk: Option<WalkView>,
    pub(in crate::ui::canvas) is_preview: bool,
    pub(in crate::ui::canvas) last: Option<EditorOutcome>,

    /// Whom steps can be tried with.
    pub(in crate::ui::canvas) people: Vec<(UserId, Arc<Standing>)>,
}

pub(in crate::ui::canvas) type Window = Harness<'static, Desk>;

impl Desk {
    pub(in crate::ui::canvas) fn new(definition: Definition) -> Self {
        Self {
            editor: Editor::new(definition),
            choices: choices(),
            walk: None,
            is_preview: false,
            last: None,
            people: Vec::new(),
        }
    }

    pub(in crate::ui::canvas) fn draw(&mut self, ui: &mut egui::Ui) {
        let mode = match &self.walk {
            Some(walk) => CanvasMode::Walk(walk),
            None if self.is_preview => CanvasMode::Preview,
            None => CanvasMode::Edit,
        };
        let mut outcome = self.editor.ui(ui, &self.choices, mode);
        let wish = std::mem::take(&mut outcome.trial);
        trial::answer(&mut self.editor, &self.people, wish);
        if outcome != EditorOutcome::default() {
            self.last = Some(outcome);
        }
    }
}

pub(in crate::ui::canvas) fn window(desk: Desk) -> Window {
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

pub(in crate::ui::canvas) fn choices() -> Choices {
    let mut settings = Settings::default();
    settings.mail.host = "smtp.example.org".to_owned();
    settings.mail.from_address = "tenure@example.org".to_owned();
    settings.mail.report_recipients = vec!["admin@example.org".to_owned()];
    settings.password.expiry_days = 90;
    choices_under(&settings)
}

pub(in crate::ui::canvas) fn choices_under(settings: &Settings) -> Choices {
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
            attribute(4, "remote", "Remote", AttributeKind::YesNo, false),
            attribute(5, "level", "Level", AttributeKind::Number, false),
        ],
        settings,
    )
}

/// Start, Trigger, Event, End.
pub(in crate::ui::canvas) fn registration() -> Definition {
    let mut definition = Definition::blank();
    definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0));
    definition
}

/// With a filter before the Event and a task after it.
pub(in crate::ui::canvas) fn typical() -> Definition {
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
        .find(NodeKind::is_event)
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

pub(in crate::ui::canvas) fn find(window: &Window, title: &str) -> NodeId {
    let draft = window.state().editor.draft();
    let found = draft.nodes().find(|(_, node)| node.title() == title);
    found.expect("a node of that title").0
}

pub(in crate::ui::canvas) fn click(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run();
}

/// Clicks the one whose name begins like this.
pub(in crate::ui::canvas) fn click_node(window: &mut Window, start: &str) {
    window.get_by_label_contains(start).click();
    window.run();
}

/// Clicks what may have to be scrolled to first.
pub(in crate::ui::canvas) fn press(window: &mut Window, name: &str) {
    window.get_by_label(name).scroll_to_me();
    window.run();
    click(window, name);
}

pub(in crate::ui::canvas) fn type_into(window: &mut Window, name: &str, text: &str) {
    window.get_by_label(name).focus();
    window.run();
    window.get_by_label(name).type_text(text);
    window.run();
}

pub(in crate::ui::canvas) fn choose(window: &mut Window, list: &str, option: &str) {
    window.get_by_role_and_label(Role::ComboBox, list).click();
    window.run();
    window
        .get_by_role_and_label(Role::ListBoxOption, option)
        .scroll_to_me();
    window.run();
    window
        .get_by_role_and_label(Role::ListBoxOption, option)
        .click();
    window.run();
}

pub(in crate::ui::canvas) fn drag(window: &mut Window, from: Pos2, to: Pos2) {
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

pub(in crate::ui::canvas) fn center(window: &Window, name: &str) -> Pos2 {
    window.get_by_label_contains(name).rect().center()
}

pub(in crate::ui::canvas) fn notice(window: &Window) -> String {
    let last = window.state().last.clone();
    last.and_then(|it| it.notice).unwrap_or_default()
}

pub(in crate::ui::canvas) fn undo(window: &mut Window) {
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.run();
}

pub(in crate::ui::canvas) fn failed_walk(definition: &Definition) -> WalkView {
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
