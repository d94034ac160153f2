//! What an admin does to somebody's account in one go: from the drawer and from the command palette.

use egui::Ui;

use super::super::details::Details;
use crate::{
    command::{Command, SignInCommand},
    model::{
        Timestamp,
        event::Source,
        user::{Status, User},
    },
    ui::{
        Ctx,
        menu::{MenuCommand, Offer},
        widgets::{Answer, Button, Confirm},
    },
};

/// What can be done to this user now, and why the rest cannot.
pub(super) fn offers(details: &Details, now: Timestamp) -> [Offer; 5] {
    let user = &details.user;
    let refused = |command: MenuCommand, why: Option<&'static str>| Offer {
        command,
        refusal: why,
    };
    let change = match (user.password_changed, user.must_change_password) {
        (None, _) => Some("The user has no password yet"),
        (_, true) => Some("The user has to choose another one already"),
        (Some(_), false) => None,
    };
    let unlock = (user.status != Status::Locked).then_some("The user is not locked");
    let factor = user.mfa.is_empty().then_some("The user has none");
    let nowhere = details.open_sessions(now).next().is_none();
    [
        MenuCommand::ResetPassword.possible(),
        refused(MenuCommand::RequirePasswordChange, change),
        refused(MenuCommand::RemoveSecondFactor, factor),
        refused(MenuCommand::UnlockUser, unlock),
        refused(
            MenuCommand::SignOutUser,
            nowhere.then_some("The user is signed in nowhere"),
        ),
    ]
}

/// The button of one of them; returns it when it was pressed.
pub(super) fn button_ui(ui: &mut Ui, offers: &[Offer], wanted: MenuCommand) -> Option<MenuCommand> {
    let offer = offers.iter().find(|it| it.command == wanted)?;
    let mut button = Button::secondary(wanted.text()).icon(wanted.icon());
    if let Some(why) = offer.refusal {
        button = button.enabled(false).why_not(why);
    }
    ui.add(button).clicked().then_some(wanted)
}

/// What is done at once, without another question.
pub(super) fn send(ctx: &mut Ctx<'_>, user: &User, wanted: MenuCommand) {
    let name = &user.profile.username;
    let (command, done) = match wanted {
        MenuCommand::RequirePasswordChange => (
            Command::RequirePasswordChange(user.id),
            format!("{name} has to choose another password at the next sign-in"),
        ),
        MenuCommand::UnlockUser => (Command::UnlockUser(user.id), format!("{name} was unlocked")),
        MenuCommand::SignOutUser => (
            Command::from(SignInCommand::EndSessions {
                user: user.id,
                except: None,
            }),
            format!("{name} was signed out everywhere"),
        ),
        MenuCommand::RemoveSecondFactor => (
            Command::RemoveMfa {
                user: user.id,
                source: Source::AdminMfa,
            },
            format!("The second factor of {name} was removed"),
        ),
        _ => return,
    };
    ctx.send(command, done);
}

/// Asks before a second factor is removed; says how it was answered.
pub(super) fn confirm_removal(ctx: &mut Ctx<'_>, user: &User) -> Option<Answer> {
    let name = &user.profile.username;
    let title = format!("Remove the second factor of {name}?");
    let body = format!(
        "{name} signs in with the password alone then, until they set up an authenticator app again. \
         The recovery codes stop working too.\n\nMake sure that it is {name} who asks: whoever knows \
         the password gets in without it."
    );
    let answer = Confirm::new(&title, &body, "Remove")
        .danger()
        .show(ctx.egui)?;
    if answer == Answer::Confirmed {
        send(ctx, user, MenuCommand::RemoveSecondFactor);
    }
    Some(answer)
}
