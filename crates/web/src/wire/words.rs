//! The words for states, kinds and events that the screens show, in both languages. One table each, so that a screen, a
//! list and an export say the same. Leaves out the words for refusals (`problem`).

use super::flow_words;
use app::Job;
use app::golden::{NextAction, NextKind, TimelineItem, What};
use app::money::{AccountMoney, AccountState, Assumption, Fall, Figure, Why};
use domain::case::CaseState;
use domain::deadline::DeadlineKind;
use domain::document::DocumentKind;
use domain::order::needs::{Mend, Need};
use domain::order::{Order, OrderKind, OrderState};
use domain::report::How;
use domain::report::correct::{Fact, Relief};
use kernel::{Fen, Instant, Refusal};

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub zh: String,
    pub en: String,
}

pub fn said(zh: impl Into<String>, en: impl Into<String>) -> Said {
    Said {
        zh: zh.into(),
        en: en.into(),
    }
}

/// `good`, `bad`, `info`, `warn`: what the colour means, not which it is.
pub type Tone = &'static str;

/// What acts without a person, as the log names it.
pub fn job(job: Job) -> Said {
    let (zh, en) = match job {
        Job::Telephone => ("系统·电话接入", "System: telephone"),
        Job::Outbox => ("系统·报文发送", "System: sending"),
        Job::Inbox => ("系统·银行来文", "System: bank messages"),
        Job::Clocks => ("系统·时限", "System: deadlines"),
        Job::Keys => ("系统·密钥", "System: keys"),
        Job::Statements => ("系统·流水导入", "System: statements"),
        Job::TransfersApi => ("系统·流水接口", "System: transfers interface"),
        Job::Import => ("系统·命令行导入", "System: import by command"),
        Job::Flow => ("系统·资金推送", "System: money alerts"),
        Job::Demo => ("系统·演示准备", "System: demo"),
        Job::Setup => ("系统·启动", "System: start"),
        Job::Visitor => ("首次设置", "First set-up"),
    };
    said(zh, en)
}

pub fn order_kind(kind: OrderKind) -> Said {
    let (zh, en) = match kind {
        OrderKind::Stop => ("止付", "Stop"),
        OrderKind::StopRelieve => ("解除止付", "Relieve stop"),
        OrderKind::StopProlong => ("止付延期", "Prolong stop"),
        OrderKind::Freeze => ("冻结", "Freeze"),
        OrderKind::FreezeRelieve => ("解除冻结", "Relieve freeze"),
        OrderKind::FreezeRenew => ("续冻", "Renew freeze"),
        OrderKind::QueryTransactions => ("查询交易明细", "Query transactions"),
        OrderKind::QueryHolder => ("查询持卡主体", "Query holder"),
        OrderKind::Watch => ("动态查询", "Watch"),
        OrderKind::WatchEnd => ("解除动态查询", "End watch"),
        OrderKind::QueryAllAccounts => ("全账户查询", "Query all accounts"),
    };
    said(zh, en)
}

pub fn order_state(order: &Order) -> Said {
    order_state_of(order.kind, order.state)
}

pub fn order_state_of(kind: OrderKind, state: OrderState) -> Said {
    let query = kind.is_query();
    let (zh, en) = match state {
        OrderState::Drafted => ("待审批", "waiting for approval"),
        OrderState::Rejected => ("审批未通过", "rejected"),
        OrderState::Withdrawn => ("已撤回", "withdrawn"),
        OrderState::Approved => ("待发出", "about to leave"),
        OrderState::Sent => ("已发出，平台未应答", "sent, hub has not answered"),
        OrderState::Stuck => ("未发出", "not sent"),
        OrderState::HubRefused => ("未发出：平台未受理", "not sent: refused by the hub"),
        OrderState::HubAccepted => ("平台已受理，银行未反馈", "hub accepted, bank has not answered"),
        OrderState::Failed => ("银行未办理", "not done by the bank"),
        OrderState::Executed => match kind {
            OrderKind::Freeze => ("已冻结", "frozen"),
            OrderKind::Watch => ("监控中", "watching"),
            _ => ("已止付", "stopped"),
        },
        OrderState::Done if query => ("已反馈", "answered"),
        OrderState::Done => ("已办理", "done"),
        OrderState::Frozen => ("已转冻结", "became a freeze"),
        OrderState::Relieved => ("已解除", "relieved"),
        OrderState::Lapsed => ("已到期", "lapsed"),
    };
    said(zh, en)
}

