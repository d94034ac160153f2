//! Numbers of things, as people read them.

use crate::model::guard::Exceeded;

/// "1 group", "12,345 groups"
pub(super) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", grouped(count)),
    }
}

/// "1,234,567"
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1 user", "12,345 users"
pub(super) fn users(count: u64) -> String {
    counted(count, "user")
}

/// "5,139 of 5,206 users would be disabled or deleted, and the limit is 520."
pub(super) fn exceeded(it: &Exceeded) -> String {
    format!(
        "{} of {} users would be disabled or deleted, and the limit is {}.",
        grouped(it.affected),
        grouped(it.directory),
        grouped(it.allowed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_was_exceeded_is_told_as_the_error_does() {
        let mut it = Exceeded {
            affected: 139,
            directory: 206,
            allowed: 100,
        };
        assert_eq!(exceeded(&it), format!("{it}."));
        it.affected = 5_139;
        assert!(exceeded(&it).starts_with("5,139 of 206 users"));
    }

    #[test]
    fn long_numbers_are_grouped() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(users(1), "1 user");
        assert_eq!(users(2_000), "2,000 users");
    }
}
