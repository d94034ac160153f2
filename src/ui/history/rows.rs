//! The rows of the list, gathered page by page.
//!
//! What is recorded of an execution that has ended never changes; those that go on are read again.
//! **Invariant:** the rows follow each other without a gap, the newest first. While somebody reads
//! further down, nothing is put in front of what they read; what came meanwhile is counted.

use rusqlite::Connection;

use crate::{
    model::{
        execution::Status,
        id::{ExecutionId, UserId},
        sweep::{Item, Stage},
    },
    store::{
        StoreError,
        executions::{self, Filter, Place, Summary},
        items,
        sweeps::{self, Sweep},
    },
};

/// How many rows a page has.
pub(super) const PAGE: usize = 100;

/// An execution, as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) summary: Summary,

    /// How far it has come, if it is a scheduled one.
    pub(super) sweep: Option<Sweep>,

    /// What it intended for the user whose history this is.
    pub(super) item: Option<Item>,
}

pub(super) struct Page {
    pub(super) rows: Vec<Row>,

    /// `None` on the last page.
    pub(super) next: Option<Place>,
}

impl Row {
    /// `user`: the one whose history is listed.
    pub(super) fn read(
        db: &Connection,
        summary: Summary,
        user: Option<UserId>,
    ) -> Result<Self, StoreError> {
        let sweep = match summary.event {
            None => sweeps::get(db, summary.id)?,
            Some(_) => None,
        };
        let item = match (&sweep, user) {
            (Some(sweep), Some(user)) => items::get(db, sweep.execution, user)?,
            _ => None,
        };
        Ok(Self {
            summary,
            sweep,
            item,
        })
    }

    /// Whether it is still to be written about.
    fn is_open(&self) -> bool {
        let stage = self.sweep.as_ref().map(|it| it.stage);
        stage.is_some_and(|it| it != Stage::Ended)
            || matches!(self.summary.status, Status::Queued | Status::Running)
    }
}

impl Page {
    pub(super) fn read(
        db: &Connection,
        filter: &Filter,
        after: Option<Place>,
    ) -> Result<Self, StoreError> {
        let listed = executions::page(db, filter, after, PAGE)?;
        let read = |it| Row::read(db, it, filter.user);
        Ok(Self {
            rows: listed
                .executions
                .into_iter()
                .map(read)
                .collect::<Result<_, _>>()?,
            next: listed.next,
        })
    }
}

#[derive(Default)]
pub(super) struct Rows {
    filter: Option<Filter>,
    pub(super) rows: Vec<Row>,

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
    pub(super) fn meet(&mut self, filter: &Filter, first: &Page, is_at_top: bool) -> Met {
        let top = self.rows.first().map(place).filter(|_| self.is_for(filter));
        let Some(top) = top else {
            let is_same = self.is_for(filter) && first.rows.is_empty();
            self.replace(filter, first);
            return if is_same { Met::Nothing } else { Met::Replaced };
        };
        let is_newer = |it: &&Row| key(place(it)) > key(top);
        let newer: Vec<&Row> = first.rows.iter().take_while(is_newer).collect();
        self.waiting = 0;
        if newer.is_empty() {
            return Met::Nothing;
        }
        if !is_at_top {
            self.waiting = newer.len();
            return Met::Nothing;
        }
        if newer.len() == first.rows.len() && first.next.is_some() {
            self.replace(filter, first);
            return Met::Replaced;
        }
        let count = newer.len();
        self.rows.splice(0..0, newer.into_iter().cloned());
        Met::Prepended(count)
    }

    /// Takes in the page that begins after `after`, if that is the one that is missing.
    pub(super) fn append(&mut self, after: Place, page: &Page) {
        if self.next == Some(after) {
            self.rows.extend(page.rows.iter().cloned());
            self.next = page.next;
        }
    }

    /// The rows that may still change.
    pub(super) fn open(&self) -> Vec<ExecutionId> {
        let open = self.rows.iter().filter(|it| it.is_open());
        open.take(PAGE).map(|it| it.summary.id).collect()
    }

    /// Takes in how far executions have come.
    pub(super) fn renew(&mut self, newer: &[Row]) {
        for it in newer {
            let known = self
                .rows
                .iter_mut()
                .find(|row| row.summary.id == it.summary.id);
            if let Some(row) = known.filter(|row| *row != it) {
                *row = it.clone();
            }
        }
    }

    fn replace(&mut self, filter: &Filter, first: &Page) {
        *self = Self {
            filter: Some(filter.clone()),
            rows: first.rows.clone(),
            next: first.next,
            waiting: 0,
        };
    }
}

fn place(it: &Row) -> Place {
    Place {
        at: it.summary.at,
        id: it.summary.id,
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
        id::{EventId, VersionId, WorkflowId},
    };

    fn row(number: i64) -> Row {
        let noon: Timestamp = "2030-12-24T12:00:00Z".parse().expect("a moment");
        let summary = Summary {
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
        };
        Row {
            summary,
            sweep: None,
            item: None,
        }
    }

    /// The executions with these numbers, the newest first, and whether there are more.
    fn page(numbers: std::ops::RangeInclusive<i64>, has_more: bool) -> Page {
        let rows: Vec<Row> = numbers.rev().map(row).collect();
        let next = rows.last().map(place).filter(|_| has_more);
        Page { rows, next }
    }

    #[track_caller]
    fn check(rows: &Rows, numbers: std::ops::RangeInclusive<i64>, waiting: usize) {
        let found: Vec<i64> = rows.rows.iter().map(|it| it.summary.id.number()).collect();
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

    #[test]
    fn an_execution_that_goes_on_is_read_again() {
        let (filter, mut rows) = (Filter::default(), Rows::default());
        let mut running = row(9);
        running.summary.status = Status::Running;
        let first = Page {
            rows: vec![row(10), running, row(8)],
            next: None,
        };
        rows.meet(&filter, &first, true);
        assert_eq!(rows.open(), [ExecutionId::new(9)]);
        rows.renew(&[row(9)]);
        assert_eq!(rows.open(), []);
        check(&rows, 8..=10, 0);
    }
}
