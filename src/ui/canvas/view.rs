//! What part of the canvas the screen shows: pan, zoom, fit.
//!
//! Coordinates are transformed here instead of by [`egui::Scene`], so that text stays sharp at every
//! zoom and assistive technology sees nodes where they are.

use egui::{FontId, Pos2, Rect, Vec2, emath::TSTransform, pos2, vec2};

use crate::ui::tokens::{canvas, seconds};

/// Below this zoom a whole drawing shows too little to begin with.
const READABLE: f32 = 0.6;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    screen_from_canvas: TSTransform,
}

/// What a canvas shows, wherever it stands in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight(TSTransform);

impl View {
    /// All of `bounds`, at its natural size at most, and not below the toolbar.
    pub fn fit(bounds: Rect, screen: Rect) -> Self {
        let corner = screen.left_bottom();
        let tools = Rect::from_two_pos(corner, corner + canvas::TOOLS * vec2(1.0, -1.0));
        let all = Self::fit_into(bounds, screen);
        if all.rect(bounds).intersects(tools) {
            let above = screen.with_max_y(tools.top().max(screen.top()) + canvas::FIT_MARGIN / 2.0);
            return Self::fit_into(bounds, above);
        }
        all
    }

    fn fit_into(bounds: Rect, screen: Rect) -> Self {
        let room = (screen.size() - Vec2::splat(2.0 * canvas::FIT_MARGIN)).max(Vec2::splat(1.0));
        let scale = (room / bounds.size().max(Vec2::splat(1.0))).min_elem();
        Self::centred(bounds.center(), scale.min(1.0), screen)
    }

    /// What a canvas opens with: everything, or if that would be too small to read its top, from the
    /// left if it is wider than the screen.
    pub fn opening(bounds: Rect, screen: Rect) -> Self {
        let all = Self::fit(bounds, screen);
        if all.zoom() >= READABLE {
            return all;
        }
        let half = (screen.size() / 2.0 - Vec2::splat(canvas::FIT_MARGIN)) / READABLE;
        let center = pos2(
            bounds.center().x.min(bounds.left() + half.x),
            bounds.top() + half.y,
        );
        Self::centred(center, READABLE, screen)
    }

    fn centred(center: Pos2, scale: f32, screen: Rect) -> Self {
        let scale = scale.clamp(canvas::ZOOM_MIN, canvas::ZOOM_MAX);
        let translation = screen.center().to_vec2() - center.to_vec2() * scale;
        Self {
            screen_from_canvas: TSTransform::new(translation, scale),
        }
    }

    /// The same, seen from the corner of the canvas instead of that of the window.
    pub(super) fn sight(&self, screen: Rect) -> Sight {
        let corner = TSTransform::from_translation(-screen.min.to_vec2());
        Sight(corner * self.screen_from_canvas)
    }

    pub(super) fn with_sight(sight: Sight, screen: Rect) -> Self {
        let corner = TSTransform::from_translation(screen.min.to_vec2());
        Self {
            screen_from_canvas: corner * sight.0,
        }
    }

    /// Moves as another canvas was moved.
    pub(super) fn follow(&mut self, before: Sight, after: Sight, screen: Rect) {
        let corner = TSTransform::from_translation(screen.min.to_vec2());
        let own = self.sight(screen).0;
        self.screen_from_canvas = corner * (after.0 * before.0.inverse() * own);
    }

    pub fn zoom(&self) -> f32 {
        self.screen_from_canvas.scaling
    }

    pub fn pan(&mut self, by: Vec2) {
        self.screen_from_canvas.translation += by;
    }

    /// Keeps the point under `at` where it is.
    pub fn zoom_about(&mut self, at: Pos2, factor: f32) {
        let zoom = (self.zoom() * factor).clamp(canvas::ZOOM_MIN, canvas::ZOOM_MAX);
        let under = self.canvas(at);
        let translation = at.to_vec2() - under.to_vec2() * zoom;
        self.screen_from_canvas = TSTransform::new(translation, zoom);
    }

