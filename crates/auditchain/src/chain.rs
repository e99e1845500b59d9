//! Binding an entry to the one before it. Leaves out where the chain is kept and who holds its tip.

use crate::digest::Digest;
use crate::entry::Entry;

/// An entry in its place: what it is bound to and what binds the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub entry: Entry,
    pub prev: Digest,
    pub digest: Digest,
}

/// Binds `entry` to `prev`, the digest of the entry whose `seq` is one less, or [`Digest::GENESIS`] for the first.
///
/// `digest = SM3( tag ‖ prev ‖ canonical )`, where `tag` is the 20 ASCII bytes `fanzha-audit/1 entry` followed by 44
/// zero bytes, `prev` is 32 raw bytes, and `canonical` is [`Entry::canonical`]. The caller keeps `seq` without gaps;
/// verification finds it out. Strings beyond [`crate::FIELD_BYTES_MAX`] are cut with a visible mark first, so store
/// the entry that comes back, not the one that went in.
pub fn seal(prev: &Digest, entry: Entry) -> Sealed {
    let entry = entry.bounded();
    let digest = Digest::of_entry(prev, &entry.canonical());
    Sealed {
        entry,
        prev: *prev,
        digest,
    }
}

impl Sealed {
    /// Whether the stored digest is the one that entry and `prev` give. Ask again whenever a row is read back.
    pub fn holds(&self) -> bool {
        self.digest == Digest::of_entry(&self.prev, &self.entry.canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Detail, FIELD_BYTES_MAX, Outcome};

    fn entry() -> Entry {
        Entry {
            seq: 1,
            at_ms: 1_775_221_506_000,
            actor: "0196".into(),
            actor_name: "王\"敏".into(),
            action: "stop_order_issue".into(),
            subject_kind: "order".into(),
            subject_id: "0197".into(),
            purpose: "紧急止付".into(),
            outcome: Outcome::Refused,
            refusal: Some("third_stop".into()),
            detail: Detail::from_canonical(r#"{"amount_fen":3000000}"#).expect("canonical"),
            request_id: "r-1".into(),
            org: "421100000000".into(),
        }
    }

    /// Version 1 for ever: when this text or this digest changes, old logs no longer verify.
    #[test]
    fn the_encoding_and_the_digest_of_version_1_are_fixed() {
        let sealed = seal(&Digest::GENESIS, entry());
        assert_eq!(
            sealed.entry.canonical(),
            r#"[1,1775221506000,"0196","王\"敏","stop_order_issue","order","0197","紧急止付","refused","third_stop",{"amount_fen":3000000},"r-1","421100000000"]"#
        );
        assert_eq!(
            sealed.digest.to_hex(),
            "e01c6fc5fc80ce00a4e2dd54b6b0807923c92e3b432c7014b6e3b00811f9cd84"
        );
        assert!(sealed.holds());
        assert_eq!(Entry::from_canonical(&sealed.entry.canonical()), Ok(entry()));
    }

    #[test]
    fn every_field_reaches_the_digest() {
        let base = seal(&Digest::GENESIS, entry()).digest;
        let changes: [fn(&mut Entry); 13] = [
            |e| e.seq += 1,
            |e| e.at_ms += 1,
            |e| e.actor.push('x'),
            |e| e.actor_name.push('x'),
            |e| e.action.push('x'),
            |e| e.subject_kind.push('x'),
            |e| e.subject_id.push('x'),
            |e| e.purpose.push('x'),
            |e| e.outcome = Outcome::Done,
            |e| e.refusal = None,
            |e| e.detail = Detail::empty(),
            |e| e.request_id.push('x'),
            |e| e.org.push('x'),
        ];
        for (nth, change) in changes.iter().enumerate() {
            let mut other = entry();
            change(&mut other);
            assert_ne!(
                seal(&Digest::GENESIS, other).digest,
                base,
                "{}",
                Entry::FIELDS[nth]
            );
        }
        assert_ne!(seal(&base, entry()).digest, base);
    }

    #[test]
    fn an_over_long_string_is_cut_where_it_can_be_seen() {
        let sealed = seal(
            &Digest::GENESIS,
            Entry {
                purpose: "止".repeat(FIELD_BYTES_MAX),
                ..entry()
            },
        );
        assert!(sealed.entry.purpose.len() <= FIELD_BYTES_MAX && sealed.entry.purpose.ends_with("…[cut]"));
        assert!(sealed.holds());
    }
}
