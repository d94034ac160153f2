//! What stands between a drawing and a workflow that can run.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    attribute::Attribute,
    condition::{Condition, ConditionError, Subject},
    definition::{Definition, NodeId, NodeKind, Port, Trigger},
    event::Source,
    task::{MAX_RULES, RunMode, Target, TargetKind, Task},
};

/// Something wrong or doubtful, and where to show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `None` when it concerns the whole definition.
    pub node: Option<NodeId>,
    pub kind: ProblemKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// May be activated with a reason.
    Warning,

    /// Blocks activation.
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    #[error("a workflow begins with exactly one Start")]
    NotOneStart,
    #[error("a workflow needs a trigger: choose what starts it")]
    NoTrigger,
    #[error("a workflow has only one trigger")]
    SecondTrigger,
    #[error("the trigger comes directly after Start")]
    TriggerNotAfterStart,
    #[error("choose at least one source")]
    NoSource,
    #[error("a workflow needs at least one End")]
    NoEnd,
    #[error("this trigger needs exactly one event after it")]
    NotOneEvent,
    #[error("this step is never reached")]
    Unreachable,
    #[error("the output {0:?} leads nowhere: connect it to the next step or to End")]
    OpenPort(&'static str),
    #[error("a task comes after the event")]
    TaskBeforeEvent,
    #[error("choose at least one condition")]
    NoCondition,
    #[error("{0}")]
    Condition(ConditionError),
    #[error("the attribute {0:?} does not exist")]
    NoSuchAttribute(String),
    #[error("the attribute {0:?} is required, only optional ones can be asked about")]
    RequiredAttribute(String),
    #[error("choose at least one {0}")]
    NoTarget(&'static str),
    #[error("choose exactly one role")]
    NotOneRole,
    #[error("a task has between 1 and {MAX_RULES} rules")]
    BadRuleCount,
    #[error("the {} {name:?} no longer exists", .kind.word())]
    TargetGone { kind: TargetKind, name: String },
    #[error("the {} {name:?} is protected: no workflow may change who has it", .kind.word())]
    TargetProtected { kind: TargetKind, name: String },
    #[error("the role {0:?} is a default role, which is never a target")]
    TargetDefault(String),
    #[error("every user is in the group {0:?}")]
    TargetEveryone(String),
    #[error("nothing earlier is conditional, so this fallback always runs")]
    FallbackWithoutConditional,
    #[error(
        "people write {subject:?} themselves, and it leads to the {} {name:?}",
        .kind.word()
    )]
    WritableAttribute {
        subject: String,
        kind: TargetKind,
        name: String,
    },
    #[error("{0:?} is assigned and unassigned on one way")]
    BackAndForth(String),
}

/// What the directory says about the things that a definition names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub targets: BTreeMap<(TargetKind, i64), KnownTarget>,
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTarget {
    pub name: String,
    pub is_protected: bool,

    /// A default role, or the group of everyone.
    pub is_implied: bool,
}

/// A definition whose drawing is complete: the only kind that can be activated and run.
///
/// It may still name things that the directory no longer has: a run says so at that step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Definition", into = "Definition")]
pub struct Runnable(Definition);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the workflow cannot run: {}", sentences(.0))]
pub struct Problems(pub Vec<Problem>);

fn sentences(problems: &[Problem]) -> String {
    let texts: Vec<String> = problems.iter().map(|it| it.kind.to_string()).collect();
    texts.join("; ")
}

impl Problem {
    fn of(node: NodeId, kind: ProblemKind) -> Self {
        Self {
            node: Some(node),
            kind,
        }
    }

    fn general(kind: ProblemKind) -> Self {
        Self { node: None, kind }
    }

