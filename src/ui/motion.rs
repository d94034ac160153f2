//! Motion: short, and none for people who want less of it.
//!
//! The choice belongs to the window and is kept with it, like the theme. Until somebody chooses, what
//! the desktop says counts. **Invariant:** whatever moves by itself asks here, or takes its time from
//! egui's style, which is set here.

use std::path::{Path, PathBuf};

use egui::{Context, Id, Theme, style::ScrollAnimation};

use super::tokens::seconds;

/// What was chosen in this window.
fn chosen_id() -> Id {
    Id::unique("reduce motion")
}

/// What the desktop wants.
fn system_id() -> Id {
    Id::unique("the system reduces motion")
}

pub fn is_reduced(ctx: &Context) -> bool {
    let chosen = ctx.data_mut(|data| data.get_persisted::<bool>(chosen_id()));
    let system = || ctx.data(|data| data.get_temp::<bool>(system_id()));
    chosen.or_else(system).unwrap_or(false)
}

pub fn set_reduced(ctx: &Context, is_reduced: bool) {
    ctx.data_mut(|data| data.insert_persisted(chosen_id(), is_reduced));
    apply(ctx);
}

pub fn toggle(ctx: &Context) {
    set_reduced(ctx, !is_reduced(ctx));
}

/// Gives the choice to egui's own widgets, in both themes.
pub fn apply(ctx: &Context) {
    let is_reduced = is_reduced(ctx);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| {
            style.animation_time = if is_reduced { 0.0 } else { seconds::ANIMATION };
            style.scroll_animation = if is_reduced {
                ScrollAnimation::none()
            } else {
                ScrollAnimation::default()
            };
        });
    }
}

/// How far something has come that began to move at `began`, slower at both ends; 1 is its goal.
pub fn progress(ctx: &Context, began: f64, lasts: f64) -> f32 {
    if is_reduced(ctx) {
        return 1.0;
    }
    let now = ctx.input(|input| input.time);
    let part = ((now - began) / lasts).clamp(0.0, 1.0) as f32;
    egui::emath::easing::cubic_in_out(part)
}

/// Learns what the desktop wants, where it keeps that in a file that can be read at once.
pub fn follow_system(ctx: &Context) {
    let files = settings_files();
    let found = files.iter().find_map(|file| {
        let text = std::fs::read_to_string(file).ok()?;
        animations(&text)
    });
    if let Some(animated) = found {
        ctx.data_mut(|data| data.insert_temp(system_id(), !animated));
        apply(ctx);
    }
}

fn settings_files() -> Vec<PathBuf> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let below_home = || variable("HOME").map(|home| home.join(".config"));
    let folder = variable("XDG_CONFIG_HOME").or_else(below_home);
    let file = |folder: &Path, version: &str| folder.join(version).join("settings.ini");
    let files = |folder: PathBuf| ["gtk-4.0", "gtk-3.0"].map(|it| file(&folder, it)).to_vec();
    folder.map(files).unwrap_or_default()
}

/// `gtk-enable-animations` of a settings file of GTK, which KDE Plasma and Xfce write as well.
fn animations(settings: &str) -> Option<bool> {
    let mut pairs = settings.lines().filter_map(|line| line.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim() == "gtk-enable-animations")?;
    match value.trim().to_ascii_lowercase().as_str() {
        "false" | "0" => Some(false),
        "true" | "1" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme;

    #[test]
    fn with_less_motion_nothing_is_animated_in_either_theme() {
        let ctx = Context::default();
        theme::install(&ctx);
        let times = || {
            [Theme::Light, Theme::Dark].map(|theme| {
                let style = ctx.style_of(theme);
                (style.animation_time, style.scroll_animation)
            })
        };
        let usual = (seconds::ANIMATION, ScrollAnimation::default());
        assert_eq!(times(), [usual, usual]);
        toggle(&ctx);
        assert!(is_reduced(&ctx));
        let none = (0.0, ScrollAnimation::none());
        assert_eq!(times(), [none, none]);
        assert!((progress(&ctx, 0.0, 10.0) - 1.0).abs() < f32::EPSILON);
        toggle(&ctx);
        assert_eq!(times(), [usual, usual]);
    }

    #[test]
    fn a_window_that_opens_again_remembers_it() {
        let ctx = Context::default();
        set_reduced(&ctx, true);
        let kept = ctx.memory(serde_json::to_string).expect("it can be kept");
        let ctx = Context::default();
        let memory = serde_json::from_str(&kept).expect("it can be read");
        ctx.memory_mut(|it| *it = memory);
        theme::install(&ctx);
        assert!(is_reduced(&ctx));
        assert!(ctx.style_of(Theme::Dark).animation_time <= 0.0);
    }

    #[test]
    fn the_choice_counts_more_than_the_desktop() {
        let ctx = Context::default();
        ctx.data_mut(|data| data.insert_temp(system_id(), true));
        assert!(is_reduced(&ctx));
        set_reduced(&ctx, false);
        assert!(!is_reduced(&ctx));
    }

    #[test]
    fn the_desktop_says_it_in_its_settings_file() {
        let check = |text: &str, wanted| assert_eq!(animations(text), wanted, "{text}");
        check("[Settings]\ngtk-enable-animations=false\n", Some(false));
        check("gtk-enable-animations = 0", Some(false));
        check("gtk-enable-animations=TRUE", Some(true));
        check("gtk-theme-name=Breeze\n", None);
        check("", None);
    }
}
