//! What verification answers: a report, or the first bad line with its reason, both in Chinese and English.
//! Leaves out how it was found.

use crate::digest::Digest;
use crate::head::PublicKey;
use std::fmt;

/// The log is whole as far as the evidence handed in can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub centre: String,
    pub entries: u64,
    /// Heads inside the export, all with good signatures.
    pub heads: u64,
    pub last_digest: Digest,
    /// `at_ms` of the first and the last entry; `None` for an empty log.
    pub first_at_ms: Option<i64>,
    pub last_at_ms: Option<i64>,
    /// When the last head was signed: nothing is claimed about what happened after it.
    pub last_head_at_ms: i64,
    /// Entries that carry an earlier time than the one before them: the clock was set back. Not a fault of the log.
    pub clock_steps_back: u64,
    pub public_key: PublicKey,
    /// Whether the caller named the key. Without it the export vouches for itself only: compare
    /// [`PublicKey::id`] with the one the centre has published.
    pub key_was_pinned: bool,
    pub heads_file: Option<HeadsFileReport>,
}

/// What the second place added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadsFileReport {
    pub heads: u64,
    pub last_seq: u64,
    /// The file ends in half a line, as after a power cut while appending. The whole lines were checked.
    pub has_torn_tail: bool,
}

/// Which of the two inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    Export,
    Heads,
}

/// The first thing that is wrong. Everything before `line` was found good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.en())]
pub struct FirstBad {
    pub file: File,
    /// Counted from 1; 1 is the header of an export. One beyond the last line when something is missing at the end.
    pub line: u64,
    /// The entry that is bad or missing, or that the bad head signs; `None` for the header and the second file's form.
    pub seq: Option<u64>,
    pub reason: Reason,
}

/// Why a line is bad. The codes of [`Reason::code`] are stable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The input could not be read.
    Unreadable {
        cause: String,
    },
    /// The first line is not the header of an export.
    BadHeader,
    /// An export of a format version that this program does not know.
    UnknownVersion,
    /// The key in the header is not a point on the SM2 curve.
    BadPublicKey,
    /// The header's key is not the one the caller expects.
    UnexpectedPublicKey {
        expected: String,
        found: String,
    },
    LineTooLong,
    NotUtf8,
    MalformedJson,
    /// Readable JSON, but not in the one form that this export writes.
    NotCanonical,
    /// The entry's bytes do not give its digest.
    AlteredEntry,
    /// The entry fits its own digest, but the next one was sealed over another.
    BrokenLink {
        next_line: u64,
    },
    MissingSeq {
        found: u64,
    },
    DuplicateSeq,
    /// The entry stands further down.
    Reordered {
        found: u64,
    },
    /// A head that does not stand behind the entry it signs.
    HeadWithoutEntry {
        head_seq: u64,
    },
    /// A validly signed head names another digest: everything since the head before it may have been rewritten.
    HeadDiffers {
        good_until: u64,
    },
    /// The second place holds a validly signed head with another digest for this entry.
    HeadsFileDiffers {
        heads_line: u64,
        good_until: u64,
    },
    WrongKey {
        found: String,
    },
    WrongCentre {
        found: String,
    },
    BadSignature,
    /// The last entries are under no signature.
    UnsignedTail {
        signed_until: u64,
    },
    /// The file breaks off before its end line.
    Truncated,
    /// The end line counts other numbers of entries and heads than there are.
    CountsDiffer,
    /// Something stands behind the end line.
    AfterEnd,
    /// The second place has signed heads of later entries.
    ShorterThanHeads {
        head_seq: u64,
    },
    /// The heads file goes back to an earlier entry.
    HeadsOutOfOrder,
}

