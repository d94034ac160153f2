//! The picture of the program, for the title bar and the task list.

use egui::IconData;

const PNG: &[u8] = include_bytes!("../../assets/icons/tenure-256.png");

/// `None` only if the bundled picture were damaged; the window then has the desktop's own icon.
pub fn viewport() -> Option<IconData> {
    eframe::icon_data::from_png_bytes(PNG).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_picture_can_be_decoded() {
        let icon = viewport().expect("it is part of the program");
        assert_eq!((icon.width, icon.height), (256, 256));
        assert!(
            icon.rgba.chunks(4).any(|pixel| pixel.last() == Some(&0)),
            "corners are clear"
        );
    }
}
