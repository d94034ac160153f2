//! The portal's logo: chosen from a file, and kept at once.

use std::path::PathBuf;

use egui::{ColorImage, TextureHandle, TextureOptions, Ui, load::SizedTexture, vec2};
use tokio::sync::oneshot;

use crate::{
    command::Command,
    store::{
        Store, StoreError,
        images::{self, Image, LOGO},
    },
    ui::{
        Ctx,
        files::{FileField, Purpose},
        icons::Icon,
        loaded::{Loaded, Shown},
        sentence,
        tokens::gap,
        widgets::{Banner, Button, Mood, text},
    },
};

/// No picture for a sign-up page is larger; a limit for what is drawn here, in pixels a side.
const MAX_SIDE: u32 = 4_096;

/// No file above this is read at all.
const MAX_FILE: u64 = 4 * 1024 * 1024;

const PREVIEW: f32 = 96.0;

#[derive(Default)]
pub(super) struct Logo {
    stored: Loaded<(), Option<Picture>>,
    file: FileField,
    reading: Option<oneshot::Receiver<Result<Image, String>>>,
    error: Option<String>,
    texture: Option<(u64, TextureHandle)>,
}

/// The stored logo, as far as it can be drawn here.
struct Picture {
    /// Tells one picture from another.
    mark: u64,
    words: String,
    drawn: Option<ColorImage>,
}

impl Logo {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        self.receive(ctx);
        text::strong(ui, "Logo");
        text::note(
            ui,
            "A PNG or JPEG file of at most 256 KiB. It is kept at once, without Save.",
        );
        self.stored_ui(ctx, ui);
        let endings = &["png", "jpg", "jpeg"];
        let chosen = self.file.ui(ctx, ui, "Logo file", Purpose::Open, endings);
        let has_path = !self.file.path.trim().is_empty();
        ui.add_space(gap::XS);
        let set = Button::secondary("Use as logo").icon(Icon::Palette);
        let set = set.enabled(has_path && self.reading.is_none());
        if ui.add(set.why_not("Choose a file first")).clicked() || chosen {
            let path = PathBuf::from(self.file.path.trim());
            self.error = None;
            self.reading = Some(ctx.background.run(ctx.egui, move || read(&path)));
        }
        if let Some(error) = &self.error {
            Banner::new(Mood::Danger, error).show(ui);
        }
    }

    fn receive(&mut self, ctx: &mut Ctx<'_>) {
        let Some(mut reading) = self.reading.take() else {
            return;
        };
        match reading.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => self.reading = Some(reading),
            Err(oneshot::error::TryRecvError::Closed) => (),
            Ok(Ok(image)) => ctx.send(Command::SetLogo(Some(image)), "The logo is on the portal"),
            Ok(Err(error)) => self.error = Some(sentence(&error)),
        }
    }

    fn stored_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        let Shown::Value(Some(picture)) = self.stored.get(ctx, &(), load) else {
            text::muted(ui, "There is no logo.");
            return;
        };
        let mut remove = false;
        ui.horizontal(|ui| {
            if let Some(image) = &picture.drawn {
                let is_new = |it: &(u64, TextureHandle)| it.0 != picture.mark;
                if self.texture.as_ref().is_none_or(is_new) {
                    let options = TextureOptions::LINEAR;
                    let texture = ui.ctx().load_texture("logo", image.clone(), options);
                    self.texture = Some((picture.mark, texture));
                }
                if let Some((_, texture)) = &self.texture {
                    let sized = SizedTexture::from_handle(texture);
                    let shown = egui::Image::from_texture(sized)
                        .max_size(vec2(2.0 * PREVIEW, PREVIEW))
                        .alt_text("The logo");
                    ui.add(shown);
                }
            }
            text::muted(ui, &picture.words);
            let button = Button::quiet("Remove logo").icon(Icon::Delete);
            remove = ui.add(button).clicked();
        });
        if remove {
            ctx.send(Command::SetLogo(None), "The portal has no logo any more");
        }
    }
}

fn load(store: &Store) -> Result<Option<Picture>, StoreError> {
    let stored: Option<Image> = store.read(|db| images::get(db, LOGO))?;
    Ok(stored.map(|image| {
        let drawn = drawn(&image);
        let kind = if image.mime == "image/png" {
            "PNG"
        } else {
            "JPEG"
        };
        let kib = image.bytes.len().div_ceil(1024);
        let words = match &drawn {
            Some(it) => format!("{kind}, {} × {}, {kib} KiB", it.width(), it.height()),
            None => format!("{kind}, {kib} KiB; see it on the sign-up page"),
        };
        Picture {
            mark: mark(&image.bytes),
            words,
            drawn,
        }
    }))
}

/// The picture's points, if it is one that can be drawn here. JPEG is left to browsers.
fn drawn(image: &Image) -> Option<ColorImage> {
    let side = |at: usize| {
        Some(u32::from_be_bytes(
            image.bytes.get(at..at + 4)?.try_into().ok()?,
        ))
    };
    // A small file can claim to be a huge picture.
    if image.mime != "image/png" || side(16)?.max(side(20)?) > MAX_SIDE {
        return None;
    }
    let icon = eframe::icon_data::from_png_bytes(&image.bytes).ok()?;
    let size = [icon.width as usize, icon.height as usize];
    Some(ColorImage::from_rgba_unmultiplied(size, &icon.rgba))
}

fn mark(bytes: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// A picture from a file; what kind it is, its first bytes say.
fn read(path: &std::path::Path) -> Result<Image, String> {
    let told = |err: std::io::Error| format!("the file {} cannot be read: {err}", path.display());
    let length = std::fs::metadata(path).map_err(told)?.len();
    if length > MAX_FILE {
        return Err("the picture is larger than 256 KiB".to_owned());
    }
    let bytes = std::fs::read(path).map_err(told)?;
    let mime = if bytes.starts_with(b"\xff\xd8\xff") {
        "image/jpeg"
    } else {
        "image/png"
    };
    Ok(Image {
        mime: mime.to_owned(),
        bytes,
    })
}
