//! The rules of the password policy while a password is typed.

use egui::Ui;

use crate::{
    model::password::PasswordPolicy,
    ui::{
        icons::Icon,
        tokens::{Tokens, gap, type_size},
        widgets::text,
    },
};

/// Each rule, and whether the password meets it. The `own` texts are those of its user.
pub(super) fn rules_ui(ui: &mut Ui, policy: &PasswordPolicy, password: &str, own: &[&str]) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::XS;
        ui.spacing_mut().interact_size.y = 0.0;
        for rule in policy.rules() {
            rule_ui(ui, &rule.text(), rule.is_met(password, own));
        }
    });
}

fn rule_ui(ui: &mut Ui, rule: &str, is_met: bool) {
    let tokens = Tokens::of(ui.theme());
    let (icon, ink, state) = if is_met {
        (Icon::Success, tokens.success.ink, "met")
    } else {
        (Icon::Failed, tokens.muted, "not met yet")
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap::S;
        text::picture(ui, icon.sized(type_size::BODY, ink));
        let label = text::note(ui, rule);
        ui.ctx().accesskit_node_builder(label.id, |node| {
            node.set_label(format!("{}: {state}", text::shown(rule)));
        });
    });
}
