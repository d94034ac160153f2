//! One good drawing, and what is said when something in it is wrong.

use super::*;
use crate::model::{
    attribute::{AttributeKind, AttributeSpec},
    condition::Operator,
    definition::{Edge, Node},
    event::{EventKind, Source},
    id::AttributeId,
    note::Note,
    schedule::{LocalTime, Repeat, Schedule},
    sweep::{DormantAction, IdentifyDormant, NotifyExpiry},
    task::{Action, Rule, RunMode},
};

/// Start, trigger, filter, event, task for group 1, end: nodes 1 to 6, nothing wrong.
fn good() -> Definition {
    let task = Task {
        rules: vec![Rule {
            when: None,
            targets: vec![group(1)],
        }],
        ..Task::new(Action::AssignGroup)
    };
    let condition = Condition::test(Subject::UserStatus, Operator::Equal, "Active");
    let kinds = [
        NodeKind::Start,
        NodeKind::Trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0)),
        NodeKind::Filter(Some(condition)),
        NodeKind::Event(EventKind::UserCreated),
        NodeKind::Task(task),
        NodeKind::End,
    ];
    let mut definition = Definition::default();
    for kind in kinds {
        definition.add(Node::new(kind, [0.0, 0.0]));
    }
    for from in 1..=5 {
        let main = definition
            .node(NodeId(from))
            .and_then(|it| it.kind.main_port());
        let port = main.expect("all but End have one");
        connect(&mut definition, from, port, from + 1);
    }
    definition
}

fn group(id: i64) -> Target {
    Target {
        id: Some(id),
        name: format!("g{id}"),
    }
}

fn connect(definition: &mut Definition, from: u32, port: Port, to: u32) {
    let (from, to) = (NodeId(from), NodeId(to));
    definition
        .connect(Edge { from, port, to })
        .expect("an edge");
}

fn known() -> Known {
    let target = |name: &str, is_protected, is_implied| KnownTarget {
        name: name.to_owned(),
        is_protected,
        is_implied,
    };
    let attribute = |name: &str, is_required, is_on_sign_up| Attribute {
        id: AttributeId::new(1),
        spec: AttributeSpec {
            name: name.to_owned(),
            label: name.to_owned(),
            kind: AttributeKind::Text,
            is_required,
            is_on_sign_up,
        },
    };
    Known {
        targets: BTreeMap::from([
            ((TargetKind::Group, 1), target("g1", false, false)),
            ((TargetKind::Group, 2), target("g2", true, false)),
            ((TargetKind::Group, 3), target("DEFAULT", true, true)),
            ((TargetKind::Role, 1), target("r1", false, false)),
            ((TargetKind::Role, 2), target("r2", false, true)),
        ]),
        attributes: vec![
            attribute("team", false, true),
            attribute("grade", false, false),
            attribute("city", true, true),
        ],
        has_mail_server: true,
        has_report_recipients: true,
        passwords_expire: true,
        reach: None,
    }
}

/// Changes the good definition, and checks the node and the words of every problem.
#[track_caller]
fn check(change: impl FnOnce(&mut Definition), expected: &[(u32, &str)]) {
    let mut definition = good();
    change(&mut definition);
    let problems = definition.all_problems(&known());
    let found: Vec<(u32, String)> = problems
        .iter()
        .map(|it| (it.node.map_or(0, |id| id.0), it.kind.to_string()))
        .collect();
    let found: Vec<(u32, &str)> = found.iter().map(|(n, text)| (*n, text.as_str())).collect();
    assert_eq!(found, expected);
}

fn set(kind: NodeKind) -> impl FnOnce(&mut Definition, u32) {
    move |definition, id| definition.node_mut(NodeId(id)).expect("a node").kind = kind
}

fn task(change: impl FnOnce(&mut Task)) -> impl FnOnce(&mut Definition) {
    |definition| {
        let node = definition.node_mut(NodeId(5)).expect("the task");
        if let NodeKind::Task(task) = &mut node.kind {
            change(task);
        }
    }
}

fn filter(subject: Subject, value: &str) -> impl FnOnce(&mut Definition) {
    let kind = NodeKind::Filter(Some(Condition::test(subject, Operator::Equal, value)));
    |definition| set(kind)(definition, 3)
}

