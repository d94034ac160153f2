//! What a template may say, and what comes out of it.

use super::*;

fn plain(text: &str) -> TemplateText {
    TemplateText {
        subject: "Hello".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        text: text.to_owned(),
    }
}

/// The plain text of a report is refused at this line and column, with this in the message.
#[track_caller]
fn refuses(text: &str, at: (usize, usize), message: &str) {
    let error = check(Template::DormantUserReport, &plain(text)).expect_err(text);
    assert_eq!((error.line, error.column), at, "{error}");
    assert!(error.message.contains(message), "{error}");
    assert_eq!(error.part, Part::Text);
}

#[track_caller]
fn takes(text: &str, expected: &str) {
    let text = plain(text);
    let template = Template::DormantUserReport;
    assert_eq!(check(template, &text), Ok(()));
    let compiled = Compiled::new(&text).expect("a template");
    let rendered = compiled
        .render(&Values::sample(template, 2))
        .expect("a text");
    assert_eq!(rendered.text, expected);
}

#[test]
fn every_template_that_comes_with_the_program_is_fine() {
    for template in Template::ALL {
        assert_eq!(
            check(template, &template.default_text()),
            Ok(()),
            "{template}"
        );
    }
}

#[test]
fn a_template_is_called_as_in_the_file() {
    for template in Template::ALL {
        let word = serde_json::to_value(template).expect("JSON");
        assert_eq!(word, template.name());
        assert_eq!(Template::by_name(template.name()), Some(template));
    }
    assert_eq!(Template::by_name("welcome"), None);
}

#[test]
fn an_unknown_placeholder_is_refused_where_it_stands() {
    refuses("Hello {{ nobody }}", (1, 10), "no placeholder \"nobody\"");
    refuses("a\nä {{ workflow }} {{ nobody }}", (2, 21), "\"nobody\"");
    refuses("{{ user.password }}", (1, 4), "\"user\"");
    refuses(
        "{% for user in users %}\n{{ user.password }}\n{% endfor %}",
        (2, 9),
        "\"password\"",
    );
    refuses(
        "{% for user in users %}{% endfor %}{{ user.email }}",
        (1, 39),
        "\"user\"",
    );
    refuses(
        "{% for user in users %}{% else %}{{ user.email }}{% endfor %}",
        (1, 37),
        "\"user\"",
    );
    refuses(
        "{% for user in users %}{{ user }}{% endfor %}",
        (1, 27),
        "which part of user",
    );
    refuses("{{ workflow.name }}", (1, 13), "has no parts");
    refuses("{{ loop.index }}", (1, 4), "\"loop\"");
    refuses("{{ caller }}", (1, 4), "\"caller\"");
}

#[test]
fn what_a_sample_does_not_reach_is_read_too() {
    refuses(
        "{% if count == 4711 %}{{ nobody }}{% endif %}",
        (1, 26),
        "\"nobody\"",
    );
    refuses(
        "{% if count == 4711 %}{{ workflow|sha }}{% endif %}",
        (1, 35),
        "no filter \"sha\"",
    );
    refuses(
        "{% if count is prime %}x{% endif %}",
        (1, 16),
        "no test \"prime\"",
    );
    refuses(
        "{% if count is not prime %}x{% endif %}",
        (1, 20),
        "no test \"prime\"",
    );
    refuses(
        "{{ 'a' if count == 4711 else nobody }}",
        (1, 30),
        "\"nobody\"",
    );
    refuses("{% elif %}", (1, 4), "");
}

#[test]
fn what_is_not_written_right_is_refused_where_it_stands() {
    refuses("a\n{% if count %}", (2, 13), "unexpected end of input");
    refuses("{{ workflow", (1, 4), "unexpected end of input");
    refuses("{{ workflow workflow }}", (1, 13), "expected");
    refuses("{{ 'workflow }}", (1, 16), "string");
}

