//! The look: every colour, size, gap, radius, type size and shadow of the program.
//!
//! Text keeps a contrast of 4.5 to what it stands on, and borders of controls, icons and wires
//! keep 3 (WCAG AA); the test below fails otherwise. Nothing else in the program names a colour.

pub mod css;

use egui::{Color32, Shadow, Theme, Vec2, vec2};

/// The colours of one theme.
#[derive(Debug)]
pub struct Tokens {
    /// Behind everything.
    pub background: Color32,
    /// Panels, cards, tables.
    pub surface: Color32,
    /// What floats above a surface: menus, dialogs, toasts.
    pub raised: Color32,
    /// Set into a surface: hovered rows, quiet fills, skeletons.
    pub sunken: Color32,
    /// Inside of a text field.
    pub field: Color32,
    /// Lines that only decorate.
    pub border: Color32,
    /// Lines without which a control cannot be seen.
    pub control: Color32,
    pub text: Color32,
    pub muted: Color32,
    pub accent: Tone,
    pub danger: Tone,
    pub warning: Tone,
    pub success: Tone,
    pub info: Tone,
    pub neutral: Tone,
    /// Around whatever has the keyboard.
    pub focus: Color32,
    /// Behind selected text and selected rows.
    pub selection: Color32,
    /// Over the window while a dialog is open.
    pub backdrop: Color32,
    pub canvas: Color32,
    pub grid: Color32,
    pub wire: Color32,
    pub kinds: Kinds,
    pub shadow_node: Shadow,
    pub shadow_raised: Shadow,
}

/// One hue in its four uses.
#[derive(Clone, Copy, Debug)]
pub struct Tone {
    /// Text and icons, on `soft` and on every surface.
    pub ink: Color32,
    /// Background of badges, banners and icon tiles.
    pub soft: Color32,
    /// Background of buttons, and while the pointer is over them.
    pub fill: Color32,
    pub fill_hovered: Color32,
    /// Text on either fill.
    pub on_fill: Color32,
}

/// A hue for each kind of node.
#[derive(Debug)]
pub struct Kinds {
    pub start: Tone,
    pub trigger: Tone,
    pub filter: Tone,
    pub event: Tone,
    pub task: Tone,
    pub end: Tone,
    pub note: Tone,
}

impl Tokens {
    pub fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }
}

/// Distances between things, on a grid of four.
pub mod gap {
    pub const XS: f32 = 4.0;
    pub const S: f32 = 8.0;
    pub const M: f32 = 12.0;
    pub const L: f32 = 16.0;
    pub const XL: f32 = 24.0;
    pub const XXL: f32 = 32.0;
}

/// Corner radii.
pub mod radius {
    pub const SMALL: u8 = 4;
    pub const CONTROL: u8 = 6;
    pub const CARD: u8 = 10;
    pub const PILL: u8 = 11;
}

/// Type sizes.
pub mod type_size {
    pub const SMALL: f32 = 12.0;
    pub const LABEL: f32 = 13.0;
    pub const BODY: f32 = 14.0;
    pub const MONOSPACE: f32 = 13.0;
    pub const SECTION: f32 = 15.0;
    pub const HEADING: f32 = 18.0;
    pub const TITLE: f32 = 22.0;
    pub const ICON: f32 = 16.0;
    pub const ICON_LARGE: f32 = 28.0;
}

/// Sizes of controls and parts of the window.
pub mod size {
    pub const CONTROL: f32 = 32.0;
    pub const CONTROL_SMALL: f32 = 26.0;
    pub const BADGE: f32 = 22.0;
    pub const ROW: f32 = 38.0;
    pub const TABLE_HEADER: f32 = 34.0;
    pub const NAVIGATION: f32 = 208.0;

    /// The rail when it shows icons only.
    pub const NAVIGATION_NARROW: f32 = 56.0;

