//! Amounts of money in yuan: 三万元, 3.2万, 两千八, 12,800.50元, ￥500, 1.2w, and the bare figures of a list of payments.
//!
//! Promises: values in whole fen; foreign and crypto amounts are nothing; a figure without a unit is only an amount
//! when the words around it say that money moved. Leaves out: who paid whom.

use crate::claims::{Claims, Mention};
use crate::numeral::{self, Numeral, PART};
use crate::source::Source;
use crate::{Check, Kind, phone};
use regex::Regex;
use std::sync::LazyLock;

pub(crate) fn recognise(source: &Source, claims: &mut Claims) {
    let mut candidates = scan(source, claims);
    spread_over_lists(source, &mut candidates);
    for found in candidates.into_iter().filter(|c| c.verdict == Verdict::Amount) {
        let mention = Mention {
            kind: Kind::Amount,
            start: found.start,
            end: found.end,
            value: found.fen.to_string(),
            check: Check::None,
            approx: found.approx,
        };
        claims.claim(source, mention);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Amount,
    /// A bare figure: an amount when its neighbour in a list is one.
    Open,
}

pub(crate) struct Candidate {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) fen: i64,
    pub(crate) approx: bool,
    pub(crate) verdict: Verdict,
}

/// Everything that may be a sum, bare figures too, for a reader that knows more about the sentence.
pub(crate) fn candidates(source: &Source, claims: &Claims) -> Vec<Candidate> {
    let mut candidates = scan(source, claims);
    spread_over_lists(source, &mut candidates);
    candidates
}

fn scan(source: &Source, claims: &Claims) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < source.len() {
        if !may_begin(source.at(at)) || !claims.is_free(at, at + 1) {
            at += 1;
            continue;
        }
        let outcome = Figure::read(source, at, claims.free_run(at, 25));
        at = outcome.as_ref().map_or_else(
            || skip_digits(source, at),
            |figure| figure.numeral_end.max(at + 1),
        );
        if let Some(candidate) = outcome.and_then(|figure| figure.judge(source))
            && claims.is_free(candidate.start, candidate.end)
        {
            at = at.max(candidate.end);
            found.push(candidate);
        }
    }
    found
}

fn may_begin(c: char) -> bool {
    c.is_ascii_digit()
        || numeral::digit(c).is_some()
        || matches!(
            c,
            '十' | '拾' | '百' | '千' | '万' | '几' | '数' | '上' | '好' | '成'
        )
}

/// A digit run that is no numeral is skipped whole: it is never split.
fn skip_digits(source: &Source, at: usize) -> usize {
    let mut end = at + 1;
    while source.at(at).is_ascii_digit() && source.at(end).is_ascii_digit() {
        end += 1;
    }
    end
}

/// A numeral in its place.
struct Figure {
    start: usize,
    numeral_end: usize,
    numeral: Numeral,
    /// What follows is another mention: 五万八 before 星期六 counts no weeks.
    bounded: bool,
}

impl Figure {
    /// `room` is how far the characters are free: 两千十一点五分 is two thousand and an hour.
    fn read(source: &Source, at: usize, room: usize) -> Option<Figure> {
        if let Some(figure) = bare_unit(source, at) {
            return Some(figure);
        }
        let before = source.before(at);
        let glued_digit =
            before.is_ascii_digit() || (before == '.' && at >= 2 && source.at(at - 2).is_ascii_digit());
        if glued_digit || (source.at(at) == '成' || source.at(at) == '上') && !unit_follows_soon(source, at)
        {
            return None;
        }
        let mut numeral = numeral::read(source.folded(at, at + room))?;
        // 一笔6千一笔1万4: the last 一 counts the next payment.
        // 一千一张的买了四张, 充四千一共五次: so does a 一 before other counted things, and 一共 is a word.
        let last = source.at(at + numeral.len - 1);
        let counts = (matches!(source.at(at + numeral.len), '笔' | '次' | '回' | '单')
            && matches!(last, '一' | '两' | '三' | '四' | '五')
            || matches!(
                source.at(at + numeral.len),
                '张' | '份' | '盒' | '瓶' | '共' | '部' | '台'
            ) && last == '一')
            && numeral.scale >= 100
            && !matches!(source.before(at), '第' | '共');
        if counts && let Some(shorter) = numeral::read(source.folded(at, at + numeral.len - 1)) {
            numeral = shorter;
        }
        let end = at + numeral.len;
        if source.at(end).is_ascii_digit() && source.at(end - 1).is_ascii_digit() {
            return None;
        }
        Some(Figure {
            start: at,
            numeral_end: end,
            numeral,
            bounded: room < 25 && end == at + room,
        })
    }

