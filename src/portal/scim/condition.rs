//! "Only if it is still the version that I know" (RFC 9110 §13.1, RFC 7644 §3.14).

use axum::http::{
    HeaderMap,
    header::{IF_MATCH, IF_NONE_MATCH},
};

use super::{answer::version, error::ScimError};

/// Which versions of a resource a request is meant for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Condition {
    only: Option<String>,
    not: Option<String>,
}

impl Condition {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let all = |name| {
            let values = headers.get_all(name).iter();
            let texts: Vec<&str> = values.filter_map(|it| it.to_str().ok()).collect();
            (!texts.is_empty()).then(|| texts.join(","))
        };
        Self {
            only: all(IF_MATCH),
            not: all(IF_NONE_MATCH),
        }
    }

    /// As an operation of a bulk request says it.
    pub(super) fn only(version: &str) -> Self {
        Self {
            only: Some(version.to_owned()),
            not: None,
        }
    }

    /// Whether the client has said which version it means, so that another one is its business.
    pub(super) fn is_bound(&self) -> bool {
        self.only.is_some()
    }

    /// Refuses to change a resource of another version.
    pub(super) fn check(&self, revision: u64) -> Result<(), ScimError> {
        let is_other = self.only.as_ref().is_some_and(|it| !names(it, revision));
        if is_other || self.knows(revision) {
            return Err(ScimError::outdated());
        }
        Ok(())
    }

    /// Whether the client has this version already.
    pub(super) fn knows(&self, revision: u64) -> bool {
        self.not.as_ref().is_some_and(|it| names(it, revision))
    }
}

/// Whether a list of entity tags holds the one of this revision, weak or not.
fn names(tags: &str, revision: u64) -> bool {
    let known = version(revision);
    let known = known.trim_start_matches("W/");
    tags.split(',').any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.trim_start_matches("W/") == known
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tags: &str, is_expected: bool) {
        assert_eq!(names(tags, 12), is_expected, "{tags}");
    }

    #[test]
    fn tags_are_compared_weakly() {
        check("W/\"12\"", true);
        check("\"12\"", true);
        check("*", true);
        check("\"11\", W/\"12\"", true);
        check("W/\"1\"", false);
        check("12", false);
        check("", false);
        check("W/\"12", false);
    }
}
