//! What a client asks a list for (RFC 7644 §3.4.2), in the address or in a search request.

use serde_json::Value;

use super::{
    super::form::Form,
    body::{self, Object, get},
    error::ScimError,
    filter::{self, Filter},
    projection::Projection,
};

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// How many resources one answer holds when the client does not say.
const USUAL_COUNT: u64 = 100;

/// How many resources one answer holds at most.
pub(super) const MAX_COUNT: u64 = 200;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Query {
    pub(super) filter: Option<Filter>,
    pub(super) sort_by: String,
    pub(super) sort_order: String,

    /// The first is 1.
    pub(super) start: u64,
    pub(super) count: u64,
    pub(super) projection: Projection,
}

impl Query {
    pub(super) fn from_address(query: Option<&str>) -> Result<Self, ScimError> {
        let form = parameters(query)?;
        let whole = |name: &str| match form.text(name).trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_not_one| not_whole(name)),
        };
        Self::new(
            form.text("filter"),
            form.text("sortBy"),
            form.text("sortOrder"),
            (whole("startIndex")?, whole("count")?),
            projection(&form)?,
        )
    }

    pub(super) fn from_body(request: &Object) -> Result<Self, ScimError> {
        body::check_schema(request, SCHEMA)?;
        let text = |name: &str| match get(request, name) {
            None | Some(Value::Null) => Ok(""),
            Some(Value::String(text)) => Ok(text.as_str()),
            Some(_) => Err(ScimError::value(format!("{name} must be a text"))),
        };
        let whole = |name: &str| match get(request, name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| not_whole(name)),
        };
        let projection = Projection::from_values(
            get(request, "attributes"),
            get(request, "excludedAttributes"),
        )?;
        Self::new(
            text("filter")?,
            text("sortBy")?,
            text("sortOrder")?,
            (whole("startIndex")?, whole("count")?),
            projection,
        )
    }

    /// Numbers out of range count as the nearest that is in it (RFC 7644 §3.4.2.4).
    fn new(
        filter: &str,
        sort_by: &str,
        sort_order: &str,
        (start, count): (Option<i64>, Option<i64>),
        projection: Projection,
    ) -> Result<Self, ScimError> {
        let filter = match filter.trim() {
            "" => None,
            text => Some(filter::filter(text).map_err(|err| ScimError::filter(&err))?),
        };
        let start = start.unwrap_or(1).max(1).unsigned_abs();
        let count = count.map_or(USUAL_COUNT, |it| it.max(0).unsigned_abs());
        Ok(Self {
            filter,
            sort_by: sort_by.trim().to_owned(),
            sort_order: sort_order.trim().to_owned(),
            start,
            count: count.min(MAX_COUNT),
            projection,
        })
    }
}

/// The attributes that the address of one resource asks for.
pub(super) fn asked_attributes(query: Option<&str>) -> Result<Projection, ScimError> {
    match query {
        None | Some("") => Ok(Projection::default()),
        query => projection(&parameters(query)?),
    }
}

fn projection(form: &Form) -> Result<Projection, ScimError> {
    Projection::from_texts(form.text("attributes"), form.text("excludedAttributes"))
}

fn parameters(query: Option<&str>) -> Result<Form, ScimError> {
    Form::parse(query.unwrap_or_default().as_bytes())
        .map_err(|_reason| ScimError::value("the parameters in the address cannot be read"))
}

fn not_whole(name: &str) -> ScimError {
    ScimError::value(format!("{name} must be a whole number"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(query: &str, start: u64, count: u64) {
        let read = Query::from_address(Some(query)).expect("a query");
        assert_eq!((read.start, read.count), (start, count), "{query}");
    }

    #[test]
    fn numbers_out_of_range_count_as_the_nearest_in_it() {
        check("", 1, USUAL_COUNT);
        check("startIndex=0&count=0", 1, 0);
        check("startIndex=-5&count=-5", 1, 0);
        check("startIndex=7&count=1000000", 7, MAX_COUNT);
        check("startIndex=9223372036854775807&count=1", i64::MAX as u64, 1);
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for bad in [
            "count=x",
            "startIndex=1.5",
            "startIndex=99999999999999999999",
            "filter=x",
            "filter=%ff",
            "count=1&count=2",
            "attributes=a%20b",
        ] {
            assert!(Query::from_address(Some(bad)).is_err(), "{bad}");
        }
        for bad in [
            json!({ "count": "1" }),
            json!({ "startIndex": 1.5 }),
            json!({ "filter": 1 }),
            json!({ "attributes": "userName" }),
        ] {
            let mut request = bad.as_object().expect("an object").clone();
            request.insert("schemas".to_owned(), json!([SCHEMA]));
            assert!(Query::from_body(&request).is_err(), "{bad}");
        }
        assert!(Query::from_body(&Object::new()).is_err(), "no schema");
    }

    #[test]
    fn an_address_and_a_request_ask_for_the_same() {
        let address = "filter=userName+sw+%22a%22&sortBy=userName&sortOrder=descending\
                       &startIndex=2&count=3&attributes=userName,emails";
        let request = json!({
            "schemas": [SCHEMA],
            "filter": "userName sw \"a\"",
            "sortBy": "userName",
            "sortOrder": "descending",
            "startIndex": 2,
            "count": 3,
            "attributes": ["userName", "emails"],
        });
        let request = request.as_object().expect("an object");
        let from_body = Query::from_body(request).expect("a query");
        assert_eq!(Query::from_address(Some(address)), Ok(from_body));
    }
}
