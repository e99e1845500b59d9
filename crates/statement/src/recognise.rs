//! Which layout a file has: a header line by the words in it, then the layout that fits best, then a trial reading.
//!
//! Promises: the answer says how sure it is and why, in both languages; a person may correct every column. A mapping that
//! a person kept for the same header wins. Leaves out the reading itself (see `reading`).

use crate::cell::Cell;
use crate::clean::direction_of;
use crate::fields::{Field, Mapping, Sign, header_keys, may_be_stacked, stacked};
use crate::kind::{Go, Source};
use crate::layout::{Layout, known_layouts};
use crate::problem::{FileProblem, Said, said};
use crate::reading::{Direction, Met, Rules, Tally, read};
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::ops::ControlFlow;

/// A mapping that a person kept under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedLayout {
    pub name: String,
    /// [`Recognised::fingerprint`] of the file it was made for.
    pub fingerprint: String,
    pub mapping: Mapping,
}

/// What a file looks like.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// A key of the table, the name of a kept mapping, or `generic`.
    pub layout: String,
    pub title: Said,
    pub mapping: Mapping,
    /// 0 to 100.
    pub confidence: u8,
    pub reasons: Vec<Said>,
    pub sheet: u16,
    pub header_line: u64,
    /// The header as the file writes it, and its comparable form, column by column.
    pub headers: Vec<String>,
    pub keys: Vec<String>,
    /// The same for every file with the same columns.
    pub fingerprint: String,
    /// The first lines of the table as they are.
    pub lines: Vec<Vec<String>>,
}

/// The first lines of each sheet.
#[derive(Clone, Debug)]
pub struct Sample {
    pub sheets: Vec<(String, Vec<SampleLine>)>,
}

/// The line's number and its cells as people see them.
pub type SampleLine = (u64, Vec<String>);

const LINES: usize = 120;
const SHEETS: usize = 16;
const TRIAL_ROWS: u64 = 300;
const SHOWN_LINES: usize = 8;

/// Reads the first lines of each sheet.
pub fn sample<R: Read + Seek>(source: &mut Source<R>) -> Result<Sample, FileProblem> {
    let mut sheets: Vec<(String, Vec<SampleLine>)> = source
        .sheets()
        .into_iter()
        .map(|name| (name, Vec::new()))
        .collect();
    source.lines(&mut |line| {
        let Some((_, lines)) = sheets
            .get_mut(usize::from(line.sheet))
            .filter(|_| usize::from(line.sheet) < SHEETS)
        else {
            return Go::Stop;
        };
        lines.push((line.line, line.cells.iter().map(Cell::shown).collect()));
        if lines.len() >= LINES {
            Go::NextSheet
        } else {
            Go::On
        }
    })?;
    Ok(Sample { sheets })
}

/// Finds the header and the layout. `NoHeader` when no line can be one.
pub fn recognise<R: Read + Seek>(
    source: &mut Source<R>,
    saved: &[SavedLayout],
    rules: &Rules,
) -> Result<Recognised, FileProblem> {
    let sample = sample(source)?;
    let header = find_header(&sample).ok_or(FileProblem::NoHeader)?;
    let mut found = choose(&sample, &header, saved);
    try_out(source, &mut found, rules);
    Ok(found)
}

struct Header {
    sheet: usize,
    line: u64,
    index: usize,
    cells: Vec<String>,
    keys: Vec<String>,
}

/// The line with most columns that mean something, if time and amount are among them, or two lines that are one header;
/// the first of equals.
fn find_header(sample: &Sample) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    for (sheet, (_, lines)) in sample.sheets.iter().enumerate() {
        for (index, (line, cells)) in lines.iter().enumerate() {
            let above = index.checked_sub(1).map(|i| &lines[i].1);
            let two = above
                .filter(|above| may_be_stacked(above, cells))
                .map(|above| stacked(above, cells));
            for cells in [Some(cells.clone()), two].into_iter().flatten() {
                let keys = header_keys(&cells);
                let fields = by_words(&keys);
                let has = |f: Field| fields.contains_key(&f);
                let usable = (has(Field::Time) || has(Field::Date))
                    && (has(Field::Amount) || (has(Field::AmountIn) && has(Field::AmountOut)));
                if usable && best.as_ref().is_none_or(|(most, _)| fields.len() > *most) {
                    let header = Header {
                        sheet,
                        line: *line,
                        index,
                        cells,
                        keys,
                    };
                    best = Some((fields.len(), header));
                }
            }
        }
    }
    best.map(|(_, header)| header).or_else(|| likely_header(sample))
}

