//! `fanzha serve`: a real centre, or a drill when its configuration says so.

use crate::adapter::SystemClock;
use crate::assembly;
use crate::problem::Problem;
use crate::server::Server;
use crate::settings::Settings;
use app::{AppError, Centre, people};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

pub fn run(config: &Path) -> Result<(), Problem> {
    let settings = Settings::read(config)?;
    start_log(&settings.log.level);
    super::runtime()?.block_on(serve(&settings))
}

async fn serve(settings: &Settings) -> Result<(), Problem> {
    let centre = assembly::centre(settings, Arc::new(SystemClock)).await?;
    if settings.centre.demo {
        super::demo::people(&centre).await?;
    } else {
        first_run(&centre).await?;
    }
    let server = Server::bind(centre, settings, 1).await?;
    announce(
        &format!("{}：http://{}", settings.centre.name, server.address()),
        &format!("listening on http://{}", server.address()),
    );
    server.run(std::future::pending()).await
}

/// The token goes to the console of the machine and nowhere else, not even to the running log.
async fn first_run(centre: &Centre) -> Result<(), Problem> {
    let Some(token) = people::first_run(centre).await.map_err(|e| failed(&e))? else {
        return Ok(());
    };
    eprintln!("本中心还没有用户。请打开网页，用以下一次性口令建立首位系统管理员：\n\n    {token}\n");
    eprintln!(
        "This centre has no users yet. Open the site and make the first system administrator with this one-time token:\n\n    {token}\n"
    );
    Ok(())
}

pub(super) fn failed(error: &AppError) -> Problem {
    Problem::because("启动失败", "starting failed", error)
}

/// One line on stdout, at once, for people and for scripts that wait for it.
pub(super) fn announce(zh: &str, en: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody has to read it.
    let _ = writeln!(out, "{zh} / {en}").and_then(|()| out.flush());
}

/// The running log on stderr. `RUST_LOG` wins over the configuration, for a night of searching.
pub(super) fn start_log(level: &str) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},sqlx=warn,sea_orm=warn")));
    // A second start in one process (tests) keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
}
