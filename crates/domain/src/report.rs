//! 警情: a report taken on the line. [`check`] turns a form into a [`NewReport`] or names every problem at once;
//! [`correct`] changes what is registered and keeps what stood there.
//!
//! 谁接警谁负责, 谁录入谁负责, 谁审批谁负责: receiver, recorder and approver are three fixed fields of the record.

pub mod correct;
pub mod form;
pub mod matching;

pub use form::{check, phone_ok};

use kernel::{
    AccountNo, Address, Area, CallId, Fen, IdNumber, Instant, PersonId, PersonName, Phone, ReportId, Span,
    UserId,
};
use serde::{Deserialize, Serialize};

/// How the report came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Hotline96110,
    Alarm110,
    WalkIn,
    Bank,
    Transfer,
}

impl Channel {
    pub const ALL: [Channel; 5] = [
        Channel::Hotline96110,
        Channel::Alarm110,
        Channel::WalkIn,
        Channel::Bank,
        Channel::Transfer,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            Channel::Hotline96110 => "hotline96110",
            Channel::Alarm110 => "alarm110",
            Channel::WalkIn => "walk_in",
            Channel::Bank => "bank",
            Channel::Transfer => "transfer",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|c| c.slug() == slug)
    }
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Registered; nobody at the place of the offence has it yet.
    Open,
    /// Sent to the county of the offence.
    Dispatched,
    /// The county signed for it.
    Acknowledged,
    /// A case was accepted from it.
    Accepted,
    Closed,
}

impl ReportState {
    pub const ALL: [ReportState; 5] = [
        ReportState::Open,
        ReportState::Dispatched,
        ReportState::Acknowledged,
        ReportState::Accepted,
        ReportState::Closed,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            ReportState::Open => "open",
            ReportState::Dispatched => "dispatched",
            ReportState::Acknowledged => "acknowledged",
            ReportState::Accepted => "accepted",
            ReportState::Closed => "closed",
        }
    }

    pub fn from_slug(slug: &str) -> Option<ReportState> {
        ReportState::ALL.into_iter().find(|s| s.slug() == slug)
    }
}

/// The fraud taxonomy of DOMAIN 3.1; `None` until somebody says.
pub const CATEGORIES: [(&str, &str); 14] = [
    ("00", "无风险"),
    ("01", "刷单返利类"),
    ("02", "冒充电商物流客服类"),
    ("03", "虚假网络投资理财类"),
    ("04", "贷款、代办信用卡类"),
    ("05", "虚假征信类"),
    ("06", "虚假购物、服务类"),
    ("07", "冒充公检法及政府机关类"),
    ("08", "冒充领导、熟人类"),
    ("09", "网络游戏产品虚假交易类"),
    ("10", "网络婚恋、交友类"),
    ("11", "网黑案件"),
    ("12", "冒充军警购物类"),
    ("13", "其他"),
];

/// AccountType of the platform (DOMAIN 1.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    #[default]
    Personal,
    Corporate,
}

/// How the name of an organisation ends. A bank keeps its account as a corporate one (对公), and refuses a message that calls
/// it personal.
const ORGANISATION_ENDS: [&str; 28] = [
    "公司",
    "商行",
    "商贸行",
    "贸易行",
    "经营部",
    "工作室",
    "批发部",
    "服务部",
    "营业部",
    "门市部",
    "销售部",
    "厂",
    "合作社",
    "事务所",
    "基金会",
    "协会",
    "商会",
    "学校",
    "医院",
    "百货店",
    "便利店",
    "专营店",
    "旗舰店",
    "专卖店",
    "超市",
    "中心",
    "个体工商户",
    "合伙企业",
];

impl AccountType {
    /// What the holder's name says the account is; 公司 followed by a branch in brackets (某某公司（武汉）) is one too.
    #[must_use]
    pub fn of_holder(name: &str) -> AccountType {
        let name = name.trim();
        let bare = match name.find(['（', '(']) {
            Some(at) if name.ends_with(['）', ')']) && at > 0 => &name[..at],
            _ => name,
        };
        let ends = |name: &str| ORGANISATION_ENDS.iter().any(|end| name.ends_with(end));
        if name.chars().count() > 3 && (ends(name) || ends(bare)) {
            return AccountType::Corporate;
        }
        AccountType::Personal
    }
}