/// Where no words are known: the first line of words only over a line as wide that has digits. A person chooses then.
fn likely_header(sample: &Sample) -> Option<Header> {
    let filled = |cells: &[String]| cells.iter().filter(|c| !c.is_empty()).count();
    let digits = |cell: &String| cell.chars().any(|c| c.is_ascii_digit());
    for (sheet, (_, lines)) in sample.sheets.iter().enumerate() {
        let pairs = lines.iter().zip(lines.iter().skip(1)).enumerate();
        for (index, ((line, cells), (_, below))) in pairs {
            let words = filled(cells) >= 4 && !cells.iter().any(digits);
            if words && filled(below) * 2 > filled(cells) && below.iter().any(digits) {
                return Some(Header {
                    sheet,
                    line: *line,
                    index,
                    cells: cells.clone(),
                    keys: header_keys(cells),
                });
            }
        }
    }
    None
}

fn choose(sample: &Sample, header: &Header, saved: &[SavedLayout]) -> Recognised {
    let fingerprint = fingerprint(&header.keys);
    let lines = &sample.sheets[header.sheet].1;
    let mut found = Recognised {
        layout: "generic".into(),
        title: said("按列名识别", "by the words of its columns"),
        mapping: generic(&header.keys, lines, header.index),
        confidence: 80,
        reasons: Vec::new(),
        sheet: u16::try_from(header.sheet).unwrap_or(0),
        header_line: header.line,
        headers: header.cells.clone(),
        keys: header.keys.clone(),
        fingerprint,
        lines: lines
            .iter()
            .skip(header.index + 1)
            .take(SHOWN_LINES)
            .map(|(_, cells)| cells.clone())
            .collect(),
    };
    found.reasons.push(said(
        format!("第 {} 行是表头", header.line),
        format!("line {} is the header", header.line),
    ));
    if let Some(kept) = saved.iter().find(|s| s.fingerprint == found.fingerprint) {
        found.layout.clone_from(&kept.name);
        found.title = said(
            format!("自存版式：{}", kept.name),
            format!("kept layout: {}", kept.name),
        );
        found.mapping = kept.mapping.clone();
        found.confidence = 100;
        found.reasons.push(said(
            "以前为同样的表头保存过对应关系",
            "a mapping was kept for this very header",
        ));
        return found;
    }
    if let Some((layout, hit, of)) = best_layout(sample, header) {
        found.layout.clone_from(&layout.key);
        found.title = said(layout.zh.clone(), layout.en.clone());
        found.mapping = filled_up(layout.mapping_on(&header.keys), &found.mapping);
        found.confidence = 96;
        found.reasons.push(said(
            format!("与已知版式的 {of} 列中的 {hit} 列相符"),
            format!("{hit} of the {of} columns of a known layout are there"),
        ));
    } else {
        let n = found.mapping.columns.len();
        found.reasons.push(said(
            format!("没有已知版式相符；按列名认出 {n} 列"),
            format!("no known layout fits; {n} columns were recognised by their words"),
        ));
    }
    found
}

/// The known layout with most of its columns in the header; its words in the title break a tie.
fn best_layout(sample: &Sample, header: &Header) -> Option<(&'static Layout, usize, usize)> {
    let title = |layout: &Layout| {
        let (name, lines) = &sample.sheets[header.sheet];
        let above = lines.iter().take(header.index).flat_map(|(_, cells)| cells);
        let words: String = std::iter::once(name).chain(above).cloned().collect();
        layout.marks.iter().any(|mark| words.contains(mark))
    };
    let fits = known_layouts().iter().filter_map(|layout| {
        let (hit, of) = layout.found(&header.keys);
        let enough = hit * 100 >= of * 75 && layout.mapping_on(&header.keys).missing().is_empty();
        enough.then_some((layout, hit, of))
    });
    fits.max_by_key(|(layout, hit, of)| (hit * 100 / of + if title(layout) { 10 } else { 0 }, *hit))
}

