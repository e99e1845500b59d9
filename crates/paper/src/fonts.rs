//! Finding the fonts and holding what is known of them. The only room for file access in this crate.
//!
//! The forms ask for 仿宋 (body), 小标宋 (titles), 黑体 (heads of attachments) and one font for digits. Each role takes
//! the first file of its list that lies in one of the operator's folders, so an owned simfang.ttf wins over the free
//! stand-in. Debian has no free 仿宋 with simplified characters (cwTeX FangSong lacks 广 and 简), so the body falls back
//! to Noto Serif CJK SC, and 小标宋 to its bold. Looking by file name keeps start-up from reading 300 MB of fonts.
//!
//! Promises: font bytes are read for a render and released after it; only names and coverage stay in memory.

use crate::problem::PaperProblem;
use std::fs;
use std::path::{Path, PathBuf};
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

/// What a font is used for; the template knows it by this family name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Role {
    family: &'static str,
    zh: &'static str,
    /// File names in order of preference, lower case, without extension.
    files: &'static [&'static str],
    /// Without it nothing is printed, unless another role's files can stand in.
    needed: bool,
}

const BODY: Role = Role {
    family: "paper-body",
    zh: "仿宋",
    files: &[
        "fangsong",
        "simfang",
        "fzfsk",
        "stfangsong",
        "zhuquefangsong-regular",
        "notoserifcjk-regular",
        "notoserifcjksc-regular",
        "notoserifsc-regular",
        "sourcehanserifsc-regular",
        "songti",
        "simsun",
        "notosanscjk-regular",
        "wqy-zenhei",
        "wqy-microhei",
    ],
    needed: true,
};
const TITLE: Role = Role {
    family: "paper-title",
    zh: "小标宋",
    files: &[
        "xiaobiaosong",
        "fzxbsk",
        "fzxbsjw",
        "notoserifcjk-bold",
        "notoserifcjksc-bold",
        "notoserifsc-bold",
        "sourcehanserifsc-bold",
        "notoserifcjk-semibold",
    ],
    needed: false,
};
const HEAD: Role = Role {
    family: "paper-head",
    zh: "黑体",
    files: &[
        "heiti",
        "simhei",
        "fzhtk",
        "notosanscjk-regular",
        "notosanscjksc-regular",
        "notosanssc-regular",
        "sourcehansanssc-regular",
        "wqy-zenhei",
        "wqy-microhei",
    ],
    needed: false,
};
const DIGITS: Role = Role {
    family: "paper-digits",
    zh: "数字",
    files: &[
        "times",
        "timesnewroman",
        "liberationserif-regular",
        "tinos-regular",
    ],
    needed: false,
};
const MARKS: Role = Role {
    family: "paper-marks",
    zh: "☑☐",
    files: &["dejavusans", "seguisym", "notosanssymbols2-regular"],
    needed: false,
};
/// For 生僻字 the operator adds a font under one of these names.
const RARE: Role = Role {
    family: "paper-rare",
    zh: "生僻字",
    files: &[
        "rare",
        "simsunb",
        "hanamina",
        "hanaminb",
        "bsmi00lp",
        "plangothicp1",
        "tw-sung-ext-b",
    ],
    needed: false,
};
const ROLES: [Role; 6] = [BODY, TITLE, HEAD, DIGITS, MARKS, RARE];

/// One chosen face: where it lies and which part of a collection it is.
#[derive(Debug)]
struct Face {
    role: &'static str,
    path: PathBuf,
    index: u32,
}

/// The fonts the papers are set in.
pub struct Fonts {
    faces: Vec<Face>,
    book: LazyHash<FontBook>,
    /// Families in `book` in the order of `faces`.
    infos: Vec<FontInfo>,
}

impl Fonts {
    /// Folders that Debian's packages use.
    pub fn usual_dirs() -> Vec<PathBuf> {
        ["/usr/share/fonts", "/usr/local/share/fonts"]
            .map(PathBuf::from)
            .to_vec()
    }