    fn judge(&self, source: &Source) -> Option<Candidate> {
        let left = source.left(self.start, 18);
        if source.before(self.start) == '第' || HARD_LEFT.is_match(left) {
            return None;
        }
        let lead = Lead::read(left);
        let unit = Unit::read(source, self);
        let foreign_right = FOREIGN_RIGHT.is_match(source.right(self.numeral_end, 12));
        if foreign_right || lead.foreign_blocks(unit.is_some()) {
            return None;
        }
        let verdict = self.verdict(source, left, &lead, unit.as_ref())?;
        self.candidate(source, &lead, unit, verdict)
    }

    fn verdict(&self, source: &Source, left: &str, lead: &Lead, unit: Option<&Unit>) -> Option<Verdict> {
        if let Some(unit) = unit {
            return (!unit.is_idiom(source, self)).then_some(Verdict::Amount);
        }
        if lead.sign > 0 {
            return Some(Verdict::Amount);
        }
        if CALLED_A_CODE.is_match(left) || EXTENSION.is_match(source.left(self.start, 20)) {
            return None;
        }
        if !self.bounded && self.counts_things(source)
            || source.before(self.start).is_ascii_alphabetic()
            || source.before(self.start) == '-' && !self.numeral.plain
        {
            return None;
        }
        let paid = PAID_BEFORE.is_match(left);
        let dialled = self.numeral.plain
            && phone::is_public_short(source.slice(self.start, self.numeral_end))
            && (DIALLED_BEFORE.is_match(left)
                || !paid
                    && (GREETED_BEFORE.is_match(left)
                        || ASKED_AFTER.is_match(source.right(self.numeral_end, 4))));
        let scaled = self.numeral.scale >= 1_000 && !self.numeral.headless;
        if self.numeral.plain {
            let dated = A_DATE.is_match(source.slice(self.start, self.numeral_end));
            return (!dialled && !dated && self.whole_digits(source) <= 9 && self.numeral.parts >= PART)
                .then_some(if paid && self.numeral.parts >= 5 * PART {
                    Verdict::Amount
                } else {
                    Verdict::Open
                });
        }
        if scaled && self.numeral.latin && self.numeral.scale == 1_000 {
            return paid.then_some(Verdict::Amount);
        }
        if scaled
            || (paid && self.numeral.scale >= 100)
            || (paid && self.numeral.scale >= 10 && !self.numeral.headless)
        {
            return Some(Verdict::Amount);
        }
        (self.numeral.scale >= 100 && !self.numeral.headless).then_some(Verdict::Open)
    }

    /// The digits before the point, without the commas of the groups.
    fn whole_digits(&self, source: &Source) -> usize {
        let figure = source.folded(self.start, self.numeral_end).iter();
        figure
            .take_while(|c| **c != '.')
            .filter(|c| c.is_ascii_digit())
            .count()
    }

    /// A counter behind the numeral: people, days, points, goods.
    fn counts_things(&self, source: &Source) -> bool {
        let right = source.right(self.numeral_end, 8);
        if self.numeral.plain && source.at(self.numeral_end).is_ascii_alphabetic() {
            return true;
        }
        // 一/4,300/15:06: a figure with grouped thousands is a sum between the strokes of a table too.
        let grouped = source.folded(self.start, self.numeral_end).contains(&',');
        if self.numeral.plain && grouped && source.at(self.numeral_end) == '/' {
            return false;
        }
        if self.numeral.plain {
            COUNTER_AFTER_FIGURE.is_match(right)
        } else {
            COUNTER_AFTER_NUMERAL.is_match(right)
        }
    }

    fn candidate(
        &self,
        source: &Source,
        lead: &Lead,
        unit: Option<Unit>,
        verdict: Verdict,
    ) -> Option<Candidate> {
        let mut parts = self.numeral.parts;
        let mut end = self.numeral_end;
        let mut approx = self.numeral.vague || lead.vague;
        if let Some(unit) = unit {
            parts = unit.parts(parts);
            end = unit.end;
            approx |= unit.vague;
        }
        let right = source.right(end, 8);
        let tail = TRAILING.captures(right).map_or("", |found| {
            found
                .iter()
                .skip(1)
                .flatten()
                .last()
                .map_or("", |m| &right[..m.end()])
        });
        approx |= VAGUE_TAILS.iter().any(|word| tail.contains(word));
        approx |= right.starts_with("不到") && !right.starts_with("不到账");
        end += tail.chars().count();
        let fen = i64::try_from(parts * 100 / PART).ok().filter(|fen| *fen > 0)?;
        Some(Candidate {
            start: self.start - lead.sign,
            end,
            fen,
            approx,
            verdict,
        })
    }
}

