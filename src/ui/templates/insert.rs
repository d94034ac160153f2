//! The list of placeholders that a template may name, each with what it is and a sample.

use egui::Ui;

use crate::{
    model::template::{Placeholder, Sample, Template},
    ui::widgets::{Entry, Picker},
};

/// Returns the text that is to be inserted.
pub(super) fn placeholder_ui(ui: &mut Ui, template: Template) -> Option<String> {
    let mut chosen = None;
    Picker::new("Insert a placeholder", &entries(template))
        .placeholder("Search what a mail can say…")
        .show_one(ui, &mut chosen);
    chosen
}

fn entries(template: Template) -> Vec<Entry<String>> {
    let of_mail = template.placeholders().into_iter().map(|it| {
        let written = match it.sample {
            Sample::Users => "{% for user in users %}{{ user.username }}{% endfor %}".to_owned(),
            Sample::Text(_) | Sample::Number(_) | Sample::Picture => braced(it.name),
        };
        Entry::new(written, it.name).detail(meaning(it))
    });
    let of_rows = template.row_placeholders().iter().map(|it| {
        let name = format!("user.{}", it.name);
        let detail = format!("In the list of users: {}", meaning(*it));
        Entry::new(braced(&name), name.clone()).detail(detail)
    });
    of_mail.chain(of_rows).collect()
}

fn braced(name: &str) -> String {
    format!("{{{{ {name} }}}}")
}

fn meaning(placeholder: Placeholder) -> String {
    let what = placeholder.what;
    match placeholder.sample {
        Sample::Text(sample) => format!("{what}, such as {sample}"),
        Sample::Number(sample) => format!("{what}, such as {sample}"),
        Sample::Users | Sample::Picture => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::template::check;

    #[test]
    fn whatever_can_be_inserted_can_be_saved() {
        for template in Template::ALL {
            for entry in entries(template) {
                let mut text = template.default_text();
                let is_of_row = entry.text.starts_with("user.");
                text.text = if is_of_row {
                    format!("{{% for user in users %}}{}{{% endfor %}}", entry.key)
                } else {
                    entry.key.clone()
                };
                // A placeholder that stands for nothing in one of the samples makes no text.
                text.text.push('.');
                assert_eq!(check(template, &text), Ok(()), "{template}: {}", entry.key);
            }
        }
    }
}
