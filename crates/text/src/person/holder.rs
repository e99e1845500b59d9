//! Names of those who hold accounts, for a reader that knows what stands beside them: an announcing word, an account number,
//! a time or a sum right behind. Rare surnames and names without one are read here only.

use super::{MATERIAL, NO_GIVEN, STOP_WORDS, boundary_after, is_han, is_weak, name_end, other, surname};
use crate::source::Source;
use regex::Regex;
use std::sync::LazyLock;

/// Where the name ends that a form or a sentence announces at a position. `strong` when the word before it leaves no
/// doubt (户名：), so that a rare surname is one too.
pub(crate) fn name_here(source: &Source, at: usize, strong: bool) -> Option<usize> {
    if let Some(surname_len) = surname(source, at).or_else(|| rare_surname(source, at)) {
        // 叫端木春来的: the whole run is the name when it has the length of one.
        let run = (at..at + 6)
            .take_while(|place| is_han(source.at(*place)) && source.at(*place) != '的')
            .count();
        let ends = !is_han(source.at(at + run)) || source.at(at + run) == '的';
        let whole = ends && (surname_len + 1..=surname_len + 2).contains(&run);
        if whole && looks_like_name(source, at, at + run) {
            return Some(at + run);
        }
        return name_end(source, at, surname_len, true);
    }
    let run = (at..at + 5)
        .take_while(|place| {
            is_han(source.at(*place)) && !matches!(source.at(*place), '的' | '在' | '是' | '他' | '她')
        })
        .count();
    let named = strong && (2..=4).contains(&run) && looks_strange_but_named(source, at, at + run);
    named.then_some(at + run)
}

/// A whole name between a word that points at somebody (给, 到) and the end of what can be one: 给东方亮， 到尔朱荣的.
pub(crate) fn name_between(source: &Source, at: usize) -> Option<usize> {
    let surname_len = surname(source, at).or_else(|| rare_surname(source, at))?;
    let run = (at..at + 6)
        .take_while(|place| is_han(source.at(*place)) && source.at(*place) != '的')
        .count();
    let known = surname_len == 2 || run == 3;
    let fits = (surname_len + 1..=surname_len + 2).contains(&run);
    (known && fits && looks_like_name(source, at, at + run)).then_some(at + run)
}

/// A name in speech without marks, behind a word that points at somebody: 给范志刚|九点半, 是滕小磊|四点. `closed` says that
/// something else begins at a place: a time, a sum, a bank, a number, a mark.
pub(crate) fn spoken_name(source: &Source, at: usize, closed: &dyn Fn(usize) -> bool) -> Option<usize> {
    if let Some(end) = minority_name(source, at).filter(|end| closed(*end) || boundary_after(source, *end)) {
        return Some(end);
    }
    let common = surname(source, at);
    let surname_len = common.or_else(|| rare_surname(source, at))?;
    let sure = surname_len == 2 || common.is_some() && !is_weak(source, at, surname_len);
    let good = |from: usize, to: usize| source.folded(from, to).iter().all(|c| MATERIAL.given.contains(c));
    let first = at + surname_len;
    for given in [2, 1] {
        let end = first + given;
        let whole = (at..end).all(|place| is_han(source.at(place)) && (place == at || !closed(place)));
        if !whole || !looks_like_name(source, at, end) {
            continue;
        }
        let known = good(first, end);
        let some = (first..end).any(|place| good(place, place + 1));
        // 漆小凤漆是油漆的漆: the speaker spells the name.
        let spelt = source.at(end) == source.at(at);
        let ends = (closed(end) || spelt)
            && (given == 2 && (sure || some) || known && (sure || !is_han(source.at(end))));
        let reads_on = known && (sure || given == 2) && boundary_after(source, end);
        if ends || reads_on {
            return Some(end);
        }
    }
    None
}

/// 阿依古丽, 吐尔逊, 达瓦, 乌兰其其格: names without a surname, by the parts they are made of.
pub(crate) fn minority_name(source: &Source, at: usize) -> Option<usize> {
    let found = MINORITY.find(source.right(at, 6))?;
    let end = at + found.as_str().chars().count();
    if source.at(end) != '·' {
        return Some(end);
    }
    // 买买提·艾山: the father's name behind the point ends where something else begins.
    let ends = |end: &usize| boundary_after(source, *end) && is_han(source.at(*end - 1));
    (end + 3..=end + 5).find(ends)
}

static MINORITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:(?:阿依|阿孜|古丽|买买|吐尔|艾则|热依|热合|努尔|迪丽|迪力|帕提|帕尔|玛依|米尔|哈力|库尔|木合|亚力|依力|伊力|塔依|赛买|沙吾|阿卜|阿不|阿布|阿迪|艾尔|艾合|卡德|肉孜|图尔|玉素|麦麦|巴哈|加娜|叶尔)\p{Han}{0,2}?",
        r"(?:古丽|娜尔|拜尔|提江|力江|尔江|买提|木江|尔逊|努尔|克孜|尼沙|汗|扎提|别克|都拉|力木|合提|江|提|克|木|力)",
        r"|(?:卓玛|扎西|次仁|格桑|达瓦|尼玛|巴桑|旦增|丹增|多吉|拉姆|央金|白玛|德吉|仁增|索朗|平措|罗布|顿珠|其其格|巴特尔|斯琴|高娃|萨仁|娜仁|图雅|苏日|格日勒|那日|乌云|乌兰|哈斯|朝鲁|布和|宝音|阿古达木|库尔班|艾力|巴图尔|巴图|呼格吉乐|普布|洛桑|桑吉|铁木尔|其木格|曲比|阿呷|阿不都|阿布都){1,2})",
        r""
    ))
    .expect("constant")
});

