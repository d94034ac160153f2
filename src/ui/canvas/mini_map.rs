//! The mini-map: the whole drawing in a corner, and which part of it the screen shows.
//!
//! **Invariant:** the shapes are made once per drawing, not once per frame.

use std::sync::Arc;

use egui::{
    Color32, EventFilter, Id, Key, Mesh, Modifiers, Painter, Pos2, Rect, Response, Role, Sense,
    Shape, Stroke, StrokeKind, Theme, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::{CanvasMode, act::Act, block, draft::Draft, find::Finder, problems::Tally, view::View};
use crate::{
    model::definition::NodeId,
    ui::tokens::{Tokens, gap, radius, size},
};

const WIDTH: f32 = 200.0;

/// The most of the height of the canvas that it takes.
const HEIGHT_SHARE: f32 = 0.45;
const LEAST: f32 = 72.0;
const PADDING: f32 = 8.0;

/// On a smaller canvas it would hide more than it shows.
const SMALLEST_CANVAS: Vec2 = vec2(480.0, 300.0);

/// How much of the screen an arrow key moves the view by.
const ARROW_SHARE: f32 = 0.25;

const ARROWS: [(Key, Vec2); 4] = [
    (Key::ArrowUp, vec2(0.0, 1.0)),
    (Key::ArrowDown, vec2(0.0, -1.0)),
    (Key::ArrowLeft, vec2(1.0, 0.0)),
    (Key::ArrowRight, vec2(-1.0, 0.0)),
];

#[derive(Default)]
pub(super) struct MiniMap {
    /// To be turned in the next frame.
    is_toggled: bool,

    /// Where it was in the last frame.
    rect: Option<Rect>,
    shapes: Option<(Made, Arc<Mesh>)>,
}

/// What the shapes depend on.
type Made = (u64, Rect, Theme);

/// What the map shows in this frame.
pub(super) struct Shown<'a> {
    pub(super) draft: &'a Draft,
    pub(super) view: View,
    pub(super) mode: CanvasMode<'a>,
    pub(super) tally: &'a Tally,
    pub(super) finder: &'a Finder,

    /// What the toolbar covers.
    pub(super) toolbar: Rect,
}

/// From the canvas to the map.
#[derive(Clone, Copy)]
struct Scale {
    bounds: Rect,
    inner: Rect,
    scale: f32,
}

impl MiniMap {
    pub(super) fn toggle(&mut self) {
        self.is_toggled = !self.is_toggled;
    }

    /// Whether the admin wants it; kept from one start of the program to the next.
    pub(super) fn is_wanted(ui: &Ui) -> bool {
        ui.data_mut(|data| data.get_persisted(choice_id()))
            .unwrap_or(true)
    }

    pub(super) fn holds(&self, at: Pos2) -> bool {
        self.rect.is_some_and(|rect| rect.contains(at))
    }

    /// In the lower right corner, unless everything is in sight anyway. Says whether it has the
    /// keyboard.
    pub(super) fn show(&mut self, ui: &Ui, screen: Rect, it: &Shown<'_>) -> (Vec<Act>, bool) {
        if std::mem::take(&mut self.is_toggled) {
            let is_wanted = !Self::is_wanted(ui);
            ui.data_mut(|data| data.insert_persisted(choice_id(), is_wanted));
        }
        let bounds = it.draft.drawing().geometry.bounds();
        let seen = it.view.seen(screen);
        let is_useless = seen.contains_rect(bounds) || screen.size().min_elem() <= 0.0;
        let is_cramped = screen.width() < SMALLEST_CANVAS.x || screen.height() < SMALLEST_CANVAS.y;
        if is_useless || is_cramped || !Self::is_wanted(ui) {
            self.rect = None;
            return (Vec::new(), false);
        }
        let scale = Scale::new(bounds, screen, it.toolbar);
        let rect = scale.inner.expand(PADDING);
        self.rect = Some(rect);
        let sense = Sense::click_and_drag();
        let response = ui.interact(rect, ui.scope_id().with("mini-map"), sense);
        name(&response, share(seen, bounds));
        self.paint(ui, &response, scale, seen, it);
        let mut acts = pointer(ui, &response, scale, seen, it.view);
        acts.extend(arrows(ui, &response, screen));
        (acts, response.has_focus())
    }

