//! Settings of the client, from the builder and from the environment.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use agenthuman_links::{Client, ClientBuilder, ErrorKind};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::fake_server::{FakeServer, KEY, ok};

#[tokio::test]
async fn https_url_starts_a_tls_handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = Client::builder().base_url(url).api_key(KEY).timeout(Duration::from_secs(5));
    let client = client.retry(agenthuman_links::RetryPolicy::never()).build().unwrap();
    let call = tokio::spawn(async move { client.update_link("lnk_1").name("x").send().await });
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut hello = [0; 3];
    socket.read_exact(&mut hello).await.unwrap();
    assert_eq!(hello[..2], [0x16, 0x03], "the start of a TLS handshake");
    drop(socket);
    assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::Connection);
}

#[tokio::test]
async fn custom_http_client_sends_key_and_user_agent() {
    let server = FakeServer::start([ok()]).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = server.builder().http_client(http).build().unwrap();
    client.update_link("lnk_1").name("x").send().await.unwrap();
    let head = &server.received()[0].head;
    assert!(head.contains(KEY) && head.contains("user-agent: agenthuman-links/"), "{head}");
}

#[test]
fn debug_and_errors_do_not_show_the_key() {
    let builder = Client::builder().api_key(KEY);
    assert!(!format!("{builder:?}").contains(KEY));
    let client = builder.build().unwrap();
    assert!(!format!("{client:?} {:?}", client.update_link("lnk_1").name("x")).contains(KEY));
    let error = Client::new(format!("{KEY}\n")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(!format!("{error} {error:?}").contains(KEY));
    assert_eq!(Client::new("").unwrap_err().kind(), ErrorKind::Configuration);
    for url in [
        "",
        "api.agenthuman.com",
        "ftp://x",
        "http://",
        "http://h?x=y",
        "http://h#f",
        "https://user:hunter2@h",
        "ftp://user:hunter2@h",
    ] {
        let error = Client::builder().base_url(url).api_key(KEY).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn http_is_allowed_for_loopback_addresses_only() {
    let build = |url: &str, allow| {
        Client::builder().base_url(url).api_key(KEY).allow_http(allow).build().map(drop)
    };
    for url in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/x", "https://a.test"] {
        build(url, false).unwrap();
    }
    for url in ["http://10.0.0.5", "http://api.agenthuman.com", "http://localhost.evil.test"] {
        let error = build(url, false).unwrap_err();
        assert!(error.to_string().contains("must be https"), "{error}");
        build(url, true).unwrap();
    }
}

#[test]
fn build_names_the_malformed_setting_but_not_its_value() {
    let problem = |builder: ClientBuilder| {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        error.to_string()
    };
    let secret = "ah_test_secret";
    for (key, text) in [
        ("", "the API key is missing"),
        ("  ", "the API key is blank"),
        (&format!(" {secret}"), "the API key begins or ends with white space"),
        (&format!("{secret}\t"), "the API key begins or ends with white space"),
        (&format!("{secret}\r\n"), "the API key begins or ends with white space"),
        (&format!("{secret}\0x"), "the API key has characters that are not allowed in a header"),
        (&format!("{secret}ü\u{1}"), "the API key has characters that are not allowed in a header"),
    ] {
        assert_eq!(problem(Client::builder().api_key(key)), text);
    }
    let with_key = || Client::builder().api_key(KEY);
    for url in ["https://a.test ", " https://a.test", "https://a.te\nst", "https://a.test/a b"] {
        let text = "the base URL has white space or control characters";
        assert_eq!(problem(with_key().base_url(url)), text);
    }
    for (agent, text) in [
        ("", "the user agent is blank"),
        (" x/1", "the user agent begins or ends with white space"),
        ("x/1\ny", "the user agent has characters that are not allowed in a header"),
    ] {
        assert_eq!(problem(with_key().user_agent(agent)), text);
    }
}

/// A name server would not know the name, or could be made to return the address of another machine.
#[tokio::test]
async fn localhost_names_are_loopback_addresses_without_a_name_server() {
    let server = FakeServer::start([ok()]).await;
    let port = server.url.rsplit(':').next().unwrap();
    for host in ["localhost", "app.localhost", "a.b.localhost"] {
        let builder = server.builder().base_url(format!("http://{host}:{port}"));
        builder.build().unwrap().update_link("lnk_1").name("x").send().await.unwrap();
    }
    assert!(server.received()[1].head.contains(&format!("host: app.localhost:{port}")));
}

#[tokio::test]
async fn invalid_certificate_is_not_retried() {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = key.cert.der().clone();
    let private_key = PrivateKeyDer::try_from(key.signing_key.serialize_der()).unwrap();
    let tls = ServerConfig::builder_with_provider(default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], private_key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            // It fails: the client does not trust the certificate.
            let _ = acceptor.accept(socket).await;
        }
    });
    let client = Client::builder().base_url(&url).api_key(KEY).build().unwrap();
    let error = client.get_link("lnk_1").send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1), "{error:?}");
    assert_eq!(error.to_string(), format!("invalid TLS certificate of {url}"));
    assert!(!error.is_transient());
}

