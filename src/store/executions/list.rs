//! The history as a list that stays fast with a million executions: pages by key, never by offset.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{COLUMNS, Summary, summary};
use crate::{
    model::{
        Timestamp,
        execution::Status,
        id::{ExecutionId, UserId, WorkflowId},
        text,
    },
    store::{StoreError, sql},
};

/// How many rows may be sorted, or their texts be read, for one page.
const FEW: i64 = 3_000;

/// Which executions a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<Status>,
    pub workflow: Option<WorkflowId>,
    pub user: Option<UserId>,

    /// Words that begin with these are in the user's name or address, the workflow's name or the
    /// error.
    pub search: String,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// After which execution a page begins: the list is ordered by time, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub at: Timestamp,
    pub id: ExecutionId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub executions: Vec<Summary>,

    /// `None` on the last page.
    pub next: Option<Place>,
}

/// A page of executions, the newest first, beginning after `place`.
///
/// What a common word finds is ordered by when it was recorded, which is the same unless the clock
/// was set back.
pub fn page(
    db: &Connection,
    filter: &Filter,
    place: Option<Place>,
    limit: usize,
) -> Result<Listed, StoreError> {
    let words = words(&filter.search);
    let sets = sets(db, filter)?;
    let most = limit + 1;
    let walk = || Query::in_order(filter, &sets).after(place);
    let mut executions = match words.as_slice() {
        [] => walk().summaries(db, most)?,
        words => match found(db, words)? {
            Some(few) => Query::among(filter, &sets, &few)
                .after(place)
                .summaries(db, most)?,
            None if sets.is_empty() && filter.from.is_none() && filter.until.is_none() => {
                Query::searched(filter, words, place).summaries(db, most)?
            }
            None => walk().holding(db, words, most)?,
        },
    };
    let has_more = executions.len() > limit;
    executions.truncate(limit);
    let last = executions.last().filter(|_| has_more);
    Ok(Listed {
        next: last.map(|it| Place {
            at: it.at,
            id: it.id,
        }),
        executions,
    })
}

/// The words of a search; none when it has no letters or digits.
fn words(search: &str) -> Vec<String> {
    text::fold(search)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Every word as the beginning of a word.
fn match_query(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
    words.join(" AND ")
}

/// What a search finds, unless it is too much.
fn found(db: &Connection, words: &[String]) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT rowid FROM executions_search WHERE executions_search MATCH ?1 LIMIT ?2",
    )?;
    let rows = statement.query_map((match_query(words), FEW + 1), |row| row.get(0))?;
    let ids: Vec<i64> = rows.collect::<Result<_, _>>()?;
    let few = (ids.len() as i64 <= FEW).then(|| sql::json(&ids));
    Ok(few.transpose()?)
}

/// The executions that one part of a filter names, and the index that holds them by time.
struct Set {
    index: &'static str,
    test: &'static str,
    value: Value,
}

/// The sets of a filter, the smallest first.
fn sets(db: &Connection, filter: &Filter) -> Result<Vec<Set>, StoreError> {
    let mut sets = Vec::new();
    if let Some(user) = filter.user {
        sets.push(Set {
            index: "executions INDEXED BY executions_user",
            test: "user_id = ?",
            value: user.number().into(),
        });
    }
    if let Some(status) = filter.status {
        sets.push(Set {
            index: "executions INDEXED BY executions_status",
            test: "status = ?",
            value: sql::word(&status)?.into(),
        });
    }
    if let Some(workflow) = filter.workflow {
        sets.push(Set {
            index: "executions INDEXED BY executions_workflow",
            test: "workflow = ?",
            value: workflow.number().into(),
        });
    }
    if sets.len() > 1 {
        let mut sized = Vec::new();
        for set in sets {
            sized.push((set.size(db)?, set));
        }
        sized.sort_by_key(|(size, _)| *size);
        sets = sized.into_iter().map(|(_, set)| set).collect();
    }
    Ok(sets)
}

impl Set {
    /// How many there are, counted up to a little more than [`FEW`].
    fn size(&self, db: &Connection) -> Result<i64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT ?)",
            self.index, self.test
        );
        let mut statement = db.prepare_cached(&sql)?;
        Ok(statement.query_row((&self.value, FEW + 1), |row| row.get(0))?)
    }
}

