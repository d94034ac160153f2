//! A mail as it would be, for whoever writes its template.

use super::{chart, report, values};
use crate::{
    command::CommandError,
    model::{
        mail::{Attachment, Person},
        settings::Settings,
        template::{Audience, Compiled, Rendered, Row, Sample, Template, TemplateText, Values},
    },
};

/// How many users the list of a report has.
const ROWS: usize = 3;

const CID: &str = "chart@tenure.invalid";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub rendered: Rendered,
    pub attachments: Vec<Attachment>,
}

/// The mail to this user, with invented values where there are none.
pub fn preview(
    template: Template,
    text: &TemplateText,
    settings: &Settings,
    user: Option<Person<'_>>,
) -> Result<Preview, CommandError> {
    let mut values = Values::sample(template, ROWS)
        .text("portal", &settings.branding.name)
        .text("color", &settings.branding.color);
    let mut attachments = Vec::new();
    match (template.audience(), user) {
        (Audience::Users, Some(user)) => values = values::named(values, settings, user),
        (Audience::Users, None) => (),
        (Audience::Admins, _) => {
            let rows = vec![Row::sample(template); ROWS];
            let has_chart = template
                .placeholders()
                .iter()
                .any(|it| it.sample == Sample::Picture);
            let drawn = has_chart
                .then(|| chart::dormant(&rows, &settings.branding.color))
                .transpose()?;
            let file_name = format!("{template}.csv");
            attachments = report::files(template, &rows, drawn.as_ref(), &file_name, CID)?;
            let picture = drawn.map(|it| it.as_picture(CID));
            values = values.text("file", &file_name).picture(picture);
        }
    }
    let rendered = Compiled::new(text)?.render(&values)?;
    Ok(Preview {
        rendered,
        attachments,
    })
}