/// 近万元, 过千元: the multiplier is the number.
fn bare_unit(source: &Source, at: usize) -> Option<Figure> {
    let scale = match source.at(at) {
        '百' => 100,
        '千' => 1_000,
        '万' => 10_000,
        _ => return None,
    };
    let hinted = matches!(source.before(at), '近' | '过' | '超' | '逾');
    if !hinted || !matches!(source.at(at + 1), '元' | '块') {
        return None;
    }
    let numeral = Numeral {
        parts: scale * PART,
        len: 1,
        vague: true,
        scale,
        plain: false,
        latin: false,
        headless: true,
    };
    Some(Figure {
        start: at,
        numeral_end: at + 1,
        numeral,
        bounded: false,
    })
}

/// 上万元 is an amount, 网上万一 is not.
fn unit_follows_soon(source: &Source, at: usize) -> bool {
    UNIT_SOON.is_match(source.right(at, 6))
        && !matches!(source.before(at), '以' | '网' | '晚' | '早' | '线' | '卡' | '账')
}

static UNIT_SOON: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[上成][十百千万]{1,2}(?:元|块)").expect("constant"));

/// What stands before a figure and belongs to it or colours it.
struct Lead {
    /// Characters of a currency sign that belong to the text.
    sign: usize,
    vague: bool,
    foreign_sign: bool,
    /// 购买USDT5000元 is yuan; 港币5000元 is not.
    foreign_fiat: bool,
}

impl Lead {
    fn read(left: &str) -> Lead {
        let sign = SIGN.find(left).map_or(0, |m| m.as_str().chars().count());
        let rest: String = left.chars().take(left.chars().count() - sign).collect();
        Lead {
            sign,
            vague: VAGUE_BEFORE.is_match(&rest),
            foreign_sign: sign == 0 && FOREIGN_SIGN.is_match(left),
            foreign_fiat: sign == 0 && FOREIGN_FIAT.is_match(left),
        }
    }

    fn foreign_blocks(&self, has_unit: bool) -> bool {
        self.foreign_fiat || (self.foreign_sign && !has_unit)
    }
}

static SIGN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:¥\s?|人民币\s?|(?i:rmb|cny)\s?[:：]?\s?)$").expect("constant"));
static FOREIGN_SIGN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:[$＄€£₩₿₫฿]|(?i:usdt|usdc|btc|eth|trx|doge|usd|hkd|eur|gbp|jpy|krw|twd)|泰达币|比特币|以太坊|虚拟币|虚拟货币|U币|积分|金币|游戏币|钻石)\s?[:：]?\s?(?:约|共|为)?$").expect("constant")
});
static FOREIGN_FIAT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:[$＄€£₩₫฿]|(?i:usd|hkd|eur|gbp|jpy|krw|twd)|美元|美金|港币|港元|欧元|英镑|日元|日币|韩元|韩币|泰铢|卢布|新台币|台币|澳元|加元|新币|澳门元|越南盾|缅币|比索)\s?[:：]?\s?(?:约|共|为)?$").expect("constant")
});
static FOREIGN_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:\s?[（(]?)(?:多|余|几)?(?:个|枚|块)?\s?(?:(?i:usdt|usdc|usd|btc|eth|trx|doge|hkd|eur|gbp|jpy|krw|twd|sgd|aud|cad|thb|php|myr|vnd|bnb)(?:[^a-zA-Z]|$)|[Uu](?:[^a-zA-Z盘]|$)",
        r"|美元|美金|美刀|刀(?:[^具片子]|$)|港币|港元|港纸|港幣|欧元|欧(?:[^阳洲美]|$)|英镑|镑|日元|日币|日圆|韩元|韩币|韩圆|泰铢|铢|卢布|卢比|新台币|台币|澳元|澳币|澳门[元币]|加元|加币|加拿大元|新币|新加坡[元币]|越南盾|盾|缅币|缅元|比索|披索|马币|令吉|林吉特|迪拉姆|法郎|里拉|雷亚尔|克朗",
        r"|泰达币|泰达|比特币|以太坊|以太币|狗狗币|莱特币|虚拟币|虚拟货币|柚子币|波场币|枚|柬埔寨|瑞尔|老挝|基普|U币|Q币|q币|游戏币|金币|银币|代币|点券|钻石|积分|金豆|豆|元宝|个币|[¥$€£])"
    ))
    .expect("constant")
});
static VAGUE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:大概|大约|约莫|约|将近|接近|近|差不多|大致|不到|不足|逾|超过|超)(?:是|为|有|了|转了|人民币|共计?|损失|被骗|需要?|也就)?\s?$").expect("constant")
});
/// 打110, 报了110, 收到10086的短信: a number that was called, not paid.
static DIALLED_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:打|拨|拨打|报|致电|接到|收到|来自|联系|电话|热线|短信|咨询)(?:了|过|通|给|的|：|是)*$")
        .expect("constant")
});
/// 喂96110吗: the caller makes sure whom the call has reached.
static GREETED_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:喂|您好|你好|哈喽|请问|警察同志)(?:你们|您们|您|你|这里|这边|这)?(?:是|就是)?(?:不是)?[，,：:\s]*$").expect("constant")
});
static ASKED_AFTER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:吗|么|嘛|热线|专线|接警|反诈|中心|平台)").expect("constant"));
/// Figures that are part of something else: versions, percentages, document years.
static HARD_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:百分之|千分之|万分之|〔|第|[A-Za-z]-|[0-9]:|[零一二三四五六七八九十]分之)$")
        .expect("constant")
});

