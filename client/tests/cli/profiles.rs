//! The configuration file and its profiles.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::fake_server::{self, FakeServer};
use crate::links;

/// A key that no output may show.
const SECRET: &str = "ah_live_abcdefghijklmnopqrstuvwxyz012345";

/// A folder for configuration files, with one file.
struct Configuration {
    folder: TempDir,
}

impl Configuration {
    fn new(text: &str) -> Self {
        let configuration = Configuration { folder: tempfile::tempdir().unwrap() };
        let file = configuration.file();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        configuration.set_mode(0o600);
        configuration
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("agenthuman/config.toml")
    }

    fn set_mode(&self, mode: u32) {
        fs::set_permissions(self.file(), Permissions::from_mode(mode)).unwrap();
    }

    /// Runs the program with this configuration.
    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
        let folder = [("XDG_CONFIG_HOME", self.folder.path().to_str().unwrap())];
        let (code, stdout, stderr) = links(arguments, &[&folder, environment].concat());
        assert!(!stdout.contains(SECRET) && !stderr.contains(SECRET), "{stdout}{stderr}");
        (code, stdout, stderr)
    }
}

/// Returns the URL of the request that a dry run prints.
fn url(configuration: &Configuration, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let arguments = [&["get", "lnk_1", "--dry-run"], arguments].concat();
    let (code, stdout, stderr) = configuration.run(&arguments, environment);
    assert_eq!(code, 0, "{stderr}");
    let first = stdout.lines().next().unwrap();
    first.trim_start_matches("GET ").trim_end_matches("/v1/links/lnk_1").to_owned()
}

#[test]
fn flags_win_over_variables_and_variables_over_the_default_profile() {
    let configuration = Configuration::new(
        "default_profile = 'a'\n[profiles.a]\nbase_url = 'https://a.test'\n\
         [profiles.b]\nbase_url = 'https://b.test'\n[profiles.empty]\n",
    );
    let url = |arguments: &[&str], environment: &[(&str, &str)]| {
        url(&configuration, arguments, environment)
    };
    let variable = ("AGENTHUMAN_BASE_URL", "https://v.test");
    let profile = ("AGENTHUMAN_PROFILE", "b");
    assert_eq!(url(&[], &[]), "https://a.test");
    assert_eq!(url(&[], &[profile]), "https://b.test");
    assert_eq!(url(&[], &[profile, variable]), "https://v.test");
    assert_eq!(url(&["--profile", "b"], &[variable]), "https://b.test");
    assert_eq!(url(&["--profile", "empty"], &[variable]), "https://v.test");
    assert_eq!(url(&["--profile", "empty"], &[]), "https://api.agenthuman.com");
    assert_eq!(
        url(&["--profile", "b", "--base-url", "https://f.test"], &[variable]),
        "https://f.test"
    );
}

#[tokio::test]
async fn request_has_the_key_of_the_profile() {
    let server = FakeServer::start([fake_server::ok()]).await;
    let other = "ah_live_other000000000000000000000000000";
    let configuration = Configuration::new(&format!(
        "default_profile = 'a'\n[profiles.a]\nbase_url = '{0}'\napi_key = '{SECRET}'\n\
         [profiles.b]\nbase_url = '{0}'\napi_key = '{other}'\n",
        server.url
    ));
    let codes = tokio::task::spawn_blocking(move || {
        let variable = [("AGENTHUMAN_API_KEY", "from-variable")];
        [
            configuration.run(&["get", "lnk_1", "-v"], &[]).0,
            configuration.run(&["get", "lnk_1"], &variable).0,
            configuration.run(&["--profile=b", "get", "lnk_1"], &variable).0,
        ]
    });
    assert_eq!(codes.await.unwrap(), [0, 0, 0]);
    let received = server.received();
    let keys: Vec<_> = received
        .iter()
        .map(|one| one.head.lines().find_map(|line| line.strip_prefix("x-api-key: ")).unwrap())
        .collect();
    assert_eq!(keys, [SECRET, "from-variable", other]);
}

