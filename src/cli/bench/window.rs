//! The program's window without a screen: it gets events, and draws frames that are measured.
//!
//! Measured is all that the window itself does for a frame of 1280 × 800 points: egui's pass with
//! [`App::ui`] in it, and the tessellation of what was painted. Not measured is what follows on the
//! graphics card. Frames come 60 times a second and egui is told the real time, so what is fetched
//! in the background arrives, and animations run, as they do in the program.
//!
//! Frames that only look where something is on the screen are drawn between those that count.

use std::time::Duration;

use super::cost::{Cost, FrameCost};
use crate::{
    clock::{Clock, Stopwatch},
    command::Actor,
    model::audit::Via,
    runtime,
    store::Store,
    ui::{App, Background, Parts, Route, theme},
};
use anyhow::Context as _;
use egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, RawInput, Rect,
    Role, Shape, TouchPhase, Vec2,
    accesskit::{Node, NodeId},
    epaint::ClippedShape,
    pos2, vec2,
};

const SIZE: Vec2 = vec2(1280.0, 800.0);
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// How many frames everything gets to arrive before a case begins.
const REST: usize = 60;

pub struct Window {
    ctx: egui::Context,
    app: App,
    has_tree: bool,
    tokio: tokio::runtime::Handle,
    open_for: Stopwatch,
    events: Vec<Event>,

    /// The keys that are held down.
    modifiers: Modifiers,
    pub costs: Vec<FrameCost>,

    /// How often the line below a list, "1 to 100 of 1,000,000", was another one than before.
    pub refreshed: usize,
    range: String,
}

impl Window {
    pub fn open(
        store: &Store,
        tokio: &tokio::runtime::Handle,
        has_tree: bool,
    ) -> anyhow::Result<Self> {
        let ctx = egui::Context::default();
        theme::install(&ctx);
        let (_, runtime) = tokio::sync::watch::channel(runtime::State::default());
        let parts = Parts {
            store: store.clone(),
            clock: Clock::System,
            actor: Actor::system_user(Via::App),
            background: Background::Threads(tokio.clone()),
            runtime,
        };
        let app = App::new(&ctx, parts)?;
        Ok(Self {
            ctx,
            app,
            has_tree,
            tokio: tokio.clone(),
            open_for: Stopwatch::start(),
            events: Vec::new(),
            modifiers: Modifiers::NONE,
            costs: Vec::new(),
            refreshed: 0,
            range: String::new(),
        })
    }

    pub fn go(&mut self, route: Route) {
        self.app.go(route);
    }

    /// Shows a screen, and waits for what it lists.
    pub fn go_and_rest(&mut self, route: Route) {
        self.go(route);
        self.rest();
    }

    pub fn rest(&mut self) {
        for _ in 0..REST {
            self.frame();
        }
    }

    /// Frames that count; `act` says what the person does before each of them.
    pub fn measure(
        &mut self,
        frames: usize,
        mut act: impl FnMut(&mut Self, usize) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.costs.clear();
        self.refreshed = 0;
        for frame in 0..frames {
            act(self, frame)?;
            let cost = self.frame();
            self.costs.push(cost);
        }
        Ok(())
    }

    /// Draws a frame when it is due, without the tree unless it is wanted in every frame.
    fn frame(&mut self) -> FrameCost {
        if self.has_tree {
            self.ctx.enable_accesskit();
        }
        let (output, pass, app) = self.pass();
        self.watch(&output.shapes);
        let (ctx, pixels) = (&self.ctx, output.pixels_per_point);
        let (meshes, tessellation) = Cost::of(|| ctx.tessellate(output.shapes, pixels));
        drop(meshes);
        FrameCost {
            pass,
            app,
            tessellation,
        }
    }

