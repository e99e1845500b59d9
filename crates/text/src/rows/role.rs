//! Says of each sum in a story what it is: paid, received, only asked for, bounced, a total, or none of this case's money.
//!
//! The nearest word that can govern the sum decides (转了, 返了, 余额, 一共), first to its left in the phrase, then to its right, then in
//! the phrases before; what follows decides whether a demand was obeyed and whether a try went through.
//! Leaves out: whose account it was (`attach`), and whether two sums are one (`mend`).

use super::mark::What;
use super::outcome::outcome;
use super::said::Story;
use super::slip::corrections;
use super::speaker::Speaker;
use super::words::{Class, Word};
use regex::Regex;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Paid,
    Received,
    /// Asked for, tried, bounced or refused.
    Planned,
    Total,
    Nothing,
}

#[derive(Clone, Debug)]
pub(super) struct Sum {
    /// Index of the mark.
    pub(super) mark: usize,
    pub(super) phrase: usize,
    pub(super) role: Role,
    /// The fraud side said it, or only asked for it and it was done afterwards.
    pub(super) asked: bool,
    /// The fraud side confirms that it came in.
    pub(super) confirms: bool,
    /// Money was taken without the victim's doing.
    pub(super) taken: bool,
    /// The sum that a correction puts in its place.
    pub(super) replaced_by: Option<usize>,
    /// Which sum it corrects.
    pub(super) corrects: Option<usize>,
    /// Tried, bounced, and tried again without naming the sum: where the second try is told.
    pub(super) retried: Option<usize>,
    /// Told without 了, or read as paid only by its place.
    pub(super) weak: bool,
    /// It came from a lender; what was done with it is told behind.
    pub(super) borrowed: bool,
    /// Where a demand was said to be obeyed.
    pub(super) done_at: Option<usize>,
    pub(super) unsure: Option<super::row::Doubt>,
}

pub(super) fn judge(story: &Story) -> Vec<Sum> {
    let moneys: Vec<usize> = (0..story.marks.len())
        .filter(|i| story.money(*i).is_some())
        .collect();
    let mut sums: Vec<Sum> = Vec::new();
    for (nth, mark) in moneys.iter().enumerate() {
        let before = nth.checked_sub(1).map(|i| moneys[i]);
        let after = moneys.get(nth + 1).copied();
        let sum = judge_one(story, *mark, before, after, sums.last());
        sums.push(sum);
    }
    corrections(story, &mut sums);
    for at in 0..sums.len() {
        outcome(story, &mut sums, at);
    }
    sums
}

struct Place<'s> {
    story: &'s Story,
    mark: usize,
    start: usize,
    end: usize,
    /// The end of the sum before.
    floor: usize,
    /// The start of the sum behind.
    next: usize,
    /// The phrase without other sums.
    from: usize,
    to: usize,
}

impl Place<'_> {
    fn left(&self) -> &str {
        self.story.slice(self.from, self.start)
    }

    fn whole_sentence(&self) -> usize {
        let sentence = self.story.phrases[self.story.phrase_of(self.start)].sentence;
        self.story.sentence_range(sentence).0
    }

    /// Where the sentence, or the sum before, ends.
    fn sentence_start(&self) -> usize {
        let sentence = self.story.phrases[self.story.phrase_of(self.start)].sentence;
        self.story.sentence_range(sentence).0.max(self.floor)
    }

    /// The end of the sentence, or of its nearest words, before the next sum.
    fn tail(&self) -> usize {
        let sentence = self.story.phrases[self.story.phrase_of(self.start)].sentence;
        let to = self.story.sentence_range(sentence).1;
        to.min(self.next).min(self.end + 40).max(self.end)
    }

    fn right(&self) -> &str {
        self.story.slice(self.end, self.to)
    }
}