#[test]
fn a_complete_drawing_has_none() {
    check(|_| (), &[]);
    assert!(Runnable::try_from(good()).is_ok());
}

#[test]
fn a_blank_one_needs_a_trigger() {
    check(
        |it| *it = Definition::blank(),
        &[(0, "a workflow needs a trigger: choose what starts it")],
    );
}

#[test]
fn what_is_cut_off_or_leads_nowhere_is_named() {
    check(
        |it| it.disconnect(NodeId(4), Port::Next),
        &[
            (
                4,
                "the output \"next\" leads nowhere: connect it to the next step or to End",
            ),
            (5, "this step is never reached"),
            (6, "this step is never reached"),
        ],
    );
}

#[test]
fn a_task_must_not_be_reached_without_the_event() {
    check(
        |it| connect(it, 3, Port::Otherwise, 5),
        &[(5, "a task comes after the event")],
    );
}

#[test]
fn a_second_trigger_or_start_is_one_too_many() {
    check(
        |it| {
            let kind = NodeKind::Trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0));
            it.add(Node::new(kind, [0.0, 0.0]));
        },
        &[
            (7, "a workflow has only one trigger"),
            (7, "this step is never reached"),
            (
                7,
                "the output \"next\" leads nowhere: connect it to the next step or to End",
            ),
        ][..2],
    );
}

#[test]
fn steps_must_be_configured() {
    check(
        |it| set(NodeKind::Filter(None))(it, 3),
        &[(3, "choose at least one condition")],
    );
    check(
        task(|it| it.rules.clear()),
        &[(5, "a task has between 1 and 100 rules")],
    );
    check(
        task(|it| it.rules.iter_mut().for_each(|rule| rule.targets.clear())),
        &[(5, "choose at least one group")],
    );
    check(
        |it| {
            let sources = BTreeSet::new();
            set(NodeKind::Trigger(Trigger::Registration { sources }))(it, 2);
        },
        &[(2, "choose at least one source")],
    );
}

/// A good one that waits for updates from these sources.
fn update(sources: &[Source]) -> impl FnOnce(&mut Definition) {
    let sources = sources.iter().copied().collect();
    move |definition| {
        definition.set_trigger(Trigger::Update { sources });
    }
}

fn asks(subject: Subject, operator: Operator, value: &str) -> impl FnOnce(&mut Definition) {
    let kind = NodeKind::Filter(Some(Condition::test(subject, operator, value)));
    |definition| set(kind)(definition, 3)
}

#[test]
fn a_new_user_has_changed_nothing() {
    let never = "the condition \"User Status changed to Active\" never holds: nothing has changed \
                 that it could look back at";
    let asks = || asks(Subject::UserStatus, Operator::ChangedTo, "Active");
    check(asks(), &[(3, never)]);
    let mut definition = good();
    asks()(&mut definition);
    assert!(Runnable::try_from(definition).is_err(), "nobody would pass");
    check(
        |it| {
            asks()(it);
            update(&[Source::Api])(it);
        },
        &[],
    );
}

#[test]
fn the_same_is_said_once_about_a_step_with_many_conditions() {
    let condition = Condition::test(Subject::UserStatus, Operator::Changed, "");
    let many = Condition::Any(vec![condition; 3]);
    check(
        |it| set(NodeKind::Filter(Some(many)))(it, 3),
        &[(
            3,
            "the condition \"User Status changed\" never holds: nothing has changed that it could look back at",
        )],
    );
}

#[test]
fn a_source_that_the_trigger_does_not_wait_for_is_never_seen() {
    let from = |source: Source| filter(Subject::Source, source.label());
    let never = |source: Source| {
        format!(
            "the condition \"Source is {}\" never holds: the trigger does not wait for that source",
            source.label()
        )
    };
    check(from(Source::AdminPortal), &[]);
    check(from(Source::Api), &[(3, &never(Source::Api))]);
    let mut definition = good();
    from(Source::AdminPortal)(&mut definition);
    update(&[Source::Api])(&mut definition);
    let problems = definition.all_problems(&known());
    let said: Vec<String> = problems.iter().map(|it| it.kind.to_string()).collect();
    assert_eq!(said, [never(Source::AdminPortal)]);
    assert_eq!(problems[0].severity(), Severity::Warning);
}

