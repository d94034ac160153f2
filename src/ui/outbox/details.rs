//! One mail beside the list: what became of it, and what it says.

use egui::Ui;

use super::{Wish, can_resend, mood, said};
use crate::{
    model::id::MailId,
    store::{
        Store, StoreError,
        outbox::{self, Kept},
        users,
    },
    ui::{
        Ctx, Route,
        html::{self, Page},
        icons::Icon,
        loaded::{Loaded, Shown},
        sentence,
        tokens::gap,
        widgets::{
            Banner, Button, Drawer, Mood, badge, key_values, section, segmented, skeleton_rows,
            text,
        },
    },
};

pub(super) struct Details {
    id: MailId,
    known: Loaded<MailId, Option<Known>>,
    form: Form,
}

/// A mail, and what it says as long as that is kept.
struct Known {
    mail: Kept,

    /// The username, if it is about one.
    user: Option<String>,
    says: Option<Says>,
}

struct Says {
    text: String,
    page: Page,

    /// Names and sizes.
    files: Vec<(String, usize)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Html,
    Text,
}

impl Details {
    pub(super) fn new(id: MailId) -> Self {
        Self {
            id,
            known: Loaded::default(),
            form: Form::default(),
        }
    }

    pub(super) fn id(&self) -> MailId {
        self.id
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let id = self.id;
        let failed = match self.known.get(ctx, &id, move |store| load(store, id)) {
            Shown::Failed(err) => Some(sentence(err)),
            Shown::Loading | Shown::Value(_) => None,
        };
        let title = format!("Mail {id}");
        let mut wish = None;
        let drawer = Drawer::new(&title).icon(Icon::Mail).wide().read_only();
        let answer = drawer.show(ui, |ui| {
            if let Some(failed) = &failed {
                Banner::new(Mood::Danger, failed).show(ui);
                return;
            }
            match self.known.value() {
                None => skeleton_rows(ui, 6),
                Some(None) => {
                    text::paragraph(ui, "This mail is not kept any more.");
                }
                Some(Some(known)) => wish = known_ui(ctx, ui, known, &mut self.form),
            }
        });
        answer.map(|_| Wish::Close).or(wish)
    }
}

fn load(store: &Store, id: MailId) -> Result<Option<Known>, StoreError> {
    store.read(|db| {
        let Some(mail) = outbox::get(db, id)? else {
            return Ok(None);
        };
        let user = match mail.user {
            Some(user) => users::get(db, user)?,
            None => None,
        };
        let body = outbox::body(db, id)?;
        Ok(Some(Known {
            mail,
            user: user.map(|it| it.profile.username.as_str().to_owned()),
            says: body.map(|body| Says {
                page: Page::parse(&body.html).with_pictures(&body.attachments),
                text: body.text,
                files: body
                    .attachments
                    .iter()
                    .map(|it| (it.name.clone(), it.bytes.len()))
                    .collect(),
            }),
        }))
    })
}

fn known_ui(ctx: &mut Ctx<'_>, ui: &mut Ui, known: &Known, form: &mut Form) -> Option<Wish> {
    ui.spacing_mut().item_spacing.y = gap::M;
    let mut wish = None;
    let mail = &known.mail;
    let (mood, icon) = mood(mail.state);
    ui.horizontal(|ui| {
        badge(ui, mood, icon, mail.state.label());
    });
    facts_ui(ctx, ui, known);
    ui.horizontal_wrapped(|ui| {
        let is_kept = known.says.is_some();
        let resend = Button::secondary("Resend").icon(Icon::Refresh);
        let why_not = match (can_resend(mail.state), is_kept) {
            (false, _) if mail.state.is_waiting() => "It is on its way",
            (false, _) => "There is no address to send it to",
            (true, _) => "What it said is not kept any more",
        };
        let can = can_resend(mail.state) && is_kept;
        if ui.add(resend.enabled(can).why_not(why_not)).clicked() {
            wish = Some(Wish::Resend(vec![mail.clone()]));
        }
        if let Some(execution) = mail.execution {
            let open = Button::secondary("Open execution").icon(Icon::History);
            if ui.add(open).clicked() {
                ctx.go(Route::Execution(execution));
            }
        }
    });
    section(ui, "What it says", "", |ui| match &known.says {
        None => {
            text::paragraph(
                ui,
                "What a mail said is kept for 30 days after it was sent or given up. This one is older.",
            );
        }
        Some(says) => says_ui(ui, says, form),
    });
    wish
}

fn facts_ui(ctx: &Ctx<'_>, ui: &mut Ui, known: &Known) {
    let mail = &known.mail;
    let attempts = mail.attempts.to_string();
    let created = ctx.moment_full(mail.created);
    let moment = |at| ctx.moment_full(at);
    let (due, ended) = (mail.due.map(moment), mail.ended.map(moment));
    let said = said(mail);
    let mut facts = vec![
        (
            "To",
            match mail.address.as_str() {
                "" => "nobody: the user has no address",
                address => address,
            },
        ),
        ("Subject", mail.subject.as_str()),
        ("Template", mail.template.label()),
        ("Queued", &created),
        ("Attempts", &attempts),
    ];
    if let Some(user) = &known.user {
        facts.insert(1, ("About", user));
    }
    if let Some(due) = &due {
        facts.push(("Next attempt", due));
    }
    if !said.is_empty() {
        facts.push(("Last answer", &said));
    }
    if let Some(ended) = &ended {
        facts.push(("Ended", ended));
    }
    facts.push(("Message-ID", &mail.message_id));
    key_values(ui, "mail", &facts);
}

fn says_ui(ui: &mut Ui, says: &Says, form: &mut Form) {
    segmented(
        ui,
        "Shown as",
        form,
        &[(Form::Html, "HTML"), (Form::Text, "Plain text")],
    );
    match form {
        Form::Html => html::page_ui(ui, &says.page),
        Form::Text => html::plain_ui(ui, &says.text),
    }
    for (name, bytes) in &says.files {
        let size = bytes.div_ceil(1_000);
        ui.horizontal(|ui| {
            badge(ui, Mood::Neutral, Icon::File, &format!("{name}, {size} kB"));
        });
    }
}
