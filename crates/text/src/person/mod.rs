//! Persons as stories name them: 邓先生, 王某某, and full names behind a word that announces one (户名, 收款人, 我叫, 报警人 …).
//!
//! Promises: a name is only read with a sign beside it (a title, 某, an announcing word, a verb of reporting), and a name
//! that was once read is found again wherever it stands. Leaves out: who the person is in the case.

mod holder;
mod other;

pub(crate) use holder::{
    begins_like_name, looks_like_name, may_hold_an_account, name_between, name_here, spoken_name,
};

use crate::Kind;
use crate::claims::{Claims, Mention};
use crate::source::{Source, name_of};
use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

struct Material {
    surnames: HashSet<char>,
    weak: HashSet<char>,
    given: HashSet<char>,
    compounds: Vec<&'static str>,
}

static MATERIAL: LazyLock<Material> = LazyLock::new(|| {
    let row = |class: &str| {
        let rows = include_str!("../../data/names.csv").lines();
        rows.filter_map(|line| line.split_once(','))
            .find(|(name, _)| *name == class)
            .map_or("", |(_, value)| value)
    };
    Material {
        surnames: row("surname").chars().collect(),
        weak: row("weak").chars().collect(),
        given: row("given").chars().collect(),
        compounds: row("compound").split('|').collect(),
    }
});

/// Distinct names that are looked for again.
const NAMES_MAX: usize = 200;

pub(crate) fn recognise(source: &Source, claims: &mut Claims) {
    let mut names = Vec::new();
    concealed(source, claims);
    other::starred(source, claims);
    titled(source, claims);
    announced(source, claims, &mut names);
    other::latin(source, claims);
    opening(source, claims, &mut names);
    repeated(source, claims, names);
}

fn claim(source: &Source, claims: &mut Claims, start: usize, end: usize) -> bool {
    let value = name_of(&source.original(start, end));
    claims.claim(source, Mention::plain(Kind::Person, start, end, value))
}

/// The length of a surname at a position.
fn surname(source: &Source, at: usize) -> Option<usize> {
    let material = &*MATERIAL;
    if material.compounds.contains(&source.slice(at, at + 2)) {
        return Some(2);
    }
    material.surnames.contains(&source.at(at)).then_some(1)
}

/// Whether a character alone is a surname.
pub(crate) fn is_surname(c: char) -> bool {
    MATERIAL.surnames.contains(&c)
}

fn is_weak(source: &Source, at: usize, len: usize) -> bool {
    len == 1 && MATERIAL.weak.contains(&source.at(at))
}

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

// ---- 王某 ----------------------------------------------------------------------------------------------------------

static AFTER_MOU: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[公银平网商企单学医机地人日月年天时账账卡件事物]|些|个|种|处|款|集团|软件|APP|app|项|群|部|局|市|县|区|村|镇|省|酒店|宾馆|小区|楼|路|街|店)").expect("constant")
});

/// 王某, 王某某, 李某甲, 邓某平.
fn concealed(source: &Source, claims: &mut Claims) {
    for (byte, _) in source.text().match_indices('某') {
        let at = source.position(byte);
        if source.before(at) == '某' {
            continue;
        }
        let Some(start) = surname_ending(source, at) else {
            continue;
        };
        let end = concealed_end(source, at);
        if names_a_firm(source, start, end) {
            continue;
        }
        let doubtful = is_function_surname(source.at(start)) || is_weak(source, start, at - start);
        if doubtful
            && (AFTER_MOU.is_match(source.right(end, 2)) || !names_someone(source, start, end))
            && !announces(source, start)
        {
            continue;
        }
        claim(source, claims, start, end);
    }
}

static FIRM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\p{Han}--[在的于向给把将到因与和是从称说了叫让被]]{0,8}?(?:公司|集团|商行|厂|合作社|事务所|经营部|工作室)").expect("constant")
});

/// 黄石某某建筑公司: the surname ends a place's name and 某 conceals a firm's.
fn names_a_firm(source: &Source, start: usize, end: usize) -> bool {
    let before = source.before(start);
    is_han(before)
        && !VERB_HEADS.contains(before)
        && !announces(source, start)
        && FIRM.is_match(source.right(end, 12))
}

