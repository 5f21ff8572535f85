//! The Rust documentation of a package, as a part of the site.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::site::{Site, SiteFile};

/// Its folder in the site.
pub(crate) const FOLDER: &str = "rust";

/// Runs `cargo doc` for a package of the repository `root`, and adds its files to the site.
pub(crate) fn add(site: &mut Site, root: &Path, package: &str) -> Result<(), Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // A folder of its own: the default one can contain the documentation of other packages.
    let target = std::env::temp_dir().join(format!("{package}-doc-{}", std::process::id()));
    let status = Command::new(cargo)
        .args(["doc", "--quiet", "--no-deps", "--package", package, "--target-dir"])
        .arg(&target)
        .current_dir(root)
        .status()
        .map_err(|error| format!("failed to run `cargo doc`: {error}"))?;
    let added = if status.success() {
        add_folder(site, &target.join("doc"), FOLDER)
    } else {
        Err(format!("`cargo doc` failed for the package `{package}`").into())
    };
    let removed = fs::remove_dir_all(&target);
    added?;
    removed.map_err(|error| format!("failed to delete {}: {error}", target.display()).into())
}

fn add_folder(site: &mut Site, folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        let Some(file) = path.file_name() else { continue };
        let name = format!("{name}/{}", file.display());
        if path.is_dir() {
            add_folder(site, &path, &name)?;
        } else if !name.ends_with("/.lock") {
            site.insert(name, SiteFile { bytes: fs::read(&path)?, copy_of: None });
        }
    }
    Ok(())
}
