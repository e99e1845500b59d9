//! The words of the fund flow, in both languages: states, assumptions, cuts, patterns, reasons. One table each, so that the
//! page, the spreadsheet and the paper say the same.

use super::words::{Said, said, short};
use app::flow::{Doctrine, Flow, FlowAssumption, FlowCut, FlowMark, FlowNode, Pattern, Place};
use app::money::{Proposal, ProposalReason};
use kernel::{AccountId, Fen, Instant, Span};

fn clock(at: Instant) -> String {
    let c = at.civil();
    format!("{:02}:{:02}:{:02}", c.hour(), c.minute(), c.second())
}

fn minutes(span: Span) -> i64 {
    (span.ms() + 59_999) / 60_000
}

pub fn doctrine(doctrine: Doctrine) -> Said {
    let (zh, en) = match doctrine {
        Doctrine::Fifo => ("先进先出", "FIFO"),
        Doctrine::Haircut => ("按比例", "pro rata"),
        Doctrine::Lifo => ("后进先出", "LIFO"),
        Doctrine::LowestBalance => ("最低余额", "lowest intermediate balance"),
        Doctrine::Reach => ("可达（整笔计）", "reach (whole transfers)"),
    };
    said(zh, en)
}

/// A type of account, or of exit.
pub fn kind(slug: &str) -> Said {
    let (zh, en) = match slug {
        "personal" => ("个人账户", "personal"),
        "corporate" => ("对公账户", "corporate"),
        "cash" => ("取现", "cash"),
        "merchant" => ("商户", "merchant"),
        "virtual_asset" => ("虚拟资产", "virtual asset"),
        "foreign" => ("境外", "foreign"),
        "hub" => ("过渡账户", "hub"),
        "fee" => ("手续费", "fee"),
        "unknown" => ("去向待查", "nobody sees where"),
        _ => ("类型未知", "type unknown"),
    };
    said(zh, en)
}

/// The small line under an account.
pub fn note(flow: &Flow, node: &FlowNode) -> Said {
    match node.place {
        Place::Fee => return said("银行手续费", "bank fees"),
        Place::Unseen(id) => {
            let who = holder(flow, id);
            return said(
                format!("{who} 转出，流水未见去向"),
                format!("left {who} by a way no row shows"),
            );
        }
        Place::Outside(id) => {
            let who = holder(flow, id);
            return said(
                format!("转入 {who}，流水未见来源"),
                format!("came to {who} by a way no row shows"),
            );
        }
        Place::Account(_) => {}
    }
    let mut zh = Vec::new();
    let mut en = Vec::new();
    if let Some(habit) = node.habit.filter(|_| node.exit.is_none()) {
        zh.push(format!("以往约 {} 分钟转出", minutes(habit)));
        en.push(format!("usually moves on in {} min", minutes(habit)));
    }
    if !node.statement_known && node.exit.is_none() {
        zh.push("流水未到".to_owned());
        en.push("no statement yet".to_owned());
    }
    said(zh.join(" · "), en.join(" · "))
}

fn holder(flow: &Flow, id: AccountId) -> String {
    flow.accounts
        .get(&id)
        .map(|a| format!("{} …{}", a.holder.masked(), a.number.tail()))
        .unwrap_or_default()
}

/// What a cut is called, where, and about how much.
pub fn cut_facts(cut: &FlowCut) -> (&'static str, Place, Fen) {
    match *cut {
        FlowCut::Depth { place, amount } => ("depth", place, amount),
        FlowCut::Horizon { place, amount } => ("horizon", place, amount),
        FlowCut::Dust { place, amount } => ("dust", place, amount),
        FlowCut::Budget { place, amount } => ("budget", place, amount),
        FlowCut::Hub { place, amount } => ("hub", place, amount),
        FlowCut::Size { place, amount } => ("size", place, amount),
        FlowCut::MinAmount { place, amount } => ("min_amount", place, amount),
    }
}

pub fn cut(kind: &str, who: &str, amount: Fen) -> Said {
    let sum = short(amount);
    let (zh, en) = match kind {
        "depth" => ("已到层数上限", "the limit of hops is reached"),
        "horizon" => ("已到时间上限", "the limit of time is reached"),
        "dust" => ("小额未追", "parts too small to follow"),
        "budget" => ("计算量已到上限", "the trace used up its work"),
        "min_amount" => (
            "小于所设金额的转账未追",
            "payments below the least amount are not followed",
        ),
        "hub" => (
            "往来过多的账户，不再展开",
            "an account with too many rows to follow",
        ),
        _ => (
            "账户或流水数量已到上限",
            "the bound of accounts or rows is reached",
        ),
    };
    said(
        format!("{who}：{zh}，涉及 {sum}。"),
        format!("{who}: {en}; it may concern {sum}."),
    )
}