/// 电话027-8765-4321转8001
static EXTENSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i:电话|总机|座机|固话|tel)[^，。；、]{0,16}[0-9]\s?转\s?$").expect("constant")
});

/// 货款20261125: eight digits that are a day.
static A_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$").expect("constant")
});

/// 工号三百六十九, 尾号一千二百三十四: a code read as a number.
static CALLED_A_CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:工号|尾号|尾数|编号|编码|验证码|密码|号码|房间号|单号|代码|后四位|末四位|警号|分机|会议号|订单|口令|暗号|案号|邮编|账号|卡号)(?:分别)?[是为：:，\s]*$").expect("constant")
});

const PAID: &str = concat!(
    r"转账|转款|转出|转走|转入|转了|转过|转给|转来|转去|转|打款|打了|打过|打过去|打给|汇款|汇出|汇入|汇了|汇|付款|支付|付了|付|充值|充了|充|投入|投资|投了|投进|投|存入|存了|存款|存|取款|取现|取出|取了|提现|提了",
    r"|到账|入账|返现|返利|返还|返了|返|赚了|赚到|赚|收到|收款|收取|收了|扣款|扣除|扣了|被扣|扣|要交|需交|先交|得交|再交|缴纳|交纳|上交|交了|缴|垫付|垫资|返佣|垫|借款|借了|借到|借出|借|贷款|贷了|贷|还款|还了|还|花费|花了|花|消费|刷走|刷了|刷出|盗刷|损失|被骗走|被骗|骗走|骗了|骗取|骗",
    r"|涉案金额|金额|本金|佣金|余额|押金|定金|订金|保证金|手续费|服务费|解冻金|会员费|工本费|工资|违约金|验资费|认证金|认证费|解冻费|诚意金|税金|关税|运费|学费|报名费|培训费|首付|尾款|货款|彩礼|路费|费用|费|单价|标价|定价|原价|要价|价格|价值|售价|总价|报价|总额|合计|总计|共计|每笔|每单|每次|每人|每期|一共|总共|累计|额度|限额|收益|利润|盈利|利息|红包|套现|下款|放款|亏损|亏了|倒贴",
    r"|第[一二三四五六七八九十\d]{1,2}(?:单|笔|次|回|期|轮)|小写|变|涨到|没了|少了|不见了|只给|还给|[他她方又还开口就说，。]要|月付|白条|花呗|借呗|微粒贷|e招贷|备用金|一[张台部件]|(?:笔|次|单|回|组|批)[，,：:]?分别|买了|卖了|下单|做单|做了|刷单|要价|出价|开价|付完|补交|补缴|补了|补|退款|退还|退给|退了|退|领了|领取|领到|得到|拿到|拿了|抢走|转账金额|打赏|给了|尾款|给他|给她|给我|给对方|还差|剩下|剩余|剩|只有|欠|共",
);
const PAID_GAP: &str = r"(?:了|过|给|到|去|过去|出去|出|走|进|进去|来|我|他|她|对方|其|您|你|人民币|为|是|：|:|-|\+|\s|大概|大约|约|近|将近|差不多|一共|总共|总计|共计|合计|共|有|第?[一二两三四五六七八九十\d]{1,2}(?:笔|次|单|回)|分别|先后|又|再|再次|一个|整整|“|的|就|才|着|款|钱|现金|余额|分|成|的是|需要?|要求?|里面?|卡里|走了|也|还|得|另外|，(?:又|再|分别|一共|共|合计|总计|金额|第[一二三四五六]?(?:笔|次|单|回))|、(?:第[一二三四五六]笔)|（|\()";
static PAID_BEFORE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("(?:{PAID}){PAID_GAP}{{0,6}}$")).expect("constant"));

