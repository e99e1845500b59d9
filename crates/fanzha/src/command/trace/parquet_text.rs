//! A Parquet table as the CSV text that it would be, so that one reader checks both. Whole numbers only; other columns
//! keep their name and stand empty.

use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::Field;
use std::fmt::Write;

pub fn text(bytes: Vec<u8>) -> Result<Vec<u8>, ParquetError> {
    rows(bytes::Bytes::from(bytes))
}

fn rows(bytes: impl ChunkReader + 'static) -> Result<Vec<u8>, ParquetError> {
    let reader = SerializedFileReader::new(bytes)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
    let mut text = names.join(",");
    text.push('\n');
    for row in reader.get_row_iter(None)? {
        let row = row?;
        for (nth, (_, field)) in row.get_column_iter().enumerate() {
            let comma = if nth > 0 { "," } else { "" };
            let _ = match whole(field) {
                Some(number) => write!(text, "{comma}{number}"),
                None => write!(text, "{comma}"),
            };
        }
        text.push('\n');
    }
    Ok(text.into_bytes())
}

fn whole(field: &Field) -> Option<i128> {
    match field {
        Field::Bool(value) => Some(i128::from(*value)),
        Field::Byte(value) => Some(i128::from(*value)),
        Field::Short(value) => Some(i128::from(*value)),
        Field::Int(value) => Some(i128::from(*value)),
        Field::Long(value) | Field::TimestampMillis(value) => Some(i128::from(*value)),
        Field::UByte(value) => Some(i128::from(*value)),
        Field::UShort(value) => Some(i128::from(*value)),
        Field::UInt(value) => Some(i128::from(*value)),
        Field::ULong(value) => Some(i128::from(*value)),
        _ => None,
    }
}
