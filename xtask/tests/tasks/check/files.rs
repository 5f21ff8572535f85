use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;

use super::*;

/// Creates a temporary folder with these files.
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
fn edited_generated_file_is_stale() {
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
fn missing_truncated_and_orphaned_files_are_found() {
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
    // Only a line ending differs.
    fs::write(&b, "b").unwrap();
    fs::write(&a, &files[Path::new("server/api/src/a.rs")]).unwrap();
    fs::remove_file(&old).unwrap();
    assert_eq!(
        rules(&generated::compare(&files, folder.path())),
        ["stale-generated-file server/api/src/b.rs:2:1"]
    );
}

#[test]
fn change_outside_of_emission_makes_files_stale() {
    let contract = contract();
    for (pointer, key) in [
        ("/paths/~1v1~1links~1{link_id}/put/responses", "503"),
        ("/components/responses/TooManyRequests/headers", "Retry-After"),
    ] {
        let mutant = parse(&changed(contract.document(), pointer, remove(key)));
        let report = check(&mutant, emitted(), &root()).unwrap();
        let findings = report.findings.iter().filter(|one| !one.file.starts_with(DOCS));
        let rules = findings.map(|finding| finding.rule.as_str());
        // The components of a removed status become unused, and the status was released.
        let others = ["unused-component", "version-too-low"];
        let rules: Vec<_> =
            rules.filter(|rule| !others.contains(rule) && !rule.starts_with("change-")).collect();
        // The file of the stub, and for a status that of the client.
        assert!(rules.iter().all(|rule| *rule == "stale-generated-file"), "{rules:?}");
        assert_eq!(rules.len(), 1 + usize::from(key == "503"), "{pointer} {key}");
    }
}