/// The variable that is set in the child process of [`from_env`].
const CHILD: &str = "AGENTHUMAN_LINKS_TEST_CHILD";
/// The variable that makes the child process call the server.
const CALL: &str = "AGENTHUMAN_LINKS_TEST_CALL";

/// Returns the output of `from_env` in a child process, because the tests of this process share one
/// environment.
fn from_env(variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "configuration::from_env_errors_name_the_variable", "--nocapture"]);
    command.env_remove("AGENTHUMAN_API_KEY").env_remove("AGENTHUMAN_BASE_URL");
    command.env(CHILD, "1").envs(variables.iter().copied());
    let output = command.output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let line = output.lines().find_map(|line| line.split_once("from_env: "));
    line.unwrap_or_else(|| panic!("{output}")).1.to_owned()
}

#[test]
fn from_env_errors_name_the_variable() {
    if std::env::var_os(CHILD).is_some() {
        match Client::from_env() {
            Ok(client) if std::env::var_os(CALL).is_some() => {
                let runtime = tokio::runtime::Runtime::new().unwrap();
                let call = client.update_link("lnk_1").name("x").send();
                println!("from_env: {:?}", runtime.block_on(call));
            }
            Ok(client) => println!("from_env: {client:?}"),
            Err(error) => println!("from_env: {error}"),
        }
        return;
    }
    let key = ("AGENTHUMAN_API_KEY", KEY);
    assert!(from_env(&[key]).contains("https://api.agenthuman.com"));
    let other = from_env(&[key, ("AGENTHUMAN_BASE_URL", "http://127.0.0.1:8080/")]);
    assert!(other.contains("\"http://127.0.0.1:8080\""), "{other}");
    // An error about a value from the code does not name the variable.
    let builder = Client::builder().base_url("ftp://z").api_key(KEY);
    assert!(builder.build().unwrap_err().to_string().starts_with("the base URL is not an http"));
    for (variables, text) in [
        (&[][..], "the environment variable AGENTHUMAN_API_KEY is not set"),
        (&[("AGENTHUMAN_API_KEY", "")], "the environment variable AGENTHUMAN_API_KEY is not set"),
        (
            &[("AGENTHUMAN_API_KEY", "a\nh")],
            "AGENTHUMAN_API_KEY has characters that are not allowed",
        ),
        (&[("AGENTHUMAN_API_KEY", "  ")], "AGENTHUMAN_API_KEY is blank"),
        (&[("AGENTHUMAN_API_KEY", "ah\n")], "AGENTHUMAN_API_KEY begins or ends with white space"),
        (&[key, ("AGENTHUMAN_BASE_URL", " https://a.test")], "AGENTHUMAN_BASE_URL has white space"),
        (&[key, ("AGENTHUMAN_BASE_URL", "nowhere")], "AGENTHUMAN_BASE_URL is not a URL"),
        (&[key, ("AGENTHUMAN_BASE_URL", "http://a.test")], "AGENTHUMAN_BASE_URL must be https"),
    ] {
        let message = from_env(variables);
        assert!(message.starts_with(text), "{message}");
        assert!(!message.contains(KEY));
    }
}

#[tokio::test]
async fn loopback_requests_bypass_the_proxy() {
    let (server, proxy) = (FakeServer::start([ok()]).await, FakeServer::start([ok()]).await);
    let url = server.url.clone();
    let output = tokio::task::spawn_blocking({
        let proxy = proxy.url.clone();
        move || {
            let base_url = ("AGENTHUMAN_BASE_URL", &*url);
            from_env(&[("AGENTHUMAN_API_KEY", KEY), base_url, ("http_proxy", &proxy), (CALL, "1")])
        }
    });
    assert!(output.await.unwrap().starts_with("Ok"));
    assert_eq!((server.received().len(), proxy.received().len()), (1, 0));
}