#[test]
fn what_could_take_long_or_grow_is_refused() {
    let nested = "{% for a in users %}{% for b in users %}{% for c in users %}{{ c.name }}\
                  {% endfor %}{% endfor %}{% endfor %}";
    let error = check(Template::DormantUserReport, &plain(nested)).expect_err("too long");
    assert!(error.message.contains("too many steps"), "{error}");
    refuses(
        "{% for i in range(1000000) %}x{% endfor %}",
        (1, 13),
        "\"range\"",
    );
    refuses("{{ 'x' * 100000000 }}", (1, 8), "multiplied");
    refuses("{% set x = 'x' %}", (1, 4), "\"set\" cannot be used");
    refuses(
        "{% macro a() %}{{ a() }}{% endmacro %}",
        (1, 4),
        "\"macro\"",
    );
    refuses("{% include '/etc/passwd' %}", (1, 4), "\"include\"");
    refuses("{% raw %}{{ nobody }}{% endraw %}", (1, 4), "\"raw\"");
    refuses("{{ workflow.upper() }}", (1, 13), "has no parts");
    refuses("{{ workflow() }}", (1, 12), "called");
    refuses("{{ users[0].email }}", (1, 9), "with a dot");
    refuses(
        "{% for letter in workflow %}x{% endfor %}",
        (1, 18),
        "goes through users",
    );
    refuses("", (1, 1), "must not be empty");
}

#[test]
fn what_would_take_too_deep_a_stack_is_refused_where_it_stands() {
    let many = |text: &str| text.repeat(190_000 / text.len());
    for (begin, again, end) in [
        ("{{ workflow", "|upper", " }}"),
        ("{{ workflow", " ~ workflow", " }}"),
        ("{{ workflow", " or workflow", " }}"),
        ("{{ workflow == ", "workflow == ", "workflow }}"),
        ("{{ ", "not ", "count }}"),
        ("{{ ", "-", "count }}"),
        ("{{ count", " + count", " }}"),
        ("{{ count", "\n- count", " }}"),
        ("{{ count is ", "odd is ", "odd }}"),
        ("{{ ", "(", "count }}"),
        ("{{ ", "[", "count }}"),
        ("{{ ", "{'a':", "1}}}"),
        ("{{ ", "workflow if count else ", "workflow }}"),
        ("{{ workflow if ", "workflow if ", "count }}"),
        ("{{ workflow|default(", "workflow|default(", "workflow }}"),
        ("{{ [", "workflow, ", "] }}"),
        ("{% if ", "not ", "count %}x{% endif %}"),
        ("{% for user in users if ", "not ", "count %}x{% endfor %}"),
    ] {
        let text = format!("{begin}{}{end}", many(again));
        let error = check(Template::DormantUserReport, &plain(&text)).expect_err(again);
        let message = "a tag has at most 200 words and signs";
        assert_eq!(error.message, message, "{again}");
        let short = format!("{begin}{}{end}", again.repeat(30));
        check(Template::DormantUserReport, &plain(&short)).ok();
    }
    for (begin, again, end) in [
        ("", "{% if count %}", "{% endif %}"),
        ("{% if count %}", "{% elif count %}x", ""),
        ("", "{% if count %}{% elif count %}", "{% endif %}"),
        ("", "{% for user in users %}", "{% endfor %}"),
        (
            "",
            "{% if count %}x{% else %}{% if count %}",
            "{% endif %}{% endif %}",
        ),
    ] {
        let count = 100_000 / (again.len() + end.len());
        let text = format!("{begin}{}{}", again.repeat(count), end.repeat(count));
        let error = check(Template::DormantUserReport, &plain(&text)).expect_err(again);
        let message = "there are more than 50 blocks in each other";
        assert_eq!(error.message, message, "{again}");
    }
    refuses(
        &format!("{{{{ workflow\n{} }}}}", "|upper".repeat(100)),
        (2, 596),
        "200 words",
    );
    refuses(
        &format!("{{% if count %}}\n{}", "{% elif count %}\n".repeat(60)),
        (51, 4),
        "50 blocks",
    );
    takes(
        &format!("{{{{ workflow{} }}}}", "|upper".repeat(99)),
        "DORMANT ACCOUNTS",
    );
    let deep = format!(
        "{}x{}",
        "{% if count %}".repeat(50),
        "{% endif %}".repeat(50)
    );
    takes(&deep, "x");
    takes(
        &"{% if count %}x{% endif %}".repeat(1_000),
        &"x".repeat(1_000),
    );
}

#[test]
fn characters_that_no_mail_may_have_are_refused() {
    refuses("a\r\nb\tc\0", (2, 4), "cannot be sent");
    refuses("{{ workflow }}\u{7}", (1, 15), "cannot be sent");
    refuses("\u{85}", (1, 1), "");
}

