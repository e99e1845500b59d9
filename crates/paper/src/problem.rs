//! Why a paper is not printed: every reason names the field and says, in Chinese and English, what to put right.
//!
//! Leaves out: HTTP and the words of other rooms. The caller may show `Display` as it stands.

use forms::fault::Fault;
use std::fmt;

/// A character no loaded font can draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCharacter {
    pub character: char,
    /// Where it first stands; empty when it stands in the form itself.
    pub field: String,
}

/// Why nothing was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaperProblem {
    /// The rules of the form refuse; all faults at once.
    Refused(Vec<Fault>),
    /// Characters outside the fonts. Printing stops rather than dropping part of a name.
    UnknownCharacters(Vec<UnknownCharacter>),
    /// No Chinese font in any of the folders.
    NoChineseFont {
        searched: Vec<String>,
        wanted: String,
    },
    /// A font file is there but cannot be used.
    FontUnreadable {
        file: String,
        reason: String,
    },
    UnknownKind(String),
    UnknownPurpose(String),
    /// The JSON is not a snapshot of this kind of paper.
    Snapshot(String),
    /// A template did not compile: a fault of ours.
    Layout(String),
}

impl std::error::Error for PaperProblem {}

impl fmt::Display for PaperProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(faults) => lines(
                f,
                faults.iter().map(|x| format!("{}：{} / {}", x.field, x.zh, x.en)),
            ),
            Self::UnknownCharacters(found) => lines(f, found.iter().map(unknown)),
            Self::NoChineseFont { searched, wanted } => write!(
                f,
                "未找到中文字体，不能打印。已查找：{dirs}；需要：{wanted}（Debian：apt-get install fonts-noto-cjk） / \
                 No Chinese font found, nothing can be printed. Looked in: {dirs}; wanted: {wanted} (Debian: fonts-noto-cjk)",
                dirs = if searched.is_empty() {
                    "—".to_owned()
                } else {
                    searched.join(", ")
                },
            ),
            Self::FontUnreadable { file, reason } => {
                write!(
                    f,
                    "字体文件无法使用：{file}（{reason}） / Font file cannot be used: {file} ({reason})"
                )
            }
            Self::UnknownKind(kind) => write!(f, "没有这种文书：{kind} / No such kind of paper: {kind}"),
            Self::UnknownPurpose(word) => write!(f, "没有这种用途：{word} / No such purpose: {word}"),
            Self::Snapshot(why) => write!(
                f,
                "文书数据不符合格式：{why} / Not a snapshot of this paper: {why}"
            ),
            Self::Layout(why) => write!(f, "文书排版失败：{why} / The form could not be laid out: {why}"),
        }
    }
}

fn unknown(found: &UnknownCharacter) -> String {
    let place = if found.field.is_empty() {
        "form"
    } else {
        &found.field
    };
    let (c, code) = (found.character, u32::from(found.character));
    format!(
        "{place}：字库缺少“{c}”（U+{code:04X}），已停止打印 / no font has “{c}” (U+{code:04X}), printing stopped"
    )
}

fn lines(f: &mut fmt::Formatter<'_>, lines: impl Iterator<Item = String>) -> fmt::Result {
    for (i, line) in lines.enumerate() {
        if i > 0 {
            f.write_str("\n")?;
        }
        f.write_str(&line)?;
    }
    Ok(())
}
