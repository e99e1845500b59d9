//! The one place where a refusal or a failure becomes a status and words (RFC 9457, `application/problem+json`).
//!
//! Promises: every [`RefusalCode`] has words in Chinese and English and a status; a failure of the world shows nothing
//! of its inside and is logged here, once. Leaves out who decides.

use crate::wire::words;
use app::AppError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::order::{OrderKind, OrderState};
use kernel::{Refusal, RefusalCode};
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;

/// An error as the API shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:fanzha:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    pub status: u16,
    /// The stable word of the refusal; `internal` for a failure.
    pub code: String,
    /// The stable number of the refusal; 0 for a failure.
    pub number: u16,
    pub detail_zh: String,
    pub detail_en: String,
    /// Whether the same request may succeed later.
    pub retry: bool,
    /// A value that the sentence names, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Everything that is wrong with the form, at once.
    pub problems: Vec<FieldProblem>,
}

/// One thing wrong with one field.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Path into the request body, such as `payments[0].to.number`.
    pub field: String,
    pub code: String,
    pub detail_zh: String,
    pub detail_en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let (detail_zh, detail_en) = sentence(refusal.code, refusal.detail.as_deref());
        let status = status(refusal.code);
        Problem {
            kind: format!("urn:fanzha:problem:{}", refusal.code),
            title: status.canonical_reason().unwrap_or("Refused").to_owned(),
            status: status.as_u16(),
            code: refusal.code.slug().to_owned(),
            number: refusal.code.number(),
            detail_zh,
            detail_en,
            retry: refusal.code.retry_helps(),
            detail: refusal.detail,
            problems: refusal.problems.into_iter().map(FieldProblem::from).collect(),
        }
    }
}

impl From<kernel::Problem> for FieldProblem {
    fn from(problem: kernel::Problem) -> FieldProblem {
        let (detail_zh, detail_en) = sentence(problem.code, problem.detail.as_deref());
        FieldProblem {
            field: problem.field,
            code: problem.code.slug().to_owned(),
            detail_zh,
            detail_en,
            detail: problem.detail,
        }
    }
}

impl From<RefusalCode> for Problem {
    fn from(code: RefusalCode) -> Problem {
        Refusal::new(code).into()
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Problem {
        match error {
            AppError::Refused(refusal) => refusal.into(),
            failed => {
                tracing::error!(error = %chain(&failed), "a request failed");
                Problem::internal()
            }
        }
    }
}

/// The failure with everything that caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl Problem {
    /// The world broke. Trying again under the same idempotency key is safe and may help.
    pub fn internal() -> Problem {
        Problem {
            kind: "urn:fanzha:problem:internal".to_owned(),
            title: "Internal Server Error".to_owned(),
            status: 500,
            code: "internal".to_owned(),
            number: 0,
            detail_zh: "系统内部出错，本次操作没有得到确认。请稍后重试；重试不会重复执行。".to_owned(),
            detail_en:
                "The server failed and did not confirm this. Try again shortly; it will not be done twice."
                    .to_owned(),
            retry: true,
            detail: None,
            problems: Vec::new(),
        }
    }

    /// The same words under another status (405 for a path that knows other methods).
    pub fn with_status(mut self, status: StatusCode) -> Problem {
        self.status = status.as_u16();
        self.title = status.canonical_reason().unwrap_or("Refused").to_owned();
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
    }
}