    /// In a window that is narrower than this, the rail shows icons only.
    pub const NARROW_WINDOW: f32 = 1_000.0;
    pub const TOP_BAR: f32 = 56.0;
    pub const DRAWER: f32 = 380.0;
    pub const DRAWER_MIN: f32 = 320.0;
    pub const DRAWER_MAX: f32 = 560.0;
    pub const DRAWER_WIDEST: f32 = 680.0;
    pub const DIALOG: f32 = 440.0;
    pub const TOAST: f32 = 360.0;
    pub const PALETTE: f32 = 640.0;
    pub const PALETTE_LIST: f32 = 420.0;
    pub const PALETTE_TOP: f32 = 72.0;
    pub const SHEET: f32 = 860.0;

    /// From this width on, the list of shortcuts has two columns.
    pub const SHEET_WIDE: f32 = 680.0;

    /// From this width on, the button of a banner stands beside its words.
    pub const BANNER_WIDE: f32 = 420.0;
    pub const POPUP_HEIGHT: f32 = 280.0;
    /// The narrowest list to choose from.
    pub const LIST_MIN: f32 = 280.0;

    /// One day of a calendar.
    pub const DAY: f32 = 32.0;
    pub const READABLE: f32 = 460.0;
    pub const KEY_COLUMN: f32 = 150.0;
    pub const SCROLL_BAR: f32 = 8.0;
    /// By which a line is dragged to another place.
    pub const HANDLE: f32 = 18.0;
    pub const CHECK: f32 = 18.0;
    pub const CHECK_INNER: f32 = 10.0;
    pub const EMPTY_TILE: f32 = 64.0;
    pub const PROGRESS: f32 = 8.0;
    pub const FOCUS: f32 = 2.0;
    pub const LINE: f32 = 1.0;
}

/// The canvas at 100 %.
pub mod canvas {
    use super::{Vec2, vec2};

    pub const NODE: Vec2 = vec2(260.0, 72.0);
    /// Start and End.
    pub const NODE_SMALL: Vec2 = vec2(260.0, 44.0);
    pub const PLACEHOLDER: Vec2 = vec2(260.0, 36.0);
    pub const NODE_GAP: Vec2 = vec2(72.0, 44.0);
    pub const NODE_RADIUS: f32 = 10.0;
    pub const TILE: f32 = 36.0;
    pub const TILE_RADIUS: f32 = 8.0;
    /// How high the badge with the number of problems is, and how small on the screen at least.
    pub const BADGE: f32 = 22.0;
    pub const BADGE_SMALLEST: f32 = 5.0;
    pub const PORT: f32 = 5.0;
    pub const WIRE: f32 = 1.6;
    pub const ARROW: Vec2 = vec2(9.0, 7.0);
    pub const GRID: f32 = 24.0;
    pub const DOT: f32 = 1.0;
    pub const FIT_MARGIN: f32 = 40.0;
    /// What the toolbar covers at most of the lower left corner.
    pub const TOOLS: Vec2 = vec2(400.0, 56.0);
    /// So near to the border of the canvas a drag scrolls it, at most so many points per second.
    pub const BORDER: f32 = 16.0;
    pub const SCROLL_SPEED: f32 = 700.0;
    pub const ZOOM_MIN: f32 = 0.1;
    pub const ZOOM_MAX: f32 = 2.5;
    pub const ZOOM_STEP: f32 = 1.25;
    /// Below this zoom text is too small to read and is left out.
    pub const ZOOM_TEXT: f32 = 0.35;
    /// How strongly blocks show that a search does not find.
    pub const PASSED_OPACITY: f32 = 0.5;
    /// An icon that is smaller than this on the screen is a speck, and is left out.
    pub const ICON_SMALLEST: f32 = 4.0;
    pub const TEXT_KIND: f32 = 11.0;
    pub const TEXT_TITLE: f32 = 15.0;
    pub const TEXT_DETAIL: f32 = 12.0;
    pub const TEXT_NOTE: f32 = 13.0;
    /// Between the edge of a note and its text.
    pub const NOTE_MARGIN: f32 = 12.0;
    /// The corner of a note that changes its size.
    pub const GRIP: f32 = 18.0;
}

