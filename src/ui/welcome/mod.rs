//! The first start: the time zone, who acts, and a sample company if one is wanted.
//!
//! It is over when the settings have a time zone; until then nothing else is shown.
//! **Invariant:** the sample company is there before the first start is over, or a sentence says why
//! it is not.

use chrono_tz::Tz;
use egui::{Align, CentralPanel, Frame, Layout, Margin, ScrollArea, Ui};
use tokio::sync::oneshot;

use super::{
    Ctx,
    sender::Ticket,
    sentence,
    tokens::{Tokens, gap, size},
    widgets::{Banner, Button, Mood, card, checkbox, page_header, text},
    zones::Zones,
};
use crate::{
    command::{Command, CommandError, sample},
    model::settings::Settings,
};

#[derive(Default)]
pub(super) struct WelcomeScreen {
    zones: Zones,
    zone: Chosen,
    wants_sample: bool,
    loading: Option<oneshot::Receiver<Result<(), CommandError>>>,
    beginning: Option<Ticket>,
    error: Option<String>,

    /// Whether *Begin* had the keyboard, which a button loses while it cannot be pressed.
    had_keyboard: bool,
}

/// The zone, which begins with that of this machine.
#[derive(Default)]
struct Chosen {
    zone: Option<Tz>,
    is_asked: bool,
}

impl WelcomeScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        self.receive(ctx);
        if !self.zone.is_asked {
            self.zone = Chosen {
                zone: self.zones.here,
                is_asked: true,
            };
        }
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).background)
            .inner_margin(Margin::same(gap::XL as i8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                let height = ui.available_height();
                ui.with_layout(Layout::top_down(Align::Center), |ui| {
                    ui.add_space((height * 0.16).max(gap::L));
                    ui.allocate_ui_with_layout(
                        egui::vec2(size::READABLE + 80.0, 0.0),
                        Layout::top_down(Align::Min),
                        |ui| card(ui, "", |ui| self.card_ui(ctx, ui)),
                    );
                });
            });
        });
    }

    fn card_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = gap::S;
        page_header(ui, "Welcome to Tenure", "", |_| ());
        text::paragraph(
            ui,
            "Draw what happens when people join, and Tenure does it: it creates the user, or turns \
             them away, gives groups and roles, and records each step.",
        );
        ui.add_space(gap::M);
        self.zones.ui(ui, &mut self.zone.zone);
        ui.add_space(gap::M);
        let name = text::shown(&ctx.actor.name).into_owned();
        text::strong(ui, &format!("You act as {name}"));
        text::note(
            ui,
            "That is your name on this computer. Every change you make is recorded under it.",
        );
        ui.add_space(gap::M);
        let is_busy = self.loading.is_some() || self.beginning.is_some();
        ui.add_enabled_ui(!is_busy, |ui| {
            checkbox(ui, &mut self.wants_sample, "Load a sample company");
        });
        let note = format!(
            "{} people with groups, roles, attributes and workflows that run, to look around. \
             Leave it out if this is to be your own directory.",
            sample::PEOPLE
        );
        text::note(ui, &note);
        ui.add_space(gap::M);
        if let Some(error) = &self.error {
            Banner::new(Mood::Danger, error).show(ui);
        }
        let begin = Button::primary("Begin")
            .enabled(self.zone.zone.is_some() && !is_busy)
            .why_not("Choose a time zone first");
        ui.horizontal(|ui| {
            let begin = ui.add(begin);
            if !is_busy && std::mem::take(&mut self.had_keyboard) {
                begin.request_focus();
            }
            if begin.clicked() {
                self.error = None;
                self.had_keyboard = begin.has_focus();
                if self.wants_sample {
                    self.load(ctx);
                } else {
                    self.begin(ctx);
                }
            }
            if self.loading.is_some() {
                ui.spinner();
                text::muted(ui, "The sample company is being made…");
            }
        });
    }

    fn begin(&mut self, ctx: &Ctx<'_>) {
        let settings = Settings {
            time_zone: self.zone.zone,
            ..ctx.config.settings.clone()
        };
        let command = Command::SaveSettings(Box::new(settings));
        self.beginning = Some(ctx.commands.send(command));
    }

    fn load(&mut self, ctx: &Ctx<'_>) {
        let (store, actor) = (ctx.store.clone(), ctx.actor.clone());
        let now = ctx.clock.now();
        let load = move || sample::load(&store, &actor, sample::PEOPLE, now);
        self.loading = Some(ctx.background.run(ctx.egui, load));
    }

    fn receive(&mut self, ctx: &Ctx<'_>) {
        match self.loading.as_mut().map(oneshot::Receiver::try_recv) {
            None | Some(Err(oneshot::error::TryRecvError::Empty)) => (),
            Some(Ok(Ok(()))) => {
                self.loading = None;
                // It is there: to try again would meet names that are taken.
                self.wants_sample = false;
                self.begin(ctx);
            }
            Some(Ok(Err(err))) => {
                self.loading = None;
                self.error = Some(sentence(&err));
            }
            Some(Err(oneshot::error::TryRecvError::Closed)) => {
                self.loading = None;
                self.error = Some("The sample company could not be made.".to_owned());
            }
        }
        if let Some(outcome) = self.beginning.as_mut().and_then(Ticket::poll) {
            self.beginning = None;
            self.error = outcome.err().map(|err| sentence(&err));
        }
    }
}
