//! The road to the banks over the platform's four directories, for `app`. The steps on the disk are `exchange`'s; here
//! they leave the threads that answer people.

use app::ports::{Arrival, OutgoingFile, Place, Transport, TransportProblem};
use async_trait::async_trait;
use exchange::{Arrived, Directories, ExchangeProblem, Folder, Keep, Police};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

pub struct FourDirectories {
    police: Police,
    /// Which file each arrival of the last look was: a name may come to stand for a newer file.
    seen: Mutex<HashMap<(&'static str, String), exchange::Place>>,
}

/// A message without its end that is younger than this may come from a writer that does not rename.
const STILL_WRITING: Duration = Duration::from_secs(5);
/// Half-written files of ours older than this were left by a crash.
const LEFT_OVER: Duration = Duration::from_secs(600);

impl FourDirectories {
    /// Makes what is missing of the four and removes what a crash left half-written.
    pub fn open(directories: Directories, keep: Keep) -> Result<FourDirectories, ExchangeProblem> {
        let police = Police::open(directories, keep)?;
        if let Some(before) = SystemTime::now().checked_sub(LEFT_OVER) {
            police.sweep(before)?;
        }
        Ok(FourDirectories {
            police,
            seen: Mutex::default(),
        })
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        step: impl FnOnce(Police) -> Result<T, ExchangeProblem> + Send + 'static,
    ) -> Result<T, TransportProblem> {
        let police = self.police.clone();
        let done = tokio::task::spawn_blocking(move || step(police)).await;
        done.map_err(|e| TransportProblem(e.to_string()))?
            .map_err(|e| TransportProblem(e.to_string()))
    }

    fn place_of(&self, arrival: &Arrival) -> Option<exchange::Place> {
        self.seen
            .lock()
            .unwrap_or_else(|p| p.into_inner())
            .get(&(arrival.place.slug(), arrival.name.clone()))
            .cloned()
    }
}

#[async_trait]
impl Transport for FourDirectories {
    async fn send(&self, file: &OutgoingFile) -> Result<(), TransportProblem> {
        let OutgoingFile { name, bytes } = file.clone();
        self.on_disk(move |police| police.send(&name, &bytes))
            .await
            .map(drop)
    }

    async fn arrivals(&self, limit: usize) -> Result<Vec<Arrival>, TransportProblem> {
        let batch = self.on_disk(move |police| police.poll(limit)).await?;
        let now = SystemTime::now();
        let whole = batch.arrived.into_iter().filter(|file| !still_writing(file, now));
        let (places, arrivals): (HashMap<_, _>, Vec<_>) = whole
            .filter_map(arrival)
            .map(|(place, a)| (((a.place.slug(), a.name.clone()), place), a))
            .unzip();
        *self.seen.lock().unwrap_or_else(|p| p.into_inner()) = places;
        Ok(arrivals)
    }

    async fn settle(&self, arrival: &Arrival) -> Result<(), TransportProblem> {
        let Some(place) = self.place_of(arrival) else {
            return Ok(());
        };
        self.on_disk(move |police| police.acknowledge(&place))
            .await
            .map(drop)
    }

    async fn quarantine(&self, arrival: &Arrival, why: &str) -> Result<(), TransportProblem> {
        let Some(place) = self.place_of(arrival) else {
            return Ok(());
        };
        let why = why.to_owned();
        self.on_disk(move |police| police.quarantine(&place, &why))
            .await
            .map(drop)
    }
}

fn arrival(file: Arrived) -> Option<(exchange::Place, Arrival)> {
    let place = match file.place.folder {
        Folder::Response => Place::Response,
        Folder::Downstream => Place::Downstream,
        Folder::Error => Place::Error,
        Folder::Upstream => return None,
    };
    let content = file.content.map_err(|problem| problem.to_string());
    let arrival = Arrival {
        place,
        name: file.place.base_name(),
        content,
    };
    Some((file.place, arrival))
}

/// Young and without the end of a message.
fn still_writing(file: &Arrived, now: SystemTime) -> bool {
    let young = file
        .modified
        .is_some_and(|at| now.duration_since(at).unwrap_or_default() < STILL_WRITING);
    let Ok(bytes) = &file.content else { return false };
    let text = bytes.trim_ascii_end();
    young && !text.ends_with(b"</Response>") && !text.ends_with(b"</Request>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(future)
    }

    #[test]
    fn files_are_seen_settled_and_put_aside_once() {
        let root = tempfile::tempdir().unwrap();
        let directories = Directories::under(root.path());
        let road = FourDirectories::open(directories.clone(), Keep::InDone).unwrap();
        fs::write(directories.response.join("a.xml"), "<Response></Response>").unwrap();
        fs::write(directories.downstream.join("b.xml"), "<Response></Response>\n").unwrap();
        fs::write(directories.downstream.join("half.xml"), "<Response><Head>").unwrap();
        let names = |found: &[Arrival]| {
            found
                .iter()
                .map(|a| (a.place.slug(), a.name.clone()))
                .collect::<Vec<_>>()
        };
        let found = run(road.arrivals(10)).unwrap();
        assert_eq!(
            names(&found),
            [
                ("response", "a.xml".to_owned()),
                ("downstream", "b.xml".to_owned())
            ],
            "half a file has to wait"
        );
        for _ in 0..2 {
            run(road.settle(&found[0])).unwrap();
            run(road.quarantine(&found[1], "no message")).unwrap();
        }
        assert!(run(road.arrivals(10)).unwrap().is_empty());
        assert!(
            directories.response.join("done/a.xml").is_file()
                && directories.downstream.join("bad/b.xml").is_file()
        );
        let old = SystemTime::now() - Duration::from_secs(60);
        fs::File::open(directories.downstream.join("half.xml"))
            .unwrap()
            .set_modified(old)
            .unwrap();
        assert_eq!(
            names(&run(road.arrivals(10)).unwrap()),
            [("downstream", "half.xml".to_owned())]
        );
    }

    #[test]
    fn a_request_leaves_whole_and_may_leave_again() {
        let root = tempfile::tempdir().unwrap();
        let directories = Directories::under(root.path());
        let road = FourDirectories::open(directories.clone(), Keep::Nothing).unwrap();
        let file = OutgoingFile {
            name: "x.xml".into(),
            bytes: b"<Request/>".to_vec(),
        };
        run(road.send(&file)).unwrap();
        run(road.send(&file)).unwrap();
        assert_eq!(
            fs::read(directories.upstream.join("x.xml")).unwrap(),
            b"<Request/>"
        );
        let other = OutgoingFile {
            bytes: b"other".to_vec(),
            ..file
        };
        assert!(run(road.send(&other)).is_err());
    }
}
