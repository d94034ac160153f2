//! The window.
//!
//! [`tokens`] holds every colour and size, [`theme`] gives them to egui, and [`widgets`] is what
//! screens are built from. A screen draws rows that were prepared in the background
//! ([`loaded::Loaded`]) and sends commands ([`sender::CommandSender`]). **Invariant:** a frame never
//! waits for the disk, the network or a long computation.
//!
//! [`canvas`] draws and edits a workflow; it is given values and knows no store.

pub mod canvas;
pub mod fonts;
pub mod icon;
pub mod icons;
pub mod menu;
pub mod theme;
pub mod tokens;
pub mod widgets;

mod background;
mod context;
mod files;
pub mod loaded;
mod markdown;
mod open;
mod route;
pub mod sender;
mod shell;

mod editor;
mod handbook;
mod history;
mod settings;
mod users;
mod welcome;
mod workflows;
mod zones;

use std::sync::Arc;

pub use self::{
    background::Background,
    context::{Ctx, ToastAction, moment, sentence},
    open::{Opening, open, open_with},
    route::Route,
};
use self::{
    context::Wishes, editor::EditorScreen, handbook::HandbookScreen, history::HistoryScreen,
    sender::CommandSender, settings::SettingsScreen, users::UsersScreen, welcome::WelcomeScreen,
    workflows::WorkflowsScreen,
};
use crate::{
    clock::Clock,
    command::{Actor, Command},
    runtime::State as RuntimeState,
    store::{Config, Store, StoreError},
};

/// What the window stands on.
pub struct Parts {
    pub store: Store,
    pub clock: Clock,
    pub actor: Actor,
    pub background: Background,

    /// What the background runtime of this process is doing.
    pub runtime: tokio::sync::watch::Receiver<RuntimeState>,
}

/// The program in its window.
pub struct App {
    parts: Parts,
    commands: CommandSender,
    changed: tokio::sync::watch::Receiver<u64>,
    config: loaded::Loaded<(), Arc<Config>>,

    /// As read before the window opened, until a newer one is here.
    first_config: Arc<Config>,
    route: Route,
    wishes: Wishes,
    screens: Screens,
}

/// Each keeps what was typed and chosen on it.
#[derive(Default)]
struct Screens {
    welcome: WelcomeScreen,
    workflows: WorkflowsScreen,
    editor: EditorScreen,
    history: HistoryScreen,
    users: UsersScreen,
    settings: SettingsScreen,
    handbook: HandbookScreen,
}

/// Has the allocator keep what a frame frees for the next frame.
///
/// The allocator of most Linux systems gives large pieces back to the system at once, until a larger
/// one than any before is freed: then it learns to keep such pieces. The meshes of each frame would
/// be fetched anew page by page, for more than all the rest of the frame takes. The piece freed here
/// is never written to, so it takes no memory.
fn keep_memory_between_frames() {
    const LARGEST: usize = 31 << 20;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGEST)));
}

impl App {
    pub fn new(egui: &egui::Context, parts: Parts) -> Result<Self, StoreError> {
        keep_memory_between_frames();
        let sender = CommandSender::start(
            parts.store.clone(),
            parts.clock.clone(),
            parts.actor.clone(),
            &parts.background,
            egui.clone(),
        );
        let commands = sender.map_err(|err| StoreError::Folder {
            folder: std::path::PathBuf::new(),
            reason: err.to_string(),
        })?;
        Ok(Self {
            changed: parts.store.watch(),
            first_config: parts.store.config()?,
            config: loaded::Loaded::default(),
            commands,
            parts,
            route: Route::default(),
            wishes: Wishes::default(),
            screens: Screens::default(),
        })
    }

    /// The screen that is shown.
    pub fn route(&self) -> Route {
        self.route
    }

    pub fn go(&mut self, route: Route) {
        self.wishes.route = Some(route);
    }

    /// The window closes: what is being drawn is kept, and what was asked for is done.
    pub fn close(&mut self) {
        self.screens.editor.leave();
        self.commands.finish();
    }

    /// Draws one frame.
    pub fn ui(&mut self, ui: &mut egui::Ui) {
        let egui = ui.ctx().clone();
        let revision = *self.changed.borrow_and_update();
        let runtime = self.parts.runtime.borrow_and_update().clone();
        let config = self.config(&egui, revision, &runtime);
        self.wishes.report();
        if let Some(route) = self.wishes.route.take() {
            self.leave_to(route);
        }

        self.wishes.offers.clear();
        let mut ctx = Ctx {
            egui: &egui,
            store: &self.parts.store,
            background: &self.parts.background,
            commands: &self.commands,
            clock: &self.parts.clock,
            actor: &self.parts.actor,
            runtime: &runtime,
            config: &config,
            revision,
            time: egui.input(|input| input.time),
            wishes: &mut self.wishes,
        };
        if config.settings.is_set_up() {
            let actor = &self.parts.actor.name;
            if let Some(route) = shell::rail(ui, self.route, actor, &runtime) {
                ctx.go(route);
            }
            self.screens.show(self.route, &mut ctx, ui);
        } else {
            self.screens.welcome.ui(&mut ctx, ui);
        }
        self.wishes.chosen = None;
        self.act_on_toast(&egui);
    }

    fn config(
        &mut self,
        egui: &egui::Context,
        revision: u64,
        runtime: &RuntimeState,
    ) -> Arc<Config> {
        let mut wishes = Wishes::default();
        let ctx = Ctx {
            egui,
            store: &self.parts.store,
            background: &self.parts.background,
            commands: &self.commands,
            clock: &self.parts.clock,
            actor: &self.parts.actor,
            runtime,
            config: &self.first_config,
            revision,
            time: egui.input(|input| input.time),
            wishes: &mut wishes,
        };
        match self.config.get(&ctx, &(), Store::config) {
            loaded::Shown::Value(config) => Arc::clone(config),
            loaded::Shown::Loading | loaded::Shown::Failed(_) => Arc::clone(&self.first_config),
        }
    }

    /// Shows another screen, unless the one that is shown has something to ask first.
    fn leave_to(&mut self, route: Route) {
        if self.screens.may_leave(self.route, route) {
            self.route = route;
        }
    }

    fn act_on_toast(&mut self, egui: &egui::Context) {
        match self.wishes.toasts.show(egui) {
            Some(ToastAction::Go(route)) => self.wishes.route = Some(route),
            Some(ToastAction::Send { command, done }) => self.send(command, done),
            None => (),
        }
    }

    fn send(&mut self, command: Command, done: String) {
        let ticket = self.commands.send(command);
        self.wishes.tickets.push((ticket, done));
    }
}

impl Screens {
    fn show(&mut self, route: Route, ctx: &mut Ctx<'_>, ui: &mut egui::Ui) {
        match route {
            Route::Workflows => self.workflows.ui(ctx, ui, None),
            Route::Workflow(id) => self.workflows.ui(ctx, ui, Some(id)),
            Route::Editor(version) => self.editor.ui(ctx, ui, version),
            Route::History => self.history.ui(ctx, ui, None),
            Route::Execution(id) => self.history.ui(ctx, ui, Some(id)),
            Route::Users => self.users.ui(ctx, ui),
            Route::Settings => self.settings.ui(ctx, ui),
            Route::Handbook => self.handbook.ui(ctx, ui),
        }
    }

    /// Screens with something unsaved keep the user, and ask.
    fn may_leave(&mut self, from: Route, to: Route) -> bool {
        match from {
            Route::Settings => self.settings.may_leave(to),
            Route::Editor(_) if from != to => {
                self.editor.leave();
                true
            }
            _ => true,
        }
    }
}