#[test]
fn what_people_can_write_depends_on_the_page_that_the_trigger_waits_for() {
    let own = |subject: &str| {
        format!("people write {subject:?} themselves, and it leads to the group \"g1\"")
    };
    let (username, email, team) = (own("Username"), own("Email"), own("team"));
    let team_of = || filter(Subject::Custom("team".to_owned()), "x");
    let grade = || filter(Subject::Custom("grade".to_owned()), "x");
    let with = |sources: &'static [Source], asks: &dyn Fn(&mut Definition)| {
        let mut definition = good();
        asks(&mut definition);
        if sources.contains(&Source::SelfRegistration) {
            let sources = sources.iter().copied().collect();
            definition.set_trigger(Trigger::Registration { sources });
        } else {
            update(sources)(&mut definition);
        }
        let problems = definition.all_problems(&known());
        problems
            .iter()
            .map(|it| it.kind.to_string())
            .collect::<Vec<_>>()
    };
    let sign_up = &[Source::SelfRegistration][..];
    let profile = &[Source::EndUserDetails, Source::Api][..];
    let others = &[Source::EndUserMfa, Source::JustInTime, Source::AdminDetails][..];
    let asks_username = |it: &mut Definition| filter(Subject::Username, "x")(it);
    let asks_email = |it: &mut Definition| asks(Subject::Email, Operator::Changed, "")(it);
    assert_eq!(with(sign_up, &asks_username), [username]);
    assert!(
        with(profile, &asks_username).is_empty(),
        "it is chosen once"
    );
    assert_eq!(with(profile, &asks_email), [email]);
    assert!(with(others, &asks_email).is_empty());
    for sources in [sign_up, profile] {
        assert_eq!(with(sources, &|it| team_of()(it)), [team.as_str()]);
        assert!(with(sources, &|it| grade()(it)).is_empty());
    }
}

#[test]
fn a_note_is_never_a_problem() {
    check(
        |it| {
            it.add(Node::new(NodeKind::Note(Note::default()), [0.0, 0.0]));
        },
        &[],
    );
}

#[test]
fn a_rule_gives_exactly_one_role() {
    let two = |it: &mut Task| {
        it.action = Action::AssignRole;
        it.rules
            .iter_mut()
            .for_each(|rule| rule.targets.push(group(1)));
    };
    check(task(two), &[(5, "choose exactly one role")]);
}

#[test]
fn targets_must_be_there_and_free_for_workflows() {
    let to = |id| {
        task(move |it| {
            it.rules
                .iter_mut()
                .for_each(|rule| rule.targets = vec![group(id)]);
        })
    };
    check(to(7), &[(5, "the group \"g7\" no longer exists")]);
    check(
        to(2),
        &[(
            5,
            "the group \"g2\" is protected: no workflow may change who has it",
        )],
    );
    check(to(3), &[(5, "every user is in the group \"DEFAULT\"")]);
    check(
        task(|it| {
            it.action = Action::AssignRole;
            it.rules
                .iter_mut()
                .for_each(|rule| rule.targets = vec![group(2)]);
        }),
        &[(
            5,
            "the role \"r2\" is a default role, which is never a target",
        )],
    );
}

#[test]
fn only_optional_attributes_that_exist_can_be_asked_about() {
    let custom = |name: &str| Subject::Custom(name.to_owned());
    check(filter(custom("grade"), "x"), &[]);
    check(
        filter(custom("shoe"), "x"),
        &[(3, "the attribute \"shoe\" does not exist")],
    );
    check(
        filter(custom("city"), "x"),
        &[
            (
                3,
                "the attribute \"city\" is required, only optional ones can be asked about",
            ),
            (
                5,
                "people write \"city\" themselves, and it leads to the group \"g1\"",
            ),
        ],
    );
}