/// The place of the surname right before 某.
fn surname_ending(source: &Source, at: usize) -> Option<usize> {
    if at >= 2 && MATERIAL.compounds.contains(&source.slice(at - 2, at)) {
        return Some(at - 2);
    }
    let start = at.checked_sub(1)?;
    surname(source, start).map(|_| start).filter(|_| {
        !(matches!(
            (source.before(start), source.at(start)),
            ('对', '方') | ('官', '方') | ('地', '方') | ('双', '方') | ('中', '国')
        ))
    })
}

fn concealed_end(source: &Source, at: usize) -> usize {
    let mut end = at + 1;
    while source.at(end) == '某' && end < at + 3 {
        end += 1;
    }
    let next = source.at(end);
    let ordinal = matches!(next, '甲' | '乙' | '丙' | '丁' | 'A' | 'B' | 'C');
    let given = end == at + 1
        && MATERIAL.given.contains(&next)
        && !VERB_HEADS.contains(next)
        && boundary_after(source, end + 1);
    let titled = TITLE
        .find(source.right(end, 4))
        .map(|m| m.as_str().chars().count());
    if let Some(title) = titled {
        return end + title;
    }
    if ordinal || given { end + 1 } else { end }
}

/// Surnames that are also prepositions: 向某账户, 于某日, 和某人.
fn is_function_surname(c: char) -> bool {
    matches!(
        c,
        '于' | '向'
            | '和'
            | '从'
            | '时'
            | '由'
            | '有'
            | '在'
            | '对'
            | '都'
            | '来'
            | '但'
            | '那'
            | '连'
            | '方'
            | '应'
            | '以'
            | '经'
            | '用'
            | '到'
            | '与'
    )
}

fn names_someone(source: &Source, start: usize, end: usize) -> bool {
    announces(source, start) || boundary_after(source, end) && boundary_before(source, start)
}

// ---- 邓先生 --------------------------------------------------------------------------------------------------------

static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:先生|女士|小姐|太太|夫人|老师|警官|警察|经理|主任|队长|科长|处长|局长|所长|院长|校长|厂长|部长|站长|行长|董事长|书记|主管|总监|助理|导师|律师|医生|大夫|护士|教授|博士|师傅|老板|会计|法官|检察官|阿姨|大爷|大妈|大姐|大哥|大叔|叔叔|婆婆|爹爹|奶奶|爷爷|专员|顾问|秘书|团长|连长|营长|参谋|班长|排长|司务长|指导员|教练|支队长|大队长|中队长|厅长|镇长|村长|股长|课长|店长|组长|工程师|督导|同志|同学|某某)",
    )
    .expect("constant")
});
static SHORT_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:总|姐|哥|叔|姨|婶|嫂|工|队|所|局|处|科|董|导)(?:[，。、；：！？）)”\s]|让|说|叫|要|发|加|转|汇|打|付|借|问|把|被|跟|催|拉|的(?:微信|QQ|账|卡|要求|名义)|给|在|又|$)").expect("constant")
});
/// Words that end in a surname or begin with one before a title: 项目经理, 高级经理, 金牌客服.
static NOT_A_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:项目|高级|金牌|区域|部门|业务|全国|文化|商务|公司|农业|海关|国安|路线|连锁|华东|华中|平台|明星|安全|官方|任课|时间|单位|边防|管理|应用|营业|支付|信贷|计划|元老|万能|原班|成教|全职|温馨|相关|国家|那位|云南|南方|古董|商会|班主|谈判|司法|车间|常务|支队|国际|智能|银行|查询|席位|辛苦|游戏|任务|包工|马上|金融|高管|党委|钱庄|都市|都是|公关|全体|强大|居委|和|来了?)$").expect("constant")
});

fn titled(source: &Source, claims: &mut Claims) {
    let mut at = 0;
    while at < source.len() {
        at = match titled_at(source, claims, at) {
            Some(end) => end,
            None => at + 1,
        };
    }
}

