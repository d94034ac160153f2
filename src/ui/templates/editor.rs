//! One template: its subject and both its bodies, beside the mail that they make.

use egui::{Id, Ui};

use super::{
    area::{area_ui, go_to, insert},
    insert::placeholder_ui,
    list::goes_to,
    preview::{Fault, Form, Preview},
    test_mail::TestDialog,
};
use crate::{
    command::{Command, CommandError, TestMail},
    model::template::{MAX_SUBJECT, Part, Template, TemplateError, TemplateText},
    store::{
        Store, StoreError,
        templates::{self, Written},
    },
    ui::{
        Ctx, Route, ToastAction,
        icons::Icon,
        loaded::Loaded,
        menu::MenuCommand,
        sender::Ticket,
        sentence,
        tokens::gap,
        widgets::{
            Answer, Banner, Button, Confirm, Mood, TextField, page_header_with_back, segmented,
            skeleton_rows, tabs,
        },
    },
};

/// From this width on, the preview stands beside the text.
const WIDE: f32 = 860.0;

pub(super) struct Editor {
    template: Template,
    stored: Loaded<Template, Option<Written>>,
    typed: Option<Typed>,

    /// The stored text as it was last taken in.
    known: Option<TemplateText>,

    /// Where a placeholder is inserted: where the keyboard was last.
    part: Part,
    form: Form,
    side: Side,
    preview: Preview,
    saving: Option<(Ticket, TemplateText)>,
    refusal: Option<String>,
    resets: bool,

    /// An error that the cursor is to go to in the next frame.
    jumps: Option<TemplateError>,
    test: Option<TestDialog>,

    /// Where to go once it is decided what becomes of the changes.
    leaving: Option<Route>,
}

/// What is typed, and what it began with.
struct Typed {
    text: TemplateText,
    first: TemplateText,
}

/// What is shown where there is no room for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Side {
    #[default]
    Write,
    Preview,
}

impl Editor {
    pub(super) fn new(template: Template) -> Self {
        Self {
            template,
            stored: Loaded::default(),
            typed: None,
            known: None,
            part: Part::Html,
            form: Form::default(),
            side: Side::default(),
            preview: Preview::default(),
            saving: None,
            refusal: None,
            resets: false,
            jumps: None,
            test: None,
            leaving: None,
        }
    }

    pub(super) fn template(&self) -> Template {
        self.template
    }

    pub(super) fn may_leave(&mut self, to: Route) -> bool {
        if self.is_changed() {
            self.leaving = Some(to);
        }
        !self.is_changed()
    }

