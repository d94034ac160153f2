//! Changes to the texts of mails.

use super::{CommandError, Log, Reply};
use crate::{
    model::template::{self, Template, TemplateText},
    store::templates,
};

pub(super) fn save(
    log: &Log<'_>,
    template: Template,
    text: &TemplateText,
) -> Result<Reply, CommandError> {
    template::check(template, text)?;
    let before = current(log, template)?;
    if before == *text {
        return Ok(Reply::Done);
    }
    if template.default_text() == *text {
        return reset(log, template);
    }
    templates::set(log.tx, template, text, &log.actor.name, log.now)?;
    log.changed("template.save", template.name(), Some(&before), Some(text))
}

/// Back to the text that came with the program.
pub(super) fn reset(log: &Log<'_>, template: Template) -> Result<Reply, CommandError> {
    let Some(before) = templates::get(log.tx, template)? else {
        return Ok(Reply::Done);
    };
    templates::remove(log.tx, template)?;
    let after = template.default_text();
    let name = template.name();
    log.changed("template.reset", name, Some(&before.text), Some(&after))
}

fn current(log: &Log<'_>, template: Template) -> Result<TemplateText, CommandError> {
    let written = templates::get(log.tx, template)?;
    Ok(written.map_or_else(|| template.default_text(), |it| it.text))
}