#[test]
fn what_people_write_themselves_and_leads_to_a_group_is_a_warning() {
    let mut definition = good();
    filter(Subject::Email, "a@example.org")(&mut definition);
    let problems = definition.all_problems(&known());
    let severities: Vec<Severity> = problems.iter().map(Problem::severity).collect();
    assert_eq!(severities, [Severity::Warning]);
    assert!(
        Runnable::try_from(definition).is_ok(),
        "warnings do not stop it"
    );
}

#[test]
fn to_and_fro_and_a_lonely_fallback_are_warnings() {
    check(
        task(|it| it.mode = RunMode::Fallback),
        &[(
            5,
            "nothing earlier is conditional, so this fallback always runs",
        )],
    );
    check(
        |it| {
            let task = Task {
                rules: vec![Rule {
                    when: None,
                    targets: vec![group(1)],
                }],
                ..Task::new(Action::UnassignGroup)
            };
            it.add(Node::new(NodeKind::Task(task), [0.0, 0.0]));
            connect(it, 5, Port::Done, 7);
            connect(it, 7, Port::Done, 6);
        },
        &[(7, "\"g1\" is assigned and unassigned on one way")],
    );
}

/// Start, a schedule, its task, End: nodes 1, 3, 4 and 2.
fn scheduled(which: usize) -> Definition {
    let trigger = Trigger::offered(chrono_tz::Tz::UTC).remove(which);
    let task = NodeKind::Sweep(trigger.sweep_task().expect("it has one"));
    let mut definition = Definition::blank();
    let trigger = definition.set_trigger(trigger).expect("there is room");
    let edge = definition.out(trigger).next().expect("an edge");
    definition.insert(edge, task).expect("there is room");
    definition
}

/// Changes a scheduled one, and checks the node and the words of every problem.
#[track_caller]
fn check_scheduled(
    which: usize,
    known: &Known,
    change: impl FnOnce(&mut Definition),
    expected: &[(u32, &str)],
) {
    let mut definition = scheduled(which);
    change(&mut definition);
    let problems = definition.all_problems(known);
    let found: Vec<(u32, String)> = problems
        .iter()
        .map(|it| (it.node.map_or(0, |id| id.0), it.kind.to_string()))
        .collect();
    let found: Vec<(u32, &str)> = found.iter().map(|(n, text)| (*n, text.as_str())).collect();
    assert_eq!(found, expected);
}

fn sweep(change: impl FnOnce(&mut SweepTask)) -> impl FnOnce(&mut Definition) {
    |definition| {
        let node = definition.node_mut(NodeId(4)).expect("the task");
        if let NodeKind::Sweep(task) = &mut node.kind {
            change(task);
        }
    }
}

fn notify(change: fn(&mut NotifyExpiry)) -> impl FnOnce(&mut Definition) {
    sweep(move |task| {
        if let SweepTask::NotifyExpiry(task) = task {
            change(task);
        }
    })
}

fn identify(change: fn(&mut IdentifyDormant)) -> impl FnOnce(&mut Definition) {
    sweep(move |task| {
        if let SweepTask::IdentifyDormant(task) = task {
            change(task);
        }
    })
}

#[test]
fn a_complete_schedule_has_none() {
    check_scheduled(2, &known(), |_| (), &[]);
    check_scheduled(3, &known(), notify(|it| it.reports_to_admins = true), &[]);
    assert!(Runnable::try_from(scheduled(2)).is_ok());
}

#[test]
fn tasks_of_schedules_have_rules_of_their_own() {
    let nothing = "choose at least one mail to users, or the report to admins";
    check_scheduled(3, &known(), |_| (), &[(4, nothing)]);
    let days = "choose a number of days from 1 to 3650";
    check_scheduled(2, &known(), identify(|it| it.days = 0), &[(4, days)]);
    let only = "only Disable can notify the user";
    check_scheduled(
        2,
        &known(),
        identify(|it| it.notifies_user = true),
        &[(4, only)],
    );
}

#[test]
fn a_schedule_needs_a_task_and_no_event() {
    let task = "a scheduled workflow needs a task";
    check_scheduled(
        2,
        &known(),
        |it| drop(it.remove_and_close(NodeId(4))),
        &[(3, task)],
    );
    let event = |it: &mut Definition| {
        let edge = it.out(NodeId(3)).next().expect("an edge");
        it.insert(edge, NodeKind::Event(EventKind::UserCreated));
    };
    let no_event = "a schedule brings no event: remove the Event";
    check_scheduled(2, &known(), event, &[(5, no_event)]);
}