/// Columns that the layout does not know, by their words.
fn filled_up(mut mapping: Mapping, generic: &Mapping) -> Mapping {
    for (field, key) in &generic.columns {
        let taken = mapping.columns.values().any(|k| k == key);
        let money = matches!(
            field,
            Field::Amount | Field::AmountIn | Field::AmountOut | Field::Direction
        );
        if !taken && !money {
            mapping.columns.entry(*field).or_insert_with(|| key.clone());
        }
    }
    mapping
}

fn generic(keys: &[String], lines: &[SampleLine], header: usize) -> Mapping {
    let mut columns = by_words(keys);
    let below = &lines[header + 1..];
    let has = |columns: &BTreeMap<Field, String>, f: Field| columns.contains_key(&f);
    let two = has(&columns, Field::AmountIn) && has(&columns, Field::AmountOut);
    // Where both ends have a column, no column is the statement's own.
    let both_ends = [Field::Amount, Field::Payer, Field::Payee]
        .iter()
        .all(|f| has(&columns, *f))
        && !has(&columns, Field::Own)
        && !has(&columns, Field::OwnCard);
    if !has(&columns, Field::Direction)
        && !two
        && let Some(key) = column_of_marks(keys, below)
    {
        columns.retain(|_, k| *k != key);
        columns.insert(Field::Direction, key);
    }
    let sign = if both_ends {
        Sign::PayerAndPayee
    } else if has(&columns, Field::Amount) && has(&columns, Field::Direction) {
        Sign::Marked
    } else if two {
        Sign::TwoColumns
    } else if shows_a_minus(&columns, keys, below) {
        Sign::NegativeIsOut
    } else {
        // Nothing says which way the money went: a person is asked for the column that does.
        Sign::Marked
    };
    let signed = has(&columns, Field::Direction) && marks_and_minus_agree(&columns, keys, below);
    Mapping {
        columns,
        sign,
        out_words: Vec::new(),
        in_words: Vec::new(),
        own: None,
        signed,
        trust_zeros: false,
    }
}

/// The column whose every value is a word for in or out, whatever its header. A dash alone is no mark: it says "nothing".
fn column_of_marks(keys: &[String], lines: &[SampleLine]) -> Option<String> {
    let column = |i: usize| {
        lines
            .iter()
            .filter_map(move |(_, cells)| cells.get(i))
            .filter(|c| !c.is_empty())
    };
    (0..keys.len())
        .filter(|i| !keys[*i].is_empty())
        .find(|i| {
            let mark = |c: &String| c.chars().any(char::is_alphabetic) && direction_of(c, &[], &[]).is_some();
            column(*i).next().is_some() && column(*i).all(mark)
        })
        .map(|i| keys[i].clone())
}

/// Whether any amount of the sample is negative, however that is written.
fn shows_a_minus(columns: &BTreeMap<Field, String>, keys: &[String], lines: &[SampleLine]) -> bool {
    let amount = columns
        .get(&Field::Amount)
        .and_then(|key| keys.iter().position(|k| k == key));
    let cells = lines.iter().filter_map(|(_, cells)| cells.get(amount?));
    cells
        .filter_map(|cell| crate::clean::amount(&Cell::Text(cell), false).ok().flatten())
        .any(|value| value.0 < 0)
}

/// Whether every amount that is marked as out has a minus too.
fn marks_and_minus_agree(columns: &BTreeMap<Field, String>, keys: &[String], lines: &[SampleLine]) -> bool {
    let column = |field: Field| {
        columns
            .get(&field)
            .and_then(|key| keys.iter().position(|k| k == key))
    };
    let (Some(mark), Some(amount)) = (column(Field::Direction), column(Field::Amount)) else {
        return false;
    };
    let mut out = lines
        .iter()
        .filter_map(|(_, cells)| Some((cells.get(mark)?, cells.get(amount)?)))
        .filter(|(mark, _)| direction_of(mark, &[], &[]) == Some(Direction::Out))
        .peekable();
    out.peek().is_some() && out.all(|(_, amount)| amount.starts_with(['-', '−', '－']))
}

