//! Reads one regular file that somebody else wrote: never a link, a directory, a pipe or a device, and never more than
//! a given number of bytes.

use bankwire::{Reason, WireProblem};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The bytes of a regular file of at most `cap` bytes. Anything else is refused at once: the path is looked at before
/// it is opened, so that no device is touched, and opened without following a link or waiting for a writer, so that a
/// path changed in between is refused too.
pub fn read_regular_file(path: &Path, cap: usize) -> Result<Vec<u8>, WireProblem> {
    read_with_metadata(path, cap).map(|(bytes, _)| bytes)
}

pub(crate) fn read_with_metadata(path: &Path, cap: usize) -> Result<(Vec<u8>, Metadata), WireProblem> {
    check_kind(&fs::symlink_metadata(path).map_err(unreadable)?)?;
    let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_NOCTTY;
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    check_kind(&metadata)?;
    if metadata.len() > cap as u64 {
        return Err(problem(Reason::TooLarge));
    }
    let bytes = read_at_most(&mut file, cap)?;
    Ok((bytes, metadata))
}

/// The size may have grown since it was asked for, so the reading itself is bounded as well.
fn read_at_most(file: &mut File, cap: usize) -> Result<Vec<u8>, WireProblem> {
    let mut bytes = Vec::new();
    file.take(cap as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > cap {
        Err(problem(Reason::TooLarge))
    } else {
        Ok(bytes)
    }
}

fn check_kind(metadata: &Metadata) -> Result<(), WireProblem> {
    if metadata.file_type().is_file() {
        Ok(())
    } else {
        Err(problem(Reason::NotRegularFile))
    }
}

fn unreadable(error: io::Error) -> WireProblem {
    match error.raw_os_error() {
        Some(libc::ELOOP | libc::ENXIO) => problem(Reason::NotRegularFile),
        _ => problem(Reason::Unreadable).with(error.kind().to_string()),
    }
}

fn problem(reason: Reason) -> WireProblem {
    WireProblem::new("file", reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    #[test]
    fn only_regular_files_within_the_cap_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("file"), b"12345").unwrap();
        fs::create_dir(path("dir")).unwrap();
        symlink(path("file"), path("link")).unwrap();
        symlink(path("nowhere"), path("dangling")).unwrap();
        let fifo = Command::new("mkfifo").arg(path("fifo")).status().unwrap();
        assert!(fifo.success());
        let _socket = UnixListener::bind(path("socket")).unwrap();

        assert_eq!(read_regular_file(&path("file"), 5).unwrap(), b"12345");
        for (name, cap, reason) in [
            ("file", 4, Reason::TooLarge),
            ("dir", 9, Reason::NotRegularFile),
            ("link", 9, Reason::NotRegularFile),
            ("dangling", 9, Reason::NotRegularFile),
            ("fifo", 9, Reason::NotRegularFile),
            ("socket", 9, Reason::NotRegularFile),
            ("absent", 9, Reason::Unreadable),
        ] {
            assert_eq!(
                read_regular_file(&path(name), cap).unwrap_err().reason,
                reason,
                "{name}"
            );
        }
        assert_eq!(
            read_regular_file(Path::new("/dev/zero"), 9).unwrap_err().reason,
            Reason::NotRegularFile
        );
        assert_eq!(
            read_regular_file(Path::new("/proc/self/fd/0"), 9)
                .unwrap_err()
                .reason,
            Reason::NotRegularFile
        );
    }
}
