//! Registration is a gate: who comes through, what happens to them, and what is written down.

use proptest::prelude::*;
use tenure::{
    command::{Command, CommandError, Registered},
    model::{
        condition::{Condition, Operator, Subject},
        event::Source,
        execution::{Execution, Status},
        group::{GroupChange, Role},
        id::{GroupId, RoleId, UserId},
        plan::Walk,
        problem::Runnable,
        task::{Action, Rule, RunMode, Target, Task},
        user::{self, UserState},
    },
    store::{Store, events, executions, known, members, roles, users},
};

use crate::support::{
    activated, admitted, always, audit, done, group, history, newcomer, noon, register,
    register_as, registration, role, store,
};

fn named(name: &str) -> Condition {
    Condition::test(Subject::Username, Operator::StartWith, name)
}

fn groups_of(store: &Store, user: UserId) -> Vec<String> {
    let groups = store.read(|db| members::groups_of(db, user));
    groups.expect("a user").into_values().collect()
}

fn roles_of(store: &Store, user: UserId) -> Vec<String> {
    let roles = store.read(|db| members::roles_of(db, user));
    roles.expect("a user").into_values().collect()
}

fn user_named(store: &Store, username: &str) -> Option<user::User> {
    store
        .read(|db| users::by_username(db, username))
        .expect("a look")
}

#[test]
fn without_a_workflow_anyone_is_created() {
    let store = store();
    let user = admitted(&store, "ada");
    assert_eq!(groups_of(&store, user), ["DEFAULT"]);
    assert_eq!(roles_of(&store, user), ["End User"]);
    assert!(history(&store).is_empty());
    let ada = user_named(&store, "ADA").expect("found without case");
    assert_eq!(ada.status, user::Status::Pending, "she has no password yet");
}

#[test]
fn who_passes_gets_the_tasks_in_one_go() {
    let store = store();
    let tasks = vec![
        always(
            Action::AssignGroup,
            vec![group(&store, "Staff"), group(&store, "Mail")],
        ),
        always(Action::AssignRole, vec![role(&store, "Clerk")]),
    ];
    activated(&store, "Welcome", registration(Some(named("a")), tasks));

    let user = admitted(&store, "ada");

    assert_eq!(groups_of(&store, user), ["DEFAULT", "Staff", "Mail"]);
    assert_eq!(roles_of(&store, user), ["End User", "Clerk"]);
    let [run] = &history(&store)[..] else {
        panic!("one execution");
    };
    assert_eq!((run.status, run.user), (Status::Succeeded, Some(user)));
    let steps = store
        .read(|db| executions::steps(db, run.id))
        .expect("steps");
    assert_eq!(
        steps.len(),
        7,
        "Start, trigger, filter, event, two tasks, End"
    );
}

#[test]
fn who_is_turned_away_leaves_an_execution_and_no_user() {
    let store = store();
    activated(&store, "Welcome", registration(Some(named("a")), vec![]));

    let answer = register(&store, "bob").expect("an answer");

    let Registered::NotAccepted { executions } = answer else {
        panic!("bob was let in");
    };
    assert!(user_named(&store, "bob").is_none());
    let [run] = &history(&store)[..] else {
        panic!("one execution");
    };
    assert_eq!(executions, [run.id]);
    assert_eq!((run.status, run.user), (Status::Filtered, None));
    let event = store
        .read(|db| events::get(db, run.event.expect("an event")))
        .expect("a look");
    assert_eq!(event.expect("an event").after.email, "bob@example.org");
    assert_eq!(
        audit(&store).last().map(String::as_str),
        Some("user.create bob: no active registration workflow let it pass")
    );
}

#[test]
fn one_workflow_that_lets_pass_is_enough_and_only_its_tasks_run() {
    let store = store();
    let staff = always(Action::AssignGroup, vec![group(&store, "Staff")]);
    let guests = always(Action::AssignGroup, vec![group(&store, "Guests")]);
    activated(
        &store,
        "Zeta",
        registration(Some(named("ada")), vec![staff]),
    );
    activated(
        &store,
        "alpha",
        registration(Some(named("bob")), vec![guests]),
    );

    let user = admitted(&store, "ada");

    assert_eq!(groups_of(&store, user), ["DEFAULT", "Staff"]);
    let runs: Vec<(String, Status)> = history(&store)
        .into_iter()
        .map(|run| (run.workflow_name, run.status))
        .collect();
    let expected = [("alpha", Status::Filtered), ("Zeta", Status::Succeeded)];
    assert_eq!(
        runs,
        expected.map(|(name, status)| (name.to_owned(), status))
    );
}