    /// Moves as little as it takes to bring `rect` onto the screen.
    pub fn reveal(&mut self, rect: Rect, screen: Rect) {
        let rect = self.rect(rect).expand(canvas::FIT_MARGIN);
        let shift = |low: f32, high: f32, from: f32, to: f32| {
            if high - low > to - from || low < from {
                from - low
            } else if high > to {
                to - high
            } else {
                0.0
            }
        };
        self.pan(vec2(
            shift(rect.left(), rect.right(), screen.left(), screen.right()),
            shift(rect.top(), rect.bottom(), screen.top(), screen.bottom()),
        ));
    }

    pub fn centre_on(&mut self, at: Pos2, screen: Rect) {
        let shift = screen.center() - self.pos(at);
        self.pan(shift);
    }

    /// From canvas to screen. Whole pixels of translation keep lines crisp.
    fn snapped(&self) -> TSTransform {
        let TSTransform {
            scaling,
            translation,
        } = self.screen_from_canvas;
        TSTransform::new(translation.round(), scaling)
    }

    pub fn pos(&self, at: Pos2) -> Pos2 {
        self.snapped() * at
    }

    pub fn rect(&self, rect: Rect) -> Rect {
        self.snapped() * rect
    }

    /// A length on the screen.
    pub fn length(&self, length: f32) -> f32 {
        length * self.zoom()
    }

    /// From screen to canvas.
    pub fn canvas(&self, at: Pos2) -> Pos2 {
        self.screen_from_canvas.inverse() * at
    }

    /// `font` at this zoom, in steps of half a point, so that zooming does not fill the atlas.
    pub fn font(&self, font: FontId) -> FontId {
        let size = (font.size * self.zoom() * 2.0).round().max(2.0) / 2.0;
        FontId::new(size, font.family)
    }

    pub fn shows_text(&self) -> bool {
        self.zoom() >= canvas::ZOOM_TEXT
    }

    /// What part of the canvas `screen` shows.
    pub fn seen(&self, screen: Rect) -> Rect {
        self.screen_from_canvas.inverse() * screen
    }

    /// Every point of the canvas goes straight to where `to` shows it.
    fn towards(&self, to: Self, share: f32) -> Self {
        let (a, b) = (self.screen_from_canvas, to.screen_from_canvas);
        let translation = a.translation + (b.translation - a.translation) * share;
        let scaling = a.scaling + (b.scaling - a.scaling) * share;
        Self {
            screen_from_canvas: TSTransform::new(translation, scaling),
        }
    }
}

/// A view on its way to another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glide {
    from: View,
    to: View,
    began: f64,
}

impl Glide {
    pub(super) fn new(from: View, to: View, now: f64) -> Self {
        Self {
            from,
            to,
            began: now,
        }
    }

    pub(super) fn end(&self) -> View {
        self.to
    }

    /// The view at this moment; exactly the wanted one once it is over.
    pub(super) fn at(&self, now: f64) -> View {
        if self.is_over(now) {
            return self.to;
        }
        let share = ((now - self.began) / seconds::GLIDE).clamp(0.0, 1.0) as f32;
        let slowing = 1.0 - (1.0 - share).powi(3);
        self.from.towards(self.to, slowing)
    }

    pub(super) fn is_over(&self, now: f64) -> bool {
        now >= self.began + seconds::GLIDE
    }