#[test]
fn a_huge_text_is_refused() {
    refuses(&"x".repeat(10_000_000), (1, MAX_BODY + 1), "at most 200 kB");
    let mut text = plain("x");
    text.subject = "x".repeat(MAX_SUBJECT + 1);
    let error = check(Template::DormantUserReport, &text).expect_err("too long");
    assert_eq!((error.part, error.column), (Part::Subject, MAX_SUBJECT + 1));
    text.subject = "one\ntwo".to_owned();
    let error = check(Template::DormantUserReport, &text).expect_err("two lines");
    assert_eq!(error.message, "a subject is one line");
}

#[test]
fn what_reports_need_can_be_said() {
    takes("{{ workflow }}", "Dormant accounts");
    takes("{# {{ nobody }} #}{{ workflow|upper }}", "DORMANT ACCOUNTS");
    takes(
        "{% for user in users %}\n{{ loop.index }} {{ user.name }}\n{% endfor %}\nend",
        "1 Ada Lovelace\n2 Ada Lovelace\nend",
    );
    takes(
        "{% for user in users if user.status == 'Active' %}{{ user.username }} {% endfor %}",
        "ada ada ",
    );
    takes(
        "{%- if not file and count > 0 -%}a{%- else -%}{{ count }}{% endif %}",
        "2",
    );
    takes(
        "{{ users|length }}, {{ file|default('x') }}",
        "2, dormant-user-report-2031-12-24.csv",
    );
    takes("{{ 'even' if count is even else \"odd\" }}", "even");
    takes(
        "{% if workflow in ['a', 'b'] %}x{% else %}y{% endif %}",
        "y",
    );
    takes("{{ { 'a': 1 } }} { { } } {", "{'a': 1} { { } } {");
    takes("{{ '}}' }}{{ '%}' }}", "}}%}");
}

#[test]
fn values_add_no_markup_no_line_and_no_placeholder() {
    let text = Template::PasswordChangeSuccess.default_text();
    let compiled = Compiled::new(&text).expect("a template");
    let hostile = "<script>alert(1)</script>{{ portal }}\r\nBcc: eve@example.org";
    let values = Values::sample(Template::PasswordChangeSuccess, 0)
        .text("name", hostile)
        .text("portal", "A\r\nBcc: eve@example.org");
    let rendered = compiled.render(&values).expect("a mail");
    assert_eq!(
        rendered.subject,
        "Your password for A Bcc: eve@example.org was changed"
    );
    assert!(!rendered.html.contains("<script>"), "{}", rendered.html);
    assert!(
        rendered.html.contains("&lt;script&gt;"),
        "{}",
        rendered.html
    );
    assert!(
        rendered
            .text
            .contains("<script>alert(1)</script>{{ portal }}  Bcc:")
    );
    assert!(!rendered.text.contains("\nBcc:"), "{}", rendered.text);
}

#[test]
fn a_long_subject_is_cut() {
    let text = Template::PasswordChangeSuccess.default_text();
    let compiled = Compiled::new(&text).expect("a template");
    let values =
        Values::sample(Template::PasswordChangeSuccess, 0).text("portal", &"x".repeat(10_000));
    let rendered = compiled.render(&values).expect("a mail");
    assert_eq!(rendered.subject.chars().count(), 251);
    assert!(rendered.subject.ends_with('…'));
}

#[test]
fn a_report_lists_the_first_hundred_and_counts_the_rest() {
    let text = Template::DisableDormantReport.default_text();
    let compiled = Compiled::new(&text).expect("a template");
    let values = Values::sample(Template::DisableDormantReport, 103);
    let rendered = compiled.render(&values).expect("a mail");
    assert_eq!(rendered.text.matches("ada@example.org").count(), SHOWN_ROWS);
    assert!(
        rendered
            .text
            .contains("and 3 more; all of them are in the attached file")
    );
    assert!(
        rendered.subject.contains("103 accounts disabled"),
        "{}",
        rendered.subject
    );
    assert!(
        rendered
            .html
            .contains("<img src=\"cid:chart@tenure.invalid\" alt=\"Dormant")
    );
    assert!(rendered.text.contains("Never               1"));
}

#[test]
fn a_value_that_is_missing_is_an_error_and_no_gap() {
    let text = plain("{{ workflow }}");
    let compiled = Compiled::new(&text).expect("a template");
    let error = compiled
        .render(&Values::new(Template::DormantUserReport))
        .expect_err("a gap");
    assert_eq!((error.line, error.column), (1, 4));
}
