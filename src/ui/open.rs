//! Opens the window on a data folder.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use eframe::{NativeOptions, Renderer};
use tokio::runtime::Handle;

use super::{App, Background, Parts, Route, icon, motion, theme};
use crate::{clock::Clock, command::Actor, model::audit::Via, runtime::Runtime, store::Store};

/// What a window is opened with.
struct Window {
    folder: PathBuf,
    store: Store,
    clock: Clock,
    opening: Opening,
}

/// How a window begins.
#[derive(Clone, Default)]
pub struct Opening {
    /// The screen that it shows, if it is another one than usual.
    pub route: Option<Route>,

    /// Called once, when the first frame has been handed to the display.
    pub after_first_frame: Option<FirstFrame>,
}

type FirstFrame = Arc<dyn Fn()>;

/// Opens the window, and returns when it has been closed.
pub fn open(folder: &Path, store: Store, clock: Clock) -> anyhow::Result<()> {
    open_with(folder, store, clock, Opening::default())
}

/// The same, on a screen that was chosen.
pub fn open_with(
    folder: &Path,
    store: Store,
    clock: Clock,
    opening: Opening,
) -> anyhow::Result<()> {
    let window = Window {
        folder: folder.to_owned(),
        store,
        clock,
        opening,
    };
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the background threads cannot be started")?;
    let runtime = Runtime::start(
        tokio.handle(),
        folder,
        window.store.clone(),
        window.clock.clone(),
    );
    let result = show(&window, tokio.handle(), &runtime);
    tokio.block_on(runtime.stop());
    result
}

/// Tries the renderer that suits the platform, then the other one: there are machines on which only
/// one of them works.
fn show(window: &Window, tokio: &Handle, runtime: &Runtime) -> anyhow::Result<()> {
    let renderers = if cfg!(target_os = "linux") {
        [Renderer::Glow, Renderer::Wgpu]
    } else {
        [Renderer::Wgpu, Renderer::Glow]
    };
    let mut first_error = None;
    for renderer in renderers {
        match run(window, tokio, runtime, renderer) {
            Ok(()) => return Ok(()),
            Err(err) => {
                tracing::warn!(error = %err, ?renderer, "no window with this renderer");
                // The second one's error is about the first one's leftovers.
                first_error.get_or_insert_with(|| err.to_string());
            }
        }
    }
    anyhow::bail!(
        "the window cannot be opened: {}. Without a display, use “tenure serve” or “tenure demo”",
        first_error.unwrap_or_default()
    )
}

fn run(window: &Window, tokio: &Handle, runtime: &Runtime, renderer: Renderer) -> eframe::Result {
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("Tenure")
        .with_app_id("tenure")
        // On a small laptop, with its panel and the title bar, all of it is on the screen.
        .with_inner_size([1240.0, 740.0])
        .with_min_inner_size([900.0, 560.0]);
    if let Some(icon) = icon::viewport() {
        viewport = viewport.with_icon(icon);
    }
    let options = NativeOptions {
        viewport,
        renderer,
        persistence_path: Some(window.folder.join("window.ron")),
        ..NativeOptions::default()
    };
    let parts = Parts {
        store: window.store.clone(),
        clock: window.clock.clone(),
        actor: Actor::system_user(Via::App),
        background: Background::Threads(tokio.clone()),
        runtime: runtime.watch(),
    };
    let Opening {
        route,
        after_first_frame,
    } = window.opening.clone();
    eframe::run_native(
        "Tenure",
        options,
        Box::new(move |creation| {
            theme::install(&creation.egui_ctx);
            motion::follow_system(&creation.egui_ctx);
            repaint_on_change(&parts, &creation.egui_ctx);
            let mut app = App::new(&creation.egui_ctx, parts)?;
            if let Some(route) = route {
                app.go(route);
            }
            Ok(Box::new(Frame {
                app,
                after_first_frame,
            }))
        }),
    )
}

struct Frame {
    app: App,
    after_first_frame: Option<FirstFrame>,
}

impl eframe::App for Frame {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        if self.after_first_frame.is_some() {
            self.tell_of_first_frame(ui.ctx());
        }
        self.app.ui(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.app.close();
    }
}

impl Frame {
    /// When the second frame begins, the first one is on its way to the screen.
    fn tell_of_first_frame(&mut self, ctx: &egui::Context) {
        if ctx.cumulative_frame_nr() == 0 {
            ctx.request_repaint();
        } else if let Some(tell) = self.after_first_frame.take() {
            tell();
        }
    }
}

/// Has the window drawn again when the store or the runtime has changed, ten times a second at
/// most.
fn repaint_on_change(parts: &Parts, ctx: &egui::Context) {
    let Background::Threads(handle) = &parts.background else {
        return;
    };
    let (mut store, mut runtime) = (parts.store.watch(), parts.runtime.clone());
    let ctx = ctx.clone();
    handle.spawn(async move {
        loop {
            let changed = tokio::select! {
                changed = store.changed() => changed,
                changed = runtime.changed() => changed,
            };
            if changed.is_err() {
                return;
            }
            ctx.request_repaint();
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    });
}