/// An order that did not leave, with the reason.
pub fn unsent(unsent: &app::orders::unsent::Unsent) -> Said {
    said(
        format!("未发出：{}", unsent.zh),
        format!("not sent: {}", unsent.en),
    )
}

/// The act that mends a refused stop, or an order that did not leave.
pub fn mend(mend: Mend) -> Said {
    let (zh, en) = match mend {
        Mend::CorrectReport => (
            "补正警情后重新申请止付",
            "correct the report, then order the stop again",
        ),
        Mend::AddAccount => (
            "账号查明后补正警情，即可止付",
            "add the account by a correction once it is known; the stop can then leave",
        ),
        Mend::ChooseOfficer => (
            "选择第二名民警后重新申请",
            "choose a second officer, then order again",
        ),
        Mend::QueryHolder => (
            "先查询持卡主体，或填写证件及来源",
            "query the holder first, or type the document with its source",
        ),
        Mend::AskAdministrator => (
            "请系统管理员补全设置",
            "ask the system administrator to complete the settings",
        ),
        Mend::Wait => (
            "等待在途指令的银行反馈",
            "wait for the bank's answer to the order on its way",
        ),
        Mend::FileCase => ("先立案", "file the case first"),
        Mend::Freeze => ("立案后冻结", "file the case, then freeze"),
        Mend::NoneNeeded => ("账户已被控制，无需再发", "the account is held already"),
        Mend::Resend => ("重新发送", "send again"),
        Mend::OrderAnew => ("撤回后重新申请", "withdraw it and order anew"),
    };
    said(zh, en)
}

/// What an order lacks, as an officer says it.
fn need(need: Need) -> (&'static str, &'static str) {
    match need {
        Need::HolderName => ("收款户名", "the payee's name"),
        Need::BankCode | Need::BankName => ("收款账户开户行", "the payee's bank"),
        Need::AccountNumber => ("完整收款账号", "the payee's whole account number"),
        Need::HolderDocument => ("户主证件", "the holder's document"),
        Need::PaymentRow => ("付款记录", "a payment"),
        Need::PaidAt => ("付款时间", "the time of the payment"),
        Need::ApplicantName => ("被害人姓名", "the victim's name"),
        Need::ApplicantDocument => ("被害人证件号", "the victim's document"),
        Need::FirstOfficer => ("经办民警警号", "the first officer's police number"),
        Need::SecondOfficer => ("第二名民警", "a second officer"),
        Need::OperatorPhone => ("经办民警电话", "the first officer's telephone"),
        Need::CentreName => ("中心名称（设置）", "the centre's name (settings)"),
        Need::Agency => ("机关名称和代字（设置）", "the agency's name and word (settings)"),
        Need::OrgCode => ("机构编码（设置）", "the organisation's code (settings)"),
        Need::CaseType => ("案件类型代码（设置）", "the case type (settings)"),
        Need::FreezeNotice => ("原冻结通知书", "the notice of the freeze"),
    }
}

/// Why a stop was refused: everything it lacks, or the rule's own words.
pub fn refused_stop(refusal: &Refusal, rule: (&str, &str)) -> Said {
    let mut lacks: Vec<(&str, &str)> = refusal
        .problems
        .iter()
        .filter_map(|p| Need::from_field(&p.field))
        .map(need)
        .collect();
    lacks.dedup();
    if lacks.is_empty() {
        return said(rule.0, rule.1);
    }
    let zh: Vec<&str> = lacks.iter().map(|l| l.0).collect();
    let en: Vec<&str> = lacks.iter().map(|l| l.1).collect();
    said(
        format!("止付未发出：缺{}", zh.join("、")),
        format!("the stop was not sent; missing: {}", en.join(", ")),
    )
}

/// The act that puts right an order from a wrong row.
pub fn relief(relief: Relief) -> Said {
    let (zh, en) = match relief {
        Relief::Withdraw => ("撤回", "withdraw it"),
        Relief::Relieve(OrderKind::FreezeRelieve) => ("解除冻结", "relieve the freeze"),
        Relief::Relieve(OrderKind::WatchEnd) => ("解除动态查询", "end the watch"),
        Relief::Relieve(_) => ("解除止付", "relieve the stop"),
        Relief::WhenAnswered(_) => ("银行反馈后解除", "relieve it when the bank has answered"),
        Relief::Stands => ("账户无误，指令有效", "the account is right, the order stands"),
    };
    said(zh, en)
}