fn titled_at(source: &Source, claims: &mut Claims, at: usize) -> Option<usize> {
    let surname_len = surname(source, at).filter(|_| claims.is_free(at, at + 1))?;
    for given in 0..=2 {
        let title_at = at + surname_len + given;
        let right = source.right(title_at, 4);
        // 某 conceals the given name, so none stands before it: 武汉某某 is a place with something concealed.
        let concealed = given > 0 && right.starts_with('某');
        let title = TITLE
            .find(right)
            .filter(|_| !concealed)
            .map(|m| m.as_str().chars().count());
        let short = (given == 0 && SHORT_TITLE.is_match(right)).then_some(1);
        let Some(len) = title.or(short) else { continue };
        let end = title_at + len;
        if may_be_titled(source, at, surname_len, given, title.is_none()) && claim(source, claims, at, end) {
            return Some(end);
        }
        return None;
    }
    None
}

/// Words made of a surname and a short title: 施工, 向导, 古董.
const NOT_SHORT: [&str; 14] = [
    "施工", "向导", "古董", "包工", "程工", "时局", "文工", "安局", "党导", "全局", "布局", "金总", "万所",
    "易所",
];

fn may_be_titled(source: &Source, at: usize, surname_len: usize, given: usize, short: bool) -> bool {
    let name = source.slice(at, at + surname_len + given);
    let before = source.before(at);
    if (short && NOT_SHORT.contains(&source.slice(at, at + 2)))
        || NOT_A_NAME.is_match(name)
        || source.slice(at, at + 3) == "班主任"
        || matches!(
            (before, source.at(at)),
            ('对' | '官' | '警' | '校' | '双' | '院' | '厂', '方') | ('学' | '公' | '银', '校' | '司')
        )
    {
        return false;
    }
    if given == 0 {
        let weak = is_weak(source, at, surname_len);
        let free = boundary_before(source, at) || announces(source, at) || prepositions(before);
        return if short || weak {
            free
        } else {
            free || !surname_continues(source, at)
        };
    }
    let all_given = source
        .folded(at + surname_len, at + surname_len + given)
        .iter()
        .all(|c| MATERIAL.given.contains(c));
    all_given
        && (boundary_before(source, at) || announces(source, at) || prepositions(before))
        && !(given == 1 && is_weak(source, at, surname_len) && !announces(source, at))
}

fn prepositions(c: char) -> bool {
    matches!(
        c,
        '给' | '向'
            | '让'
            | '叫'
            | '的'
            | '是'
            | '找'
            | '被'
            | '和'
            | '与'
            | '跟'
            | '对'
            | '把'
            | '将'
            | '由'
            | '称'
            | '到'
            | '请'
            | '问'
            | '了'
            | '位'
            | '个'
            | '名'
            | '有'
            | '联'
            | '替'
            | '为'
            | '于'
    )
}

/// 最高经理: the surname character ends a longer word.
fn surname_continues(source: &Source, at: usize) -> bool {
    let before = source.before(at);
    matches!(
        (before, source.at(at)),
        ('最' | '提' | '很' | '更', '高')
            | (
                '现' | '奖' | '资' | '基' | '押' | '佣' | '本' | '订' | '定' | '税',
                '金'
            )
            | ('信' | '主' | '责' | '担' | '上' | '负', '任')
            | ('公' | '上', '司')
            | ('中' | '全' | '外', '国')
    )
}

// ---- 户名张三 ------------------------------------------------------------------------------------------------------