/// The status of a refusal. 422 is for forms and rules, 409 for what has changed meanwhile.
pub fn status(code: RefusalCode) -> StatusCode {
    use RefusalCode as C;
    match code {
        C::SignInFailed | C::TotpRequired | C::TotpWrong | C::SessionEnded | C::WebhookTokenWrong => {
            StatusCode::UNAUTHORIZED
        }
        C::SignInLocked | C::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        C::CsrfMissing
        | C::NotPermitted
        | C::SelfApproval
        | C::ApproverLevelTooLow
        | C::UserDisabled
        | C::SetupTokenWrong
        | C::PasswordChangeRequired => StatusCode::FORBIDDEN,
        C::NotFound => StatusCode::NOT_FOUND,
        C::SetupDone | C::LoginTaken | C::LastAdministrator => StatusCode::CONFLICT,
        C::BodyUnreadable | C::CursorMalformed | C::IdempotencyKeyMissing => StatusCode::BAD_REQUEST,
        C::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        C::RecordLocked | C::RecordChanged | C::DraftChanged | C::NothingToTake | C::DispatchAcknowledged => {
            StatusCode::CONFLICT
        }
        C::AlreadyDispatched | C::ReportDuplicate | C::ReportClosed => StatusCode::CONFLICT,
        C::OrderWrongState
        | C::StopAlreadyActive
        | C::FreezeAlreadyActive
        | C::AlreadyDecided
        | C::OrderPending
        | C::FreezeLetsGo
        | C::NotSeen => StatusCode::CONFLICT,
        C::CaseExists | C::CaseWrongState | C::StatementWrongState => StatusCode::CONFLICT,
        C::TransportDown | C::Busy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The words with the detail in their place; where the words have none it is left out, except that a detail of a
/// sentence with `{}` that is missing leaves no hole.
pub fn sentence(code: RefusalCode, detail: Option<&str>) -> (String, String) {
    let (zh, en) = words_of(code);
    let Some(detail) = detail else {
        return (fill(zh, None), fill(en, None));
    };
    let (in_zh, in_en) = spoken(detail);
    (fill(zh, Some(&in_zh)), fill(en, Some(&in_en)))
}

/// A detail that is a code or an instant as people read it; everything else as it is.
fn spoken(detail: &str) -> (String, String) {
    if let Some(at) = kernel::Instant::parse_iso(detail) {
        let civil = at.civil();
        let minute = format!(
            "{:04}-{:02}-{:02} {:02}:{:02}",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute()
        );
        return (minute.clone(), minute);
    }
    let said = match (OrderState::from_slug(detail), OrderKind::from_slug(detail)) {
        (Some(state), _) => words::order_state_of(OrderKind::Stop, state),
        (None, Some(kind)) => words::order_kind(kind),
        (None, None) => return (detail.to_owned(), detail.to_owned()),
    };
    (said.zh, said.en)
}

/// A part in `[…{}…]` is shown only with a detail.
fn fill(words: &str, detail: Option<&str>) -> String {
    let Some((before, rest)) = words.split_once('[') else {
        return words.to_owned();
    };
    let (inside, after) = rest.split_once(']').unwrap_or((rest, ""));
    match detail {
        Some(detail) => format!("{before}{}{after}", inside.replace("{}", detail)),
        None => format!("{before}{after}"),
    }
}

/// What a person reads. Says what happened and, where there is one, what to do next.
pub fn words_of(code: RefusalCode) -> (&'static str, &'static str) {
    use RefusalCode as C;
    match code {
        C::SignInFailed => ("用户名或密码不正确", "The login or the password is wrong"),
        C::SignInLocked => (
            "尝试次数过多，暂时不能登录[，{} 之后再试]",
            "Too many attempts; signing in is closed for a while[, until {}]",
        ),
        C::TotpRequired => (
            "需要第二因素：请输入动态口令，或先绑定动态口令",
            "A second factor is needed: enter the code, or enrol first",
        ),
        C::TotpWrong => (
            "动态口令不正确，或已经用过",
            "The code is wrong, or it was used already",
        ),
        C::SessionEnded => (
            "登录已结束，请重新登录；未提交的内容保留在草稿里",
            "The session has ended. Sign in again; your draft is kept",
        ),
        C::CsrfMissing => (
            "请求没有通过同源校验，请刷新页面后重试",
            "The request did not pass the same-origin check; reload the page and try again",
        ),
        C::NotPermitted => ("没有此项权限[（{}）]", "You do not have this right[ ({})]"),
        C::NotFound => (
            "没有找到，或者不在您的管辖范围内",
            "Not found, or not within your area",
        ),
        C::SelfApproval => (
            "不能审批自己提出的事项，请由他人审批",
            "Nobody approves what they requested; somebody else has to",
        ),
        C::ApproverLevelTooLow => (
            "审批层级不够[，需要：{}]",
            "The approver's level is too low[; needed: {}]",
        ),
        C::RolesIncompatible => (
            "这些角色不能由同一人担任：系统管理员、安全管理员、审计员三者分离，且不办理业务",
            "One person may not hold these roles: the three administrators are separate and do no business",
        ),
        C::PasswordWeak => (
            "密码强度不够[（{}）]：至少 12 位，含三类字符，不含用户名和常见词",
            "The password is too weak[ ({})]: at least 12 characters of three kinds, without the login or common words",
        ),
        C::SetupDone => ("系统已经初始化", "The centre is set up already"),
        C::SetupTokenWrong => (
            "一次性口令不正确，请查看服务器启动时打印的口令",
            "The set-up token is wrong; it was printed when the server started",
        ),
        C::PurposeMissing => (
            "查看公民个人信息必须填写事由",
            "Seeing a citizen's data needs a purpose",
        ),
        C::LoginTaken => ("用户名已被使用", "The login is taken"),
        C::UserDisabled => (
            "该用户已停用，请联系系统管理员",
            "This user is disabled; ask the system administrator",
        ),
        C::WebhookTokenWrong => (
            "电话系统的接入口令不正确",
            "The telephone system's token is wrong",
        ),
        C::LastAdministrator => (
            "这是最后一名[ {} ]，不能停用或撤销",
            "This is the last one with the role[ {}]; it cannot be taken away",
        ),
        C::PasswordChangeRequired => ("请先修改初始密码", "Change the initial password first"),
        C::FieldMissing => ("必填项为空[：{}]", "This is required[: {}]"),
        C::FieldTooLong => ("内容过长[，最多 {}]", "This is too long[; at most {}]"),
        C::FieldMalformed => ("格式不正确[：{}]", "This is not well-formed[: {}]"),
        C::AmountNotPositive => ("金额必须大于零", "The amount must be more than zero"),
        C::AmountTooLarge => (
            "金额过大，请核对[（上限 {}）]",
            "The amount is too large; please check[ (at most {})]",
        ),
        C::TimeInFuture => (
            "时间晚于现在，请核对",
            "The time lies in the future; please check",
        ),
        C::TimeTooOld => (
            "时间过早，请核对[（不早于 {}）]",
            "The time is too long ago; please check[ (not before {})]",
        ),
        C::IdCardCheckFailed => (
            "身份证号校验不通过，请与来电人核对",
            "The ID number's check digit is wrong; verify it with the caller",
        ),
        C::CardCheckFailed => (
            "银行卡号校验不通过，请与来电人核对",
            "The card number's check digit is wrong; verify it with the caller",
        ),
        C::PhoneMalformed => ("电话号码格式不正确", "This is not a telephone number"),
        C::AccountMalformed => (
            "账号格式不正确：只含数字和字母，8 至 32 位",
            "This is not an account number: 8 to 32 digits or letters",
        ),
        C::AreaUnknown => ("行政区划代码不存在", "There is no such area"),
        C::BankUnknown => (
            "不能由卡号判断开户行，请选择[：{}]",
            "The number does not tell the bank; choose it[: {}]",
        ),
        C::PayerIsPayee => (
            "付款账号与收款账号相同，请核对",
            "Payer and payee are one account; please check",
        ),
        C::PayeeTailOnly => (
            "收款账号只有尾号，不能止付；已登记损失",
            "Only the last digits of the payee's account are known, so it cannot be stopped; the loss is registered",
        ),
        C::PayeeAccountUnknown => (
            "没有收款账号，不能止付；已登记损失",
            "There is no payee's account to stop; the loss is registered",
        ),
        C::NothingCorrected => ("没有改动", "Nothing was changed"),
        C::ResendUseless => (
            "重新发送无济于事，请按提示处理后重新申请",
            "Sending it again cannot help; mend what the order says and order anew",
        ),
        C::BodyUnreadable => ("请求内容无法读取[：{}]", "The request cannot be read[: {}]"),
        C::BodyTooLarge => (
            "内容过大[，上限 {} 字节]",
            "The content is too large[; at most {} bytes]",
        ),
        C::IdempotencyKeyReused => (
            "同一幂等键已用于内容不同的请求，请刷新后重试",
            "The idempotency key was used for another request; reload and try again",
        ),
        C::IdempotencyKeyMissing => (
            "缺少 Idempotency-Key 请求头",
            "The header Idempotency-Key is missing",
        ),
        C::CursorMalformed => (
            "翻页参数不正确，请从第一页重新查询",
            "The cursor is not one of ours; start from the first page",
        ),
        C::TooMany => ("数量超过上限[（{}）]", "There are too many[ (at most {})]"),
        C::ControlCharacter => (
            "含有不可见的控制字符，请删除后重新输入",
            "There is an invisible control character; delete it and type again",
        ),
        C::TimeUnreadable => (
            "时间无法识别，如 11-30 22:12、昨天 22:12",
            "The time is not understood; such as 11-30 22:12, yesterday 22:12",
        ),
        C::SumDiffers => (
            "各笔合计与所述总额不符[（合计 / 所述：{}）]，请核对并确认",
            "The rows do not add up to the total that was told[ (sum / told: {})]; check and confirm",
        ),
        C::RecordLocked => (
            "正由他人处理[：{}]。您输入的内容已保留",
            "Somebody else is working on it[: {}]. Your text is kept",
        ),
        C::RecordChanged => (
            "内容已被他人修改[：{}]。您输入的内容已保留，请核对后再提交",
            "Somebody changed it meanwhile[: {}]. Your text is kept; compare and submit again",
        ),
        C::DraftChanged => (
            "草稿已在别处更新[：{}]，您输入的内容已保留",
            "The draft was changed elsewhere[: {}]. Your text is kept",
        ),
        C::NothingToTake => ("目前没有待领取的警情", "There is nothing to take now"),
        C::DispatchAcknowledged => ("该派单已经签收", "The dispatch was acknowledged already"),
        C::AlreadyDispatched => ("已派往该地[：{}]", "It was dispatched there already[: {}]"),
        C::ReportDuplicate => ("与已有警情重复[：{}]", "This repeats an earlier report[: {}]"),
        C::ReportClosed => ("警情已办结，不能再修改", "The report is closed"),
        C::OrderWrongState => (
            "指令当前状态不能进行此操作[（{}）]",
            "The order's state does not allow this[ ({})]",
        ),
        C::ThirdStop => (
            "该账户止付已满两次，不得第三次止付（银发〔2016〕86号）",
            "The account has had two stops; a third is not allowed",
        ),
        C::StopAlreadyActive => (
            "该账户已有生效的止付[，至 {}]",
            "A stop on this account is in force[ until {}]",
        ),
        C::StopExpired => ("止付已到期[（{}）]", "The stop has expired[ ({})]"),
        C::OriginalNotExecuted => (
            "原指令没有生效[（{}）]，不能解除或延续",
            "The original order is not in force[ ({})], so it cannot be relieved or prolonged",
        ),
        C::CaseNotFiled => ("冻结须先立案", "A freeze needs a filed case first"),
        C::FreezeAlreadyActive => (
            "该账户已被冻结，不得重复冻结[（{}）]",
            "The account is frozen already; it may not be frozen twice[ ({})]",
        ),
        C::FreezeTermTooLong => (
            "冻结期限超过法定上限[（{}）]",
            "The term is longer than the law allows[ ({})]",
        ),
        C::FreezeExpired => ("冻结已到期[（{}）]", "The freeze has expired[ ({})]"),
        C::TwoOfficersNeeded => (
            "须由两名民警办理，请选择第二名民警",
            "Two officers are needed; choose the second one",
        ),
        C::DatesReversed => ("起止日期颠倒", "The end lies before the beginning"),
        C::AccountNameMissing => (
            "缺少账户名，银行会退回",
            "The account's name is missing; the bank would refuse",
        ),
        C::PolicyDoesNotCover => (
            "不在应急授权范围内[：{}]，须先审批",
            "No standing policy covers this[: {}]; it needs approval first",
        ),
        C::AlreadyDecided => ("该事项已经处理[：{}]", "This was decided already[: {}]"),
        C::AttachmentMissing => ("缺少必需的附件[：{}]", "A required attachment is missing[: {}]"),
        C::OrderPending => (
            "同一账户已有指令正在办理[：{}]",
            "Another order on this account is under way[: {}]",
        ),
        C::AmountExceedsCase => (
            "超出本案在该账户的资金[（应有余额 = 转入 − 转出：{}）]",
            "More than the case's money on this account[ (still there = received - sent: {})]",
        ),
        C::WatchNotLive => ("动态查询没有在进行", "The live watch is not running"),
        C::NotProposable => (
            "该账户目前不能延伸止付[：{}]",
            "This account cannot be proposed now[: {}]",
        ),
        C::ViewNotNow => (
            "页面显示的不是当前实况，不能据此下达指令；请先回到此刻、取消假设并改回中心规则",
            "The page does not show things as they stand now; go back to now, end the what-if and use the centre's doctrine before ordering",
        ),
        C::ConfirmationNotDue => (
            "该指令不需要补办审批",
            "This order needs no confirmation afterwards",
        ),
        C::StopProlonged => (
            "该止付已延期，不能再延[（本中心设定最多 {} 次）]",
            "The stop was prolonged already[ (the centre's setting: at most {})]",
        ),
        C::ProlongTooLong => (
            "延期超过本中心设定的时长[（{}）]",
            "Longer than the centre's setting allows[ ({})]",
        ),
        C::BankSaysOver => (
            "银行已答复该措施到期或解除[（结果码 {}）]，不能再延续或解除",
            "The bank has answered that it is over[ (result {})]; it cannot be prolonged or relieved",
        ),
        C::NoMeasureInForce => (
            "本警情在该账户没有生效的[{}]措施",
            "The report has no such measure in force on this account[: {}]",
        ),
        C::HolderDocumentMissing => (
            "尚不知道户主证件，先查询持卡主体",
            "The holder's document is not known yet; query the holder first",
        ),
        C::FreezeLetsGo => (
            "冻结后其余资金将解控[：{} 元]，请确认后再提交",
            "The rest of the stopped money becomes free[: {} yuan]; confirm it and submit again",
        ),
        C::HolderDocumentOfBank => (
            "银行已反馈户主证件，与所填不一致；以银行反馈为准，请删去所填证件后再申请",
            "The bank has told the holder's document and it is another; the bank's word stands: remove the typed one and ask again",
        ),
        C::NotSeen => (
            "内容已变化，请展开查看后再决定",
            "It has changed since it was shown; look at it again before deciding",
        ),
        C::CaseExists => ("该警情已有案件[：{}]", "The report has a case already[: {}]"),
        C::CaseWrongState => (
            "案件当前状态不能进行此操作[（{}）]",
            "The case's state does not allow this[ ({})]",
        ),
        C::PaperIncomplete => ("文书内容不完整[：{}]", "The paper is incomplete[: {}]"),
        C::OfficerUnknown => (
            "没有这名有警号的民警，或重名（可填警号）",
            "No officer with a police number goes by this name, or several do (the police number tells them apart)",
        ),
        C::PaperSettingMissing => (
            "文书缺少设置[：{}]，未编号；请系统管理员在“系统管理·机构”中填写",
            "The paper lacks a setting[: {}] and took no number; the system administrator sets it under Administration, Organisations",
        ),
        C::PaperNotApproved => ("文书尚未审批", "The paper is not approved yet"),
        C::GlyphMissing => (
            "字体缺少字形[：{}]，无法打印",
            "The font lacks a character[: {}]; the paper cannot be printed",
        ),
        C::WireRefused => ("报文未通过校验[：{}]", "The message did not pass the check[: {}]"),
        C::TransportDown => (
            "与平台的通道中断，指令已保存，将自动重发",
            "The link to the platform is down; the order is kept and will be sent again",
        ),
        C::StatementWrongState => (
            "流水文件目前的状态不允许这样做[：{}]",
            "The statement file's state does not allow this[: {}]",
        ),
        C::StatementRefused => (
            "流水文件无法读取[：{}]",
            "The statement file cannot be read[: {}]",
        ),
        C::Busy => ("系统正忙，请稍后重试", "The server is busy; try again shortly"),
        C::TooManyRequests => ("请求过于频繁，请稍后再试", "Too many requests; wait a little"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_and_a_status_of_refusal() {
        for code in RefusalCode::ALL {
            let (zh, en) = words_of(*code);
            assert!(
                zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "{code}: {zh}"
            );
            assert!(en.is_ascii() && en.len() > 8, "{code}: {en}");
            for text in [zh, en] {
                assert_eq!(text.contains('['), text.contains("{}"), "{code}: {text}");
            }
            assert!(
                status(*code).is_client_error()
                    || *code == RefusalCode::Busy
                    || *code == RefusalCode::TransportDown
            );
        }
    }

    #[test]
    fn a_detail_fills_its_place_and_leaves_no_hole() {
        let (zh, en) = sentence(RefusalCode::TooMany, Some("50"));
        assert_eq!(
            (zh.as_str(), en.as_str()),
            ("数量超过上限（50）", "There are too many (at most 50)")
        );
        let (zh, en) = sentence(RefusalCode::TooMany, None);
        assert_eq!((zh.as_str(), en.as_str()), ("数量超过上限", "There are too many"));
        // A state, a kind or an instant is said in the language of the sentence.
        for (code, detail, expected) in [
            (
                RefusalCode::OrderPending,
                "stop_prolong",
                "同一账户已有指令正在办理：止付延期",
            ),
            (
                RefusalCode::OrderWrongState,
                "hub_accepted",
                "指令当前状态不能进行此操作（平台已受理，银行未反馈）",
            ),
            (
                RefusalCode::StopAlreadyActive,
                "2026-11-24T21:00:00+08:00",
                "该账户已有生效的止付，至 2026-11-24 21:00",
            ),
        ] {
            assert_eq!(sentence(code, Some(detail)).0, expected);
        }
    }

    #[test]
    fn a_failure_shows_nothing_of_its_inside() {
        let source = "password=hunter2".into();
        let problem = Problem::from(AppError::Failed {
            attempted: "use the store",
            source,
        });
        assert!(!serde_json::to_string(&problem).unwrap().contains("hunter2"));
    }
}
