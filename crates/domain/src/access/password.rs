//! What a password must be: long, not guessable from the login, not one that everybody uses. Length counts more than
//! odd characters; there is no forced change by age (NIST SP 800-63B 5.1.1.2), but 等保 asks for mixed kinds of
//! characters in short ones. Leaves out hashing.

use kernel::{Problem, Refusal, RefusalCode};

/// Shortest password, in characters.
pub const LENGTH_MIN: usize = 12;
/// From this length on, one kind of characters is enough.
pub const LENGTH_FREE: usize = 20;
/// Longest password, in bytes: beyond it hashing would be work for nothing.
pub const BYTES_MAX: usize = 256;

/// Words that appear in most lists of stolen passwords, and the ones of this house.
const WORN: [&str; 16] = [
    "password",
    "passw0rd",
    "qwerty",
    "asdfgh",
    "123456",
    "654321",
    "111111",
    "000000",
    "abcdef",
    "iloveyou",
    "admin",
    "woaini",
    "5201314",
    "fanzha",
    "96110",
    "huanggang",
];

/// `field` names the form's field. Both reasons that can be told at once are told at once.
pub fn password_check(field: &str, password: &str, login: &str) -> Result<(), Refusal> {
    let problems: Vec<Problem> = weaknesses(password, login)
        .into_iter()
        .map(|why| Problem {
            field: field.to_owned(),
            code: RefusalCode::PasswordWeak,
            detail: Some(why.to_owned()),
        })
        .collect();
    Refusal::of(problems).map_or(Ok(()), Err)
}

/// Stable words: `too_short`, `too_long`, `kinds`, `login`, `worn`.
fn weaknesses(password: &str, login: &str) -> Vec<&'static str> {
    let mut why = Vec::new();
    let length = password.chars().count();
    let lower = password.to_lowercase();
    if length < LENGTH_MIN {
        why.push("too_short");
    }
    if password.len() > BYTES_MAX {
        why.push("too_long");
    }
    if length < LENGTH_FREE && kinds(password) < 3 {
        why.push("kinds");
    }
    if login.chars().count() >= 3 && lower.contains(&login.to_lowercase()) {
        why.push("login");
    }
    if is_worn(&lower) {
        why.push("worn");
    }
    why
}

/// How many of: lower case, upper case, digits, everything else.
fn kinds(password: &str) -> usize {
    let tests: [fn(char) -> bool; 4] = [
        |c| c.is_lowercase(),
        |c| c.is_uppercase(),
        |c| c.is_numeric(),
        |c| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric(),
    ];
    tests.iter().filter(|is| password.chars().any(is)).count()
}

/// What is left after taking worn words out is too little, or it is made of very few different characters.
fn is_worn(lower: &str) -> bool {
    let mut rest = lower.to_owned();
    for word in WORN {
        rest = rest.replace(word, "");
    }
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    (rest.len() < lower.len() && rest.chars().count() < 8) || different.len() < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_named() {
        for (password, login, why) in [
            ("Yue-Ming-2026-Jiang", "liyang", vec![]),
            ("江上清风与山间明月耳得之而为声目遇之成色", "liyang", vec![]),
            ("correct horse battery staple", "liyang", vec![]),
            ("Ab1!", "liyang", vec!["too_short", "worn"]),
            ("alllowercaseword", "liyang", vec!["kinds"]),
            ("LiYang-2026-Spring", "liyang", vec!["login"]),
            ("Password-123456", "liyang", vec!["worn"]),
            ("Aa1!Aa1!Aa1!Aa1!", "liyang", vec!["worn"]),
            ("fanzha-demo", "liyang", vec!["too_short", "kinds", "worn"]),
        ] {
            assert_eq!(weaknesses(password, login), why, "{password}");
        }
        assert!(weaknesses(&"a长".repeat(100), "x").contains(&"too_long"));
    }
}
