//! What mails say, and what reports bring.

use chrono::NaiveDate;

use super::*;
use crate::{
    model::{
        Timestamp,
        mail::{AttachmentKind, Mail, Person},
        settings::Settings,
        template::{Row, TemplateText},
    },
    store::{Store, templates},
};

const ADA: Person<'static> = Person {
    username: "ada",
    email: "ada@example.org",
    first_name: "",
    last_name: "Lovelace",
};

fn noon() -> Timestamp {
    "2030-12-24T12:00:00Z".parse().expect("a moment")
}

fn day() -> NaiveDate {
    noon().date_naive()
}

fn texts(template: Template) -> Texts {
    let store = Store::in_memory().expect("in memory");
    store.read(|db| Texts::read(db, template)).expect("texts")
}

fn row(username: &str) -> Row {
    Row {
        username: username.to_owned(),
        name: "Ada, Lovelace".to_owned(),
        email: "ada@example.org".to_owned(),
        status: "Active".to_owned(),
        day: "never".to_owned(),
        days: 120,
        outcome: "Disabled".to_owned(),
    }
}

fn report(template: Template, rows: &[Row]) -> Vec<Mail> {
    let mut settings = Settings::default();
    settings.mail.report_recipients = vec!["a@example.org".to_owned(), "b@example.org".to_owned()];
    let bars = chart::by_last_activity(rows);
    let drawn = chart::draw("Dormant accounts", &bars, "#2563eb").expect("a chart");
    let report = Report {
        workflow: "Dormant accounts",
        date: day(),
        days: Some(90),
        rows,
        picture: Some(&drawn),
    };
    let texts = texts(template);
    let writer = texts.writer().expect("a writer");
    reports(&writer, template, &settings, report, "7").expect("reports")
}

#[test]
fn a_report_goes_to_each_recipient_with_the_list_and_the_chart() {
    let rows = vec![row("=cmd()"); 150];
    let mails = report(Template::DisableDormantReport, &rows);
    let [first, second] = mails.try_into().expect("two mails");
    assert_eq!(
        (first.address.as_str(), second.address.as_str()),
        ("a@example.org", "b@example.org")
    );
    assert_ne!(first.key, second.key);
    assert_eq!(first.subject, "Dormant accounts: 150 accounts disabled");
    assert!(first.text.contains("and 50 more"), "{}", first.text);
    let [list, chart] = &first.attachments[..] else {
        panic!("{:?}", first.attachments.len());
    };
    assert_eq!(list.name, "disable-dormant-report-2030-12-24.csv");
    let csv = String::from_utf8_lossy(&list.bytes);
    let mut lines = csv.split("\r\n");
    assert_eq!(
        lines.next(),
        Some("username,name,email,status,last_activity,days,outcome")
    );
    let expected = "'=cmd(),\"Ada, Lovelace\",ada@example.org,Active,never,120,Disabled";
    assert_eq!(lines.next(), Some(expected));
    assert_eq!(csv.matches("=cmd()").count(), 150);
    let AttachmentKind::Png { cid } = &chart.kind else {
        panic!("{:?}", chart.kind);
    };
    assert!(first.html.contains(&format!("src=\"cid:{cid}\"")));
    assert!(first.text.contains("\nnever  150\n"), "{}", first.text);
}

#[test]
fn a_list_that_no_server_would_take_is_cut_and_says_so() {
    let rows = vec![row("ada"); 150_000];
    let mails = report(Template::DormantUserReport, &rows);
    let list = &mails[0].attachments[0].bytes;
    assert!(list.len() < 6_300_000, "{}", list.len());
    let end = String::from_utf8_lossy(&list[list.len() - 40..]).into_owned();
    assert!(end.trim_end().ends_with(" more"), "{end}");
}

#[test]
fn a_report_about_nobody_has_no_file() {
    let mails = report(Template::DeleteDormantReport, &[]);
    assert_eq!(mails[0].attachments.len(), 1, "the chart");
    assert!(mails[0].text.contains("No account was dormant"));
    assert!(!mails[0].text.contains("csv"));
}

#[test]
fn mails_to_users_say_what_happened() {
    let settings = Settings::default();
    for (template, days, subject) in [
        (
            Template::PasswordExpiryAlert,
            7,
            "Your password for Tenure expires in 7 days",
        ),
        (
            Template::PasswordExpiryAlert,
            1,
            "Your password for Tenure expires tomorrow",
        ),
        (
            Template::PasswordExpiryAlert,
            0,
            "Your password for Tenure expires today",
        ),
        (
            Template::PasswordExpiryNotification,
            30,
            "Your password for Tenure has expired",
        ),
    ] {
        let texts = texts(template);
        let values = expiry(template, &settings, ADA, Expiry { day: day(), days });
        let writer = texts.writer().expect("a writer");
        let mail = writer
            .mail(ADA.email, &values, "key".to_owned())
            .expect("a mail");
        assert_eq!(mail.subject, subject);
        assert!(mail.text.contains("Hello ada,") && mail.text.contains("2030-12-24"));
        assert!(
            !mail.text.contains("http"),
            "the portal's address is not known"
        );
    }
    let texts = texts(Template::AccountDisabled);
    let facts = Disabled {
        workflow: "Dormant accounts",
        days: 120,
        last_activity: None,
    };
    let values = disabled(&settings, ADA, facts, noon());
    let writer = texts.writer().expect("a writer");
    let mail = writer
        .mail(ADA.email, &values, "key".to_owned())
        .expect("a mail");
    assert!(
        mail.text
            .contains("not used for 120\ndays. Last activity: never."),
        "{}",
        mail.text
    );
}

#[test]
fn a_template_that_became_wrong_gives_way_to_the_one_that_came_with_the_program() {
    let store = Store::in_memory().expect("in memory");
    let wrong = TemplateText {
        subject: "{{ gone }}".to_owned(),
        html: "x".to_owned(),
        text: "x".to_owned(),
    };
    let template = Template::PasswordChangeSuccess;
    let kept = store.write(move |tx| templates::set(tx, template, &wrong, "grace", noon()));
    kept.expect("kept");
    let texts = store.read(|db| Texts::read(db, template)).expect("texts");
    let values = values::password_changed(&Settings::default(), ADA, noon());
    let writer = texts.writer().expect("a writer");
    let mail = writer
        .mail(ADA.email, &values, "key".to_owned())
        .expect("a mail");
    assert_eq!(mail.subject, "Your password for Tenure was changed");
}
