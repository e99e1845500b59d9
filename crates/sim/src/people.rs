//! The people of the city, all invented: telephone numbers begin with 199, identity numbers carry a Huanggang area
//! code and a birth date before 1910 (DOMAIN section 7), so that none can be anybody's.

use crate::dice::Dice;
use kernel::area::HUANGGANG_AREAS;
use kernel::{Area, identifier::id_card_check};

/// A natural person, or the firm that a corporate account belongs to.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct Person {
    pub name: String,
    /// Identity number, or the unified social credit code of a firm.
    pub id_number: String,
    pub phone: String,
    pub area: Area,
    /// 县市区的名称.
    pub area_name: &'static str,
    pub address: String,
    /// Years; what the person says, which the far-past identity number does not.
    pub age: u8,
    pub female: bool,
    pub firm: bool,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Person({}, {})",
            kernel::PersonName::from(self.name.as_str()),
            self.area_name
        )
    }
}

const SURNAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "罗", "高", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "肖", "田",
    "董", "袁", "潘", "於", "蔡", "欧阳",
];
const FEMALE: [&str; 24] = [
    "秀英", "桂芳", "丽", "敏", "静", "艳", "娟", "霞", "玉兰", "春梅", "婷婷", "雪", "小红", "佳怡", "思琪",
    "晓燕", "慧", "莉莉", "雨欣", "梦洁", "凤英", "红梅", "玲", "淑珍",
];
const MALE: [&str; 24] = [
    "伟", "强", "磊", "军", "勇", "杰", "涛", "建国", "志刚", "浩然", "子轩", "明", "国庆", "鹏", "飞", "俊",
    "海波", "文斌", "振华", "小龙", "立新", "德明", "宇", "家豪",
];
const STREETS: [&str; 12] = [
    "东门路",
    "赤壁大道",
    "体育路",
    "新港大道",
    "人民路",
    "建设街",
    "滨江路",
    "胜利街",
    "沿河路",
    "文化路",
    "迎宾大道",
    "学府路",
];
const TRADES: [&str; 12] = [
    "商贸",
    "建材",
    "电子商务",
    "食品",
    "服饰",
    "物流",
    "装饰工程",
    "农产品",
    "百货",
    "通讯器材",
    "五金",
    "文化传播",
];
const FIRM_WORDS: [&str; 16] = [
    "鑫源", "恒达", "楚宏", "鸿运", "瑞丰", "金穗", "同兴", "华盛", "凯旋", "众诚", "永顺", "汇通", "天顺",
    "腾跃", "锦程", "万嘉",
];

/// The county-level areas, without the city itself.
fn counties() -> &'static [(Area, &'static str)] {
    &HUANGGANG_AREAS[1..]
}

impl Person {
    /// A grown-up; `ages` are the bounds in years.
    pub fn natural(dice: &mut Dice, ages: (i64, i64)) -> Person {
        let female = dice.chance(50);
        let given = if female {
            dice.pick(&FEMALE)
        } else {
            dice.pick(&MALE)
        };
        let (area, area_name) = *dice.pick(counties());
        Person {
            name: format!("{}{given}", dice.pick(&SURNAMES)),
            id_number: id_number(dice, area, female),
            phone: phone(dice),
            area,
            area_name,
            address: address(dice, area_name),
            age: u8::try_from(dice.between(ages.0, ages.1)).unwrap_or(30),
            female,
            firm: false,
        }
    }

    pub fn firm(dice: &mut Dice) -> Person {
        let (area, area_name) = *dice.pick(counties());
        Person {
            name: format!(
                "{area_name}{}{}有限公司",
                dice.pick(&FIRM_WORDS),
                dice.pick(&TRADES)
            ),
            id_number: credit_code(dice, area),
            phone: phone(dice),
            area,
            area_name,
            address: address(dice, area_name),
            age: 0,
            female: false,
            firm: true,
        }
    }
}

fn phone(dice: &mut Dice) -> String {
    format!("199{}", dice.digits(8))
}

fn address(dice: &mut Dice, area_name: &str) -> String {
    format!(
        "湖北省黄冈市{area_name}{}{}号",
        dice.pick(&STREETS),
        dice.between(1, 199)
    )
}

fn id_number(dice: &mut Dice, area: Area, female: bool) -> String {
    let (year, month, day) = (dice.between(1900, 1909), dice.between(1, 12), dice.between(1, 28));
    let serial = dice.between(0, 499) * 2 + i64::from(!female);
    let first17 = format!("{area}{year}{month:02}{day:02}{serial:03}");
    let check = id_card_check(&first17).expect("the date exists and the rest are digits");
    format!("{first17}{check}")
}

/// A unified social credit code whose organisation part is all nines and digits: checked, and nobody's.
fn credit_code(dice: &mut Dice, area: Area) -> String {
    let first17 = format!("91{area}999{}", dice.digits(6));
    let check = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        .chars()
        .find(|c| kernel::identifier::credit_code_ok(&format!("{first17}{c}")));
    format!("{first17}{}", check.unwrap_or('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::identifier::{credit_code_ok, id_card, mobile_ok};

    #[test]
    fn invented_and_well_formed() {
        let mut dice = Dice::named(3, "people");
        for _ in 0..500 {
            let p = Person::natural(&mut dice, (18, 75));
            let card = id_card(&p.id_number).unwrap();
            assert!(
                card.year < 1910 && card.area == p.area.code(),
                "far past, of the area"
            );
            assert!(mobile_ok(&p.phone) && p.phone.starts_with("199"));
            assert!(credit_code_ok(&Person::firm(&mut dice).id_number));
        }
        assert!(!format!("{:?}", Person::natural(&mut dice, (18, 75))).contains("199"));
    }
}