/// A fact of a report that can be corrected.
pub fn fact(fact: Fact) -> Said {
    let (zh, en) = match fact {
        Fact::Row => ("记录", "row"),
        Fact::PaidAt => ("付款时间", "time of payment"),
        Fact::Amount => ("金额", "amount"),
        Fact::PayerNumber => ("付款账号", "payer's account"),
        Fact::PayerName => ("付款户名", "payer's name"),
        Fact::PayerBank => ("付款开户行", "payer's bank"),
        Fact::PayeeNumber => ("收款账号", "payee's account"),
        Fact::PayeeName => ("收款户名", "payee's name"),
        Fact::PayeeBank => ("收款开户行", "payee's bank"),
        Fact::How => ("付款方式", "way of paying"),
        Fact::Channel => ("付款渠道", "channel"),
        Fact::Serial => ("交易流水号", "transaction serial"),
        Fact::Victim => ("付款人", "victim who paid"),
        Fact::Name => ("姓名", "name"),
        Fact::IdType => ("证件类型", "kind of document"),
        Fact::IdNumber => ("证件号码", "document number"),
        Fact::Phone => ("电话", "telephone"),
        Fact::Sex => ("性别", "sex"),
        Fact::Age => ("年龄", "age"),
        Fact::Address => ("住址", "address"),
        Fact::Relation => ("与被害人关系", "relation to the victim"),
        Fact::Category => ("诈骗类型", "type of fraud"),
        Fact::Narrative => ("案情补充", "added to the story"),
        Fact::Call => ("来电", "call"),
    };
    said(zh, en)
}

pub fn order_tone(state: OrderState) -> Tone {
    match state {
        OrderState::Executed | OrderState::Done | OrderState::Frozen => "ok",
        OrderState::Failed | OrderState::Stuck | OrderState::HubRefused | OrderState::Lapsed => "bad",
        OrderState::Drafted => "warn",
        _ => "info",
    }
}

/// A bank's result code with its sentence; an unknown one is shown as it came.
pub fn result(code: &str) -> Said {
    let code = bankwire_result(code);
    said(code.0, code.1)
}

fn bankwire_result(raw: &str) -> (String, String) {
    let code = app::result_words(raw);
    (
        format!("{raw} {}", code.0).trim().to_owned(),
        format!("{raw} {}", code.1).trim().to_owned(),
    )
}

pub fn case_state(state: CaseState) -> Said {
    let (zh, en) = match state {
        CaseState::Accepted => ("已受案，审查中", "accepted, under review"),
        CaseState::FilingProposed => ("呈请立案，待审批", "filing proposed"),
        CaseState::Filed => ("已立案", "filed"),
        CaseState::NotFiled => ("不予立案", "not filed"),
    };
    said(zh, en)
}

pub fn document_kind(kind: DocumentKind) -> Said {
    let en = match kind {
        DocumentKind::StopApplication => "Emergency stop application",
        DocumentKind::QueryNotice => "Notice of assistance in query",
        DocumentKind::FreezeNotice => "Notice of assistance in freezing",
        DocumentKind::FreezeRelieveNotice => "Notice of assistance in lifting a freeze",
        DocumentKind::CaseAcceptanceForm => "Case acceptance form",
        DocumentKind::CaseAcceptanceReceipt => "Case acceptance receipt",
        DocumentKind::CaseFilingReport => "Report asking to file the case",
        DocumentKind::CaseFilingDecision => "Decision to file the case",
        DocumentKind::FlowTable => "Fund-flow table",
    };
    said(kind.title(), en)
}

