//! Mail in the settings: the server, the sender, who gets reports, and a test.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
};

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    command::Command,
    model::smtp::{MailPassword, MailSettings, PasswordChange, Security},
    store::{Store, settings_row},
    ui::Route,
};

use super::hands::{
    self, Window, click, has_button, must_say, press, press_named, retype, says, window_at,
};
use crate::support::{audit, done, store};

fn screen(store: &Store) -> Window {
    let mut window = window_at(store, Route::Settings);
    let word = if mail(store).is_set_up() {
        "Change mail settings…"
    } else {
        "Set up mail…"
    };
    press_named(&mut window, word);
    window
}

fn mail(store: &Store) -> MailSettings {
    store.config().expect("settings").settings.mail.clone()
}

fn password(store: &Store) -> Option<String> {
    let password = store.read(settings_row::mail_password);
    password.expect("a look").map(|it| it.reveal().to_owned())
}

fn set_up(store: &Store) {
    let settings = MailSettings {
        host: "smtp.example.org".to_owned(),
        username: "tenure".to_owned(),
        from_address: "tenure@example.org".to_owned(),
        report_recipients: vec!["grace@example.org".to_owned()],
        ..MailSettings::default()
    };
    let password = PasswordChange::Set(MailPassword::new("geheim").expect("a password"));
    let settings = Box::new(settings);
    done(store, Command::SaveMail { settings, password });
}

fn choose_security(window: &mut Window, label: &str) {
    let list = window.get_by_role_and_label(Role::ComboBox, "Encryption");
    list.click_accesskit();
    window.run();
    let option = window.get_by_role_and_label(Role::ListBoxOption, label);
    option.click_accesskit();
    window.run();
}

fn port(window: &Window) -> Option<String> {
    let ports = window.query_all_by_role(Role::TextInput);
    let mut ports = ports.filter(|it| it.accesskit_node().label().as_deref() == Some("Port"));
    // The portal has one too; the drawer stands to the right of it.
    let last = ports
        .by_ref()
        .max_by(|a, b| a.rect().left().total_cmp(&b.rect().left()));
    last.and_then(|it| it.value())
}

#[test]
fn mail_is_set_up_with_what_most_servers_need() {
    let store = store();
    let mut window = screen(&store);
    hands::type_into(&mut window, "Server", "smtp.example.org");
    hands::type_into(&mut window, "User name", "tenure");
    hands::type_into(&mut window, "Password", "geheim");
    hands::type_into(&mut window, "From address", "tenure@example.org");
    hands::type_into(&mut window, "Another recipient", "grace@example.org");
    press_named(&mut window, "Add recipient");
    click(&mut window, "Save mail settings");
    must_say(&window, "Mail settings saved");
    let mail = mail(&store);
    assert_eq!((mail.host.as_str(), mail.port), ("smtp.example.org", 587));
    assert_eq!(mail.report_recipients, ["grace@example.org"]);
    assert_eq!(password(&store).as_deref(), Some("geheim"));
    assert_eq!(
        audit(&store).last().expect("entries"),
        "settings.save_mail mail"
    );
    must_say(&window, "smtp.example.org, port 587, STARTTLS");
}

