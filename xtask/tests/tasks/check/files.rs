use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder with these files in it.
pub fn folder(files: &BTreeMap<PathBuf, String>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn rules(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {}", finding.rule, finding.at())).collect()
}

#[test]
fn a_generated_file_that_was_edited() {
    let files = stub_and_client(&contract()).files;
    let folder = folder(&files);
    assert_eq!(generated::compare(&files, folder.path()), []);

    let path = Path::new("server/api/src/types.rs");
    let text = fs::read_to_string(folder.path().join(path)).unwrap();
    let edited = text.replacen("maximum: Some(9_007_199_254_740_991)", "maximum: Some(1000)", 1);
    assert_ne!(edited, text);
    fs::write(folder.path().join(path), &edited).unwrap();
    let line = 1 + text.lines().zip(edited.lines()).position(|(one, other)| one != other).unwrap();
    let findings = generated::compare(&files, folder.path());
    assert_eq!(
        rules(&findings),
        [format!("stale-generated-file server/api/src/types.rs:{line}:1")]
    );
    assert_eq!(findings[0].statements[0].text, "`maximum: Some(9_007_199_254_740_991),`");
    assert_eq!(findings[0].statements[1].text, "`maximum: Some(1000),`");
    assert_eq!(findings[0].fix, "cargo xtask generate");
}

#[test]
fn a_generated_file_that_is_missing_cut_or_too_much() {
    let [a, b] = ["a.rs", "b.rs"].map(|name| Path::new("server/api/src").join(name));
    let text = "// by `cargo xtask generate`\nfn a() {}\n".to_owned();
    let files = BTreeMap::from([(a.clone(), text), (b.clone(), "b\n".to_owned())]);
    let folder = folder(&files);
    let [a, b] = [a, b].map(|path| folder.path().join(path));
    let old = a.with_file_name("deeper/old.rs");
    fs::remove_file(&b).unwrap();
    fs::write(&a, "// by `cargo xtask generate`\n").unwrap();
    fs::create_dir(old.parent().unwrap()).unwrap();
    fs::write(&old, "").unwrap();
    assert_eq!(
        rules(&generated::compare(&files, folder.path())),
        [
            "stale-generated-file server/api/src/a.rs:2:1",
            "missing-generated-file server/api/src/b.rs",
            "orphaned-generated-file server/api/src/deeper/old.rs",
        ]
    );
    // Only the end of a line differs.
    fs::write(&b, "b").unwrap();
    fs::write(&a, &files[Path::new("server/api/src/a.rs")]).unwrap();
    fs::remove_file(&old).unwrap();
    assert_eq!(
        rules(&generated::compare(&files, folder.path())),
        ["stale-generated-file server/api/src/b.rs:2:1"]
    );
}

#[test]
fn a_change_that_the_emission_cannot_show_makes_files_stale() {
    let contract = contract();
    for (pointer, key) in [
        ("/paths/~1v1~1links~1{link_id}/put/responses", "503"),
        ("/components/responses/TooManyRequests/headers", "Retry-After"),
    ] {
        let mutant = parse(&changed(contract.document(), pointer, remove(key)));
        let report = check(&mutant, emitted(), &root()).unwrap();
        let findings = report.findings.iter().filter(|one| !one.file.starts_with(DOCS));
        let rules = findings.map(|finding| finding.rule.as_str());
        // What only the removed status referred to is not used any more; and it was released.
        let others = ["unused-component", "version-too-low"];
        let rules: Vec<_> =
            rules.filter(|rule| !others.contains(rule) && !rule.starts_with("change-")).collect();
        // The stub's file, and for a status the client's.
        assert!(rules.iter().all(|rule| *rule == "stale-generated-file"), "{rules:?}");
        assert_eq!(rules.len(), 1 + usize::from(key == "503"), "{pointer} {key}");
    }
}