/// Whether a run between a word that points at somebody and an account is a name by its surname alone: 卓不凡, 冷向阳.
pub(crate) fn begins_like_name(source: &Source, start: usize, end: usize) -> bool {
    let surname_len = surname(source, start).or_else(|| rare_surname(source, start));
    let name = source.slice(start, end);
    surname_len.is_some_and(|len| end - start == len + 2)
        && !STOP_WORDS.is_match(name)
        && !other::is_no_one(name)
        && !NO_HOLDER_WORD.is_match(name)
        && !name
            .chars()
            .skip(1)
            .any(|c| "我他她你您们的了着过吗呢吧这那哪户号卡账元笔".contains(c))
}

/// Whether a run beside an account number can be its holder although it begins with no surname: 达瓦, 米兰.
pub(crate) fn may_hold_an_account(source: &Source, start: usize, end: usize) -> bool {
    let name = source.slice(start, end);
    looks_strange_but_named(source, start, end)
        && !NO_HOLDER.is_match(name)
        && !NO_HOLDER_WORD.is_match(name)
        && !MATERIAL.compounds.contains(&name)
}

static NO_HOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "[行号户款元笔次张转付汇收换工农建招邮储钱额费金时日月年分点尾末同该此均共份真假新旧老主副第什么谁哪]",
    )
    .expect("constant")
});
static NO_HOLDER_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("银联|支付|微信|截图|借记|储蓄|信用|凭证|对私|重庆|湖北|武汉|黄冈|已|未|失败|成功|损失|合计|备注|现场|客服|老师|平台|商家|自己|家里|公司|学校|单位|房东|中介|卖家|买家|店家|助理|导师|经理|主管|领导|老板|群主|主播|班主任|警官|专员|前台|币商|网友|同学|同事|妹|姐|哥|弟|伢|媳|别人|人家|大家|医院|部门|供应|厂|店|刚才|上述|以上|下列|指定|另外|多个|两个|骗子|诈骗|朋友|亲戚|父亲|母亲|丈夫|妻子|儿子|女儿|爸|妈|老公|老婆").expect("constant")
});

/// Surnames that are too rare, or too much like other words, to be read where nothing announces a name.
fn rare_surname(source: &Source, at: usize) -> Option<usize> {
    if RARE_COMPOUNDS.contains(&source.slice(at, at + 2)) {
        return Some(2);
    }
    RARE.contains(source.at(at)).then_some(1)
}

const RARE_COMPOUNDS: [&str; 44] = [
    "纳兰", "尉迟", "万俟", "闾丘", "仲孙", "濮阳", "淳于", "单于", "公羊", "公冶", "宗政", "赫连", "澹台",
    "东方", "东郭", "西门", "南门", "呼延", "百里", "钟离", "鲜于", "拓跋", "相里", "库狄", "夹谷", "第五",
    "左丘", "谷梁", "段干", "羊舌", "微生", "尔朱", "闻人", "厍狄", "梁丘", "乐正", "漆雕", "壤驷", "公良",
    "颛孙", "亓官", "叱干", "贺兰", "哥舒",
];
const RARE: &str = "木保邝糜暴宓芈沐刁令刀释赛达禤习褚逯卞钭阚阴蔺芦郦晁皮甄仝阚展税冼谌危宿束步仇邬查花滑党应池岑占祁郄毋靳水丛戈那敖蒲晏钮费邰隗檀佘璩昝扈郏郇邴笪郗郤郜郅雒雍卜巫巴贝宓逄逯幸缑亓咸籍濮牧隆蔚邸闫麹蹇谯乜牟杭宦羿禹狄臧计伏戚谈柏卞卫窦元米明盛支昌满弘匡国文寇广阙东欧利师巩厍聂晁勾敖融冷訾辛那简饶曾沙养鞠须丰巢蒯红游竺权逮盖益桓公晋楚法汝鄢涂钦归海岳帅琴归佴伯赏墨哈谯笪年爱阳佟言福蓝练车侯宓蓬全郗班仰秋仲伊宫靖沃拓税库操闻呼鄂但才刁习官上揭佟原荀惠粟茹楼荆郎居仉苍双莘翟谭劳逄姬申扶堵冉宰桑桂牛寿通边燕冀浦尚农温别庄柴瞿阎充慕连茹宦艾鱼容向古易慎戈廖庾终暨衡步都耿满";

/// Whatever fills a form's field as a name does, when no word of accounts or banks does.
fn looks_strange_but_named(source: &Source, start: usize, end: usize) -> bool {
    let name = source.slice(start, end);
    !STOP_WORDS.is_match(name)
        && !other::is_no_one(name)
        && !name
            .chars()
            .any(|c| NO_GIVEN.contains(c) || "虽写显示详知为同币商叫没".contains(c))
}

/// A run of two to four characters that begins with a surname and is no ordinary word.
pub(crate) fn looks_like_name(source: &Source, start: usize, end: usize) -> bool {
    let name = source.slice(start, end);
    let masked = name.contains(['*', '×']);
    let Some(surname_len) = surname(source, start).or_else(|| rare_surname(source, start)) else {
        return masked && !name.chars().all(|c| matches!(c, '*' | '×'));
    };
    let given = end - start - surname_len.min(end - start);
    (1..=2).contains(&given)
        && !STOP_WORDS.is_match(name)
        && !other::is_no_one(name)
        && !name
            .chars()
            .skip(1)
            .any(|c| NO_GIVEN.contains(c) && !MATERIAL.given.contains(&c))
}