/// A query over executions, built up of fixed texts.
struct Query {
    source: &'static str,
    conditions: Vec<&'static str>,
    values: Vec<Value>,
    order: &'static str,
}

const BY_TIME: &str = "at DESC, executions.id DESC";

impl Query {
    /// Walks the index of the smallest set, which has the order of the list.
    fn in_order(filter: &Filter, sets: &[Set]) -> Self {
        let index = sets.first().map(|set| set.index);
        let source = index.unwrap_or("executions INDEXED BY executions_at");
        Self::new(source, BY_TIME).filtered(filter, sets)
    }

    /// Takes the executions whose numbers are written in `ids`.
    fn among(filter: &Filter, sets: &[Set], ids: &str) -> Self {
        let source = "json_each(?) AS found CROSS JOIN executions ON executions.id = found.value";
        let mut query = Self::new(source, BY_TIME);
        query.values.push(ids.to_owned().into());
        query.filtered(filter, sets)
    }

    /// Takes what the search finds, the last recorded first.
    fn searched(filter: &Filter, words: &[String], place: Option<Place>) -> Self {
        let source =
            "executions_search CROSS JOIN executions ON executions.id = executions_search.rowid";
        let query = Self::new(source, "executions_search.rowid DESC")
            .and("executions_search MATCH ?", match_query(words));
        let query = match place {
            Some(place) => query.and("executions_search.rowid < ?", place.id.number()),
            None => query,
        };
        query.filtered(filter, &[])
    }

    fn new(source: &'static str, order: &'static str) -> Self {
        Self {
            source,
            conditions: vec!["1"],
            values: Vec::new(),
            order,
        }
    }

    fn filtered(self, filter: &Filter, sets: &[Set]) -> Self {
        let mut query = sets
            .iter()
            .fold(self, |query, set| query.and(set.test, set.value.clone()));
        if let Some(from) = filter.from {
            query = query.and("at >= ?", from.timestamp_micros());
        }
        if let Some(until) = filter.until {
            query = query.and("at < ?", until.timestamp_micros());
        }
        query
    }

    fn after(mut self, place: Option<Place>) -> Self {
        if let Some(place) = place {
            self.conditions.push("(at, executions.id) < (?, ?)");
            self.values.push(place.at.timestamp_micros().into());
            self.values.push(place.id.number().into());
        }
        self
    }

    fn and(mut self, condition: &'static str, value: impl Into<Value>) -> Self {
        self.conditions.push(condition);
        self.values.push(value.into());
        self
    }

    fn sql(&self, columns: &str) -> String {
        format!(
            "SELECT {columns} FROM {} WHERE {} ORDER BY {} LIMIT ?",
            self.source,
            self.conditions.join(" AND "),
            self.order
        )
    }

    fn summaries(mut self, db: &Connection, limit: usize) -> Result<Vec<Summary>, StoreError> {
        self.values.push(Value::Integer(limit as i64));
        let mut statement = db.prepare_cached(&self.sql(COLUMNS))?;
        let rows = statement.query_map(params_from_iter(self.values), summary)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Those in whose texts words begin with `wanted`, by reading the texts.
    fn holding(
        mut self,
        db: &Connection,
        wanted: &[String],
        limit: usize,
    ) -> Result<Vec<Summary>, StoreError> {
        self.values.push(Value::Integer(i64::MAX));
        let sql = self.sql(
            "executions.id, concat_ws(' ', subject,
                 (SELECT body ->> '$.after.email' FROM events WHERE events.id = event),
                 workflow_name, error)",
        );
        let mut statement = db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(self.values))?;
        let mut executions = Vec::new();
        while let Some(row) = rows.next()? {
            let has = words(&row.get::<_, String>(1)?);
            let is_there = |word: &String| has.iter().any(|it| it.starts_with(word.as_str()));
            if wanted.iter().all(is_there) {
                executions.extend(super::get(db, row.get(0)?)?);
            }
            if executions.len() == limit {
                break;
            }
        }
        Ok(executions)
    }
}
