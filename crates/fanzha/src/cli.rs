//! The command line: names, arguments and their help, Chinese first. Leaves out what the commands do.

use clap::{ArgAction, Args, Parser, Subcommand};
use kernel::Instant;
use std::path::PathBuf;

const TEMPLATE: &str = "{about-with-newline}\n用法 Usage: {usage}\n\n{all-args}{after-help}";
const COMMANDS: &str = "命令 Commands";
const OPTIONS: &str = "选项 Options";
const ARGUMENTS: &str = "参数 Arguments";

/// 反诈中心业务平台：接警、止付、冻结、取证 / The platform of an anti-telecom-fraud centre: reports, stops, freezes, evidence
#[derive(Parser, Debug)]
#[command(name = "fanzha", version, help_template = TEMPLATE, subcommand_help_heading = COMMANDS, subcommand_value_name = "COMMAND")]
#[command(disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true, next_help_heading = OPTIONS)]
#[command(arg_required_else_help = true)]
pub struct Cli {
    /// 显示帮助 / Print help
    #[arg(short, long, action = ArgAction::Help, global = true)]
    help: Option<bool>,
    /// 显示版本 / Print version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// 读写平台报文 / Read and write messages of the platform
    #[command(subcommand, help_template = TEMPLATE, subcommand_help_heading = COMMANDS, disable_help_subcommand = true)]
    Wire(Wire),
    /// 从案情文本中提取账号、金额、时间等 / Extract accounts, amounts, times and more from narratives
    #[command(help_template = TEMPLATE, after_help = EXTRACT_HELP)]
    Extract(Extract),
    /// 以带标准答案的案情文本给识别打分 / Score the reading against narratives with gold
    #[command(subcommand, help_template = TEMPLATE, subcommand_help_heading = COMMANDS, disable_help_subcommand = true)]
    Evaluate(Evaluate),
    /// 追踪资金去向，只用文件，不用服务 / Follow the money through tables in files, without a server
    #[command(help_template = TEMPLATE, after_help = TRACE_HELP)]
    Trace(Trace),
    /// 导入银行与支付机构的流水文件 / Import statement files of banks and payment firms
    #[command(help_template = TEMPLATE, after_help = IMPORT_HELP)]
    Import(Import),
    /// 脱机核验审计日志导出文件 / Prove an export of the audit log whole, without server or database
    #[command(help_template = TEMPLATE, after_help = VERIFY_HELP)]
    Verify(Verify),
    /// 备份数据库并核验副本（SQLite），不必停机 / Copy the store while the centre works, and prove the copy whole (SQLite)
    #[command(help_template = TEMPLATE, after_help = BACKUP_HELP)]
    Backup(Backup),
    /// 运行一个中心 / Serve a centre
    #[command(help_template = TEMPLATE, after_help = SERVE_HELP)]
    Serve {
        /// 配置文件（TOML，见 fanzha config） / The configuration (TOML, see fanzha config)
        #[arg(long, value_name = "FILE", help_heading = OPTIONS)]
        config: PathBuf,
    },
    /// 演示：带模拟银行的一个夜晚 / A demo: an evening with simulated banks
    #[command(help_template = TEMPLATE, after_help = DEMO_HELP)]
    Demo(Demo),
    /// 模拟 / Simulations
    #[command(subcommand, help_template = TEMPLATE, subcommand_help_heading = COMMANDS, disable_help_subcommand = true)]
    Sim(Sim),
    /// 打印全部设置及缺省值，或检查一个配置文件 / Print every setting with its default, or check a file
    #[command(help_template = TEMPLATE)]
    Config {
        /// 打印全部设置及缺省值 / Print every setting with its default
        #[arg(long, help_heading = OPTIONS, required_unless_present = "check")]
        default: bool,
        /// 检查一个配置文件 / Check a configuration file
        #[arg(long, value_name = "FILE", help_heading = OPTIONS, conflicts_with = "default")]
        check: Option<PathBuf>,
    },
    /// 测量速度与内存，打印方法、基线与倍数 / Measure speed and memory; prints method, baseline and ratios
    #[command(help_template = TEMPLATE, subcommand_help_heading = COMMANDS, disable_help_subcommand = true)]
    #[command(subcommand_value_name = "COMMAND", args_conflicts_with_subcommands = true)]
    Bench(Bench),
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct Demo {
    /// 端口 / Port
    #[arg(long, default_value_t = 8096)]
    pub port: u16,
    /// 模拟时间的倍速 / Simulated seconds per second
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub speed: u32,
    /// 数据目录；缺省为一个新的临时目录 / Where the data goes; a fresh temporary directory when left out
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// 随机种子：同一种子，同一座城市 / The seed: the same seed gives the same city
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// 故障脚本 / A script of faults
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// 模拟时间从此刻开始，缺省为现在 / When the simulated time begins; now when left out
    #[arg(long, value_name = "TIME", value_parser = instant, hide = true)]
    pub start: Option<Instant>,
    /// 测试用：在此目录记下每个来电的真相和银行收到的每份报文 / For tests: the truth of every call and every message that the banks receive
    #[arg(long, value_name = "DIR", hide = true)]
    pub witness: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum Sim {
    /// 模拟平台前置机与各银行，经四个目录往来 / Play the hub and the banks over the four directories
    #[command(help_template = TEMPLATE)]
    Banks(SimBanks),
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct SimBanks {
    /// 四个目录（upstream、downstream、response、error）所在处 / Where the four directories are
    #[arg(long, value_name = "DIR")]
    pub dirs: PathBuf,
    /// 模拟时间的倍速 / Simulated seconds per second
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub speed: u32,
    /// 随机种子 / The seed
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// 故障脚本 / A script of faults
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// 银行收到的每个请求记入此文件 / Every request the banks receive is noted in this file
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// 安静的小城：没有自发的案件 / A small quiet city: no case happens by itself
    #[arg(long)]
    pub quiet: bool,
    /// 城中居民数 / How many citizens the city has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub citizens: Option<u32>,
    /// 银行作答的最长时间（模拟毫秒） / A bank's longest time to answer, in simulated milliseconds
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(i64).range(0..=86_400_000))]
    pub answer_ms: Option<i64>,
    /// 模拟开始时的模拟时间 / Simulated time at the beginning
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub start: Option<Instant>,
    /// 模拟开始时的机器时间，与中心共用时钟时给出 / The machine's time at the beginning, to share a clock with a centre
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub wall_start: Option<Instant>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct Bench {
    #[command(subcommand)]
    pub what: Option<BenchWhat>,
    /// 依次测量的报案条数 / Numbers of reports at which to measure, one after the other
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [10_000u64, 100_000, 1_000_000])]
    pub rows: Vec<u64>,
    /// 数据目录；缺省为一个临时目录 / Where the data goes; a temporary directory when left out
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum BenchWhat {
    /// 资金追踪：本引擎与 PostgreSQL 的递归查询并排 / Fund flow: our engine beside PostgreSQL's recursive query
    #[command(help_template = TEMPLATE, after_help = BENCH_TRACE_HELP)]
    Trace(BenchTrace),
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct BenchTrace {
    /// 依次测量的交易笔数 / Numbers of transfers at which to measure, one after the other
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [1_000_000u64, 10_000_000])]
    pub rows: Vec<u64>,
    /// 数据目录（oracle/gen_transfers.py --csv 所写）；给出时不看 --rows / A folder as oracle/gen_transfers.py --csv
    /// writes it, instead of --rows; can be given several times
    #[arg(long, value_name = "DIR")]
    pub data: Vec<PathBuf>,
    /// 不与 PostgreSQL 比较 / Leave PostgreSQL out
    #[arg(long)]
    pub no_peer: bool,
    /// 与 PostgreSQL 比较（缺省） / Beside PostgreSQL (the default)
    #[arg(long, conflicts_with = "no_peer")]
    pub peer: bool,
}

