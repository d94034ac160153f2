//! Updates of users: which of them start workflows, in which order, and what is written down.

use std::collections::BTreeSet;

use tenure::{
    command::{self, Command, CommandError, Reply},
    model::{
        condition::{Condition, Operator, Subject},
        definition::Trigger,
        effect::Applied,
        event::{Event, EventKind, Source},
        execution::{Decision, Skip, Status},
        group::GroupChange,
        id::{GroupId, UserId},
        task::{Action, Rule, RunMode, Task},
        user::{ProfileForm, User, UserUpdate},
    },
    store::{Store, audit, events, executions, members, users},
};

use crate::support::{
    activated, admitted, always, done, drawn, grace, group, history, noon, on_update, role, store,
};

fn user(store: &Store, id: UserId) -> User {
    let found = store.read(|db| users::get(db, id)).expect("a look");
    found.expect("the user")
}

/// The profile with another last name.
fn renamed(store: &Store, id: UserId, last_name: &str) -> UserUpdate {
    UserUpdate::profile(ProfileForm {
        last_name: last_name.to_owned(),
        ..user(store, id).profile.form()
    })
}

#[track_caller]
fn rename(store: &Store, id: UserId, last_name: &str, source: Source) -> usize {
    let update = renamed(store, id, last_name);
    match done(store, Command::update(id, update, source)) {
        Reply::Updated(started) => started.len(),
        Reply::Done => 0,
        other => panic!("an update was answered by {other:?}"),
    }
}

fn groups_of(store: &Store, user: UserId) -> Vec<String> {
    let groups = store.read(|db| members::groups_of(db, user));
    groups.expect("a user").into_values().collect()
}

fn event_of(store: &Store, execution: &executions::Summary) -> Event {
    let event = store.read(|db| events::get(db, execution.event.expect("an event")));
    event.expect("a look").expect("its event")
}

/// Conditions on the last name.
fn is_called(last_name: &str) -> Condition {
    Condition::test(Subject::LastName, Operator::Equal, last_name)
}

#[test]
fn every_source_of_updates_starts_what_waits_for_it_and_nothing_else() {
    for waits_for in EventKind::UserUpdated.sources() {
        let store = store();
        let sources = BTreeSet::from([*waits_for]);
        let staff = always(Action::AssignGroup, vec![group(&store, "Staff")]);
        let definition = drawn(Trigger::Update { sources }, None, vec![staff]);
        activated(&store, "Mover", definition);
        let ada = admitted(&store, "ada");
        for (number, source) in EventKind::UserUpdated.sources().iter().enumerate() {
            let started = rename(&store, ada, &format!("Name {number}"), *source);
            assert_eq!(started, usize::from(source == waits_for), "{source:?}");
        }
        assert_eq!(history(&store).len(), 1);
    }
}

#[test]
fn the_event_has_the_user_before_and_after() {
    let store = store();
    activated(&store, "Mover", on_update(None, vec![]));
    let ada = admitted(&store, "ada");
    rename(&store, ada, "Lovelace", Source::Api);
    let [execution] = history(&store).try_into().expect("one execution");
    let event = event_of(&store, &execution);
    assert_eq!(
        (event.kind, event.source),
        (EventKind::UserUpdated, Source::Api)
    );
    assert_eq!(event.user, Some(ada));
    assert_eq!(event.before.expect("a state").last_name, "");
    assert_eq!(event.after.last_name, "Lovelace");
    assert_eq!(execution.trigger, "User Profile Update");
    assert_eq!(execution.status, Status::Succeeded);
}

#[test]
fn an_update_that_changes_nothing_is_no_event() {
    let store = store();
    activated(&store, "Mover", on_update(None, vec![]));
    let ada = admitted(&store, "ada");
    rename(&store, ada, "Lovelace", Source::Api);
    let revision = user(&store, ada).revision;
    assert_eq!(rename(&store, ada, " Lovelace ", Source::Api), 0);
    for id in [Command::EnableUser(ada), Command::UnlockUser(ada)] {
        assert_eq!(done(&store, id), Reply::Done);
    }
    let nothing = Command::update(ada, UserUpdate::default(), Source::Api);
    assert_eq!(done(&store, nothing), Reply::Done);
    assert_eq!(history(&store).len(), 1);
    assert_eq!(user(&store, ada).revision, revision);
}

#[test]
fn an_update_is_kept_whatever_the_filters_say() {
    let store = store();
    let staff = group(&store, "Staff");
    let task = always(Action::AssignGroup, vec![staff]);
    activated(
        &store,
        "Mover",
        on_update(Some(is_called("Lovelace")), vec![task]),
    );
    let ada = admitted(&store, "ada");
    rename(&store, ada, "Byron", Source::AdminDetails);
    assert_eq!(user(&store, ada).profile.last_name, "Byron");
    assert_eq!(groups_of(&store, ada), ["DEFAULT"]);
    rename(&store, ada, "Lovelace", Source::AdminDetails);
    assert_eq!(groups_of(&store, ada), ["DEFAULT", "Staff"]);
    let statuses: Vec<Status> = history(&store).iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Status::Filtered, Status::Succeeded]);
}

