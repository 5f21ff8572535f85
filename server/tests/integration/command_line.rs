//! `links-server serve` and `links-server keys`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{LINK_ID, documented_link};
use crate::process::{Serving, Workspace, done, sqlite};

const DATABASE: [&str; 2] = ["--database", "sqlite:links.db"];
const ANY_PORT: [&str; 2] = ["--bind", "127.0.0.1:0"];

pub(crate) fn with_link() -> (Workspace, String) {
    let workspace = Workspace::new();
    workspace.write("link.json", json!([documented_link()]).to_string());
    let import = ["import", "--database", "sqlite:links.db", "--account", "acme", "link.json"];
    workspace.run(&import).succeeded();
    let key = workspace.key();
    (workspace, key)
}

pub(crate) fn serve(workspace: &Workspace) -> Serving {
    workspace.serve(&[DATABASE, ANY_PORT].concat())
}

#[test]
fn acknowledged_update_survives_kill_9() {
    let (workspace, key) = with_link();
    for round in 0..5 {
        let name = json!({ "name": format!("Round {round}") });
        let server = serve(&workspace);
        assert_eq!(server.put(&key, LINK_ID, &name.to_string()).0, 200);
        server.signal("KILL");
        assert_eq!(server.finish().code, None);
        let (_, body) = serve(&workspace).put(&key, LINK_ID, "{}");
        assert_eq!(body["link"]["name"], name["name"]);
    }
}

