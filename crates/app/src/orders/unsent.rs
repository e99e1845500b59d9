//! 未发出: why an approved order did not leave, in words, and the act that mends it. Sending the same bytes again is offered
//! only where it can help.
//!
//! Leaves out what a bank refused: that order left and was answered.

use crate::AppResult;
use bankwire::result_code::{HUB_CODES, HubVerdict, hub_verdict};
use domain::order::needs::Mend;
use domain::order::{Order, OrderState};
use kernel::OrderId;
use std::collections::BTreeMap;
use store::messages::{LeftBehind, left_behind};
use store::sea_orm::ConnectionTrait;

/// Where an order was held up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldUpBy {
    /// Its paper or message cannot be made from what it says.
    Content,
    /// The printer cannot work: a font is missing.
    Printer,
    /// The upstream directory does not take the file.
    Directory,
    /// The hub could not pass it on.
    HubUnreachable,
    /// The hub refused it.
    HubRefused,
}

impl HeldUpBy {
    pub const fn slug(self) -> &'static str {
        match self {
            HeldUpBy::Content => "content",
            HeldUpBy::Printer => "printer",
            HeldUpBy::Directory => "directory",
            HeldUpBy::HubUnreachable => "hub_unreachable",
            HeldUpBy::HubRefused => "hub_refused",
        }
    }
}

/// Why an order did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    pub by: HeldUpBy,
    /// The reason in words.
    pub zh: String,
    pub en: String,
    pub mend: Mend,
}

impl Unsent {
    pub fn resend_helps(&self) -> bool {
        matches!(self.mend, Mend::Resend)
    }
}

/// Why a message could not be made, before it is kept in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotBuilt {
    pub by: HeldUpBy,
    pub zh: String,
    pub en: String,
}

impl NotBuilt {
    /// As the outbox keeps it.
    pub fn kept(&self) -> String {
        format!("{}:{} / {}", self.by.slug(), self.zh, self.en)
    }

