//! `links-server export`, `import --replace`, `accounts list` and `agents list`.

use serde_json::{Value, json};

use crate::harness::{LINK_ID, documented_link, link_with};
use crate::process::{Done, Workspace};

/// The databases of these tests: SQLite, and PostgreSQL where there is one.
fn databases(_test: &str) -> Vec<String> {
    let databases = vec!["sqlite:links.db".to_owned()];
    #[cfg(feature = "postgres")]
    let databases = {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let postgres = runtime.block_on(crate::postgres::database_url(_test));
        databases.into_iter().chain(postgres).collect()
    };
    databases
}

fn run(workspace: &Workspace, database: &str, arguments: &[&str]) -> Done {
    workspace.run(&[arguments, &["--database", database]].concat())
}

fn agent(agent_id: &str, name: &str) -> Value {
    let mut agent = documented_link()["agent"].clone();
    (agent["agent_id"], agent["name"]) = (agent_id.into(), name.into());
    agent
}

/// Links whose reported and stored status differ, and an agent without links.
fn everything() -> Value {
    let links: Vec<_> = (0..1100)
        .map(|number| {
            let status = ["active", "paused", "expired"][number % 3];
            let expires_at =
                [Value::Null, json!("2020-01-01T00:00:00.000001Z")][number % 2].clone();
            let changes = json!({
                "status": status, "expires_at": expires_at, "agent": agent("agnt_1", "One"),
                "name": if number == 7 { Value::Null } else { json!("Ünïcödé \u{1} \"\n") },
            });
            link_with(&format!("lnk_{number}"), changes)
        })
        .collect();
    json!({ "agents": [agent("agnt_2", "Two")], "links": links })
}

#[test]
fn export_is_imported_without_any_change() {
    for database in databases("export_is_imported_without_any_change") {
        let workspace = Workspace::new();
        workspace.write("all.json", everything().to_string());
        let import = ["import", "--account", "acme", "all.json"];
        run(&workspace, &database, &import).succeeded();
        workspace.write("one.json", json!([documented_link()]).to_string());
        run(&workspace, &database, &["import", "--account", "other", "one.json"]).succeeded();

        let export = ["export", "--account", "acme"];
        let exported = run(&workspace, &database, &export).succeeded();
        assert!(!exported.contains(LINK_ID), "a link of another account");
        let to_file = [&export[..], &["--output", "exported.json"]].concat();
        assert_eq!(run(&workspace, &database, &to_file).succeeded(), "");
        assert_eq!(std::fs::read_to_string(workspace.path("exported.json")).unwrap(), exported);

        let unchanged = "agents: 0 imported, 0 replaced, 2 unchanged, 0 different and kept\n\
                         links: 0 imported, 0 replaced, 1100 unchanged, 0 different and kept\n";
        for replace in [&[][..], &["--replace"]] {
            let import = [&["import", "--account", "acme", "exported.json"], replace].concat();
            assert_eq!(run(&workspace, &database, &import).succeeded(), unchanged);
        }
        let copy = "sqlite:copy.db";
        run(&workspace, copy, &["import", "--account", "acme", "exported.json"]).succeeded();
        assert_eq!(run(&workspace, copy, &export).succeeded(), exported);
        let document: Value = serde_json::from_str(&exported).unwrap();
        let link = |id: &str| {
            let links = document["links"].as_array().unwrap().iter();
            links.into_iter().find(|link| link["link_id"] == id).unwrap().clone()
        };
        assert_eq!(link("lnk_1")["status"], "paused", "the stored status, not the reported one");
    }
}

#[test]
fn replacing_import_is_visible_in_running_server() {
    for database in databases("replacing_import_is_visible_in_running_server") {
        let workspace = Workspace::new();
        workspace.write("links.json", json!([documented_link()]).to_string());
        let import = ["import", "--account", "acme", "links.json"];
        run(&workspace, &database, &import).succeeded();
        let create = run(&workspace, &database, &["keys", "create", "--account", "acme"]);
        let key = create.succeeded().trim_end().to_owned();
        let server = workspace.serve(&["--database", &database, "--bind", "127.0.0.1:0"]);
        assert_eq!(server.put(&key, LINK_ID, "{}").1["link"], documented_link());
        let renamed = link_with(LINK_ID, json!({ "name": "Renamed", "uses": 3 }));
        workspace.write("links.json", json!([renamed]).to_string());
        run(&workspace, &database, &import).succeeded();
        assert_eq!(server.put(&key, LINK_ID, "{}").1["link"], documented_link());
        let replaced = run(&workspace, &database, &[&import[..], &["--replace"]].concat());
        assert_eq!(
            replaced.succeeded(),
            "agents: 0 imported, 0 replaced, 1 unchanged, 0 different and kept\n\
             links: 0 imported, 1 replaced, 0 unchanged, 0 different and kept\n"
        );
        assert_eq!(server.put(&key, LINK_ID, "{}").1["link"], renamed);
    }
}

