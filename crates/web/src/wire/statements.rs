//! Statement files on the wire. Everything personal is masked here: a list of rows before an import is a check of
//! columns, not a reading of somebody's account.

use super::words::{Said, said};
use app::statements::look::Look;
use app::statements::{
    Direction, Field, FileProblem, FileState, KeptLayout, LineProblem, Mapping, Recognised, RowCode,
    RowProblem, Sign, Statement, StatementFile, place_parts,
};
use kernel::{AccountNumber, PersonName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A file that is about to come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementNew {
    pub name: String,
    pub size: u64,
    pub purpose: String,
}

#[derive(Serialize, ToSchema)]
pub struct StatementCounts {
    pub new: u64,
    pub joined: u64,
    pub known: u64,
    pub refused: u64,
    pub flagged: u64,
    pub skipped: u64,
    /// Rows with a date and no time: kept at midnight of their day, whose order within it nobody knows.
    pub without_time: u64,
    pub matched: u64,
}

#[derive(Serialize, ToSchema)]
pub struct StatementShown {
    pub id: Uuid,
    pub name: String,
    pub size: u64,
    /// SM3 of the bytes.
    pub digest: String,
    /// upload, command, api.
    pub source: String,
    /// receiving, ready, importing, done, failed.
    pub state: String,
    pub state_text_zh: String,
    pub state_text_en: String,
    /// Why it failed.
    pub problem: Option<String>,
    pub problem_zh: Option<String>,
    pub problem_en: Option<String>,
    /// csv, xlsx, xls, json.
    pub kind: String,
    pub layout: String,
    pub layout_zh: String,
    pub layout_en: String,
    pub purpose: String,
    pub imported_by: String,
    pub made_at: String,
    pub done_at: Option<String>,
    /// How far it is, 0 to 100: the bytes that came, then the rows that are in.
    pub percent: u8,
    pub received: Option<u64>,
    pub counts: StatementCounts,
}

fn state_text(state: FileState) -> Said {
    match state {
        FileState::Receiving => said("上传中", "Uploading"),
        FileState::Ready => said("待核对", "To check"),
        FileState::Importing => said("导入中", "Importing"),
        FileState::Done => said("已导入", "Imported"),
        FileState::Failed => said("未导入", "Not imported"),
    }
}

/// The name of a layout for people; a kept one is its own name.
fn layout_text(key: &str) -> Said {
    if let Some(known) = app::statements::known_layouts().iter().find(|l| l.key == key) {
        return said(known.zh.clone(), known.en.clone());
    }
    match key {
        "generic" => said("按列名识别", "By the words of its columns"),
        "api" => said("接口", "API"),
        kept => said(kept, kept),
    }
}

impl StatementShown {
    pub fn of(file: &StatementFile, received: Option<u64>) -> StatementShown {
        let state = state_text(file.state);
        let layout = layout_text(&file.layout);
        let problem = FileProblem::from_slug(&file.problem);
        let share = |part: u64, whole: u64| {
            u8::try_from(part.saturating_mul(100) / whole.max(1))
                .unwrap_or(100)
                .min(100)
        };
        let percent = match file.state {
            FileState::Receiving => share(received.unwrap_or(0), file.size),
            FileState::Importing => share(file.position, file.total).min(99),
            FileState::Ready | FileState::Done | FileState::Failed => 100,
        };
        StatementShown {
            id: file.id.into(),
            name: file.name.clone(),
            size: file.size,
            digest: file.digest.clone(),
            source: file.source.clone(),
            state: file.state.slug().into(),
            state_text_zh: state.zh,
            state_text_en: state.en,
            problem: problem.map(|p| p.slug().into()),
            problem_zh: problem.map(|p| p.zh().into()),
            problem_en: problem.map(|p| p.en().into()),
            kind: file.kind.clone(),
            layout: file.layout.clone(),
            layout_zh: layout.zh,
            layout_en: layout.en,
            purpose: file.purpose.clone(),
            imported_by: file.imported_by_name.clone(),
            made_at: file.made_at.to_iso_cst(),
            done_at: file.done_at.map(|at| at.to_iso_cst()),
            percent,
            received,
            counts: StatementCounts {
                new: file.counts.new,
                joined: file.counts.joined,
                known: file.counts.known,
                refused: file.counts.refused,
                flagged: file.counts.flagged,
                skipped: file.counts.skipped,
                without_time: file.counts.without_time,
                matched: file.counts.matched,
            },
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct StatementPage {
    pub items: Vec<StatementShown>,
    pub next_cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatementsAsked {
    pub cursor: Option<String>,
    pub limit: Option<u64>,
}

/// Which column means what. `columns` maps a field to the key of a header.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingShown {
    pub columns: BTreeMap<String, String>,
    /// marked, two_columns, negative_is_out, negative_is_in, payer_and_payee.
    pub sign: String,
    #[serde(default)]
    pub out_words: Vec<String>,
    #[serde(default)]
    pub in_words: Vec<String>,
    #[serde(default)]
    pub own: Option<String>,
    #[serde(default)]
    pub signed: bool,
    #[serde(default)]
    pub trust_zeros: bool,
}

impl From<&Mapping> for MappingShown {
    fn from(m: &Mapping) -> MappingShown {
        MappingShown {
            columns: m
                .columns
                .iter()
                .map(|(f, k)| (f.slug().to_owned(), k.clone()))
                .collect(),
            sign: m.sign.slug().into(),
            out_words: m.out_words.clone(),
            in_words: m.in_words.clone(),
            own: m.own.clone(),
            signed: m.signed,
            trust_zeros: m.trust_zeros,
        }
    }
}

impl MappingShown {
    /// The field that is not understood, on failure.
    pub fn read(&self) -> Result<Mapping, &'static str> {
        let mut columns = BTreeMap::new();
        for (field, key) in self.columns.iter().filter(|(_, key)| !key.is_empty()) {
            columns.insert(
                Field::from_slug(field).ok_or("columns")?,
                key.chars().take(200).collect(),
            );
        }
        let words = |list: &[String]| -> Vec<String> {
            let kept = list.iter().map(|w| w.trim().chars().take(20).collect::<String>());
            kept.filter(|w| !w.is_empty()).take(20).collect()
        };
        Ok(Mapping {
            columns,
            sign: Sign::from_slug(&self.sign).ok_or("sign")?,
            out_words: words(&self.out_words),
            in_words: words(&self.in_words),
            own: self
                .own
                .as_deref()
                .map(str::trim)
                .filter(|o| !o.is_empty())
                .map(String::from),
            signed: self.signed,
            trust_zeros: self.trust_zeros,
        })
    }
}

/// A question about a file with another mapping than the recognised one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewAsked {
    #[serde(default)]
    pub mapping: Option<MappingShown>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportAsked {
    pub mapping: MappingShown,
    #[serde(default)]
    pub keep_as: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SaidShown {
    pub text_zh: String,
    pub text_en: String,
}

#[derive(Serialize, ToSchema)]
pub struct FieldShown {
    pub field: String,
    pub text_zh: String,
    pub text_en: String,
}

#[derive(Serialize, ToSchema)]
pub struct HeaderShown {
    /// The comparable form, by which a mapping names the column.
    pub key: String,
    pub text: String,
    /// Its first values, masked.
    pub samples: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct RowShown {
    pub sheet: u32,
    pub line: u64,
    /// A date alone when the file gives no time.
    pub at: String,
    /// out or in.
    pub direction: String,
    pub amount: String,
    pub balance: Option<String>,
    pub own: String,
    pub own_name: String,
    pub other: String,
    pub other_name: String,
    pub serial: String,
    pub summary: String,
}

#[derive(Serialize, ToSchema)]
pub struct RowProblemShown {
    pub seq: u64,
    pub sheet: u32,
    pub line: u64,
    pub column: String,
    pub value: String,
    pub code: String,
    pub text_zh: String,
    pub text_en: String,
    /// Whether the row is lost to it; else it is kept with a mark.
    pub refuses: bool,
}

#[derive(Serialize, ToSchema)]
pub struct PreviewShown {
    pub file: StatementShown,
    pub layout: String,
    pub layout_zh: String,
    pub layout_en: String,
    pub confidence: u8,
    pub reasons: Vec<SaidShown>,
    pub sheet: u32,
    pub header_line: u64,
    pub headers: Vec<HeaderShown>,
    pub fields: Vec<FieldShown>,
    pub mapping: MappingShown,
    /// Fields that must be chosen before the import.
    pub missing: Vec<String>,
    pub rows: Vec<RowShown>,
    pub problems: Vec<RowProblemShown>,
    pub unfit_zh: Option<String>,
    pub unfit_en: Option<String>,
    /// Earlier imports of the same bytes.
    pub earlier: Vec<StatementShown>,
}

fn headers(found: &Recognised) -> Vec<HeaderShown> {
    let columns = found.headers.iter().zip(&found.keys).enumerate();
    columns
        .filter(|(_, (text, _))| !text.is_empty())
        .map(|(i, (text, key))| HeaderShown {
            key: key.clone(),
            text: text.clone(),
            samples: found
                .lines
                .iter()
                .filter_map(|l| l.get(i))
                .take(3)
                .map(|v| veiled(v))
                .collect(),
        })
        .collect()
}

/// A raw value as a stranger may see it: long digits hidden, of Chinese words only the first.
fn veiled(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let plain_time = value.contains([':', '/']) || value.matches('-').count() == 2;
    if digits >= 11 && !plain_time {
        return AccountNumber::from(value.trim()).masked();
    }
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    if (2..=4).contains(&value.chars().count()) && value.chars().all(han) {
        return PersonName::from(value).masked();
    }
    value.chars().take(24).collect()
}

fn row_shown(row: &Statement) -> RowShown {
    let account = |text: &str| AccountNumber::from(text).masked();
    RowShown {
        sheet: u32::from(row.place.sheet) + 1,
        line: row.place.line,
        at: if row.time_given {
            row.at.to_iso_cst()
        } else {
            row.at.civil().date().to_string()
        },
        direction: if row.direction == Direction::Out {
            "out"
        } else {
            "in"
        }
        .into(),
        amount: row.amount.to_yuan(),
        balance: row.balance.map(kernel::Fen::to_yuan),
        own: account(row.own.as_str()),
        own_name: PersonName::from(row.own_name.as_str()).masked(),
        other: row
            .other
            .as_ref()
            .map(|o| account(o.as_str()))
            .unwrap_or_default(),
        other_name: PersonName::from(row.other_name.as_str()).masked(),
        serial: row.serial.clone().unwrap_or_default(),
        summary: row.summary.chars().take(20).collect(),
    }
}

fn code_text(code: &str) -> Said {
    match RowCode::from_slug(code) {
        Some(code) => said(code.zh(), code.en()),
        None => said(code, code),
    }
}

fn problem_shown(seq: u64, p: &RowProblem) -> RowProblemShown {
    RowProblemShown {
        seq,
        sheet: u32::from(p.place.sheet) + 1,
        line: p.place.line,
        column: p.column.clone(),
        value: p.value.clone(),
        code: p.code.slug().into(),
        text_zh: p.code.zh().into(),
        text_en: p.code.en().into(),
        refuses: p.code.refuses(),
    }
}

impl From<&LineProblem> for RowProblemShown {
    fn from(p: &LineProblem) -> RowProblemShown {
        let (sheet, line) = place_parts(p.place);
        let text = code_text(&p.code);
        RowProblemShown {
            seq: p.seq,
            sheet: u32::from(sheet) + 1,
            line,
            column: p.column.clone(),
            value: p.value.clone(),
            code: p.code.clone(),
            text_zh: text.zh,
            text_en: text.en,
            refuses: p.refuses,
        }
    }
}

impl PreviewShown {
    pub fn of(look: &Look) -> PreviewShown {
        let layout = &look.found.title;
        PreviewShown {
            file: StatementShown::of(&look.file, None),
            layout: look.found.layout.clone(),
            layout_zh: layout.zh.clone(),
            layout_en: layout.en.clone(),
            confidence: look.found.confidence,
            reasons: look
                .found
                .reasons
                .iter()
                .map(|r| SaidShown {
                    text_zh: r.zh.clone(),
                    text_en: r.en.clone(),
                })
                .collect(),
            sheet: u32::from(look.found.sheet) + 1,
            header_line: look.found.header_line,
            headers: headers(&look.found),
            fields: Field::ALL
                .iter()
                .map(|f| FieldShown {
                    field: f.slug().into(),
                    text_zh: f.zh().into(),
                    text_en: f.en().into(),
                })
                .collect(),
            mapping: MappingShown::from(&look.mapping),
            missing: look
                .mapping
                .missing()
                .iter()
                .map(|f| f.slug().to_owned())
                .collect(),
            rows: look.rows.iter().map(row_shown).collect(),
            problems: (1..)
                .zip(&look.problems)
                .map(|(seq, p)| problem_shown(seq, p))
                .collect(),
            unfit_zh: look.unfit.map(|p| p.zh().into()),
            unfit_en: look.unfit.map(|p| p.en().into()),
            earlier: look.earlier.iter().map(|f| StatementShown::of(f, None)).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct ProblemsShown {
    pub items: Vec<RowProblemShown>,
    /// The number to ask behind for more.
    pub next_cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProblemsAsked {
    pub cursor: Option<u64>,
    pub limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
pub struct LayoutShown {
    pub name: String,
    pub made_by: String,
    pub made_at: String,
    /// Whether it came with the program.
    pub built_in: bool,
}

impl From<&KeptLayout> for LayoutShown {
    fn from(kept: &KeptLayout) -> LayoutShown {
        LayoutShown {
            name: kept.name.clone(),
            made_by: kept.made_by_name.clone(),
            made_at: kept.made_at.to_iso_cst(),
            built_in: false,
        }
    }
}

/// The list of problems as a file. A value that a spreadsheet would take for a formula is kept from being one.
pub fn problems_csv(problems: &[LineProblem]) -> String {
    let mut out = String::from("\u{feff}工作表,行,列名,值（已脱敏）,是否拒绝,原因,reason,code\r\n");
    for p in problems {
        let shown = RowProblemShown::from(p);
        let cells = [
            shown.sheet.to_string(),
            shown.line.to_string(),
            shown.column,
            shown.value,
            if shown.refuses { "是 yes" } else { "否 no" }.to_owned(),
            shown.text_zh,
            shown.text_en,
            shown.code,
        ];
        let line: Vec<String> = cells.iter().map(|c| csv_cell(c)).collect();
        out.push_str(&line.join(","));
        out.push_str("\r\n");
    }
    out
}

fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    format!("\"{}\"", safe.replace('"', "\"\""))
}

// ── other systems ──────────────────────────────────────────────────────────────────────────────

/// Movements that another system hands over, each seen from `own`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransfersNew {
    pub transfers: Vec<TransferNew>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferNew {
    pub own: String,
    #[serde(default)]
    pub own_name: String,
    /// out or in.
    pub direction: String,
    /// Yuan, such as "30000.00".
    pub amount: String,
    /// ISO 8601.
    pub at: String,
    #[serde(default)]
    pub serial: String,
    #[serde(default)]
    pub other: String,
    #[serde(default)]
    pub other_name: String,
    #[serde(default)]
    pub other_bank: String,
    #[serde(default)]
    pub balance: String,
    #[serde(default)]
    pub summary: String,
}

impl From<TransferNew> for app::statements::api::Row {
    fn from(t: TransferNew) -> Self {
        app::statements::api::Row {
            own: t.own,
            own_name: t.own_name,
            direction: t.direction,
            amount: t.amount,
            at: t.at,
            serial: t.serial,
            other: t.other,
            other_name: t.other_name,
            other_bank: t.other_bank,
            balance: t.balance,
            summary: t.summary,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_the_list_is_a_formula() {
        assert_eq!(csv_cell("=1+1"), "\"'=1+1\"");
        assert_eq!(csv_cell("-5 \"x\""), "\"'-5 \"\"x\"\"\"");
        assert_eq!(csv_cell("金额"), "\"金额\"");
    }

    #[test]
    fn samples_are_veiled() {
        assert_eq!(veiled("6222020200112233445"), "6222 **** 3445");
        assert_eq!(veiled("张三"), "张*");
        assert_eq!(veiled("2026-04-03 21:04:55"), "2026-04-03 21:04:55");
        assert_eq!(veiled("30,000.00"), "30,000.00");
    }
}
