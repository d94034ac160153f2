//! Whether a provider answers, and with what: asked in the background.

use egui::Ui;
use tokio::sync::oneshot;

use crate::{
    connect::oidc::{self, Described},
    model::{Timestamp, connection::ConnectionSpec},
    ui::{
        Ctx,
        icons::Icon,
        sentence,
        widgets::{Banner, Button, Mood, progress, section},
    },
};

#[derive(Default)]
pub(super) struct Trial {
    asking: Option<Question>,

    /// Of which issuer, and what came of it.
    answer: Option<(String, Answer)>,
}

struct Question {
    issuer: String,
    answer: oneshot::Receiver<Answer>,
}

/// What the provider says of itself, or why it does not work, in a sentence.
type Answer = Result<Described, String>;

impl Trial {
    /// The section with the button. The connection is tested as it is typed.
    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, spec: &ConnectionSpec) {
        self.receive();
        let about = "Asks the provider to describe itself, as the connection is typed above. \
                     Nothing is changed.";
        section(ui, "Test", about, |ui| {
            if let Some(question) = &self.asking {
                let name = "Asking the provider";
                if progress(ui, name, &question.issuer, 0.0, Some("Cancel")) {
                    self.asking = None;
                }
                return;
            }
            let can = !spec.issuer.trim().is_empty();
            let test = Button::secondary("Test").icon(Icon::Connections);
            if ui
                .add(test.enabled(can).why_not("Type the issuer first"))
                .clicked()
            {
                self.ask(ctx, spec.issuer.trim().to_owned());
            }
            match &self.answer {
                Some((issuer, answer)) if issuer == spec.issuer.trim() => {
                    answer_ui(ui, spec, answer);
                }
                _ => (),
            }
        });
    }

    fn ask(&mut self, ctx: &Ctx<'_>, issuer: String) {
        let (asked, now) = (issuer.clone(), ctx.clock.now());
        self.answer = None;
        self.asking = Some(Question {
            answer: ctx.background.run(ctx.egui, move || test(&asked, now)),
            issuer,
        });
        self.receive();
    }

    fn receive(&mut self) {
        let Some(mut question) = self.asking.take() else {
            return;
        };
        match question.answer.try_recv() {
            Ok(answer) => self.answer = Some((question.issuer, answer)),
            Err(oneshot::error::TryRecvError::Empty) => self.asking = Some(question),
            Err(oneshot::error::TryRecvError::Closed) => {
                let why = "The test broke off: look into the log.".to_owned();
                self.answer = Some((question.issuer, Err(why)));
            }
        }
    }
}

/// Ends within the patience of the connector, which is short.
fn test(issuer: &str, now: Timestamp) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|err| sentence(&err))?;
    let described = runtime.block_on(oidc::test(issuer, now));
    described.map_err(|err| sentence(&err))
}

fn answer_ui(ui: &mut Ui, spec: &ConnectionSpec, answer: &Answer) {
    match answer {
        Err(why) => {
            Banner::new(Mood::Danger, why)
                .title("This does not work yet")
                .show(ui);
        }
        Ok(described) => {
            let keys = match described.keys {
                1 => "1 key".to_owned(),
                keys => format!("{keys} keys"),
            };
            let text = format!(
                "{} describes itself and names {keys} to sign with.",
                described.issuer
            );
            Banner::new(Mood::Success, &text)
                .title("The provider answers")
                .show(ui);
            let doubts: Vec<_> = described.doubts(spec).iter().map(sentence).collect();
            if !doubts.is_empty() {
                Banner::new(Mood::Warning, &doubts.join("\n"))
                    .title("It may work all the same")
                    .show(ui);
            }
        }
    }
}
