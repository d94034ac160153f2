//! Email templates: written, previewed, tried, reset.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    command::Command,
    model::{
        event::Source,
        template::{Template, TemplateText},
    },
    store::{Store, outbox, templates},
    ui::Route,
};

use super::hands::{
    self, Window, click, must_say, open_row, press, press_named, retype, says, window_at,
};
use crate::support::{audit, done, newcomer, register_as, store};

const TEMPLATE: Template = Template::PasswordChangeSuccess;

fn editor(store: &Store) -> Window {
    window_at(store, Route::Template(TEMPLATE))
}

fn written(store: &Store) -> Option<TemplateText> {
    let written = store.read(|db| templates::get(db, TEMPLATE));
    written.expect("a look").map(|it| it.text)
}

fn with_subject(subject: &str) -> TemplateText {
    TemplateText {
        subject: subject.to_owned(),
        ..TEMPLATE.default_text()
    }
}

fn save(store: &Store, text: TemplateText) {
    let text = Box::new(text);
    let template = TEMPLATE;
    done(store, Command::SaveTemplate { template, text });
}

fn value(window: &Window, name: &str) -> String {
    let fields = window.query_all_by_label(name);
    let mut fields = fields.filter(|it| it.accesskit_node().role() != Role::Label);
    fields.find_map(|it| it.value()).expect("a field")
}

#[test]
fn the_list_says_who_gets_each_and_what_was_changed() {
    let store = store();
    save(&store, with_subject("Changed"));
    let mut window = window_at(&store, Route::Templates);
    let rows = window.query_all_by_role(Role::Row);
    let rows: Vec<String> = rows.filter_map(|it| it.accesskit_node().label()).collect();
    assert_eq!(rows.len(), 8);
    let changed = rows.iter().find(|it| it.starts_with(TEMPLATE.label()));
    let changed = changed.expect("its row");
    assert!(
        changed.contains("Users") && changed.contains("Changed"),
        "{changed}"
    );
    assert!(changed.contains("24 Dec 2030, 12:00 by grace"), "{changed}");
    open_row(&mut window, "Dormant User Report");
    assert_eq!(
        window.state().route(),
        Route::Template(Template::DormantUserReport)
    );
    click(&mut window, "Back to the templates");
    assert_eq!(window.state().route(), Route::Templates);
}

#[test]
fn what_is_typed_is_previewed_and_saved() {
    let store = store();
    let mut window = editor(&store);
    window.get_by_role_and_label(Role::Heading, "Your password was changed");
    retype(&mut window, "Subject", "News for {{ username }}");
    must_say(&window, "News for ada");
    assert_eq!(written(&store), None, "not saved yet");
    press(&mut window, Modifiers::COMMAND, Key::S);
    must_say(&window, "Template saved");
    assert_eq!(
        written(&store),
        Some(with_subject("News for {{ username }}"))
    );
    must_say(&window, "changed 24 Dec 2030, 12:00 by grace");
    let expected = format!("template.save {TEMPLATE}");
    assert_eq!(audit(&store).last().expect("entries"), &expected);
}

#[test]
fn an_error_is_shown_with_its_place_and_the_text_is_kept() {
    let store = store();
    let mut window = editor(&store);
    retype(&mut window, "HTML body", "<p>Hello</p>\n<p>{{ nmae }}</p>");
    must_say(&window, "Line 2, column 7 of the HTML: ");
    must_say(&window, "This is how it was before the error.");
    click(&mut window, "Go there");
    window.event(egui::Event::Text("x".to_owned()));
    window.run();
    let html = value(&window, "HTML body");
    assert!(html.contains("{{ xnmae }}"), "the cursor is there: {html}");
    click(&mut window, "Save");
    must_say(&window, "Mend the text first: it is kept as you typed it.");
    assert_eq!(written(&store), None);
    retype(&mut window, "HTML body", "<p>{{ name }}</p>");
    assert!(!says(&window, "Line 2"));
    click(&mut window, "Save");
    assert!(written(&store).is_some());
}

#[test]
fn a_placeholder_is_inserted_at_the_cursor() {
    let store = store();
    let mut window = editor(&store);
    retype(&mut window, "Subject", "Hello !");
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    let list = window.get_by_role_and_label(Role::ComboBox, "Insert a placeholder");
    list.click_accesskit();
    window.run();
    let option = window.get_by(|node| {
        node.role() == Role::ListBoxOption
            && node.label().is_some_and(|it| it.starts_with("username"))
    });
    let what = option.accesskit_node().description();
    assert_eq!(what.as_deref(), Some("The username, such as ada"));
    option.click_accesskit();
    window.run();
    assert_eq!(value(&window, "Subject"), "Hello {{ username }}!");
    must_say(&window, "Hello ada!");
}

