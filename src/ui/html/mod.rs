//! Mails as their readers see them: the HTML that mails are made of, laid out and painted.
//!
//! What mail programs agree on is shown: text, headings, lists, tables, links, colours, and pictures that
//! come with the mail. Nothing is fetched, no link is followed and no script is run. A mail stands on
//! white paper in both themes, as it does in most mail programs.

mod flow;
mod run;
mod style;
mod table;
mod tree;

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use egui::{
    Color32, ColorImage, CornerRadius, Frame, Label, Margin, Rect, RichText, Role, ScrollArea,
    Sense, Stroke, TextureHandle, TextureOptions, Ui, UiBuilder, WidgetInfo, vec2,
};

use self::{
    flow::{Laid, Piece, Words},
    tree::Element,
};
use super::{
    fonts,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::text,
};
use crate::model::mail::{Attachment, AttachmentKind};

/// What is longer is cut: nobody judges a mail by its last pages.
const LONGEST: usize = 400_000;

/// The widest and highest picture that is drawn, in points of the picture.
const MAX_SIDE: usize = 4_096;

/// A mail that was read, ready to be laid out.
pub(super) struct Page {
    root: Element,
    pictures: Vec<Picture>,

    /// Tells this page from another one.
    mark: u64,
    is_cut: bool,
}

/// A picture that comes with the mail.
struct Picture {
    cid: String,
    image: Arc<ColorImage>,
}

/// What was laid out for a page in a room of some width.
#[derive(Clone)]
struct Kept {
    mark: u64,
    width: f32,
    laid: Arc<Laid>,
    textures: Vec<TextureHandle>,
}

impl Page {
    /// Takes some time for long mails: do it in the background.
    pub(super) fn parse(html: &str) -> Self {
        let end = html.floor_char_boundary(LONGEST);
        Self {
            root: tree::parse(&html[..end]),
            pictures: Vec::new(),
            mark: hashed(html),
            is_cut: end < html.len(),
        }
    }

    pub(super) fn with_pictures(mut self, attachments: &[Attachment]) -> Self {
        let pictures = attachments.iter().filter_map(|it| match &it.kind {
            AttachmentKind::Png { cid } => Some(Picture {
                cid: cid.clone(),
                image: Arc::new(drawn(&it.bytes)?),
            }),
            AttachmentKind::Csv => None,
        });
        self.pictures = pictures.collect();
        self
    }
}

fn hashed(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A small file can claim to be a huge picture, so its head is read first.
fn drawn(png: &[u8]) -> Option<ColorImage> {
    let side = |at: usize| {
        let bytes = png.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes) as usize)
    };
    if side(16)?.max(side(20)?) > MAX_SIDE {
        return None;
    }
    let icon = eframe::icon_data::from_png_bytes(png).ok()?;
    let size = [icon.width as usize, icon.height as usize];
    Some(ColorImage::from_rgba_unmultiplied(size, &icon.rgba))
}

/// The mail on its paper, as wide as the room.
pub(super) fn page_ui(ui: &mut Ui, page: &Page) {
    paper(ui, "The mail as HTML", |ui| {
        let width = ui.available_width();
        let kept = kept(ui, page, width);
        let wish = vec2(kept.laid.size.x, kept.laid.size.y.max(size::CONTROL));
        ScrollArea::horizontal()
            .auto_shrink([false, true])
            .show(ui, |ui| {
                let (area, _) = ui.allocate_exact_size(wish, Sense::hover());
                for (index, piece) in kept.laid.pieces.iter().enumerate() {
                    piece_ui(ui, area, index, piece, &kept.textures);
                }
            });
    });
    if page.is_cut {
        text::note(ui, "The mail is longer; only its beginning is shown.");
    }
}

/// The plain text, as mail programs set it.
pub(super) fn plain_ui(ui: &mut Ui, plain: &str) {
    let end = plain.floor_char_boundary(LONGEST);
    paper(ui, "The mail as plain text", |ui| {
        let words = RichText::new(text::shown_lines(&plain[..end])).monospace();
        Frame::new()
            .inner_margin(Margin::same(gap::L as i8))
            .show(ui, |ui| {
                ui.add(
                    Label::new(words.color(Color32::BLACK))
                        .wrap()
                        .selectable(true),
                );
            });
    });
    if end < plain.len() {
        text::note(ui, "The text is longer; only its beginning is shown.");
    }
}