#[derive(Subcommand, Debug)]
pub enum Wire {
    /// 解码一个报文文件，输出一个 JSON 对象 / Decode one message file into one JSON object
    #[command(help_template = TEMPLATE, after_help = DECODE_HELP)]
    Decode {
        /// 报文文件（仅限普通文件） / The message file (a regular file only)
        #[arg(help_heading = ARGUMENTS)]
        file: PathBuf,
    },
    /// 把 JSON 编码为报文 XML / Encode JSON as the message's XML
    #[command(help_template = TEMPLATE, after_help = ENCODE_HELP)]
    Encode {
        /// wire decode 所输出的 JSON / JSON as wire decode prints it
        #[arg(value_name = "FILE.json", help_heading = ARGUMENTS)]
        file: PathBuf,
    },
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct Import {
    /// 流水文件：XLSX、XLS、CSV，按内容识别 / Statement files: XLSX, XLS, CSV, told by their content
    #[arg(value_name = "FILE", required = true, help_heading = ARGUMENTS)]
    pub files: Vec<PathBuf>,
    /// 中心的配置文件；试读不需要 / The centre's configuration; a dry run needs none
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    pub config: Option<PathBuf>,
    /// 按此版式读取（已知版式的键，或自存版式的名称） / Read by this layout: a known one's key, or a kept one's name
    #[arg(long, value_name = "NAME")]
    pub layout: Option<String>,
    /// 文件没有写明时的本方账号 / The statement's own account where the file does not say it
    #[arg(long, value_name = "ACCOUNT")]
    pub own: Option<String>,
    /// 已核对：以零结尾的长账号是真的，不是被电子表格截断的 / Checked by a person: long numbers that end in zeros are real, and not
    /// cut by a spreadsheet
    #[arg(long)]
    pub long_numbers_are_real: bool,
    /// 事由，记入审计日志 / Why, for the audit log
    #[arg(long, value_name = "TEXT", default_value = "命令行导入 import by command")]
    pub purpose: String,
    /// 只读取并报告，不入库 / Read and report only, keep nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct Extract {
    /// 报警时间，相对时间（昨天、上周五）以此推算；行内的 at 优先。ISO 8601，缺省为当前时间 /
    /// Time of the report, which 昨天 and 上周五 are counted from; a line's own "at" wins. ISO 8601, now when left out
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub at: Option<Instant>,
    /// 同时给出付款行：谁、何时、付了多少、从哪里到哪里 /
    /// Also give the rows: who paid what, when, from where to where
    #[arg(long)]
    pub rows: bool,
}

#[derive(Subcommand, Debug)]
pub enum Evaluate {
    /// 付款行：逐项对照目标 / Rows of payments, goal by goal
    #[command(help_template = TEMPLATE)]
    Rows(EvaluateRows),
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct EvaluateRows {
    /// 语料文件（JSONL），缺省为随程序附带的语料 / Corpus files (JSONL), those of the program when left out
    #[arg(help_heading = ARGUMENTS)]
    pub files: Vec<PathBuf>,
    /// 列出未读对之处 / List what was missed
    #[arg(long)]
    pub misses: bool,
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct Verify {
    /// 审计日志导出文件，- 为标准输入 / The export, - for standard input
    #[arg(help_heading = ARGUMENTS)]
    pub export: PathBuf,
    /// 第二处保存的签名链头文件 / The file of signed heads kept in the second place
    #[arg(long, value_name = "FILE")]
    pub heads: Option<PathBuf>,
    /// 中心公布的 SM2 公钥，130 位十六进制 / The SM2 public key that the centre has published, 130 hexadecimal digits
    #[arg(long, value_name = "HEX")]
    pub key: Option<String>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct Trace {
    /// 交易表：id,ts,src,dst,amount / The transfers: id,ts,src,dst,amount
    #[arg(long, value_name = "FILE")]
    pub transfers: PathBuf,
    /// 账户表：id[,type][,opening][,stop] / The accounts: id[,type][,opening][,stop]
    #[arg(long, value_name = "FILE")]
    pub accounts: PathBuf,
    /// 被害人的付款：transfer_id[,account][,ts][,amount] / The victims' payments: transfer_id[,account][,ts][,amount]
    #[arg(long, value_name = "FILE")]
    pub seeds: PathBuf,
    /// 追踪方法：reach 全部后续，haircut 按比例，fifo 先进先出，lifo 后进先出，lib 最低余额 /
    /// The doctrine: every later payment, pro rata, first in first out, last in first out, lowest balance
    #[arg(long, value_enum, default_value_t = Mode::Fifo)]
    pub mode: Mode,
    /// 层数；缺省 reach 为 5，其余为 10 / Hops; 5 for reach and 10 otherwise when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub depth: Option<u32>,
    /// reach：在账停留最长毫秒数，缺省 48 小时 / reach: how long money stays, milliseconds; 48 hours when left out
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(i64).range(0..))]
    pub dwell_ms: Option<i64>,
    /// 付款之后追踪多久（毫秒），缺省 7 天 / How long after the payment to follow, milliseconds; 7 days when left out
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(i64).range(0..))]
    pub horizon_ms: Option<i64>,
    /// reach：小于此金额（分）的付款不跟，缺省 0 / reach: payments below this many fen are not followed; 0 when left out
    #[arg(long, value_name = "FEN", value_parser = clap::value_parser!(i64).range(0..))]
    pub min_amount: Option<i64>,
    /// 小于此数（分）的涉案部分作零头，缺省 100 / A tainted part below this many fen is dust; 100 when left out
    #[arg(long, value_name = "FEN", value_parser = clap::value_parser!(i64).range(0..))]
    pub min_taint: Option<i64>,
    /// 方向：down 顺流，up 逆流（仅 reach） / Downstream, or upstream (reach only)
    #[arg(long, value_enum, default_value_t = Way::Down)]
    pub direction: Way,
    /// 每次追踪至多查看的交易数，缺省不限 / Payments that a trace may look at; no bound when left out
    #[arg(long, value_name = "N")]
    pub budget: Option<u64>,
    /// 线程数，缺省为全部 / Threads; all when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// 各笔付款合为一次追踪，分别记账 / Follow all payments in one trace, each with its own account of the money
    #[arg(long)]
    pub together: bool,
    /// 输出：table 表格（元），jsonl 每笔付款一行 JSON（分） / A page for people (yuan), or one JSON line a payment (fen)
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Reach,
    Haircut,
    Fifo,
    Lifo,
    Lib,
}

