//! What the commands of the whole window do, from every screen.
//!
//! **Invariant:** a command that belongs to another screen is kept until that screen can do it, also
//! while the present one asks whether it may be left; it is forgotten when the answer is no.

use egui::{Context, ThemePreference};

use super::{
    Route,
    context::Wishes,
    menu::{MenuCommand, Part},
    motion,
    scale::{self, Resize},
    widgets::{Mood, Toast},
};

/// A command on its way to the screen that can do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) command: MenuCommand,

    /// Frames in which nobody took it and nothing happened that it could be waiting for.
    idle: u8,
}

/// It takes a frame to leave a screen, and one more until a question of that screen is in front.
const PATIENCE: u8 = 3;

impl Chosen {
    pub(super) fn new(command: MenuCommand) -> Self {
        Self { command, idle: 0 }
    }
}

/// What only [`super::App`] can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    Palette,
    Shortcuts,
}

/// The screen on which it is done, if that is not the one that is shown.
fn home(command: MenuCommand) -> Option<Route> {
    match command {
        MenuCommand::GoOverview | MenuCommand::RunNow => Some(Route::Overview),
        MenuCommand::GoWorkflows | MenuCommand::NewWorkflow | MenuCommand::ImportWorkflow => {
            Some(Route::Workflows)
        }
        MenuCommand::GoUsers
        | MenuCommand::NewUser
        | MenuCommand::ImportUsers
        | MenuCommand::ExportUsers
        | MenuCommand::NewGroup
        | MenuCommand::NewRole
        | MenuCommand::NewAttribute => Some(Route::Users),
        MenuCommand::GoHistory | MenuCommand::ExportHistory => Some(Route::History),
        MenuCommand::GoConnections | MenuCommand::NewConnection | MenuCommand::NewToken => {
            Some(Route::Connections)
        }
        MenuCommand::GoTemplates => Some(Route::Templates),
        MenuCommand::GoOutbox => Some(Route::Outbox),
        MenuCommand::GoSettings | MenuCommand::SetUpMail => Some(Route::Settings),
        MenuCommand::GoHandbook => Some(Route::Handbook),
        _ => None,
    }
}

/// Those that can be done from every screen.
pub(super) fn everywhere() -> impl Iterator<Item = MenuCommand> {
    let all = MenuCommand::ALL.iter().copied();
    all.filter(|it| it.part() == Part::Window)
}

/// Those that make sense before the program is set up.
pub(super) fn before_set_up() -> impl Iterator<Item = MenuCommand> {
    everywhere().filter(|it| {
        matches!(
            it,
            MenuCommand::Enlarge
                | MenuCommand::Reduce
                | MenuCommand::NaturalScale
                | MenuCommand::SystemTheme
                | MenuCommand::LightTheme
                | MenuCommand::DarkTheme
                | MenuCommand::ReduceMotion
        )
    })
}

/// Sends it on its way to the screen that can do it.
pub(super) fn choose(wishes: &mut Wishes, here: Option<Route>, command: MenuCommand) {
    wishes.chosen = Some(Chosen::new(command));
    if let Some(home) = home(command)
        && Some(home) != here
    {
        wishes.route = Some(home);
    }
}

/// Does it, or sends it on its way to the screen that can. Says what is to be opened in front.
pub(super) fn perform(
    egui: &Context,
    wishes: &mut Wishes,
    here: Route,
    command: MenuCommand,
) -> Option<Opens> {
    match command {
        MenuCommand::Palette => return Some(Opens::Palette),
        MenuCommand::Shortcuts => return Some(Opens::Shortcuts),
        MenuCommand::Enlarge => resize(egui, wishes, Resize::Larger),
        MenuCommand::Reduce => resize(egui, wishes, Resize::Smaller),
        MenuCommand::NaturalScale => resize(egui, wishes, Resize::Natural),
        MenuCommand::SystemTheme => egui.set_theme(ThemePreference::System),
        MenuCommand::LightTheme => egui.set_theme(ThemePreference::Light),
        MenuCommand::DarkTheme => egui.set_theme(ThemePreference::Dark),
        MenuCommand::ReduceMotion => {
            motion::toggle(egui);
            let text = if motion::is_reduced(egui) {
                "Motion is reduced"
            } else {
                "Motion is shown"
            };
            wishes
                .toasts
                .push(Toast::new(Mood::Info, text).about("motion"));
        }
        MenuCommand::GoOverview
        | MenuCommand::GoWorkflows
        | MenuCommand::GoHistory
        | MenuCommand::GoUsers
        | MenuCommand::GoTemplates
        | MenuCommand::GoOutbox
        | MenuCommand::GoConnections
        | MenuCommand::GoSettings
        | MenuCommand::GoHandbook => wishes.route = home(command),
        _ => choose(wishes, Some(here), command),
    }
    egui.request_repaint();
    None
}

/// At the end of a frame: says why what was chosen could not be done, or forgets it once nobody can
/// be expected to take it.
pub(super) fn settle(egui: &Context, wishes: &mut Wishes, here: Route) {
    let Some(chosen) = &mut wishes.chosen else {
        return;
    };
    let is_home = home(chosen.command).is_none_or(|home| home == here);
    let mut offers = wishes.offers.iter();
    let refused = offers
        .find(|it| is_home && it.command == chosen.command)
        .and_then(|it| it.refusal);
    if let Some(why) = refused {
        wishes.chosen = None;
        wishes.toasts.push(Toast::new(Mood::Warning, why));
        return;
    }
    let asks = !is_home && egui.memory(|memory| memory.top_modal_layer().is_some());
    if wishes.route.is_some() || asks {
        chosen.idle = 0;
        return;
    }
    chosen.idle += 1;
    if chosen.idle >= PATIENCE {
        wishes.chosen = None;
    } else {
        egui.request_repaint();
    }
}

fn resize(egui: &Context, wishes: &mut Wishes, resize: Resize) {
    let text = match scale::change(egui, resize) {
        Some(percent) => format!("Text and controls at {percent} %"),
        None if resize == Resize::Larger => "This is the largest size".to_owned(),
        None => "This is the smallest size".to_owned(),
    };
    wishes
        .toasts
        .push(Toast::new(Mood::Info, text).about("scale"));
}
