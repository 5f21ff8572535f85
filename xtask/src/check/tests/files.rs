use std::fs;

use super::*;
use crate::generate::{self, GeneratedFile};

/// A folder with the generated files in it, removed when it is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str, files: &[GeneratedFile]) -> Self {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        for file in files {
            let path = folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.text).unwrap();
        }
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn rules(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {}", finding.rule, finding.at())).collect()
}

#[test]
fn a_generated_file_that_was_edited() {
    let files = generate::generate(&contract()).unwrap();
    let folder = Folder::new("edited", &files);
    assert_eq!(freshness::compare(&files, &folder.0), []);

    let path = Path::new("server/api/src/types.rs");
    let text = fs::read_to_string(folder.0.join(path)).unwrap();
    let edited = text.replacen("maximum: Some(9_007_199_254_740_991)", "maximum: Some(1000)", 1);
    assert_ne!(edited, text);
    fs::write(folder.0.join(path), &edited).unwrap();
    let line = 1 + text.lines().zip(edited.lines()).position(|(one, other)| one != other).unwrap();
    let findings = freshness::compare(&files, &folder.0);
    assert_eq!(
        rules(&findings),
        [format!("stale-generated-file server/api/src/types.rs:{line}:1")]
    );
    assert_eq!(findings[0].statements[0].text, "`maximum: Some(9_007_199_254_740_991),`");
    assert_eq!(findings[0].statements[1].text, "`maximum: Some(1000),`");
    assert_eq!(findings[0].mend, "cargo xtask generate");
}

#[test]
fn a_generated_file_that_is_missing_cut_or_too_much() {
    let file = |name: &str, text: &str| GeneratedFile {
        path: Path::new("src").join(name),
        text: text.to_owned(),
    };
    let files = [file("a.rs", "// by `cargo xtask generate`\nfn a() {}\n"), file("b.rs", "b\n")];
    let folder = Folder::new("missing", &files);
    fs::remove_file(folder.0.join("src/b.rs")).unwrap();
    fs::write(folder.0.join("src/a.rs"), "// by `cargo xtask generate`\n").unwrap();
    fs::write(folder.0.join("src/old.rs"), "// by `cargo xtask generate`\n").unwrap();
    fs::write(folder.0.join("src/mine.rs"), "// by hand\n").unwrap();
    assert_eq!(
        rules(&freshness::compare(&files, &folder.0)),
        [
            "stale-generated-file src/a.rs:2:1",
            "missing-generated-file src/b.rs",
            "orphaned-generated-file src/old.rs",
        ]
    );
    // Only the end of a line differs.
    fs::write(folder.0.join("src/b.rs"), "b").unwrap();
    fs::write(folder.0.join("src/a.rs"), &files[0].text).unwrap();
    fs::remove_file(folder.0.join("src/old.rs")).unwrap();
    assert_eq!(
        rules(&freshness::compare(&files, &folder.0)),
        ["stale-generated-file src/b.rs:2:1"]
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
        let report = check(&mutant, &emitted(&mutant).unwrap(), &root()).unwrap();
        let rules = report.findings.iter().map(|finding| finding.rule.as_str());
        // What only the removed status referred to is not used any more; and it was released.
        let others = ["unused-component", "version-too-low"];
        let rules: Vec<_> =
            rules.filter(|rule| !others.contains(rule) && !rule.starts_with("change-")).collect();
        // The stub's file, and for a status the client's.
        assert!(rules.iter().all(|rule| *rule == "stale-generated-file"), "{rules:?}");
        assert_eq!(rules.len(), 1 + usize::from(key == "503"), "{pointer} {key}");
    }
}