/// What each header means by the words in it; the earlier rule and the earlier column win.
fn by_words(keys: &[String]) -> BTreeMap<Field, String> {
    let mut found: BTreeMap<Field, (usize, String)> = BTreeMap::new();
    for key in keys.iter().filter(|k| !k.is_empty() && k.chars().count() <= 24) {
        let Some((field, rank)) = meaning(key) else {
            continue;
        };
        if found.get(&field).is_none_or(|(other, _)| rank < *other) {
            found.insert(field, (rank, key.clone()));
        }
    }
    found.into_iter().map(|(field, (_, key))| (field, key)).collect()
}

/// The meaning of one header and how plainly it says so (0 is plainest).
fn meaning(key: &str) -> Option<(Field, usize)> {
    let base = key.split('#').next().unwrap_or(key);
    let any = |words: &[&str]| words.iter().any(|w| base.contains(w));
    let rank = |exact: &[&str]| exact.iter().position(|e| *e == base).unwrap_or(exact.len());
    let other = any(&[
        "对方",
        "对手",
        "收付方",
        "对端",
        "counterpart",
        "opponent",
        "收款方付款方",
        "往来",
    ]);
    if any(&[
        "证件",
        "身份证",
        "电话",
        "手机",
        "地址",
        "ip",
        "mac",
        "柜员",
        "网点",
        "机构号",
        "类型代码",
        "凭证种类",
        "利息",
        "手续费",
        "累计",
        // Of a balance before the row, or of a part of it, nothing follows for the row.
        "前余额",
        "前账户余额",
        "冻结",
        "可用",
        "透支",
        "期初",
        "上日",
    ]) {
        return None;
    }
    let (pays, paid) = (
        any(&[
            "付款人",
            "付款方",
            "付方",
            "付款账",
            "付款卡",
            "汇款人",
            "汇款方",
            "转出账",
            "转出方",
            "转出卡",
        ]),
        any(&[
            "收款人",
            "收款方",
            "收方",
            "收款账",
            "收款卡",
            "收汇人",
            "转入账",
            "转入方",
            "转入卡",
        ]),
    );
    if (pays || paid) && !other {
        let name = any(&["户名", "名称", "姓名", "name"]) && !any(&["行名称", "银行名称"]);
        let account = any(&["账号", "账户", "账卡号", "卡号"]) && !any(&["行", "机构"]);
        return match (pays, paid) {
            (true, false) if name => Some((Field::PayerName, 0)),
            (false, true) if name => Some((Field::PayeeName, 0)),
            (true, false) if account => Some((Field::Payer, 0)),
            (false, true) if account => Some((Field::Payee, 0)),
            // 收/付款方式, 付款方开户行: not whose they are.
            _ => None,
        };
    }
    if other {
        return match () {
            () if any(&["余额", "时间", "日期", "金额"]) => None,
            () if any(&["户名", "名称", "姓名", "name", "信息", "昵称"])
                && !any(&["行名称", "银行名称", "信息账号", "信息卡号", "信息账户"]) =>
            {
                Some((Field::OtherName, rank(&["对方户名", "对方账户名称", "对手户名"])))
            }
            () if any(&["行", "机构", "bank"]) && !any(&["行号", "联行", "代码"]) => {
                Some((Field::OtherBank, rank(&["对方开户行", "对方行名"])))
            }
            () if any(&["卡号"]) && !any(&["账"]) => Some((Field::OtherCard, 0)),
            () if any(&["账号", "账户", "账卡号", "卡号", "account", "id"]) => Some((
                Field::Other,
                rank(&["对方账号", "交易对手账号", "交易对手账卡号"]),
            )),
            () if matches!(base, "交易对方" | "对方" | "对手方" | "交易对手") => {
                Some((Field::OtherName, 9))
            }
            () => None,
        };
    }
    let money = any(&["金额", "发生额", "amount", "数额", "款额"]);
    let exact_out = ["借方", "支出", "付出", "支取", "借方发生额", "debit"];
    let exact_in = ["贷方", "收入", "存入", "贷方发生额", "credit"];
    match () {
        () if any(&["余额", "balance"]) => Some((
            Field::Balance,
            rank(&["余额", "账户余额", "交易后余额", "交易余额"]),
        )),
        () if any(&[
            "借贷",
            "收付标",
            "收支",
            "进出",
            "收付",
            "dc",
            "借贷标",
            "出入",
            "资金流向",
            "交易方向",
        ]) && !money =>
        {
            Some((Field::Direction, rank(&["借贷标志", "收付标志", "收支"])))
        }
        () if exact_out.contains(&base)
            || (money && any(&["借方", "支出", "付出", "支取", "转出", "出账", "debit"])) =>
        {
            Some((Field::AmountOut, rank(&exact_out)))
        }
        () if exact_in.contains(&base)
            || (money && any(&["贷方", "收入", "存入", "转入", "入账", "credit"])) =>
        {
            Some((Field::AmountIn, rank(&exact_in)))
        }
        () if money => Some((Field::Amount, rank(&["交易金额", "发生额", "金额"]))),
        () if any(&["时间", "time", "时刻"]) => {
            Some((Field::Time, rank(&["交易时间", "付款时间", "时间"])))
        }
        () if any(&["日期", "date", "记账日"]) => {
            Some((Field::Date, rank(&["交易日期", "日期", "记账日期"])))
        }
        () if any(&[
            "流水",
            "交易号",
            "交易单号",
            "订单号",
            "serial",
            "序号",
            "日志号",
            "参考号",
        ]) =>
        {
            Some((
                Field::Serial,
                rank(&[
                    "交易流水号",
                    "流水号",
                    "交易单号",
                    "交易订单号",
                    "交易号",
                    "核心流水号",
                    "全局流水号",
                    "日志号",
                ]),
            ))
        }
        () if any(&["凭证号", "传票号"]) => Some((Field::Serial, 90)),
        () if any(&["币种", "货币", "currency"]) => Some((Field::Currency, 0)),
        () if any(&["摘要", "summary", "商品", "用途"]) => {
            Some((Field::Summary, rank(&["摘要", "交易摘要", "摘要说明"])))
        }
        () if any(&["备注", "附言", "说明", "remark", "memo"]) => {
            Some((Field::Remark, rank(&["备注", "附言", "交易附言"])))
        }
        () if any(&["渠道", "channel", "交易类型", "交易方式"]) => {
            Some((Field::Channel, rank(&["交易渠道", "渠道"])))
        }
        () if any(&["状态", "是否成功", "交易结果", "status"]) => Some((Field::Status, 0)),
        () if any(&["现金", "现转"]) => Some((Field::Cash, 0)),
        () if any(&["商户名", "merchant"]) => Some((Field::Merchant, 0)),
        () if any(&["户名", "客户姓名", "客户名称", "账户名称", "姓名"]) => {
            Some((Field::OwnName, rank(&["户名", "账户名称"])))
        }
        () if any(&["卡号"]) && !any(&["账"]) => Some((Field::OwnCard, rank(&["交易卡号", "卡号"]))),
        () if any(&["账号", "账户", "账卡号", "卡号", "account", "用户id"]) => {
            Some((Field::Own, rank(&["账号", "交易账号", "本方账号"])))
        }
        () => None,
    }
}