/// Words behind which a name is certain even when its characters are rare.
static SURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:户\s?名|户主|姓名|名字|收款人|收款方|收款户|收款人姓名|开户人|开户名|账户名|账户名称|持卡人|持有人|户名称|账户人|我叫|名叫|(?:老公|老婆|丈夫|妻子|爱人|老伴|儿子|女儿|母亲|父亲|妈妈|爸爸|婆婆|公公|岳父|岳母|爷爷|奶奶|外公|外婆|哥哥|弟弟|姐姐|妹妹|儿媳|女婿)叫|化名|真名|实名|本名|名为|报警人|报案人|事主|受害人|被害人|受害者|犯罪嫌疑人|嫌疑人|联系人|法人代表|法定代表人|法人|机主|当事人|失主|被骗人|投诉人|来电人|举报人|求助人|经办人|接警人|接警员|处警民警|证人|违法行为人|涉案人员|转账人|付款人|付款方|汇款人|控告人|户名为|收件人|收货人|寄件人|取款人|存款人|开卡人|借款人|出借人|户主为|群主)",
        r#"(?:一栏|显示|写的?|填的?|都?是|为|叫做?|名叫|均为|登记为|称|：|:|\s|“|"|「|【|（|\(|-){0,4}$"#
    ))
    .expect("constant")
});
static LIKELY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:我是|我姓名|对方叫|他叫|她叫|叫做?|自称是?|冒充|自称为|民警|辅警|警员|群众|市民|居民|村民|网民|男子|女子|男人|女人|老人|青年|学生|会计|本人|出纳|财务|董事长|总裁|老总|校长|书记|同乡|室友|闺蜜|战友|合伙人|老公叫|老板叫|朋友|好友|网友|同学|同事|亲戚|婆婆|公公|岳父|岳母|爷爷|奶奶|外公|外婆|老伴|嫂子|舅舅|姑姑|叔叔|阿姨|姨妈|堂哥|堂弟|堂姐|堂妹|[我他她]妈|[我他她]爸|儿子|女儿|丈夫|妻子|老公|老婆|母亲|父亲|妈妈|爸爸|爱人|表哥|表弟|表姐|表妹|哥哥|弟弟|姐姐|妹妹|侄子|外甥|孙子|孙女|儿媳|女婿|邻居|老乡|战友|员工|职工|职员|店主|商户|业主|租客|司机|客户经理|客服人员|客服|导师|讲师|助理|经理|主任|老师|队长|领导|老板|店员|中介|柜员|派送员|快递员|专员|指导员|律师|检察官|法官|警官|转给|汇给|打给|转账给|汇款给|交给|借给|还给|转到|转至|转入|汇入|汇到|打到|打入|找到|联系|询问|陪同|收款|昵称|备注|微信名|真实姓名|伙同|同伙|卡主|账户：|账号：|账户:|另一名|一名叫|人叫|署名|签名|致电|通知|告知|核实|劝阻|回访|一个叫|叫|军人|网格员|退休工人|工人|干部|农民|护士|医生|教师|主播|博主|群主|骑手|房东|学员|接待员|业务员|推销员|收银员|中心的|公司的|[^银]行的|支行的|银行的|部的|科的|局的|队的)",
        r#"(?:都?是|为|叫做?|名叫|名为|称|：|:|“|"|「|（|\(|了){0,3}$"#
    ))
    .expect("constant")
});
fn announces(source: &Source, at: usize) -> bool {
    let left = source.left(at, 12);
    SURE.is_match(left) || LIKELY.is_match(left)
}

/// Characters that begin what comes after a name, not the name.
const VERB_HEADS: &str = "的在于称说报来接被向给把将到因与和通打转发是让要先女男以为也就又对从用使收点下登联主建系所经等名下账卡开户银行电话手机身份证号码，。其已未不没这那后前里内上去我他她你您及或并但而且遂即再却都还可能会想看见听问告知提供加添进出入拿交付还取存汇款骗做干办住家现年今昨明当同时间骂吗呢吧啊呀了着过只才有无个位们两三提反";

/// Characters that do not begin a given name unless the sentence announces one.
const NO_GIVEN: &str = "的在于称说报来接被向给把将到因与是让要女男以也就又对从用使收点下所等名账卡户电话手码其已未不没这那后前里内上去我他她你您及或并但而且遂却都还想看见听问提供出入拿交付取汇款骗做干办现今昨间骂吗呢吧啊呀了着过只才无个位们两反些样种该嘅咗佢";

static AFTER_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:$|[^\p{Han}]|昨|今|前天|刚|的|在|于|称|说|报|来|接|被|向|给|把|将|到|因|与|和|通过|打|转|发|是|让|要|先|女|男|以|为|也|就|又|对|从|用|使|收|点|下|登|联系|主动|系|所|经|等|名下|账|卡|开户|银行|电话|手机|身份|加|添|进|出|去|遂|即|再|还|有|没|不|后|前|那|这|我|他|她|其|已|立即|马上|随后|及|或|并|之|尾|农|工|建|中国|招|邮|交|支付宝|微信|QQ|反映|告|问|听|看|想|觉|发现|意识|多次|分|共|一|两|三|本人|了|现|住|年|家|同|二|四|等|均|人|俩|先后|应|按|根据|误|轻|相信|听信|操作|输入|点击|提现|投|充|贷|借|取|存|汇|付|损|提供|，|。|做|帮|带|拿|需|请|骗|冒|诱|谎|假|承|指|引|拉|推|作|担|负|进行|完成|购买|卖|买|刷|玩|网|扫)",
    )
    .expect("constant")
});