    fn pass(&mut self) -> (egui::FullOutput, Cost, Cost) {
        let now = self.open_for.elapsed();
        let late = (now.as_nanos() % FRAME.as_nanos()) as u64;
        let pause = FRAME.saturating_sub(Duration::from_nanos(late));
        self.tokio
            .block_on(async { tokio::time::sleep(pause).await });
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.open_for.elapsed().as_secs_f64()),
            predicted_dt: FRAME.as_secs_f32(),
            events: std::mem::take(&mut self.events),
            focused: true,
            ..RawInput::default()
        };
        let mut inner = Cost::default();
        let (ctx, app) = (&self.ctx, &mut self.app);
        let (mut output, pass) = Cost::of(|| {
            ctx.run_ui(input, |ui| {
                let ((), cost) = Cost::of(|| app.ui(ui));
                inner.cpu += cost.cpu;
                inner.wall += cost.wall;
            })
        });
        // There is no graphics card to upload them to.
        output.textures_delta.clear();
        (output, pass, inner)
    }

    /// What can be found on the screen by its role and name.
    fn tree(&mut self) -> Vec<(NodeId, Node)> {
        self.ctx.enable_accesskit();
        let (output, _, _) = self.pass();
        self.ctx.disable_accesskit();
        let update = output.platform_output.accesskit_update;
        update.map(|it| it.nodes).unwrap_or_default()
    }

    /// Where the thing with this name is; looked up in a frame that does not count.
    pub fn find(&mut self, role: Role, name: &str) -> anyhow::Result<Pos2> {
        let tree = self.tree();
        let found = tree
            .iter()
            .find(|(_, node)| node.role() == role && is_named(&tree, node, name));
        let (_, node) = found.with_context(|| {
            let names = tree
                .iter()
                .filter_map(|(_, node)| Some((node.role(), node.label()?)));
            format!("no {role:?} {name:?} among {:?}", names.collect::<Vec<_>>())
        })?;
        middle(node).with_context(|| format!("{name:?} has no place"))
    }

    /// The middle of the thing of this role that is nearest to `at`.
    pub fn nearest(&mut self, role: Role, at: Pos2) -> anyhow::Result<Pos2> {
        let nearest = self.all_near(role, at);
        nearest
            .first()
            .copied()
            .with_context(|| format!("no {role:?}"))
    }

    /// The middles of all things of this role, the one that is nearest to `at` first.
    pub fn all_near(&mut self, role: Role, at: Pos2) -> Vec<Pos2> {
        let tree = self.tree();
        let places = tree.iter().filter(|(_, node)| node.role() == role);
        let mut places: Vec<Pos2> = places.filter_map(|(_, node)| middle(node)).collect();
        places.sort_by(|a, b| a.distance(at).total_cmp(&b.distance(at)));
        places
    }

    pub fn point(&mut self, at: Pos2) {
        self.events.push(Event::PointerMoved(at));
    }

    pub fn press(&mut self, at: Pos2, pressed: bool) {
        self.point(at);
        self.events.push(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: self.modifiers,
        });
    }

    /// Holds these keys down from now on, and no others.
    pub fn hold(&mut self, modifiers: Modifiers) {
        self.modifiers = modifiers;
        self.events.push(Event::ModifiersChanged(modifiers));
    }

    /// Presses in the first of two frames, and lets go in the second one.
    pub fn click(&mut self, at: Pos2, frame: usize) {
        match frame {
            0 => self.press(at, true),
            1 => self.press(at, false),
            _ => (),
        }
    }

    pub fn scroll(&mut self, delta: Vec2) {
        self.events.push(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta,
            phase: TouchPhase::Move,
            source: MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
    }

    pub fn zoom(&mut self, factor: f32) {
        self.events.push(Event::Zoom(factor));
    }

    pub fn type_text(&mut self, text: &str) {
        self.events.push(Event::Text(text.to_owned()));
    }

    pub fn key(&mut self, key: Key) {
        self.chord(Modifiers::NONE, key);
    }

    pub fn chord(&mut self, modifiers: Modifiers, key: Key) {
        for pressed in [true, false] {
            self.events.push(Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            });
        }
    }

    fn watch(&mut self, shapes: &[ClippedShape]) {
        let range = shapes.iter().find_map(|it| range(&it.shape));
        if let Some(range) = range.filter(|it| *it != self.range) {
            self.range = range;
            self.refreshed += 1;
        }
    }
}

/// By its own label, or by the one that stands above it.
fn is_named(tree: &[(NodeId, Node)], node: &Node, name: &str) -> bool {
    let says = |it: &Node| it.label() == Some(name) || it.value() == Some(name);
    let above = node.labelled_by();
    node.label() == Some(name) || tree.iter().any(|(id, it)| above.contains(id) && says(it))
}

fn middle(node: &Node) -> Option<Pos2> {
    let rect = node.bounds()?;
    let (x, y) = (rect.x0.midpoint(rect.x1), rect.y0.midpoint(rect.y1));
    Some(pos2(x as f32, y as f32))
}

/// "1 to 100 of 1,000,000"
fn range(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Text(text) => {
            let text = text.galley.text();
            (text.contains(" to ") && text.contains(" of ")).then(|| text.to_owned())
        }
        Shape::Vec(shapes) => shapes.iter().find_map(range),
        _ => None,
    }
}
