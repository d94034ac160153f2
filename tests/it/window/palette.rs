//! The command palette, the list of shortcuts and the commands of the whole window.

use egui::{Key, Modifiers, ThemePreference, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    model::{definition::Definition, id::VersionId, task::Action},
    store::{Store, workflows},
    ui::Route,
};

use super::hands::{
    Window, click, go, has_button, must_say, press, retype, says, texts, window_at,
};
use crate::support::{always, drafted, group, registration, store};

fn open(window: &mut Window) {
    press(window, Modifiers::COMMAND, Key::K);
}

fn is_open(window: &Window) -> bool {
    window
        .query_by_role_and_label(Role::Dialog, "Command palette")
        .is_some()
}

/// Types into whatever has the keyboard.
fn write(window: &mut Window, text: &str) {
    window.event(egui::Event::Text(text.to_owned()));
    window.run();
}

fn enter(window: &mut Window) {
    press(window, Modifiers::NONE, Key::Enter);
}

/// Opens the palette, types and presses Enter.
fn run(window: &mut Window, text: &str) {
    open(window);
    write(window, text);
    enter(window);
}

fn options(window: &Window) -> Vec<String> {
    let list = window.get_by_role_and_label(Role::ListBox, "Commands and workflows");
    let options = list.query_all_by_role(Role::ListBoxOption);
    let names = options.filter_map(|it| it.accesskit_node().label());
    names.collect()
}

/// The option that Enter takes.
fn current(window: &Window) -> String {
    let list = window.get_by_role_and_label(Role::ListBox, "Commands and workflows");
    let mut options = list.query_all_by_role(Role::ListBoxOption);
    let current = options.find(|it| it.accesskit_node().is_selected() == Some(true));
    let name = current.and_then(|it| it.accesskit_node().label());
    name.unwrap_or_default()
}

fn focused(window: &Window) -> Option<egui::Id> {
    window.ctx.memory(egui::Memory::focused)
}

fn with_task(store: &Store, name: &str) -> VersionId {
    let staff = group(store, &format!("Staff of {name}"));
    let task = always(Action::AssignGroup, vec![staff]);
    drafted(store, name, registration(None, vec![task])).1
}

fn tasks(store: &Store, version: VersionId) -> usize {
    let found = store.read(|db| workflows::drawn(db, version));
    let drawn = found.expect("a drawing").expect("it exists");
    drawn.unsaved.unwrap_or(drawn.definition).tasks().count()
}

#[test]
fn it_opens_over_a_text_field_and_gives_the_keyboard_back() {
    let store = store();
    drafted(&store, "Welcome", Definition::blank());
    let mut window = window_at(&store, Route::Workflows);
    retype(&mut window, "Search workflows", "welc");
    let before = focused(&window).expect("the field has the keyboard");
    open(&mut window);
    assert!(is_open(&window));
    assert_ne!(focused(&window), Some(before));
    write(&mut window, "dark");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!is_open(&window));
    assert_eq!(focused(&window), Some(before));
    // Neither Ctrl+K nor what was typed into the palette came to the field, nor did Esc empty it.
    let field = window.get_by_role_and_label(Role::SearchInput, "Search workflows");
    assert_eq!(field.value().as_deref(), Some("welc"));
    open(&mut window);
    open(&mut window);
    assert!(!is_open(&window), "Ctrl+K closes it too");
}

#[test]
fn enter_runs_the_best_match() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    run(&mut window, "dark theme");
    assert!(!is_open(&window));
    let theme = |window: &Window| window.ctx.options(|it| it.theme_preference);
    assert_eq!(theme(&window), ThemePreference::Dark);
    run(&mut window, "go hist");
    assert_eq!(window.state().route(), Route::History);
    // What was used last comes first.
    open(&mut window);
    assert_eq!(
        options(&window).get(..2),
        Some(&["Go to History".to_owned(), "Use the dark theme".to_owned()][..])
    );
    enter(&mut window);
    assert_eq!(window.state().route(), Route::History);
}

