//! What stands between a drawing and a workflow that can run.

mod meaning;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    attribute::Attribute,
    condition::{Condition, ConditionError, Subject},
    definition::{Definition, NodeId, NodeKind, Port, Trigger},
    guard::Exceeded,
    schedule::ScheduleError,
    settings::Settings,
    sweep::{SweepTask, SweepTaskError},
    task::{MAX_RULES, Target, TargetKind, Task},
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
    #[error("a schedule brings no event: remove the Event")]
    EventWithSchedule,
    #[error("a task comes after the event")]
    TaskBeforeEvent,
    #[error("{0} does not go with the trigger {1}")]
    TaskOfAnotherTrigger(&'static str, &'static str),
    #[error("{0}")]
    Schedule(ScheduleError),
    #[error("{0}")]
    Sweep(SweepTaskError),
    #[error("this sends mails: write down the mail server under Settings › Mail first")]
    NoMailServer,
    #[error("nobody receives the reports: name the recipients under Settings › Mail first")]
    NoReportRecipients,
    #[error("a scheduled workflow needs a task")]
    NoTask,
    #[error("passwords do not expire: set an expiry under Settings › Password policy")]
    PasswordsNeverExpire,
    #[error("today there is nobody whom it would be about")]
    ReachesNobody,
    #[error("today it would be quarantined: {0}")]
    ReachesTooMany(Exceeded),
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
    #[error("the condition {0:?} never holds: nothing has changed that it could look back at")]
    NothingBefore(String),
    #[error("the condition {0:?} never holds: the trigger does not wait for that source")]
    SourceNotAwaited(String),
}

/// What the directory says about the things that a definition names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub targets: BTreeMap<(TargetKind, i64), KnownTarget>,
    pub attributes: Vec<Attribute>,

    /// Whether a mail server is set up, and whether admins are named who get reports.
    pub has_mail_server: bool,
    pub has_report_recipients: bool,

    /// Whether passwords expire at all.
    pub passwords_expire: bool,

    /// Whom a schedule would be about today; `None` where nobody has looked.
    pub reach: Option<Reach>,
}

/// How many users an execution would be about now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    pub affected: u64,

    /// The limit that it would exceed.
    pub exceeded: Option<Exceeded>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTarget {
    pub name: String,
    pub is_protected: bool,

    /// A default role, or the group of everyone.
    pub is_implied: bool,
}

impl Known {
    /// Learns what the settings say.
    pub fn heed(&mut self, settings: &Settings) {
        self.has_mail_server = settings.mail.is_set_up();
        self.has_report_recipients = !settings.mail.report_recipients.is_empty();
        self.passwords_expire = settings.password.expiry_days > 0;
    }
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
            | ProblemKind::BackAndForth(_)
            | ProblemKind::PasswordsNeverExpire
            | ProblemKind::ReachesNobody
            | ProblemKind::ReachesTooMany(_)
            | ProblemKind::SourceNotAwaited(_) => Severity::Warning,
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
                NodeKind::Sweep(task) => {
                    let wrong = task.check().err();
                    wrong.map(ProblemKind::Sweep).into_iter().collect()
                }
                NodeKind::Trigger(trigger) => trigger_problems(trigger),
                _ => Vec::new(),
            };
            problems.extend(kinds.into_iter().map(|kind| Problem::of(id, kind)));
        }
        self.check_kinds_of_tasks(&mut problems);
        self.check_past(&mut problems);
        problems
    }

    /// All problems, those among them that only the directory can show; errors first.
    pub fn all_problems(&self, known: &Known) -> Vec<Problem> {
        let mut problems = self.problems();
        self.check_names(known, &mut problems);
        self.check_mail(known, &mut problems);
        let reach = known.reach.and_then(Reach::problem);
        problems.extend(reach.map(Problem::general));
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
                self.check_events(*first, &events, problems);
            }
        }
    }

    /// An event trigger has one Event after it, a schedule none.
    fn check_events(&self, trigger: NodeId, events: &[NodeId], problems: &mut Vec<Problem>) {
        let is_scheduled = self.trigger().is_some_and(|(_, it)| it.event().is_none());
        if is_scheduled {
            let stray = |id: &NodeId| Problem::of(*id, ProblemKind::EventWithSchedule);
            problems.extend(events.iter().map(stray));
            if self
                .find(|kind| matches!(kind, NodeKind::Sweep(_)))
                .is_none()
            {
                problems.push(Problem::of(trigger, ProblemKind::NoTask));
            }
        } else if events.len() != 1 {
            problems.push(Problem::of(trigger, ProblemKind::NotOneEvent));
        }
    }

    /// Tasks that go with another kind of trigger.
    fn check_kinds_of_tasks(&self, problems: &mut Vec<Problem>) {
        let Some((_, trigger)) = self.trigger() else {
            return;
        };
        let wanted = trigger.sweep_task().map(|it| it.label());
        for (id, node) in self.nodes() {
            let label = match &node.kind {
                NodeKind::Task(task) if wanted.is_some() => task.action.label(),
                NodeKind::Sweep(task) if wanted != Some(task.label()) => task.label(),
                _ => continue,
            };
            let kind = ProblemKind::TaskOfAnotherTrigger(label, trigger.label());
            problems.push(Problem::of(id, kind));
        }
    }

    /// Open outputs, steps that no walk reaches, tasks on a way that has not passed the Event.
    fn check_ways(&self, problems: &mut Vec<Problem>) {
        let Some(start) = self.find(|kind| *kind == NodeKind::Start) else {
            return;
        };
        let reached = self.reachable(start);
        let is_scheduled = self.trigger().is_some_and(|(_, it)| it.event().is_none());
        let before_event = if is_scheduled {
            BTreeSet::new()
        } else {
            self.before_event(start)
        };
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

    /// What scheduled tasks need beside the drawing.
    fn check_mail(&self, known: &Known, problems: &mut Vec<Problem>) {
        for (id, node) in self.nodes() {
            let NodeKind::Sweep(task) = &node.kind else {
                continue;
            };
            let is_about_expiry = matches!(task, SweepTask::NotifyExpiry(_));
            let missing = [
                (task.sends_mail() && !known.has_mail_server).then_some(ProblemKind::NoMailServer),
                (task.reports() && !known.has_report_recipients)
                    .then_some(ProblemKind::NoReportRecipients),
                (is_about_expiry && !known.passwords_expire)
                    .then_some(ProblemKind::PasswordsNeverExpire),
            ];
            let missing = missing.into_iter().flatten();
            problems.extend(missing.map(|kind| Problem::of(id, kind)));
        }
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
}

fn condition_problem(condition: &Condition) -> Vec<ProblemKind> {
    condition
        .check()
        .err()
        .map(ProblemKind::Condition)
        .into_iter()
        .collect()
}

impl Reach {
    fn problem(self) -> Option<ProblemKind> {
        match self.exceeded {
            Some(exceeded) => Some(ProblemKind::ReachesTooMany(exceeded)),
            None if self.affected == 0 => Some(ProblemKind::ReachesNobody),
            None => None,
        }
    }
}

fn trigger_problems(trigger: &Trigger) -> Vec<ProblemKind> {
    match trigger.schedule() {
        Some(schedule) => {
            let wrong = schedule.check().err();
            wrong.map(ProblemKind::Schedule).into_iter().collect()
        }
        None if trigger.sources().is_empty() => vec![ProblemKind::NoSource],
        None => Vec::new(),
    }
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
mod tests;
