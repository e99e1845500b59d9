//! The printer of legal papers, over `paper`. Without a Chinese font the centre still runs, and every print is refused
//! with the reason: money can be stopped by hand while somebody installs one.

use app::ports::{PrintJob, PrintProblem, PrintPurpose, Printed, Printer};
use kernel::PersonName;
use paper::{Fonts, Paper, PaperProblem, Purpose};
use std::path::PathBuf;

pub struct PaperPrinter(Result<paper::Printer, PaperProblem>);

impl PaperPrinter {
    /// Chooses the fonts now, so that what is missing shows at start.
    pub fn open(font_dirs: &[PathBuf]) -> PaperPrinter {
        PaperPrinter(Fonts::load(font_dirs).and_then(paper::Printer::new))
    }

    /// Why nothing can be printed, in both languages.
    pub fn missing(&self) -> Option<String> {
        self.0.as_ref().err().map(ToString::to_string)
    }

    fn press(&self) -> Result<&paper::Printer, PrintProblem> {
        self.0.as_ref().map_err(told)
    }
}

impl Printer for PaperPrinter {
    fn print(&self, jobs: &[PrintJob]) -> Result<Printed, PrintProblem> {
        let press = self.press()?;
        let papers = jobs.iter().map(paper_of).collect::<Result<Vec<_>, _>>()?;
        press.render_batch(&papers).map(printed).map_err(|p| told(&p))
    }

    fn officer_card(&self, name: &str, police_number: &str, org: &str) -> Result<Printed, PrintProblem> {
        let card = self.press()?.officer_card_pdf(&PersonName::new(name), police_number, org);
        card.map(printed).map_err(|p| told(&p))
    }
}

fn paper_of(job: &PrintJob) -> Result<(Paper, Purpose), PrintProblem> {
    let paper = Paper::from_json(&job.kind, &job.snapshot).map_err(|p| told(&p))?;
    let purpose = match job.purpose {
        PrintPurpose::Draft => Purpose::Draft,
        PrintPurpose::Original => Purpose::Original,
        PrintPurpose::Reprint => Purpose::Reprint { mark: "补印".to_owned() },
        PrintPurpose::BankUpload => Purpose::BankUpload,
    };
    Ok((paper, purpose))
}

fn printed(printed: paper::Printed) -> Printed {
    Printed { pdf: printed.pdf, pages: printed.pages }
}

fn told(problem: &PaperProblem) -> PrintProblem {
    let PaperProblem::Refused(faults) = problem else {
        let words = problem.to_string();
        let (zh, en) = words.split_once(" / ").unwrap_or((&words, &words));
        return PrintProblem { field: String::new(), zh: zh.to_owned(), en: en.to_owned() };
    };
    let join = |of: fn(&paper::Fault) -> String, between: &str| faults.iter().map(of).collect::<Vec<_>>().join(between);
    PrintProblem {
        field: faults.first().map(|f| f.field.clone()).unwrap_or_default(),
        zh: join(|f| format!("{}：{}", f.field, f.zh), "；"),
        en: join(|f| format!("{}: {}", f.field, f.en), "; "),
    }
}