#[test]
fn file_that_others_can_read_is_rejected_with_the_fix() {
    let configuration = Configuration::new(&format!("[profiles.a]\napi_key = '{SECRET}'\n"));
    for mode in [0o640, 0o604, 0o620, 0o601] {
        configuration.set_mode(mode);
        let (code, _, stderr) = configuration.run(&["get", "lnk_1", "--profile", "a"], &[]);
        assert_eq!(code, 2);
        let fix = format!("run: chmod 600 {}", configuration.file().display());
        assert!(stderr.contains(&fix), "{stderr}");
    }
}

#[test]
fn mistakes_are_reported_with_their_line_and_without_values() {
    for (text, line, message) in [
        (format!("[profiles.a]\napi_key = {SECRET}\n"), 2, "invalid TOML"),
        (format!("[profiles.a]\n\napi_key = ['{SECRET}']\n"), 3, "must be a string"),
        (format!("[profiles.a]\nkey = '{SECRET}'\n"), 2, "known are `base_url` and `api_key`"),
        (format!("profiles = '{SECRET}'\n"), 1, "`profiles` must be a table"),
        (format!("\n[profiles]\na = '{SECRET}'\n"), 3, "a profile must be a table"),
        (format!("api_key = '{SECRET}'\n"), 1, "known are `default_profile` and `profiles`"),
        (format!("[profiles.a]\napi_key = '{SECRET}\n"), 2, "invalid TOML"),
        (format!("[profiles.a]\napi_key = '{SECRET}'\napi_key = '{SECRET}'\n"), 3, "invalid TOML"),
    ] {
        let configuration = Configuration::new(&text);
        let (code, _, stderr) = configuration.run(&["get", "lnk_1"], &[]);
        assert_eq!(code, 2, "{text}");
        let place = format!("error: {}:{line}: ", configuration.file().display());
        assert!(stderr.starts_with(&place) && stderr.contains(message), "{text}: {stderr}");
    }
    let configuration = Configuration::new(&format!("[profiles.a]\napi_key = ' {SECRET}'\n"));
    let (code, _, stderr) = configuration.run(&["get", "lnk_1", "--profile", "a"], &[]);
    assert_eq!(code, 2);
    assert!(stderr.contains("the API key of the profile begins or ends with"), "{stderr}");
}

#[test]
fn unknown_profile_is_reported_with_the_known_ones() {
    let configuration = Configuration::new("default_profile = 'c'\n[profiles.a]\n[profiles.b]\n");
    for arguments in [&[][..], &["--profile", "c"]] {
        let (code, _, stderr) = configuration.run(&[&["get", "lnk_1"], arguments].concat(), &[]);
        assert_eq!(code, 2);
        assert!(stderr.contains("no profile `c` in "), "{stderr}");
        assert!(stderr.contains("its profiles: `a`, `b`"), "{stderr}");
    }
    let (code, _, stderr) = links(&["get", "lnk_1", "--profile", "c"], &[]);
    assert_eq!(code, 2);
    assert!(stderr.contains("no profile `c`: there is no configuration file"), "{stderr}");
}

#[test]
fn config_shows_the_path_and_masked_keys() {
    let configuration = Configuration::new(&format!(
        "default_profile = 'b'\n[profiles.a]\nbase_url = 'https://a.test'\napi_key = '{SECRET}'\n\
         [profiles.b]\napi_key = 'short'\n"
    ));
    let (code, stdout, _) = configuration.run(&["config", "path"], &[]);
    assert_eq!((code, stdout.trim_end()), (0, configuration.file().to_str().unwrap()));
    let (code, stdout, _) = configuration.run(&["config", "list", "--output", "jsonl"], &[]);
    assert_eq!(code, 0);
    let profiles: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(profiles[0]["api_key"], "ah_l…2345");
    assert_eq!(profiles[1]["api_key"], "…");
    assert_eq!((&profiles[0]["default"], &profiles[1]["default"]), (&false.into(), &true.into()));
    let (code, stdout, stderr) = links(&["config", "list"], &[]);
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "", ""), "there is no file");
}
