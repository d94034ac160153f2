//! The main job in a real window, by mouse and keyboard.
//!
//! Everything is found by the name that assistive technology reads out, and then clicked or typed into as people do.
//! Nothing waits for time to pass: each step waits for what it needs to be there.

mod admin;
mod keyboard;

use tenure::{
    model::execution::Status,
    store::{Store, executions, groups, users},
};

use crate::support::{
    binary::Tenure,
    desktop::{Desktop, LAPTOP},
    running::Running,
    turn::Turn,
};

const APP: &str = "tenure";

/// More than any screen of these tests has places for the keyboard.
const MOST_TABS: usize = 40;

/// A desktop with one window of the program on it.
struct Window {
    _program: Running,
    tenure: Tenure,
    desktop: Desktop,
}

impl Window {
    /// The window of a fresh data folder.
    fn opened(turn: &Turn) -> Self {
        let tenure = Tenure::new();
        let desktop = Desktop::start(turn, LAPTOP).expect("a desktop");
        let mut command = tenure.command([] as [&str; 0]);
        let program = Running::start(command.envs(desktop.env())).expect("a window");
        let window = Self {
            _program: program,
            tenure,
            desktop,
        };
        window.must_say("Welcome to Tenure");
        window
    }

    /// Past its first start.
    fn begun(turn: &Turn) -> Self {
        let window = Self::opened(turn);
        window.press("Begin");
        window.must_say("Begin with a workflow");
        window.press("Go to Workflows");
        window.must_say("No workflows yet");
        window
    }

    /// Waits for something of that name, and clicks it.
    #[track_caller]
    fn press(&self, name: &str) {
        let pressed = self.desktop.press_named(APP, name);
        pressed.unwrap_or_else(|err| panic!("{name} cannot be pressed: {err}"));
    }

    #[track_caller]
    fn must_say(&self, name: &str) {
        let said = self.desktop.wait_for_named(APP, name);
        said.unwrap_or_else(|err| panic!("{name} is not said: {err}"));
    }

    #[track_caller]
    fn must_be_gone(&self, name: &str) {
        let gone = self.desktop.wait_until_gone(APP, name);
        gone.unwrap_or_else(|err| panic!("{name}: {err}"));
    }

    #[track_caller]
    fn type_into(&self, name: &str, text: &str) {
        self.press(name);
        self.type_at(name, text);
    }

    #[track_caller]
    fn type_at(&self, name: &str, text: &str) {
        let there = self.desktop.wait_for_focus(APP, name);
        there.unwrap_or_else(|err| panic!("nothing can be typed into {name}: {err}"));
        self.desktop.type_text(text).expect("the text is typed");
    }

    /// Types into a field that has the keyboard while the line below it that Enter would take is read
    /// out as what is focused.
    #[track_caller]
    fn type_to_search(&self, field: &str, text: &str) {
        self.must_say(field);
        self.desktop.type_text(text).expect("the text is typed");
    }

    /// Waits until the keyboard is at something of that name.
    #[track_caller]
    fn must_be_at(&self, name: &str) {
        let there = self.desktop.wait_for_focus(APP, name);
        there.unwrap_or_else(|err| panic!("the keyboard does not come to {name}: {err}"));
    }

    fn keys(&self, chords: &[&str]) {
        for chord in chords {
            self.desktop.key(chord).expect("the key is pressed");
        }
    }

    /// Presses Tab until the keyboard is at something whose name begins so.
    #[track_caller]
    fn tab_to(&self, start: &str) {
        let mut visited = vec![self.desktop.focus(APP, "").expect("a focus")];
        for _ in 0..MOST_TABS {
            self.keys(&["Tab"]);
            let before = visited.last().expect("where it began");
            let now = self.desktop.focus(APP, before).expect("a focus");
            if now
                .splitn(3, ' ')
                .nth(2)
                .is_some_and(|name| name.starts_with(start))
            {
                return;
            }
            visited.push(now);
        }
        panic!("Tab does not come to {start}, but to {visited:#?}");
    }

    /// Fills in the drawer for a new user, and sends it off.
    #[track_caller]
    fn create_user(&self, username: &str, host: &str) {
        self.press("Users");
        self.press("New user");
        self.type_into("Username", username);
        self.type_into("Email", &format!("{username}@{host}"));
        self.press("Create user");
    }

