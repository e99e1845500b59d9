//! Signed heads: a statement "the chain of this centre reached entry `seq` with this digest at this time", signed
//! with SM2 (GB/T 32918) over SM3, in a form that is appended to a second place.
//!
//! The signing key is behind [`HeadSigner`], so that a certified cryptographic module can take the place of
//! [`Sm2Signer`]. **The curve arithmetic of the RustCrypto `sm2` crate has not been audited**; a centre that must
//! show a certified algorithm plugs its own module in. Nothing here draws randomness: the nonce comes from key and
//! message (RFC 6979 with SM3), so one seed gives one log.
//!
//! Leaves out where the key is kept and when heads are written.

use crate::canonical::{Scanner, push_string};
use crate::digest::{Digest, HEAD_TAG, hex, hex_array};
use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{SigningKey, VerifyingKey};
use sm3::{Digest as _, Sm3};

/// The signer's identity string of GM/T 0009 for all who have not agreed on another.
const DISTINGUISHING_ID: &str = "1234567812345678";

/// The longest accepted head line, in bytes without the line feed. A centre's name of sixty characters needs a fifth of it.
pub(crate) const HEAD_LINE_BYTES_MAX: usize = 8 * 1024;

/// Signs heads. The one port of this room: implemented here over RustCrypto, elsewhere over a certified module.
pub trait HeadSigner {
    fn public_key(&self) -> PublicKey;

    /// SM2 with SM3 over `message` under the identity `1234567812345678`; `r ‖ s`.
    fn sign(&self, message: &[u8]) -> Result<Signature, SignFailed>;
}

/// `r ‖ s`, 32 bytes each, big-endian.
pub type Signature = [u8; 64];

/// The module could not sign, for example because it was taken out. Worth trying again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the head could not be signed: {0}")]
pub struct SignFailed(pub String);

/// The bytes are not a key on the SM2 curve, or not in the one accepted form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an SM2 key")]
pub struct BadKey;

/// The signature is not this key's over this head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match")]
pub struct BadSignature;

/// A point on the SM2 curve, checked. Written as 130 lower-case hexadecimal digits: `04`, x, y.
#[derive(Clone)]
pub struct PublicKey {
    verifying: VerifyingKey,
    bytes: [u8; 65],
}

impl PublicKey {
    pub fn from_bytes(bytes: &[u8; 65]) -> Result<Self, BadKey> {
        if bytes[0] != 4 {
            return Err(BadKey);
        }
        let verifying = VerifyingKey::from_sec1_bytes(DISTINGUISHING_ID, bytes).map_err(|_| BadKey)?;
        Ok(PublicKey {
            verifying,
            bytes: *bytes,
        })
    }

    pub fn from_hex(text: &str) -> Result<Self, BadKey> {
        hex_array(text.as_bytes())
            .ok_or(BadKey)
            .and_then(|bytes| Self::from_bytes(&bytes))
    }

    pub fn to_hex(&self) -> String {
        hex(&self.bytes)
    }

    /// The first 16 hexadecimal digits of the key's SM3: short enough to read aloud and to print on paper.
    pub fn id(&self) -> String {
        hex(&Sm3::digest(self.bytes)[..8])
    }

    fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        let signature = sm2::dsa::Signature::from_slice(signature).map_err(|_| BadSignature)?;
        self.verifying
            .verify(message, &signature)
            .map_err(|_| BadSignature)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for PublicKey {}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({})", self.to_hex())
    }
}

/// SM2 in software, unaudited. Its `Debug` shows the public half only.
#[derive(Clone, Debug)]
pub struct Sm2Signer {
    signing: SigningKey,
}

impl Sm2Signer {
    /// Takes 32 secret bytes, big-endian. About one in four thousand million random values is outside the range of
    /// keys: draw again on [`BadKey`].
    pub fn from_secret(secret: &[u8; 32]) -> Result<Self, BadKey> {
        SigningKey::from_slice(DISTINGUISHING_ID, secret)
            .map(|signing| Sm2Signer { signing })
            .map_err(|_| BadKey)
    }
}

impl HeadSigner for Sm2Signer {
    fn public_key(&self) -> PublicKey {
        let verifying = self.signing.verifying_key().clone();
        let sec1 = verifying.to_sec1_bytes();
        let bytes = sec1
            .as_ref()
            .try_into()
            .expect("an uncompressed point has 65 bytes");
        PublicKey { verifying, bytes }
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignFailed> {
        let signature = self
            .signing
            .try_sign(message)
            .map_err(|error| SignFailed(error.to_string()))?;
        Ok(signature.to_bytes().into())
    }
}

/// How far the chain of `centre` had come. `seq` 0 with [`Digest::GENESIS`] is the head of an empty log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub centre: String,
    pub seq: u64,
    pub digest: Digest,
    /// When it was signed, UTC, in milliseconds since 1970.
    pub at_ms: i64,
    /// [`PublicKey::id`] of the key that signed.
    pub key_id: String,
    pub signature: Signature,
}