#[test]
fn what_an_execution_changes_starts_nothing() {
    let store = store();
    let (staff, crew) = (group(&store, "Staff"), group(&store, "Crew"));
    let give = |target| vec![always(Action::AssignGroup, vec![target])];
    activated(&store, "A", on_update(None, give(staff)));
    let is_staff = Condition::test(Subject::Group, Operator::Equal, "Staff");
    activated(&store, "B", on_update(Some(is_staff), give(crew)));
    let ada = admitted(&store, "ada");
    rename(&store, ada, "Lovelace", Source::Api);
    assert_eq!(groups_of(&store, ada), ["DEFAULT", "Staff", "Crew"]);
    assert_eq!(
        history(&store).len(),
        2,
        "one each, in the order of their names"
    );
}

#[test]
fn memberships_raise_no_event() {
    let store = store();
    activated(&store, "Mover", on_update(None, vec![]));
    let ada = admitted(&store, "ada");
    let staff = GroupId::new(group(&store, "Staff").id.expect("a number"));
    let (user, group) = (ada, staff);
    done(&store, Command::AddToGroup { user, group });
    done(&store, Command::RemoveFromGroup { user, group });
    let change = GroupChange::default();
    let if_revision = None;
    done(
        &store,
        Command::ChangeGroup {
            id: group,
            change,
            if_revision,
        },
    );
    assert_eq!(history(&store).len(), 0);
}

#[test]
fn the_four_tasks_in_a_row_and_what_was_so_already() {
    let store = store();
    let (old, new) = (group(&store, "Old"), group(&store, "New"));
    let (low, high) = (role(&store, "Low"), role(&store, "High"));
    let tasks = vec![
        always(Action::UnassignGroup, vec![old.clone()]),
        always(Action::AssignGroup, vec![new]),
        always(Action::UnassignRole, vec![low.clone()]),
        always(Action::AssignRole, vec![high]),
    ];
    activated(&store, "Mover", on_update(None, tasks));
    let ada = admitted(&store, "ada");
    let group = GroupId::new(old.id.expect("a number"));
    done(&store, Command::AddToGroup { user: ada, group });
    rename(&store, ada, "Lovelace", Source::Api);
    rename(&store, ada, "Byron", Source::Api);
    let applied = |execution: &executions::Summary| -> Vec<Applied> {
        let steps = store.read(|db| executions::steps(db, execution.id));
        let steps = steps.expect("its steps");
        let performed = steps.iter().flat_map(|it| &it.effects);
        performed.map(|it| it.applied).collect()
    };
    let [first, second] = history(&store).try_into().expect("two executions");
    use Applied::{Changed, NoOp};
    assert_eq!(applied(&first), [Changed, Changed, NoOp, Changed]);
    assert_eq!(applied(&second), [NoOp; 4]);
    assert_eq!(groups_of(&store, ada), ["DEFAULT", "New"]);
}

#[test]
fn run_modes_rules_and_fallbacks_hold_for_updates_too() {
    let store = store();
    let (staff, guests, rest) = (
        group(&store, "Staff"),
        group(&store, "Guests"),
        group(&store, "Rest"),
    );
    let by_rule = Task {
        rules: vec![Rule {
            when: Some(is_called("Lovelace")),
            targets: vec![staff],
        }],
        fallback: vec![guests],
        mode: RunMode::Conditional(Condition::test(Subject::FirstName, Operator::Equal, "ada")),
        ..Task::new(Action::AssignGroup)
    };
    let otherwise = Task {
        mode: RunMode::Fallback,
        ..always(Action::AssignGroup, vec![rest])
    };
    activated(&store, "Mover", on_update(None, vec![by_rule, otherwise]));
    let (ada, bob) = (admitted(&store, "ada"), admitted(&store, "bob"));
    rename(&store, ada, "Lovelace", Source::Api);
    assert_eq!(groups_of(&store, ada), ["DEFAULT", "Staff"]);
    rename(&store, ada, "Byron", Source::Api);
    assert_eq!(groups_of(&store, ada), ["DEFAULT", "Staff", "Guests"]);
    rename(&store, bob, "Byron", Source::Api);
    assert_eq!(groups_of(&store, bob), ["DEFAULT", "Rest"]);
    let last = history(&store).pop().expect("an execution");
    let steps = store
        .read(|db| executions::steps(db, last.id))
        .expect("its steps");
    let skipped = Decision::Skipped(Skip::ConditionNotMet);
    assert!(steps.iter().any(|it| it.decision == skipped), "{steps:?}");
}

