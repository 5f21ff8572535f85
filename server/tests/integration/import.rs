//! `links-server import`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{LINK_ID, documented_link, link_with};
use crate::process::{Done, Workspace};

fn import(workspace: &Workspace, account: &str, text: impl AsRef<[u8]>) -> Done {
    workspace.write("links.json", text);
    workspace.run(&["import", "--database", "sqlite:links.db", "--account", account, "links.json"])
}

/// Returns the link through an update with `{}`, if the account has the link.
fn read_link(workspace: &Workspace, link_id: &str) -> Option<Value> {
    let key = workspace.key();
    let server = workspace.serve(&["--database", "sqlite:links.db", "--bind", "127.0.0.1:0"]);
    let (status, body) = server.put(&key, link_id, "{}");
    (status == 200).then(|| body["link"].clone())
}

#[test]
fn import_accepts_every_form_of_file() {
    let response = json!({ "success": true, "link": documented_link() });
    let list = json!([documented_link(), link_with("lnk_2", json!({ "name": null }))]);
    let listing = json!({ "success": true, "links": list, "next_cursor": "c" });
    for (text, count) in [(response, 1), (list.clone(), 2), (listing, 2)] {
        let workspace = Workspace::new();
        let summary = import(&workspace, "acme", text.to_string()).succeeded();
        assert_eq!(
            summary,
            format!(
                "agents: {count} imported, 0 replaced, 0 unchanged, 0 different and kept\n\
                 links: {count} imported, 0 replaced, 0 unchanged, 0 different and kept\n"
            )
        );
        assert_eq!(read_link(&workspace, LINK_ID), Some(documented_link()));
    }
    let workspace = Workspace::new();
    import(&workspace, "acme", "[]").succeeded();
}

#[test]
fn second_import_changes_nothing() {
    let workspace = Workspace::new();
    import(&workspace, "acme", json!([documented_link()]).to_string()).succeeded();
    let summary = import(&workspace, "acme", json!([documented_link()]).to_string()).succeeded();
    assert!(summary.contains("links: 0 imported, 0 replaced, 1 unchanged, 0 different"));
}

#[test]
fn import_does_not_change_existing_link() {
    let workspace = Workspace::new();
    import(&workspace, "acme", json!([documented_link()]).to_string()).succeeded();
    let links =
        json!([link_with(LINK_ID, json!({ "name": "Other" })), link_with("lnk_2", json!({}))]);
    let summary = import(&workspace, "acme", links.to_string()).succeeded();
    assert!(summary.contains("links: 1 imported, 0 replaced, 0 unchanged, 1 different and kept\n"));
    assert!(summary.ends_with("`--replace` replaces what is different\n"), "{summary}");
    assert_eq!(read_link(&workspace, LINK_ID), Some(documented_link()));
    assert!(read_link(&workspace, "lnk_2").is_some());
}

#[test]
fn import_does_not_change_existing_agent() {
    let workspace = Workspace::new();
    import(&workspace, "acme", json!([documented_link()]).to_string()).succeeded();
    let mut link = link_with("lnk_2", json!({ "agent": documented_link()["agent"] }));
    link["agent"]["name"] = json!("Renamed");
    let summary = import(&workspace, "acme", json!([link]).to_string()).succeeded();
    assert!(
        summary.contains("agents: 0 imported, 0 replaced, 0 unchanged, 1 different and kept\n")
    );
    assert!(summary.contains("links: 1 imported"), "{summary}");
    assert_eq!(read_link(&workspace, "lnk_2").unwrap()["agent"], documented_link()["agent"]);
}

#[test]
fn import_rejects_link_of_another_account() {
    let workspace = Workspace::new();
    import(&workspace, "other", json!([documented_link()]).to_string()).succeeded();
    let links = format!("[\n{},\n{}]", link_with("lnk_2", json!({})), documented_link());
    let done = import(&workspace, "acme", links);
    done.failed(1, &["links.json:3: ", LINK_ID, "another account"]);
    let links = json!([link_with("lnk_3", json!({ "agent": documented_link()["agent"] }))]);
    let done = import(&workspace, "acme", links.to_string());
    done.failed(1, &["links.json:1: ", "agnt_01J8ZK4R2N5M6P7Q8W4T", "another account"]);
    assert_eq!(read_link(&workspace, "lnk_2"), None, "the import is not atomic");
}