    pub(super) fn pan(&mut self, by: Vec2) {
        self.from.pan(by);
        self.to.pan(by);
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    const SCREEN: Rect = Rect::from_min_max(pos2(200.0, 50.0), pos2(1200.0, 850.0));

    #[track_caller]
    fn fits(size: Vec2, zoom: f32) {
        let bounds = Rect::from_min_size(pos2(-300.0, 40.0), size);
        let view = View::fit(bounds, SCREEN);
        assert!((view.zoom() - zoom).abs() < 0.001, "{}", view.zoom());
        assert!(SCREEN.expand(1.0).contains_rect(view.rect(bounds)) || zoom <= canvas::ZOOM_MIN);
    }

    #[test]
    fn fit_shows_everything_and_enlarges_nothing() {
        fits(vec2(260.0, 400.0), 1.0);
        fits(vec2(260.0, 1440.0), 0.5);
        fits(vec2(1840.0, 100.0), 0.5);
        fits(vec2(0.0, 0.0), 1.0);
        fits(vec2(260.0, 1_000_000.0), canvas::ZOOM_MIN);
    }

    #[test]
    fn fit_hides_nothing_below_the_toolbar() {
        let narrow = Rect::from_min_size(pos2(56.0, 60.0), vec2(420.0, 600.0));
        let bounds = Rect::from_min_size(Pos2::ZERO, vec2(260.0, 1440.0));
        let shown = View::fit(bounds, narrow).rect(bounds);
        assert!(
            shown.bottom() <= narrow.bottom() - canvas::TOOLS.y,
            "{shown}"
        );
        assert!(shown.top() >= narrow.top(), "{shown}");
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer_and_stays_in_its_limits() {
        let mut view = View::fit(Rect::from_min_size(Pos2::ZERO, vec2(500.0, 500.0)), SCREEN);
        let pointer = pos2(333.0, 444.0);
        let under = view.canvas(pointer);
        view.zoom_about(pointer, 1.7);
        assert!(view.canvas(pointer).distance(under) < 0.01);
        view.zoom_about(pointer, 1000.0);
        assert!((view.zoom() - canvas::ZOOM_MAX).abs() < f32::EPSILON);
        view.zoom_about(pointer, 0.0);
        assert!((view.zoom() - canvas::ZOOM_MIN).abs() < f32::EPSILON);
    }

    #[test]
    fn what_lies_outside_is_brought_in() {
        let mut view = View::fit(Rect::from_min_size(Pos2::ZERO, vec2(500.0, 500.0)), SCREEN);
        let far = Rect::from_min_size(pos2(5000.0, -3000.0), canvas::NODE);
        view.reveal(far, SCREEN);
        assert!(SCREEN.contains_rect(view.rect(far)));
    }

    #[test]
    fn a_glide_begins_where_it_was_and_ends_where_it_should() {
        let near = View::fit(Rect::from_min_size(Pos2::ZERO, vec2(500.0, 500.0)), SCREEN);
        let far = View::fit(
            Rect::from_min_size(pos2(900.0, 0.0), vec2(9000.0, 80.0)),
            SCREEN,
        );
        let glide = Glide::new(near, far, 10.0);
        assert_eq!(glide.at(10.0), near);
        let middle = glide.at(10.0 + seconds::GLIDE / 2.0);
        assert!(far.zoom() < middle.zoom() && middle.zoom() < near.zoom());
        assert!(!glide.is_over(10.0 + seconds::GLIDE / 2.0));
        assert_eq!(glide.at(10.0 + seconds::GLIDE), far);
        assert!(glide.is_over(10.0 + seconds::GLIDE));
    }

    #[test]
    fn what_is_seen_is_what_the_screen_shows() {
        let view = View::fit(Rect::from_min_size(Pos2::ZERO, vec2(1840.0, 10.0)), SCREEN);
        let back = view.rect(view.seen(SCREEN));
        assert!(back.min.distance(SCREEN.min) < 1.0 && back.max.distance(SCREEN.max) < 1.0);
    }

    #[test]
    fn a_tall_drawing_opens_at_its_top_in_a_readable_size() {
        let bounds = Rect::from_min_size(Pos2::ZERO, vec2(260.0, 20_000.0));
        let view = View::opening(bounds, SCREEN);
        assert!((view.zoom() - READABLE).abs() < f32::EPSILON);
        assert!(SCREEN.contains(view.pos(bounds.center_top())));
    }
}