/// Seconds.
pub mod seconds {
    /// How long a toast stays, and one that offers an action.
    pub const TOAST: f64 = 5.0;
    pub const TOAST_ACTION: f64 = 10.0;
    pub const ANIMATION: f32 = 0.1;
    /// How long the canvas takes to show another part of itself, and its blocks to new places.
    pub const GLIDE: f64 = 0.15;
}

/// The color that an admin has chosen for the portal, written `#rrggbb`.
pub fn branded(color: &str) -> Option<Color32> {
    Color32::from_hex(color).ok()
}

const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const fn light(ink: u32, soft: u32, hovered: u32) -> Tone {
    Tone {
        ink: rgb(ink),
        soft: rgb(soft),
        fill: rgb(ink),
        fill_hovered: rgb(hovered),
        on_fill: Color32::WHITE,
    }
}

const fn dark(ink: u32, soft: u32, hovered: u32) -> Tone {
    Tone {
        ink: rgb(ink),
        soft: rgb(soft),
        fill: rgb(ink),
        fill_hovered: rgb(hovered),
        on_fill: rgb(0x000b_1018),
    }
}

const fn shadow(offset: i8, blur: u8, alpha: u8) -> Shadow {
    Shadow {
        offset: [0, offset],
        blur,
        spread: 0,
        color: Color32::from_black_alpha(alpha),
    }
}

static LIGHT: Tokens = Tokens {
    background: rgb(0x00f4_f6f9),
    surface: Color32::WHITE,
    raised: Color32::WHITE,
    sunken: rgb(0x00ee_f1f5),
    field: Color32::WHITE,
    border: rgb(0x00d9_dfe6),
    control: rgb(0x007d_8896),
    text: rgb(0x0017_202b),
    muted: rgb(0x0055_6170),
    accent: light(0x002f_56d0, 0x00e6_ecfd, 0x0027_48b3),
    danger: light(0x00b4_2318, 0x00fd_ecea, 0x0093_1b12),
    warning: light(0x008a_4b00, 0x00fd_f1dc, 0x006f_3c00),
    success: light(0x0013_6c37, 0x00e2_f5e8, 0x000f_572c),
    info: light(0x0017_5a9e, 0x00e4_f0fb, 0x0012_4a83),
    neutral: light(0x004a_5665, 0x00e9_edf2, 0x003b_4552),
    focus: rgb(0x002f_56d0),
    selection: rgb(0x00dc_e5fd),
    backdrop: Color32::from_black_alpha(110),
    canvas: rgb(0x00f1_f4f8),
    grid: rgb(0x00d6_dde6),
    wire: rgb(0x007c_8a9a),
    kinds: Kinds {
        start: light(0x0013_6c37, 0x00e0_f4e7, 0x000f_572c),
        trigger: light(0x006b_34c9, 0x00ef_e8fc, 0x0058_28a9),
        filter: light(0x0092_500a, 0x00fc_efd9, 0x0077_4108),
        event: light(0x001f_56c4, 0x00e4_ecfc, 0x0019_47a3),
        task: light(0x000b_6478, 0x00dc_f2f6, 0x0009_5262),
        end: light(0x004a_5665, 0x00e7_ebf0, 0x003b_4552),
        note: light(0x0069_5600, 0x00fb_f6dc, 0x0053_4400),
    },
    shadow_node: shadow(2, 8, 28),
    shadow_raised: shadow(6, 24, 46),
};

