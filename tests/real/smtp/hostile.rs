//! Whatever names, values and templates say: a mail is valid MIME, goes to one recipient, and brings no
//! command, header or second mail with it.

use serde_json::{Value, json};
use tenure::model::{
    mail::{Attachment, AttachmentKind, Mail, MailState},
    smtp::Security,
    template::{self, Compiled, Placeholder, Row, Sample, Template, TemplateText, Values},
};

use super::{Office, mail, settings};
use crate::support::sink::Sink;

/// What people are called, and what it must not do.
const NAMES: [&str; 9] = [
    "Ada\r\nBcc: eve@example.org\r\n\r\nHello",
    "\r\n.\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<eve@example.org>\r\nDATA\r\n",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% for user in users %}${7*7}",
    "\u{202e}gro.elpmaxe\u{2066}\u{200f}",
    "\u{0}\u{7}\u{1b}[31m\u{85}\u{2028}\u{feff}",
    "Zoë 王小明 \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} e\u{301}",
    "=?utf-8?B?QmNjOiBldmVAZXhhbXBsZS5vcmc=?= \"quoted\" (comment) <eve@example.org>, eve@example.org",
    "=cmd()|' /C calc'!A0",
];

/// The mail of a template in which everything that can be named is called so.
fn written(template: Template, text: &TemplateText, name: &str) -> Mail {
    let mut values = Values::sample(template, 2);
    for Placeholder {
        name: placeholder,
        sample,
        ..
    } in template.placeholders()
    {
        if matches!(sample, Sample::Text(_)) {
            values = values.text(placeholder, name);
        }
    }
    if !template.row_placeholders().is_empty() {
        let row = Row {
            username: name.to_owned(),
            name: name.to_owned(),
            ..Row::sample(template)
        };
        values = values.rows(&[row.clone(), row]);
    }
    let rendered = Compiled::new(text).and_then(|it| it.render(&values));
    let rendered = rendered.expect("a mail");
    Mail {
        template,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        ..mail("", "")
    }
}

fn headers<'a>(mail: &'a Value, name: &str) -> Vec<&'a str> {
    let all = mail["headers"].as_array().expect("headers").iter();
    let found = all.filter(|it| {
        it[0]
            .as_str()
            .is_some_and(|it| it.eq_ignore_ascii_case(name))
    });
    found.map(|it| it[1].as_str().expect("text")).collect()
}

/// Sends the mails, each to an address of its own, and reads what has arrived in their order.
#[track_caller]
fn sent(mails: Vec<Mail>) -> Vec<Value> {
    let sink = Sink::start(&[]);
    let mut office = Office::new(settings(sink.plain, Security::None, ""), None);
    let count = mails.len();
    for (index, mail) in mails.into_iter().enumerate() {
        office.queue_mail(Mail {
            address: format!("u{index}@example.org"),
            key: format!("hostile.{index}"),
            ..mail
        });
    }
    office.round();
    assert_eq!(office.count(MailState::Sent), count);
    let asked: Vec<Value> = sink.events("rcpt");
    assert_eq!(asked.len(), count, "one recipient each: {asked:?}");
    let mut arrived = sink.read();
    assert_eq!(arrived.len(), count, "no second mail in one");
    arrived.sort_by_key(|it| headers(it, "Message-ID").concat());
    for mail in &arrived {
        assert_eq!(mail["defects"], json!([]), "{mail}");
        assert!(mail["longest"].as_u64() <= Some(998), "{}", mail["longest"]);
        for once in [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "MIME-Version",
        ] {
            assert_eq!(headers(mail, once).len(), 1, "{once} of {mail}");
        }
        assert_eq!(headers(mail, "To"), headers(mail, "X-Sink-To"));
        for never in ["Bcc", "Cc", "Reply-To"] {
            assert_eq!(headers(mail, never), [""; 0], "{mail}");
        }
        let subject = headers(mail, "Subject").concat();
        assert!(!subject.contains(['\r', '\n']), "{subject:?}");
    }
    arrived
}