fn judge_one(
    story: &Story,
    mark: usize,
    before: Option<usize>,
    after: Option<usize>,
    previous: Option<&Sum>,
) -> Sum {
    let (start, end) = (story.marks[mark].start, story.marks[mark].end);
    let phrase = story.phrase_of(start);
    let bounds = &story.phrases[phrase];
    let place = Place {
        story,
        mark,
        start,
        end,
        floor: before.map_or(0, |m| story.marks[m].end),
        next: after.map_or(story.source.len(), |m| story.marks[m].start),
        from: before.map_or(bounds.start, |m| bounds.start.max(story.marks[m].end)),
        to: after
            .map_or(bounds.end, |m| bounds.end.min(story.marks[m].start))
            .max(end),
    };
    let mut sum = Sum {
        mark,
        phrase,
        role: Role::Nothing,
        asked: false,
        confirms: false,
        taken: false,
        replaced_by: None,
        corrects: None,
        retried: None,
        weak: false,
        borrowed: false,
        done_at: None,
        unsure: None,
    };
    decide(&place, previous, &mut sum);
    let theirs = bounds.speaker == Some(Speaker::Them);
    if bounds.speaker == Some(Speaker::Asker) {
        // 民警：那你们总数就是73,300元。 What is asked with a mark of question is not stated.
        let (_, to) = story.sentence_range(bounds.sentence);
        let asked = story.slice(end, to.max(end)).contains(['？', '?']);
        if sum.role != Role::Total || asked {
            sum.role = Role::Nothing;
        }
    }
    if theirs {
        match sum.role {
            Role::Total => sum.role = Role::Nothing,
            Role::Nothing if sum.unsure.is_some() => {
                sum.role = Role::Planned;
                sum.asked = true;
                sum.unsure = None;
            }
            Role::Received if GIVES_BACK.is_match(story.slice(bounds.start, bounds.end)) => {}
            Role::Received => {
                sum.role = Role::Paid;
                sum.confirms = true;
            }
            Role::Paid if !sum.taken => {
                sum.role = Role::Planned;
                sum.asked = true;
            }
            _ => {}
        }
    }
    sum
}

static GIVES_BACK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("返|退|奖励|佣金|打给[您你]|转给[您你]|提现").expect("constant"));

fn decide(place: &Place<'_>, previous: Option<&Sum>, sum: &mut Sum) {
    let (left, right) = (place.left(), place.right());
    let bare = place.story.money(place.mark).is_some_and(|money| money.bare);
    let near = place.story.slice(
        place.sentence_start().max(place.start.saturating_sub(24)),
        place.start,
    );
    let behind = right.trim_start_matches(['元', '块']);
    let each = behind.starts_with("每次") || behind.starts_with("每笔");
    // 一千一张的京东E卡买了六张; 每张两百，买了七张: the price of what was bought so many times.
    let bought = PIECES_BOUGHT.is_match(place.story.slice(place.end, place.end + 24))
        && (EACH_PIECE.is_match(left) || PER_PIECE.is_match(right));
    if bought {
        sum.role = Role::Paid;
        return;
    }
    if PER_UNIT_LEFT
        .find(near)
        .is_some_and(|found| !found.as_str().contains(['了', '过']))
        || ALSO_CHEATED.is_match(near)
        || !each && PER_UNIT_RIGHT.is_match(right)
        || NOT_MONEY_RIGHT.is_match(right)
    {
        return;
    }
    if price_table(place) || NOT_COME.is_match(place.story.slice(place.end, place.tail())) {
        return;
    }
    if in_passbook(place) || INCOME.is_match(left) {
        sum.role = Role::Received;
        return;
    }
    if UNRELATED.is_match(place.story.slice(place.end, place.tail())) {
        return;
    }
    if is_balance_column(place) || LESS_LEFT.is_match(left) {
        return;
    }
    if IDIOM.is_match(place.story.slice(place.start, place.end + 3)) || DAYS_LISTED.is_match(right) && bare {
        return;
    }
    if LOSS_LABEL.is_match(left) {
        sum.role = Role::Total;
        return;
    }
    let sentence = place.story.slice(
        place.whole_sentence().max(place.start.saturating_sub(40)),
        place.start,
    );
    let of_return = PART_LEFT.is_match(left) && RETURNED_PARTS.is_match(sentence);
    if of_return {
        sum.role = Role::Received;
        return;
    }
    if LABEL_LEFT.is_match(left)
        || ORDINAL_LEFT.is_match(left)
        || EACH_LEFT.is_match(left)
        || PART_LEFT.is_match(left)
            && COUNTED.is_match(place.story.slice(
                place.whole_sentence().max(place.start.saturating_sub(60)),
                place.start,
            ))
    {
        sum.role = Role::Paid;
        return;
    }
    let wish = WISH_RIGHT.is_match(right) && !place.story.says(place.from, place.start, Class::Done);
    if ASKING.is_match(left) && !OBEYED.is_match(left) || wish && !DONE_LEFT.is_match(left) {
        sum.role = Role::Planned;
        sum.asked = true;
        return;
    }
    let left_word = governing_left(place);
    let given = HANDS.is_match(right)
        && left_word.is_none_or(|word| {
            matches!(
                place.story.slice(word.start, word.end),
                "拿了" | "拿到" | "领了" | "取了"
            )
        })
        || CASH_GIVEN.is_match(left)
        || left_word.is_some_and(|word| word.class == Class::Sum)
            && SPLIT_LEFT.is_match(near)
            && (HANDED_ON.is_match(place.story.slice(place.end, place.tail()))
                || place.story.says(place.from, place.start, Class::Out))
        || WAS_MADE.is_match(right);
    if given && !NEGATED.is_match(left) {
        sum.role = Role::Paid;
        return;
    }
    if let Some(word) = left_word {
        let speaks = match word.class {
            Class::Out | Class::Done | Class::Taken | Class::In => true,
            Class::Sum => SUM_GAP.is_match(place.story.slice(word.end, place.start)),
            Class::Demand => DO_LEFT.is_match(left),
            _ => false,
        };
        if bare && !speaks && !BARE_LEFT.is_match(left) {
            return;
        }
        by_word(place, word, true, sum);
        return;
    }
    if let Some(word) = governing_right(place) {
        by_word(place, word, false, sum);
        return;
    }
    if let Some(previous) =
        previous.filter(|previous| previous.role != Role::Nothing && lists_on(place, previous))
    {
        sum.role = previous.role;
        sum.asked = previous.asked;
        sum.taken = previous.taken;
        return;
    }
    if asked_for_total(place) {
        sum.role = Role::Total;
        return;
    }
    if let Some(word) = governing_before(place) {
        by_word(place, word, true, sum);
        return;
    }
    let listed = in_list_line(place) || behind_time(place);
    if listed || account_before(place) || handed_on(place) || TO_WHOM.is_match(right) {
        sum.role = Role::Paid;
        return;
    }
    if MADE_AT.is_match(right)
        && place
            .story
            .marks_in(place.end, place.end + 3)
            .any(|i| place.story.moment(i).is_some())
    {
        sum.role = Role::Paid;
        sum.weak = true;
        return;
    }
    if !bare {
        sum.unsure = Some(super::row::Doubt::PlannedUnsure);
    }
}

