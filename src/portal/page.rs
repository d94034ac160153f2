//! How pages are made from templates.
//!
//! **Invariant:** every value is escaped, because every template's name ends in `.html`.

use std::sync::LazyLock;

use axum::response::Html;
use minijinja::{Environment, Value, context, syntax::SyntaxConfig, value::Serde};
use serde::Serialize;

use super::assets::{CSS_VERSION, JS_VERSION};

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    let tags_leave_no_lines = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the delimiters are the usual ones");
    templates.set_syntax(tags_leave_no_lines);
    for (name, source) in [
        (
            "layout.html",
            include_str!("../../assets/portal/layout.html"),
        ),
        (
            "notice.html",
            include_str!("../../assets/portal/notice.html"),
        ),
        (
            "fields.html",
            include_str!("../../assets/portal/fields.html"),
        ),
        ("form.html", include_str!("../../assets/portal/form.html")),
        (
            "account.html",
            include_str!("../../assets/portal/account.html"),
        ),
        ("app.html", include_str!("../../assets/portal/app.html")),
        ("codes.html", include_str!("../../assets/portal/codes.html")),
        (
            "security.html",
            include_str!("../../assets/portal/security.html"),
        ),
        (
            "sessions.html",
            include_str!("../../assets/portal/sessions.html"),
        ),
        (
            "sign-on-again.html",
            include_str!("../../assets/portal/sign-on-again.html"),
        ),
    ] {
        templates
            .add_template(name, source)
            .expect("the templates are part of the program, and tests show every one");
    }
    templates
});

/// What every page shows of the organisation.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Brand {
    pub(super) name: String,
    pub(super) welcome: String,

    /// Addresses of the pictures.
    pub(super) logo: Option<String>,
    pub(super) icon: String,
}

/// A page that only says something.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Notice {
    pub(super) title: &'static str,
    pub(super) texts: Vec<String>,
    pub(super) link: Option<Link>,
}

/// What the template of a [`Notice`] gets.
#[derive(Serialize)]
pub(super) struct Said<'a> {
    pub(super) notice: &'a Notice,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Link {
    pub(super) href: &'static str,
    pub(super) text: &'static str,
}

impl Brand {
    /// For when the settings cannot be read.
    pub(super) fn plain() -> Self {
        Self {
            name: "Tenure".to_owned(),
            welcome: String::new(),
            logo: None,
            icon: "/assets/icon.svg".to_owned(),
        }
    }
}

impl Notice {
    pub(super) fn new(title: &'static str, texts: &[&str]) -> Self {
        Self {
            title,
            texts: texts.iter().copied().map(str::to_owned).collect(),
            link: None,
        }
    }

    pub(super) fn with(self, link: Link) -> Self {
        Self {
            link: Some(link),
            ..self
        }
    }
}

pub(super) fn render(template: &str, brand: &Brand, content: &impl Serialize) -> Html<String> {
    let versions = context! { css => CSS_VERSION.as_str(), js => JS_VERSION.as_str() };
    let content = Value::from(Serde(content));
    let rendered = TEMPLATES
        .get_template(template)
        .and_then(|it| it.render(context! { brand => Serde(brand), versions, ..content }));
    Html(rendered.unwrap_or_else(|err| {
        tracing::error!("a page could not be made: {err:#}");
        "Something went wrong here. Please try again later.".to_owned()
    }))
}