#[test]
fn a_workflow_for_another_source_does_not_stand_in_the_way() {
    let store = store();
    let mut definition = registration(Some(named("x")), vec![]);
    let sources = [Source::SelfRegistration].into();
    definition.set_trigger(tenure::model::definition::Trigger::Registration { sources });
    activated(&store, "Sign-up", definition);

    admitted(&store, "ada");
    let signed_up = register_as(&store, newcomer("bob", Source::SelfRegistration));
    assert!(matches!(signed_up, Ok(Registered::NotAccepted { .. })));
}

#[test]
fn a_taken_name_is_told_and_leaves_nothing_but_an_audit_entry() {
    let store = store();
    admitted(&store, "ada");
    let second = register(&store, "ADA").expect_err("a refusal");
    assert_eq!(
        second.to_string(),
        "Username is taken: choose another one; Email belongs to another user already"
    );
    let count = store.read(users::count).expect("a count");
    assert_eq!(count, 1);
    let last = audit(&store).pop().expect("entries");
    assert!(
        last.starts_with("user.create ADA: Username is taken"),
        "{last}"
    );
}

/// A workflow with one task, something done to its target after activation, and what the failed
/// execution then says.
#[track_caller]
fn fails(action: Action, spoil: impl FnOnce(&Store, i64), error: &str) {
    let store = store();
    let target = match action {
        Action::AssignRole => role(&store, "Target"),
        _ => group(&store, "Target"),
    };
    let number = target.id.expect("it was stored");
    activated(
        &store,
        "Welcome",
        registration(None, vec![always(action, vec![target])]),
    );
    spoil(&store, number);

    let user = admitted(&store, "ada");

    let [run] = &history(&store)[..] else {
        panic!("one execution");
    };
    assert_eq!((run.status, run.user), (Status::Failed, Some(user)));
    assert_eq!(run.error.as_deref(), Some(error));
    let steps = store
        .read(|db| executions::steps(db, run.id))
        .expect("steps");
    let last = steps.last().expect("a failed step");
    assert_eq!(run.failed_node, Some(last.node));
    let failure = last.failure.as_ref().expect("why it failed");
    assert_eq!(failure.state.username, "ada");
    assert_eq!(failure.node.title(), action.label());
    assert_eq!(failure.causes.len(), 2);
    assert!(!failure.remedy.is_empty());
    assert_eq!(groups_of(&store, user), ["DEFAULT"]);
}

#[test]
fn a_group_that_was_deleted_after_activation_fails_the_step() {
    fails(
        Action::AssignGroup,
        |store, id| drop(done(store, Command::DeleteGroup(GroupId::new(id)))),
        "“Assign Group to User” could not be done: the group \"Target\" no longer exists",
    );
}

#[test]
fn a_role_that_became_protected_fails_the_step() {
    fails(
        Action::AssignRole,
        |store, id| change_role(store, id, |role| role.is_protected = true),
        "“Assign Role to User” could not be done: the role \"Target\" is protected: no workflow may give it or take it",
    );
}

#[test]
fn a_role_that_became_a_default_role_fails_the_step() {
    fails(
        Action::AssignRole,
        |store, id| change_role(store, id, |role| role.is_default = true),
        "“Assign Role to User” could not be done: the role \"Target\" is a default role, which is never a task's target",
    );
}

fn change_role(store: &Store, id: i64, change: impl FnOnce(&mut Role)) {
    let found = store.read(|db| roles::get(db, RoleId::new(id)));
    let mut role = found.expect("a look").expect("the role");
    change(&mut role);
    done(store, Command::UpdateRole(role));
}

#[test]
fn a_step_with_one_bad_target_changes_nothing() {
    let store = store();
    let (good, bad) = (group(&store, "Good"), group(&store, "Bad"));
    let number = bad.id.expect("it was stored");
    let task = always(Action::AssignGroup, vec![good, bad]);
    activated(&store, "Welcome", registration(None, vec![task]));
    done(&store, Command::DeleteGroup(GroupId::new(number)));

    let user = admitted(&store, "ada");
    assert_eq!(groups_of(&store, user), ["DEFAULT"]);
}

