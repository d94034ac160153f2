//! How a mail would look, made in the background while its template is typed.

use egui::{ScrollArea, Ui};
use tokio::sync::oneshot;

use crate::{
    command::{CommandError, mail},
    model::{
        id::UserId,
        settings::Settings,
        template::{self, Template, TemplateError, TemplateText},
        user::User,
    },
    store::{Store, StoreError, users},
    ui::{
        Ctx,
        html::{self, Page},
        loaded::{Loaded, Shown},
        sentence,
        widgets::{Banner, Entry, Mood, Picker, skeleton_rows, text},
    },
};

/// How many users the list of names offers at once.
const OFFERED: usize = 20;

#[derive(Default)]
pub(super) struct Preview {
    /// Whose mail is shown; `None` for the sample.
    user: Option<UserId>,
    user_name: String,
    user_typed: String,
    users: Loaded<String, Vec<User>>,
    making: Option<(Question, oneshot::Receiver<Answer>)>,

    /// What was made last, and of what.
    made: Option<Made>,
    answered: Option<Question>,
    error: Option<Fault>,
}

/// What a mail is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    template: Template,
    text: TemplateText,
    user: Option<UserId>,
    settings: Box<Settings>,
}

type Answer = Result<Made, Fault>;

struct Made {
    subject: String,
    page: Page,
    text: String,
}

/// Why there is no mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The template is wrong, and where.
    Template(TemplateError),
    Other(String),
}

/// Which of the two texts is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Html,
    Text,
}

impl Preview {
    pub(super) fn user(&self) -> Option<UserId> {
        self.user
    }

    /// Who is shown, in words.
    pub(super) fn whom(&self) -> &str {
        match self.user {
            Some(_) => &self.user_name,
            None => "the sample",
        }
    }

    /// What is wrong with the text as it was last looked at.
    pub(super) fn fault(&self) -> Option<&Fault> {
        self.error.as_ref()
    }

    /// Has the mail made anew if its text has changed. One is made at a time, so that typing never waits.
    pub(super) fn make(&mut self, ctx: &Ctx<'_>, template: Template, text: &TemplateText) {
        self.receive();
        let is_known = |it: &Question| {
            it.template == template
                && it.text == *text
                && it.user == self.user
                && *it.settings == ctx.config.settings
        };
        if self.making.is_some() || self.answered.as_ref().is_some_and(is_known) {
            return;
        }
        let question = Question {
            template,
            text: text.clone(),
            user: self.user,
            settings: Box::new(ctx.config.settings.clone()),
        };
        let (store, asked) = (ctx.store.clone(), question.clone());
        let answer = ctx.background.run(ctx.egui, move || make(&store, &asked));
        self.making = Some((question, answer));
        self.receive();
    }

    fn receive(&mut self) {
        let Some((question, mut answer)) = self.making.take() else {
            return;
        };
        match answer.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => self.making = Some((question, answer)),
            Err(oneshot::error::TryRecvError::Closed) => {
                let why = "The preview broke off: look into the log.".to_owned();
                self.error = Some(Fault::Other(why));
                self.answered = Some(question);
            }
            Ok(made) => {
                self.answered = Some(question);
                self.error = None;
                match made {
                    Ok(made) => self.made = Some(made),
                    // What was shown last stays, while the text is being mended.
                    Err(fault) => self.error = Some(fault),
                }
            }
        }
    }

    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, form: Form) {
        self.user_ui(ctx, ui);
        match &self.error {
            Some(Fault::Other(why)) => {
                Banner::new(Mood::Danger, why).show(ui);
            }
            Some(Fault::Template(_)) => {
                let text = "This is how it was before the error.";
                Banner::new(Mood::Warning, text).show(ui);
            }
            None => (),
        }
        let Some(made) = &self.made else {
            if self.error.is_none() {
                skeleton_rows(ui, 6);
            }
            return;
        };
        text::strong(ui, &made.subject);
        ScrollArea::vertical()
            .id_salt(("preview", form == Form::Html))
            .auto_shrink(false)
            .show(ui, |ui| match form {
                Form::Html => html::page_ui(ui, &made.page),
                Form::Text => html::plain_ui(ui, &made.text),
            });
    }

    fn user_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        let typed = self.user_typed.clone();
        let mut entries = vec![Entry::new(None, "Sample")];
        if let Some(id) = self.user {
            entries.push(Entry::new(Some(id), self.user_name.clone()));
        }
        let found = self
            .users
            .get(ctx, &self.user_typed, move |store| find(store, &typed));
        if let Shown::Value(found) = found {
            for user in found.iter().filter(|it| Some(it.id) != self.user) {
                let entry = Entry::new(Some(user.id), user.profile.username.as_str());
                entries.push(entry.detail(user.profile.email.as_str()));
            }
        }
        let mut chosen = Some(self.user);
        let picked = Picker::new("Preview with", &entries)
            .narrowed_elsewhere()
            .show_one(ui, &mut chosen);
        if let Some(typed) = picked.typed {
            self.user_typed = typed;
        }
        if picked.changed {
            self.user = chosen.flatten();
            let name = entries.into_iter().find(|it| it.key == self.user);
            self.user_name = name.map(|it| it.text).unwrap_or_default();
            self.user_typed.clear();
        }
    }
}

fn find(store: &Store, typed: &str) -> Result<Vec<User>, StoreError> {
    let filter = users::Filter::default();
    store.read(|db| {
        if typed.trim().is_empty() {
            return users::page(db, &filter, None, OFFERED).map(|it| it.users);
        }
        users::find(db, &filter, typed, OFFERED).map(|it| it.users)
    })
}

fn make(store: &Store, question: &Question) -> Answer {
    let Question {
        template,
        text,
        user,
        settings,
    } = question;
    template::check(*template, text).map_err(Fault::Template)?;
    let other = |err: &dyn std::fmt::Display| Fault::Other(sentence(&err.to_string()));
    let user = match user {
        Some(id) => store
            .read(|db| users::get(db, *id))
            .map_err(|err| other(&err))?,
        None => None,
    };
    let person = user.as_ref().map(|it| (&it.profile).into());
    match mail::preview(*template, text, settings, person) {
        Ok(made) => Ok(Made {
            subject: made.rendered.subject,
            page: Page::parse(&made.rendered.html).with_pictures(&made.attachments),
            text: made.rendered.text,
        }),
        Err(CommandError::Template(err)) => Err(Fault::Template(err)),
        Err(err) => Err(other(&err)),
    }
}
