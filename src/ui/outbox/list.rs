//! The list of mails, the newest first.
//!
//! Mails change while they are on their way, so what is in sight is fetched anew with every change. While
//! somebody reads further down, nothing is put in front of what they read.

use std::collections::BTreeSet;

use egui::{Align, Layout, Ui, vec2};

use super::{Wish, can_resend, mood, said};
use crate::{
    model::{id::MailId, mail::MailState},
    store::{
        Store, StoreError,
        outbox::{self, Counts, Filter, Kept},
    },
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        sentence,
        tokens::gap,
        widgets::{
            Banner, Button, Cells, Column, Combo, Mood, Table, card, card_table, checkbox,
            empty_state, search_field, skeleton_rows,
        },
    },
};

/// How many rows are fetched at first, and how many more whenever the end comes near.
const PAGE: usize = 100;

/// How near the last row may come before more are fetched.
const AHEAD: usize = 30;

#[derive(Default)]
pub(super) struct List {
    search: String,
    state: Option<MailState>,
    rows: Loaded<Wanted, Vec<Kept>>,
    counts: Loaded<(), Counts>,
    limit: usize,

    /// The rows in sight, as last drawn.
    first_seen: usize,
    last_seen: usize,

    /// The newest row while somebody reads further down.
    top: Option<MailId>,
    selected: Option<usize>,
    picked: BTreeSet<MailId>,
}

/// Which rows are fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    filter: Filter,

    /// Only this one and older ones.
    top: Option<MailId>,
    limit: usize,
}

impl Wanted {
    fn fetch(&self, store: &Store) -> Result<Vec<Kept>, StoreError> {
        let before = self.top.map(|it| MailId::new(it.number() + 1));
        store.read(|db| outbox::page(db, &self.filter, before, self.limit))
    }
}

impl List {
    /// What is ticked and can be sent again.
    pub(super) fn picked(&self) -> Vec<Kept> {
        let rows = self.rows.value().into_iter().flatten();
        let picked = rows.filter(|it| self.picked.contains(&it.id) && can_resend(it.state));
        picked.cloned().collect()
    }

    pub(super) fn pick_none(&mut self) {
        self.picked.clear();
    }

    pub(super) fn ui(
        &mut self,
        ctx: &mut Ctx<'_>,
        ui: &mut Ui,
        shown: Option<MailId>,
    ) -> Option<Wish> {
        self.filters_ui(ctx, ui);
        ui.add_space(gap::S);
        let wanted = self.wanted();
        let asked = wanted.clone();
        if let Shown::Failed(err) = self.rows.get(ctx, &wanted, move |store| asked.fetch(store)) {
            Banner::new(Mood::Danger, &sentence(err))
                .title("The outbox cannot be read")
                .show(ui);
            return None;
        }
        let Some(rows) = self.rows.value() else {
            card(ui, "", |ui| skeleton_rows(ui, 8));
            return None;
        };
        let current = shown.and_then(|id| rows.iter().position(|it| it.id == id));
        self.selected = current.or(self.selected).filter(|it| *it < rows.len());
        if rows.is_empty() && self.is_narrowed() {
            let sentence = "No mail matches.";
            empty_state(ui, Icon::Search, "Nothing found", sentence, None);
            return None;
        }
        if rows.is_empty() {
            let sentence = "Mails to users and reports to admins are listed here as soon as they are \
                            queued, with what the mail server says of each.";
            empty_state(ui, Icon::Mail, "No mails yet", sentence, None);
            return None;
        }
        card_table(ui, |ui| self.table_ui(ctx, ui))
    }

    fn is_narrowed(&self) -> bool {
        self.state.is_some() || !self.search.trim().is_empty()
    }

    fn wanted(&mut self) -> Wanted {
        let filter = Filter {
            state: self.state,
            search: self.search.trim().to_owned(),
            ..Filter::default()
        };
        let rows = self.rows.value().map_or(&[][..], Vec::as_slice);
        if self.first_seen == 0 {
            self.top = None;
        } else if self.top.is_none() {
            self.top = rows.first().map(|it| it.id);
        }
        self.limit = self.limit.max(PAGE);
        if rows.len() >= self.limit && self.last_seen + AHEAD >= rows.len() {
            self.limit += PAGE;
        }
        Wanted {
            filter,
            top: self.top,
            limit: self.limit,
        }
    }