fn paper(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    let border = Tokens::of(ui.theme()).border;
    let role = UiBuilder::new().accessibility_role(Role::Document);
    ui.scope_builder(role, |ui| {
        ui.ctx()
            .accesskit_node_builder(ui.unique_id(), |node| node.set_label(name.to_owned()));
        Frame::new()
            .fill(Color32::WHITE)
            .stroke(Stroke::new(size::LINE, border))
            .corner_radius(CornerRadius::same(radius::SMALL))
            .show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                contents(ui);
            });
    });
}

/// Laid out once, until the page or the room is another one.
fn kept(ui: &Ui, page: &Page, width: f32) -> Kept {
    let id = ui.scope_id().with("page");
    let found = ui.data(|data| data.get_temp::<Kept>(id));
    let found = found.filter(|it| it.mark == page.mark && (it.width - width).abs() < 0.5);
    if let Some(found) = found {
        return found;
    }
    let textures = page.pictures.iter().map(|it| {
        let image = Arc::clone(&it.image);
        ui.ctx().load_texture("mail", image, TextureOptions::LINEAR)
    });
    let kept = Kept {
        mark: page.mark,
        width,
        laid: Arc::new(flow::lay(ui.ctx(), &page.root, &page.pictures, width)),
        textures: textures.collect(),
    };
    ui.data_mut(|data| data.insert_temp(id, kept.clone()));
    kept
}

fn piece_ui(ui: &Ui, area: Rect, index: usize, piece: &Piece, textures: &[TextureHandle]) {
    let offset = area.min.to_vec2();
    match piece {
        Piece::Fill(rect, color) => {
            let rect = rect.translate(offset).intersect(area.expand(1.0));
            if ui.is_rect_visible(rect) {
                ui.painter().rect_filled(rect, CornerRadius::ZERO, *color);
            }
        }
        Piece::Text(words) => words_ui(ui, area, index, words),
        Piece::Picture(rect, number, alt) => {
            let rect = rect.translate(offset);
            let id = ui.scope_id().with(index);
            let response = ui.interact(rect, id, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, text::shown(alt)));
            if !ui.is_rect_visible(rect) {
                return;
            }
            let texture = number.and_then(|it| textures.get(it));
            if let Some(texture) = texture {
                let all = Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
                ui.painter().image(texture.id(), rect, all, Color32::WHITE);
            } else {
                place_ui(ui, rect, alt);
            }
        }
    }
}

/// What stands where a picture would be.
fn place_ui(ui: &Ui, rect: Rect, alt: &str) {
    let stroke = Stroke::new(size::LINE, Color32::GRAY);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_stroke(rect, CornerRadius::ZERO, stroke, egui::StrokeKind::Inside);
    let room = rect.shrink(gap::S);
    let galley = painter.layout(
        text::shown(alt).into_owned(),
        fonts::regular(type_size::SMALL),
        Color32::DARK_GRAY,
        room.width(),
    );
    painter.galley(room.min, galley, Color32::DARK_GRAY);
}

fn words_ui(ui: &Ui, area: Rect, index: usize, words: &Words) {
    let offset = area.min.to_vec2();
    let rect = words.rect.translate(offset);
    let response = ui.interact(rect, ui.scope_id().with(index), Sense::hover());
    let role = if words.is_heading {
        Role::Heading
    } else {
        Role::Label
    };
    response.widget_info(|| WidgetInfo::labeled(role, true, &words.job.text));
    if ui.is_rect_visible(rect) {
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(words.job.clone()));
        let clip = area.intersect(ui.clip_rect());
        let painter = ui.painter().with_clip_rect(clip);
        painter.galley(words.at + offset, galley, Color32::BLACK);
    }
    if !words.links.is_empty() {
        let links: Vec<String> = words
            .links
            .iter()
            .map(|it| text::shown(it).into_owned())
            .collect();
        response.on_hover_text(format!("Leads to {}", links.join(" and to ")));
    }
}