pub fn deadline(kind: DeadlineKind) -> Said {
    let (zh, en) = match kind {
        DeadlineKind::StopAlarm12h => ("止付剩余12小时", "stop ends in 12 h"),
        DeadlineKind::StopAlarm4h => ("止付剩余4小时", "stop ends in 4 h"),
        DeadlineKind::StopAlarm1h => ("止付剩余1小时", "stop ends in 1 h"),
        DeadlineKind::StopLapse => ("止付到期", "stop lapses"),
        DeadlineKind::BankSilent10m => ("银行10分钟未反馈", "bank silent for 10 min"),
        DeadlineKind::BankSilent30m => ("银行30分钟未反馈", "bank silent for 30 min"),
        DeadlineKind::Filing3d => ("立案审查3日", "filing review, 3 days"),
        DeadlineKind::Filing7d => ("立案审查7日", "filing review, 7 days"),
        DeadlineKind::Filing30d => ("立案审查30日", "filing review, 30 days"),
        DeadlineKind::PolicyConfirm => ("补办审批", "confirmation of an emergency order"),
        DeadlineKind::FreezeAlarm30d => ("冻结剩余30日", "freeze ends in 30 days"),
        DeadlineKind::FreezeAlarm7d => ("冻结剩余7日", "freeze ends in 7 days"),
        DeadlineKind::FreezeAlarm1d => ("冻结剩余1日", "freeze ends in 1 day"),
        DeadlineKind::FreezeLapse => ("冻结到期", "freeze lapses"),
        DeadlineKind::DispatchAck => ("派单签收", "acknowledgement of a dispatch"),
        DeadlineKind::WatchLapse => ("动态查询到期", "watch ends"),
    };
    said(zh, en)
}

/// 57,600 without the cents when there are none.
pub fn short(amount: Fen) -> String {
    amount.to_grouped().trim_end_matches(".00").to_owned()
}

fn clock(at: Instant) -> String {
    let c = at.civil();
    format!("{:02}:{:02}", c.hour(), c.minute())
}

/// The small line under an account: bank, when the money came, how fast it usually leaves.
pub fn node_note(node: &AccountMoney, exit_kind: &str) -> Said {
    let at = clock(node.last_arrival);
    match exit_kind {
        "cash" => return said(format!("{at} · 现金出口"), format!("{at} · cash exit")),
        "merchant" => {
            return said(
                format!("{at} · 消费，视为流出"),
                format!("{at} · spent at a merchant"),
            );
        }
        _ => {}
    }
    let first = if node.layer == 1 {
        ("一级账户 · ", "first layer · ")
    } else {
        ("", "")
    };
    let mut zh = format!("{}{at} 到账 {}", first.0, short(node.received));
    let mut en = format!("{}{at} received {}", first.1, short(node.received));
    if let Some(habit) = node.habit {
        let minutes = (habit.ms() + 59_999) / 60_000;
        zh.push_str(&format!("，以往约 {minutes} 分钟转出"));
        en.push_str(&format!(", usually moves on in {minutes} min"));
    }
    if !node.statement_known && !matches!(node.state, AccountState::Gone | AccountState::Passed) {
        zh.push_str(" · 流水未到");
        en.push_str(" · no statement yet");
    }
    said(zh, en)
}

pub fn assumption(a: &Assumption, holder: &str) -> Said {
    match a {
        Assumption::NoStatement { amount, .. } => flow_words::no_statement(holder, *amount),
        Assumption::AmountUntold { amount, .. } => flow_words::amount_untold(holder, *amount),
        Assumption::WayUnknown { amount, .. } => flow_words::way_unknown(holder, *amount),
        Assumption::CameBack { amount, .. } => flow_words::came_back(holder, *amount),
        Assumption::Returned { amount, .. } => flow_words::returned(holder, *amount),
        Assumption::NoAccount { count, amount } => flow_words::no_account(*count, *amount),
        Assumption::Cut { what, count } => said(
            format!("资金链过大，只展开到 {count}（{what}）。"),
            format!("The chain is too large; only {count} {what} are shown."),
        ),
    }
}

/// What banks hold is everybody's money on the accounts; a freeze asks for the case's part of it (DOCUMENTS 2.3).
fn held_and_case(action: &NextAction) -> Said {
    let (held, case) = (short(action.amount), short(action.case_money));
    let (held_zh, held_en) = match (action.unknown, action.unknown == action.count) {
        (0, _) => (held.clone(), held),
        (_, true) => ("未报".to_owned(), "an amount that was not told".to_owned()),
        (n, false) => (
            format!("{held}，另 {n} 户未报"),
            format!("{held}, and {n} did not say how much"),
        ),
    };
    said(
        format!("银行控制金额 {held_zh}（整户，不分谁的钱）；冻结限于本案资金 {case}"),
        format!("banks hold {held_en} on the whole accounts; a freeze asks for the case's money, {case}"),
    )
}