impl Reason {
    /// A stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::Unreadable { .. } => "unreadable",
            Reason::BadHeader => "bad_header",
            Reason::UnknownVersion => "unknown_version",
            Reason::BadPublicKey => "bad_public_key",
            Reason::UnexpectedPublicKey { .. } => "unexpected_public_key",
            Reason::LineTooLong => "line_too_long",
            Reason::NotUtf8 => "not_utf8",
            Reason::MalformedJson => "malformed_json",
            Reason::NotCanonical => "not_canonical",
            Reason::AlteredEntry => "altered_entry",
            Reason::BrokenLink { .. } => "broken_link",
            Reason::MissingSeq { .. } => "missing_seq",
            Reason::DuplicateSeq => "duplicate_seq",
            Reason::Reordered { .. } => "reordered",
            Reason::HeadWithoutEntry { .. } => "head_without_entry",
            Reason::HeadDiffers { .. } => "head_differs",
            Reason::HeadsFileDiffers { .. } => "heads_file_differs",
            Reason::WrongKey { .. } => "wrong_key",
            Reason::WrongCentre { .. } => "wrong_centre",
            Reason::BadSignature => "bad_signature",
            Reason::UnsignedTail { .. } => "unsigned_tail",
            Reason::Truncated => "truncated",
            Reason::CountsDiffer => "counts_differ",
            Reason::AfterEnd => "after_end",
            Reason::ShorterThanHeads { .. } => "shorter_than_heads",
            Reason::HeadsOutOfOrder => "heads_out_of_order",
        }
    }

    pub fn zh(&self) -> String {
        match self {
            Reason::Unreadable { cause } => format!("无法读取：{cause}"),
            Reason::BadHeader => "首行不是审计导出文件的文件头".into(),
            Reason::UnknownVersion => "本程序不认识该导出格式的版本".into(),
            Reason::BadPublicKey => "文件头中的公钥不是有效的 SM2 公钥".into(),
            Reason::UnexpectedPublicKey { expected, found } => {
                format!("公钥不符：应为 {expected}，文件中为 {found}")
            }
            Reason::LineTooLong => "该行超过长度上限".into(),
            Reason::NotUtf8 => "该行不是 UTF-8 文本".into(),
            Reason::MalformedJson => "该行不是完整的 JSON".into(),
            Reason::NotCanonical => "该行不是规范写法".into(),
            Reason::AlteredEntry => "记录内容与其 SM3 摘要不符，已被改动".into(),
            Reason::BrokenLink { next_line } => {
                format!(
                    "链条在此断开：后一条记录（第 {next_line} 行）所接的不是这条记录的摘要，这条记录已被替换"
                )
            }
            Reason::MissingSeq { found } => format!("缺少该序号的记录，此处出现的是第 {found} 号"),
            Reason::DuplicateSeq => "该序号的记录重复出现".into(),
            Reason::Reordered { found } => format!("记录次序被调换，此处出现的是第 {found} 号"),
            Reason::HeadWithoutEntry { head_seq } => {
                format!("第 {head_seq} 号的签名链头没有紧跟其所签的记录")
            }
            Reason::HeadDiffers { good_until } => {
                format!("签名链头的摘要与此处记录不符：第 {good_until} 号之后的记录已被改写")
            }
            Reason::HeadsFileDiffers {
                heads_line,
                good_until,
            } => {
                format!("与链头文件第 {heads_line} 行所签摘要不符：第 {good_until} 号之后的记录已被改写")
            }
            Reason::WrongKey { found } => format!("链头由另一把密钥（{found}）签名"),
            Reason::WrongCentre { found } => format!("链头属于另一个中心：{found}"),
            Reason::BadSignature => "链头的 SM2 签名无效".into(),
            Reason::UnsignedTail { signed_until } => format!("第 {signed_until} 号之后的记录没有签名链头"),
            Reason::Truncated => "文件不完整，没有正常结尾".into(),
            Reason::CountsDiffer => "结尾行所记的记录数或链头数与实际不符".into(),
            Reason::AfterEnd => "结尾行之后还有内容".into(),
            Reason::ShorterThanHeads { head_seq } => {
                format!("导出文件被截短：链头文件已签到第 {head_seq} 号")
            }
            Reason::HeadsOutOfOrder => "链头文件的序号倒退".into(),
        }
    }

    pub fn en(&self) -> String {
        match self {
            Reason::Unreadable { cause } => format!("cannot be read: {cause}"),
            Reason::BadHeader => "the first line is not the header of an audit export".into(),
            Reason::UnknownVersion => "this program does not know this version of the export format".into(),
            Reason::BadPublicKey => "the public key in the header is not a valid SM2 key".into(),
            Reason::UnexpectedPublicKey { expected, found } => {
                format!("another public key: expected {expected}, the file has {found}")
            }
            Reason::LineTooLong => "the line exceeds the length limit".into(),
            Reason::NotUtf8 => "the line is not UTF-8".into(),
            Reason::MalformedJson => "the line is not complete JSON".into(),
            Reason::NotCanonical => "the line is not in canonical form".into(),
            Reason::AlteredEntry => "the entry does not match its SM3 digest: it was altered".into(),
            Reason::BrokenLink { next_line } => format!(
                "the chain breaks here: the next entry (line {next_line}) was sealed over another digest, so this entry was replaced"
            ),
            Reason::MissingSeq { found } => format!("the entry is missing; number {found} stands here"),
            Reason::DuplicateSeq => "the entry number appears again".into(),
            Reason::Reordered { found } => format!("the entries were reordered; number {found} stands here"),
            Reason::HeadWithoutEntry { head_seq } => {
                format!("the signed head of entry {head_seq} does not stand behind that entry")
            }
            Reason::HeadDiffers { good_until } => {
                format!(
                    "a signed head names another digest: entries after number {good_until} were rewritten"
                )
            }
            Reason::HeadsFileDiffers {
                heads_line,
                good_until,
            } => format!(
                "the heads file (line {heads_line}) has signed another digest: entries after number {good_until} were rewritten"
            ),
            Reason::WrongKey { found } => format!("the head was signed with another key ({found})"),
            Reason::WrongCentre { found } => format!("the head belongs to another centre: {found}"),
            Reason::BadSignature => "the SM2 signature of the head is invalid".into(),
            Reason::UnsignedTail { signed_until } => {
                format!("entries after number {signed_until} are under no signed head")
            }
            Reason::Truncated => "the file is incomplete: it has no proper end".into(),
            Reason::CountsDiffer => "the end line counts other entries or heads than there are".into(),
            Reason::AfterEnd => "something stands behind the end line".into(),
            Reason::ShorterThanHeads { head_seq } => {
                format!("the export was cut short: the heads file has signed entry {head_seq}")
            }
            Reason::HeadsOutOfOrder => "the heads file goes back to an earlier entry".into(),
        }
    }
}

