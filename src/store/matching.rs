//! Which rows are meant, as a condition of SQL: made of fixed texts, while values stay values.
//!
//! **Invariants:** nothing that a client wrote becomes text of a statement. What is missing meets
//! no comparison but "is not".

use rusqlite::types::Value;

use super::sql;

/// A condition on the attributes `A` of one thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Test<A> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),

    /// There is a value.
    Present(A),
    Compare(A, Relation, Operand),

    /// Known without looking.
    Always(bool),
}

/// How a value is to be, compared with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Equal,
    Contains,
    StartsWith,
    EndsWith,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a value is compared with; a text in the form in which its attribute is compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    Text(String),
    Number(f64),
    Whole(i64),
}

/// In which order rows come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<A> {
    pub by: A,
    pub is_descending: bool,
}

/// An expression of SQL, with the values that stand in it.
pub(super) struct Expression {
    pub(super) sql: &'static str,
    pub(super) values: Vec<Value>,

    /// Whether it can be missing: NULL or the empty text.
    pub(super) is_optional: bool,
}

impl Expression {
    /// What is always there.
    pub(super) fn there(sql: &'static str) -> Self {
        Self {
            sql,
            values: Vec::new(),
            is_optional: false,
        }
    }

    pub(super) fn optional(sql: &'static str) -> Self {
        Self {
            is_optional: true,
            ..Self::there(sql)
        }
    }

    pub(super) fn with(self, value: impl Into<Value>) -> Self {
        Self {
            values: vec![value.into()],
            ..self
        }
    }
}

/// How an attribute is compared in SQL.
pub(super) enum Means {
    Value(Expression),

    /// One of several: a condition with one `?` for what one of them must be, and one that is met
    /// when there are any.
    OneOf {
        equal: &'static str,
        present: &'static str,
    },
}

/// A condition while it is put together.
#[derive(Default)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    pub(super) fn of<A>(test: &Test<A>, means: &impl Fn(&A) -> Means) -> Self {
        let mut condition = Self::default();
        condition.test(test, means);
        condition
    }

    fn test<A>(&mut self, test: &Test<A>, means: &impl Fn(&A) -> Means) {
        match test {
            Test::All(all) => self.joined(all, " AND ", "1", means),
            Test::Any(any) => self.joined(any, " OR ", "0", means),
            Test::Not(inner) => {
                // A comparison with what is missing is NULL, whose opposite would be NULL too.
                self.push("NOT coalesce(");
                self.test(inner, means);
                self.push(", 0)");
            }
            Test::Present(attribute) => self.present(means(attribute)),
            Test::Compare(attribute, relation, operand) => {
                self.compare(means(attribute), *relation, operand);
            }
            Test::Always(is_met) => self.push(if *is_met { "1" } else { "0" }),
        }
    }

    fn joined<A>(
        &mut self,
        tests: &[Test<A>],
        word: &str,
        none: &str,
        means: &impl Fn(&A) -> Means,
    ) {
        if tests.is_empty() {
            return self.push(none);
        }
        self.push("(");
        for (index, test) in tests.iter().enumerate() {
            if index > 0 {
                self.push(word);
            }
            self.test(test, means);
        }
        self.push(")");
    }

    fn present(&mut self, means: Means) {
        match means {
            Means::Value(expression) if expression.is_optional => {
                self.push("coalesce(");
                self.expression(&expression);
                self.push(", '') <> ''");
            }
            Means::Value(_) => self.push("1"),
            Means::OneOf { present, .. } => self.push(present),
        }
    }

    fn compare(&mut self, means: Means, relation: Relation, operand: &Operand) {
        let expression = match means {
            Means::Value(expression) => expression,
            Means::OneOf { equal, .. } => {
                self.push(equal);
                self.values.push(operand.value());
                return;
            }
        };
        if let Operand::Text(text) = operand {
            return self.compare_text(expression, relation, text);
        }
        let sign = match relation {
            Relation::Equal => " = ?",
            Relation::Less => " < ?",
            Relation::LessOrEqual => " <= ?",
            Relation::Greater => " > ?",
            Relation::GreaterOrEqual => " >= ?",
            Relation::Contains | Relation::StartsWith | Relation::EndsWith => {
                return self.push("0");
            }
        };
        self.expression(&expression);
        self.push(sign);
        self.values.push(operand.value());
    }

    fn compare_text(&mut self, expression: Expression, relation: Relation, text: &str) {
        let is_part = matches!(
            relation,
            Relation::Contains | Relation::StartsWith | Relation::EndsWith
        );
        if is_part && text.is_empty() {
            return self.present(Means::Value(expression));
        }
        // No text that is kept holds one, and SQLite's functions take NUL for the end.
        if is_part && text.contains('\0') {
            return self.push("0");
        }
        match relation {
            Relation::Contains => {
                self.push("instr(");
                self.expression(&expression);
                self.push(", ?) > 0");
                self.values.push(text.to_owned().into());
            }
            Relation::StartsWith => {
                self.push("(");
                self.expression(&expression);
                self.push(" >= ? AND ");
                self.values.push(text.to_owned().into());
                self.expression(&expression);
                self.push(" < ?)");
                self.values.push(sql::after_prefix(text).into());
            }
            Relation::EndsWith => {
                self.push("substr(");
                self.expression(&expression);
                self.push(", ?) = ?");
                let length = text.chars().count() as i64;
                self.values.push((-length).into());
                self.values.push(text.to_owned().into());
            }
            Relation::Equal => self.ordered(&expression, " = ?", text),
            Relation::Less => self.ordered(&expression, " < ?", text),
            Relation::LessOrEqual => self.ordered(&expression, " <= ?", text),
            Relation::Greater => self.ordered(&expression, " > ?", text),
            Relation::GreaterOrEqual => self.ordered(&expression, " >= ?", text),
        }
    }

    fn ordered(&mut self, expression: &Expression, sign: &str, text: &str) {
        // The empty text stands for what is missing, which is before everything.
        if expression.is_optional && matches!(sign, " < ?" | " <= ?") {
            self.push("(");
            self.expression(expression);
            self.push(" <> '' AND ");
            self.expression(expression);
            self.push(sign);
            self.push(")");
        } else {
            self.expression(expression);
            self.push(sign);
        }
        self.values.push(text.to_owned().into());
    }

    pub(super) fn expression(&mut self, expression: &Expression) {
        self.push(expression.sql);
        self.values.extend(expression.values.iter().cloned());
    }

    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }
}

impl Operand {
    fn value(&self) -> Value {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Number(number) => (*number).into(),
            Self::Whole(number) => (*number).into(),
        }
    }
}

/// The words of an order: what is missing comes last, or first when the order is turned around
/// (RFC 7644 §3.4.2.3). Rows that are the same in it come by id.
pub(super) fn order(sort: Option<(&Expression, bool)>, id: &str) -> Condition {
    let mut order = Condition::default();
    if let Some((expression, is_descending)) = sort {
        let direction = if is_descending { " DESC, " } else { ", " };
        if expression.is_optional {
            order.push("(coalesce(");
            order.expression(expression);
            order.push(", '') = '')");
            order.push(direction);
        }
        order.expression(expression);
        order.push(direction);
    }
    order.push(id);
    order
}