#[test]
fn migrated_database_opens_while_another_process_writes() {
    let (workspace, key) = with_link();
    let other = rusqlite::Connection::open(workspace.path("links.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let list = workspace.run(&["keys", "list", DATABASE[0], DATABASE[1]]).succeeded();
    assert_eq!(list.lines().count(), 2);
    let server = serve(&workspace);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(server.put(&key, LINK_ID, "{}").0, 200);
}

#[cfg(target_os = "linux")]
#[test]
fn keys_create_revokes_key_that_cannot_be_printed() {
    let workspace = Workspace::new();
    let mut create =
        workspace.command(&["keys", "create", "--account", "acme", DATABASE[0], DATABASE[1]]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = create.stdout(full).stderr(Stdio::piped()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("failed to print key 1; it is revoked again"), "{stderr}");
    let listed = workspace.run(&["keys", "list", DATABASE[0], DATABASE[1]]).succeeded();
    let row: Vec<_> = listed.lines().nth(1).unwrap().split_whitespace().collect();
    assert_ne!(row[5], "-", "{listed}");
}

#[test]
fn error_for_invalid_database_url_has_no_password() {
    let workspace = Workspace::new();
    workspace.write("link.json", "[]");
    for url in
        ["postgres://u:secretpw@h/db?sslmode=allow", "mysql://u:secretpw@h/db", "u:secretpw@h/db"]
    {
        for arguments in [
            &["serve"][..],
            &["keys", "create", "--account", "acme"],
            &["keys", "list"],
            &["keys", "revoke", "1"],
            &["import", "--account", "acme", "link.json"],
        ] {
            let flag = workspace.run(&[arguments, &["--database", url]].concat());
            let environment = done(workspace.command(arguments).env("LINKS_DATABASE", url));
            for done in [flag, environment] {
                done.failed(2, &["sqlite:"]);
                assert!(!done.stderr.contains("secretpw"), "{done:?}");
            }
        }
    }
}

#[test]
fn empty_environment_variable_counts_as_unset() {
    let (workspace, _) = with_link();
    let names = ["LINKS_BIND", "LINKS_DATABASE", "LINKS_RATE_LIMIT", "LINKS_CONFIG"];
    let empty = |arguments: &[&str]| {
        let mut command = workspace.command(arguments);
        command.envs(names.map(|name| (name, "")));
        command
    };
    // only flags and defaults apply
    let listed = done(&mut empty(&["keys", "list", DATABASE[0], DATABASE[1]])).succeeded();
    assert_eq!(listed.lines().count(), 2);
    drop(Serving::start(&mut empty(&["serve", "--bind", "127.0.0.1:0"])));
    assert_eq!(done(&mut empty(&["keys", "list"])).succeeded(), listed, "the default database");
    done(&mut empty(&["serve", "--bind", ""])).failed(2, &["--bind"]);
}

#[test]
fn keys_create_prints_the_key_and_nothing_else() {
    let workspace = Workspace::new();
    for (flag, prefix) in [(None, "ah_live_"), (Some("--test"), "ah_test_")] {
        let mut arguments = vec!["keys", "create", "--account", "acme", DATABASE[0], DATABASE[1]];
        arguments.extend(flag);
        let printed = workspace.run(&arguments).succeeded();
        let random = printed.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('\n')).unwrap();
        assert_eq!(random.len(), 32);
        assert!(random.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
    }
}

#[test]
fn database_files_do_not_contain_key() {
    let (workspace, key) = with_link();
    let server = serve(&workspace);
    assert_eq!(server.put(&key, LINK_ID, "{}").0, 200);
    for name in ["links.db", "links.db-wal"] {
        let bytes = std::fs::read(workspace.path(name)).unwrap_or_default();
        let found = bytes.windows(key.len()).any(|window| window == key.as_bytes());
        assert!(!found, "{name} holds the key");
    }
}

#[test]
fn keys_list_shows_and_keys_revoke_revokes_key() {
    let (workspace, key) = with_link();
    let list = || workspace.run(&["keys", "list", DATABASE[0], DATABASE[1]]).succeeded();
    let revoke = |id| workspace.run(&["keys", "revoke", DATABASE[0], DATABASE[1], id]);
    let server = serve(&workspace);
    assert_eq!(server.put(&key, LINK_ID, "{}").0, 200);

    let listed = list();
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let columns: Vec<_> = listed.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!((columns[0], columns[1], columns[5], columns[7]), ("1", "live", "-", "acme"));
    assert!(key.starts_with(columns[2].trim_end_matches('…')));
    assert!(!listed.contains(&key));

    assert_eq!(revoke("1").succeeded(), "key 1 is revoked\n");
    // servers cache valid keys for a moment
    let deadline = Instant::now() + Duration::from_secs(3);
    let rejected = loop {
        match server.put(&key, LINK_ID, "{}") {
            (200, _) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(50)),
            response => break response,
        }
    };
    assert_eq!(rejected, (401, json!({ "error": "API key has been deactivated" })));
    assert!(revoke("1").succeeded().contains("nothing changed"));
    assert_ne!(list().lines().nth(1).unwrap().split_whitespace().nth(5), Some("-"));
    revoke("2").failed(1, &["no key 2", "keys list"]);
    revoke("x").failed(2, &["'x'"]);
}

#[test]
fn flag_overrides_environment_which_overrides_file() {
    let (workspace, key) = with_link();
    workspace.write(
        "links.toml",
        "bind = \"127.0.0.1:0\"\ndatabase = \"sqlite:links.db\"\nrate_limit = 1\n",
    );
    let limit = |command: &mut std::process::Command| {
        let server = Serving::start(command);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let request =
                reqwest::Client::new().put(format!("http://{}/v1/links/{LINK_ID}", server.address));
            let response = request.header("x-api-key", &key).json(&json!({})).send().await.unwrap();
            response.headers()["x-ratelimit-limit"].to_str().unwrap().to_owned()
        })
    };
    let serve =
        |more: &[&str]| workspace.command(&[&["serve", "--config", "links.toml"], more].concat());
    assert_eq!(limit(&mut serve(&[])), "1");
    assert_eq!(limit(serve(&[]).env("LINKS_RATE_LIMIT", "2")), "2");
    assert_eq!(limit(serve(&["--rate-limit", "3"]).env("LINKS_RATE_LIMIT", "2")), "3");
    let mut from_environment = workspace.command(&["serve"]);
    from_environment.env("LINKS_BIND", "127.0.0.1:0").env("LINKS_DATABASE", "sqlite:links.db");
    assert_eq!(limit(&mut from_environment), "60", "the default");
    assert_eq!(limit(from_environment.env("LINKS_CONFIG", "links.toml")), "1");
}

#[test]
fn serve_rejects_invalid_configuration_file() {
    let workspace = Workspace::new();
    let serve = || workspace.run(&["serve", "--config", "links.toml"]);
    serve().failed(2, &["links.toml", "No such file"]);
    for (text, line, parts) in [
        ("rate_limit = 60\nrate_limits = 60\n", 2, ["rate_limits", "unknown field"]),
        ("\n\nbind = \"nowhere\"\n", 3, ["socket address", ""]),
        ("bind = \n", 1, ["", ""]),
        ("rate_limit = -1\n", 1, ["-1", "from 0"]),
        ("rate_limit = \"60\"\n", 1, ["integer", ""]),
        (
            "# database\ndatabase = \"mysql://me:hunter2@db/links\"\n",
            2,
            ["not supported", "postgres://"],
        ),
    ] {
        workspace.write("links.toml", text);
        let done = serve();
        done.failed(2, &parts);
        done.failed(2, &[&format!("links.toml:{line}: ")]);
        assert!(!done.stderr.contains("hunter2"), "{done:?}");
    }
}

