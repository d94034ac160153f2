//! Files of users that are wrong, or meant to harm.

use super::Shell;

/// A directory of one user, which no bad file may change.
fn shell() -> Shell {
    let shell = Shell::new();
    shell.ok(&["user", "create", "ada", "--email", "ada@example.org"]);
    shell
}

#[track_caller]
fn refuses(content: impl AsRef<[u8]>, message: &str) {
    let shell = shell();
    let before = shell.everything();
    let file = shell.file("in.csv", content);
    shell.refuses(&["user", "import", &file], 4, message);
    assert_eq!(shell.everything(), before, "nothing changed");
}

/// The row is bad and named with its line, and the good one beside it is done on request.
#[track_caller]
fn bad_row(row: impl AsRef<[u8]>, reason: &str) {
    let shell = shell();
    let mut content =
        b"action,username,email,first_name,groups\nadd,bob,bob@example.org,Bob,\n".to_vec();
    content.extend_from_slice(row.as_ref());
    let file = shell.file("in.csv", content);
    let before = shell.everything();
    let said = shell.run(&["--json", "user", "import", &file]);
    said.refuses(4, "there are bad rows, so nothing was imported");
    let report: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let bad = &report["preview"]["bad_rows"][0];
    assert_eq!(bad["line"], 3, "{report}");
    let said = bad["reason"].as_str().expect("a text");
    assert!(said.contains(reason), "{reason:?} is not in {said:?}");
    assert_eq!(shell.everything(), before, "nothing changed");

    let skipped = shell.run(&["user", "import", &file, "--skip-bad-rows"]);
    assert_eq!(skipped.code, 0, "{}{}", skipped.out, skipped.err);
    shell.ok(&["user", "show", "bob"]);
    assert_eq!(
        shell.json(&["user", "show", "ada"])["email"],
        "ada@example.org"
    );
}

#[test]
fn an_empty_file() {
    refuses("", "the file is empty");
}

#[test]
fn a_file_of_empty_lines() {
    refuses("\r\n\r\n\r\n", "the file is empty");
}

#[test]
fn a_utf_16_file() {
    let utf16: Vec<u8> = "username,email\nbob,b@b.org\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    refuses(&utf16, "UTF-16 text: save it as “CSV UTF-8”");
    refuses([&[0xFF, 0xFE], utf16.as_slice()].concat(), "UTF-16 text");
}

#[test]
fn a_latin_1_header() {
    refuses(b"username,stra\xDFe\n", "first line is not UTF-8");
}

#[test]
fn an_excel_workbook() {
    refuses(b"PK\x03\x04\x14\0\x06\0", "Excel or ZIP");
}

#[test]
fn an_unknown_column() {
    refuses(
        "username,shoe size\nbob,7\n",
        "\"shoe size\", which is neither a column",
    );
}

#[test]
fn a_column_that_would_set_a_password() {
    refuses(
        "username,password\nbob,secret\n",
        "\"password\", which is neither",
    );
}

#[test]
fn a_column_twice() {
    refuses(
        "username,email,E-Mail\nbob,a,b\n",
        "the column \"E-Mail\" twice",
    );
}

#[test]
fn no_column_for_the_username() {
    refuses("email\nb@b.org\n", "no column \"username\"");
}

#[test]
fn a_quote_that_is_never_closed() {
    let mut content = b"username,email\n\"bob,b@b.org\n".to_vec();
    content.resize(10 * 1024 * 1024, b'x');
    refuses(content, "line 2: the row is longer than 1 MiB");
}

#[test]
fn ten_mebibytes_without_a_line() {
    refuses(vec![b'u'; 10 * 1024 * 1024], "longer than 1 MiB");
}

#[test]
fn a_folder_instead_of_a_file() {
    let shell = shell();
    let folder = shell.folder.path().to_str().expect("UTF-8").to_owned();
    shell.refuses(&["user", "import", &folder], 4, "is a folder");
    shell.refuses(&["user", "export", &folder], 4, "is a folder");
}

