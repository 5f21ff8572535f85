//! The file of the rows that failed, in the format of the file that they come from.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use tempfile::NamedTempFile;

use crate::cli::bulk::inputs::ERROR;
use crate::cli::bulk::rows::Content;

/// The file for the rows that failed. It appears under its name when it is complete.
pub(super) struct FailureFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl FailureFile {
    /// Creates the file before any request is sent, so that a path that cannot be written does no harm.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        if path.exists() && !path.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        // A symbolic link stays: its target is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let file = NamedTempFile::new_in(parent.unwrap_or(Path::new(".")))?;
        Ok(FailureFile { path, file })
    }

    /// Writes the rows with these positions, each with its reason in a column `error`.
    pub(super) fn write(self, content: &Content, failed: &[(usize, String)]) -> io::Result<()> {
        let mut out = BufWriter::new(self.file);
        match content {
            Content::Csv { header, records } => write_csv(header, records, failed, &mut out)?,
            Content::JsonLines(objects) => {
                for (position, reason) in failed {
                    let mut object = objects[*position].clone();
                    object.insert(ERROR.to_owned(), reason.as_str().into());
                    serde_json::to_writer(&mut out, &object)?;
                    writeln!(out)?;
                }
            }
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        // The rows must not be lost: if the file cannot get its name, it keeps the temporary one.
        file.persist(self.path).map(drop).map_err(|error| match error.file.keep() {
            Ok((_, path)) => {
                let problem = format!("{}; the rows are in {}", error.error, path.display());
                io::Error::new(error.error.kind(), problem)
            }
            Err(_) => error.error,
        })
    }
}

fn write_csv(
    header: &StringRecord,
    records: &[StringRecord],
    failed: &[(usize, String)],
    out: &mut dyn Write,
) -> io::Result<()> {
    // The reasons of an earlier run are dropped.
    let own = |record: &StringRecord| {
        let cells = header.iter().zip(record).filter(|(name, _)| *name != ERROR);
        cells.map(|(_, cell)| cell.to_owned()).collect::<Vec<_>>()
    };
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(own(header).iter().map(String::as_str).chain([ERROR]))?;
    for (position, reason) in failed {
        let cells = own(&records[*position]);
        writer.write_record(cells.iter().map(String::as_str).chain([reason.as_str()]))?;
    }
    writer.flush()
}
