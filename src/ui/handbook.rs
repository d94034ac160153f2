//! The Handbook screen: what the program does and how to use it.

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, RichText, ScrollArea, Ui};

use super::{
    Ctx,
    markdown::{self, Block},
    tokens::{Tokens, gap, size},
    widgets::{card, text},
};

/// The chapters, with the words they are called by.
const CHAPTERS: &[(&str, &str)] = &[
    (
        "Your first workflow",
        include_str!("../../assets/handbook/1-first-workflow.md"),
    ),
    (
        "Workflows and versions",
        include_str!("../../assets/handbook/2-workflows.md"),
    ),
    (
        "The canvas",
        include_str!("../../assets/handbook/3-canvas.md"),
    ),
    (
        "Conditions, tasks and rules",
        include_str!("../../assets/handbook/4-steps.md"),
    ),
    (
        "Registration",
        include_str!("../../assets/handbook/5-registration.md"),
    ),
    (
        "Signing in and one's own account",
        include_str!("../../assets/handbook/6-account.md"),
    ),
    (
        "Updates of users",
        include_str!("../../assets/handbook/7-updates.md"),
    ),
    (
        "Schedules",
        include_str!("../../assets/handbook/8-schedules.md"),
    ),
    (
        "Signing in through a provider",
        include_str!("../../assets/handbook/9-providers.md"),
    ),
    (
        "Users, groups, roles and attributes",
        include_str!("../../assets/handbook/10-users.md"),
    ),
    (
        "History and failures",
        include_str!("../../assets/handbook/11-history.md"),
    ),
    (
        "Command line and service",
        include_str!("../../assets/handbook/12-command-line.md"),
    ),
    (
        "Where things are kept",
        include_str!("../../assets/handbook/13-data.md"),
    ),
    (
        "Finding things",
        include_str!("../../assets/handbook/14-finding.md"),
    ),
    (
        "Other programs",
        include_str!("../../assets/handbook/15-api.md"),
    ),
    ("Mail", include_str!("../../assets/handbook/16-mail.md")),
    (
        "Overview and guardrails",
        include_str!("../../assets/handbook/17-overview.md"),
    ),
];

/// Longer lines are hard to read.
const LINE: f32 = 720.0;

#[derive(Default)]
pub(super) struct HandbookScreen {
    chapter: usize,

    /// The chapter that was read last, and what is in it.
    read: Option<(usize, Vec<Block>)>,
}

impl HandbookScreen {
    pub(super) fn ui(&mut self, _ctx: &mut Ctx<'_>, ui: &mut Ui) {
        let tokens = Tokens::of(ui.theme());
        let frame = Frame::new()
            .fill(tokens.background)
            .inner_margin(Margin::same(gap::XL as i8));
        Panel::left("chapters")
            .exact_size(size::DRAWER_MIN)
            .resizable(false)
            .frame(frame)
            .show(ui, |ui| self.chapters_ui(ui));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            ScrollArea::vertical()
                .id_salt(("chapter", self.chapter))
                .auto_shrink(false)
                .show(ui, |ui| {
                    ui.set_max_width(LINE.min(ui.available_width()));
                    card(ui, "", |ui| self.chapter_ui(ui));
                });
        });
    }

    fn chapters_ui(&mut self, ui: &mut Ui) {
        text::heading(ui, "Handbook");
        ui.add_space(gap::S);
        // As wide as each other, like the entries of the rail.
        ui.with_layout(Layout::top_down_justified(Align::Min), |ui| {
            for (index, (name, _)) in CHAPTERS.iter().enumerate() {
                let is_here = self.chapter == index;
                let label = format!("{}  {name}", index + 1);
                let entry = ui.selectable_label(is_here, RichText::new(label));
                if entry.accessible_name(*name).clicked() {
                    self.chapter = index;
                }
            }
        });
    }

    fn chapter_ui(&mut self, ui: &mut Ui) {
        let Some((_, text)) = CHAPTERS.get(self.chapter) else {
            return;
        };
        let (_, blocks) = match self.read.take() {
            Some(read) if read.0 == self.chapter => self.read.insert(read),
            _ => self.read.insert((self.chapter, markdown::parse(text))),
        };
        markdown::show(ui, blocks);
    }
}
