//! A test of the settings as they are typed: a real mail, sent in the background, past the outbox.

use egui::{Key, Ui};
use tokio::sync::oneshot;

use super::draft::Draft;
use crate::{
    connect::smtp::{self, Letter, Patience, Server},
    model::{
        Timestamp,
        smtp::{MailPassword, MailSettings, MailSettingsError, PasswordChange},
        template::Rendered,
        user::Email,
    },
    store::{Store, StoreError, settings_row},
    ui::{
        Ctx,
        icons::Icon,
        sentence,
        tokens::{Tokens, gap, type_size},
        widgets::{Banner, Button, Mood, TextField, progress, section, text},
    },
};

#[derive(Default)]
pub(super) struct Trial {
    address: String,
    error: Option<String>,
    asking: Option<Question>,

    /// Of which draft, and what came of it.
    answer: Option<(Draft, Answer)>,
}

struct Question {
    draft: Draft,
    address: String,
    answer: oneshot::Receiver<Answer>,
}

/// What worked, and how it ended, in sentences.
struct Answer {
    steps: Vec<String>,
    outcome: Result<String, String>,
}

/// What is tried.
struct Test {
    settings: MailSettings,
    password: PasswordChange,
    to: String,
    portal: String,
    now: Timestamp,
}

impl Trial {
    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, draft: &Draft) {
        self.receive();
        let about = "Sends a real mail at once, with what is typed above, saved or not.";
        section(ui, "Test", about, |ui| {
            if let Some(question) = &self.asking {
                let name = "Sending a test mail";
                if progress(ui, name, &question.address, 0.0, Some("Cancel")) {
                    self.asking = None;
                }
                return;
            }
            self.address_ui(ctx, ui, draft);
            match &self.answer {
                Some((tested, answer)) if tested == draft => answer_ui(ui, answer),
                Some(_) => {
                    text::note(ui, "The settings have changed since the last test.");
                }
                None => (),
            }
        });
    }

    fn address_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, draft: &Draft) {
        let field = TextField::new("Send a test mail to")
            .hint("you@example.org")
            .error(self.error.as_deref())
            .show(ui, &mut self.address);
        if field.changed() {
            self.error = None;
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let can = !self.address.trim().is_empty();
        let send = Button::secondary("Send test mail").icon(Icon::Mail);
        let send = send.enabled(can).why_not("Type an address first");
        if ui.add(send).clicked() || (entered && can) {
            self.send(ctx, draft);
        }
    }

    fn send(&mut self, ctx: &Ctx<'_>, draft: &Draft) {
        let Ok(to) = self.address.trim().parse::<Email>() else {
            self.error = Some("Write an address like you@example.org.".to_owned());
            return;
        };
        let settings = draft.settings();
        let typed = settings.and_then(|it| Ok((it, draft.password_change()?)));
        let test = match typed {
            Ok((settings, _)) if !settings.is_set_up() => Err("Type the server first.".to_owned()),
            Ok((settings, password)) => Ok(Test {
                settings,
                password,
                to: to.as_str().to_owned(),
                portal: ctx.config.settings.branding.name.clone(),
                now: ctx.clock.now(),
            }),
            Err((_, why)) => Err(why),
        };
        let test = match test {
            Ok(test) => test,
            Err(why) => {
                self.answer = Some((draft.clone(), Answer::failed(why)));
                return;
            }
        };
        let store = ctx.store.clone();
        self.answer = None;
        self.asking = Some(Question {
            draft: draft.clone(),
            address: test.to.clone(),
            answer: ctx.background.run(ctx.egui, move || test.run(&store)),
        });
        self.receive();
    }

    fn receive(&mut self) {
        let Some(mut question) = self.asking.take() else {
            return;
        };
        match question.answer.try_recv() {
            Ok(answer) => self.answer = Some((question.draft, answer)),
            Err(oneshot::error::TryRecvError::Empty) => self.asking = Some(question),
            Err(oneshot::error::TryRecvError::Closed) => {
                let why = "The test broke off: look into the log.".to_owned();
                self.answer = Some((question.draft, Answer::failed(why)));
            }
        }
    }
}

impl Answer {
    fn failed(why: String) -> Self {
        Self {
            steps: Vec::new(),
            outcome: Err(why),
        }
    }
}

impl Test {
    /// Ends within the patience of the connector.
    fn run(self, store: &Store) -> Answer {
        let password = match self.password(store) {
            Ok(password) => password,
            Err(why) => return Answer::failed(why),
        };
        let letter = self.letter();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(err) => return Answer::failed(sentence(&err)),
        };
        let server = match Server::new(self.settings, password, Patience::default()) {
            Ok(server) => server,
            Err(err) => return Answer::failed(sentence(&err)),
        };
        let trial = runtime.block_on(smtp::test(&server, &letter));
        Answer {
            steps: trial.steps,
            outcome: match trial.outcome {
                Ok(reply) => Ok(format!("The server said: {}", sentence(&reply))),
                Err(err) => Err(match err.advice() {
                    Some(advice) => format!("{}\n{advice}", sentence(&err)),
                    None => sentence(&err),
                }),
            },
        }
    }

    /// The one that is typed, or the one that is kept, unless that was given for another server.
    fn password(&self, store: &Store) -> Result<Option<MailPassword>, String> {
        match &self.password {
            PasswordChange::Set(typed) => Ok(Some(typed.clone())),
            PasswordChange::Remove => Ok(None),
            PasswordChange::Keep => self.kept_password(store),
        }
    }

    fn kept_password(&self, store: &Store) -> Result<Option<MailPassword>, String> {
        // In one look: a password must not be shown to another server.
        let looked = store.read_with_config(|db, config| {
            let is_same_server = config.settings.mail.is_same_server(&self.settings);
            Ok::<_, StoreError>((is_same_server, settings_row::mail_password(db)?))
        });
        match looked {
            Ok((true, password)) => Ok(password),
            Ok((false, _)) => Err(sentence(&MailSettingsError::PasswordOfAnotherServer)),
            Err(err) => Err(sentence(&err)),
        }
    }

    fn letter(&self) -> Letter {
        let portal = &self.portal;
        let text = format!("This is a test mail from {portal}. Sending mails works.\n");
        let rendered = Rendered {
            subject: format!("Test mail from {portal}"),
            html: format!("<p>{}</p>", minijinja::HtmlEscape(text.trim())),
            text,
        };
        Letter::trial(&self.to, rendered, Vec::new(), self.now)
    }
}

fn answer_ui(ui: &mut Ui, answer: &Answer) {
    let ink = Mood::Success.tone(Tokens::of(ui.theme())).ink;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::XS;
        for step in &answer.steps {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().interact_size.y = 0.0;
                text::picture(ui, Icon::Check.sized(type_size::BODY, ink));
                text::paragraph(ui, &sentence(step));
            });
        }
    });
    match &answer.outcome {
        Ok(said) => {
            Banner::new(Mood::Success, said)
                .title("The test mail was sent")
                .show(ui);
        }
        Err(why) => {
            Banner::new(Mood::Danger, why)
                .title("This does not work yet")
                .show(ui);
        }
    }
}
