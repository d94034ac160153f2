//! Choosing a time zone.

use std::sync::LazyLock;

use chrono_tz::Tz;
use egui::Ui;

use super::widgets::{Button, Entry, Picker};

/// All zones, as a list shows them.
pub(super) fn all() -> &'static [Entry<Tz>] {
    static ALL: LazyLock<Vec<Entry<Tz>>> = LazyLock::new(|| {
        let entry = |zone: &Tz| Entry::new(*zone, zone.name());
        chrono_tz::TZ_VARIANTS.iter().map(entry).collect()
    });
    &ALL
}

/// The choice of the zone in which times are shown.
pub(super) struct Zones {
    /// The one in which this machine is.
    pub(super) here: Option<Tz>,
}

/// The zone in which this machine is, if it tells.
pub(super) fn here() -> Option<Tz> {
    let found = iana_time_zone::get_timezone().ok()?;
    found.parse().ok()
}

impl Default for Zones {
    fn default() -> Self {
        Self { here: here() }
    }
}

impl Zones {
    /// The list, and a button for the zone of this machine while it is not the chosen one.
    pub(super) fn ui(&self, ui: &mut Ui, chosen: &mut Option<Tz>) {
        let found = match self.here {
            Some(zone) => format!("Times are shown in this zone. This machine is in {zone}."),
            None => "Times are shown in this zone. This machine does not tell its own.".to_owned(),
        };
        Picker::new("Time zone", all())
            .placeholder("Choose a time zone…")
            .help(&found)
            .required()
            .show_one(ui, chosen);
        if let Some(here) = self.here
            && *chosen != Some(here)
            && ui
                .add(Button::quiet(&format!("Use {here}")).small())
                .clicked()
        {
            *chosen = Some(here);
        }
    }
}
