//! From a template, as it is kept, to mails.

use rusqlite::Connection;

use crate::{
    command::CommandError,
    model::{
        mail::Mail,
        template::{Compiled, Rendered, Template, TemplateText, Values},
    },
    store::{StoreError, templates},
};

/// The texts of a template: an admin's, and those that came with the program.
#[derive(Debug)]
pub struct Texts {
    template: Template,
    written: Option<TemplateText>,
    default: TemplateText,
}

/// Makes mails from one template. Made once for many.
#[derive(Debug)]
pub struct Writer<'a> {
    template: Template,
    written: Option<Compiled<'a>>,
    default: Compiled<'a>,
}

impl Texts {
    pub fn read(db: &Connection, template: Template) -> Result<Self, StoreError> {
        let written = templates::get(db, template)?;
        Ok(Self {
            template,
            written: written.map(|it| it.text),
            default: template.default_text(),
        })
    }

    pub fn writer(&self) -> Result<Writer<'_>, CommandError> {
        let wrong = |err: &dyn std::fmt::Display| CommandError::Mail(err.to_string());
        let default = Compiled::new(&self.default).map_err(|err| wrong(&err))?;
        let written = self.written.as_ref().map(Compiled::new);
        let written = written.and_then(|it| it.map_err(|err| warn(self.template, &err)).ok());
        Ok(Writer {
            template: self.template,
            written,
            default,
        })
    }
}

impl Writer<'_> {
    /// The mail to one address. `key` says what it is about: see [`Mail::key`].
    pub fn mail(&self, address: &str, values: &Values, key: String) -> Result<Mail, CommandError> {
        let Rendered {
            subject,
            html,
            text,
        } = self.render(values)?;
        Ok(Mail {
            address: address.to_owned(),
            template: self.template,
            subject,
            text,
            html,
            attachments: Vec::new(),
            key,
        })
    }

    /// A text that was checked when it was saved can be wrong for a newer Tenure. What comes with the
    /// program is sent then, rather than nothing.
    fn render(&self, values: &Values) -> Result<Rendered, CommandError> {
        if let Some(written) = &self.written {
            match written.render(values) {
                Ok(rendered) => return Ok(rendered),
                Err(err) => warn(self.template, &err),
            }
        }
        let rendered = self.default.render(values);
        rendered.map_err(|err| CommandError::Mail(err.to_string()))
    }
}

fn warn(template: Template, err: &impl std::fmt::Display) {
    tracing::warn!("the template {template} has to be written anew: {err}");
}
