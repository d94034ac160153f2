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
pub mod motion;
pub mod theme;
pub mod tokens;
pub mod widgets;

mod background;
mod buckets;
mod commands;
mod context;
mod days;
mod files;
mod front;
mod job;
pub mod loaded;
mod markdown;
mod numbers;
mod open;
mod pages;
mod palette;
mod ran;
mod route;
mod run_now;
mod scale;
pub mod sender;
mod sending;
mod shell;
mod shortcuts;

mod compare;
mod connections;
mod editor;
mod handbook;
mod history;
mod html;
mod outbox;
mod overview;
mod settings;
mod templates;
mod users;
mod welcome;
mod workflows;
mod zones;

use std::sync::Arc;

pub(crate) use self::overview::count_all;
pub use self::{
    background::Background,
    context::{Ctx, ToastAction, moment, printed, sentence},
    open::{Opening, open, open_with},
    route::Route,
};
use self::{
    commands::Opens,
    compare::CompareScreen,
    connections::ConnectionsScreen,
    context::{Pending, Wishes},
    editor::EditorScreen,
    handbook::HandbookScreen,
    history::HistoryScreen,
    menu::MenuCommand,
    outbox::OutboxScreen,
    overview::{OverviewScreen, Wanted},
    palette::{Choice, Palette},
    sender::CommandSender,
    settings::SettingsScreen,
    shortcuts::Sheet,
    templates::TemplatesScreen,
    users::UsersScreen,
    welcome::WelcomeScreen,
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
    palette: Palette,
    sheet: Sheet,
}

