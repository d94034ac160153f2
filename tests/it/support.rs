//! What stories begin with.

use egui_kittest::Harness;
use tenure::{
    clock::Clock,
    command::{self, Actor, Command, Reply},
    model::{Timestamp, audit::Via, settings::Settings},
    runtime,
    store::Store,
    ui::{App, Background, Parts, theme},
};

/// 24 December 2030, noon.
pub(crate) fn noon() -> Timestamp {
    "2030-12-24T12:00:00Z".parse().expect("a moment")
}

pub(crate) fn grace() -> Actor {
    Actor::new("grace", Via::App)
}

/// An empty store in memory, past its first start.
pub(crate) fn store() -> Store {
    let store = Store::in_memory().expect("in memory");
    let settings = Settings {
        time_zone: Some(chrono_tz::UTC),
        ..Settings::default()
    };
    done(&store, Command::SaveSettings(Box::new(settings)));
    store
}

/// Applies a command that must succeed.
#[track_caller]
pub(crate) fn done(store: &Store, command: Command) -> Reply {
    match command::apply(store, &grace(), command, noon()) {
        Ok(reply) => reply,
        Err(err) => panic!("refused: {err}"),
    }
}

/// The program's window, 1280 × 800, where everything in the background happens at once.
pub(crate) fn window(store: Store) -> Harness<'static, App> {
    let (_, runtime) = tokio::sync::watch::channel(runtime::State::default());
    let parts = Parts {
        store,
        clock: Clock::manual(noon()),
        actor: grace(),
        background: Background::Inline,
        runtime,
    };
    let app = App::new(&egui::Context::default(), parts).expect("a window");
    let mut harness = Harness::builder()
        .with_size([1280.0, 800.0])
        .with_theme(egui::Theme::Light)
        .with_max_steps(40)
        .with_render_cursor(false)
        .with_context_setup(theme::install)
        .build_ui_state(|ui, app: &mut App| app.ui(ui), app);
    harness.run();
    harness
}
