//! One user of a scheduled execution, in detail.

use egui::{Align, Layout, ScrollArea, Ui};

use super::items::mood;
use crate::{
    model::{
        effect::Applied,
        id::UserId,
        sweep::{Act, Item},
    },
    ui::{
        Ctx, Route,
        icons::Icon,
        sentence,
        tokens::{Tokens, gap, type_size},
        widgets::{Button, IconButton, Mood, badge, key_values, text},
    },
};

/// What was pressed.
#[derive(Default)]
pub(super) struct Pressed {
    pub(super) closes: bool,
    pub(super) history: Option<(UserId, String)>,
}

pub(super) fn item_ui(ctx: &mut Ctx<'_>, ui: &mut Ui, item: &Item) -> Pressed {
    let mut pressed = Pressed::default();
    let person = &item.person;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = IconButton::new(Icon::Close, "Close details").small();
            pressed.closes = ui.add(close).clicked();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                text::heading(ui, &person.username);
            });
        });
    });
    ScrollArea::vertical()
        .id_salt(("item", item.user.number()))
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            let (mood, icon) = mood(item.state);
            badge(ui, mood, icon, item.state.label());
            if let Some(reason) = &item.reason {
                text::paragraph(ui, &sentence(reason));
            }
            acts_ui(ui, item);
            before_ui(ctx, ui, item);
            ui.add_space(gap::M);
            ui.horizontal_wrapped(|ui| {
                let user = Button::secondary("Open user").icon(Icon::User);
                if ui.add(user.small()).clicked() {
                    ctx.go(Route::User(item.user));
                }
                let history = Button::secondary("This user’s history").icon(Icon::History);
                if ui.add(history.small()).clicked() {
                    pressed.history = Some((item.user, person.username.clone()));
                }
            });
        });
    pressed
}

fn acts_ui(ui: &mut Ui, item: &Item) {
    ui.add_space(gap::M);
    text::heading(ui, "What for");
    for act in &item.acts {
        let (icon, mood, became) = became(act);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().interact_size.y = 0.0;
            let ink = mood.tone(Tokens::of(ui.theme())).ink;
            text::picture(ui, icon.sized(type_size::BODY, ink));
            text::paragraph(ui, &format!("{}: {became}", act.effect.sentence()));
        });
    }
    if item.acts.is_empty() {
        text::paragraph(
            ui,
            "Nothing was intended that this user is not protected from.",
        );
    }
}

fn became(act: &Act) -> (Icon, Mood, &'static str) {
    match act.applied {
        Some(Applied::Changed) if act.effect.is_message() => {
            (Icon::Check, Mood::Success, "handed to the outbox")
        }
        Some(Applied::Changed) => (Icon::Check, Mood::Success, "done"),
        Some(Applied::NoOp) => (Icon::Skipped, Mood::Neutral, "was so already"),
        None => (Icon::Waiting, Mood::Neutral, "not done"),
    }
}

fn before_ui(ctx: &Ctx<'_>, ui: &mut Ui, item: &Item) {
    let person = &item.person;
    ui.add_space(gap::M);
    text::heading(ui, "The user when it was planned");
    let at = ctx.moment_full(person.at);
    let (name, email) = (person.full_name(), person.email.as_str());
    let pairs = [
        ("Name", name.as_str()),
        ("Email", email),
        ("Status before", person.status.label()),
        ("Went by", at.as_str()),
    ];
    let pairs: Vec<_> = pairs.into_iter().filter(|it| !it.1.is_empty()).collect();
    key_values(ui, &format!("person {}", item.user), &pairs);
}