/// Short, and the same whatever the order of columns.
fn fingerprint(keys: &[String]) -> String {
    let mut named: Vec<&str> = keys
        .iter()
        .map(String::as_str)
        .filter(|k| !k.is_empty())
        .collect();
    named.sort_unstable();
    named.join("\u{1f}")
}

/// Reads a few hundred rows and lets the outcome speak.
fn try_out<R: Read + Seek>(source: &mut Source<R>, found: &mut Recognised, rules: &Rules) {
    if !found.mapping.missing().is_empty() {
        found.confidence = found.confidence.min(30);
        found.reasons.push(said(
            "缺少必要的列，请补充对应",
            "a column that is needed is missing; please choose it",
        ));
        if found.mapping.missing() == [Field::Direction] {
            found.reasons.push(said(
                "金额都是正数，又认不出借贷列：请选哪一列说明收支",
                "all amounts are positive and no column of marks was recognised: please choose the one that says which way money went",
            ));
        }
        return;
    }
    let mut seen = 0u64;
    let mut refused: std::collections::HashSet<crate::Place> = std::collections::HashSet::new();
    let mut own_missing = false;
    let tried = read(source, &found.mapping, rules, &mut |met| {
        match met {
            Met::Row(_) => seen += 1,
            Met::Problem(p) if p.code.refuses() => {
                own_missing |= p.code == crate::RowCode::AccountMissing;
                refused.insert(p.place);
            }
            _ => {}
        }
        if seen + refused.len() as u64 >= TRIAL_ROWS {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    weigh(found, tried.ok(), seen, refused.len() as u64, own_missing);
}

fn weigh(found: &mut Recognised, tried: Option<Tally>, good: u64, refused: u64, own_missing: bool) {
    let tried_rows = good + refused;
    if tried.is_none() || tried_rows == 0 {
        found.confidence = found.confidence.min(20);
        found
            .reasons
            .push(said("试读没有得到任何一行", "a trial gave no row"));
        return;
    }
    let share = good * 100 / tried_rows;
    found.confidence = u8::try_from(u64::from(found.confidence) * share.max(10) / 100).unwrap_or(0);
    found.reasons.push(said(
        format!("试读 {tried_rows} 行，{good} 行可用"),
        format!("of {tried_rows} rows tried, {good} are good"),
    ));
    if own_missing {
        found.reasons.push(said(
            "文件没有写明是谁的流水：请填写本方账号",
            "the file does not say whose statement it is: please enter its own account",
        ));
    }
    if found.mapping.sign == Sign::NegativeIsOut && found.layout == "generic" {
        found.confidence = found.confidence.min(70);
        found.reasons.push(said(
            "没有借贷列：按“负数为支出”读取，请核对",
            "there is no column for the direction: negative is read as out, please check",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::header_key;

    #[test]
    fn the_column_zoo() {
        for (header, field) in [
            ("交易时间", Field::Time),
            ("记账日期", Field::Date),
            ("借贷标志", Field::Direction),
            ("收/支", Field::Direction),
            ("借方发生额", Field::AmountOut),
            ("贷方发生额", Field::AmountIn),
            ("支出金额(元)", Field::AmountOut),
            ("收入", Field::AmountIn),
            ("交易金额", Field::Amount),
            ("账户余额", Field::Balance),
            ("对方账号", Field::Other),
            ("对方卡号", Field::OtherCard),
            ("交易对手账号", Field::Other),
            ("交易对手账卡号", Field::Other),
            ("对方户名", Field::OtherName),
            ("对方账户名称", Field::OtherName),
            ("对方开户行", Field::OtherBank),
            ("摘要", Field::Summary),
            ("附言", Field::Remark),
            ("凭证号", Field::Serial),
            ("交易流水号", Field::Serial),
            ("币种", Field::Currency),
            ("交易渠道", Field::Channel),
            ("交易卡号", Field::OwnCard),
            ("帐号", Field::Own),
            ("户名", Field::OwnName),
            ("付款方账号", Field::Payer),
            ("付款人名称", Field::PayerName),
            ("收款人账号", Field::Payee),
            ("收款方户名", Field::PayeeName),
            ("Transaction Date", Field::Date),
            ("Amount", Field::Amount),
        ] {
            assert_eq!(meaning(&header_key(header)).map(|m| m.0), Some(field), "{header}");
        }
        for nothing in [
            "付款方开户行",
            "收/付款方式",
            "交易前余额",
            "可用余额",
            "对手身份证号",
            "对手交易余额",
            "IP地址",
            "柜员号",
            "利息",
            "序",
        ] {
            assert_eq!(meaning(&header_key(nothing)).map(|m| m.0), None, "{nothing}");
        }
    }
}