static EACH_PIECE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:每|一)(?:张|个|枚)$").expect("constant"));
static PER_PIECE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:元|块|块钱)?(?:一|每|1)(?:张|个|枚)").expect("constant"));
static PIECES_BOUGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "^[^。]{0,18}?(?:买|拍|发|充|送|刷)了?(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:张|个|枚)",
    )
    .expect("constant")
});
/// 300返390，1000返1350: what a list of tasks promises.
fn price_table(place: &Place<'_>) -> bool {
    let (left, right) = (
        place.story.slice(place.start.saturating_sub(8), place.start),
        place.story.slice(place.end, place.end + 8),
    );
    let offers = OFFERS.is_match(right) || OFFERED.is_match(left) && !COME.is_match(right);
    offers && !DONE_LEFT.is_match(place.left())
}

static OFFERS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:元|块)?(?:立|秒|可)?(?:返|得|送|变)[0-9]").expect("constant"));
static OFFERED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[0-9](?:元|块)?(?:立|秒|可)?(?:返|得|送|变)$").expect("constant"));
static COME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:元|块)?(?:已|也)?(?:到账|了|收到|到了)").expect("constant"));
/// 你的4万我到现在没收到
static NOT_COME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:元|块)?[^，。]{0,8}(?:没收到|没有收到|未收到|没见到|没看到)").expect("constant")
});
static DO_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:做|转|付|投|充|补|交|打|汇|买|刷|差|缴)(?:个|了|一个|一单|一笔)?$").expect("constant")
});

/// 支20000.00 and 存3800.00 in the lines of a passbook: what was put in came back.
fn in_passbook(place: &Place<'_>) -> bool {
    let story = place.story;
    let (from, _) = story.line_range(story.line_of(place.start));
    PUT_IN.is_match(story.slice(from, place.start)) && TAKEN_OUT.is_match(story.source.text())
}

/// 您尾号8387卡14:20收入（他行汇入）2,350.00元
static INCOME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:收入|入账|转入|存入)(?:人民币|[（(][^）)]{0,10}[）)])[¥：:]?$").expect("constant")
});
static PUT_IN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[0-9年月日号./\-\s:：①-⑳、]{0,24}(?:存|收|进)\s?$").expect("constant"));
static TAKEN_OUT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^[0-9年月日号./\-\s:：①-⑳、]{0,24}(?:支|付|出)\s?[0-9]").expect("constant")
});