static COUNTER_AFTER_FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s?(?:[人名个单件次条笔天年月日号时分秒点小岁级倍位层楼页章集台部辆套家种粉赞股份张字步米里平斤吨匹度代批组桌间栋期轮届场把双只头瓶盒箱包本首款室幢]|户(?:[^名头主]|$)|周|星期|礼拜|公里|千米|厘米|毫|积分|粉丝|会员|用户|好友|多[人名个单件次条天年月日小分]|余[人名个次天]|来[人个天]",
        r"|[%％‰°℃#@+*×/:：=~_]|-\d|\.\d|小时|分钟|秒钟|世纪|开头|结尾|打头|的电话|这个号|号码|那个号|客服|热线|短信|报警|警情|平台|银行|公司|app|APP)"
    ))
    .expect("constant")
});
static COUNTER_AFTER_NUMERAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\s?(?:多|余|来|几)?\s?(?:[人名个单件次条笔色天年月日号秒岁级倍位层楼页集台部辆套家种粉赞股份张字步米里平斤吨匹度代批组桌间栋期轮届场把双只头瓶箱包本首伏瓦方亩颗棵辈英]|户(?:[^名头主]|$)|点赞|点击|点[^多。，钟左]|周岁|星期|公里|千米|厘米|毫|积分|粉丝|会员|用户|好友|小时|分钟|分[^别批次期两三四五六几]|像素|流量|浏览|播放|阅读|关注|评论|订阅|网友|市民|群众|居民|村民|大军|火急|强|保障|分之|[%％‰]|充电|快充|功率|的功率|一[，。遇是出有])",
    )
    .expect("constant")
});
static TRAILING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(整|正)(?:[^个天体合在好是确当巧规常式要想\p{Alphabetic}]|[，。、；,;）)\s了的后给到，]|$)|(左右|上下|出头)|(许)(?:[^\p{Alphabetic}]|$)|(多|余)(?:[^\p{Alphabetic}]|[左的了到过给]|$))").expect("constant")
});
const VAGUE_TAILS: [&str; 6] = ["左右", "上下", "许", "出头", "多", "余"];

/// The unit behind a figure, with the jiao and fen that may follow.
struct Unit {
    end: usize,
    /// What a yuan is here: 元 and 块 1, 毛 and 角 a tenth, 分钱 a hundredth.
    divisor: i128,
    /// Jiao and fen behind it, in ten-thousandths of a yuan.
    rest: i128,
    vague: bool,
    kuai: bool,
}

static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s?(?P<vague>多|余|来|几)?\s?(?P<unit>元|圆|块|塊|毛钱|毛|角钱|角|分钱|人民币|(?i:rmb|cny))",
        r"(?:(?P<jiao>[0-9零一二两三四五六七八九])(?:[毛角]))?(?:(?P<fen>[0-9零一二两三四五六七八九])分)?",
        r"(?P<half>[一二两三四五六七八九1-9]|半)?",
        r"(?P<money>钱|人民币|(?i:rmb|cny))?",
    ))
    .expect("constant")
});