/// Key, label and detail of a proposal.
pub fn next_action(
    action: &NextAction,
    holder: &str,
    bank: &str,
) -> (&'static str, &'static str, Said, Said) {
    let n = action.count;
    let amount = action.amount.to_grouped();
    let yuan = || said(format!("{amount} 元"), format!("{amount} yuan"));
    match action.kind {
        NextKind::Extend => (
            "Enter",
            "extend",
            said(
                format!("对 {n} 户延伸止付"),
                format!("Extend the stop to {}", counted(n, "account")),
            ),
            said(
                format!("{amount} 元 · 一次审批"),
                format!("{amount} yuan · one approval"),
            ),
        ),
        NextKind::Resend => (
            "R",
            "resend",
            said("指令未发出，重新发送", "Not sent: send again"),
            said(holder, holder),
        ),
        NextKind::Confirm => (
            "C",
            "confirm",
            said(
                format!("补办审批 {n} 条应急指令"),
                format!("Confirm {}", counted(n, "emergency order")),
            ),
            yuan(),
        ),
        NextKind::Approve => (
            "A",
            "approve",
            said(
                format!("{n} 条指令待审批"),
                format!("Waiting for approval: {}", counted(n, "order")),
            ),
            yuan(),
        ),
        NextKind::QueryTransactions => (
            "Q",
            "query_transactions",
            said(
                format!("查询 {n} 户交易明细"),
                format!("Query the transactions of {}", counted(n, "account")),
            ),
            said(format!("{bank} · 200301"), format!("{bank} · 200301")),
        ),
        NextKind::QueryHolder => (
            "H",
            "query_holder",
            said(
                format!("查询 {n} 户持卡主体"),
                format!("Query the holders of {}", counted(n, "account")),
            ),
            said(format!("{bank} · 200303"), format!("{bank} · 200303")),
        ),
        NextKind::QueryAllAccounts => (
            "U",
            "query_all_accounts",
            said(
                format!("查询 {holder} 名下全部账户"),
                format!("Query all accounts of {holder}"),
            ),
            said(format!("{bank} · 200309"), format!("{bank} · 200309")),
        ),
        NextKind::Dispatch => (
            "D",
            "dispatch",
            said("派单至案发地", "Dispatch to the place of the offence"),
            said("签收计时", "with acknowledgement"),
        ),
        NextKind::AcceptCase => (
            "F",
            "accept_case",
            said("受案", "Accept the case"),
            said("登记表与回执", "form and receipt"),
        ),
        NextKind::FileCase => (
            "F",
            "file_case",
            said("立案审查", "File the case"),
            said("立案后转冻结", "then freeze"),
        ),
        NextKind::Freeze => (
            "F",
            "freeze",
            said(
                format!("{n} 户止付转冻结"),
                format!("Freeze {}", counted(n, "stopped account")),
            ),
            held_and_case(action),
        ),
        NextKind::Print => (
            "P",
            "print",
            said("打印紧急止付申请表", "Print the stop application"),
            said("PDF 预览", "PDF preview"),
        ),
    }
}

/// "1 account", "2 accounts".
fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

/// Why a sum of the report's money fell.
fn fell(fall: &Fall, account: &str) -> (&'static str, Tone, Said, Option<Said>) {
    let sum = short(fall.by);
    let (tone, zh, en) = match fall.why {
        Why::Left => (
            "bad",
            format!("{account} 转出 {sum} 至取现、消费等出口"),
            format!("{sum} left {account} by an exit"),
        ),
        Why::BalanceFell => (
            "warn",
            format!("{account} 余额减少 {sum}，没有流水"),
            format!("the balance of {account} fell by {sum} without a row"),
        ),
        Why::Returned => (
            "ok",
            format!("{sum} 退回被害人账户 {account}"),
            format!("{sum} came back to the victim's account {account}"),
        ),
        Why::HoldEnded => (
            "bad",
            format!("{account} 的控制结束或减少，{sum} 不再受控"),
            format!("a hold on {account} ended or became smaller: {sum} is held no longer"),
        ),
        Why::HeldLess => (
            "warn",
            format!("{account} 银行控制金额少于应有余额，差 {sum} 去向待查"),
            format!("the bank holds less than should be with {account}: {sum} is unseen"),
        ),
    };
    let (figure_zh, figure_en) = match fall.figure {
        Figure::Total => ("被骗合计", "total lost"),
        Figure::Held => ("已控资金", "held"),
        Figure::Reachable => ("仍可追回", "reachable"),
    };
    let detail = said(
        format!("{figure_zh}减少 {sum}"),
        format!("{figure_en} falls by {sum}"),
    );
    ("money_fell", tone, said(zh, en), Some(detail))
}