fn boundary_after(source: &Source, at: usize) -> bool {
    AFTER_NAME.is_match(source.right(at, 3))
}

fn boundary_before(source: &Source, at: usize) -> bool {
    let before = source.before(at);
    !is_han(before) && !before.is_ascii_alphanumeric()
}

fn announced(source: &Source, claims: &mut Claims, names: &mut Vec<String>) {
    for at in 0..source.len() {
        if !claims.is_free(at, at + 1) {
            continue;
        }
        if other::nick_at(source, claims, at) {
            continue;
        }
        if let Some(end) = other::labelled(source, claims, at) {
            remember(source, names, at, end);
            continue;
        }
        let Some(surname_len) = surname(source, at) else {
            continue;
        };
        let left = source.left(at, 14);
        let sure = SURE.is_match(left);
        if !sure && !LIKELY.is_match(left) {
            continue;
        }
        let at_the_word = left.ends_with(['：', ':', '“', '为', '是', '叫', '名']);
        let certain = sure && (at_the_word || !is_weak(source, at, surname_len));
        if let Some(end) = name_end(source, at, surname_len, certain)
            && claim(source, claims, at, end)
        {
            remember(source, names, at, end);
        }
    }
}

/// Keeps a name to be looked for again.
fn remember(source: &Source, names: &mut Vec<String>, start: usize, end: usize) {
    if end - start >= 2 && names.len() < NAMES_MAX {
        names.push(source.slice(start, end).to_owned());
    }
}

/// Where a full name ends: two given characters when a boundary follows them, else one.
fn name_end(source: &Source, at: usize, surname_len: usize, certain: bool) -> Option<usize> {
    let material = &*MATERIAL;
    let first = at + surname_len;
    let (a, b) = (source.at(first), source.at(first + 1));
    if !is_han(a) || a == '某' || NO_GIVEN.contains(a) && !(material.given.contains(&a) && certain) {
        return None;
    }
    let weak = is_weak(source, at, surname_len);
    let good = |c: char| material.given.contains(&c);
    let two = is_han(b)
        && boundary_after(source, first + 2)
        && if certain {
            !FUNCTION.contains(b) || good(b) && !VERB_HEADS.contains(b)
        } else {
            good(a) && good(b)
        };
    let one = boundary_after(source, first + 1) && (certain || good(a) && !weak);
    // 张伟通过: 通 is a given character too, so a second character that also begins a verb only counts before a mark.
    let verb_like = VERB_HEADS.contains(b) && is_han(source.at(first + 2));
    if two && !(verb_like && one) && !STOP_WORDS.is_match(source.slice(at, first + 2)) {
        return Some(first + 2);
    }
    (one && !STOP_WORDS.is_match(source.slice(at, first + 1))).then_some(first + 1)
}

const FUNCTION: &str = "的在于称说被向给把将到因与和是让要，。了着过不没";

/// Ordinary words that look like a surname with given names.
static STOP_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let words: String = include_str!("../../data/not_names.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    Regex::new(&format!("^(?:{words})")).expect("constant")
});

// ---- 张建国报警称 ---------------------------------------------------------------------------------------------------

static STORY_VERB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:报警|报案|来电|来所|称|接到|收到|反映|电话报|到所|到我|前来|拨打|被骗|被诈|遭|误信|轻信|通过|在家|在网|在抖|在微|在手|在朋|在工|在办|添加|下载|于\d|因|向对方|向民警|共|按照|按对|随后|遂|便|发现|意识|（男|（女|，男|，女|\(男|\(女|,男|,女|（身份|（电话|（联系|（手机|名下|的账户|的银行|的卡|的农|的工|的建|的中|、|，身份证|，电话|，联系电话|，手机|，住|，现住|，\d\d岁|（\d\d岁|，户籍|，6\d{3}|,6\d{3}| 6\d{3}|将|转账|转了|汇款|说|是我|、)").expect("constant")
});