    fn paint(&mut self, ui: &Ui, response: &Response, scale: Scale, seen: Rect, it: &Shown<'_>) {
        let tokens = Tokens::of(ui.theme());
        let rect = scale.inner.expand(PADDING);
        let painter = ui.painter().with_clip_rect(rect.expand(6.0));
        let line = Stroke::new(size::LINE, tokens.control);
        painter.rect(rect, radius::CARD, tokens.raised, line, StrokeKind::Inside);
        let key = (it.draft.drawn(), scale.inner, ui.theme());
        let shapes = match &self.shapes {
            Some((of, shapes)) if *of == key => shapes.clone(),
            _ => {
                let shapes = Arc::new(shapes(it.draft, scale, tokens));
                self.shapes = Some((key, shapes.clone()));
                shapes
            }
        };
        painter.add(Shape::Mesh(shapes));
        marks(&painter, scale, tokens, it);
        let frame = scale.rect(seen).intersect(rect.shrink(1.0));
        let accent = tokens.accent.ink;
        painter.rect(
            frame,
            2.0,
            accent.gamma_multiply(0.08),
            Stroke::new(1.5, accent),
            StrokeKind::Inside,
        );
        if response.has_focus() {
            let ring = Stroke::new(size::FOCUS, tokens.focus);
            painter.rect_stroke(rect, radius::CARD, ring, StrokeKind::Outside);
        }
    }
}

impl Scale {
    fn new(bounds: Rect, screen: Rect, toolbar: Rect) -> Self {
        let most = vec2(WIDTH, screen.height() * HEIGHT_SHARE);
        let size = bounds.size().max(Vec2::splat(1.0));
        let scale = (most / size).min_elem();
        let inner = (size * scale).max(Vec2::splat(LEAST).min(most));
        let mut corner = screen.right_bottom() - Vec2::splat(gap::M + PADDING);
        if corner.x - inner.x - PADDING < toolbar.right() + gap::S {
            corner.y = toolbar.top() - gap::S - PADDING;
        }
        Self {
            bounds,
            inner: Rect::from_min_max(corner - inner, corner),
            scale,
        }
    }

    fn pos(self, at: Pos2) -> Pos2 {
        self.inner.center() + (at - self.bounds.center()) * self.scale
    }

    fn rect(self, rect: Rect) -> Rect {
        Rect::from_min_max(self.pos(rect.min), self.pos(rect.max))
    }

    fn canvas(self, at: Pos2) -> Pos2 {
        self.bounds.center() + (at - self.inner.center()) / self.scale
    }
}

fn choice_id() -> Id {
    Id::unique("mini-map is shown")
}

/// How much of the drawing is in sight, in percent; never 100, since the map is hidden then.
fn share(seen: Rect, bounds: Rect) -> u8 {
    let common = seen.intersect(bounds);
    if common.is_negative() || bounds.area() <= 0.0 {
        return 0;
    }
    (common.area() / bounds.area() * 100.0)
        .round()
        .clamp(0.0, 99.0) as u8
}

fn name(response: &Response, share: u8) {
    response.widget_info(|| {
        let name = format!("Mini-map, shows {share} % of the drawing");
        WidgetInfo::labeled(Role::ScrollView, true, name)
    });
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_description("Arrow keys move the view");
    });
}

/// A press outside the frame brings the view there, a drag takes it along.
fn pointer(ui: &Ui, response: &Response, scale: Scale, seen: Rect, view: View) -> Vec<Act> {
    let pressed = ui.input(|input| input.pointer.any_pressed());
    let Some(at) = response.interact_pointer_pos() else {
        return Vec::new();
    };
    let at = scale.canvas(at);
    if pressed && response.is_pointer_button_down_on() && !seen.contains(at) {
        return vec![Act::CentreOn(at)];
    }
    let by = response.drag_delta();
    if by == Vec2::ZERO {
        return Vec::new();
    }
    vec![Act::Pan(-by * view.zoom() / scale.scale)]
}

fn arrows(ui: &Ui, response: &Response, screen: Rect) -> Vec<Act> {
    if !response.has_focus() {
        return Vec::new();
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        escape: false,
        tab: false,
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let step = screen.size() * ARROW_SHARE;
    ui.input_mut(|input| {
        ARROWS
            .into_iter()
            .filter(|(key, _)| input.consume_key(Modifiers::NONE, *key))
            .map(|(_, direction)| Act::Pan(direction * step))
            .collect()
    })
}

/// Every block and edge, as one mesh.
fn shapes(draft: &Draft, scale: Scale, tokens: &Tokens) -> Mesh {
    let mut mesh = Mesh::default();
    let geometry = &draft.drawing().geometry;
    let wire = tokens.wire.gamma_multiply(0.6);
    for line in geometry.edges() {
        // Rounded corners are not worth their pieces at this size.
        let mut points = line.points.iter().map(|at| scale.pos(*at));
        let Some(mut from) = points.next() else {
            continue;
        };
        let last = line.points.last().map(|at| scale.pos(*at));
        for at in points {
            if from.distance(at) >= 2.0 || last == Some(at) {
                segment(&mut mesh, from, at, wire);
                from = at;
            }
        }
    }
    for (note, _) in draft.definition().notes() {
        if let Some(rect) = geometry.node(note) {
            let color = tokens.kinds.note.ink.gamma_multiply(0.3);
            mesh.add_colored_rect(scale.rect(rect), color);
        }
    }
    for (id, node) in draft.definition().blocks() {
        let Some(rect) = geometry.node(id) else {
            continue;
        };
        let rect = scale.rect(rect);
        let tone = block::tone(tokens, &node.kind);
        let least = rect.size().max(Vec2::splat(1.5));
        mesh.add_colored_rect(Rect::from_center_size(rect.center(), least), tone.ink);
    }
    mesh
}

/// A line as two triangles, one pixel wide.
fn segment(mesh: &mut Mesh, from: Pos2, to: Pos2, color: Color32) {
    let side = (to - from).normalized().rot90() * 0.5;
    let first = u32::try_from(mesh.vertices.len()).unwrap_or(u32::MAX);
    for corner in [from + side, to + side, to - side, from - side] {
        mesh.colored_vertex(corner, color);
    }
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first, first + 2, first + 3);
}