/// What an assumption is called, and about which account and how much.
pub struct Facts {
    pub kind: &'static str,
    /// Nothing where the payee has no account that anybody knows.
    pub account: Option<AccountId>,
    pub amount: Option<Fen>,
}

pub fn assumption_facts(a: &FlowAssumption) -> Facts {
    let (kind, amount) = match *a {
        FlowAssumption::NoAccount { amount, .. } => ("no_account", Some(amount)),
        FlowAssumption::NoStatement { amount, .. } => ("no_statement", Some(amount)),
        FlowAssumption::AmountUntold { amount, .. } => ("amount_untold", Some(amount)),
        FlowAssumption::WayUnknown { amount, .. } => ("way_unknown", Some(amount)),
        FlowAssumption::CameBack { amount, .. } => ("came_back", Some(amount)),
        FlowAssumption::Returned { amount, .. } => ("returned", Some(amount)),
        FlowAssumption::OpeningUnknown { opening, .. } => ("opening_unknown", Some(opening)),
        FlowAssumption::Overdraft { missing, .. } => ("overdraft", Some(missing)),
        FlowAssumption::GapIn { amount, .. } => ("gap_in", Some(amount)),
        FlowAssumption::GapOut { amount, .. } => ("gap_out", Some(amount)),
        FlowAssumption::SameInstant { .. } => ("same_instant", None),
        FlowAssumption::Reversed { amount, .. } => ("reversed", Some(amount)),
        FlowAssumption::PaymentUntold { amount, .. } => ("payment_untold", Some(amount)),
    };
    Facts {
        kind,
        account: a.account(),
        amount,
    }
}

/// What was paid to nobody's account: cash, a scanned code, a payee known by a tail or a name.
pub fn no_account(count: usize, amount: Fen) -> Said {
    let sum = short(amount);
    said(
        format!("{count} 笔付款没有收款账号，共 {sum}，无法止付和追踪，计入去向待查。"),
        format!(
            "{count} payments without a payee's account, {sum} in all: nothing to stop or follow, so they count as unseen."
        ),
    )
}

/// Nothing is known yet of what left this account.
pub fn no_statement(who: &str, amount: Fen) -> Said {
    let sum = short(amount);
    said(
        format!("{who} 的流水未到，{sum} 为到账金额，可能已转出。"),
        format!("No statement of {who} yet: {sum} is what arrived and may have moved on."),
    )
}

/// A bank did it and gave no amount that can be read.
pub fn amount_untold(who: &str, amount: Fen) -> Said {
    let sum = short(amount);
    said(
        format!("{who} 银行已控制，但未报可读的金额；应有余额 {sum}，核实前计入去向待查。"),
        format!(
            "The bank holds {who} and gave no amount that can be read; {sum} should be there, and counts as unseen until the amount is known."
        ),
    )
}

/// What a bank does not hold and no row explains. The page of the golden minutes says the same.
pub fn way_unknown(who: &str, amount: Fen) -> Said {
    let sum = short(amount);
    said(
        format!("{who} 应有余额中 {sum} 银行未控住或报无此余额，流水未见去向，计入去向待查。"),
        format!(
            "{sum} should be with {who}; the bank neither holds nor reports it and no row shows where it went, so it counts as unseen."
        ),
    )
}

/// Payments of money that had come back, or that a bank reversed.
pub fn came_back(who: &str, amount: Fen) -> Said {
    let sum = short(amount);
    said(
        format!("付给 {who} 的款项中有 {sum} 系先前退回又付出或已冲正，被骗合计不重复计。"),
        format!("Of what was paid to {who}, {sum} had come back before or was reversed; it is counted once."),
    )
}

/// Money that lies with a victim again.
pub fn returned(who: &str, amount: Fen) -> Said {
    let sum = short(amount);
    said(
        format!("{sum} 已退回被害人账户 {who}，不计入被骗合计。"),
        format!("{sum} came back to the victim's account {who}; it is not counted as lost."),
    )
}

