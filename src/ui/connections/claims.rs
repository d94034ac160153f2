//! Which claim of a provider fills which field of the profile.

use egui::{Align, Layout, Ui, vec2};

use crate::{
    model::{attribute::Attribute, user::field_label},
    ui::{
        icons::Icon,
        tokens::{gap, size},
        widgets::{Banner, Combo, IconButton, Mood, TextField},
    },
};

/// Without these nobody could be made a user.
const NEEDED: [&str; 2] = ["username", "email"];

const BUILT_IN: [&str; 5] = ["username", "email", "first_name", "last_name", "phone"];

/// The height of a field with its label.
const ROW: f32 = size::CONTROL + size::BADGE + gap::XS;

/// The fields that are filled, each with the claim that does it, and a list to add another one.
/// Says whether something has changed.
pub(super) fn claims_ui(
    ui: &mut Ui,
    claims: &mut Vec<(String, String)>,
    attributes: &[Attribute],
    error: Option<&str>,
) -> bool {
    let mut changed = false;
    let mut removed = None;
    for (index, (field, claim)) in claims.iter_mut().enumerate() {
        let label = label(field, attributes);
        let row = vec2(ui.available_width(), ROW);
        ui.push_id(("claim", field.as_str()), |ui| {
            ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Max), |ui| {
                if NEEDED.contains(&field.as_str()) {
                    ui.add_space(size::CONTROL + ui.spacing().item_spacing.x);
                } else {
                    let name = format!("Remove the claim for {label}");
                    if ui.add(IconButton::new(Icon::Close, &name)).clicked() {
                        removed = Some(index);
                    }
                }
                ui.vertical(|ui| {
                    let name = format!("Claim for {label}");
                    let edit = TextField::new(&name).hint("its name at the provider");
                    changed |= edit.show(ui, claim).changed();
                });
            });
        });
    }
    if let Some(index) = removed {
        claims.remove(index);
        changed = true;
    }
    if let Some(error) = error {
        Banner::new(Mood::Danger, error).show(ui);
    }
    changed | add_ui(ui, claims, attributes)
}

fn add_ui(ui: &mut Ui, claims: &mut Vec<(String, String)>, attributes: &[Attribute]) -> bool {
    let own = attributes.iter().map(|it| it.spec.name.as_str());
    let free = BUILT_IN.into_iter().chain(own);
    let free = free.filter(|field| claims.iter().all(|(used, _)| used != field));
    let mut options = vec![(None, "Choose a field…".to_owned())];
    options.extend(free.map(|it| (Some(it.to_owned()), label(it, attributes))));
    if options.len() == 1 {
        return false;
    }
    let mut chosen = None;
    Combo::new("Fill another field").show(ui, &mut chosen, &options);
    let Some(field) = chosen else {
        return false;
    };
    claims.push((field, String::new()));
    true
}

/// What people call a field.
fn label(field: &str, attributes: &[Attribute]) -> String {
    let own = attributes.iter().find(|it| it.spec.name == field);
    own.map_or_else(|| field_label(field).to_owned(), |it| it.spec.label.clone())
}