#[test]
fn renaming_a_group_does_not_break_its_workflows() {
    let store = store();
    let target = group(&store, "Staff");
    let id = GroupId::new(target.id.expect("it was stored"));
    let task = always(Action::AssignGroup, vec![target]);
    activated(&store, "Welcome", registration(None, vec![task]));
    let change = GroupChange {
        name: Some("Crew".to_owned()),
        ..GroupChange::default()
    };
    let if_revision = None;
    done(
        &store,
        Command::ChangeGroup {
            id,
            change,
            if_revision,
        },
    );

    let user = admitted(&store, "ada");
    assert_eq!(groups_of(&store, user), ["DEFAULT", "Crew"]);
}

#[test]
fn the_audit_chain_holds_over_everything_that_was_done() {
    let store = store();
    activated(&store, "Welcome", registration(Some(named("a")), vec![]));
    admitted(&store, "ada");
    register(&store, "bob").expect("an answer");
    register(&store, "").expect_err("a refusal");
    let broken = store.read(tenure::store::audit::first_broken);
    assert_eq!(broken.expect("a look"), None);
}

#[test]
fn required_attributes_are_required_of_everyone() {
    let store = store();
    let spec = tenure::model::attribute::AttributeSpec {
        name: "team".to_owned(),
        label: "Team".to_owned(),
        kind: tenure::model::attribute::AttributeKind::Text,
        is_required: true,
        is_on_sign_up: true,
    };
    done(&store, Command::CreateAttribute(spec));
    let Err(CommandError::Fields(errors)) = register(&store, "ada") else {
        panic!("ada has no team");
    };
    assert_eq!(errors[0].to_string(), "team must not be empty");
}

/// Two groups and a role to choose from, and tasks that use them in all ways.
fn any_tasks() -> impl Strategy<Value = Vec<(usize, bool, u8, Vec<usize>)>> {
    let task = (
        0..Action::ALL.len(),
        any::<bool>(),
        0..3_u8,
        proptest::collection::vec(0..3_usize, 1..3),
    );
    proptest::collection::vec(task, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What a plan says and what applying it does are the same.
    #[test]
    fn a_plan_is_what_happens(tasks in any_tasks(), name in "[ab]{1,4}") {
        let store = store();
        let all_groups = [group(&store, "g0"), group(&store, "g1"), group(&store, "g2")];
        let all_roles = [role(&store, "r0"), role(&store, "r1"), role(&store, "r2")];
        let tasks = tasks.into_iter().map(|(action, is_conditional, mode, picks)| {
            let action = Action::ALL[action];
            let mut targets: Vec<Target> = picks
                .iter()
                .map(|pick| match action {
                    Action::AssignGroup | Action::UnassignGroup => all_groups[*pick].clone(),
                    Action::AssignRole | Action::UnassignRole => all_roles[*pick].clone(),
                })
                .collect();
            if matches!(action, Action::AssignRole | Action::UnassignRole) {
                targets.truncate(1);
            }
            Task {
                mode: match mode {
                    0 => RunMode::Always,
                    1 => RunMode::Conditional(named("a")),
                    _ => RunMode::Fallback,
                },
                rules: vec![Rule { when: is_conditional.then(|| named("ab")), targets }],
                ..Task::new(action)
            }
        });
        let definition = registration(Some(named("a")), tasks.collect());
        activated(&store, "Welcome", definition.clone());
        let gone = GroupId::new(all_groups[2].id.expect("it was stored"));
        done(&store, Command::DeleteGroup(gone));

        let known = store.read(|db| known::known(db, &definition)).expect("a look");
        let runnable = Runnable::try_from(definition).expect("it was activated");
        let plan = Walk { before: None, definition: &runnable, source: Some(Source::AdminPortal), sweep: None, now: noon() }
            .plan(first_state(&store, &name), &known);
        register(&store, &name).expect("an answer");

        let [run] = &history(&store)[..] else { panic!("one execution") };
        let steps = store.read(|db| executions::steps(db, run.id)).expect("steps");
        prop_assert_eq!(run.status, plan.status);
        prop_assert_eq!(steps, plan.steps);
        if let Some(user) = user_named(&store, &name) {
            let state = store.read(|db| users::state(db, &user)).expect("a state");
            prop_assert_eq!(state, plan.user);
        }
        prop_assert!(Execution::new(&runnable).status().is_none());
    }
}

fn first_state(store: &Store, name: &str) -> UserState {
    let config = store.config().expect("a configuration");
    let profile = newcomer(name, Source::AdminPortal)
        .form
        .check(&[])
        .expect("a profile");
    let groups = [(config.everyone.id, config.everyone.name.clone())];
    let roles = config
        .default_roles
        .iter()
        .map(|it| (it.id, it.name.clone()));
    profile.state(
        user::Status::Pending,
        groups.into(),
        roles.collect(),
        [].into(),
    )
}
