//! The history as a list that stays fast with a million executions: pages by key, never by offset.

use rusqlite::{Connection, types::Value};

use super::{COLUMNS, Summary, TEXTS, summary};
use crate::{
    model::{
        Timestamp,
        execution::Status,
        id::{ExecutionId, UserId, WorkflowId},
        text,
    },
    store::{
        StoreError,
        select::{Enough, Select},
        sql,
    },
};

/// How many rows may be sorted, or their texts be read, for one page.
const FEW: i64 = 3_000;

/// Which executions a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<Status>,
    pub workflow: Option<WorkflowId>,
    pub user: Option<UserId>,

    /// Texts, separated by spaces, that are all somewhere in the user's name or address, the
    /// workflow's name or the error. If none has three characters, words of the newest executions
    /// begin with them.
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

/// A page of executions, the newest first, beginning after `place`. Those of a user are also the
/// scheduled ones that had an item for the user.
///
/// What a common word finds is ordered by when it was recorded, which is the same unless the clock
/// was set back.
pub fn page(
    db: &Connection,
    filter: &Filter,
    place: Option<Place>,
    limit: usize,
) -> Result<Listed, StoreError> {
    let wanted = Wanted::new(&filter.search);
    let sets = sets(db, filter)?;
    let most = limit + 1;
    let walk = || Query::in_order(filter, &sets).after(place);
    let mut executions = if wanted.words.is_empty() {
        walk().summaries(db, most)?
    } else if let Some(phrases) = wanted.phrases() {
        match found(db, &phrases)? {
            Some(few) => Query::among(filter, &sets, &few).after(place).holding(
                db,
                &wanted,
                i64::MAX,
                most,
            )?,
            None if sets.is_empty() && filter.from.is_none() && filter.until.is_none() => {
                Query::searched(&phrases, place).holding(db, &wanted, i64::MAX, most)?
            }
            None => walk().holding(db, &wanted, i64::MAX, most)?,
        }
    } else {
        walk().holding(db, &wanted, FEW, most)?
    };
    if let Some(user) = filter.user {
        let others = sets_of(&Filter {
            user: None,
            ..filter.clone()
        })?;
        let items = Query::of_items(filter, &others, user).after(place);
        executions.extend(if wanted.words.is_empty() {
            items.summaries(db, most)?
        } else {
            items.holding(db, &wanted, i64::MAX, most)?
        });
        executions.sort_by_key(|it| std::cmp::Reverse((it.at, it.id.number())));
    }
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

/// What a search asks for.
struct Wanted {
    words: Vec<String>,
}

impl Wanted {
    fn new(search: &str) -> Self {
        let folded = text::fold(search);
        Self {
            words: folded.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// The question for the trigram index, which knows no fewer than three characters; and none
    /// with control characters, which are in no text.
    fn phrases(&self) -> Option<String> {
        let phrases: Vec<String> = self
            .words
            .iter()
            .filter(|word| !is_short(word) && !word.contains(char::is_control))
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect();
        (!phrases.is_empty()).then(|| phrases.join(" AND "))
    }

    fn is_in(&self, text: &str) -> bool {
        let text = text::fold(text);
        self.words.iter().all(|wanted| {
            if is_short(wanted) {
                let begins = |(at, _)| !text[..at].ends_with(char::is_alphanumeric);
                text.match_indices(wanted.as_str()).any(begins)
            } else {
                text.contains(wanted.as_str())
            }
        })
    }
}

fn is_short(word: &str) -> bool {
    word.chars().count() < 3
}

/// What a search finds, unless it is too much.
fn found(db: &Connection, phrases: &str) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT rowid FROM executions_search WHERE executions_search MATCH ?1 LIMIT ?2",
    )?;
    let rows = statement.query_map((phrases, FEW + 1), |row| row.get(0))?;
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
    let sets = sets_of(filter)?;
    if sets.len() < 2 {
        return Ok(sets);
    }
    let mut sized = Vec::new();
    for set in sets {
        sized.push((set.size(db)?, set));
    }
    sized.sort_by_key(|(size, _)| *size);
    Ok(sized.into_iter().map(|(_, set)| set).collect())
}

fn sets_of(filter: &Filter) -> Result<Vec<Set>, StoreError> {
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

/// A query over executions.
struct Query(Select);

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
        let query = Select::new(source, BY_TIME).given(ids.to_owned());
        Self(query).filtered(filter, sets)
    }

    /// Takes the scheduled executions that have an item for the user.
    fn of_items(filter: &Filter, sets: &[Set], user: UserId) -> Self {
        let source = "(SELECT execution FROM items WHERE user_id = ?) AS found
             CROSS JOIN executions ON executions.id = found.execution";
        let query = Self(Select::new(source, BY_TIME).given(user.number()));
        query.filtered(filter, sets)
    }

    /// Takes what the search finds, the last recorded first.
    fn searched(phrases: &str, place: Option<Place>) -> Self {
        let source =
            "executions_search CROSS JOIN executions ON executions.id = executions_search.rowid";
        let query = Self::new(source, "executions_search.rowid DESC")
            .and("executions_search MATCH ?", phrases.to_owned());
        match place {
            Some(place) => query.and("executions_search.rowid < ?", place.id.number()),
            None => query,
        }
    }

    fn new(source: &'static str, order: &'static str) -> Self {
        Self(Select::new(source, order))
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

    fn after(self, place: Option<Place>) -> Self {
        let Some(place) = place else {
            return self;
        };
        let values = [place.at.timestamp_micros().into(), place.id.number().into()];
        Self(self.0.and_all("(at, executions.id) < (?, ?)", values))
    }

    fn and(self, condition: &'static str, value: impl Into<Value>) -> Self {
        Self(self.0.and(condition, value))
    }

    fn summaries(self, db: &Connection, limit: usize) -> Result<Vec<Summary>, StoreError> {
        self.0.rows(db, COLUMNS, limit, summary)
    }

    /// Those in whose texts is what is wanted, by reading the texts of up to `most` rows.
    fn holding(
        self,
        db: &Connection,
        wanted: &Wanted,
        most: i64,
        limit: usize,
    ) -> Result<Vec<Summary>, StoreError> {
        let columns = format!("executions.id, {TEXTS}");
        let mut executions = Vec::new();
        self.0.visit(db, &columns, most, |row| {
            if wanted.is_in(&row.get::<_, String>(1)?) {
                executions.extend(super::get(db, row.get(0)?)?);
            }
            Ok(Enough::when(executions.len() == limit))
        })?;
        Ok(executions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            attribute::Values,
            event::{Event, EventKind, Source},
            id::VersionId,
            user::{Status as UserStatus, UserState},
        },
        store::{Store, events, executions},
    };

    /// One execution per name, all of one microsecond in pairs.
    fn with(names: &'static [&'static str]) -> Store {
        let store = Store::in_memory().expect("in memory");
        let written = store.write(move |tx| {
            for (number, name) in (0_i64..).zip(names) {
                insert(tx, number, name)?;
            }
            Ok::<_, StoreError>(())
        });
        written.expect("executions");
        store
    }

    fn at(number: i64) -> Timestamp {
        Timestamp::from_timestamp_micros(number / 2).expect("a moment")
    }

    fn insert(tx: &crate::store::Tx<'_>, number: i64, name: &str) -> Result<(), StoreError> {
        let email = format!("{name}@example.org");
        let event = events::insert(
            tx,
            &Event {
                kind: EventKind::UserCreated,
                source: Source::AdminPortal,
                user: None,
                at: at(number),
                before: None,
                after: UserState {
                    username: name.to_owned(),
                    email: email.clone(),
                    first_name: String::new(),
                    last_name: String::new(),
                    phone: String::new(),
                    status: UserStatus::Active,
                    attributes: Values::new(),
                    groups: std::collections::BTreeMap::new(),
                    roles: std::collections::BTreeMap::new(),
                    mfa: [].into(),
                },
            },
        )?;
        let status = if number % 3 == 0 {
            Status::Filtered
        } else {
            Status::Succeeded
        };
        executions::insert(
            tx,
            &executions::NewExecution {
                workflow: WorkflowId::new(1 + number % 2),
                version: VersionId::new(1),
                workflow_name: "Welcome",
                version_number: 1,
                trigger: "",
                event: Some(event),
                user: Some(UserId::new(number)),
                subject: name,
                email: &email,
                status,
                at: at(number),
                error: None,
                steps: &[],
            },
        )?;
        Ok(())
    }

    fn paged(store: &Store, filter: &Filter, limit: usize) -> Vec<String> {
        let mut all = Vec::new();
        let mut place = None;
        loop {
            let listed = store
                .read(|db| page(db, filter, place, limit))
                .expect("a page");
            all.extend(listed.executions.into_iter().map(|it| it.subject));
            place = listed.next;
            if place.is_none() {
                return all;
            }
        }
    }

    fn search(text: &str) -> Filter {
        Filter {
            search: text.to_owned(),
            ..Filter::default()
        }
    }

    #[test]
    fn pages_by_time_show_every_execution_once_also_those_of_one_moment() {
        let store = with(&["a", "b", "c", "d", "e"]);
        for limit in 1..7 {
            let all = paged(&store, &Filter::default(), limit);
            assert_eq!(all, ["e", "d", "c", "b", "a"], "{limit}");
        }
    }

    #[test]
    fn filters_hold_together() {
        let store = with(&["a", "b", "c", "d", "e", "f", "g"]);
        let filter = Filter {
            status: Some(Status::Filtered),
            workflow: Some(WorkflowId::new(1)),
            ..Filter::default()
        };
        assert_eq!(paged(&store, &filter, 1), ["g", "a"]);
        let filter = Filter {
            from: Some(at(2)),
            until: Some(at(4)),
            ..Filter::default()
        };
        assert_eq!(paged(&store, &filter, 1), ["d", "c"]);
        let filter = Filter {
            user: Some(UserId::new(3)),
            ..search("example d@")
        };
        assert_eq!(paged(&store, &filter, 1), ["d"]);
    }

    #[test]
    fn what_is_searched_is_only_text() {
        let store = with(&["ada", "o'brien", "a\"bc", "per%cent", "st*r"]);
        for (text, expected) in [
            ("bri", &["o'brien"][..]),
            ("a\"b", &["a\"bc"]),
            ("r%c", &["per%cent"]),
            ("st*", &["st*r"]),
            ("AD", &["ada"]),
            ("ad welc", &["ada"]),
            ("ada bob", &[]),
            ("ada\0", &[]),
            ("NOT", &[]),
            ("  ", &["st*r", "per%cent", "a\"bc", "o'brien", "ada"]),
        ] {
            assert_eq!(paged(&store, &search(text), 10), expected, "{text:?}");
        }
    }

    /// With a million executions a scan of the table takes a second.
    #[test]
    fn no_list_reads_the_whole_table() {
        let store = with(&["ada"]);
        let filter = Filter {
            status: Some(Status::Failed),
            workflow: Some(WorkflowId::new(1)),
            ..Filter::default()
        };
        let place = Some(Place {
            at: at(1),
            id: ExecutionId::new(1),
        });
        let plans = store.read(|db| {
            let sets = sets(db, &filter)?;
            let mut plans = Vec::new();
            for query in [
                Query::in_order(&filter, &sets).after(place),
                Query::in_order(&filter, &[]).after(place),
                Query::among(&filter, &sets, "[1]").after(place),
                Query::searched("\"ada\"", place),
            ] {
                plans.push(query.0.plan(db, COLUMNS)?);
            }
            Ok::<_, StoreError>(plans)
        });
        for plan in plans.expect("plans") {
            let scans = |line: &String| {
                line.starts_with("SCAN executions") && !line.contains("VIRTUAL TABLE")
            };
            let walks_without_end = |line: &String| line.starts_with("SCAN executions USING INDEX");
            assert!(
                !plan.iter().any(|it| scans(it) && !walks_without_end(it)),
                "{plan:?}"
            );
        }
    }
}
