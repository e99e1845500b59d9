//! Hashing of passwords: argon2id with 19 MiB and two passes (the OWASP minimum), off the async threads and two at a
//! time, so that a flood of sign-ins cannot take the memory or the cores of the centre.

use crate::{AppError, AppResult, Centre};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kernel::RefusalCode;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::sync::Semaphore;

static HASHING: Semaphore = Semaphore::const_new(2);
/// How long somebody waits for a turn at hashing before being told to come back.
const WAIT_MAX: Duration = Duration::from_secs(8);

/// The PHC string of a new password.
pub(super) async fn hash(centre: &Centre, password: &str) -> AppResult<String> {
    let mut salt = [0u8; 16];
    centre.random.fill(&mut salt);
    let password = password.to_owned();
    off_thread(move || hash_with(&password, &salt)).await
}

/// Whether the password is the one of the hash. Without a hash (an unknown login) a dummy is verified, so that the
/// answer takes as long.
pub(super) async fn verify(password: &str, hash: Option<&str>) -> AppResult<bool> {
    let password = password.to_owned();
    let hash = hash.map(str::to_owned);
    off_thread(move || match hash {
        Some(hash) => matches(&password, &hash),
        None => {
            matches(&password, dummy());
            false
        }
    })
    .await
}

fn dummy() -> &'static str {
    static DUMMY: OnceLock<String> = OnceLock::new();
    DUMMY.get_or_init(|| hash_with("nobody has this password", b"nobody's salt 16"))
}

fn hash_with(password: &str, salt: &[u8]) -> String {
    let hashed: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt)
        .expect("the salt has sixteen bytes and the password is bounded");
    hashed.to_string()
}

fn matches(password: &str, hash: &str) -> bool {
    match PasswordHash::new(hash) {
        Ok(hash) => Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok(),
        Err(_) => false,
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    let turn = tokio::time::timeout(WAIT_MAX, HASHING.acquire()).await;
    let Ok(Ok(_turn)) = turn else {
        return Err(RefusalCode::Busy.into());
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| AppError::Failed {
            attempted: "hash a password",
            source: Box::new(e),
        })
}
