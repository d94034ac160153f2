//! Which passwords people may choose.

use egui::Ui;

use super::{
    error_at,
    expiring::Expiring,
    form::{Errors, Field, Form},
    pair,
};
use crate::ui::{
    Ctx,
    icons::Icon,
    tokens::{Tokens, gap, type_size},
    widgets::{Mood, TextField, checkbox, text},
};

pub(super) fn ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    form: &mut Form,
    errors: &Errors,
    (tried, expiring): (&mut String, &mut Expiring),
) {
    ui.spacing_mut().item_spacing.y = gap::S;
    text::note(
        ui,
        "Long passwords are better than complicated ones: 10 characters or more, and nothing else \
         demanded, is what NIST and OWASP advise.",
    );
    let number = |ui: &mut Ui, label: &str, help: &str, field: Field, value: &mut String| {
        TextField::new(label)
            .help(help)
            .error(error_at(errors, field))
            .limit(6)
            .show(ui, value);
    };
    pair(ui, |left, right| {
        let help = "Characters that a password has at least.";
        let value = &mut form.min_length;
        number(left, "Minimum length", help, Field::MinLength, value);
        let help = "At most; 64 or more.";
        let value = &mut form.max_length;
        number(right, "Maximum length", help, Field::MaxLength, value);
    });
    checkbox(ui, &mut form.needs_upper, "Needs an upper-case letter");
    checkbox(ui, &mut form.needs_lower, "Needs a lower-case letter");
    checkbox(ui, &mut form.needs_digit, "Needs a digit");
    checkbox(ui, &mut form.needs_symbol, "Needs a symbol");
    let similar = "Must not contain the user’s own name, username or email";
    checkbox(ui, &mut form.refuses_similar, similar);
    TextField::new("Symbols allowed")
        .hint("every symbol")
        .help("Empty allows every symbol; otherwise only these may be used.")
        .error(error_at(errors, Field::Symbols))
        .show(ui, &mut form.symbols);
    ui.add_space(gap::S);
    text::note(
        ui,
        "What follows takes effect when somebody signs in to the portal or gets another password.",
    );
    pair(ui, |left, right| {
        let help = "Earlier passwords that may not come back.";
        let value = &mut form.history;
        number(left, "Passwords remembered", help, Field::History, value);
        let help = "Days until a password expires; 0 for never.";
        let value = &mut form.expiry_days;
        number(right, "Expiry", help, Field::ExpiryDays, value);
    });
    expiring.ui(ctx, ui, form);
    pair(ui, |left, right| {
        let help = "Failed sign-ins that lock an account; 0 for never.";
        let value = &mut form.failures_before_lock;
        number(left, "Failures before lock", help, Field::Failures, value);
        let help = "Minutes that a lock lasts.";
        let value = &mut form.lock_minutes;
        number(right, "Lock period", help, Field::LockMinutes, value);
    });
    try_ui(ui, form, tried);
}

/// A password to try the policy with, as it is typed above.
fn try_ui(ui: &mut Ui, form: &Form, tried: &mut String) {
    ui.add_space(gap::S);
    TextField::new("Try a password")
        .help("Tested with the policy above for a user ada.lovelace@example.org. It is not kept.")
        .password()
        .show(ui, tried);
    let policy = form.policy(&mut Errors::new());
    let own = ["ada", "ada.lovelace@example.org", "Ada", "Lovelace"];
    let tokens = Tokens::of(ui.theme());
    for rule in policy.rules() {
        let is_met = !tried.is_empty() && rule.is_met(tried, &own);
        let (icon, ink) = if tried.is_empty() {
            (Icon::Draft, tokens.muted)
        } else if is_met {
            (Icon::Check, Mood::Success.tone(tokens).ink)
        } else {
            (Icon::Close, Mood::Danger.tone(tokens).ink)
        };
        let state = match (tried.is_empty(), is_met) {
            (true, _) => "",
            (false, true) => ": met",
            (false, false) => ": not met",
        };
        ui.horizontal_top(|ui| {
            ui.spacing_mut().interact_size.y = 0.0;
            text::picture(ui, icon.sized(type_size::BODY, ink));
            text::paragraph(ui, &format!("{}{state}", rule.text()));
        });
    }
}