#[test]
fn invalid_flags_are_rejected() {
    let workspace = Workspace::new();
    workspace.run(&["serve", "--bind", "nowhere"]).failed(2, &["--bind", "nowhere"]);
    workspace.run(&["serve", "--rate-limit", "-1"]).failed(2, &["-1"]);
    workspace.run(&["serve", "--rate-limit=many"]).failed(2, &["--rate-limit", "whole number"]);
    workspace.run(&["serve", "--databse", "x"]).failed(2, &["--databse", "--database"]);
    workspace.run(&["serve", "--database", "mysql://me@db/x"]).failed(2, &["not supported"]);
    workspace.run(&["serve", "--database", "links.db"]).failed(2, &["sqlite:links.db"]);
    workspace.run(&["frobnicate"]).failed(2, &["frobnicate"]);
    workspace.run(&["keys", "create"]).failed(2, &["--account <NAME>"]);
    workspace.run(&["serve", "--bind", "no-such-name.invalid:80"]).failed(2, &["no-such-name"]);
    workspace.run(&["serve", "--tls-key", "tls.key"]).failed(2, &["--tls-certificate"]);
    workspace
        .run(&["keys", "create", "--database", "sqlite:x.db", "--account", ""])
        .failed(2, &["--account"]);
    workspace
        .run(&["keys", "create", "--database", "sqlite:x.db", "--account", "a\nb"])
        .failed(2, &["control"]);
    assert!(!workspace.path("x.db").exists());
}

/// Every command that opens a database, without its flags `--database` and `--config`.
const COMMANDS: [&[&str]; 10] = [
    &["import", "--account", "acme", "link.json"],
    &["keys", "create", "--account", "acme"],
    &["keys", "list"],
    &["keys", "revoke", "1"],
    &["accounts", "list"],
    &["agents", "list", "--account", "acme"],
    &["export", "--account", "acme"],
    &["export", "--account", "acme", "--output", "exported.json"],
    &["backup", "copy.db"],
    &["restore", "copy.db"],
];

#[test]
fn every_command_uses_the_database_of_serve() {
    let workspace = Workspace::new();
    workspace.write("link.json", json!([documented_link()]).to_string());
    workspace.write("links.toml", "rate_limit = 1\ndatabase = \"sqlite:of_file.db\"\n");
    // each source is used unless one of higher precedence is there
    for (database, environment, arguments) in [
        ("links.db", vec![], &[][..]),
        ("of_file.db", vec![], &["--config", "links.toml"]),
        ("of_file.db", vec![("LINKS_CONFIG", "links.toml")], &[]),
        (
            "of_variable.db",
            vec![("LINKS_DATABASE", "sqlite:of_variable.db")],
            &["--config", "links.toml"],
        ),
        (
            "of_flag.db",
            vec![("LINKS_DATABASE", "sqlite:of_variable.db"), ("LINKS_CONFIG", "links.toml")],
            &["--database", "sqlite:of_flag.db"],
        ),
    ] {
        for command in COMMANDS {
            if command[0] == "restore" {
                std::fs::remove_file(workspace.path(database)).unwrap();
            }
            let mut command = workspace.command(&[command, arguments].concat());
            done(command.envs(environment.clone())).succeeded();
        }
        for file in [database, "copy.db", "exported.json"] {
            std::fs::remove_file(workspace.path(file)).unwrap();
        }
    }
}

#[test]
fn every_command_rejects_invalid_configuration() {
    let workspace = Workspace::new();
    workspace.write("link.json", json!([documented_link()]).to_string());
    workspace.write("links.toml", "rate_limits = 1\n");
    for command in COMMANDS.into_iter().chain([&["serve"][..]]) {
        let run = |arguments: &[&str]| workspace.run(&[command, arguments].concat());
        run(&["--config", "links.toml"]).failed(2, &["links.toml:1: ", "rate_limits"]);
        run(&["--config", "nowhere.toml"]).failed(2, &["nowhere.toml"]);
        run(&["--database", "links.db"]).failed(2, &["sqlite:links.db"]);
        run(&["--databse", "x"]).failed(2, &["--databse"]);
    }
}