/// The texts of the two ways in which a mail can be read.
fn texts(mail: &Value) -> (&str, &str) {
    let mut body = &mail["body"];
    while body["type"] != "multipart/alternative" {
        body = &body["parts"][0];
    }
    let text = &body["parts"][0];
    let mut html = &body["parts"][1];
    while html["type"] != "text/html" {
        html = &html["parts"][0];
    }
    (
        text["content"].as_str().expect("text"),
        html["content"].as_str().expect("text"),
    )
}

#[test]
fn whoever_a_mail_is_about_it_is_valid_and_goes_to_one_recipient() {
    let mut mails = Vec::new();
    for template in Template::ALL {
        let text = template.default_text();
        mails.extend(NAMES.iter().map(|name| written(template, &text, name)));
        let long = "x".repeat(10_000);
        mails.push(written(template, &text, &long));
    }
    for mail in sent(mails) {
        let (text, html) = texts(&mail);
        assert!(!html.contains("<script>"), "{html}");
        assert!(!html.contains("onerror=alert(1)>"), "{html}");
        for line in text.lines() {
            assert!(
                !line.starts_with("Bcc:") && !line.starts_with("MAIL FROM"),
                "{text}"
            );
        }
    }
}

#[test]
fn whatever_a_template_says_it_is_one_mail() {
    let smuggled = "MAIL FROM:<eve@example.org>\nRCPT TO:<eve@example.org>\nDATA\nHello";
    let bodies = [
        format!("Hello\n.\n{smuggled}\n.\n"),
        format!("Hello\r\n.\r\n{smuggled}\r\n.\r\n"),
        format!("Hello\r.\r{smuggled}\r.\r"),
        format!("Hello\n.\r\n{smuggled}\n.\r\n"),
        format!("Hello\r\n.\n{smuggled}\r\n.\n"),
        format!("Hello\r\r\n.\r\r\n{smuggled}"),
        ".\n..\n...\n".to_owned(),
        "--boundary\nContent-Type: text/html\n\n<b>\n--boundary--\n".to_owned(),
        "x".repeat(190_000),
        "é".repeat(90_000),
        "From here on\nFrom: eve@example.org\n \t\n".to_owned(),
        "=20=0D=0A trailing space \n\ttab\t\n".to_owned(),
    ];
    let template = Template::AccountDisabled;
    let mails: Vec<Mail> = bodies
        .iter()
        .map(|body| {
            let text = TemplateText {
                subject: "{{ name }}".to_owned(),
                html: format!("<p>{body}</p>"),
                text: body.clone(),
            };
            assert_eq!(template::check(template, &text), Ok(()), "{body}");
            written(template, &text, "Ada")
        })
        .collect();
    let said: Vec<(String, String)> = mails
        .iter()
        .map(|it| (it.text.clone(), it.html.clone()))
        .collect();
    let arrived = sent(mails);
    // In the order of their Message-IDs.
    let mut order: Vec<usize> = (0..said.len()).collect();
    order.sort_by_key(|it| format!("<hostile.{it}@"));
    let lines = |text: &str| -> Vec<String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        text.trim_end_matches('\n')
            .split('\n')
            .map(str::to_owned)
            .collect()
    };
    for (mail, index) in arrived.iter().zip(order) {
        let (text, html) = texts(mail);
        assert_eq!(lines(text), lines(&said[index].0), "{index}");
        assert_eq!(lines(html), lines(&said[index].1), "{index}");
    }
}

#[test]
fn a_template_of_the_largest_size_with_the_largest_list_arrives() {
    let template = Template::DormantUserReport;
    let text = TemplateText {
        subject: "x".repeat(200),
        ..template.default_text()
    };
    let mut report = written(template, &text, "Ada");
    let list = "ada,Ada Lovelace\r\n".repeat(350_000);
    report.attachments = vec![Attachment {
        name: "=cmd().csv\r\nBcc: eve@example.org".to_owned(),
        kind: AttachmentKind::Csv,
        bytes: list.as_bytes().into(),
    }];
    let arrived = sent(vec![report]);
    let file = &arrived[0]["body"]["parts"][1];
    assert_eq!(file["type"], "text/csv");
    assert_eq!(file["content"].as_str().map(str::len), Some(list.len()));
}