/// The nearest word before the sum in its phrase.
fn governing_left(place: &Place<'_>) -> Option<Word> {
    let words = place.story.words_in(place.from, place.start);
    let word = words.iter().rev().find(|word| {
        // 放款手续费4300: what is paid for, not where it came from.
        let named = matches!(word.class, Class::Borrow | Class::State)
            && PURPOSE.is_match(place.story.slice(word.end, place.start));
        word.class != Class::Fail && !named
    })?;
    // 提现成功一次，520块: what succeeded was the way back.
    let before = words.iter().rev().find(|other| other.end == word.start);
    if let Some(before) = before.filter(|other| word.class == Class::Done && other.class == Class::In) {
        return Some(*before);
    }
    // 总共搞进去五万五: a total, whatever verb stands between.
    let total = words.iter().rev().take(4).find(|word| word.class == Class::Sum);
    if let Some(total) = total
        && matches!(word.class, Class::Out | Class::Taken | Class::Done | Class::In)
        && place.start - total.end <= 12
        && !COUNT_OF.is_match(place.story.slice(total.end, place.start))
        && !place
            .story
            .marks_in(total.end, place.start)
            .any(|i| place.story.moment(i).is_some())
    {
        return Some(*total);
    }
    Some(*word)
}

/// 共转了三笔，每笔…: the count is a total, the sum is not.
static PURPOSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:的)?(?:手续费|保证金|会员费|押金|解冻金|解冻费|认证金|验证金|认证费|工本费|服务费|税|保险费|担保费|利息费|激活费|费用|订金|定金|尾款|头款)").expect("constant")
});

static COUNT_OF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9两二三四五六七八九十]\s?(?:笔|次|回|张|单)[，,：:]?(?:每|各|一|第|，)")
        .expect("constant")
});

fn governing_right(place: &Place<'_>) -> Option<Word> {
    let words = place.story.words_in(place.end, place.to);
    let failed = words
        .iter()
        .find(|word| matches!(word.class, Class::Fail | Class::Refuse));
    failed.or_else(|| words.first()).copied()
}

/// The nearest word in the phrases of the same sentence before, as long as no sum stands there.
fn governing_before(place: &Place<'_>) -> Option<Word> {
    let story = place.story;
    let own = story.phrase_of(place.start);
    let sentence = story.phrases[own].sentence;
    for back in 1..=4 {
        let phrase = own.checked_sub(back).map(|i| &story.phrases[i])?;
        if phrase.sentence != sentence {
            return None;
        }
        let money = story
            .marks_in(phrase.start, phrase.end)
            .any(|i| story.money(i).is_some());
        let words = story.words_in(phrase.start, phrase.end);
        if let Some(word) = words.last() {
            // 提现成功一次，520块
            let before = words.iter().rev().nth(1).filter(|other| other.end == word.start);
            let word = before
                .filter(|other| word.class == Class::Done && other.class == Class::In)
                .unwrap_or(word);
            return (!money).then_some(*word);
        }
        if money {
            return None;
        }
    }
    None
}

/// 一笔6千，一笔1万4; 500、800; 还有一回1000: goes on with what the sum before was.
fn lists_on(place: &Place<'_>, previous: &Sum) -> bool {
    let story = place.story;
    let gap = without_times(story, story.marks[previous.mark].end, place.start);
    let gave = gap.chars().count() <= 26 && GAVE_LIST.is_match(&gap);
    if gave && !gap.contains(['。', '\n']) {
        return true;
    }
    // 转了一万二给甲某一万给另一个人: the name and then the next sum, which goes to somebody else.
    let named = GAVE_NAME.is_match(&gap)
        && gap.chars().count() <= 10
        && GIVES_ON.is_match(story.slice(place.end, place.end + 6));
    if named && previous.role == Role::Paid {
        return true;
    }
    gap.chars().count() <= 40 && LISTS_ON.is_match(&gap) && !gap.contains(['。', '\n'])
}

/// The words between two places, without the times among them.
fn without_times(story: &Story, from: usize, to: usize) -> String {
    let mut text = String::new();
    let mut at = from;
    for i in story.marks_in(from, to) {
        if story.moment(i).is_some() {
            text.push_str(story.slice(at, story.marks[i].start));
            at = story.marks[i].end;
        }
    }
    text.push_str(story.slice(at, to.max(at)));
    text
}

/// 问：总共损失多少？答：十一万八。
fn asked_for_total(place: &Place<'_>) -> bool {
    let story = place.story;
    let phrase = &story.phrases[story.phrase_of(place.start)];
    let (from, _) = story.line_range(phrase.line);
    if phrase.line == 0 || phrase.speaker == Some(Speaker::Asker) || place.start - from > 12 {
        return false;
    }
    let (before, end) = story.line_range(phrase.line - 1);
    story.phrases[story.phrase_of(before)].speaker == Some(Speaker::Asker)
        && ASKS_TOTAL.is_match(story.slice(before, end))
}