impl Unit {
    fn read(source: &Source, figure: &Figure) -> Option<Unit> {
        let right = source.right(figure.numeral_end, 14);
        let found = UNIT.captures(right)?;
        let unit = found.name("unit")?;
        let kuai = matches!(unit.as_str(), "块" | "塊");
        let divisor = match unit.as_str() {
            "毛" | "毛钱" | "角" | "角钱" => 10,
            "分钱" => 100,
            _ => 1,
        };
        let mut end = found.get(0)?.end();
        let mut rest = tenth(&found, "jiao") * PART / 10 + tenth(&found, "fen") * PART / 100;
        if let Some(half) = found.name("half") {
            // 十二块五 is 12.50; 一百块三次 is one hundred, three times.
            let after = right[half.end()..].chars().next().unwrap_or('，');
            let value = if half.as_str() == "半" {
                Some(5)
            } else {
                half.as_str()
                    .chars()
                    .next()
                    .and_then(|c| c.to_digit(10).map(i128::from).or_else(|| numeral::digit(c)))
            };
            let whole_jiao = found.name("jiao").is_some() && found.name("fen").is_none();
            if (kuai || whole_jiao)
                && (matches!(
                    after,
                    '，' | '。'
                        | '、'
                        | '；'
                        | ','
                        | ' '
                        | '钱'
                        | '的'
                        | '）'
                        | '！'
                        | '？'
                        | '就'
                        | '能'
                        | '可'
                        | '又'
                        | '然'
                        | '再'
                        | '后'
                        | '还'
                        | '他'
                        | '我'
                ))
            {
                // 六块六毛六: behind jiao the last digit is fen.
                rest += value.unwrap_or(0) * PART / if whole_jiao { 100 } else { 10 };
            } else {
                end = half.start();
            }
        }
        let text = &right[..end];
        Some(Unit {
            end: figure.numeral_end + text.chars().count(),
            divisor,
            rest,
            vague: found.name("vague").is_some(),
            kuai,
        })
    }

    fn parts(&self, numeral: i128) -> i128 {
        numeral / self.divisor + self.rest
    }

    /// 一块去, 三块屏幕, 5元素, 三角恋, 二元一次: the unit is part of another word.
    fn is_idiom(&self, source: &Source, figure: &Figure) -> bool {
        let next = source.at(self.end);
        let small = figure.numeral.parts < 10 * PART && !figure.numeral.plain;
        let word = source.slice(figure.numeral_end, self.end);
        if self.kuai && small && self.rest == 0 && !word.contains('钱') {
            let one = figure.numeral.parts == PART;
            return one
                || !matches!(
                    next,
                    '，' | '。' | '、' | '；' | ',' | ' ' | '\0' | '的' | '）' | '多' | '左'
                );
        }
        match word.chars().last() {
            Some('元') => {
                matches!(
                    next,
                    '素' | '件' | '旦' | '宵' | '首' | '气' | '老' | '凶' | '宝' | '音'
                ) || (small && matches!(next, '一' | '论' | '化'))
            }
            Some('块') => matches!(next, '屏' | '砖' | '地' | '手' | '玉' | '石' | '钢' | '硬' | '显'),
            Some('角') => {
                matches!(next, '恋' | '形' | '度' | '落' | '色' | '债')
                    || !figure.numeral.plain && figure.numeral.scale == 1 && self.rest == 0
            }
            Some('毛') => matches!(next, '不' | '利' | '衣'),
            _ => false,
        }
    }
}

fn tenth(found: &regex::Captures<'_>, name: &str) -> i128 {
    let c = found.name(name).and_then(|m| m.as_str().chars().next());
    c.and_then(|c| c.to_digit(10).map(i128::from).or_else(|| numeral::digit(c)))
        .unwrap_or(0)
}

static LIST_GAP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s?(?:[、，,;；/+＋&]|和|及|与|以及|还有|跟|加上?|再|又|外加|到|至|-|~|—)?\s?(?:还有|以及|再|又|再加|和|另外)?(?:第[一二三四五六七八九十](?:笔|次|单|回))?(?:转了?|充了?|付了?)?(?:是|：|:)?\s?$").expect("constant")
});

/// A bare figure in a list takes the nature of its neighbour: 5000、8000、12000元.
fn spread_over_lists(source: &Source, candidates: &mut [Candidate]) {
    for at in 1..candidates.len() {
        inherit(source, candidates, at - 1, at);
    }
    for at in (1..candidates.len()).rev() {
        inherit(source, candidates, at, at - 1);
    }
}

fn inherit(source: &Source, candidates: &mut [Candidate], from: usize, to: usize) {
    let (first, second) = (from.min(to), from.max(to));
    let (gap_start, gap_end) = (candidates[first].end, candidates[second].start);
    let open = candidates[from].verdict == Verdict::Amount && candidates[to].verdict == Verdict::Open;
    if !open || gap_end <= gap_start || gap_end - gap_start > 8 {
        return;
    }
    let gap = source.slice(gap_start, gap_end);
    // Small figures after a comma are more often something else.
    let sure = candidates[to].fen >= 10_000
        || gap.contains('、')
        || gap.contains('-')
        || gap.contains('到')
        || gap.contains('第');
    if sure && LIST_GAP.is_match(gap) {
        candidates[to].verdict = Verdict::Amount;
    }
}
