//! Why a message was refused, and what was odd about one that was taken.
//!
//! Promises: every refusal names the element and a stable code, with a sentence in Chinese and in English; none repeats
//! the offending value, which may be personal data. Leaves out: what to do about it.

use serde::Serialize;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $zh:literal, $en:literal;)+) => {
        /// Why, as a stable code: append only, never reuse a code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[$doc])* $name,)+ }

        impl Reason {
            /// All reasons, for documentation and for tests of completeness.
            pub const ALL: &'static [Reason] = &[$(Reason::$name,)+];

            /// The stable code.
            pub fn code(self) -> &'static str { match self { $(Reason::$name => $code,)+ } }
            /// The sentence in Chinese.
            pub fn zh(self) -> &'static str { match self { $(Reason::$name => $zh,)+ } }
            /// The sentence in English.
            pub fn en(self) -> &'static str { match self { $(Reason::$name => $en,)+ } }
        }
    };
}

reasons! {
    Empty = "empty", "文件是空的", "the file is empty";
    TooLarge = "too_large", "报文过大", "the message is too large";
    NotUtf8 = "not_utf8", "不是有效的 UTF-8 编码", "not valid UTF-8";
    EncodingNotUtf8 = "encoding_not_utf8", "声明的编码不是 UTF-8", "the declared encoding is not UTF-8";
    ControlCharacter = "control_character", "含有不允许的控制字符", "a character that XML does not allow";
    Malformed = "malformed", "不是格式良好的 XML", "not well-formed XML";
    Truncated = "truncated", "报文不完整，元素没有结束", "the message ends before the element does";
    Doctype = "doctype", "不允许 DOCTYPE 声明", "a document type declaration is not allowed";
    UnknownEntity = "unknown_entity", "不允许自定义实体", "an entity other than the five predefined ones";
    BadCharacterReference = "bad_character_reference", "字符引用无效", "a character reference to no allowed character";
    ProcessingInstruction = "processing_instruction", "不允许处理指令", "a processing instruction is not allowed";
    MisplacedDeclaration = "misplaced_declaration", "XML 声明不在开头或无效", "the XML declaration is misplaced or wrong";
    TooDeep = "too_deep", "元素嵌套过深", "elements are nested too deeply";
    TooManyElements = "too_many_elements", "元素过多", "too many elements";
    TooManyAttributes = "too_many_attributes", "属性过多", "too many attributes";
    BadAttribute = "bad_attribute", "属性写法不对", "an attribute is malformed or repeated";
    BadName = "bad_name", "元素名称不合规", "not an element name";
    NamespacePrefix = "namespace_prefix", "不允许命名空间前缀", "a namespace prefix is not allowed";
    TextTooLong = "text_too_long", "内容过长", "the text is too long";
    MixedContent = "mixed_content", "文字与子元素混排", "text is mixed with elements";
    DuplicateElement = "duplicate_element", "元素重复出现", "the element appears twice";
    WrongRoot = "wrong_root", "根元素应为 Request 或 Response", "the root must be Request or Response";
    SecondRoot = "second_root", "报文之后还有别的内容", "something follows the message";
    UnexpectedElement = "unexpected_element", "此处只允许 Head 和 Body", "only Head and Body belong here";
    MissingElement = "missing", "缺少必填项", "a mandatory element is missing or empty";
    NotText = "not_text", "应为文字，却含有子元素", "text was expected, elements found";
    NotObject = "not_object", "应含子元素，却是文字", "elements were expected, text found";
    NotList = "not_list", "应为列表", "a list was expected";
    UnexpectedList = "unexpected_list", "不应为列表", "a list is not expected here";
    ImpossibleAmount = "impossible_amount", "金额不可能（应为元，至多两位小数）", "not a possible amount of yuan";
    ImpossibleDate = "impossible_date", "日期时间不可能（应为 yyyyMMddHHmmss）", "not a possible yyyyMMddHHmmss date";
    BadBase64 = "bad_base64", "附件内容不是有效的 Base64", "the attachment is not valid base64";
    AttachmentTooLarge = "attachment_too_large", "附件超过 1 MB", "the attachment exceeds 1 MB";
    FileNameMismatch = "file_name_mismatch", "与文件名不一致", "differs from the file's name";
    TxCodeMismatch = "tx_code_mismatch", "tx_code 与 Head/TxCode 不一致", "tx_code differs from Head/TxCode";
    BadJson = "bad_json", "不是有效的 JSON", "not valid JSON";
    NotAString = "not_a_string", "值应为字符串、对象或列表", "a value must be a string, an object or a list";
    UnknownKey = "unknown_key", "不认识的键（应为 tx_code、head、body、flags）", "only tx_code, head, body and flags are expected";
    UnknownTxCode = "unknown_tx_code", "交易代码不在已知之列", "the transaction code is not a known one";
    ForeignAttribute = "foreign_attribute", "元素带有规范之外的属性", "an attribute that the platform does not use";
    ZeroWidth = "zero_width", "账号中含有零宽字符", "a zero-width character in an account number";
    TooLong = "too_long", "超过规范长度", "longer than the platform's field";
    TooManyTransactions = "too_many_transactions", "交易明细超过 1000 条", "more than 1000 transactions";
    CommentInText = "comment_in_text", "值中间夹有注释", "a comment inside a value";
    OddFileName = "odd_file_name", "附件文件名含路径字符", "the attachment's name holds path characters";
    MoreFlags = "more_flags", "还有更多异常未列出", "more odd things were left out";
    WrongTxCode = "wrong_tx_code", "交易代码不是所要求的", "not the transaction code that was asked for";
    UnknownCode = "unknown_code", "代码值不在代码表中", "the value is not in the code table";
    BadIdentifier = "bad_identifier", "编号的长度或字符不合规", "the identifier's length or characters are wrong";
    NotRegularFile = "not_regular_file", "不是普通文件", "not a regular file";
    Unreadable = "unreadable", "文件无法读取", "the file cannot be read";
}