static ASKS_TOTAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:一共|总共|合计|共|总计|全部|损失|被骗)[^。？]{0,12}(?:多少|几)|(?:一共|总共|合计|总计|损失)(?:呢|是)?[？?]").expect("constant")
});

/// 工商银行6200… → 6200…（户名…），10,000元: an arrow stands in the phrases before.
fn account_before(place: &Place<'_>) -> bool {
    let story = place.story;
    let from = place.sentence_start();
    let text = story.slice(from.max(place.start.saturating_sub(80)), place.start);
    text.contains(['→', '＞']) || text.contains("->")
}

/// 25日15时20分，50,000元；七月二十号三百七月二十一号三百: a time and a sum with nothing between them.
fn behind_time(place: &Place<'_>) -> bool {
    let story = place.story;
    let from = place.sentence_start();
    let Some(i) = story
        .marks_in(from, place.start)
        .rev()
        .find(|i| story.moment(*i).is_some())
    else {
        return false;
    };
    let gap = story.slice(story.marks[i].end, place.start);
    ONLY_TIME.is_match(gap)
}

static ONLY_TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:左右|整|多|的时候|那天|上午|下午|晚上|又|还有一笔|一笔|还有|是|那笔是?|原来我说的?|原记|原说|具体几点(?:忘了|不记得|记不清)|几点不记得|没看时间|再给|又给|给了?|再是|先是|再|[\\p{Han}--[说要再交付转打汇补还差让叫喊返退收]]{0,4}(?:金|款|费|差|税)|[，,：:、\\s（(])*$").expect("constant")
});
/// 我拿了八万现金给一个开白车的; 三万块给的某某
static HANDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:元|块|块钱)?(?:整)?(?:现金|现钞)?，?(?:转|打|汇|付|交|拿|递)?给(?:的|了)?(?:是)?[\\p{Han}--[我你您咱]]").expect("constant")
});
/// 技术费六千八是四月十号晚上七点多; 九千五十二点四十一: a sum and its time behind it.
static MADE_AT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:元|块|块钱)?，?(?:是|，)?").expect("constant"));
/// 再要押金一千二是转的卡
static WAS_MADE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:元|块|块钱)?，?(?:也|都)?是(?:转|扫|付|打|汇|微信转|扫码付)[^，。给]{0,3}的")
        .expect("constant")
});
/// 给上门人现金1,280元
static CASH_GIVEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:给|交给|拿给|递给)[^，。我]{1,10}(?:现金|现钞|钱)$").expect("constant"));
/// 我分三次（每次多少想不起来了）一共把三万八千元转到…
static SPLIT_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("分(?:了)?[0-9两二三四五六七八九十几多好若干]{1,3}(?:次|笔|回|批)[^。]{0,24}$")
        .expect("constant")
});
/// 三万块给的某某, 五千给某某
static TO_WHOM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "^(?:元|块|块钱)?(?:整)?[，]?(?:是)?(?:转|打|汇|付|交)?给(?:的|了)?(?:是)?[\\p{Han}--[我你您]]",
    )
    .expect("constant")
});

/// 我把现金三万二，用红布包好，交给来拿的人; 卖了六千三，钱用快递寄给他: what was done with the sum is told behind it.
fn handed_on(place: &Place<'_>) -> bool {
    let behind = place.story.slice(place.end, place.tail());
    TAKES_SUM.is_match(place.left()) && HANDED_ON.is_match(behind) || MONEY_WENT.is_match(behind)
}

static TAKES_SUM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:把|将|拿|取了?|凑了?|现金)[^，。]{0,14}$").expect("constant"));
static HANDED_ON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^[^没未不]{0,30}(?:(?:交|转|打|汇|寄|递|塞|拿|付|送)(?:给|到|至|进|予|了)|给了|存(?:到|进)|都给|寄出)")
        .expect("constant")
});
static MONEY_WENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:元|块|块钱)?，(?:钱|这钱|这个钱|现金|款|全|都)[^。没未不]{0,12}(?:寄给|交给|转给|打给|汇给|给了|寄了|寄到|转到)")
        .expect("constant")
});

/// A line with a time, a number or a name beside the sum: a row of a list.
fn in_list_line(place: &Place<'_>) -> bool {
    let story = place.story;
    let (from, to) = story.line_range(story.line_of(place.start));
    let marks = story.marks_in(from, to);
    let mut sums = 0;
    let (mut timed, mut numbered) = (false, false);
    for i in marks {
        match story.marks[i].what {
            What::Money(_) => sums += 1,
            What::Time(_) => timed = true,
            What::Number(_) | What::Tail(_) | What::Name(_) => numbered = true,
            _ => {}
        }
    }
    sums == 1 && (timed || numbered) || sums == 2 && timed && numbered
}

