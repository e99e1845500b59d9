//! The plan of the house (docs/ARCHITECTURE.md), checked against the manifests: which room may lean on which, which
//! rooms are pure, and which room alone owns a heavy library. Manifests are read as text, so that the test needs no
//! library of its own. Tests and benches of a room may use more than the room does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room → the rooms it may lean on. A new line or arrow comes with a decision record in docs/adr.
const ARROWS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("domain", &["kernel"]),
    ("trace", &["kernel"]),
    ("money", &["kernel", "domain", "trace"]),
    ("text", &["kernel"]),
    ("link", &["kernel"]),
    ("bankwire", &["kernel"]),
    ("statement", &["kernel"]),
    ("auditchain", &["kernel"]),
    ("forms", &["kernel", "domain"]),
    ("paper", &["kernel", "domain", "forms"]),
    ("exchange", &["kernel", "bankwire"]),
    ("store", &["kernel", "domain", "auditchain", "bankwire"]),
    (
        "app",
        &[
            "kernel",
            "domain",
            "forms",
            "trace",
            "money",
            "text",
            "link",
            "bankwire",
            "statement",
            "auditchain",
            "store",
        ],
    ),
    ("web", &["kernel", "domain", "app"]),
    ("sim", &["kernel", "domain", "bankwire", "exchange", "app"]),
    (
        "scenario",
        &["kernel", "domain", "text", "auditchain", "store", "app", "sim"],
    ),
    (
        "fanzha",
        &[
            "kernel",
            "domain",
            "trace",
            "text",
            "link",
            "bankwire",
            "auditchain",
            "paper",
            "statement",
            "exchange",
            "store",
            "app",
            "web",
            "sim",
        ],
    ),
];

/// Values in, values out: no async runtime, HTTP, SQL, file, network, clock or random source.
const PURE: &[&str] = &[
    "kernel",
    "domain",
    "forms",
    "trace",
    "money",
    "text",
    "link",
    "bankwire",
    "statement",
    "auditchain",
];

/// Libraries that bring what a pure room must not have, however far down they come in.
const IMPURE: &[&str] = &[
    "async-io",
    "async-nats",
    "async-std",
    "axum",
    "curl",
    "diesel",
    "futures",
    "hyper",
    "isahc",
    "libsqlite3-sys",
    "mio",
    "native-tls",
    "quinn",
    "reqwest",
    "rusqlite",
    "rustls",
    "sea-orm",
    "smol",
    "socket2",
    "sqlx",
    "sqlx-core",
    "tokio",
    "tokio-postgres",
    "tower",
    "tower-http",
    "tungstenite",
    "ureq",
];

/// Libraries that a pure room must not name itself.
const IMPURE_WHEN_NAMED: &[&str] = &[
    "async-trait",
    "fastrand",
    "getrandom",
    "libc",
    "notify",
    "rand",
    "rand_chacha",
    "tempfile",
    "walkdir",
];

/// What a pure room's own text must not say, tests aside.
const IMPURE_WORDS: &[&str] = &[
    "std::fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "std::process",
    "std::env::var",
    "SystemTime",
    "time::Instant",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "thread::sleep",
    "thread_rng",
    "async fn",
    "async move",
];

/// Library → the only rooms that may name it.
const OWNED: &[(&str, &[&str])] = &[
    ("sea-orm", &["store"]),
    ("sea-orm-migration", &["store"]),
    ("sqlx", &["store"]),
    ("axum", &["web", "fanzha"]),
    ("typst", &["paper"]),
    ("clap", &["fanzha"]),
    ("figment", &["fanzha"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/fanzha lies two below the root")
        .to_owned()
}

/// The rooms that exist, each with the names of its normal dependencies.
fn rooms() -> BTreeMap<String, BTreeSet<String>> {
    let folders = fs::read_dir(root().join("crates")).expect("the crates folder is there");
    let read = folders.map(|folder| {
        let folder = folder.expect("the crates folder can be listed");
        let manifest =
            fs::read_to_string(folder.path().join("Cargo.toml")).expect("each room has a manifest");
        (
            folder.file_name().to_string_lossy().into_owned(),
            normal_dependencies(&manifest),
        )
    });
    read.collect()
}

/// The keys under `[dependencies]`, `[target.….dependencies]` and `[dependencies.name]`.
fn normal_dependencies(manifest: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside =
                table == "dependencies" || (table.starts_with("target.") && table.ends_with(".dependencies"));
            names.extend(table.strip_prefix("dependencies.").map(str::to_owned));
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let end = line.find(['.', '=', ' ']).unwrap_or(line.len());
            names.insert(line[..end].trim_matches('"').to_owned());
        }
    }
    names
}