/// Each keeps what was typed and chosen on it.
#[derive(Default)]
struct Screens {
    welcome: WelcomeScreen,
    overview: OverviewScreen,
    workflows: WorkflowsScreen,
    editor: EditorScreen,
    compare: CompareScreen,
    history: HistoryScreen,
    users: UsersScreen,
    templates: TemplatesScreen,
    outbox: OutboxScreen,
    connections: ConnectionsScreen,
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
            palette: Palette::default(),
            sheet: Sheet::default(),
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
        self.screens.editor.leave(&mut self.wishes);
        self.commands.finish();
        self.screens.editor.report_loss();
    }

    /// Draws one frame.
    pub fn ui(&mut self, ui: &mut egui::Ui) {
        let egui = ui.ctx().clone();
        egui.accesskit_node_builder(egui::accesskit_root_id(), |node| node.set_label("Tenure"));
        let revision = *self.changed.borrow_and_update();
        let runtime = self.parts.runtime.borrow_and_update().clone();
        let config = self.config(&egui, revision, &runtime);
        let is_set_up = config.settings.is_set_up();
        self.wishes.report();
        self.screens.editor.report(&mut self.wishes);
        self.take_keys(&egui, is_set_up);
        if let Some(route) = self.wishes.route.take() {
            self.leave_to(&egui, route);
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
        let mut wanted = None;
        if is_set_up {
            wanted = shell::rail(ui, self.route, &self.parts.actor.name, &runtime);
            self.screens.show(self.route, &mut ctx, ui);
            match self.palette.ui(&ctx, self.route) {
                Some(Choice::Go(route)) => ctx.go(route),
                Some(Choice::Command(command)) => wanted = Some(command),
                None => (),
            }
            wanted = self.sheet.ui(&egui).or(wanted);
        } else {
            self.screens.welcome.ui(&mut ctx, ui);
        }
        commands::settle(&egui, &mut self.wishes, self.route);
        if let Some(command) = wanted {
            self.perform(&egui, command);
        }
        self.act_on_toast(&egui);
    }

    /// The shortcuts that work everywhere, before a text field or the screen sees them. A dialog that
    /// asks something is answered first.
    fn take_keys(&mut self, egui: &egui::Context, is_set_up: bool) {
        if self.palette.is_open() || self.sheet.is_open() {
            self.palette.take_keys(egui);
            self.sheet.take_keys(egui);
            return;
        }
        if egui.memory(|memory| memory.top_modal_layer().is_some()) {
            return;
        }
        let pressed = |it: &MenuCommand| egui.input_mut(|input| it.takes(input));
        let pressed = if is_set_up {
            commands::everywhere().find(pressed)
        } else {
            commands::before_set_up().find(pressed)
        };
        if let Some(command) = pressed {
            self.perform(egui, command);
        }
    }

    fn perform(&mut self, egui: &egui::Context, command: MenuCommand) {
        match commands::perform(egui, &mut self.wishes, self.route, command) {
            Some(Opens::Palette) => self.palette.open(egui),
            Some(Opens::Shortcuts) => self.sheet.open(egui),
            None => (),
        }
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
    fn leave_to(&mut self, egui: &egui::Context, route: Route) {
        let wishes = &mut self.wishes;
        if !self.screens.may_leave(wishes, self.route, route) {
            return;
        }
        if let Route::Editor(version) = route {
            palette::opened(egui, version);
        }
        self.route = route;
    }

    fn act_on_toast(&mut self, egui: &egui::Context) {
        match self.wishes.toasts.show(egui) {
            Some(ToastAction::Go(route)) => self.wishes.route = Some(route),
            Some(ToastAction::Send { command, done }) => self.send(*command, done),
            Some(ToastAction::Do(command)) => self.perform(egui, command),
            None => (),
        }
    }

    fn send(&mut self, command: Command, done: String) {
        let ticket = self.commands.send(command);
        self.wishes.tickets.push(Pending {
            ticket,
            done,
            undo: None,
        });
    }
}

impl Screens {
    fn show(&mut self, route: Route, ctx: &mut Ctx<'_>, ui: &mut egui::Ui) {
        match route {
            Route::Overview => match self.overview.ui(ctx, ui) {
                Some(Wanted::Executions(shown)) => {
                    self.history.show_only(shown);
                    ctx.go(Route::History);
                }
                Some(Wanted::Users(bucket, at)) => self.users.show_bucket(ctx, bucket, at),
                None => (),
            },
            Route::Workflows => self.workflows.ui(ctx, ui, None),
            Route::Workflow(id) => self.workflows.ui(ctx, ui, Some(id)),
            Route::Editor(version) => self.editor.ui(ctx, ui, version),
            Route::Compare { old, new } => self.compare.ui(ctx, ui, old, new),
            Route::History => self.history.ui(ctx, ui, None),
            Route::Execution(id) => self.history.ui(ctx, ui, Some(id)),
            Route::Users => self.users.ui(ctx, ui),
            Route::Templates => self.templates.ui(ctx, ui, None),
            Route::Template(template) => self.templates.ui(ctx, ui, Some(template)),
            Route::Outbox => self.outbox.ui(ctx, ui),
            Route::User(user) => {
                self.users.open(ctx, user);
                self.users.ui(ctx, ui);
            }
            Route::Connections => self.connections.ui(ctx, ui),
            Route::Settings => self.settings.ui(ctx, ui),
            Route::Handbook => self.handbook.ui(ctx, ui),
        }
    }

    /// Screens with something unsaved keep the user, and ask.
    fn may_leave(&mut self, wishes: &mut Wishes, from: Route, to: Route) -> bool {
        if matches!(to, Route::Compare { .. }) && !matches!(from, Route::Compare { .. }) {
            self.compare.enter(from);
        }
        match (from, to) {
            (Route::Settings, _) => return self.settings.may_leave(to),
            (Route::Template(_), _) if from != to => return self.templates.may_leave(to),
            // Whoever looks at a comparison comes back to the same draft, with all it can undo.
            (Route::Editor(_), Route::Compare { .. }) => self.editor.pause(wishes),
            (Route::Compare { .. }, Route::Compare { .. }) => (),
            (Route::Compare { .. }, Route::Editor(version)) if self.editor.shows(version) => (),
            (Route::Editor(_) | Route::Compare { .. }, _) if from != to => {
                self.editor.leave(wishes);
            }
            _ => (),
        }
        true
    }
}
