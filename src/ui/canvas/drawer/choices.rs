//! What the drawer offers: groups, roles and attributes, loaded by the screen.

use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::{
    model::{
        Timestamp,
        attribute::Attribute,
        definition::Trigger,
        problem::{Known, KnownTarget},
        settings::Settings,
        task::{Target, TargetKind},
        text::fold,
    },
    ui::widgets::Entry,
};

/// How many lines a list shows at most; whoever wants another one types on.
const SHOWN: usize = 50;

/// A group or role of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTarget {
    pub id: i64,
    pub name: String,
    pub is_protected: bool,

    /// A default role, or the group of everyone: never a target.
    pub is_implied: bool,
}

/// Cheap to clone, and made once per change of the directory.
#[derive(Clone, Debug)]
pub struct Choices {
    shelf: Arc<Shelf>,
    now: Timestamp,

    /// The zone in which people read times, and the one in which this machine is.
    zone: Tz,
    here: Tz,
}

#[derive(Debug)]
struct Shelf {
    groups: Vec<Named>,
    roles: Vec<Named>,
    known: Known,
}

#[derive(Debug)]
struct Named {
    target: NamedTarget,

    /// The name as it is searched.
    folded: String,
}

impl Default for Choices {
    fn default() -> Self {
        let settings = Settings::default();
        Self::new(Vec::new(), Vec::new(), Vec::new(), &settings)
    }
}

impl Choices {
    pub fn new(
        groups: Vec<NamedTarget>,
        roles: Vec<NamedTarget>,
        attributes: Vec<Attribute>,
        settings: &Settings,
    ) -> Self {
        let known = |kind: TargetKind, targets: &[NamedTarget]| {
            let entry = |it: &NamedTarget| {
                let target = KnownTarget {
                    name: it.name.clone(),
                    is_protected: it.is_protected,
                    is_implied: it.is_implied,
                };
                ((kind, it.id), target)
            };
            targets.iter().map(entry).collect::<Vec<_>>()
        };
        let mut targets = known(TargetKind::Group, &groups);
        targets.extend(known(TargetKind::Role, &roles));
        let named = |targets: Vec<NamedTarget>| {
            let named = |target: NamedTarget| Named {
                folded: fold(&target.name).into_owned(),
                target,
            };
            let mut all: Vec<Named> = targets.into_iter().map(named).collect();
            all.sort_by(|a, b| a.folded.cmp(&b.folded));
            all
        };
        let mut known = Known {
            targets: targets.into_iter().collect(),
            attributes,
            ..Known::default()
        };
        known.heed(settings);
        let shelf = Shelf {
            groups: named(groups),
            roles: named(roles),
            known,
        };
        Self {
            shelf: Arc::new(shelf),
            now: Timestamp::default(),
            zone: settings.zone(),
            here: settings.zone(),
        }
    }

    /// On whose clocks new schedules go.
    #[must_use]
    pub fn here(mut self, zone: Option<Tz>) -> Self {
        self.here = zone.unwrap_or(self.zone);
        self
    }

    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Where calendars open.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// The triggers that can be chosen, as they begin.
    pub(super) fn triggers(&self) -> Vec<Trigger> {
        Trigger::offered(self.here)
    }

    pub fn attributes(&self) -> &[Attribute] {
        &self.shelf.known.attributes
    }

    /// The same, for [`crate::model::definition::Definition::all_problems`].
    pub fn known(&self) -> &Known {
        &self.shelf.known
    }

