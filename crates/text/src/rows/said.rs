//! A narrative prepared for reading: its marks, the words that say what sums are, and its phrases.

use super::clause::{self, Phrase};
use super::list::{self, List};
use super::mark::{self, Mark, Moment, Money, What};
use super::words::{self, Class, Word};
use crate::digits::spoken_digit;
use crate::source::Source;
use kernel::Instant;
use regex::Regex;
use std::sync::LazyLock;

pub(super) struct Story {
    pub(super) source: Source,
    pub(super) marks: Vec<Mark>,
    pub(super) words: Vec<Word>,
    pub(super) phrases: Vec<Phrase>,
    pub(super) list: List,
    /// The one who tells reports for somebody else: 他, 她 are the victim.
    pub(super) for_another: bool,
}

impl Story {
    pub(super) fn read(text: &str, reported_at: Instant) -> Story {
        let source = Source::new(text);
        let (mut marks, mut taken) = mark::find(&source, reported_at);
        let list = list::find(&source, reported_at, &mut marks, &mut taken);
        let words = words::find(&source, &taken);
        let phrases = clause::cut(&source, &marks, &taken);
        let for_another = FOR_ANOTHER.is_match(source.text());
        Story {
            source,
            for_another,
            marks,
            words,
            phrases,
            list,
        }
    }

    /// The index of the phrase that holds a position.
    pub(super) fn phrase_of(&self, at: usize) -> usize {
        self.phrases
            .partition_point(|phrase| phrase.end <= at)
            .min(self.phrases.len().saturating_sub(1))
    }

    pub(super) fn words_in(&self, from: usize, to: usize) -> &[Word] {
        let first = self.words.partition_point(|word| word.start < from);
        let last = self.words.partition_point(|word| word.end <= to);
        &self.words[first..last.max(first)]
    }

    /// Indices of the marks between two positions.
    pub(super) fn marks_in(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let first = self.marks.partition_point(|mark| mark.start < from);
        let last = self.marks.partition_point(|mark| mark.start < to);
        first..last.max(first)
    }

    pub(super) fn money(&self, index: usize) -> Option<Money> {
        match self.marks.get(index)?.what {
            What::Money(money) => Some(money),
            _ => None,
        }
    }

    pub(super) fn moment(&self, index: usize) -> Option<&Moment> {
        match &self.marks.get(index)?.what {
            What::Time(moment) => Some(moment),
            _ => None,
        }
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &str {
        self.source.slice(from, to)
    }

    pub(super) fn sentence_of(&self, at: usize) -> usize {
        self.phrases[self.phrase_of(at)].sentence
    }

    pub(super) fn line_of(&self, at: usize) -> usize {
        self.phrases[self.phrase_of(at)].line
    }

    /// Start and end of the sentence with a number.
    pub(super) fn sentence_range(&self, sentence: usize) -> (usize, usize) {
        let first = self.phrases.partition_point(|phrase| phrase.sentence < sentence);
        let last = self.phrases.partition_point(|phrase| phrase.sentence <= sentence);
        range(&self.phrases[first..last])
    }

    pub(super) fn line_range(&self, line: usize) -> (usize, usize) {
        let first = self.phrases.partition_point(|phrase| phrase.line < line);
        let last = self.phrases.partition_point(|phrase| phrase.line <= line);
        range(&self.phrases[first..last])
    }

    /// Whether a word of a class stands between two positions.
    pub(super) fn says(&self, from: usize, to: usize, class: Class) -> bool {
        self.words_in(from, to).iter().any(|word| word.class == class)
    }
}

static FOR_ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("我(?:是)?(?:替|帮|代)(?:他|她|我|人|同事|邻居|老人|爸|妈)[^，。]{0,6}(?:打|报|说|问)")
        .expect("constant")
});

fn range(phrases: &[Phrase]) -> (usize, usize) {
    match (phrases.first(), phrases.last()) {
        (Some(first), Some(last)) => (first.start, last.end),
        _ => (0, 0),
    }
}

/// The digits of a number however it is written or read out.
pub(super) fn digits_of(text: &str) -> String {
    text.chars()
        .filter_map(|c| {
            if c.is_ascii_digit() {
                Some(c)
            } else {
                spoken_digit(c)
            }
        })
        .collect()
}