/// How a timeline names people and accounts.
pub trait Names {
    fn user(&self, id: kernel::UserId) -> String;
    fn account(&self, id: kernel::AccountId) -> String;
    fn bank(&self, id: kernel::AccountId) -> String;
    fn area(&self, area: kernel::Area) -> String;
}

/// In which way the money left the victim.
pub fn how(how: How) -> Said {
    let en = match how {
        How::Transfer => "transfer",
        How::Code => "scanned code",
        How::Cash => "cash handed over",
        How::Gold => "gold",
        How::GiftCard => "gift card",
        How::Crypto => "virtual currency",
        How::Taken => "taken from the card",
    };
    said(how.zh(), en)
}

fn paid(to: Option<kernel::AccountId>, way: How, amount: Fen, names: &impl Names) -> Said {
    let (sum, way) = (short(amount), how(way));
    match to {
        Some(to) => {
            let to = names.account(to);
            said(
                format!("受害人付款 {sum} 至 {to}"),
                format!("victim paid {sum} to {to}"),
            )
        }
        None => said(
            format!("受害人付款 {sum}（{}，无收款账号）", way.zh),
            format!("victim paid {sum} ({}, no payee's account)", way.en),
        ),
    }
}

/// Kind, tone, sentence and second line of one event.
pub fn event(item: &TimelineItem, names: &impl Names) -> (&'static str, Tone, Said, Option<Said>) {
    match &item.what {
        What::Reported { seat, .. } if seat.is_empty() => {
            ("reported", "info", said("接警", "reported"), None)
        }
        What::Reported { by, seat } => (
            "reported",
            "info",
            said(
                format!("接警 · {seat} 号席 {}", names.user(*by)),
                format!("reported · seat {seat}, {}", names.user(*by)),
            ),
            None,
        ),
        What::Paid { to, how, amount } => ("paid", "info", paid(*to, *how, *amount, names), None),
        What::OrderRequested {
            kind, account, by, ..
        } => {
            let k = order_kind(*kind);
            let who = names.user(*by);
            let on = names.account(*account);
            (
                "order_requested",
                "info",
                said(
                    format!("申请{} {on} · {who}", k.zh),
                    format!("{} of {on} asked by {who}", k.en),
                ),
                None,
            )
        }
        What::OrderApproved {
            kind,
            account,
            by,
            under_policy,
            ..
        } => {
            let k = order_kind(*kind);
            let (on, who) = (names.account(*account), names.user(*by));
            let text = if *under_policy {
                said(
                    format!("{} {on} · 应急授权 {who}", k.zh),
                    format!("{} of {on} under the policy of {who}", k.en),
                )
            } else {
                said(
                    format!("{} {on} · 审批 {who}", k.zh),
                    format!("{} of {on} approved by {who}", k.en),
                )
            };
            ("order_approved", "info", text, None)
        }
        What::OrderConfirmed {
            kind, by, refused, ..
        } => {
            let (k, who) = (order_kind(*kind), names.user(*by));
            let (id, tone, text) = match refused {
                false => (
                    "order_confirmed",
                    "info",
                    said(
                        format!("{}补办审批同意 · {who}", k.zh),
                        format!("{} confirmed afterwards by {who}", k.en),
                    ),
                ),
                true => (
                    "order_confirm_refused",
                    "bad",
                    said(
                        format!("{}补办审批不予确认 · {who}", k.zh),
                        format!("{} not confirmed by {who}", k.en),
                    ),
                ),
            };
            (id, tone, text, None)
        }
        What::OrderSent { kind, account, .. } => {
            let (k, bank) = (order_kind(*kind), names.bank(*account));
            (
                "order_sent",
                "info",
                said(
                    format!("{}指令发往{bank}", k.zh),
                    format!("{} sent to {bank}", k.en),
                ),
                None,
            )
        }
        What::OrderState {
            kind, account, state, ..
        } => {
            let (k, bank) = (order_kind(*kind), names.bank(*account));
            let what = if *state == OrderState::Stuck {
                said(
                    format!("{}未能发往{bank}，需人工处理", k.zh),
                    format!("{} could not be sent to {bank}", k.en),
                )
            } else {
                said(
                    format!("平台未受理发往{bank}的{}", k.zh),
                    format!("the hub refused the {} to {bank}", k.en),
                )
            };
            ("order_state", "bad", what, None)
        }
        What::BankAnswered {
            kind,
            account,
            state,
            result: code,
            held,
            until,
            ..
        } => answered(names.bank(*account), *kind, *state, code, *held, *until),
        What::AnswerNoted { account, note, .. } => {
            let bank = names.bank(*account);
            let (zh, en) = match note.as_str() {
                "other_account" => (
                    "反馈的账号与指令不符，未采信",
                    "answered for another account; not believed",
                ),
                "contradicts" => (
                    "反馈与先前结果矛盾，请核实",
                    "answer contradicts an earlier one; please check",
                ),
                "other_kind" => (
                    "反馈类型与指令不符，未采信",
                    "answer of another kind; not believed",
                ),
                _ => ("迟到的反馈，已留存", "late answer, kept"),
            };
            (
                "answer_noted",
                "warn",
                said(format!("{bank}：{zh}"), format!("{bank}: {en}")),
                None,
            )
        }
        What::Dispatched { area, by } => {
            let (area, who) = (names.area(*area), names.user(*by));
            (
                "dispatched",
                "info",
                said(
                    format!("派单至{area} · {who}"),
                    format!("dispatched to {area} by {who}"),
                ),
                None,
            )
        }
        What::Acknowledged { area, by } => {
            let (area, who) = (names.area(*area), names.user(*by));
            (
                "acknowledged",
                "ok",
                said(
                    format!("{area}签收 · {who}"),
                    format!("{area} acknowledged, {who}"),
                ),
                None,
            )
        }
        What::CaseAccepted { number, by } => {
            let who = names.user(*by);
            (
                "case_accepted",
                "info",
                said(
                    format!("受案 {number} · {who}"),
                    format!("case {number} accepted by {who}"),
                ),
                None,
            )
        }
        What::FilingProposed { by } => {
            let who = names.user(*by);
            (
                "filing_proposed",
                "info",
                said(format!("呈请立案 · {who}"), format!("filing proposed by {who}")),
                None,
            )
        }
        What::CaseDecided { state, by } => {
            let (s, who) = (case_state(*state), names.user(*by));
            let tone = if *state == CaseState::Filed { "ok" } else { "warn" };
            (
                "case_decided",
                tone,
                said(format!("{} · {who}", s.zh), format!("{} by {who}", s.en)),
                None,
            )
        }
        What::DocumentIssued { kind, number } => {
            let k = document_kind(*kind);
            let number = number.clone().unwrap_or_default();
            (
                "document_issued",
                "info",
                said(format!("{} {number}", k.zh), format!("{} {number}", k.en)),
                None,
            )
        }
        What::MoneyFell(fall) => fell(fall, &names.account(fall.account)),
        What::DeadlineFired { kind } => {
            let k = deadline(*kind);
            (
                "deadline_fired",
                "bad",
                said(format!("时限：{}", k.zh), format!("Deadline: {}", k.en)),
                None,
            )
        }
    }
}