/// In which way the money left the victim. The reading of a narrative (`text::rows`) has the same list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// 转账
    #[default]
    Transfer,
    /// 扫码支付
    Code,
    /// 现金交付
    Cash,
    /// 黄金
    Gold,
    /// 购物卡
    GiftCard,
    /// 虚拟货币
    Crypto,
    /// 被盗刷: without the victim's doing
    Taken,
}

impl How {
    pub const ALL: [How; 7] = [
        How::Transfer,
        How::Code,
        How::Cash,
        How::Gold,
        How::GiftCard,
        How::Crypto,
        How::Taken,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            How::Transfer => "transfer",
            How::Code => "code",
            How::Cash => "cash",
            How::Gold => "gold",
            How::GiftCard => "gift_card",
            How::Crypto => "crypto",
            How::Taken => "taken",
        }
    }

    pub fn from_slug(slug: &str) -> Option<How> {
        How::ALL.into_iter().find(|h| h.slug() == slug)
    }

    /// As papers and lists say it.
    pub const fn zh(self) -> &'static str {
        match self {
            How::Transfer => "转账",
            How::Code => "扫码支付",
            How::Cash => "现金交付",
            How::Gold => "黄金",
            How::GiftCard => "购物卡",
            How::Crypto => "虚拟货币",
            How::Taken => "被盗刷",
        }
    }
}

/// One end of a payment as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountForm {
    pub bank_code: String,
    pub bank_name: String,
    pub name: String,
    pub number: String,
    /// 尾号: the last digits, where the caller does not have the number before them.
    pub tail: String,
    pub account_type: AccountType,
    /// The call-taker read an odd number back to the caller and it stands.
    pub number_confirmed: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentForm {
    pub paid_at: Option<Instant>,
    pub amount: Option<Fen>,
    pub from: AccountForm,
    pub to: AccountForm,
    pub how: How,
    /// The call-taker asked, and the caller does not know to whom he transferred. A transfer of which nothing of the
    /// payee is filled is refused without it, because the account may only have been forgotten.
    pub payee_unknown: bool,
    /// 柜台/ATM/网银/手机银行/第三方支付
    pub channel: String,
    pub serial: String,
    /// Which of the victims paid.
    pub victim: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonForm {
    pub name: String,
    /// IDType of requests (DOMAIN 1.7), 01 身份证.
    pub id_type: String,
    pub id_number: String,
    pub phone: String,
    pub sex: String,
    pub age: Option<u8>,
    pub address: String,
    /// Relation to the victim, for a caller.
    pub relation: String,
    /// The call-taker has looked at the papers and says so.
    pub identity_checked: bool,
}

/// What the call-taker typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportForm {
    pub channel: Channel,
    pub seat: String,
    pub line: String,
    pub narrative: String,
    pub category: String,
    pub area: String,
    pub caller: PersonForm,
    pub victims: Vec<PersonForm>,
    pub payments: Vec<PaymentForm>,
    /// Stops are to leave with the report. What a stop lacks refuses that stop and not the report
    /// (`order::needs`); a form without any payment has nothing to stop and says so.
    pub send_stops: bool,
}

/// An account a payment went from or to, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentEnd {
    pub bank_code: String,
    pub bank_name: String,
    pub holder: PersonName,
    pub number: AccountNo,
    pub account_type: AccountType,
}

/// What the caller knows of one end of a payment whose account number he does not know: the last digits, the bank, the holder.
/// A message never carries it as an account number; a paper prints it as 尾号.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndTold {
    pub tail: String,
    pub bank_code: String,
    pub bank_name: String,
    pub holder: PersonName,
}