pub fn assumption(a: &FlowAssumption, who: &str) -> Said {
    match *a {
        FlowAssumption::NoAccount { count, amount } => no_account(count, amount),
        FlowAssumption::NoStatement { amount, .. } => no_statement(who, amount),
        FlowAssumption::AmountUntold { amount, .. } => amount_untold(who, amount),
        FlowAssumption::WayUnknown { amount, .. } => way_unknown(who, amount),
        FlowAssumption::CameBack { amount, .. } => came_back(who, amount),
        FlowAssumption::Returned { amount, .. } => returned(who, amount),
        FlowAssumption::OpeningUnknown { opening, .. } => said(
            format!("{who} 的期初余额未知，按不透支的最小值 {} 推定。", short(opening)),
            format!(
                "The opening balance of {who} is not known; the least without an overdraft, {}, is taken.",
                short(opening)
            ),
        ),
        FlowAssumption::Overdraft { at, missing, .. } => said(
            format!(
                "{who} 在 {} 转出超过已知余额 {}，差额按非涉案款计。",
                clock(at),
                short(missing)
            ),
            format!(
                "At {} more left {who} than was known to be there, by {}; the difference counts as clean.",
                clock(at),
                short(missing)
            ),
        ),
        FlowAssumption::GapIn { at, amount, .. } => said(
            format!(
                "{who} 的余额在 {} 前多出 {}，没有流水，按非涉案款转入推定。",
                clock(at),
                short(amount)
            ),
            format!(
                "The balance of {who} rose by {} before {} without a row; taken as clean money coming in.",
                short(amount),
                clock(at)
            ),
        ),
        FlowAssumption::GapOut { at, amount, .. } => said(
            format!(
                "{who} 的余额在 {} 前少了 {}，没有流水，计入去向待查。",
                clock(at),
                short(amount)
            ),
            format!(
                "The balance of {who} fell by {} before {} without a row; it counts as unseen.",
                short(amount),
                clock(at)
            ),
        ),
        FlowAssumption::SameInstant { at, .. } => said(
            format!(
                "{who} 在 {} 同一秒有多笔，先后无余额可证，按先转入后转出推定。",
                clock(at)
            ),
            format!(
                "Several rows of {who} at {} in one second; no balance tells their order: arrivals are taken first.",
                clock(at)
            ),
        ),
        FlowAssumption::Reversed { at, amount, .. } => said(
            format!(
                "{who} 在 {} 的 {} 已被冲正，两笔都不计。",
                clock(at),
                short(amount)
            ),
            format!(
                "A row of {who} at {} over {} was reversed; both are left out.",
                clock(at),
                short(amount)
            ),
        ),
        FlowAssumption::PaymentUntold { amount, .. } => said(
            format!("付给 {who} 的 {} 只有被害人陈述，银行流水未见。", short(amount)),
            format!(
                "{} paid to {who} is known from the victim alone; no bank's row shows it.",
                short(amount)
            ),
        ),
    }
}

/// The sentence of a pattern.
pub fn mark(mark: &FlowMark) -> Said {
    let (n, sum) = (mark.evidence.len(), short(mark.amount));
    let (zh, en) = match mark.pattern {
        Pattern::FanIn => ("多户转入后集中转出", "many paid in, then it left together"),
        Pattern::FanOut => ("集中转入后分散转出", "it came together, then left to many"),
        Pattern::PassThrough => ("到账后数分钟内转出", "it left within minutes of coming"),
        Pattern::SplitAndGather => ("拆分转出后又汇集", "split, then gathered again"),
        Pattern::RoundTrip => ("资金又回到此户", "the money came back"),
        Pattern::CashOut => ("到账后取现", "taken out in cash after it came"),
        Pattern::TestTransfer => ("大额之前有小额试探", "a small test before the large sum"),
        Pattern::ManyBetweenTwo => ("两户之间连续多笔", "many transfers between two accounts"),
        Pattern::Implicated => (
            "另有报案的被害人付款到此户",
            "victims of other reports paid this account",
        ),
        Pattern::PaysImplicated => ("付款给另案涉案账户", "it paid an account of another report"),
        Pattern::PaidByImplicated => (
            "收到另案涉案账户转入",
            "it was paid by an account of another report",
        ),
    };
    said(format!("{zh}，{n} 笔共 {sum}"), format!("{en}: {n} rows, {sum}"))
}

/// Why an account stands where it stands.
pub fn reasons(p: &Proposal) -> Said {
    let mut zh = Vec::new();
    let mut en = Vec::new();
    for reason in &p.reasons {
        let Said { zh: a, en: b } = match reason {
            ProposalReason::Arrived { ago } => said(
                format!("{} 分钟前到账", minutes(*ago)),
                format!("arrived {} min ago", minutes(*ago)),
            ),
            ProposalReason::Habit { stay, seen } => said(
                format!("以往约停留 {} 分钟（{seen} 次）", minutes(*stay)),
                format!("money usually stays {} min ({seen} times)", minutes(*stay)),
            ),
            ProposalReason::HabitUnknown { stay } => said(
                format!("以往停留时间未知，按 {} 分钟估计", minutes(*stay)),
                format!("habit unknown, {} min taken", minutes(*stay)),
            ),
            ProposalReason::NoStatement => said("流水未到", "no statement yet"),
            ProposalReason::Balance { amount, at } => said(
                format!("银行 {} 报余额 {}", clock(*at), short(*amount)),
                format!("the bank said {} at {}", short(*amount), clock(*at)),
            ),
            ProposalReason::FailedBefore { result } => {
                said(format!("曾失败 {result}"), format!("failed before with {result}"))
            }
        };
        zh.push(a);
        en.push(b);
    }
    said(zh.join("，"), en.join(", "))
}