    pub fn severity(&self) -> Severity {
        match self.kind {
            ProblemKind::FallbackWithoutConditional
            | ProblemKind::WritableAttribute { .. }
            | ProblemKind::BackAndForth(_) => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl Definition {
    /// Everything that the drawing alone shows: only errors.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.check_ends_and_trigger(&mut problems);
        self.check_ways(&mut problems);
        for (id, node) in self.nodes() {
            let kinds = match &node.kind {
                NodeKind::Filter(None) => vec![ProblemKind::NoCondition],
                NodeKind::Filter(Some(condition)) => condition_problem(condition),
                NodeKind::Task(task) => task_problems(task),
                NodeKind::Trigger(trigger) if trigger.sources().is_empty() => {
                    vec![ProblemKind::NoSource]
                }
                _ => Vec::new(),
            };
            problems.extend(kinds.into_iter().map(|kind| Problem::of(id, kind)));
        }
        problems
    }

    /// All problems, those among them that only the directory can show; errors first.
    pub fn all_problems(&self, known: &Known) -> Vec<Problem> {
        let mut problems = self.problems();
        self.check_names(known, &mut problems);
        self.check_meaning(known, &mut problems);
        problems.sort_by_key(|it| std::cmp::Reverse(it.severity()));
        problems
    }

    fn check_ends_and_trigger(&self, problems: &mut Vec<Problem>) {
        let of_kind = |is: fn(&NodeKind) -> bool| -> Vec<NodeId> {
            let nodes = self.nodes().filter(|(_, node)| is(&node.kind));
            nodes.map(|(id, _)| id).collect()
        };
        let starts = of_kind(|kind| *kind == NodeKind::Start);
        let triggers = of_kind(|kind| matches!(kind, NodeKind::Trigger(_)));
        let events = of_kind(NodeKind::is_event);
        if starts.len() != 1 {
            problems.push(Problem::general(ProblemKind::NotOneStart));
        }
        if of_kind(|kind| *kind == NodeKind::End).is_empty() {
            problems.push(Problem::general(ProblemKind::NoEnd));
        }
        match triggers.as_slice() {
            [] => problems.push(Problem::general(ProblemKind::NoTrigger)),
            [first, more @ ..] => {
                let second = |id| Problem::of(id, ProblemKind::SecondTrigger);
                problems.extend(more.iter().copied().map(second));
                let after_start = starts.first().and_then(|id| self.after(*id, Port::Next));
                if after_start != Some(*first) {
                    problems.push(Problem::of(*first, ProblemKind::TriggerNotAfterStart));
                }
                if events.len() != 1 {
                    problems.push(Problem::of(*first, ProblemKind::NotOneEvent));
                }
            }
        }
    }

    /// Open outputs, steps that no walk reaches, tasks on a way that has not passed the Event.
    fn check_ways(&self, problems: &mut Vec<Problem>) {
        let Some(start) = self.find(|kind| *kind == NodeKind::Start) else {
            return;
        };
        let reached = self.reachable(start);
        let before_event = self.before_event(start);
        for (id, node) in self.blocks() {
            if !reached.contains(&id) {
                problems.push(Problem::of(id, ProblemKind::Unreachable));
                continue;
            }
            for port in node.kind.ports() {
                if !port.is_optional() && self.after(id, *port).is_none() {
                    problems.push(Problem::of(id, ProblemKind::OpenPort(port.label())));
                }
            }
            if matches!(node.kind, NodeKind::Task(_)) && before_event.contains(&id) {
                problems.push(Problem::of(id, ProblemKind::TaskBeforeEvent));
            }
        }
    }

    /// The nodes that some walk reaches without having passed the Event.
    fn before_event(&self, start: NodeId) -> BTreeSet<NodeId> {
        let mut reached = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            for edge in self.out(id) {
                let is_event = self.node(edge.to).is_some_and(|it| it.kind.is_event());
                if !is_event && reached.insert(edge.to) {
                    open.push(edge.to);
                }
            }
        }
        reached
    }

    /// Targets and attributes that conditions and tasks name.
    fn check_names(&self, known: &Known, problems: &mut Vec<Problem>) {
        for (id, task) in self.tasks() {
            let kind = task.action.target_kind();
            for target in task.targets() {
                if let Some(problem) = target_problem(kind, target, known) {
                    let problem = Problem::of(id, problem);
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
        }
        for (id, condition) in self.conditions() {
            for test in condition.tests() {
                let Subject::Custom(name) = &test.attribute else {
                    continue;
                };
                let spec = known.attributes.iter().find(|it| it.spec.name == *name);
                let problem = match spec {
                    None => ProblemKind::NoSuchAttribute(name.clone()),
                    Some(it) if it.spec.is_required => ProblemKind::RequiredAttribute(name.clone()),
                    Some(_) => continue,
                };
                problems.push(Problem::of(id, problem));
            }
        }
    }

    /// What can run but may not be meant.
    fn check_meaning(&self, known: &Known, problems: &mut Vec<Problem>) {
        let mut leading: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for edge in self.edges() {
            leading.entry(edge.to).or_default().push(edge.from);
        }
        for (id, task) in self.tasks() {
            let before = all_before(&leading, id);
            let earlier: Vec<&Task> = self
                .tasks()
                .filter(|(other, _)| before.contains(other))
                .map(|(_, task)| task)
                .collect();
            let is_conditional = |it: &&Task| matches!(it.mode, RunMode::Conditional(_));
            if task.mode == RunMode::Fallback && !earlier.iter().any(is_conditional) {
                problems.push(Problem::of(id, ProblemKind::FallbackWithoutConditional));
            }
            if let Some(problem) = self.writable_attribute(known, &before, task) {
                problems.push(Problem::of(id, problem));
            }
            for name in taken_back(&earlier, task) {
                problems.push(Problem::of(id, ProblemKind::BackAndForth(name)));
            }
        }
    }

    /// An attribute that decides over this task's targets and that the person writes themselves.
    fn writable_attribute(
        &self,
        known: &Known,
        before: &BTreeSet<NodeId>,
        task: &Task,
    ) -> Option<ProblemKind> {
        let own = [Source::SelfRegistration, Source::EndUserDetails];
        let is_open_to_all = self
            .trigger()
            .is_some_and(|(_, trigger)| own.iter().any(|it| trigger.sources().contains(it)));
        if !is_open_to_all || !task.action.is_assign() {
            return None;
        }
        let filters = self.nodes().filter_map(|(filter, node)| match &node.kind {
            NodeKind::Filter(Some(condition)) if before.contains(&filter) => Some(condition),
            _ => None,
        });
        let subject = filters
            .chain(task.conditions())
            .flat_map(Condition::tests)
            .map(|test| &test.attribute)
            .find(|subject| is_written_by_people(subject, &known.attributes))?;
        let target = task.targets().next()?;
        Some(ProblemKind::WritableAttribute {
            subject: subject.label().to_owned(),
            kind: task.action.target_kind(),
            name: target.name.clone(),
        })
    }
}

/// Every node from which a walk can get to `id`, found in one search backwards.
fn all_before(leading: &BTreeMap<NodeId, Vec<NodeId>>, id: NodeId) -> BTreeSet<NodeId> {
    let mut before = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        for from in leading.get(&id).into_iter().flatten() {
            if before.insert(*from) {
                open.push(*from);
            }
        }
    }
    before
}

/// Targets of this task that an earlier one on the same way did the opposite with.
fn taken_back(earlier: &[&Task], task: &Task) -> Vec<String> {
    let is_opposite = |other: &&&Task| {
        other.action.target_kind() == task.action.target_kind()
            && other.action.is_assign() != task.action.is_assign()
    };
    let opposite: Vec<&&Task> = earlier.iter().filter(is_opposite).collect();
    task.targets()
        .filter(|target| {
            opposite
                .iter()
                .any(|it| it.targets().any(|other| other.id == target.id))
        })
        .map(|target| target.name.clone())
        .collect()
}

fn is_written_by_people(subject: &Subject, attributes: &[Attribute]) -> bool {
    match subject {
        Subject::Username | Subject::Email | Subject::FirstName | Subject::LastName => true,
        Subject::Custom(name) => attributes
            .iter()
            .any(|it| it.spec.name == *name && it.spec.is_on_sign_up),
        Subject::UserStatus | Subject::Group | Subject::Role | Subject::Source => false,
    }
}

fn condition_problem(condition: &Condition) -> Vec<ProblemKind> {
    condition
        .check()
        .err()
        .map(ProblemKind::Condition)
        .into_iter()
        .collect()
}

fn task_problems(task: &Task) -> Vec<ProblemKind> {
    let mut problems: Vec<ProblemKind> = task.conditions().flat_map(condition_problem).collect();
    if task.rules.is_empty() || task.rules.len() > MAX_RULES {
        problems.push(ProblemKind::BadRuleCount);
    }
    let kind = task.action.target_kind();
    let fallback = (!task.fallback.is_empty()).then_some(&task.fallback);
    for targets in task.rules.iter().map(|rule| &rule.targets).chain(fallback) {
        match (kind, targets.len()) {
            (_, 0) => problems.push(ProblemKind::NoTarget(kind.word())),
            (TargetKind::Role, 2..) => problems.push(ProblemKind::NotOneRole),
            _ => (),
        }
    }
    problems.dedup();
    problems
}

fn target_problem(kind: TargetKind, target: &Target, known: &Known) -> Option<ProblemKind> {
    let found = target.id.and_then(|id| known.targets.get(&(kind, id)));
    let Some(found) = found else {
        let name = target.name.clone();
        return Some(ProblemKind::TargetGone { kind, name });
    };
    let name = found.name.clone();
    if found.is_implied {
        return Some(match kind {
            TargetKind::Group => ProblemKind::TargetEveryone(name),
            TargetKind::Role => ProblemKind::TargetDefault(name),
        });
    }
    if found.is_protected {
        return Some(ProblemKind::TargetProtected { kind, name });
    }
    None
}

impl TryFrom<Definition> for Runnable {
    type Error = Problems;

    fn try_from(definition: Definition) -> Result<Self, Problems> {
        let problems = definition.problems();
        if problems.is_empty() {
            Ok(Self(definition))
        } else {
            Err(Problems(problems))
        }
    }
}

impl From<Runnable> for Definition {
    fn from(runnable: Runnable) -> Self {
        runnable.0
    }
}

impl Runnable {
    pub fn definition(&self) -> &Definition {
        &self.0
    }

    /// Where every walk begins.
    pub fn start(&self) -> Option<NodeId> {
        self.0.find(|kind| *kind == NodeKind::Start)
    }

    pub fn trigger(&self) -> Option<&Trigger> {
        self.0.trigger().map(|(_, trigger)| trigger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        attribute::{AttributeKind, AttributeSpec},
        condition::Operator,
        definition::{Edge, Node},
        event::EventKind,
        id::AttributeId,
        note::Note,
        task::{Action, Rule},
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
            NodeKind::Trigger(Trigger::offered().remove(0)),
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
                let kind = NodeKind::Trigger(Trigger::offered().remove(0));
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
}
