//! Puts a centre together from its settings and its ports. The same for serving and for a demo; what differs (clock,
//! mark of the store) is an argument.

use crate::adapter::{AppendedHeads, FourDirectories, PaperPrinter, SystemRandom, secrets_key, signing_key};
use crate::problem::Problem;
use crate::settings::{HandledFiles, Settings};
use app::keys::WrongKey;
use app::ports::Clock;
use app::statements::{Bounds, StatementFolder};
use app::{Centre, CentreConfig};
use exchange::{Directories, Keep};
use kernel::area::AreaTable;
use std::sync::Arc;
use store::{Mark, Store, StoreConfig};
use text::bin::BinTable;
use tokio::sync::{Notify, watch};

/// Opens the store and the ports. Whatever is wrong is said before anything is served.
pub async fn centre(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Centre, Problem> {
    centre_over(settings, open_store(settings).await?, clock).await
}

/// The same over a store that is open already.
pub async fn centre_over(
    settings: &Settings,
    store: Store,
    clock: Arc<dyn Clock>,
) -> Result<Centre, Problem> {
    let banks = bin_table(settings)?;
    let transport = FourDirectories::open(directories(settings), keep(settings))
        .map_err(|e| Problem::because("平台目录无法使用", "the platform's directories cannot be used", e))?;
    let signer = signing_key(&settings.log.signing_key_file)?;
    let secrets = secrets_key(&settings.people.secrets_key_file)?;
    let heads = settings.log.heads_file.display();
    let head_file = AppendedHeads::open(&settings.log.heads_file)
        .map_err(|e| Problem::because(&format!("链头文件 {heads}"), &format!("heads file {heads}"), e))?;
    let length = store::audit::tip(store.reader())
        .await
        .map_err(|e| failed(&e))?
        .seq;
    let centre = Centre {
        store,
        config: Arc::new(centre_config(settings)?),
        clock,
        random: Arc::new(SystemRandom),
        transport: Arc::new(transport),
        printer: Arc::new(printer(settings)?),
        head_file: Arc::new(head_file),
        signer: Arc::new(signer),
        secrets: Arc::new(secrets),
        banks: Arc::new(banks),
        statements: Arc::new(statement_folder(settings)?),
        outbox_bell: Arc::new(Notify::new()),
        live: Arc::default(),
        open_pages: Arc::default(),
        log_tail: Arc::new(watch::Sender::new(length)),
        fence: None,
    };
    keys_fit(&centre, settings).await?;
    Ok(centre)
}

/// All processes of a centre use the keys that its store was founded with.
async fn keys_fit(centre: &Centre, settings: &Settings) -> Result<(), Problem> {
    let checked = app::keys::keys_check(centre).await;
    let wrong = checked.map_err(|e| Problem::because("无法核对密钥", "the keys cannot be checked", e))?;
    let (key, path) = match wrong {
        None => return Ok(()),
        Some(WrongKey::Signing) => ("log.signing_key_file", &settings.log.signing_key_file),
        Some(WrongKey::Secrets) => ("people.secrets_key_file", &settings.people.secrets_key_file),
    };
    let shown = path.display();
    Err(Problem::new(
        format!(
            "{key}：{shown} 不是本库所用的密钥。共用一个库的各进程须用同一密钥文件；请从首次启动的机器或备份取回原文件"
        ),
        format!(
            "{key}: {shown} is not the key of this store. Processes that share a store share the key file; bring it from the machine of the first start, or from its backup"
        ),
    ))
}

fn statement_folder(settings: &Settings) -> Result<StatementFolder, Problem> {
    let s = &settings.statements;
    let bounds = Bounds {
        text_bytes_max: s.file_bytes_max,
        workbook_bytes_max: s.workbook_bytes_max,
        ..Bounds::default()
    };
    let shown = s.folder.display();
    StatementFolder::open(&s.folder, bounds).map_err(|e| {
        Problem::because(
            &format!("流水文件目录 {shown}"),
            &format!("folder of statement files {shown}"),
            e,
        )
    })
}

fn centre_config(settings: &Settings) -> Result<CentreConfig, Problem> {
    let c = &settings.centre;
    let area = settings.area().ok_or_else(|| {
        Problem::new(
            "centre.area：应为六位行政区划代码",
            "centre.area: a six-digit area code is wanted",
        )
    })?;
    Ok(CentreConfig {
        name: c.name.clone(),
        area,
        agency: c.agency.clone(),
        agency_full: c.agency_full.clone(),
        node: settings.platform.node.clone(),
        org_code: settings.platform.org_code.clone(),
        case_type: settings.platform.case_type.clone(),
        clocks: settings.clocks(),
        lock_minutes: c.lock_minutes,
        doctrine: c.doctrine.sharing(),
        phone: c.phone.clone(),
        demo: c.demo,
        areas: area_table(settings, area)?,
    })
}

/// A table of a province's counties has some thousand bytes.
const AREAS_BYTES_MAX: usize = 1 << 20;

/// The areas of the centre, itself first: the operator's table, or Huanggang's where that is the centre.
fn area_table(settings: &Settings, centre: kernel::Area) -> Result<AreaTable, Problem> {
    let path = &settings.centre.areas_file;
    if path.as_os_str().is_empty() {
        return Ok(AreaTable::known(centre));
    }
    let shown = path.display();
    let wrong = |why: String| {
        Problem::because(
            &format!("地区表 {shown}"),
            &format!("table of areas {shown}"),
            why,
        )
    };
    let bytes = exchange::read_regular_file(path, AREAS_BYTES_MAX)
        .map_err(|p| wrong(format!("{} / {}", p.zh(), p.en())))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("不是 UTF-8 / not UTF-8".into()))?;
    AreaTable::parse(&text, centre).map_err(|line| {
        wrong(format!(
            "第 {line} 行：应为 六位代码,名称，且在中心地区之内 / line {line}: code,name of an area within the centre is wanted"
        ))
    })
}

