//! Whether somebody can sign in, why not, and the way out.

use egui::{Align, Layout, Ui, vec2};

use super::super::details;
use crate::{
    command::Command,
    model::user::{Status, User},
    ui::{
        Ctx,
        icons::Icon,
        menu::MenuCommand,
        tokens::{gap, size},
        widgets::{Banner, Button, Mood, badge},
    },
};

/// The status, the button that changes it, and what else would let the user in.
pub(super) fn status_ui(ctx: &mut Ctx<'_>, ui: &mut Ui, user: &User) -> Option<MenuCommand> {
    line_ui(ctx, ui, user);
    match user.status {
        Status::Active | Status::Disabled => None,
        Status::Locked => locked_ui(ctx, ui, user).then_some(MenuCommand::UnlockUser),
        Status::Pending => {
            let text = "Nobody can sign in without a password.";
            let banner = Banner::new(Mood::Info, text).title("No password yet");
            let is_pressed = banner.action("Set a password…").show(ui);
            is_pressed.then_some(MenuCommand::ResetPassword)
        }
    }
}

fn locked_ui(ctx: &Ctx<'_>, ui: &mut Ui, user: &User) -> bool {
    let title = match user.locked_until {
        Some(until) => format!("Locked until {}", ctx.moment(until)),
        None => "Locked".to_owned(),
    };
    let text =
        "Too many failed sign-ins. Browsers in which the user has signed in before still get in.";
    let banner = Banner::new(Mood::Warning, text).title(&title);
    banner.action("Unlock").show(ui)
}

fn line_ui(ctx: &mut Ctx<'_>, ui: &mut Ui, user: &User) {
    let room = vec2(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
        let name = &user.profile.username;
        let (word, icon, command, done) = if user.status == Status::Disabled {
            (
                "Enable",
                Icon::Activate,
                Command::EnableUser(user.id),
                "enabled",
            )
        } else {
            (
                "Disable",
                Icon::Disable,
                Command::DisableUser(user.id),
                "disabled",
            )
        };
        if ui.add(Button::secondary(word).icon(icon)).clicked() {
            ctx.send(command, format!("{name} was {done}"));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = gap::S;
            let (mood, icon) = details::status_look(user.status);
            badge(ui, mood, icon, user.status.label()).on_hover_text(means(user.status));
            if user.is_protected {
                badge(ui, Mood::Accent, Icon::Shield, "Protected");
            }
        });
    });
}

fn means(status: Status) -> &'static str {
    match status {
        Status::Active => "Can sign in",
        Status::Disabled => "Switched off by an admin or a workflow: cannot sign in",
        Status::Locked => "Too many failed sign-ins: can sign in again after a while",
        Status::Pending => "Has no password yet, so cannot sign in",
    }
}
