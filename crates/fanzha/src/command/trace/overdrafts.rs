//! Balances that contradict the rows: named with file and line on standard error, since the answers count the missing
//! money as clean and nobody should learn that from the answers alone.

use super::files::{self, Tables};
use crate::problem::Problem;
use std::path::Path;
use trace::csv;
use trace::{Assumption, Ledger, Transfer};

const NAMED: usize = 20;

pub fn tell(tables: &Tables, transfers: &Path) -> Result<(), Problem> {
    let overdrawn: Vec<(u32, i64)> = tables.index.assumptions().iter().filter_map(overdraft).collect();
    let mut first: Vec<(Transfer, i64)> = overdrawn
        .iter()
        .take(NAMED)
        .filter_map(|(account, missing)| Some((first(tables, *account)?, *missing)))
        .collect();
    if first.is_empty() {
        return Ok(());
    }
    first.sort_unstable_by_key(|(transfer, _)| transfer.id);
    let ids: Vec<u64> = first.iter().map(|(transfer, _)| transfer.id).collect();
    let text = files::text(transfers, 1)?;
    for (line, id) in csv::transfer_lines(&text, &ids) {
        if let Ok(nth) = ids.binary_search(&id) {
            let (transfer, missing) = first[nth];
            eprintln!(
                "{}",
                note(transfers, line, tables.account(transfer.src), &transfer, missing)
            );
        }
    }
    if overdrawn.len() > NAMED {
        let more = overdrawn.len() - NAMED;
        eprintln!(
            "另有 {more} 个账户的余额与交易不符 / balances of {more} more accounts contradict the rows"
        );
    }
    Ok(())
}

fn overdraft(assumption: &Assumption) -> Option<(u32, i64)> {
    match *assumption {
        Assumption::Overdraft { account, missing, .. } => Some((account, missing)),
        _ => None,
    }
}

fn first(tables: &Tables, account: u32) -> Option<Transfer> {
    let index = &tables.index;
    let paid = index
        .outs(account)
        .into_iter()
        .map(|edge| (index.transfer(edge), index.balances_before(edge).0));
    paid.filter(|(transfer, before)| transfer.amount > *before)
        .map(|(transfer, _)| transfer)
        .next()
}

fn note(path: &Path, line: u64, account: u64, transfer: &Transfer, missing: i64) -> Problem {
    let (file, amount) = (path.display(), transfer.amount);
    Problem::new(
        format!(
            "注意：{file} 第 {line} 行，列 amount，值 “{amount}”：账户 {account} 的余额不足以支付，缺少的部分（共 {missing} 分）按干净资金计"
        ),
        format!(
            "note: {file} line {line}, column amount, value \"{amount}\": account {account} has not so much; what is missing ({missing} fen in all) counts as clean"
        ),
    )
}
