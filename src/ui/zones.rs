//! Choosing a time zone.

use chrono_tz::Tz;
use egui::Ui;

use super::widgets::{Button, Entry, Picker};

/// All zones, and the one in which this machine is.
pub(super) struct Zones {
    entries: Vec<Entry<Tz>>,
    pub(super) here: Option<Tz>,
}

impl Default for Zones {
    fn default() -> Self {
        let entry = |zone: &Tz| Entry::new(*zone, zone.name());
        let found = iana_time_zone::get_timezone().ok();
        Self {
            entries: chrono_tz::TZ_VARIANTS.iter().map(entry).collect(),
            here: found.and_then(|name| name.parse().ok()),
        }
    }
}

impl Zones {
    /// The list, and a button for the zone of this machine while it is not the chosen one.
    pub(super) fn ui(&self, ui: &mut Ui, chosen: &mut Option<Tz>) {
        let found = match self.here {
            Some(zone) => format!("Times are shown in this zone. This machine is in {zone}."),
            None => "Times are shown in this zone. This machine does not tell its own.".to_owned(),
        };
        Picker::new("Time zone", &self.entries)
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
