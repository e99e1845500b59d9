//! Runs of digits as people write and speak them: `6200 0012 3456`, `139-1234-5678`, 幺三九幺二…. An atom is a
//! contiguous run and is never split; a chain is atoms with separators between them.
//!
//! Leaves out: what the digits mean (`identifier`).

use crate::claims::Claims;
use crate::source::Source;

/// Longest contiguous run that can still be an identifier.
const ATOM_MAX: usize = 40;
/// Most groups in one identifier: a card read out digit by digit has 19.
pub(crate) const CHAIN_MAX: usize = 20;
/// Fewest spoken digits that are a run and not a number word.
const SPOKEN_MIN: usize = 3;

/// A contiguous run of digits.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    pub(crate) start: usize,
    /// After the last digit, or after a closing X of an identity number.
    pub(crate) end: usize,
    /// ASCII digits (and a final `X`); empty when the run is too long to be anything.
    pub(crate) digits: String,
    pub(crate) spoken: bool,
}

/// All free atoms of a text in order.
pub(crate) fn atoms(source: &Source, claims: &Claims) -> Vec<Atom> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < source.len() {
        match run_at(source, at) {
            Some(run) => {
                let next = run.end;
                if claims.is_free(run.start, run.end) {
                    found.push(run);
                }
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

fn run_at(source: &Source, start: usize) -> Option<Atom> {
    let ascii = source.at(start).is_ascii_digit();
    spoken_digit(source.at(start)).or(ascii.then_some('0'))?;
    let end_ascii = reach(source, start, |c| c.is_ascii_digit());
    let end_any = reach(source, start, |c| c.is_ascii_digit() || spoken_digit(c).is_some());
    // 6200053442823370689八点: a card that is written out whole does not go on in words.
    let mixed = end_any > end_ascii && ascii && end_ascii - start < 15;
    let spoken = !ascii || (mixed && end_any - start >= 7);
    let end = if spoken {
        end_of_spoken(source, start, end_any)
    } else {
        end_ascii
    };
    if !ascii && end - start < SPOKEN_MIN {
        return None;
    }
    let digits = read(source, start, end);
    let (end, digits) = with_x(source, end, digits);
    Some(Atom {
        start,
        end,
        digits,
        spoken,
    })
}

/// …四三六一共转了, …四三六三笔: behind the digits of a card the last one begins the word that follows.
fn end_of_spoken(source: &Source, start: usize, end: usize) -> usize {
    let begins = matches!(
        source.at(end),
        '共' | '个'
            | '笔'
            | '次'
            | '张'
            | '万'
            | '千'
            | '百'
            | '点'
            | '月'
            | '号'
            | '块'
            | '起'
            | '直'
            | '样'
    );
    let card = matches!(end - start, 17 | 20);
    end - usize::from(begins && card)
}

fn reach(source: &Source, start: usize, accepts: impl Fn(char) -> bool) -> usize {
    (start..source.len())
        .find(|at| !accepts(source.at(*at)))
        .unwrap_or(source.len())
}

fn read(source: &Source, start: usize, end: usize) -> String {
    if end - start > ATOM_MAX {
        return String::new();
    }
    source
        .folded(start, end)
        .iter()
        .map(|c| spoken_digit(*c).unwrap_or(*c))
        .collect()
}

/// An X right behind the digits belongs to them when nothing else follows it.
fn with_x(source: &Source, end: usize, mut digits: String) -> (usize, String) {
    let x = matches!(source.at(end), 'x' | 'X' | 'Ⅹ');
    if x && !digits.is_empty() && !source.at(end + 1).is_ascii_alphanumeric() && source.at(end + 1) != '*' {
        digits.push('X');
        return (end + 1, digits);
    }
    (end, digits)
}

/// Digits as they are read out over a telephone.
pub(crate) fn spoken_digit(c: char) -> Option<char> {
    Some(match c {
        '零' | '〇' | '洞' => '0',
        '幺' | '一' => '1',
        '二' | '两' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' | '拐' => '7',
        '八' => '8',
        '九' | '勾' => '9',
        _ => return None,
    })
}

/// The separator between two atoms of a chain that began with `head`, when they can be one number, normalised (`' '`, `'-'`, `'.'`, `','`, `'\n'`).
pub(crate) fn joint(source: &Source, head: &Atom, left: &Atom, right: &Atom) -> Option<char> {
    let between = source.folded(left.end, right.start);
    if left.digits.ends_with('X') || between.is_empty() {
        // Spoken and written digits side by side: 139幺二三四5678.
        return (between.is_empty() && !left.digits.ends_with('X')).then_some(' ');
    }
    if between.len() > 3 {
        return None;
    }
    // 6200，0012，3456，…: a card read out group by group.
    let card_groups = head.digits.len() == 4
        && head.digits.starts_with("62")
        && left.digits.len() == 4
        && right.digits.len() <= 4;
    // A card broken over two lines by a form or a chat window.
    let broken_line = head.digits.starts_with("62")
        && left.digits.len() >= 4
        && right.digits.len() >= 3
        && !right.digits.starts_with("62")
        && left.digits.len() + right.digits.len() <= 19;
    let mut kind = ' ';
    for c in between {
        match c {
            ' ' => {}
            c if kernel::identifier::is_zero_width(*c) => {}
            '\n' | '\r' if broken_line => kind = '\n',
            '-' | '—' | '―' | '·' | '_' | '－' => kind = '-',
            '.' if between.len() == 1 && (3..=4).contains(&left.digits.len()) && right.digits.len() >= 3 => {
                kind = '.'
            }
            '，' | '、' | ',' if left.spoken && right.spoken || card_groups => kind = ',',
            '(' | ')' | '（' | '）' => kind = '(',
            _ => return None,
        }
    }
    Some(kind)
}