fn by_word(place: &Place<'_>, word: Word, on_left: bool, sum: &mut Sum) {
    let story = place.story;
    let near = story.slice(word.end, word.end + 3);
    let phrase = &story.phrases[story.phrase_of(word.start)];
    let head = story.slice(phrase.start, word.start);
    let theirs = phrase.speaker == Some(Speaker::Them);
    let into = story.slice(word.start, word.end) == "转入";
    if into && TOWARDS.is_match(head) {
        sum.role = Role::Paid;
        return;
    }
    if into && (theirs || story.says(phrase.start, word.start, Class::Demand)) {
        // 须转入10000元解冻: into their account.
        sum.role = Role::Planned;
        sum.asked = true;
        return;
    }
    match word.class {
        Class::Sum => sum.role = Role::Total,
        Class::State => {}
        Class::Borrow => sum.borrowed = on_left,
        Class::Taken => {
            sum.role = Role::Paid;
            sum.taken = true;
        }
        // 我表姐转给我一万五: lent by a relative; what was done with it is told behind.
        Class::In if story.slice(word.start, word.end).ends_with("给我") && KIN.is_match(head) => {
            sum.borrowed = true;
        }
        Class::In => {
            let done =
                story.slice(word.start, word.end).ends_with(['了', '过']) || DONE_BEHIND.is_match(near);
            if !done
                && (PROMISED.is_match(head) || on_left && story.says(phrase.start, word.start, Class::Demand))
            {
                sum.role = Role::Nothing;
            } else {
                sum.role = Role::Received;
            }
        }
        Class::Demand => {
            sum.role = Role::Planned;
            sum.asked = true;
        }
        Class::Refuse | Class::Fail => sum.role = Role::Planned,
        Class::Done => sum.role = Role::Paid,
        Class::Out => {
            let done = DONE_BEHIND.is_match(near)
                || story.slice(word.start, word.end).ends_with(['了', '过'])
                || TRICKED.is_match(head);
            let demand = story
                .words_in(phrase.start, word.start)
                .iter()
                .rev()
                .find(|other| matches!(other.class, Class::Demand | Class::Refuse | Class::Fail))
                // 让他拿我手机…我看账单昨天四点从我卡上转出: in speech that runs on, a time begins what was done.
                .filter(|other| {
                    let timed = story
                        .marks_in(other.end, word.start)
                        .any(|i| story.moment(i).is_some());
                    !(timed && word.start - other.end > 12)
                });
            if story.says(word.end, place.start.max(word.end), Class::Fail) {
                // 转出（失败）100000
                sum.role = Role::Planned;
                return;
            }
            let told = story.slice(
                phrase.start.max(word.start.saturating_sub(16)).min(
                    phrase
                        .start
                        .saturating_sub(if phrase.start == word.start { 8 } else { 0 }),
                ),
                word.start,
            );
            let proposed = !done && PROPOSED.is_match(told);
            if proposed && !NEGATED.is_match(head) {
                sum.role = Role::Planned;
                sum.asked = true;
            } else if NEGATED.is_match(head) {
                sum.role = Role::Planned;
            } else if let Some(demand) = demand.filter(|_| !done) {
                sum.role = Role::Planned;
                sum.asked = demand.class == Class::Demand;
            } else {
                sum.role = Role::Paid;
            }
        }
    }
}

const DIGITS: &str = "[0-9一二两三四五六七八九十几百]";

