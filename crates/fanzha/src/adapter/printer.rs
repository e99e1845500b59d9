//! The printer of legal papers, over `paper`. Without a Chinese font the centre still runs, and every print is refused
//! with the reason: money can be stopped by hand while somebody installs one.

use app::ports::{PrintJob, PrintProblem, PrintPurpose, Printed, PrintedBy, Printer};
use kernel::PersonName;
use paper::{Fonts, Paper, PaperProblem, Purpose};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, mpsc};

/// A thread of its own prints one job after the other. Setting a page takes some 80 MB; on the threads of a pool each of
/// them would keep as much for ever, and a flood of orders would take it many times over.
pub struct PaperPrinter {
    queue: Mutex<mpsc::Sender<Job>>,
    missing: Option<PaperProblem>,
}

type Job = Box<dyn FnOnce(&paper::Printer) + Send>;

/// Layout nests deeply; the usual two megabytes are close.
const STACK_BYTES: usize = 16 << 20;

impl PaperPrinter {
    /// Chooses the fonts now, so that what is missing shows at start.
    pub fn open(font_dirs: &[PathBuf]) -> std::io::Result<PaperPrinter> {
        let (queue, jobs) = mpsc::channel();
        let missing = match Fonts::load(font_dirs).and_then(paper::Printer::new) {
            Ok(press) => {
                let builder = std::thread::Builder::new()
                    .name("printer".to_owned())
                    .stack_size(STACK_BYTES);
                builder.spawn(move || work(&press, &jobs))?;
                None
            }
            Err(problem) => Some(problem),
        };
        Ok(PaperPrinter {
            queue: Mutex::new(queue),
            missing,
        })
    }

    /// Why nothing can be printed, in both languages.
    pub fn missing(&self) -> Option<String> {
        self.missing.as_ref().map(ToString::to_string)
    }

    /// Waits for the thread's answer; without one the print failed inside.
    fn ask(
        &self,
        print: impl FnOnce(&paper::Printer) -> Result<paper::Printed, PaperProblem> + Send + 'static,
    ) -> Result<Printed, PrintProblem> {
        if let Some(problem) = &self.missing {
            return Err(told(problem));
        }
        let (answer, answered) = mpsc::channel();
        let job: Job = Box::new(move |press| {
            // Whoever asked may have gone; the paper is then printed for nobody.
            let _ = answer.send(print(press));
        });
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        queue.send(job).map_err(|_| stumbled())?;
        let printed = answered.recv().map_err(|_| stumbled())?;
        printed
            .map(|p| Printed {
                pdf: p.pdf,
                pages: p.pages,
            })
            .map_err(|p| told(&p))
    }
}

/// A panic ends the print and not the thread.
fn work(press: &paper::Printer, jobs: &mpsc::Receiver<Job>) {
    for job in jobs {
        if catch_unwind(AssertUnwindSafe(|| job(press))).is_err() {
            tracing::error!("a print failed inside the layout");
        }
    }
}

fn stumbled() -> PrintProblem {
    PrintProblem {
        field: String::new(),
        zh: "打印程序内部出错，已记入运行日志".to_owned(),
        en: "the printer failed inside; see the running log".to_owned(),
    }
}

impl Printer for PaperPrinter {
    fn print(&self, jobs: &[PrintJob], by: Option<&PrintedBy>) -> Result<Printed, PrintProblem> {
        let papers = jobs.iter().map(paper_of).collect::<Result<Vec<_>, _>>()?;
        let printed = by.map(|by| paper::printed_by(&PersonName::new(&by.name), &by.police_number, by.at));
        self.ask(move |press| press.render_batch(&papers, &printed.unwrap_or_default()))
    }

    fn officer_card(&self, name: &str, police_number: &str, org: &str) -> Result<Printed, PrintProblem> {
        let (name, number, org) = (PersonName::new(name), police_number.to_owned(), org.to_owned());
        self.ask(move |press| press.officer_card_pdf(&name, &number, &org))
    }
}

fn paper_of(job: &PrintJob) -> Result<(Paper, Purpose), PrintProblem> {
    let paper = paper::paper_of(&job.kind, &job.snapshot).map_err(|p| told(&p))?;
    let purpose = match job.purpose {
        PrintPurpose::Draft => Purpose::Draft,
        PrintPurpose::Original => Purpose::Original,
        PrintPurpose::Reprint => Purpose::Reprint {
            mark: "补印".to_owned(),
        },
        PrintPurpose::BankUpload => Purpose::BankUpload,
    };
    Ok((paper, purpose))
}

fn told(problem: &PaperProblem) -> PrintProblem {
    let PaperProblem::Refused(faults) = problem else {
        let words = problem.to_string();
        let (zh, en) = words.split_once(" / ").unwrap_or((&words, &words));
        return PrintProblem {
            field: String::new(),
            zh: zh.to_owned(),
            en: en.to_owned(),
        };
    };
    let join = |of: fn(&paper::Fault) -> String, between: &str| {
        faults.iter().map(of).collect::<Vec<_>>().join(between)
    };
    PrintProblem {
        field: faults.first().map(|f| f.field.clone()).unwrap_or_default(),
        zh: join(|f| format!("{}：{}", f.field, f.zh), "；"),
        en: join(|f| format!("{}: {}", f.field, f.en), "; "),
    }
}
