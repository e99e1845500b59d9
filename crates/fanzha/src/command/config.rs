//! `fanzha config`: prints every setting with its default, or checks a file.

use super::answer;
use crate::problem::Problem;
use crate::settings::{DEFAULT_TOML, Settings};
use std::path::Path;

pub fn print_default() -> Result<(), Problem> {
    answer(DEFAULT_TOML.as_bytes())
}

pub fn check(file: &Path) -> Result<(), Problem> {
    Settings::read(file)?;
    answer("配置无误 / the configuration is sound\n".as_bytes())
}
