//! Mails to look at.

use rusqlite::Connection;

use super::{COLUMNS, Kept, StoreError, kept};
use crate::{
    model::{
        id::{ExecutionId, MailId, UserId},
        mail::MailState,
        text,
    },
    store::{select::Select, sql},
};

/// Which mails; whatever is `None` or empty does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: Option<MailState>,
    pub user: Option<UserId>,
    pub execution: Option<ExecutionId>,

    /// Words of the address, the subject or the last answer, in any case.
    pub search: String,
}

/// How many mails there are in each state, those that there are none in left out.
pub type Counts = Vec<(MailState, u64)>;

/// The last `limit` mails, the newest first.
pub fn latest(db: &Connection, limit: usize) -> Result<Vec<Kept>, StoreError> {
    page(db, &Filter::default(), None, limit)
}

/// At most `limit` mails that are older than `before`, the newest first.
pub fn page(
    db: &Connection,
    filter: &Filter,
    before: Option<MailId>,
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    let mut select = Select::new("outbox", "id DESC");
    if let Some(execution) = filter.execution {
        select = select.and("execution = ?", execution.number());
    }
    if let Some(user) = filter.user {
        select = select.and("user_id = ?", user.number());
    }
    if let Some(state) = filter.state {
        select = select.and("state = ?", sql::word(&state)?);
    }
    for word in text::fold(&filter.search).split_whitespace() {
        let has = "instr(fold(address || ' ' || subject || ' ' || coalesce(answer, '')), ?) > 0";
        select = select.and(has, word.to_owned());
    }
    if let Some(before) = before {
        select = select.and("id < ?", before.number());
    }
    select.rows(db, COLUMNS, limit, kept)
}

/// Of all mails, or of those of one execution.
pub fn counts(db: &Connection, execution: Option<ExecutionId>) -> Result<Counts, StoreError> {
    let sql = match execution {
        Some(_) => "SELECT state, count(*) FROM outbox WHERE execution = ?1 GROUP BY state",
        None => "SELECT state, count(*) FROM outbox WHERE ?1 IS NULL GROUP BY state",
    };
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([execution], |row| {
        Ok((sql::from_word(row, 0)?, sql::count(row, 1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
