//! The dialog in which a token is made, and shown once.

use chrono::{Days, NaiveDate, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use egui::{Align, Key, Layout, Ui, vec2};

use super::tokens::address_ui;
use crate::{
    command::{Command, CommandError, tokens::Secret},
    model::{Timestamp, text::MAX_FIELD, token::Scope},
    ui::{
        Ctx,
        sender::Ticket,
        sentence,
        tokens::{gap, size},
        widgets::{
            Banner, Button, Combo, DateField, Dialog, Mood, TextField, copyable, segmented, text,
        },
    },
};

pub(super) struct NewTokenDialog {
    name: String,
    scope: Scope,
    expiry: Expiry,

    /// The last day on which it can be used, as typed.
    last_day: String,
    fault: Option<Fault>,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    Month,
    Quarter,
    Year,
    Day,
    Never,
}

/// What has to be mended first, in a sentence.
enum Fault {
    Name(String),
    LastDay(String),
    Other(String),
}

enum Progress {
    Typing,
    Sent(Ticket, Secret),

    /// Shown until somebody closes it.
    Done(Secret),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Create,
    Close,
}

impl Default for NewTokenDialog {
    fn default() -> Self {
        Self {
            name: String::new(),
            scope: Scope::Write,
            expiry: Expiry::Year,
            last_day: String::new(),
            fault: None,
            progress: Progress::Typing,
        }
    }
}

impl NewTokenDialog {
    /// Says whether the dialog stays open.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        self.advance();
        if let Progress::Done(secret) = &self.progress {
            let title = format!("The token {}", self.name.trim());
            let shown = Dialog::new(&title)
                .show(ctx.egui, |ui, opening| shown_ui(ctx, ui, secret, opening));
            return !(shown.inner || shown.dismissed);
        }
        let title = "Make a token";
        let shown = Dialog::new(title).show(ctx.egui, |ui, opening| self.body_ui(ctx, ui, opening));
        let is_idle = matches!(self.progress, Progress::Typing);
        match shown.inner {
            Some(Step::Create) => self.send(ctx),
            Some(Step::Close) => return false,
            // What is shown once must not be lost.
            None => return !(shown.dismissed && is_idle),
        }
        true
    }

    fn body_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, opening: bool) -> Option<Step> {
        ui.spacing_mut().item_spacing.y = gap::M;
        let (mut name_error, mut day_error) = (None, None);
        match &self.fault {
            Some(Fault::Other(why)) => {
                Banner::new(Mood::Danger, why).title("Not made").show(ui);
            }
            Some(Fault::Name(why)) => name_error = Some(why.as_str()),
            Some(Fault::LastDay(why)) => day_error = Some(why.as_str()),
            None => (),
        }
        let name = TextField::new("Name")
            .hint("HR system")
            .help("Which program uses it. The audit names it so.")
            .required()
            .limit(MAX_FIELD)
            .focus(opening)
            .error(name_error)
            .show(ui, &mut self.name);
        let mut changed = name.changed();
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            text::strong(ui, "It may");
            let scopes = Scope::ALL.map(|it| (it, it.label()));
            segmented(ui, "What it may do", &mut self.scope, &scopes);
        });
        let options = Expiry::ALL.map(|it| (it, it.label()));
        changed |= Combo::new("Expires")
            .show(ui, &mut self.expiry, &options)
            .changed();
        if self.expiry == Expiry::Day {
            let day = DateField::new("Last day", ctx.today())
                .required()
                .error(day_error);
            changed |= day.show(ui, &mut self.last_day).changed();
        }
        if changed {
            self.fault = None;
        }
        let is_idle = matches!(self.progress, Progress::Typing);
        let can = is_idle && !self.name.trim().is_empty();
        let entered = name.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let mut step = (entered && can).then_some(Step::Create);
        buttons_ui(ui, |ui| {
            let create = Button::primary("Make token").enabled(can);
            if ui.add(create.why_not("Give it a name")).clicked() {
                step = Some(Step::Create);
            }
            if ui
                .add(Button::secondary("Cancel").enabled(is_idle))
                .clicked()
            {
                step = Some(Step::Close);
            }
        });
        step
    }

    fn send(&mut self, ctx: &Ctx<'_>) {
        self.fault = None;
        match self.expiry.end(ctx.clock.now(), ctx.zone(), &self.last_day) {
            Ok(expires) => {
                let secret = Secret::draw();
                let new = secret.token(&self.name, self.scope, expires);
                let ticket = ctx.commands.send(Command::CreateToken(Box::new(new)));
                self.progress = Progress::Sent(ticket, secret);
            }
            Err(why) => self.fault = Some(Fault::LastDay(why.to_owned())),
        }
    }

    fn advance(&mut self) {
        let Progress::Sent(ticket, secret) = &mut self.progress else {
            return;
        };
        match ticket.poll() {
            None => (),
            Some(Ok(_)) => self.progress = Progress::Done(secret.clone()),
            Some(Err(err)) => {
                self.progress = Progress::Typing;
                let why = sentence(&err);
                self.fault = Some(match err {
                    CommandError::Text { .. } => Fault::Name(why),
                    CommandError::ExpiredToken if self.expiry == Expiry::Day => Fault::LastDay(why),
                    _ => Fault::Other(why),
                });
            }
        }
    }
}