/// 向对方指定账户转入八笔
static TOWARDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:向|往|给)[^，。]{0,12}$|(?:对方|指定|提供)[^，。]{0,6}$").expect("constant")
});
/// 小计（①至④）29,000.00
static SUM_GAP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[（(][^）)]{0,12}[）)])?[：:\s是为]{0,3}$").expect("constant"));
/// 一分钱没有
static IDIOM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:一分钱?|一毛钱?|一块钱|半分钱)(?:也|都|没|未|不|的)").expect("constant")
});
/// 27、28号那两笔
static DAYS_LISTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^[、和到至-][0-9]{1,2}[号日]").expect("constant"));
static KIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:爸|妈|哥|姐|弟|妹|叔|姨|舅|姑|伯|爷|奶|老公|老婆|丈夫|妻子|爱人|儿子|女儿|媳妇|女婿|朋友|同事|同学|亲戚|家里|邻居|室友|父亲|母亲|对象)(?:又|就|也|微信|支付宝|先|马上|的卡)*$").expect("constant")
});
/// 一分补50, 每单佣金5元, 日赚四百.
static PER_UNIT_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?:每|一|做一|每做一|完成一)(?:单|分|积分|条|个赞|个|天|小时|晚|人|月|星期|周|年|股)[^，。]{0,6}(?:返|补|赚|给|挣|奖|佣金|提成|得|拿|工资|扣|收|交|付|能|可以)[^，。]{0,6}$)|(?:只能|最多|至多|限)(?:转|付|扫|打|汇)?$|(?:日|月|年|时)(?:薪|入|赚|收入)[^，。]{0,3}$|(?:额度|限额|最高|标价|原价|售价|单价|定价|市价|报价|要价|卖价|价格|价值|市值|工资|月薪|余额|剩余|总资产|资产|底薪|退休金|养老金|低保|花呗额度|贷款额度|保额|起步|起投|门槛)(?:一共|总共|总计|共|大概|大约|约|才|只有|就|也就|有|是|为|了|：|:|的|到|达到|显示|还|\s){0,4}$|(?:说|称)?涉案(?:有|了|达)?$|(?:卡里|卡上|账上|账户里|平台里|里面|里头|平台上|钱包里|余额宝)(?:显示)?(?:只|就|还|也就|本来|原来|现在|总共|一共|我)*(?:剩|有|是)(?:了|下)?$")
        .expect("constant")
});

static PER_UNIT_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:元|块钱|块)?\s?(?:一|1|/|每)(?:张|个月|个人|个|件|箱|台|只|斤|单|瓶|天|月|人|晚|本|套|份|年|小时|把|吨|克|平|次|条|盒|双|辆|部|股)|^(?:的|元)?(?:面额|面值|起步|起投|封顶|以内|以上|以下|的额度|额度|的贷款|贷款|的工资|工资|的余额|底薪|的限额|打底|的工程|的合同|的订单|的单子|的生意|的活|的项目|的彩礼|的奖金|的大奖)")
        .expect("constant")
});

/// 群里还有个大姐说她也被骗了两万多: not of this case.
static ALSO_CHEATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?:人家|网上)[^。，]{0,6}被骗|[他她](?:那时候|当时|之前|以前)(?:也)?被骗|也被骗|也是被骗|都被骗|别人|别个|其他人|其他受害|另一个受害|网上有人)[^。，]{0,8}$|(?:老表|表哥|表姐|表弟|表妹|同事|邻居|朋友|隔壁|大姐|大哥|网友|群友)[^。，]{0,8}也[^。]{0,12}被骗(?:了)?$")
        .expect("constant")
});

/// 系正常往来, 那是还他借的钱, 是我自己弄错的: not of this case.
static UNRELATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"是我[^，。]{0,4}算错|作废|正常往来|无关|与本案无关|与此案无关|跟这个没|没得关系|没关系|不算在|[，。](?:这个|那个)?(?:也)?不算|(?:那|这)(?:个|笔)?是(?:我)?(?:去年|以前|之前|上次)?(?:还|借)|自己(?:弄|转|输|操作)错|自己购物|还账的|还的账|还债|是借他的|借她的").expect("constant")
});

/// 扣掉退的98: told of before.
static LESS_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:扣掉|扣除|减去|除去|除开|刨掉|去掉|除了)[^，。]{0,8}$").expect("constant")
});

static EACH_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[笔次回张]各(?:转|付|打|汇|是|为)?$|每[笔次回]\s?(?:都是|都|是|均为|各)?$")
        .expect("constant")
});

/// 按客服要求将现金8万元寄出: obeyed.
static OBEYED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:按|照|依|根据|遵)[^，。]{0,10}(?:要求|指示)|要求(?:将|把|下)").expect("constant")
});

/// 我再投6万可以吗: asked, not done.
static WISH_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:元|块)?[^，。]{0,4}(?:可以吗|可以不|试试|试一下|看看|行吗|行不|好吗|吗|吧)")
        .expect("constant")
});

static DONE_LEFT: LazyLock<Regex> = LazyLock::new(|| Regex::new("了|过|完").expect("constant"));

/// 要解冻金三千, 还要八千: asked for, not paid.
static ASKING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^不只主重首必])要(?:我|他|她|我们|俺)?(?:再|先|还|额外|另)?(?:交|付|补|打|转|缴|汇|充|拿|出|给|买)?(?:足|齐|上|个|一个)?(?:[\p{Han}--[了转付打汇充过去来让叫]]{0,6})$").expect("constant")
});

/// 两笔，一笔6千一笔1万4: the parts of a count.
static PART_LEFT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:一|头一|后一|另一)[笔次回](?:是|：|:|转了?|转的)?$").expect("constant"));

