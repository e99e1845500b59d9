//! The banks and payment firms of the city: their node on the platform, their names as people say them, and the card
//! prefix that is theirs here.
//!
//! All cards lie under the unassigned BIN 620000; the two digits after it tell the bank, so that card → bank works by
//! an eight-digit prefix. Node codes follow the form of the payment-system bank code (DOMAIN section 7).

/// What kind of institution answers at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Kind {
    Bank,
    PaymentFirm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Institution {
    /// The node id on the platform: twelve digits.
    pub code: &'static str,
    pub name: &'static str,
    /// As callers say it.
    pub spoken: &'static str,
    pub kind: Kind,
    /// The first eight digits of its cards; of its wallets for a payment firm.
    pub prefix: &'static str,
}

use Kind::{Bank, PaymentFirm};

const fn of(
    code: &'static str,
    name: &'static str,
    spoken: &'static str,
    kind: Kind,
    prefix: &'static str,
) -> Institution {
    Institution {
        code,
        name,
        spoken,
        kind,
        prefix,
    }
}

/// Twelve banks and two payment firms.
pub const INSTITUTIONS: [Institution; 14] = [
    of("402533000018", "黄冈农村商业银行", "农商行", Bank, "62000001"),
    of("102533000027", "中国工商银行", "工商银行", Bank, "62000002"),
    of("103533000036", "中国农业银行", "农业银行", Bank, "62000003"),
    of("104533000045", "中国银行", "中国银行", Bank, "62000004"),
    of("105533000054", "中国建设银行", "建设银行", Bank, "62000005"),
    of("301533000063", "交通银行", "交通银行", Bank, "62000006"),
    of("302533000072", "中信银行", "中信银行", Bank, "62000007"),
    of("308533000081", "招商银行", "招商银行", Bank, "62000008"),
    of("309533000090", "兴业银行", "兴业银行", Bank, "62000009"),
    of("313533000109", "湖北银行", "湖北银行", Bank, "62000010"),
    of("320533000118", "黄梅村镇银行", "村镇银行", Bank, "62000011"),
    of("403533000127", "中国邮政储蓄银行", "邮储银行", Bank, "62000012"),
    of("991533000136", "楚汇支付", "楚汇支付", PaymentFirm, "99150013"),
    of("991533000145", "江城通支付", "江城通", PaymentFirm, "99150014"),
];

/// The place of an institution in [`INSTITUTIONS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct BankIx(pub usize);

impl BankIx {
    pub fn get(self) -> &'static Institution {
        &INSTITUTIONS[self.0]
    }

    pub fn all() -> impl Iterator<Item = BankIx> {
        (0..INSTITUTIONS.len()).map(BankIx)
    }

    /// One of the two payment firms, where collecting codes lead.
    pub(crate) fn payment_firm(which: u64) -> BankIx {
        let mut firms = BankIx::all().filter(|b| b.get().kind == PaymentFirm);
        let nth = usize::try_from(which % 2).unwrap_or(0);
        firms.nth(nth).expect("the city has two payment firms")
    }

    pub fn of_code(code: &str) -> Option<BankIx> {
        BankIx::all().find(|b| b.get().code == code)
    }

    /// By code, full name or spoken name.
    pub fn of_name(name: &str) -> Option<BankIx> {
        BankIx::all().find(|b| [b.get().code, b.get().name, b.get().spoken].contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_names_and_prefixes_are_unique() {
        let fields: [fn(&Institution) -> &'static str; 4] =
            [|i| i.code, |i| i.name, |i| i.spoken, |i| i.prefix];
        for field in fields {
            let distinct: HashSet<&str> = INSTITUTIONS.iter().map(field).collect();
            assert_eq!(distinct.len(), INSTITUTIONS.len());
        }
        assert!(
            INSTITUTIONS
                .iter()
                .all(|i| kernel::identifier::bank_code_ok(i.code))
        );
        assert_eq!(BankIx::of_name("工商银行"), BankIx::of_code("102533000027"));
    }

    #[test]
    fn the_centre_knows_the_same_prefixes() {
        let table = include_str!("../../text/data/bank_bins.csv");
        for i in INSTITUTIONS {
            let line = format!("{},{},{}", i.prefix, i.code, i.name);
            assert!(table.lines().any(|l| l == line), "{line}");
        }
    }
}
