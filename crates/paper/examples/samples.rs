//! Prints every sample snapshot into a folder, for looking at: `cargo run -p paper --example samples -- OUT [FONT_DIR…]`.

use domain::document::DocumentKind;
use paper::{Fonts, Printer, Purpose, paper_of};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let out = PathBuf::from(words.next().unwrap_or_else(|| "papers".to_owned()));
    let dirs: Vec<PathBuf> = words.map(PathBuf::from).collect();
    let printer = Printer::new(Fonts::load(&if dirs.is_empty() {
        Fonts::usual_dirs()
    } else {
        dirs
    })?)?;
    for (role, file) in printer.fonts().chosen() {
        println!("{role} {}", file.display());
    }
    std::fs::create_dir_all(&out)?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"))?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut batch = Vec::new();
    for file in files {
        let name = file
            .file_stem()
            .and_then(|s| s.to_str())
            .unwrap_or_default()
            .to_owned();
        let kind = DocumentKind::ALL
            .map(DocumentKind::slug)
            .into_iter()
            .find(|kind| name.starts_with(kind))
            .ok_or("a sample is named after its kind")?;
        let snapshot = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
        for (suffix, purpose) in [
            ("", "original"),
            ("-draft", "draft"),
            ("-bank", "bank_upload"),
            ("-again", "reprint:重印第1次 2026-11-23 08:10 刘思敏"),
        ] {
            let begun = Instant::now();
            match printer.render_json(kind, &snapshot, purpose) {
                Ok(printed) => {
                    println!(
                        "{name}{suffix}: {} pages, {} bytes, {:?}",
                        printed.pages,
                        printed.pdf.len(),
                        begun.elapsed()
                    );
                    std::fs::write(out.join(format!("{name}{suffix}.pdf")), printed.pdf)?;
                }
                Err(problem) => println!("{name}{suffix}: {problem}"),
            }
        }
        batch.push((paper_of(kind, &snapshot)?, Purpose::Original));
    }
    let printed = printer.render_batch(&batch, "")?;
    println!("batch: {} pages, {} bytes", printed.pages, printed.pdf.len());
    std::fs::write(out.join("batch.pdf"), printed.pdf)?;
    let card = printer.officer_card_pdf(&"陈志远".into(), "040117", "黄冈市公安局反电信网络诈骗中心")?;
    println!("officer card: {} bytes", card.pdf.len());
    std::fs::write(out.join("officer_card.pdf"), card.pdf)?;
    Ok(())
}
