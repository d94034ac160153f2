//! A SELECT over one of the large tables, built up of fixed texts; values never become text of it.

use rusqlite::{Connection, Row, params_from_iter, types::Value};

use super::StoreError;

pub(super) struct Select {
    source: &'static str,
    conditions: Vec<&'static str>,
    values: Vec<Value>,
    order: &'static str,
}

impl Select {
    /// From `source`, which may name the index to walk, in the given order.
    pub(super) fn new(source: &'static str, order: &'static str) -> Self {
        Self {
            source,
            conditions: Vec::new(),
            values: Vec::new(),
            order,
        }
    }

    /// A value that stands in the source, before those of all conditions.
    pub(super) fn given(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// A condition with one `?`.
    pub(super) fn and(mut self, condition: &'static str, value: impl Into<Value>) -> Self {
        self.conditions.push(condition);
        self.values.push(value.into());
        self
    }

    /// A condition with several.
    pub(super) fn and_all(
        mut self,
        condition: &'static str,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        self.conditions.push(condition);
        self.values.extend(values);
        self
    }

    /// Its text, which takes the limit as its last value.
    fn sql(&self, columns: &str) -> String {
        let conditions = if self.conditions.is_empty() {
            "1".to_owned()
        } else {
            self.conditions.join(" AND ")
        };
        format!(
            "SELECT {columns} FROM {} WHERE {conditions} ORDER BY {} LIMIT ?",
            self.source, self.order
        )
    }

    /// Up to `limit` rows, each read by `read` until it says that this is enough.
    pub(super) fn visit(
        mut self,
        db: &Connection,
        columns: &str,
        limit: i64,
        mut read: impl FnMut(&Row<'_>) -> Result<Enough, StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = db.prepare_cached(&self.sql(columns))?;
        self.values.push(Value::Integer(limit));
        let mut rows = statement.query(params_from_iter(self.values))?;
        while let Some(row) = rows.next()? {
            if read(row)? == Enough::Yes {
                break;
            }
        }
        Ok(())
    }

    /// Up to `limit` rows.
    pub(super) fn rows<T>(
        mut self,
        db: &Connection,
        columns: &str,
        limit: usize,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = db.prepare_cached(&self.sql(columns))?;
        self.values.push(Value::Integer(limit as i64));
        let rows = statement.query_map(params_from_iter(self.values), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
impl Select {
    /// How SQLite would go about it.
    pub(super) fn plan(
        mut self,
        db: &Connection,
        columns: &str,
    ) -> Result<Vec<String>, StoreError> {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {}", self.sql(columns)))?;
        self.values.push(Value::Integer(10));
        let rows = statement.query_map(params_from_iter(self.values), |row| row.get(3))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Whether more rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enough {
    Yes,
    No,
}

impl Enough {
    pub(super) fn when(is_enough: bool) -> Self {
        if is_enough { Self::Yes } else { Self::No }
    }
}
