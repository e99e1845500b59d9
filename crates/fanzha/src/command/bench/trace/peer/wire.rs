//! The least of PostgreSQL's protocol that one client needs over a local socket: nothing of a driver's cost is counted
//! against the peer.

use std::io::{self, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

pub struct Client {
    stream: BufReader<UnixStream>,
    message: Vec<u8>,
}

impl Client {
    pub fn connect(socket: &Path, user: &str) -> io::Result<Client> {
        let stream = BufReader::with_capacity(1 << 16, UnixStream::connect(socket)?);
        let mut client = Client {
            stream,
            message: Vec::new(),
        };
        let mut hello = 196_608u32.to_be_bytes().to_vec();
        for text in ["user", user, "database", "postgres", ""] {
            hello.extend_from_slice(text.as_bytes());
            hello.push(0);
        }
        let mut bytes = (hello.len() as u32 + 4).to_be_bytes().to_vec();
        bytes.append(&mut hello);
        client.send(&bytes)?;
        client.until_ready(|_| ())?;
        Ok(client)
    }

    pub fn run(&mut self, sql: &str) -> io::Result<()> {
        let query = message(b'Q', &[sql.as_bytes(), b"\0"].concat());
        self.send(&query)?;
        self.until_ready(|_| ())
    }

    pub fn prepare(&mut self, name: &str, sql: &str) -> io::Result<()> {
        let parse = message(
            b'P',
            &[name.as_bytes(), b"\0", sql.as_bytes(), b"\0\0\0"].concat(),
        );
        self.send(&[parse, message(b'S', b"")].concat())?;
        self.until_ready(|_| ())
    }

    /// Runs a prepared statement with one number and gives every row's fields, which are numbers in binary form.
    pub fn rows(&mut self, name: &str, number: i64) -> io::Result<Vec<(i64, i64)>> {
        let mut bind = [b"\0", name.as_bytes(), b"\0"].concat();
        bind.extend_from_slice(&[0, 1, 0, 1]); // all parameters in binary form
        bind.extend_from_slice(&[0, 1, 0, 0, 0, 8]); // one parameter of eight bytes
        bind.extend_from_slice(&number.to_be_bytes());
        bind.extend_from_slice(&[0, 1, 0, 1]); // all results in binary form
        let all = [
            message(b'B', &bind),
            message(b'E', b"\0\0\0\0\0"),
            message(b'S', b""),
        ];
        self.send(&all.concat())?;
        let mut rows = Vec::new();
        self.until_ready(|row| rows.push((number_at(row, 2), number_at(row, 2 + 4 + 8))))?;
        Ok(rows)
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Reads messages until the server is ready for the next; each row of data is told.
    fn until_ready(&mut self, mut row: impl FnMut(&[u8])) -> io::Result<()> {
        let mut failed = None;
        loop {
            let mut head = [0; 5];
            self.stream.read_exact(&mut head)?;
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
            self.message.resize(length.saturating_sub(4), 0);
            self.stream.read_exact(&mut self.message)?;
            match head[0] {
                b'D' => row(&self.message),
                b'E' => failed = Some(String::from_utf8_lossy(&self.message).replace('\0', " ")),
                b'Z' => return failed.map_or(Ok(()), |text| Err(io::Error::other(text))),
                _ => {}
            }
        }
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend_from_slice(&(body.len() as u32 + 4).to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// The field of eight bytes whose length stands at `at`.
fn number_at(row: &[u8], at: usize) -> i64 {
    let field = row.get(at + 4..at + 12).and_then(|bytes| bytes.try_into().ok());
    field.map_or(0, i64::from_be_bytes)
}