    /// Opens the execution about a user, from the list.
    #[track_caller]
    fn open_execution(&self, username: &str, status: &str) {
        self.press("History");
        self.press(&format!("*, Welcome v1, {username}, *, {status}*"));
        self.must_say(&format!("{username} · *"));
    }

    /// Goes back to the list, so that the rail leads there next time too.
    fn back_to_the_list(&self) {
        self.press("Back to the list");
        self.must_be_gone("Back to the list");
    }

    fn store(&self) -> Store {
        Store::open(self.tenure.data_dir()).expect("the store of the window")
    }
}

fn draw_the_workflow(window: &Window) {
    window.press("Create the first workflow");
    window.type_into("Name", "Welcome");
    window.press("Create");

    window.press("Add trigger");
    window.press("Add this trigger");
    window.press("Add step after New User Registration");
    window.press("Filter");
    window.press("Add condition");
    window.type_into("Value of condition 1", "@example.org");
    window.press("Done");
    window.must_say("Filter. Email contains @example.org");

    window.press("Fit to window");
    window.press("Add step after User created");
    window.press("Assign Group to User");
    window.press("Add group to rule 1");
    window.type_to_search("Search Add group to rule 1", "Staff");
    window.press("Create “Staff”");
    window.must_say("Remove Staff from rule 1");
    window.press("Done");
    window.must_say("Task: Assign Group to User. Add to Staff*");
}

fn activate(window: &Window) {
    window.press("Save draft");
    window.must_say("Saved");
    window.press("Activate…");
    window.must_say("Assign Group to User: people write “Email” themselves*");
    window.type_into("Reason", "Everyone with an address here is known");
    window.press("Activate");
    window.must_say("This version is active*");
}

fn delete_the_group(window: &Window) {
    window.press("Users");
    window.press("Groups");
    window.press("Staff");
    window.press("Delete group");
    window.must_say("Delete the group Staff?");
    window.press("Delete");
    window.must_be_gone("Staff");
    window.press("page tab::Users");
}

#[test]
fn a_workflow_is_drawn_activated_and_decides_about_people_by_mouse_and_keyboard() {
    let turn = Turn::take();
    let window = Window::begun(&turn);
    draw_the_workflow(&window);
    activate(&window);

    window.create_user("ada", "example.org");
    window.must_say("ada was created");
    window.open_execution("ada", "Succeeded");
    window.must_say("Assign group Staff");
    window.must_say("The user before this step");
    window.back_to_the_list();

    window.create_user("bob", "elsewhere.net");
    window.must_say("Not accepted");
    window.press("Show execution");
    window.must_say("bob · *");
    window.must_say("Filtered");
    window.back_to_the_list();

    // What was typed waits for whoever comes back.
    window.press("Users");
    window.press("Cancel");
    window.press("Discard");
    delete_the_group(&window);
    window.create_user("grace", "example.org");
    window.must_say("grace was created, but a workflow failed");
    window.open_execution("grace", "Failed");
    window
        .must_say("“Assign Group to User” could not be done: the group “Staff” no longer exists.");
    window.must_say("What to do");
    window.must_say("The user before this step");
    window.must_say("grace@example.org");

    must_be_stored(&window.store());
}

/// What the window showed is what was written.
fn must_be_stored(store: &Store) {
    let filter = executions::Filter::default();
    let listed = store.read(|db| executions::page(db, &filter, None, 10));
    let mut told = Vec::new();
    for execution in listed.expect("executions").executions {
        let steps = store.read(|db| executions::steps(db, execution.id));
        let failures = steps
            .expect("steps")
            .into_iter()
            .filter_map(|it| it.failure);
        let states: Vec<String> = failures.map(|it| it.state.email).collect();
        told.push((execution.subject, execution.status, states));
    }
    assert_eq!(
        told,
        [
            (
                "grace".to_owned(),
                Status::Failed,
                vec!["grace@example.org".to_owned()]
            ),
            ("bob".to_owned(), Status::Filtered, vec![]),
            ("ada".to_owned(), Status::Succeeded, vec![]),
        ]
    );
    let user = |name: &str| {
        store
            .read(|db| users::by_username(db, name))
            .expect("an answer")
    };
    assert!(user("ada").is_some() && user("grace").is_some());
    assert_eq!(user("bob"), None);
    let group = store.read(|db| groups::by_name(db, "Staff"));
    assert_eq!(group.expect("an answer"), None);
}