#[test]
fn import_of_invalid_file_changes_nothing_and_names_line() {
    // line 1 is `[`, followed by a valid link and an invalid one
    let good = serde_json::to_string_pretty(&link_with("lnk_2", json!({}))).unwrap();
    let lines = good.lines().count();
    let bad = |change: &dyn Fn(&mut Value)| {
        let mut link = documented_link();
        change(&mut link);
        serde_json::to_string_pretty(&link).unwrap()
    };
    let cases: Vec<(String, &str, &str)> = vec![
        (bad(&|link| link["use_limit"] = json!(0)), "\"use_limit\"", "use_limit"),
        (
            bad(&|link| link["use_limit"] = json!(9_007_199_254_740_992_i64)),
            "\"use_limit\"",
            "use_limit",
        ),
        (bad(&|link| link["uses"] = json!(-1)), "\"uses\"", "uses"),
        (bad(&|link| link["status"] = json!("Active")), "\"status\"", "status"),
        (bad(&|link| link["expires_at"] = json!("tomorrow")), "\"expires_at\"", "expires_at"),
        (bad(&|link| link["link_id"] = json!("nonsense")), "\"link_id\"", "link_id"),
        (
            serde_json::to_string_pretty(&link_with("lnk_2", json!({}))).unwrap(),
            "\"link_id\"",
            "first at line 2",
        ),
        (bad(&|link| link["url"] = json!("https://example.com/")), "\"url\"", "url"),
        (
            bad(&|link| link["agent"]["agent_id"] = json!("nonsense")),
            "\"agent_id\": \"nonsense",
            "agent.agent_id",
        ),
        (bad(&|link| link["name"] = json!("a\0b")), "\"name\": \"a", "name"),
        (
            bad(&|link| link["agent"]["created_at"] = json!(1)),
            "\"created_at\": 1",
            "agent.created_at",
        ),
        (
            bad(&|link| link["agent"]["voice_agent"]["auth_method"] = json!("none")),
            "\"auth_method\"",
            "auth_method",
        ),
        (
            bad(&|link| {
                link["agent"].as_object_mut().unwrap().remove("name");
            }),
            "\"agent\"",
            "agent.name",
        ),
        (
            bad(&|link| {
                link.as_object_mut().unwrap().remove("uses");
            }),
            "{",
            "uses",
        ),
        (
            bad(&|_| {}).replace("\"uses\": 12", "\"uses\": 11,\n\"uses\": 12"),
            "\"uses\": 12",
            "uses",
        ),
        (bad(&|_| {}).replace("\"uses\": 12", "\"uses\" 12"), "\"uses\"", "expected"),
        ("7".to_owned(), "7", "a JSON object"),
    ];
    for (link, marker, part) in cases {
        let workspace = Workspace::new();
        let text = format!("[\n{good},\n{link}\n]");
        let within = link.lines().position(|line| line.contains(marker)).unwrap();
        let line = 1 + lines + 1 + within;
        let done = import(&workspace, "acme", text);
        done.failed(1, &[&format!("links.json:{line}: "), part]);
        assert!(!workspace.path("links.db").exists(), "an invalid file created a database");
    }
}

#[test]
fn import_rejects_files_without_links() {
    let workspace = Workspace::new();
    for text in [
        "",
        "{}",
        "7",
        "null",
        "\"text\"",
        "[",
        r#"{"error": "API key required"}"#,
        r#"{"link": null}"#,
    ] {
        import(&workspace, "acme", text).failed(1, &["links.json:1: "]);
    }
    let misspelt = r#"{"agents": [], "linkz": []}"#;
    import(&workspace, "acme", misspelt).failed(1, &["links.json:1: ", "linkz"]);
    for text in ["null", "5", "\"x\"", "{}"] {
        let expected = "expected a list of links, or an object with `link`, `links` or `agents`";
        import(&workspace, "acme", text).failed(1, &[expected]);
    }
    import(&workspace, "acme", b"[\n\xff]").failed(1, &["links.json:2: ", "UTF-8"]);
    let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
    import(&workspace, "acme", deep).failed(1, &["links.json:1: "]);
    let missing = ["import", "--database", "sqlite:links.db", "--account", "acme", "missing.json"];
    workspace.run(&missing).failed(1, &["missing.json", "No such file"]);
    assert!(!workspace.path("links.db").exists());
}

/// An import in quadratic time would take minutes.
#[test]
fn import_reads_large_file_in_linear_time() {
    let links: Vec<_> = (0..20_000)
        .map(|index| {
            let link = link_with(&format!("lnk_{index}"), json!({}));
            serde_json::to_string_pretty(&link).unwrap()
        })
        .collect();
    let workspace = Workspace::new();
    let began = Instant::now();
    let summary = import(&workspace, "acme", format!("[\n{}\n]", links.join(",\n"))).succeeded();
    assert!(summary.contains("links: 20000 imported"), "{summary}");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}
