//! The canvas without a pointer, and what a screen reader is told of it, read from outside.

use super::{APP, Window};
use crate::support::turn::Turn;

/// What the keyboard can be at, in the words of assistive technology.
const ROLES: [&str; 16] = [
    "button",
    "canvas",
    "check box",
    "combo box",
    "entry",
    "link",
    "list item",
    "menu item",
    "page tab",
    "password text",
    "push button",
    "radio button",
    "separator",
    "table",
    "table row",
    "toggle button",
];

/// One element of the tree, as it is printed.
#[derive(Clone, Debug)]
struct Element {
    role: String,
    name: String,
    states: String,
}

impl Window {
    /// Everything that the window shows.
    fn elements(&self) -> Vec<Element> {
        let tree = self.desktop.tree(APP).expect("the tree");
        tree.lines().filter_map(element).collect()
    }

    /// Takes this line of the list that has the keyboard.
    #[track_caller]
    fn choose(&self, option: &str) {
        self.keys(&["Down"]);
        let mut at = self.focus_after("");
        for _ in 0..super::MOST_TABS {
            if at.ends_with(option) {
                self.keys(&["Return"]);
                return;
            }
            self.keys(&["Down"]);
            at = self.focus_after(&at);
        }
        panic!("the list does not offer {option}");
    }

    #[track_caller]
    fn focus_after(&self, before: &str) -> String {
        self.desktop.focus(APP, before).expect("a focus")
    }

    /// Chooses a step in the menu that a key has opened.
    #[track_caller]
    fn choose_step(&self, typed: &str) {
        self.type_to_search("Search steps", typed);
        self.must_be_at(&format!("{typed}*"));
        self.keys(&["Return"]);
    }
}

/// "  push button 'Add trigger' [focusable,enabled]"
fn element(line: &str) -> Option<Element> {
    let (before, states) = line.trim_end().strip_suffix(']')?.rsplit_once(" [")?;
    let quote = before.find(['\'', '"'])?;
    let (role, named) = before.split_at(quote);
    let mark = named.chars().next()?;
    let named = named.get(1..)?;
    let name = named.split_once(&format!("{mark} text=")).map_or_else(
        || named.strip_suffix(mark).unwrap_or(named),
        |(name, _)| name,
    );
    Some(Element {
        role: role.trim().to_owned(),
        name: name.to_owned(),
        states: states.to_owned(),
    })
}

#[track_caller]
fn must_all_be_named(elements: &[Element]) {
    let is_stop = |it: &&Element| it.states.split(',').any(|state| state == "focusable");
    let stops: Vec<&Element> = elements.iter().filter(is_stop).collect();
    assert!(stops.len() > 10, "there is something to look at");
    for stop in stops {
        assert!(!stop.name.is_empty(), "it has no name: {stop:?}");
        assert!(ROLES.contains(&stop.role.as_str()), "what is it? {stop:?}");
    }
}

#[track_caller]
fn must_have(elements: &[Element], role: &str, begins: &str) -> Element {
    let is_it = |it: &&Element| it.role == role && it.name.starts_with(begins);
    let found = elements.iter().find(is_it).cloned();
    found.unwrap_or_else(|| panic!("there is no {role} {begins:?} in {elements:#?}"))
}

fn begin(window: &Window) {
    window.tab_to("Begin");
    window.keys(&["Return"]);
    window.must_say("Begin with a workflow");
    window.tab_to("Go to Workflows");
    window.keys(&["Return"]);
    window.must_say("No workflows yet");
    window.tab_to("Create the first workflow");
    window.keys(&["Return"]);
    window.type_at("Name", "Welcome");
    window.keys(&["Return"]);
    window.must_say("Workflow canvas, 2 blocks");
}

fn add_trigger(window: &Window) {
    window.tab_to("Add trigger");
    window.keys(&["Return"]);
    window.must_be_at("Name");
    window.tab_to("Add this trigger");
    window.keys(&["Return"]);
    window.must_say("Event: User created. *");
    window.must_be_at("Trigger: New User Registration*");
}