/// The store of these settings; a demo's and a real one never open each other's.
pub async fn open_store(settings: &Settings) -> Result<Store, Problem> {
    let mark = if settings.centre.demo {
        Mark::Demo
    } else {
        Mark::Real
    };
    make_folder(&settings.store.url)?;
    let mut config = StoreConfig::new(
        &settings.store.url,
        mark,
        &settings.centre.area,
        &settings.centre.name,
    );
    config.readers = settings.store.readers;
    config.busy_timeout_ms = settings.store.busy_timeout_ms;
    config.writer_wait_ms = settings.store.writer_wait_ms;
    Store::open(&config).await.map_err(|e| failed(&e))
}

fn make_folder(url: &str) -> Result<(), Problem> {
    let path = url
        .strip_prefix("sqlite://")
        .map(|p| p.split('?').next().unwrap_or(p));
    let Some(folder) = path
        .and_then(|p| std::path::Path::new(p).parent())
        .filter(|p| !p.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let shown = folder.display();
    std::fs::create_dir_all(folder).map_err(|e| {
        Problem::because(
            &format!("无法创建目录 {shown}"),
            &format!("cannot create the folder {shown}"),
            e,
        )
    })
}

/// A refusal of the store speaks both languages itself.
pub fn failed(error: &store::StoreError) -> Problem {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    Problem::new(format!("数据库无法使用：{words}"), "the store cannot be used")
}

pub fn directories(settings: &Settings) -> Directories {
    let p = &settings.platform;
    Directories {
        upstream: p.upstream.clone(),
        downstream: p.downstream.clone(),
        response: p.response.clone(),
        error: p.error.clone(),
    }
}

fn keep(settings: &Settings) -> Keep {
    match settings.platform.handled_files {
        HandledFiles::Done => Keep::InDone,
        HandledFiles::Delete => Keep::Nothing,
    }
}

fn printer(settings: &Settings) -> Result<PaperPrinter, Problem> {
    let printer = PaperPrinter::open(&settings.paper.font_dirs)
        .map_err(|e| Problem::because("打印程序无法启动", "the printer cannot start", e))?;
    if let Some(why) = printer.missing() {
        eprintln!("警告：{why}");
    }
    Ok(printer)
}

/// A BIN table of all the country's banks has some two hundred kilobytes.
const BIN_BYTES_MAX: usize = 8 << 20;

fn bin_table(settings: &Settings) -> Result<BinTable, Problem> {
    let path = &settings.banks.bin_table;
    if path.as_os_str().is_empty() {
        return Ok(BinTable::embedded().clone());
    }
    let shown = path.display();
    let wrong =
        |why: String| Problem::because(&format!("卡 BIN 表 {shown}"), &format!("BIN table {shown}"), why);
    let bytes = exchange::read_regular_file(path, BIN_BYTES_MAX)
        .map_err(|p| wrong(format!("{} / {}", p.zh(), p.en())))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("不是 UTF-8 / not UTF-8".into()))?;
    BinTable::parse(&text).map_err(|e| wrong(e.to_string()))
}