    /// Looks through the folders (earlier ones win, subfolders included) and chooses a file for each role.
    ///
    /// # Errors
    /// `NoChineseFont` when nothing can stand in for the body; `FontUnreadable` when a chosen file is broken.
    pub fn load(dirs: &[PathBuf]) -> Result<Fonts, PaperProblem> {
        let files: Vec<PathBuf> = dirs.iter().flat_map(|dir| font_files(dir)).collect();
        let mut faces = Vec::new();
        let mut infos: Vec<FontInfo> = Vec::new();
        for role in &ROLES {
            let chosen = role
                .files
                .iter()
                .find_map(|name| files.iter().find(|file| stem(file) == *name));
            match chosen {
                Some(path) => {
                    let (index, info) = probe(path, role.family)?;
                    faces.push(Face {
                        role: role.family,
                        path: path.clone(),
                        index,
                    });
                    infos.push(info);
                }
                None if role.needed => return Err(no_font(dirs, role)),
                None => {}
            }
        }
        if !infos
            .first()
            .is_some_and(|body| "的〔〇黄冈".chars().all(|c| body.coverage.contains(c.into())))
        {
            return Err(no_font(dirs, &BODY));
        }
        let book = LazyHash::new(FontBook::from_infos(infos.iter().cloned()));
        Ok(Fonts { faces, book, infos })
    }

    /// What each role is set in, for the settings page: `(仿宋, /usr/share/…/NotoSerifCJK-Regular.ttc)`.
    pub fn chosen(&self) -> Vec<(&'static str, &Path)> {
        let zh = |family| ROLES.iter().find(|r| r.family == family).map_or("", |r| r.zh);
        self.faces
            .iter()
            .map(|face| (zh(face.role), face.path.as_path()))
            .collect()
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(crate) fn count(&self) -> usize {
        self.faces.len()
    }

    pub(crate) fn families(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.faces.iter().map(|face| face.role)
    }

    /// Whether some font can draw it.
    pub(crate) fn covers(&self, c: char) -> bool {
        self.infos.iter().any(|info| info.coverage.contains(c.into()))
    }

    /// Reads the bytes of one face. A file that vanished after start gives `None`, and the render then names the
    /// characters it could not draw.
    pub(crate) fn read(&self, index: usize) -> Option<Font> {
        let face = self.faces.get(index)?;
        Font::new(Bytes::new(fs::read(&face.path).ok()?), face.index)
    }
}

fn no_font(dirs: &[PathBuf], role: &Role) -> PaperProblem {
    PaperProblem::NoChineseFont {
        searched: dirs.iter().map(|dir| dir.display().to_string()).collect(),
        wanted: format!("NotoSerifCJK-Regular.ttc, {}", role.files[..2].join(", ")),
    }
}

/// Sorted, so that two machines with the same folders choose alike. Depth is bounded against link loops.
fn font_files(dir: &Path) -> Vec<PathBuf> {
    fn walk(dir: &Path, depth: u8, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                if depth > 0 {
                    walk(&path, depth - 1, found);
                }
            } else if is_font(&path) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(dir, 6, &mut found);
    found
}

fn is_font(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    ["ttf", "otf", "ttc", "otc"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .and_then(|s| s.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// The face for mainland Chinese in a collection (the third in Debian's Noto CJK, so it is tried first), or the first
/// face; known to the templates by its role.
fn probe(path: &Path, family: &str) -> Result<(u32, FontInfo), PaperProblem> {
    let unreadable = |reason: String| PaperProblem::FontUnreadable {
        file: path.display().to_string(),
        reason,
    };
    let data = fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    let mainland = [2, 0, 1, 3, 4, 5, 6, 7, 8, 9]
        .into_iter()
        .filter_map(|index| Some((index, FontInfo::new(&data, index)?)))
        .find(|(_, info)| info.family.ends_with(" SC"));
    let first = || FontInfo::new(&data, 0).map(|info| (0, info));
    let Some((index, mut info)) = mainland.or_else(first) else {
        return Err(unreadable("not a TrueType or OpenType font".to_owned()));
    };
    info.family = family.to_owned();
    Ok((index, info))
}
