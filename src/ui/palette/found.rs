//! The workflows that the palette shows, read in the background.

use std::cmp::Reverse;

use super::matching::Wanted;
use crate::{
    model::id::VersionId,
    store::{
        Store, StoreError,
        workflows::{self, Openable},
    },
};

/// More are not listed: who looks for one of a thousand types another letter.
const LISTED: usize = 30;

/// So many of those that were opened last.
const RECENT: usize = 5;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Opened last, the newest first.
    pub(super) recent: Vec<Openable>,

    /// Those whose names hold what was typed, the best first.
    pub(super) matching: Vec<Openable>,

    /// How many more do.
    pub(super) more: usize,
}

pub(super) fn read(store: &Store, typed: &str, recent: &[VersionId]) -> Result<Found, StoreError> {
    let wanted = Wanted::new(typed);
    store.read(|db| {
        if !wanted.is_empty() {
            let all = workflows::openable(db)?;
            let (matching, more) = best(&wanted, all);
            return Ok(Found {
                recent: Vec::new(),
                matching,
                more,
            });
        }
        let mut found = Found::default();
        for id in recent {
            // What was deleted meanwhile is left out.
            if let Some(it) = workflows::openable_version(db, *id)?
                && found
                    .recent
                    .iter()
                    .all(|other| other.workflow != it.workflow)
            {
                found.recent.push(it);
            }
            if found.recent.len() == RECENT {
                break;
            }
        }
        Ok(found)
    })
}

fn best(wanted: &Wanted, all: Vec<Openable>) -> (Vec<Openable>, usize) {
    let mut scored: Vec<(u32, Openable)> = all
        .into_iter()
        .filter_map(|it| Some((wanted.score(&it.name)?, it)))
        .collect();
    scored.sort_by_key(|(score, _)| Reverse(*score));
    let more = scored.len().saturating_sub(LISTED);
    let best = scored.into_iter().take(LISTED).map(|(_, it)| it);
    (best.collect(), more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{id::WorkflowId, version::VersionStatus};

    fn openable(number: i64, name: String) -> Openable {
        Openable {
            workflow: WorkflowId::new(number),
            name,
            version: VersionId::new(number),
            number: 1,
            status: VersionStatus::Draft,
        }
    }

    #[test]
    fn of_a_thousand_workflows_the_best_are_listed_and_the_rest_counted() {
        let names = (0..1_000).map(|number| openable(number, format!("Welcome {number}")));
        let (best, more) = best(&Wanted::new("welcome 7"), names.collect());
        assert_eq!(best.len(), LISTED);
        assert_eq!(best.first().map(|it| it.name.as_str()), Some("Welcome 7"));
        // 7 as a first, second or third digit: 271 names.
        assert_eq!(best.len() + more, 271);
    }
}