fn answered(
    bank: String,
    kind: OrderKind,
    state: OrderState,
    code: &str,
    held: Option<Fen>,
    until: Option<Instant>,
) -> (&'static str, Tone, Said, Option<Said>) {
    let k = order_kind(kind);
    if state == OrderState::Failed {
        let why = result(code);
        let text = said(
            format!("{bank}：{}未办理", k.zh),
            format!("{bank}: {} not done", k.en),
        );
        return ("bank_answered", "bad", text, Some(why));
    }
    let second = until.map(|at| {
        let c = at.civil();
        let at = format!("{} {:02}:{:02}:{:02}", c.date(), c.hour(), c.minute(), c.second());
        said(format!("至 {at}"), format!("until {at}"))
    });
    match (kind, held) {
        (OrderKind::Stop | OrderKind::Freeze, Some(Fen::ZERO)) => {
            let text = said(
                format!("{bank}：已{} 0.00，余额为零", k.zh),
                format!("{bank}: {} done, nothing there", k.en),
            );
            ("bank_answered", "bad", text, second)
        }
        (OrderKind::Stop | OrderKind::Freeze, Some(held)) => {
            let text = said(
                format!("{bank}：已{} {}", k.zh, held.to_grouped()),
                format!("{bank}: {} done, {} held", k.en, held.to_grouped()),
            );
            ("bank_answered", "ok", text, second)
        }
        _ => (
            "bank_answered",
            "ok",
            said(
                format!("{bank}：{}已反馈", k.zh),
                format!("{bank}: {} answered", k.en),
            ),
            second,
        ),
    }
}