/// 退过两回，一回25，一回180
static RETURNED_PARTS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:退|返)(?:还|回|给我|我)?(?:过|了)[^。；]{0,24}$").expect("constant"));
static COUNTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[两二三四五六七八九十0-9][笔次回]").expect("constant"));

static ORDINAL_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第[一二三四五六七八九十0-9]{1,2}[单笔次回][:：是为\s]*$").expect("constant")
});

/// The column behind the sums of a bank's list: the balance.
fn is_balance_column(place: &Place<'_>) -> bool {
    let story = place.story;
    let (from, _) = story.line_range(story.line_of(place.start));
    let gap = story.slice(place.floor.max(from), place.start);
    let column = place.floor > from
        && gap.chars().count() <= 6
        && gap
            .chars()
            .all(|c| matches!(c, ' ' | '+' | '-' | '|' | '元' | '¥'));
    column && HEAD_BALANCE.is_match(story.slice(from.saturating_sub(800), from))
}

static HEAD_BALANCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"金额[^\n]{0,12}余额").expect("constant"));

static NOT_MONEY_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:个|张|位|名|岁|号|期|床|套|箱|台|件|吨|斤|米|间|盒|瓶|顶|双|只|头|包|袋|桶|罐|本|部|辆|分钟|小时|天|次|克|点赞|粉丝|积分|多人|人|公里|平|款|的手机|块表)").expect("constant")
});

/// 金额：5,000
static LABEL_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:转账金额|付款金额|交易金额|支付金额|汇款金额|金额|款额|转账|付款|汇款|支付|充值)(?:\(元\)|（元）)?\s?(?:为|是)?[：:]\s?(?:人民币)?[¥]?$").expect("constant")
});

/// 损失金额：274,500元
static LOSS_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:损失|被骗|涉案|受骗|诈骗)(?:的)?(?:总)?(?:金额|数额|款额|总额)(?:\(元\)|（元）)?\s?(?:共计|合计|为|是)?[：:]\s?(?:人民币)?[¥]?$").expect("constant")
});

static BARE_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:是|为|：|:|一[笔次回单张]|第.[笔次回单]|又|再|各|每[笔次张回]|了)\s?$").expect("constant")
});

static PROMISED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:想|你把|您把|你先|您先|请|把|承诺|保证|说|称|讲|答应|可以|可|能|会|就能|才能|才|没|没有|未|不|不能|无法|要|等|给你|一起|全部|就)(?:我)?(?:把|给|全额|全部|一次性|一并|马上|立即|再|还|先)*[^，。了]{0,4}$").expect("constant")
});

pub(super) static DONE_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:账|款|钱|款项)?(?:了|过|完|出|走|成功|掉|去了|给了|咗|的(?:是|先是|就是|都是)?)")
        .expect("constant")
});

/// 骗其转账5000元: told as done.
static TRICKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:骗|诱骗|哄骗|欺骗|诱导|诱使|致使|导致|使得|忽悠)(?:我|其|他|她|本人|受害人|报警人|事主|被害人)?[^，。]{0,6}$").expect("constant")
});

static NEGATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:没有|没|未|不|不想|不敢|不肯|差点|险些|本来想|本来要|正准备|正要)(?:再|给|向|继续|往|去|把)*[^，。]{0,3}$").expect("constant")
});

/// 他说再交两万: proposed by the other side.
static PROPOSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:说|讲|称|表示|提出|告知|通知|声称|提示)(?:我|是|的|了|只|还|又|，)*(?:再|先|要|还要|必须|需|需要|得|只要|只需|继续|补|如果|因|操作|没|账户)[^，。了]{0,10}$|(?:说|讲|称)(?:再|先|要|还|只要)$").expect("constant")
});

static LISTS_ON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^(?:元|块|块钱|钱)?(?:的)?[，、,；;/+＋\s]*(?:然后|接着|还有|以及|和|跟|加上|另外|再|又|也|另|后面|后来|最后|第{DIGITS}{{1,2}}|一|另一|还有一|其中)*(?:[笔次回单张]|一[笔次回单张])?(?:是|：|:|又是|还是|就是|转的?是?|的|为|\s)*$"
    ))
    .expect("constant")
});

static GAVE_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:元|块)?(?:转|打|汇|付)?给\p{Han}{2,6}[，、]?$").expect("constant"));
static GIVES_ON: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:元|块)?(?:转|打|汇|付)?给").expect("constant"));
static GAVE_LIST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:元|块)?(?:给|到|转给|打给|付给)[^，。]{1,20}[、，和]$").expect("constant")
});