#[test]
fn a_click_runs_a_command_too() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    open(&mut window);
    write(&mut window, "light theme");
    window
        .get_by_role_and_label(Role::ListBoxOption, "Use the light theme")
        .click();
    window.run();
    assert!(!is_open(&window));
    let theme = window.ctx.options(|it| it.theme_preference);
    assert_eq!(theme, ThemePreference::Light);
}

#[test]
fn the_arrows_go_through_the_list() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    open(&mut window);
    let all = options(&window);
    let at = |index: usize| all.get(index).cloned().unwrap_or_default();
    let last = all.len() - 1;
    let steps = [
        (Key::ArrowDown, 1),
        (Key::PageDown, 9),
        (Key::ArrowUp, 8),
        (Key::End, last),
        (Key::ArrowDown, 0),
        (Key::ArrowUp, last),
        (Key::PageUp, last - 8),
        (Key::Home, 0),
    ];
    assert_eq!(current(&window), at(0));
    for (key, index) in steps {
        press(&mut window, Modifiers::NONE, key);
        assert_eq!(current(&window), at(index), "after {key:?}");
    }
    assert_eq!(window.state().route(), Route::Workflows);
}

#[test]
fn what_cannot_be_done_says_why_and_is_not_run() {
    let store = store();
    let version = with_task(&store, "Welcome");
    let mut window = window_at(&store, Route::Editor(version));
    open(&mut window);
    write(&mut window, "undo");
    let option = window.get_by_role_and_label(Role::ListBoxOption, "Undo");
    let node = option.accesskit_node();
    assert!(node.is_disabled());
    let why = node.data().description().map(str::to_owned);
    assert_eq!(why.as_deref(), Some("There is nothing to undo"));
    enter(&mut window);
    assert!(is_open(&window));
    press(&mut window, Modifiers::NONE, Key::Escape);
    go(&mut window, Route::Users);
    open(&mut window);
    write(&mut window, "save draft");
    enter(&mut window);
    assert!(is_open(&window));
    assert_eq!(current(&window), "Save draft");
}

#[test]
fn a_command_means_what_was_selected_before() {
    let store = store();
    let version = with_task(&store, "Welcome");
    let mut window = window_at(&store, Route::Editor(version));
    window
        .get_by_label_contains("Task: Assign Group to User")
        .focus();
    window.run();
    let before = focused(&window);
    run(&mut window, "delete");
    assert!(!is_open(&window));
    assert_eq!(tasks(&store, version), 0);
    assert!(before.is_some());
    run(&mut window, "undo");
    assert_eq!(tasks(&store, version), 1);
}

#[test]
fn letters_in_the_palette_do_nothing_on_the_canvas() {
    let store = store();
    let version = with_task(&store, "Welcome");
    let mut window = window_at(&store, Route::Editor(version));
    window
        .get_by_label_contains("Task: Assign Group to User")
        .focus();
    window.run();
    open(&mut window);
    for key in [Key::Delete, Key::Backspace, Key::F2] {
        press(&mut window, Modifiers::NONE, key);
    }
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(tasks(&store, version), 1);
}

#[test]
fn the_workflows_that_were_opened_last_stand_first() {
    let store = store();
    let (_, first) = drafted(&store, "First", Definition::blank());
    let (_, second) = drafted(&store, "Second", Definition::blank());
    let mut window = window_at(&store, Route::Editor(first));
    go(&mut window, Route::Editor(second));
    open(&mut window);
    must_say(&window, "Recent workflows");
    assert_eq!(current(&window), "First");
    assert!(!options(&window).contains(&"Second".to_owned()));
    enter(&mut window);
    assert_eq!(window.state().route(), Route::Editor(first));
    go(&mut window, Route::History);
    open(&mut window);
    assert_eq!(
        options(&window).get(..2),
        Some(&["First".to_owned(), "Second".to_owned()][..])
    );
}