impl FirstBad {
    pub fn zh(&self) -> String {
        let file = match self.file {
            File::Export => "导出文件",
            File::Heads => "链头文件",
        };
        let seq = self
            .seq
            .map(|seq| format!("（记录第 {seq} 号）"))
            .unwrap_or_default();
        format!("{file}第 {} 行{seq}：{}", self.line, self.reason.zh())
    }

    pub fn en(&self) -> String {
        let file = match self.file {
            File::Export => "export",
            File::Heads => "heads file",
        };
        let seq = self.seq.map(|seq| format!(" (entry {seq})")).unwrap_or_default();
        format!("{file} line {}{seq}: {}", self.line, self.reason.en())
    }
}

impl Report {
    pub fn zh(&self) -> String {
        let mut text = format!(
            "日志完整：{}，记录 {} 条，签名链头 {} 个，末条摘要 {}，公钥 {}",
            self.centre,
            self.entries,
            self.heads,
            self.last_digest,
            self.public_key.id()
        );
        if !self.key_was_pinned {
            text.push_str("（未指定公钥：请与中心公布的公钥编号核对）");
        }
        match self.heads_file {
            Some(heads) => text.push_str(&format!(
                "；链头文件 {} 个，签到第 {} 号，一致",
                heads.heads, heads.last_seq
            )),
            None => text.push_str("；未提供链头文件：无法发现持有密钥者的整体改写，也无法发现末尾截短"),
        }
        if self.clock_steps_back > 0 {
            text.push_str(&format!("；时钟曾回拨 {} 次", self.clock_steps_back));
        }
        text
    }

    pub fn en(&self) -> String {
        let mut text = format!(
            "the log is whole: {}, {} entries, {} signed heads, last digest {}, public key {}",
            self.centre,
            self.entries,
            self.heads,
            self.last_digest,
            self.public_key.id()
        );
        if !self.key_was_pinned {
            text.push_str(" (no key was named: compare it with the one the centre has published)");
        }
        match self.heads_file {
            Some(heads) => {
                text.push_str(&format!("; {} heads in the second place agree, up to entry {}", heads.heads, heads.last_seq))
            }
            None => text.push_str(
                "; no heads file was given: a rewrite by a holder of the key, or a cut at a signed head, would not show",
            ),
        }
        if self.clock_steps_back > 0 {
            text.push_str(&format!(
                "; the clock was set back {} times",
                self.clock_steps_back
            ));
        }
        text
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}
