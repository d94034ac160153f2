//! How somebody proves who they are, and where they are signed in.

use egui::Ui;

use super::{super::details::Details, acts};
use crate::{
    model::{Timestamp, session::Session, user::User},
    ui::{
        Ctx,
        menu::{MenuCommand, Offer},
        tokens::gap,
        widgets::{key_values, section, text},
    },
};

/// So many sessions are named; of more, the number is said.
const NAMED: usize = 5;

/// The section; returns what was pressed in it.
pub(super) fn sign_in_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    details: &Details,
    offers: &[Offer],
) -> Option<MenuCommand> {
    section(ui, "Sign-in", "", |ui| {
        facts_ui(ctx, ui, details);
        sessions_ui(ctx, ui, details);
        let mut pressed = None;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = gap::S;
            for wanted in [
                MenuCommand::ResetPassword,
                MenuCommand::RequirePasswordChange,
                MenuCommand::RemoveSecondFactor,
                MenuCommand::SignOutUser,
            ] {
                pressed = acts::button_ui(ui, offers, wanted).or(pressed);
            }
        });
        pressed
    })
}

fn facts_ui(ctx: &Ctx<'_>, ui: &mut Ui, details: &Details) {
    let user = &details.user;
    let moment = |at: Option<_>| at.map_or_else(|| "Never".to_owned(), |at| ctx.moment(at));
    let mut facts = vec![
        ("Last sign-in", moment(user.last_sign_in)),
        ("Last activity", moment(user.last_activity)),
        ("Password", password(ctx, user)),
    ];
    if user.must_change_password {
        facts.push(("At next sign-in", "Choose another password".to_owned()));
    }
    let methods: Vec<_> = user.mfa.iter().map(|it| it.label()).collect();
    if methods.is_empty() {
        facts.push(("Second factor", "None".to_owned()));
    } else {
        facts.push(("Second factor", methods.join(", ")));
        facts.push(("Recovery codes", format!("{} left", details.recovery_codes)));
    }
    for linked in &details.identities {
        let through = linked.connection.as_ref().unwrap_or(&linked.issuer);
        facts.push((
            "Signs in through",
            format!("{through}, as {}", linked.subject),
        ));
    }
    let pairs: Vec<_> = facts
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    key_values(ui, "sign-in", &pairs);
}

/// How old it is, and when it expires.
fn password(ctx: &Ctx<'_>, user: &User) -> String {
    let Some(set) = user.password_changed else {
        return "None yet".to_owned();
    };
    let now = ctx.clock.now();
    let text = format!("Set {}, {}", ctx.moment(set), age(set, now));
    match user.password_expires(&ctx.config.settings.password) {
        None => text,
        Some(at) if at <= now => format!("{text}; expired {}", ctx.moment(at)),
        Some(at) => format!("{text}; expires {}", ctx.moment(at)),
    }
}

fn age(set: Timestamp, now: Timestamp) -> String {
    match (now - set).num_days() {
        ..=0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn sessions_ui(ctx: &Ctx<'_>, ui: &mut Ui, details: &Details) {
    let sessions: Vec<_> = details.open_sessions(ctx.clock.now()).collect();
    let count = match sessions.len() {
        0 => "Signed in nowhere".to_owned(),
        1 => "Signed in in 1 browser".to_owned(),
        count => format!("Signed in in {count} browsers"),
    };
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::XS;
        text::strong(ui, &count);
        for session in sessions.iter().take(NAMED) {
            text::note(ui, &line(ctx, session));
        }
        if sessions.len() > NAMED {
            text::note(ui, &format!("and {} more", sessions.len() - NAMED));
        }
    });
}

fn line(ctx: &Ctx<'_>, session: &Session) -> String {
    let agent = match session.agent.as_str() {
        "" => "a browser that does not say which",
        agent => agent,
    };
    let used = ctx.moment(session.last_used);
    format!("{used}, from {}: {agent}", session.address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_a_password_is_said_in_days() {
        let now: Timestamp = "2030-12-24T12:00:00Z".parse().expect("a moment");
        for (hours, expected) in [
            (-5, "today"),
            (23, "today"),
            (24, "1 day ago"),
            (24 * 90 + 1, "90 days ago"),
        ] {
            assert_eq!(age(now - chrono::TimeDelta::hours(hours), now), expected);
        }
    }
}