#[test]
fn a_burst_of_updates_runs_once_per_event_and_in_order() {
    let store = store();
    activated(&store, "Mover", on_update(None, vec![]));
    let ada = admitted(&store, "ada");
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let store = store.clone();
            std::thread::spawn(move || {
                for number in 0..25 {
                    let update = renamed(&store, ada, &format!("{writer}-{number}"));
                    let command = Command::update(ada, update, Source::Api);
                    command::apply(&store, &grace(), command, noon()).expect("an update");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().expect("a writer");
    }
    let history = history(&store);
    assert_eq!(history.len(), 200);
    // Each one begins where the one before it ended: nothing came between, nothing was lost.
    let mut last = String::new();
    for execution in &history {
        let event = event_of(&store, execution);
        assert_eq!(event.before.expect("a state").last_name, last);
        last = event.after.last_name;
    }
    assert_eq!(user(&store, ada).profile.last_name, last);
}

#[test]
fn who_read_an_older_revision_overwrites_nothing() {
    let store = store();
    let ada = admitted(&store, "ada");
    let seen = user(&store, ada).revision;
    let update = |last_name| Command::UpdateUser {
        id: ada,
        update: Box::new(renamed(&store, ada, last_name)),
        source: Source::Api,
        if_revision: Some(seen),
    };
    done(&store, update("Lovelace"));
    let late = command::apply(&store, &grace(), update("Byron"), noon());
    assert!(matches!(late, Err(CommandError::Outdated(_))), "{late:?}");
    assert_eq!(user(&store, ada).profile.last_name, "Lovelace");
}

#[test]
fn an_update_of_several_things_is_one_event() {
    let store = store();
    activated(&store, "Leaver", on_update(None, vec![]));
    let ada = admitted(&store, "ada");
    let update = UserUpdate {
        is_enabled: Some(false),
        external_id: Some(Some("4711".to_owned())),
        ..renamed(&store, ada, "Lovelace")
    };
    done(&store, Command::update(ada, update, Source::Api));
    assert_eq!(history(&store).len(), 1);
    let found = user(&store, ada);
    assert_eq!(found.external_id.as_deref(), Some("4711"));
    assert_eq!(found.status, tenure::model::user::Status::Disabled);
}

#[test]
fn a_refused_update_leaves_no_trace_but_the_entry_that_says_so() {
    let store = store();
    activated(&store, "Mover", on_update(None, vec![]));
    let (ada, _) = (admitted(&store, "ada"), admitted(&store, "bob"));
    let mut update = renamed(&store, ada, "Lovelace");
    if let Some(form) = &mut update.form {
        form.username = "BOB".to_owned();
    }
    let command = Command::update(ada, update, Source::Api);
    let refused = command::apply(&store, &grace(), command, noon());
    assert!(
        matches!(refused, Err(CommandError::Fields(_))),
        "{refused:?}"
    );
    assert_eq!(user(&store, ada).profile.last_name, "");
    assert_eq!(history(&store).len(), 0);
    let last = crate::support::audit(&store).pop().expect("an entry");
    assert!(last.starts_with("user.update"), "{last}");
    assert!(last.contains("is taken"), "{last}");
}

#[test]
fn a_step_that_fails_shows_the_user_and_keeps_the_update() {
    let store = store();
    let staff = group(&store, "Staff");
    let id = GroupId::new(staff.id.expect("a number"));
    activated(
        &store,
        "Mover",
        on_update(None, vec![always(Action::AssignGroup, vec![staff])]),
    );
    done(&store, Command::DeleteGroup(id));
    let ada = admitted(&store, "ada");
    rename(&store, ada, "Lovelace", Source::Api);
    assert_eq!(user(&store, ada).profile.last_name, "Lovelace");
    let [execution] = history(&store).try_into().expect("one execution");
    assert_eq!(execution.status, Status::Failed);
    let error = execution.error.expect("a sentence");
    assert!(error.contains("no longer exists"), "{error}");
}

#[test]
fn the_audit_says_who_changed_what() {
    let store = store();
    let ada = admitted(&store, "ada");
    rename(&store, ada, "Lovelace", Source::AdminDetails);
    let entries = store.read(|db| audit::page(db, 0, 1_000)).expect("entries");
    let last = entries.last().expect("an entry");
    assert_eq!(
        (last.entry.action.as_str(), last.entry.resource.as_str()),
        ("user.update", "ada")
    );
    let before = last.entry.before.as_deref().expect("what was");
    let after = last.entry.after.as_deref().expect("what is");
    assert!(before.contains(r#""last_name":"""#), "{before}");
    assert!(after.contains(r#""last_name":"Lovelace""#), "{after}");
}