    fn is_changed(&self) -> bool {
        self.typed.as_ref().is_some_and(|it| it.text != it.first)
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        self.receive(ctx);
        let template = self.template;
        let load = move |store: &Store| load(store, template);
        self.stored.get(ctx, &template, load);
        let stored = self.stored.value().cloned();
        let text = stored.as_ref().map(|it| text_of(template, it.as_ref()));
        if let Some(text) = &text {
            self.follow(text);
        }
        self.header_ui(ctx, ui, stored.as_ref().and_then(Option::as_ref));
        let Some(typed) = &self.typed else {
            skeleton_rows(ui, 8);
            return;
        };
        if text != self.known && self.saving.is_none() {
            let text = "Somebody else has saved another text in the meantime. Saving replaces theirs; \
                        Discard shows it.";
            Banner::new(Mood::Warning, text).show(ui);
        }
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal)
                .title("Not saved")
                .show(ui);
        }
        self.preview.make(ctx, template, &typed.text);
        self.body_ui(ctx, ui);
        self.dialogs_ui(ctx);
    }

    /// Takes in what is stored, unless something else is being typed.
    fn follow(&mut self, stored: &TemplateText) {
        let is_news = self.known.as_ref() != Some(stored);
        let may = !self.is_changed() && self.saving.is_none();
        if self.typed.is_none() || (is_news && may) {
            self.known = Some(stored.clone());
            self.typed = Some(Typed {
                text: stored.clone(),
                first: stored.clone(),
            });
        }
    }

    fn header_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, written: Option<&Written>) {
        let template = self.template;
        let text = match written {
            None => "default text".to_owned(),
            Some(it) => format!("changed {} by {}", ctx.moment(it.changed), it.changed_by),
        };
        let subtitle = format!(
            "{} · to {} · {text}",
            template.what(),
            goes_to(template).to_lowercase()
        );
        let can = self.is_changed() && self.saving.is_none();
        let mut saves = can && ui.input_mut(|input| MenuCommand::SaveDraft.takes(input));
        let back = "Back to the templates";
        let (is_back, ()) = page_header_with_back(ui, back, template.label(), &subtitle, |ui| {
            let why_not = "Nothing has been changed";
            let save = Button::primary("Save").icon(Icon::Save);
            let save = save.command(MenuCommand::SaveDraft).enabled(can);
            saves |= ui.add(save.why_not(why_not)).clicked();
            let discard = Button::secondary("Discard").enabled(can);
            if ui.add(discard.why_not(why_not)).clicked() {
                self.typed = None;
                self.refusal = None;
            }
            let reset = Button::secondary("Reset…").name("Reset to default…");
            let reset = reset.icon(Icon::Restore).enabled(written.is_some() || can);
            if ui.add(reset.why_not("It has the default text")).clicked() {
                self.resets = true;
            }
            let test = Button::secondary("Test…").name("Send a test mail…");
            if ui.add(test.icon(Icon::Mail)).clicked() {
                self.test = Some(TestDialog::default());
            }
        });
        if is_back {
            ctx.go(Route::Templates);
        }
        if saves {
            self.save(ctx);
        }
    }

    fn body_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        if ui.available_width() >= WIDE {
            ui.spacing_mut().item_spacing.x = gap::L;
            ui.columns(2, |columns| {
                if let [left, right] = columns {
                    left.vertical(|ui| self.write_ui(ui));
                    right.vertical(|ui| self.preview.ui(ctx, ui, self.form));
                }
            });
            return;
        }
        let sides = [(Side::Write, "Text"), (Side::Preview, "Preview")];
        tabs(ui, "Text or preview", &mut self.side, &sides);
        ui.add_space(gap::S);
        match self.side {
            Side::Write => self.write_ui(ui),
            Side::Preview => self.preview.ui(ctx, ui, self.form),
        }
    }

    fn write_ui(&mut self, ui: &mut Ui) {
        let fault = match self.preview.fault() {
            Some(Fault::Template(err)) => Some(err.clone()),
            Some(Fault::Other(_)) | None => None,
        };
        let inserted = placeholder_ui(ui, self.template);
        let Some(typed) = &mut self.typed else {
            return;
        };
        let at_subject = fault.as_ref().filter(|it| it.part == Part::Subject);
        let words = at_subject.map(place);
        let subject = TextField::new("Subject")
            .id(id_of(Part::Subject))
            .monospace()
            .limit(MAX_SUBJECT)
            .error(words.as_deref())
            .show(ui, &mut typed.text.subject);
        if subject.has_focus() {
            self.part = Part::Subject;
        }
        ui.add_space(gap::XS);
        let forms = [(Form::Html, "HTML"), (Form::Text, "Plain text")];
        if segmented(ui, "Body", &mut self.form, &forms) {
            self.part = part_of(self.form);
        }
        if let Some(err) = fault.as_ref().filter(|it| it.part != Part::Subject)
            && Banner::new(Mood::Danger, &place(err))
                .action("Go there")
                .show(ui)
        {
            self.form = form_of(err.part);
            self.jumps = Some(err.clone());
            ui.ctx().request_repaint();
        } else if let Some(err) = self.jumps.take() {
            // A frame later: in this one the field lets the keyboard go, since it is not what was clicked.
            self.part = err.part;
            let value = typed.text.part(err.part);
            go_to(ui, id_of(err.part), value, err.line, err.column);
        }
        let part = part_of(self.form);
        let (name, value) = match self.form {
            Form::Html => ("HTML body", &mut typed.text.html),
            Form::Text => ("Plain-text body", &mut typed.text.text),
        };
        let error = fault.as_ref().filter(|it| it.part == part);
        if area_ui(ui, id_of(part), name, value, error).has_focus() {
            self.part = part;
        }
        if let Some(inserted) = inserted {
            let value = match self.part {
                Part::Subject => &mut typed.text.subject,
                Part::Html => &mut typed.text.html,
                Part::Text => &mut typed.text.text,
            };
            insert(ui, id_of(self.part), value, &inserted);
        }
    }

    fn dialogs_ui(&mut self, ctx: &mut Ctx<'_>) {
        if let (Some(test), Some(typed)) = (&mut self.test, &self.typed) {
            let mail = TestMail {
                template: self.template,
                text: typed.text.clone(),
                address: String::new(),
                user: self.preview.user(),
            };
            if !test.ui(ctx, &mail, self.preview.whom()) {
                self.test = None;
            }
        }
        self.reset_ui(ctx);
        self.leaving_ui(ctx);
    }

    fn save(&mut self, ctx: &Ctx<'_>) {
        let Some(typed) = &self.typed else {
            return;
        };
        self.refusal = None;
        let command = Command::SaveTemplate {
            template: self.template,
            text: Box::new(typed.text.clone()),
        };
        self.saving = Some((ctx.commands.send(command), typed.text.clone()));
    }

    fn receive(&mut self, ctx: &mut Ctx<'_>) {
        let Some((mut ticket, text)) = self.saving.take() else {
            return;
        };
        match ticket.poll() {
            None => self.saving = Some((ticket, text)),
            Some(Ok(_)) => {
                // What was typed while it was being saved stays a change.
                if let Some(typed) = &mut self.typed {
                    typed.first = text;
                }
                ctx.toast(Mood::Success, "Template saved");
                if let Some(route) = self.leaving.take() {
                    ctx.go(route);
                }
            }
            Some(Err(err)) => {
                self.leaving = None;
                // What is wrong with the text stands at its place already.
                self.refusal = match &err {
                    CommandError::Template(_) => {
                        Some("Mend the text first: it is kept as you typed it.".to_owned())
                    }
                    _ => Some(sentence(&err)),
                };
            }
        }
    }

    /// Asks, and offers the way back afterwards.
    fn reset_ui(&mut self, ctx: &mut Ctx<'_>) {
        if !self.resets {
            return;
        }
        let body = "Subject, HTML and plain text become those that came with Tenure again.";
        let question = Confirm::new("Reset this template?", body, "Reset").danger();
        match question.show(ctx.egui) {
            Some(Answer::Confirmed) => self.reset(ctx),
            Some(Answer::Cancelled) => self.resets = false,
            None => (),
        }
    }

    fn reset(&mut self, ctx: &mut Ctx<'_>) {
        self.resets = false;
        let template = self.template;
        let stored = self.stored.value().and_then(Option::as_ref);
        let done = format!("{} has its default text", template.label());
        if let Some(written) = stored {
            let undo = ToastAction::Send {
                command: Box::new(Command::SaveTemplate {
                    template,
                    text: Box::new(written.text.clone()),
                }),
                done: "The text is back".to_owned(),
            };
            ctx.send_undoable(Command::ResetTemplate(template), done, undo);
        }
        self.typed = None;
        self.refusal = None;
    }

    fn leaving_ui(&mut self, ctx: &mut Ctx<'_>) {
        let Some(route) = self.leaving.filter(|_| self.saving.is_none()) else {
            return;
        };
        let body = "Your changes to this template have not been saved.";
        let question = Confirm::new("Leave without saving?", body, "Discard changes").danger();
        match question.show(ctx.egui) {
            Some(Answer::Confirmed) => {
                self.leaving = None;
                self.typed = None;
                ctx.go(route);
            }
            Some(Answer::Cancelled) => self.leaving = None,
            None => (),
        }
    }
}

fn load(store: &Store, template: Template) -> Result<Option<Written>, StoreError> {
    store.read(|db| templates::get(db, template))
}

fn text_of(template: Template, written: Option<&Written>) -> TemplateText {
    written.map_or_else(|| template.default_text(), |it| it.text.clone())
}

fn id_of(part: Part) -> Id {
    Id::unique(("template part", part.label()))
}

fn part_of(form: Form) -> Part {
    match form {
        Form::Html => Part::Html,
        Form::Text => Part::Text,
    }
}

fn form_of(part: Part) -> Form {
    match part {
        Part::Text => Form::Text,
        Part::Html | Part::Subject => Form::Html,
    }
}

/// "Line 3, column 7 of the HTML: …"
fn place(err: &TemplateError) -> String {
    let TemplateError {
        part,
        line,
        column,
        message,
    } = err;
    sentence(&format!(
        "line {line}, column {column} of the {part}: {message}"
    ))
}