/// Package → the packages it pulls in, from the lock file. Versions are merged and development dependencies of our
/// own rooms are in it, so walks start from [`normal_dependencies`].
fn lock() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("Cargo.lock")).expect("the lock file is committed");
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("name = ") {
            current = name.trim_matches('"').to_owned();
        } else if let Some(dependency) = line.strip_prefix(" \"") {
            let name = dependency.split([' ', '"']).next().unwrap_or_default();
            packages
                .entry(current.clone())
                .or_default()
                .insert(name.to_owned());
        }
    }
    packages
}

#[test]
fn rooms_lean_only_on_the_rooms_below_them() {
    let rooms = rooms();
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, dependencies) in &rooms {
        let Some(below) = allowed.get(room.as_str()) else {
            wrong.push(format!("{room} is not in the plan"));
            continue;
        };
        let ours = dependencies.iter().filter(|name| rooms.contains_key(*name));
        wrong.extend(
            ours.filter(|name| !below.contains(&name.as_str()))
                .map(|name| format!("{room} → {name}")),
        );
    }
    assert!(wrong.is_empty(), "arrows that are not in the plan: {wrong:#?}");
}

#[test]
fn pure_rooms_have_no_runtime_http_sql_or_network_below_them() {
    let (rooms, lock) = (rooms(), lock());
    let mut wrong = Vec::new();
    for (room, dependencies) in rooms.iter().filter(|(room, _)| PURE.contains(&room.as_str())) {
        let named = dependencies
            .iter()
            .filter(|name| IMPURE_WHEN_NAMED.contains(&name.as_str()));
        wrong.extend(named.map(|name| format!("{room} names {name}")));
        let reached = reachable(dependencies, &rooms, &lock);
        wrong.extend(
            reached
                .iter()
                .filter(|name| IMPURE.contains(&name.as_str()))
                .map(|name| format!("{room} reaches {name}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Everything below, our own rooms by their normal dependencies only.
fn reachable(
    from: &BTreeSet<String>,
    rooms: &BTreeMap<String, BTreeSet<String>>,
    lock: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<String> = from.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let below = rooms.get(&name).or_else(|| lock.get(&name));
        if seen.insert(name) {
            open.extend(below.into_iter().flatten().cloned());
        }
    }
    seen
}

#[test]
fn pure_rooms_do_not_say_clock_file_or_network() {
    let mut wrong = Vec::new();
    for room in PURE {
        for file in rust_files(&root().join("crates").join(room).join("src")) {
            let text = fs::read_to_string(&file).expect("a source file can be read");
            for (number, line) in outside_tests(&text) {
                let said = IMPURE_WORDS.iter().find(|word| line.contains(*word));
                wrong.extend(said.map(|word| format!("{}:{number}: {word}", file.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files
}

/// Numbered lines of code up to the tests, which stand at the end of a file; comments are left out.
fn outside_tests(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let code = text
        .lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("mod tests {"));
    code.filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line))
}

#[test]
fn heavy_libraries_have_one_owner() {
    let mut wrong = Vec::new();
    for (room, dependencies) in rooms() {
        let owned = OWNED
            .iter()
            .filter(|(library, owners)| dependencies.contains(*library) && !owners.contains(&room.as_str()));
        wrong.extend(owned.map(|(library, _)| format!("{room} names {library}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The reading of manifests itself: a test that reads nothing would pass for ever.
#[test]
fn manifests_are_read_as_cargo_reads_them() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\n# no\nkernel.workspace = true\nserde = \"1\"\n\"x-y\" = { path = \"z\" }\n\
                    [dependencies.tokio]\nversion = \"1\"\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n[dev-dependencies]\naxum = \"1\"\n";
    let names: Vec<_> = normal_dependencies(manifest).into_iter().collect();
    assert_eq!(names, ["kernel", "libc", "serde", "tokio", "x-y"]);
    assert!(rooms()["store"].contains("sea-orm"));
    assert!(reachable(&rooms()["store"], &rooms(), &lock()).contains("sqlx-core"));
}
