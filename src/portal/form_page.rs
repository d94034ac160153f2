//! A page that is one form: what it says, its fields, and what is wrong with them.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use serde::Serialize;

use super::{
    fields::{Alert, Field, Mistake, Rule, mistakes},
    page::{self, Brand, Link},
    site::retry_later,
};
use crate::model::user::FieldError;

/// What the template `form.html` shows.
#[derive(Default, Serialize)]
pub(super) struct FormPage {
    pub(super) title: &'static str,
    pub(super) intro: Vec<String>,

    /// Whether the organisation's welcome stands above the form.
    pub(super) is_welcome: bool,

    /// What has just been done, or what is well.
    pub(super) done: Option<String>,
    pub(super) action: &'static str,
    pub(super) token: String,
    pub(super) hidden: Vec<Hidden>,
    pub(super) fields: Vec<Field>,
    pub(super) rules: Vec<Rule>,

    /// The texts that a password must not be made of and that are not in the form, as JSON.
    pub(super) own: String,
    pub(super) button: &'static str,
    pub(super) is_dangerous: bool,

    /// Other ways to the same end, each a button.
    pub(super) ways: Vec<Way>,

    /// Where else to go.
    pub(super) links: Vec<Link>,
    pub(super) alert: Option<Alert>,

    /// Those of the fields, as [`Self::told`] finds them.
    pub(super) errors: Vec<Mistake>,
}

/// What the form carries along.
#[derive(Serialize)]
pub(super) struct Hidden {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// A provider through which somebody can sign in.
#[derive(Serialize)]
pub(super) struct Way {
    pub(super) href: String,
    pub(super) label: String,
}

/// Why a form that has arrived was not accepted.
#[derive(Debug)]
pub(super) enum Trouble {
    Fields(Vec<FieldError>),

    /// The answer is no, and no field is to blame.
    Refused(Alert),

    /// Not at this moment; the form can be sent again after so many seconds.
    Later(Alert, i64),

    /// The same, because of what was done before.
    Limited(Alert, i64),
}

impl Trouble {
    pub(super) fn field(name: &str, message: &str) -> Self {
        Self::Fields(vec![FieldError::new(name, message)])
    }

    pub(super) fn broken() -> Self {
        Self::Later(Alert::broken(), 60)
    }

    fn errors(&self) -> &[FieldError] {
        match self {
            Self::Fields(errors) => errors,
            Self::Refused(_) | Self::Later(..) | Self::Limited(..) => &[],
        }
    }
}

impl FormPage {
    /// With what is wrong with it.
    pub(super) fn told(mut self, trouble: Option<&Trouble>) -> Self {
        if let Some(trouble) = trouble {
            let errors = trouble.errors();
            let fields = std::mem::take(&mut self.fields);
            self.fields = fields.into_iter().map(|it| it.told(errors)).collect();
            self.errors = mistakes(&self.fields);
            self.alert = match trouble {
                Trouble::Fields(errors) => self.unplaced(errors),
                Trouble::Refused(alert) | Trouble::Later(alert, _) | Trouble::Limited(alert, _) => {
                    Some(alert.clone())
                }
            };
        }
        self
    }

    /// About what the form does not ask for: its reader cannot mend it.
    fn unplaced(&self, errors: &[FieldError]) -> Option<Alert> {
        let is_placed = |error: &&FieldError| self.fields.iter().any(|it| it.is_about(error));
        let texts: Vec<String> = errors
            .iter()
            .filter(|it| !is_placed(it))
            .map(ToString::to_string)
            .collect();
        (!texts.is_empty()).then_some(Alert {
            title: "Something that this form does not ask for is not as it should be",
            texts,
        })
    }

    /// Outside an account.
    pub(super) fn render(&self, brand: &Brand) -> Html<String> {
        page::render("form.html", brand, self)
    }
}

/// The page with the status that belongs to the trouble.
pub(super) fn answer(trouble: Option<&Trouble>, page: Html<String>) -> Response {
    match trouble {
        None => page.into_response(),
        Some(Trouble::Fields(_) | Trouble::Refused(_)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Some(Trouble::Later(_, seconds)) => {
            let response = (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
            retry_later(response, *seconds)
        }
        Some(Trouble::Limited(_, seconds)) => {
            let response = (StatusCode::TOO_MANY_REQUESTS, page).into_response();
            retry_later(response, *seconds)
        }
    }
}