#[test]
fn accounts_and_agents_are_listed() {
    for database in databases("accounts_and_agents_are_listed") {
        let workspace = Workspace::new();
        workspace.write("all.json", everything().to_string());
        run(&workspace, &database, &["import", "--account", "acme", "all.json"]).succeeded();
        run(&workspace, &database, &["keys", "create", "--account", "empty"]).succeeded();
        let accounts = run(&workspace, &database, &["accounts", "list"]).succeeded();
        let lines: Vec<Vec<_>> =
            accounts.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines,
            [
                ["AGENTS", "LINKS", "KEYS", "ACCOUNT"],
                ["2", "1100", "0", "acme"],
                ["0", "0", "1", "empty"]
            ]
        );
        let agents = run(&workspace, &database, &["agents", "list", "--account", "acme"]);
        let agents = agents.succeeded();
        let lines: Vec<Vec<_>> =
            agents.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["AGENT", "LINKS", "CREATED", "NAME"]);
        assert_eq!(lines[1], ["agnt_1", "1100", "2024-01-15T10:00:00Z", "One"]);
        assert_eq!(lines[2], ["agnt_2", "0", "2024-01-15T10:00:00Z", "Two"]);
        let nobody = run(&workspace, &database, &["agents", "list", "--account", "nobody"]);
        nobody.failed(1, &["no account \"nobody\"", "accounts list"]);
    }
}

#[test]
fn export_never_leaves_a_partial_file() {
    let workspace = Workspace::new();
    let export = ["export", "--account", "acme", "--output", "exported.json"];
    run(&workspace, "sqlite:links.db", &export).failed(1, &["links.db"]);
    assert!(!workspace.path("links.db").exists(), "a command that reads creates no database");
    workspace.write("all.json", everything().to_string());
    run(&workspace, "sqlite:links.db", &["import", "--account", "acme", "all.json"]).succeeded();
    let nobody = ["export", "--account", "nobody", "--output", "exported.json"];
    run(&workspace, "sqlite:links.db", &nobody).failed(1, &["no account \"nobody\""]);
    workspace.write("exported.json", "mine");
    run(&workspace, "sqlite:links.db", &export).failed(1, &["exported.json", "exists"]);
    assert_eq!(std::fs::read_to_string(workspace.path("exported.json")).unwrap(), "mine");
    let nowhere = ["export", "--account", "acme", "--output", "no/folder/x.json"];
    run(&workspace, "sqlite:links.db", &nowhere).failed(1, &["no/folder/x.json"]);
    let left: Vec<_> = std::fs::read_dir(workspace.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("links.db"))
        .collect();
    assert_eq!(left.len(), 2, "unfinished files: {left:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn export_to_full_disk_fails() {
    let workspace = Workspace::new();
    workspace.write("all.json", everything().to_string());
    run(&workspace, "sqlite:links.db", &["import", "--account", "acme", "all.json"]).succeeded();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut export =
        workspace.command(&["export", "--account", "acme", "--database", "sqlite:links.db"]);
    let output = export.stdout(full).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.starts_with("links-server: failed to write to stdout: "), "{error}");
}

#[test]
fn agents_of_a_file_are_checked() {
    let workspace = Workspace::new();
    let import = |text: &str| {
        workspace.write("agents.json", text);
        run(&workspace, "sqlite:links.db", &["import", "--account", "acme", "agents.json"])
    };
    let good = agent("agnt_1", "One");
    let differing = format!("{{\"agents\": [\n{good},\n{}\n]}}", agent("agnt_1", "Two"));
    import(&differing).failed(1, &["agents.json:3: ", "agnt_1", "line 2"]);
    let in_link = link_with("lnk_1", json!({ "agent": agent("agnt_1", "Two") }));
    let differing = format!("{{\"agents\": [\n{good}],\n\"links\": [\n{in_link}\n]}}");
    import(&differing).failed(1, &["agents.json:4: ", "agnt_1", "line 2"]);
    let unknown = good.to_string().replace("\"name\"", "\"nam\"");
    import(&format!("{{\"agents\": [\n{unknown}]}}")).failed(1, &["agents.json:2: ", "nam"]);
    let nul = agent("agnt_1", "a\0b");
    let message = ["agents.json:2: ", "agent 1 of the file", "`name` contains U+0000"];
    import(&format!("{{\"agents\": [\n{nul}]}}")).failed(1, &message);
    assert!(!workspace.path("links.db").exists());
    import(&json!({ "agents": [good, good] }).to_string()).succeeded();
}