fn add_filter(window: &Window) {
    window.tab_to("Add step after New User Registration");
    window.keys(&["Return"]);
    window.choose_step("Filter");
    window.must_be_at("Add condition");
    window.keys(&["Return"]);
    window.must_be_at("Attribute of condition 1");
    window.tab_to("Operator of condition 1");
    window.choose("End With");
    window.must_be_at("Operator of condition 1");
    window.tab_to("Value of condition 1");
    window.desktop.type_text("@example.org").expect("typed");
    window.must_say("Filter. Email ends with @example.org");
    window.keys(&["Escape"]);
    window.must_be_at("Filter. Email ends with @example.org");
}

fn add_task(window: &Window) {
    window.tab_to("Add step after User created");
    window.keys(&["Return"]);
    window.choose_step("Assign Group");
    window.must_be_at("Add group to rule 1");
    window.keys(&["Return"]);
    window.type_to_search("Search Add group to rule 1", "Staff");
    window.must_say("Create “Staff”");
    window.keys(&["Return"]);
    window.must_say("Remove Staff from rule 1");
    window.must_be_at("Add group to rule 1");
    window.keys(&["Escape"]);
    window.must_be_at("Task: Assign Group to User. Add to Staff*");
}

/// The output that is still open leads to the end.
fn wire(window: &Window) {
    window.keys(&["Up"]);
    window.must_be_at("Event: User created*");
    window.keys(&["Up"]);
    window.must_be_at("Filter. Email ends with @example.org");
    window.tab_to("Output otherwise of Filter");
    window.keys(&["Return"]);
    window.choose_step("Connect to End");
    window.must_be_at("Edge from Filter, otherwise, to End");
}

fn must_be_told_from_outside(window: &Window) {
    let elements = window.elements();
    must_all_be_named(&elements);
    let blocks = [
        "Start",
        "Trigger: New User Registration. ",
        "Filter. Email ends with @example.org",
        "Event: User created. ",
        "Task: Assign Group to User. Add to Staff",
        "End",
    ];
    for block in blocks {
        must_have(&elements, "list item", block);
    }
    must_have(&elements, "list item", "Edge from Filter, matched, to");
    let edge = must_have(&elements, "list item", "Edge from Filter, otherwise, to");
    assert!(edge.states.contains("selected"), "{edge:?}");
    let canvas = must_have(&elements, "canvas", "Workflow canvas, 6 blocks");
    assert!(canvas.states.contains("focusable"), "{canvas:?}");
    for button in [
        "Edit Filter",
        "Delete Filter",
        "Output matched of Filter",
        "Output otherwise of Filter",
        "Add step between Filter and End",
        "Fit to window",
    ] {
        must_have(&elements, "push button", button);
    }
    let says = window.desktop.description(APP, "Workflow canvas, 6 blocks");
    let says = says.expect("what the canvas says of itself");
    assert!(says.contains("Arrow keys walk along the edges"), "{says}");
}

fn activate(window: &Window) {
    window.keys(&["ctrl+s"]);
    window.must_say("Saved");
    window.keys(&["ctrl+shift+Return"]);
    window.must_say("Activate version 1?");
    must_all_be_named(&window.elements());
    window.tab_to("Reason");
    window.desktop.type_text("They are known").expect("typed");
    window.tab_to("Activate");
    window.keys(&["Return"]);
    window.must_say("This version is active*");
}

#[test]
fn a_workflow_is_built_wired_and_activated_by_keyboard_alone_and_read_from_outside() {
    let turn = Turn::take();
    let window = Window::opened(&turn);
    begin(&window);
    add_trigger(&window);
    add_filter(&window);
    add_task(&window);
    wire(&window);
    must_be_told_from_outside(&window);
    activate(&window);
    let config = window.store().config().expect("the settings");
    assert_eq!(config.active.len(), 1, "it runs");
}

#[test]
fn what_is_drawn_by_keyboard_is_undone_and_redone_by_keyboard() {
    let turn = Turn::take();
    let window = Window::opened(&turn);
    begin(&window);
    add_trigger(&window);
    window.keys(&["Down", "Up"]);
    window.keys(&["ctrl+z"]);
    window.must_be_gone("Event: User created. *");
    window.keys(&["ctrl+y"]);
    window.must_say("Event: User created. *");
}
