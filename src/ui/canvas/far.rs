//! The canvas from far away, where thousands of blocks are in sight: one mesh instead of thousands of
//! shapes with soft round corners.
//!
//! **Invariant:** what is painted moves by whole pixels, so that nothing flickers while it is panned.

use egui::{Color32, Mesh, Pos2, Rect, Vec2, pos2, vec2};

use super::view::View;

pub(super) struct Far {
    mesh: Mesh,
    pixels: f32,

    /// Where the canvas begins on the screen, on a whole pixel.
    origin: Pos2,
}

impl Far {
    pub(super) fn new(view: View, pixels_per_point: f32) -> Self {
        let pixels = pixels_per_point.max(f32::EPSILON);
        let origin = view.pos(Pos2::ZERO);
        let whole = |length: f32| (length * pixels).round() / pixels;
        Self {
            mesh: Mesh::default(),
            pixels,
            origin: pos2(whole(origin.x), whole(origin.y)),
        }
    }

    pub(super) fn into_mesh(self) -> Mesh {
        self.mesh
    }

    /// A pixel, in points.
    pub(super) fn pixel(&self) -> f32 {
        1.0 / self.pixels
    }

    fn snap(&self, at: Pos2) -> Pos2 {
        let offset = (at - self.origin) * self.pixels;
        self.origin + offset.round() / self.pixels
    }

    /// On whole pixels, and never less than one of them.
    pub(super) fn whole(&self, rect: Rect) -> Rect {
        let min = self.snap(rect.min);
        let max = self.snap(rect.max).max(min + Vec2::splat(self.pixel()));
        Rect::from_min_max(min, max)
    }

    /// A rectangle whose corners are round as far as whole pixels can be.
    pub(super) fn rounded(&mut self, rect: Rect, radius: f32, color: Color32) {
        let rect = self.whole(rect);
        let pixel = self.pixel();
        let radius = (radius * self.pixels).round();
        let inset = |row: f32| {
            let across = radius - row - 0.5;
            (radius - (radius * radius - across * across).max(0.0).sqrt()).round()
        };
        let (mut top, mut bottom) = (rect.top(), rect.bottom());
        let mut row = 0.0;
        while row < radius && inset(row) >= 1.0 && bottom - top > 2.5 * pixel {
            let left = rect.left() + inset(row) * pixel;
            let right = rect.right() - inset(row) * pixel;
            for y in [top, bottom - pixel] {
                let strip = Rect::from_min_max(pos2(left, y), pos2(right, y + pixel));
                self.mesh.add_colored_rect(strip, color);
            }
            top += pixel;
            bottom -= pixel;
            row += 1.0;
        }
        let rest = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), bottom));
        self.mesh.add_colored_rect(rest, color);
    }

    /// A line along points of the screen, with soft sides.
    pub(super) fn line(
        &mut self,
        points: impl IntoIterator<Item = Pos2>,
        width: f32,
        color: Color32,
    ) {
        let mut points = points.into_iter();
        let Some(mut from) = points.next() else {
            return;
        };
        for to in points {
            self.segment(from, to, width, color);
            from = to;
        }
    }

    fn segment(&mut self, from: Pos2, to: Pos2, width: f32, color: Color32) {
        let side = (to - from).normalized().rot90();
        let soft = self.pixel() / 2.0;
        let (inner, outer) = (width / 2.0 - soft, width / 2.0 + soft);
        let first = self.mesh.vertices.len() as u32;
        for (offset, color) in [
            (outer, Color32::TRANSPARENT),
            (inner, color),
            (-inner, color),
            (-outer, Color32::TRANSPARENT),
        ] {
            self.mesh.colored_vertex(from + side * offset, color);
            self.mesh.colored_vertex(to + side * offset, color);
        }
        for strip in [0, 2, 4] {
            let [a, b, c, d] = [0, 1, 2, 3].map(|corner| first + strip + corner);
            self.mesh.add_triangle(a, b, c);
            self.mesh.add_triangle(b, c, d);
        }
    }

    /// The head of an arrow.
    pub(super) fn head(&mut self, tip: Pos2, direction: Vec2, size: Vec2, color: Color32) {
        let base = tip - direction * size.y;
        let side = direction.rot90() * size.x / 2.0;
        let first = self.mesh.vertices.len() as u32;
        for at in [tip, base + side, base - side] {
            self.mesh.colored_vertex(at, color);
        }
        self.mesh.add_triangle(first, first + 1, first + 2);
    }

    /// A dot that says something about a block, in its upper right corner.
    pub(super) fn dot(&mut self, corner: Pos2, side: f32, color: Color32) {
        let rect = Rect::from_center_size(corner, vec2(side, side));
        self.rounded(rect, side / 2.0, color);
    }
}
