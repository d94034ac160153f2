//! Passwords on their way into the store: checked against the policy, then hashed.

use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use parking_lot::{Condvar, Mutex};
use rand::seq::{IteratorRandom as _, SliceRandom as _};

use super::CommandError;
use crate::{
    model::{
        id::UserId,
        password::{PasswordPolicy, PasswordRule},
        user::{FieldError, NewPassword, ProfileForm},
    },
    store::{Store, credentials, users},
};

/// Argon2id with 19 MiB, two passes and one lane, as the OWASP Password Storage Cheat Sheet says.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// How many passwords are hashed at once at most: each takes its 19 MiB and a core.
const AT_ONCE: usize = 2;

/// The hash of a password that nobody knows.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash(&format!("{:x}", rand::random::<u128>())).unwrap_or_default());

static HASHING: Mutex<usize> = Mutex::new(0);
static DONE: Condvar = Condvar::new();

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

/// What the policy has against a password for this user, as an error of its field.
pub fn check(
    policy: &PasswordPolicy,
    form: &ProfileForm,
    password: &str,
) -> Result<(), FieldError> {
    let own = [
        form.username.as_str(),
        &form.email,
        &form.first_name,
        &form.last_name,
    ];
    let unmet = policy.unmet(password, &own);
    if unmet.is_empty() {
        return Ok(());
    }
    let rules: Vec<String> = unmet.iter().map(PasswordRule::text).collect();
    let message = format!("does not meet these rules: {}", rules.join("; "));
    Err(FieldError::new("password", message))
}

/// The form in which a password is stored. Takes some 20 ms and waits while too many others are
/// being hashed, so call it where waiting is allowed.
pub fn hash(password: &str) -> Result<String, HashError> {
    let _turn = Turn::take();
    let params =
        Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|err| HashError(err.to_string()))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|err| HashError(err.to_string()))
}

/// Whether `password` is the one of which `hash` was made. Takes as long when there is no hash: how
/// long it took does not tell whether an account exists.
pub fn verify(hash: Option<&str>, password: &str) -> bool {
    let is_somebody = hash.is_some();
    let hash = hash.unwrap_or(&NOBODY);
    let _turn = Turn::take();
    let verified = Argon2::default().verify_password(password.as_bytes(), hash);
    verified.is_ok() && is_somebody
}

/// A password for a user who exists: checked against the policy and the user's earlier ones, then
/// hashed. Takes as long as a hash for each earlier one.
pub fn choose(
    store: &Store,
    id: UserId,
    password: &str,
    must_change: bool,
) -> Result<NewPassword, CommandError> {
    let policy = store.config()?.settings.password.clone();
    let (user, earlier) = store.read(|db| {
        let user = users::get(db, id)?.filter(|it| it.deleted.is_none());
        let user = user.ok_or(CommandError::NotFound("user"))?;
        let earlier = credentials::password_hashes(db, id, policy.history)?;
        Ok::<_, CommandError>((user, earlier))
    })?;
    check(&policy, &user.profile.form(), password)
        .map_err(|err| CommandError::Fields(vec![err]))?;
    if earlier.iter().any(|hash| verify(Some(hash), password)) {
        let message = match policy.history {
            1 => "is the one that you have: choose another one".to_owned(),
            count => format!("is one of your last {count}: choose another one"),
        };
        let error = FieldError::new("password", message);
        return Err(CommandError::Fields(vec![error]));
    }
    let hash = hash(password).map_err(|err| CommandError::Hash(err.to_string()))?;
    Ok(NewPassword {
        hash,
        replaces: user.password_changed,
        must_change,
    })
}

/// A password at random that the policy allows: of letters and digits that cannot be mistaken for
/// each other, with a symbol only where one is demanded.
pub fn generate(policy: &PasswordPolicy) -> String {
    const LOWER: &str = "abcdefghijkmnpqrstuvwxyz";
    const UPPER: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    const DIGITS: &str = "23456789";
    let symbols = if policy.symbols.is_empty() {
        "-+=#%"
    } else {
        &policy.symbols
    };
    let length = GENERATED.clamp(policy.min_length as usize, policy.max_length as usize);
    let all = format!("{LOWER}{UPPER}{DIGITS}");
    let mut letters: Vec<char> = [LOWER, UPPER, DIGITS].map(one_of).into_iter().collect();
    if policy.needs_symbol {
        letters.push(one_of(symbols));
    }
    while letters.len() < length {
        letters.push(one_of(&all));
    }
    letters.shuffle(&mut rand::rng());
    letters.into_iter().collect()
}

/// How long a generated password is where the policy allows it: some 115 random bits.
const GENERATED: usize = 20;

fn one_of(letters: &str) -> char {
    letters.chars().choose(&mut rand::rng()).unwrap_or('x')
}

/// One of the places for hashing.
struct Turn;

impl Turn {
    fn take() -> Self {
        let mut hashing = HASHING.lock();
        while *hashing >= AT_ONCE {
            DONE.wait(&mut hashing);
        }
        *hashing += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *HASHING.lock() -= 1;
        DONE.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_says_how_it_was_made_and_is_never_the_same() {
        let hash = |password| hash(password).expect("a hash");
        let one = hash("correct horse battery");
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, hash("correct horse battery"));
    }

    #[test]
    fn a_generated_password_obeys_every_policy() {
        let strict = PasswordPolicy {
            min_length: 64,
            needs_upper: true,
            needs_lower: true,
            needs_digit: true,
            needs_symbol: true,
            symbols: "€".to_owned(),
            ..PasswordPolicy::default()
        };
        for policy in [PasswordPolicy::default(), strict] {
            for _ in 0..200 {
                let password = generate(&policy);
                assert_eq!(policy.unmet(&password, &["ada"]), [], "{password}");
            }
            assert_ne!(generate(&policy), generate(&policy));
        }
        assert_eq!(generate(&PasswordPolicy::default()).len(), GENERATED);
    }

    #[test]
    fn never_more_than_two_at_once() {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                std::thread::spawn(|| {
                    let turn = Turn::take();
                    let now = *HASHING.lock();
                    drop(turn);
                    now
                })
            })
            .collect();
        for thread in threads {
            let at_once = thread.join().expect("no panic");
            assert!((1..=AT_ONCE).contains(&at_once), "{at_once}");
        }
    }
}
