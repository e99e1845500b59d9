//! The accountability log: entries, the SM3 chain that binds them, signed heads, the export and its verification.
//!
//! **What it is for.** Every change, refusal, print, sign-in and reading of a citizen's data becomes an [`Entry`].
//! [`seal`] binds an entry to the digest of the one before it; a [`Head`] signed with SM2 says how far the chain
//! reached and is written to a second place; [`ExportWriter`] writes the whole log as text, and [`verify`] proves
//! that text whole without the server or the database, or names the first bad entry.
//!
//! **What it promises.** One entry has one encoding ([`Entry::canonical`]); the digest is taken over exactly the
//! bytes that stand in the export, so an outsider can repeat it with any SM3 tool (the recipe is at [`seal`]).
//! Verification reads once, in bounded memory, whatever the file. The same input gives the same verdict on any
//! number of threads.
//!
//! **What it leaves out.** No IO of its own (readers and writers are handed in), no clock, no random source, no
//! knowledge of who calls it or of what an action means. It does not decide who may read the log.
//!
//! **What a chain cannot show.** Whoever can rewrite the store *and* holds the signing key *and* can rewrite the
//! second place can write another history. The key belongs in a certified module behind [`HeadSigner`], the heads
//! file on another machine, and the verifier should pin the public key it knows.

mod canonical;
mod chain;
mod detail;
mod digest;
mod entry;
mod export;
mod head;
mod lanes;
mod verdict;
mod verify;

pub use chain::{Sealed, seal};
pub use detail::{DETAIL_BYTES_MAX, Detail, DetailRefused};
pub use digest::{BadHex, Digest};
pub use entry::{Entry, FIELD_BYTES_MAX, NotCanonical, Outcome};
pub use export::{ExportWriter, FORMAT, Header, VERSION};
pub use head::{BadKey, BadSignature, Head, HeadSigner, PublicKey, SignFailed, Signature, Sm2Signer};
pub use verdict::{File, FirstBad, HeadsFileReport, Reason, Report};
pub use verify::{LINE_BYTES_MAX, Options, verify};
