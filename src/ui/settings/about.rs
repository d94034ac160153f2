//! What this program is, and where it keeps things.

use egui::{CollapsingHeader, Ui};

use crate::ui::{
    Ctx,
    tokens::gap,
    widgets::{key_values, text},
};

const INTER: &str = include_str!("../../../assets/fonts/OFL.txt");

pub(super) fn ui(ctx: &Ctx<'_>, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = gap::S;
    let folder = match ctx.store.path().and_then(std::path::Path::parent) {
        Some(folder) => folder.display().to_string(),
        None => "in memory, lost when the program ends".to_owned(),
    };
    key_values(
        ui,
        "about",
        &[
            ("Version", env!("CARGO_PKG_VERSION")),
            ("Data folder", &folder),
            ("License", "MIT or Apache 2.0, as you choose"),
        ],
    );
    text::note(
        ui,
        "Text is set in Inter (SIL Open Font License 1.1), icons are Lucide (ISC License). The \
         licenses of the libraries in this program come with its source.",
    );
    CollapsingHeader::new("License of Inter").show(ui, |ui| {
        text::note(ui, INTER);
    });
}
