//! Secrets that must be read back (those of second factors) as they lie in the store: encrypted with SM4 in counter mode
//! and bound by HMAC-SM3 to the person they belong to, under a key that is in a file and never in the store.
//!
//! Promises: a stolen database, or a row copied to another person's, gives nothing away. A text that was changed is not
//! opened. Secrets of stores from before this existed are read as they are and sealed when they are next written. Leaves
//! out where the key comes from.

use crate::Centre;
use hmac::{Hmac, KeyInit, Mac};
use kernel::UserId;
use sm3::{Digest, Sm3};
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherEncrypt};

const MARK: &str = "sm4:";
const NONCE: usize = 12;
const TAG: usize = 32;

/// The key of the secrets. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct SecretKey {
    cipher: [u8; 16],
    mac: [u8; 32],
    id: String,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// From thirty-two random bytes.
    pub fn new(secret: &[u8; 32]) -> SecretKey {
        let cipher = derive("fanzha secrets cipher", secret);
        let mut first = [0; 16];
        first.copy_from_slice(&cipher[..16]);
        SecretKey {
            cipher: first,
            mac: derive("fanzha secrets mac", secret),
            id: hex(&derive("fanzha secrets id", secret)),
        }
    }

    /// Names the key without giving it away.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn seal(&self, centre: &Centre, owner: UserId, secret: &str) -> String {
        let mut nonce = [0; NONCE];
        centre.random.fill(&mut nonce);
        self.seal_with(nonce, owner, secret)
    }

    fn seal_with(&self, nonce: [u8; NONCE], owner: UserId, secret: &str) -> String {
        let mut text = secret.as_bytes().to_vec();
        self.run(&nonce, &mut text);
        let mut whole = nonce.to_vec();
        whole.extend(text);
        let tag = self.tag(owner, &whole).finalize().into_bytes();
        whole.extend_from_slice(&tag);
        format!("{MARK}{}", hex(&whole))
    }

    /// `None` for what this key did not seal for this person.
    pub(super) fn open(&self, owner: UserId, kept: &str) -> Option<String> {
        let Some(sealed) = kept.strip_prefix(MARK) else {
            return Some(kept.to_owned());
        };
        let whole = unhex(sealed)?;
        let (body, tag) = whole.split_at_checked(whole.len().checked_sub(TAG)?)?;
        self.tag(owner, body).verify_slice(tag).ok()?;
        let (nonce, text) = body.split_at_checked(NONCE)?;
        let mut text = text.to_vec();
        self.run(nonce.try_into().ok()?, &mut text);
        String::from_utf8(text).ok()
    }

    /// Counter mode: the nonce and the number of the block, encrypted, laid over the text.
    fn run(&self, nonce: &[u8; NONCE], text: &mut [u8]) {
        let cipher = Sm4::new(&Array::from(self.cipher));
        for (number, block) in (0u32..).zip(text.chunks_mut(16)) {
            let mut stream = [0; 16];
            stream[..NONCE].copy_from_slice(nonce);
            stream[NONCE..].copy_from_slice(&number.to_be_bytes());
            let mut stream = Array::from(stream);
            cipher.encrypt_block(&mut stream);
            block
                .iter_mut()
                .zip(&stream)
                .for_each(|(byte, over)| *byte ^= over);
        }
    }

    fn tag(&self, owner: UserId, body: &[u8]) -> Hmac<Sm3> {
        let mut mac =
            <Hmac<Sm3> as KeyInit>::new_from_slice(&self.mac).expect("a mac takes a key of any length");
        mac.update(owner.to_string().as_bytes());
        mac.update(&[0]);
        mac.update(body);
        mac
    }
}

fn derive(tag: &str, secret: &[u8; 32]) -> [u8; 32] {
    let mut hasher = Sm3::new();
    hasher.update(tag.as_bytes());
    hasher.update([0]);
    hasher.update(secret);
    hasher.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pair = |at| u8::from_str_radix(&text[at..at + 2], 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Instant;

    fn person(n: u8) -> UserId {
        UserId::new(Instant::from_ms(1), [n; 10])
    }

    #[test]
    fn the_cipher_is_the_one_of_gb_t_32907() {
        // GB/T 32907-2016, annex A.1.
        let key: [u8; 16] = unhex("0123456789abcdeffedcba9876543210")
            .unwrap()
            .try_into()
            .unwrap();
        let mut block = Array::from(key);
        Sm4::new(&Array::from(key)).encrypt_block(&mut block);
        assert_eq!(hex(&block), "681edf34d206965e86b3e94f536e4246");
    }

    #[test]
    fn a_secret_opens_for_its_owner_under_its_key_alone() {
        let key = SecretKey::new(&[7; 32]);
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let sealed = key.seal_with([3; NONCE], person(1), secret);
        assert!(!sealed.contains("JBSWY") && sealed.starts_with(MARK));
        assert_eq!(key.open(person(1), &sealed).as_deref(), Some(secret));
        assert_eq!(key.open(person(2), &sealed), None, "another person's row");
        assert_eq!(SecretKey::new(&[8; 32]).open(person(1), &sealed), None);
        assert_ne!(
            sealed,
            key.seal_with([4; NONCE], person(1), secret),
            "a fresh nonce each time"
        );
    }

    #[test]
    fn every_changed_letter_is_noticed() {
        let key = SecretKey::new(&[7; 32]);
        let sealed = key.seal_with([3; NONCE], person(1), "ABCDEFGH");
        for at in MARK.len()..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(key.open(person(1), &changed), None, "{at}");
        }
        for broken in ["sm4:", "sm4:0", "sm4:文", "sm4:00ff"] {
            assert_eq!(key.open(person(1), broken), None, "{broken}");
        }
    }

    #[test]
    fn what_was_kept_before_is_read_as_it_is() {
        let key = SecretKey::new(&[7; 32]);
        assert_eq!(key.open(person(1), "JBSWY3DP").as_deref(), Some("JBSWY3DP"));
    }
}
