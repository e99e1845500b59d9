//! Why a command ended without doing what it was asked: one sentence in Chinese, one in English.
//!
//! Leaves out the refusals of the use cases, which have codes and whose words are in `web`.

use std::fmt;

/// Shown on stderr; the process then exits with 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub zh: String,
    pub en: String,
}

impl Problem {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Problem {
        Problem {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// A failure of the world while doing something: the cause is appended to both sentences.
    pub fn because(zh: &str, en: &str, cause: impl fmt::Display) -> Problem {
        Problem::new(format!("{zh}：{cause}"), format!("{en}: {cause}"))
    }

    /// Several lines, each in both languages, under one heading.
    pub fn list(zh: &str, en: &str, lines: &[Problem]) -> Problem {
        let indented = |pick: fn(&Problem) -> &String| -> String {
            lines.iter().map(|line| format!("\n  {}", pick(line))).collect()
        };
        Problem::new(
            format!("{zh}：{}", indented(|l| &l.zh)),
            format!("{en}:{}", indented(|l| &l.en)),
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.zh.contains('\n') {
            write!(f, "{}\n{}", self.zh, self.en)
        } else {
            write!(f, "{} / {}", self.zh, self.en)
        }
    }
}

impl std::error::Error for Problem {}