#[test]
fn serve_listens_on_names_and_on_all_addresses() {
    let workspace = Workspace::new();
    let key = workspace.key();
    workspace.write("links.toml", "bind = \":0\"\nadmin_bind = \"localhost:0\"\n");
    let port = |server: &Serving| server.address.rsplit_once(':').unwrap().1.to_owned();
    for (arguments, addresses) in [
        (&["--bind", "localhost:0"][..], &["localhost"][..]),
        (&["--bind", ":0"], &["127.0.0.1", "localhost"]),
        (&["--config", "links.toml"], &["127.0.0.1", "localhost"]),
    ] {
        let mut server = workspace.serve(arguments);
        for address in addresses {
            server.address = format!("{address}:{}", port(&server));
            assert_eq!(server.put(&key, LINK_ID, "{}").0, 404, "{arguments:?} {address}");
        }
    }
}

#[test]
fn help_and_version_are_printed() {
    let workspace = Workspace::new();
    let version = workspace.run(&["--version"]).succeeded();
    assert_eq!(version, format!("links-server {}\n", env!("CARGO_PKG_VERSION")));
    let help = workspace.run(&["serve", "--help"]).succeeded();
    for part in
        ["--bind", "127.0.0.1:8080", "--database", "sqlite:", "--rate-limit", "LINKS_CONFIG"]
    {
        assert!(help.contains(part), "{help}");
    }
    for command in ["serve", "keys", "import"] {
        assert!(workspace.run(&["--help"]).succeeded().contains(command));
    }
}

#[test]
fn serve_fails_when_port_is_in_use() {
    let workspace = Workspace::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let done = workspace.run(&["serve", "--bind", &address, DATABASE[0], DATABASE[1]]);
    done.failed(1, &[&address, "in use"]);
}

#[test]
fn commands_reject_files_that_are_not_databases() {
    let workspace = Workspace::new();
    workspace.write("text.db", "This is no database. ".repeat(100));
    sqlite(&workspace.path("other.db"), "CREATE TABLE recipes (name TEXT)");
    std::fs::create_dir(workspace.path("folder.db")).unwrap();
    for (database, part) in [
        ("sqlite:text.db", "text.db is not an SQLite database"),
        ("sqlite:other.db", "other.db is the database of another application"),
        ("sqlite:folder.db", "failed to open the database folder.db"),
        ("sqlite:missing/links.db", "failed to open the database missing/links.db"),
    ] {
        workspace.run(&["serve", "--database", database]).failed(1, &[part]);
        workspace.run(&["keys", "list", "--database", database]).failed(1, &[]);
    }
    workspace.run(&["keys", "list", DATABASE[0], DATABASE[1]]).failed(1, &["no database links.db"]);
    assert!(!workspace.path("links.db").exists(), "a read-only command created a database");
}

#[test]
fn serve_rejects_database_of_newer_version() {
    let (workspace, _) = with_link();
    let path = workspace.path("links.db");
    sqlite(&path, "PRAGMA user_version = 99");
    let before = std::fs::read(&path).unwrap();
    let done = workspace.run(&["serve", DATABASE[0], DATABASE[1]]);
    done.failed(1, &["links.db", "newer links-server", "99"]);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn several_processes_create_one_database() {
    let workspace = Workspace::new();
    let (server, keys) = std::thread::scope(|scope| {
        let keys: Vec<_> = (0..4).map(|_| scope.spawn(|| workspace.key())).collect();
        let server = serve(&workspace);
        (server, keys.into_iter().map(|key| key.join().unwrap()).collect::<Vec<_>>())
    });
    for key in keys {
        assert_eq!(server.put(&key, LINK_ID, "{}").0, 404, "the server does not know the key");
    }
    server.signal("TERM");
    assert_eq!(server.finish().code, Some(0));
}

#[test]
fn server_runs_when_output_is_closed() {
    let workspace = Workspace::new();
    let key = workspace.key();
    let mut command =
        workspace.command(&["serve", "--bind", "127.0.0.1:0", DATABASE[0], DATABASE[1]]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // from here on its log cannot be written
    drop(child.stderr.take());
    let mut line = Vec::new();
    let mut stdout = child.stdout.take().unwrap();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        stdout.read_exact(&mut byte).unwrap();
        line.extend(byte);
    }
    let line = String::from_utf8(line).unwrap();
    let address = line.trim_end().strip_prefix("listening on http://").unwrap();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "PUT /v1/links/lnk_1 HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // a command whose output nobody reads
    let mut list = workspace.command(&["keys", "list", DATABASE[0], DATABASE[1]]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = list.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!String::from_utf8(output.stderr).unwrap().contains("panicked"));
    done(&mut list);
}
