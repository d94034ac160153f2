//! The mails of an execution, and what has become of each for its recipient.

use egui::Ui;

use crate::{
    model::{
        id::{ExecutionId, MailId},
        mail::MailState,
    },
    store::{
        Store,
        outbox::{self, Filter, Kept},
    },
    ui::{
        Ctx, Route,
        history::facts::Facts,
        icons::Icon,
        loaded::{Loaded, Shown},
        numbers::grouped,
        pages::{PAGE, Pages, failed_ui},
        tokens::{gap, size},
        widgets::{
            Button, Cells, Column, Combo, Mood, Table, card, card_table, empty_state, skeleton_rows,
        },
    },
};

#[derive(Default)]
pub(super) struct MailsTab {
    state: Option<MailState>,
    pages: Pages<MailId>,
    rows: Loaded<Query, Vec<Kept>>,
    selected: Option<usize>,
}

type Query = (ExecutionId, Option<MailState>, Option<MailId>);

impl MailsTab {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, facts: &Facts) {
        let total: u64 = facts.mails.iter().map(|it| it.1).sum();
        if total == 0 {
            let sentence =
                "Mails are made as the users are dealt with, and the reports at the end.";
            empty_state(ui, Icon::Mail, "No mails", sentence, None);
            return;
        }
        let mut options = vec![(None, format!("Every state ({})", grouped(total)))];
        for (state, count) in &facts.mails {
            let text = format!("{} ({})", state.label(), grouped(*count));
            options.push((Some(*state), text));
        }
        let before = self.state;
        ui.horizontal(|ui| {
            let combo = Combo::new("State of mails").label_hidden().width(200.0);
            combo.show(ui, &mut self.state, &options);
            // What they say, and sending them again.
            if ui
                .add(Button::quiet("Open the outbox").icon(Icon::Mail))
                .clicked()
            {
                ctx.go(Route::Outbox);
            }
        });
        if self.state != before {
            self.pages.restart();
            self.selected = None;
        }
        ui.add_space(gap::S);
        self.list_ui(ctx, ui, facts);
    }

    fn list_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, facts: &Facts) {
        let query: Query = (facts.summary.id, self.state, self.pages.after().copied());
        let (execution, state, before) = query;
        let fetch = move |store: &Store| {
            let filter = Filter {
                state,
                execution: Some(execution),
                ..Filter::default()
            };
            store.read(|db| outbox::page(db, &filter, before, PAGE + 1))
        };
        match self.rows.get(ctx, &query, fetch) {
            Shown::Loading => card(ui, "", |ui| skeleton_rows(ui, 6)),
            Shown::Failed(err) => failed_ui(ui, err),
            Shown::Value(rows) if rows.is_empty() && !self.pages.is_first() => {
                self.pages.restart();
            }
            Shown::Value(rows) if rows.is_empty() => {
                let sentence = "No mail of this execution is in this state now.";
                empty_state(ui, Icon::Mail, "None", sentence, None);
            }
            Shown::Value(rows) => {
                let shown = rows.get(..PAGE).unwrap_or(rows);
                table_ui(ctx, ui, shown, &mut self.selected);
                let next = shown.last().filter(|_| rows.len() > PAGE).map(|it| it.id);
                let of_state = |it: &&(MailState, u64)| state.is_none_or(|state| it.0 == state);
                let total = facts.mails.iter().filter(of_state).map(|it| it.1).sum();
                let total = Some(total);
                self.pages.ui(ui, "mail", shown.len(), next.as_ref(), total);
            }
        }
    }
}

fn table_ui(ctx: &Ctx<'_>, ui: &mut Ui, mails: &[Kept], selected: &mut Option<usize>) {
    let columns = [
        Column::initial("Recipient", 200.0).growing(),
        Column::exact("State", 116.0),
        Column::initial("Mail", 180.0).growing(),
        Column::exact("Attempts", 80.0).optional(2),
        Column::exact("Since", 140.0).optional(1),
        Column::rest("What the server said"),
    ];
    let height = ui.available_height() - size::CONTROL - gap::S;
    card_table(ui, |ui| {
        let table = Table::new("Mails of the execution", &columns).height(height);
        table.show(ui, mails.len(), selected, |cells, index| {
            if let Some(mail) = mails.get(index) {
                row_ui(ctx, cells, mail);
            }
        })
    });
}

fn row_ui(ctx: &Ctx<'_>, cells: &mut Cells<'_, '_, '_>, mail: &Kept) {
    if mail.address.is_empty() {
        cells.muted("No address");
    } else {
        cells.text(&mail.address);
    }
    let (mood, icon) = mood(mail.state);
    cells.badge(mood, icon, mail.state.label());
    cells.text(mail.template.label());
    cells.muted(&mail.attempts.to_string());
    let at = mail.ended.unwrap_or(mail.created);
    cells.date(&ctx.moment(at), &ctx.moment_full(at));
    let said = mail.answer.as_ref().map(|it| match it.code {
        Some(code) => format!("{code} {}", it.text),
        None => it.text.clone(),
    });
    cells.text(&said.unwrap_or_default());
}

fn mood(state: MailState) -> (Mood, Icon) {
    match state {
        MailState::Queued => (Mood::Info, Icon::Waiting),
        MailState::Sending => (Mood::Info, Icon::Running),
        MailState::Sent => (Mood::Success, Icon::Success),
        MailState::Failed => (Mood::Danger, Icon::Failed),
        MailState::NoAddress => (Mood::Warning, Icon::Warning),
    }
}