#[test]
fn the_port_follows_the_encryption_while_it_is_a_usual_one() {
    let mut window = screen(&store());
    choose_security(&mut window, "TLS");
    assert_eq!(port(&window).as_deref(), Some("465"));
    choose_security(&mut window, "None");
    assert_eq!(port(&window).as_deref(), Some("25"));
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_nothing_is_lost() {
    let store = store();
    let mut window = screen(&store);
    hands::type_into(&mut window, "Server", "smtp.example.org:587");
    click(&mut window, "Save mail settings");
    must_say(&window, "is not the name of a mail server");
    retype(&mut window, "Server", "smtp.example.org");
    assert!(!says(&window, "is not the name of a mail server"));
    click(&mut window, "Save mail settings");
    must_say(&window, "needs the address that mails come from");
    hands::type_into(&mut window, "Another recipient", "grace");
    press_named(&mut window, "Add recipient");
    must_say(&window, "is not an email address");
    assert!(!mail(&store).is_set_up());
}

#[test]
fn the_password_is_never_shown_and_can_be_replaced_and_removed() {
    let store = store();
    set_up(&store);
    let mut window = screen(&store);
    assert!(!says(&window, "geheim"));
    must_say(&window, "Saved");
    press_named(&mut window, "Remove password");
    must_say(&window, "Removed when you save");
    click(&mut window, "Save mail settings");
    assert_eq!(password(&store), None);

    press_named(&mut window, "Change mail settings…");
    hands::type_into(&mut window, "Password", "neu");
    click(&mut window, "Save mail settings");
    assert_eq!(password(&store).as_deref(), Some("neu"));

    press_named(&mut window, "Change mail settings…");
    press_named(&mut window, "Change password");
    press_named(&mut window, "Keep the saved one");
    assert!(has_button(&window, "Change password"));
}

#[test]
fn a_password_does_not_go_to_another_server() {
    let store = store();
    set_up(&store);
    let mut window = screen(&store);
    retype(&mut window, "Server", "smtp.elsewhere.example");
    click(&mut window, "Save mail settings");
    must_say(
        &window,
        "The password was given for another server: enter it again.",
    );
    hands::type_into(&mut window, "Password", "neu");
    click(&mut window, "Save mail settings");
    assert_eq!(mail(&store).host, "smtp.elsewhere.example");
    assert_eq!(password(&store).as_deref(), Some("neu"));
}

#[test]
fn changes_are_thrown_away_only_after_asking() {
    let store = store();
    set_up(&store);
    let mut window = screen(&store);
    retype(&mut window, "Server", "smtp.elsewhere.example");
    hands::go(&mut window, Route::Users);
    must_say(&window, "Discard your changes?");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().route(), Route::Settings);
    click(&mut window, "Close drawer");
    click(&mut window, "Discard changes");
    assert_eq!(window.query_all_by_label("Save mail settings").count(), 0);
    assert_eq!(mail(&store).host, "smtp.example.org");
}

#[test]
fn other_settings_are_saved_without_a_word_of_the_mail_settings() {
    let store = store();
    let mut window = window_at(&store, Route::Settings);
    retype(&mut window, "Welcome text", "Hello");
    set_up(&store);
    window.run();
    assert!(!says(&window, "Somebody else has saved"));
    click(&mut window, "Save");
    must_say(&window, "Settings saved");
    assert_eq!(mail(&store).host, "smtp.example.org");
}

#[test]
fn a_test_tells_what_works_step_by_step() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let here = listener.local_addr().expect("an address");
    let server = std::thread::spawn(move || converse(&listener));
    let store = store();
    let mut window = screen(&store);
    hands::type_into(&mut window, "Server", "127.0.0.1");
    choose_security(&mut window, Security::None.label());
    let number = here.port().to_string();
    let field = window
        .query_all_by_label("Port")
        .rfind(|it| it.value().as_deref() == Some("25"));
    field.expect("the port of the mail server").focus();
    window.run();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    window.event(egui::Event::Text(number));
    window.run();
    hands::type_into(&mut window, "From address", "tenure@example.org");
    hands::type_into(&mut window, "Send a test mail to", "ada@example.org");
    press_named(&mut window, "Send test mail");
    must_say(&window, "The test mail was sent");
    must_say(&window, "250 taken");
    assert!(
        server
            .join()
            .expect("a server")
            .contains("To: ada@example.org")
    );
    assert!(!mail(&store).is_set_up(), "nothing is saved by a test");

    retype(&mut window, "From address", "x@example.org");
    must_say(&window, "The settings have changed since the last test.");
    press_named(&mut window, "Send test mail");
    must_say(&window, "This does not work yet");
    must_say(&window, "Nothing listens on port");
}

/// A mail server that takes one mail; returns the mail.
fn converse(listener: &TcpListener) -> String {
    let (stream, _) = listener.accept().expect("a client");
    let mut answers = stream.try_clone().expect("a stream");
    let mut say = |line: &str| answers.write_all(line.as_bytes()).expect("a client");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    say("220 mail.example.org\r\n");
    let mut mail = String::new();
    while let Some(line) = lines.next() {
        match line.split(' ').next().unwrap_or_default() {
            "EHLO" => say("250 mail.example.org\r\n"),
            "DATA" => {
                say("354 go on\r\n");
                let body = lines.by_ref().take_while(|it| it != ".");
                mail = body.collect::<Vec<_>>().join("\n");
                say("250 taken\r\n");
            }
            "QUIT" => {
                say("221 bye\r\n");
                break;
            }
            _ => say("250 fine\r\n"),
        }
    }
    mail
}