/// Matches as frames, problems and failures as dots.
fn marks(painter: &Painter, scale: Scale, tokens: &Tokens, it: &Shown<'_>) {
    let geometry = &it.draft.drawing().geometry;
    let place = |id: &NodeId| geometry.node(*id).map(|rect| scale.rect(rect));
    for rect in it.finder.matches().iter().filter_map(place) {
        let rect = Rect::from_center_size(rect.center(), rect.size().max(Vec2::splat(3.0)));
        let line = Stroke::new(1.0, tokens.text);
        painter.rect_stroke(rect, 1.0, line, StrokeKind::Outside);
    }
    let bad: Vec<NodeId> = match it.mode {
        CanvasMode::Walk(walk) => {
            let steps = walk.steps.iter();
            let failed = steps.filter(|(_, step)| step.failure.is_some());
            failed.map(|(id, _)| *id).collect()
        }
        CanvasMode::Compare(compared) => {
            let nodes = it.draft.definition().nodes().map(|(id, _)| id);
            nodes.filter(|id| compared.stands_out(*id)).collect()
        }
        CanvasMode::Edit | CanvasMode::Preview => it.tally.nodes().collect(),
    };
    let mut dots = Mesh::default();
    for rect in bad.iter().filter_map(place) {
        let at = pos2(rect.right(), rect.center().y);
        for (radius, color) in [(3.5, tokens.raised), (2.5, tokens.danger.ink)] {
            diamond(&mut dots, at, radius, color);
        }
    }
    painter.add(dots);
}

fn diamond(mesh: &mut Mesh, at: Pos2, radius: f32, color: Color32) {
    let first = u32::try_from(mesh.vertices.len()).unwrap_or(u32::MAX);
    let (x, y) = (vec2(radius, 0.0), vec2(0.0, radius));
    for corner in [at - y, at + x, at + y, at - x] {
        mesh.colored_vertex(corner, color);
    }
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first, first + 2, first + 3);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Rect = Rect::from_min_max(pos2(200.0, 50.0), pos2(1200.0, 850.0));

    fn scale(size: Vec2) -> Scale {
        let bounds = Rect::from_min_size(pos2(-500.0, 70.0), size);
        let toolbar = Rect::from_min_size(pos2(212.0, 800.0), vec2(300.0, 40.0));
        Scale::new(bounds, SCREEN, toolbar)
    }

    #[test]
    fn the_map_holds_the_whole_drawing_and_stays_on_the_canvas() {
        for size in [
            vec2(260.0, 30_000.0),
            vec2(9_000.0, 300.0),
            vec2(4_000.0, 4_000.0),
            vec2(260.0, 44.0),
        ] {
            let it = scale(size);
            assert!(SCREEN.contains_rect(it.inner), "{:?}", it.inner);
            assert!(it.inner.expand(0.1).contains_rect(it.rect(it.bounds)));
        }
    }

    #[test]
    fn a_place_on_the_map_is_a_place_on_the_canvas() {
        let it = scale(vec2(4_000.0, 9_000.0));
        let at = pos2(1_234.0, 2_345.0);
        assert!(it.canvas(it.pos(at)).distance(at) < 0.5);
    }

    #[test]
    fn the_map_gives_way_to_the_toolbar() {
        let bounds = Rect::from_min_size(Pos2::ZERO, vec2(4_000.0, 4_000.0));
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(420.0, 700.0));
        let toolbar = Rect::from_min_size(pos2(12.0, 648.0), vec2(300.0, 40.0));
        let map = Scale::new(bounds, screen, toolbar).inner.expand(PADDING);
        assert!(!map.intersects(toolbar));
        assert!(screen.contains_rect(map));
    }

    #[test]
    fn the_share_is_of_the_area() {
        let bounds = Rect::from_min_size(Pos2::ZERO, vec2(1_000.0, 1_000.0));
        let seen = |left: f32, top: f32| Rect::from_min_size(pos2(left, top), vec2(800.0, 500.0));
        assert_eq!(share(seen(0.0, 0.0), bounds), 40);
        assert_eq!(share(seen(-400.0, 0.0), bounds), 20);
        assert_eq!(share(seen(5_000.0, 0.0), bounds), 0);
    }
}