impl Head {
    pub fn sign(
        signer: &dyn HeadSigner,
        centre: &str,
        seq: u64,
        digest: Digest,
        at_ms: i64,
    ) -> Result<Self, SignFailed> {
        let key_id = signer.public_key().id();
        let mut head = Head {
            centre: centre.to_owned(),
            seq,
            digest,
            at_ms,
            key_id,
            signature: [0; 64],
        };
        head.signature = signer.sign(&head.signed_message())?;
        Ok(head)
    }

    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        key.verify(&self.signed_message(), &self.signature)
    }

    /// One line of the heads file and of the export, with its line feed.
    pub fn to_line(&self) -> String {
        format!(
            "{{\"head\":{},\"signature\":\"{}\"}}\n",
            self.canonical(),
            hex(&self.signature)
        )
    }

    /// Reads what [`Head::to_line`] wrote, without the line feed; `None` for anything else.
    pub fn parse_line(line: &str) -> Option<Self> {
        if line.len() > HEAD_LINE_BYTES_MAX {
            return None;
        }
        let rest = line.strip_prefix("{\"head\":")?;
        let (canonical, signature) = rest.strip_suffix("\"}")?.rsplit_once(",\"signature\":\"")?;
        let mut scanner = Scanner::new(canonical.as_bytes());
        scanner.literal(b"[")?;
        let centre = scanner.string()?;
        scanner.literal(b",")?;
        let seq = scanner.unsigned()?;
        scanner.literal(b",")?;
        let digest = scanner.string()?;
        scanner.literal(b",")?;
        let at_ms = scanner.integer()?;
        scanner.literal(b",")?;
        let key_id = scanner.string()?;
        scanner.literal(b"]")?;
        scanner.is_done().then_some(())?;
        Some(Head {
            centre: serde_json::from_slice(centre).ok()?,
            seq,
            digest: Digest::from_bytes(hex_array(unquoted(digest))?),
            at_ms,
            key_id: serde_json::from_slice(key_id).ok()?,
            signature: hex_array(signature.as_bytes())?,
        })
    }

    /// `tag ‖ canonical`, with the tag `fanzha-audit/1 head` padded with zeros to 64 bytes.
    fn signed_message(&self) -> Vec<u8> {
        [&HEAD_TAG[..], self.canonical().as_bytes()].concat()
    }

    fn canonical(&self) -> String {
        let mut out = "[".to_owned();
        push_string(&mut out, &self.centre);
        out.push_str(&format!(",{},\"{}\",{},", self.seq, self.digest, self.at_ms));
        push_string(&mut out, &self.key_id);
        out.push(']');
        out
    }
}

fn unquoted(quoted: &[u8]) -> &[u8] {
    &quoted[1..quoted.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of GM/T 0003.5-2012 (GB/T 32918.5-2017, appendix A): key, identity, message, signature.
    #[test]
    fn sm2_answers_the_example_of_the_standard() {
        let secret =
            hex_array(b"3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8").expect("hex");
        let signer = Sm2Signer::from_secret(&secret).expect("a key");
        let key = PublicKey::from_hex(concat!(
            "04",
            "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020",
            "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
        ))
        .expect("on the curve");
        assert_eq!(signer.public_key(), key);
        let signature = hex_array(
            concat!(
                "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
                "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
            )
            .as_bytes(),
        )
        .expect("hex");
        assert_eq!(key.verify(b"message digest", &signature), Ok(()));
        assert_eq!(key.verify(b"message digesT", &signature), Err(BadSignature));
        let own = signer.sign(b"message digest").expect("signed");
        assert_eq!(key.verify(b"message digest", &own), Ok(()));
        assert_eq!(
            signer.sign(b"message digest"),
            Ok(own),
            "the nonce is deterministic"
        );
    }

    #[test]
    fn keys_off_the_curve_and_out_of_range_are_refused() {
        assert_eq!(Sm2Signer::from_secret(&[0; 32]).err(), Some(BadKey));
        assert_eq!(Sm2Signer::from_secret(&[0xff; 32]).err(), Some(BadKey));
        let good = Sm2Signer::from_secret(&[7; 32]).expect("a key").public_key();
        for at in 0..65 {
            let mut bytes = good.bytes;
            bytes[at] ^= 1;
            assert_eq!(PublicKey::from_bytes(&bytes).err(), Some(BadKey), "byte {at}");
        }
        assert_eq!(PublicKey::from_hex(&good.to_hex()), Ok(good));
    }

    #[test]
    fn a_head_has_one_line_and_its_signature_covers_every_field() {
        let signer = Sm2Signer::from_secret(&[7; 32]).expect("a key");
        let head = Head::sign(
            &signer,
            "黄冈市反诈中心",
            42,
            Digest::from_bytes([9; 32]),
            1_775_221_506_000,
        )
        .expect("signed");
        let line = head.to_line();
        assert_eq!(Head::parse_line(line.trim_end_matches('\n')), Some(head.clone()));
        assert_eq!(head.verify(&signer.public_key()), Ok(()));
        let changes: [fn(&mut Head); 6] = [
            |h| h.centre.push('x'),
            |h| h.seq += 1,
            |h| h.digest = Digest::GENESIS,
            |h| h.at_ms += 1,
            |h| h.key_id.push('x'),
            |h| h.signature[0] ^= 1,
        ];
        for change in changes {
            let mut other = head.clone();
            change(&mut other);
            assert_eq!(other.verify(&signer.public_key()), Err(BadSignature));
        }
        for bad in [
            "",
            "{}",
            &line,
            &line.replace("[\"", "[ \""),
            &line.to_uppercase(),
        ] {
            assert_eq!(Head::parse_line(bad), None, "{bad}");
        }
    }
}
