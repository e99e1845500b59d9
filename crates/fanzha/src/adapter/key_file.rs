//! The centre's keys: the SM2 key that signs heads of the log, and the key that seals second factors. Each is a file of 64
//! hexadecimal digits that only its owner can read, made at the first start.
//!
//! A centre with a certified module plugs that in behind `auditchain::HeadSigner` instead.

use crate::problem::Problem;
use app::people::SecretKey;
use auditchain::Sm2Signer;
use rand::Rng;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The key that signs heads of the log.
pub fn signing_key(path: &Path) -> Result<Sm2Signer, Problem> {
    // About one value in four thousand million is no key.
    let fits = |secret: &[u8; 32]| Sm2Signer::from_secret(secret).ok();
    key_file(path, ("签名私钥文件", "signing key file"), fits)
}

/// The key that seals second factors.
pub fn secrets_key(path: &Path) -> Result<SecretKey, Problem> {
    key_file(path, ("密封密钥文件", "secrets key file"), |secret| {
        Some(SecretKey::new(secret))
    })
}

/// Reads the key, or makes one when the file is not there.
fn key_file<K>(
    path: &Path,
    (zh, en): (&str, &str),
    key_of: impl Fn(&[u8; 32]) -> Option<K>,
) -> Result<K, Problem> {
    let shown = path.display();
    let failed = |e: io::Error| Problem::because(&format!("{zh} {shown}"), &format!("{en} {shown}"), e);
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => make(path, key_of).map_err(failed),
        Err(e) => Err(failed(e)),
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => Err(Problem::new(
            format!("{zh} {shown} 的权限过宽，应为 0600"),
            format!("{en} {shown} may be read by others; its mode must be 0600"),
        )),
        Ok(_) => read(path, (zh, en), key_of),
    }
}

fn read<K>(
    path: &Path,
    (zh, en): (&str, &str),
    key_of: impl Fn(&[u8; 32]) -> Option<K>,
) -> Result<K, Problem> {
    let shown = path.display();
    let bad = || {
        Problem::new(
            format!("{zh} {shown}：应为 64 位十六进制的密钥"),
            format!("{en} {shown}: a key of 64 hexadecimal digits is wanted"),
        )
    };
    let bytes = exchange::read_regular_file(path, 1024).map_err(|p| {
        Problem::new(
            format!("{zh} {shown}：{}", p.zh()),
            format!("{en} {shown}: {}", p.en()),
        )
    })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| bad())?.trim();
    let secret = unhex(text).ok_or_else(bad)?;
    key_of(&secret).ok_or_else(bad)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut secret = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in secret.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(secret)
}

fn make<K>(path: &Path, key_of: impl Fn(&[u8; 32]) -> Option<K>) -> io::Result<K> {
    let (secret, key) = draw(key_of);
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    let hex: String = secret.iter().map(|b| format!("{b:02x}")).collect();
    file.write_all(format!("{hex}\n").as_bytes())?;
    file.sync_all()?;
    fs::File::open(folder)?.sync_all()?;
    Ok(key)
}

fn draw<K>(key_of: impl Fn(&[u8; 32]) -> Option<K>) -> ([u8; 32], K) {
    loop {
        let mut secret = [0; 32];
        rand::rng().fill_bytes(&mut secret);
        if let Some(key) = key_of(&secret) {
            return (secret, key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditchain::HeadSigner;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys/signing.key");
        let made = signing_key(&path).unwrap().public_key();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(signing_key(&path).unwrap().public_key(), made);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(signing_key(&path).unwrap_err().en.contains("0600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for text in ["", "00", &"0".repeat(64), &"文".repeat(22)] {
            fs::write(&path, text).unwrap();
            assert!(signing_key(&path).unwrap_err().zh.contains("十六进制"), "{text}");
        }
        let secrets = dir.path().join("keys/secrets.key");
        assert_eq!(
            secrets_key(&secrets).unwrap().id(),
            secrets_key(&secrets).unwrap().id()
        );
    }
}