#[test]
fn a_schedule_that_is_never_due_is_said() {
    let schedule = |change: fn(&mut Schedule)| {
        move |it: &mut Definition| {
            let node = it.node_mut(NodeId(3)).expect("the trigger");
            if let NodeKind::Trigger(trigger) = &mut node.kind {
                change(trigger.schedule_mut().expect("it has one"));
            }
        }
    };
    let minute = schedule(|it| it.repeat = Repeat::Hourly { minute: 60 });
    let said = "there is no minute 60: choose 0 to 59";
    check_scheduled(2, &known(), minute, &[(3, said)]);
    let never = schedule(|it| {
        it.repeat = Repeat::Weekly {
            days: [].into(),
            time: LocalTime::NOON,
        };
    });
    check_scheduled(2, &known(), never, &[(3, "choose at least one weekday")]);
}

#[test]
fn each_task_goes_with_its_own_trigger_only() {
    let other = |which: usize| {
        move |it: &mut Definition| {
            it.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(which));
        }
    };
    let said =
        "Identify Dormant Account does not go with the trigger Notify User on Password Expiry";
    check_scheduled(2, &known(), other(3), &[(4, said)]);
    let said = "Identify Dormant Account does not go with the trigger New User Registration";
    check_scheduled(2, &known(), other(0), &[(4, said)]);
    let task = "a scheduled workflow needs a task";
    let said = "Assign Group to User does not go with the trigger Identity Dormant Account";
    check(other(2), &[(2, task), (5, said)]);
}

#[test]
fn what_the_settings_lack_is_said_where_it_is_needed() {
    let mut bare = known();
    bare.heed(&Settings::default());
    let server = "this sends mails: write down the mail server under Settings › Mail first";
    let nobody = "nobody receives the reports: name the recipients under Settings › Mail first";
    let never = "passwords do not expire: set an expiry under Settings › Password policy";
    check_scheduled(2, &bare, |_| (), &[(4, server), (4, nobody)]);
    check_scheduled(
        2,
        &bare,
        identify(|it| it.action = DormantAction::Delete),
        &[],
    );
    let notifies = identify(|it| {
        it.action = DormantAction::Disable;
        it.notifies_user = true;
    });
    check_scheduled(2, &bare, notifies, &[(4, server)]);
    let mails = |it: &mut NotifyExpiry| it.before = [7].into();
    check_scheduled(3, &bare, notify(mails), &[(4, server), (4, never)]);
    let mut settings = Settings::default();
    settings.mail.host = "smtp.example.org".to_owned();
    settings.mail.from_address = "tenure@example.org".to_owned();
    settings.mail.report_recipients = vec!["admin@example.org".to_owned()];
    settings.password.expiry_days = 90;
    bare.heed(&settings);
    check_scheduled(3, &bare, notify(mails), &[]);
}

#[test]
fn a_schedule_has_no_source_and_no_past() {
    let filter = |attribute, operator, value| {
        move |it: &mut Definition| {
            let kind = NodeKind::Filter(Some(Condition::test(attribute, operator, value)));
            let edge = it.out(NodeId(3)).next().expect("an edge");
            it.insert(edge, kind);
        }
    };
    let never = "the condition \"Last Name changed\" never holds: nothing has changed that it could \
                 look back at";
    let changed = filter(Subject::LastName, Operator::Changed, "");
    check_scheduled(2, &known(), changed, &[(5, never)]);
    for (operator, words) in [
        (Operator::Equal, "is"),
        (Operator::Contains, "contains"),
        (Operator::StartWith, "starts with"),
        (Operator::EndWith, "ends with"),
    ] {
        let said = format!(
            "the condition \"Source {words} API\" never holds: the trigger does not wait for that \
             source"
        );
        check_scheduled(
            2,
            &known(),
            filter(Subject::Source, operator, "API"),
            &[(5, &said)],
        );
    }
    check_scheduled(
        2,
        &known(),
        filter(Subject::Source, Operator::NotEqual, "API"),
        &[],
    );
}
