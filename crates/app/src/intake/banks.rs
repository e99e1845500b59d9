//! The directory of banks that the seats choose from.

use crate::Centre;
use text::directory::{BankDirectory, DirectoryBank};

/// As many as a list beside a field shows.
const SHOWN_MAX: usize = 20;

/// The directory of this centre: the banks of its card table.
pub fn bank_directory(centre: &Centre) -> BankDirectory {
    BankDirectory::of(&centre.banks, centre.config.demo)
}

/// The banks that what was typed can mean, the likeliest first.
pub fn banks_find(centre: &Centre, typed: &str) -> Vec<DirectoryBank> {
    bank_directory(centre)
        .find(typed, SHOWN_MAX)
        .into_iter()
        .cloned()
        .collect()
}

/// The bank that the first digits of an account name.
pub fn bank_of_card(centre: &Centre, digits: &str) -> Option<DirectoryBank> {
    let named = centre.banks.find(digits)?;
    let directory = bank_directory(centre);
    let mut bank = directory.named(&named.bank_name)?.clone();
    // The card table knows the code of exactly this card; the directory has one code for each name.
    bank.code.clone_from(&named.bank_code12);
    Some(bank)
}