impl Expiry {
    const ALL: [Self; 5] = [
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::Day,
        Self::Never,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Month => "In 30 days",
            Self::Quarter => "In 90 days",
            Self::Year => "In a year",
            Self::Day => "After a day that I choose",
            Self::Never => "Never",
        }
    }

    /// When a token that is made now ends. The day that was chosen still belongs to it.
    fn end(
        self,
        now: Timestamp,
        zone: Tz,
        last_day: &str,
    ) -> Result<Option<Timestamp>, &'static str> {
        let days = match self {
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
            Self::Never => return Ok(None),
            Self::Day => {
                let day = last_day.trim().parse::<NaiveDate>().ok();
                let next = day.and_then(|it| it.checked_add_days(Days::new(1)));
                let next = next.ok_or("Write a day like 2031-12-24.")?;
                let midnight = next.and_time(chrono::NaiveTime::MIN);
                // Some zones skip midnight when summer time begins.
                let end = zone.from_local_datetime(&midnight).earliest();
                return Ok(Some(
                    end.map_or_else(|| midnight.and_utc(), |it| it.to_utc()),
                ));
            }
        };
        Ok(Some(now + TimeDelta::days(days)))
    }
}

/// The token; says whether it may go.
fn shown_ui(ctx: &Ctx<'_>, ui: &mut Ui, secret: &Secret, opening: bool) -> bool {
    ui.spacing_mut().item_spacing.y = gap::M;
    let text = "Copy it now: it is kept only as a hash and can never be shown again. Whoever has it \
                can do what it may do.";
    Banner::new(Mood::Warning, text)
        .title("Shown only once")
        .show(ui);
    copyable(ui, "Token", secret.as_str());
    address_ui(ui, &ctx.config.settings.portal);
    buttons_ui(ui, |ui| {
        let done = ui.add(Button::primary("Done"));
        if opening {
            done.request_focus();
        }
        done.clicked()
    })
}

/// The last line of the dialog, from right to left.
fn buttons_ui<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let room = vec2(ui.available_width(), size::CONTROL);
    let layout = Layout::right_to_left(Align::Center);
    ui.allocate_ui_with_layout(room, layout, contents).inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_that_was_chosen_still_belongs_to_it() {
        let now: Timestamp = "2030-12-24T12:00:00Z".parse().expect("a moment");
        let end = |expiry: Expiry, day| expiry.end(now, Tz::Europe__Berlin, day);
        let at = |text: &str| Ok(Some(text.parse::<Timestamp>().expect("a moment")));
        assert_eq!(end(Expiry::Day, "2030-12-31"), at("2030-12-31T23:00:00Z"));
        assert_eq!(end(Expiry::Month, ""), at("2031-01-23T12:00:00Z"));
        assert_eq!(end(Expiry::Never, ""), Ok(None));
        for bad in ["", "soon", "2030-02-30", "+262142-12-31"] {
            assert!(end(Expiry::Day, bad).is_err(), "{bad}");
        }
    }
}
