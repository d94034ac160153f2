//! The rows of the list, gathered page by page.
//!
//! **Invariant:** the rows follow each other without a gap, the newest first. While somebody reads
//! further down, nothing is put in front of what they read; what came meanwhile is counted.

use crate::store::executions::{Filter, Listed, Place, Summary};

/// How many rows a page has.
pub(super) const PAGE: usize = 100;

#[derive(Default)]
pub(super) struct Rows {
    filter: Option<Filter>,
    pub(super) rows: Vec<Summary>,

    /// Where the next page begins; `None` when everything is here.
    pub(super) next: Option<Place>,

    /// How many newer ones are not shown yet.
    pub(super) waiting: usize,
}

/// What a first page did to the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    Nothing,

    /// These are other rows than before.
    Replaced,

    /// This many came in front.
    Prepended(usize),
}

impl Rows {
    pub(super) fn is_for(&self, filter: &Filter) -> bool {
        self.filter.as_ref() == Some(filter)
    }

    /// Takes in the first page as it is now. `is_at_top`: nobody reads further down.
    pub(super) fn meet(&mut self, filter: &Filter, first: &Listed, is_at_top: bool) -> Met {
        let top = self.rows.first().map(place).filter(|_| self.is_for(filter));
        let Some(top) = top else {
            let is_same = self.is_for(filter) && first.executions.is_empty();
            self.replace(filter, first);
            return if is_same { Met::Nothing } else { Met::Replaced };
        };
        let is_newer = |it: &&Summary| key(place(it)) > key(top);
        let newer: Vec<&Summary> = first.executions.iter().take_while(is_newer).collect();
        self.waiting = 0;
        if newer.is_empty() {
            return Met::Nothing;
        }
        if !is_at_top {
            self.waiting = newer.len();
            return Met::Nothing;
        }
        if newer.len() == first.executions.len() && first.next.is_some() {
            self.replace(filter, first);
            return Met::Replaced;
        }
        let count = newer.len();
        self.rows.splice(0..0, newer.into_iter().cloned());
        Met::Prepended(count)
    }

    /// Takes in the page that begins after `after`, if that is the one that is missing.
    pub(super) fn append(&mut self, after: Place, page: &Listed) {
        if self.next == Some(after) {
            self.rows.extend(page.executions.iter().cloned());
            self.next = page.next;
        }
    }

    fn replace(&mut self, filter: &Filter, first: &Listed) {
        *self = Self {
            filter: Some(filter.clone()),
            rows: first.executions.clone(),
            next: first.next,
            waiting: 0,
        };
    }
}

fn place(it: &Summary) -> Place {
    Place {
        at: it.at,
        id: it.id,
    }
}

fn key(place: Place) -> (crate::model::Timestamp, i64) {
    (place.at, place.id.number())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Timestamp,
        execution::Status,
        id::{EventId, ExecutionId, VersionId, WorkflowId},
    };

    fn summary(number: i64) -> Summary {
        let noon: Timestamp = "2030-12-24T12:00:00Z".parse().expect("a moment");
        Summary {
            id: ExecutionId::new(number),
            workflow: WorkflowId::new(1),
            version: VersionId::new(1),
            workflow_name: "Onboarding".to_owned(),
            version_number: 1,
            trigger: String::new(),
            event: Some(EventId::new(number)),
            user: None,
            subject: "ada".to_owned(),
            status: Status::Succeeded,
            at: noon + chrono::TimeDelta::seconds(number),
            error: None,
            failed_node: None,
        }
    }

    /// The executions with these numbers, the newest first, and whether there are more.
    fn page(numbers: std::ops::RangeInclusive<i64>, has_more: bool) -> Listed {
        let executions: Vec<Summary> = numbers.rev().map(summary).collect();
        let next = executions.last().map(place).filter(|_| has_more);
        Listed { executions, next }
    }

    #[track_caller]
    fn check(rows: &Rows, numbers: std::ops::RangeInclusive<i64>, waiting: usize) {
        let found: Vec<i64> = rows.rows.iter().map(|it| it.id.number()).collect();
        let expected: Vec<i64> = numbers.rev().collect();
        assert_eq!((found, rows.waiting), (expected, waiting));
    }

    #[test]
    fn what_is_new_comes_in_front_when_nobody_reads_further_down() {
        let (filter, mut rows) = (Filter::default(), Rows::default());
        assert_eq!(rows.meet(&filter, &page(8..=10, true), true), Met::Replaced);
        assert_eq!(rows.meet(&filter, &page(8..=10, true), true), Met::Nothing);
        let met = rows.meet(&filter, &page(9..=11, true), true);
        assert_eq!(met, Met::Prepended(1));
        check(&rows, 8..=11, 0);
    }

    #[test]
    fn what_is_new_waits_while_somebody_reads_further_down() {
        let (filter, mut rows) = (Filter::default(), Rows::default());
        rows.meet(&filter, &page(8..=10, true), true);
        rows.meet(&filter, &page(9..=12, true), false);
        check(&rows, 8..=10, 2);
        rows.meet(&filter, &page(9..=12, true), true);
        check(&rows, 8..=12, 0);
    }

    #[test]
    fn pages_follow_each_other_and_are_taken_in_once() {
        let (filter, mut rows) = (Filter::default(), Rows::default());
        rows.meet(&filter, &page(8..=10, true), true);
        let after = rows.next.expect("more");
        rows.append(after, &page(5..=7, false));
        rows.append(after, &page(5..=7, false));
        check(&rows, 5..=10, 0);
        assert_eq!(rows.next, None);
    }

    #[test]
    fn a_gap_or_another_filter_begins_anew() {
        let (filter, mut rows) = (Filter::default(), Rows::default());
        rows.meet(&filter, &page(1..=3, false), true);
        rows.meet(&filter, &page(8..=10, true), true);
        check(&rows, 8..=10, 0);
        let other = Filter {
            status: Some(Status::Failed),
            ..Filter::default()
        };
        assert_eq!(rows.meet(&other, &page(2..=2, false), true), Met::Replaced);
        check(&rows, 2..=2, 0);
    }
}
