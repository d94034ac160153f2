//! The people of the sample company, and what is known of them.

use super::OWN_DOMAIN;
use crate::model::{
    attribute::{AttributeKind, AttributeSpec, Values},
    user::ProfileForm,
};

pub(super) const DEPARTMENTS: [&str; 4] = ["Engineering", "Support", "Sales", "Finance"];

/// First and last names with their spelling in a username, a script per line.
type Names = (
    [(&'static str, &'static str); 5],
    [(&'static str, &'static str); 4],
);

const NAMES: [Names; 10] = [
    (
        [
            ("Ada", "ada"),
            ("Grace", "grace"),
            ("Alan", "alan"),
            ("Edith", "edith"),
            ("Tim", "tim"),
        ],
        [
            ("Lovelace", "lovelace"),
            ("Hopper", "hopper"),
            ("O’Neill", "oneill"),
            ("Clarke", "clarke"),
        ],
    ),
    (
        [
            ("Łucja", "lucja"),
            ("Zoë", "zoe"),
            ("Jürgen", "juergen"),
            ("Şebnem", "sebnem"),
            ("Åse", "ase"),
        ],
        [
            ("Wałęsa", "walesa"),
            ("Müller", "mueller"),
            ("Yılmaz", "yilmaz"),
            ("Øvergård", "overgard"),
        ],
    ),
    (
        [
            ("Анна", "anna"),
            ("Дмитрий", "dmitri"),
            ("Оксана", "oksana"),
            ("Йосип", "yosyp"),
            ("Софія", "sofia"),
        ],
        [
            ("Иванова", "ivanova"),
            ("Шевченко", "shevchenko"),
            ("Ковальчук", "kovalchuk"),
            ("Петров", "petrov"),
        ],
    ),
    (
        [
            ("Ελένη", "eleni"),
            ("Γιώργος", "giorgos"),
            ("Μαρία", "maria"),
            ("Νίκος", "nikos"),
            ("Σοφία", "sophia"),
        ],
        [
            ("Παπαδοπούλου", "papadopoulou"),
            ("Οικονόμου", "oikonomou"),
            ("Νικολάου", "nikolaou"),
            ("Γεωργίου", "georgiou"),
        ],
    ),
    (
        [
            ("ليلى", "layla"),
            ("عمر", "omar"),
            ("فاطمة", "fatima"),
            ("يوسف", "yusuf"),
            ("نور", "nour"),
        ],
        [
            ("حداد", "haddad"),
            ("المصري", "almasri"),
            ("خوري", "khoury"),
            ("نجار", "najjar"),
        ],
    ),
    (
        [
            ("נועה", "noa"),
            ("דוד", "david"),
            ("שרה", "sarah"),
            ("יעל", "yael"),
            ("אורי", "uri"),
        ],
        [
            ("כהן", "cohen"),
            ("לוי", "levi"),
            ("מזרחי", "mizrahi"),
            ("פרידמן", "friedman"),
        ],
    ),
    (
        [
            ("अनिता", "anita"),
            ("राहुल", "rahul"),
            ("प्रिया", "priya"),
            ("विक्रम", "vikram"),
            ("मीरा", "meera"),
        ],
        [
            ("शर्मा", "sharma"),
            ("पटेल", "patel"),
            ("गुप्ता", "gupta"),
            ("सिंह", "singh"),
        ],
    ),
    (
        [
            ("秀英", "xiuying"),
            ("伟", "wei"),
            ("芳", "fang"),
            ("娜", "na"),
            ("强", "qiang"),
        ],
        [
            ("王", "wang"),
            ("李", "li"),
            ("张", "zhang"),
            ("陈", "chen"),
        ],
    ),
    (
        [
            ("さくら", "sakura"),
            ("健太", "kenta"),
            ("ゆい", "yui"),
            ("翔", "sho"),
            ("花子", "hanako"),
        ],
        [
            ("佐藤", "sato"),
            ("鈴木", "suzuki"),
            ("高橋", "takahashi"),
            ("田中", "tanaka"),
        ],
    ),
    (
        [
            ("민준", "minjun"),
            ("서연", "seoyeon"),
            ("지훈", "jihun"),
            ("하은", "haeun"),
            ("도윤", "doyun"),
        ],
        [("김", "kim"), ("이", "lee"), ("박", "park"), ("최", "choi")],
    ),
];

pub(super) fn attributes() -> Vec<AttributeSpec> {
    let spec = |name: &str, label: &str, kind, is_on_sign_up| AttributeSpec {
        name: name.to_owned(),
        label: label.to_owned(),
        kind,
        is_required: false,
        is_on_sign_up,
    };
    let options = DEPARTMENTS.map(str::to_owned).to_vec();
    vec![
        spec(
            "department",
            "Department",
            AttributeKind::Choice { options },
            true,
        ),
        spec("city", "City", AttributeKind::Text, true),
        spec("start_date", "First day", AttributeKind::Date, false),
    ]
}

/// The person with that number; each has a name of their own.
pub(super) fn person(number: usize) -> ProfileForm {
    let (first_names, last_names) = &NAMES[number % NAMES.len()];
    let round = number / NAMES.len();
    let (first, first_key) = first_names[round % first_names.len()];
    let (last, last_key) = last_names[round / first_names.len() % last_names.len()];
    let again = round / (first_names.len() * last_names.len());
    let suffix = if again == 0 {
        String::new()
    } else {
        format!("{}", again + 1)
    };
    let username = format!("{first_key}.{last_key}{suffix}");
    let cities = ["Berlin", "Kraków", "서울", "東京", "القاهرة"];
    ProfileForm {
        email: format!("{username}@{OWN_DOMAIN}"),
        username,
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        phone: format!("+49 30 {:06}", 100_000 + number),
        attributes: Values::from([
            (
                "department".to_owned(),
                DEPARTMENTS[number % DEPARTMENTS.len()].to_owned(),
            ),
            ("city".to_owned(), cities[number % cities.len()].to_owned()),
        ]),
    }
}
