//! The Rust documentation of the client, as a part of the site.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use agenthuman_docs::{Page, Site};

/// Where it is in the site.
const FOLDER: &str = "rust";

/// Runs `cargo doc` and adds its files.
pub fn add(site: &mut Site, root: &Path) -> Result<(), Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // of its own: the usual folder has what others have documented
    let target = std::env::temp_dir().join(format!("agenthuman-links-doc-{}", std::process::id()));
    let status = Command::new(cargo)
        .args(["doc", "--quiet", "--no-deps", "--package", "agenthuman-links", "--target-dir"])
        .arg(&target)
        .current_dir(root)
        .status()?;
    let added = if status.success() {
        add_folder(site, &target.join("doc"), FOLDER)
    } else {
        Err("the client could not be documented".into())
    };
    fs::remove_dir_all(&target)?;
    added
}

fn add_folder(site: &mut Site, folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        let Some(file) = path.file_name() else { continue };
        let name = format!("{name}/{}", file.display());
        if path.is_dir() {
            add_folder(site, &path, &name)?;
        } else if !name.ends_with("/.lock") {
            site.insert(name, Page { bytes: fs::read(&path)?, copy_of: None });
        }
    }
    Ok(())
}
