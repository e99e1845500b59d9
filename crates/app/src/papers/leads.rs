//! 涉诈线索: what the story says of the other side. A number is the other side's only when the story says so: the people of the
//! report are told apart by their numbers, everybody else by the words around the number, and where these say nothing the
//! number is left out.

use forms::Leads;
use store::intake::{Person, ReportRow};
use text::{Entity, Kind};

/// Of one kind on one paper.
const LEADS_MAX: usize = 20;

pub(super) fn leads(report: &ReportRow, people: &[Person], line: &str) -> Leads {
    let story = &report.report.narrative;
    let entities = text::extract(story, report.report.reported_at);
    let own: Vec<String> = people
        .iter()
        .flat_map(|p| [digits(p.phone.reveal()), digits(p.id_number.reveal())])
        .chain([digits(line)])
        .filter(|number| !number.is_empty())
        .collect();
    let letters: Vec<char> = story.chars().collect();
    let of = |kind: Kind| -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for entity in entities.iter().filter(|e| e.kind == kind) {
            let theirs = match kind {
                Kind::Phone | Kind::SocialId => {
                    !own.contains(&digits(&entity.value)) && side(&letters, entity) == Some(Side::Other)
                }
                _ => true,
            };
            if theirs && !found.contains(&entity.text) {
                found.push(entity.text.clone());
            }
        }
        found.truncate(LEADS_MAX);
        found
    };
    Leads {
        phones: of(Kind::Phone).into_iter().map(Into::into).collect(),
        messages: Vec::new(),
        urls: of(Kind::Url),
        apps: of(Kind::App),
        social: of(Kind::SocialId),
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Own,
    Other,
}

/// Words that say whose number comes next: 我的手机号…, 对方用…打来. The nearest before the number counts, within its sentence.
const BEFORE: &[(&str, Side)] = &[
    ("我的", Side::Own),
    ("我手机", Side::Own),
    ("我电话", Side::Own),
    ("我微信", Side::Own),
    ("我号码", Side::Own),
    ("我QQ", Side::Own),
    ("我叫", Side::Own),
    ("我是", Side::Own),
    ("我这", Side::Own),
    ("我老婆", Side::Own),
    ("我妻子", Side::Own),
    ("我爱人", Side::Own),
    ("我老公", Side::Own),
    ("我丈夫", Side::Own),
    ("我儿子", Side::Own),
    ("我女儿", Side::Own),
    ("我妈", Side::Own),
    ("我爸", Side::Own),
    ("我家", Side::Own),
    ("本人", Side::Own),
    ("本机", Side::Own),
    ("事主", Side::Own),
    ("受害人", Side::Own),
    ("被害人", Side::Own),
    ("报警人", Side::Own),
    ("报案人", Side::Own),
    ("联系电话", Side::Own),
    ("联系方式", Side::Own),
    ("回电", Side::Own),
    ("回拨", Side::Own),
    ("打我", Side::Own),
    ("对方", Side::Other),
    ("骗子", Side::Other),
    ("嫌疑人", Side::Other),
    ("嫌疑电话", Side::Other),
    ("诈骗电话", Side::Other),
    ("客服", Side::Other),
    ("自称", Side::Other),
    ("冒充", Side::Other),
    ("陌生", Side::Other),
    ("来电显示", Side::Other),
    ("有人", Side::Other),
    ("接到", Side::Other),
    ("接了", Side::Other),
    ("收到", Side::Other),
    ("打来", Side::Other),
    ("打过来", Side::Other),
    ("老师", Side::Other),
    ("导师", Side::Other),
    ("接待员", Side::Other),
    ("派单员", Side::Other),
    ("经理", Side::Other),
    ("专员", Side::Other),
    ("警官", Side::Other),
    ("他的", Side::Other),
    ("她的", Side::Other),
    ("他用", Side::Other),
    ("她用", Side::Other),
    ("那个人", Side::Other),
    ("加了", Side::Other),
    ("添加", Side::Other),
];

/// Words behind a number that say it called: stronger than what stands before it.
const BEHIND: &[&str] = &[
    "打来",
    "打过来",
    "打给我",
    "给我打",
    "打电话给",
    "打我",
    "打电话来",
    "来电",
    "联系我",
    "加我",
    "发短信",
    "发来",
    "的人打",
    "的陌生",
    "的客服",
    "自称",
    "说是",
];

/// So far does a word behind a number speak of it.
const BEHIND_MAX: usize = 12;

fn side(letters: &[char], entity: &Entity) -> Option<Side> {
    let end = entity.start + entity.text.chars().count();
    let ends = |c: &char| matches!(c, '。' | '！' | '？' | '；' | '\n' | '!' | '?' | ';');
    let clause = |c: &char| ends(c) || matches!(c, '，' | ',');
    let behind: String = letters
        .get(end..)?
        .iter()
        .take_while(|c| !clause(c))
        .take(BEHIND_MAX)
        .collect();
    if BEHIND.iter().any(|word| behind.contains(word)) {
        return Some(Side::Other);
    }
    let start = letters[..entity.start]
        .iter()
        .rposition(ends)
        .map_or(0, |at| at + 1);
    let before: String = letters[start..entity.start].iter().collect();
    BEFORE
        .iter()
        .filter_map(|(word, side)| before.rfind(word).map(|at| (at + word.len(), word.len(), *side)))
        .max_by_key(|(end, length, _)| (*end, *length))
        .map(|(_, _, side)| side)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Instant;

    fn theirs(story: &str) -> Vec<String> {
        let letters: Vec<char> = story.chars().collect();
        let at = Instant::from_wire14("20261122210506").expect("a time");
        text::extract(story, at)
            .into_iter()
            .filter(|e| e.kind == Kind::Phone && side(&letters, e) == Some(Side::Other))
            .map(|e| e.value)
            .collect()
    }

    #[test]
    fn a_number_is_the_other_sides_only_when_the_story_says_so() {
        for (story, wanted) in [
            (
                "今天接到自称京东客服的电话17012345678，说要关闭白条",
                vec!["17012345678"],
            ),
            ("一个陌生号码17012345678打来，知道我的电话", vec!["17012345678"]),
            (
                "我的手机号是13912345678，对方号码17012345678",
                vec!["17012345678"],
            ),
            ("我叫李强，联系电话13912345678", vec![]),
            ("对方让我转账。我的电话13912345678", vec![]),
            ("骗子知道我的电话13912345678", vec![]),
            ("号码13912345678", vec![]),
            ("受害人王秀兰，电话13912345678，被客服骗了", vec![]),
            ("17012345678给我打电话说快递丢了", vec!["17012345678"]),
            ("请回拨我老婆的电话13912345678", vec![]),
        ] {
            assert_eq!(theirs(story), wanted, "{story}");
        }
    }
}
