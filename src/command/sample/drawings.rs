//! The workflows of the sample company, drawn step by step.

use super::{OWN_DOMAIN, PARTNER_DOMAIN, people::DEPARTMENTS};
use crate::model::{
    condition::{Condition, Operator, Subject},
    definition::{Definition, NodeId, NodeKind, Port, Trigger},
    event::{EventKind, Source},
    sweep::SweepTask,
    task::{Action, Rule, RunMode, Target, Task},
};

/// Filter by email domain, then groups by rules, then a role with a fallback.
pub(super) fn welcome() -> Definition {
    let mut drawing = Drawing::new(EventKind::UserCreated.sources().to_vec());
    let from =
        |domain: &str| Condition::test(Subject::Email, Operator::EndWith, &format!("@{domain}"));
    let department = |name: &str| department(Operator::Equal, name);
    drawing.filter(
        "Ours or a partner’s",
        Condition::Any(vec![from(OWN_DOMAIN), from(PARTNER_DOMAIN)]),
    );
    let mut groups = vec![
        rule(Some(from(OWN_DOMAIN)), "Staff"),
        rule(Some(from(PARTNER_DOMAIN)), "Partners"),
    ];
    groups.extend(
        DEPARTMENTS[..3]
            .iter()
            .map(|name| rule(Some(department(name)), name)),
    );
    drawing.task("Groups", Action::AssignGroup, groups, &[]);
    let agents = rule(Some(department("Support")), "Agent");
    drawing.task("Role", Action::AssignRole, vec![agents], &["Member"]);
    drawing.definition
}

/// Out of the old department's group and into the new one's. People choose no group by it
/// themselves: what they change on the portal does not start it.
pub(super) fn movers() -> Definition {
    let sources = [
        Source::JustInTime,
        Source::AdminDetails,
        Source::AdminMfa,
        Source::Api,
    ];
    let mut drawing = Drawing::with(Trigger::Update {
        sources: sources.into(),
    });
    drawing.filter("Another department", department(Operator::Changed, ""));
    let by = |operator| {
        let rule = |name: &&str| rule(Some(department(operator, name)), name);
        DEPARTMENTS[..3].iter().map(rule).collect()
    };
    let (left, joined) = (by(Operator::ChangedFrom), by(Operator::ChangedTo));
    drawing.task("Leave", Action::UnassignGroup, left, &[]);
    drawing.task("Join", Action::AssignGroup, joined, &[]);
    drawing.definition
}

fn department(operator: Operator, name: &str) -> Condition {
    Condition::test(Subject::Custom("department".to_owned()), operator, name)
}

/// A workflow as it is drawn step by step.
pub struct Drawing {
    pub definition: Definition,
}

impl Drawing {
    /// For registrations.
    pub fn new(sources: Vec<Source>) -> Self {
        Self::with(Trigger::Registration {
            sources: sources.into_iter().collect(),
        })
    }

    pub fn with(trigger: Trigger) -> Self {
        let mut definition = Definition::blank();
        definition.set_trigger(trigger);
        Self { definition }
    }

    /// A filter in front of the Event.
    pub fn filter(&mut self, name: &str, condition: Condition) {
        let event = self.definition.find(NodeKind::is_event);
        self.put(event, name, NodeKind::Filter(Some(condition)));
    }

    /// A task in front of the End.
    pub fn task(&mut self, name: &str, action: Action, rules: Vec<Rule>, fallback: &[&str]) {
        let end = self.definition.find(|kind| *kind == NodeKind::End);
        let task = Task {
            action,
            mode: RunMode::Always,
            rules,
            fallback: fallback.iter().map(|name| target(name)).collect(),
        };
        self.put(end, name, NodeKind::Task(task));
    }

    /// A task of a schedule in front of the End.
    pub fn sweep(&mut self, task: SweepTask) {
        let end = self.definition.find(|kind| *kind == NodeKind::End);
        self.put(end, "", NodeKind::Sweep(task));
    }

    fn put(&mut self, before: Option<NodeId>, name: &str, kind: NodeKind) {
        let is_main = |port: Port| !port.is_optional();
        let edge = before.and_then(|id| {
            let edges: Vec<_> = self.definition.edges_into(id).collect();
            edges
                .iter()
                .copied()
                .find(|it| is_main(it.port))
                .or_else(|| edges.first().copied())
        });
        if let Some(edge) = edge
            && let Some(id) = self.definition.insert(edge, kind)
            && let Some(node) = self.definition.node_mut(id)
        {
            name.clone_into(&mut node.name);
        }
    }
}

/// A rule with one target by name.
pub fn rule(when: Option<Condition>, name: &str) -> Rule {
    Rule {
        when,
        targets: vec![target(name)],
    }
}

fn target(name: &str) -> Target {
    Target {
        id: None,
        name: name.to_owned(),
    }
}