impl EndTold {
    pub fn is_empty(&self) -> bool {
        *self == EndTold::default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPayment {
    pub paid_at: Instant,
    pub amount: Fen,
    /// The account that paid, when its whole number is known.
    pub from: Option<PaymentEnd>,
    /// Filled only without `from`.
    pub payer: EndTold,
    /// The account that received. Without one the payment counts as loss and makes no order.
    pub to: Option<PaymentEnd>,
    /// Filled only without `to`.
    pub payee: EndTold,
    pub how: How,
    pub channel: String,
    pub serial: String,
    pub victim: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPerson {
    pub name: PersonName,
    pub id_type: String,
    pub id_number: IdNumber,
    pub phone: Phone,
    pub sex: String,
    pub age: Option<u8>,
    pub address: Address,
    pub relation: String,
    pub identity_checked: bool,
}

/// A report that may be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    pub channel: Channel,
    pub seat: String,
    pub line: String,
    pub narrative: String,
    pub category: Option<String>,
    pub area: Area,
    pub caller: NewPerson,
    pub victims: Vec<NewPerson>,
    pub payments: Vec<NewPayment>,
}

/// How a report came to the seat. An announced call rang, and was answered once somebody took it; a person at the door or a
/// bank begins with the first words typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportStart {
    pub call: Option<CallId>,
    pub rang_at: Option<Instant>,
    pub answered_at: Option<Instant>,
    /// The first save of the draft.
    pub typed_at: Option<Instant>,
}

/// What the time to the first stop is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartKind {
    Ring,
    Typing,
    /// Neither a call nor a draft is known: reports of programs, and those that were kept before calls were.
    Registration,
}

impl StartKind {
    pub const fn slug(self) -> &'static str {
        match self {
            StartKind::Ring => "ring",
            StartKind::Typing => "typing",
            StartKind::Registration => "registration",
        }
    }
}

impl Report {
    /// When the caller reached us, and by what we know it.
    pub fn started(&self) -> (Instant, StartKind) {
        match (self.start.rang_at, self.start.typed_at) {
            (Some(at), _) => (at, StartKind::Ring),
            (None, Some(at)) => (at, StartKind::Typing),
            (None, None) => (self.reported_at, StartKind::Registration),
        }
    }

    /// The instant that 昨天 and 刚才 of the story are counted from: the answer of the call, else its beginning.
    pub fn told_at(&self) -> Instant {
        self.start.answered_at.unwrap_or(self.started().0)
    }

    /// From the ring (or the first words typed) to `then`; a call that the telephone system dates too late counts as none.
    pub fn span_to(&self, then: Instant) -> Span {
        then.since(self.started().0).max(Span::from_ms(0))
    }

    /// From the answer of the call to `then`.
    pub fn span_from_answer(&self, then: Instant) -> Option<Span> {
        let answered = self.start.answered_at?;
        Some(then.since(answered).max(Span::from_ms(0)))
    }
}

/// The three shifts of a day at the seats. [D]: no source says when the city's seats change; eight hours each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shift {
    /// 0:00 to 8:00
    Night,
    /// 8:00 to 16:00
    Day,
    /// 16:00 to 24:00
    Evening,
}

impl Shift {
    pub const ALL: [Shift; 3] = [Shift::Night, Shift::Day, Shift::Evening];

    /// The shift of a civil hour at +08:00.
    pub fn at(instant: Instant) -> Shift {
        match instant.civil().hour() {
            0..8 => Shift::Night,
            8..16 => Shift::Day,
            _ => Shift::Evening,
        }
    }

    pub const fn slug(self) -> &'static str {
        match self {
            Shift::Night => "night",
            Shift::Day => "day",
            Shift::Evening => "evening",
        }
    }
}

/// A report as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: ReportId,
    /// `J` + area + yyMMdd + 4-digit serial.
    pub number: String,
    /// The platform's CaseNumber of every order from this report: `AJ` + area + yyyyMMdd + 4-digit serial (DOMAIN 1.2).
    pub platform_case_number: String,
    pub state: ReportState,
    pub channel: Channel,
    pub seat: String,
    pub line: String,
    pub narrative: String,
    pub category: Option<String>,
    pub area: Area,
    /// When it was registered. When the caller reached us is [`Report::started`].
    pub reported_at: Instant,
    pub start: ReportStart,
    /// 谁接警
    pub received_by: UserId,
    /// 谁录入
    pub recorded_by: UserId,
    /// 谁审批: the first approver of an order of this report.
    pub approved_by: Option<UserId>,
    pub caller: Option<PersonId>,
    pub latest_payment_at: Option<Instant>,
    pub loss: Fen,
    pub version: i64,
}