/// A refusal: nothing of the message was taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.told())]
pub struct WireProblem {
    /// The element's own name, or the nearest one that can be named ("Request", "DOCTYPE", "file").
    pub element: String,
    /// Where it stands, such as `Request/Body/Transactions/Transaction[3]/TransactionTime`; may be empty.
    pub path: String,
    pub reason: Reason,
    /// A word that makes the reason exact and is no personal data: an encoding, an entity's name. May be empty.
    pub detail: String,
}

impl WireProblem {
    pub fn new(element: impl Into<String>, reason: Reason) -> Self {
        WireProblem {
            element: element.into(),
            path: String::new(),
            reason,
            detail: String::new(),
        }
    }

    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Adds the exact word, cut to 64 characters with unprintable ones replaced.
    pub fn with(mut self, detail: impl AsRef<str>) -> Self {
        self.detail = printable(detail.as_ref());
        self
    }

    /// The stable code of the reason.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    pub fn zh(&self) -> String {
        self.sentence(self.reason.zh(), "：")
    }

    pub fn en(&self) -> String {
        self.sentence(self.reason.en(), ": ")
    }

    /// Element, code, both sentences and the place, on one line.
    fn told(&self) -> String {
        let place = if self.path.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.path)
        };
        format!(
            "{}: {}: {} / {}{place}",
            printable(&self.element),
            self.code(),
            self.zh(),
            self.en()
        )
    }

    fn sentence(&self, words: &str, colon: &str) -> String {
        if self.detail.is_empty() {
            words.to_owned()
        } else {
            format!("{words}{colon}{}", self.detail)
        }
    }
}

fn printable(text: &str) -> String {
    text.chars()
        .take(64)
        .map(|c| {
            if c.is_control() || kernel::identifier::is_zero_width(c) {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}

/// Something odd in a message that was taken all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The element's own name.
    pub element: String,
    /// Where it stands.
    pub path: String,
    pub reason: Reason,
}

#[derive(Serialize)]
struct FlagJson<'a> {
    element: &'a str,
    why: String,
}

impl Flag {
    /// `{"element", "why"}`, as WIRE.md shows it.
    pub fn to_json(&self) -> serde_json::Value {
        let why = format!(
            "{}: {} / {} ({})",
            self.reason.code(),
            self.reason.zh(),
            self.reason.en(),
            self.path
        );
        serde_json::json!(FlagJson {
            element: &self.element,
            why
        })
    }
}
