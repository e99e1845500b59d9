//! The numbers of articles that the papers cite, in one place. Templates never hold one.
//!
//! Numbers are those of the Criminal Procedure Law as amended in 2018 (forms in public code still quote 2012) and
//! of 公安机关办理刑事案件程序规定 (2020); DOCUMENTS section 0.

/// The title of the law every criminal paper here cites.
pub const PROCEDURE_LAW: &str = "《中华人民共和国刑事诉讼法》";

/// What is cited when a freeze is lifted for another reason than that the property has nothing to do with the case.
pub const RELIEF_RULE: &str = "《公安机关办理刑事案件程序规定》第二百四十一条";

/// An article of the Criminal Procedure Law (2018): what it is cited for, its old number, its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Article {
    /// 立案, found by the police themselves (2012: 107).
    FilingFoundByPolice,
    /// 立案 after a report, accusation, tip or self-surrender (2012: 110).
    FilingAfterReport,
    /// 查询、冻结 (2012: 142).
    QueryAndFreeze,
    /// 解除冻结, property that has nothing to do with the case (2012: 143).
    Relief,
}

impl Article {
    pub const fn number(self) -> u16 {
        match self {
            Self::FilingFoundByPolice => 109,
            Self::FilingAfterReport => 112,
            Self::QueryAndFreeze => 144,
            Self::Relief => 145,
        }
    }

    /// `第一百四十四条`.
    pub fn cited(self) -> String {
        format!("第{}条", forms::day::counted(u32::from(self.number())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_2018_numbers_in_words() {
        assert_eq!(Article::FilingFoundByPolice.cited(), "第一百零九条");
        assert_eq!(Article::FilingAfterReport.cited(), "第一百一十二条");
        assert_eq!(Article::QueryAndFreeze.cited(), "第一百四十四条");
        assert_eq!(Article::Relief.cited(), "第一百四十五条");
    }
}