/// `J4211002611220047`.
pub fn number(area: Area, at: Instant, serial: i64) -> String {
    format!("J{area}{}{serial:04}", &at.to_wire14()[2..8])
}

/// `AJ421100202611220047`: sample form of DOMAIN 1.2.
pub fn platform_case_number(area: Area, at: Instant, serial: i64) -> String {
    format!("AJ{area}{}{serial:04}", &at.to_wire14()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisations_account_is_corporate() {
        for name in [
            "武汉某某商贸有限公司",
            "黄冈市红安县某某商行",
            "浙江鸿拓贸易有限公司（武汉）",
            "罗田县某某建材经营部",
            "某某文化传媒工作室",
            "东莞联胜五金厂",
            "某某养殖专业合作社",
        ] {
            assert_eq!(AccountType::of_holder(name), AccountType::Corporate, "{name}");
        }
        for name in [
            "马淑珍",
            "欧阳佳怡",
            "迪力木拉提·阿不都热合曼",
            "厂长",
            "",
            "周公司",
            "*海",
        ] {
            assert_eq!(AccountType::of_holder(name), AccountType::Personal, "{name}");
        }
    }

    #[test]
    fn numbers_carry_area_day_and_serial() {
        assert_eq!(
            number(
                kernel::area::HUANGGANG,
                Instant::from_wire14("20261122210855").unwrap(),
                47
            ),
            "J4211002611220047"
        );
        assert_eq!(
            platform_case_number(
                kernel::area::HUANGGANG,
                Instant::from_wire14("20261122210855").unwrap(),
                47
            ),
            "AJ421100202611220047"
        );
    }

    #[test]
    fn the_clock_starts_at_the_ring_then_at_the_first_words_then_at_the_registration() {
        let at = |seconds| registered() + Span::seconds(seconds);
        let mut report = Report {
            id: ReportId::new(registered(), [0; 10]),
            number: String::new(),
            platform_case_number: String::new(),
            state: ReportState::Open,
            channel: Channel::WalkIn,
            seat: String::new(),
            line: String::new(),
            narrative: String::new(),
            category: None,
            area: Area::from_code(421_102).unwrap(),
            reported_at: at(90),
            start: ReportStart::default(),
            received_by: UserId::new(registered(), [1; 10]),
            recorded_by: UserId::new(registered(), [1; 10]),
            approved_by: None,
            caller: None,
            latest_payment_at: None,
            loss: Fen::ZERO,
            version: 1,
        };
        assert_eq!(report.started(), (at(90), StartKind::Registration));
        report.start.typed_at = Some(at(30));
        assert_eq!(report.told_at(), at(30));
        assert_eq!(report.started(), (at(30), StartKind::Typing));
        report.start.rang_at = Some(at(0));
        assert_eq!(report.started(), (at(0), StartKind::Ring));
        assert_eq!(report.span_to(at(95)), Span::seconds(95));
        assert_eq!(report.span_from_answer(at(95)), None);
        report.start.answered_at = Some(at(9));
        assert_eq!(report.span_from_answer(at(95)), Some(Span::seconds(86)));
        assert_eq!(report.told_at(), at(9));
        // A telephone system whose clock is ahead makes no negative time.
        report.start.rang_at = Some(at(200));
        assert_eq!(report.span_to(at(95)), Span::from_ms(0));
    }

    #[test]
    fn each_way_of_paying_has_a_slug_and_a_word_of_its_own() {
        for how in How::ALL {
            assert_eq!(How::from_slug(how.slug()), Some(how));
            assert_eq!(How::ALL.iter().filter(|h| h.zh() == how.zh()).count(), 1);
        }
        assert_eq!(How::from_slug("cheque"), None);
    }

    #[test]
    fn a_shift_has_eight_hours() {
        let shift = |time: &str| Shift::at(Instant::from_wire14(time).unwrap());
        for (time, want) in [
            ("20261122235959", Shift::Evening),
            ("20261122000000", Shift::Night),
            ("20261122075959", Shift::Night),
            ("20261122080000", Shift::Day),
            ("20261122160000", Shift::Evening),
        ] {
            assert_eq!(shift(time), want, "{time}");
        }
    }

    fn registered() -> Instant {
        Instant::from_wire14("20261122210855").unwrap()
    }
}