impl Mode {
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Reach => "reach",
            Mode::Haircut => "haircut",
            Mode::Fifo => "fifo",
            Mode::Lifo => "lifo",
            Mode::Lib => "lib",
        }
    }
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Down,
    Up,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Table,
    Jsonl,
}

#[derive(Args, Debug)]
#[command(next_help_heading = OPTIONS)]
pub struct Backup {
    /// 中心的配置文件 / The centre's configuration
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// 备份存放的目录 / The directory for the copy
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

const BACKUP_HELP: &str = "\
得到 fanzha-<时间>.db 与其签名链头 .head。密钥文件不在其中，请另行保管；PostgreSQL 请用 pg_dump。
恢复：停机，以副本替换数据库文件（并删除 -wal、-shm），启动。
Gives fanzha-<time>.db and its signed head. The key files are not in it: keep them elsewhere. Use pg_dump for PostgreSQL.
To restore: stop, put the copy in the place of the database file (and remove -wal and -shm), start.
";

const DECODE_HELP: &str = "\
成功时标准输出一个 JSON 对象，退出码 0；否则标准错误给出元素与原因，退出码 1，标准输出为空。
On success one JSON object on stdout and exit 0; otherwise the element and the reason on stderr, exit 1, nothing on stdout.
";
const ENCODE_HELP: &str = "\
标准输出 UTF-8 XML，元素按规范次序；flags 被忽略。
UTF-8 XML on stdout, elements in the order of the specification; flags are ignored.
";
const EXTRACT_HELP: &str = "\
标准输入每行一个 {\"id\",\"text\",\"at\"?}，标准输出每行一个 {\"id\",\"entities\":[{\"kind\",\"start\",\"text\",\"value\",\"check\"}]}。
--rows 另给出 payments、received、planned、stated_total、sum_differs、area、category_hint。
有误的行在标准错误说明行号与字段，其余各行照常处理，最后退出码为 1。
Each line of stdin is {\"id\",\"text\",\"at\"?}, each line of stdout {\"id\",\"entities\":[…]}, with --rows
payments, received, planned, stated_total, sum_differs, area and category_hint too. A wrong line is named on stderr with
its number and field, the others are answered all the same, and the exit code is then 1.
";
const TRACE_HELP: &str = "\
CSV 为 UTF-8，首行为列名，次序不限，多余的列略过；金额为分，时间为 UTC 毫秒。编号可为任意不超过 64 位的非负整数，各行次序不限。
输入有误时不作任何输出，标准错误逐条给出文件、行、列、值与原因，退出码 1。
CSV in UTF-8, the first line names the columns, in any order, others are passed over; amounts are fen, times UTC milliseconds.
Numbers may be any whole numbers of 64 bits, rows in any order. Wrong input prints nothing; standard error names file, line,
column, value and reason of each problem, and the exit code is 1.
jsonl: {\"seed\",\"mode\",\"rows\":[[id,amount,hop]…] (reach: [id,hop]),\"held\":[[account,amount]…],
\"totals\":{\"exit\",\"dust\",\"beyond\",\"held\"},\"cut\":[{\"why\",\"account\",\"amount\"}…],\"assumptions\":[…],…}
";
const BENCH_TRACE_HELP: &str = "\
PostgreSQL 由本命令在临时目录中自行启动和停止。各表以 Markdown 输出，见 docs/BENCHMARKS.md。
PostgreSQL is started and stopped by this command in a temporary folder. The tables are Markdown; see docs/BENCHMARKS.md.
";
const IMPORT_HELP: &str = "\
合格的行入库，有误的行逐条列在标准错误（值已脱敏）；同一笔流水只记一次，中断后再次运行即可续完。
Good rows are kept, wrong ones listed on stderr with masked values; a movement told twice is kept once, and running it again
after an interruption goes on where it was.
";
const VERIFY_HELP: &str = "\
日志完整时输出报告，退出码 0；否则标准错误指出第一处有误的行与记录，退出码 1。
A report and exit 0 when the log is whole; otherwise the first bad line and entry on stderr and exit 1.
";

const SERVE_HELP: &str = "\
首次启动会在标准错误上给出一次性口令，用以建立首位系统管理员。SIGTERM 平稳停机。
The first start shows a one-time token on stderr for the first system administrator. SIGTERM ends it in good order.
";
const DEMO_HELP: &str = "\
全部人员、账户与案件均为虚构，演示库与实战库互不相通。
All people, accounts and cases are invented; a demo's store and a real one never mix.
";

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse_iso(text.trim()).ok_or_else(|| {
        "应为 ISO 8601 时间，例如 2026-04-03T21:08:55+08:00 / an ISO 8601 time is wanted, such as 2026-04-03T21:08:55+08:00".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound_and_every_line_of_help_is_in_both_languages() {
        let root = Cli::command();
        root.clone().debug_assert();
        check(&root);
    }

    fn check(command: &clap::Command) {
        let both =
            |text: &str| text.contains(" / ") && text.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c));
        let about = command
            .get_about()
            .expect("a command says what it does")
            .to_string();
        assert!(both(&about), "{}: {about}", command.get_name());
        for arg in command.get_arguments() {
            let help = arg.get_help().expect("an argument has help").to_string();
            assert!(both(&help), "{} {}: {help}", command.get_name(), arg.get_id());
        }
        command.get_subcommands().for_each(check);
    }
}