    fn of_kept(text: &str) -> NotBuilt {
        let printer = text.strip_prefix("printer:");
        let words = printer.or(text.strip_prefix("content:")).unwrap_or(text);
        let (zh, en) = words.split_once(" / ").unwrap_or((words, words));
        NotBuilt {
            by: if printer.is_some() {
                HeldUpBy::Printer
            } else {
                HeldUpBy::Content
            },
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// Why the order did not leave; nothing for one that left or waits.
pub fn unsent(order: &Order, left: &LeftBehind) -> Option<Unsent> {
    match order.state {
        OrderState::HubRefused => Some(refused(&order.hub_code)),
        OrderState::Stuck if !left.built => Some(not_built(NotBuilt::of_kept(&left.last_problem))),
        OrderState::Stuck => Some(not_passed_on(&left.last_problem)),
        _ => None,
    }
}

fn not_built(why: NotBuilt) -> Unsent {
    Unsent {
        mend: match why.by {
            // Once the font is there the same paper prints.
            HeldUpBy::Printer => Mend::Resend,
            _ => Mend::OrderAnew,
        },
        by: why.by,
        zh: why.zh,
        en: why.en,
    }
}

/// What failed is a hub's code, or the words of the directory.
fn not_passed_on(problem: &str) -> Unsent {
    let hub = hub_words(problem);
    let (by, zh, en) = match hub {
        Some((zh, en)) => (HeldUpBy::HubUnreachable, zh, en),
        None if problem.trim().is_empty() => (
            HeldUpBy::HubUnreachable,
            "平台退回文件，未说明原因".to_owned(),
            "the hub gave the file back without a reason".to_owned(),
        ),
        None => (
            HeldUpBy::Directory,
            format!("上行目录不可用（{problem}）"),
            format!("the upstream directory cannot be used ({problem})"),
        ),
    };
    Unsent {
        by,
        zh,
        en,
        mend: Mend::Resend,
    }
}

fn refused(code: &str) -> Unsent {
    let (zh, en) = hub_words(code).unwrap_or_else(|| {
        (
            format!("平台拒收，返回码 {code}"),
            format!("the hub refused it with code {code}"),
        )
    });
    let mend = match code {
        // The account is not one that the hub knows: the row is wrong.
        "200010" => Mend::CorrectReport,
        // Rights of our system or of the front end: once they are given, the same bytes are taken.
        "200004" | "200005" | "200006" | "200007" => Mend::Resend,
        code if hub_verdict(code) == HubVerdict::TryAgain => Mend::Resend,
        _ => Mend::OrderAnew,
    };
    Unsent {
        by: HeldUpBy::HubRefused,
        zh,
        en,
        mend,
    }
}

fn hub_words(code: &str) -> Option<(String, String)> {
    let row = HUB_CODES.iter().find(|row| row.0 == code)?;
    Some((
        format!("平台返回 {code} {}", row.2),
        format!("the hub said {code}: {}", row.3),
    ))
}

/// The same for many orders, with one question.
pub async fn unsent_of(
    conn: &impl ConnectionTrait,
    orders: &[Order],
) -> AppResult<BTreeMap<OrderId, Unsent>> {
    let held_up = |o: &&Order| matches!(o.state, OrderState::Stuck | OrderState::HubRefused);
    let ids: Vec<OrderId> = orders.iter().filter(held_up).map(|o| o.id).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let left = left_behind(conn, &ids).await?;
    let none = LeftBehind::default();
    Ok(orders
        .iter()
        .filter_map(|o| Some((o.id, unsent(o, left.get(&o.id).unwrap_or(&none))?)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made;

    /// State, hub code, what the outbox knows, and what is said: by what, in which words, and the act that mends it.
    #[test]
    fn why_an_order_did_not_leave_and_what_mends_it() {
        use HeldUpBy as H;
        use Mend as M;
        use OrderState as S;
        let content = NotBuilt {
            by: H::Content,
            zh: "缺收款人户名".into(),
            en: "the payee's name is missing".into(),
        };
        let printer = NotBuilt {
            by: H::Printer,
            zh: "未找到中文字体".into(),
            en: "no Chinese font".into(),
        };
        let (content_kept, printer_kept) = (content.kept(), printer.kept());
        let (content, printer) = (content_kept.as_str(), printer_kept.as_str());
        let refused =
            |code: &'static str, zh, mend| (S::HubRefused, code, true, "", Some((H::HubRefused, zh, mend)));
        let stuck = |built, why, by, zh, mend| (S::Stuck, "", built, why, Some((by, zh, mend)));
        let table = [
            (S::Drafted, "", false, "", None),
            (S::Approved, "", false, "", None),
            (S::Sent, "", true, "", None),
            (S::HubAccepted, "100000", true, "", None),
            (S::Failed, "", true, "", None),
            (S::Executed, "", true, "", None),
            (S::Withdrawn, "", false, content, None),
            stuck(false, content, H::Content, "缺收款人户名", M::OrderAnew),
            stuck(false, printer, H::Printer, "未找到中文字体", M::Resend),
            stuck(
                true,
                "disk full",
                H::Directory,
                "上行目录不可用（disk full）",
                M::Resend,
            ),
            stuck(
                true,
                "603202",
                H::HubUnreachable,
                "平台返回 603202 网络错误",
                M::Resend,
            ),
            stuck(true, "", H::HubUnreachable, "平台退回文件，未说明原因", M::Resend),
            refused("200001", "平台返回 200001 报文格式错误", M::OrderAnew),
            refused("200004", "平台返回 200004 行内系统未授权", M::Resend),
            refused("200010", "平台返回 200010 账户不存在", M::CorrectReport),
            refused("299999", "平台拒收，返回码 299999", M::OrderAnew),
        ];
        for (state, hub_code, built, why, expected) in table {
            let order = Order {
                state,
                hub_code: hub_code.into(),
                ..made::held('A', 0, 1)
            };
            let left = LeftBehind {
                built,
                last_problem: why.into(),
            };
            let said = unsent(&order, &left);
            let found = said.as_ref().map(|u| (u.by, u.zh.as_str(), u.mend));
            assert_eq!(found, expected, "{state:?} {hub_code} {why}");
            assert!(said.is_none_or(|u| u.en.is_ascii() && !u.en.is_empty()));
        }
    }
}