#[test]
fn the_preview_shows_a_real_user_escaped() {
    let store = store();
    let mut eve = newcomer("eve", Source::AdminPortal);
    "<b>Eve</b>".clone_into(&mut eve.form.first_name);
    register_as(&store, eve).expect("it is decided");
    let mut window = editor(&store);
    let list = window.get_by_role_and_label(Role::ComboBox, "Preview with");
    list.click_accesskit();
    window.run();
    let option = window.get_by(|node| {
        node.role() == Role::ListBoxOption && node.label().is_some_and(|it| it.starts_with("eve"))
    });
    option.click_accesskit();
    window.run();
    must_say(&window, "Hello <b>Eve</b>,");
    window
        .get_by_role_and_label(Role::RadioButton, "Plain text")
        .click();
    window.run();
    must_say(&window, "Hello <b>Eve</b>,");
}

#[test]
fn a_test_mail_goes_through_the_outbox_unsaved() {
    let store = store();
    let mut window = editor(&store);
    retype(&mut window, "Subject", "Only a test");
    click(&mut window, "Send a test mail…");
    must_say(&window, "No mail server is set up yet");
    hands::type_into(&mut window, "Send it to", "me");
    click(&mut window, "Send test mail");
    must_say(&window, "is not an email address");
    retype(&mut window, "Send it to", "grace@example.org");
    click(&mut window, "Send test mail");
    must_say(&window, "The test mail to grace@example.org is queued");
    let mails = store.read(|db| outbox::latest(db, 10)).expect("mails");
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Only a test");
    assert_eq!(mails[0].address, "grace@example.org");
    let expected = format!("mail.send_test {TEMPLATE}, to grace@example.org");
    assert_eq!(audit(&store).last().expect("entries"), &expected);
    assert_eq!(written(&store), None);
}

#[test]
fn reset_asks_and_can_be_taken_back() {
    let store = store();
    save(&store, with_subject("Mine"));
    let mut window = editor(&store);
    click(&mut window, "Reset to default…");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(written(&store).is_some());
    click(&mut window, "Reset to default…");
    click(&mut window, "Reset");
    must_say(&window, "Password Change Success has its default text");
    assert_eq!(written(&store), None);
    assert_eq!(value(&window, "Subject"), TEMPLATE.default_text().subject);
    click(&mut window, "Undo");
    window.run();
    assert_eq!(written(&store), Some(with_subject("Mine")));
    assert_eq!(value(&window, "Subject"), "Mine");
}

#[test]
fn leaving_with_unsaved_changes_asks() {
    let store = store();
    let mut window = editor(&store);
    retype(&mut window, "Subject", "Mine");
    click(&mut window, "Back to the templates");
    must_say(&window, "Leave without saving?");
    click(&mut window, "Cancel");
    assert_eq!(value(&window, "Subject"), "Mine");
    click(&mut window, "Users");
    click(&mut window, "Discard changes");
    window.run();
    assert_eq!(window.state().route(), Route::Users);
    hands::go(&mut window, Route::Template(TEMPLATE));
    assert_eq!(value(&window, "Subject"), TEMPLATE.default_text().subject);
}

#[test]
fn what_somebody_else_saves_shows_and_never_replaces_what_is_typed() {
    let store = store();
    let mut window = editor(&store);
    save(&store, with_subject("Theirs"));
    window.run();
    assert_eq!(value(&window, "Subject"), "Theirs");
    retype(&mut window, "Subject", "Mine");
    save(&store, with_subject("Theirs again"));
    window.run();
    assert_eq!(value(&window, "Subject"), "Mine");
    must_say(&window, "Somebody else has saved another text");
    click(&mut window, "Discard");
    window.run();
    assert_eq!(value(&window, "Subject"), "Theirs again");
}

#[test]
fn the_chart_of_a_report_is_in_its_preview() {
    let window = window_at(&store(), Route::Template(Template::DormantUserReport));
    let pictures: Vec<_> = window.query_all_by_role(Role::Image).collect();
    assert!(!pictures.is_empty());
}

#[test]
fn hostile_and_huge_text_is_shown_without_harm() {
    let store = store();
    let mut window = editor(&store);
    for html in [
        "<div>".repeat(1_000),
        "<table><tr><td colspan=99999 width=1e30>".repeat(50),
        format!("<p>{}</p>", "x".repeat(20_000)),
        "<img src=x width=-5 height=1e9><hr width=NaN%>\u{202e}<a href='javascript:x'>y</a>"
            .to_owned(),
    ] {
        save(
            &store,
            TemplateText {
                html,
                ..TEMPLATE.default_text()
            },
        );
        window.run();
        assert!(!says(&window, "The preview broke off"));
    }
    press_named(&mut window, "Back to the templates");
}