static DARK: Tokens = Tokens {
    background: rgb(0x000f_1318),
    surface: rgb(0x0017_1c23),
    raised: rgb(0x001f_262f),
    sunken: rgb(0x0023_2b35),
    field: rgb(0x0010_151b),
    border: rgb(0x002f_3843),
    control: rgb(0x0074_8395),
    text: rgb(0x00e7_ebf0),
    muted: rgb(0x00a3_afbd),
    accent: dark(0x008a_a8ff, 0x0023_2f55, 0x00a6_bdff),
    danger: dark(0x00ff_9d94, 0x0047_211f, 0x00ff_b6af),
    warning: dark(0x00f3_bd62, 0x003d_2c10, 0x00f7_cd88),
    success: dark(0x007d_db9c, 0x0016_361f, 0x009c_e5b4),
    info: dark(0x008c_c4f7, 0x0016_304a, 0x00aa_d4fa),
    neutral: dark(0x00b8_c2ce, 0x002c_3540, 0x00cb_d3dc),
    focus: rgb(0x008a_a8ff),
    selection: rgb(0x002a_3a6b),
    backdrop: Color32::from_black_alpha(150),
    canvas: rgb(0x0011_161c),
    grid: rgb(0x002a_333e),
    wire: rgb(0x006f_8094),
    kinds: Kinds {
        start: dark(0x007d_db9c, 0x0017_362a, 0x009c_e5b4),
        trigger: dark(0x00c4_a5ff, 0x0033_265a, 0x00d4_bdff),
        filter: dark(0x00f3_bd62, 0x003f_2e14, 0x00f7_cd88),
        event: dark(0x0093_b7ff, 0x001d_3160, 0x00ae_c9ff),
        task: dark(0x006f_d3e6, 0x0011_3a45, 0x0092_deec),
        end: dark(0x00b8_c2ce, 0x002c_3540, 0x00cb_d3dc),
        note: dark(0x00dc_cf8f, 0x0029_281b, 0x00e8_dfb0),
    },
    shadow_node: shadow(2, 8, 90),
    shadow_raised: shadow(6, 24, 140),
};

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color32) -> f32 {
        let [red, green, blue] = [color.r(), color.g(), color.b()].map(|channel| {
            let channel = f32::from(channel) / 255.0;
            if channel <= 0.040_45 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn check(what: &str, ink: Color32, on: Color32, least: f32) {
        let found = contrast(ink, on);
        assert!(found >= least, "{what}: {found:.2} is less than {least}");
    }

    fn tones(tokens: &Tokens) -> [(&'static str, &Tone); 13] {
        [
            ("accent", &tokens.accent),
            ("danger", &tokens.danger),
            ("warning", &tokens.warning),
            ("success", &tokens.success),
            ("info", &tokens.info),
            ("neutral", &tokens.neutral),
            ("start", &tokens.kinds.start),
            ("trigger", &tokens.kinds.trigger),
            ("filter", &tokens.kinds.filter),
            ("event", &tokens.kinds.event),
            ("task", &tokens.kinds.task),
            ("end", &tokens.kinds.end),
            ("note", &tokens.kinds.note),
        ]
    }

    #[test]
    fn black_on_white_has_the_greatest_contrast() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.01);
        assert!((contrast(Color32::RED, Color32::RED) - 1.0).abs() < 0.01);
    }

    #[test]
    fn text_can_be_read_on_everything_it_stands_on() {
        for tokens in [&LIGHT, &DARK] {
            let grounds = [
                tokens.background,
                tokens.surface,
                tokens.raised,
                tokens.sunken,
                tokens.field,
                tokens.selection,
                tokens.canvas,
            ];
            for ground in grounds {
                check("text", tokens.text, ground, 4.5);
                check("muted", tokens.muted, ground, 4.5);
                check("link", tokens.accent.ink, ground, 4.5);
                check("error", tokens.danger.ink, ground, 4.5);
            }
            for (name, tone) in tones(tokens) {
                check(name, tone.ink, tone.soft, 4.5);
                check(name, tokens.text, tone.soft, 4.5);
                check(name, tokens.muted, tone.soft, 4.5);
                check(name, tone.on_fill, tone.fill, 4.5);
                check(name, tone.on_fill, tone.fill_hovered, 4.5);
                check(name, tone.ink, tokens.surface, 4.5);
                check(name, tone.ink, tokens.raised, 4.5);
            }
        }
    }

    #[test]
    fn controls_wires_and_the_focus_ring_can_be_seen() {
        for tokens in [&LIGHT, &DARK] {
            for ground in [
                tokens.background,
                tokens.surface,
                tokens.raised,
                tokens.field,
            ] {
                check("control", tokens.control, ground, 3.0);
                check("focus", tokens.focus, ground, 3.0);
            }
            check("wire", tokens.wire, tokens.canvas, 3.0);
            check("focus on canvas", tokens.focus, tokens.canvas, 3.0);
        }
    }
}
