//! Workflow files that are wrong, or meant to harm.

use super::{Shell, definition};

/// Both ways to read a file refuse it in the same words, and leave nothing behind.
#[track_caller]
fn refuses(content: impl AsRef<[u8]>, message: &str) {
    let shell = Shell::new();
    let file = shell.file("in.json", content);
    shell.refuses(&["workflow", "validate", &file], 4, message);
    shell.refuses(&["workflow", "import", &file], 4, message);
    assert_eq!(
        shell.json(&["workflow", "list"])["workflows"],
        serde_json::json!([])
    );
}

/// The file can be read, and says what is wrong with the drawing.
#[track_caller]
fn finds(content: &str, message: &str) {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff"]);
    let file = shell.file("in.json", content);
    let said = shell.run(&["workflow", "validate", &file]);
    assert_eq!(said.code, 4, "{}", said.out);
    assert!(
        said.out.contains(message),
        "{message:?} is not in:\n{}",
        said.out
    );
    shell.ok(&["workflow", "import", &file]);
    shell.refuses(
        &["workflow", "activate", "Welcome"],
        1,
        "cannot be activated",
    );
    assert_eq!(
        shell.json(&["workflow", "list"])["workflows"][0]["active_version"],
        serde_json::Value::Null
    );
}

fn changed(from: &str, to: &str) -> String {
    let good = definition();
    assert!(good.contains(from), "{from}");
    good.replacen(from, to, 1)
}

#[test]
fn nothing_at_all() {
    refuses("", "the file is empty");
    refuses(" \n\u{FEFF}", "not a workflow");
}

#[test]
fn no_json() {
    refuses("{", "not a workflow: EOF");
    refuses("[]", "not a workflow");
    refuses("<?xml version=\"1.0\"?><bpmn/>", "not a workflow");
    refuses("\u{202e}", "not a workflow");
}

#[test]
fn no_utf_8() {
    refuses([0xFF, 0xFE, b'{', 0], "not UTF-8");
}

#[test]
fn ten_mebibytes() {
    refuses(vec![b' '; 10 * 1024 * 1024], "larger than 4 MiB");
}

#[test]
fn a_thousand_nested_lists() {
    refuses("[".repeat(20_000), "not a workflow");
    let mut deep = "{\"all\":[".repeat(200);
    deep += &"]}".repeat(200);
    let from =
        "{ \"attribute\": \"email\", \"operator\": \"end_with\", \"value\": \"@example.org\" }";
    refuses(changed(from, &deep), "cannot be used");
}

#[test]
fn another_format() {
    refuses(
        changed("tenure-workflow/1", "tenure-workflow/9"),
        "says its format is",
    );
}

#[test]
fn an_unknown_field() {
    refuses(changed("\"note\"", "\"script\""), "unknown field `script`");
}

#[test]
fn a_field_twice() {
    refuses(
        changed("\"note\": \"first\"", "\"name\": \"x\""),
        "duplicate field `name`",
    );
}

#[test]
fn a_field_of_the_wrong_type() {
    refuses(
        changed("\"name\": \"Welcome\"", "\"name\": 7"),
        "expected a string",
    );
    refuses(changed("[0.0, 104.0]", "\"left\""), "not a workflow");
}

#[test]
fn a_name_that_cannot_be() {
    refuses(changed("\"Welcome\"", "\"\""), "must not be empty");
    refuses(changed("\"Welcome\"", "\"a\\u0000b\""), "control character");
    refuses(
        changed("\"Welcome\"", &format!("\"{}\"", "x".repeat(10_000))),
        "longer than",
    );
}

#[test]
fn a_circle() {
    let circle = changed(
        "\"port\": \"done\", \"to\": 6",
        "\"port\": \"done\", \"to\": 4",
    );
    refuses(circle, "circle");
}

#[test]
fn an_edge_to_nowhere() {
    refuses(
        changed(
            "\"port\": \"done\", \"to\": 6",
            "\"port\": \"done\", \"to\": 99",
        ),
        "does not exist",
    );
    refuses(
        changed("\"port\": \"done\"", "\"port\": \"matched\""),
        "no such output",
    );
}

#[test]
fn numbers_beyond_all_measure() {
    refuses(
        changed("\"to\": 6 }", "\"to\": 99999999999999999999 }"),
        "not a workflow",
    );
    refuses(changed("\"6\": {", "\"-6\": {"), "not a workflow");
    refuses(changed("[0.0, 520.0]", "[1e39, 0.0]"), "cannot be used");
}

#[test]
fn a_trigger_or_source_that_does_not_exist() {
    refuses(
        changed("admin_portal", "telepathy"),
        "unknown variant `telepathy`",
    );
}

#[test]
fn a_group_that_does_not_exist_here() {
    finds(
        &changed("\"Staff\"", "\"Root'; DROP TABLE groups; --\""),
        "no longer exists",
    );
}

#[test]
fn a_task_without_a_target() {
    finds(
        &changed("{ \"name\": \"Staff\" }", ""),
        "choose at least one group",
    );
}

#[test]
fn an_output_that_leads_nowhere() {
    finds(
        &changed(
            ",\n      { \"from\": 5, \"port\": \"done\", \"to\": 6 }",
            "",
        ),
        "leads nowhere",
    );
}

#[test]
fn no_file() {
    let shell = Shell::new();
    shell.refuses(
        &["workflow", "validate", "/nowhere.json"],
        3,
        "there is no file",
    );
    shell.refuses(&["workflow", "import", "/"], 4, "is a folder");
    shell
        .pipe("{}", &["workflow", "validate", "-"])
        .refuses(4, "missing field");
}