#[test]
fn workflows_are_found_by_name_in_other_scripts() {
    let store = store();
    let (_, russian) = drafted(&store, "Приём на работу", Definition::blank());
    let (_, german) = drafted(&store, "Große Straße", Definition::blank());
    drafted(&store, "Welcome \u{202e}gpj", Definition::blank());
    let mut window = window_at(&store, Route::Users);
    run(&mut window, "РАБОТУ");
    assert_eq!(window.state().route(), Route::Editor(russian));
    run(&mut window, "strasse");
    assert_eq!(window.state().route(), Route::Editor(german));
    open(&mut window);
    write(&mut window, "welcome gpj");
    // What would turn the text around is shown for what it is.
    assert!(!texts(&window).iter().any(|it| it.contains('\u{202e}')));
}

#[test]
fn of_a_thousand_workflows_the_best_match_comes_first() {
    let store = store();
    store
        .write(|tx| {
            let now = crate::support::noon();
            for number in 0..1_000 {
                let name = format!("Welcome {number}");
                let workflow = workflows::insert(tx, &name, "", now)?;
                let new = workflows::NewVersion {
                    workflow,
                    author: "grace",
                    note: "",
                    at: now,
                    definition: &Definition::blank(),
                };
                workflows::insert_version(tx, &new)?;
            }
            Ok::<_, tenure::store::StoreError>(())
        })
        .expect("a thousand workflows");
    let mut window = window_at(&store, Route::Users);
    open(&mut window);
    write(&mut window, "welcome");
    assert!(options(&window).len() < 60);
    must_say(&window, "970 more workflows: type more of the name.");
    write(&mut window, " 500");
    assert_eq!(current(&window), "Welcome 500");
    enter(&mut window);
    assert!(matches!(window.state().route(), Route::Editor(_)));
    must_say(&window, "Welcome 500");
}

#[test]
fn nothing_that_matches_is_said_in_words() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    open(&mut window);
    write(&mut window, &"x".repeat(10_000));
    assert!(options(&window).is_empty());
    must_say(&window, "No command and no workflow holds");
    enter(&mut window);
    assert!(is_open(&window));
}

#[test]
fn a_command_of_another_screen_goes_there_and_is_done() {
    let store = store();
    for (typed, route, shown) in [
        ("new workflow", Route::Workflows, "Create"),
        ("import a workflow", Route::Workflows, "Import"),
        ("new user", Route::Users, "Close drawer"),
        ("new group", Route::Users, "Close drawer"),
        ("new role", Route::Users, "Close drawer"),
        ("new attribute", Route::Users, "Close drawer"),
        ("import users", Route::Users, "Cancel"),
        ("export users", Route::Users, "Export"),
    ] {
        let mut window = window_at(&store, Route::Handbook);
        run(&mut window, typed);
        assert_eq!(window.state().route(), route, "{typed}");
        assert!(has_button(&window, shown), "{typed}: {:#?}", texts(&window));
    }
    let mut window = window_at(&store, Route::Handbook);
    run(&mut window, "export executions");
    assert_eq!(window.state().route(), Route::History);
    must_say(&window, "There is nothing to export");
}

#[test]
fn shortcuts_do_the_same_from_every_screen() {
    let store = store();
    let mut window = window_at(&store, Route::Handbook);
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert_eq!(window.state().route(), Route::Workflows);
    assert!(has_button(&window, "Create"));
    // A dialog that asks something is answered first.
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    open(&mut window);
    assert!(!is_open(&window));
    assert_eq!(window.state().route(), Route::Workflows);
    press(&mut window, Modifiers::NONE, Key::Escape);
    for (key, route) in [
        (Key::Num2, Route::Workflows),
        (Key::Num3, Route::Users),
        (Key::Num4, Route::History),
        (Key::Num5, Route::Templates),
        (Key::Num6, Route::Connections),
        (Key::Num7, Route::Settings),
        (Key::Num8, Route::Handbook),
        (Key::Num1, Route::Overview),
    ] {
        press(&mut window, Modifiers::COMMAND, key);
        assert_eq!(window.state().route(), route);
    }
}