    pub(in crate::ui::canvas) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shelf, &other.shelf)
    }

    /// The custom attributes that a condition may ask about.
    pub(super) fn optional_attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes().iter().filter(|it| !it.spec.is_required)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes().iter().find(|it| it.spec.name == name)
    }

    fn of(&self, kind: TargetKind) -> &[Named] {
        match kind {
            TargetKind::Group => &self.shelf.groups,
            TargetKind::Role => &self.shelf.roles,
        }
    }

    /// What a task may have as a target and contains `typed`; an exact name comes first.
    pub(super) fn targets(&self, kind: TargetKind, typed: &str) -> Vec<Entry<Target>> {
        let allowed = |it: &&Named| !it.target.is_implied && !it.target.is_protected;
        let entry = |it: &Named| {
            let target = Target {
                id: Some(it.target.id),
                name: it.target.name.clone(),
            };
            Entry::new(target, it.target.name.clone())
        };
        narrowed(self.of(kind).iter().filter(allowed), typed, entry)
    }

    /// The names that a condition may compare with.
    pub(super) fn names(&self, kind: TargetKind, typed: &str) -> Vec<Entry<String>> {
        let entry = |it: &Named| Entry::new(it.target.name.clone(), it.target.name.clone());
        narrowed(self.of(kind).iter(), typed, entry)
    }

    /// Why a chosen target cannot stay one.
    pub(super) fn objection(&self, kind: TargetKind, target: &Target) -> Option<String> {
        let word = kind.word();
        let known = target
            .id
            .and_then(|id| self.shelf.known.targets.get(&(kind, id)));
        let Some(known) = known else {
            return Some(format!("this {word} no longer exists"));
        };
        if known.is_implied {
            return Some(match kind {
                TargetKind::Group => "every user is in this group".to_owned(),
                TargetKind::Role => "a default role is never a target".to_owned(),
            });
        }
        let protected = format!("this {word} is protected: no workflow may change who has it");
        known.is_protected.then_some(protected)
    }
}

fn narrowed<'a, K>(
    all: impl Iterator<Item = &'a Named> + Clone,
    typed: &str,
    entry: impl Fn(&Named) -> Entry<K>,
) -> Vec<Entry<K>> {
    let wanted = fold(typed.trim()).into_owned();
    let exact = all
        .clone()
        .filter(|it| !wanted.is_empty() && it.folded == wanted);
    let others = all.filter(|it| it.folded.contains(&wanted) && it.folded != wanted);
    exact.chain(others).take(SHOWN).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: i64, name: &str) -> NamedTarget {
        NamedTarget {
            id,
            name: name.to_owned(),
            is_protected: name == "Vault",
            is_implied: name == "DEFAULT",
        }
    }

    fn choices() -> Choices {
        let groups = ["Staff", "Sales", "DEFAULT", "Vault", "Presales"];
        let groups = (1..)
            .zip(groups)
            .map(|(id, name)| group(id, name))
            .collect();
        Choices::new(groups, Vec::new(), Vec::new(), &Settings::default())
    }

    #[track_caller]
    fn offers(typed: &str, expected: &[&str]) {
        let entries = choices().targets(TargetKind::Group, typed);
        let names: Vec<&str> = entries.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn what_no_task_may_touch_is_not_offered() {
        offers("", &["Presales", "Sales", "Staff"]);
    }

    #[test]
    fn an_exact_name_comes_first() {
        offers("sales", &["Sales", "Presales"]);
        offers(" SALES ", &["Sales", "Presales"]);
    }

    #[test]
    fn a_long_list_is_cut() {
        let groups = (1..=10_000).map(|id| group(id, &format!("Group {id}")));
        let choices = Choices::new(
            groups.collect(),
            Vec::new(),
            Vec::new(),
            &Settings::default(),
        );
        assert_eq!(choices.targets(TargetKind::Group, "group").len(), SHOWN);
        let one = choices.targets(TargetKind::Group, "group 77");
        assert_eq!(one.first().map(|it| it.text.as_str()), Some("Group 77"));
    }

    #[test]
    fn a_target_that_is_gone_or_not_allowed_is_objected_to() {
        let target = |id| Target {
            id,
            name: "x".to_owned(),
        };
        let objection = |id| choices().objection(TargetKind::Group, &target(id));
        assert_eq!(objection(Some(1)), None);
        assert!(objection(Some(99)).is_some_and(|it| it.contains("no longer exists")));
        assert!(objection(None).is_some_and(|it| it.contains("no longer exists")));
        assert!(objection(Some(3)).is_some_and(|it| it.contains("every user")));
        assert!(objection(Some(4)).is_some_and(|it| it.contains("protected")));
    }
}