#[test]
fn a_file_that_is_not_there() {
    shell().refuses(
        &["user", "import", "/nowhere/in.csv"],
        3,
        "there is no file",
    );
}

#[test]
fn a_device_that_cannot_be_read() {
    // Reading the beginning of one's own memory fails for root as well.
    shell().refuses(&["user", "import", "/proc/self/mem"], 4, "cannot be read");
}

#[test]
fn nul_in_a_cell() {
    bad_row(
        b"add,eve,e@e.org,a\0b,\n",
        "First name contains a control character",
    );
}

#[test]
fn a_name_that_turns_the_text() {
    bad_row("add,e\u{202e}ve,e@e.org,,\n", "invisible characters");
}

#[test]
fn a_row_in_another_encoding() {
    bad_row(b"add,eve,e@e.org,Zo\xEB,\n", "the row is not UTF-8");
}

#[test]
fn too_few_cells() {
    bad_row("add,eve\n", "has 2 cells, the first line has 5");
}

#[test]
fn too_many_cells() {
    bad_row(
        "add,eve,e@e.org,Eve,,,,\n",
        "has 8 cells, the first line has 5",
    );
}

#[test]
fn an_action_that_is_none() {
    bad_row(
        "drop,eve,e@e.org,Eve,\n",
        "the action \"drop\" is not one of",
    );
}

#[test]
fn a_user_twice_in_one_file() {
    bad_row(
        "add,BOB,other@example.org,Bob,\n",
        "the username stands on line 2 already",
    );
}

#[test]
fn an_address_twice_in_one_file() {
    bad_row(
        "add,eve,BOB@example.org,Eve,\n",
        "the email stands on line 2 already",
    );
}

#[test]
fn a_username_that_is_taken() {
    bad_row(
        "add,ADA,x@example.org,,\n",
        "Username is taken: use the action update",
    );
}

#[test]
fn nobody_to_update_or_delete() {
    bad_row("update,eve,e@e.org,,\n", "\"eve\" is nobody's");
    bad_row("delete,x' OR 1=1 --,,,\n", "is nobody's");
}

#[test]
fn a_group_that_does_not_exist() {
    bad_row(
        "add,eve,e@e.org,Eve,Root\n",
        "a group \"Root\" that does not exist",
    );
}

#[test]
fn a_name_of_ten_thousand_letters() {
    let row = format!("add,eve,e@e.org,{},\n", "x".repeat(10_000));
    bad_row(row, "First name is longer than 255 characters");
}

#[test]
fn formulas_html_and_emoji_are_only_text() {
    let shell = shell();
    let file = shell.file(
        "in.csv",
        "username,email,first_name,last_name\nbob,b@b.org,\"=HYPERLINK(\"\"http://x\"\")\",<script>alert(1)</script>\neve,e@e.org,👩‍💻,'; DROP TABLE users; --\n",
    );
    assert_eq!(
        shell.json(&["user", "import", &file])["result"]["created"],
        2
    );
    let exported = shell.ok(&["user", "export"]);
    assert!(
        exported.contains("\"'=HYPERLINK(\"\"http://x\"\")\""),
        "{exported}"
    );
    assert_eq!(
        shell.json(&["user", "show", "eve"])["last_name"],
        "'; DROP TABLE users; --"
    );
}

#[test]
fn ten_thousand_rows_go_through_in_a_few_batches() {
    let shell = shell();
    let mut content = "username\temail\n".to_owned();
    for number in 0..10_000 {
        content.extend([
            "u",
            &number.to_string(),
            "\tu",
            &number.to_string(),
            "@example.org\n",
        ]);
    }
    let file = shell.file("in.tsv", content);
    assert_eq!(
        shell.json(&["user", "import", &file])["result"]["created"],
        10_000
    );
    let doctor = shell.run(&["doctor"]);
    assert_eq!(doctor.code, 0, "{}", doctor.out);
}