    fn filters_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        let counts = |store: &Store| store.read(|db| outbox::counts(db, None));
        let counts = match self.counts.get(ctx, &(), counts) {
            Shown::Value(counts) => counts.clone(),
            Shown::Loading | Shown::Failed(_) => Counts::new(),
        };
        let before = (self.search.clone(), self.state);
        let layout = Layout::left_to_right(Align::Center).with_main_wrap(true);
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 0.0), layout, |ui| {
            ui.spacing_mut().item_spacing = vec2(gap::S, gap::S);
            let width = (ui.available_width() - 400.0).clamp(180.0, 360.0);
            let hint = "Address, subject, answer";
            search_field(ui, "Search mails", hint, width, &mut self.search);
            let mut options = vec![(None, "Any state".to_owned())];
            options.extend(MailState::ALL.map(|state| (Some(state), counted(state, &counts))));
            Combo::new("State")
                .label_hidden()
                .width(150.0)
                .show(ui, &mut self.state, &options);
            self.pick_ui(ui);
        });
        if before != (self.search.clone(), self.state) {
            self.top = None;
            self.limit = PAGE;
            self.first_seen = 0;
            self.last_seen = 0;
            self.selected = None;
            self.picked.clear();
        }
    }

    fn pick_ui(&mut self, ui: &mut Ui) {
        if !self.picked.is_empty() {
            if ui.add(Button::quiet("Select none")).clicked() {
                self.picked.clear();
            }
            return;
        }
        let rows = self.rows.value().into_iter().flatten();
        let failed: Vec<MailId> = rows
            .filter(|it| it.state == MailState::Failed)
            .map(|it| it.id)
            .collect();
        if !failed.is_empty() && ui.add(Button::quiet("Select all failed")).clicked() {
            self.picked = failed.into_iter().collect();
        }
    }

    fn table_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let columns = [
            Column::initial("Recipient", 250.0).growing(),
            Column::initial("Template", 170.0).growing().optional(3),
            Column::initial("Subject", 190.0).growing().optional(4),
            Column::exact("State", 116.0),
            Column::exact("Attempts", 80.0).optional(2),
            Column::rest("Last answer").optional(1),
            Column::exact("Queued", 140.0),
            Column::exact("", 44.0),
        ];
        let rows = self.rows.value().map_or(&[][..], Vec::as_slice);
        let (selected, picked) = (&mut self.selected, &mut self.picked);
        let output = Table::new("Mails", &columns).opens_on_click().show(
            ui,
            rows.len(),
            selected,
            |cells, index| {
                if let Some(mail) = rows.get(index) {
                    row_ui(ctx, cells, mail, picked);
                }
            },
        );
        self.first_seen = output.visible.start;
        self.last_seen = output.visible.end;
        let opened = output.opened.and_then(|index| rows.get(index));
        opened.map(|it| Wish::Open(it.id))
    }
}

fn row_ui(
    ctx: &Ctx<'_>,
    cells: &mut Cells<'_, '_, '_>,
    mail: &Kept,
    picked: &mut BTreeSet<MailId>,
) {
    let address = match mail.address.as_str() {
        "" => "no address",
        address => address,
    };
    cells.strong(address);
    cells.text(mail.template.label());
    cells.text(&mail.subject);
    let (mood, icon) = mood(mail.state);
    cells.badge(mood, icon, mail.state.label());
    cells.muted(&mail.attempts.to_string());
    cells.text(&said(mail));
    cells.date(&ctx.moment(mail.created), &ctx.moment_full(mail.created));
    cells.ui("", |ui| {
        if !can_resend(mail.state) {
            return;
        }
        let mut is_picked = picked.contains(&mail.id);
        let name = format!("Select mail {} to {address}", mail.id);
        let response = checkbox(ui, &mut is_picked, "").accessible_name(&name);
        if response
            .on_hover_text("Select it to send it again")
            .changed()
        {
            if is_picked {
                picked.insert(mail.id);
            } else {
                picked.remove(&mail.id);
            }
        }
    });
}

/// "Queued (12)"
fn counted(state: MailState, counts: &Counts) -> String {
    let found = counts.iter().find(|(it, _)| *it == state);
    match found {
        Some((_, count)) => format!("{} ({count})", state.label()),
        None => state.label().to_owned(),
    }
}
