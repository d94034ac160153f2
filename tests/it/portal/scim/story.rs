//! From a program's PATCH to the history.

use serde_json::{Value, json};
use tenure::{
    command::Command,
    model::{
        attribute::AttributeKind,
        condition::{Condition, Operator, Subject, Test},
        definition::Trigger,
        event::Source,
        execution::Status,
        task::{Action, Target, Task},
    },
    store::events,
};

use super::{Client, ENTERPRISE, client, user, with};
use crate::support::{activated, always, done, drawn, group, history};

/// When a program says that somebody is in Sales, they get the group.
fn sales(client: &Client) -> Target {
    client.attribute("department", AttributeKind::Text);
    let target = group(&client.store, "Sales team");
    let mut task: Task = always(Action::AssignGroup, vec![target.clone()]);
    task.rules[0].when = Some(Condition::Test(Test {
        attribute: Subject::Custom("department".to_owned()),
        operator: Operator::Equal,
        value: "Sales".to_owned(),
    }));
    let trigger = Trigger::Update {
        sources: [Source::Api].into(),
    };
    let definition = drawn(trigger, None, vec![task]);
    activated(&client.store, "Movers", definition);
    target
}

#[test]
fn a_department_that_a_program_changes_gives_the_group() {
    let client = client();
    sales(&client);
    let body = with(
        user("ada"),
        &json!({ (ENTERPRISE): { "department": "IT" } }),
    );
    let id = client.post("/Users", &body).is(201).id();
    assert_eq!(history(&client.store), [], "creation is no update");

    let department = format!("{ENTERPRISE}:department");
    let ops = json!([{ "op": "Replace", "path": department, "value": "Sales" }]);
    let answer = client.patch(&format!("/Users/{id}"), &ops).is(200);
    // What the workflow did is in the answer: it was done before.
    let groups = answer.body["groups"].as_array().expect("groups");
    let names: Vec<_> = groups.iter().map(|it| it["display"].clone()).collect();
    assert_eq!(names, [json!("DEFAULT"), json!("Sales team")]);

    let executions = history(&client.store);
    let [execution] = &executions[..] else {
        panic!("one execution, not {executions:?}");
    };
    assert_eq!(execution.status, Status::Succeeded);
    assert_eq!(execution.subject, "ada");
    let event = client
        .store
        .read(|db| events::get(db, execution.event.expect("an event")));
    let event = event.expect("a look").expect("the event");
    assert_eq!(event.source, Source::Api);
    let before = event.before.expect("the user before");
    assert_eq!(before.attributes["department"], "IT");
    assert_eq!(event.after.attributes["department"], "Sales");
    assert_eq!(before.groups.len(), 1);
}

#[test]
fn what_changes_nothing_starts_nothing_and_what_programs_change_at_once_is_one_event() {
    let client = client();
    sales(&client);
    let id = client.user("ada");
    let path = format!("/Users/{id}");
    let department = format!("{ENTERPRISE}:department");
    let ops = json!([
        { "op": "Replace", "path": "name.givenName", "value": "Ada" },
        { "op": "Replace", "path": department, "value": "Sales" },
        { "op": "Replace", "path": "active", "value": "False" },
    ]);
    client.patch(&path, &ops).is(200);
    assert_eq!(history(&client.store).len(), 1);
    client.patch(&path, &ops).is(200);
    client.put(&path, &client.get(&path).body).is(200);
    assert_eq!(history(&client.store).len(), 1);
    let refused = json!([
        { "op": "Replace", "path": "name.givenName", "value": "Eve" },
        { "op": "Replace", "path": "id", "value": "9" },
    ]);
    client.patch(&path, &refused).refuses(400, "mutability");
    assert_eq!(history(&client.store).len(), 1);
}

/// Somebody who leaves is disabled by every form in which clients say it, and the workflow for it
/// runs once.
#[test]
fn a_leaver_starts_the_workflow_once_in_every_form() {
    for ops in [
        json!([{ "op": "Replace", "path": "active", "value": "False" }]),
        json!([{ "op": "replace", "path": "Active", "value": false }]),
        json!([{ "op": "Replace", "value": { "active": "False" } }]),
    ] {
        let client = client();
        let target = group(&client.store, "Leavers");
        let task = always(Action::AssignGroup, vec![target]);
        let trigger = Trigger::Update {
            sources: [Source::Api].into(),
        };
        activated(&client.store, "Leavers", drawn(trigger, None, vec![task]));
        let id = client.user("ada");
        let path = format!("/Users/{id}");
        client.patch(&path, &ops).is(200);
        client.patch(&path, &ops).is(200);
        let executions = history(&client.store);
        assert_eq!(executions.len(), 1, "{ops}");
        assert_eq!(client.get(&path).body["active"], Value::Bool(false));
    }
}

#[test]
fn an_update_by_another_way_does_not_start_what_waits_for_programs() {
    let client = client();
    sales(&client);
    let id = client.user("ada").parse().expect("an id");
    done(&client.store, Command::DisableUser(id));
    assert_eq!(history(&client.store), []);
}