/// A full name at the head of a clause with a verb of these stories behind it; or alone in brackets behind an account.
fn opening(source: &Source, claims: &mut Claims, names: &mut Vec<String>) {
    for at in 0..source.len() {
        if !boundary_before(source, at) || !claims.is_free(at, at + 1) {
            continue;
        }
        let Some(surname_len) = surname(source, at) else {
            continue;
        };
        let weak = is_weak(source, at, surname_len);
        let after_name = source.before(at) == '、'
            && at >= 2
            && names
                .iter()
                .any(|name| source.left(at - 1, name.chars().count()) == name);
        for given in [2, 1] {
            let end = at + surname_len + given;
            let name = source.slice(at, end);
            let all_given = end <= source.len()
                && source
                    .folded(at + surname_len, end)
                    .iter()
                    .all(|c| MATERIAL.given.contains(c));
            if !all_given || STOP_WORDS.is_match(name) || (given == 1 && weak) {
                continue;
            }
            let in_brackets = matches!(source.before(at), '（' | '(')
                && matches!(source.at(end), '）' | ')' | '，' | ',' | '、');
            let at_work = given == 2 && !weak && (source.at(end) == '在' || source.right(end, 2) == "今年");
            let story = (at_work || STORY_VERB.is_match(source.right(end, 5)))
                && (given == 2 || !source.right(end, 1).starts_with('、'));
            let listed = source.at(end) == '、' && next_is_name(source, end + 1);
            let continued = after_name && boundary_after(source, end);
            let quoted = source.before(at) == '“'
                && source.at(end) == '”'
                && !weak
                && QUOTED_BEHIND.is_match(source.left(at, 4));
            let paid = || !weak && beside_numbers(source, claims, at, end);
            if (in_brackets || story || listed || continued || quoted || paid())
                && claims.is_free(at, end)
                && claim(source, claims, at, end)
            {
                remember(source, names, at, end);
                break;
            }
        }
    }
}

static QUOTED_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:给|向|叫|是|到|名|人|主|友|师|事|学)“$").expect("constant"));

/// 张三丰5000元、李四光6000元; 打到6200…，方国庆。: a full name between marks beside a sum or an account.
fn beside_numbers(source: &Source, claims: &Claims, at: usize, end: usize) -> bool {
    let taken_digit = |place: usize| source.at(place).is_ascii_digit() && !claims.is_free(place, place + 1);
    let marked = matches!(
        source.before(at),
        '：' | ':' | '、' | '，' | ',' | ' ' | '；' | '\n'
    );
    let sum_behind = marked && end - at >= 3 && taken_digit(end);
    let account_before = marked
        && at >= 2
        && taken_digit(at - 2)
        && ends_long_number(source, at - 2)
        && matches!(
            source.at(end),
            '，' | '。' | '、' | '；' | ',' | '\n' | '\0' | ' ' | '）'
        );
    sum_behind || account_before
}

/// Whether the number that ends at `last` has the length of an account.
fn ends_long_number(source: &Source, last: usize) -> bool {
    let digits = (0..=last.min(23))
        .map(|back| source.at(last - back))
        .take_while(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'))
        .filter(char::is_ascii_digit)
        .count();
    digits >= 12
}

/// 张伟、李娜二人: a second name behind the first.
fn next_is_name(source: &Source, at: usize) -> bool {
    let Some(surname_len) = surname(source, at).filter(|len| !is_weak(source, at, *len)) else {
        return false;
    };
    [2, 1].into_iter().any(|given| {
        let end = at + surname_len + given;
        let good = end <= source.len()
            && source
                .folded(at + surname_len, end)
                .iter()
                .all(|c| MATERIAL.given.contains(c));
        good && boundary_after(source, end) && !STOP_WORDS.is_match(source.slice(at, end))
    })
}

/// A name read once is found wherever it stands; two-character names only where no longer word surrounds them.
fn repeated(source: &Source, claims: &mut Claims, mut names: Vec<String>) {
    names.sort();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&names)
        .expect("at most NAMES_MAX short names");
    for found in automaton.find_iter(source.text()) {
        let (start, end) = (source.position(found.start()), source.position(found.end()));
        if end - start >= 3 || boundary_after(source, end) {
            claim(source, claims, start, end);
        }
    }
}