#[test]
fn a_screen_that_asks_first_keeps_the_command_waiting() {
    let store = store();
    for (answer, is_done) in [("Discard changes", true), ("Cancel", false)] {
        let mut window = window_at(&store, Route::Settings);
        retype(&mut window, "Name", "Grace & Co");
        run(&mut window, "new user");
        assert_eq!(window.state().route(), Route::Settings, "{answer}");
        assert!(has_button(&window, answer), "{:#?}", texts(&window));
        // It waits as long as nobody answers.
        window.run_steps(10);
        click(&mut window, answer);
        let route = if is_done {
            Route::Users
        } else {
            Route::Settings
        };
        assert_eq!(window.state().route(), route);
        assert_eq!(has_button(&window, "Close drawer"), is_done);
        if !is_done {
            // It is forgotten, and does not come as a surprise later.
            click(&mut window, "Discard");
            go(&mut window, Route::Users);
            assert!(!has_button(&window, "Close drawer"));
        }
    }
}

#[test]
fn the_list_of_shortcuts_opens_and_leads_to_the_handbook() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    for opens in [(Modifiers::NONE, Key::F1), (Modifiers::COMMAND, Key::Slash)] {
        press(&mut window, opens.0, opens.1);
        must_say(&window, "Walk along the edges");
        must_say(&window, "Tidy up");
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert!(!says(&window, "Walk along the edges"));
    }
    click(&mut window, "Show shortcuts");
    retype(&mut window, "Search shortcuts", "zoom to sel");
    must_say(&window, "Zoom to selection");
    assert!(!says(&window, "Walk along the edges"));
    click(&mut window, "Close");
    run(&mut window, "shortcuts");
    click(&mut window, "Read the handbook");
    assert_eq!(window.state().route(), Route::Handbook);
    assert!(!says(&window, "Walk along the edges"));
}

#[test]
fn text_and_controls_change_their_size_by_steps() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    let scale = |window: &Window| window.ctx.zoom_factor();
    press(&mut window, Modifiers::COMMAND, Key::Plus);
    assert!((scale(&window) - 1.1).abs() < 0.01);
    must_say(&window, "Text and controls at 110 %");
    for _ in 0..9 {
        press(&mut window, Modifiers::COMMAND, Key::Plus);
    }
    assert!((scale(&window) - 2.0).abs() < 0.01);
    must_say(&window, "This is the largest size");
    // Also while it is this large, everything can be reached.
    run(&mut window, "natural size");
    assert!((scale(&window) - 1.0).abs() < 0.01);
    press(&mut window, Modifiers::COMMAND, Key::Minus);
    press(&mut window, Modifiers::COMMAND, Key::Minus);
    press(&mut window, Modifiers::COMMAND, Key::Minus);
    assert!((scale(&window) - 0.75).abs() < 0.01);
    press(&mut window, Modifiers::COMMAND, Key::Num0);
    assert!((scale(&window) - 1.0).abs() < 0.01);
}

#[test]
fn the_chosen_theme_and_screen_are_told_to_assistive_technology() {
    let store = store();
    let mut window = window_at(&store, Route::History);
    let is_on = |window: &Window, name: &str| {
        let button = window.get_by_role_and_label(Role::Button, name);
        button.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
    };
    click(&mut window, "Dark theme");
    assert!(is_on(&window, "Dark theme"));
    assert!(!is_on(&window, "Light theme"));
    assert!(is_on(&window, "History"));
    assert!(!is_on(&window, "Users"));
}

#[test]
fn the_rail_keeps_its_names_in_a_narrow_window_and_when_it_is_folded() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    let names = [
        "Search or jump…",
        "Users",
        "Settings",
        "Dark theme",
        "Show shortcuts",
    ];
    let width = |window: &Window| {
        let users = window.get_by_role_and_label(Role::Button, "Users");
        users.rect().width()
    };
    assert!(width(&window) > 150.0);
    click(&mut window, "Show icons only");
    assert!(width(&window) < 60.0);
    assert!(names.iter().all(|it| has_button(&window, it)));
    click(&mut window, "Show words too");
    assert!(width(&window) > 150.0);
    window.set_size(egui::vec2(450.0, 280.0));
    window.run();
    assert!(width(&window) < 60.0);
    assert!(names.iter().all(|it| has_button(&window, it)));
    click(&mut window, "Search or jump…");
    assert!(is_open(&window));
}
