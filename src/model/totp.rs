//! Codes from an authenticator app: TOTP as in RFC 6238, with HMAC-SHA-1, 6 digits and steps of 30
//! seconds, which is what every app can do.

use totp_rs::{Builder, Secret, Totp};

use super::Timestamp;

/// 160 bits, as RFC 4226 §4 recommends.
pub const SECRET: usize = 20;

/// How many recovery codes there are at first.
pub const RECOVERY_CODES: usize = 10;

/// How much of a name an app is told: a picture has room for so much.
const NAME: usize = 64;

/// What an authenticator app is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// For a QR code.
    pub url: String,

    /// To be typed by hand (Base32, RFC 4648 §6).
    pub secret: String,
}

/// The time step of `code`, if it is right now, one step ago or one step ahead (RFC 6238 §5.2), and
/// no code of that step or a later one has been used before.
pub fn step(secret: &[u8], code: &str, last_used: Option<u64>, now: Timestamp) -> Option<u64> {
    let digits: String = code.chars().filter(|it| !it.is_whitespace()).collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|it| it.is_ascii_digit());
    let now = u64::try_from(now.timestamp()).ok()?;
    if !is_code || secret.is_empty() {
        return None;
    }
    let found = of(secret, "", None).check(&digits, now)?;
    last_used.is_none_or(|last| last < found).then_some(found)
}

/// What to show to somebody who sets up an app; `issuer` is the portal's name.
pub fn enrolment(secret: &[u8], issuer: &str, account: &str) -> Option<Enrolment> {
    // A colon divides issuer and account in the label of the URL.
    let plain = |text: &str| {
        let clipped: String = text.chars().take(NAME).collect();
        clipped.replace(':', " ")
    };
    let totp = of(secret, &plain(account), Some(plain(issuer)));
    Some(Enrolment {
        url: totp.to_url().ok()?,
        secret: Secret::new(secret.into()).to_base32(),
    })
}

fn of(secret: &[u8], account: &str, issuer: Option<String>) -> Totp {
    // Everything but the texts is fixed, and the texts are only shown.
    Builder::new()
        .with_secret(Secret::new(secret.into()))
        .with_account_name(account)
        .with_issuer(issuer)
        .build_noncompliant()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits.
    const SEED: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).expect("a moment")
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let expected = Some(seconds as u64 / 30);
            assert_eq!(step(SEED, code, None, at(seconds)), expected, "{seconds}");
        }
    }

    #[test]
    fn one_step_early_or_late_will_do_and_two_will_not() {
        let code = "005924";
        let moment = 1_234_567_890;
        for (away, is_good) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            let found = step(SEED, code, None, at(moment + away));
            assert_eq!(found.is_some(), is_good, "{away}");
        }
    }

    #[test]
    fn a_code_is_good_once() {
        let now = at(1_234_567_890);
        let used = step(SEED, "005924", None, now);
        assert_eq!(step(SEED, "005924", used, now), None);
        assert_eq!(step(SEED, "005924", used.map(|it| it - 1), now), used);
    }

    #[test]
    fn what_is_no_code_is_not_one() {
        let now = at(1_234_567_890);
        assert!(
            step(SEED, " 005 924 ", None, now).is_some(),
            "spaces are fine"
        );
        for bad in ["", "5924", "0059240", "00592é", "-05924", "\0\0\0\0\0\0"] {
            assert_eq!(step(SEED, bad, None, now), None, "{bad:?}");
        }
        assert_eq!(step(b"", "005924", None, now), None);
    }

    #[test]
    fn an_app_learns_whose_account_it_is() {
        let enrolment = enrolment(SEED, "Acme: Inc", "ada@example.org").expect("a URL");
        assert!(
            enrolment.url.starts_with("otpauth://totp/"),
            "{}",
            enrolment.url
        );
        assert!(
            enrolment.url.contains("ada%40example.org"),
            "{}",
            enrolment.url
        );
        assert!(enrolment.url.contains(&enrolment.secret));
        assert_eq!(enrolment.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
