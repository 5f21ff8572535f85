//! Facts about this repository.

use xtask::root;

#[test]
fn the_badges_are_of_workflows_that_exist() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let workflows = root().join(".github/workflows");
    let mut badges = readme.split("actions/workflows/").skip(1).peekable();
    assert!(badges.peek().is_some());
    for badge in badges {
        let name = badge.split(['/', ')']).next().unwrap_or_default();
        assert!(workflows.join(name).is_file(), "no workflow {name}");
    }
}
